"""What an offer rests on, against what is known now: each fact and each value of the law that
changed since, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tequio.core.columns import Code
from tequio.core.loan import Loan, facts, known_flags
from tequio.core.spelling import spell
from tequio.engine.errors import Refused
from tequio.engine.tape.words import SPANISH
from tequio.engine.values import value_words
from tequio.web.records.models import Agreement
from tequio.web.records.offers import said_of, text_of
from tequio.web.records.quoted import number, read_loan

UNKNOWN = "sin dato"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    label: str
    was: str
    now: str

    def say(self) -> str:
        """`Saldo de capital: era $1.00, es $2.00`."""
        return f"{self.label}: era {self.was}, es {self.now}"


def refuse_changed(agreement: Agreement, loan: Loan, on: date) -> None:
    """Refused, with each change: the offer is older than what it rests on."""
    changes = [*facts_changed(agreement, loan), *law_changed(agreement, on)]
    if changes:
        said = "; ".join(change.say() for change in changes)
        raise Refused(
            f"La oferta {agreement.pk} es del {agreement.offered_on} y desde entonces cambió en "
            f"qué se basa. {said}. Haga una oferta nueva."
        )


def facts_changed(agreement: Agreement, now: Loan) -> Iterator[Change]:
    """Facts that the rule read and that are known otherwise."""
    said = said_of(agreement)
    was, flags = read_loan(said["loan"]), known_flags()
    differ = [
        name
        for name in said["read"]
        if number(getattr(was, name), 0) != number(getattr(now, name), 0)
    ]
    for name in differ:
        of = flags.get(name, name)
        if of == name or of not in differ:
            yield Change(facts()[of][1].label, spelled(was, of), spelled(now, of))


def spelled(loan: Loan, name: str) -> str:
    """A fact of a loan of one row as people read it."""
    said, column = facts()[name][1], getattr(loan, name)
    value = number(column, 0)
    known = [flag for flag, of in known_flags().items() if of == name]
    if said.optional and not value and not (known and number(getattr(loan, known[0]), 0)):
        return UNKNOWN
    return SPANISH[name][value] if isinstance(column, Code) else spell(column, 0)


def law_changed(agreement: Agreement, on: date) -> Iterator[Change]:
    """The text, or a value of it, that is another on that day."""
    was, now = (text_of(agreement.programme, day) for day in (agreement.offered_on, on))
    if was.version is not now.version:
        yield Change("Texto de la regla", f"del {was.text.since}", f"del {now.text.since}")
        return
    for _, parameter in was.programme.book.named(was.version.law):
        old, new = parameter.at(was.day), parameter.at(now.day)
        if old.value != new.value:
            shown = (value_words(parameter.unit, one.value) for one in (old, new))
            yield Change(parameter.label, *shown)
