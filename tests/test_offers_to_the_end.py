"""The effects that the newer programmes use, from a worked example to the last month."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from tequio.core import Gap, Loan, Programme
from tequio.core.programme import Evaluation
from tequio.engine.choose import ENTITLEMENTS, LOST_ON
from tequio.engine.evaluate import Outcome, Pairs, evaluate
from tequio.engine.explain import explain, plan_schedule
from tequio.engine.offers import plan_of, status_quo
from tequio.engine.outlook import Outlook
from tequio.engine.pairs import NAMES
from tequio.engine.projection import project
from tequio.engine.rulebook import assumed, outlook_at, published
from tequio.programmes import (
    APOYO_SOLIDARIO,
    AUTOSEGURO,
    CONGELAMIENTO,
    FONDO_PROTECCION_PAGOS,
    LIBERACION_30_ANOS,
    PRORROGA,
    REGISTRY,
    SOLUCION_INTEGRAL,
)
from worked import cases, loans


def worked(programme: Programme, name: str, **facts: Any) -> tuple[Loan, date]:
    """The loan of a worked example, with facts changed, and its day."""
    (case,) = (one for one in cases(programme) if one["name"] == name)
    return loans([case["loan"] | facts]), case["day"]


def pair(outcome: Outcome, programme: Programme) -> Pairs:
    (pairs,) = (one for one in outcome.pairs if one.programme == programme.name)
    assert len(pairs.rows) == 1
    return pairs


def answered(programme: Programme, loan: Loan, day: date) -> Evaluation:
    return programme.at(day).evaluate(loan)


@pytest.mark.parametrize(
    ("name", "gap", "grown"),
    [
        ("RE-E6: twelve months at six percent", Gap.CAPITALISED, 15_000_00),
        ("RE-E6: the first day without interest", Gap.NO_INTEREST, 0),
    ],
)
def test_a_prorroga_leaves_the_debt_that_it_promises(name: str, gap: Gap, grown: int) -> None:
    loan, day = worked(PRORROGA, name)
    offer = answered(PRORROGA, loan, day).offer
    (stage,) = offer.stages
    rows = plan_schedule(offer, loan, day)
    assert stage.gap is gap
    assert (rows.borrower[:12] == 0).all()
    assert (
        int(rows.balance[11])
        == 250_000_00 + grown
        == 250_000_00 + int(offer.working["added"].values[0])
    )
    assert int(rows.borrower[12]) == 2_100_00


def test_the_fund_pays_what_it_promises_and_the_institute_nothing() -> None:
    loan, day = worked(FONDO_PROTECCION_PAGOS, "RE-E5: a tenth of the instalment without a job")
    projection = pair(evaluate(loan, day), FONDO_PROTECCION_PAGOS).projection
    assert int(projection.complement_fund[0]) == 22_780_74
    assert int(projection.complement_institute[0]) == 0


@pytest.mark.parametrize(
    ("name", "paid"),
    [
        ("RE-E1: the ladder of 25", [3_000_00, 3_000_00, 3_000_00]),
        (
            "a hair more than a quarter too much: RE-E1, the ladder of 50",
            [2_000_00, 2_000_00, 3_000_00],
        ),
        ("more than a half too much: RE-E1, the ladder of 75", [1_000_00, 2_000_00, 3_000_00]),
    ],
)
def test_three_half_years_and_then_the_whole_instalment(name: str, paid: list[int]) -> None:
    loan, day = worked(APOYO_SOLIDARIO, name)
    offer = answered(APOYO_SOLIDARIO, loan, day).offer
    rows = plan_schedule(offer, loan, day)
    assert rows.borrower[:19].tolist() == [*np.repeat(paid, 6), 4_000_00]
    given = pair(evaluate(loan, day), APOYO_SOLIDARIO).projection.complement_institute
    assert int(given[0]) == sum(6 * (4_000_00 - one) for one in paid)


def test_a_settled_credit_pays_nothing_more() -> None:
    loan, day = worked(SOLUCION_INTEGRAL, "SI-E1: 2.7 times, and nothing is owed")
    pairs = pair(evaluate(loan, day), SOLUCION_INTEGRAL)
    projection = pairs.projection
    assert [int(pairs.pays_after[0]), int(projection.months[0])] == [0, 0]
    owed = (projection.paid, projection.charges, projection.overdue, projection.left)
    assert [int(figure[0]) for figure in owed] == [0, 0, 0, 0]


@pytest.mark.parametrize("indexed", [False, True], ids=["pesos", "units"])
def test_a_partial_disability_ends_in_a_release_and_that_is_no_warning(indexed: bool) -> None:
    """Whatever the unit does meanwhile: two years of insurance, and nothing is owed."""
    name = "partial disability of exactly a half: two years, and then released"
    units = {"balance": 0, "balance_units": 80, "instalment": 0, "instalment_units": 1}
    loan, day = worked(AUTOSEGURO, name, **({"indexed": True} | units if indexed else {}))
    rows = plan_schedule(answered(AUTOSEGURO, loan, day).offer, loan, day)
    assert (rows.borrower == 0).all()
    assert len(rows.t) == 24
    assert int(rows.charges.sum()) == 24 * 60_00
    assert int(rows.released[-1]) == int(rows.balance[-2]) + int(rows.indexation[-1]) > 0
    assert (int(rows.indexation.sum()) > 0) is indexed
    (said,) = (one for one in explain(loan, day).answers if one.programme == "autoseguro")
    assert said.offer
    assert said.offer.warnings == []


def test_who_is_in_that_prorroga_is_projected_to_its_release() -> None:
    name = "partial disability, already in that prórroga"
    loan, day = worked(AUTOSEGURO, name)
    now = evaluate(loan, day).today.projection
    assert [int(now.months[0]), int(now.paid[0]), int(now.released[0])] == [11, 0, 250_000_00]


@pytest.mark.parametrize("event", ["death", "total_disability", "invalidity"])
def test_a_debt_that_is_released_today_has_no_month_more(event: str) -> None:
    loan, day = worked(
        AUTOSEGURO, "death: the debt is released with what is overdue", insured_event=event
    )
    pairs = pair(evaluate(loan, day), AUTOSEGURO)
    projection = pairs.projection
    assert int(pairs.forgiven[0]) + int(pairs.waived[0]) == 252_620_00
    owed = (projection.months, projection.total, projection.left, pairs.pays_after)
    assert [int(figure[0]) for figure in owed] == [0, 0, 0, 0]


def test_the_projection_releases_with_the_payment_that_the_law_asks_for() -> None:
    """One short, the projection pays one month more and releases; then the programme does."""
    loan, day = worked(LIBERACION_30_ANOS, "one payment short")
    now = evaluate(loan, day).today.projection
    assert int(now.months[0]) == 1
    month = (84_250_75 * 60_000 + 6_000_000) // 12_000_000
    assert int(now.released[0]) == 84_250_75 + month - 1_450_00
    loan, day = worked(LIBERACION_30_ANOS, "360 payments: what is left is released")
    pairs = pair(evaluate(loan, day), LIBERACION_30_ANOS)
    assert [int(pairs.pays_after[0]), int(pairs.projection.months[0])] == [0, 0]


def test_months_missed_and_of_prorroga_put_the_release_off() -> None:
    """A balance that no payment clears: the release comes after the payments that are missing, and
    a prórroga in force comes before them."""
    name = "thirty years and two months gone by, twelve of prórroga and five missed: fifteen to go"
    loan, day = worked(LIBERACION_30_ANOS, name, instalment=500)
    assert int(evaluate(loan, day).today.projection.months[0]) == 15
    in_force = {"active_solution": "prorroga", "solution_gap": "capitalised"}
    kept = {"solution_kept": True, "solution_months_left": 4}
    loan, day = worked(LIBERACION_30_ANOS, name, instalment=500, **in_force, **kept)
    assert int(evaluate(loan, day).today.projection.months[0]) == 19


def test_a_frozen_credit_no_longer_follows_the_unit_and_keeps_its_solution() -> None:
    """Against a unit that grows: what the freeze takes away is the indexation, and nothing else."""
    loan, day = worked(CONGELAMIENTO, "a solution in force goes on")
    offer = answered(CONGELAMIENTO, loan, day).offer
    future = outlook_at(published(), day)
    rows, grows = np.zeros(1, np.int64), replace(future, index=growing(future))
    frozen = project(plan_of(offer, loan, rows), grows)
    now = project(plan_of(status_quo(loan, assumed(published(), day)), loan, rows), grows)
    assert int(frozen.indexation[0]) == 0 < int(now.indexation[0])
    months = plan_schedule(offer, loan, day).borrower
    assert months[:8].tolist() == [*[1_800_00] * 7, 3_677_55]
    at_rest = plan_schedule(status_quo(loan, assumed(published(), day)), loan, day)
    assert abs(len(at_rest.t) - len(months)) <= 1, "the unit stands still: the same to a rounding"


def growing(outlook: Outlook) -> np.ndarray:
    """The same months, with a unit that is five per cent dearer from the first January on."""
    january = np.argmax((np.arange(len(outlook.index)) + outlook.first_month - 2) % 12 == 0)
    later = np.arange(len(outlook.index)) >= january
    return outlook.index + np.where(later, outlook.index[0] // 20 // 304 * 304, 0)


def test_what_comes_by_right_is_shown_and_never_the_best_offer() -> None:
    loan, day = worked(AUTOSEGURO, "death: the debt is released with what is overdue")
    outcome = evaluate(loan, day)
    rights = {programme.name for programme in (CONGELAMIENTO, LIBERACION_30_ANOS, AUTOSEGURO)}
    assert rights <= ENTITLEMENTS
    assert NAMES[int(outcome.choice.best.place[0])] not in ENTITLEMENTS
    lost_on = dict(
        zip((one.programme for one in outcome.pairs), outcome.choice.lost_on, strict=True)
    )
    assert LOST_ON[int(lost_on[AUTOSEGURO.name][0])] == "not_ranked"


def test_every_worked_example_can_be_explained_whole() -> None:
    """One by one, as at the desk, with everything that the other programmes say that day."""
    for programme in REGISTRY:
        for case in cases(programme):
            said = explain(loans([case["loan"]]), case["day"])
            assert len(said.answers) == len(REGISTRY)
