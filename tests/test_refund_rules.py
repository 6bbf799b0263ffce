"""What refunds ask: the law's thresholds on both sides, names as banks write them, and banks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core.errors import NotInForce
from tequio.core.lists import PAPERS
from tequio.engine.banks import BANKS, bank_of
from tequio.engine.names import same_person, words_of
from tequio.servicing.refunds import (
    PAPER_WORDS,
    Capacity,
    Claim,
    months_before,
    needed,
    objections,
    own_parameters,
    pay_by,
    refund_law_at,
    tell_by,
)

ON = date(2024, 7, 1)
IN_PERSON = {
    "identification": date(2020, 1, 1),
    "bank_statement": date(2024, 6, 1),
    "suspension_notice": date(2024, 5, 1),
}
HEIR = {"death_certificate": date(2023, 1, 1), "proof_of_heir": date(2024, 1, 1)}
PROXY = {"power_of_attorney": date(2024, 1, 1)}


def claim(**changes) -> Claim:
    said = {
        "capacity": Capacity.HOLDER,
        "amount": 9_079_00,
        "promised": 0,
        "efirma": False,
        "papers": IN_PERSON,
        "on": ON,
    }
    return Claim(**{**said, **changes})


def said_of(**changes) -> str:
    one = claim(**changes)
    return " ".join(objections(one, refund_law_at(one.on)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"amount": 29_999_99},
        {"amount": 20_000_00, "promised": 9_999_99},
        {"efirma": True, "papers": {}, "amount": 30_000_00},
        {"efirma": True, "papers": {}, "amount": 900_000_00, "promised": 1},
        {"papers": {**IN_PERSON, "bank_statement": date(2024, 4, 1)}},  # three months to the day
        {"papers": {**IN_PERSON, "bank_statement": ON}},
        {"capacity": Capacity.HEIR, "papers": {**IN_PERSON, **HEIR}},
        {
            "capacity": Capacity.HEIR,
            "efirma": True,
            "papers": {**HEIR, "identification": date(2020, 1, 1)},
        },
        {"capacity": Capacity.PROXY, "papers": {**IN_PERSON, **PROXY}},
    ],
)
def test_what_is_taken(changes):
    assert said_of(**changes) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": 30_000_00}, "Pide $30,000.00: desde $30,000.00 hace falta la e.firma"),
        ({"amount": 20_000_00, "promised": 10_000_00}, "con las otras solicitudes abiertas"),
        ({"papers": {}}, "Falta: identificación oficial, estado de cuenta bancario, aviso de"),
        ({"papers": {**IN_PERSON, "bank_statement": date(2024, 3, 31)}}, "desde el 2024-04-01"),
        ({"papers": {**IN_PERSON, "bank_statement": date(2024, 7, 2)}}, "posterior a la solicitud"),
        ({"capacity": Capacity.HEIR}, "Falta: acta de defunción, documento que acredita"),
        ({"capacity": Capacity.HEIR, "efirma": True, "papers": HEIR}, "identificación oficial"),
        ({"capacity": Capacity.PROXY}, "Falta: poder notarial"),
    ],
)
def test_what_is_not(changes, why):
    assert why in said_of(**changes)


@given(st.sets(st.sampled_from(PAPERS)), st.sampled_from(Capacity), st.booleans())
def test_a_paper_more_never_takes_a_claim_away(papers, capacity, efirma):
    shown = dict.fromkeys(papers, ON)
    law = refund_law_at(ON)
    few = objections(claim(capacity=capacity, efirma=efirma, papers=shown), law)
    all_of_them = dict.fromkeys(PAPERS, ON)
    assert objections(claim(capacity=capacity, efirma=efirma, papers=all_of_them), law) == []
    one = claim(capacity=capacity, efirma=efirma, papers=shown)
    assert bool(few) == bool(set(needed(one, law)) - papers)


def test_the_law_has_a_date_before_which_there_is_none():
    assert refund_law_at(date(2019, 1, 1)).efirma_from.values[0] == 30_000_00
    with pytest.raises(NotInForce):
        refund_law_at(date(2018, 12, 31))


def test_every_parameter_has_a_source_and_what_is_ours_says_so():
    for parameter in own_parameters().values():
        for value in parameter.history:
            assert value.rule.startswith("DPE-")
            assert (value.source == "SUPUESTO") == (value.confidence.value == "assumed")
    assert list(PAPER_WORDS) == list(PAPERS)


def test_clocks_run_in_working_days():
    assert pay_by(ON) == date(2024, 7, 15)
    assert tell_by(ON) == date(2024, 7, 8)
    assert pay_by(date(2024, 9, 10)) == date(2024, 9, 25)  # over Independence Day


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2024, 5, 31), 3, date(2024, 2, 29)),
        (date(2023, 5, 31), 3, date(2023, 2, 28)),
        (date(2024, 1, 15), 3, date(2023, 10, 15)),
        (date(2024, 7, 1), 0, date(2024, 7, 1)),
    ],
)
def test_months_back(day, months, before):
    assert months_before(day, months) == before


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_going_back_further_is_earlier(day, months):
    assert months_before(day, months + 1) < months_before(day, months) <= day
    assert day - months_before(day, months) <= timedelta(days=31 * months + 3)


SAME = [
    ("Ana Peña Ruiz", "PENA RUIZ ANA"),
    ("María de la Luz Hernández Gómez", "HERNANDEZ GOMEZ MARIA LUZ"),
    ("Ma. Guadalupe Núñez Díaz", "MARIA GPE NUNEZ DIAZ"),
    ("José Ángel Rodríguez López", "RDZ LPZ JOSE ANGEL"),
    ("Juan Carlos Pérez López", "JUAN C PEREZ LOPEZ"),
    ("Sr. Francisco Javier Martínez Ortiz", "FCO JAVIER MTZ ORTIZ"),
    ("Ana-Lucía O'Higgins Ríos", "ANA LUCIA O HIGGINS RIOS"),
    ("María del Carmen Vda. de Ortiz Sosa", "MARIA CARMEN ORTIZ SOSA"),
]
DIFFERS = [
    ("Ana Peña Ruiz", "ANA PENA"),
    ("Ana Peña Ruiz", "ANA PENA ROJAS"),
    ("José Pérez López", "J PEREZ LOPEZ"),  # Juan would be J as well
    ("Ana Peña Ruiz", "ANA MARIA PENA RUIZ"),
    ("Ana Peña Ruiz", ""),
    ("", ""),
    ("Ana Ana Peña Ruiz", "ANA PENA PENA RUIZ"),
    ("Juan Carlos Pérez López", "JUAN D PEREZ LOPEZ"),
    ("Ana Peña Ruiz", "12345"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_person(one, other):
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERS)
def test_a_person_must_decide(one, other):
    assert not same_person(one, other)
    assert not same_person(other, one)


@given(st.permutations(["Juan", "Carlos", "Pérez", "López"]), st.booleans())
def test_the_order_and_capitals_never_count(words, shout):
    name = " ".join(words)
    assert same_person("Juan Carlos Pérez López", name.upper() if shout else name.lower())


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_is_the_same_from_both_sides(one, other):
    assert same_person(one, other) == same_person(other, one)
    assert same_person(one, one) == bool(words_of(one))


def test_a_bank_is_known_by_three_digits():
    assert bank_of("021180550300050811") == "HSBC"
    assert bank_of("0211 8055 0300 0508 11") == "HSBC"
    assert bank_of("999180123456789016") is None
    assert all(len(code) == 3 and code.isdigit() and name for code, name in BANKS.items())
