"""Mi Cuenta: a person sees what she owes, chooses, signs once, and may change her mind."""

import json
import re
from datetime import timedelta

import pytest

from mail_server import Mailbox
from offices import PASSWORD, account, credit_of, office, signed_in
from tequio.core.spelling import pesos
from tequio.web import start

start()
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from offices import WHO  # noqa: E402
from tequio.web.accounts.models import Code  # noqa: E402
from tequio.web.accounts.roles import Role  # noqa: E402
from tequio.web.portal.reading import account_of  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.people import do_add_contact  # noqa: E402

__all__ = ["office"]


@pytest.fixture
def chosen(office):
    """A person whose credit has a monthly solution open today, and her account."""
    for role in models.Role.objects.select_related("credit__load", "person").order_by("credit_id"):
        here = account_of(role.credit)
        found = next((a for a in here.offers if a.open), None)
        if found is not None:
            person = role.person
            if person.pk != office.pk:
                do_add_contact(
                    "hers", person.pk, "email", "ella@example.org",
                    given_by="ella", on=here.day, who=WHO,
                )  # fmt: skip
            return account(Role.BORROWER, person=person), role.credit, found
    pytest.fail("no credit of the simulated state has an open solution")


@pytest.fixture
def mailbox():
    with Mailbox() as open_:
        yield open_


def offered(client, credit, programme: str) -> str:
    """Put an offer on record; the address where it is signed."""
    answer = client.post(reverse("choose", args=[credit.number, programme]))
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def sure(client) -> None:
    """She says again who she is."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def code_for(client, page: str, mailbox: Mailbox) -> str:
    assert client.post(page).status_code == 200
    return re.search(r"\b\d{6}\b", mailbox.messages[-1].get_content()).group()


def test_home_says_what_is_owed_to_the_centavo(chosen):
    user, credit, _ = chosen
    page = signed_in(user).get(reverse("home", args=[credit.number])).content.decode()
    here = account_of(credit)
    for amount in (here.owes, here.next_payment, *([here.behind] if here.behind else [])):
        assert pesos(amount, 2) in page
    assert "Datos simulados" in page
    assert here.best.title in page


def test_solutions_are_the_engine_s_and_every_no_has_its_reason(chosen):
    user, credit, _ = chosen
    page = signed_in(user).get(reverse("solutions", args=[credit.number])).content.decode()
    here = account_of(credit)
    for answer in here.offers:
        assert pesos(answer.offer.figures.pays, 2) in page
        assert answer.title in page
    for answer, _way in here.closed:
        assert answer.title in page
        assert answer.reasons
    first = signed_in(user).get(reverse("solution", args=[credit.number, here.offers[0].programme]))
    for label, value in here.offers[0].offer.working:
        assert label in first.content.decode()
        assert value in first.content.decode()


PAGES = ("home", "solutions", "solution", "choose")


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_another_s_credit_nor_learns_that_it_is_there(chosen, name):
    user, credit, answer = chosen
    other = models.Credit.objects.exclude(pk=credit.pk).first().number
    client = signed_in(user)
    rest = [answer.programme] if name in ("solution", "choose") else []
    assert client.get(reverse(name, args=[credit.number, *rest])).status_code == 200
    theirs, nobodys = (client.get(reverse(name, args=[n, *rest])) for n in (other, "0000000000"))
    assert (theirs.status_code, nobodys.status_code) == (403, 403)
    assert theirs.content == nobodys.content
    staff = signed_in(account(Role.ANALYST))
    assert staff.get(reverse(name, args=[credit.number, *rest])).status_code == 403


def test_she_signs_once_whatever_she_presses_and_may_undo_it(chosen, mailbox):
    user, credit, answer = chosen
    before = account_of(credit)
    owed, missed = before.owes, before.missed
    client, tab = signed_in(user), signed_in(user)
    page = offered(client, credit, answer.programme)
    assert offered(tab, credit, answer.programme) == page, "two windows: one offer"
    assert client.get(page).url.startswith(reverse("account_reauthenticate"))
    sure(client)
    sure(tab)
    code = code_for(client, page, mailbox)
    assert "obligatorio" in client.post(page, {"code": code}).content.decode()
    wrong = "000000" if code != "000000" else "111111"
    assert "no es correcto" in client.post(page, {"read": "on", "code": wrong}).content.decode()
    signed = client.post(page, {"read": "on", "code": code})
    assert signed.status_code == 302
    again = tab.post(page, {"read": "on", "code": code})
    assert again.url == signed.url, "two clicks: one agreement"
    assert models.Agreement.objects.count() == 1
    assert models.Step.objects.count() == 1
    assert "Listo: ya firmó" in client.get(signed.url).content.decode()
    agreement = models.Agreement.objects.get()
    client.post(reverse("withdraw", args=[agreement.pk]))
    assert "cancelado" in client.get(signed.url).content.decode()
    after = account_of(models.Credit.objects.select_related("load").get(pk=credit.pk))
    assert (after.owes, after.missed) == (owed, missed)
    assert verify().fault is None


def test_an_offer_whose_basis_changed_is_not_signed_and_says_what_changed(chosen, mailbox):
    user, credit, answer = chosen
    client = signed_in(user)
    page = offered(client, credit, answer.programme)
    sure(client)
    code = code_for(client, page, mailbox)
    agreement = models.Agreement.objects.get()
    read = set(json.loads(agreement.offer)["read"])
    fact = next(name for name in ("employed", "wage", "pension") if name in read)
    now = account_of(credit).loan
    old = getattr(now, fact).values[0]
    value = not bool(old) if fact == "employed" else int(old) + 100_00
    do_record_facts("news", credit.number, account_of(credit).day, {fact: value}, WHO)
    said = client.post(page, {"read": "on", "code": code}).content.decode()
    assert 'role="alert"' in said
    assert models.AgreementEvent.objects.count() == 1
    assert not models.Step.objects.exists()


def test_another_s_agreement_is_not_hers_to_see_sign_or_undo(chosen, office):
    user, credit, answer = chosen
    offered(signed_in(user), credit, answer.programme)
    number = models.Agreement.objects.get().pk
    other = models.Person.objects.exclude(pk=user.person_id).first()
    stranger = signed_in(account_of_stranger(other))
    sure(stranger)
    for name in ("agreement", "sign"):
        assert stranger.get(reverse(name, args=[number])).status_code == 403
    assert stranger.post(reverse("withdraw", args=[number])).status_code == 403
    assert credit_of(other).number != credit.number


def account_of_stranger(person):
    return account(Role.BORROWER, "z", person=person)


def test_without_a_way_to_reach_her_she_is_sent_to_a_centre(chosen, mailbox):
    user, credit, answer = chosen
    client = signed_in(user)
    page = offered(client, credit, answer.programme)
    sure(client)
    models.ContactPoint.objects.filter(person=user.person).delete()
    assert "centro de servicio" in client.post(page).content.decode()
    assert not Code.objects.filter(use="sign").exists()


def test_a_code_that_is_late_signs_nothing(chosen, mailbox):
    user, credit, answer = chosen
    client = signed_in(user)
    page = offered(client, credit, answer.programme)
    sure(client)
    code = code_for(client, page, mailbox)
    Code.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "venció" in client.post(page, {"read": "on", "code": code}).content.decode()
    assert not models.Step.objects.exists()
