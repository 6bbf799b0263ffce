"""Personal facts are sealed in their place, found by HMAC, and move to a new key."""

import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgers import KEYS, state
from tequio.engine.errors import Refused
from tequio.web import keys as keys_
from tequio.web import start

start()
from django.db import connection  # noqa: E402

from tequio.web.records import audit, people  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import AuditEvent, ContactPoint, Credit, Person, Role  # noqa: E402
from tequio.web.records.people import (  # noqa: E402
    do_add_contact,
    do_give_role,
    do_identify_person,
    left_to_reseal,
    people_with,
    reseal_all,
)
from tequio.web.records.sealing import seal, unseal  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la asesora", "pruebas")
DAY = date(2024, 7, 1)
NSS, OTHER_NSS, CURP = "53048512346", "92919084431", "HEGG560427MVZRRL04"
SECOND = "second:" + base64.b64encode(b"2" * 32).decode()


def new_people(count: int) -> list[Person]:
    return [Person.objects.create() for _ in range(count)]


def test_what_is_sealed_is_not_in_the_database_and_is_found_and_read(ledger):
    one, other = new_people(2)
    do_identify_person("a", one.pk, WHO, name="Ana Peña", nss="5304 85 1234-6", curp=CURP)
    do_identify_person("b", other.pk, WHO, nss=OTHER_NSS)
    found = Person.objects.get(pk=one.pk)
    assert (found.name, found.nss, found.curp) == ("Ana Peña", NSS, CURP)
    assert people_with("nss", "5304851234 6") == [one]
    assert people_with("curp", CURP.lower()) == [one]
    assert people_with("nss", "99999999999") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_person")
        people_rows = str(cursor.fetchall())
        cursor.execute("SELECT * FROM records_auditevent")
        events = str(cursor.fetchall())
    for secret in ("Ana", "Peña", NSS, CURP):
        assert secret not in people_rows
        assert secret not in events
    do_identify_person("c", one.pk, WHO, nss="")
    assert people_with("nss", NSS) == []
    assert Person.objects.get(pk=one.pk).name == "Ana Peña"


def test_a_wrong_identifier_or_person_is_refused(ledger):
    (one,) = new_people(1)
    with pytest.raises(Refused, match="dígito verificador"):
        do_identify_person("a", one.pk, WHO, nss="53048512345")
    with pytest.raises(Refused, match="no existe"):
        do_identify_person("a", one.pk + 1, WHO, nss=NSS)
    assert not AuditEvent.objects.exists()


def test_a_ciphertext_copied_to_another_row_or_column_does_not_open(ledger):
    one, other = new_people(2)
    do_identify_person("a", one.pk, WHO, nss=NSS)
    sealed = Person.objects.get(pk=one.pk).nss_sealed
    Person.objects.filter(pk=other.pk).update(nss_sealed=sealed)
    Person.objects.filter(pk=one.pk).update(curp_sealed=sealed)
    for person, name in ((other, "nss"), (one, "curp")):
        with pytest.raises(Refused, match="cambiado o copiado de otra fila"):
            getattr(Person.objects.get(pk=person.pk), name)
    assert Person.objects.get(pk=one.pk).nss == NSS


@given(st.text(min_size=1))
def test_any_text_opens_in_its_place_and_twice_sealed_is_not_twice_the_same(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEQUIO_KEYS", KEYS)
        sealed = seal(text, "here.1")
        assert unseal(sealed, "here.1") == text
        assert seal(text, "here.1") != sealed
        with pytest.raises(Refused):
            unseal(sealed, "here.2")
        patch.setenv("TEQUIO_KEYS", SECOND)
        with pytest.raises(Refused, match="Falta la llave 'first'"):
            unseal(sealed, "here.1")


def test_the_old_key_opens_until_rotation_and_is_not_needed_after(ledger, monkeypatch):
    monkeypatch.setattr(people, "BATCH", 3)
    many = new_people(7)
    for at, person in enumerate(many):
        do_identify_person(f"p{at}", person.pk, WHO, name=f"Persona {at}", nss=NSS)
    point = do_add_contact(
        "c", many[0].pk, "email", "Ana@example.mx ", given_by="ella", on=DAY, who=WHO
    )
    monkeypatch.setenv("TEQUIO_KEYS", f"{SECOND},{KEYS}")
    assert people_with("nss", NSS) == many, "values under the old key are still found"
    assert left_to_reseal() == 15
    assert people.do_reseal(Person, "name", WHO) == 3, "and then it was cut short"
    assert left_to_reseal() == 12
    do_identify_person("new", many[0].pk, WHO, nss=NSS)
    assert reseal_all(WHO) == 11
    monkeypatch.setenv("TEQUIO_KEYS", SECOND)
    assert reseal_all(WHO) == 0
    assert people_with("nss", NSS) == many
    assert [p.name for p in Person.objects.order_by("pk")] == [f"Persona {n}" for n in range(7)]
    found = ContactPoint.objects.get(pk=point.pk)
    assert (found.value, found.given_by, found.given_on) == ("Ana@example.mx", "ella", DAY)
    assert ContactPoint.objects.filter(**ContactPoint.value.matches("ana@EXAMPLE.mx")).exists()
    monkeypatch.setenv("TEQUIO_KEYS", KEYS)
    with pytest.raises(Refused, match="Falta la llave 'second'"):
        _ = Person.objects.get(pk=many[0].pk).name
    assert audit.verify().fault is None


def test_a_person_is_several_things_to_several_credits(ledger, tmp_path):
    do_load_portfolio(state(tmp_path), WHO)
    one, other = Credit.objects.order_by("pk")[:2]
    debtor = Role.objects.get(credit=one).person_id
    do_give_role("a", other.number, debtor, "guarantor", DAY, WHO)
    do_give_role("b", other.number, debtor, "spouse", DAY, WHO)
    do_give_role("b", other.number, debtor, "spouse", DAY, WHO)
    roles = Role.objects.filter(person_id=debtor).values_list("credit__number", "kind")
    assert sorted(roles) == sorted(
        [(one.number, "debtor"), (other.number, "guarantor"), (other.number, "spouse")]
    )
    with pytest.raises(Refused, match="no está en el libro"):
        do_give_role("c", "9999999999", debtor, "heir", DAY, WHO)


@pytest.mark.parametrize(
    "text",
    ["", "k1", "k1:short", f"K1:{'A' * 43}=", f"{KEYS},{KEYS}", f"{KEYS},k2:{'A' * 40}", "k1:ñ"],
)
def test_keys_that_do_not_serve_are_refused_without_being_repeated(text, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/nothing")
    monkeypatch.setenv("TEQUIO_KEYS", text)
    with pytest.raises(Refused, match="TEQUIO_KEYS") as refusal:
        keys_.keys()
    assert "AAAA" not in str(refusal.value)


def test_embedded_keys_lie_beside_the_database_for_their_owner_only(monkeypatch, tmp_path):
    monkeypatch.setenv("TEQUIO_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TEQUIO_KEYS", raising=False)
    with pytest.raises(Refused, match="db init"):
        keys_.keys()
    keys_.make_first_key()
    first = keys_.keys()
    keys_.make_first_key()
    assert keys_.keys() == first
    assert keys_.key_file().stat().st_mode & 0o777 == 0o600
    both = keys_.make_new_key()
    assert (both.current, [*both.all]) == ("k2", ["k2", "k1"])
    assert both.all["k1"] == first.all["k1"] != both.all["k2"]
    keys_.retire_old_keys()
    assert [*keys_.keys().all] == ["k2"]
