"""Every column of a loan is declared once, and the declaration can be trusted by all."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from strategies import examples, portfolio, rows_of
from tequio.core import (
    Code,
    Common,
    Day,
    Flag,
    Index,
    Loan,
    Money,
    Months,
    Rate,
    Rounding,
    Signing,
    Units,
)
from tequio.core.columns import EPOCH, INDEX_MAX, MONEY_MAX, RATE_MAX, UNITS_MAX, Column
from tequio.core.lists import GAPS, SOLUTIONS
from tequio.core.loan import TEXTS, Fact, Known, Section, declared, facts, known_flags, sections
from tequio.core.offer import FOREVER, Gap, nothing
from tequio.programmes import REGISTRY
from worked import loans

each_fact = pytest.mark.parametrize("name", facts())
LIMITS = {Money: MONEY_MAX // 2, Units: UNITS_MAX, Rate: RATE_MAX, Months: 9_999, Index: INDEX_MAX}


def test_every_field_is_a_fact_or_says_whether_one_is_known() -> None:
    assert [name for name, _, _ in declared()] == [field.name for field in fields(Loan)]
    for name, kind, said in declared():
        assert isinstance(said, Fact | Known), name
        assert issubclass(kind, Column), name
    assert len(facts()) + len(known_flags()) == len(fields(Loan))


def test_every_fact_is_in_one_section_and_a_section_begins_where_it_says() -> None:
    assert [name for names in sections().values() for name in names] == list(facts())
    assert {section: names[0] for section, names in sections().items()} == {
        section: section.value for section in Section
    }


@each_fact
def test_a_range_is_sane(name: str) -> None:
    kind, fact = facts()[name]
    assert fact.least < fact.most
    assert fact.least <= 0 <= fact.most, "zero stands for nothing, and for unknown"
    assert fact.least == 0 or kind is Day, "only a day can be before its zero"
    assert fact.most <= LIMITS.get(kind, fact.most), "a product of it would not fit"


@each_fact
def test_a_fact_is_labelled_in_spanish_and_told_in_english(name: str) -> None:
    _, fact = facts()[name]
    assert fact.label[0].isupper()
    assert not fact.label.endswith(".")
    assert fact.tells.endswith(".")


def test_no_two_columns_have_one_label() -> None:
    labels = [fact.label for _, fact in facts().values()] + [text.label for text in TEXTS]
    assert len(set(labels)) == len(labels)
    assert not {text.name for text in TEXTS} & facts().keys()


@each_fact
def test_a_code_and_only_a_code_has_a_closed_list(name: str) -> None:
    kind, fact = facts()[name]
    assert bool(fact.codes) == (kind is Code)
    if fact.codes:
        assert fact.most == len(fact.codes) - 1
        assert len(set(fact.codes)) == len(fact.codes)


@each_fact
def test_a_flag_is_yes_or_no(name: str) -> None:
    kind, fact = facts()[name]
    assert (kind is not Flag) or (fact.least, fact.most) == (0, 1)


def test_a_known_flag_is_about_an_optional_fact() -> None:
    kinds = {name: kind for name, kind, _ in declared()}
    for flag, of in known_flags().items():
        assert kinds[flag] is Flag
        assert facts()[of][1].optional
    assert len(set(known_flags().values())) == len(known_flags())


def test_days_reach_from_1900_to_2099() -> None:
    days = {name: fact for name, (kind, fact) in facts().items() if kind is Day}
    assert {fact.most for fact in days.values()} == {(date(2100, 1, 1) - EPOCH).days}
    assert days["born_on"].least == (date(1900, 1, 1) - EPOCH).days


def test_solutions_begin_with_none_and_gaps_are_in_the_order_of_the_offer() -> None:
    assert SOLUTIONS[0] == "none"
    assert {programme.name for programme in REGISTRY} - set(SOLUTIONS) == {
        "responsabilidad_compartida",
        "liquidacion_anticipada",
        "paga_lo_justo",
        "solucion_integral",
        "congelamiento",
        "liberacion_30_anos",
    }, "these leave nothing in force behind them"
    assert [gap.name.lower() for gap in Gap] == list(GAPS)
    assert [gap.value for gap in Gap] == list(range(len(GAPS)))


def test_rows_become_a_loan_and_back() -> None:
    known = list(examples()[:20])
    assert rows_of(portfolio(known)) == known


# The contract as it stands

CREDIT: dict[str, Any] = {
    "balance": "400000.00",
    "instalment": "4800.00",
    "rate": 9,
    "months_left": 200,
    "insurance": "100.50",
    "protection_fee": "60.25",
    "administration_fee": "40.00",
    "months_missed": 3,
    "unpaid_interest": "9000.00",
    "wage": "9600.10",
    "employed": True,
    "employer_to_principal": True,
}
IN_UNITS = CREDIT | {
    "indexed": True,
    "balance": 0,
    "instalment": 0,
    "balance_units": "150.000001",
    "instalment_units": "1.5",
}


def law() -> Common:
    return REGISTRY[0].book.at(Common, date(2024, 6, 30))


def test_the_terms_of_a_credit_in_pesos() -> None:
    terms = loans([CREDIT]).terms(law())
    assert terms.balance.values.tolist() == [400_000_00]
    assert terms.instalment.values.tolist() == [4_800_00]
    assert terms.charges.values.tolist() == [200_75]
    assert terms.fees.values.tolist() == [100_25]
    assert terms.overdue.values.tolist() == [9_000_00 + 3 * 200_75]
    assert terms.employer.values.tolist() == [480_01], "5 % of 9,600.10 is 480.005: half up"


def test_the_terms_of_a_credit_in_units_are_worth_pesos_of_the_day() -> None:
    index = int(law().umi.values[0])
    terms = loans([IN_UNITS]).terms(law())
    for pesos, units in ((terms.balance, 150_000_001), (terms.instalment, 1_500_000)):
        assert pesos.values.tolist() == [(2 * units * index + 10**7) // (2 * 10**7)]
    assert terms.employer.values.tolist() != [0], "the 5 % goes to the credit in every vintage"
    assert terms.balance_units.values.tolist() == [150_000_001]


def test_without_a_job_no_employer_pays() -> None:
    assert loans([CREDIT | {"employed": False}]).terms(law()).employer.values.tolist() == [0]


@pytest.mark.parametrize("extra", [True, False])
def test_the_employer_s_share_goes_to_the_credit_in_every_vintage(extra: bool) -> None:
    """Servicing reference, 2.7: a part of the amortisation before 2021, extra principal since."""
    rows = loans([CREDIT | {"employer_to_principal": extra}])
    share = rows.wage.times(law().employer_share, Rounding.HALF_UP)
    assert rows.terms(law()).employer.values.tolist() == share.values.tolist()


def test_the_terms_are_worked_out_once_for_each_index_and_share() -> None:
    rows = loans([IN_UNITS])
    again = replace(law(), as_of=law().as_of.new(law().as_of.values + 1))
    assert rows.terms(law()) is rows.terms(again)
    dearer = replace(law(), umi=law().umi.new(law().umi.values * 2))
    assert rows.terms(dearer).balance.values[0] > rows.terms(law()).balance.values[0]
    other = replace(law(), employer_share=law().employer_share.new(np.array([0])))
    assert rows.terms(other).employer.values.tolist() == [0]
    assert loans([IN_UNITS]).terms(law()) is not rows.terms(law())


def test_terms_are_read_row_by_row() -> None:
    index = int(law().umi.values[0])
    terms = loans([CREDIT, IN_UNITS]).terms(law())
    assert terms.instalment.values.tolist() == [4_800_00, (15 * index * 10**5 + 5 * 10**6) // 10**7]


def test_a_signing_moves_pesos_and_units_alike() -> None:
    signing = Signing(interest=Money(900_00), charges=Money(50_00), forgiven=Money(150_00))
    before = loans([CREDIT, IN_UNITS]).terms(law())
    after = before.signed(signing, overdue=Money([0, 0]))
    added = after.balance - before.balance
    assert added.values.tolist() == [800_00, 800_00]
    assert (after.balance_units - before.balance_units).values.tolist() == (
        Money([800_00] * 2).units(law().umi).values.tolist()
    )
    assert after.overdue.values.tolist() == [0, 0]
    assert after.instalment is before.instalment


def test_a_signing_says_nothing_unless_told() -> None:
    signing = Signing()
    for part in fields(signing):
        assert getattr(signing, part.name).values.tolist() == [0]
    assert nothing().values.tolist() == [0]
    assert FOREVER.values.tolist() == [9_999]
