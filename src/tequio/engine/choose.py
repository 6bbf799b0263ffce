"""The best offer for each person: lexicographic, by the policy of the day.

Ranked are the status quo and the monthly solutions that a credit qualifies for, be their doors open
or not. A settlement is a class of its own; what lasts some months or comes by itself is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import Rounding, where
from tequio.core.lists import CRITERIA
from tequio.core.loan import Loan
from tequio.core.offer import NOTHING
from tequio.engine.pairs import NAMES, Ints, Pairs
from tequio.engine.rulebook import Policy, Rulebook, policy
from tequio.programmes import REGISTRY

Places = NDArray[np.int8]

# Where the limit comes from, and why an offer is not the best: the criterion that decided, or
# `order` among equals. Files keep positions: new ones go at the end.
INCOMES = ("unknown", "wage", "pension", "declared")
LOST_ON = ("best", *CRITERIA, "order", "not_ranked")
TIED, NOT_RANKED = LOST_ON.index("order"), LOST_ON.index("not_ranked")

UNRANKED = ("fondo", "prorroga", "congelamiento", "liberacion", "seguro")  # families
ENTITLEMENTS = {p.name for p in REGISTRY if p.family in UNRANKED}
LIMITLESS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Limits:
    """What each income bears: centavos a month, principal and interest."""

    most: Ints  # LIMITLESS where no income is known
    income: Places  # in INCOMES


@dataclass(frozen=True, slots=True)
class Best:
    """The best of some offers of each credit; all arrays have one entry a credit."""

    place: Places  # in NAMES
    pays: Ints  # the first month, with insurance and fees
    instalment: Ints  # of it, principal and interest
    months: Ints  # to the last payment
    left: Ints  # still owed at the end of the outlook
    total: Ints  # all that is paid
    conditions: Ints
    forgiven: Ints  # principal, at signing
    npv: Ints  # for the fund

    @classmethod
    def only(cls, of: Pairs) -> Best:
        """The offers of one programme, each the best of one."""
        projection = of.projection
        return cls(
            np.full(len(of.rows), NAMES.index(of.programme), np.int8),
            of.pays_after,
            of.instalment,
            projection.months,
            projection.left,
            projection.total,
            of.conditions,
            of.forgiven,
            projection.npv,
        )

    def copied(self) -> Best:
        """The same, to be written over."""
        return Best(*(getattr(self, field.name).copy() for field in fields(self)))

    def overwrite(self, rows: Ints, better: Best, wins: NDArray[np.bool_]) -> None:
        """Other offers where they win; `rows` are the places of those."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(better, field.name)[wins]


@dataclass(frozen=True, slots=True)
class Measure:
    """A policy's yardstick for some credits."""

    order: Ints  # positions in CRITERIA, the first decides
    limits: Limits
    months_left: Ints  # of the original term

    def keys(self, offers: Best, rows: Ints) -> Ints:
        """(criterion, offer), in the policy's order; less is better. `rows` are the credits."""
        return np.stack([self.key(CRITERIA[at], offers, rows) for at in self.order])

    def key(self, criterion: str, offers: Best, rows: Ints) -> Ints:
        """What a criterion looks at.

        Affordable offers are alike, and those that are not go by their instalment: where none is
        affordable the lowest wins.
        """
        if criterion == "affordable":
            return np.where(offers.instalment <= self.limits.most[rows], 0, offers.instalment)
        if criterion == "in_time":
            late = (offers.months > self.months_left[rows]) | (offers.left > 0)
            return late.astype(np.int64)
        if criterion == "total":
            return offers.total
        assert criterion == "conditions", "every criterion of the list is measured"
        return offers.conditions


@dataclass(frozen=True, slots=True)
class Measured:
    """Some offers, and the keys that a policy ranks them by."""

    rows: Ints  # the credits, positions in the slice
    open: NDArray[np.bool_]
    offers: Best
    keys: Ints  # (criterion, offer)

    @classmethod
    def by(cls, measure: Measure, of: Pairs) -> Measured:
        """The offers of one programme."""
        offers = Best.only(of)
        return cls(of.rows, of.open, offers, measure.keys(offers, of.rows))


@dataclass(frozen=True, slots=True)
class Choice:
    """What the policy says of every credit of a slice."""

    measure: Measure
    best: Best  # be its door open or not
    best_open: Best  # of those that can be signed today
    lost_on: Sequence[Places]  # for each of the pairs, why it is not the best: in LOST_ON
    now_lost_on: Places  # the same of the status quo

    @property
    def affordable(self) -> NDArray[np.bool_]:
        """Whether the best offer is within a limit that is known."""
        limits = self.measure.limits
        return np.asarray((limits.income > 0) & (self.best.instalment <= limits.most))


def choose(loan: Loan, now: Pairs, pairs: Sequence[Pairs], rules: Rulebook, as_of: date) -> Choice:
    """The best offer of every credit, and what decided against each of the others."""
    law = policy(rules, as_of)
    measure = Measure(law.order.chosen, limits_of(loan, law), loan.months_left.values)
    same = Measured.by(measure, now)
    rivals = {one.programme: Measured.by(measure, one) for one in pairs if ranked(one)}
    best, keys = best_of(same, rivals.values(), only_open=False)
    shut = any(not one.open.all() for one in rivals.values())
    return Choice(
        measure,
        best,
        best_open=best_of(same, rivals.values(), only_open=True)[0] if shut else best,
        lost_on=[
            lost_on(rivals[one.programme], best, keys, measure) if ranked(one) else not_ranked(one)
            for one in pairs
        ],
        now_lost_on=lost_on(same, best, keys, measure),
    )


def ranked(pairs: Pairs) -> bool:
    """Whether it is a monthly payment that a person chooses among others."""
    return not pairs.settles and pairs.programme not in ENTITLEMENTS


def limits_of(loan: Loan, law: Policy) -> Limits:
    """BO-02. A part of the wage; without one, of the pension; else of what the person declares."""
    by_wage = loan.wage > NOTHING
    by_pension = ~by_wage & loan.pension_known & (loan.pension > NOTHING)
    by_declared = ~by_wage & ~by_pension & loan.income_known
    most = where(
        by_wage,
        loan.wage.times(law.share_of_wage, Rounding.HALF_UP),
        where(
            by_pension,
            loan.pension.times(law.share_of_pension, Rounding.HALF_UP),
            loan.declared_income.times(law.share_of_declared, Rounding.HALF_UP),
        ),
    )
    income = np.select([flag.values for flag in (by_wage, by_pension, by_declared)], [1, 2, 3], 0)
    return Limits(np.where(income > 0, most.values, LIMITLESS), income.astype(np.int8))


def best_of(now: Measured, rivals: Iterable[Measured], *, only_open: bool) -> tuple[Best, Ints]:
    """The offer with the least keys of each credit, and these; among equals the earlier, and the
    status quo before all."""
    best, least = now.offers.copied(), now.keys.copy()
    for one in rivals:
        wins = less(one.keys, least[:, one.rows])
        if only_open:
            wins &= one.open
        rows = one.rows[wins]
        best.overwrite(rows, one.offers, wins)
        least[:, rows] = one.keys[:, wins]
    return best, least


def less(mine: Ints, theirs: Ints) -> NDArray[np.bool_]:
    """Whether the first criterion in which they differ is in favour of `mine`."""
    wins = np.zeros(mine.shape[1], np.bool_)
    for own, other in zip(mine[::-1], theirs[::-1], strict=True):
        wins = (own < other) | ((own == other) & wins)
    return wins


def lost_on(mine: Measured, best: Best, keys: Ints, measure: Measure) -> Places:
    """Which criterion decided against an offer, row by row; `keys` are those of the best."""
    decided = np.full(len(mine.rows), TIED, np.int8)
    for at in range(len(measure.order))[::-1]:
        decided[mine.keys[at] != keys[at, mine.rows]] = 1 + measure.order[at]
    decided[best.place[mine.rows] == mine.offers.place] = 0
    return decided


def not_ranked(pairs: Pairs) -> Places:
    """That an offer is of another class, row by row."""
    return np.full(len(pairs.rows), NOT_RANKED, np.int8)
