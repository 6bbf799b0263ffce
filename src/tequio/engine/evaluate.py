"""Every programme against a slice of a portfolio: masks of reasons, and a projection of each
eligible pair.

The desk's quote is a batch of one: both call `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import Money
from tequio.core.loan import Loan
from tequio.core.offer import Offer
from tequio.core.programme import Evaluation, InForce, Mask
from tequio.engine.offers import (
    assumed,
    first_payment,
    forgiven,
    outlook_at,
    picked,
    plan_of,
    status_quo,
)
from tequio.engine.projection import Projection, project
from tequio.programmes import REGISTRY

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """One programme for the credits that qualify for it; all arrays have one entry a credit.

    Money in centavos. `rows` are positions in the slice that was evaluated.
    """

    programme: str
    rows: Ints
    settles: bool  # one deposit closes the credit
    balance: Ints  # principal owed today
    open: NDArray[np.bool_]  # the door is open on the day of the law
    cancels: NDArray[np.bool_]  # signing ends the solution in force
    pays_now: Ints  # a month, with insurance and fees
    pays_after: Ints  # the first month; of a settlement, the one deposit
    forgiven: Ints  # principal, at signing or by settlement
    waived: Ints  # charges
    projection: Projection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the law of one day gives to every credit of a slice."""

    as_of: date
    unmet: dict[str, Mask]  # by programme in force, one bit a requirement
    eligible: dict[str, NDArray[np.bool_]]
    open: dict[str, NDArray[np.bool_]]
    today: Pairs  # the status quo, for every credit
    pairs: Sequence[Pairs]


def texts_in_force(as_of: date) -> Iterator[InForce]:
    """The programmes that have a text on that day, in the order of the registry."""
    for programme in REGISTRY:
        status = programme.status(as_of)
        if isinstance(status, InForce):
            yield status


def evaluate(loan: Loan, as_of: date) -> Outcome:
    """Every programme in force for every credit; only eligible pairs are projected."""
    answers = [rules.evaluate(loan) for rules in texts_in_force(as_of)]
    now = today(loan, as_of)
    return Outcome(
        as_of,
        unmet={answer.programme.name: answer.unmet() for answer in answers},
        eligible={answer.programme.name: answer.eligible() for answer in answers},
        open={answer.programme.name: answer.open() for answer in answers},
        today=now,
        pairs=[pairs_of(answer, loan, now) for answer in answers],
    )


def today(loan: Loan, as_of: date) -> Pairs:
    """The status quo of every credit, as if it were an offer that everybody may keep."""
    rows = np.arange(len(loan.balance))
    offer = status_quo(loan, assumed(as_of))
    pays = picked(first_payment(offer), rows)
    return Pairs(
        "status_quo",
        rows,
        settles=False,
        balance=picked(offer.before.balance, rows),
        open=np.ones(len(rows), np.bool_),
        cancels=np.zeros(len(rows), np.bool_),
        pays_now=pays,
        pays_after=pays,
        forgiven=np.zeros(len(rows), np.int64),
        waived=np.zeros(len(rows), np.int64),
        projection=project(plan_of(offer, loan, rows), outlook_at(as_of)),
    )


def pairs_of(answer: Evaluation, loan: Loan, now: Pairs) -> Pairs:
    """The eligible rows of one programme, projected to the end."""
    rows, offer = np.flatnonzero(answer.eligible()), answer.offer
    return Pairs(
        answer.programme.name,
        rows,
        settles=offer.settlement is not None,
        balance=now.balance[rows],
        open=answer.open()[rows],
        cancels=picked(answer.cancels, rows),
        pays_now=now.pays_after[rows],
        pays_after=picked(pays_after(offer), rows),
        forgiven=picked(forgiven(offer), rows),
        waived=picked(offer.signing.waived, rows),
        projection=projected(offer, loan, rows, answer.day),
    )


def pays_after(offer: Offer) -> Money:
    """The first month with insurance and fees; of a settlement, its one deposit."""
    if offer.settlement is not None:
        return offer.settlement.pays
    return first_payment(offer)


def projected(offer: Offer, loan: Loan, rows: Ints, as_of: date) -> Projection:
    """An offer over the chosen rows; a settlement ends on its day and needs no projection."""
    if offer.settlement is None:
        return project(plan_of(offer, loan, rows), outlook_at(as_of))
    nothing, pays = np.zeros(len(rows), np.int64), picked(offer.settlement.pays, rows)
    filled = {field.name: nothing for field in fields(Projection)}
    return Projection(**filled | {"paid": pays, "npv": pays})
