"""Which path a row of a plan takes, and beside which others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tequio.engine.kernel_layout import (
    P_BALANCE,
    P_EFFECTIVE,
    P_EMPLOYER,
    P_INDEXED,
    P_INSTALMENT,
    P_RATE,
    P_REWARD_AT,
    RELEASED_AT,
    S_MONTHS,
    SCALE,
    YEAR_OF_PPM,
    compiled,
)

Ints = NDArray[np.int64]

MOST_OWED = 2.0**29  # centavos: up to here half up in float64 never misses a tie
MOST_PAID = 2.0**33  # centavos in all: up to here the sum of discounted parts is exact
NEVER = 9_999
NOWHERE = 65_535
LATER = 1_024  # places


@compiled
def route(rows: Ints, stages: Ints, index: Ints, residue: int) -> NDArray[np.uint16]:
    """Where a row goes: its place among those of this path, or NOWHERE when it must take the other.

    Here: no stage, no reward, and amounts so small that whole numbers in float64 are exact. The
    place puts rows of one kind together (units, employer's share), the shortest first.
    """
    places = np.full(len(rows), NOWHERE, np.uint16)
    last, unit_now = len(index) - 1, index[0] / SCALE
    for i in range(len(rows)):
        row = rows[i]
        staged = False
        for stage in range(len(stages)):
            staged |= stages[stage, S_MONTHS, i] > 0
        b, p, rate = row[P_BALANCE], row[P_INSTALMENT], row[P_RATE] / YEAR_OF_PPM
        unit = index[last] / SCALE if row[P_INDEXED] else 1.0
        if staged or row[P_REWARD_AT] > 0 or b <= 0 or p * unit <= residue + 1:
            continue
        stays = min(RELEASED_AT - row[P_EFFECTIVE], last)
        highest = b * unit * (np.exp(rate * stays) if p <= b * rate else 1.0)
        if row[P_EFFECTIVE] + last < RELEASED_AT or highest >= MOST_OWED:
            continue
        if (p * stays + b) * unit + row[P_EMPLOYER] * stays >= MOST_PAID:
            continue
        own = row[P_EMPLOYER] / unit_now if row[P_INDEXED] else row[P_EMPLOYER]
        months = min(needs(b, rate, p + own), float(stays))
        kind = (1 if row[P_EMPLOYER] > 0 else 0) + (2 if row[P_INDEXED] else 0)
        places[i] = int(months) + kind * LATER
    return places


@compiled
def needs(balance: float, rate: float, payment: float) -> float:
    """Months to clear a balance, not rounded; NEVER when the interest eats the payment."""
    if rate == 0.0:
        return balance / payment
    if payment <= balance * rate:
        return float(NEVER)
    return float(-np.log1p(-balance * rate / payment) / np.log1p(rate))
