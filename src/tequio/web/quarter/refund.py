"""An excess from found to paid: asked for by its owner, validated by two, paid by a third."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tequio.demo.bank_files import name_of
from tequio.servicing.refunds import Capacity
from tequio.web.quarter.cast import (
    CLERK,
    FIRST,
    KEY,
    SECOND,
    SIGNED_ON,
    TREASURER,
    Cast,
    credit_at,
)
from tequio.web.quarter.person import person_of
from tequio.web.records.models import PayoutLine, Refund, RefundRequest
from tequio.web.refunds.answers import HEADS, do_take_answers
from tequio.web.refunds.asking import Request, do_ask_refund, do_find_refund, do_tell_refund
from tequio.web.refunds.deciding import do_validate_refund
from tequio.web.refunds.paying import Payer, do_make_payout
from tequio.web.refunds.payout_files import decimal, line_key, write_payout

FOUND, TOLD, ASKED = date(2024, 8, 5), date(2024, 8, 6), date(2024, 8, 8)
VALIDATED, PAID_OUT, ANSWERED = date(2024, 8, 9), date(2024, 8, 12), date(2024, 8, 13)
CLABE = "012180001234567899"
PAYER = Payer("INFONAVIT SIMULADO", "021180550300050811")
PAYOUT = "simulada-2024-08-12"


def refund(cast: Cast, folder: Path) -> None:
    """All of it, each step under its key."""
    credit = credit_at(cast, cast.overpaid)
    do_find_refund(credit.pk, FOUND, CLERK)
    found = Refund.objects.filter(credit=credit).order_by("pk")[0]
    do_tell_refund(f"{KEY}avisada", found.pk, TOLD, "Carta simulada C-1", CLERK)
    name = name_of(credit.number)
    request = Request(
        credit=credit.number,
        person=person_of(f"{KEY}a-favor:", credit.number, SIGNED_ON, name=name),
        capacity=Capacity.HOLDER,
        amount=found.amount,
        on=ASKED,
        channel=RefundRequest.Channel.ONLINE,
        efirma=True,
        clabe=CLABE,
        holder=name,
    )
    do_ask_refund(f"{KEY}pedida", request, CLERK)
    do_validate_refund(f"{KEY}primera", found.pk, VALIDATED, FIRST)
    do_validate_refund(f"{KEY}segunda", found.pk, VALIDATED, SECOND)
    do_make_payout(PAYOUT, PAID_OUT, PAYER, TREASURER)
    write_payout(PAYOUT, folder)
    do_take_answers(bank_answer(found, folder), TREASURER)


def bank_answer(found: Refund, folder: Path) -> Path:
    """The file in which the bank says that it paid."""
    line = PayoutLine.objects.get(refund=found)
    said = (line_key(found.pk, line.attempt), "pagada", str(ANSWERED), decimal(line.amount), "")
    path = folder / f"respuesta-{PAYOUT}.csv"
    path.write_text(f"{','.join(HEADS)}\n{','.join(said)}\n", encoding="utf-8")
    return path
