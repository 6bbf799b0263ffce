"""What is counted in an evaluated portfolio: the tables of a batch, added up, nothing hidden yet.

Credits, pairs of credit and solution, and centavos are never mixed. Whatever leaves this package
goes through `published`, which reserves small counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tequio.core.lists import REGIMES
from tequio.core.programme import InForce, Programme
from tequio.engine.pairs import STATUS_QUO
from tequio.engine.whatif import UNITS
from tequio.programmes import REGISTRY
from tequio.results.runs import Run

BANDS = 11  # of the saving: none, then a tenth of today's payment each
NO_PAIRS = (0,) * 6
LOAN_COLUMNS = (
    "municipality",
    "indexed",
    "converted",
    "regime",
    "overdue",
    "balance",
    "eligible",
    "open",
    "pays_now",
    "best",
    "best_pays",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the credits, and how many of them ...; balances in centavos."""

    credits: int
    eligible: int  # qualify for a solution, be its door open or not
    open: int  # qualify for one whose door is open on the day
    better: int  # a monthly solution suits them better than going on as it is
    late: int  # are overdue
    balance: int
    late_balance: int
    by_programme: tuple[int, ...]  # qualify for each, in the order of `State.programmes`

    def __add__(self, other: Group) -> Group:
        sums = (getattr(self, name) + getattr(other, name) for name in SUMS)
        both = zip(self.by_programme, other.by_programme, strict=True)
        return Group(*sums, tuple(mine + theirs for mine, theirs in both))


SUMS = ("credits", "eligible", "open", "better", "late", "balance", "late_balance")


@dataclass(frozen=True, slots=True)
class Pairs:
    """One solution: the credits that qualify for it; discounts of principal in centavos."""

    programme: Programme
    eligible: int
    open: int
    receiving: int  # their discount is above zero
    forgiven: int
    rewarded: int  # would earn a benefit later, with the payments that are asked
    reward: int  # the benefit, principal in centavos


class State(Run):
    """An evaluated portfolio (the folder of `batch.run`), read once."""

    @cached_property
    def programmes(self) -> tuple[Programme, ...]:
        """Those with a text on the day, in the order of the registry."""
        return tuple(p for p in REGISTRY if isinstance(p.status(self.as_of), InForce))

    @cached_property
    def loans(self) -> pl.DataFrame:
        """One row a credit, with what it is kept in as a position of UNITS."""
        frame = pl.read_parquet(self.folder / "loans" / "*.parquet", columns=list(LOAN_COLUMNS))
        unit = pl.when("indexed").then(0).when("converted").then(1).otherwise(2)
        return frame.with_columns(unit.alias("unit"))

    @cached_property
    def better(self) -> pl.DataFrame:
        """The credits that a solution suits better, and what its first payment saves, centavos."""
        able = self.loans.filter(pl.col("best") != STATUS_QUO)
        return able.with_columns(saved=pl.col("pays_now") - pl.col("best_pays"))

    @cached_property
    def whole(self) -> Group:
        """All of the credits."""
        return group(self.loans.select(self.counted()).row(0))

    def counted(self) -> list[pl.Expr]:
        """The sums of a group, in the order of its fields."""
        late = pl.col("overdue")
        sums = [
            pl.len().alias("credits"),
            (pl.col("eligible") != 0).sum(),
            (pl.col("open") & pl.col("eligible") != 0).sum(),
            (pl.col("best") != STATUS_QUO).sum().alias("better"),
            late.sum().alias("late"),
            pl.col("balance").sum(),
            pl.col("balance").filter(late).sum().alias("late_balance"),
        ]
        bits = ((p.name, 1 << REGISTRY.index(p)) for p in self.programmes)
        qualify = [((pl.col("eligible") & bit) != 0).sum().alias(name) for name, bit in bits]
        return [*sums, *qualify]

    def grouped(self, by: str) -> dict[Any, Group]:
        """The credits by a column, its values in order."""
        rows = self.loans.group_by(by).agg(self.counted()).sort(by).rows()
        return {row[0]: group(row[1:]) for row in rows}

    def by_unit(self) -> list[Group]:
        """One for each of UNITS."""
        found, nobody = self.grouped("unit"), self.nobody()
        return [found.get(place, nobody) for place in range(len(UNITS))]

    def by_regime(self) -> list[Group]:
        """One for each of REGIMES."""
        found, nobody = self.grouped("regime"), self.nobody()
        return [found.get(place, nobody) for place in range(len(REGIMES))]

    def nobody(self) -> Group:
        """A group without credits."""
        return group([0] * (len(SUMS) + len(self.programmes)))

    def pairs(self) -> list[Pairs]:
        """Each solution in force."""
        columns = ["programme", "open", "forgiven", "reward"]
        frame = pl.read_parquet(self.folder / "pairs" / "*.parquet", columns=columns)
        sums = frame.group_by(pl.col("programme").cast(pl.String)).agg(
            pl.len(),
            pl.col("open").sum(),
            (pl.col("forgiven") > 0).sum().alias("receiving"),
            pl.col("forgiven").sum(),
            (pl.col("reward") > 0).sum().alias("rewarded"),
            pl.col("reward").sum(),
        )
        found = {name: rest for name, *rest in sums.rows()}
        return [Pairs(p, *map(int, found.get(p.name, NO_PAIRS))) for p in self.programmes]

    def bands(self) -> list[int]:
        """Those credits by what the first payment saves: nothing, or tenths of today's payment."""
        saved, now = pl.col("saved"), pl.col("pays_now")
        band = pl.when(saved > 0).then(1 + (saved * 10 // now).clip(0, 9)).otherwise(0)
        counts = dict(self.better.select(band).to_series().value_counts().iter_rows())
        return [int(counts.get(band, 0)) for band in range(BANDS)]

    def best(self) -> list[int]:
        """Credits that each solution suits best, in the order of `programmes`."""
        counts = dict(self.better["best"].cast(pl.String).value_counts().iter_rows())
        return [int(counts.get(p.name, 0)) for p in self.programmes]

    def median_saved(self) -> int | None:
        """Centavos a month: of those credits, half would save this or more."""
        ordered = self.better["saved"].sort()
        return int(ordered[len(ordered) // 2]) if len(ordered) else None


def group(row: Sequence[Any]) -> Group:
    """A group from its sums and its counts by programme, in order."""
    numbers = [int(number or 0) for number in row]
    return Group(*numbers[: len(SUMS)], tuple(numbers[len(SUMS) :]))
