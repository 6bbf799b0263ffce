"""What would open a solution: for each requirement that a person can do something about, the
nearest change that meets it, found with the rule itself and verified by evaluating again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import EPOCH, Day
from tequio.core.loan import Loan
from tequio.core.programme import InForce, Kind, Requirement
from tequio.engine.levers import LEVERS, Ints, Lever, Person
from tequio.engine.rulebook import published

PROBES = 65  # amounts tried at once


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do, and how much of it."""

    lever: str
    amount: int
    says: str


@dataclass(frozen=True, slots=True)
class Unlocked:
    """One unmet requirement, and the changes that would meet it: any one of them does."""

    requirement: str
    changes: Sequence[Change]  # none: a person can do nothing about it


@dataclass(frozen=True, slots=True)
class Opening:
    """What would open one solution."""

    unlocked: Sequence[Unlocked]
    opens: bool  # with the first change of each, all at once, the credit qualifies


@dataclass(frozen=True, slots=True)
class Tried:
    """A lever pulled in several amounts: the credit after each. Every text may judge the same."""

    lever: Lever
    amounts: Ints
    days: Sequence[date]  # one an amount
    loan: Loan  # one row an amount

    @classmethod
    def by(cls, person: Person, lever: Lever, amounts: Ints) -> Tried:
        """By a person, on the credit as it is."""
        days = [lever.day(person, int(amount)) for amount in amounts]
        return cls(lever, amounts, days, lever.pull(person, person.loan, amounts))

    def meets(self, text: InForce, names: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
        """Whether each requirement of a text is met, amount by amount."""
        judged = on(text, self.days).evaluate(self.loan).requirements
        met, rows = {r.name: r.met.values for r in judged}, len(self.amounts)
        return {name: np.broadcast_to(met[name], rows) for name in names}


def openings(loan: Loan, as_of: date) -> Mapping[str, Opening]:
    """For each programme in force that a credit (a loan of one row) does not qualify for.

    A fact that is missing is asked for by the requirement itself, and is not here.
    """
    person = Person(loan, as_of, published())
    found, tried = {}, first_tried(person)
    for text in person.rules.in_force(as_of):
        unmet = [r for r in text.evaluate(loan).reasons(0) if r.kind is Kind.NO]
        if unmet:
            found[text.programme.name] = opening(person, text, unmet, tried)
    return found


def first_tried(person: Person) -> list[Tried]:
    """Each lever that is for this person, over all that it can be pulled."""
    most = ((lever, lever.most(person)) for lever in LEVERS)
    return [Tried.by(person, lever, probes(0, amount)) for lever, amount in most if amount > 0]


def opening(
    person: Person, text: InForce, unmet: Sequence[Requirement], tried: Sequence[Tried]
) -> Opening:
    """What would open one of them, by the levers tried first."""
    changes: dict[str, list[Change]] = {requirement.name: [] for requirement in unmet}
    for one in tried:
        for name, amount in nearest(person, text, one, list(changes)):
            changes[name].append(Change(one.lever.name, amount, one.lever.say(person, amount)))
    unlocked = [Unlocked(name, found) for name, found in changes.items()]
    reached = all(changes.values())
    return Opening(unlocked, reached and together(person, text, unlocked))


def nearest(
    person: Person, text: InForce, tried: Tried, names: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """The least amount of a lever that meets each requirement that it can meet."""
    met, amounts = tried.meets(text, names), tried.amounts
    for name in names:
        hits = np.flatnonzero(met[name])
        if len(hits):
            under = int(amounts[hits[0] - 1]) if hits[0] else 0
            yield name, least_in(person, text, tried.lever, name, under, int(amounts[hits[0]]))


def least_in(
    person: Person, text: InForce, lever: Lever, name: str, under: int, amount: int
) -> int:
    """The least amount above `under`, which does not do, up to `amount`, which does."""
    while amount - under > 1:
        amounts = probes(under, amount)
        met = Tried.by(person, lever, amounts).meets(text, [name])[name]
        hit = int(np.flatnonzero(met)[0])
        under, amount = int(amounts[hit - 1]) if hit else under, int(amounts[hit])
    return amount


def probes(under: int, most: int) -> Ints:
    """Amounts to try above one, up to another: all of them, or evenly spaced."""
    if most - under <= PROBES:
        return np.arange(under + 1, most + 1)
    steps = np.arange(1, PROBES + 1)
    return under + (most - under) * steps // PROBES


def on(text: InForce, days: Sequence[date]) -> InForce:
    """The parameters known today, row by row on those days."""
    numbers = Day(np.array([(day - EPOCH).days for day in days]))
    return replace(text, law=replace(text.law, as_of=numbers))


def together(person: Person, text: InForce, unlocked: Sequence[Unlocked]) -> bool:
    """Whether the first change of each, made at once, makes the credit qualify."""
    amounts: dict[str, int] = {}
    for one in unlocked:
        change = one.changes[0]
        amounts[change.lever] = max(amounts.get(change.lever, 0), change.amount)
    loan, day = person.loan, person.as_of
    for lever in sorted(LEVERS, key=lambda lever: not lever.months):  # time passes first
        if lever.name in amounts:
            loan = lever.pull(person, loan, np.array([amounts[lever.name]]))
            day = max(day, lever.day(person, amounts[lever.name]))
    return bool(on(text, [day]).evaluate(loan).eligible()[0])
