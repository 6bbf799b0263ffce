"""Charts: well-formed, legible, honest about what is missing, and the same bytes every time."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chart_samples import HUGE, LONGEST, MONTHS, SOLUTIONS, caption, every_kind
from tequio.charts import (
    COUNT,
    PERCENT,
    PESOS,
    PPM,
    Absent,
    Place,
    Series,
    area,
    dot_map,
    grouped_bars,
    heat_table,
    histogram,
    horizontal_bars,
    lines,
    stacked_bars,
    stylesheet,
    vertical_bars,
)
from tequio.charts.palette import BELOW, PARTS, SHADES, STROKES, WARNING
from tequio.charts.text import ASCENT, LINE, width

SVG = "{http://www.w3.org/2000/svg}"
CLOSE = 0.25  # px; coordinates are written in tenths


def parsed(svg):
    return ET.fromstring(svg)


def boxes(root):
    """Words and the room that they take: left, top, right, bottom."""
    found = []
    for text in root.iter(f"{SVG}text"):
        size, said = float(text.get("font-size")), text.text
        wide = width(said, size, bold=text.get("font-weight") == "600")
        shift = {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        left, top = float(text.get("x")) - shift, float(text.get("y")) - size * ASCENT
        found.append((said, left, top, left + wide, top + size * LINE))
    return found


def assert_legible(chart):
    """Well-formed, every word inside its drawing, no two of them overlapping."""
    for svg in (chart.svg, chart.narrow_svg):
        root = parsed(svg)
        _, _, across, down = map(float, root.get("viewBox").split())
        placed = boxes(root)
        for said, left, top, right, bottom in placed:
            assert left >= -CLOSE and top >= -CLOSE, (chart.key, said)
            assert right <= across + CLOSE and bottom <= down + CLOSE, (chart.key, said)
        for (said, l1, t1, r1, b1), (other, l2, t2, r2, b2) in combinations(placed, 2):
            apart = min(r1, r2) - max(l1, l2) <= CLOSE or min(b1, b2) - max(t1, t2) <= CLOSE
            assert apart, (chart.key, said, other)
    html = chart.html().replace('tabindex="0"', "")
    parsed(html)


def words(svg):
    return [text.text for text in parsed(svg).iter(f"{SVG}text")]


def filled(svg, colour=PARTS[0].fill):
    """Bars of that colour: left, top, width, height."""
    return [
        tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))
        for rect in parsed(svg).iter(f"{SVG}rect")
        if rect.get("fill") == colour
    ]


# -- every kind --------------------------------------------------------------------------------


@pytest.mark.parametrize("chart", every_kind(), ids=lambda chart: chart.key)
def test_words_are_inside_and_apart(chart):
    assert_legible(chart)


def test_same_values_same_bytes():
    assert [chart.html() for chart in every_kind()] == [chart.html() for chart in every_kind()]


@pytest.mark.parametrize("chart", every_kind(), ids=lambda chart: chart.key)
def test_names_itself_to_a_screen_reader(chart):
    for svg in (chart.svg, chart.narrow_svg):
        root = parsed(svg)
        assert root.get("role") == "img"
        named = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]
        assert root.get("aria-labelledby").split() == [part.get("id") for part in named]
        assert [part.text for part in named] == [chart.title, chart.description]


def test_no_identifier_twice_and_every_pattern_is_there():
    page = "".join(chart.html() for chart in every_kind())
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_neither_script_nor_inline_style():
    page = "".join(chart.html() for chart in every_kind())
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page)


def test_a_figure_says_title_units_cut_off_note_and_its_table():
    chart = horizontal_bars(caption("one"), "Municipio", [("A & <b>", 1_234), ("Charo", None)])
    root = ET.fromstring(chart.html().replace('xmlns="http://www.w3.org/2000/svg"', ""))
    said = "".join(root.find("figcaption").itertext())
    for part in (chart.title, chart.units, chart.cut_off, chart.note):
        assert part in said
    table = root.find(".//table")
    assert chart.title in table.find("caption").text
    assert [th.get("scope") for th in table.iter("th")] == ["col", "col", "row", "row"]
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert cells == [["Municipio", "Acreditados"], ["A & <b>", "1,234"], ["Charo", "sin dato"]]


def test_without_values_it_says_so_and_shows_no_table():
    for chart in (
        horizontal_bars(caption("a"), "Mes", []),
        vertical_bars(caption("b"), "Mes", []),
        grouped_bars(caption("c"), "Mes", [], []),
        stacked_bars(caption("d"), "Mes", [], []),
        lines(caption("e"), "Mes", [], []),
        area(caption("f"), "Mes", []),
        histogram(caption("g"), "Pago", [], []),
        dot_map(caption("h"), "Municipio", []),
        heat_table(caption("i"), "Municipio", [], []),
    ):
        assert words(chart.svg) == words(chart.narrow_svg) == ["No hay datos que mostrar."]
        assert "<table" not in chart.html()


# -- values ------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_values_on_one_scale():
    values = [400, 100, 200]
    chart = horizontal_bars(caption("x"), "Mes", list(zip("abc", values, strict=True)))
    for svg in (chart.svg, chart.narrow_svg):
        long = [wide + 1 for _, _, wide, _ in filled(svg)]
        assert long == pytest.approx([long[0], long[0] / 4, long[0] / 2], abs=0.2)
        assert len({x for x, *_ in filled(svg)}) == 1
    chart = vertical_bars(caption("x"), "Mes", list(zip("abc", values, strict=True)))
    high = [tall + 1 for *_, tall in filled(chart.svg)]
    assert high == pytest.approx([200, 50, 100], abs=0.2)


def test_shares_fill_the_bar_and_are_in_the_table():
    parts = [Series("Al corriente", [3]), Series("Vencidos", [1])]
    chart = stacked_bars(caption("x"), "Municipio", ["Charo"], parts)
    assert chart.table.rows == (("Charo", "3", "75.0 %", "1", "25.0 %"),)
    _, green = filled(chart.svg)  # after the one of the legend
    _, gold = filled(chart.svg, PARTS[1].fill)
    assert (green[2] + 1) / (gold[2] + 1) == pytest.approx(3, abs=0.01)
    assert {"75 %", "25 %"} <= set(words(chart.svg))


def test_a_line_goes_through_its_values():
    chart = lines(caption("x"), "Mes", MONTHS[:3], [Series("A", [0, 10, 5])])
    path = next(one for one in parsed(chart.svg).iter(f"{SVG}path") if one.get("fill") == "none")
    (x0, y0), (x1, y1), (x2, y2) = (
        map(float, point.split()) for point in path.get("d").lstrip("M").split("L")
    )
    assert x2 - x1 == pytest.approx(x1 - x0, abs=0.2)
    assert (y0 - y2) / (y0 - y1) == pytest.approx(0.5, abs=0.01)


def test_an_area_of_a_dot_follows_its_value():
    places = [Place("A", 19, -101, 400), Place("B", 20, -102, 100), Place("C", 19, -102, 0)]
    chart = dot_map(caption("x"), "Municipio", places)
    radii = [float(dot.get("r")) for dot in parsed(chart.svg).iter(f"{SVG}circle")][:3]
    assert radii[0] / radii[1] == pytest.approx(2, abs=0.02)
    assert radii[2] < radii[1]


def test_equal_values_look_equal():
    same = [Series(name, [7] * 4) for name in "abc"]
    chart = heat_table(caption("x"), "Municipio", LONGEST * 2, same)
    shades = {rect.get("fill") for rect in parsed(chart.svg).iter(f"{SVG}rect")}
    assert shades == {SHADES[2].fill}


def test_every_value_is_written_in_the_drawing_and_in_the_table():
    values = [1, 0, None, -40, 1_234_567, HUGE, Absent("menos de 10")]
    names = SOLUTIONS
    heat = [Series(name, [value]) for name, value in zip(names, values, strict=True)]
    for chart in (
        horizontal_bars(caption("a"), "Solución", list(zip(names, values, strict=True))),
        heat_table(caption("b"), "Municipio", ["Charo"], heat),
    ):
        table = [cell for row in chart.table.rows for cell in row]
        assert {COUNT.full(value) for value in values} <= set(table)
        for svg in (chart.svg, chart.narrow_svg):
            assert {COUNT.short(value) for value in values} <= set(words(svg))


@pytest.mark.parametrize("value", [None, Absent("no se publica")])
def test_what_is_missing_is_said_and_never_drawn_as_zero(value):
    said = "sin dato" if value is None else value.word
    places = [Place("Charo", 19.7, -101.0, value), Place("Ario", 19.2, -101.7, 5)]
    one = Series("A", [value, 5])
    for chart in (
        horizontal_bars(caption("a"), "Mes", [("ene", value), ("feb", 5)]),
        vertical_bars(caption("b"), "Mes", [("ene", value), ("feb", 5)]),
        grouped_bars(caption("c"), "Mes", MONTHS[:2], [one]),
        stacked_bars(caption("d"), "Mes", MONTHS[:2], [one, Series("B", [1, 1])]),
        lines(caption("e"), "Mes", MONTHS[:2], [one]),
        area(caption("f"), "Mes", [("ene", value), ("feb", 5)]),
        histogram(caption("g"), "Pago", [0, 1, 2], [value, 5]),
        dot_map(caption("h"), "Municipio", places),
        heat_table(caption("i"), "Mes", MONTHS[:2], [one]),
    ):
        assert said in chart.table.rows[0]
        assert "0" not in chart.table.rows[0]
        for svg in (chart.svg, chart.narrow_svg):
            assert said in " ".join(words(svg))
            assert 'stroke-dasharray="3 2"' in svg or 'stroke-width="1.8"' in svg


def test_a_gap_breaks_the_line():
    chart = lines(caption("x"), "Mes", MONTHS[:5], [Series("A", [1, 2, None, 4, 5])])
    paths = [one for one in parsed(chart.svg).iter(f"{SVG}path") if one.get("fill") == "none"]
    assert [path.get("d").count("L") for path in paths] == [1, 1]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**31])
def test_refuses_what_cannot_be_drawn(value):
    with pytest.raises(ValueError, match="no se puede dibujar"):
        horizontal_bars(caption("x"), "Mes", [("ene", value)])


def test_refuses_what_contradicts_itself():
    with pytest.raises(ValueError, match="trae 1 valores y hay 2"):
        lines(caption("x"), "Mes", MONTHS[:2], [Series("A", [1])])
    with pytest.raises(ValueError, match="negativa"):
        stacked_bars(caption("x"), "Mes", MONTHS[:1], [Series("A", [-1]), Series("B", [None])])
    with pytest.raises(ValueError, match="3 bordes"):
        histogram(caption("x"), "Pago", [0, 1], [4, 5])
    with pytest.raises(ValueError, match="de igual en igual"):
        histogram(caption("x"), "Pago", [0, 1, 5], [4, 5])
    with pytest.raises(ValueError, match="negativa"):
        histogram(caption("x"), "Pago", [0, 1, 2], [4, -5])
    with pytest.raises(ValueError, match="Tierra"):
        dot_map(caption("x"), "Municipio", [Place("Charo", -101.0, 19.7, 1)])
    with pytest.raises(ValueError, match="Caben 8 series"):
        grouped_bars(caption("x"), "Mes", [], [Series("A", [])] * 9)
    with pytest.raises(ValueError, match="Caben 6 líneas"):
        lines(caption("x"), "Mes", [], [Series("A", [])] * 7)
    with pytest.raises(ValueError, match="Caben 26 columnas"):
        heat_table(caption("x"), "Mes", [], [Series("A", [])] * 27)
    with pytest.raises(ValueError, match="no cabe"):
        Absent("una explicación demasiado larga")
    with pytest.raises(ValueError, match="clave"):
        caption("Con Espacios")


# -- colours -----------------------------------------------------------------------------------


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_can_be_read():
    for paint in (*PARTS, *SHADES, BELOW):
        assert contrast(paint.edge, "#ffffff") >= 3
        ground = "#ffffff" if paint.pattern else paint.fill
        assert contrast(paint.words, ground) >= 4.5
    for stroke in (*STROKES, WARNING):
        assert contrast(stroke.colour, "#ffffff") >= 4.5


def test_series_differ_without_colour():
    looks = [(round(luminance(paint.fill), 1), paint.pattern) for paint in PARTS]
    assert len(set(looks)) == len(PARTS)
    strokes = [(stroke.dash, stroke.point) for stroke in (*STROKES, WARNING)]
    assert len(set(strokes)) == len(strokes)
    assert len({paint.fill for paint in SHADES}) == len(SHADES)
    shades = [luminance(paint.fill) for paint in SHADES]
    assert shades == sorted(shades, reverse=True)


def test_the_stylesheet_shows_one_drawing_at_a_time():
    css = stylesheet()
    assert "tequio-chart-wide { display: none" in css
    assert "@container (min-width: 480px)" in css
    assert "@import" not in css
    assert "url(" not in css


# -- whatever comes ----------------------------------------------------------------------------

amounts = st.one_of(
    st.none(),
    st.just(Absent("menos de 10")),
    st.integers(-(10**30), 10**30),
    st.integers(-20, 20),
    st.floats(-1e9, 1e9),
)
names = st.one_of(st.text(max_size=90), st.sampled_from([*LONGEST, *SOLUTIONS, "W" * 60]))
numbers = st.sampled_from([COUNT, PESOS, PERCENT, PPM])
several = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(names, min_size=count, max_size=count),
        st.lists(
            st.builds(Series, names, st.lists(amounts, min_size=count, max_size=count)),
            min_size=1,
            max_size=6,
        ),
    )
)


@given(st.lists(st.tuples(names, amounts), max_size=12), numbers, st.booleans())
def test_bars_of_anything_are_legible(entries, written, lying):
    kind = horizontal_bars if lying else vertical_bars
    chart = kind(caption("x"), "Municipio", entries, written)
    assert_legible(chart)
    assert chart.table.rows == tuple((name, written.full(value)) for name, value in entries)


@given(several, numbers)
def test_groups_lines_and_heat_of_anything_are_legible(labelled, written):
    labels, series = labelled
    for kind in (grouped_bars, lines, heat_table):
        chart = kind(caption("x"), "Municipio", labels, series, written)
        assert_legible(chart)
        assert chart.table.header[1:] == tuple(one.name for one in series)
        assert [row[1:] for row in chart.table.rows] == [
            tuple(written.full(one.values[at]) for one in series) for at in range(len(labels))
        ]


@given(several)
def test_shares_of_anything_are_legible(labelled):
    labels, series = labelled
    whole = [
        Series(one.name, [abs(v) if isinstance(v, int | float) else v for v in one.values])
        for one in series
    ]
    assert_legible(stacked_bars(caption("x"), "Municipio", labels, whole))


@given(st.lists(st.integers(0, 10**30) | st.none(), max_size=40), st.integers(1, 10**6), numbers)
def test_histograms_of_anything_are_legible(counts, step, written):
    edges = [step * (at - 9) for at in range(len(counts) + 1)]
    assert_legible(histogram(caption("x"), "Cambio", edges, counts, written))


@given(
    st.lists(
        st.builds(Place, names, st.floats(-90, 90), st.floats(-180, 180), amounts), max_size=14
    )
)
def test_maps_of_anything_are_legible(places):
    assert_legible(dot_map(caption("x"), "Municipio", places))
