"""What a rule must not say fails on one row as on many, and mypy sees what it can before."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tequio.core import (
    Code,
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

MISTAKES: dict[str, Callable[[Money], object]] = {
    "if": lambda m: 1 if m > m else 0,
    "if equal": lambda m: 1 if m == m else 0,
    "and": lambda m: (m > m) and (m < m),
    "or": lambda m: (m > m) or (m < m),
    "not": lambda m: not (m > m),
    "chained comparison": lambda m: m < m < m,
    "min": lambda m: min(m, Money(2)),
    "max": lambda m: max(m, Money(2)),
    "in": lambda m: m in [Money(2), Money(3)],
    "sum": lambda m: sum([m, m]),
    "round": round,  # type: ignore[dict-item]
    "abs": abs,  # type: ignore[dict-item]
    "int": int,  # type: ignore[dict-item]
    "float": float,  # type: ignore[dict-item]
    "iterate": list,  # type: ignore[dict-item]
    "index": lambda m: m[0],  # type: ignore[index]
    "as a key": lambda m: {m: 1},
    "/": lambda m: m / 2,  # type: ignore[operator]
    "//": lambda m: m // 2,  # type: ignore[operator]
    "%": lambda m: m % 2,  # type: ignore[operator]
    "* 0.5": lambda m: m * 0.5,  # type: ignore[operator]
    "money x money": lambda m: m * m,  # type: ignore[operator]
    "money + months": lambda m: m + Months(1),
    "money - share": lambda m: m - Share(1),
    "money + 1": lambda m: m + 1,  # type: ignore[type-var]
    "1 + money": lambda m: 1 + m,  # type: ignore[operator]
    ">= 3": lambda m: m >= 3,  # type: ignore[type-var]
    "3 <=": lambda m: 3 <= m,  # type: ignore[operator]  # noqa: SIM300
    "== 3": lambda m: m == 3,
    "== None": lambda m: m == None,  # noqa: E711
    "!= units": lambda m: m != Units(1),
    "numpy >= money": lambda m: np.array([1, 2]) >= m,  # type: ignore[operator]
    "numpy * money": lambda m: np.int64(2) * m,  # type: ignore[operator]
    "float input": lambda m: Money(1.5),
    "whole float input": lambda m: Money(np.ones(len(m))),
    "bool as money": lambda m: Money(True),
    "bools as money": lambda m: Money(np.ones(len(m), np.bool_)),
    "number as flag": lambda m: Flag(1),
    "text input": lambda m: Money("1"),
    "unsigned input": lambda m: Money(np.uint64(1)),
    "date input": lambda m: Day(np.array(["2024-06-30"], "datetime64[D]")),
    "table input": lambda m: Money([[1, 2], [3, 4]]),
    "units <= money": lambda m: Units(1) <= m,
    "day + day": lambda m: Day(1) + Day(1),  # type: ignore[operator]
    "day - day": lambda m: Day(1) - Day(1),  # type: ignore[operator]
    "index + index": lambda m: Index(1) + Index(1),  # type: ignore[operator]
    "code < code": lambda m: Code(1) < Code(2),  # type: ignore[operator]
    "flag + flag": lambda m: Flag(True) + Flag(True),  # type: ignore[operator]
    "flag & number": lambda m: (m > m) & 1,  # type: ignore[operator]
    "where of two types": lambda m: where(m > m, m, Months(1)),
    "least of two types": lambda m: least(m, Months(1)),
    "greatest of two types": lambda m: greatest(m, Rate(1)),
    "ratio of two types": lambda m: m.ratio(Units(1), Rounding.UP),
    "within of two types": lambda m: m.within(Share(1), Units(1)),
    "instalment of another type": lambda m: m.months_to_clear(Rate(1), Units(1)),  # type: ignore[arg-type]
    "table at another type": lambda m: Table(Share([1, 2]), Rate([3, 4])).at(m),  # type: ignore[arg-type]
    "ladder of another type": lambda m: Ladder(Share([1, 2])).reach(m),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_easy_mistakes_fail_on_one_row_as_on_many(mistake: str, rows: int) -> None:
    with pytest.raises(TypeError):
        MISTAKES[mistake](Money(np.ones(rows, np.int64)))


def test_columns_of_two_lengths_do_not_combine() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        Money([1, 2]) + Money([1, 2, 3])


SEEN_BY_MYPY = """
from tequio.core import Day, Flag, Index, Money, Months, Rate, Rounding, Share, Units

Money(1) + Months(1)  # error
Money(1) - Rate(1)  # error
Money(1) >= Months(1)  # error
Money(1) >= 3  # error
Units(1) <= Money(1)  # error
Money(1) * 0.5  # error
Money(1) / Money(1)  # error
Money(1) * Money(1)  # error
1 + Money(1)  # error
round(Money(1))  # error
Day(1) + Day(1)  # error
Flag(True) & 1  # error
Money(1).times(0.5, Rounding.DOWN)  # error
Money(1).times(Rate(1), Rounding.DOWN)  # error
Money(1).times(Share(1))  # error
Money(1).month_at(Share(1), Rounding.DOWN)  # error
Money(1).months_to_clear(Rate(1), Units(1))  # error
Units(1).pesos(Money(1))  # error
Units(1).pesos(Index(1)) + Money(1)
Money(1).times(Share(1), Rounding.DOWN) >= Money(1)
"""


def test_mypy_flags_what_it_can_before_anything_runs(tmp_path: Path) -> None:
    """Truth values, and `where` of two types, only fail when they run: see the mistakes above."""
    file = tmp_path / "rule.py"
    file.write_text(SEEN_BY_MYPY)
    source = Path(__file__).parent.parent / "src"
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", file.name],
        cwd=tmp_path,
        env={"MYPYPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = re.findall(r"^rule\.py:(\d+): error", run.stdout, re.MULTILINE)
    flagged = {int(number) for number in errors}
    lines = enumerate(SEEN_BY_MYPY.splitlines(), start=1)
    assert flagged == {number for number, line in lines if line.endswith("# error")}, run.stdout
