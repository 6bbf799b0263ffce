"""Credits in units, today or until their conversion: what each month did, in units and in pesos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import INDEX_SCALE, Index, Units
from tequio.demo import units_by_month
from tequio.demo.contracts import CENTAVO, MILLIONTH, PPM
from tequio.demo.history import assumed
from tequio.demo.history.curves import Since, part_paid, rounded
from tequio.demo.history.months import Counts, calendar, column, indices
from tequio.demo.history.past import Past

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MONTHLY_BEFORE = assumed.RATE_BEFORE / 12 / PPM
THOUSANDTHS = 1_000
LONGEST = 480  # payments


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """What each converted credit passed from and to; zero of others."""

    units: Ints
    pesos: Ints
    forgiven: Ints  # centavos


@dataclass(frozen=True, slots=True, eq=False)
class InUnits:
    """(credit, month): whole units, and centavos of each month's unit; zero of credits in pesos."""

    opening: Ints  # units owed before the first month
    opening_pesos: Ints
    paid: Ints  # units
    joined: Ints
    principal: Ints  # centavos
    joined_pesos: Ints
    indexation: Ints
    interest: Ints
    conversion: Conversion


def in_units(rng: np.random.Generator, past: Past, counts: Counts, since: Since) -> InUnits:
    """Of the credits that were in units in 2019; zero of the others."""
    conversion = conversions(rng, past, since)
    rows = np.flatnonzero(past.indexed | (past.converted_month >= assumed.FIRST))
    found = in_units_of(
        past.take(rows), counts.take(rows), since.take(rows), conversion.units[rows]
    )
    size = len(past.number)
    return InUnits(*(spread(values, rows, size) for values in found), conversion)


def spread(values: Ints, rows: Ints, size: int) -> Ints:
    """The values of some rows among all."""
    whole = np.zeros((size, *values.shape[1:]), np.int64)
    whole[rows] = values
    return whole


def in_units_of(past: Past, counts: Counts, since: Since, converted: Ints) -> Iterator[Ints]:
    """The columns of `InUnits`: the balance in units at the end of each month, and what it says of
    the months between. `converted`: units owed at the conversion."""
    owed, still = balances(past, counts, since, converted)
    moved = np.diff(owed, axis=1) * still
    now, before = indices()
    begins, ends = worth(owed[:, :-1], now), worth(owed[:, 1:], now)
    moved_pesos = (ends - begins) * still
    was = worth(owed[:, :-1], before)
    yield owed[:, 0]
    yield was[:, 0]
    yield np.maximum(-moved, 0)
    yield np.maximum(moved, 0)
    yield np.maximum(-moved_pesos, 0)
    yield np.maximum(moved_pesos, 0)
    yield (begins - was) * still
    yield interest_of(past, since, begins * np.diff(counts.paid, axis=1) * still)


def worth(units: Ints, index: Ints) -> Ints:
    """Centavos of (credit, month), each month at its own unit."""
    price = Index(np.broadcast_to(index, units.shape).ravel())
    return np.asarray(Units(units.ravel()).pesos(price).values).reshape(units.shape)


def balances(past: Past, counts: Counts, since: Since, before: Ints) -> tuple[Ints, Flags]:
    """Units owed at the end of each month and before the first; and in which months a credit was
    in units. In the month of a conversion: what was owed before the signing."""
    still = column(past.indexed) | (column(past.converted_month) >= calendar())
    owed = column(since.begins) - since.taken + since.joined
    number = since.paid_before
    monthly = np.full(len(number), MONTHLY_BEFORE)
    principal = paid_before(past, since)
    paid = np.clip(counts.paid, 0, column(number))
    left = column(principal) - rounded(column(principal) * part_paid(monthly, number, paid))
    months = column(since.carried_before) - np.clip(counts.carried, 0, column(since.carried_before))
    carried = rounded(column(before * MONTHLY_BEFORE) * months)
    until = column(before) + left - carried
    return np.where(column(past.indexed), owed, until), still


def paid_before(past: Past, since: Since) -> Ints:
    """Units of principal paid before a conversion, by what the portfolio says that they were in
    pesos, each at the unit of its month."""
    rows = np.flatnonzero(since.paid_before > 0)
    units = np.zeros(len(past.number), np.int64)
    if not len(rows):
        return units
    number = since.paid_before[rows]
    place = np.arange(LONGEST + 1)[None, :]
    monthly = np.full(len(rows), MONTHLY_BEFORE)
    parts = np.diff(part_paid(monthly, number, np.minimum(place, column(number))), axis=1)
    gap = np.where(
        place[:, 1:] > column(past.earlier[rows]), column((past.deferred + past.missed)[rows]), 0
    )
    month = np.minimum(column(past.granted_month[rows]) + place[:, 1:] + gap, assumed.LAST)
    price = (parts * units_by_month.at(units_by_month.units(), month)).sum(axis=1)
    in_pesos = (past.principal_paid - since.taken[:, -1])[rows]
    # A hair less, so that the centavos of its months never add up to more.
    units[rows] = rounded(np.maximum(in_pesos - CENTAVO, 0) * (MILLIONTH / CENTAVO) / price)
    return units


def conversions(rng: np.random.Generator, past: Past, since: Since) -> Conversion:
    """The discount of each, by the year; what was owed before it, in units of that month."""
    converted = past.converted_month > 0
    year = np.clip(past.converted_month // 12 + 1970 - assumed.DISCOUNT_YEARS[0], 0, 5)
    had = rng.random(len(year)) < assumed.DISCOUNTED[year]
    spread = assumed.DISCOUNT_SPREAD
    mean = assumed.DISCOUNTS[year] / assumed.DISCOUNTED[year] * CENTAVO
    drawn = mean * np.exp(rng.normal(-spread * spread / 2, spread, len(year)))
    month = np.where(converted, past.converted_month, assumed.FIRST)
    index = Index(rounded(units_by_month.at(units_by_month.units(), month) * THOUSANDTHS))
    then = units_by_month.at(units_by_month.units(), past.granted_month)
    most = past.granted / then * (MILLIONTH / CENTAVO) * assumed.DEBT_OVER_GRANT
    wanted = (since.begins + np.where(had, drawn, 0)) * INDEX_SCALE / index.values
    least = np.ceil(since.begins * (INDEX_SCALE / index.values))
    units = np.where(converted, np.maximum(np.ceil(np.minimum(wanted, most)), least), 0)
    units = units.astype(np.int64)
    pesos = np.where(converted, since.begins, 0)
    return Conversion(units, pesos, np.asarray(Units(units).pesos(index).values) - pesos)


def interest_of(past: Past, since: Since, owed: Ints) -> Ints:
    """A month's interest on what was owed in the months paid; in all no more than was ever paid."""
    monthly = np.where(past.indexed, past.monthly, MONTHLY_BEFORE)
    so_far = np.cumsum(column(monthly) * owed, axis=1)
    rest = np.maximum(past.interest_paid - since.interest[:, -1], 0)
    scale = np.minimum(rest / np.maximum(so_far[:, -1], 1), 1)
    curve = rounded(so_far * column(scale))
    return np.diff(curve, axis=1, prepend=0)
