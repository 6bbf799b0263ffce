"""Level annuities equal the whole-number reference, half-way cases and absurd ones included."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tequio.core import Money, Months, Rate
from tequio.core import annuities as exact
from tequio.core.annuities import NEVER, TWELVE
from tequio.core.columns import MONEY_MAX, RATE_MAX

BALANCES = st.integers(0, 10**9) | st.integers(-MONEY_MAX // 2, MONEY_MAX // 2)
RATES = st.sampled_from([0, 1, RATE_MAX]) | st.integers(0, 200_000) | st.integers(0, RATE_MAX)
TERMS = st.integers(1, 480)

Annuity = Callable[[Money, Rate, Months], Money]
ANNUITIES: dict[str, tuple[Annuity, Callable[[int, int, int], int]]] = {
    "instalment": (Money.level_instalment, exact.exact_instalment),
    "in advance": (Money.level_instalment_in_advance, exact.exact_in_advance),
    "present value": (Money.buys, exact.exact_present_value),
}
each_annuity = pytest.mark.parametrize("annuity", ANNUITIES)


def growth(rate: int) -> Fraction:
    return 1 + Fraction(rate, TWELVE)


def value_of_one(rate: int, months: int) -> Fraction:
    """What one centavo a month, in arrears, is worth today: the sum itself, no closed formula."""
    return sum((1 / growth(rate) ** month for month in range(1, months + 1)), Fraction(0))


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2)) if number >= 0 else -floor(-number + Fraction(1, 2))


def computed(annuity: str, amount: object, rate: object, months: object) -> list[int]:
    result = ANNUITIES[annuity][0](Money(amount), Rate(rate), Months(months))
    return [int(value) for value in result.values]


# The reference is right, and the columns are the reference.


@given(BALANCES, st.integers(0, 200_000), st.integers(1, 40))
def test_the_reference_is_the_sum_of_discounted_payments(
    amount: int, rate: int, months: int
) -> None:
    one = value_of_one(rate, months)
    assert exact.exact_present_value(amount, rate, months) == half_up(amount * one)
    assert exact.exact_instalment(amount, rate, months) == half_up(amount / one)
    assert exact.exact_in_advance(amount, rate, months) == half_up(amount / one / growth(rate))


@each_annuity
@given(amount=BALANCES, rate=RATES, months=TERMS)
def test_annuities_equal_the_reference(annuity: str, amount: int, rate: int, months: int) -> None:
    assert computed(annuity, amount, rate, months) == [ANNUITIES[annuity][1](amount, rate, months)]


@each_annuity
def test_many_rows_equal_the_reference(annuity: str) -> None:
    draw = np.random.default_rng(20240630)
    amounts = draw.integers(1, 2 * 10**8, 4000)
    rates = draw.integers(0, 130_000, 4000)
    months = draw.integers(1, 361, 4000)
    reference = ANNUITIES[annuity][1]
    rows = zip(amounts.tolist(), rates.tolist(), months.tolist(), strict=True)
    assert computed(annuity, amounts, rates, months) == [reference(*row) for row in rows]


def halves(annuity: str, months: int) -> list[tuple[int, int]]:
    """Amounts and rates whose exact answer ends in one half: float64 alone may fall either side.

    With i = p / q, an answer is amount x num / den in lowest terms; odd multiples of den / 2 tie.
    """
    found = []
    for rate in (0, TWELVE // 2, TWELVE // 3, TWELVE // 4, TWELVE // 10, TWELVE // 100, 60_000):
        one = value_of_one(rate, months)
        factor = {
            "instalment": 1 / one,
            "in advance": 1 / one / growth(rate),
            "present value": one,
        }[annuity]
        if factor.denominator % 2 == 0:
            half = factor.denominator // 2
            found += [(half * odd, rate) for odd in (1, 3, 5, 1001) if half * odd <= MONEY_MAX]
    return found


@each_annuity
def test_an_exact_half_goes_away_from_zero(annuity: str) -> None:
    tried = 0
    for months in range(1, 13):
        for amount, rate in halves(annuity, months):
            expected = ANNUITIES[annuity][1](amount, rate, months)
            assert computed(annuity, amount, rate, months) == [expected], (amount, rate, months)
            assert computed(annuity, -amount, rate, months) == [-expected], (amount, rate, months)
            exact_answer = Fraction(expected) - Fraction(1, 2)
            one = value_of_one(rate, months)
            factor = one if annuity == "present value" else 1 / one
            if annuity == "in advance":
                factor /= growth(rate)
            assert amount * factor == exact_answer, "the case was built to be a tie"
            tried += 1
    assert tried >= 20, "ties were built"


@each_annuity
@given(
    answer=st.integers(1, 10**8),
    rate=st.integers(0, 200_000),
    months=TERMS,
    nudge=st.integers(-1, 1),
)
def test_amounts_built_to_fall_by_a_half(
    annuity: str, answer: int, rate: int, months: int, nudge: int
) -> None:
    """The whole amounts nearest to the one whose answer is a half, and their neighbours."""
    one = exact.TWELVE * ((TWELVE + rate) ** months - TWELVE**months)
    factor = Fraction(one, rate * (TWELVE + rate) ** months) if rate else Fraction(months)
    if annuity == "present value":
        factor = 1 / factor
    elif annuity == "in advance":
        factor *= growth(rate)
    amount = round((answer + Fraction(1, 2)) * factor) + nudge
    assume(amount <= MONEY_MAX)
    assert computed(annuity, amount, rate, months) == [ANNUITIES[annuity][1](amount, rate, months)]


@each_annuity
def test_fewer_than_one_month_counts_as_one(annuity: str) -> None:
    one, none, past = computed(annuity, 120_000, 90_000, [1, 0, -7])
    assert one == none == past


@each_annuity
def test_the_longest_term_and_the_largest_amounts(annuity: str) -> None:
    for rate in (0, 1, 90_000, RATE_MAX):
        answer = ANNUITIES[annuity][1](MONEY_MAX, rate, NEVER)
        assert computed(annuity, MONEY_MAX, rate, NEVER) == [answer]


def test_published_conversion_of_2022() -> None:
    """RC-E1: 161,394 at 3.09 % was quoted at 1,012; 206 payments in arrears come within 4 pesos."""
    assert computed("instalment", 161_394_00, 30_900, [205, 206]) == [101_427, 101_053]


# Months to clear


def to_clear(balance: object, rate: object, payment: object) -> list[int]:
    cleared = Money(balance).months_to_clear(Rate(rate), Money(payment))
    return [int(months) for months in cleared.values]


def test_clearing_is_a_sum_of_discounted_payments() -> None:
    for rate in (0, 1, 90_000, RATE_MAX):
        for months in (1, 2, 13):
            most = floor(1000 * value_of_one(rate, months))
            assert exact.clears(1000, rate, months, most)
            assert not exact.clears(1000, rate, months, most + 1)


@given(st.integers(1, 10**9), RATES, TERMS, st.integers(0, 2))
def test_the_months_are_the_fewest(balance: int, rate: int, months: int, more: int) -> None:
    level = exact.exact_instalment(balance, rate, months) + more
    (needed,) = to_clear(balance, rate, level)
    assert needed == NEVER or exact.clears(level, rate, needed, balance)
    assert needed == 1 or not exact.clears(level, rate, needed - 1, balance)


@given(st.integers(1, MONEY_MAX), st.integers(1, 200_000), TERMS)
def test_the_largest_balance_cleared_and_one_centavo_more(
    payment: int, rate: int, months: int
) -> None:
    grown, flat = (TWELVE + rate) ** months, TWELVE**months
    most = payment * TWELVE * (grown - flat) // (rate * grown)
    assume(0 < most < MONEY_MAX // 2 and exact.clears(payment, rate, months, most))
    assume(not exact.clears(payment, rate, months - 1, most))
    (next_one,) = to_clear(most + 1, rate, payment)
    assert to_clear(most, rate, payment) == [months]
    assert next_one > months
    assert not exact.clears(payment, rate, next_one - 1, most + 1)


@given(st.integers(1, 10**9), st.integers(1, 10**8))
def test_without_interest_the_months_are_a_division(balance: int, payment: int) -> None:
    assert to_clear(balance, 0, payment) == [min(ceil(Fraction(balance, payment)), NEVER)]


def test_an_instalment_that_interest_eats_never_clears() -> None:
    payments = [1_000_000, 1_000_001, 0, -1]
    assert to_clear(1_200_000_00, 100_000, payments) == [NEVER, 1665, NEVER, NEVER]
    assert exact.clears(1_000_001, 100_000, 1665, 1_200_000_00)
    assert not exact.clears(1_000_001, 100_000, 1664, 1_200_000_00)


@given(st.integers(10**6, MONEY_MAX // 2), st.integers(1, RATE_MAX), st.integers(1, 50))
def test_a_payment_barely_above_the_interest(balance: int, rate: int, above: int) -> None:
    """1 - interest / payment is then below what float64 can tell from zero, or nearly."""
    payment = balance * rate // TWELVE + above
    assume(payment <= MONEY_MAX)
    (needed,) = to_clear(balance, rate, payment)
    assert needed == 1 or not exact.clears(payment, rate, needed - 1, balance)
    assert needed == NEVER or exact.clears(payment, rate, needed, balance)


def test_where_float64_sees_no_difference_at_all() -> None:
    """Half the largest balance at 1,200 % a year: the payment is the interest and one centavo."""
    balance = MONEY_MAX // 2
    assert to_clear(balance, RATE_MAX, balance + 1) == [39]
    assert exact.clears(balance + 1, RATE_MAX, 39, balance)
    assert not exact.clears(balance + 1, RATE_MAX, 38, balance)


def test_nothing_owed_needs_no_payment() -> None:
    assert to_clear([0, -1, 0, -5], [0, 90_000, 90_000, 0], [0, 100, -100, 0]) == [0, 0, 0, 0]


def test_more_than_a_credit_lasts_is_never() -> None:
    last = NEVER - 1
    assert to_clear([last * 100, last * 100 + 1], 0, 100) == [last, NEVER]


def test_ceil_is_of_the_unrounded_figure() -> None:
    """BCN-E4 with the press's bands: 119.998 payments are 120."""
    assert to_clear(183_454_50, 72_100, 2_150_00) == [120]


def test_rows_do_not_influence_each_other() -> None:
    balances, rates, payments = [100, 10**9, 0, 5000], [0, 90_000, 1, 200_000], [50, 10**7, 7, 84]
    rows = zip(balances, rates, payments, strict=True)
    assert to_clear(balances, rates, payments) == [to_clear(*row)[0] for row in rows]
