"""What stands before a page: the action that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tequio.web.accounts.roles import can

Page = Callable[..., HttpResponse]


def asks(action: str) -> Callable[[Page], Page]:
    """A page for those who may do something to anything at all; to which thing, it asks itself.
    Whoever has not signed in does so first."""

    def guarded(page: Page) -> Page:
        """The page behind the question."""

        @wraps(page)
        def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            """The page, or why not."""
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not can(request.user, action):
                raise PermissionDenied
            return page(request, *args, **named)

        return answer

    return guarded
