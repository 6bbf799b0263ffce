"""The simulated past: it leads to the portfolio, credit by credit, and says what is published."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tequio.core import law
from tequio.core.columns import Index
from tequio.core.lists import SOLUTIONS
from tequio.demo import state
from tequio.demo.history import assumed, checking, files
from tequio.demo.history.booking import periods
from tequio.demo.history.months import counts_ago, counts_of
from tequio.demo.history.past import past_of
from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.engine.portfolio import Portfolio, loan_of, open_portfolio
from tequio.servicing.accounts import ACCOUNTS, NAMES, OWED, Channel, Kind

LOANS = 20_000
DAY = date(2024, 6, 30)
SINCE = date(2019, 1, 1)
PESOS = [a.name for a in ACCOUNTS if not a.in_units]
UNITS = [a.name for a in ACCOUNTS if a.in_units]
ENTITLEMENTS = ("fondo_proteccion_pagos", "prorroga")
AT_ONCE = ("responsabilidad_compartida", "liquidacion_anticipada")


@dataclass
class Written:
    """A state and its history, as they lie on the disk."""

    found: Portfolio
    folder: Path
    rows: dict[str, int]
    credits: pl.DataFrame

    def table(self, name: str) -> pl.DataFrame:
        table = pl.read_parquet(self.folder / f"{name}.parquet")
        texts = [n for n, kind in table.schema.items() if kind == pl.Categorical]
        return table.with_columns(pl.col(texts).cast(pl.String))


def written(folder: Path, loans: int, seed: int = state.SEED) -> Written:
    path = folder / "cartera.parquet"
    state.generate_to(path, loans, seed)
    found = open_portfolio(path)
    rows = files.write_history(found, folder / "historia")
    return Written(found, folder / "historia", rows, pl.from_arrow(found.read()))


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(tmp_path_factory.mktemp("past"), LOANS)


@pytest.fixture(scope="module")
def sums(past: Written) -> pl.DataFrame:
    """Of each account, over all movements of each credit of the portfolio, in its order."""
    by_credit = past.table("movements").group_by("credit").agg(pl.col(NAMES).sum())
    return past.credits.select("credit").join(
        by_credit, on="credit", how="left", maintain_order="left"
    )


@pytest.fixture(scope="module")
def agreements(past: Written) -> pl.DataFrame:
    return past.table("agreements")


def test_every_movement_leaves_nothing_over(past: Written) -> None:
    left = past.table("movements").select(
        pesos=pl.sum_horizontal(PESOS), units=pl.sum_horizontal(UNITS)
    )
    assert left.height == past.rows["movements"] > 30 * LOANS
    assert left.filter((pl.col("pesos") != 0) | (pl.col("units") != 0)).is_empty()


def test_what_a_credit_owed_and_what_happened_since_is_what_it_owes(
    past: Written, sums: pl.DataFrame
) -> None:
    loan = loan_of(past.found.read())
    umi = Index(law.common()["umi"].in_our_units().at(DAY).value)
    indexed, missed = loan.indexed.values, loan.months_missed.values.astype(np.int64)
    worth = loan.balance_units.pesos(umi).values
    owed = {
        "principal": np.where(indexed, worth, loan.balance.values),
        "interest": loan.unpaid_interest.values,
        "insurance": loan.insurance.values * missed,
        "fees": loan.administration_fee.values * missed,
        "protection_fund": loan.protection_fee.values * missed,
        "principal_due": np.zeros(LOANS),
        "principal_units": loan.balance_units.values,
    }
    assert set(OWED) < set(owed)
    for name, values in owed.items():
        assert (sums[name].to_numpy() == values).all(), name
    assert (worth[indexed] > 0).all() and missed.any()


def test_a_settled_credit_owes_nothing_and_is_not_in_the_portfolio(past: Written) -> None:
    settled = past.table("settled")
    assert settled.height == past.rows["settled"] > LOANS // 20
    assert not set(settled["credit"]) & set(past.credits["credit"])
    rows = past.table("movements").join(settled, on="credit", how="semi")
    left = rows.group_by("credit").agg(
        pl.col(*OWED, "principal_units", "payable_to_borrower").sum()
    )
    assert left.height == settled.height
    assert (left.drop("credit").to_numpy() == 0).all()
    last = (
        rows.filter(pl.col("kind") == int(Kind.PAYMENT)).group_by("credit").agg(pl.col("day").max())
    )
    assert (settled.join(last, on="credit")["day"] >= settled["settled_on"].min()).all()


def paid_since_2019(past: Written) -> pl.DataFrame:
    kinds = [int(k) for k in (Kind.PAYMENT, Kind.EMPLOYER, Kind.COMPLEMENT)]
    paid = past.table("movements").filter(pl.col("kind").is_in(kinds))
    paid = paid.group_by("credit").agg(
        -pl.col("principal").sum().alias("principal"), -pl.col("interest").sum().alias("interest")
    )
    columns = past.credits.join(paid, on="credit", how="left", maintain_order="left")
    return columns.with_columns(pl.col("principal", "interest").fill_null(0))


def test_what_was_paid_since_2019_is_part_of_what_was_ever_paid(past: Written) -> None:
    paid = paid_since_2019(past)
    for name in ("principal", "interest"):
        assert paid.filter(pl.col(name) > pl.col(f"{name}_paid")).is_empty()
        assert paid.filter(pl.col(name) < 0).is_empty()
        later = paid.filter(pl.col("granted_on") >= SINCE)
        assert later.height > LOANS // 10
        assert later.filter(pl.col(name) != pl.col(f"{name}_paid")).is_empty()


def test_the_months_of_a_credit_are_those_of_the_portfolio(past: Written) -> None:
    rows = past_of(past.found.read())
    now = counts_ago(rows, np.zeros((LOANS, 1), np.int64))
    loan = loan_of(past.found.read())
    assert (now.paid[:, 0] == loan.months_paid.values).all()
    assert (now.missed[:, 0] == loan.months_missed.values).all()
    assert (now.carried[:, 0] == loan.prorroga_months_used.values).all()
    counts = counts_of(rows)
    each = [np.diff(table, axis=1) for table in (counts.paid, counts.missed, counts.carried)]
    assert all(((one == 0) | (one == 1)).all() for one in each)
    month = np.arange(assumed.FIRST, assumed.LAST + 1)
    assert (sum(each) == (month > rows.granted_month[:, None])).all()  # each month is one of them
    run = np.minimum(loan.months_in_a_row.values, assumed.MONTHS)
    on_time = (loan.months_missed.values == 0) & (rows.prorroga == 0)
    last = each[0][:, ::-1].cumprod(axis=1).sum(axis=1)
    assert (last >= run)[on_time | (rows.prorroga == 0)].all()


def test_the_solution_in_force_is_the_portfolio_s(past: Written, agreements: pl.DataFrame) -> None:
    running = agreements.filter(pl.col("state") == "in_force")
    assert running["ended_on"].null_count() == running.height
    assert agreements["ended_on"].null_count() == running.height
    assert running["credit"].is_unique().all()
    said = past.credits.filter(pl.col("active_solution") > 0)
    both = said.join(running, on="credit", how="full", coalesce=True)
    assert both.height == said.height == running.height
    names = [SOLUTIONS[code] for code in both["active_solution"]]
    assert both["programme"].to_list() == names
    assert both["in_force_on"].equals(both["solution_from"], check_names=False)


def test_how_often_a_solution_was_used_is_the_portfolio_s(
    past: Written, agreements: pl.DataFrame
) -> None:
    this_year = agreements.filter(pl.col("in_force_on") >= date(2024, 1, 1))
    times = {
        "times_jubilados": agreements.filter(pl.col("programme") == "apoyo_jubilados"),
        "times_nivela": agreements.filter(pl.col("programme") == "nivela_tu_pago"),
        "times_borron_this_year": this_year.filter(pl.col("programme") == "borron_y_cuenta_nueva"),
    }
    for name, some in times.items():
        counted = some.group_by("credit").agg(pl.len().alias("times"))
        both = past.credits.join(counted, on="credit", how="left")
        assert both.filter(pl.col("times").fill_null(0) != pl.col(name)).is_empty(), name
    begun = this_year.filter(~pl.col("programme").is_in([*ENTITLEMENTS, *AT_ONCE]))
    running = past.credits.filter(
        (pl.col("agreements_this_year") > 0)
        & ~pl.col("active_solution").is_in([SOLUTIONS.index(name) for name in ENTITLEMENTS])
    )
    assert sorted(begun["credit"]) == sorted(running["credit"])


def test_each_conversion_and_settlement_is_one_agreement(
    past: Written, agreements: pl.DataFrame
) -> None:
    columns = ("credit", "converted_on")
    known = past.credits.filter("converted").select(columns)
    gone = past.table("settled")
    known = pl.concat([known, gone.filter(~pl.col("early")).select(columns)])
    made = agreements.filter(pl.col("programme") == AT_ONCE[0])
    both = known.join(made, on="credit", how="full", coalesce=True)
    assert both.height == known.height == made.height
    assert both["in_force_on"].equals(both["converted_on"], check_names=False)
    early = agreements.filter(pl.col("programme") == AT_ONCE[1]).sort("credit")
    said = gone.filter("early").sort("credit")
    assert early["credit"].to_list() == said["credit"].to_list()
    assert (early["forgiven"] + early["paid"]).equals(said["balance"], check_names=False)


def test_an_agreement_goes_from_offer_to_end_and_no_two_run_at_once(
    agreements: pl.DataFrame,
) -> None:
    days = ["offered_on", "accepted_on", "in_force_on", "ended_on"]
    for one, other in zip(days, days[1:], strict=False):
        assert agreements.filter(pl.col(one) > pl.col(other)).is_empty()
    assert agreements["in_force_on"].max() <= DAY
    assert agreements["ended_on"].max() <= DAY
    lasting = agreements.filter(~pl.col("programme").is_in([*ENTITLEMENTS, *AT_ONCE]))
    lasting = lasting.sort("credit", "in_force_on").with_columns(
        before=pl.col("ended_on").shift().over("credit")
    )
    assert lasting.filter(pl.col("in_force_on") <= pl.col("before")).is_empty()
    assert lasting["before"].is_not_null().any()


def test_nothing_drawn_began_before_its_programme(agreements: pl.DataFrame) -> None:
    for (name,), some in agreements.group_by("programme"):
        if name in (*ENTITLEMENTS, AT_ONCE[0]):  # dated by the portfolio
            continue
        book = law.read(law.HERE / f"{name}.toml")
        first = book.parameters["text"].history[0].since
        assert some["in_force_on"].min() >= first.replace(day=1), name


def test_the_amounts_of_agreements_are_sums_of_movements(
    past: Written, agreements: pl.DataFrame
) -> None:
    moved = (
        past.table("movements")
        .group_by("credit")
        .agg(
            forgiven=pl.col("forgiven").sum(),
            complement=pl.col("complement_institute").sum() + pl.col("complement_fund").sum(),
        )
    )
    agreed = agreements.group_by("credit").agg(
        pl.col("forgiven").sum().alias("said"), pl.col("complement").sum().alias("helped")
    )
    both = moved.join(agreed, on="credit", how="left").with_columns(
        pl.col("said", "helped").fill_null(0)
    )
    assert both.filter(pl.col("forgiven") != pl.col("said")).is_empty()
    assert both.filter(pl.col("complement") != pl.col("helped")).is_empty()
    assert both["helped"].sum() > 0
    by_fund = agreements.filter(pl.col("programme") == ENTITLEMENTS[0])["complement"].sum()
    assert by_fund == past.table("movements")["complement_fund"].sum() > 0


def test_receipts_are_the_payments_of_the_movements_by_period_and_channel(past: Written) -> None:
    starts = periods() + assumed.FIRST + 1970 * 12

    def period(month: pl.Expr) -> pl.Expr:
        return month.map_batches(
            lambda m: pl.Series(np.searchsorted(starts, m.to_numpy(), side="right")),
            return_dtype=pl.Int64,
        )

    moved = past.table("movements").with_columns(period=period(pl.col("month")))
    received = past.table("receipts").filter("by_credit")
    month = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month() - 1
    received = received.with_columns(period=period(month))
    for account in ("cash", "employer"):
        one = moved.group_by("period", "channel").agg(pl.col(account).sum())
        one = one.filter(pl.col(account) != 0).sort("period", "channel")
        other = received.filter(pl.col("account") == account)
        other = other.group_by("period", "channel").agg(pl.col("amount").sum())
        other = other.sort("period", "channel")
        assert one.rows() == other.rows(), account
        assert one.height > 10


def test_receipts_go_back_to_2013_and_before_2019_are_a_sum_only(past: Written) -> None:
    received = past.table("receipts")
    assert received["month"].min() == date(2013, 1, 1)
    assert received["month"].max() == date(2024, 6, 1)
    early = received.filter(pl.col("month") < SINCE)
    assert not early["by_credit"].any()
    assert not early["channel"].is_in([int(Channel.NONE), int(Channel.PAYROLL)]).any()
    last = received.filter(pl.col("month") >= date(2024, 1, 1))
    assert last["by_credit"].all()  # the published half-year comes from the movements alone
    assert (received["amount"] > 0).all() and (received["count"] > 0).all()


@pytest.mark.parametrize("seed", [1, 77])
def test_every_target_is_met_with_other_seeds(seed: int, tmp_path: Path) -> None:
    written(tmp_path, LOANS, seed)
    assert outside(tmp_path / "historia") == set()


def outside(folder: Path) -> set[str]:
    results = checking.check_history(folder, LOANS)
    assert len(results) == len(checking.MEASURES)
    return {one.target.name for one in results if not one.inside}


def test_targets_are_met_and_missed_where_the_tables_say_something_else(
    past: Written, tmp_path: Path
) -> None:
    assert outside(past.folder) == set()
    half = past.table("agreements").gather_every(2)
    half.write_parquet(tmp_path / "agreements.parquet")
    past.table("movements").filter(pl.col("kind") == int(Kind.REFUND)).with_columns(
        pl.col("refunded") * 2
    ).write_parquet(tmp_path / "movements.parquet")
    past.table("receipts").with_columns(pl.col("amount", "count") * 2).write_parquet(
        tmp_path / "receipts.parquet"
    )
    assert {
        "solutions", "conversions", "early_discounts", "window_payments", "refund", "window_count",
    } <= outside(tmp_path)  # fmt: skip


def digests(folder: Path) -> Iterator[str]:
    for name in files.TABLES:
        yield hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_says_that_it_is_simulated(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    for folder, seed in ((one, 5), (two, 5), (other, 6)):
        folder.mkdir()
        written(folder, 2_000, seed)
    pairs = list(zip(digests(one / "historia"), digests(two / "historia"), strict=True))
    assert all(mine == yours for mine, yours in pairs)
    assert set(digests(one / "historia")).isdisjoint(digests(other / "historia"))
    assert not list((one / "historia").glob(".*"))
    for name in files.TABLES:
        said = portfolio.pq.read_schema(one / "historia" / f"{name}.parquet").metadata
        assert said[b"tequio.simulated"] == b"true"
        assert said[b"tequio.origin"] == b"Datos simulados, semilla 5."


def test_it_is_written_group_by_group_and_progress_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cartera.parquet"
    state.generate_to(path, 3_000, 5, chunk=1_000)
    found = open_portfolio(path)
    assert found.row_groups == 3
    heard: list[tuple[int, int]] = []
    files.write_history(found, tmp_path / "historia", lambda done, of: heard.append((done, of)))
    assert [done for done, _ in heard][:3] == [1_000, 2_000, 3_000]
    assert heard[-1][0] == heard[-1][1] > 3_000
    alone = list(files.chapters(found))[1]
    movements = pl.read_parquet(tmp_path / "historia" / "movements.parquet")
    mine = movements.join(
        pl.DataFrame({"credit": alone.past.number.astype(str)}),
        left_on=pl.col("credit").cast(pl.String), right_on="credit", how="semi",
    )  # fmt: skip
    assert mine["principal"].to_list() == alone.movements["principal"].tolist()


def test_it_is_refused_for_real_credits_and_for_another_day(tmp_path: Path) -> None:
    made = state.generate(1_000)
    real, later = tmp_path / "real.parquet", tmp_path / "later.parquet"
    portfolio.write(made, real, as_of=DAY, simulated=False)
    portfolio.write(
        made, later, as_of=date(2024, 7, 31), simulated=True, origin=state.origin(state.SEED)
    )
    with pytest.raises(Refused, match="no es una cartera simulada"):
        files.write_history(open_portfolio(real), tmp_path / "historia")
    with pytest.raises(Refused, match="llega al 2024-06-30"):
        files.write_history(open_portfolio(later), tmp_path / "historia")
    assert not list((tmp_path / "historia").glob("*.parquet"))
