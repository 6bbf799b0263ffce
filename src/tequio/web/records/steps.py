"""Steps of one credit in its open month: a signing, a settlement, a release, a refund.

Each is one write under a key. What was received up to its day is placed first; and a step of a day
before something already booked, in a closed month too, is counted on its day: the result is that of
having known it in time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tequio.core.months import first_of, last_of, month_number, spelled
from tequio.engine.errors import Refused
from tequio.servicing.accounts import CHANNEL_LABELS
from tequio.servicing.interest import debt_of
from tequio.web.records.agreements import NEXT, latest, refuse_step
from tequio.web.records.assigning import append_taken_back, deposit_of_receipt
from tequio.web.records.booking import book
from tequio.web.records.counted import Counted, counted
from tequio.web.records.known import Acts, Known, open_part
from tequio.web.records.models import (
    Agreement,
    AgreementEvent,
    Credit,
    MonthlyBalance,
    Receipt,
    Step,
)
from tequio.web.records.months import first_month
from tequio.web.records.offers import offer_of
from tequio.web.records.present import known_of
from tequio.web.records.quoted import offer_json
from tequio.web.records.rewatching import rewatch
from tequio.web.records.serviced import Part
from tequio.web.records.tables import rows_of_source
from tequio.web.records.turns import books_open, credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, as_json, content_of, once

Check = Callable[[Known, Counted], None]


def refuse_none(known: Known, found: Counted) -> None:
    """Whatever comes of it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A step before it is made: what refuses it once it is counted, and what else it enters."""

    verb: str
    key: str
    step: Step  # without its month
    refuses: Check = refuse_none
    state: str = ""  # that its agreement enters
    why: str = ""


def signing(found: Agreement, day: date) -> Asking:
    """The step with which an agreement is signed. Refused: it is a settlement, or the day is the
    last of its month."""
    offer, loan = offer_of(found)
    if offer.settlement is not None:
        raise Refused(
            f"El convenio {found.pk} es una liquidación: se cierra con su depósito, no se firma."
        )
    if day == last_of(month_number(day)):
        raise Refused(f"El {day} es día de cierre: firme el anterior o el siguiente.")
    said = {"programme": found.programme, **offer_json(offer, loan)}
    step = new_step(found.credit, Acts.SIGNING, day, agreement=found, said=said)
    return Asking("do_accept", "", step, refuse_nothing_owed)


def settlement(found: Agreement, paid: Receipt) -> Asking:
    """The step with which a deposit closes the credit of an agreement, on its value day. Refused:
    the deposit is of another credit, or came after the offer."""
    offer, _ = offer_of(found)
    if offer.settlement is None:
        raise Refused(f"El convenio {found.pk} no es una liquidación: fírmelo con su fecha.")
    if paid.credit_id != found.credit_id or paid.from_employer:
        raise Refused(f"El recibo {paid.pk} no es un pago del crédito {found.credit.number}.")
    if paid.day > found.valid_until:
        raise Refused(f"La oferta {found.pk} valía hasta el {found.valid_until}. Pida una nueva.")
    terms = offer.settlement
    said = {
        "pays": int(terms.pays.values[0]),
        "forgives": int(terms.forgives.values[0]),
    }
    more = {"agreement": found, "receipt": paid, "said": said}
    step = new_step(found.credit, Acts.SETTLEMENT, paid.day, **more)
    return Asking("do_settle_with", "", step, refuse_not_settled)


def do_release(key: str, credit: str, day: date, who: Who, why: str) -> bool:
    """The fund's own insurance of death or total incapacity pays all that is owed on a day. False:
    it was there already. Refused: nothing is owed."""
    step = new_step(credit_of(credit), Acts.RELEASE, day, said={"why": why})
    return do_step(Asking("do_release", key, step, refuse_nothing_owed, why=why), who)


def do_refund(key: str, credit: str, amount: int, day: date, channel: int, who: Who) -> bool:
    """Centavos paid in excess go back. False: they went already. Refused: more than is kept for the
    borrower on that day or afterwards, or a channel that does not exist."""
    if amount <= 0 or channel not in range(len(CHANNEL_LABELS)):
        raise Refused("Una devolución lleva un importe y un canal que exista.")
    said = {"amount": amount, "channel": channel}
    step = new_step(credit_of(credit), Acts.REFUND, day, said=said)
    return do_step(Asking("do_refund", key, step, refuse_more_than_kept), who)


def credit_of(number: str) -> Credit:
    """Refused: it is not in the ledger."""
    found = Credit.objects.select_related("load").filter(number=number).first()
    if found is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    return found


def receipt_of(number: int) -> Receipt:
    """Refused: it does not exist."""
    found = Receipt.objects.select_related("credit__load").filter(pk=number).first()
    if found is None:
        raise Refused(f"El recibo {number} no existe. Revise el número.")
    return found


def new_step(credit: Credit, kind: str, day: date, *, said: Any = None, **more: Any) -> Step:
    """A step that is not written yet; `more`: its agreement, receipt, or the step it undoes."""
    return Step(credit=credit, kind=kind, day=day, said=as_json(said) if said else "", **more)


def do_step(asking: Asking, who: Who) -> bool:
    """One write: the credit's turn, everything counted again with the step, and the difference
    booked in the open month. False: the same was written before."""
    step = asking.step
    content = [step.credit.number, step.kind, step.day, step.said, asking.why]
    content += [step.agreement_id, step.receipt_id, step.undoes_id]
    subject = f"credit:{step.credit.number}"
    asked = Asked(asking.verb, asking.key, subject, content_of(content))
    with transaction.atomic():
        credit_turn(step.credit)
        return once(asked, who, lambda source: written(asking, source))


def written(asking: Asking, source: int, seen: Known | None = None) -> Wrote:
    """The rows of a step. `seen`: what is known of the credit, if it was read in the same turn."""
    step = asking.step
    if step.kind == Acts.REVERSAL:
        deposit_of_receipt(step.receipt_id)
    books_open()
    part = seen.part if seen else open_part(step.credit)
    refuse_outside(step, part)
    touched = touched_by(step, part)
    if seen and seen.since <= touched and step.kind == Acts.SIGNING:
        known = replace(seen, steps=(*seen.steps, step), signed=True)
    else:
        known = known_of(part, touched, [step])
    found = counted(known)
    asking.refuses(known, found)
    step.month, step.since = part.month, known.since
    wrote = Wrote(after={"step": step.kind, "day": step.day, "why": asking.why})
    on = booked_on(step, part)
    book(known, found, [step], on, source, wrote)
    rewatch(known, found.tale, on, source, wrote)
    if step.kind == Acts.REVERSAL:
        append_taken_back(step.receipt_id, asking.why, source, wrote)
    if asking.state:
        enter(asking, source, wrote)
    return wrote


def touched_by(step: Step, part: Part) -> int:
    """The first month that is not as it was."""
    months = [part.month, max(month_number(step.day), first_month(part.load))]
    if step.receipt is not None:
        months.append(max(month_number(step.receipt.day), first_month(part.load)))
    if step.undoes is not None:
        months.append(step.undoes.since)
    return min(months)


def booked_on(step: Step, part: Part) -> date:
    """Its own day, if the month is open; for one of a closed month, today, in the open month. Never
    before what was booked of the credit in it: facts of a later day would hide it."""
    first, last = first_of(part.month), last_of(part.month)
    day = step.day if step.day >= first else min(max(timezone.localdate(), first), last)
    known = MonthlyBalance.objects.filter(credit=step.credit, from_on__range=(first, last))
    newest: date | None = known.aggregate(newest=Max("from_on"))["newest"]
    return max(day, newest or day)


def refuse_outside(step: Step, part: Part) -> None:
    """Refused: a day before the credit was there, or of a month that is not open yet."""
    first = first_of(first_month(part.load))
    if step.day < first:
        raise Refused(
            f"El crédito {step.credit.number} entró al libro el {part.load.as_of}: lo primero que "
            f"puede registrarse es del {first}."
        )
    if step.day > last_of(part.month):
        raise Refused(
            f"El {step.day} es de un mes que aún no se abre para el crédito {step.credit.number}: "
            f"antes cierre {spelled(part.month)} con: ./tequio close {spelled(part.month)}."
        )


def refuse_nothing_owed(_: Known, found: Counted) -> None:
    """Refused: nothing is owed on that day."""
    if any(step.pk is None for step in found.idle):
        raise Refused("El crédito no debe nada en esa fecha: no hay qué registrar.")


def refuse_not_settled(known: Known, found: Counted) -> None:
    """Refused: the deposit leaves something owed."""
    if debt_of(known.table.credits.numbers[0]) == 0:
        raise Refused("El crédito ya no debe nada: el depósito es un pago en exceso.")
    if debt_of(found.after.numbers[0]) > 0:
        raise Refused(
            "El depósito no alcanza para liquidar lo que la oferta pide. Queda como un pago: el "
            "cierre del mes lo aplica."
        )


def refuse_more_than_kept(_: Known, found: Counted) -> None:
    """Refused: more goes back than is kept."""
    owed_back = int(found.after["payable_to_borrower"][0])
    if owed_back > 0:
        raise Refused(
            f"La devolución pasa del saldo a favor por {owed_back / 100:,.2f} pesos. No se "
            "registró."
        )


def enter(asking: Asking, source: int, wrote: Wrote) -> None:
    """The state that the step's agreement enters, on the step's day or that of its last one."""
    found = Agreement.objects.select_for_update().get(pk=asking.step.agreement_id)
    last, on = latest(found), asking.step.day
    if asking.step.undoes_id:
        if asking.state not in NEXT.get(last.state, ()):
            return  # it has ended already, and stays as it ended
        on = max(on, last.on)
    refuse_step(found, asking.state, on)
    AgreementEvent.objects.create(
        agreement=found, source_id=source, state=asking.state, on=on, why=asking.why
    )
    wrote.appended(AgreementEvent, rows_of_source(AgreementEvent, source, few=True))
