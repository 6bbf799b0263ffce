"""Deposits that settle: an accepted offer of settlement waits for one deposit inside its dates.

The amount asked for, or more, closes the credit. Less is a payment like any other; where its payer
said that it settles, the offer is over, because a new one asks for less. What comes from payroll is
never the deposit, and what comes after the last day is a payment like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum

from tequio.core.spelling import pesos
from tequio.servicing.accounts import Channel, Kind
from tequio.servicing.posting import Intent
from tequio.web.records.agreements import State, entered, locked, refuse_step
from tequio.web.records.models import (
    Agreement,
    AgreementEvent,
    Movement,
    Placement,
    Receipt,
)
from tequio.web.records.offers import offer_of
from tequio.web.records.steps import settlement, written
from tequio.web.records.turns import credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

SETTLES = '"settlement":'  # in the quote of those whose deposit closes the credit
WAITING = """
SELECT id FROM (
    SELECT a.id, e.state, row_number() OVER (PARTITION BY a.id ORDER BY e.id DESC) AS place
    FROM records_agreement a JOIN records_agreementevent e ON e.agreement_id = a.id
    WHERE a.credit_id BETWEEN %s AND %s
) AS dated WHERE place = 1 AND state = 'accepted' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What deposits did."""

    settled: int
    short: int  # offers that a deposit too small ended


def take(first: int, last: int, until: date, who: Who) -> Taken:
    """Look for the deposits that settlements of some credits, by their keys, wait for among what
    was received up to a day; before a close places it. Each is a write of its own: a repetition
    goes on where it stopped."""
    settled = short = 0
    for agreement in waiting(first, last):
        asks = asked_of(agreement)
        for receipt in deposits_for(agreement, until):
            if receipt.amount >= asks:
                settled += do_settle_with(agreement, receipt, who)
                break
            if receipt.intent == Intent.SETTLE:
                short += do_end_short(agreement, receipt, asks, who)
                break
    return Taken(settled, short)


def waiting(first: int, last: int) -> list[Agreement]:
    """Settlements of some credits that were accepted and wait."""
    found = Agreement.objects.raw(WAITING, [first, last])
    rows = Agreement.objects.filter(pk__in=[one.pk for one in found]).order_by("pk")
    return [one for one in rows.select_related("credit__load") if SETTLES in one.offer]


def asked_of(agreement: Agreement) -> int:
    """Centavos of the deposit that settles."""
    offer, _ = offer_of(agreement)
    assert offer.settlement is not None, "only a settlement waits after it is accepted"
    return int(offer.settlement.pays.values[0])


def deposits_for(agreement: Agreement, until: date) -> Iterator[Receipt]:
    """What may be the deposit, in the order in which it came: own money inside the offer's days
    that nothing has placed or taken back."""
    since = AgreementEvent.objects.get(agreement=agreement, state=State.ACCEPTED).on
    last = min(until, agreement.valid_until)
    own = Receipt.objects.filter(credit=agreement.credit, day__range=(since, last))
    own = own.filter(from_employer=False).exclude(channel=Channel.PAYROLL)
    placed = Placement.objects.filter(receipt__in=own, movement__movement=None)
    own = own.exclude(pk__in=placed.values("receipt_id")).exclude(step__kind="reversal")
    return own.order_by("day", "pk").iterator()


def do_settle_with(agreement: Agreement, receipt: Receipt, who: Who) -> bool:
    """The deposit closes the credit on its day. Whether it does now."""
    key = f"settle:{agreement.pk}:{receipt.pk}"
    content = content_of([agreement.pk, receipt.pk])

    def write(source: int) -> Wrote:
        """The step, and how the agreement ends."""
        found = locked(agreement.pk)
        refuse_step(found, State.FULFILLED, receipt.day)
        wrote = written(settlement(found, receipt, receipt.day), source)
        return entered(found, [ending(found, receipt, source)], source, wrote)

    with transaction.atomic():
        credit_turn(agreement.credit)
        asked = Asked("do_settle_with", key, f"agreement:{agreement.pk}", content)
        return once(asked, who, write)


def ending(agreement: Agreement, receipt: Receipt, source: int) -> tuple[str, date, str]:
    """The state, the day, and what the write of the deposit booked (rule DLA-06)."""
    booked = Movement.objects.filter(source=source, kind=Kind.SETTLEMENT)
    given = booked.aggregate(sum=Sum("forgiven") + Sum("waived"))["sum"] or 0
    paid = pesos(receipt.amount, 2)
    if not given:
        why = (
            f"Depositó {paid}, que es todo lo que debía o más: el crédito queda liquidado sin "
            "descuento, y lo que pase de la deuda se le devuelve."
        )
        return State.LAPSED, receipt.day, why
    over = receipt.amount - asked_of(agreement)
    why = f"Su depósito de {paid} liquida el crédito: le descuentan {pesos(given, 2)}."
    if over:
        why += f" Los {pesos(over, 2)} de más no se devuelven (DLA-06)."
    return State.FULFILLED, receipt.day, why


def do_end_short(agreement: Agreement, receipt: Receipt, asks: int, who: Who) -> bool:
    """A deposit that was to settle and is too small is a payment, and the offer is over. Whether it
    ends now."""
    key = f"short:{agreement.pk}:{receipt.pk}"
    why = (
        f"Depositó {pesos(receipt.amount, 2)}, menos que los {pesos(asks, 2)} que liquidan: es un "
        "pago ordinario, sin descuento. Pida la cantidad nueva, que será menor."
    )

    def write(source: int) -> Wrote:
        """The event."""
        found = locked(agreement.pk)
        refuse_step(found, State.LAPSED, receipt.day)
        return entered(found, [(State.LAPSED, receipt.day, why)], source, Wrote())

    asked = Asked("do_end_short", key, f"agreement:{agreement.pk}", content_of([key, why]))
    return once(asked, who, write)
