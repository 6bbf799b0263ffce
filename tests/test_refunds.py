"""Refunds from found to validated: who may ask, how much, to which account, and who decides."""

import threading
from datetime import date, timedelta

import pytest

from refunding import (
    ASKS,
    CLABE,
    FIRST,
    ON,
    SECOND,
    SHA,
    asked,
    holder,
    kept,
    overpaid,
    papers,
    person,
    request,
    states,
    validated,
)
from tequio.engine.errors import Refused
from tequio.servicing.refunds import Capacity
from tequio.web import start

start()
from django.db import IntegrityError, connection  # noqa: E402

from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.people import do_give_role, do_identify_person, reseal_all  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402
from tequio.web.refunds.asking import (  # noqa: E402
    Paper,
    do_ask_refund,
    do_find_refunds,
    do_tell_refund,
)
from tequio.web.refunds.deciding import (  # noqa: E402
    do_reject_refund,
    do_retry_refund,
    do_validate_refund,
    do_withdraw_refund,
)
from tequio.web.refunds.excess import excess_of, kept_by_credit  # noqa: E402
from tequio.web.refunds.states import NEXT, State, Step, do_step, latest  # noqa: E402

IN_PERSON = ("identification", "bank_statement", "suspension_notice")
ALL_IN_PERSON = {"efirma": False, "channel": "in_person", "papers": papers(*IN_PERSON)}


def excess(number: str):
    return excess_of(models.Credit.objects.get(number=number))


def test_what_is_kept_is_found_once_and_told(loaded):
    one, two = overpaid((0, 5))
    assert kept_by_credit().keys() == {
        c.pk for c in models.Credit.objects.filter(number__in=(one, two))
    }
    found = do_find_refunds(ON, FIRST)
    assert [r.credit.number for r in found] == [one, two]
    assert [r.amount for r in found] == [kept(one), kept(two)]
    assert all(amount > 30_000_00 for amount in map(kept, (one, two)))
    assert do_find_refunds(ON, SECOND) == []
    do_tell_refund("t", found[0].pk, ON, "carta C-1", FIRST)
    do_tell_refund("t", found[0].pk, ON, "carta C-1", FIRST)
    assert states(found[0].pk) == ["found", "told"]
    with pytest.raises(Refused, match="cómo se avisó"):
        do_tell_refund("t2", found[1].pk, ON, "  ", FIRST)
    assert verify().fault is None


def test_what_is_left_when_somebody_asked_for_a_part_is_found_again(loaded):
    (number,) = overpaid()
    refund = asked(number, amount=10_000_00)
    (left,) = do_find_refunds(ON, FIRST)
    assert left.amount == kept(number) - 10_000_00
    assert do_find_refunds(ON, FIRST) == []
    do_withdraw_refund("w", refund, ON, "Ya no quiere.", ASKS)
    assert excess(number).free == kept(number)
    assert do_find_refunds(ON, FIRST) == [], "the one that waits covers it"


def test_asking_takes_the_refund_that_was_found_or_opens_one(loaded):
    (number,) = overpaid()
    (found,) = do_find_refunds(ON, FIRST)
    assert asked(number, amount=1_00) == found.pk
    other = asked(number, "other", amount=2_00)
    assert other != found.pk
    assert states(other) == ["found", "asked"]
    assert models.Refund.objects.get(pk=other).amount == kept(number) - 1_00


def test_two_requests_never_promise_the_same_centavo(loaded):
    (number,) = overpaid()
    whole = kept(number)
    one = holder(number)
    asked(number, "a", person=one, amount=whole - 1)
    with pytest.raises(Refused, match=r"hay \$0\.01 a favor sin prometer"):
        asked(number, "b", person=one, amount=2)
    asked(number, "c", person=one, amount=1)
    with pytest.raises(Refused, match=r"hay \$0\.00 a favor sin prometer"):
        asked(number, "d", person=one, amount=1)
    assert (excess(number).promised, excess(number).free) == (whole, 0)


def test_nothing_is_asked_where_nothing_is_kept(loaded):
    overpaid()
    number = models.Credit.objects.order_by("pk")[1].number
    with pytest.raises(Refused, match=r"hay \$0\.00 a favor"):
        asked(number, amount=1)
    with pytest.raises(Refused, match="mayor que cero"):
        asked(number, "b", amount=0)
    with pytest.raises(Refused, match="no está en el libro"):
        do_ask_refund("c", request(number, person=1, credit="0000000000"), ASKS)
    assert not models.Refund.objects.exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"clabe": CLABE[:-1] + "8"}, "La CLABE tiene mal el dígito verificador"),
        ({"clabe": "999180123456789016"}, "Ningún banco de la lista tiene la clave 999"),
        ({"holder": "PENA ROJAS ANA"}, "no es el registrado"),
        ({"efirma": False}, "En línea se pide con e.firma"),
        ({"efirma": False, "channel": "in_person"}, "Falta: identificación oficial"),
        (
            {**ALL_IN_PERSON, "amount": 30_000_00},
            "hace falta la e.firma",
        ),
        ({"papers": papers("diploma")}, "No existe el documento 'diploma'"),
        ({"papers": [Paper("identification", ON, "a" * 63)]}, "huella SHA-256"),
        ({"papers": papers("identification", "identification")}, "dos veces"),
        ({"on": date(2023, 12, 31)}, "no consta como titular de este crédito el 2023-12-31"),
        ({"capacity": Capacity.HEIR}, "no consta como beneficiario o heredero"),
        ({"capacity": Capacity.PROXY}, "no consta como apoderado"),
    ],
)  # fmt: skip
def test_a_request_that_lacks_something_says_what(loaded, changes, why):
    (number,) = overpaid()
    with pytest.raises(Refused, match=why):
        asked(number, **changes)
    assert not models.RefundRequest.objects.exists()
    assert not models.RefundAccount.objects.exists()


def test_in_person_up_to_a_centavo_below_the_threshold(loaded):
    (number,) = overpaid()
    one, said = holder(number), ALL_IN_PERSON
    asked(number, "a", person=one, amount=20_000_00, **said)
    with pytest.raises(Refused, match="con las otras solicitudes abiertas"):
        asked(number, "b", person=one, amount=10_000_00, **said)
    asked(number, "c", person=one, amount=9_999_99, **said)
    shown = models.RefundPaper.objects.order_by("pk")
    assert [p.kind for p in shown] == list(IN_PERSON) * 2
    assert {p.sha256 for p in shown} == {SHA}


def test_all_that_is_wrong_is_said_at_once(loaded):
    (number,) = overpaid()
    with pytest.raises(Refused) as why:
        asked(number, clabe="999180123456789016", holder="X", amount=10**12)
    for said in ("999", "no es el registrado", "a favor sin prometer"):
        assert said in str(why.value)


def test_an_heir_asks_to_their_own_account_and_a_proxy_to_the_holders(loaded):
    (number,) = overpaid()
    holder(number)
    heir = holder(number, "heir", "Luis Peña Soto")
    proxy = holder(number, "proxy", "Rosa Díaz Gil")
    of_heir = papers("identification", "death_certificate", "proof_of_heir")
    of_proxy = papers("identification", "power_of_attorney")
    with pytest.raises(Refused, match="no es el registrado"):
        asked(number, "a", person=heir, capacity=Capacity.HEIR, papers=of_heir)
    asked(
        number, "b", person=heir, capacity=Capacity.HEIR, papers=of_heir, holder="LUIS PENA SOTO",
        amount=1_00,
    )  # fmt: skip
    with pytest.raises(Refused, match="no es el registrado"):
        asked(
            number, "c", person=proxy, capacity=Capacity.PROXY, papers=of_proxy,
            holder="ROSA DIAZ GIL", amount=1_00,
        )  # fmt: skip
    asked(number, "d", person=proxy, capacity=Capacity.PROXY, papers=of_proxy, amount=1_00)


@pytest.mark.parametrize("kind", ["spouse", "guarantor"])
def test_others_do_not_ask(loaded, kind):
    (number,) = overpaid()
    with pytest.raises(Refused, match="no consta como titular"):
        asked(number, person=holder(number, kind))
    asked(number, "b", person=holder(number, "co_debtor"), amount=1_00)


def test_somebody_without_a_name_is_identified_first(loaded):
    (number,) = overpaid()
    nameless = models.Person.objects.create()
    do_give_role("r", number, nameless.pk, "debtor", date(2024, 1, 1), ASKS)
    with pytest.raises(Refused, match="Falta el nombre"):
        asked(number, person=nameless.pk)
    do_identify_person("n", nameless.pk, ASKS, name="Ana Peña Ruiz")
    asked(number, "b", person=nameless.pk)


def test_two_people_validate_and_neither_registered_it(loaded):
    (number,) = overpaid()
    refund = asked(number)
    with pytest.raises(Refused, match="registró la solicitud"):
        do_validate_refund("v", refund, ON, ASKS)
    with pytest.raises(Refused, match="registró la solicitud"):
        do_validate_refund("v", refund, ON, Who(f" {ASKS.initiated.upper()} ", "otra pantalla"))
    do_validate_refund("v1", refund, ON, FIRST)
    do_validate_refund("v1", refund, ON, FIRST)
    for who, why in ((FIRST, "dio la primera validación"), (ASKS, "registró la solicitud")):
        with pytest.raises(Refused, match=why):
            do_validate_refund("v2", refund, ON, who)
    do_validate_refund("v2", refund, ON, SECOND)
    assert states(refund) == ["found", "asked", "first", "validated"]
    with pytest.raises(Refused, match="está con dos validaciones"):
        do_validate_refund("v3", refund, ON, Who("cuarta", "pruebas"))
    assert verify().fault is None


def test_another_name_is_taken_with_a_reason_at_each_step(loaded):
    (number,) = overpaid()
    refund = asked(number, holder="ANA PENA DE ORTIZ", name_why="Nombre de casada, acta 12.")
    made = models.RefundRequest.objects.get()
    assert (made.name_agrees, made.name_why) == (False, "Nombre de casada, acta 12.")
    with pytest.raises(Refused, match="diga por qué la valida"):
        do_validate_refund("v1", refund, ON, FIRST)
    do_validate_refund("v1", refund, ON, FIRST, "Vi el acta.")
    with pytest.raises(Refused, match="diga por qué la valida"):
        do_validate_refund("v2", refund, ON, SECOND, "  ")
    do_validate_refund("v2", refund, ON, SECOND, "Vi el acta y la identificación.")


def test_what_is_sealed_is_in_no_table_and_moves_to_a_new_key(loaded, monkeypatch):
    (number,) = overpaid()
    asked(number)
    with connection.cursor() as cursor:
        for table in ("refundrequest", "refundaccount", "auditevent", "sourcekey"):
            cursor.execute(f"SELECT * FROM records_{table}")
            rows = str(cursor.fetchall())
            assert CLABE not in rows
            assert "PENA" not in rows
    old = loaded.environment["TEQUIO_KEYS"]
    monkeypatch.setenv("TEQUIO_KEYS", f"second:{'B' * 43}=,{old}")
    assert reseal_all(FIRST) >= 3
    refund = models.Refund.objects.get()
    do_validate_refund("v1", refund.pk, ON, FIRST)
    assert models.RefundAccount.objects.get().clabe == CLABE


def test_an_account_changed_in_the_database_is_not_validated(loaded):
    (number,) = overpaid()
    refund = asked(number)
    account = models.RefundAccount.objects.get()
    account.clabe = "646180001234567896"
    account.save()
    with pytest.raises(Refused, match="no es la que se registró"):
        do_validate_refund("v1", refund, ON, FIRST)


REACH = {  # how a refund comes to stand in each state that needs no payout
    State.FOUND: (),
    State.TOLD: (State.TOLD,),
    State.ASKED: (State.ASKED,),
    State.FIRST: (State.ASKED, State.FIRST),
    State.VALIDATED: (State.ASKED, State.FIRST, State.VALIDATED),
    State.IN_PAYOUT: (State.ASKED, State.FIRST, State.VALIDATED, State.IN_PAYOUT),
    State.PAID: (State.ASKED, State.FIRST, State.VALIDATED, State.IN_PAYOUT, State.PAID),
    State.RETURNED: (State.ASKED, State.FIRST, State.VALIDATED, State.IN_PAYOUT, State.RETURNED),
    State.RETRIED: (
        State.ASKED, State.FIRST, State.VALIDATED, State.IN_PAYOUT, State.RETURNED, State.RETRIED,
    ),
    State.REJECTED: (State.REJECTED,),
    State.WITHDRAWN: (State.ASKED, State.WITHDRAWN),
}  # fmt: skip


def step(refund: int, state: str, key: str, on: date = ON):
    return do_step(Step("do_step", key, refund, state, on, "x"), FIRST)


def test_every_step_that_is_allowed_and_every_one_that_is_not(loaded):
    overpaid(range(len(REACH)))
    found = do_find_refunds(ON, FIRST)
    assert set(REACH) == set(State)
    for refund, (state, way) in zip(found, REACH.items(), strict=True):
        for place, through in enumerate(way):
            step(refund.pk, through, f"{state}-{place}")
        assert latest(refund.pk).state == state
        for other in State:
            if other in NEXT.get(state, ()):
                continue
            with pytest.raises(Refused, match="no puede quedar"):
                step(refund.pk, other, f"{state}-to-{other}")
        assert latest(refund.pk).state == state
    for refund, state in zip(found, REACH, strict=True):
        if NEXT.get(state):
            with pytest.raises(Refused, match="posterior a"):
                step(refund.pk, NEXT[state][0], f"{state}-early", ON - timedelta(days=1))
            step(refund.pk, NEXT[state][-1], f"{state}-on")


def test_a_decision_has_a_reason_and_a_refund_that_is_not_there_is_refused(loaded):
    (number,) = overpaid()
    refund = asked(number)
    for verb in (do_reject_refund, do_withdraw_refund, do_retry_refund):
        with pytest.raises(Refused, match="Diga por qué"):
            verb("k", refund, ON, " ", FIRST)
        with pytest.raises(Refused, match="no existe"):
            verb("k", 10**6, ON, "x", FIRST)
    do_reject_refund("r", refund, ON, "La cuenta es de otra persona.", FIRST)
    assert states(refund)[-1] == "rejected"
    assert asked(number, "again") != refund


def test_only_what_came_back_of_the_same_credit_is_asked_for_again(loaded):
    one, two = overpaid((0, 5))
    refund, person_ = asked(one), holder(two)
    with pytest.raises(Refused, match="está solicitado: solo la que el banco devolvió"):
        asked(one, "b", refund=refund)
    with pytest.raises(Refused, match="no es del crédito"):
        asked(two, "c", person=person_, refund=refund)
    with pytest.raises(Refused, match="no existe"):
        asked(two, "d", person=person_, refund=10**6)
    (found,) = do_find_refunds(ON, FIRST)[1:]
    with pytest.raises(Refused, match="está encontrado"):
        asked(two, "e", person=person_, refund=found.pk)


def test_the_tables_only_grow(loaded):
    (number,) = overpaid()
    validated(number)
    for model in (models.Refund, models.RefundRequest, models.RefundEvent):
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    loaded.unguarded("UPDATE records_refundrequest SET amount = amount + 1")
    assert "records_refundrequest" not in str(verify().fault)
    assert "refundrequest" in verify().fault.why


def test_of_two_who_ask_for_the_same_money_at_once_one_gets_it(loaded):
    (number,) = overpaid()
    whole, one = kept(number), holder(number)
    together, said = threading.Barrier(2), []

    def asks(key):
        try:
            together.wait()
            asked(number, key, person=one, amount=whole)
            said.append("asked")
        except Refused as why:
            said.append("a favor sin prometer" in str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=asks, args=(key,)) for key in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, said)) == ["True", "asked"]
    assert excess(number).promised == whole


def test_of_two_who_validate_at_once_both_count_in_their_order(loaded):
    (number,) = overpaid()
    refund = asked(number)
    together, said = threading.Barrier(2), []

    def validates(who):
        try:
            together.wait()
            said.append(do_validate_refund(who.initiated, refund, ON, who).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=validates, args=(who,)) for who in (FIRST, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["first", "validated"]


def test_a_person_of_another_credit_does_not_ask(loaded):
    one, two = overpaid((0, 5))
    with pytest.raises(Refused, match="no consta como titular"):
        asked(one, person=holder(two))
    with pytest.raises(Refused, match="no consta como titular"):
        asked(one, person=person())
