"""CAT, the annual cost that Mexican law has lenders print: one rate that makes what is paid worth
what was received.

With monthly payments a_k after k months and a net amount received now: amount = sum a_k / (1 +
CAT)^(k / 12). For a credit already running, the amount is its balance today, and the figure is
named so.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

STEPS = 200  # halvings at most; each step of Newton that leaves the bracket is replaced by one
CLOSE = 1e-15


def cat(
    received: int, payments: Sequence[int] | NDArray[np.int64], decimals: int = 6
) -> Decimal | None:
    """The CAT in percent a year, half up to `decimals`; amounts in centavos, payments from month 1.

    None where no rate answers: nothing received, or less paid in all than was received.
    """
    flows = np.asarray(payments, np.float64)
    if received <= 0 or flows.sum() < received:
        return None
    growth = 1 / monthly_discount(float(received), flows)
    yearly = (growth**12 - 1) * 100
    return Decimal(repr(float(yearly))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def monthly_discount(received: float, flows: NDArray[np.float64]) -> float:
    """The v in (0, 1] with sum flows_k v^k = received: the sum rises with v, so Newton is kept
    between a value that is too low and one that is too high."""
    months = np.arange(1, len(flows) + 1)
    low, high, v = 0.0, 1.0, 0.99
    for _ in range(STEPS):
        powers = v**months
        worth = float(flows @ powers)
        low, high = (v, high) if worth < received else (low, v)
        slope = float((flows * months) @ powers) / v
        step = v - (worth - received) / slope if slope > 0 else (low + high) / 2
        following = step if low < step < high else (low + high) / 2
        if abs(following - v) <= CLOSE:
            return following
        v = following
    return v
