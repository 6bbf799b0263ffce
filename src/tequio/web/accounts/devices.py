"""Devices from which somebody has signed in before: a signed cookie, as OWASP's device cookies.

Guesses from anywhere else cannot use up the tries of a known device.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core import signing

from tequio.web.places import over_https

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "equipo"
SALT = "tequio.web.accounts.devices"
AGE = 60 * 60 * 24 * 180  # seconds
STRANGER = "stranger"


def remember(answer: HttpResponse, username: str) -> None:
    """This device is known for this account."""
    said = signing.dumps([username, secrets.token_hex(8)], salt=SALT)
    answer.set_cookie(
        COOKIE, said, max_age=AGE, httponly=True, secure=over_https(), samesite="Strict"
    )


def of(request: HttpRequest, username: str) -> str:
    """The device's own number, if it is known for this account."""
    try:
        name, number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError):
        return STRANGER
    return str(number) if name == username else STRANGER
