"""The projection of any credit under any offer, to its end, exact to the centavo.

It knows no programme. `project` gives totals for many rows, `schedule` the months of one: both run
the same month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.engine.kernel import RESULTS, TRACED, run_general
from tequio.engine.outlook import MONTHS, Outlook
from tequio.engine.plan import MOST_STAGES, Plan

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Projection:
    """One entry a row; money in centavos."""

    months: Ints  # to the last payment
    paid: Ints  # by the borrower: principal and interest
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
    left: Ints  # still owed after MONTHS


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry a month, of one row; money in centavos."""

    t: Ints
    year: Ints
    month: Ints
    balance_before: Ints
    interest: Ints
    indexation: Ints
    borrower: Ints
    overdue: Ints
    charges: Ints
    complement_institute: Ints
    complement_fund: Ints
    employer: Ints
    reward: Ints
    released: Ints
    balance: Ints
    balance_units: Ints


def project(plan: Plan, outlook: Outlook) -> Projection:
    """Every row to its end."""
    out = np.zeros((len(RESULTS), len(plan)), np.int64)
    trace = np.zeros((len(TRACED), 0), np.int64)
    run_general(*columns(plan), *future(outlook), out, trace)
    return Projection(**dict(zip(RESULTS, out, strict=True)))


def schedule(plan: Plan, outlook: Outlook, row: int) -> Schedule:
    """The months of one row; its sums are what `project` gives."""
    out = np.zeros((len(RESULTS), 1), np.int64)
    trace = np.zeros((len(TRACED), MONTHS), np.int64)
    one = [c[..., row : row + 1] for c in columns(plan)]
    run_general(*one, *future(outlook), out, trace)
    months = int(out[0, 0])
    kept = dict(zip(TRACED, trace[:, :months], strict=True))
    t = np.arange(1, months + 1)
    count = outlook.first_year * 12 + outlook.first_month - 1 + t - 1
    return Schedule(t=t, year=count // 12, month=count % 12 + 1, **kept)


def columns(plan: Plan) -> list[NDArray[np.int64]]:
    """The plan's arrays, stages as (stage, part, row)."""
    stages = np.zeros((MOST_STAGES, 4, len(plan)), np.int64)
    for place, stage in enumerate(plan.stages):
        stages[place] = stage.pays, stage.months, stage.gap, stage.payer
    own = [getattr(plan, field.name).astype(np.int64) for field in fields(plan)[:-1]]
    return [*own, stages]


def future(outlook: Outlook) -> tuple[Ints, Ints, int, int]:
    """What the kernel needs of it."""
    return outlook.index, outlook.discount, outlook.first_month, outlook.residue
