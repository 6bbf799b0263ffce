"""For which credit a deposit may be: what speaks for each, in words and points. A person decides.

Candidates come from numbers that differ in a digit, from debtors of the same name, and from claims
of the same amount. Nothing is applied by points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tequio.core.columns import EPOCH
from tequio.core.spelling import pesos
from tequio.engine.exact import pesos as worth
from tequio.servicing import credit as c
from tequio.servicing.quotes import quotes
from tequio.web.intake.claims import claimed_like, folio_of
from tequio.web.intake.matching import TEN_DIGITS
from tequio.web.records.closing import rules_in
from tequio.web.records.models import ClosedPart, Credit, Deposit, Payer, Person, Role
from tequio.web.records.months import first_month
from tequio.web.records.sealing import words_of
from tequio.web.records.serviced import Part, before_close

# Points of each reason, assumed: what a person looks at first.
SAME_NUMBER, NEAR_NUMBER = 50, 40
SAME_NAME, SOME_NAME = 30, 15
SAME_AMOUNT, CLAIMED, SAME_PLACE = 25, 35, 5
SHOWN = 5  # proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """A credit, and why a deposit may be for it."""

    credit: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What a credit would be paid, centavos."""

    instalment: int
    with_charges: int
    to_be_current: int
    to_settle: int


def proposals(deposit: Deposit) -> list[Proposal]:
    """The credits that most speaks for, the best first; none is surely right."""
    payer = Payer.objects.filter(deposit=deposit).first()
    name, concept = (payer.name, payer.concept) if payer else ("", "")
    written = {deposit.number, *re.findall(TEN_DIGITS, concept)}
    written = {number for number in written if re.fullmatch(TEN_DIGITS, number)}
    near = {number for one in written for number in variants(one)} - written
    claims = claimed_like(deposit)
    named = Person.objects.filter(**Person.name.matches(name)) if words_of(name) else ()
    of_debtors = Role.objects.filter(person__in=named, kind=Role.Kind.DEBTOR) if named else ()
    keys = {claim.credit_id for claim in claims} | {role.credit_id for role in of_debtors}
    found = Credit.objects.filter(number__in=written | near) | Credit.objects.filter(pk__in=keys)
    made = []
    for credit in found.exclude(load__parts=0).select_related("load"):
        said = [
            *about_number(credit, written, near),
            *about_name(credit, name),
            *about_amount(credit, deposit),
            *(
                (CLAIMED, f"«Ya pagué» {folio_of(k.pk)}")
                for k in claims
                if k.credit_id == credit.pk
            ),
            *about_place(credit, deposit),
        ]
        made.append(Proposal(credit.number, sum(p for p, _ in said), "; ".join(w for _, w in said)))
    return sorted(made, key=lambda one: (-one.score, one.credit))[:SHOWN]


def variants(number: str) -> Iterator[str]:
    """The numbers that differ in a digit, or have two neighbours changed round."""
    for at in range(len(number)):
        for digit in "0123456789":
            yield number[:at] + digit + number[at + 1 :]
        yield number[:at] + number[at : at + 2][::-1] + number[at + 2 :]


Said = Iterator[tuple[int, str]]


def about_number(credit: Credit, written: set[str], near: set[str]) -> Said:
    """What was written."""
    if credit.number in written:
        yield SAME_NUMBER, "se escribió su número"
    elif credit.number in near:
        yield NEAR_NUMBER, "su número difiere del escrito en un dígito, o en dos cambiados de lugar"


def about_name(credit: Credit, name: str) -> Said:
    """Who paid, and the credit's people."""
    paid = set(words_of(name))
    for role in Role.objects.filter(credit=credit).select_related("person"):
        own = set(words_of(role.person.name))
        if own and own == paid:
            yield SAME_NAME, "paga quien lleva el nombre de la persona acreditada"
            return
        if len(own & paid) > 1:
            yield SOME_NAME, f"{len(own & paid)} palabras del nombre coinciden"
            return


def about_amount(credit: Credit, deposit: Deposit) -> Said:
    """What was paid, and what would be."""
    owed = owed_by(credit, deposit)
    for amount, what in (
        (owed.instalment, "la mensualidad"),
        (owed.with_charges, "la mensualidad con sus cuotas"),
        (owed.to_be_current, "lo que hace falta para estar al corriente"),
        (owed.to_settle, "lo que hace falta para liquidar"),
    ):
        if amount == deposit.amount:
            yield SAME_AMOUNT, f"el importe es {what} ({pesos(amount, 2)})"
            return


def about_place(credit: Credit, deposit: Deposit) -> Said:
    """Where it was paid, and where the home is."""
    if deposit.municipality and deposit.municipality == credit.municipality:
        yield SAME_PLACE, "se pagó en el municipio de la vivienda"


def owed_by(credit: Credit, deposit: Deposit) -> Owed:
    """On the deposit's day, or the nearest one of the credit's open month."""
    part = alone(credit)
    state, rules = before_close(part).credits, rules_in(part.month)
    day = (deposit.day - EPOCH).days
    found = quotes(state, min(max(day, rules.first_day), rules.last_day), rules)
    kept = state.numbers[0]
    instalment = int(kept[c.INSTALMENT])
    in_pesos = worth(instalment, int(kept[c.PRICE])) if kept[c.INDEXED] else instalment
    charges = kept[c.CHARGE_INSURANCE] + kept[c.CHARGE_FEES] + kept[c.CHARGE_PROTECTION]
    return Owed(
        int(in_pesos),
        int(in_pesos + charges),
        int(found.to_be_current[0]),
        int(found.to_settle[0]),
    )


def alone(credit: Credit) -> Part:
    """A credit by itself, in its open month."""
    closed = ClosedPart.objects.filter(first__lte=credit.pk, last__gte=credit.pk)
    before = closed.order_by("-month").first()
    month = before.month + 1 if before else first_month(credit.load)
    at = before.part if before else 0
    return Part(credit.load, at, credit.source_id, credit.pk, credit.pk, month, before)
