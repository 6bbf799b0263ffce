"""One-time codes: made, sent or printed, tried a few times, used once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tequio.web.accounts.models import Code, User
from tequio.web.keys import keys
from tequio.web.records.models import ContactPoint, Person
from tequio.web.records.sealing import pair

MOST_TRIES = 5
DIGITS = "0123456789"
CLEAR = "ACDEFGHJKMNPQRTUVWXY34679"  # of a printed code: no letter that looks like a digit


@dataclass(frozen=True, slots=True)
class Made:
    """How codes of a use are made."""

    alphabet: str
    size: int
    minutes: int


MADE = {
    Code.Use.OPEN: Made(DIGITS, 6, 10),
    Code.Use.SIGN: Made(DIGITS, 6, 10),
    Code.Use.RECOVER: Made(CLEAR, 10, 60),
}


def make_code(
    person: Person,
    use: Code.Use,
    *,
    sent_to: ContactPoint | None = None,
    issued_by: User | None = None,
) -> str:
    """A new code; the ones before it of the same use no longer serve."""
    made = MADE[use]
    text = "".join(secrets.choice(made.alphabet) for _ in range(made.size))
    now = timezone.now()
    with transaction.atomic():
        Code.objects.filter(person=person, use=use, used_at=None).update(expires_at=now)
        Code.objects.create(
            person=person,
            use=use,
            digest=digest_of(person, use, text),
            made_at=now,
            expires_at=now + timedelta(minutes=made.minutes),
            sent_to=sent_to,
            issued_by=issued_by,
        )
    return text


def use_code(person: Person, use: Code.Use, text: str) -> bool:
    """Whether it is the code; each look counts as a try, and after the last one it is gone."""
    with transaction.atomic():
        alive: Any = Code.objects.select_for_update().filter(
            person=person,
            use=use,
            used_at=None,
            expires_at__gt=timezone.now(),
            tries__lt=MOST_TRIES,
        )
        code = alive.order_by("-pk").first()
        if code is None:
            return False
        code.tries += 1
        right = hmac.compare_digest(code.digest, digest_of(person, use, as_typed(text)))
        code.used_at = timezone.now() if right else None
        code.save(update_fields=["tries", "used_at"])
    return right


def as_typed(text: str) -> str:
    """What people add when they copy a code is taken out."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def digest_of(person: Person, use: Code.Use, text: str) -> str:
    """Only whoever has the keys can try codes against it."""
    _, searching = pair(keys().all[keys().current])
    return hmac.new(searching, f"code:{use}:{person.pk}:{text}".encode(), "sha256").hexdigest()
