"""A payout: validated refunds leave the ledger one by one, each in its own write, and then the file
that pays them is sealed. What is cut short goes on; what is sealed is never added to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tequio.engine import identifiers
from tequio.engine.errors import Refused
from tequio.engine.identifiers import compact
from tequio.servicing.accounts import Channel
from tequio.web.records.models import Payout, PayoutFile, PayoutLine, Refund, Step
from tequio.web.records.steps import do_refund
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once
from tequio.web.refunds.deciding import refuse_changed_account, refuse_uncovered
from tequio.web.refunds.excess import standing
from tequio.web.refunds.payout_files import as_csv, as_xml, payments_of
from tequio.web.refunds.states import (
    TO_PAY,
    State,
    answer_for,
    author_of,
    entered,
    in_turn,
    latest,
    refuse_step,
    request_of,
    same_author,
)

NOTHING = (
    "No hay devoluciones con dos validaciones que se puedan dispersar. "
    "Vea en qué están con: ./tequio refunds status."
)
NAME_MOST = 30  # letters of a payout's name, so that it fits the file's fields


@dataclass(frozen=True, slots=True)
class Payer:
    """From where the fund pays."""

    name: str
    clabe: str


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payout holds. `aside`: refunds that could not join it, each with its reason."""

    payout: Payout
    lines: int
    total: int  # centavos
    new: int  # lines made now
    aside: tuple[tuple[int, str], ...]


def do_make_payout(
    name: str,
    on: date,
    payer: Payer,
    who: Who,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Paid:
    """Everything validated, or to be retried, into one payout, sealed at its end.

    The same name again goes on where it was cut short, and does nothing once it is sealed. Refused:
    the name was used for another day or account, or there is nothing to pay.
    """
    waiting = [one["refund_id"] for one in standing().to_pylist() if one["state"] in TO_PAY]
    if not waiting and not Payout.objects.filter(name=name).exists():
        raise Refused(NOTHING)
    payout = do_begin_payout(name, on, payer, who)
    new, aside = 0, []
    if not PayoutFile.objects.filter(payout=payout).exists():
        for done, refund in enumerate(waiting, 1):
            try:
                new += do_pay_refund(payout, refund, who)
            except Refused as why:
                aside.append((refund, str(why)))
            if progress:
                progress(done, len(waiting))
        if aside and not PayoutLine.objects.filter(payout=payout).exists():
            raise Refused(f"{NOTHING} La primera, {aside[0][0]}: {aside[0][1]}")
        do_seal_payout(payout, who)
    sealed = PayoutFile.objects.get(payout=payout)
    return Paid(payout, sealed.lines, sealed.total, new, tuple(aside))


def do_begin_payout(name: str, on: date, payer: Payer, who: Who) -> Payout:
    """A payout without lines yet."""
    if wrong := identifiers.clabe(payer.clabe):
        raise Refused(f"En la cuenta que paga: {wrong}")
    if not 0 < len(name) <= NAME_MOST or not name.isascii() or not name.replace("-", "").isalnum():
        raise Refused(
            f"El nombre {name!r} no sirve: de 1 a {NAME_MOST} letras sin acento, números y guiones."
        )
    facts = {"name": name, "on": on, "payer": payer.name, "payer_clabe": compact(payer.clabe)}

    def write(source: int) -> Wrote:
        """Its row."""
        Payout.objects.create(source_id=source, **facts)
        wrote = Wrote(after=facts)
        answer_for(wrote, source, [Payout])
        return wrote

    key = f"payout:{name}"
    once(Asked("do_begin_payout", key, key, content_of(facts)), who, write)
    return Payout.objects.get(name=name)


def do_pay_refund(payout: Payout, refund: int, who: Who) -> bool:
    """One line: the movement is made, for the money leaves. False: the line was there already.

    Refused: it is not to be paid, less is kept by now, its account was changed, whoever makes the
    payout registered the request, or the day is not of the credit's open month.
    """

    def write(source: int) -> Wrote:
        """The movement, the line and the event."""
        found = in_turn(refund)
        refuse_payment(payout, found, who)
        request = request_of(refund)
        attempt = PayoutLine.objects.filter(refund=refund).count() + 1
        moves = f"payout:{payout.name}:{refund}:movement"
        number, channel = found.credit.number, int(Channel.SPEI)
        do_refund(moves, number, request.amount, payout.on, channel, who)
        PayoutLine.objects.create(
            payout=payout,
            refund=found,
            request=request,
            source_id=source,
            attempt=attempt,
            amount=request.amount,
            step=Step.objects.get(source__key=moves),
        )
        said = f"Dispersión {payout.name}, intento {attempt}"
        return entered(found, State.IN_PAYOUT, payout.on, said, source, [PayoutLine])

    key = f"payout:{payout.name}:{refund}"
    asked = Asked("do_pay_refund", key, f"refund:{refund}", content_of([payout.pk, refund]))
    return once(asked, who, write)


def refuse_payment(payout: Payout, refund: Refund, who: Who) -> None:
    """Refused: the refund is not to be paid now, or not by this person, or the payout is sealed."""
    refuse_step(refund.pk, latest(refund.pk), State.IN_PAYOUT, payout.on)
    if PayoutFile.objects.filter(payout=payout).exists():
        raise Refused(f"La dispersión {payout.name} está cerrada: haga otra.")
    request = request_of(refund.pk)
    if same_author(author_of(request.source_id), who.initiated):
        raise Refused(
            f"{who.initiated} registró la solicitud de la devolución {refund.pk}: "
            "la dispersa otra persona."
        )
    refuse_changed_account(refund.pk)
    refuse_uncovered(refund)


def do_seal_payout(payout: Payout, who: Who) -> bool:
    """No line joins it any more, and the bytes of its files are known. Refused: it has none."""
    key = f"payout:{payout.name}:sealed"

    def write(source: int) -> Wrote:
        """Counts, sum and hashes."""
        payments = payments_of(payout)
        if not payments:
            raise Refused(NOTHING)
        PayoutFile.objects.create(
            payout=payout,
            source_id=source,
            lines=len(payments),
            total=sum(payment.amount for payment in payments),
            csv_sha256=hashlib.sha256(as_csv(payout, payments)).hexdigest(),
            xml_sha256=hashlib.sha256(as_xml(payout, payments)).hexdigest(),
        )
        wrote = Wrote(after={"payout": payout.name, "lines": len(payments)})
        answer_for(wrote, source, [PayoutFile])
        return wrote

    return once(Asked("do_seal_payout", key, key, content_of([payout.pk])), who, write)
