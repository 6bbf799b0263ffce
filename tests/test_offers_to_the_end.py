"""The effects that the newer programmes use, from a worked example to the last month."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from tequio.core import Gap, Loan, Programme
from tequio.core.programme import Evaluation
from tequio.engine.evaluate import Outcome, Pairs, evaluate
from tequio.engine.explain import explain, plan_schedule
from tequio.programmes import (
    APOYO_SOLIDARIO,
    FONDO_PROTECCION_PAGOS,
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


def test_every_worked_example_can_be_explained_whole() -> None:
    """One by one, as at the desk, with everything that the other programmes say that day."""
    for programme in REGISTRY:
        for case in cases(programme):
            said = explain(loans([case["loan"]]), case["day"])
            assert len(said.answers) == len(REGISTRY)
