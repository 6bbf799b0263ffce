"""The employer's notice: what is withheld for a bimester, and by when it is sent.

Text of the notice of July 2019 and its vectors: servicing reference, sections 2.6 and 2.7. Amounts
in centavos; the factor of kind 3 is in hundredths of a **daily** unit, never of a monthly one.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from enum import IntEnum
from fractions import Fraction

from tequio.core.annuities import rounded
from tequio.core.months import first_of, month_number

INSURANCE = 15_00  # centavos a bimester, damage insurance, since December 2010
DUE_DAY = 17
FRIDAY = 4
MONTHS_OF_BIMESTER = 2


class Discount(IntEnum):
    """TIPDESC: how the notice states the discount."""

    PERCENT = 1  # of the integrated daily wage
    QUOTA = 2  # fixed pesos a month
    FACTOR = 3  # times the daily unit


def withheld(kind: Discount, value: int, base: int, days: int, bimester_days: int) -> int:
    """Centavos for a bimester, insurance included, half up.

    `value`: ppm of the wage, centavos a month, or hundredths of a factor. `base`: the integrated
    daily wage or the daily unit, centavos; a quota has none. `days` worked with the credit.
    """
    assert 0 <= days <= bimester_days <= 62, "days of one bimester"
    if kind is Discount.PERCENT:
        exact = Fraction(base * value * days, 1_000_000)
    elif kind is Discount.QUOTA:
        exact = Fraction(value * MONTHS_OF_BIMESTER * days, bimester_days)
    else:
        exact = Fraction(value * base * MONTHS_OF_BIMESTER * days, 100 * bimester_days)
    return rounded(exact) + INSURANCE


def contribution(daily_wage: int, days: int, share: int) -> int:
    """The employer's own share of the wage of those days (share in ppm), half up."""
    return rounded(Fraction(daily_wage * days * share, 1_000_000))


def due(year: int, bimester: int, holidays: Container[date] = ()) -> date:
    """Day 17 of the month after the bimester; from a Friday, or a day without work, the next
    working day. Without `holidays` none is looked at, as in the vectors of the notice."""
    assert 1 <= bimester <= 6, "a year has six bimesters"
    ended = month_number(date(year, bimester * 2, 1))
    day = first_of(ended + 1).replace(day=DUE_DAY)
    while day.weekday() >= FRIDAY or day in holidays:
        day += timedelta(days=1)
    return day
