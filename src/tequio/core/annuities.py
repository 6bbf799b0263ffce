"""Level annuities, exact to the centavo: float64 first, whole numbers wherever float64 cannot tell.

Columns are int64 of one shape, or broadcast to one: money in centavos (within +-10**12), rates in
parts per million a year (0 to 12,000,000), terms in months (up to NEVER; fewer than one count as
one). The caller asserts those limits. Since 1 + i = (TWELVE + rate) / TWELVE is an exact fraction,
the reference formulas need no decimals at all. Amounts are rounded half up, the sign kept apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TWELVE = 12_000_000  # twelve months of one whole, in parts per million
NEVER = 9_999  # months
DOUBT = 1e-14  # 45 units in the last place; the float formulas below lose fewer than 15


def instalment(balance: Ints, rate: Ints, months: Ints) -> Ints:
    """Centavos a month, in arrears, that clear `balance` in `months`."""
    balance, rate, months = np.broadcast_arrays(balance, rate, np.maximum(months, 1))
    with np.errstate(invalid="ignore"):
        level = balance * (rate / TWELVE) / discounted(rate, months)
    guess = np.where(rate == 0, balance / months, level)
    return settle(guess, exact_instalment, balance, rate, months)


def in_advance(balance: Ints, rate: Ints, months: Ints) -> Ints:
    """Centavos at the start of each month that clear `balance` in `months`."""
    balance, rate, months = np.broadcast_arrays(balance, rate, np.maximum(months, 1))
    with np.errstate(invalid="ignore"):
        level = balance * (rate / TWELVE) / discounted(rate, months) / (1 + rate / TWELVE)
    guess = np.where(rate == 0, balance / months, level)
    return settle(guess, exact_in_advance, balance, rate, months)


def present_value(payment: Ints, rate: Ints, months: Ints) -> Ints:
    """Centavos that `months` payments, in arrears, clear."""
    payment, rate, months = np.broadcast_arrays(payment, rate, np.maximum(months, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        value = payment * discounted(rate, months) / (rate / TWELVE)
    guess = np.where(rate == 0, payment * 1.0 * months, value)
    return settle(guess, exact_present_value, payment, rate, months)


def months(balance: Ints, rate: Ints, payment: Ints) -> Ints:
    """The fewest payments whose present value, unrounded, reaches `balance`; NEVER past 9,998.

    Zero where nothing is owed. `balance` stays within 5 * 10**11, so that its interest fits.
    """
    balance, rate, payment = np.broadcast_arrays(balance, rate, payment)
    owed = balance > 0
    hopeless = owed & (balance * rate // TWELVE >= payment)
    with np.errstate(invalid="ignore", divide="ignore"):
        eaten = balance * (rate / TWELVE) / payment
        growth = np.log1p(rate / TWELVE)
        guess = np.where(rate == 0, balance / payment, -np.log1p(-eaten) / growth)
        doubt = DOUBT * (1 + guess + np.where(rate == 0, 0, eaten / (1 - eaten) / growth))
        sure = np.abs(guess - np.rint(guess)) > doubt  # false too where float64 overflowed
    whole = np.where(hopeless, NEVER, np.where(owed & sure, np.minimum(guess, NEVER), 0))
    result = np.ceil(whole).astype(np.int64)
    for row in np.flatnonzero(owed & ~hopeless & ~sure):
        result[row] = exact_months(int(balance[row]), int(rate[row]), int(payment[row]))
    return result


def discounted(rate: Ints, months: Ints) -> Floats:
    """1 - (1 + i) ** -n without cancellation."""
    return np.asarray(-np.expm1(-months * np.log1p(rate / TWELVE)))


def settle(guess: Floats, exact: Callable[..., int], *whole: Ints) -> Ints:
    """Round half up; a row nearer to the half than float64 can tell is done again by `exact`."""
    result = np.floor(guess + 0.5).astype(np.int64)
    doubtful = np.abs(guess - np.floor(guess) - 0.5) <= DOUBT * np.maximum(np.abs(guess), 1)
    for row in np.flatnonzero(doubtful):
        result[row] = exact(*(int(column[row]) for column in whole))
    return result


def exact_instalment(balance: int, rate: int, months: int) -> int:
    """`instalment` of one credit, in whole numbers."""
    if rate == 0:
        return half_up(balance, months)
    grown, flat = (TWELVE + rate) ** months, TWELVE**months
    return half_up(balance * rate * grown, TWELVE * (grown - flat))


def exact_in_advance(balance: int, rate: int, months: int) -> int:
    """As `exact_instalment`, divided by 1 + i."""
    if rate == 0:
        return half_up(balance, months)
    grown, flat = (TWELVE + rate) ** months, TWELVE**months
    return half_up(balance * rate * grown, (TWELVE + rate) * (grown - flat))


def exact_present_value(payment: int, rate: int, months: int) -> int:
    """`present_value` of one credit, in whole numbers."""
    if rate == 0:
        return payment * months
    grown, flat = (TWELVE + rate) ** months, TWELVE**months
    return half_up(payment * TWELVE * (grown - flat), rate * grown)


def exact_months(balance: int, rate: int, payment: int) -> int:
    """`months` of one credit that owes something, by halving."""
    terms = range(1, NEVER)
    return 1 + bisect_left(terms, True, key=lambda term: clears(payment, rate, term, balance))


def clears(payment: int, rate: int, months: int, balance: int) -> bool:
    """Whether the present value of `months` payments, unrounded, reaches `balance`."""
    if rate == 0:
        return payment * months >= balance
    grown, flat = (TWELVE + rate) ** months, TWELVE**months
    return bool(payment * TWELVE * (grown - flat) >= balance * rate * grown)


def half_up(number: int, by: int) -> int:
    """The nearest whole quotient by a positive divisor; a half goes away from zero."""
    size = (2 * abs(number) + by) // (2 * by)
    return size if number >= 0 else -size


def rounded(exact: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    return half_up(exact.numerator, exact.denominator)
