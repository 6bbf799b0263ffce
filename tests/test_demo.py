"""The simulated state: on its targets, at peace with itself, the same for the same seed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from shared import shared
from tequio.core import Index, Money, Months, Rate, Rounding, Units, law
from tequio.core.lists import GAPS, REGIMES, SOLUTIONS
from tequio.demo import assumptions as assumed
from tequio.demo import state, targets
from tequio.demo.arrears import MOST_PAID
from tequio.demo.fact_tables import borrowers, municipalities
from tequio.demo.history import checking
from tequio.engine import portfolio
from tequio.engine.delinquency import overdue

AS_OF = date(2024, 6, 30)
TODAY = (AS_OF - date(1970, 1, 1)).days
LOANS = 20_000


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return state.generate(LOANS)


@pytest.fixture(scope="module")
def rows() -> state.Columns:
    return state.columns_of(state.Part(0, 0, LOANS), state.SEED, AS_OF)


def elapsed(rows: state.Columns) -> np.ndarray:
    """Full months since the grant."""
    granted = rows["granted_on"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (AS_OF.year - 1970) * 12 + AS_OF.month - 1 - granted


@pytest.mark.parametrize("seed", [state.SEED, 1, 77])
def test_every_target_is_met(seed: int) -> None:
    results = targets.check(state.generate(LOANS, seed))
    outside = {one.target.name: one.came_out for one in results if not one.inside}
    assert outside == {}


def test_every_target_has_a_measure_and_lies_in_its_own_range() -> None:
    names = [one.name for one in targets.targets()]
    assert names == [*targets.MEASURES, *checking.MEASURES]
    assert {one.of for one in targets.targets()} == {targets.PORTFOLIO, targets.HISTORY}
    for one in targets.targets():
        assert one.low <= one.target <= one.high, one.name
        assert law.Confidence(one.confidence)


def test_a_state_that_pays_everything_misses_its_targets(table: pa.Table) -> None:
    place = table.schema.get_field_index("months_missed")
    kind = table.schema.field(place)
    paid = table.set_column(place, kind, pa.array(np.zeros(LOANS), kind.type))
    outside = {one.target.name for one in targets.check(paid) if not one.inside}
    assert {"icv_accounts", "icv_balance", "icv_vsm", "icv_pesos", "icv_necp"} <= outside


def test_the_table_is_in_the_schema_of_a_portfolio(table: pa.Table) -> None:
    assert table.schema.equals(portfolio.schema())
    assert table.num_rows == LOANS
    numbers = table["credit"].to_pylist()
    assert len(set(numbers)) == LOANS
    assert all(len(number) == 10 and number.startswith("16") for number in numbers)
    assert set(table["municipality"].to_pylist()) <= set(municipalities().keys)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.parquet", "two.parquet", "other.parquet")]
    for file, seed in zip(files, (5, 5, 6), strict=True):
        state.generate_to(file, 3_000, seed, chunk=1_000)
    one, two, other = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    assert one == two != other


def test_it_says_that_it_is_simulated(table: pa.Table, tmp_path: Path) -> None:
    assert table.schema.metadata[b"tequio.simulated"] == b"true"
    state.generate_to(tmp_path / "state.parquet", 100)
    about = portfolio.open_portfolio(tmp_path / "state.parquet").about
    assert about.simulated and about.as_of == AS_OF
    assert about.origin == f"Datos simulados, semilla {state.SEED}."


def test_a_chunk_does_not_depend_on_those_before() -> None:
    whole = list(state.tables(3_000, 5, AS_OF, 1_000, None))
    alone = state.as_table(state.columns_of(state.Part(2, 2_000, 1_000), 5, AS_OF))
    assert whole[2].equals(alone)
    assert not whole[0]["granted"].equals(whole[1]["granted"])


def test_progress_is_told() -> None:
    heard: list[tuple[int, int]] = []
    list(state.tables(250, 5, AS_OF, 100, lambda done, of: heard.append((done, of))))
    assert heard == [(100, 250), (200, 250), (250, 250)]


def test_another_day_gives_an_older_state_and_one_too_early_is_refused() -> None:
    later = state.columns_of(state.Part(0, 0, 2_000), state.SEED, date(2024, 12, 1))
    assert later["granted_on"].max() < (date(2024, 12, 1) - date(1970, 1, 1)).days
    assert (later["balance"] + later["balance_units"] > 0).all()
    with pytest.raises(ValueError, match="2023-12-31"):
        state.generate(10, as_of=date(2023, 12, 31))


def test_the_unpaid_interest_is_that_of_the_months_missed(rows: state.Columns) -> None:
    umi = law.common()["umi"].in_our_units().at(AS_OF).value
    in_pesos = Units(rows["balance_units"]).pesos(Index(umi)).values
    balance = np.where(rows["indexed"], in_pesos, rows["balance"])
    month = Money(balance).month_at(Rate(rows["rate"]), Rounding.HALF_UP)
    expected = month.for_months(Months(rows["months_missed"])).values
    assert (rows["unpaid_interest"] == expected).all()
    assert (rows["unpaid_interest"][rows["months_missed"] > 0] > 0).all()


def test_months_add_up(rows: state.Columns) -> None:
    gone = elapsed(rows)
    carried = gone - rows["months_paid"] - rows["months_missed"]
    assert (gone >= 1).all()
    assert (carried >= 0).all()
    assert (rows["months_in_a_row"] <= rows["months_paid"]).all()
    assert (rows["months_left"] == 0).any()
    on_time = (rows["months_missed"] == 0) & (carried == 0)
    assert (rows["months_in_a_row"] == rows["months_paid"])[on_time].all()


def test_the_balance_is_what_the_payments_leave(rows: state.Columns) -> None:
    in_pesos = ~rows["indexed"] & ~rows["converted"]
    carried = elapsed(rows) - rows["months_paid"] - rows["months_missed"]
    plain = in_pesos & (carried == 0)
    left = rows["granted"] - rows["principal_paid"]
    assert plain.sum() > 1_000
    assert (np.abs(rows["balance"] - left)[plain] <= 1).all()
    assert (rows["balance"] >= left)[in_pesos].all()  # a prórroga adds its interest, never less


def test_level_credits_amortise_month_by_month(rows: state.Columns) -> None:
    """Against a ledger in whole centavos: what the NECP's instalments alone would leave bounds the
    balance from above, since the employer's 5 % only brings it down."""
    necp = ~rows["indexed"] & ~rows["converted"] & rows["employer_to_principal"]
    carried = elapsed(rows) - rows["months_paid"] - rows["months_missed"]
    chosen = np.flatnonzero(necp & (carried == 0))[:300]
    balance = rows["granted"][chosen].copy()
    for month in range(int(rows["months_paid"][chosen].max())):
        interest = Money(balance).month_at(Rate(rows["rate"][chosen]), Rounding.HALF_UP).values
        pays = month < rows["months_paid"][chosen]
        balance += np.where(pays, interest - rows["instalment"][chosen], 0)
    assert (rows["balance"][chosen] <= balance + 100).all()
    share = rows["balance"][chosen] / balance
    assert share.min() > 0.80 and share.mean() > 0.95


def test_a_credit_is_in_units_or_in_pesos(rows: state.Columns) -> None:
    indexed = rows["indexed"]
    for name in ("balance", "instalment"):
        assert (rows[name][indexed] == 0).all() and (rows[name][~indexed] > 0).all()
        assert (rows[f"{name}_units"][~indexed] == 0).all()
        assert (rows[f"{name}_units"][indexed] > 0).all()
    assert (rows["granted_units"] > 0).tolist() == indexed.tolist()
    latest = (date(2015, 12, 31) - date(1970, 1, 1)).days
    assert rows["granted_on"][indexed | rows["converted"]].max() <= latest
    old_pesos = ~indexed & ~rows["converted"] & ~rows["employer_to_principal"]
    assert set(rows["rate"][old_pesos]) == {assumed.PESOS_RATE}
    converted = rows["converted"]
    assert (rows["converted_on"] > rows["granted_on"])[converted].all()
    assert rows["converted_on_missing"].tolist() == (~converted).tolist()


def test_regime_work_and_pension_agree(rows: state.Columns) -> None:
    payroll = rows["regime"] == REGIMES.index("ROA")
    assert (rows["employed"] == payroll).all()
    assert (rows["wage"] > 0).tolist() == payroll.tolist()
    assert (rows["months_in_job"][~payroll] == 0).all()
    assert (rows["regime"][rows["pensioned"]] == REGIMES.index("REA")).all()
    age = (TODAY - rows["born_on"])[rows["pensioned"] & ~rows["born_on_missing"]] / 365.2425
    assert age.min() >= assumed.PENSION_AGE


def test_no_credit_has_the_payments_that_release_it(rows: state.Columns) -> None:
    """The law releases it with the next one; so none of them is left in a portfolio."""
    needed = int(law.common()["releasing_payments"].at(AS_OF).value)
    assert needed - 1 == MOST_PAID
    assert rows["months_paid"].max() <= MOST_PAID


def test_nothing_that_the_insurance_covers_has_happened(table: pa.Table) -> None:
    assert set(table["insured_event"].to_pylist()) == {0}
    assert set(table["disability"].to_pylist()) == {None}


def test_solutions_match_their_rules(rows: state.Columns) -> None:
    active, pays = rows["active_solution"], rows["solution_pays"]
    prorroga = active == SOLUTIONS.index("prorroga")
    assert (prorroga == (rows["regime"] == REGIMES.index("EXT"))).all()
    assert (pays[prorroga] == 0).all()
    assert (rows["solution_gap"][prorroga] == GAPS.index("capitalised")).all()
    assert not overdue(rows["months_missed"])[prorroga].any()
    none = active == SOLUTIONS.index("none")
    for name in ("solution_pays", "solution_months_left", "solution_gap", "solution_from"):
        assert (rows[name][none] == 0).all(), name
    assert (rows["solution_months_left"] > 0).tolist() == (~none).tolist()
    assert (rows["solution_from"] <= TODAY).all()
    jubilados = active == SOLUTIONS.index("apoyo_jubilados")
    quarter = np.floor(rows["pension"][jubilados] / 4 + 0.5)
    assert (np.abs(pays[jubilados] - quarter) <= 1).all()
    fund = active == SOLUTIONS.index("fondo_proteccion_pagos")
    assert fund.any() and (rows["protection_months_left"][fund] < 6).all()


def test_protection_belongs_to_credits_since_2009(rows: state.Columns) -> None:
    since = rows["granted_on"] >= (date(2009, 1, 1) - date(1970, 1, 1)).days
    assert ((rows["protection_fee"] > 0) == since).all()
    assert (rows["protection_months_left"][~since] == 0).all()
    assert set(rows["insurance"]) == {750}


def test_facts_against_the_files() -> None:
    demand = pl.read_csv(shared("infonavit/demanda_potencial_municipio_2014_2016.csv"))
    morelia = demand.filter(pl.col("cvegeo") == 16053)
    wrong = ((pl.col("anio") == 2015) & (pl.col("mes") == 6)) | (
        (pl.col("anio") == 2016) & (pl.col("mes") == 4)
    )
    row = municipalities().keys.index("16053")
    assert municipalities().workers[row].sum() == morelia.filter(~wrong)["total"].sum()
    census = pl.read_csv(shared("geo/mx_municipios_2020.csv"), infer_schema_length=0)
    state_rows = census.filter(pl.col("cve_entidad") == "16").sort("cve_completa")
    assert state_rows["cve_completa"].to_list() == list(municipalities().keys)
    people = state_rows["poblacion_total"].cast(pl.Int64).to_list()
    assert people == municipalities().population.tolist()


def test_fact_tables_are_whole() -> None:
    known = municipalities()
    assert len(known.keys) == 113 and known.population.sum() == 4_748_846
    assert abs(known.share().sum() - 1) < 1e-12
    assert (known.latitude > 17.5).all() and (known.latitude < 20.6).all()
    assert (known.longitude > -104).all() and (known.longitude < -100).all()
    assert borrowers().credits.sum() == 2_017
