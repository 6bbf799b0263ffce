"""Staff do nothing before they have a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

WITHOUT = (  # what staff may open before
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
    "account_change_password",
)
Answer = Callable[[HttpRequest], HttpResponse]


def required_of_staff(answer: Answer) -> Answer:
    """Middleware."""

    def checked(request: HttpRequest) -> HttpResponse:
        """The answer, or where the second factor is set up."""
        user = request.user
        staff = user.is_authenticated and user.is_staff_member
        if staff and name_of(request) not in WITHOUT and not is_mfa_enabled(user):
            return redirect("mfa_activate_totp")
        return answer(request)

    return checked


def name_of(request: HttpRequest) -> str:
    """The name of the address that is asked for; empty for none."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
