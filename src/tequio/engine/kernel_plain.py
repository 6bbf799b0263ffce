"""The fast path: a level payment until the debt is gone, with or without the employer's share.

Sixty-four credits go side by side, month after month, in one flat array whose rows lie at constant
offsets: that is what lets the compiler use vector instructions. Amounts are native whole numbers in
float64, exact within the bounds of a plan, and a unit's January changes only what its units are
worth: everything in pesos is yearly algebra, outside the month loop.

Interest is half up: floor(x + 1/2) on the product with the rate kept in two parts (high and low),
so that the one rounding of the fused multiply-add cannot move a tie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from tequio.engine.kernel_layout import (
    DISCOUNT_ONE,
    P_BALANCE,
    P_EFFECTIVE,
    P_EMPLOYER,
    P_FEES,
    P_INDEXED,
    P_INSTALMENT,
    P_INSURANCE,
    P_OVERDUE,
    P_RATE,
    P_TERM,
    R_CHARGES,
    R_EMPLOYER,
    R_INDEXATION,
    R_INTEREST,
    R_MONTHS,
    R_NPV,
    R_OVERDUE,
    R_PAID,
    R_RELEASED,
    RELEASED_AT,
    SCALE,
    YEAR_OF_PPM,
    compiled,
    divided,
    fees_of,
    month_interest,
    pesos,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = 9_999
LANES = 64
# Rows of the flat array, as offsets.
BALANCE = 0
INSTALMENT = 1 * LANES
RATE_HIGH = 2 * LANES
RATE_LOW = 3 * LANES
INTEREST = 4 * LANES  # so far, native
BIMESTER = 5 * LANES  # what the employer posts every two months, native
EMPLOYER = 6 * LANES  # so far, pesos
EMPLOYER_NPV = 7 * LANES
MONTHS_PAID = 8 * LANES  # of the years that ended alive
LAST_YEAR = 9 * LANES  # what was paid in the year of the end, native
PAID = 10 * LANES  # pesos, of the years that ended alive
NPV = 11 * LANES  # the same, in parts of the discount unit
CHARGES = 12 * LANES  # the same
INDEXATION = 13 * LANES
INDEXED = 14 * LANES  # 1.0 or 0.0
WORTH = 15 * LANES  # of one instalment this year, pesos
CHARGE = 16 * LANES  # a month of charges this year, pesos
INSURANCE = 17 * LANES
FEES = 18 * LANES
MOVED = 19 * LANES  # interest less balance less posted, at the start of the year
ALIVE = 20 * LANES  # 1.0 or 0.0, at the start of the year
RELEASE_AT = 21 * LANES  # the month whose payment is the 360th
RELEASED = 22 * LANES  # what was left then, native
BIMESTER_CASH = 23 * LANES  # what the employer posts, pesos
POSTED = 24 * LANES  # so far, native
LAST_POSTED = 25 * LANES  # the last posting, native
LAST_CASH = 26 * LANES  # the same, pesos
POSTED_AT = 27 * LANES  # its month
ROWS = 28


def fused(_typing: Any, _a: Any, _b: Any, _c: Any) -> Any:
    """A * b + c with one rounding, as the processor does it."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        """The instruction."""
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


fma = cast(Callable[[float, float, float], float], intrinsic(fused))


@compiled
def month(z: Floats) -> None:
    """Interest, half up, and the payment, in every lane."""
    for j in range(LANES):
        b = z[j]
        interest = np.floor(fma(b, z[j + RATE_HIGH], b * z[j + RATE_LOW]) + 0.5)
        rest = (b - z[j + INSTALMENT]) + interest
        z[j] = rest if rest > 0.0 else 0.0
        z[j + INTEREST] += interest


@compiled
def bimester(z: Floats, t: float, factor: float, index: float) -> None:
    """The employer's share of two months, to principal; whole, it is worth what was sent."""
    for j in range(LANES):
        b, whole = z[j], z[j + BIMESTER]
        posted = whole if whole < b else b
        rest = np.floor(b * index / SCALE + 0.5) if z[j + INDEXED] > 0.0 else b
        cash = z[j + BIMESTER_CASH] if whole <= b else rest
        z[j] = b - posted
        z[j + POSTED] += posted
        z[j + EMPLOYER] += cash
        z[j + EMPLOYER_NPV] += factor * cash
        z[j + LAST_POSTED] = posted if posted > 0.0 else z[j + LAST_POSTED]
        z[j + LAST_CASH] = cash if posted > 0.0 else z[j + LAST_CASH]
        z[j + POSTED_AT] = t if posted > 0.0 else z[j + POSTED_AT]


@compiled
def new_unit(z: Floats, index: float, before: float, today: float) -> None:
    """What a new value of the unit makes of balance, instalment, fees and the employer's share.

    Only for blocks with a credit in units. The factors come in two parts, as the rate does.
    """
    high, old, ratio = index / SCALE, before / SCALE, index / today
    low = fma(-high, SCALE, index) / SCALE
    old_low = fma(-old, SCALE, before) / SCALE
    ratio_low = fma(-ratio, today, index) / today
    for j in range(LANES):
        b, p, fees, cash = z[j], z[j + INSTALMENT], z[j + FEES], z[j + BIMESTER_CASH]
        now = np.floor(fma(b, high, b * low) + 0.5)
        then = np.floor(fma(b, old, b * old_low) + 0.5)
        worth = np.floor(fma(p, high, p * low) + 0.5)
        fee = np.floor(fma(fees, ratio, fees * ratio_low) + 0.5)
        in_units = z[j + INDEXED] > 0.0
        z[j + INDEXATION] += now - then if in_units else 0.0
        z[j + WORTH] = worth if in_units else p
        z[j + CHARGE] = z[j + INSURANCE] + (fee if in_units else fees)
        z[j + BIMESTER] = np.floor(cash * SCALE / index + 0.5) if in_units else cash


@compiled
def close_year(z: Floats, months: float, annuity: float) -> float:
    """Counts of the year for the lanes that live on, and what was paid in it for those that died.

    What has been paid so far is interest less balance less what the employer posted, up to where
    the lane began: the difference over a year is what was paid in that year.
    """
    highest = 0.0
    for j in range(LANES):
        b = z[j]
        moved = z[j + INTEREST] - b - z[j + POSTED]
        lives = b > 0.0
        dies = (z[j + ALIVE] > 0.0) & (b == 0.0)
        z[j + LAST_YEAR] = moved - z[j + MOVED] - z[j + RELEASED] if dies else z[j + LAST_YEAR]
        z[j + MONTHS_PAID] += months if lives else 0.0
        z[j + PAID] += months * z[j + WORTH] if lives else 0.0
        z[j + NPV] += annuity * z[j + WORTH] if lives else 0.0
        z[j + CHARGES] += months * z[j + CHARGE] if lives else 0.0
        z[j + MOVED] = moved
        z[j + ALIVE] = 1.0 if lives else 0.0
        highest = max(highest, b)
    return highest


@compiled
def release(z: Floats, t: int) -> int:
    """Let go of the lanes whose 360th payment this was; the next month in which there is one."""
    following = NEVER
    for j in range(LANES):
        at = int(z[j + RELEASE_AT])
        if at == t:
            z[j + RELEASED] = z[j]
            z[j] = 0.0
        elif t < at < following and z[j] > 0.0:
            following = at
    return following


@compiled
def run_block(
    z: Floats,
    first_month: int,
    index: Ints,
    discount: Ints,
    annuities: Ints,
    in_units: bool,
    employed: bool,
) -> None:
    """All the months of one block, until every lane is at zero."""
    releases = release(z, 0)
    last = len(index) - 1
    t, before = 0, float(index[0])
    until = min(13 - first_month, last)
    while t < last:
        unit = float(index[t + 1])
        if in_units and (t == 0 or unit != before):
            new_unit(z, unit, before, float(index[0]))
        for k in range(t + 1, until + 1):
            month(z)
            if employed and (first_month + k - 1) % 2 == 0:
                bimester(z, float(k), float(discount[k]), unit)
            if k == releases:
                releases = release(z, k)
        highest = close_year(z, float(until - t), float(annuities[until] - annuities[t]))
        before = unit
        t, until = until, min(until + 12, last)
        if highest == 0.0:
            break


@compiled
def load(z: Floats, j: int, row: Ints) -> None:
    """One row of a plan into a lane; the monthly rate in two parts, together exact to 2**-105."""
    z[j + BALANCE], z[j + INSTALMENT] = row[P_BALANCE], row[P_INSTALMENT]
    high = row[P_RATE] / YEAR_OF_PPM
    z[j + RATE_HIGH] = high
    z[j + RATE_LOW] = fma(-high, float(YEAR_OF_PPM), float(row[P_RATE])) / YEAR_OF_PPM
    z[j + BIMESTER_CASH], z[j + INDEXED] = 2 * row[P_EMPLOYER], row[P_INDEXED]
    z[j + INSURANCE], z[j + FEES] = row[P_INSURANCE], row[P_FEES]
    z[j + BIMESTER], z[j + WORTH] = z[j + BIMESTER_CASH], z[j + INSTALMENT]
    z[j + CHARGE] = row[P_INSURANCE] + row[P_FEES]
    z[j + MOVED], z[j + ALIVE] = -z[j], 1.0
    z[j + RELEASE_AT] = max(RELEASED_AT - row[P_EFFECTIVE], 1)


@compiled
def remainder(last: int, rate: int) -> int:
    """The balance that, with its month of interest, made that last payment."""
    rest = last * YEAR_OF_PPM // (YEAR_OF_PPM + rate)
    while rest + month_interest(rest, rate) > last:
        rest -= 1
    while rest + month_interest(rest, rate) < last:
        rest += 1
    return rest


@compiled
def year_before(t: int, first_month: int) -> int:
    """The last month before the calendar year of month t; 0 when that is the first year."""
    return max(t - 1 - (first_month + t - 2) % 12, 0)


@compiled
def residue_at(term: int, months: int, last: int, released: int, posted: int, rate: int) -> int:
    """What was left after the contract's last payment and before the employer's, in a lane that
    died in that month or in the next; 0 when it died otherwise. `posted`: by the employer then."""
    if term >= 1 and months == term:  # the employer ended it, or it was released
        return released + posted
    if term >= 1 and months == term + 1:
        return remainder(last, rate) + posted
    return 0


@compiled
def posted_at(z: Floats, j: int, t: int) -> tuple[int, int]:
    """What the employer posted in that month, if it was the last time: native, and pesos."""
    if int(z[j + POSTED_AT]) == t:
        return int(z[j + LAST_POSTED]), int(z[j + LAST_CASH])
    return 0, 0


@compiled
def payments_of(total: int, instalment: int) -> tuple[int, int]:
    """How many payments that was, and the last of them."""
    payments = divided(total + instalment - 1, instalment)
    return payments, total - (payments - 1) * instalment


@compiled
def finish(
    z: Floats,
    j: int,
    row: Ints,
    index: Ints,
    discount: Ints,
    annuities: Ints,
    first_month: int,
    residue: int,
    out: Ints,
) -> None:
    """The year in which a lane died, payment by payment.

    When the contract's last payment leaves no more than the residue, it pays that too: the month
    after, with its interest, never comes.
    """
    indexed, instalment = row[P_INDEXED], row[P_INSTALMENT]
    payments, last = payments_of(int(z[j + LAST_YEAR]), instalment)
    months = int(z[j + MONTHS_PAID]) + payments
    paid, charges, grown = int(z[j + PAID]), int(z[j + CHARGES]), int(z[j + INDEXATION])
    employer, released = int(z[j + EMPLOYER]), int(z[j + RELEASED])
    npv = int(z[j + NPV] + z[j + EMPLOYER_NPV]) + discount[1] * row[P_OVERDUE]
    begins, term = year_before(months, first_month), row[P_TERM]
    posted, cash = posted_at(z, j, term)
    rest = residue_at(term, months, last, released, posted, row[P_RATE])
    if rest > 0 and pesos(rest, indexed, index[term]) <= residue:
        last, released = instalment + rest, 0
        employer, npv = employer - cash, npv - cash * discount[term]
        if begins == term:  # the lane lived to the year's end: take that year back
            begins = year_before(term, first_month)
            worth = pesos(instalment, indexed, index[term])
            charge = fees_of(row[P_FEES], indexed, index[term], index[0])
            paid -= worth * (term - begins)
            npv -= worth * (annuities[term] - annuities[begins])
            charges -= (row[P_INSURANCE] + charge) * (term - begins)
            grown -= pesos(rest, indexed, index[months]) - pesos(rest, indexed, index[term])
        months = term
    whole, unit = months - begins - 1, index[months]
    worth, final = pesos(instalment, indexed, unit), pesos(last, indexed, unit)
    charge = row[P_INSURANCE] + fees_of(row[P_FEES], indexed, unit, index[0])
    npv += worth * (annuities[months - 1] - annuities[begins]) + final * discount[months]
    out[:] = 0
    out[R_MONTHS], out[R_OVERDUE] = months, row[P_OVERDUE]
    out[R_PAID] = paid + whole * worth + final
    out[R_CHARGES] = charges + (whole + 1) * charge
    out[R_INDEXATION], out[R_EMPLOYER] = grown, employer
    out[R_NPV] = (npv + DISCOUNT_ONE // 2) // DISCOUNT_ONE
    out[R_RELEASED] = pesos(released, indexed, unit)
    earned = out[R_PAID] + employer + out[R_RELEASED] - grown
    out[R_INTEREST] = earned - pesos(row[P_BALANCE], indexed, index[0])


@compiled
def run_plain(
    rows: Ints,
    order: Ints,
    index: Ints,
    discount: Ints,
    annuities: Ints,
    first_month: int,
    residue: int,
    out: Ints,
) -> None:
    """The chosen rows, each block of like lengths.

    Shapes: rows (n, 12), out (n, 13); `annuities` are running sums of `discount`.
    """
    z = np.zeros(ROWS * LANES)
    for first in range(0, len(order), LANES):
        block = order[first : first + LANES]
        z[:] = 0.0
        z[INSTALMENT : INSTALMENT + LANES] = 1.0  # an empty lane divides by it
        in_units, employed = False, False
        for j in range(len(block)):
            load(z, j, rows[block[j]])
            in_units |= rows[block[j], P_INDEXED] > 0
            employed |= rows[block[j], P_EMPLOYER] > 0
        run_block(z, first_month, index, discount, annuities, in_units, employed)
        for j in range(len(block)):
            i = block[j]
            finish(z, j, rows[i], index, discount, annuities, first_month, residue, out[i])
