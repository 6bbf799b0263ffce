"""Agreements watched again: what came late, bounced or was undone may take an end back, or bring
one. Each close that is counted again says once more what became of the promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from tequio.core.lists import SOLUTIONS
from tequio.core.months import last_of, month_number
from tequio.servicing.accounts import NO_SOURCE, Kind
from tequio.servicing.law import law_at
from tequio.servicing.promises import Outcome, outcomes
from tequio.web.records.advances import Closed
from tequio.web.records.known import Acts, Known, reversed_among
from tequio.web.records.models import Agreement, AgreementEvent, Step
from tequio.web.records.tables import rows_of_source
from tequio.web.records.tale import Month, Tale
from tequio.web.records.watching import State, state_and_why
from tequio.web.records.writing import Wrote

AGAIN = "Al contar de nuevo sus pagos: "
WATCHED_AGAIN = (State.IN_FORCE, State.FULFILLED, State.LAPSED)


def rewatch(known: Known, tale: Tale, day: date, source: int, wrote: Wrote) -> None:
    """Events, on a day of the open month, of the agreements of some credits that stand otherwise
    now that their months were counted again."""
    keys = (known.rows + known.part.first).tolist()
    fresh = [
        AgreementEvent(agreement=one, source_id=source, state=state, on=day, why=why)
        for one in Agreement.objects.filter(credit_id__in=keys).order_by("pk")
        for state, why in stands(one, known, tale, day)
    ]
    for event in fresh:
        event.save()
    if fresh:
        wrote.appended(AgreementEvent, rows_of_source(AgreementEvent, source))


def stands(agreement: Agreement, known: Known, tale: Tale, day: date) -> Iterator[tuple[str, str]]:
    """The state that an agreement enters, if it is not the one it is in."""
    events = list(AgreementEvent.objects.filter(agreement=agreement).order_by("pk"))
    last, began = events[-1], next((e for e in events if e.state == State.IN_FORCE), None)
    if last.state not in WATCHED_AGAIN or last.on > day or not signing_stands(agreement, known):
        return
    if began is None:
        yield from deposit_gone(agreement, known, last)
        return
    first = month_number(began.on)
    at_once = last.source_id == began.source_id and last.state == State.FULFILLED
    if at_once or (last.state != State.IN_FORCE and month_number(last.on) < known.since):
        return
    row = int(np.searchsorted(known.rows, agreement.credit_id - known.part.first))
    own = [month for month in tale.closes if month.month >= first]
    state, why = next(ends_in(agreement, known, own, row), (State.IN_FORCE, ""))
    if own and state != last.state:
        yield state, AGAIN + (why or "lo prometido sigue cumpliéndose.")


def signing_stands(agreement: Agreement, known: Known) -> bool:
    """Whether nobody took its signing back. What came in with a history has no step."""
    signed = Step.objects.filter(agreement=agreement, kind=Acts.SIGNING)
    here = {step.agreement_id for step in known.steps if step.kind == Acts.SIGNING}
    return agreement.pk in here or not signed.exists()


def deposit_gone(
    agreement: Agreement, known: Known, last: AgreementEvent
) -> Iterator[tuple[str, str]]:
    """A settlement whose deposit was taken back is no settlement."""
    gone = reversed_among(known.steps)
    paid = [step for step in known.steps if step.agreement_id == agreement.pk]
    if last.state == State.FULFILLED and any(step.receipt_id in gone for step in paid):
        yield State.LAPSED, "Se reversó el depósito con que se liquidó: el crédito vuelve a deber."


def ends_in(
    agreement: Agreement, known: Known, months: list[Month], row: int
) -> Iterator[tuple[str, str]]:
    """The ends that closes counted again say, the first first."""
    for month in months:
        rewarded = np.zeros(len(month.before), np.bool_)
        rewarded[month.moved.credit[month.moved.kind == int(Kind.REWARD)]] = True
        law = law_at(last_of(month.month))
        outcome = Outcome(int(outcomes(month.before, month.after, rewarded, law)[row]))
        if outcome == Outcome.MISSED and agreement.programme not in SOLUTIONS:
            continue
        if outcome != Outcome.GOES_ON:
            part, on = replace(known.part, month=month.month), last_of(month.month)
            closed = Closed(part, on, month.before, month.after, month.moved, NO_SOURCE)
            yield state_and_why(closed, outcome, row, agreement.programme)
