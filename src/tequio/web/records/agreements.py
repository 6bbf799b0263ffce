"""The life of an agreement: offered, accepted, in force; then fulfilled, lapsed or cancelled.

Where an agreement stands is its latest event. What each step changes in the debt is decided by
servicing and booked as movements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from tequio.engine.errors import Refused
from tequio.web.records.models import Agreement, AgreementEvent, Credit
from tequio.web.records.tables import rows_of_source
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

State = AgreementEvent.State
NEXT: Mapping[str, tuple[str, ...]] = {
    State.OFFERED: (State.ACCEPTED, State.LAPSED, State.CANCELLED),
    State.ACCEPTED: (State.IN_FORCE, State.FULFILLED, State.LAPSED, State.CANCELLED),
    State.IN_FORCE: (State.FULFILLED, State.LAPSED, State.CANCELLED),
    # What becomes known later, or is undone, may take an end back.
    State.FULFILLED: (State.IN_FORCE, State.LAPSED, State.CANCELLED),
    State.LAPSED: (State.IN_FORCE, State.FULFILLED, State.CANCELLED),
    State.CANCELLED: (State.IN_FORCE,),  # by a solution that is itself undone
}
IN_SPANISH = {
    State.OFFERED: "ofrecido",
    State.ACCEPTED: "aceptado",
    State.IN_FORCE: "en vigor",
    State.FULFILLED: "cumplido",
    State.LAPSED: "vencido",
    State.CANCELLED: "cancelado",
}


def do_cancel(key: str, agreement: int, on: date, who: Who, why: str) -> AgreementEvent:
    """An offer is declined, or a deposit that settles will not come. Refused: it was signed
    already; then it is withdrawn (`accepting.do_withdraw`)."""

    def write(source: int) -> Wrote:
        """The event."""
        found = locked(agreement)
        last = refuse_step(found, State.CANCELLED, on)
        if last.state not in (State.OFFERED, State.ACCEPTED):
            raise Refused(
                f"El convenio {agreement} ya se firmó: no se cancela, se desiste de él en los días "
                "que la ley da."
            )
        return entered(found, [(State.CANCELLED, on, why)], source, Wrote(), last)

    content = content_of([agreement, on, why])
    once(Asked("do_cancel", key, f"agreement:{agreement}", content), who, write)
    return AgreementEvent.objects.get(source__key=key)


def locked(number: int) -> Agreement:
    """An agreement; whoever else wants to change it waits. Refused: there is none."""
    found = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("credit__load")
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise Refused(f"El convenio {number} no existe. Revise el número.")
    return found


def open_offer(credit: Credit, programme: str, on: date) -> Agreement | None:
    """The newest offer of a solution that can still be taken on a day."""
    made = Agreement.objects.filter(credit=credit, programme=programme, offered_on__lte=on)
    for one in made.filter(valid_until__gte=on).order_by("-pk"):
        if latest(one).state == State.OFFERED:
            return one
    return None


def given_up(credit: Credit, programme: str) -> int:
    """How many times a solution was offered and is over without having been kept: who asks again
    asks for another."""
    made = Agreement.objects.filter(credit=credit, programme=programme)
    return sum(latest(one).state in (State.CANCELLED, State.LAPSED) for one in made)


def refuse_step(agreement: Agreement, state: str, on: date) -> AgreementEvent:
    """Where an agreement stands. Refused: the step does not follow, goes back in time, or accepts
    what is no longer valid."""
    last = latest(agreement)
    refuse_after(last, agreement, state, on)
    return last


def refuse_after(last: AgreementEvent, agreement: Agreement, state: str, on: date) -> None:
    """Refused: the same of an agreement whose last event is known."""
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


def lives_of(credits_: Collection[int]) -> Iterator[list[AgreementEvent]]:
    """What each agreement of some credits, by their keys, went through, oldest first."""
    events = AgreementEvent.objects.filter(agreement__credit_id__in=credits_)
    events = events.select_related("agreement").order_by("agreement_id", "pk")
    for _, life in groupby(events, key=lambda event: event.agreement_id):
        yield list(life)


def latest(agreement: Agreement) -> AgreementEvent:
    """Where an agreement stands."""
    return AgreementEvent.objects.filter(agreement=agreement).order_by("-pk")[0]


def entered(
    agreement: Agreement,
    steps: Sequence[tuple[str, date, str]],
    source: int,
    wrote: Wrote,
    before: AgreementEvent | None = None,
) -> Wrote:
    """States that an agreement enters, each on a day and for a reason, and what the chain says of
    them: all events of the write, and the one `before` it."""
    AgreementEvent.objects.bulk_create(
        AgreementEvent(agreement=agreement, source_id=source, state=state, on=on, why=why)
        for state, on, why in steps
    )
    if before:
        wrote.before = {**wrote.before, "state": before.state, "on": before.on}
    state, on, why = steps[-1]
    wrote.after = {
        **wrote.after,
        "agreement": agreement.pk,
        "state": state,
        "on": on,
        "why": why,
    }
    wrote.appended(AgreementEvent, rows_of_source(AgreementEvent, source, few=True))
    return wrote
