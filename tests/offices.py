"""A ledger with a person who is known on it, and accounts of every role."""

from datetime import date

import pytest

from ledgers import state
from tequio.web import start

start()
from allauth.mfa.totp.internal import auth as totp  # noqa: E402
from django.test import Client  # noqa: E402

from tequio.web.accounts.models import User  # noqa: E402
from tequio.web.accounts.roles import Role  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.people import do_add_contact, do_identify_person  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la auditora", "pruebas")
NSS, CURP = "53048512346", "HEGG560427MVZRRL04"
PASSWORD = "una frase que recuerdo"


@pytest.fixture
def office(ledger, tmp_path):
    """A ledger with credits of Michoacán; the first one's debtor is known and reached by mail."""
    do_load_portfolio(state(tmp_path, 300), WHO)
    person = models.Role.objects.order_by("credit_id").first().person_id
    do_identify_person("who", person, WHO, nss=NSS, curp=CURP, name="Rosa Simulada")
    do_add_contact(
        "mail", person, "email", "rosa@example.org", given_by="ella", on=date(2024, 5, 1), who=WHO
    )
    return models.Person.objects.get(pk=person)


def credit_of(person):
    return models.Credit.objects.get(role__person=person)


def account(role: Role, office: str = "", person=None) -> User:
    """An account with a second factor where it needs one."""
    user = User(username=f"{role}-{office or 'x'}", role=role, office=office, person=person)
    user.set_password(PASSWORD)
    user.save()
    if role is not Role.BORROWER:
        totp.TOTP.activate(user, totp.generate_totp_secret())
    return user


def signed_in(user: User | None) -> Client:
    client = Client(HTTP_X_FORWARDED_PROTO="https", SERVER_NAME="localhost")
    if user:
        client.force_login(user)
    return client


def offer_on(credit) -> models.Agreement:
    """An offer on record, as far as its pages look at it."""
    source = models.SourceKey.objects.create(key=f"offer:{credit.pk}", content="")
    day = date(2024, 7, 15)
    agreement = models.Agreement.objects.create(
        source=source,
        credit=credit,
        programme="prorroga",
        offered_on=day,
        valid_until=date(2024, 7, 31),
        offer='{"offer": {}, "promise": "Una prueba."}',
        law_sha256="",
    )
    models.AgreementEvent.objects.create(
        agreement=agreement, source=source, state="offered", on=day
    )
    return agreement
