"""The months of each credit: billed, paid, covered when, due when, missed and by whose fault.

Ruling 4. A payment fills the oldest month first; a month of payroll is due with the remittance of
its bimester. Everything is done in columns, over all the months of some whole credits at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from tequio.core.lists import REGIMES
from tequio.core.months import EPOCH_MONTH, last_of
from tequio.servicing.notice import due
from tequio.servicing.tape.assumed import Means
from tequio.servicing.tape.intake import YEAR
from tequio.servicing.tape.reversals import LIVE

ROA, REA, EXT = (REGIMES.index(name) for name in ("ROA", "REA", "EXT"))
EMPLOYER, BORROWER = "employer", "borrower"
KEYS = ["credit", "month"]
LIVE_AMOUNT = pl.when(fate=LIVE).then("amount").otherwise(0)  # what nothing cancelled


@dataclass(frozen=True, slots=False)
class Cut:
    """Up to where a tape is read, and what is assumed of its months."""

    last: int  # the latest month that had closed
    holidays: Collection[date]
    absent_billed: bool  # a month without rows was billed as the one before it
    prorroga_months: int  # that may follow one another

    @cached_property
    def calendar(self) -> pl.DataFrame:
        """For every month up to the last: when it is due if paid directly, and through payroll."""
        months = range(EPOCH_MONTH, self.last + 1)
        remitted = [due(m // YEAR, m % YEAR // 2 + 1, self.holidays) for m in months]
        return pl.DataFrame(
            {
                "month": pl.Series(months, dtype=pl.Int32),
                "direct_due": [last_of(m) for m in months],
                "payroll_due": remitted,
            }
        )

    @property
    def known_to(self) -> date:
        """The last day of which everything is known."""
        return last_of(self.last)


def months_of(rows: pl.DataFrame, means: list[Means], cut: Cut) -> pl.DataFrame:
    """One row per credit and month, from its first in the tape to the last closed, in order.

    `rows` have fates; `means` is what each type is, by position.
    """
    said = monthly(rows, means)
    first = said.group_by("credit").agg(pl.col("month").min())
    every = pl.int_ranges("month", cut.last + 1, dtype=pl.Int32)
    months = first.select("credit", month=every).explode("month")
    for found in (said, paid_by_month(rows, means, cut)):
        months = months.join(found, on=KEYS, how="left")
    months = months.sort(KEYS).with_columns(
        pl.col("paid").fill_null(0),
        pl.col("restructured").forward_fill().over("credit"),
        absent=pl.col("billed").is_null(),
    )
    months = with_regimes(with_bills(with_prorrogas(months, cut), cut))
    return judged(covered(months), cut)


def monthly(rows: pl.DataFrame, means: list[Means]) -> pl.DataFrame:
    """What the rows of a credit and month say together; the bill is the greatest of them."""
    payroll, window = is_a(Means.PAYROLL, means), is_a(Means.WINDOW, means)
    return rows.group_by(KEYS).agg(
        pl.col("billed").max(),
        pl.col("prorroga").any(),
        pl.col("restructured").any(),
        payroll_paid=(payroll & (LIVE_AMOUNT > 0)).any(),
        window_paid=(window & (LIVE_AMOUNT > 0)).any(),
        payroll=payroll.any(),
        window=window.any(),
    )


def is_a(meaning: Means, means: list[Means]) -> pl.Expr:
    """Whether the type of a row has a meaning."""
    return pl.col("type").is_in([at for at, one in enumerate(means) if one is meaning])


def counts_in(means: list[Means], cut: Cut) -> pl.Expr:
    """The month in which a payment is applied. One through payroll is of its bimester: it waits for
    the second month, if that has closed."""
    waits = is_a(Means.PAYROLL, means) & (pl.col("month") % 2 == 0) & (pl.col("month") < cut.last)
    return pl.col("month") + waits.cast(pl.Int32)


def paid_by_month(rows: pl.DataFrame, means: list[Means], cut: Cut) -> pl.DataFrame:
    """What there is to apply in each month."""
    month = counts_in(means, cut).alias("month")
    return rows.group_by("credit", month).agg(paid=LIVE_AMOUNT.sum())


def with_prorrogas(months: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """A month without rows after one in prórroga is in it too, as long as one may last."""
    said = months.filter(~pl.col("absent"))
    before = pl.col("prorroga").shift(1, fill_value=False).over("credit")
    began = pl.when(pl.col("prorroga") & ~before).then("month").forward_fill().over("credit")
    said = said.select(*KEYS, began=pl.when("prorroga").then(began).otherwise(-1))
    months = months.join(said, on=KEYS, how="left").sort(KEYS)
    since = pl.col("began").forward_fill().over("credit")
    goes_on = (since > 0) & (pl.col("month") - since < cut.prorroga_months)
    return months.with_columns(prorroga=pl.col("prorroga").fill_null(goes_on)).drop("began")


def with_bills(months: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """What each month had to be paid: nothing in a prórroga."""
    own = pl.when(~pl.col("absent"), ~pl.col("prorroga"), pl.col("billed") > 0).then("billed")
    before = own.forward_fill().over("credit") if cut.absent_billed else pl.lit(0)
    bill = pl.when("prorroga").then(0).when("absent").then(before).otherwise("billed")
    return months.with_columns(due=bill.fill_null(0))


def with_regimes(months: pl.DataFrame) -> pl.DataFrame:
    """Who was to pay each month: what its rows say, or the last that said; a prórroga without a
    payment through payroll is of somebody who has lost the job."""
    said = (
        pl.when("payroll_paid")
        .then(ROA)
        .when(pl.col("prorroga") | pl.col("window_paid"))
        .then(REA)
        .when("payroll")
        .then(ROA)
        .when("window")
        .then(REA)
    )
    known = said.forward_fill().over("credit")
    known = known.fill_null(said.backward_fill().over("credit")).fill_null(ROA).cast(pl.Int8)
    months = months.with_columns(payer=known)
    return months.with_columns(
        regime=pl.when("prorroga").then(pl.lit(EXT, pl.Int8)).otherwise("payer")
    )


def covered(months: pl.DataFrame) -> pl.DataFrame:
    """What was applied by the end of each month, what was paid in excess of all billed until then,
    and which months are covered by the end. What is owed is a walk that no payment takes below
    zero."""
    owed = (pl.col("due") - pl.col("paid")).cum_sum()
    months = months.with_columns(
        billed_so_far=pl.col("due").cum_sum().over("credit"),
        owed=owed.over("credit"),
    )
    lowest = pl.min_horizontal(pl.col("owed").cum_min(), 0)
    months = months.with_columns(lowest=lowest.over("credit"))
    before = pl.col("lowest").shift(1, fill_value=0).over("credit")
    months = months.with_columns(
        excess=before - pl.col("lowest"),
        applied=pl.col("billed_so_far") - pl.col("owed") + pl.col("lowest"),
    )
    at_last = pl.col("applied").last().over("credit")
    return months.with_columns(
        covered=(pl.col("due") > 0) & (pl.col("billed_so_far") <= at_last),
    ).drop("owed", "lowest")


def judged(months: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """When each month was due, whether it was covered by then or, though older months are owed, was
    paid in full; and if it is missed, by whom."""
    payroll = pl.col("payer") == ROA
    by_then = pl.coalesce(
        pl.when(payroll, pl.col("month") % 2 == 0).then(applied_in(2)),
        pl.when(payroll).then(applied_in(1)),
        pl.col("applied"),
    )
    bimester = ["credit", pl.col("month") // 2]
    alone = pl.col("paid") >= pl.col("due")
    lump = pl.col("paid").sum().over(bimester) >= pl.col("due").sum().over(bimester)
    months = months.join(cut.calendar, on="month", how="left").sort(KEYS)
    due_on = pl.when(payroll).then("payroll_due").otherwise("direct_due")
    months = months.with_columns(
        due_on=due_on,
        on_time=pl.col("covered") & (pl.col("billed_so_far") <= by_then),
        in_full=(pl.col("due") > 0) & pl.when(payroll).then(lump).otherwise(alone),
    ).drop("direct_due", "payroll_due")
    fallen = (pl.col("due") > 0) & (pl.col("due_on") <= cut.known_to)
    months = months.with_columns(missed=fallen & ~pl.col("covered"), fallen=fallen)
    cause = pl.when(payroll).then(pl.lit(EMPLOYER)).otherwise(pl.lit(BORROWER))
    return months.with_columns(cause=pl.when("missed").then(cause))


def applied_in(months: int) -> pl.Expr:
    """What had been applied so many months later, or by the end if that comes before."""
    later = pl.col("applied").shift(-months).over("credit")
    return later.fill_null(pl.col("applied").last().over("credit"))


def placed(rows: pl.DataFrame, months: pl.DataFrame, means: list[Means], cut: Cut) -> pl.DataFrame:
    """For each type and month, what of its payments was applied and what is in excess. Of the
    payments applied in a month the excess is that of the last: payroll goes first."""
    rows = rows.with_columns(own=pl.col("month"), month=counts_in(means, cut))
    rows = rows.join(months.select(*KEYS, "paid", "excess"), on=KEYS, how="left")
    rows = rows.sort(*KEYS, "type", "own", "file", "row")
    over = (LIVE_AMOUNT.cum_sum().over(KEYS) - pl.col("paid") + pl.col("excess")).clip(
        0, LIVE_AMOUNT
    )
    rows = rows.with_columns(over=over)
    return rows.group_by("type", month="own").agg(
        applied=(LIVE_AMOUNT - pl.col("over")).sum(), excess=pl.col("over").sum()
    )


HISTORY = {
    "credit": "credit",
    "month": "month",
    "regime": "regime",
    "no_rows": "absent",
    "restructured": "restructured",
    "billed": "due",
    "due_on": "due_on",
    "paid": "paid",
    "excess": "excess",
    "covered": "covered",
    "on_time": "on_time",
    "missed": "missed",
    "cause": "cause",
}


def history(months: pl.DataFrame) -> pl.DataFrame:
    """The months as they are kept beside the portfolio; `month` is its first day."""
    found = months.select(pl.col(name).alias(kept) for kept, name in HISTORY.items())
    return found.with_columns(
        pl.col("credit").cast(pl.String).str.zfill(10),
        pl.date(pl.col("month") // YEAR, pl.col("month") % YEAR + 1, 1).alias("month"),
        pl.col("regime").replace_strict(range(len(REGIMES)), REGIMES, return_dtype=pl.String),
    )
