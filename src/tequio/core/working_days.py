"""Working days: Monday to Friday, without the days of rest of the Ley Federal del Trabajo.

Article 74, source LFT74 of `sources.toml`. Days that a branch or a bank keeps besides, and those of
elections, are not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
WEEK = 7
TERM = 6  # years of a president: 2018, 2024, 2030 …
A_FIRST_YEAR = 2018


def on(month: int, day: int) -> Callable[[int], date]:
    """The same day each year."""
    return lambda year: date(year, month, day)


def monday(month: int, place: int) -> Callable[[int], date]:
    """The first, second … Monday of a month."""

    def of(year: int) -> date:
        """In a year."""
        first = date(year, month, 1)
        return first + timedelta(days=-first.weekday() % WEEK + WEEK * (place - 1))

    return of


@dataclass(frozen=True, slots=True)
class RestDay:
    """A day of rest by law; `since` and `until` are the first and the last day of the rule."""

    says: str
    in_year: Callable[[int], date]
    since: date = date.min
    until: date = date.max
    each_term: bool = False  # only in the first year of a president

    def falls_on(self, day: date) -> bool:
        """Whether it is that day."""
        if self.each_term and (day.year - A_FIRST_YEAR) % TERM:
            return False
        return self.since <= day <= self.until and self.in_year(day.year) == day


MONDAYS_SINCE, HANDOVER_SINCE = date(2006, 1, 18), date(2024, 10, 1)  # days after each publication
FIXED_UNTIL, OLD_HANDOVER_UNTIL = date(2006, 1, 17), date(2024, 9, 30)
REST_DAYS = (
    RestDay("Año nuevo", on(1, 1)),
    RestDay("Día de la Constitución", on(2, 5), until=FIXED_UNTIL),
    RestDay("Día de la Constitución", monday(2, 1), since=MONDAYS_SINCE),
    RestDay("Natalicio de Benito Juárez", on(3, 21), until=FIXED_UNTIL),
    RestDay("Natalicio de Benito Juárez", monday(3, 3), since=MONDAYS_SINCE),
    RestDay("Día del Trabajo", on(5, 1)),
    RestDay("Día de la Independencia", on(9, 16)),
    RestDay("Cambio de la Presidencia", on(10, 1), since=HANDOVER_SINCE, each_term=True),
    RestDay("Día de la Revolución", on(11, 20), until=FIXED_UNTIL),
    RestDay("Día de la Revolución", monday(11, 3), since=MONDAYS_SINCE),
    RestDay("Cambio de la Presidencia", on(12, 1), until=OLD_HANDOVER_UNTIL, each_term=True),
    RestDay("Navidad", on(12, 25)),
)


class Statutory:
    """`day in STATUTORY`: whether the law gives that day of rest."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and any(rest.falls_on(day) for rest in REST_DAYS)


STATUTORY = Statutory()


def is_working(day: date) -> bool:
    """Whether offices work that day."""
    return day.weekday() < SATURDAY and day not in STATUTORY


def working_day_after(day: date, count: int) -> date:
    """The `count`-th working day after a day; with none, the day itself."""
    assert count >= 0, "a clock goes forward"
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days came after `start`, up to `end` and it included."""
    days = range(start.toordinal() + 1, end.toordinal() + 1)
    return sum(is_working(date.fromordinal(day)) for day in days)
