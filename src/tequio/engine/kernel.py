"""One month after another, for every row: whole numbers, half up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., Any])
RESULTS = (
    "months",
    "paid",
    "charges",
    "overdue",
    "interest",
    "indexation",
    "complement_institute",
    "complement_fund",
    "employer",
    "reward",
    "released",
    "npv",
    "left",
)
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
SCALE = 10_000_000
RELEASED_AT = 360


def compiled(function: F) -> F:
    """Compiled by numba, kept on disk, without the interpreter's lock."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def pesos(amount: int, indexed: int, index: int) -> int:
    if indexed:
        return (amount * index + SCALE // 2) // SCALE
    return amount


@compiled
def native(centavos: int, indexed: int, index: int) -> int:
    if indexed:
        return (centavos * SCALE + index // 2) // index
    return centavos


@compiled
def run_general(
    balance: Ints,
    instalment: Ints,
    rate: Ints,
    indexed: Ints,
    insurance: Ints,
    fees: Ints,
    overdue: Ints,
    term: Ints,
    effective: Ints,
    employer: Ints,
    reward: Ints,
    reward_at: Ints,
    stages: Any,
    index: Ints,
    discount: Ints,
    first_month: int,
    residue: int,
    out: Any,
    trace: Any,
) -> None:
    last = len(index) - 1
    for i in range(len(balance)):
        b, x, done = balance[i], indexed[i], effective[i]
        stage, until = -1, 0
        worth = 0
        npv = 0
        out[3, i] = overdue[i]
        t = 0
        while b > 0 and t < last:
            t += 1
            while stage < 3 and t > until:
                stage += 1
                if stage < 3:
                    until += stages[stage, 1, i]
            grown = pesos(b, x, index[t]) - pesos(b, x, index[t - 1])
            start = pesos(b, x, index[t])
            interest = (b * rate[i] + 6_000_000) // 12_000_000
            staged = stage < 3
            p, top, gap, payer, cash = instalment[i], 0, -1, 0, -1
            if staged:
                gap, payer = stages[stage, 2, i], stages[stage, 3, i]
                s = native(stages[stage, 0, i], x, index[t])
                if gap == 3:
                    interest = 0
                p = s
                if gap == 0:
                    p = min(s, instalment[i])
                    top = instalment[i] - p
                elif gap == 1:
                    top = max(interest - s, 0)
                if p == s:
                    cash = stages[stage, 0, i]
            if p > b + interest:
                p, cash = b + interest, -1
            top = min(top, b + interest - p)
            b = b + interest - p - top
            if not staged and t == term[i] and b > 0 and pesos(b, x, index[t]) <= residue:
                p, b = p + b, 0
            if cash < 0:
                cash = pesos(p, x, index[t])
            tops = 0 if top == 0 else pesos(p + top, x, index[t]) - cash
            r = 0
            if t == reward_at[i]:
                r = min(b, native(reward[i], x, index[t]))
                b -= r
            e = 0
            if (first_month + t - 1) % 2 == 0 and employer[i] > 0:
                e = min(b, 2 * employer[i])
                b -= e
            if gap < 2:
                done += 1
            freed = 0
            if gap < 2 and done >= RELEASED_AT and b > 0:
                freed, b = pesos(b, x, index[t]), 0
            r, e = pesos(r, x, index[t]), pesos(e, x, index[t])
            charge = insurance[i] + fees[i]
            if x:
                charge = insurance[i] + (2 * fees[i] * index[t] + index[0]) // (2 * index[0])
            worth = pesos(b, x, index[t])
            cost = cash + tops + e + r + freed + worth - start
            fund = tops if payer == 2 else 0
            inst = tops if payer == 1 else 0
            npv += discount[t] * (cash + e + fund)
            if t == 1:
                npv += discount[1] * overdue[i]
            out[1, i] += cash
            out[2, i] += charge
            out[4, i] += cost
            out[5, i] += grown
            out[6, i] += inst
            out[7, i] += fund
            out[8, i] += e
            out[9, i] += r
            out[10, i] += freed
            if trace.shape[1] > 0:
                trace[0, t - 1] = start - grown
                trace[1, t - 1] = cost
                trace[2, t - 1] = grown
                trace[3, t - 1] = cash
                trace[4, t - 1] = overdue[i] if t == 1 else 0
                trace[5, t - 1] = charge
                trace[6, t - 1] = inst
                trace[7, t - 1] = fund
                trace[8, t - 1] = e
                trace[9, t - 1] = r
                trace[10, t - 1] = freed
                trace[11, t - 1] = worth
                trace[12, t - 1] = b if x else 0
        out[0, i] = t
        out[11, i] = (npv + 524_288) // 1_048_576
        out[12, i] = worth if b > 0 else 0
