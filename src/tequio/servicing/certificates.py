"""The yearly interest certificate, and how a debt ended: what letters say.

Real interest (Reglamento de la LISR, article 257). I, credits in pesos: interest accrued and paid
in the year, less the adjustment for inflation: the mean of the balances on the last day of each
month, times INPC of the last month over INPC of the month before the first, less one. II, credits
in UDI: all interest accrued and paid. The article does not name credits in minimum wages: that they
follow fraction II, as they are raised by an index as UDI are, is assumed here. What others paid of
an instalment (complements) is not the borrower's interest: assumed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tequio.core.annuities import rounded
from tequio.servicing.accounts import AT, OWED, Kind, Movements
from tequio.servicing.booked import UNITS, Act, Booked, calendar_day, rows_of, total

OWN_MONEY = ("cash", "employer", "unapplied")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Interest:
    """A year's interest, centavos."""

    year: int
    indexed: bool
    accrued: int  # nominal
    paid: int  # of it or of what was owed before, by the borrower or the employer
    mean_balance: int  # of the twelve month ends
    inflation: Fraction  # of the year: INPC over INPC, less one
    adjustment: int  # zero where indexed

    @property
    def real(self) -> int:
        """What was paid above inflation; never less than nothing."""
        return max(self.paid - self.adjustment, 0)


def interest_of(booked: Booked, year: int, inpc: tuple[Decimal, Decimal] | None) -> Interest:
    """The interest of a year whose months are all there, as their closes booked it. `inpc`: of
    December before, and of December; None where the credit is indexed."""
    first, last = year * MONTHS, year * MONTHS + MONTHS - 1
    inside = booked.between(first, last)
    own = inside.amounts[[AT[name] for name in OWN_MONEY]].any(axis=0)
    ends = sum(booked.owed(month).principal for month in range(first, last + 1))
    mean = Fraction(ends, MONTHS)
    inflation = Fraction(inpc[1]) / Fraction(inpc[0]) - 1 if inpc else Fraction(0)
    return Interest(
        year=year,
        indexed=inpc is None,
        accrued=-int(inside["interest_income"].sum()),
        paid=-int(inside["interest"][own].sum()),
        mean_balance=rounded(mean),
        inflation=inflation,
        adjustment=max(rounded(mean * inflation), 0),
    )


class How(Enum):
    """How a debt ended."""

    PAID = "paid"
    DISCOUNT = "discount"  # one deposit, and the rest forgiven
    RELEASED = "released"  # by the Institute, at the end of the term or by its insurance


@dataclass(frozen=True, slots=True)
class Ending:
    """A debt that is over."""

    on: date
    how: How
    paid: int  # by the borrower since the credit is in the ledger, centavos
    forgiven: int
    in_favour: int  # kept for the borrower


def owed_at_the_end(moved: Movements) -> int:
    """Centavos owed after all movements, with what went back and is owed again; one centavo if only
    units are left."""
    sums = moved.amounts.sum(axis=1)
    again = max(total(sums, ("payable_to_borrower",)), 0)
    return max(total(sums, OWED) + again, min(total(sums, UNITS), 1))


def reopened_by(booked: Booked) -> Act | None:
    """The last step after which something was owed again, if nothing was before it."""
    sums = rows_of(booked.moved, (*OWED, *UNITS)).cumsum(axis=1)
    owed = np.asarray(sums.any(axis=0))
    for place in reversed(range(len(booked.acts))):
        own = np.flatnonzero(booked.act == place)
        if len(own) and own[0] > 0 and owed[own[-1]] and not owed[own[0] - 1]:
            return booked.acts[place]
    return None


def ending_of(moved: Movements) -> Ending | None:
    """How the debt ended, from the movements that stand in the order of booking, or None: something
    is owed, or nothing ever was."""
    change = rows_of(moved, (*OWED, *UNITS))
    owed: NDArray[np.bool_] = (np.cumsum(change, axis=1) != 0).any(axis=0)
    if not owed.any() or owed[-1]:
        return None
    on = moved.day[np.flatnonzero(owed)[-1] + 1]
    kinds = set(moved.kind[moved.day == on].tolist())
    how = How.PAID
    if Kind.RELEASE in kinds:
        how = How.RELEASED
    elif Kind.SETTLEMENT in kinds:
        how = How.DISCOUNT
    sums = moved.amounts.sum(axis=1)
    given = total(sums, ("forgiven", "waived", "released"))
    kept = -total(sums, ("payable_to_borrower", "unapplied"))
    return Ending(calendar_day(on), how, total(sums, ("cash",)), given, kept)
