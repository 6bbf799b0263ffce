"""The yearly interest certificate, and how a debt ended: what letters say.

Real interest (Reglamento de la LISR, article 257). I, credits in pesos: interest accrued and paid in
the year, less the adjustment for inflation: the mean of the balances on the last day of each month,
times INPC of the last month over INPC of the month before the first, less one. II, credits in UDI:
all interest accrued and paid. The article does not name credits in minimum wages: that they follow
fraction II, as they are raised by an index as UDI are, is assumed here. What others paid of an
instalment (complements) is not the borrower's interest: assumed too.
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
from tequio.servicing.close import day_number
from tequio.servicing.statement import (
    UNITS,
    calendar_day,
    months_between,
    owed_before,
    total,
)

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


def interest_of(
    moved: Movements, year: int, *, indexed: bool, inpc: tuple[Decimal, Decimal]
) -> Interest:
    """The interest of a year whose movements are all there. `inpc`: of December before, and of
    December."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    inside = moved.take((moved.day >= day_number(first)) & (moved.day <= day_number(last)))
    own = inside.amounts[[AT[name] for name in OWN_MONEY]].any(axis=0)
    ends = [day_number(end) + 1 for _, end in months_between(first, last)]
    mean = Fraction(sum(owed_before(moved, end).principal for end in ends), MONTHS)
    inflation = Fraction(inpc[1]) / Fraction(inpc[0]) - 1
    return Interest(
        year=year,
        indexed=indexed,
        accrued=-int(inside["interest_income"].sum()),
        paid=-int(inside["interest"][own].sum()),
        mean_balance=rounded(mean),
        inflation=inflation,
        adjustment=0 if indexed else max(rounded(mean * inflation), 0),
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
    """Centavos owed after all movements; one centavo if only units are left."""
    sums = moved.amounts.sum(axis=1)
    return max(total(sums, OWED), min(total(sums, UNITS), 1))


def ending_of(moved: Movements) -> Ending | None:
    """How the debt ended, or None: something is owed, or nothing ever was."""
    change = moved.amounts[[AT[name] for name in (*OWED, *UNITS)]]
    order = np.argsort(moved.day, kind="stable")
    owed: NDArray[np.bool_] = np.cumsum(change[:, order], axis=1) != 0
    owed = np.logical_or.reduce(owed)
    if not owed.any() or owed[-1]:
        return None
    last = order[np.flatnonzero(owed)[-1] + 1]
    on = moved.day[last]
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
