"""How each credit stands at the cut: its months added up, and what follows from them.

Months are numbers since year zero, money is centavos, units are millionths. Nothing is read here:
`portfolio.py` makes the portfolio's columns of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tequio.servicing.tape.intake import YEAR
from tequio.servicing.tape.months import ROA, Cut

STRETCHES = ("job", "prorroga", "restructure")


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a solution may last, in months."""

    prorroga: int
    restructure: int


def accounts(rows: pl.DataFrame) -> pl.DataFrame:
    """What the rows of each credit say of it: the year of its grant and the debt of its last."""
    rows = rows.sort("credit", "month", "file", "row")
    return rows.group_by("credit").agg(
        granted_year=pl.col("granted_year").min(),
        two_grants=pl.col("granted_year").n_unique() > 1,
        debt=pl.col("debt").last(),
    )


def standings(months: pl.DataFrame, cut: Cut, lasting: Lasting) -> pl.DataFrame:
    """One row per credit: counts of months, bills, job and solution in force."""
    found = months.with_columns(last_bad=last_bad().over("credit"))
    found = with_stretch(found, "job", pl.col("payer") == ROA)
    found = with_stretch(found, "prorroga", pl.col("prorroga"))
    found = with_stretch(found, "restructure", pl.col("restructured"))
    in_job = pl.col("month") > pl.col("job_until")
    found = found.with_columns(after_job=in_job.fill_null(value=True))
    in_restructure = pl.col("month") >= pl.col("restructure_since")
    billed = pl.col("due") > 0
    plain = billed & ~pl.col("restructured")
    full = billed & (pl.col("on_time") | pl.col("in_full"))
    stretches = [f"{name}_{end}" for name in STRETCHES for end in ("since", "until")]
    counted = found.group_by("credit", maintain_order=True).agg(
        pl.col(stretches).first(),
        pl.col("regime", "payer").last(),
        first=pl.col("month").first(),
        months_paid=pl.col("covered").sum(),
        months_missed=pl.col("missed").sum(),
        months_in_a_row=(full & (pl.col("month") > pl.col("last_bad"))).sum(),
        prorroga_months=pl.col("prorroga").sum(),
        absent=pl.col("absent").sum(),
        paid=pl.col("paid").sum(),
        paid_without_job=(pl.col("after_job") & pl.col("window_paid")).any(),
        missed_in_restructure=(pl.col("missed") & in_restructure).any(),
        bill=pl.col("due").filter(plain).last(),
        bill_month=pl.col("month").filter(plain).last(),
        any_bill=pl.col("due").filter(billed).last(),
        any_bill_month=pl.col("month").filter(billed).last(),
        reduced=pl.col("due").filter(billed & pl.col("restructured")).last(),
    )
    return with_solution(with_job(counted, cut), cut, lasting)


def last_bad() -> pl.Expr:
    """The latest month that ends a row of full payments: of a prórroga, or due and not paid in
    full. Zero: there is none."""
    kept = pl.col("on_time") | pl.col("in_full")
    bad = pl.col("prorroga") | (pl.col("fallen") & ~kept)
    return pl.when(bad).then("month").max().fill_null(0)


def with_stretch(months: pl.DataFrame, name: str, holds: pl.Expr) -> pl.DataFrame:
    """The latest months in a row in which something holds: `<name>_since` and `<name>_until`, both
    null where it never does."""
    until = pl.when(holds).then("month").max()
    months = months.with_columns(until.over("credit").alias(f"{name}_until"))
    gap = pl.when(~holds & (pl.col("month") < pl.col(f"{name}_until"))).then("month").max()
    since = pl.coalesce(gap.over("credit") + 1, pl.col("month").min().over("credit"))
    ever = pl.col(f"{name}_until").is_not_null()
    return months.with_columns(pl.when(ever).then(since).alias(f"{name}_since"))


def with_job(found: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """Payroll months are months in a job; without one, the months since, or all that are known."""
    employed = pl.col("payer") == ROA
    lasted = (pl.col("job_until") - pl.col("job_since") + 1).fill_null(0)
    without = cut.last - pl.coalesce("job_until", pl.col("first") - 1)
    return found.with_columns(
        employed=employed,
        months_in_job=pl.when(employed).then(lasted).otherwise(0),
        months_in_last_job=pl.when(employed).then(0).otherwise(lasted),
        months_without_job=pl.when(employed).then(0).otherwise(without),
        paid_without_job=~employed & pl.col("paid_without_job").fill_null(value=False),
    )


def with_solution(found: pl.DataFrame, cut: Cut, lasting: Lasting) -> pl.DataFrame:
    """The solution in force: a prórroga, or else a restructure, if its last month is the last."""
    on_prorroga = (pl.col("prorroga_until") == cut.last).fill_null(value=False)
    reduced = (pl.col("restructure_until") == cut.last).fill_null(value=False) & ~on_prorroga
    began = pl.when(on_prorroga).then("prorroga_since").when(reduced).then("restructure_since")
    most = pl.when(on_prorroga).then(lasting.prorroga).otherwise(lasting.restructure)
    found = found.with_columns(
        on_prorroga=on_prorroga,
        on_restructure=reduced,
        solution_since=began,
        solution_pays=pl.when(reduced).then("reduced").otherwise(0).fill_null(0),
        solution_kept=on_prorroga | (reduced & ~pl.col("missed_in_restructure")),
    )
    left = (most - (cut.last - pl.col("solution_since") + 1)).clip(1)
    this_year = pl.col("solution_since") // YEAR == cut.last // YEAR
    return found.with_columns(
        solution_months_left=left.fill_null(0),
        agreements_this_year=(pl.col("on_restructure") & this_year).cast(pl.Int64),
        bill=pl.coalesce("bill", "any_bill"),
        bill_month=pl.coalesce("bill_month", "any_bill_month"),
    )
