"""What every answer says to a browser, from the first page on: trust nothing but ourselves.

`nosniff` and the referrer are Django's own middleware, by `settings`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ALLOWED = (
    "default-src 'none'",  # what is not named below is not allowed
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(ALLOWED)
Answer = Callable[[HttpRequest], HttpResponse]


def content_policy(answer: Answer) -> Answer:
    """Middleware: the policy on every answer, errors too."""

    def with_policy(request: HttpRequest) -> HttpResponse:
        """The answer, and what a browser may do with it."""
        response = answer(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return with_policy
