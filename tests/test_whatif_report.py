"""The figures of a what-if against its rows added up by hand; the report and its CSV."""

import csv
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pages import Plain
from tequio.demo.state import generate_to
from tequio.engine.overlay import read_overlay
from tequio.engine.pairs import STATUS_QUO
from tequio.engine.rulebook import published as law
from tequio.engine.whatif import Laws, run
from tequio.results import written
from tequio.results.published import Place
from tequio.results.records import Figure, Kind
from tequio.results.whatif.published import published
from tequio.results.whatif.records import Report
from tequio.results.whatif.report import write_report
from tequio.results.whatif.tally import Comparison, round_step
from whatif_by_hand import by_hand, middle, rows_of, within
from whatif_runs import (
    AMENDED,
    BCN,
    MANIFEST,
    RC,
    credits_of,
    moved,
    report_of,
    settles,
    write_run,
    year,
)

DAY = date(2024, 6, 30)
MORELIA, URUAPAN = "16053", "16102"
PLACES = {MORELIA: Place("Morelia", 19.7, -101.2), URUAPAN: Place("Uruapan", 19.4, -102.1)}
# 200 credits: 40 pay 50 pesos less, 20 pay 100 more, 30 may now settle, 10 of each as they did.
HAND = [
    *moved(40, -50_00, -6_000_00, forgiven_after=1_000_00, npv_after=95_000_00, age="30 a 39"),
    *moved(20, 100_00, 9_000_00, best_after=BCN, municipality=URUAPAN, sex="Hombre"),
    *settles(30, municipality=URUAPAN),
    *settles(10, before=20_000_00, after=20_000_00, municipality=URUAPAN),
    *credits_of(100),
]
YEARS = [
    year(2024, 500_00, 400_00, 60),
    year(2025, 900_00, 800_00, (40, 12)),
    year(2026, 30_00, 20_00, (9, 12)),
    year(2027, 3_00, 0, (1, 0)),
    year(2028, 0, 0, 0),
]
OVERLAY = """title = "Prueba"
justification = "Lo propone la mesa de crédito."
[liquidacion_anticipada.threshold]
is = 20
[common.rate_by_wage]
minus = 1
from = 1.5
below = 2
"""


@pytest.fixture(scope="module")
def hand() -> Report:
    return report_of(HAND, YEARS, PLACES)


def numbers(figure: Figure) -> tuple[int | None, int | None]:
    return figure.numerator, figure.denominator


def rows_by_name(sheet) -> dict[str, list]:
    return {row.name: [numbers(one) for one in row.figures[1:4]] for row in sheet.rows}


def test_the_whole_adds_up_as_by_hand(hand):
    assert numbers(hand.whole.credits) == (200, 200)
    assert [numbers(one) for one in hand.whole.figures[1:4]] == [(70, 200), (20, 200), (0, 200)]
    assert numbers(hand.same) == (110, 200)
    assert numbers(hand.moved) == (60, 200)
    assert numbers(hand.whole.pays) == (-50_00, 60)
    assert numbers(hand.whole.total) == (-6_000_00, 60)


def test_groups_have_their_own_shares_and_medians(hand):
    unit, sex, age, wage = hand.sheets
    assert [sheet.title for sheet in hand.sheets] == [
        "Tipo de crédito", "Sexo", "Edad, en años", "Salario",
    ]  # fmt: skip
    assert rows_by_name(unit) == {"En VSM": [(70, 200), (20, 200), (0, 200)]}
    assert rows_by_name(sex) == {
        "Mujer": [(70, 180), (0, 180), (0, 180)],
        "Hombre": [(0, 20), (20, 20), (0, 20)],
    }
    assert rows_by_name(age)["30 a 39"] == [(40, 40), (0, 40), (0, 40)]
    assert [row.name for row in age.rows] == ["30 a 39", "40 a 49"]
    young, older = age.rows
    assert (young.pays.numerator, older.pays.numerator) == (-50_00, 100_00)
    assert young.pays.denominator is None  # how many they are is not told of a group
    assert wage.rows[0].total.numerator == -6_000_00


def test_municipalities_are_by_name_and_the_largest_apart(hand):
    assert [row.name for row in hand.towns.rows] == ["Morelia", "Uruapan"]
    assert rows_by_name(hand.towns) == {
        "Morelia": [(40, 140), (0, 140), (0, 140)],
        "Uruapan": [(30, 60), (20, 60), (0, 60)],
    }
    assert rows_by_name(hand.largest) == rows_by_name(hand.towns)  # two are all of them


def test_amounts_that_are_signed_and_that_are_settled_are_apart(hand):
    forgiven, discount, deposit, kept, npv = hand.amounts
    assert numbers(forgiven.before) == (0, 0)
    assert numbers(forgiven.after) == (40 * 1_000_00, 40)
    assert forgiven.change.numerator == 40 * 1_000_00
    assert numbers(discount.before) == (10 * 20_000_00, 10)
    assert numbers(discount.after) == (10 * 20_000_00 + 30 * 10_000_00, 40)
    assert numbers(deposit.after) == numbers(discount.after)
    assert [numbers(one) for one in deposit.credits] == [(10, 200), (40, 200)]
    assert numbers(kept.after) == (40 * 100_000_00, 40)
    assert numbers(npv.before) == (200 * 100_000_00, 200)
    assert npv.change.numerator == -40 * 5_000_00


def test_years_end_where_few_still_pay(hand):
    assert [flow.label for flow in hand.flows] == ["2024", "2025 y después"]
    assert [flow.before.numerator for flow in hand.flows] == [500_00, 933_00]
    assert [flow.after.numerator for flow in hand.flows] == [400_00, 820_00]


def test_changes_fall_in_bands_and_moves_go_from_solution_to_solution(hand):
    assert [(one.label, one.credits.numerator) for one in hand.pays if one.credits.numerator] == [
        ("Baja más de $40", 40),
        ("Sube más de $80", 20),
    ]
    assert all(within(one.label, change) for one, change in zip(
        [hand.pays[0], hand.pays[-1]], (-50_00, 100_00), strict=True
    ))  # fmt: skip
    assert sum(one.credits.numerator for one in hand.total) == 60
    assert {(one.before, one.after): one.credits.numerator for one in hand.moves} == {
        (RC, RC): 40,
        (RC, BCN): 20,
    }


@pytest.mark.parametrize(
    ("most", "step"),
    [(1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (25, 5), (26, 10), (50, 10), (51, 20), (251, 100)],
)
def test_bands_are_one_two_or_five_wide_and_five_hold_the_most(most, step):
    assert round_step(most * 100) == step * 100


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    generate_to(folder / "cartera.parquet", 30_000, 7)
    (folder / "cambio.toml").write_text(OVERLAY, encoding="utf-8")
    overlay = read_overlay(folder / "cambio.toml", law(), DAY)
    run(folder / "cartera.parquet", DAY, folder / "run", Laws.tried(law(), overlay, DAY))
    return folder / "run"


def test_every_figure_of_a_simulated_state_is_what_its_rows_add_up_to(simulated):
    expected, report = by_hand(simulated), published(Comparison(simulated), PLACES)
    told, reserved = [], []
    for _, one in report.every_figure():
        if not one.name.startswith("band.") and ".others" not in one.name:
            (reserved if one.numerator is None else told).append(one)
    assert len(told) > 250
    assert reserved
    last = report.flows[-1]
    for one in told:
        name = one.name
        if one in (last.before, last.after) and last.label.endswith("y después"):
            name = name.replace(".before", "+.before").replace(".after", "+.after")
        number, of = expected[name]
        assert one.numerator == number, name
        assert one.denominator in (of, None), name
    assert {name for name in expected if name.startswith("move.")} == {
        f"move.{one.before}.{one.after}" for one in report.moves
    }


def test_the_row_of_all_other_municipalities_is_what_is_left(simulated):
    report, rows = published(Comparison(simulated), PLACES), rows_of(simulated, "credits")
    named = {one.credits.name.removeprefix("credits.town.") for one in report.largest.rows}
    rest = [row for row in rows if row["municipality"] not in named]
    others = report.largest.rows[-1]
    assert others.name == "Los demás municipios"
    assert numbers(others.credits) == (len(rest), len(rest))
    verdicts = Counter(row["verdict"] for row in rest)
    for name in ("gains", "loses", "mixed"):
        if getattr(others, name).numerator is not None:
            assert getattr(others, name).numerator == verdicts[name]
    assert others.loses.numerator
    movers = [row["total_after"] - row["total_before"] for row in rest if row["moved"]]
    assert others.total.numerator == middle(movers)


@pytest.mark.parametrize("what", ["pays", "total"])
def test_bands_hold_the_changes_of_a_simulated_state(simulated, what):
    report = published(Comparison(simulated), PLACES)
    changes = [
        row[f"{what}_after"] - row[f"{what}_before"]
        for row in rows_of(simulated, "credits")
        if row["moved"]
    ]
    parts = getattr(report, what)
    assert len(parts) > 3
    for change in changes:
        assert sum(within(one.label, change) for one in parts) == 1
    for one in parts:
        if one.credits.numerator is not None:
            assert one.credits.numerator == sum(within(one.label, c) for c in changes), one.label


def page_of(folder: Path, credits_=HAND, years=YEARS, **about) -> tuple[str, list[list[str]]]:
    out = folder / "out" / "que-pasaria-si.html"
    made = write_run(folder / "run", credits_, years, **about)
    write_report(Comparison(made), out, places=PLACES)
    with out.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return out.read_text(encoding="utf-8"), list(csv.reader(file))


def words_of(page: str) -> str:
    return " ".join(" ".join(Plain(page).words).split())


def test_a_report_is_one_file_without_script_or_network(tmp_path):
    page, _ = page_of(tmp_path)
    tags = Plain(page).tags
    assert page.startswith("<!doctype html>")
    assert tags[0] == ("html", {"lang": "es-MX"})
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object"}
    assert all("style" not in attributes for _, attributes in tags)
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    names = [a["id"] for _, a in tags if "id" in a]
    assert len(names) == len(set(names))
    assert set(" ".join(a.get("aria-labelledby", "") for _, a in tags).split()) <= set(names)
    headings = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 not in headings[1:]
    assert all(after <= before + 1 for before, after in pairwise(headings))
    tables = [tag for tag, _ in tags if tag in ("table", "caption")]
    assert tables.count("table") == tables.count("caption") == 9


def test_a_report_says_what_is_tried_why_and_with_which_laws(tmp_path):
    words = words_of(page_of(tmp_path)[0])
    for said in (
        "¿Qué pasaría si…? Una prueba",
        "Lo propone quien escribe las pruebas.",
        "Saldo máximo, como parte de lo prestado Descuento por Liquidación Anticipada 25 % 30 %",
        "DLA-03. Quien debe 25 % o menos de lo prestado paga la mitad.",
        f"La ley de hoy. {'b' * 64}",
        f"La ley de mañana. {'d' * 64}",
        f"Corte: 30 de junio de 2024. {'a' * 64}",
        "c" * 64,
        "DATOS SIMULADOS",
        "En la realidad no todos firman.",
        "Se cuentan créditos, no personas",
        "siempre con la política de «antes»",
        "Aumento anual de la UMI",
    ):
        assert said in words, said


def test_only_the_first_changes_of_the_law_are_in_the_table(tmp_path):
    many = [AMENDED | {"label": f"Parámetro {at}"} for at in range(6)]
    page, _ = page_of(tmp_path / "a", amended=many)
    assert "Otros 2 cambios más de la ley" in words_of(page)
    first, folded = page.split("<details", 1)
    assert "Parámetro 3" in first and "Parámetro 4" not in first
    assert "Parámetro 5" in folded
    page, _ = page_of(tmp_path / "b", amended=many[:5])
    assert "Un cambio más de la ley" in words_of(page)
    page, _ = page_of(tmp_path / "c", amended=many[:4])
    assert "más de la ley" not in words_of(page)


def test_an_assumption_that_is_tried_is_said_to_be_that_of_before(tmp_path):
    said = "Estos son los supuestos de «antes»"
    assert said not in words_of(page_of(tmp_path / "a")[0])
    tried = [AMENDED | {"file": "common"}]
    assert said in words_of(page_of(tmp_path / "b", amended=tried)[0])


def test_simulated_trial_and_real_are_told_apart(tmp_path):
    trial, _ = page_of(tmp_path / "b", simulated=False, origin="Créditos de autos.")
    assert "DATOS SIMULADOS" not in trial
    assert "PRUEBA.</strong> Créditos de autos." in trial
    real, _ = page_of(tmp_path / "c", simulated=False, origin="")
    assert "simulad" not in real.lower()
    assert "PRUEBA" not in real
    assert "No se dijo su origen." in real


def test_a_title_is_text(tmp_path):
    page, _ = page_of(tmp_path, title="<b>30 % & más</b>")
    assert "&lt;b&gt;30 % &amp; más&lt;/b&gt;" in page
    assert "<b>30" not in page


def test_every_figure_is_in_the_table_with_group_and_denominator(tmp_path, hand):
    _, (header, *rows) = page_of(tmp_path)
    assert header == [
        "cifra", "descripcion", "grupo", "valor", "unidad", "numerador", "denominador",
        "definicion",
    ]  # fmt: skip
    figures = list(hand.every_figure())
    assert [(row[0], row[2]) for row in rows] == [(one.name, group) for group, one in figures]
    assert len({row[0] for row in rows}) == len(rows)
    assert all(row[7].endswith(".") for row in rows)
    found = {row[0]: row[2:7] for row in rows}
    assert found["gains"] == ["Todos los créditos", "35.00", "% de los créditos", "70", "200"]
    assert found["gains.town.16102"][0] == "Municipio: Uruapan"
    assert found["gains.town.16102"][1:] == ["50.00", "% de los créditos", "30", "60"]
    assert found["pays.age.1"] == [
        "Edad, en años: 30 a 39",
        "-50.00",
        "pesos, mediana",
        "-50.00",
        "",
    ]
    assert found["npv.change"][1:] == ["-200000.00", "pesos", "-200000.00", ""]
    assert found["flow.2025.after"] == ["Año: 2025 y después", "820.00", "pesos", "820.00", ""]
    assert found[f"move.{RC}.{BCN}"][1:] == ["20", "créditos", "20", "60"]


def test_report_and_table_say_the_same(tmp_path, hand):
    page, (_, *rows) = page_of(tmp_path)
    words = words_of(page)
    for row in (*hand.sheets[2].rows, *hand.largest.rows):
        told = [row.name, written.number(row.credits)]
        for one in (row.gains, row.loses, row.mixed):
            told += [written.number(one)] + ([f"({written.said(one)})"] if one.numerator else [])
        told += [written.said(row.pays), written.said(row.total)]
        assert " ".join(told) in words, told
    for pair in hand.amounts:
        shown = [written.said(one) for one in (pair.before, pair.after, pair.change)]
        shown += [written.number(one) for one in pair.credits] or ["todos", "todos"]
        assert " ".join([pair.label, *shown]) in words
    values = {row[0]: row[3] for row in rows}
    for _, one in hand.every_figure():
        assert values[one.name] == written.value_of(one)
    assert "La mejor mensualidad cambia en 60 créditos (30.0 %)" in words


def test_where_no_offer_changes_the_report_says_so_in_place_of_charts(tmp_path):
    page, rows = page_of(tmp_path, settles(30) + credits_of(100), ())
    words = words_of(page)
    assert "La mejor mensualidad no cambia en ningún crédito" in words
    assert "nadie pasa de una solución mensual a otra" in words
    assert page.count("<figure") == 1
    assert "Cambio mediano" not in page
    assert {row[3] for row in rows if row[0].startswith("pays")} == {"no aplica"}


def test_the_same_run_writes_the_same_bytes(tmp_path):
    assert page_of(tmp_path / "a") == page_of(tmp_path / "b")


def test_a_share_that_rounds_to_nothing_is_not_nothing():
    one = Figure("x", "x", Kind.SHARE, 10, 20_001, "x")
    assert written.said(one) == "menos de 0.1 %"
    assert written.said(Figure("x", "x", Kind.SHARE, 10, 20_000, "x")) == "0.1 %"
    assert written.said(Figure("x", "x", Kind.SHARE, 0, 20_001, "x")) == "0 %"


def test_two_municipalities_of_one_name_are_two():
    twins = {MORELIA: PLACES[MORELIA], URUAPAN: PLACES[MORELIA]}
    rows = report_of(HAND, YEARS, twins).towns.rows
    assert [(row.name, row.credits.name) for row in rows] == [
        ("Morelia", f"credits.town.{MORELIA}"),
        ("Morelia", f"credits.town.{URUAPAN}"),
    ]


def test_a_missing_name_is_its_key(tmp_path):
    page, _ = page_of(tmp_path, HAND + credits_of(30, municipality="09002"))
    assert ">09002<" in page


def test_manifests_of_hand_name_what_real_ones_name(simulated):
    assert MANIFEST.keys() <= Comparison(simulated).manifest.keys()
    assert rows_of(simulated, "credits")[0].keys() >= credits_of(1)[0].keys()
    assert STATUS_QUO in {row["best_before"] for row in rows_of(simulated, "credits")}
