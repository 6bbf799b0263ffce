"""What was paid in each month and who paid it: whole centavos and units, (credit, month)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo.contracts import PPM
from tequio.demo.history import assumed
from tequio.demo.history.agreements import ENTITLEMENTS, FUND, Agreements, gaps_by_month
from tequio.demo.history.curves import Since
from tequio.demo.history.months import Counts, column, indices
from tequio.demo.history.past import Past
from tequio.demo.history.units import InUnits, worth

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """What fell due and was paid, whoever paid it; and what was missed or joined the balance."""

    principal: Ints
    units: Ints
    interest: Ints
    joined: Ints
    joined_units: Ints
    missed_interest: Ints
    paid: Ints  # one or zero
    missed: Ints  # one or zero


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One payer's part of the principal and interest of each month."""

    principal: Ints
    units: Ints
    interest: Ints

    @property
    def amount(self) -> Ints:
        """Centavos."""
        return self.principal + self.interest

    def less(self, other: Part) -> Part:
        """What another leaves."""
        return Part(
            self.principal - other.principal,
            self.units - other.units,
            self.interest - other.interest,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Payers:
    """The parts of all, which add up to what was paid; charges are the borrower's own."""

    borrower: Part
    employer: Part
    institute: Part
    fund: Part


def due_of(past: Past, counts: Counts, since: Since, units: InUnits) -> Due:
    """The differences of the curves."""
    in_pesos = column(~past.indexed)
    missed = column(past.unpaid_interest) * counts.missed // column(np.maximum(past.missed, 1))
    return Due(
        principal=np.diff(since.taken, axis=1) * in_pesos + units.principal,
        units=units.paid,
        interest=np.diff(since.interest, axis=1) + units.interest,
        joined=np.diff(since.joined, axis=1) * in_pesos + units.joined_pesos,
        joined_units=units.joined,
        missed_interest=np.diff(missed, axis=1),
        paid=np.diff(counts.paid, axis=1),
        missed=np.diff(counts.missed, axis=1),
    )


def payers_of(past: Past, due: Due, agreements: Agreements, direct: Flags) -> Payers:
    """The employer's 5 % first, to principal; what a solution takes off then, to interest first;
    the borrower the rest."""
    everything = Part(due.principal, due.units, due.interest)
    employer = of_employer(past, due, direct)
    left = everything.less(employer)
    size, programme = len(past.number), agreements.programme
    is_fund = programme == FUND
    fund = of_somebody(left, gaps_by_month(size, agreements, is_fund))
    left = left.less(fund)
    others = ~np.isin(programme, ENTITLEMENTS)
    institute = of_somebody(left, gaps_by_month(size, agreements, others))
    return Payers(left.less(institute), employer, institute, fund)


def of_employer(past: Past, due: Due, direct: Flags) -> Part:
    """What the payments of a credit were, on the mean, beyond its instalment, in months with an
    employer and on the terms of today."""
    now, _ = indices()
    width = np.ones((1, assumed.MONTHS), np.int64)
    instalment = column(past.instalment) * width
    instalment = np.where(column(past.indexed), worth(instalment, now), instalment)
    from_conversion = column(past.converted_month) < np.arange(assumed.FIRST, assumed.LAST + 1)
    paid = (due.paid > 0) & from_conversion
    whole = ((due.principal + due.interest) * paid).sum(axis=1)
    share = 1 - (instalment * paid).sum(axis=1) / np.maximum(whole, 1)
    share = np.clip(share, 0, assumed.EMPLOYER_MOST) * PPM
    ppm = np.where(past.direct & (past.spell >= assumed.MONTHS), 0, share).astype(np.int64)
    sent = (due.principal + due.interest) * (paid & ~direct) * column(ppm) // PPM
    principal = np.minimum(sent, due.principal)
    units = due.units * principal // np.maximum(due.principal, 1)
    return Part(principal, units, np.zeros_like(principal))


def of_somebody(left: Part, ppm: Ints) -> Part:
    """A share of what is left, interest first."""
    amount = left.amount * ppm // PPM
    interest = np.minimum(amount, left.interest)
    principal = amount - interest
    units = left.units * principal // np.maximum(left.principal, 1)
    return Part(principal, units, interest)
