"""How somebody signs in: by NSS or name, tries counted, secrets of second factors sealed."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from tequio.engine.identifiers import compact
from tequio.web.accounts import devices
from tequio.web.accounts.models import User
from tequio.web.records.people import people_with
from tequio.web.records.sealing import seal, unseal

NSS_DIGITS = 11
SEALED_IN = "mfa_authenticator.data"


def username_of(text: str) -> str:
    """The account's name: what was typed, or whose NSS it is; nothing found is what was typed."""
    number = compact(text)
    if len(number) != NSS_DIGITS or not number.isdigit():
        return text.strip()
    found = User.objects.filter(person__in=people_with("nss", number))
    return found[0].username if len(found) == 1 else number


class ByNssOrName(AuthenticationBackend):
    """Borrowers type their NSS, staff the name of their account."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return super()._authenticate_by_username(username_of(username), password)


class Accounts(DefaultAccountAdapter):
    """Nobody signs up by herself; tries are counted so that a stranger cannot shut her out."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened with a code, or by an administrator."""
        del request
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted by account, and apart for each device from which she has signed in:
        whoever guesses from elsewhere uses up only the strangers' tries."""
        name = username_of(credentials.get("username", ""))
        counted = f"{name.lower()}:{devices.of(request, name)}"
        return hashlib.sha256(counted.encode()).hexdigest()

    def post_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse:
        """From now on this device is hers."""
        answer = super().post_login(request, user, **rest)
        devices.remember(answer, user.username)
        return answer

    def add_message(self, request: HttpRequest, level: int, message_template: str = "", *rest: Any,
                    **named: Any) -> None:  # fmt: skip
        """What is plain to see, that she came in or went out, is not said."""
        if not message_template.endswith(("logged_in.txt", "logged_out.txt")):
            super().add_message(request, level, message_template, *rest, **named)

    def send_notification_mail(self, *args: Any, **rest: Any) -> None:
        """There is no e-mail on an account: notices go to contact points on record."""


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors are sealed as personal facts are."""

    def encrypt(self, text: str) -> str:
        """Sealed."""
        return seal(text, SEALED_IN)

    def decrypt(self, encrypted_text: str) -> str:
        """Opened."""
        return unseal(encrypted_text, SEALED_IN)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff keep one."""
        user = authenticator.user
        others = type(authenticator).objects.filter(user=user).exclude(pk=authenticator.pk)
        others = others.exclude(type=type(authenticator).Type.RECOVERY_CODES)
        return not user.is_staff_member or others.exists()
