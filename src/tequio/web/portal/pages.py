"""The pages that a borrower reads: what she owes, what she can choose, how it was worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tequio.web.accounts.guard import asks
from tequio.web.accounts.roles import OWNS, REPRESENTS, can
from tequio.web.portal.reading import Account, account_of, credits_of
from tequio.web.records.models import Credit

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
@asks("see_own_credit")
def mine(request: HttpRequest) -> HttpResponse:
    """Her credits; with only one, that one."""
    found = credits_of(request.user.person, OWNS + REPRESENTS)
    if len(found) == 1:
        return redirect("home", number=found[0].number)
    return render(request, "portal/mine.html", {"credits": found})


@never_cache
@require_safe
@asks("see_own_credit")
def home(request: HttpRequest, number: str) -> HttpResponse:
    """What I owe, the next payment, whether I am behind, and one next step."""
    return render(request, "portal/home.html", {"account": account(request, number)})


@never_cache
@require_safe
@asks("see_own_credit")
def solutions(request: HttpRequest, number: str) -> HttpResponse:
    """The best and the others, side by side; what is not open, and what would open it."""
    return render(request, "portal/solutions.html", {"account": account(request, number)})


@never_cache
@require_safe
@asks("see_own_credit")
def solution(request: HttpRequest, number: str, programme: str) -> HttpResponse:
    """One solution: what it gives, and how it was worked out with her own figures."""
    found = account(request, number)
    answer = found.answer(programme)
    if answer is None:
        raise Http404
    return render(request, "portal/solution.html", {"account": found, "answer": answer})


def account(request: HttpRequest, number: str, action: str = "see_own_credit") -> Account:
    """A credit that is hers to look at. A number that is not there and one that is somebody else's
    are answered alike."""
    credit = Credit.objects.select_related("load").filter(number=number).first()
    if credit is None or not can(request.user, action, credit):
        raise PermissionDenied
    return account_of(credit)
