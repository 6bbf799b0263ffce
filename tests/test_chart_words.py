"""How charts write numbers, and how they break words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.charts import COUNT, PERCENT, PESOS, PPM, Absent
from tequio.charts.text import width, wrapped


@pytest.mark.parametrize(
    ("numbers", "value", "full", "short"),
    [
        (COUNT, 1_234_567, "1,234,567", "1.2 millones"),
        (COUNT, 999_999, "999,999", "999,999"),
        (COUNT, 1_000_000, "1,000,000", "1 millón"),
        (COUNT, -1_000_000, "-1,000,000", "-1 millón"),
        (COUNT, 0, "0", "0"),
        (COUNT, 0.5, "1", "1"),
        (COUNT, -0.4, "0", "0"),
        (COUNT, 3 * 10**12, "3,000,000,000,000", "3 billones"),
        (COUNT, 10**24, "1,000,000,000,000,000,000,000,000", "1.0 × 10^24"),
        (PESOS, 123_456_780, "$1,234,567.80", "$1.2 millones"),
        (PESOS, 250_050, "$2,500.50", "$2,501"),
        (PESOS, -250_049, "-$2,500.49", "-$2,500"),
        (PESOS, 550, "$5.50", "$5.50"),
        (PESOS, 500, "$5.00", "$5"),
        (PESOS, 219_600_000_000, "$2,196,000,000.00", "$2,196 millones"),
        (PERCENT, 14.8, "14.8 %", "14.8 %"),
        (PERCENT, 14.85, "14.9 %", "14.9 %"),
        (PERCENT, -0.04, "0.0 %", "0.0 %"),
        (PPM, 148_000, "14.8 %", "14.8 %"),
        (PPM, 0, "0.0 %", "0 %"),
        (COUNT, None, "sin dato", "sin dato"),
        (PESOS, Absent("menos de 10"), "menos de 10", "menos de 10"),
    ],
)
def test_numbers_as_mexico_writes_them(numbers, value, full, short):
    assert (numbers.full(value), numbers.short(value)) == (full, short)


@given(st.integers(-(10**30), 10**30))
def test_a_count_in_full_loses_no_digit(value):
    assert int(COUNT.full(value).replace(",", "")) == value


@given(st.text(), st.floats(20, 400))
def test_wrapped_words_fit_and_none_is_lost(said, room):
    lines_of = wrapped(said, room, 14)
    assert "".join(lines_of).replace(" ", "") == "".join(wrapped(said, 1e9, 14)).replace(" ", "")
    assert all(width(line, 14) <= room or len(line.strip()) <= 2 for line in lines_of)
