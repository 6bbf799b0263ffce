"""One portfolio under two laws: who gains, who loses, what the fund receives."""

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tequio.core.spelling import long_date
from tequio.demo.state import tables
from tequio.engine import batch, whatif
from tequio.engine.errors import Refused
from tequio.engine.evaluate import evaluate
from tequio.engine.offers import plan_of, status_quo
from tequio.engine.overlay import read_overlay
from tequio.engine.pairs import NAMES, STATUS_QUO
from tequio.engine.portfolio import loan_of, write
from tequio.engine.projection import schedule
from tequio.engine.rulebook import assumed, outlook_at, published
from tequio.engine.whatif import Laws, compared, run, verdict

DAY = date(2024, 6, 30)
HEAD = 'title = "Prueba"\njustification = "Lo propone la mesa de crédito."\n'
THIRTY = "[liquidacion_anticipada.threshold]\nis = 30\n"
TWENTY = "[liquidacion_anticipada.threshold]\nis = 20\n"
DEARER = "[common.rate_by_wage]\nplus = 1\n"


def overlay_of(folder: Path, text: str, head: str = HEAD):
    path = folder / "cambio.toml"
    path.write_text(head + text, encoding="utf-8")
    return read_overlay(path, published(), DAY)


def amended(folder: Path, text: str):
    return published().amended(overlay_of(folder, text).changes)


@pytest.fixture(scope="module")
def rows():
    """A slice of the simulated state."""
    return next(iter(tables(3_000, 13, DAY, 3_000, None)))


@pytest.fixture(scope="module")
def changes(rows, tmp_path_factory):
    """The slice under each change."""
    folder = tmp_path_factory.mktemp("laws")
    texts = {"thirty": THIRTY, "twenty": TWENTY, "dearer": DEARER}
    found = {}
    for name, text in texts.items():
        years, credits_ = compared(rows, DAY, Laws(published(), amended(folder, text)))
        found[name] = pl.from_arrow(years), pl.from_arrow(credits_)
    return found


def counts(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.select(pl.col("verdict").cast(pl.String)).to_series().value_counts().rows())


def test_the_same_law_twice_changes_nothing(rows):
    years, credits_ = compared(rows, DAY, Laws(published(), published()))
    assert counts(pl.from_arrow(credits_)) == {"same": rows.num_rows}
    assert pl.from_arrow(years).select("before", "after").sum().row(0) == (0, 0)


def test_a_wider_door_only_gains_and_a_narrower_one_only_loses(changes):
    """Who may settle between 25 and 30 % gains; who does between 20 and 25 % would lose."""
    wider, narrower = changes["thirty"][1], changes["twenty"][1]
    assert set(counts(wider)) == {"same", "gains"}
    assert set(counts(narrower)) == {"same", "loses"}
    for frame, verdict_, without, then in (
        (wider, "gains", "before", "after"),
        (narrower, "loses", "after", "before"),
    ):
        told = frame.filter(pl.col("verdict").cast(pl.String) == verdict_)
        assert (told[f"deposit_{without}"] == 0).all()
        assert (told[f"deposit_{then}"] > 0).all()
        assert (told["pays_before"] == told["pays_after"]).all()


def test_each_verdict_is_what_the_two_evaluations_say(rows, tmp_path):
    """In plain Python, one credit at a time, by the first law's yardstick."""
    laws = Laws(published(), amended(tmp_path, DEARER + THIRTY))
    loan = loan_of(rows)
    before, after = evaluate(loan, DAY, laws.before), evaluate(loan, DAY, laws.after)
    told = [whatif.VERDICTS[place] for place in verdict(before, after)]
    most, term = before.choice.measure.limits.most, loan.months_left.values
    seen = set()
    for row in range(rows.num_rows):
        keys = []
        for outcome in (before, after):
            best = outcome.choice.best
            over = 0 if best.instalment[row] <= most[row] else best.instalment[row]
            late = best.months[row] > term[row] or best.left[row] > 0
            keys.append((int(over), bool(late), int(best.total[row]), int(best.conditions[row])))
        signs = {(keys[1] < keys[0]) - (keys[1] > keys[0])}
        for name in ("liquidacion_anticipada", "fondo_proteccion_pagos", "prorroga"):
            costs = [cost(outcome, name, row) for outcome in (before, after)]
            signs.add((costs[0] > costs[1]) - (costs[0] < costs[1]))
        expected = {(True, True): "mixed", (True, False): "gains", (False, True): "loses"}
        wanted = expected.get((1 in signs, -1 in signs), "same")
        assert told[row] == wanted, row
        seen.add(wanted)
    assert {"same", "gains", "loses"} <= seen


def cost(outcome, programme: str, row: int) -> float:
    """What is paid under a programme, or more than anything."""
    (pairs,) = (one for one in outcome.pairs if one.programme == programme)
    places = np.flatnonzero(pairs.rows == row)
    return float(pairs.projection.total[places[0]]) if len(places) else float("inf")


def test_what_both_laws_share_is_the_same_as_worked_out_anew(rows, tmp_path):
    loan, after = loan_of(rows), amended(tmp_path, THIRTY)
    before = evaluate(loan, DAY)
    shared, anew = evaluate(loan, DAY, after, known=before), evaluate(loan, DAY, after)
    reused = [mine is theirs for mine, theirs in zip(shared.pairs, before.pairs, strict=True)]
    assert reused.count(False) == 1
    for one, other in zip(shared.pairs, anew.pairs, strict=True):
        assert one.programme == other.programme
        assert one.rows.tolist() == other.rows.tolist()
        assert one.projection.total.tolist() == other.projection.total.tolist()
    assert shared.choice.best.total.tolist() == anew.choice.best.total.tolist()


def test_a_change_of_what_all_share_is_worked_out_anew(rows, tmp_path):
    loan, after = loan_of(rows), amended(tmp_path, "[common.index_growth]\nis = 0\n")
    before = evaluate(loan, DAY)
    known, anew = evaluate(loan, DAY, after, known=before), evaluate(loan, DAY, after)
    assert known.today.projection.total.tolist() == anew.today.projection.total.tolist()
    assert known.today.projection.total.sum() < before.today.projection.total.sum()


def test_the_years_are_the_schedules_of_the_credits_that_change(rows, tmp_path):
    after = amended(tmp_path, DEARER)
    few = rows.slice(0, 400)
    loan = loan_of(few)
    years, credits_ = compared(few, DAY, Laws(published(), after))
    told, frame = pl.from_arrow(credits_), pl.from_arrow(years)
    assert told["moved"].any() and not told["moved"].all()
    for when, rules in (("before", published()), ("after", after)):
        outcome, by_year = evaluate(loan, DAY, rules), {}
        offers = {answer.programme.name: answer.offer for answer in outcome.answers}
        offers[STATUS_QUO] = status_quo(loan, assumed(rules, DAY))
        last_years = []
        for row in np.flatnonzero(told["moved"]):
            offer = offers[NAMES[outcome.choice.best.place[row]]]
            months = schedule(plan_of(offer, loan, np.array([row])), outlook_at(rules, DAY), 0)
            received = months.borrower + months.complement_fund + months.employer + months.overdue
            for year, amount in zip(months.year.tolist(), received.tolist(), strict=True):
                by_year[year] = by_year.get(year, 0) + amount
            last_years.append(int(months.year[-1]))
        assert {y: a for y, a in frame.select("year", when).rows() if a} == by_year
        for year, paying in frame.select("year", f"paying_{when}").rows():
            assert paying == sum(last >= year for last in last_years), year
    assert told.height == 400


def test_an_offer_moves_where_what_is_paid_or_received_is_another(changes):
    frame = changes["dearer"][1]
    same = pl.lit(True)
    for name in ("best", "pays", "total", "npv"):
        same &= pl.col(f"{name}_before").cast(pl.String) == pl.col(f"{name}_after").cast(pl.String)
    assert frame.filter(same)["moved"].sum() == 0
    assert frame.filter(~same)["moved"].all()
    assert not changes["thirty"][1]["moved"].any()


def test_each_row_keeps_both_laws_and_its_groups(changes):
    _, frame = changes["thirty"]
    assert frame["law_before"].cast(pl.String).unique().to_list() == [published().sha256]
    (after,) = frame["law_after"].cast(pl.String).unique().to_list()
    assert len(after) == 64
    assert after != published().sha256
    for name, words in (("unit", whatif.UNITS), ("age", whatif.AGES), ("wage", whatif.WAGES)):
        assert set(frame[name].cast(pl.String).unique()) <= set(words)
        assert frame[name].n_unique() > 2


@pytest.mark.parametrize(
    ("born", "wage", "age", "band"),
    [
        (date(1994, 7, 1), 0, "Menos de 30", "Sin salario"),
        (date(1994, 6, 30), 1, "30 a 39", "Hasta 1 UMA"),
        (date(1964, 7, 1), 330_053, "50 a 59", "Hasta 1 UMA"),
        (date(1964, 6, 30), 330_054, "60 o más", "1 a 2 UMA"),
        (None, 5 * 330_053, "Sin fecha", "3 a 5 UMA"),
        (None, 5 * 330_053 + 1, "Sin fecha", "Más de 5 UMA"),
    ],
)
def test_both_sides_of_a_band(rows, born, wage, age, band):
    one = rows.slice(0, 1)
    columns = {name: one[name] for name in one.column_names}
    import pyarrow as pa

    columns["born_on"] = pa.array([born], one["born_on"].type)
    columns["wage"] = pa.array([wage], one["wage"].type)
    table = pa.table(columns, schema=one.schema)
    _, told = compared(table, DAY, Laws(published(), published()))
    assert (told["age"][0].as_py(), told["wage"][0].as_py()) == (age, band)


def test_the_rules_of_another_day_with_the_index_of_today(rows):
    """Before 18 September 2023 Borrón y Cuenta Nueva was for credits in VSM only."""
    old = published().of(date(2023, 9, 17))
    texts = {t.programme.name: t for t in old.in_force(DAY)}
    assert texts["borron_y_cuenta_nueva"].version.law.__name__ == "OnlyUnits"
    today = {t.programme.name: t for t in published().in_force(DAY)}
    assert (
        texts["borron_y_cuenta_nueva"].law.umi.values
        == today["borron_y_cuenta_nueva"].law.umi.values
    )
    _, told = compared(rows, DAY, Laws(old, published()))
    frame = pl.from_arrow(told)
    assert counts(frame)["gains"] > 0
    assert (frame["law_before"].cast(pl.String) != frame["law_after"].cast(pl.String)).all()


def test_a_run_resumes_and_gives_the_same_bytes(rows, tmp_path):
    path = tmp_path / "cartera.parquet"
    write(iter([rows.slice(0, 500), rows.slice(500, 500)]), path, as_of=DAY, simulated=True)
    laws = Laws(published(), amended(tmp_path, THIRTY))
    done = run(path, DAY, tmp_path / "one", laws, workers=batch.in_threads(1))
    assert done.rows["credits"] == 1_000
    run(path, DAY, tmp_path / "two", laws, workers=batch.in_threads(2))
    parts = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.parquet")]
    assert len(parts) == 4
    for part in parts:
        assert (tmp_path / "one" / part).read_bytes() == (tmp_path / "two" / part).read_bytes()
    (tmp_path / "two" / "credits" / "part-00001.parquet").unlink()
    again = run(path, DAY, tmp_path / "two", laws)
    assert again.resumed == 1


def test_a_run_keeps_what_it_tries_and_refuses_another_by_its_title(rows, tmp_path):
    path, folder = tmp_path / "cartera.parquet", tmp_path / "run"
    write(iter([rows.slice(0, 200)]), path, as_of=DAY, simulated=True)
    laws = Laws.tried(published(), overlay_of(tmp_path, THIRTY), DAY)
    run(path, DAY, folder, laws, workers=batch.in_threads(1))
    for name in ("run.json", "manifest.json"):
        kept = json.loads((folder / name).read_text(encoding="utf-8"))
        assert kept["title"] == "Prueba"
        assert kept["justification"] == "Lo propone la mesa de crédito."
        assert kept["named"] == ["La ley del 30 de junio de 2024", "La misma ley, con el cambio"]
        assert kept["law_sha256"].split() == [laws.before.sha256, laws.after.sha256]
        (one,) = kept["amended"]
        assert (one["before"], one["after"], one["rule"]) == ("25 %", "30 %", "DLA-03")
        assert one["scope"] == "Descuento por Liquidación Anticipada"
        assert one["rule_says"].startswith("Quien debe 25 % o menos")
    other = Laws.tried(published(), overlay_of(tmp_path, TWENTY), DAY)
    with pytest.raises(Refused, match="otra ley: «Prueba»"):
        run(path, DAY, folder, other)
    renamed = overlay_of(tmp_path, THIRTY, HEAD.replace("Prueba", "Otro nombre"))
    assert run(path, DAY, folder, Laws.tried(published(), renamed, DAY)).resumed == 1


def test_the_rules_of_two_days_are_compared_the_earlier_first():
    earlier, later = date(2023, 9, 17), date(2025, 12, 1)
    past = Laws.of_two_days(published(), earlier, DAY)
    assert past.after is published()
    assert past.before.rules_of == earlier
    assert past.named == tuple(f"Las reglas del {long_date(day)}" for day in (earlier, DAY))
    future = Laws.of_two_days(published(), later, DAY)
    assert future.before is published()
    assert future.after.rules_of == later
    assert [one.label for one in past.amended] == [
        "Texto de las reglas",
        "Meses seguidos pagados completos por el patrón (dos por bimestre)",
        "Texto de las reglas",
    ]
    assert [(one.scope, one.before, one.after) for one in past.amended] == [
        ("Borrón y Cuenta Nueva", "«solo vsm»", "«convenio privado»"),
        ("Borrón y Cuenta Nueva", "4 meses", "2 meses"),
        ("Apoyo a Jubilados", "«creditos antiguos»", "«todos los creditos»"),
    ]
    assert ("Prórroga", "«con intereses»", "«sin intereses»") in [
        (one.scope, one.before, one.after) for one in future.amended
    ]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (DAY, "son las mismas"),
        (date(2024, 6, 29), "son las mismas"),
        (date(2016, 12, 31), "Ninguna solución tiene regla conocida el 2016-12-31"),
    ],
)
def test_two_days_that_cannot_be_compared_are_refused(day, why):
    with pytest.raises(Refused, match=re.escape(why)):
        Laws.of_two_days(published(), day, DAY)
