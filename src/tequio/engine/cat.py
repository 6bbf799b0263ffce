"""CAT, the annual cost that Mexican law has lenders print: one rate that makes what is paid worth
what was received.

With monthly payments a_k after k months and a net amount received now: amount = sum a_k / (1 +
CAT)^(k / 12). For a credit already running, the amount is its balance today, and the figure is
named so.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
from numpy.typing import NDArray

STEPS = 100  # of Newton, at most; a usual loan takes four
WIDE = Context(prec=400)  # digits: the CAT of a centavo that costs a fortune still has a value


def cat(
    received: int, payments: Sequence[int] | NDArray[np.int64], decimals: int = 6
) -> Decimal | None:
    """The CAT in percent a year, half up to `decimals`; amounts in centavos, payments from month 1,
    none negative (ValueError).

    None where no rate answers: nothing received, or less paid in all than was received, which
    would need a negative one and is no cost that anybody prints.
    """
    flows = np.asarray(payments, np.int64)
    if (flows < 0).any():
        raise ValueError("El CAT pide pagos que no sean negativos.")
    if received <= 0 or flows.sum() < received:
        return None
    yearly = float(np.expm1(12 * monthly_force(flows / received))) * 100
    exponent = Decimal(1).scaleb(-decimals)
    return Decimal(repr(yearly)).quantize(exponent, ROUND_HALF_UP, context=WIDE)


def monthly_force(shares: NDArray[np.float64]) -> float:
    """The d >= 0 with sum shares_k exp(-k d) = 1, where the shares sum to one or more.

    The logarithm of the sum falls with d and is convex, so Newton from zero climbs to the root and
    never passes it: it needs no bracket, and it ends when it stops climbing.
    """
    months = np.arange(1, len(shares) + 1)
    force = 0.0
    for _ in range(STEPS):
        worth = shares * np.exp(-force * months)
        total = float(worth.sum())
        following = force + float(np.log(total)) * total / float(months @ worth)
        if following <= force:
            break
        force = following
    return force
