"""What a law file says, as people write it, becomes whole numbers exactly or is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core import (
    Codes,
    Count,
    Day,
    Flag,
    Index,
    Ladder,
    Money,
    Months,
    Rate,
    Share,
    Table,
    Units,
)
from tequio.core.columns import Column
from tequio.core.law_units import as_column, in_our_units
from tequio.core.lists import PRODUCTS

WRITTEN: list[tuple[str, Any, Column]] = [
    ("percent", 30, Share(300_000)),
    ("percent", Decimal("33.3333"), Share(333_333)),
    ("annual_percent", Decimal("10.45"), Rate(104_500)),
    ("ratio", Decimal("1.000001"), Share(1_000_001)),
    ("pesos", Decimal("1234.56"), Money(123_456)),
    ("pesos_per_unit", Decimal("3298.536"), Index(3_298_536)),
    ("units", Decimal("400.000001"), Units(400_000_001)),
    ("months", 12, Months(12)),
    ("times", 2, Count(2)),
    ("day_of_month", 9, Count(9)),
    ("switch", True, Flag(True)),
    ("date", date(1970, 1, 11), Day(10)),
]


@pytest.mark.parametrize(("unit", "written", "column"), WRITTEN)
def test_a_value_becomes_a_column_of_its_unit(unit: str, written: Any, column: Column) -> None:
    seen = as_column(unit, written)
    assert type(seen) is type(column)
    assert seen.values.tolist() == column.values.tolist()


def test_lists_bands_and_products_become_columns() -> None:
    ladder = as_column("percent", [25, 50, Decimal("75.5")])
    assert isinstance(ladder, Ladder)
    assert ladder.rungs.values.tolist() == [250_000, 500_000, 755_000]
    table = as_column("annual_percent_by_ratio", [[0, 1], [Decimal("2.5"), Decimal("10.45")]])
    assert isinstance(table, Table)
    assert (type(table.starts), type(table.values)) == (Share, Rate)
    assert table.starts.values.tolist() == [0, 2_500_000]
    assert table.values.values.tolist() == [10_000, 104_500]
    codes = as_column("products", ["cofinavit", "foreign"])
    assert isinstance(codes, Codes)
    assert [PRODUCTS[code] for code in codes.chosen] == ["cofinavit", "foreign"]


@given(st.integers(-(10**12), 10**12))
def test_no_decimal_is_lost_on_the_way_in(centavos: int) -> None:
    assert in_our_units("pesos", Decimal(centavos) / 100) == centavos


STRANGE: list[tuple[str, Any]] = [
    ("switch", 1),
    ("date", "2024-01-01"),
    ("products", ["casa"]),
    ("events", ["huelga"]),
    ("version", 3),
    ("percent_by_ratio", [[1, 2, 3]]),
    ("percent_by_ratio", [[2, 1], [1, 1]]),
    ("percent_by_ratio", []),
]


@pytest.mark.parametrize(("unit", "written"), STRANGE)
def test_a_value_not_of_its_unit_is_refused(unit: str, written: Any) -> None:
    with pytest.raises(ValueError, match=r"no es|no existe|una tabla es|de menor a mayor"):
        in_our_units(unit, written)
