"""The pages of a simulated state, as a browser shows them on a desk and on two phones, and prints
them: the results, and what a change of the law would do."""

import re
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from drawings import MEASURE
from tequio.cli.demo import LOANS, places
from tequio.demo.state import generate_to
from tequio.engine import batch, whatif
from tequio.engine.overlay import read_overlay
from tequio.engine.rulebook import published
from tequio.results.page import write_page
from tequio.results.whatif.report import write_report
from tequio.results.whatif.tally import Comparison

DAY = date(2024, 6, 30)
HEAD = 'title = "Una prueba"\njustification = "Lo propone quien escribe las pruebas."\n'
SETTLE = "[liquidacion_anticipada.threshold]\nis = 30\n"
OVERLAYS = {
    "settle": SETTLE,
    "both": f"{SETTLE}[common.rate_by_wage]\nminus = 1\nfrom = 1.5\nbelow = 2\n",
}
FIGURES = {"results": 10, "settle": 1, "both": 5, "dates": 5}

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
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    generate_to(made / "cartera.parquet", LOANS)
    return made


@pytest.fixture(scope="module", params=FIGURES)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def address(folder, name) -> str:
    portfolio, run, out = folder / "cartera.parquet", folder / name, folder / f"{name}.html"
    if name == "results":
        batch.run(portfolio, DAY, run)
        return write_page(run, out, title="Michoacán", places=places()).as_uri()
    laws = whatif.Laws.of_two_days(published(), date(2025, 12, 1), DAY)
    if name in OVERLAYS:
        (folder / "cambio.toml").write_text(HEAD + OVERLAYS[name], encoding="utf-8")
        tried = read_overlay(folder / "cambio.toml", published(), DAY)
        laws = whatif.Laws.tried(published(), tried, DAY)
    whatif.run(portfolio, DAY, run, laws)
    return write_report(Comparison(run), out, places=places()).as_uri()


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


def test_words_of_every_drawing_stay_inside_and_apart(page, name):
    drawings = page.evaluate(MEASURE)
    figures = page.evaluate("document.querySelectorAll('figure').length")
    assert len(drawings) == figures == FIGURES[name]
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
        assert stops > 6


def test_a_finger_finds_what_it_can_press(page):
    sizes = page.evaluate(
        "[...document.querySelectorAll('a, summary, button')].filter(e => e.checkVisibility())"
        ".map(e => [e.textContent, e.offsetWidth, e.offsetHeight])"
    )
    assert len(sizes) > 3
    assert [one for one in sizes if min(one[1:]) < 24] == []


def test_axe_finds_nothing(page):
    for details in (False, True):
        page.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {details:d})")
        found = Axe().run(page).response
        assert len(found["passes"]) > 15
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize("name", ["settle", "both", "dates"], indirect=True, scope="module")
def test_a_what_if_is_two_sheets_of_paper_with_every_chart(browser, address, name):
    opened = browser.new_page()
    opened.goto(address)
    printed = opened.pdf(prefer_css_page_size=True, print_background=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [tuple(round(float(side)) for side in sheet) for sheet in sheets] == [(595, 842)] * 2
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 702, "height": 1000})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 702
    drawings = opened.evaluate(MEASURE)
    assert len(drawings) == FIGURES[name]
    assert all(word["size"] * one["scale"] > 7 for one in drawings for word in one["words"])
    opened.close()
