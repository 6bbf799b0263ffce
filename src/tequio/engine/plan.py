"""What is to be projected: flat columns of whole numbers, one row per credit and offer.

A plan knows no programme. "Native" is the credit's own measure: centavos, or millionths of a
monthly unit where the credit is indexed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.core.offer import Gap, Payer

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_STAGES = 3

# Above every real credit (42.9 million pesos, 4,294 units), and small enough that each product of
# the projection is exact in int64, however long a balance grows (`exact.py`).
BELOW = {
    "balance": 2**32,
    "instalment": 2**32,
    "rate": 200_001,
    "insurance": 2**27,
    "fees": 2**27,
    "overdue": 2**32,
    "term": 2**15,
    "effective": 2**15,
    "employer": 2**27,
    "reward": 2**32,
    "reward_at": 2**15,
    "pays": 2**32,
    "months": 2**15,
    "gap": 5,
    "payer": 3,
}


@dataclass(frozen=True, slots=True)
class StageRows:
    """One temporary stage for every row; a row with 0 months has none."""

    pays: Ints  # centavos a month, without charges; fixed pesos even in an indexed credit
    months: Ints  # 9999: without end
    gap: Ints  # offer.Gap
    payer: Ints  # offer.Payer

    def __post_init__(self) -> None:
        check_bounds(self)
        complement = (self.gap <= Gap.TO_INTEREST) & (self.months > 0)
        assert (self.payer[complement] != Payer.NOBODY).all(), "a complement that nobody pays"

    def take(self, rows: Ints) -> StageRows:
        """The same stage of some rows, in that order."""
        return StageRows(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows to project. All arrays have one length; AssertionError outside the bounds."""

    balance: Ints  # native
    instalment: Ints  # native; principal and interest, a month
    rate: Ints  # ppm a year
    indexed: Flags
    insurance: Ints  # centavos a month, flat
    fees: Ints  # centavos a month as of today; they follow the unit where indexed
    overdue: Ints  # centavos outside the balance, paid with the first instalment
    term: Ints  # contractual months left; 0 when the term is over
    effective: Ints  # full payments so far
    employer: Ints  # centavos a month to principal, pesos, posted as each bimester ends
    reward: Ints  # centavos of principal forgiven ...
    reward_at: Ints  # ... after the payment of this month; 0: none
    stages: tuple[StageRows, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.stages) <= MOST_STAGES, f"at most {MOST_STAGES} stages"
        check_bounds(self)

    def __len__(self) -> int:
        return len(self.balance)

    def take(self, rows: Ints) -> Plan:
        """Some rows, in that order."""
        columns = {name: getattr(self, name)[rows] for name in column_names()}
        return Plan(**columns, stages=tuple(stage.take(rows) for stage in self.stages))


def column_names() -> list[str]:
    """A plan's own columns, in order."""
    return [field.name for field in fields(Plan) if field.name != "stages"]


def check_bounds(rows: Plan | StageRows) -> None:
    """Every number at least 0 and below its limit."""
    for field in fields(rows):
        if field.name in BELOW:
            values = getattr(rows, field.name)
            assert values.min(initial=0) >= 0, f"{field.name} below 0"
            assert values.max(initial=0) < BELOW[field.name], f"{field.name} out of bounds"
