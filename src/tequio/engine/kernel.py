"""The whole month, for any credit under any offer: stages, rewards, release, in whole numbers.

`run_general` is also what writes a schedule: totals and months come from the same lines.
"""

from __future__ import annotations

import numpy as np
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
    P_REWARD,
    P_REWARD_AT,
    P_TERM,
    R_CHARGES,
    R_EMPLOYER,
    R_FUND,
    R_INDEXATION,
    R_INSTITUTE,
    R_INTEREST,
    R_LEFT,
    R_MONTHS,
    R_NPV,
    R_OVERDUE,
    R_PAID,
    R_RELEASED,
    R_REWARD,
    RELEASED_AT,
    S_GAP,
    S_MONTHS,
    S_PAYER,
    S_PAYS,
    compiled,
    fees_of,
    month_interest,
    native,
    pesos,
)

Ints = NDArray[np.int64]

NO_STAGE, TO_INSTALMENT, TO_INTEREST, CAPITALISED, NO_INTEREST = -1, 0, 1, 2, 3  # offer.Gap
INSTITUTE, PROTECTION_FUND = 1, 2  # offer.Payer
NEVER = 9_999  # months
TRACED = (
    "balance_before",
    "interest",
    "indexation",
    "borrower",
    "overdue",
    "charges",
    "complement_institute",
    "complement_fund",
    "employer",
    "reward",
    "released",
    "balance",
    "balance_units",
)


@compiled
def due(gap: int, pays: int, instalment: int, interest: int) -> tuple[int, int]:
    """What the borrower owes this month and what somebody adds, native."""
    if gap == NO_STAGE:
        return instalment, 0
    if gap == TO_INSTALMENT:
        own = min(pays, instalment)
        return own, instalment - own
    if gap == TO_INTEREST:
        return pays, max(interest - pays, 0)
    return pays, 0


@compiled
def run_general(
    rows: Ints,
    stages: Ints,
    chosen: Ints,
    index: Ints,
    discount: Ints,
    first_month: int,
    residue: int,
    out: Ints,
    trace: Ints,
) -> None:
    """The chosen rows of a plan to their end: results in `out`, months in `trace` if any.

    Shapes: rows (n, 12), stages (stages, 4, n), out (n, 13), trace (13, months or 0).
    """
    last, last_stage = len(index) - 1, len(stages)
    for i in chosen:
        row, res = rows[i], out[i]
        indexed, instalment = row[P_INDEXED], row[P_INSTALMENT]
        b, effective = row[P_BALANCE], row[P_EFFECTIVE]
        npv = discount[1] * row[P_OVERDUE]
        stage, until, t, waits = -1, 0, 0, 0
        unit, left = index[0], pesos(b, indexed, index[0])
        charge, posts = row[P_INSURANCE] + row[P_FEES], 2 * row[P_EMPLOYER]
        sent = native(posts, indexed, unit)
        gap, payer, fixed, pays = NO_STAGE, 0, 0, 0
        res[:] = 0
        res[R_OVERDUE] = row[P_OVERDUE]
        while b > 0 and t < last:
            t += 1
            # A new year's unit, a new stage
            if index[t] != unit:
                unit = index[t]
                charge = row[P_INSURANCE] + fees_of(row[P_FEES], indexed, unit, index[0])
                pays, sent = native(fixed, indexed, unit), native(posts, indexed, unit)
            while t > until:
                stage += 1
                gap, payer, fixed, until = NO_STAGE, 0, 0, NEVER
                if stage < last_stage:
                    gap, payer = stages[stage, S_GAP, i], stages[stage, S_PAYER, i]
                    fixed, until = stages[stage, S_PAYS, i], t - 1 + stages[stage, S_MONTHS, i]
                pays = native(fixed, indexed, unit)
            # What the balance is worth, and what it earns
            before, start = left, pesos(b, indexed, unit)
            waits = waits if gap == CAPITALISED else 0
            earns = 0 if gap == NO_INTEREST else max(b - waits, 0)
            interest = month_interest(earns, row[P_RATE])
            # The payment and the complement; the contract's last one also clears a residue
            own, top = due(gap, pays, instalment, interest)
            own = min(own, b + interest)
            top = min(top, b + interest - own)
            b = b + interest - own - top
            if gap == CAPITALISED:  # what is unpaid earns nothing until the stage is over
                waits = max(waits + interest - own, 0)
            if gap == NO_STAGE and t == row[P_TERM] and pesos(b, indexed, unit) <= residue:
                own, b = own + b, 0
            # The reward, the employer
            reward = 0
            if t == row[P_REWARD_AT]:
                reward = min(b, native(row[P_REWARD], indexed, unit))
                b -= reward
            employer = 0
            if (first_month + t - 1) % 2 == 0:
                employer = min(b, sent)
                b -= employer
            # The 360th effective payment releases whatever is left
            released = 0
            if gap < CAPITALISED:
                effective += 1
                if effective >= RELEASED_AT:
                    released, b = pesos(b, indexed, unit), 0
            # In pesos: what is not counted is interest, so that every month sums to zero
            exact = gap != NO_STAGE and own == pays
            borrower = fixed if exact else pesos(own, indexed, unit)
            complement = pesos(own + top, indexed, unit) - borrower if top > 0 else 0
            reward = pesos(reward, indexed, unit)
            if employer > 0:  # whole, it is worth what was sent
                employer = posts if employer == sent else pesos(employer, indexed, unit)
            left = pesos(b, indexed, unit)
            earned = borrower + complement + reward + employer + released + left - start
            from_fund = complement if payer == PROTECTION_FUND else 0
            from_institute = complement if payer == INSTITUTE else 0
            overdue = row[P_OVERDUE] if t == 1 else 0
            npv += discount[t] * (borrower + employer + from_fund)
            res[R_MONTHS] = t
            res[R_PAID] += borrower
            res[R_CHARGES] += charge
            res[R_INTEREST] += earned
            res[R_INDEXATION] += start - before
            res[R_INSTITUTE] += from_institute
            res[R_FUND] += from_fund
            res[R_EMPLOYER] += employer
            res[R_REWARD] += reward
            res[R_RELEASED] += released
            if trace.shape[1] > 0:
                months = trace[:, t - 1]
                months[0], months[1], months[2], months[3] = (
                    before,
                    earned,
                    start - before,
                    borrower,
                )
                months[4], months[5], months[6] = overdue, charge, from_institute
                months[7], months[8], months[9] = from_fund, employer, reward
                months[10], months[11], months[12] = released, left, b * indexed
        res[R_LEFT] = left
        res[R_NPV] = (npv + DISCOUNT_ONE // 2) // DISCOUNT_ONE
