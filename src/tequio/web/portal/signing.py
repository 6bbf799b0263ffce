"""Choosing and signing: answers are checked, she says again who she is, a code comes, and it is
signed once; and she may change her mind.

Whatever is pressed twice, in two windows or after going back, ends in one agreement or in a plain
sentence: the write itself sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tequio.engine.errors import Refused
from tequio.engine.pairs import OFFER_TITLES
from tequio.web.accounts.codes import make_code, use_code
from tequio.web.accounts.forms import Typed
from tequio.web.accounts.guard import asks
from tequio.web.accounts.models import Code
from tequio.web.accounts.opening import contact_for_code
from tequio.web.accounts.roles import can
from tequio.web.notices.sending import tell
from tequio.web.portal.pages import account
from tequio.web.portal.reading import account_of
from tequio.web.records.accepting import do_accept, do_withdraw, last_to_withdraw
from tequio.web.records.agreements import IN_SPANISH, State, latest
from tequio.web.records.models import Agreement, AgreementEvent
from tequio.web.records.offers import do_make_offer, said_of
from tequio.web.records.writing import Who

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

BOTH = require_http_methods(["GET", "HEAD", "POST"])
SIGNED = (State.ACCEPTED, State.IN_FORCE, State.FULFILLED)


class Terms(Typed):
    """The code, and that she has read."""

    read = forms.BooleanField(label="Leí las condiciones y estoy de acuerdo.")
    field_order = ("read", "code")


def who(request: HttpRequest) -> Who:
    """Whoever is at the phone."""
    name = f"user:{request.user.username}"
    return Who(name, "portal")


@never_cache
@BOTH
@asks("sign_own_agreement")
def choose(request: HttpRequest, number: str, programme: str) -> HttpResponse:
    """Her answers once more, before anything is put on record."""
    found = account(request, number, "sign_own_agreement")
    answer = found.answer(programme)
    if answer is None or answer.offer is None:
        raise Http404
    told = {"account": found, "answer": answer, "why": ""}
    if request.method == "POST":
        key = f"portal:{request.user.pk}:{number}:{programme}:{found.day}"
        try:
            made = do_make_offer(key, number, programme, found.day, who(request))
            return redirect("sign", agreement=made.pk)
        except Refused as why:
            told["why"] = str(why)
    return render(request, "portal/choose.html", told)


@never_cache
@BOTH
@asks("sign_own_agreement")
@reauthentication_required
def sign(request: HttpRequest, agreement: int) -> HttpResponse:
    """The conditions, and the code with which they are signed."""
    found = hers(request, agreement)
    if latest(found).state in SIGNED:
        return redirect("agreement", agreement=agreement)
    sent = request.session.get("signing") == agreement
    form = Terms(request.POST if "read" in request.POST or "code" in request.POST else None)
    told = {
        "agreement": found,
        "account": account_of(found.credit),
        "title": OFFER_TITLES[found.programme],
        "promise": said_of(found)["promise"],
        "form": form,
        "sent": sent,
    }
    if request.method == "POST" and not form.is_bound:
        told["sent"], told["why"] = send_code(request, found)
    elif form.is_valid() and signed(request, found, form, told["account"].day):
        return redirect("agreement", agreement=agreement)
    return render(request, "portal/sign.html", told)


def send_code(request: HttpRequest, agreement: Agreement) -> tuple[bool, str]:
    """A code to where she is reached. Whether one went, and if not, why."""
    person = request.user.person
    point = contact_for_code(person)
    if point is None:
        return False, "No tenemos un correo o teléfono suyo: firme en un centro de servicio."
    tell(point, "codigo_de_firma", {"code": make_code(person, Code.Use.SIGN, sent_to=point)})
    request.session["signing"] = agreement.pk
    return True, ""


def signed(request: HttpRequest, agreement: Agreement, form: Terms, on: date) -> bool:
    """Whether it is signed now; if not, the form says why."""
    if not use_code(request.user.person, Code.Use.SIGN, form.cleaned_data["code"]):
        form.add_error("code", "El código no es correcto o ya venció. Revíselo o pida otro.")
        return False
    try:
        do_accept(f"portal:sign:{agreement.pk}", agreement.pk, on, who(request))
    except Refused as why:
        form.add_error(None, str(why))
        return False
    request.session.pop("signing", None)
    return True


@never_cache
@require_safe
@asks("see_own_credit")
def agreement(request: HttpRequest, agreement: int) -> HttpResponse:
    """One agreement: where it stands, its steps with their days, until when it can be undone."""
    found = hers(request, agreement, "see_own_credit")
    events = AgreementEvent.objects.filter(agreement=found).order_by("pk")
    took = next((event.on for event in events if event.state == State.ACCEPTED), None)
    last, here = latest(found), account_of(found.credit)
    until = last_to_withdraw(took) if took and last.state in SIGNED else None
    told = {
        "agreement": found,
        "account": here,
        "title": OFFER_TITLES[found.programme],
        "events": [(event.on, IN_SPANISH[event.state], event.why) for event in events],
        "state": last.state,
        "until": until if until and here.day <= until else None,
    }
    return render(request, "portal/agreement.html", told)


@never_cache
@require_POST
@asks("sign_own_agreement")
@reauthentication_required
def withdraw(request: HttpRequest, agreement: int) -> HttpResponse:
    """She changes her mind."""
    found = hers(request, agreement)
    here = account_of(found.credit)
    try:
        do_withdraw(f"portal:withdraw:{found.pk}", found.pk, here.day, who(request))
    except Refused as why:
        told = {"account": here, "agreement": found, "why": str(why)}
        return render(request, "portal/refused.html", told)
    return redirect("agreement", agreement=agreement)


def hers(request: HttpRequest, number: int, action: str = "sign_own_agreement") -> Agreement:
    """An agreement on a credit of hers. One that is not there and somebody else's are answered
    alike."""
    found = Agreement.objects.select_related("credit__load").filter(pk=number).first()
    if found is None or not can(request.user, action, found.credit):
        raise PermissionDenied
    return found
