"""What is assumed of the future: the unit's value and the discount of every month to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tequio.core.annuities import rounded
from tequio.core.months import month_number

MONTHS = 400  # 360 payments and the longest prórroga end before
DISCOUNT_ONE = 2**20  # factors are whole parts of this: their sums are exact in any order
PPM = 1_000_000
DAILY_TO_INDEX = 304  # thousandths of a peso a month for each centavo a day: x 30.4


@dataclass(frozen=True, slots=True)
class Outlook:
    """One entry for each projected month t, from 0 (the day of the law) to MONTHS."""

    first_month: int  # calendar month (1 to 12) of t = 1
    first_year: int
    index: NDArray[np.int64]  # thousandths of a peso for one unit
    discount: NDArray[np.int64]  # parts of DISCOUNT_ONE
    residue: int  # centavos that the last contractual payment also clears
    released_at: int  # effective payments: whatever is left is then released (rule TERM-01)


def outlook(
    as_of: date,
    daily_centavos: int,
    growth_ppm: int,
    discount_rate_ppm: int,
    residue: int,
    released_at: int,
) -> Outlook:
    """The unit's daily value grows each January, half up to the centavo."""
    first = month_number(as_of) + 1  # of t = 1
    daily, index = daily_centavos, np.empty(MONTHS + 1, np.int64)
    index[0] = daily * DAILY_TO_INDEX
    for t in range(1, MONTHS + 1):
        if (first + t - 1) % 12 == 0:
            daily = (2 * daily * (PPM + growth_ppm) + PPM) // (2 * PPM)
        index[t] = daily * DAILY_TO_INDEX
    growth = 1 + Fraction(discount_rate_ppm, 12 * PPM)
    factors = [rounded(DISCOUNT_ONE / growth**t) for t in range(MONTHS + 1)]
    discount = np.array(factors, np.int64)
    return Outlook(first % 12 + 1, first // 12, index, discount, residue, released_at)
