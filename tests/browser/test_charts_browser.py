"""What a browser makes of the charts: words inside, apart, large enough, and no style refused."""

import pytest

from chart_samples import every_kind
from drawings import MEASURE
from tequio.charts import stylesheet

POLICY = "default-src 'none'; style-src 'sha256-{}'"


def page_of_samples() -> str:
    """All samples under a policy that lets no inline style attribute and no script pass."""
    import base64
    import hashlib

    css = stylesheet() + "body{margin:16px}main{display:grid;gap:32px;"
    css += "grid-template-columns:repeat(auto-fit,minmax(min(500px,100%),1fr))}"
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    figures = "".join(f"<div>{chart.html()}</div>" for chart in every_kind())
    return (
        "<!doctype html><html lang='es-MX'><head><meta charset='utf-8'><title>Muestras</title>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">'
        f"<meta name='viewport' content='width=device-width'><style>{css}</style></head>"
        f"<body><main>{figures}</main></body></html>"
    )


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    path = tmp_path_factory.mktemp("charts") / "sheet.html"
    path.write_text(page_of_samples(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=[1280, 600, 390, 320])
def drawings(request, browser, sheet):
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(sheet)
    yield page, request.param, page.evaluate(MEASURE)
    page.close()
    assert complaints == []


def test_every_word_is_inside_its_drawing_and_touches_no_other(drawings):
    _, _, found = drawings
    assert len(found) == len(every_kind())
    for drawing in found:
        left, top, right, bottom = drawing["frame"]
        boxes = [(word["said"], *word["box"]) for word in drawing["words"]]
        for said, x1, y1, x2, y2 in boxes:
            inside = x1 >= left - 1 and y1 >= top - 1 and x2 <= right + 1 and y2 <= bottom + 1
            assert inside, (drawing["of"], said)
        for at, (said, x1, y1, x2, y2) in enumerate(boxes):
            for other, u1, v1, u2, v2 in boxes[at + 1 :]:
                apart = x2 <= u1 + 1 or u2 <= x1 + 1 or y2 <= v1 + 1 or v2 <= y1 + 1
                assert apart, (drawing["of"], said, other)


def test_words_are_twelve_pixels_at_least(drawings):
    _, _, found = drawings
    for drawing in found:
        for word in drawing["words"]:
            assert word["size"] * drawing["scale"] >= 12, drawing["of"]


def test_each_figure_shows_the_drawing_that_fits_and_nothing_sticks_out(drawings):
    page, across, found = drawings
    assert {drawing["of"].split()[0].split("-")[-2] for drawing in found} == {
        "wide" if across >= 600 else "narrow"
    }
    assert page.evaluate("document.documentElement.scrollWidth") <= across
