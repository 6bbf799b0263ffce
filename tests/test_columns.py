"""The primitives against whole numbers and fractions, to their limits and a step past them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core import (
    Code,
    Codes,
    Count,
    Day,
    Flag,
    Index,
    Ladder,
    Money,
    Months,
    Rate,
    Rounding,
    Share,
    Table,
    Units,
    greatest,
    least,
    where,
)
from tequio.core.annuities import NEVER
from tequio.core.columns import (
    CODES_MAX,
    EPOCH,
    INDEX_MAX,
    MONEY_MAX,
    PPM,
    RATE_MAX,
    SHARE_MAX,
    UNITS_MAX,
    Column,
)

ROUNDINGS = st.sampled_from(Rounding)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def up_to(most: int) -> st.SearchStrategy[int]:
    """Both signs, with the limits and small numbers often."""
    edges = st.sampled_from([-most, 1 - most, -1, 0, 1, most - 1, most])
    return edges | st.integers(-most, most) | st.integers(-1000, 1000)


def rounded(number: Fraction, rounding: Rounding) -> int:
    """Of the size; the sign is kept apart."""
    size = abs(number)
    whole = {
        Rounding.HALF_UP: floor(size + Fraction(1, 2)),
        Rounding.DOWN: floor(size),
        Rounding.UP: ceil(size),
    }[rounding]
    return whole if number >= 0 else -whole


def only(column: Column) -> int:
    (value,) = column.values.tolist()
    return int(value)


def day(of: date) -> Day:
    return Day((of - EPOCH).days)


# Products


@given(up_to(MONEY_MAX), up_to(SHARE_MAX), ROUNDINGS)
def test_a_share_of_money_is_exact(money: int, share: int, rounding: Rounding) -> None:
    exact = rounded(Fraction(money * share, PPM), rounding)
    assert only(Money(money).times(Share(share), rounding)) == exact


@given(up_to(MONEY_MAX // 2), up_to(RATE_MAX), ROUNDINGS)
def test_a_month_of_interest_is_exact(money: int, rate: int, rounding: Rounding) -> None:
    exact = rounded(Fraction(money * rate, 12 * PPM), rounding)
    assert only(Money(money).month_at(Rate(rate), rounding)) == exact


@given(up_to(MONEY_MAX), up_to(NEVER))
def test_money_every_month_is_exact(money: int, months: int) -> None:
    assert only(Money(money).for_months(Months(months))) == money * months


@given(up_to(UNITS_MAX), up_to(INDEX_MAX))
def test_units_become_pesos_exactly(units: int, index: int) -> None:
    exact = rounded(Fraction(units * index, 10**7), Rounding.HALF_UP)
    assert only(Units(units).pesos(Index(index))) == exact


@given(up_to(MONEY_MAX // 2), st.integers(1, INDEX_MAX))
def test_pesos_become_units_exactly(money: int, index: int) -> None:
    exact = rounded(Fraction(money * 10**7, index), Rounding.HALF_UP)
    assert only(Money(money).units(Index(index))) == exact


@given(up_to(MONEY_MAX), st.integers(1, MONEY_MAX) | st.sampled_from([1, MONEY_MAX]), ROUNDINGS)
def test_a_ratio_is_exact(part: int, whole: int, rounding: Rounding) -> None:
    exact = rounded(Fraction(part * PPM, whole), rounding)
    assert only(Money(part).ratio(Money(whole), rounding)) == exact


@given(up_to(MONEY_MAX), ROUNDINGS)
def test_of_nothing_or_less_the_ratio_is_zero(part: int, rounding: Rounding) -> None:
    assert Money(part).ratio(Money([0, -1, -MONEY_MAX]), rounding).values.tolist() == [0, 0, 0]


@given(up_to(MONEY_MAX), up_to(SHARE_MAX), up_to(MONEY_MAX))
def test_a_limit_is_compared_without_rounding(part: int, share: int, whole: int) -> None:
    inside = Fraction(part) <= Fraction(share, PPM) * whole
    assert Money(part).within(Share(share), Money(whole)).values.tolist() == [inside]


def test_a_limit_holds_to_the_centavo() -> None:
    """30 % of 3.33 pesos is 99.9 centavos: 99 are within, 100 are not."""
    assert Money([99, 100]).within(Share(300_000), Money(333)).values.tolist() == [True, False]


@given(up_to(SHARE_MAX), st.integers(1, SHARE_MAX))
def test_shares_step_down_and_leave_a_rest(share: int, step: int) -> None:
    stepped = only(Share(share).down_to(Share(step)))
    assert stepped % step == 0
    assert stepped <= share < stepped + step
    assert only(Share(share).rest()) == PPM - share


def test_a_half_goes_away_from_zero_and_the_sign_is_kept_apart() -> None:
    half = Share(500_000)
    amounts = Money([-3, -1, 1, 3])
    assert amounts.times(half, Rounding.HALF_UP).values.tolist() == [-2, -1, 1, 2]
    assert amounts.times(half, Rounding.DOWN).values.tolist() == [-1, 0, 0, 1]
    assert amounts.times(half, Rounding.UP).values.tolist() == [-2, -1, 1, 2]


def test_half_up_is_exact_in_float64_too() -> None:
    """The kernel may use floor(x + 1/2) on a correctly rounded quotient: ties land on the half."""
    balances = np.random.default_rng(1).integers(0, 10**9, 100_000)
    rates = np.random.default_rng(2).integers(1, 200_000, 100_000)
    ties = balances // 12_000 * 12_000 + 6_000  # times a multiple of 1000 ppm, half of them ties
    for balance, rate in ((balances, rates), (ties, rates // 1000 * 1000 + 1000)):
        whole = Money(balance).month_at(Rate(rate), Rounding.HALF_UP).values
        assert np.array_equal(whole, np.floor(balance * rate / 12e6 + 0.5).astype(np.int64))


def test_published_conversion_of_units() -> None:
    """150 units at the UMI of 2024, 100.81 x 30.4 with its decimals: UNIT-01."""
    assert only(Units(150_000_000).pesos(Index(3_064_624))) == 45_969_360


# Limits: each primitive takes its limit and refuses one more, of either sign.

LIMITS: dict[str, tuple[int, Callable[[int], Column]]] = {
    "times, money": (MONEY_MAX, lambda n: Money(n).times(Share(1), Rounding.DOWN)),
    "times, share": (SHARE_MAX, lambda n: Money(1).times(Share(n), Rounding.DOWN)),
    "month_at, balance": (MONEY_MAX // 2, lambda n: Money(n).month_at(Rate(1), Rounding.DOWN)),
    "month_at, rate": (RATE_MAX, lambda n: Money(1).month_at(Rate(n), Rounding.DOWN)),
    "for_months, money": (MONEY_MAX, lambda n: Money(n).for_months(Months(1))),
    "for_months, months": (NEVER, lambda n: Money(1).for_months(Months(n))),
    "pesos, units": (UNITS_MAX, lambda n: Units(n).pesos(Index(1))),
    "pesos, index": (INDEX_MAX, lambda n: Units(1).pesos(Index(n))),
    "units, money": (MONEY_MAX // 2, lambda n: Money(n).units(Index(1))),
    "units, index": (INDEX_MAX, lambda n: Money(1).units(Index(n))),
    "ratio, part": (MONEY_MAX, lambda n: Money(n).ratio(Money(1), Rounding.UP)),
    "ratio, whole": (MONEY_MAX, lambda n: Money(1).ratio(Money(n), Rounding.UP)),
    "within, part": (MONEY_MAX, lambda n: Money(n).within(Share(1), Money(1))),
    "within, share": (SHARE_MAX, lambda n: Money(1).within(Share(n), Money(1))),
    "within, whole": (MONEY_MAX, lambda n: Money(1).within(Share(1), Money(n))),
    "instalment, balance": (MONEY_MAX, lambda n: Money(n).level_instalment(Rate(1), Months(1))),
    "instalment, months": (NEVER, lambda n: Money(1).level_instalment(Rate(1), Months(n))),
    "in advance, balance": (
        MONEY_MAX,
        lambda n: Money(n).level_instalment_in_advance(Rate(1), Months(1)),
    ),
    "in advance, months": (
        NEVER,
        lambda n: Money(1).level_instalment_in_advance(Rate(1), Months(n)),
    ),
    "buys, payment": (MONEY_MAX, lambda n: Money(n).buys(Rate(1), Months(1))),
    "buys, months": (NEVER, lambda n: Money(1).buys(Rate(1), Months(n))),
    "to clear, balance": (MONEY_MAX // 2, lambda n: Money(n).months_to_clear(Rate(1), Money(1))),
    "among": (CODES_MAX, lambda n: Code(abs(n)).among(Codes(np.array([1], np.int64)))),
    "to clear, payment": (MONEY_MAX, lambda n: Money(1).months_to_clear(Rate(1), Money(n))),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_is_asserted_at_both_sides(limit: str) -> None:
    most, product = LIMITS[limit]
    for sound in (most, -most):
        assert len(product(sound)) == 1
    for past in (most + 1, -most - 1):
        with pytest.raises(AssertionError, match="an amount"):
            product(past)


RATE_LIMITS: dict[str, Callable[[int], Column]] = {
    "instalment": lambda n: Money(1).level_instalment(Rate(n), Months(1)),
    "in advance": lambda n: Money(1).level_instalment_in_advance(Rate(n), Months(1)),
    "buys": lambda n: Money(1).buys(Rate(n), Months(1)),
    "to clear": lambda n: Money(1).months_to_clear(Rate(n), Money(1)),
}


@pytest.mark.parametrize("annuity", RATE_LIMITS)
def test_an_annuity_takes_rates_from_zero(annuity: str) -> None:
    for sound in (0, RATE_MAX):
        assert len(RATE_LIMITS[annuity](sound)) == 1
    for past in (-1, RATE_MAX + 1):
        with pytest.raises(AssertionError, match="an amount"):
            RATE_LIMITS[annuity](past)


def test_one_row_past_a_limit_among_many_is_enough() -> None:
    rows = np.ones(1000, np.int64)
    rows[617] = MONEY_MAX + 1
    with pytest.raises(AssertionError):
        Money(rows).times(Share(PPM), Rounding.DOWN)


# Dates


@given(DAYS, DAYS)
def test_full_months_between_two_days(one: date, other: date) -> None:
    """The month is full on the first day of that number or above; before, months are below zero."""
    months = (other.year - one.year) * 12 + other.month - one.month - (other.day < one.day)
    assert only(day(one).months_until(day(other))) == months


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2023, 10, 15), date(2024, 10, 14), 11),
        (date(2023, 10, 15), date(2024, 10, 15), 12),
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 1, 31), date(2024, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(1969, 12, 31), date(1970, 1, 31), 1),
        (date(2024, 3, 15), date(2024, 3, 14), -1),
    ],
)
def test_months_at_the_edges_of_months(first: date, last: date, months: int) -> None:
    assert only(day(first).months_until(day(last))) == months


@given(DAYS)
def test_the_day_of_the_month(one: date) -> None:
    assert only(day(one).day_of_month()) == one.day
    weekdays = range(1, monthrange(one.year, one.month)[1] + 1)
    weekdays = [d for d in weekdays if one.replace(day=d).weekday() < 5]
    assert only(day(one).last_weekday()) == max(weekdays)


def test_every_day_of_four_years_by_column() -> None:
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(1461)]
    column = Day([(one - EPOCH).days for one in days])
    assert column.day_of_month().values.tolist() == [one.day for one in days]


# Choices, bands, rungs, lists


def test_a_choice_is_made_row_by_row() -> None:
    test = Flag([True, False, True])
    assert where(test, Money([1, 2, 3]), Money(9)).values.tolist() == [1, 9, 3]
    assert least(Money([1, 5]), Money(3)).values.tolist() == [1, 3]
    assert greatest(Money([1, 5]), Money(3)).values.tolist() == [3, 5]
    assert (test & Flag([True, True, False])).values.tolist() == [True, False, False]
    assert (test | Flag([True, True, False])).values.tolist() == [True, True, True]
    assert (~test).values.tolist() == [False, True, False]


def test_comparisons_answer_row_by_row() -> None:
    one, other = Money([1, 2, 3]), Money(2)
    assert (one < other).values.tolist() == [True, False, False]
    assert (one <= other).values.tolist() == [True, True, False]
    assert (one == other).values.tolist() == [False, True, False]
    assert (one != other).values.tolist() == [True, False, True]
    assert (one >= other).values.tolist() == [False, True, True]
    assert (one > other).values.tolist() == [False, False, True]
    assert (-one - other + one).values.tolist() == [-2, -2, -2]


def test_a_band_holds_from_its_start_up_to_the_next() -> None:
    bands = Table(Money([100, 200, 300]), Rate([1, 2, 3]))
    asked = Money([-5, 0, 99, 100, 101, 199, 200, 201, 299, 300, 301, MONEY_MAX])
    assert bands.at(asked).values.tolist() == [1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_ladder_reaches_the_lowest_rung_not_under_the_need() -> None:
    rungs = Ladder(Share([250_000, 500_000, 750_000]))
    need = Share([-1, 0, 249_999, 250_000, 250_001, 500_000, 500_001, 750_000, 750_001, PPM])
    reached = [250, 250, 250, 250, 500, 500, 750, 750, 750, 750]
    assert rungs.reach(need).values.tolist() == [rung * 1000 for rung in reached]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True), st.integers(-5, 60))
def test_bands_and_rungs_against_a_plain_search(steps: list[int], asked: int) -> None:
    steps.sort()
    below = [step for step in steps if step <= asked]
    above = [step for step in steps if step >= asked]
    starts = Count(steps)
    assert only(Table(starts, starts).at(Count(asked))) == (below[-1] if below else steps[0])
    assert only(Ladder(starts).reach(Count(asked))) == (above[0] if above else steps[-1])


def test_codes_are_among_some_or_not() -> None:
    some = Codes(np.array([1, 4], np.int64))
    assert Code([0, 1, 2, 4, 5]).among(some).values.tolist() == [False, True, False, True, False]
    assert not Code([0, 1]).among(Codes(np.array([], np.int64))).values.any()
    assert Code([0, 1]).among(Codes(np.array([9], np.int64))).values.tolist() == [False, False]


def test_a_code_below_zero_is_none_of_a_list() -> None:
    with pytest.raises(AssertionError, match="below 0"):
        Code(-1).among(Codes(np.array([1], np.int64)))
