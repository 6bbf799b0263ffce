"""A person opens her account, comes back, and cannot be shut out by a stranger."""

import re
from datetime import date, timedelta

import pytest

from mail_server import Mailbox
from offices import CURP, NSS, PASSWORD, WHO, account, credit_of, office, signed_in
from tequio.web import start

start()
from django.core import mail  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from tequio.web.accounts.models import Code, User  # noqa: E402
from tequio.web.accounts.roles import Role  # noqa: E402
from tequio.web.notices.models import Notice  # noqa: E402
from tequio.web.notices.sending import WAITS, send_waiting, tell  # noqa: E402
from tequio.web.records.models import AuditEvent, ContactPoint, Person  # noqa: E402
from tequio.web.records.people import do_add_contact  # noqa: E402

__all__ = ["office"]
WRONG_CODE = "El código no es correcto"


@pytest.fixture
def mailbox(office):
    with Mailbox() as open_:
        yield open_


def stranger() -> Client:
    return signed_in(None)


def said(person) -> dict[str, str]:
    return {"nss": NSS, "curp": CURP, "credit": credit_of(person).number}


def code_in(message) -> str:
    return re.search(r"\b\d{6}\b", message.get_content()).group()


def asked_for_code(client: Client, facts: dict[str, str]) -> str:
    answer = client.post(reverse("open_account"), facts)
    assert (answer.status_code, answer.url) == (302, reverse("open_with_code"))
    return answer.url


def opened(mailbox, person, password: str = PASSWORD) -> Client:
    """An account opened with a code that was mailed."""
    client = stranger()
    page = asked_for_code(client, said(person))
    answer = client.post(page, {"code": code_in(mailbox.messages[-1])})
    assert answer.url == reverse("choose_password")
    answer = client.post(answer.url, {"password": password})
    assert answer.status_code == 302
    return client


def entered(client: Client, name: str, password: str = PASSWORD) -> bool:
    client.post(reverse("account_login"), {"login": name, "password": password})
    return "_auth_user_id" in client.session


def test_she_opens_her_account_with_a_code_that_was_mailed(office, mailbox):
    client = opened(mailbox, office)
    message = mailbox.messages[0]
    assert message["To"] == "rosa@example.org"
    assert client.get(reverse("security")).status_code == 200
    user = User.objects.get(person=office)
    assert NSS not in user.username
    assert user.password.startswith("argon2$argon2id$")
    assert entered(stranger(), NSS)
    assert entered(stranger(), " 5304 85 1234-6")
    assert not entered(stranger(), NSS, "otra frase que no es")
    event = AuditEvent.objects.get(verb="do_set_password")
    assert PASSWORD not in event.after
    assert Notice.objects.get().state == "sent"
    assert code_in(message) not in Notice.objects.get().text_sealed


def test_strangers_are_told_the_same_as_people_on_record(office, mailbox):
    """Nobody finds out who has a credit: page by page the answers are equal."""
    known, unknown = stranger(), stranger()
    page = asked_for_code(known, said(office))
    assert asked_for_code(unknown, {**said(office), "credit": "9999999999"}) == page
    pages = [client.post(page, {"code": "12"}).content.decode() for client in (known, unknown)]
    assert WRONG_CODE in pages[0]
    without_token = [re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in pages]
    assert without_token[0] == without_token[1]
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("nss", "53048512347", "NSS"),
        ("curp", "HEGG560427MVZRRL05", "CURP"),
        ("credit", "", "obligatorio"),
        ("nss", "5304\x00", ""),
    ],
)
def test_what_is_mistyped_is_said_beside_its_field(office, field, text, why):
    answer = stranger().post(reverse("open_account"), {**said(office), field: text})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert why in page
    assert f'href="#id_{field}"' in page
    assert not Code.objects.exists()


def test_no_password_is_chosen_without_a_proof(office, mailbox):
    client = stranger()
    assert client.get(reverse("choose_password")).url == reverse("open_account")
    asked_for_code(client, said(office))
    assert client.post(reverse("choose_password"), {"password": PASSWORD}).status_code == 302
    assert not User.objects.exists()


@pytest.mark.parametrize("weak", ["corta", "1234567890", "1q2w3e4r5t"])
def test_a_weak_password_is_not_taken(office, mailbox, weak):
    client = stranger()
    page = asked_for_code(client, said(office))
    client.post(page, {"code": code_in(mailbox.messages[-1])})
    answer = client.post(reverse("choose_password"), {"password": weak})
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_a_stranger_who_guesses_does_not_shut_her_out(office, mailbox):
    """Her own device has tries of its own; a new one waits."""
    hers = opened(mailbox, office)
    hers.post(reverse("account_logout"))
    for guess in range(12):
        assert not entered(stranger(), NSS, f"adivinanza {guess}")
    assert not entered(stranger(), NSS), "from elsewhere the tries are used up"
    assert entered(hers, NSS), "from where she has been before"


def test_papers_at_a_centre_open_a_lost_account(office, mailbox):
    opened(mailbox, office)
    desk = signed_in(account(Role.ADVISER, credit_of(office).municipality))
    facts = {"nss": NSS, "credit": credit_of(office).number, "papers": ["ine"]}
    page = desk.post(reverse("recover_identity"), facts).content.decode()
    code = re.search(r'class="code">(\w+)<', page).group(1)
    client = stranger()
    answer = client.post(reverse("recover_account"), {"nss": NSS, "code": code.lower()})
    assert answer.url == reverse("choose_password")
    client.post(answer.url, {"password": "otra frase distinta"})
    assert entered(stranger(), NSS, "otra frase distinta")
    assert not entered(stranger(), NSS, PASSWORD)
    event = AuditEvent.objects.get(verb="do_give_recovery_code")
    assert event.initiated_by.startswith("user:adviser")
    assert "ine" in event.after
    assert code not in event.after


def test_an_adviser_gives_no_code_without_papers_nor_in_another_territory(office):
    facts = {"nss": NSS, "credit": credit_of(office).number}
    here = signed_in(account(Role.ADVISER, "16"))
    assert here.post(reverse("recover_identity"), facts).status_code == 200
    away = signed_in(account(Role.ADVISER, "09"))
    assert away.post(reverse("recover_identity"), {**facts, "papers": ["ine"]}).status_code == 403
    assert not Code.objects.exists()


def test_every_answer_has_a_strict_policy_and_safe_cookies(office, mailbox):
    client = opened(mailbox, office)
    answer = client.get(reverse("security"))
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    for name in ("sessionid", "equipo"):
        cookie = client.cookies[name]
        assert cookie["secure"] and cookie["httponly"], name
    plain = Client(SERVER_NAME="localhost").get(reverse("security"))
    assert (plain.status_code, plain.url.split(":")[0]) == (301, "https")


def point(person: int) -> ContactPoint:
    return ContactPoint.objects.get(person=person)


def test_a_notice_is_tried_again_and_never_sent_twice(office, mailbox):
    mailbox.answers = ["451 later"]
    notice = tell(point(office.pk), "codigo_de_acceso", {"code": "123456"})
    notice.refresh_from_db()
    assert (notice.state, notice.tries, mailbox.messages) == ("waiting", 1, [])
    assert send_waiting() == 0, "not yet"
    Notice.objects.update(next_at=timezone.now())
    assert (send_waiting(), send_waiting()) == (1, 0)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(("answer", "state"), [("550 no such box", "failed"), ("451 later", "")])
def test_a_notice_that_nobody_takes_is_given_up(office, mailbox, answer, state):
    mailbox.answers = [answer] * 9
    notice = tell(point(office.pk), "codigo_de_acceso", {"code": "123456"})
    for _ in WAITS:
        Notice.objects.filter(state="waiting").update(next_at=timezone.now())
        send_waiting()
    notice.refresh_from_db()
    assert notice.state == "failed"
    assert notice.tries == (1 if state else len(WAITS) + 1)


def test_a_notice_whose_sender_died_is_left_and_a_late_code_is_not_sent(office, mailbox):
    died = tell(point(office.pk), "codigo_de_acceso", {"code": "123456"})
    Notice.objects.update(state="sending", taken_at=timezone.now() - timedelta(minutes=5))
    late = Notice.objects.create(
        key="late", contact=point(office.pk), template="x", version=1, made_at=timezone.now(),
        next_at=timezone.now(), expires_at=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    before = len(mailbox.messages)
    assert send_waiting() == 0
    died.refresh_from_db()
    late.refresh_from_db()
    assert (died.state, late.state) == ("unknown", "failed")
    assert len(mailbox.messages) == before


def test_without_mail_a_code_goes_by_sms_and_without_any_way_nobody_is_told(office, mailbox):
    other = Person.objects.exclude(pk=office.pk).first()
    do_add_contact(
        "sms", other.pk, "phone", "4431234567", given_by="ella", on=date(2024, 5, 1), who=WHO
    )
    notice = tell(point(other.pk), "codigo_de_acceso", {"code": "654321"})
    notice.refresh_from_db()
    assert (notice.state, "TEQUIO_SMS" in notice.why) == ("failed", True)
    assert not mailbox.messages
    assert not mail.__dict__.get("outbox")
