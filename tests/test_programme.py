"""What any programme answers: masks, doors, promises, and a batch that is its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import Row, examples, portfolio, rows
from tequio.core import (
    Common,
    Count,
    Flag,
    Loan,
    Months,
    Offer,
    Programme,
    Requirements,
    ask,
    opens,
    require,
)
from tequio.core import programme as programmes
from tequio.core.columns import Column
from tequio.core.programme import (
    LONGEST_WAIT,
    Evaluation,
    InForce,
    Kind,
    Version,
    matrix,
)
from tequio.programmes import LIQUIDACION_ANTICIPADA, RESPONSABILIDAD_COMPARTIDA
from worked import each_programme

DAY = date(2024, 7, 15)


def texts(programme: Programme) -> list[InForce]:
    """Each text on its first day, and on its last or on one long after."""
    return [
        programme.at(day)
        for _, since, until in programme.periods(programme.book)
        for day in (since, until - timedelta(days=1) if until else date(2026, 6, 30))
    ]


Eligibility = Callable[[Loan, Offer, Common], Requirements]


def made_up(eligibility: Eligibility, day: date = DAY) -> InForce:
    """A programme under a name whose row of the matrix allows every active solution."""
    name = LIQUIDACION_ANTICIPADA.name
    version = Version(Common, eligibility, quote_nothing)
    programme = Programme(name, "Ejemplo", "ejemplo", "Le quedan {left}.", {"only": version})
    return InForce(programme, version, LIQUIDACION_ANTICIPADA.book.at(Common, day), day)


def quote_nothing(loan: Loan, law: Common) -> Offer:
    before = loan.terms(law)
    return Offer(before, before, working={"left": loan.months_left})


def some(**changed: list[Any]) -> Loan:
    """The first example, once for each value given."""
    length = len(next(iter(changed.values()))) if changed else 1
    return portfolio(
        [
            examples()[0] | {name: values[row] for name, values in changed.items()}
            for row in range(length)
        ]
    )


# Masks, by kind


def of_each_kind(loan: Loan, offer: Offer, law: Common) -> Requirements:
    left, most = loan.months_left, Months(100)
    yield require("short", left <= most, "Le quedan {left} meses.", rule="A", left=left)
    yield ask("income", loan.income_known, "Díganos cuánto gana.", rule="B")
    yield require("earns", loan.employed, "No tiene trabajo.", rule="C", needs="income")
    yield opens("window", Flag(False), "Hoy está cerrado.", rule="D")


ROWS = {
    "months_left": [100, 101, 100, 101],
    "income_known": [True, True, False, False],
    "employed": [True, False, True, False],
}


def test_one_bit_a_requirement_in_order_by_kind() -> None:
    answer = made_up(of_each_kind).evaluate(some(**ROWS))
    names = [requirement.name for requirement in answer.requirements]
    assert names == ["compatible", "short", "income", "earns", "window"]
    short, income, earns, window = 0b10, 0b100, 0b1000, 0b10000
    hidden = [window, short | earns | window, income | window, short | income | window]
    assert answer.unmet().tolist() == hidden
    assert answer.unmet(Kind.NO).tolist() == [0, short | earns, 0, short]
    assert answer.unmet(Kind.ASK).tolist() == [0, 0, income, income]
    assert answer.unmet(Kind.OPENS).tolist() == [window] * 4
    assert answer.unmet(Kind.ASK, Kind.OPENS).tolist() == [window, window, *[income | window] * 2]
    assert answer.unmet(Kind.UNKNOWN).tolist() == [0] * 4
    assert answer.unmet().dtype == np.uint32


def test_what_needs_an_answer_is_hidden_until_it_is_given() -> None:
    """The row that did not say its income is asked for it, and told nothing about what it earns."""
    answer = made_up(of_each_kind).evaluate(some(**ROWS))
    assert [reason.name for reason in answer.reasons(1)] == ["short", "earns", "window"]
    assert [reason.name for reason in answer.reasons(3)] == ["short", "income", "window"]


def test_a_shut_door_does_not_take_away_the_right() -> None:
    answer = made_up(of_each_kind).evaluate(some(**ROWS))
    assert answer.eligible().tolist() == [True, False, False, False]
    assert answer.open().tolist() == [False] * 4


def test_a_reason_carries_the_figures_of_its_row() -> None:
    answer = made_up(of_each_kind).evaluate(some(months_left=[101, 102], income_known=[True] * 2))
    assert answer.explain(1)[0] == "Le quedan 102 meses."
    assert answer.promise(0) == "Le quedan 101."


def test_who_meets_all_is_told_the_promise() -> None:
    answer = made_up(lambda loan, offer, law: iter(())).evaluate(some(months_left=[7, 8]))
    assert answer.explain(1) == ["Le quedan 8."]
    assert answer.reasons(1) == []


def many(count: int) -> Eligibility:
    def eligibility(loan: Loan, offer: Offer, law: Common) -> Requirements:
        for number in range(count):
            yield require(f"r{number}", loan.employed, "No.", rule="A")

    return eligibility


def test_thirty_two_requirements_fit_and_one_more_is_refused() -> None:
    """The first is always the matrix's."""
    loan = some(employed=[False, True])
    assert made_up(many(31)).evaluate(loan).unmet().tolist() == [2**32 - 2, 0]
    with pytest.raises(AssertionError, match="one bit a requirement"):
        made_up(many(32)).evaluate(loan)


def test_a_rule_never_made_public_is_no_offer_and_says_so() -> None:
    rules = RESPONSABILIDAD_COMPARTIDA.at(date(2021, 1, 1))
    assert rules.unknown
    answer = rules.evaluate(portfolio(examples()))
    assert not answer.eligible().any()
    assert answer.requirements[-1].kind is Kind.UNKNOWN
    assert "nunca se publicó" in answer.explain(0)[-1]


# Doors


def window(loan: Loan, offer: Offer, law: Common) -> Requirements:
    today = law.as_of.day_of_month()
    yield opens("window", today >= Count(9), "Abre el día {day}.", rule="A", day=Count(9))


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        (date(2024, 7, 9), date(2024, 7, 9)),
        (date(2024, 7, 31), date(2024, 7, 31)),
        (date(2024, 7, 8), date(2024, 7, 9)),
        (date(2024, 8, 1), date(2024, 8, 9)),
        (date(2024, 12, 1), date(2024, 12, 9)),
    ],
)
def test_a_window_opens_today_or_on_its_day(asked: date, opened: date) -> None:
    rules = made_up(window, asked)
    assert rules.opens_on(some()) == opened
    assert rules.evaluate(some()).open().tolist() == [asked == opened]


def test_a_door_closed_without_date_has_no_day() -> None:
    shut = made_up(of_each_kind)
    assert shut.opens_on(some()) is None


def test_the_longest_wait_is_looked_at_and_no_more() -> None:
    def door_of(days: int) -> Eligibility:
        day = (DAY + timedelta(days=days) - date(1970, 1, 1)).days

        def eligibility(loan: Loan, offer: Offer, law: Common) -> Requirements:
            later = law.as_of.new(np.array([day]))
            yield opens("later", law.as_of >= later, "Todavía no.", rule="A")

        return eligibility

    last = LONGEST_WAIT - 1
    assert made_up(door_of(last)).opens_on(some()) == DAY + timedelta(days=last)
    assert made_up(door_of(last + 1)).opens_on(some()) is None


def test_two_doors_open_on_the_later_day_and_eligibility_is_no_door() -> None:
    def eligibility(loan: Loan, offer: Offer, law: Common) -> Requirements:
        today = law.as_of.day_of_month()
        yield require("employed", loan.employed, "No tiene trabajo.", rule="A")
        yield opens("from", today >= Count(20), "Abre el 20.", rule="A")
        yield opens("until", today <= Count(25), "Cierra el 25.", rule="A")

    rules = made_up(eligibility, date(2024, 7, 26))
    assert rules.opens_on(some(employed=[False])) == date(2024, 8, 20)


def test_doors_are_asked_for_one_credit() -> None:
    with pytest.raises(AssertionError, match="one credit at a time"):
        made_up(window).opens_on(some(months_left=[1, 2]))


LATER = """
[rules]
A = { says = "Una regla.", source = "SUPUESTO", confidence = "assumed" }
[text]
label = "Texto"
version = [{ from = 2020-01-01, is = "only", rule = "A", source = "RC1", confidence = "press" }]
[day]
label = "Día"
day_of_month = [
  { from = 2020-01-01, is = 20, rule = "A", source = "RC1", confidence = "press" },
  { from = 2024-07-18, is = 1, rule = "A", source = "RC1", confidence = "press" },
]
[closed]
label = "Cerrado"
switch = [
  { from = 2020-01-01, is = false, rule = "A", source = "RC1", confidence = "press" },
  { from = 2024-08-01, is = true, rule = "A", source = "RC1", confidence = "press" },
  { from = 2024-08-20, is = false, rule = "A", source = "RC1", confidence = "press" },
]
"""


@dataclass(frozen=True, slots=True, eq=False)
class Doors(Common):
    day: Count
    closed: Flag


def of_doors(loan: Loan, offer: Offer, law: Doors) -> Requirements:
    yield opens("open", ~law.closed, "Está cerrado.", rule="A")
    yield opens("window", law.as_of.day_of_month() >= law.day, "Todavía no.", rule="A")


def test_nothing_known_later_is_used_to_say_when_a_door_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 15 July nobody knew that the day would move to the first on the 18th; nor, on 10 August,
    that the closure would end on the 20th."""
    name = LIQUIDACION_ANTICIPADA.name
    _ = matrix()  # read before the folder is another
    (tmp_path / f"{name}.toml").write_text(LATER, encoding="utf-8")
    monkeypatch.setattr(programmes, "HERE", tmp_path)
    versions = {"only": Version(Doors, of_doors, quote_nothing)}
    programme = Programme(name, "Ejemplo", "ejemplo", "", versions)
    days = {
        date(2024, 7, 15): date(2024, 7, 20),
        date(2024, 7, 18): date(2024, 7, 18),
        date(2024, 8, 10): None,
        date(2024, 8, 20): date(2024, 8, 20),
    }
    assert {day: programme.at(day).opens_on(some()) for day in days} == days


# A batch is its rows


def values_of(thing: object) -> Iterator[Column]:
    """Every column inside a record, a mapping or a tuple, in order."""
    if isinstance(thing, Column):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from values_of(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from values_of(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from values_of(value)


def answered(answer: Evaluation, row: int) -> tuple[int, list[int], list[str], str, bool]:
    """All that a row is told: mask, every figure of the offer, sentences, promise, what it ends."""
    figures = [
        int(column.values[row if len(column) > 1 else 0]) for column in values_of(answer.offer)
    ]
    mask = int(answer.unmet()[row])
    cancels = bool(answer.cancels.values[row])
    return mask, figures, answer.explain(row), answer.promise(row), cancels


@each_programme
@given(chosen=st.lists(rows(), min_size=2, max_size=4), draw=st.data())
def test_a_batch_equals_its_rows(
    programme: Programme, chosen: list[Row], draw: st.DataObject
) -> None:
    rules = draw.draw(st.sampled_from(texts(programme)))
    row = draw.draw(st.integers(0, len(chosen) - 1))
    together = rules.evaluate(portfolio(chosen))
    alone = rules.evaluate(portfolio([chosen[row]]))
    assert answered(alone, 0) == answered(together, row)
    assert alone.eligible()[0] == together.eligible()[row]
    assert alone.open()[0] == together.open()[row]


@each_programme
@pytest.mark.parametrize("seed", [1, 2])
def test_a_shuffled_portfolio_answers_the_same(programme: Programme, seed: int) -> None:
    known = portfolio(examples())
    order = np.random.default_rng(seed).permutation(len(examples()))
    moved = portfolio([examples()[row] for row in order])
    for rules in texts(programme):
        straight, shuffled = rules.evaluate(known), rules.evaluate(moved)
        assert shuffled.unmet().tolist() == straight.unmet()[order].tolist()
        for before, after in zip(values_of(straight.offer), values_of(shuffled.offer), strict=True):
            expected = before.values[order] if len(before) > 1 else before.values
            assert after.values.tolist() == expected.tolist()


@given(rows(), st.integers(1, 10**9))
def test_raising_a_balance_never_turns_too_much_into_eligible(row: Row, more: int) -> None:
    for _, since, _ in LIQUIDACION_ANTICIPADA.periods(LIQUIDACION_ANTICIPADA.book):
        higher = row | {
            "balance": row["balance"] + more,
            "balance_units": row["balance_units"] + more,
        }
        answer = LIQUIDACION_ANTICIPADA.at(since).evaluate(portfolio([row, higher]))
        (low_enough,) = (r.met.values for r in answer.requirements if r.name == "low_enough")
        assert low_enough[0] or not low_enough[1]
        assert low_enough[0] or not answer.eligible()[1]


def test_the_text_of_a_day_is_one_object_for_every_chunk() -> None:
    """So a batch reads the law once."""
    assert LIQUIDACION_ANTICIPADA.at(DAY) is LIQUIDACION_ANTICIPADA.at(DAY)
    assert RESPONSABILIDAD_COMPARTIDA.at(DAY).day == DAY


def test_a_law_of_many_days_answers_for_each() -> None:
    """As the search of the day on which a door opens asks it."""
    rules = made_up(window)
    days = replace(rules.law, as_of=rules.law.as_of.new(rules.law.as_of.values + np.arange(31)))
    opened = replace(rules, law=days).evaluate(some()).open()
    assert opened.sum() == 31 - 8
