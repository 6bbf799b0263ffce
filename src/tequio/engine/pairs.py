"""A credit under one offer: what is paid and given, projected to the end. The status quo is the
offer that everybody may keep."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import Money
from tequio.core.loan import Loan
from tequio.core.offer import Offer, OnDefault
from tequio.core.programme import Evaluation
from tequio.engine.offers import (
    first_instalment,
    first_payment,
    forgiven,
    picked,
    plan_of,
    status_quo,
)
from tequio.engine.outlook import Outlook
from tequio.engine.projection import Projection, project
from tequio.engine.rulebook import Rulebook, assumed, outlook_at
from tequio.programmes import TITLES

Ints = NDArray[np.int64]
STATUS_QUO = "status_quo"
OFFER_TITLES = {STATUS_QUO: "Seguir como está"} | TITLES
NAMES = tuple(OFFER_TITLES)  # files keep positions


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
    conditions: Ints  # what must be kept, or given up, for the offer to hold
    pays_now: Ints  # a month, with insurance and fees
    pays_after: Ints  # the first month; of a settlement, the one deposit
    instalment: Ints  # of `pays_after`, principal and interest
    forgiven: Ints  # principal, at signing or by settlement
    waived: Ints  # charges
    projection: Projection


def today(loan: Loan, rules: Rulebook, as_of: date) -> Pairs:
    """The status quo of every credit."""
    rows = np.arange(len(loan.balance))
    offer = status_quo(loan, assumed(rules, as_of))
    pays = picked(first_payment(offer), rows)
    months = picked(offer.stages[0].months, rows)
    return Pairs(
        STATUS_QUO,
        rows,
        settles=False,
        balance=picked(offer.before.balance, rows),
        open=np.ones(len(rows), np.bool_),
        cancels=np.zeros(len(rows), np.bool_),
        conditions=(months > 0).astype(np.int64),  # a solution in force must be kept
        pays_now=pays,
        pays_after=pays,
        instalment=picked(first_instalment(offer), rows),
        forgiven=np.zeros(len(rows), np.int64),
        waived=np.zeros(len(rows), np.int64),
        projection=project(plan_of(offer, loan, rows), outlook_at(rules, as_of)),
    )


def pairs_of(answer: Evaluation, loan: Loan, now: Pairs, outlook: Outlook) -> Pairs:
    """The eligible rows of one programme."""
    rows, offer = np.flatnonzero(answer.eligible()), answer.offer
    cancels = picked(answer.cancels, rows)
    return Pairs(
        answer.programme.name,
        rows,
        settles=offer.settlement is not None,
        balance=now.balance[rows],
        open=answer.open()[rows],
        cancels=cancels,
        conditions=cancels + np.int64(conditions(offer)),
        pays_now=now.pays_after[rows],
        pays_after=picked(pays_after(offer), rows),
        instalment=picked(first_instalment(offer), rows),
        forgiven=picked(forgiven(offer), rows),
        waived=picked(offer.signing.waived, rows),
        projection=projected(offer, loan, rows, outlook),
    )


def conditions(offer: Offer) -> int:
    """How many the offer itself sets: payments that may not fail, payments in a row."""
    return (offer.on_default is not OnDefault.NOTHING) + (offer.reward is not None)


def pays_after(offer: Offer) -> Money:
    """The first month with insurance and fees; of a settlement, its one deposit."""
    if offer.settlement is not None:
        return offer.settlement.pays
    return first_payment(offer)


def projected(offer: Offer, loan: Loan, rows: Ints, outlook: Outlook) -> Projection:
    """An offer over the chosen rows; a settlement ends on its day and needs no projection."""
    if offer.settlement is None:
        return project(plan_of(offer, loan, rows), outlook)
    nothing, pays = np.zeros(len(rows), np.int64), picked(offer.settlement.pays, rows)
    filled = {field.name: nothing for field in fields(Projection)}
    return Projection(**filled | {"paid": pays, "npv": pays})
