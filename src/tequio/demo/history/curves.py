"""What was paid of each credit by the end of each month, in whole centavos and units.

Every curve is a level payment's, drawn through what the portfolio says of today: principal and
interest paid so far, and the balance. A month is the difference of two points of a curve, each
rounded, so that the months of a credit add up to its curve without a remainder.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import INDEX_SCALE
from tequio.demo.contracts import CENTAVO, present_value
from tequio.demo.history import assumed
from tequio.demo.history.months import Counts, column, counts_ago, indices
from tequio.demo.history.past import Past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = np.finfo(np.float64).tiny


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Level payments: so many, at a rate, that take so much off so much."""

    owed: Ints
    principal: Ints
    monthly: Floats
    number: Ints

    def interest(self, paid: Ints) -> Floats:
        """The interest in so many payments: (credit, column)."""
        monthly, owed, taken = self.monthly[:, None], self.owed[:, None], self.principal[:, None]
        all_of_it = np.maximum((1 + self.monthly) ** self.number - 1, LEAST)[:, None]
        grown = (((1 + monthly) ** paid - 1) / monthly - paid) / all_of_it
        return np.asarray(monthly * (owed * paid - taken * grown))


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """A credit on its terms of today, in its own measure: at the end of each month since it began,
    one column more than months. What was owed, less what was taken, more what joined, is owed."""

    begins: Ints  # owed at first; of a converted credit, on that day
    taken: Ints
    joined: Ints
    interest: Ints  # centavos; zero of credits in units, whose interest hangs on the unit
    paid_before: Ints  # payments before the conversion
    carried_before: Ints  # months

    def take(self, rows: Ints) -> Since:
        """Of some credits."""
        return Since(*(getattr(self, field.name)[rows] for field in fields(self)))


def part_paid(monthly: Floats, number: Ints, paid: Ints) -> Floats:
    """The part of the principal that so many of a number of level payments take off: (credit,
    column)."""
    growth = 1 + monthly
    all_of_it = np.maximum(growth**number - 1, LEAST)
    return np.asarray((growth[:, None] ** paid - 1) / all_of_it[:, None])


def since_of(past: Past, counts: Counts, reward: Ints) -> Since:
    """`reward`: centavos of principal forgiven since 2019, besides conversions and settlements."""
    converted = past.converted_month > 0
    at = counts_ago(past, np.where(converted, assumed.LAST - past.converted_month, 0)[:, None])
    paid_before = np.where(converted, at.paid[:, 0], 0)
    carried_before = np.where(converted, at.carried[:, 0], 0)
    carried = past.deferred + past.prorroga - carried_before
    number = past.paid - paid_before
    paid = np.clip(counts.paid - column(paid_before), 0, None)
    left = past.balance / (1 + past.monthly * carried)
    parts = part_paid(past.monthly, number, paid)
    principal = taken_so_far(past, number, left, parts)
    joined = np.where(carried > 0, rounded(past.balance - left), 0)
    plain = ~converted & ~past.indexed & (carried > 0)
    joined = np.where(plain, past.balance - past.granted + principal + reward, joined)
    begins = past.balance + principal - joined + reward
    level = Level(begins, principal, past.monthly, number)
    carried_so_far = np.clip(counts.carried - column(carried_before), 0, None)
    return Since(
        begins,
        rounded(column(principal) * parts),
        rounded(column(joined) * (carried_so_far / column(np.maximum(carried, 1)))),
        interest_of(past, level, paid),
        paid_before,
        carried_before,
    )


def taken_so_far(past: Past, number: Ints, left: Floats, parts: Floats) -> Ints:
    """Principal paid on today's terms. A conversion began with what its instalment clears in the
    rest of the term. Of units the months carried are taken out of the balance, and those paid since
    2019 were worth no more than the portfolio says was ever paid."""
    converted = past.converted_month > 0
    term = np.where(converted, past.granted_month + assumed.TERM - past.converted_month, 1)
    worth = present_value(past.rate, np.zeros(len(term)), term)
    of_pesos = np.clip(rounded(past.instalment * worth - left), 0, past.principal_paid)
    of_pesos = np.where(converted, of_pesos, past.principal_paid)
    now, _ = indices()
    price = (np.diff(parts, axis=1) * now).sum(axis=1)
    most = np.maximum(past.principal_paid - CENTAVO, 0) * INDEX_SCALE / np.maximum(price, 1)
    of_units = rounded(np.clip(past.granted_units - left, 0, most))
    return np.where(number > 0, np.where(past.indexed, of_units, of_pesos), 0)


def interest_of(past: Past, level: Level, paid: Ints) -> Ints:
    """Interest paid by credits in pesos: as much as the portfolio says; of a converted one, at most
    as much."""
    drawn = level.interest(level.number[:, None])[:, 0]
    known = np.where(past.converted_month > 0, np.minimum(drawn, past.interest_paid), drawn)
    known = np.where(past.converted_month > 0, known, past.interest_paid)
    known = np.where(past.indexed | (level.number == 0), 0, known)
    scale = known / np.maximum(drawn, LEAST)
    return rounded(level.interest(paid) * scale[:, None])


def rounded(values: Floats) -> Ints:
    """Half to even: these amounts come from no rule."""
    return np.rint(values).astype(np.int64)
