"""The vectors of the servicing reference, sections 1.4 and 2: units, annuities, notices, dates."""

from datetime import date

import pytest

from tequio.core import Index, Money, Months, Rate, Rounding, Units
from tequio.servicing.notice import Discount, contribution, due, withheld

UNIT = Index(3_064_624)  # 100.81 x 30.4
DAILY_UNIT = 100_81


def test_a_month_of_a_credit_in_units():
    """2.2: 150 units at 6 %, employer's factor 36.48 daily = 1.2 monthly: 0.75 interest, 0.45
    principal; 3,677.55 pesos."""
    instalment = Units(36_480_000 * 10 // 304)
    assert instalment.values[0] == 1_200_000
    interest = Money(150_000_000).month_at(Rate(60_000), Rounding.HALF_UP)
    assert interest.values[0] == 750_000
    assert instalment.values[0] - interest.values[0] == 450_000
    assert instalment.pesos(UNIT).values[0] == 3_677_55


@pytest.mark.parametrize(
    ("balance", "rate", "level", "published"),
    [(364_582_34, 35_000, 1_637_14, 1_637_34), (663_191_00, 120_000, 6_821_67, 6_826_00)],
)
def test_the_annuity_of_the_public_simulator_and_of_2013(balance, rate, level, published):
    """2.5: a level annuity at rate / 12 and 360 payments; both published figures within 0.1 %."""
    found = int(Money(balance).level_instalment(Rate(rate), Months(360)).values[0])
    assert found == level
    assert abs(found - published) * 1_000 <= published


@pytest.mark.parametrize(
    ("kind", "value", "base", "days", "of", "amount"),
    [
        (Discount.FACTOR, 32_22, DAILY_UNIT, 61, 61, 6_511_20),
        (Discount.FACTOR, 32_22, DAILY_UNIT, 44, 61, 4_700_78),
        (Discount.QUOTA, 2_500_00, 0, 61, 61, 5_015_00),
        (Discount.QUOTA, 2_500_00, 0, 44, 59, 3_743_81),
        (Discount.PERCENT, 300_000, 327_81, 44, 61, 4_342_09),
        (Discount.QUOTA, 2_500_00, 0, 0, 61, 15_00),
    ],
)
def test_what_an_employer_withholds(kind, value, base, days, of, amount):
    """2.6, insurance included."""
    assert withheld(kind, value, base, days, of) == amount


def test_more_days_than_the_bimester_has_are_a_mistake():
    with pytest.raises(AssertionError, match="days of one bimester"):
        withheld(Discount.QUOTA, 2_500_00, 0, 62, 61)


def test_the_employer_s_own_share():
    """2.7: 513.05 x 61 days x 5 %."""
    assert contribution(513_05, 61, 50_000) == 1_564_80


@pytest.mark.parametrize(
    ("year", "bimester", "day"),
    [
        (2025, 6, date(2026, 1, 19)),
        (2026, 1, date(2026, 3, 17)),
        (2026, 2, date(2026, 5, 18)),
        (2026, 3, date(2026, 7, 20)),
        (2026, 4, date(2026, 9, 17)),
        (2026, 5, date(2026, 11, 17)),
        (2026, 6, date(2027, 1, 18)),
    ],
)
def test_the_day_on_which_a_bimester_is_due(year, bimester, day):
    assert due(year, bimester) == day


def test_a_holiday_is_no_working_day():
    """2.6: from a Friday or a day without work; if Monday is one, Tuesday."""
    assert due(2026, 1, {date(2026, 3, 17)}) == date(2026, 3, 18)
    assert due(2026, 2, {date(2026, 5, 18)}) == date(2026, 5, 19)
    assert due(2026, 2, {date(2026, 5, 17)}) == date(2026, 5, 18)


def test_indexation_in_a_january():
    """2.2: at 5.2 %, 150 units grew 21,705.60 pesos in January 2023."""
    before, after = Index(2_783_424), Index(2_928_128)
    grown = Units(150_000_000).pesos(after) - Units(150_000_000).pesos(before)
    assert grown.values[0] == 21_705_60
