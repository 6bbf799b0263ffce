"""What was booked of one credit, in the order of booking: by the closes of its months, and by the
steps that were made while a month was open. A correction is a step that takes movements back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import EPOCH
from tequio.servicing.accounts import AT, CHARGES, OWED, Ints, Kind, Movements

NONE = -1  # no step, or no movement
PRINCIPAL = ("principal", "principal_due")
UNITS = ("principal_units", "principal_due_units")
# The kind of movement that a step of its own books; the others book what follows from them.
OWN_KIND = {
    "signing": Kind.SIGNING,
    "settlement": Kind.SETTLEMENT,
    "release": Kind.RELEASE,
    "refund": Kind.REFUND,
}


@dataclass(frozen=True, slots=True)
class Act:
    """A step in an open month, as papers tell it."""

    kind: str  # signing, settlement, release, refund, reversal, undoing or replay
    day: date  # value day
    month: int  # the open month in which it was booked
    before: int  # how many movements were booked before it
    programme: str = ""  # of the solution that it begins
    received: int = 0  # centavos of the receipt that it is about
    received_on: date | None = None
    undoes: Act | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed, by what it is."""

    principal: int
    interest: int
    charges: int
    units: int  # of the principal, where it is indexed

    @property
    def total(self) -> int:
        """Everything."""
        return self.principal + self.interest + self.charges


@dataclass(frozen=True, slots=True, eq=False)
class Booked:
    """One credit's movements in the order of booking, and of each: the month that was open, the
    place in `acts` of the step that booked it, and the place of the movement that it takes back.
    What the credit came in with is of the month before its first."""

    moved: Movements
    month: Ints
    act: Ints
    takes_back: Ints
    acts: tuple[Act, ...] = ()

    def until(self, month: int) -> Movements:
        """What was booked by the end of a month."""
        return self.moved.take(self.month <= month)

    def between(self, first: int, last: int) -> Movements:
        """What was booked in some months, both included."""
        return self.moved.take((self.month >= first) & (self.month <= last))

    def owed(self, month: int) -> Owed:
        """What was owed at the end of a month."""
        sums = self.until(month).amounts.sum(axis=1)
        return Owed(
            principal=total(sums, PRINCIPAL),
            interest=total(sums, ("interest",)),
            charges=total(sums, CHARGES),
            units=total(sums, UNITS),
        )

    def changes(self) -> Ints:
        """Centavos that each movement adds to what is owed."""
        return np.asarray(rows_of(self.moved, OWED).sum(axis=0))

    def stands(self) -> NDArray[np.bool_]:
        """Which movements nobody took back, and take nothing back."""
        found: NDArray[np.bool_] = np.asarray(self.takes_back == NONE)
        found[self.takes_back[~found]] = False
        return found

    def corrections(self) -> set[int]:
        """Places of the steps that take something back."""
        return set(self.act[self.takes_back != NONE].tolist()) - {NONE}


def by_closes(moved: Movements, month: Ints) -> Booked:
    """What closes alone have booked."""
    none = np.full(len(moved), NONE)
    return Booked(moved, month, none, none)


def rows_of(moved: Movements, accounts: tuple[str, ...]) -> Ints:
    """(account, movement) of some accounts."""
    return moved.amounts[[AT[name] for name in accounts]]


def total(sums: Ints, accounts: tuple[str, ...]) -> int:
    """The sum of some accounts."""
    return int(sum(sums[AT[name]] for name in accounts))


def calendar_day(number: int) -> date:
    """A day from its number since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))
