"""The pages of an account: opening it, proving who one is, and what protects it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tequio.web.accounts import forms
from tequio.web.accounts.codes import make_code, use_code
from tequio.web.accounts.guard import asks
from tequio.web.accounts.models import Code, User
from tequio.web.accounts.opening import (
    contact_for_code,
    do_give_recovery_code,
    do_set_password,
    person_of,
)
from tequio.web.accounts.roles import can
from tequio.web.notices.sending import tell
from tequio.web.records.models import Credit, Person, Role
from tequio.web.records.people import people_with

if TYPE_CHECKING:
    from django.http import HttpRequest

TRIES = {"open": "20/h/ip,5/h/key", "flood": "30/h/key"}  # of asking for a code
BOTH = require_http_methods(["GET", "HEAD", "POST"])
TOO_MANY = "Ha pedido muchos códigos. Espere una hora, o llame al 800 008 3900."


@never_cache
@BOTH
def open_account(request: HttpRequest) -> HttpResponse:
    """Who she is; whoever it is, the answer is the same."""
    form = forms.Identity(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if too_many(request, said["nss"]):
            form.add_error(None, TOO_MANY)
        else:
            send_code(request, person_of(said["nss"], said["curp"], said["credit"]))
            return redirect("open_with_code")
    return render(request, "accounts/open.html", {"form": form})


def too_many(request: HttpRequest, nss: str) -> bool:
    """Whether this address asked too often: for anybody, or for this NSS. Who asks for somebody
    else's from elsewhere uses up none of hers, until codes flood her."""
    from_here = f"{nss}:{ratelimit.get_ip(request)}"
    return not (counted(request, "open", from_here) and counted(request, "flood", nss))


def counted(request: HttpRequest, action: str, key: str) -> bool:
    """One more; whether it is still allowed."""
    return bool(ratelimit.consume(request, app="tequio", action=action, key=key, config=TRIES))


def send_code(request: HttpRequest, person: Person | None) -> None:
    """A code to where she is reached, if she is on record and reached anywhere."""
    request.session["opening"] = person.pk if person else 0
    request.session.pop("proved", None)
    if person and (point := contact_for_code(person)):
        code = make_code(person, Code.Use.OPEN, sent_to=point)
        tell(point, "codigo_de_acceso", {"code": code})


@never_cache
@BOTH
def open_with_code(request: HttpRequest) -> HttpResponse:
    """The code that was sent."""
    if "opening" not in request.session:
        return redirect("open_account")
    form = forms.Typed(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = Person.objects.filter(pk=request.session["opening"]).first()
        if person and use_code(person, Code.Use.OPEN, form.cleaned_data["code"]):
            return proved(request, person, Code.Use.OPEN)
        form.add_error("code", "El código no es correcto o ya venció. Revíselo o pida otro.")
    return render(request, "accounts/code.html", {"form": form})


@never_cache
@BOTH
def recover_account(request: HttpRequest) -> HttpResponse:
    """A code printed at a service centre, for whom no contact point on record reaches."""
    form = forms.Recovery(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found = people_with("nss", said["nss"])
        if too_many(request, said["nss"]):
            form.add_error(None, TOO_MANY)
        elif len(found) == 1 and use_code(found[0], Code.Use.RECOVER, said["code"]):
            return proved(request, found[0], Code.Use.RECOVER)
        else:
            form.add_error("code", "El código no es correcto o ya venció. Pida otro en su centro.")
    return render(request, "accounts/recover.html", {"form": form})


def proved(request: HttpRequest, person: Person, use: Code.Use) -> HttpResponse:
    """She is who she says."""
    request.session.cycle_key()
    request.session.pop("opening", None)
    request.session["proved"] = [person.pk, str(use)]
    return redirect("choose_password")


@never_cache
@BOTH
def choose_password(request: HttpRequest) -> HttpResponse:
    """A password, and in."""
    if "proved" not in request.session:
        return redirect("open_account")
    form = forms.Password(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, use = request.session.pop("proved")
        person = Person.objects.get(pk=number)
        user = do_set_password(person, form.cleaned_data["password"], Code.Use(use))
        return perform_login(request, user)
    return render(request, "accounts/password.html", {"form": form})


@never_cache
@asks("use_own_account")
def start(request: HttpRequest) -> HttpResponse:
    """Where each begins: a borrower with her credits."""
    return redirect("security" if request.user.is_staff_member else "mine")


@never_cache
@asks("use_own_account")
def security(request: HttpRequest) -> HttpResponse:
    """What protects the account: password, second factor, sessions."""
    return render(request, "accounts/security.html")


@never_cache
@BOTH
@asks("recover_identity")
def recover_identity(request: HttpRequest) -> HttpResponse:
    """At a service centre: papers are checked, and a code is printed."""
    form = forms.Papers(request.POST or None)
    told: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person, credit = found_at_desk(said["nss"], said["credit"])
        if credit and not can(request.user, "recover_identity", credit):
            return HttpResponseForbidden("Ese crédito es de otro territorio.")
        if person is None:
            form.add_error(None, "No hay una sola persona con ese NSS y ese crédito. Revíselos.")
        else:
            told["code"] = do_give_recovery_code(person, said["papers"], request.user)
    return render(request, "accounts/recover_identity.html", told)


def found_at_desk(nss: str, credit: str) -> tuple[Person | None, Credit | None]:
    """The one person with an NSS and a role on a credit, and the credit."""
    found = Credit.objects.filter(number=credit.strip()).first()
    people = [
        person
        for person in people_with("nss", nss)
        if Role.objects.filter(person=person, credit=found).exists()
    ]
    return (people[0] if len(people) == 1 else None), found


@never_cache
@asks("see_staff")
def staff(request: HttpRequest) -> HttpResponse:
    """Staff accounts, by role."""
    rows = User.objects.filter(person=None).order_by("role", "username")
    return render(request, "accounts/staff.html", {"staff": rows})
