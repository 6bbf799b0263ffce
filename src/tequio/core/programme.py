"""A programme: named versions of its text, asked for at a date; it answers for every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import EPOCH, Code, Codes, Column, Day, Flag
from tequio.core.errors import LawError, NotInForce
from tequio.core.law import (
    HERE,
    Book,
    Common,
    Confidence,
    Parameter,
    Value,
    only,
    parsed,
    read,
    read_confidence,
)
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import Loan
from tequio.core.offer import Offer
from tequio.core.spelling import long_date, spell

# Days: every window of the law opens within two months, or is closed without date.
LONGEST_WAIT = 62
Mask = NDArray[np.uint32]
NOTHING_GIVEN = re.compile(r" \([^()]*\$0\.00[^()]*\)")  # a promise does not boast of nothing


class Kind(Enum):
    """Why a requirement can be unmet: four different answers to a person."""

    NO = "no"  # no, and waiting changes nothing
    ASK = "ask"  # a fact is missing: tell us
    OPENS = "opens"  # the door is shut today
    UNKNOWN = "unknown"  # the rule of that time was never made public


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """One condition, for every row, with the sentence said where it is unmet."""

    name: str
    kind: Kind
    met: Flag
    otherwise: str
    rule: str
    facts: Mapping[str, Column]
    needs: str = ""  # the `ask` without whose answer this cannot be judged: until then it is hidden

    def say(self, row: int) -> str:
        """The sentence with that row's own figures."""
        facts = {name: spell(column, row) for name, column in self.facts.items()}
        return self.otherwise.format(**facts)


Requirements = Iterator[Requirement]


def require(
    name: str, met: Flag, otherwise: str, *, rule: str, needs: str = "", **facts: Column
) -> Requirement:
    """Something the credit or its borrower must be."""
    return Requirement(name, Kind.NO, met, otherwise, rule, facts, needs)


def ask(name: str, known: Flag, otherwise: str, *, rule: str) -> Requirement:
    """A fact that must be on record before anything can be promised."""
    return Requirement(name, Kind.ASK, known, otherwise, rule, {})


def opens(name: str, open_: Flag, otherwise: str, *, rule: str, **facts: Column) -> Requirement:
    """A condition on the day and the budget, never on the borrower."""
    return Requirement(name, Kind.OPENS, open_, otherwise, rule, facts)


L = TypeVar("L", bound=Common)


@dataclass(frozen=True, slots=True)
class Version(Generic[L]):
    """One text of the rules: the parameters it names, who it is for, what it gives."""

    law: type[L]
    eligibility: Callable[[Loan, Offer, L], Requirements]  # the offer is there to be measured
    quote: Callable[[Loan, L], Offer]


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Why a programme has no text on a day: it had not begun, or it has ended."""

    programme: Programme
    day: date
    begins: date | None  # when it had not begun
    ended: Value | None  # when it has

    def say(self) -> str:
        """The sentence for a person."""
        if self.begins:
            return (
                f"No hay regla conocida de esa fecha: la primera es del {long_date(self.begins)}."
            )
        assert self.ended, "it had not begun, or it has ended"
        return f"Ya no se ofrece desde el {long_date(self.ended.since)}. {self.ended.says}".strip()


@dataclass(frozen=True, eq=False)
class Programme:
    """One solution, with all the texts it has had."""

    name: str
    title: str  # as people know it
    family: str
    promise: str  # Spanish; may name any step of the offer's working
    versions: Mapping[str, Version[Any]]  # by the name that the law file gives a date
    labels: Mapping[str, str] = field(default_factory=dict)  # Spanish, of each step of the working
    amendments: Mapping[str, Parameter] = field(default_factory=dict)  # to see what would follow
    lost_with_job: str = ""  # the rule by which a formal job ends it, if one does

    @cached_property
    def book(self) -> Book:
        """The law file, read and checked once, as amended."""
        book = read(HERE / f"{self.name}.toml").amended(self.amendments)
        for version, since, until in self.periods(book):
            book.check(version.law, since, until)
        return book

    def periods(self, book: Book) -> Iterator[tuple[Version[Any], date, date | None]]:
        """Each written version, from its first day until the next text begins."""
        history = book.parameters["text"].history
        ends = [value.since for value in history[1:]]
        for value, until in zip(history, [*ends, None], strict=True):
            if not value.ends:
                if value.value not in self.versions:
                    raise LawError(f"{self.name}.toml: no hay un texto llamado {value.value!r}.")
                yield self.versions[value.value], value.since, until

    @property
    def verified_from(self) -> date:
        """The first day that the file answers for."""
        return self.book.parameters["text"].history[0].since

    def at(self, day: date) -> InForce:
        """The text and the parameters of that day; NotInForce when there is none."""
        return in_force(self, day)

    def status(self, day: date) -> InForce | NotOffered:
        """The text of that day, or why there is none: an ordinary answer to a person."""
        try:
            return self.at(day)
        except NotInForce:
            history = self.book.parameters["text"].history
            if day < history[0].since:
                return NotOffered(self, day, history[0].since, None)
            ended = [value for value in history if value.since <= day][-1]
            return NotOffered(self, day, None, ended)


@lru_cache(maxsize=256)
def in_force(programme: Programme, day: date) -> InForce:
    """A programme's text on a day; the same object for every chunk of a batch."""
    text = programme.book.parameters["text"].at(day)
    version = programme.versions[text.value]
    return InForce(programme, version, programme.book.at(version.law, day), day, text.unknown)


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """A programme on one day: ask it about one credit or five million."""

    programme: Programme
    version: Version[Any]
    law: Any
    day: date
    unknown: bool = False  # part of that day's rule was never made public

    def evaluate(self, loan: Loan) -> Evaluation:
        """The offer and every requirement, row by row."""
        offer = self.version.quote(loan, self.law)
        requirements = self.requirements(loan, offer)
        assert len(requirements) <= 32, "one bit a requirement"
        cancels = must_cancel(self.programme.name, loan.active_solution)
        rows = max(len(loan.balance), len(self.law.as_of))
        return Evaluation(self.programme, requirements, offer, cancels, rows)

    def requirements(self, loan: Loan, offer: Offer) -> tuple[Requirement, ...]:
        """The matrix first, then the text's own in its order, then what was never made public."""
        return (
            compatible(self.programme.name, loan.active_solution),
            *self.version.eligibility(loan, offer, self.law),
            *([no_public_rule(self.text.rule)] if self.unknown else []),
        )

    @property
    def text(self) -> Value:
        """The entry that dates this text."""
        return self.programme.book.parameters["text"].at(self.day)

    def opens_on(self, loan: Loan) -> date | None:
        """The first day, today included, on which every door is open to this one credit; None
        when the parameters known today do not say. Later ones are not looked at."""
        assert len(loan.balance) == 1, "doors are looked at one credit at a time"
        today = int(self.law.as_of.values[0])
        law = replace(self.law, as_of=Day(np.arange(today, today + LONGEST_WAIT)))
        doors = replace(self, law=law).evaluate(loan).unmet(Kind.OPENS)
        open_days = np.flatnonzero(doors == 0)
        return EPOCH + timedelta(days=today + int(open_days[0])) if len(open_days) else None

    def doubts(self) -> list[str]:
        """Shown under every offer: what in it is inferred or assumed."""
        return self.programme.book.doubts(self.version.law, self.day)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What one programme answers to every row of a portfolio."""

    programme: Programme
    requirements: Sequence[Requirement]
    offer: Offer
    cancels: Flag  # the active solution ends when this one is signed
    rows: int

    def unmet(self, *kinds: Kind) -> Mask:
        """One bit a requirement, in order; of all kinds, or of those named. Hidden ones are not."""
        if not kinds:
            return self.every_unmet
        bits = sum(1 << bit for bit, r in enumerate(self.requirements) if r.kind in kinds)
        return self.every_unmet & np.uint32(bits)

    @cached_property
    def every_unmet(self) -> Mask:
        """The mask of all kinds, worked out once."""
        mask = np.zeros(self.rows, np.uint32)
        asked = {r.name: r.met.values for r in self.requirements if r.kind is Kind.ASK}
        for bit, requirement in enumerate(self.requirements):
            failed = ~requirement.met.values
            if requirement.needs:
                failed = failed & asked[requirement.needs]
            mask |= failed.astype(np.uint32) << np.uint32(bit)
        return mask

    def eligible(self) -> NDArray[np.bool_]:
        """Whether the credit qualifies, be the door open today or not."""
        return np.asarray(self.unmet(Kind.NO, Kind.ASK, Kind.UNKNOWN) == 0)

    def open(self) -> NDArray[np.bool_]:
        """Whether the door is open on the day of the law."""
        return np.asarray(self.unmet(Kind.OPENS) == 0)

    def reasons(self, row: int) -> list[Requirement]:
        """What that row does not meet, in order of precedence."""
        mask = int(self.unmet()[row])
        return [r for bit, r in enumerate(self.requirements) if mask >> bit & 1]

    def promise(self, row: int) -> str:
        """What the offer gives, with that row's own figures."""
        steps = {name: spell(column, row) for name, column in self.offer.working.items()}
        return NOTHING_GIVEN.sub("", self.programme.promise.format(**steps))

    def explain(self, row: int) -> list[str]:
        """Every reason why not, in order; or the promise."""
        return [r.say(row) for r in self.reasons(row)] or [self.promise(row)]


def no_public_rule(rule: str) -> Requirement:
    """What a period answers whose rule was never made public."""
    sentence = "La regla completa de esa época nunca se publicó: no se puede calcular."
    return Requirement("no_public_rule", Kind.UNKNOWN, Flag(False), sentence, rule, {})


class WhenActive(Enum):
    """What an active solution does to a request for another."""

    ALLOWED = "allowed"
    CANCEL_FIRST = "cancel_first"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer of the compatibility matrix."""

    then: WhenActive
    rule: str
    source: str
    confidence: Confidence


def read_matrix() -> dict[str, tuple[Cell, ...]]:
    """For each programme, one cell for each solution that may be active, in order of SOLUTIONS."""
    raw = parsed(HERE / "compatibility.toml")
    return {
        asked: tuple(read_cell(asked, row, active) for active in SOLUTIONS)
        for asked, row in raw.items()
    }


def read_cell(asked: str, row: Mapping[str, Mapping[str, str]], active: str) -> Cell:
    """The entry for the active solution, or the one for any."""
    where = f"compatibility.toml: [{asked}]"
    only(where, row, {"any"}, frozenset(SOLUTIONS))
    entry = row.get(active, row["any"])
    only(f"{where} {active}", entry, {"then", "rule", "source", "confidence"})
    if entry["then"] not in {known.value for known in WhenActive}:
        raise LawError(f"{where} {active}: no existe la respuesta {entry['then']!r}.")
    confidence = read_confidence(f"{where} {active}", entry)
    then = WhenActive.ALLOWED if active == "none" else WhenActive(entry["then"])
    return Cell(then, entry["rule"], entry["source"], confidence)


@lru_cache(maxsize=1)
def matrix() -> dict[str, tuple[Cell, ...]]:
    """The compatibility matrix, read once."""
    return read_matrix()


def cells_are(asked: str, active: Code, then: WhenActive) -> Flag:
    """Row by row, whether the active solution has that effect on the one asked for."""
    cells = enumerate(matrix()[asked])
    return active.among(Codes(np.array([at for at, cell in cells if cell.then is then], np.int64)))


def must_cancel(asked: str, active: Code) -> Flag:
    """Whether signing ends the active solution."""
    return cells_are(asked, active, WhenActive.CANCEL_FIRST)


def compatible(asked: str, active: Code) -> Requirement:
    """The first requirement of every programme, read off the matrix."""
    met = ~cells_are(asked, active, WhenActive.REFUSED)
    cells = matrix()[asked]
    rule = next((cell.rule for cell in cells if cell.then is WhenActive.REFUSED), cells[-1].rule)
    return require("compatible", met, "Ya tiene una solución vigente.", rule=rule)
