"""Who may do what: every address of the server, for every role, on what is hers and what is not."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from offices import PASSWORD, WHO, account, credit_of, offer_on, office, signed_in
from tequio.web import start

start()
from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.totp.internal import auth as totp  # noqa: E402
from django.urls import get_resolver, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from tequio.engine.errors import Refused  # noqa: E402
from tequio.web import accounts  # noqa: E402
from tequio.web.accounts import roles, staff  # noqa: E402
from tequio.web.accounts.codes import MOST_TRIES, make_code, use_code  # noqa: E402
from tequio.web.accounts.models import Code, User  # noqa: E402
from tequio.web.accounts.roles import Role, can  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.people import do_give_role  # noqa: E402

ACCESS = tomllib.loads((Path(accounts.__file__).parent / "access.toml").read_text("utf-8"))
__all__ = ["office"]
STAFF = [role for role in Role if role is not Role.BORROWER]


def names_of_routes() -> set[str]:
    """Every address that the server answers."""
    found, left = set(), list(get_resolver().url_patterns)
    while left:
        pattern = left.pop()
        if hasattr(pattern, "url_patterns"):
            left.extend(pattern.url_patterns)
        else:
            found.add(pattern.name)
    return found


def address(name: str, credit) -> str:
    """Where a name answers, for a credit and an offer on it."""
    places = {
        "pk": 1,
        "number": credit.number,
        "programme": "prorroga",
        "agreement": credit.agreement_set.get().pk,
    }
    needs = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    return reverse(name, kwargs={place: places[place] for place in needs})


def test_every_address_is_in_the_table_and_nothing_else_is():
    assert names_of_routes() == set(ACCESS["routes"])


def test_a_route_asks_for_an_action_that_is_declared():
    said = set(ACCESS["routes"].values()) - {"public"}
    assert said <= set(roles.actions())


def needs_of(name: str) -> set[str]:
    """What an address says of a credit: its number, or an agreement on it."""
    needs = set(get_resolver().reverse_dict.getlist(name)[0][0][0][1])
    return needs | ({"number"} if "agreement" in needs else set())


OF_HERS = {"see_own_credit", "sign_own_agreement"}


@pytest.mark.parametrize("whose", ["own", "other"])
@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_who_may_open_which_address(office, role, whose):
    """Nobody sees a page that the table does not give her; everybody sees those that it does."""
    person = office if role is Role.BORROWER else None
    user = account(role, person=person) if role else None
    others = models.Person.objects.exclude(pk=office.pk)
    credit = credit_of(office if whose == "own" else others.first())
    offer_on(credit)
    client = signed_in(user)
    if user:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name, action in ACCESS["routes"].items():
        answer = client.get(address(name, credit))
        to = answer.headers.get("Location", "")
        anothers = whose == "other" and action in OF_HERS and "number" in needs_of(name)
        if action == "public":
            assert answer.status_code in (200, 302, 405), name
        elif role is None:
            refused = (302, reverse("account_login"))
            assert answer.status_code == 405 or (answer.status_code, to.split("?")[0]) == refused
        elif role in roles.actions()[action] and not anothers:
            assert answer.status_code in (200, 302, 404, 405), name
            assert not to.startswith(reverse("account_login")), name
        else:
            assert answer.status_code in (403, 405), name


def test_an_action_that_nobody_declared_is_a_mistake_and_not_a_no(office):
    with pytest.raises(KeyError):
        can(account(Role.AUDITOR), "look_into_everything", office)


@pytest.mark.parametrize("kind", ["debtor", "co_debtor", "heir", "proxy", "spouse", "guarantor"])
def test_a_person_reaches_her_credit_and_those_whom_she_represents(office, kind, monkeypatch):
    """Spouse and guarantor are on record and see nothing by that alone."""
    other = models.Person.objects.exclude(pk=office.pk).first()
    theirs = credit_of(other)
    user = account(Role.BORROWER, person=office)
    declared = {"see": {"borrower": roles.Scope.OWN, "representative": roles.Scope.OWN}}
    monkeypatch.setattr(roles, "actions", lambda: declared)
    assert can(user, "see", credit_of(office))
    assert not can(user, "see", theirs)
    do_give_role("role", theirs.number, office.pk, kind, date(2024, 6, 1), WHO)
    assert can(user, "see", theirs) is (kind not in ("spouse", "guarantor"))


@pytest.mark.parametrize(
    ("territory", "reaches"), [("", True), ("16", True), ("15", False), ("here", True)]
)
def test_an_adviser_reaches_her_territory(office, territory, reaches):
    credit = credit_of(office)
    user = account(Role.ADVISER, credit.municipality if territory == "here" else territory)
    assert can(user, "recover_identity", credit) is reaches
    assert can(user, "recover_identity", office) is reaches


def test_staff_do_nothing_before_they_have_a_second_factor(office):
    user = account(Role.AUDITOR)
    Authenticator.objects.all().delete()
    client = signed_in(user)
    for name in ("staff", "security", "usersessions_list"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp")), name


def test_a_closed_account_is_out_at_once(office):
    made = staff.do_add_staff(staff.Wanted("laura", "auditor"), WHO)
    user = User.objects.get(username="laura")
    totp.TOTP.activate(user, totp.generate_totp_secret())
    client = signed_in(user)
    assert client.get(reverse("staff")).status_code == 200
    staff.do_close_staff(made.username, WHO)
    assert client.get(reverse("staff")).status_code == 302
    with pytest.raises(Refused, match="No hay una cuenta abierta"):
        staff.do_close_staff(made.username, WHO)


WRONG = {
    "two words": (("ana maría", "auditor", ""), "sin espacios"),
    "digits": (("12345", "auditor", ""), "sería un NSS"),
    "no such role": (("ana", "queen", ""), "no existe"),
    "a borrower": (("ana", "borrower", ""), "no existe"),
    "no such place": (("ana", "adviser", "161"), "clave de un estado"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_account_that_makes_no_sense_is_refused(office, name):
    said, why = WRONG[name]
    with pytest.raises(Refused, match=why):
        staff.do_add_staff(staff.Wanted(*said), WHO)
    assert not User.objects.exists()


def test_a_list_of_staff_leaves_its_wrong_rows_aside(ledger, tmp_path):
    path = tmp_path / "personal.csv"
    path.write_text("cuenta,papel,territorio\nana,adviser,16\nluz,queen,\nana,auditor,\n", "utf-8")
    good, bad = staff.read_list(path)
    assert [one.username for one in good] == ["ana"]
    assert [line.split(":")[0].rpartition(" ")[2] for line in bad] == ["3", "4"]
    path.write_text("nombre,papel\n", "utf-8")
    with pytest.raises(Refused, match="la primera línea"):
        staff.read_list(path)


def test_a_code_serves_once_in_time_and_a_few_tries(office):
    code = make_code(office, Code.Use.OPEN)
    wrong = "000000" if code != "000000" else "111111"
    assert not use_code(office, Code.Use.SIGN, code)
    for _ in range(MOST_TRIES - 1):
        assert not use_code(office, Code.Use.OPEN, wrong)
    assert use_code(office, Code.Use.OPEN, f" {code[:3]} {code[3:]} ")
    assert not use_code(office, Code.Use.OPEN, code), "used"
    code = make_code(office, Code.Use.OPEN)
    for _ in range(MOST_TRIES):
        use_code(office, Code.Use.OPEN, wrong)
    assert not use_code(office, Code.Use.OPEN, code), "tried too often"
    first, second = (make_code(office, Code.Use.OPEN) for _ in range(2))
    assert first == second or not use_code(office, Code.Use.OPEN, first), "a newer one was made"
    code = make_code(office, Code.Use.OPEN)
    Code.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not use_code(office, Code.Use.OPEN, code), "late"
