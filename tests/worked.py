"""Worked examples in TOML become one batch of loans; what a case does not say is zero, or no."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest

from tequio.core import (
    Code,
    Count,
    Day,
    Flag,
    Index,
    Loan,
    Money,
    Months,
    Programme,
    Rate,
    Share,
    Units,
)
from tequio.core.columns import EPOCH, Column
from tequio.core.loan import facts, known_flags
from tequio.core.programme import InForce
from tequio.programmes import REGISTRY

each_programme = pytest.mark.parametrize("programme", REGISTRY, ids=lambda one: one.name)

Case = dict[str, Any]

SCALE = {Money: 100, Units: 10**6, Index: 1000, Rate: 10**4, Share: 10**4, Months: 1, Count: 1}
NOTHING: dict[type[Column], Any] = {Flag: False, Day: EPOCH}


def cases(programme: Programme) -> list[Case]:
    """The examples of a programme, in the order of the file, each with its whole loan."""
    file = written(programme)
    return [case | {"loan": whole_loan(file, case)} for case in file["case"]]


def not_offered(programme: Programme) -> list[Case]:
    """The days on which it is no longer, or not yet, offered; and what is said."""
    return list(written(programme)["not_offered"])


def written(programme: Programme) -> Case:
    """The file of a programme, with exact decimals."""
    path = Path(__file__).parent / "cases" / f"{programme.name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def whole_loan(file: Case, case: Case) -> Case:
    """The loan at the head of the file, the one that the case is like, and what the case says."""
    model = file["like"][case["like"]] if "like" in case else {}
    loan = file["loan"] | model | case.get("loan", {})
    return {name: value for name, value in loan.items() if name not in case.get("without", [])}


def loans(rows: Sequence[Case]) -> Loan:
    """One loan a row, from values as people write them; an optional fact named is a fact known."""
    unknown = {key for row in rows for key in row} - facts().keys()
    assert not unknown, f"no such column: {unknown}"
    columns: dict[str, Column] = {}
    for name, (kind, fact) in facts().items():
        otherwise = fact.codes[0] if fact.codes else NOTHING.get(kind, 0)
        written = [row.get(name, otherwise) for row in rows]
        columns[name] = kind([number(kind, value, fact.codes) for value in written])
    for flag, fact_name in known_flags().items():
        columns[flag] = Flag([fact_name in row for row in rows])
    return Loan(**columns)  # type: ignore[arg-type]


def number(kind: type[Column], value: Any, codes: tuple[str, ...] = ()) -> Any:
    """A written value in the unit of its column, exactly."""
    if kind is Flag:
        return value
    if kind is Day:
        return (value - EPOCH).days
    if kind is Code:
        return codes.index(value)
    scaled = Decimal(value) * SCALE[kind]
    assert scaled == int(scaled), f"{value} has more decimals than we keep"
    return int(scaled)


def in_force_batch(programme: Programme, chosen: Sequence[Case]) -> InForce:
    """The law over a batch: its columns hold, row by row, the values of each case's own day.

    Tables, ladders and lists have no rows: all the cases must be of one text and share those. See
    `batches`.
    """
    laws = [law_of(programme, case) for case in chosen]
    stacked = {}
    for field in fields(laws[0]):
        held = [getattr(law, field.name) for law in laws]
        rows = isinstance(held[0], Column)
        stacked[field.name] = together(held) if rows else held[0]
    return replace(programme.at(chosen[0]["day"]), law=type(laws[0])(**stacked))


def together(columns: Sequence[Column]) -> Column:
    """Columns of length one, end to end."""
    return columns[0].new(np.concatenate([column.values for column in columns]))


def law_of(programme: Programme, case: Case) -> Any:
    """The law of the case's day, with what the case changes in it."""
    law = programme.at(case["day"]).law
    kinds = get_type_hints(type(law))
    changed = {
        name: kinds[name](number(kinds[name], value)) for name, value in case.get("law", {}).items()
    }
    return replace(law, **changed)


def batches(programme: Programme, chosen: Iterable[Case]) -> list[list[Case]]:
    """The cases that can be evaluated together, in order."""
    groups: dict[str, list[Case]] = {}
    for case in chosen:
        groups.setdefault(unshared(programme, case["day"]), []).append(case)
    return list(groups.values())


def unshared(programme: Programme, day: date) -> str:
    """The text of a day, and since when its tables, ladders and lists are what they are."""
    rules = programme.at(day)
    dated = [
        f"{name} {parameter.at(day).since}"
        for name, parameter in programme.book.named(rules.version.law)
        if not isinstance(getattr(rules.law, name), Column)
    ]
    return " ".join([rules.text.value, *dated])


def at(column: Column, row: int) -> int:
    """One value; a column of length one holds for every row."""
    return int(column.values[row if len(column) > 1 else 0])
