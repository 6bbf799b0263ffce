"""Notices on their way: written with the deed that they tell of, sent after it, tried again when a
server does not answer, and never sent twice.

Whoever sends takes a notice in hand first. One that was in hand when its sender died may have gone
out: it is marked so, and left.
"""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tequio.web.notices.channels import Refusal, by_email, by_sms
from tequio.web.notices.models import Notice
from tequio.web.notices.words import newest
from tequio.web.records.models import ContactPoint
from tequio.web.records.tables import new_ids

State = Notice.State
LIVES = timedelta(minutes=10)  # as long as a code
IN_HAND = timedelta(minutes=2)
WAITS = (5, 30, 120, 300)  # seconds after each try that failed
SENT_BY: Mapping[str, Callable[[str, str, str, str], None]] = {
    ContactPoint.Kind.EMAIL: by_email,
    ContactPoint.Kind.PHONE: by_sms,
}


def tell(contact: ContactPoint, template: str, facts: Mapping[str, str], key: str = "") -> Notice:
    """Write a notice down; it is sent once what it tells of is written for good."""
    text, now = newest(template), timezone.now()
    notice = Notice(
        id=new_ids(Notice, 1)[0].as_py(),
        key=key or f"{template}:{secrets.token_hex(12)}",
        contact=contact,
        template=template,
        version=text.version,
        made_at=now,
        next_at=now,
        expires_at=now + LIVES,
    )
    notice.text = text.filled(facts)
    notice.save(force_insert=True)
    transaction.on_commit(lambda: send(notice.pk))
    return notice


def send_waiting() -> int:
    """Send what waits and whose time has come. How many were sent."""
    now = timezone.now()
    lost = Notice.objects.filter(state=State.SENDING, taken_at__lt=now - IN_HAND)
    lost.update(state=State.UNKNOWN, ended_at=now)
    waiting = Notice.objects.filter(state=State.WAITING, next_at__lte=now).order_by("pk")
    return sum(send(number) for number in waiting.values_list("pk", flat=True))


def send(number: int) -> bool:
    """Send one notice, unless somebody else has it. Whether it went out."""
    now = timezone.now()
    mine = Notice.objects.filter(pk=number, state=State.WAITING)
    if not mine.update(state=State.SENDING, taken_at=now):
        return False
    notice = Notice.objects.select_related("contact").get(pk=number)
    notice.tries += 1
    if notice.expires_at <= now:
        return ended(notice, State.FAILED, "Venció antes de poder enviarse.")
    subject, _, body = notice.text.partition("\n\n")
    contact = notice.contact
    try:
        SENT_BY[contact.kind](contact.value, subject, body, notice.key)
    except Refusal as why:
        return ended(notice, State.FAILED, str(why))
    except (OSError, smtplib.SMTPException) as why:
        return again(notice, now, type(why).__name__)
    return ended(notice, State.SENT, "")


def ended(notice: Notice, state: str, why: str) -> bool:
    """It is over; whether it was sent."""
    notice.state, notice.ended_at, notice.why = state, timezone.now(), why
    notice.save(update_fields=["state", "ended_at", "why", "tries"])
    return state == State.SENT


def again(notice: Notice, now: datetime, why: str) -> bool:
    """The server did not take it: later, unless it was tried often enough."""
    if notice.tries > len(WAITS):
        return ended(notice, State.FAILED, why)
    notice.state, notice.why = State.WAITING, why
    notice.next_at = now + timedelta(seconds=WAITS[notice.tries - 1])
    notice.save(update_fields=["state", "next_at", "why", "tries"])
    return False
