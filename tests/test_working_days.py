"""Working days, by the days of rest that the law gives, on both sides of each change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core.working_days import (
    STATUTORY,
    is_working,
    working_day_after,
    working_days_between,
)
from tequio.servicing.close import day_number
from tequio.servicing.notice import due
from tequio.web import start

start()
from tequio.core.months import month_number  # noqa: E402
from tequio.web.records.months import rules_in  # noqa: E402

REST = [
    date(2024, 1, 1),
    date(2024, 2, 5),
    date(2024, 3, 18),
    date(2024, 5, 1),
    date(2024, 9, 16),
    date(2024, 10, 1),
    date(2024, 11, 18),
    date(2024, 12, 25),
    date(2025, 2, 3),
    date(2025, 3, 17),
    date(2025, 11, 17),
    date(2030, 10, 1),
    date(2018, 12, 1),
    date(2005, 2, 5),
    date(2005, 3, 21),
    date(2005, 11, 20),
    date(2006, 2, 6),
]
NO_REST = [
    date(2024, 12, 1),
    date(2018, 10, 1),
    date(2025, 10, 1),
    date(2024, 2, 6),
    date(2024, 3, 21),
    date(2025, 3, 21),
    date(2024, 11, 20),
    date(2006, 3, 21),
    date(2005, 3, 20),
    date(2024, 3, 28),  # Holy Week: offices and banks may close, the law gives no day
]
DAYS = st.dates(date(1992, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("day", REST, ids=str)
def test_days_of_rest(day):
    assert day in STATUTORY
    assert not is_working(day)


@pytest.mark.parametrize("day", NO_REST, ids=str)
def test_days_that_are_not(day):
    assert day not in STATUTORY


def test_something_else_is_no_day():
    assert "2024-01-01" not in STATUTORY


def test_the_year_of_a_president_has_eight_days_and_others_seven():
    def count(year):
        return sum(date(year, 1, 1) + timedelta(n) in STATUTORY for n in range(365))

    assert [count(year) for year in (2023, 2024, 2025, 2030)] == [7, 8, 7, 8]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2024, 7, 1), 10, date(2024, 7, 15)),  # a Monday: two weeks
        (date(2024, 7, 5), 1, date(2024, 7, 8)),  # a Friday
        (date(2024, 7, 6), 1, date(2024, 7, 8)),
        (date(2024, 9, 13), 1, date(2024, 9, 17)),  # over Independence Day
        (date(2024, 12, 24), 5, date(2025, 1, 2)),  # over Christmas and New Year
        (date(2024, 7, 1), 0, date(2024, 7, 1)),
    ],
)
def test_the_nth_working_day(start, count, end):
    assert working_day_after(start, count) == end


@given(DAYS, st.integers(0, 40))
def test_counting_back_gives_what_was_counted(start, count):
    end = working_day_after(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working(end)


@given(DAYS, DAYS, DAYS)
def test_two_stretches_are_one(one, two, three):
    one, two, three = sorted((one, two, three))
    whole = working_days_between(one, three)
    assert working_days_between(one, two) + working_days_between(two, three) == whole


@pytest.mark.parametrize(
    ("year", "bimester", "without", "with_rest"),
    [
        (2025, 1, date(2025, 3, 17), date(2025, 3, 18)),
        (2025, 5, date(2025, 11, 17), date(2025, 11, 18)),
        (2024, 1, date(2024, 3, 18), date(2024, 3, 19)),  # day 17 is a Sunday
        (2024, 3, date(2024, 7, 17), date(2024, 7, 17)),
    ],
)
def test_the_employer_remits_on_a_working_day(year, bimester, without, with_rest):
    assert due(year, bimester) == without
    assert due(year, bimester, STATUTORY) == with_rest


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (date(2025, 1, 1), date(2025, 3, 18)),  # the third Monday of March is of rest
        (date(2025, 9, 1), date(2025, 11, 18)),
        (date(2024, 5, 1), date(2024, 7, 17)),
    ],
)
def test_the_close_knows_the_days_of_rest(month, day):
    assert rules_in(month_number(month)).payroll_due == day_number(day)
