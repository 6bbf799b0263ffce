"""Offers of a credit as the ledger has it: what the engine says, put on record with its basis.

The basis is every fact that the rule read, with its value: who accepts later is held to what was
shown, and an offer whose basis has changed is refused with what changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tequio.core.loan import Loan
from tequio.core.months import last_of, month_number
from tequio.core.offer import Offer
from tequio.core.programme import Evaluation, InForce, Kind, Programme
from tequio.core.symbols import columns_read
from tequio.engine.errors import Refused
from tequio.engine.explain import Explanation, explain
from tequio.engine.pairs import pays_after
from tequio.engine.rulebook import published
from tequio.programmes import REGISTRY
from tequio.servicing.law import law_at
from tequio.web.records.agreements import State, entered
from tequio.web.records.loans import loan_known
from tequio.web.records.models import Agreement, Credit
from tequio.web.records.quoted import read_loan, read_offer, written_loan, written_offer
from tequio.web.records.tables import rows_of_source
from tequio.web.records.writing import Asked, Who, Wrote, as_json, content_of, once

BY_NAME = {one.name: one for one in REGISTRY}
FRIDAY = 4
OF_SIGNING = ("months_paid", "employed", "protection_fee")  # what servicing reads of the loan


def offers_of(number: str, on: date) -> Explanation:
    """What every solution offers a credit on a day of its open month, as `tequio explain` says it.
    Refused: the credit is not in the ledger, or its books are not open on that day."""
    return explain(loan_known(credit_of(number), on), on)


def do_make_offer(key: str, number: str, programme: str, on: date, who: Who) -> Agreement:
    """Put the offer of one solution on record. Refused, with every reason: the credit does not
    qualify, or the door is shut on that day."""
    credit, text = credit_of(number), text_of(programme, on)

    def write(source: int) -> Wrote:
        """The agreement and its first event."""
        loan = loan_known(credit, on)
        answer = text.evaluate(loan)
        refuse_unmet(answer)
        facts_of_offer = {
            "programme": programme,
            "offered_on": on,
            "valid_until": valid_until(answer.offer, on),
            "offer": as_json(on_record(text, answer, loan)),
        }
        agreement = Agreement.objects.create(
            source_id=source, credit=credit, law_sha256=published().sha256, **facts_of_offer
        )
        wrote = Wrote()
        wrote.appended(Agreement, rows_of_source(Agreement, source))
        return entered(agreement, [(State.OFFERED, on, "")], source, wrote)

    content = content_of([number, programme, on])
    once(Asked("do_make_offer", key, f"credit:{number}", content), who, write)
    return Agreement.objects.get(source__key=key)


def credit_of(number: str) -> Credit:
    """The credit with a number. Refused: it is not in the ledger."""
    credit = Credit.objects.select_related("load").filter(number=number).first()
    if credit is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    return credit


def programme_of(name: str) -> Programme:
    """A solution by its name. Refused: there is none."""
    if name not in BY_NAME:
        raise Refused(f"{name!r} no es una solución: es una de {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def text_of(name: str, on: date) -> InForce:
    """The text of a solution on a day. Refused: there was none."""
    status = programme_of(name).status(on)
    if not isinstance(status, InForce):
        raise Refused(f"{programme_of(name).title}: {status.say()}")
    return next(text for text in published().in_force(on) if text.programme.name == name)


def refuse_unmet(answer: Evaluation) -> None:
    """Refused, with every reason: the credit does not qualify, or the door is shut."""
    reasons = answer.reasons(0)
    if any(reason.kind is Kind.NO for reason in reasons):
        reasons = [reason for reason in reasons if reason.kind is not Kind.ASK]
    if reasons:
        said = " ".join(reason.say(0) for reason in reasons)
        raise Refused(f"{answer.programme.title} no se puede ofrecer: {said}")


def valid_until(offer: Offer, on: date) -> date:
    """The last day of the month, or of a later one where the law says so; of a deposit that
    settles, the last working day."""
    month = month_number(on) + int(law_at(on).offer_months.values[0]) - 1
    last = last_of(month)
    while offer.settlement is not None and last.weekday() > FRIDAY:
        last -= timedelta(days=1)
    return last


def on_record(text: InForce, answer: Evaluation, loan: Loan, row: int = 0) -> dict[str, Any]:
    """All that is kept of an offer: what was read, what was quoted, and what was said."""
    pays = pays_after(answer.offer)
    return {
        "loan": written_loan(loan, row),
        "read": list(read_by(text)),
        "offer": written_offer(answer.offer, row),
        "pays": int(pays.values[row if len(pays) > 1 else 0]),
        "promise": answer.promise(row),
    }


@lru_cache(maxsize=256)
def read_by(text: InForce) -> tuple[str, ...]:
    """The facts that a text reads, and those that its signing reads, in the order of a loan."""
    wanted = columns_read(text) | set(OF_SIGNING)
    return tuple(field.name for field in fields(Loan) if field.name in wanted)


def offer_of(agreement: Agreement) -> tuple[Offer, Loan]:
    """What was quoted, and the loan that it was quoted for: the same to the last centavo. Refused:
    the agreement came in without it, with a simulated history."""
    said = said_of(agreement)
    return read_offer(said["offer"]), read_loan(said["loan"])


def said_of(agreement: Agreement) -> Mapping[str, Any]:
    """What an agreement keeps. Refused: it has no quote."""
    said: Mapping[str, Any] = json.loads(agreement.offer)
    if "offer" not in said:
        raise Refused(
            f"El convenio {agreement.pk} vino con una historia simulada, sin su cálculo: no se "
            "puede firmar. Haga una oferta nueva."
        )
    return said
