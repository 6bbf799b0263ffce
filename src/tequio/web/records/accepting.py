"""An offer is accepted: what it rests on is looked at again, what excludes it, and in the same
write it is signed and is in force. Who changes their mind in time has signed nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from tequio.core.lists import SOLUTIONS
from tequio.core.offer import Offer
from tequio.core.programme import WhenActive, matrix
from tequio.core.working_days import working_day_after
from tequio.engine.errors import Refused
from tequio.engine.offers import picked
from tequio.engine.pairs import OFFER_TITLES
from tequio.servicing.law import law_at
from tequio.web.records.agreements import (
    State,
    entered,
    latest,
    lives_of,
    locked,
    refuse_after,
    refuse_step,
)
from tequio.web.records.basis import refuse_changed
from tequio.web.records.loans import known_on, seen_by_rules
from tequio.web.records.models import Agreement, AgreementEvent, Step
from tequio.web.records.offers import offer_of
from tequio.web.records.replaying import undoing
from tequio.web.records.steps import Asking, signing, written
from tequio.web.records.turns import credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

DONE_AT_ONCE = "Se cumple al firmar: no pide nada más."
Entered = tuple[str, date, str]  # a state, its day, and why


def do_accept(key: str, agreement: int, on: date, who: Who) -> AgreementEvent:
    """Accept an offer and sign it; a settlement then waits for its deposit. Where it stands now.

    Refused: it is not open any more, what it rests on has changed (with each change), or another
    solution in force excludes it.
    """

    def write(source: int) -> Wrote:
        """The signing, and the events of this agreement and of those that it replaces."""
        return accepted(locked(agreement), on, source)

    return turned("do_accept", key, agreement, on, who, write)


def turned(verb: str, key: str, number: int, on: date, who: Who, write) -> AgreementEvent:  # noqa: ANN001
    """One write on an agreement in its credit's turn; its last event."""
    found = Agreement.objects.select_related("credit__load").filter(pk=number).first()
    if found is None:
        raise Refused(f"El convenio {number} no existe. Revise el número.")
    asked = Asked(verb, key, f"agreement:{number}", content_of([number, on]))
    with transaction.atomic():
        credit_turn(found.credit)
        once(asked, who, write)
    return latest(found)


def accepted(agreement: Agreement, on: date, source: int) -> Wrote:
    """All rows of an acceptance."""
    lives = {life[0].agreement_id: life[-1] for life in lives_of([agreement.credit_id])}
    last = lives[agreement.pk]
    refuse_after(last, agreement, State.ACCEPTED, on)
    known = known_on(agreement.credit, on)
    refuse_changed(agreement, seen_by_rules(known, on), on)
    replaced = replaced_by(agreement, lives.values())
    offer, _ = offer_of(agreement)
    if offer.settlement is not None:
        waits = [(State.ACCEPTED, on, "Espera su depósito.")]
        return entered(agreement, waits, source, Wrote(), last)
    wrote = written(signing(agreement, on), source, known)
    title = OFFER_TITLES[agreement.programme]
    for other in replaced:
        over = [(State.CANCELLED, on, f"La sustituye {title}.")]
        entered(other, over, source, wrote, latest(other))
    return entered(agreement, signed_states(offer, on), source, wrote, last)


def signed_states(offer: Offer, on: date) -> list[Entered]:
    """Accepted and in force; and at once fulfilled where nothing is left to be kept."""
    states: list[Entered] = [(State.ACCEPTED, on, ""), (State.IN_FORCE, on, "")]
    if not leaves_to_keep(offer, 1)[0]:
        states.append((State.FULFILLED, on, DONE_AT_ONCE))
    return states


def leaves_to_keep(offer: Offer, size: int) -> NDArray[np.bool_]:
    """Whether something is left after the signing of so many offers: a stage, a reward, or to pay
    again, what was unpaid being so no more."""
    rows = np.arange(size)
    keeps = (picked(offer.before.overdue, rows) > 0) & (picked(offer.after.overdue, rows) == 0)
    for stage in offer.stages:
        keeps |= picked(stage.months, rows) > 0
    if offer.reward is not None:
        keeps |= picked(offer.reward.principal, rows) > 0
    return np.asarray(keeps & (picked(offer.after.balance, rows) > 0))


def replaced_by(agreement: Agreement, lives: Iterable[AgreementEvent]) -> list[Agreement]:
    """The agreements in force that end with this one, of those whose last events these are.
    Refused: one of them excludes it."""
    running = [last for last in lives if last.state == State.IN_FORCE]
    for last in running:
        one = last.agreement
        if then_of(agreement.programme, one.programme) is WhenActive.REFUSED:
            raise Refused(
                f"{OFFER_TITLES[agreement.programme]} no puede firmarse mientras esté en vigor "
                f"{OFFER_TITLES[one.programme]} (convenio {one.pk}, desde el {last.on})."
            )
    return [last.agreement for last in running if last.agreement.programme in SOLUTIONS]


def then_of(asked: str, active: str) -> WhenActive:
    """What a solution in force does to another that is asked for. What is done on the day of its
    signing, and only has to be paid, stands in nobody's way."""
    if active not in SOLUTIONS:
        return WhenActive.ALLOWED
    return matrix()[asked][SOLUTIONS.index(active)].then


def do_withdraw(key: str, agreement: int, on: date, who: Who) -> AgreementEvent:
    """Whoever signed changes their mind: by counter-entries everything is as if nothing had been
    signed, and what the agreement had replaced is in force again.

    Refused: nothing was signed, or the days that the law gives are over.
    """

    def write(source: int) -> Wrote:
        """The undoing, and the events of this agreement and of those that it had replaced."""
        return withdrawn(locked(agreement), on, source)

    return turned("do_withdraw", key, agreement, on, who, write)


def withdrawn(agreement: Agreement, on: date, source: int) -> Wrote:
    """All rows of a withdrawal."""
    before = refuse_step(agreement, State.CANCELLED, on)
    events = AgreementEvent.objects.filter(agreement=agreement)
    took = events.filter(state=State.ACCEPTED).order_by("pk").first()
    if took is None:
        raise Refused(
            f"El convenio {agreement.pk} no se ha firmado: si no le interesa la oferta, no hay "
            "nada que deshacer."
        )
    last = last_to_withdraw(took.on)
    if on > last:
        raise Refused(
            f"El convenio {agreement.pk} se firmó el {took.on}: podía desistirse hasta el {last}."
        )
    step = Step.objects.filter(agreement=agreement, kind=Step.Kind.SIGNING).order_by("pk").first()
    wrote = written(taken_back(step, on), source) if step else Wrote()
    for other in revived(took):
        again = [(State.IN_FORCE, on, "Se deshizo lo que la sustituía.")]
        entered(other, again, source, wrote, latest(other))
    why = f"Se desistió a tiempo: podía hasta el {last}."
    return entered(agreement, [(State.CANCELLED, on, why)], source, wrote, before)


def taken_back(step: Step, on: date) -> Asking:
    """The step that takes a signing back."""
    return Asking("do_withdraw", "", undoing(step.credit, step, on))


def revived(took: AgreementEvent) -> Sequence[Agreement]:
    """What was cancelled in the same write."""
    ended = AgreementEvent.objects.filter(source=took.source_id, state=State.CANCELLED)
    return [event.agreement for event in ended.select_related("agreement").order_by("pk")]


def last_to_withdraw(signed: date) -> date:
    """So many working days after the signing."""
    return working_day_after(signed, int(law_at(signed).withdrawal_days.values[0]))
