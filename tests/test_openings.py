"""What would open a solution: the nearest change, verified with the rule."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tequio.core.programme import Kind
from tequio.demo.state import tables
from tequio.engine.levers import LEVERS, Person
from tequio.engine.openings import on, openings
from tequio.engine.portfolio import loan_of
from tequio.engine.rulebook import published
from worked import loans

DAY = date(2024, 6, 30)
WRITTEN = tomllib.loads(
    (Path(__file__).parent / "openings.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
BY_NAME = {lever.name: lever for lever in LEVERS}


@pytest.mark.parametrize("case", WRITTEN["case"], ids=lambda case: case["name"])
def test_the_nearest_change_of_each_requirement(case):
    found = openings(loans([case["loan"]]), case["day"])[case["programme"]]
    came = {u.requirement: {c.lever: c.amount for c in u.changes} for u in found.unlocked}
    assert came == case["needs"]
    assert found.opens == case["opens"]


@pytest.fixture(scope="module")
def state():
    return next(iter(tables(200, 7, DAY, 200, None)))


def test_each_change_meets_it_and_a_little_less_does_not(state):
    """By evaluating the rule again, on many simulated credits."""
    judged = 0
    for row in range(60):
        loan = loan_of(state.slice(row, 1))
        person = Person(loan, DAY, published())
        texts = {text.programme.name: text for text in person.rules.in_force(DAY)}
        for name, opening in openings(loan, DAY).items():
            for unlocked in opening.unlocked:
                for change in unlocked.changes:
                    lever = BY_NAME[change.lever]
                    less = [] if change.amount == 1 else [change.amount - 1]
                    for amount, is_met in [(change.amount, True), *((n, False) for n in less)]:
                        after = lever.pull(person, loan, np.array([amount]))
                        day = lever.day(person, amount)
                        again = on(texts[name], [day]).evaluate(after)
                        met = {r.name: bool(r.met.values[0]) for r in again.requirements}
                        assert met[unlocked.requirement] is is_met, (row, name, change, amount)
                        judged += 1
    assert judged > 100


def test_what_is_not_met_and_no_more_is_looked_at(state):
    for row in range(60):
        loan = loan_of(state.slice(row, 1))
        found = openings(loan, DAY)
        for text in published().in_force(DAY):
            unmet = [r.name for r in text.evaluate(loan).reasons(0) if r.kind is Kind.NO]
            told = found.get(text.programme.name)
            assert [u.requirement for u in told.unlocked] == unmet if told else not unmet


def test_a_change_says_what_to_do_with_the_persons_own_figures():
    loan = {
        "granted_on": date(2022, 1, 1), "balance": Decimal("380000.00"), "rate": 10,
        "instalment": Decimal("4800.00"), "insurance": Decimal("60.00"), "months_left": 340,
        "months_paid": 14, "months_missed": 14, "unpaid_interest": Decimal("44333.33"),
        "employed": True, "wage": Decimal("9600.00"),
    }  # fmt: skip
    found = openings(loans([loan]), date(2024, 10, 15))["nivela_tu_pago"]
    (missed,) = found.unlocked
    assert [c.says for c in missed.changes] == [
        "Pague 2 mensualidades atrasadas de las 14 que debe ($9,720.00)."
    ]
