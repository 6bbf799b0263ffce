"""Calendar months as whole numbers, year x 12 + month - 1: some months later is an addition."""

from __future__ import annotations

from datetime import date, timedelta

from tequio.core.columns import EPOCH


def month_number(day: date) -> int:
    """The month of a day: a bimester is an even one and the next."""
    return day.year * 12 + day.month - 1


# What months since January 1970, as numpy counts them, lack to be such numbers.
EPOCH_MONTH = month_number(EPOCH)


def first_of(month: int) -> date:
    """Its first day."""
    return date(month // 12, month % 12 + 1, 1)


def last_of(month: int) -> date:
    """Its last day."""
    return first_of(month + 1) - timedelta(days=1)


def spelled(month: int) -> str:
    """`2024-06`."""
    return f"{first_of(month):%Y-%m}"


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last one that there is."""
    last = last_of(month_number(day) + months)
    return last.replace(day=min(last.day, day.day))
