"""Values as people read them: exact, in the Spanish of Mexico."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core import Code, Count, Day, Flag, Index, Money, Months, Rate, Share, Units
from tequio.core.annuities import NEVER
from tequio.core.columns import EPOCH, MONEY_MAX, PPM, Column
from tequio.core.spelling import counted, long_date, spell


def day(of: date) -> Day:
    return Day((of - EPOCH).days)


SPELT: list[tuple[Column, str]] = [
    (Money(123_456_789), "$1,234,567.89"),
    (Money(5), "$0.05"),
    (Money(0), "$0.00"),
    (Money(-123_456), "-$1,234.56"),
    (Share(250_000), "25 %"),
    (Share(255), "0.0255 %"),
    (Share(1), "0.0001 %"),
    (Share(0), "0 %"),
    (Share(PPM), "100 %"),
    (Share(1_234_567), "123.4567 %"),
    (Share(-33_300), "-3.33 %"),
    (Rate(72_100), "7.21 % anual"),
    (Rate(100_000), "10 % anual"),
    (Units(150_000_000), "150.0000 VSM"),
    (Units(1_234_567_890), "1,234.5679 VSM"),
    (Units(49), "0.0000 VSM"),
    (Units(50), "0.0001 VSM"),
    (Units(-1_500_000), "-1.5000 VSM"),
    (Index(3_298_536), "$3,298.536"),
    (day(date(2024, 7, 9)), "9 de julio de 2024"),
    (day(date(1969, 12, 31)), "31 de diciembre de 1969"),
    (Months(240), "240"),
    (Months(NEVER - 1), "9998"),
    (Months(NEVER), "sin fin"),
    (Count(2), "2"),
    (Flag(True), "sí"),
    (Flag(False), "no"),
]


@pytest.mark.parametrize(("column", "words"), SPELT, ids=[words for _, words in SPELT])
def test_a_value_is_spelt_as_people_read_it(column: Column, words: str) -> None:
    assert spell(column, 0) == words
    assert spell(column, 7) == words, "a column of length one answers for every row"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 meses"), (1, "1 mes"), (2, "2 meses"), (-1, "-1 meses")]
)
def test_one_is_counted_in_the_singular(number: int, words: str) -> None:
    assert counted(number, "mes", "meses") == words


def test_the_row_asked_for_is_the_one_spelt() -> None:
    assert spell(Money([100, 200]), 1) == "$2.00"


@given(st.integers(-MONEY_MAX, MONEY_MAX))
def test_no_decimal_is_made_up_or_lost(number: int) -> None:
    digits = spell(Money(number), 0).replace("$", "").replace(",", "")
    assert Fraction(digits) == Fraction(number, 100)
    percentage = spell(Share(number), 0).removesuffix(" %").replace(",", "")
    assert Fraction(percentage) == Fraction(number, 10_000)


def test_a_code_has_no_spelling_of_its_own() -> None:
    with pytest.raises(KeyError):
        spell(Code(1), 0)


def test_a_date_is_the_same_alone_as_in_a_column() -> None:
    for month in range(1, 13):
        first = date(2024, month, 1)
        assert spell(day(first), 0) == long_date(first)
        assert long_date(first).startswith("1 de ")
