"""Every worked example of the rule-book, as one batch a text and then one by one."""

from datetime import timedelta
from typing import Any

import pytest

from tequio.core import Money, Months, Programme, Rate
from tequio.core.columns import Column
from tequio.core.programme import Evaluation, NotOffered, WhenActive, matrix
from tequio.core.settlement import receive
from tequio.programmes import LIQUIDACION_ANTICIPADA, RESPONSABILIDAD_COMPARTIDA
from worked import (
    Case,
    at,
    batches,
    cases,
    each_programme,
    in_force_batch,
    loans,
    not_offered,
    number,
)

DAY = timedelta(days=1)


def evaluated(programme: Programme, chosen: list[Case]) -> Evaluation:
    return in_force_batch(programme, chosen).evaluate(loans([case["loan"] for case in chosen]))


def unmet(answer: Evaluation, row: int) -> list[str]:
    return [requirement.name for requirement in answer.reasons(row)]


def same(column: Column, row: int, value: Any) -> bool:
    """Whether a row holds the value that a case writes."""
    return at(column, row) == number(type(column), value)


def check(case: Case, answer: Evaluation, row: int) -> None:
    assert unmet(answer, row) == case.get("unmet", []), case["name"]
    for step, value in case.get("gives", {}).items():
        column = answer.offer.working[step]
        assert same(column, row, value), (case["name"], step, at(column, row))
    for name, value in case.get("after", {}).items():
        assert same(getattr(answer.offer.after, name), row, value), (case["name"], name)
    for name, value in case.get("reward", {}).items():
        assert same(getattr(answer.offer.reward, name), row, value), (case["name"], name)
    for name, facts in case.get("shows", {}).items():
        (requirement,) = (r for r in answer.requirements if r.name == name)
        assert all(at(requirement.facts[k], row) == v for k, v in facts.items()), case["name"]
    for deposit, *expected in case.get("deposits", []):
        check_deposit(case, answer, row, deposit, expected)
    if "cancels" in case:
        assert bool(answer.cancels.values[row]) is case["cancels"], case["name"]
    if "says" in case:
        assert answer.explain(row)[0] == case["says"], case["name"]


def check_deposit(case: Case, answer: Evaluation, row: int, deposit: Any, expected: Any) -> None:
    settlement = answer.offer.settlement
    assert settlement
    before = answer.offer.before
    receipt = receive(before.balance + before.overdue, Money(int(deposit * 100)), settlement)
    seen = [at(column, row) for column in (receipt.owed, receipt.forgiven, receipt.kept)]
    assert seen == [value * 100 for value in expected], (case["name"], deposit)


@each_programme
def test_all_the_cases_of_a_text_are_one_batch(programme: Programme) -> None:
    for batch in batches(programme, cases(programme)):
        answer = evaluated(programme, batch)
        assert answer.rows == len(batch)
        for row, case in enumerate(batch):
            check(case, answer, row)


@each_programme
def test_one_by_one_says_the_same_as_the_batch(programme: Programme) -> None:
    for batch in batches(programme, cases(programme)):
        together = evaluated(programme, batch)
        for row, case in enumerate(batch):
            alone = evaluated(programme, [case])
            check(case, alone, 0)
            assert alone.explain(0) == together.explain(row)
            assert alone.promise(0) == together.promise(row)


def besides_unknown(case: Case) -> list[str]:
    """What a case does not meet; that its rule was never made public counts only when alone."""
    named = case.get("unmet", [])
    return [name for name in named if name != "no_public_rule"] or named


@pytest.mark.parametrize("programme", [RESPONSABILIDAD_COMPARTIDA, LIQUIDACION_ANTICIPADA])
def test_the_day_on_which_a_door_opens(programme: Programme) -> None:
    dated = [case for case in cases(programme) if "opens_on" in case]
    assert dated
    for case in dated:
        opens = in_force_batch(programme, [case]).opens_on(loans([case["loan"]]))
        assert (opens or "unknown") == case["opens_on"], case["name"]


@each_programme
def test_a_day_without_text_is_an_ordinary_answer(programme: Programme) -> None:
    for case in not_offered(programme):
        answer = programme.status(case["day"])
        assert isinstance(answer, NotOffered)
        assert case["says"] in answer.say()


@each_programme
def test_every_requirement_decides_some_case_alone(programme: Programme) -> None:
    known = cases(programme)
    names = {
        requirement.name
        for batch in batches(programme, known)
        for requirement in evaluated(programme, batch).requirements
    }
    if not any(cell.then is WhenActive.REFUSED for cell in matrix()[programme.name]):
        names.remove("compatible")  # no other solution stands in its way
    alone = {decides[0] for case in known if len(decides := besides_unknown(case)) == 1}
    assert names == alone, f"no case where only this is unmet: {names - alone}"


@each_programme
def test_every_text_has_cases_and_all_but_the_unknown_ones_a_yes(programme: Programme) -> None:
    known = cases(programme)
    for version, since, _ in programme.periods(programme.book):
        of_text = [case for case in known if programme.at(case["day"]).version is version]
        assert of_text, f"no case of the text of {since}"
        if not programme.at(since).unknown:
            assert any("unmet" not in case for case in of_text), f"nobody qualifies on {since}"


@each_programme
def test_every_change_of_the_law_is_asked_about_on_both_sides(programme: Programme) -> None:
    """The first and the last day of each text, both sides of each dated value, and the days just
    outside."""
    days = {case["day"] for case in cases(programme)}
    outside = {case["day"] for case in not_offered(programme)}
    text, *others = programme.book.own["text"], *programme.book.own.values()
    assert text.history[0].since - DAY in outside
    for value in text.history:
        assert value.since in (outside if value.ends else days), value.since
    for parameter in others:
        for value in parameter.history[1:]:
            assert {value.since - DAY, value.since} <= days | outside, (parameter.name, value.since)


def test_the_published_conversion_holds_within_its_tolerance() -> None:
    """RC-E1 (published 2022-12-30): 161,394 left at 3.09 %, an instalment of 1,012."""
    left, rate = Money(161_394_00), Rate(30_900)
    in_arrears = left.level_instalment(rate, Months(206))
    assert at(in_arrears, 0) == 1_010_53
    assert abs(at(in_arrears, 0) - 1_012_00) <= 4_00
    assert at(left.level_instalment(rate, Months(205)), 0) == 1_014_27
    assert at(left.level_instalment_in_advance(rate, Months(205)), 0) == 1_011_66
