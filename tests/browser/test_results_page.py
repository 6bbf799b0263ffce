"""The results page of a simulated state, as a browser shows it on a desk and on two phones."""

from datetime import date

import pytest

from drawings import MEASURE
from tequio.cli.demo import places
from tequio.demo.state import generate_to
from tequio.engine.batch import run
from tequio.results.page import write_page

# Words cut by the page or by their own box; what scrolls by itself may be wider than the window.
CUT = """() => [...document.querySelectorAll('body *')].filter(
    e => !e.closest('svg') && e.checkVisibility() && e.childElementCount === 0
      && e.textContent.trim() && !e.closest('.scroll, .tequio-chart-scroll, .skip, .stack thead'))
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
      || e.getBoundingClientRect().right > innerWidth)
  .map(e => e.outerHTML.slice(0, 120))"""
CONTRAST = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const found = parts(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter(
      e => !e.closest('svg') && e.checkVisibility()
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .map(e => {
      const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort();
      return {of: e.outerHTML.slice(0, 80), ratio: (b + 0.05) / (a + 0.05)};
    });
}"""

STOPS = """[...document.querySelectorAll('a, .scroll, .tequio-chart-scroll, summary')]
  .filter(e => e.checkVisibility())"""
FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  const inside = box.left >= 0 && box.right <= innerWidth
    && box.bottom > 0 && box.top < innerHeight;
  return {of: e.outerHTML.slice(0, 80), stop: e.dataset.stop, seen: outlined && inside};
}"""
OVERHANG = 2.5  # px: the tail of a J reaches left of its place, and drawings do not cut it


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    generate_to(folder / "cartera.parquet", 4_000, 5)
    run(folder / "cartera.parquet", date(2024, 6, 30), folder / "run")
    page = folder / "resultados.html"
    return write_page(folder / "run", page, title="Michoacán", places=places()).as_uri()


@pytest.fixture(params=[1280, 390, 320])
def page(request, browser, address):
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    asked, complaints = [], []
    opened.on("request", lambda one: asked.append(one.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto(address)
    yield opened
    opened.close()
    assert asked == [address]
    assert complaints == []


def test_a_page_never_scrolls_sideways_and_cuts_no_word(page):
    width = page.evaluate("innerWidth")
    for details in (False, True):
        page.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {details:d})")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []


def test_no_sentence_is_squeezed_into_a_column_of_words(page):
    narrow = page.evaluate(
        "[...document.querySelectorAll('caption, figcaption, p, dd')].filter(e => "
        "e.checkVisibility() && e.textContent.trim().length > 60 && e.offsetWidth < 200)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert narrow == []


def test_words_of_every_drawing_stay_inside_and_apart(page):
    drawings = page.evaluate(MEASURE)
    figures = page.evaluate("document.querySelectorAll('figure').length")
    assert len(drawings) == figures > 8
    for drawing in drawings:
        left, top, right, bottom = drawing["frame"]
        for word in drawing["words"]:
            a, b, c, d = word["box"]
            assert left - OVERHANG <= a <= c <= right + OVERHANG, (drawing["of"], word)
            assert top - 1 <= b <= d <= bottom + 1, (drawing["of"], word)
        boxes = drawing["words"]
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                assert not over(one["box"], other["box"]), (drawing["of"], one, other)


def over(one, other, slack=1.5) -> bool:
    """Whether two boxes overlap by more than a hair."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and down > slack


def test_words_stand_out_from_their_ground(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = page.evaluate(CONTRAST)
    assert len(found) > 100
    assert [one for one in found if one["ratio"] < 4.5] == []


def test_a_keyboard_reaches_all_that_scrolls_or_opens_and_shows_where_it_is(page):
    for details in (False, True):
        page.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {details:d})")
        page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
        stops = page.evaluate(f"{STOPS}.length")
        page.evaluate(f"{STOPS}.forEach((stop, at) => stop.dataset.stop = at)")
        page.evaluate("document.querySelector('.skip').focus({focusVisible: true})")
        for at in range(stops):
            found = page.evaluate(FOCUSED)
            assert found["stop"] == str(at)
            assert found["seen"], found
            page.keyboard.press("Tab")
        assert stops > 12


def test_a_finger_finds_what_it_can_press(page):
    sizes = page.evaluate(
        "[...document.querySelectorAll('a, summary, button')].filter(e => e.checkVisibility())"
        ".map(e => [e.textContent, e.offsetWidth, e.offsetHeight])"
    )
    assert len(sizes) > 10
    assert [one for one in sizes if min(one[1:]) < 24] == []
