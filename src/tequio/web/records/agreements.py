"""The life of an agreement: offered, accepted, in force; then fulfilled, lapsed or cancelled.

Where an agreement stands is its latest event. What each step changes in the debt is decided by
servicing and booked as movements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from tequio.engine.errors import Refused
from tequio.engine.rulebook import published
from tequio.web.records.models import Agreement, AgreementEvent, Credit
from tequio.web.records.tables import rows_of_source
from tequio.web.records.writing import Asked, Who, Wrote, as_json, content_of, once

State = AgreementEvent.State
NEXT: Mapping[str, tuple[str, ...]] = {
    State.OFFERED: (State.ACCEPTED, State.LAPSED, State.CANCELLED),
    State.ACCEPTED: (State.IN_FORCE, State.LAPSED, State.CANCELLED),
    State.IN_FORCE: (State.FULFILLED, State.LAPSED, State.CANCELLED),
}
IN_SPANISH = {
    State.OFFERED: "ofrecido",
    State.ACCEPTED: "aceptado",
    State.IN_FORCE: "en vigor",
    State.FULFILLED: "cumplido",
    State.LAPSED: "vencido",
    State.CANCELLED: "cancelado",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What was offered, as the rule quoted it and as it was shown."""

    credit: str  # its number
    programme: str
    on: date
    valid_until: date
    quote: Mapping[str, Any] = field(default_factory=dict)  # amounts in centavos, by name


def do_offer(key: str, offered: Offered, who: Who) -> Agreement:
    """Put an offer on record. Refused: the credit is not in the ledger."""
    credit = Credit.objects.filter(number=offered.credit).first()
    if credit is None:
        raise Refused(f"El crédito {offered.credit} no está en el libro. Revise el número.")
    facts = {
        "programme": offered.programme,
        "offered_on": offered.on,
        "valid_until": offered.valid_until,
        "offer": as_json(offered.quote),
    }

    def write(source: int) -> Wrote:
        """The agreement and its first event."""
        agreement = Agreement.objects.create(
            source_id=source, credit=credit, law_sha256=published().sha256, **facts
        )
        return entered(agreement, State.OFFERED, offered.on, "", source, [Agreement])

    content = content_of([offered.credit, facts])
    once(Asked("do_offer", key, f"credit:{offered.credit}", content), who, write)
    return Agreement.objects.get(source__key=key)


def do_accept_offer(key: str, agreement: int, on: date, who: Who) -> AgreementEvent:
    """Accept an offer. Refused: it was valid to an earlier day, or it is no longer open."""
    return step("do_accept_offer", key, agreement, State.ACCEPTED, on, who)


def do_put_in_force(key: str, agreement: int, on: date, who: Who) -> AgreementEvent:
    """What was signed begins."""
    return step("do_put_in_force", key, agreement, State.IN_FORCE, on, who)


def do_fulfil(key: str, agreement: int, on: date, who: Who) -> AgreementEvent:
    """Its conditions were kept to the end."""
    return step("do_fulfil", key, agreement, State.FULFILLED, on, who)


def do_lapse(key: str, agreement: int, on: date, who: Who, why: str) -> AgreementEvent:
    """Its time passed, or a condition failed."""
    return step("do_lapse", key, agreement, State.LAPSED, on, who, why)


def do_cancel(key: str, agreement: int, on: date, who: Who, why: str) -> AgreementEvent:
    """The borrower withdrew, or another solution took its place."""
    return step("do_cancel", key, agreement, State.CANCELLED, on, who, why)


def step(
    verb: str, key: str, number: int, state: str, on: date, who: Who, why: str = ""
) -> AgreementEvent:
    """One event more, if the one before allows it."""

    def write(source: int) -> Wrote:
        """The event; whoever else wants a step of this agreement waits here."""
        agreement = Agreement.objects.select_for_update().filter(pk=number).first()
        if agreement is None:
            raise Refused(f"El convenio {number} no existe. Revise el número.")
        refuse_step(agreement, state, on)
        return entered(agreement, state, on, why, source, [])

    content = content_of([number, state, on, why])
    once(Asked(verb, key, f"agreement:{number}", content), who, write)
    return AgreementEvent.objects.get(source__key=key)


def refuse_step(agreement: Agreement, state: str, on: date) -> None:
    """Refused: the step does not follow, goes back in time, or accepts what is no longer valid."""
    last = latest(agreement)
    if state not in NEXT.get(last.state, ()):
        raise Refused(
            f"El convenio {agreement.pk} está {IN_SPANISH[last.state]} desde el {last.on}; "
            f"no puede quedar {IN_SPANISH[state]}."
        )
    if on < last.on:
        raise Refused(
            f"El convenio {agreement.pk} ya tiene un paso del {last.on}, posterior a {on}."
        )
    if state == State.ACCEPTED and on > agreement.valid_until:
        raise Refused(
            f"La oferta {agreement.pk} valía hasta el {agreement.valid_until}. Pida una nueva."
        )


def latest(agreement: Agreement) -> AgreementEvent:
    """Where an agreement stands."""
    return AgreementEvent.objects.filter(agreement=agreement).order_by("-pk")[0]


def entered(
    agreement: Agreement,
    state: str,
    on: date,
    why: str,
    source: int,
    more: list[type[models.Model]],
) -> Wrote:
    """The event, and what the chain says of it."""
    before = AgreementEvent.objects.filter(agreement=agreement).order_by("-pk").first()
    AgreementEvent.objects.create(
        agreement=agreement, source_id=source, state=state, on=on, why=why
    )
    wrote = Wrote(
        before={"state": before.state, "on": before.on} if before else {},
        after={"agreement": agreement.pk, "state": state, "on": on, "why": why},
    )
    for model in (*more, AgreementEvent):
        wrote.appended(model, rows_of_source(model, source))
    return wrote
