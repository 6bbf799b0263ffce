"""The rule that prints itself: an auditor's SQL, with primitives of its own, says the same."""

from __future__ import annotations

import calendar
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any

import numpy as np
import pytest

from strategies import examples, portfolio, rows_of
from tequio.core import Codes, Flag, Ladder, Loan, Money, Programme, Rounding, Share, Table, where
from tequio.core.annuities import (
    NEVER,
    exact_in_advance,
    exact_instalment,
    exact_present_value,
)
from tequio.core.columns import YEAR_OF_PPM, Column
from tequio.core.loan import declared
from tequio.core.programme import InForce
from tequio.core.symbols import Symbol, as_sql, columns_read, formulas, show
from tequio.programmes import BORRON_Y_CUENTA_NUEVA, LIQUIDACION_ANTICIPADA, REGISTRY
from worked import Case, at, batches, cases, each_programme, in_force_batch, loans

# The primitives again, a value at a time and in whole numbers: what an auditor would define.


def rounded(number: Fraction, rounding: str) -> int:
    size = abs(number)
    whole = {
        "half_up": floor(size + Fraction(1, 2)),
        "down": floor(size),
        "up": ceil(size),
    }[rounding]
    return whole if number >= 0 else -whole


def as_date(days: int) -> date:
    return date.fromordinal(days + date(1970, 1, 1).toordinal())


def months_until(first: int, last: int) -> int:
    one, other = as_date(first), as_date(last)
    return (other.year - one.year) * 12 + other.month - one.month - (other.day < one.day)


def months_to_clear(balance: int, rate: int, payment: int) -> int:
    """By logarithms, to eighty digits: a whole number of months comes out as one."""
    if balance <= 0:
        return 0
    if payment * YEAR_OF_PPM <= balance * rate:
        return NEVER
    if rate == 0:
        return min(ceil(Fraction(balance, payment)), NEVER)
    with localcontext(prec=80):
        share = Decimal(balance * rate) / (payment * YEAR_OF_PPM)
        months = -(1 - share).ln() / (1 + Decimal(rate) / YEAR_OF_PPM).ln()
        near = months.to_integral_value()
        exact = near if abs(months - near) < Decimal("1e-50") else months
        return min(ceil(exact), NEVER)


def ratio(part: int, whole: int, rounding: str) -> int:
    return rounded(Fraction(part * 10**6, whole), rounding) if whole > 0 else 0


def last_weekday(day: date) -> int:
    last = calendar.monthrange(day.year, day.month)[1]
    return max(d for d in range(1, last + 1) if day.replace(day=d).weekday() < 5)


AUDITOR: dict[str, Callable[..., Any]] = {
    "pesos": lambda units, index: rounded(Fraction(units * index, 10**7), "half_up"),
    "units": lambda money, index: rounded(Fraction(money * 10**7, max(index, 1)), "half_up"),
    "times": lambda money, share, how: rounded(Fraction(money * share, 10**6), how),
    "month_at": lambda money, rate, how: rounded(Fraction(money * rate, 12 * 10**6), how),
    "for_months": lambda money, months: money * months,
    "level_instalment": lambda owed, rate, n: exact_instalment(owed, rate, max(n, 1)),
    "level_instalment_in_advance": lambda owed, rate, n: exact_in_advance(owed, rate, max(n, 1)),
    "buys": lambda paid, rate, n: exact_present_value(paid, rate, max(n, 1)),
    "months_to_clear": months_to_clear,
    "months_until": months_until,
    "day_of_month": lambda day: as_date(day).day,
    "last_weekday": lambda day: last_weekday(as_date(day)),
    "ratio": ratio,
    "within": lambda part, share, whole: part * 10**6 <= whole * share,
    "down_to": lambda share, step: share // step * step,
    "rest": lambda share: 10**6 - share,
    "least": min,
    "greatest": max,
}


def auditor(law: object) -> sqlite3.Connection:
    """A database with the primitives, and the tables and lists of that day's law by name."""
    held = {field.name: getattr(law, field.name) for field in fields(law)}  # type: ignore[arg-type]

    def band(name: str, value: int) -> int:
        table: Table[Any, Any] = held[name]
        start = bisect_right(table.starts.values.tolist(), value) - 1
        return int(table.values.values[max(start, 0)])

    def rung(name: str, need: int) -> int:
        rungs = held[name].rungs.values.tolist()
        return int(rungs[min(bisect_left(rungs, need), len(rungs) - 1)])

    def among(code: int, *chosen: Any) -> bool:
        if chosen and isinstance(chosen[0], str):
            return code in held[chosen[0]].chosen.tolist()
        return code in chosen

    base = sqlite3.connect(":memory:")
    for name, primitive in {**AUDITOR, "at": band, "reach": rung, "among": among}.items():
        base.create_function(name, -1, primitive)
    return base


def scalar(name: str, held: object) -> int | str:
    """One column of the auditor's `law`: its value, or its name where it is a table or a list."""
    return int(held.values[0]) if isinstance(held, Column) else name


def run(rules: InForce, loan: dict[str, Any]) -> dict[str, int]:
    """What the printed SELECT answers about one loan, by the names of its columns."""
    law = {
        field.name: scalar(field.name, getattr(rules.law, field.name))
        for field in fields(rules.law)
    }
    with auditor(rules.law) as base:
        for table, row in {"loan": loan | {"credit": "1234567890"}, "law": law}.items():
            base.execute(f"CREATE TABLE {table} ({', '.join(row)})")
            given = ", ".join("?" * len(row))
            base.execute(f"INSERT INTO {table} VALUES ({given})", [*row.values()])
        answer = base.execute(as_sql(rules))
        names = [name for name, *_ in answer.description]
        ((credit, *values),) = answer.fetchall()
    assert credit == "1234567890"
    return dict(zip(names[1:], values, strict=True))


def expected(rules: InForce, batch: Loan, row: int) -> dict[str, int]:
    """What the columns answer, under the names of the formulas."""
    answer = rules.evaluate(batch)
    columns = {requirement.name: requirement.met for requirement in answer.requirements}
    return {name: at(column, row) for name, column in {**columns, **answer.offer.working}.items()}


@each_programme
def test_the_printed_rule_runs_as_sql_and_agrees(programme: Programme) -> None:
    """Every requirement and every step of every case, under the law of its own day."""
    for batch in batches(programme, cases(programme)):
        for case in batch:
            check(in_force_batch(programme, [case]), case)


def check(rules: InForce, case: Case) -> None:
    loan = loans([case["loan"]])
    (row,) = rows_of(loan)
    assert run(rules, row) == expected(rules, loan, 0), case["name"]


@each_programme
def test_it_agrees_on_the_examples_of_every_other_programme(programme: Programme) -> None:
    """One in seven of all, since each was built for a threshold of its own programme."""
    for _, since, _ in programme.periods(programme.book):
        rules = programme.at(since)
        for example in examples()[::7]:
            assert run(rules, example) == expected(rules, portfolio([example]), 0)


@each_programme
def test_a_requirement_and_a_step_never_share_a_name(programme: Programme) -> None:
    """They are columns of one table."""
    for _, since, _ in programme.periods(programme.book):
        answer = programme.at(since).evaluate(portfolio([examples()[0]]))
        names = [requirement.name for requirement in answer.requirements]
        assert not set(names) & answer.offer.working.keys()


# Columns read


class Watched:
    """A loan that notes which of its columns are asked for."""

    def __init__(self, loan: Loan) -> None:
        self.loan, self.asked = loan, set[str]()

    def __getattr__(self, name: str) -> Any:
        own = getattr(Loan, name)
        if callable(own):
            return partial(own, self)
        self.asked.add(name)
        return getattr(self.loan, name)


@each_programme
def test_every_column_that_a_rule_asks_for_is_read(programme: Programme) -> None:
    for _, since, _ in programme.periods(programme.book):
        rules = programme.at(since)
        watched: Any = Watched(portfolio([examples()[0]]))
        offer = rules.version.quote(watched, rules.law)
        list(rules.requirements(watched, offer))
        assert columns_read(rules) == watched.asked, since


def idle_at(edge: str, read: set[str]) -> dict[str, Any]:
    """Every column that is not read, at its least or at its most; a flag has no other two."""
    values = {
        name: (kind, getattr(said, edge, edge == "most"))
        for name, kind, said in declared()
        if name not in read
    }
    return {name: bool(value) if kind is Flag else value for name, (kind, value) in values.items()}


@each_programme
def test_a_column_not_read_changes_nothing(programme: Programme) -> None:
    for _, since, _ in programme.periods(programme.book):
        rules = programme.at(since)
        read = columns_read(rules)
        for example in examples()[::11]:
            changed = [example | idle_at(edge, read) for edge in ("least", "most")]
            answer = rules.evaluate(portfolio([example, *changed]))
            assert len(set(answer.unmet().tolist())) == 1
            for column in answer.offer.working.values():
                assert len(np.unique(column.values)) == 1


# Text


def test_a_formula_reads_as_it_is_computed() -> None:
    printed = formulas(BORRON_Y_CUENTA_NUEVA.at(date(2024, 6, 30)))
    assert printed["in_arrears"] == "(loan.months_missed >= law.missed_min)"
    assert printed["month"] == "month_at(today.balance, loan.rate, 'half_up')"
    assert printed["interest"] == "for_months(month, loan.months_missed)"
    nested = formulas(BORRON_Y_CUENTA_NUEVA.at(date(2024, 6, 30)), nested=True)
    assert "today" not in " ".join(nested.values())
    assert nested["interest"] == f"for_months({nested['month']}, loan.months_missed)"


def test_the_sql_names_its_day_and_its_primitives() -> None:
    text = as_sql(LIQUIDACION_ANTICIPADA.at(date(2024, 6, 30)))
    title, primitives, select, *_ = text.splitlines()
    assert title == f"-- {LIQUIDACION_ANTICIPADA.title}, texto vigente el 2024-06-30"
    assert select.startswith("SELECT loan.credit,")
    named = primitives.removeprefix("-- primitivas: ").split(", ")
    assert named == sorted(set(named))
    assert set(named) <= AUDITOR.keys() | {"at", "reach", "among"}


def test_operators_and_choices_print() -> None:
    one, other = Symbol("a"), Symbol("b")
    assert (one + other).text == "(a + b)"  # type: ignore[operator]
    assert (-one).text == "(-a)"
    assert (~(one >= other)).text == "(NOT (a >= b))"  # type: ignore[operator]
    assert ((one == other) & (one != Money(3))).text == "((a = b) AND (a <> 3))"  # type: ignore[operator]
    assert (one + Money(0)).text == "a", "adding nothing prints nothing"  # type: ignore[operator]
    assert (one - Money(0)).text == "a"  # type: ignore[operator]
    chosen = where(one, other, Money(-5))  # type: ignore[type-var]
    assert show(chosen) == "CASE WHEN a THEN b ELSE -5 END"
    assert one.times(Share(10), Rounding.UP).text == "times(a, 10, 'up')"
    assert one.among(Codes(np.array([2, 3]))).text == "among(a, 2, 3)"
    assert one.among(Codes(np.array([], np.int64))).text == "among(a)"
    assert one.within(other, of=Money(7)).text == "within(a, b, 7)"


def test_only_constants_are_printed() -> None:
    with pytest.raises(AssertionError, match="only constants"):
        show(Money([1, 2]))


def test_a_bare_number_is_no_argument() -> None:
    with pytest.raises(AssertionError, match="no column"):
        show(3)


def test_a_symbol_has_no_truth_value_either() -> None:
    with pytest.raises(TypeError):
        bool(Symbol("a"))
    with pytest.raises(TypeError):
        {Symbol("a"): 1}  # type: ignore[dict-item]


def test_the_auditor_meets_every_kind_of_parameter() -> None:
    """So that the comparison above covers tables, ladders and lists too."""
    kinds = {
        type(getattr(programme.at(since).law, field.name))
        for programme in REGISTRY
        for _, since, _ in programme.periods(programme.book)
        for field in fields(programme.at(since).law)
    }
    assert {Table, Ladder, Codes, Flag, Money} <= kinds
