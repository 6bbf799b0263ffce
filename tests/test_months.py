"""Months as whole numbers: every day is in one, and they follow one another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core.columns import EPOCH
from tequio.core.months import (
    EPOCH_MONTH,
    first_of,
    last_of,
    month_number,
    months_later,
    spelled,
)

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(DAYS)
def test_a_day_is_within_its_month(day):
    month = month_number(day)
    assert first_of(month) <= day <= last_of(month)
    assert first_of(month) == day.replace(day=1)
    assert spelled(month) == day.isoformat()[:7]


@given(DAYS)
def test_the_next_month_begins_the_day_after_the_last(day):
    month = month_number(day)
    assert last_of(month) + timedelta(days=1) == first_of(month + 1)
    assert month_number(last_of(month) + timedelta(days=1)) == month + 1


@pytest.mark.parametrize(
    ("day", "number", "words", "last"),
    [
        (date(2023, 12, 31), 2023 * 12 + 11, "2023-12", date(2023, 12, 31)),
        (date(2024, 1, 1), 2024 * 12, "2024-01", date(2024, 1, 31)),
        (date(2024, 2, 10), 2024 * 12 + 1, "2024-02", date(2024, 2, 29)),
        (date(2100, 2, 10), 2100 * 12 + 1, "2100-02", date(2100, 2, 28)),
        (EPOCH, EPOCH_MONTH, "1970-01", date(1970, 1, 31)),
    ],
)
def test_months_by_hand(day, number, words, last):
    assert (month_number(day), spelled(number), last_of(number)) == (number, words, last)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 6, 30), 6, date(2024, 12, 30)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2023, 11, 30), 1, date(2023, 12, 30)),
        (date(2024, 3, 31), 0, date(2024, 3, 31)),
    ],
)
def test_a_day_some_months_later(day, months, then):
    assert months_later(day, months) == then
