"""The life of a refund, step by step; where it stands is its latest event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models

from tequio.engine.errors import Refused
from tequio.web.records.models import AuditEvent, Credit, Refund, RefundEvent, RefundRequest
from tequio.web.records.tables import rows_of_source
from tequio.web.records.turns import credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

State = RefundEvent.State
NEXT: Mapping[str, tuple[str, ...]] = {
    State.FOUND: (State.TOLD, State.ASKED, State.REJECTED),
    State.TOLD: (State.ASKED, State.REJECTED),
    State.ASKED: (State.FIRST, State.REJECTED, State.WITHDRAWN),
    State.FIRST: (State.VALIDATED, State.REJECTED, State.WITHDRAWN),
    State.VALIDATED: (State.IN_PAYOUT, State.REJECTED, State.WITHDRAWN),
    State.IN_PAYOUT: (State.PAID, State.RETURNED),
    State.PAID: (State.RETURNED,),  # a bank may send money back after it said that it was there
    State.RETURNED: (State.RETRIED, State.ASKED, State.REJECTED, State.WITHDRAWN),
    State.RETRIED: (State.IN_PAYOUT, State.REJECTED, State.WITHDRAWN),
}
WAITING = (State.FOUND, State.TOLD)  # nobody has asked yet
# Asked, and the money is still here: nobody else may be promised the same centavo.
OPEN = (State.ASKED, State.FIRST, State.VALIDATED, State.RETURNED, State.RETRIED)
OUT = (State.IN_PAYOUT, State.PAID)  # the movement is made: the money left
TO_PAY = (State.VALIDATED, State.RETRIED)
ENDED = (State.REJECTED, State.WITHDRAWN)
WORDS: Mapping[str, str] = {
    State.FOUND: "encontrado",
    State.TOLD: "avisado",
    State.ASKED: "solicitado",
    State.FIRST: "con una validación",
    State.VALIDATED: "con dos validaciones",
    State.IN_PAYOUT: "en dispersión",
    State.PAID: "pagado",
    State.RETURNED: "devuelto por el banco",
    State.RETRIED: "por reintentar",
    State.REJECTED: "rechazado",
    State.WITHDRAWN: "desistido",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody wants to take."""

    verb: str
    key: str
    refund: int
    state: str
    on: date
    why: str = ""


def do_step(step: Step, who: Who) -> RefundEvent:
    """One event more, if the one before allows it. Refused: it does not, or it goes back in time.

    Of two at once on the same credit, the second sees what the first did.
    """

    def write(source: int) -> Wrote:
        """The event."""
        refund = in_turn(step.refund)
        return entered(refund, step.state, step.on, step.why, source)

    content = content_of([step.refund, step.state, step.on, step.why])
    once(Asked(step.verb, step.key, f"refund:{step.refund}", content), who, write)
    return RefundEvent.objects.get(source__key=step.key)


def refund_at(number: int) -> Refund:
    """A refund by its number. Refused: there is none."""
    found = Refund.objects.select_related("credit").filter(pk=number).first()
    if found is None:
        raise Refused(f"La devolución {number} no existe. Vea: ./tequio refunds status.")
    return found


def in_turn(number: int) -> Refund:
    """The same, and its credit is ours until the commit."""
    found = refund_at(number)
    credit_turn(found.credit)
    return found


def credit_in_turn(number: str) -> Credit:
    """A credit that is ours until the commit. Refused: there is none."""
    found = Credit.objects.filter(number=number).first()
    if found is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    credit_turn(found)
    return found


def entered(
    refund: Refund,
    state: str,
    on: date,
    why: str,
    source: int,
    more: Sequence[type[models.Model]] = (),
) -> Wrote:
    """The event, and what the chain says of it. Refused: it does not follow."""
    before = latest(refund.pk)
    refuse_step(refund.pk, before, state, on)
    append_event(refund, before.place + 1, state, on, why, source)
    wrote = Wrote(
        before={"state": before.state, "on": before.on},
        after={"refund": refund.pk, "state": state, "on": on, "why": why},
    )
    answer_for(wrote, source, (*more, RefundEvent))
    return wrote


def append_event(
    refund: Refund, place: int, state: str, on: date, why: str, source: int
) -> RefundEvent:
    """A row."""
    return RefundEvent.objects.create(
        refund=refund, source_id=source, place=place, state=state, on=on, why=why
    )


def answer_for(wrote: Wrote, source: int, tables: Sequence[type[models.Model]]) -> None:
    """What a write appended to these tables is hashed into its event."""
    for model in tables:
        wrote.appended(model, rows_of_source(model, source))


def refuse_step(refund: int, before: RefundEvent, state: str, on: date) -> None:
    """Refused: the step does not follow, or goes back in time."""
    if state not in NEXT.get(before.state, ()):
        raise Refused(
            f"La devolución {refund} está {WORDS[before.state]} desde el {before.on}; "
            f"no puede quedar {WORDS[state]}."
        )
    if on < before.on:
        raise Refused(f"La devolución {refund} ya tiene un paso del {before.on}, posterior a {on}.")


def latest(refund: int) -> RefundEvent:
    """Where a refund stands."""
    return RefundEvent.objects.filter(refund=refund).order_by("-place")[0]


def request_of(refund: int) -> RefundRequest:
    """Its latest request."""
    found = RefundRequest.objects.select_related("account", "person")
    return found.filter(refund=refund).order_by("-pk")[0]


def steps_since_asked(refund: int) -> list[RefundEvent]:
    """The events from its latest request on, in order."""
    events = list(RefundEvent.objects.filter(refund=refund).order_by("place"))
    asked = max(at for at, event in enumerate(events) if event.state == State.ASKED)
    return events[asked:]


def author_of(source: int) -> str:
    """Who asked for a write, as the chain has it."""
    return AuditEvent.objects.values_list("initiated_by", flat=True).get(source=source)


def same_author(one: str, other: str) -> bool:
    """Whether two names of users are the same user."""
    return one.strip().casefold() == other.strip().casefold()
