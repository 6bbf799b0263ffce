"""The best offer for each person: lexicographic, by the policy of the day.

Ranked are the status quo and the monthly solutions that a credit qualifies for, be their doors open
or not. A settlement is a class of its own; what lasts some months or comes by itself is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

ENTITLEMENTS = {p.name for p in REGISTRY if p.family in ("fondo", "prorroga")}
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
    keys: Ints  # (criterion, credit), in the policy's order: less is better
    pays: Ints  # the first month, with insurance and fees
    instalment: Ints  # of it, principal and interest
    total: Ints
    npv: Ints


@dataclass(frozen=True, slots=True)
class Choice:
    """What the policy says of every credit of a slice."""

    order: Ints  # positions in CRITERIA, the first decides
    limits: Limits
    best: Best  # be its door open or not
    best_open: Best  # of those that can be signed today
    lost_on: Sequence[Places]  # for each of the pairs, why it is not the best: in LOST_ON
    now_lost_on: Places  # the same of the status quo

    @property
    def affordable(self) -> NDArray[np.bool_]:
        """Whether the best offer is within a limit that is known."""
        known = self.limits.income > 0
        return np.asarray(known & (self.best.instalment <= self.limits.most))


def choose(loan: Loan, now: Pairs, pairs: Sequence[Pairs], rules: Rulebook, as_of: date) -> Choice:
    """The best offer of every credit, and what decided against each of the others."""
    law = policy(rules, as_of)
    order, limits = law.order.chosen, limits_of(loan, law)

    def keys(of: Pairs) -> Ints:
        """Its measures, in the policy's order."""
        return np.stack([measure(CRITERIA[at], of, loan, limits) for at in order])

    mine = {one.programme: keys(one) for one in (now, *filter(ranked, pairs))}
    best = best_of(now, pairs, mine, only_open=False)
    shut = any(not one.open.all() for one in pairs if one.programme in mine)
    return Choice(
        order,
        limits,
        best,
        best_open=best_of(now, pairs, mine, only_open=True) if shut else best,
        lost_on=[lost_on(one, mine.get(one.programme), best, order) for one in pairs],
        now_lost_on=lost_on(now, mine[now.programme], best, order),
    )


def ranked(pairs: Pairs) -> bool:
    """Whether it is a monthly solution that a person chooses among others."""
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


def measure(criterion: str, pairs: Pairs, loan: Loan, limits: Limits) -> Ints:
    """What a criterion looks at, less being better.

    Affordable offers are alike, and those that are not go by their instalment: where none is
    affordable the lowest wins.
    """
    rows, projection = pairs.rows, pairs.projection
    if criterion == "affordable":
        return np.where(pairs.instalment <= limits.most[rows], 0, pairs.instalment)
    if criterion == "in_time":
        late = (projection.months > loan.months_left.values[rows]) | (projection.left > 0)
        return late.astype(np.int64)
    if criterion == "total":
        return projection.total
    assert criterion == "conditions", "every criterion of the list is measured"
    return pairs.conditions


def best_of(now: Pairs, pairs: Sequence[Pairs], keys: dict[str, Ints], *, only_open: bool) -> Best:
    """The least keys of each credit; among equals the earlier, and the status quo before all."""
    place = np.zeros(len(now.rows), np.int8)
    least = keys[now.programme].copy()
    pays, instalment = now.pays_after.copy(), now.instalment.copy()
    total, npv = now.projection.total.copy(), now.projection.npv.copy()
    for one in pairs:
        if one.programme not in keys:
            continue
        wins = less(keys[one.programme], least[:, one.rows])
        if only_open:
            wins &= one.open
        rows = one.rows[wins]
        place[rows] = NAMES.index(one.programme)
        least[:, rows] = keys[one.programme][:, wins]
        pays[rows], instalment[rows] = one.pays_after[wins], one.instalment[wins]
        total[rows], npv[rows] = one.projection.total[wins], one.projection.npv[wins]
    return Best(place, least, pays, instalment, total, npv)


def less(mine: Ints, theirs: Ints) -> NDArray[np.bool_]:
    """Whether the first criterion in which they differ is in favour of `mine`."""
    wins = np.zeros(mine.shape[1], np.bool_)
    for own, other in zip(mine[::-1], theirs[::-1], strict=True):
        wins = (own < other) | ((own == other) & wins)
    return wins


def lost_on(pairs: Pairs, keys: Ints | None, best: Best, order: Ints) -> Places:
    """Which criterion decided against an offer, row by row."""
    if keys is None:
        return np.full(len(pairs.rows), NOT_RANKED, np.int8)
    decided = np.full(len(pairs.rows), TIED, np.int8)
    for at in range(len(order))[::-1]:
        differs = keys[at] != best.keys[at, pairs.rows]
        decided[differs] = 1 + order[at]
    decided[best.place[pairs.rows] == NAMES.index(pairs.programme)] = 0
    return decided
