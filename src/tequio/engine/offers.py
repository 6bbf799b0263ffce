"""From what the rules offer to what the projection runs: rows of a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tequio.core.arrangements import solution_in_force
from tequio.core.columns import Code, Column, Money, Months, where
from tequio.core.law import Common
from tequio.core.loan import Loan
from tequio.core.offer import NOTHING, Gap, Offer, Payer, Stage
from tequio.engine.plan import Plan, StageRows

Ints = NDArray[np.int64]


def status_quo(loan: Loan, law: Common) -> Offer:
    """Nothing is signed: the contract goes on, with the solution in force while it is kept."""
    terms = loan.terms(law)
    return Offer(terms, terms, stages=(solution_in_force(loan),))


def plan_of(offer: Offer, loan: Loan, rows: Ints) -> Plan:
    """The chosen rows of an offer as the flat arrays that the projection runs."""
    terms = offer.after
    indexed = picked(terms.indexed, rows)
    balance = np.where(indexed, picked(terms.balance_units, rows), picked(terms.balance, rows))
    instalment, unit_instalment = terms.instalment, terms.instalment_units
    reward, reward_at = reward_of(offer, loan, rows)
    return Plan(
        balance=np.maximum(balance, 0),  # a debt is never negative
        instalment=np.where(indexed, picked(unit_instalment, rows), picked(instalment, rows)),
        rate=picked(terms.rate, rows),
        indexed=indexed,
        insurance=picked(terms.insurance, rows),
        fees=picked(terms.fees, rows),
        overdue=picked(terms.overdue, rows),
        term=picked(terms.months_left, rows),
        effective=picked(loan.months_paid, rows),
        employer=picked(terms.employer, rows),
        reward=reward,
        reward_at=reward_at,
        stages=tuple(stage_rows(stage, rows) for stage in offer.stages),
    )


def reward_of(offer: Offer, loan: Loan, rows: Ints) -> tuple[Ints, Ints]:
    """Principal forgiven, and after which payment."""
    if offer.reward is None:
        none = np.zeros(len(rows), np.int64)
        return none, none
    due = where(loan.employed, offer.reward.employer_payments, offer.reward.own_payments)
    return picked(offer.reward.principal, rows), picked(due, rows)


def stage_rows(stage: Stage, rows: Ints) -> StageRows:
    """One stage for the chosen rows."""
    return StageRows(
        pays=picked(stage.pays, rows),
        months=picked(stage.months, rows),
        gap=picked(coded(stage.gap), rows),
        payer=picked(coded(stage.payer), rows),
    )


def coded(choice: Gap | Payer | Code) -> Code:
    """A choice as a column, whether it is one for all rows or one a row."""
    return choice if isinstance(choice, Code) else Code(int(choice))


def picked(column: Column, rows: Ints) -> NDArray[Any]:
    """The chosen rows of a column that may be one value for all."""
    values = column.values
    if len(values) == 1:
        return np.full(len(rows), values[0])
    return np.ascontiguousarray(values[rows])


def first_instalment(offer: Offer) -> Money:
    """Principal and interest that the borrower pays in the first month; none when none is owed."""
    pays = offer.after.instalment
    for stage in reversed(offer.stages):
        pays = where(stage.months > Months(0), stage.pays, pays)
    return where(offer.after.balance > NOTHING, pays, NOTHING)


def first_payment(offer: Offer) -> Money:
    """The same, with insurance and fees."""
    charges = where(offer.after.balance > NOTHING, offer.after.charges, NOTHING)
    return first_instalment(offer) + charges


def forgiven(offer: Offer) -> Money:
    """Principal forgiven at signing or by settlement; a reward is only so once it is earned."""
    if offer.settlement is not None:
        return offer.signing.forgiven + offer.settlement.forgives
    return offer.signing.forgiven
