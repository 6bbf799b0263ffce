"""The figures of a state against a portfolio added up by hand; the page and its CSV."""

import csv
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from added_by_hand import by_hand
from pages import Plain
from states import BCN, LA, RC, RUN, credits_of, results_of, write_state
from tequio.demo.state import generate_to
from tequio.engine.batch import run
from tequio.results import written
from tequio.results.figures import State
from tequio.results.page import write_page
from tequio.results.published import Place, published
from tequio.results.records import Figure, Results

MORELIA, URUAPAN, PARANGARICUTIRO = "16053", "16102", "16058"
PLACES = {
    MORELIA: Place("Morelia", 19.70, -101.19),
    URUAPAN: Place("Uruapan", 19.42, -102.06),
    PARANGARICUTIRO: Place("Nuevo Parangaricutiro", 19.42, -102.13),
}
# 100 credits: 60 in Morelia (20 of them late, in units, with Responsabilidad Compartida), 40 in
# Uruapan (12 may settle and 10 of those find the door shut).
HAND = [
    *credits_of(
        20,
        indexed=True,
        regime=1,
        months_missed=6,
        overdue=True,
        balance=300_000_00,
        solutions=(RC,),
        forgiven={RC: 50_000_00},
        best=RC,
        best_pays=1_500_00,
    ),
    *credits_of(10, solutions=(RC, BCN), reward={BCN: 9_000_00}, best=RC, best_pays=1_990_00),
    *credits_of(30),
    *credits_of(2, municipality=URUAPAN, solutions=(LA,), forgiven={LA: 10_000_01}),
    *credits_of(10, municipality=URUAPAN, solutions=(LA,), closed=(LA,), forgiven={LA: 10_000_00}),
    *credits_of(28, municipality=URUAPAN, converted=True),
]


@pytest.fixture(scope="module")
def hand() -> Results:
    return results_of(HAND, PLACES)


def behind(figure: Figure) -> tuple:
    return figure.value, figure.numerator, figure.denominator


def a_few(count: int, municipality: str) -> list[dict]:
    """Credits that are alone in more than one way."""
    facts = {"overdue": True, "months_missed": 5, "best": BCN, "best_pays": 100_00}
    return credits_of(count, municipality=municipality, solutions=(BCN,), indexed=True, **facts)


def test_the_state_adds_up_as_by_hand(hand):
    assert behind(hand.credits) == (100, 100, 100)
    assert behind(hand.eligible) == (42.0, 42, 100)  # 20 + 10 + 12, each once
    assert hand.open.numerator is None  # 32, less the 30 of one solution: 2 of another
    assert behind(hand.better) == (30.0, 30, 100)
    assert behind(hand.late) == (20.0, 20, 100)
    owed = 20 * 300_000_00 + 80 * 100_000_00
    assert behind(hand.late_balance) == (42.86, 20 * 300_000_00, owed)  # 6 / 14
    assert behind(hand.median_saved) == (500_00, 500_00, 30)  # 20 save 500 pesos, 10 save 10


def test_pairs_and_both_means_of_a_discount(hand):
    rc, la, bcn = hand.solutions[:3]
    assert behind(rc.eligible) == (30, 30, 100)
    assert behind(rc.receiving) == (20, 20, 30)
    assert behind(rc.forgiven)[0] == 20 * 50_000_00
    assert rc.mean_receiving.value == 50_000_00
    assert rc.mean_eligible.value == 33_333_33
    assert behind(la.eligible) == (12, 12, 100)
    assert la.open.numerator is None  # 2 find it open: too few, and the total would say 2
    assert la.mean_receiving.value == 10_000_00  # two centavos over twelve
    assert behind(bcn.mean_reward) == (9_000_00, 10 * 9_000_00, 10)
    assert bcn.receiving.value == 0
    assert bcn.mean_receiving.value.word == "no aplica"


def test_savings_fall_in_tenths_of_todays_payment(hand):
    assert [one.value for one in hand.bands] == [0, 10, 0, 20, 0, 0, 0, 0, 0, 0, 0]
    assert [one.label for one in hand.bands][:3] == ["No baja", "0–10 %", "10–20 %"]
    first, *others = (one.value for one in hand.best)
    assert (first, set(others)) == (30, {0})


def test_groups_by_unit_and_regime(hand):
    assert [behind(one) for one in hand.better_by_unit] == [
        (100.0, 20, 20),
        (0.0, 0, 28),
        (19.23, 10, 52),
    ]
    assert [behind(one)[1:] for one in hand.better_by_regime] == [(10, 80), (20, 20), (0, 0)]
    assert hand.better_by_regime[2].value.word == "no aplica"
    assert [behind(one)[1:] for one in hand.late_by_unit] == [(20, 20), (0, 28), (0, 52)]
    assert [one.value for one in hand.late_balance_by_unit] == [100.0, 0.0, 0.0]


def test_municipalities_by_name(hand):
    assert [town.name for town in hand.towns] == ["Morelia", "Uruapan"]
    morelia, uruapan = hand.towns
    assert [behind(one)[1:] for one in (morelia.credits, uruapan.credits)] == [(60, 100), (40, 100)]
    assert behind(morelia.eligible) == (30, 30, 60)
    assert behind(morelia.late) == (33.33, 20, 60)
    assert morelia.late_balance.value == 60.0  # 60 of 100 hundred thousands
    rows = {row.name: [cell.value for cell in row.cells] for row in hand.crossed}
    assert {name: row[:3] for name, row in rows.items()} == {
        "Morelia": [30, 0, 10],
        "Uruapan": [0, 12, 0],
    }
    assert {value for row in rows.values() for value in row[3:]} == {0}


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    generate_to(folder / "cartera.parquet", 3_000, 7)
    run(folder / "cartera.parquet", date(2024, 6, 30), folder / "run")
    return folder / "run"


def test_every_figure_of_a_simulated_state_is_what_its_rows_add_up_to(simulated):
    expected = by_hand(simulated)
    results = published(State(simulated), PLACES)
    figures = list(results.every_figure())
    told = [one for one in figures if one.numerator is not None and ".others" not in one.name]
    assert len(told) > 120
    assert {one.name: behind(one)[1:] for one in told} == {
        one.name: expected[one.name] for one in told
    }
    for reserved in (one for one in figures if one.numerator is None):
        assert ".town." in reserved.name or expected[reserved.name][0] < 100, reserved


def test_municipalities_add_up_to_the_state(simulated):
    results = published(State(simulated), PLACES)
    expected = by_hand(simulated)
    keys = {town.key for town in results.towns}
    for what, total in (("town", results.credits), ("eligible.town", results.eligible)):
        assert sum(expected[f"{what}.{key}"][0] for key in keys) == total.numerator
    assert results.crossed[-1].name == "Los demás municipios"
    for solution, *cells in zip(
        results.solutions, *(row.cells for row in results.crossed), strict=True
    ):
        assert sum(cell.numerator for cell in cells) == solution.eligible.numerator
        assert {cell.label.split(": ")[1] for cell in cells} == {solution.title}


def page_of(folder: Path, credits_=HAND, places=PLACES, **about) -> tuple[str, list[list[str]]]:
    out = folder / "out" / "resultados.html"
    write_page(
        write_state(folder / "run", credits_, **about), out, title="Michoacán", places=places
    )
    with out.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return out.read_text(encoding="utf-8"), list(csv.reader(file))


def test_a_page_is_one_file_without_script_or_network(tmp_path):
    page, _ = page_of(tmp_path)
    tags = Plain(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object"}
    assert all("style" not in attributes for _, attributes in tags)
    assert [a["href"] for tag, a in tags if tag == "a"] == ["#contenido"]
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    names = [a["id"] for _, a in tags if "id" in a]
    assert len(names) == len(set(names))
    asked = " ".join(a.get("aria-labelledby", "") for _, a in tags).split()
    assert set(asked) <= set(names)


def test_a_page_has_headings_in_order_and_tables_that_say_what_heads_what(tmp_path):
    page, _ = page_of(tmp_path)
    tags = Plain(page).tags
    assert page.startswith("<!doctype html>")
    assert tags[0] == ("html", {"lang": "es-MX"})
    headings = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 not in headings[1:]
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert {a.get("scope") for tag, a in tags if tag == "th"} == {"row", "col"}
    names = [tag for tag, _ in tags]
    assert names.count("table") == names.count("caption") > 8
    assert names.count("main") == tags.count(("title", {})) == 1


def test_simulated_trial_and_real_are_told_apart(tmp_path):
    simulated, _ = page_of(tmp_path / "a")
    assert "DATOS SIMULADOS" in simulated
    assert "Hecha a mano." in simulated
    trial, _ = page_of(tmp_path / "b", simulated=False, origin="Créditos de autos, otra moneda.")
    assert "DATOS SIMULADOS" not in trial
    assert "PRUEBA.</strong> Créditos de autos, otra moneda." in trial
    assert trial.count("Créditos de autos, otra moneda.") > 5  # under every chart
    real, _ = page_of(tmp_path / "c", simulated=False, origin="")
    assert "simulad" not in real.lower()
    assert "PRUEBA" not in real


def test_a_page_says_how_it_was_made_and_what_is_assumed(tmp_path):
    page, _ = page_of(tmp_path)
    for said in (RUN, "a" * 64, "b" * 64, "c" * 64, "30 de junio de 2024", "Hecha a mano."):
        assert said in page
    assert "Aumento anual de la UMI" in page
    assert "(supuesto)" in page
    panels = page.count('class="panel"')
    assert panels == page.count("<figure") == page.count("Qué se cuenta") > 8
    assert panels == page.count("Entre qué") == page.count("De dónde sale")


def test_every_figure_is_in_the_table_with_its_denominator(tmp_path, hand):
    _, (header, *rows) = page_of(tmp_path)
    assert tuple(header) == written.HEADER
    figures = list(hand.every_figure())
    assert [row[0] for row in rows] == [figure.name for figure in figures]
    assert len({row[0] for row in rows}) == len(rows)
    found = {row[0]: row[2:6] for row in rows}
    assert found["eligible"] == ["42.00", "% de los créditos", "42", "100"]
    assert found["late_balance"] == ["42.86", "% del saldo", "6000000.00", "14000000.00"]
    assert found[f"mean_eligible.{RC}"] == ["33333.33", "pesos por crédito", "1000000.00", "30"]
    assert found[f"pair_open.{LA}"] == ["reservado", "créditos", "", ""]
    assert found[f"mean_receiving.{BCN}"] == ["no aplica", "pesos por crédito", "0.00", "0"]
    assert all(row[6] for row in rows)


def test_page_and_table_say_the_same(tmp_path, hand):
    page, (_, *rows) = page_of(tmp_path)
    words = " ".join(" ".join(Plain(page).words).split())
    assert "42.0 % 42 de 100 créditos" in words
    assert "42.9 % $6 millones de $14 millones" in words
    for figure in (hand.eligible, hand.better, hand.late, hand.late_balance):
        assert f"{written.said(figure)} {written.out_of(figure)}" in words
        assert written.row(figure) in rows
    assert "la mitad bajaría su primer pago $500 o más" in words


def test_the_same_run_writes_the_same_bytes(tmp_path):
    assert page_of(tmp_path / "a") == page_of(tmp_path / "b")


def test_a_name_is_text_and_a_missing_one_is_its_key(tmp_path):
    page, _ = page_of(tmp_path / "a", places={MORELIA: Place("<b>Morelia & cía</b>", 19.7, -101.2)})
    assert "&lt;b&gt;Morelia &amp; cía&lt;/b&gt;" in page
    assert "<b>Morelia" not in page
    assert ">16102<" in page
    nowhere, _ = page_of(tmp_path / "b", places={})
    assert 'id="mapa"' not in nowhere


def test_one_municipality_has_no_row_of_others(tmp_path):
    page, rows = page_of(tmp_path, [one for one in HAND if one["municipality"] == MORELIA])
    assert "Los demás municipios" not in page
    assert [row[:3:2] for row in rows if row[0] == f"town.{MORELIA}"] == [[f"town.{MORELIA}", "60"]]


def test_no_count_of_few_credits_is_written_anywhere(tmp_path):
    few = [(n, key) for n, key in zip((1, 4, 9, 12), PLACES | {"16001": 0}, strict=True)]
    late = [one for n, key in few for one in a_few(n, key)]
    page, (_, *rows) = page_of(tmp_path, HAND + late)
    counted = [row for row in rows if row[3] in ("créditos", "% de los créditos")]
    assert not {row[4] for row in counted} & set(map(str, range(1, 10)))
    assert not {row[5] for row in rows if row[3] != "% del saldo"} & set(map(str, range(1, 10)))
    words = Plain(page).cells
    assert "reservado" in words
    assert len(words) > 100
    assert not {word for word in words if re.fullmatch("[1-9]( de .*)?", word)}


def test_a_state_where_nobody_qualifies_has_its_page(tmp_path):
    page, rows = page_of(tmp_path, credits_of(30))
    assert [rows[2][0], rows[2][2]] == ["eligible", "0.00"]
    assert 'id="descuentos"' not in page
    assert "la mitad bajaría" not in page


def test_a_handful_of_credits_tells_nothing(tmp_path):
    late = credits_of(3, overdue=True, solutions=(RC,), best=RC, best_pays=1_00)
    page, (_, *rows) = page_of(tmp_path, late + credits_of(20))
    assert "está reservado: no se publica" in page
    assert "No se publica: podría señalar a alguien." in page
    assert "la mitad bajaría" not in page
    assert "abierta.</p>" not in page
    shown = [row[0] for row in rows if row[2] not in ("reservado", "no aplica", "0", "0.00")]
    assert shown == ["credits", f"town.{MORELIA}"]


def test_a_reserved_figure_forgets_its_numbers(hand):
    hidden = [figure for figure in hand.every_figure() if figure.value == hand.open.value]
    assert hand.solutions[1].open in hidden
    assert all(figure.numerator is None and figure.denominator is None for figure in hidden)
    assert replace(hand.solutions[1].open, numerator=0, denominator=0).value == 0
