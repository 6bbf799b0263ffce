"""Two people validate, neither of whom registered the request; or it is rejected or withdrawn."""

from __future__ import annotations

from datetime import date

from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.web.records.models import Refund, RefundEvent
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once
from tequio.web.refunds.asking import account_sha256
from tequio.web.refunds.excess import excess_of
from tequio.web.refunds.states import (
    State,
    Step,
    author_of,
    do_step,
    entered,
    in_turn,
    latest,
    refuse_step,
    request_of,
    same_author,
    steps_since_asked,
)


def do_validate_refund(key: str, refund: int, on: date, who: Who, why: str = "") -> RefundEvent:
    """The first validation, or the second.

    Refused: who validates registered the request or validated it already; the names differ and
    there is no reason; the account was changed behind the ledger's back; or less is kept by now.
    """

    def write(source: int) -> Wrote:
        """The event."""
        found = in_turn(refund)
        before = latest(refund)
        state = State.VALIDATED if before.state == State.FIRST else State.FIRST
        refuse_step(refund, before, state, on)
        refuse_author(refund, who)
        refuse_changed_account(refund)
        refuse_uncovered(found)
        refuse_other_name(refund, why)
        return entered(found, state, on, why.strip(), source)

    content = content_of([refund, on, why])
    once(Asked("do_validate_refund", key, f"refund:{refund}", content), who, write)
    return RefundEvent.objects.get(source__key=key)


def refuse_author(refund: int, who: Who) -> None:
    """Refused: of the request and the two validations, two would be of one person."""
    said = {State.ASKED: "registró la solicitud", State.FIRST: "dio la primera validación"}
    for event in steps_since_asked(refund):
        if event.state in said and same_author(author_of(event.source_id), who.initiated):
            raise Refused(
                f"{who.initiated} {said[State(event.state)]} de la devolución {refund}: "
                "la valida otra persona."
            )


def refuse_other_name(refund: int, why: str) -> None:
    """Refused: the account is in another name, and who validates does not say why it is taken."""
    if not request_of(refund).name_agrees and not why.strip():
        raise Refused(
            f"En la devolución {refund} el titular de la cuenta no tiene el nombre registrado: "
            "diga por qué la valida, o rechácela."
        )


def refuse_changed_account(refund: int) -> None:
    """Refused: the account is not the one that the request answers for."""
    request = request_of(refund)
    if account_sha256(request.account) != request.account_sha256:
        raise Refused(
            f"La cuenta de la devolución {refund} no es la que se registró: alguien la cambió en "
            "la base. No se paga; avise a auditoría."
        )


def refuse_uncovered(refund: Refund) -> None:
    """Refused: more is promised on the credit than is kept now."""
    excess = excess_of(refund.credit)
    if excess.free < 0:
        raise Refused(
            f"Del crédito {refund.credit.number} hay {pesos(max(excess.kept, 0), 2)} a favor y "
            f"{pesos(excess.promised, 2)} solicitados: rechace lo que ya no está."
        )


def do_reject_refund(key: str, refund: int, on: date, why: str, who: Who) -> RefundEvent:
    """It will not be paid. Refused without a reason."""
    refuse_without(why, "por qué se rechaza")
    return do_step(Step("do_reject_refund", key, refund, State.REJECTED, on, why.strip()), who)


def do_withdraw_refund(key: str, refund: int, on: date, why: str, who: Who) -> RefundEvent:
    """Who asked no longer wants it. Refused without a reason."""
    refuse_without(why, "por qué desiste")
    return do_step(Step("do_withdraw_refund", key, refund, State.WITHDRAWN, on, why.strip()), who)


def do_retry_refund(key: str, refund: int, on: date, why: str, who: Who) -> RefundEvent:
    """What the bank returned goes to the same account again, which two people validated. With
    another account it is asked again, and validated again. Refused without a reason."""
    refuse_without(why, "por qué se reintenta a la misma cuenta")
    return do_step(Step("do_retry_refund", key, refund, State.RETRIED, on, why.strip()), who)


def refuse_without(why: str, what: str) -> None:
    """Refused: a reason is missing."""
    if not why.strip():
        raise Refused(f"Diga {what}.")
