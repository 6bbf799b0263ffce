"""Money in = money out: what a tape says was received, and where each centavo of it went.

Every row of the payments has one place. A payment is applied to months billed, in excess of them,
reversed, or rejected; a reversal takes back (below zero) what it cancels, or is rejected. So, for
each type of payment and month: received = applied + excess + reversed + rejected; and what
reversals take back is what was reversed: the column adds up to zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tequio.core.months import spelled
from tequio.servicing.tape.assumed import Assumed

PLACES = ("applied", "excess", "reversed", "rejected")
AMOUNTS = ("received", *PLACES)
SCHEMA = {"type": pl.Int8, "month": pl.Int32, **dict.fromkeys(AMOUNTS, pl.Int64)}


@dataclass(frozen=True, slots=True)
class Line:
    """One type of payment in one month (empty: a rejected row whose month cannot be read). Money
    in centavos."""

    type: str
    month: str
    received: int
    applied: int
    excess: int
    reversed: int
    rejected: int

    @property
    def balances(self) -> bool:
        """Whether what came in is what went out."""
        return self.received == self.applied + self.excess + self.reversed + self.rejected


class OutOfBalanceError(Exception):
    """Money was lost or made up on the way: a fault of the program, never of a tape."""


@dataclass
class Till:
    """What has come in and gone out so far, by type and month; some rows for any tape."""

    held: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    without_amount: int = 0  # rejected rows whose amount cannot be read: they count as nothing

    def receive(self, rows: pl.DataFrame) -> None:
        """Rows as they are read: type, month, amount, and whether each is good so far."""
        self.without_amount += rows["amount"].null_count()
        amount = pl.col("amount").fill_null(0)
        rejected = pl.when("good").then(0).otherwise(amount)
        self.add(rows.select("type", "month", received=amount, rejected=rejected))

    def add(self, rows: pl.DataFrame) -> None:
        """Rows with some of the amounts; those that are not there are zero."""
        absent = [pl.lit(0).alias(name) for name in AMOUNTS if name not in rows.columns]
        found = rows.with_columns(absent).select(
            pl.col(name).cast(kind) for name, kind in SCHEMA.items()
        )
        both = pl.concat([self.held, found])
        self.held = both.group_by("type", "month").agg(pl.col(AMOUNTS).sum())

    def lines(self, assumed: Assumed) -> list[Line]:
        """In order of type and month; OutOfBalanceError when one does not balance."""
        rows = self.held.sort("type", "month", nulls_last=True).rows(named=True)
        lines = [
            Line(
                assumed.label_of(row["type"]),
                "" if row["month"] is None else f"{spelled(row['month'])}",
                *(row[name] for name in AMOUNTS),
            )
            for row in rows
        ]
        check(lines)
        return lines


def check(lines: list[Line]) -> None:
    """OutOfBalanceError unless every line balances and reversals took back what was reversed."""
    wrong = [line for line in lines if not line.balances]
    if wrong:
        raise OutOfBalanceError(f"{wrong[0]}: what came in is not what went out")
    left = sum(line.reversed for line in lines)
    if left:
        raise OutOfBalanceError(f"reversals took back {left} centavos that no payment had")
