"""Exact columns: one value or millions, always whole numbers, never a bare number.

Every column is a vector of int64 (a `Flag`, of booleans) with one unit. Two columns combine when
they are of one type and of one length, or one of them of length one. Anything else is a TypeError
(another type, a bare number, a float), a ValueError (lengths that do not match) or, past the limits
below, an AssertionError: int64 would wrap in silence there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, final

import numpy as np
from numpy.typing import NDArray

from tequio.core import annuities

Ints = NDArray[np.int64]

EPOCH = date(1970, 1, 1)  # day zero of a `Day`
PPM = 1_000_000
MONEY_MAX = 10**12  # centavos; times SHARE_MAX it still fits in int64
UNITS_MAX = 10**11  # millionths of a unit: 100,000 units; times INDEX_MAX it still fits
INDEX_MAX = 5 * 10**7  # thousandths of a peso for one unit
SHARE_MAX = 9 * PPM  # nine times the whole
RATE_MAX = 12 * PPM  # a year
CODES_MAX = 999  # positions in a closed list
INDEX_SCALE = 10**7  # millionths of a unit, times thousandths of a peso, in one centavo
THURSDAY, FRIDAY = 3, 4  # the first of 1970 was a Thursday; Monday is 0
YEAR_OF_PPM = 12 * PPM


class Rounding(Enum):
    """Every division says which. All treat a debt and a credit alike: the sign is kept apart."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


def divide(number: Ints, by: Ints | int, rounding: Rounding) -> Ints:
    """Whole quotient of `number` by a positive divisor; half up, a half goes away from zero."""
    size = np.abs(number)
    if rounding is Rounding.DOWN:
        quotient = size // by
    elif rounding is Rounding.UP:
        quotient = (size + (by - 1)) // by
    else:
        quotient = (size + by // 2) // by
    return np.asarray(np.sign(number) * quotient)


def bounded(values: NDArray[Any], most: int = MONEY_MAX, least: int | None = None) -> Ints:
    """The values, asserted within +-`most` (or from `least`): every product starts here."""
    lowest = -most if least is None else least
    assert values.max(initial=0) <= most, f"an amount above {most}"
    assert values.min(initial=0) >= lowest, f"an amount below {lowest}"
    return values


class Column:
    """A typed vector. It has no truth value, so `if`, `and`, `or`, `not` fail at any length."""

    __slots__ = ("values",)
    __hash__ = None  # type: ignore[assignment]
    dtype: ClassVar[type] = np.int64
    values: NDArray[Any]

    def __init__(self, values: object) -> None:
        """From whole numbers (a flag: from booleans), one or a vector of them; else TypeError."""
        array = np.atleast_1d(np.asarray(values))
        booleans = array.dtype == np.bool_ and self.dtype is not np.bool_
        if booleans or not np.can_cast(array.dtype, self.dtype, casting="safe"):
            raise TypeError(
                f"{type(self).__name__} takes {np.dtype(self.dtype)}, not {array.dtype}"
            )
        if array.ndim > 1:
            raise TypeError(f"{type(self).__name__} is a vector, not a table")
        self.values = array.astype(self.dtype, copy=False)

    def __bool__(self) -> bool:
        raise TypeError("a column has no single truth value: write & | ~ or where(...)")

    def __len__(self) -> int:
        return len(self.values)

    def same(self: C, other: C) -> NDArray[Any]:
        """The values of `other`, which must be of exactly this type."""
        if type(other) is not type(self):
            raise TypeError(f"cannot combine {type(self).__name__} with {type(other).__name__}")
        return other.values

    def new(self: C, values: NDArray[Any]) -> C:
        """A column of this type over values known to be sound."""
        column = object.__new__(type(self))
        column.values = values
        return column

    def __eq__(self: C, other: C) -> Flag:  # type: ignore[override]
        return Flag(self.values == self.same(other))

    def __ne__(self: C, other: C) -> Flag:  # type: ignore[override]
        return Flag(self.values != self.same(other))


class Ordered(Column):
    """What can be compared: amounts, counts, dates."""

    __slots__ = ()

    def __ge__(self: C, other: C) -> Flag:
        return Flag(self.values >= self.same(other))

    def __gt__(self: C, other: C) -> Flag:
        return Flag(self.values > self.same(other))

    def __le__(self: C, other: C) -> Flag:
        return Flag(self.values <= self.same(other))

    def __lt__(self: C, other: C) -> Flag:
        return Flag(self.values < self.same(other))

    def least(self: C, other: C) -> C:
        """Row by row, the lesser."""
        return self.new(np.minimum(self.values, self.same(other)))

    def greatest(self: C, other: C) -> C:
        """Row by row, the greater."""
        return self.new(np.maximum(self.values, self.same(other)))


class Amount(Ordered):
    """What can also be added and taken as a share of another of its kind."""

    __slots__ = ()

    def __add__(self: C, other: C) -> C:
        return self.new(self.values + self.same(other))

    def __sub__(self: C, other: C) -> C:
        return self.new(self.values - self.same(other))

    def __neg__(self: C) -> C:
        return self.new(-self.values)

    def ratio(self: C, of: C, rounding: Rounding) -> Share:
        """This as a share of `of`, both within MONEY_MAX; of nothing or less, the share is zero."""
        whole = bounded(self.same(of))
        shares = divide(bounded(self.values) * PPM, np.maximum(whole, 1), rounding)
        return Share(np.where(whole > 0, shares, 0))

    def within(self: C, share: Share, of: C) -> Flag:
        """Whether this is at most that share (to SHARE_MAX) of `of`, compared without rounding."""
        limit = bounded(self.same(of)) * bounded(share.values, SHARE_MAX)
        return Flag(bounded(self.values) * PPM <= limit)


C = TypeVar("C", bound=Column)
K = TypeVar("K", bound=Ordered)
V = TypeVar("V", bound=Column)


@final
class Flag(Column):
    """Yes or no."""

    __slots__ = ()
    dtype = np.bool_

    def __and__(self, other: Flag) -> Flag:
        return Flag(self.values & self.same(other))

    def __or__(self, other: Flag) -> Flag:
        return Flag(self.values | self.same(other))

    def __invert__(self) -> Flag:
        return Flag(~self.values)

    def choose(self, yes: C, no: C) -> C:
        """Row by row, `yes` where this holds and `no` elsewhere."""
        return yes.new(np.where(self.values, yes.values, yes.same(no)))


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Some of a closed list, by position."""

    chosen: Ints


@final
class Code(Column):
    """One of a closed list, by position."""

    __slots__ = ()

    def among(self, some: Codes) -> Flag:
        """Whether the code is one of those chosen. Looked up: twelve times faster than np.isin."""
        codes = bounded(self.values, CODES_MAX, 0)
        held = np.zeros(max(codes.max(initial=0), some.chosen.max(initial=0)) + 1, np.bool_)
        held[some.chosen] = True
        return Flag(held[codes])


@final
class Count(Amount):
    """How many times; also a day of the month."""

    __slots__ = ()


@final
class Share(Amount):
    """Parts per million of something."""

    __slots__ = ()

    def rest(self) -> Share:
        """What is left of the whole."""
        return Share(PPM - self.values)

    def down_to(self, step: Share) -> Share:
        """The multiple of a positive step that is not above this."""
        return Share(self.values // step.values * step.values)


@final
class Rate(Amount):
    """Annual nominal, parts per million."""

    __slots__ = ()


@final
class Months(Amount):
    """A number of months."""

    __slots__ = ()


@final
class Day(Ordered):
    """Days since 1970-01-01."""

    __slots__ = ()

    def day_of_month(self) -> Count:
        """From 1 to 31."""
        return Count(self.month_and_day()[1])

    def last_weekday(self) -> Count:
        """The day of the month of its last Monday to Friday. Holidays are not looked at."""
        months = self.values.astype("datetime64[D]").astype("datetime64[M]")
        last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
        weekday = (last + THURSDAY) % 7  # Monday is 0
        last = last - np.maximum(weekday - FRIDAY, 0)
        return Count(last - months.astype("datetime64[D]").astype(np.int64) + 1)

    def months_until(self, later: Day) -> Months:
        """Full months from this day to a later one; below zero when it is earlier. The 31st has
        its full month on the first day that is not before it: 31 January to 1 March is one."""
        (first, start), (last, end) = self.month_and_day(), later.month_and_day()
        return Months(last - first - (end < start))

    def month_and_day(self) -> tuple[Ints, Ints]:
        """Months since 1970-01, and the day of the month from 1."""
        months = self.values.astype("datetime64[D]").astype("datetime64[M]")
        first_days = months.astype("datetime64[D]").astype(np.int64)
        return months.astype(np.int64), self.values - first_days + 1


@final
class Index(Ordered):
    """Thousandths of a peso for one monthly unit (daily value x 30.4, never rounded)."""

    __slots__ = ()


@final
class Units(Amount):
    """Millionths of a monthly unit."""

    __slots__ = ()

    def pesos(self, index: Index) -> Money:
        """Worth on the index's day, half up to the centavo (rule UNIT-01); within UNITS_MAX."""
        worth = bounded(self.values, UNITS_MAX) * bounded(index.values, INDEX_MAX)
        return Money(divide(worth, INDEX_SCALE, Rounding.HALF_UP))


@final
class Money(Amount):
    """Centavos."""

    __slots__ = ()

    def times(self, share: Share, rounding: Rounding) -> Money:
        """That share (to SHARE_MAX) of this amount (to MONEY_MAX)."""
        shares = bounded(share.values, SHARE_MAX)
        return Money(divide(bounded(self.values) * shares, PPM, rounding))

    def month_at(self, rate: Rate, rounding: Rounding) -> Money:
        """One month of interest, rate / 12, on this balance (to half of MONEY_MAX)."""
        yearly = bounded(self.values, MONEY_MAX // 2) * bounded(rate.values, RATE_MAX)
        return Money(divide(yearly, YEAR_OF_PPM, rounding))

    def for_months(self, months: Months) -> Money:
        """This amount, every month of so many (to annuities.NEVER)."""
        return Money(bounded(self.values) * bounded(months.values, annuities.NEVER))

    def units(self, index: Index) -> Units:
        """Units that this (to half of MONEY_MAX) buys on the index's day, half up."""
        worth = bounded(self.values, MONEY_MAX // 2) * INDEX_SCALE
        price = np.maximum(bounded(index.values, INDEX_MAX), 1)
        return Units(divide(worth, price, Rounding.HALF_UP))

    def level_instalment(self, rate: Rate, months: Months) -> Money:
        """The level payment, in arrears, that clears this balance. Half up."""
        return Money(annuities.instalment(bounded(self.values), *terms(rate, months)))

    def level_instalment_in_advance(self, rate: Rate, months: Months) -> Money:
        """The same, paid at the start of each month. Half up."""
        return Money(annuities.in_advance(bounded(self.values), *terms(rate, months)))

    def buys(self, rate: Rate, months: Months) -> Money:
        """The balance that this payment, every month in arrears, clears. Half up."""
        return Money(annuities.present_value(bounded(self.values), *terms(rate, months)))

    def months_to_clear(self, rate: Rate, instalment: Money) -> Months:
        """Payments that clear this balance (to half of MONEY_MAX); annuities.NEVER when interest
        eats them all, zero when nothing is owed."""
        owed, paid = bounded(self.values, MONEY_MAX // 2), bounded(self.same(instalment))
        return Months(annuities.months(owed, bounded(rate.values, RATE_MAX, 0), paid))


def terms(rate: Rate, months: Months) -> tuple[Ints, Ints]:
    """What an annuity takes: a rate from zero, and months up to NEVER (below one, it takes one)."""
    return bounded(rate.values, RATE_MAX, 0), bounded(months.values, annuities.NEVER)


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[K, V]):
    """Values by band: each holds from its own start up to the next. Below the first, the first.

    `starts` rises and is as long as `values`: the law's file is refused otherwise.
    """

    starts: K
    values: V

    def at(self, where: K) -> V:
        """The value of each one's band."""
        band = np.searchsorted(self.starts.values, self.starts.same(where), side="right") - 1
        return self.values.new(self.values.values[np.maximum(band, 0)])


@dataclass(frozen=True, slots=True, eq=False)
class Ladder(Generic[K]):
    """Rungs in rising order: the law's file is refused otherwise."""

    rungs: K

    def reach(self, need: K) -> K:
        """The lowest rung not under `need`; the top one when none is."""
        rung = np.searchsorted(self.rungs.values, self.rungs.same(need), side="left")
        return self.rungs.new(self.rungs.values[np.minimum(rung, len(self.rungs) - 1)])


def where(test: Flag, yes: C, no: C) -> C:
    """Row by row, `yes` where the test holds and `no` elsewhere. Both sides are always computed."""
    return test.choose(yes, no)


def least(one: K, other: K) -> K:
    """Row by row, the lesser."""
    return one.least(other)


def greatest(one: K, other: K) -> K:
    """Row by row, the greater."""
    return one.greatest(other)
