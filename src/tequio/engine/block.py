"""Sixty-four credits side by side: where each of their numbers lies.

The block is one flat array of `ROWS` rows of `LANES` numbers. Rows lie at constant offsets, so that
the compiler knows they never overlap and works on four or eight credits with one instruction; the
whole block stays in the processor's nearest cache. Amounts are whole numbers, in float64, or in
int64 where a balance outgrows what float64 keeps exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tequio.engine.exact import PAR

Ints = NDArray[np.int64]
Rows = NDArray[np.uint32]  # places in a plan; unsigned, so that none is looked for from the end
Numbers = NDArray[Any]  # float64, or int64

LANES = 64

# What the month reads and moves; native unless it says otherwise.
BALANCE = 0 * LANES
INSTALMENT = 1 * LANES
RATE = 2 * LANES  # ppm a year
BIMESTER = 3 * LANES  # two months of the employer's share, native this year
PRICE = 4 * LANES  # of a native amount this year: `exact.pesos`
INSTALMENT_WORTH = 5 * LANES  # pesos this year
CHARGES = 6 * LANES  # pesos a month this year
PAYMENT = 7 * LANES  # of the borrower, this month

# The stage that the credit is in; without one it pays its instalment.
GAP = 8 * LANES  # offer.Gap, or NO_STAGE
PAYS = 9 * LANES
PAYS_WORTH = 10 * LANES  # pesos
BY_FUND = 11 * LANES  # 1: the protection fund pays the complement
BIMESTER_WORTH = 12 * LANES  # the same, pesos
WAITS = 13 * LANES  # capitalised interest; it earns none itself until its stage is over

# What a year begins with, and what never changes.
YEAR_BALANCE = 14 * LANES
NEARLY_OVER = 15 * LANES  # at most this in December: look at the year month by month
INDEXED = 16 * LANES
INSURANCE = 17 * LANES  # pesos
FEES = 18 * LANES  # pesos at the start

# Months in which something happens, and how much.
TERM = 19 * LANES
REWARD_AT = 20 * LANES
REWARD_DUE = 21 * LANES  # pesos
RELEASE_AT = 22 * LANES

# Sums so far: pesos, but for months, and for the value in 1/2**20 of a centavo.
MONTHS_RUN = 23 * LANES
PAID = 24 * LANES
CHARGED = 25 * LANES
INDEXATION = 26 * LANES
INSTITUTE = 27 * LANES
FUND = 28 * LANES
EMPLOYER = 29 * LANES
REWARD = 30 * LANES
RELEASED = 31 * LANES
VALUE = 32 * LANES
PEAK = 33 * LANES  # the highest balance of a January, native or in pesos, times `PAR`
ROWS = 34

NO_STAGE = -1

# Beyond these a lane in float64 may lose a centavo: it is run again in int64.
OUTGROWN = 2**31 * PAR
MOST_PAID = 2**33
MOST_FIXED = 2**28  # of a stage or a reward: twice 10**7 times it is below 2**53

# Things that happen in a month to some lane of the block, as bits.
TERM_ENDS = 1
REWARDED = 2
FREED = 4
STAGE_CHANGES = 8

# Rows of `Future.months`, one entry a month t.
INDEX = 0
UNIT_PRICE = 1  # index / 16
DISCOUNT = 2
DISCOUNTS = 3  # running sum
EVEN = 4  # 1: the calendar month is even, and employers' shares arrive
EVEN_MONTHS = 5  # running count
EVEN_DISCOUNTS = 6  # running sum
YEAR_END = 7  # the December that follows month t, or the end of the outlook
FUTURE_ROWS = 8

# Parts of a stage.
STAGE_PAYS, STAGE_MONTHS, STAGE_GAP, STAGE_PAYER = range(4)


class Columns(NamedTuple):
    """A plan's own columns, as the kernel reads them.

    The kernel passes few arrays to what it calls often: each one counts its references.
    """

    balance: Ints
    instalment: Ints
    rate: Ints
    indexed: NDArray[np.bool_]
    insurance: Ints
    fees: Ints
    overdue: Ints
    term: Ints
    effective: Ints
    employer: Ints
    reward: Ints
    reward_at: Ints


class Future(NamedTuple):
    """An outlook as the kernel reads it; all of the block's type."""

    months: Numbers  # (FUTURE_ROWS, MONTHS + 1)
    residue: Any
    # A rest within the residue at the term is less than this a year later: pesos, and units.
    small_pesos: Any
    small_units: Any
    released_at: int  # effective payments


class Results(NamedTuple):
    """One entry a row, in the order of `projection.Projection`."""

    months: Ints
    paid: Ints
    charges: Ints
    overdue: Ints
    interest: Ints
    indexation: Ints
    complement_institute: Ints
    complement_fund: Ints
    employer: Ints
    reward: Ints
    released: Ints
    npv: Ints
    left: Ints
