"""Offers from the ledger: what they rest on is kept, and what is signed later is what was shown."""

import json
from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from closes import WHO, day_number, post
from promised import load
from tequio.core.columns import Column
from tequio.core.loan import declared
from tequio.core.offer import Offer
from tequio.engine.errors import Refused
from tequio.engine.offers import plan_of
from tequio.programmes import REGISTRY
from tequio.web import start
from worked import cases, each_programme, loans

start()
from django.db import connection  # noqa: E402

from tequio.web.records import audit  # noqa: E402
from tequio.web.records.basis import refuse_changed  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.loans import loan_known  # noqa: E402
from tequio.web.records.models import Agreement, AgreementEvent  # noqa: E402
from tequio.web.records.offers import (  # noqa: E402
    credit_of,
    do_make_offer,
    offer_of,
    offers_of,
    valid_until,
)
from tequio.web.records.present import present_of  # noqa: E402
from tequio.web.records.quoted import (  # noqa: E402
    read_loan,
    read_offer,
    written_loan,
    written_offer,
)
from tequio.web.records.writing import as_json  # noqa: E402

CUT, DAY = date(2024, 6, 30), date(2024, 7, 10)
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
JUBILADO = {"pensioned": True, "pension": 7_850, "months_paid": 130}
IN_UNITS = {
    "indexed": True,
    "balance": 0,
    "balance_units": 100,
    "instalment": 0,
    "instalment_units": 1,
    "rate": 6,
    "months_missed": 3,
    "months_in_a_row": 3,
    "unpaid_interest": 4_000,
}
ROW = np.zeros(1, np.int64)


def picked(record, row):
    """One row of a record of columns."""
    found = {}
    for field in fields(record):
        column = getattr(record, field.name)
        values = column.values if isinstance(column, Column) else [int(column)]
        found[field.name] = int(values[row if len(values) > 1 else 0])
    return found


@each_programme
def test_an_offer_and_its_loan_come_back_as_they_were(programme):
    for day in sorted({case["day"] for case in cases(programme)}):
        chosen = [case["loan"] for case in cases(programme) if case["day"] == day]
        loan = loans(chosen)
        offer = programme.at(day).evaluate(loan).offer
        for row in range(len(chosen)):
            loan_said = json.loads(as_json(written_loan(loan, row)))
            offer_said = json.loads(as_json(written_offer(offer, row)))
            again, loan_again = read_offer(offer_said), read_loan(loan_said)
            assert written_offer(again) == offer_said
            assert written_loan(loan_again) == loan_said
            for name, kind, _ in declared():
                mine, its = getattr(loan, name), getattr(loan_again, name)
                assert type(its) is kind
                assert mine.values[row] == its.values[0], name
            check_offer(offer, again, row)
            whole, alone = plan_of(offer, loan, np.array([row])), plan_of(again, loan_again, ROW)
            for field in fields(whole):
                if field.name != "stages":
                    assert np.array_equal(getattr(whole, field.name), getattr(alone, field.name))


def check_offer(offer: Offer, again: Offer, row: int) -> None:
    assert again.on_default is offer.on_default
    assert list(again.working) == list(offer.working), "steps are in their order"
    for name, step in offer.working.items():
        assert type(again.working[name]) is type(step)
        assert again.working[name].values[0] == step.values[row if len(step) > 1 else 0]
    pairs = [
        (offer.before, again.before),
        (offer.after, again.after),
        (offer.signing, again.signing),
        (offer.reward, again.reward),
        (offer.settlement, again.settlement),
        *zip(offer.stages, again.stages, strict=True),
    ]
    for whole, alone in pairs:
        assert (whole is None) == (alone is None)
        if whole is not None:
            assert picked(whole, row) == picked(alone, 0)


def test_the_offers_are_those_of_explain(ledger, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    found = {one.programme: one for one in offers_of(number, DAY).answers}
    assert set(found) == {one.name for one in REGISTRY}
    assert found["borron_y_cuenta_nueva"].eligible
    with pytest.raises(Refused, match="no está en el libro"):
        offers_of("9999999999", DAY)


def test_an_offer_keeps_what_it_read_what_it_quoted_and_until_when(ledger, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", DAY, WHO)
    assert do_make_offer("o", number, "borron_y_cuenta_nueva", DAY, WHO).pk == made.pk
    assert (made.offered_on, made.valid_until) == (DAY, date(2024, 7, 31))
    said = json.loads(made.offer)
    assert said["loan"]["months_missed"] == 2
    assert {"months_missed", "balance", "active_solution", "in_court"} <= set(said["read"])
    assert "wage" in said["loan"] or "sex" not in said["read"]
    assert said["promise"].startswith("Queda al corriente debiendo $315,589.16")
    offer, loan = offer_of(made)
    assert int(offer.after.balance.values[0]) == 315_589_16
    assert int(loan.months_paid.values[0]) == 130
    (event,) = AgreementEvent.objects.filter(agreement=made)
    assert event.state == "offered"
    assert audit.verify().fault is None
    with pytest.raises(Refused, match="otro contenido"):
        do_make_offer("o", number, "apoyo_jubilados", DAY, WHO)


@pytest.mark.parametrize(
    ("programme", "day", "why"),
    [
        ("apoyo_jubilados", DAY, "Es para quien tiene pensión"),
        ("liquidacion_anticipada", DAY, "se pide que deba 25 % o menos"),
        ("nivela_tu_pago", DAY, "No hay regla conocida de esa fecha"),
        ("otra", DAY, "no es una solución"),
    ],
)
def test_what_a_credit_does_not_qualify_for_is_not_offered(ledger, tmp_path, programme, day, why):
    (number,) = load([BORRON], CUT, tmp_path)
    with pytest.raises(Refused, match=why):
        do_make_offer("o", number, programme, day, WHO)
    assert not Agreement.objects.exists()


SMALL = {"balance": 90_000, "months_left": 60, "instalment": 1_800}


@pytest.mark.parametrize(
    ("day", "until"), [(date(2024, 7, 10), date(2024, 7, 31)), (date(2024, 7, 9), None)]
)
def test_a_shut_door_is_not_passed_on_record(ledger, tmp_path, day, until):
    (number,) = load([SMALL], CUT, tmp_path)
    if until is None:
        with pytest.raises(Refused, match="se publica el día 10"):
            do_make_offer("o", number, "liquidacion_anticipada", day, WHO)
    else:
        made = do_make_offer("o", number, "liquidacion_anticipada", day, WHO)
        assert made.valid_until == until


READS = 20  # questions to the database: what a page of one credit may ask


@pytest.mark.parametrize("closes", [0, 1])
def test_a_page_of_one_credit_asks_little(ledger, tmp_path, closes):
    (number,) = load([BORRON], CUT, tmp_path)
    day = DAY
    if closes:
        post("p", [0], day_number(DAY), [100_00])
        do_close_month(date(2024, 7, 31), WHO)
        post("q", [0], day_number(date(2024, 8, 2)), [100_00])
        day = date(2024, 8, 10)
    asked: list[str] = []

    def hears(execute, sql, *more):
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(hears):
        present_of(credit_of(number), day)
        offers_of(number, day)
    assert 0 < len(asked) <= READS, asked
    assert not any("COUNT(" in sql.upper() for sql in asked)


def test_a_deposit_that_settles_is_waited_for_to_the_last_working_day(ledger, tmp_path):
    (number,) = load([SMALL], CUT, tmp_path)
    offer, _ = offer_of(do_make_offer("o", number, "liquidacion_anticipada", DAY, WHO))
    assert valid_until(offer, date(2024, 8, 12)) == date(2024, 8, 30), "the 31st is a Saturday"
    assert valid_until(offer, date(2024, 7, 12)) == date(2024, 7, 31), "a Wednesday"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"in_court": True}, "En juicio: era no, es sí"),
        ({"wage": 9_999_00}, "es $9,999.00"),
    ],
)
def test_what_changed_since_is_said_fact_by_fact(ledger, tmp_path, changes, words):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", DAY, WHO)
    later = date(2024, 7, 12)
    refuse_changed(made, loan_known(credit_of(number), later), later)
    do_record_facts("f", number, later, {"sex": 1}, WHO)
    refuse_changed(made, loan_known(credit_of(number), later), later)
    do_record_facts("g", number, later, changes, WHO)
    with pytest.raises(Refused) as refused:
        refuse_changed(made, loan_known(credit_of(number), later), later)
    assert words in str(refused.value)
    assert str(refused.value).count(": era ") == 1


def test_what_servicing_says_since_is_a_change_too(ledger, tmp_path):
    """A month paid is a month missed less, whatever somebody recorded."""
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", DAY, WHO)
    later = date(2024, 7, 12)
    owed = int(present_of(credit_of(number), later).quotes.to_be_current[0])
    post("pays", [0], day_number(later), [owed])
    with pytest.raises(Refused, match="Mensualidades omitidas: era 2, es 0"):
        refuse_changed(made, loan_known(credit_of(number), later), later)


def test_a_fact_that_was_not_known_is_said_once(ledger, tmp_path):
    (number,) = load([JUBILADO], CUT, tmp_path)
    made = do_make_offer("o", number, "apoyo_jubilados", DAY, WHO)
    do_record_facts("g", number, DAY, {"pension": None}, WHO)
    with pytest.raises(Refused, match=r"Pensión mensual: era \$7,850.00, es sin dato\."):
        refuse_changed(made, loan_known(credit_of(number), DAY), DAY)


def test_a_law_that_changed_since_is_a_change_too(ledger, tmp_path):
    """On 18 September 2023 another text began."""
    (number,) = load([IN_UNITS], date(2023, 8, 31), tmp_path)
    last = date(2023, 9, 17)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", last, WHO)
    refuse_changed(made, loan_known(credit_of(number), last), last)
    with pytest.raises(Refused, match="Texto de la regla: era del 2019-07-01, es del 2023-09-18"):
        refuse_changed(made, loan_known(credit_of(number), last), date(2023, 9, 18))
