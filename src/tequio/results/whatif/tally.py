"""What is counted in a portfolio under two laws: the rows of `engine.whatif.run`, added up, nothing
hidden yet. Rows are read lazily and added up in batches; of those whose offer changes, what is
needed for medians is kept. Five million rows need little memory.

Money in centavos. A change is after less before: below zero, it goes down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import polars as pl

from tequio.core.lists import SEXES
from tequio.engine.pairs import NAMES
from tequio.engine.whatif import AGES, SEX_WORDS, UNITS, WAGES
from tequio.results.runs import Run

MUNICIPALITY = "municipality"
GROUPS: Mapping[str, Sequence[str]] = {  # who said nothing comes last
    "unit": UNITS,
    "sex": [SEX_WORDS[sex] for sex in (*SEXES[1:], SEXES[0])],
    "age": [*AGES[1:], AGES[0]],
    "wage": WAGES,
}
VERDICTS = ("gains", "loses", "mixed")
COUNTS = ("credits", *VERDICTS, "moved")
SETTLING = ("deposit_forgiven", "deposit", "kept")
AMOUNTS = ("forgiven", *SETTLING, "npv")
CHANGES = ("pays", "total")
SIDES = ("before", "after")
BANDS = 5  # of a change, on each side of none
TAIL = 20  # one credit in so many may go beyond the last band's start
PESO = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the credits: how many are better off, worse off, both; of how many the best monthly
    offer changes, and the medians of what these pay more."""

    key: str
    credits: int
    gains: int
    loses: int
    mixed: int
    moved: int
    pays: int | None  # the first payment; None where no offer changes
    total: int | None  # all that is paid

    @property
    def changed(self) -> int:
        """Better off, worse off, or both."""
        return self.gains + self.loses + self.mixed

    @property
    def same(self) -> int:
        """Neither."""
        return self.credits - self.changed


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum over all credits under each law: of how many it is (of what is settled, of all that can
    settle), and of how many it is another one."""

    before: int
    after: int
    credits_before: int
    credits_after: int
    differ: int


@dataclass(frozen=True, slots=True)
class Band:
    """How many changes are above `low` and up to `high`, both in centavos without sign; None has no
    end. `way` is -1, 0 or 1: down, none, up."""

    way: int
    low: int
    high: int | None
    credits: int


@dataclass(frozen=True, slots=True)
class Year:
    """What the fund receives from the credits whose best offer changes, and how many still pay."""

    year: int
    before: int
    after: int
    paying_before: int
    paying_after: int


class Comparison(Run):
    """A portfolio under two laws (the folder of `engine.whatif.run`)."""

    @property
    def credits(self) -> pl.LazyFrame:
        """One row a credit."""
        return pl.scan_parquet(self.folder / "credits" / "*.parquet")

    @cached_property
    def counts(self) -> pl.DataFrame:
        """The credits of each combination of groups that have words."""
        return collected(self.credits.group_by(*GROUPS).agg(counted()))

    @cached_property
    def counts_by_town(self) -> pl.DataFrame:
        """The credits of each municipality."""
        return collected(self.credits.group_by(MUNICIPALITY).agg(counted()))

    @cached_property
    def movers(self) -> pl.DataFrame:
        """The credits whose best offer changes: their groups, their offers, what they pay more."""
        ways = [f"best_{when}" for when in SIDES]
        kept = (*GROUPS, pl.col(MUNICIPALITY).cast(pl.Categorical), *ways)
        return collected(self.credits.filter("moved").select(*kept, *map(changed_by, CHANGES)))

    @cached_property
    def whole(self) -> Group:
        """All of the credits."""
        return self.together()

    def together(self, without: Collection[str] = ()) -> Group:
        """All credits but those of some municipalities, as one group."""
        rest = ~pl.col(MUNICIPALITY).cast(pl.String).is_in(list(without))
        counts = self.counts_by_town.filter(rest).select(pl.col(COUNTS).sum()).row(0)
        return group("", counts, self.movers.filter(rest).select(medians()).row(0))

    def groups(self, by: str) -> list[Group]:
        """The credits by a column, without groups that have none: its words in order, or keys."""
        counts = self.counts_by_town if by == MUNICIPALITY else self.counts
        word = pl.col(by).cast(pl.String)
        sums = counts.group_by(word).agg(pl.col(COUNTS).sum()).rows_by_key(by, unique=True)
        middle = self.movers.group_by(word).agg(medians()).rows_by_key(by, unique=True)
        keys = (key for key in GROUPS.get(by, sorted(sums)) if key in sums)
        return [group(key, sums[key], middle.get(key, (None, None))) for key in keys]

    @cached_property
    def amounts(self) -> dict[str, Amount]:
        """Discounts, deposits, and what the fund receives at its value today: of what can be
        settled if it is not, and of all."""
        rows = self.credits.with_columns(map(able, SIDES)).with_columns(map(kept, SIDES))
        sums = collected(rows.select(one for name in AMOUNTS for one in summed(name)))
        numbers = iter(int(number or 0) for number in sums.row(0))
        return {name: Amount(*(next(numbers) for _ in range(5))) for name in AMOUNTS}

    def moves(self) -> dict[tuple[str, str], int]:
        """The credits whose best offer changes, by the solutions before and after, in the order of
        the catalogue."""
        ways = [pl.col(f"best_{when}").cast(pl.String) for when in SIDES]
        found = {tuple(way): n for *way, n in self.movers.group_by(ways).agg(pl.len()).rows()}
        return dict(sorted(found.items(), key=lambda one: [NAMES.index(name) for name in one[0]]))

    def spread(self, what: str) -> list[Band]:
        """Those credits by how much their first payment (`pays`) or their `total` changes."""
        change = pl.col(what)
        low, least, most, high = self.movers.select(ends_of(change)).row(0)
        if low is None:
            return []
        step = round_step(max(-int(least), int(most)))
        sides = {-1: side(low < 0, -int(least), step), 1: side(high > 0, int(most), step)}
        far = (change.abs() + step - 1) // step
        last = pl.when(change < 0).then(sides[-1]).otherwise(sides[1])
        place = (change.sign() * pl.min_horizontal(far, last)).alias("at")
        counts = dict(self.movers.group_by(place).agg(pl.len()).rows())
        places = range(-sides[-1], sides[1] + 1)
        return [band(at, int(counts.get(at, 0)), step, sides) for at in places]

    def years(self) -> Iterator[Year]:
        """Each calendar year of the outlook."""
        rows = pl.scan_parquet(self.folder / "years" / "*.parquet")
        names = ("before", "after", "paying_before", "paying_after")
        sums = collected(rows.group_by("year").agg(pl.col(name).sum() for name in names))
        return (Year(*map(int, row)) for row in sums.sort("year").rows())


def able(when: str) -> pl.Expr:
    """Whether a credit can settle: some pay nothing to do so, and some are forgiven nothing."""
    settles = (pl.col(f"deposit_{when}") != 0) | (pl.col(f"deposit_forgiven_{when}") != 0)
    return settles.alias(f"able_{when}")


def kept(when: str) -> pl.Expr:
    """The fund's value of the best monthly offer of a credit that can settle; else nothing."""
    value = pl.when(f"able_{when}").then(f"npv_{when}").otherwise(0)
    return value.alias(f"kept_{when}")


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """The answer, a batch of rows at a time."""
    return frame.collect(engine="streaming")


def counted() -> list[pl.Expr]:
    """The counts of a group, as COUNTS names them."""
    verdicts = ((pl.col("verdict") == name).sum().alias(name) for name in VERDICTS)
    return [pl.len().alias("credits"), *verdicts, pl.col("moved").sum()]


def medians() -> list[pl.Expr]:
    """Of what is paid more: the change of a credit in the middle, not a mean of two."""
    return [pl.col(what).quantile(0.5, "lower").cast(pl.Int64) for what in CHANGES]


def changed_by(what: str) -> pl.Expr:
    """After less before."""
    return (pl.col(f"{what}_after") - pl.col(f"{what}_before")).alias(what)


def summed(name: str) -> list[pl.Expr]:
    """The numbers of an amount, in the order of its fields."""
    before, after = (pl.col(f"{name}_{when}") for when in SIDES)
    whose = [
        pl.col(f"able_{when}") if name in SETTLING else pl.col(f"{name}_{when}") != 0
        for when in SIDES
    ]
    numbers = (before, after, *whose, before != after)
    return [one.sum().alias(f"{name}_{at}") for at, one in enumerate(numbers)]


def group(key: str, counts: Sequence[Any], middle: Sequence[Any]) -> Group:
    """A group from its counts and its medians."""
    return Group(key, *(int(number or 0) for number in counts), *middle)


def ends_of(change: pl.Expr) -> list[pl.Expr]:
    """The least, one of which few go below, one of which few go beyond, the greatest."""
    ends = [
        change.min(),
        change.quantile(1 / TAIL, "lower"),
        change.quantile(1 - 1 / TAIL, "higher"),
        change.max(),
    ]
    return [end.alias(str(at)) for at, end in enumerate(ends)]


def round_step(most: int) -> int:
    """The width of a band in centavos: one, two or five pesos with zeros, so that BANDS hold the
    most."""
    steps = (PESO * digit * 10**zeros for zeros in count() for digit in (1, 2, 5))
    return next(step for step in steps if step * BANDS >= most)


def side(there: bool, most: int, step: int) -> int:
    """How many bands a side has."""
    return min(max(-(-most // step), 1), BANDS) if there else 0


def band(at: int, credits_: int, step: int, sides: Mapping[int, int]) -> Band:
    """The band at a place: none is 0."""
    if at == 0:
        return Band(0, 0, 0, credits_)
    way = 1 if at > 0 else -1
    far = abs(at)
    return Band(way, (far - 1) * step, None if far == sides[way] else far * step, credits_)
