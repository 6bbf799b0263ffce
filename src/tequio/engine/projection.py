"""The projection of any credit under any offer, to its end, exact to the centavo.

It knows no programme. `project` gives totals for many rows, `schedule` the months of one: both run
the same month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.engine.kernel import TRACED, run_general
from tequio.engine.kernel_layout import R_MONTHS, RESULTS
from tequio.engine.kernel_plain import run_plain
from tequio.engine.outlook import MONTHS, Outlook
from tequio.engine.plan import Plan, StageRows
from tequio.engine.routing import NOWHERE, route

Ints = NDArray[np.int64]
NO_TRACE = np.zeros((len(TRACED), 0), np.int64)


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
    """Every row to its end; without the interpreter's lock, in one thread.

    A level payment takes the fast path; stages, rewards and releases take the whole month. The
    answers of both are the same.
    """
    rows, stages = packed(plan)
    out = np.zeros((len(plan), RESULTS), np.int64)
    places = route(rows, stages, outlook.index, outlook.residue)
    order = np.argsort(places, kind="stable")  # of so few values it is a count, not a sort
    level = int(np.searchsorted(places[order], NOWHERE))
    annuities = np.cumsum(outlook.discount) - outlook.discount[0]
    future = (outlook.first_month, outlook.residue, out)
    run_plain(rows, order[:level], outlook.index, outlook.discount, annuities, *future)
    run_general(rows, stages, order[level:], outlook.index, outlook.discount, *future, NO_TRACE)
    names = [field.name for field in fields(Projection)]
    return Projection(**dict(zip(names, np.ascontiguousarray(out.T), strict=True)))


def schedule(plan: Plan, outlook: Outlook, row: int) -> Schedule:
    """The months of one row of the plan; its sums are what `project` gives."""
    rows, stages = packed(plan)
    out = np.zeros((len(plan), RESULTS), np.int64)
    trace = np.zeros((len(TRACED), MONTHS), np.int64)
    future = (outlook.index, outlook.discount, outlook.first_month, outlook.residue)
    run_general(rows, stages, np.array([row]), *future, out, trace)
    months = int(out[row, R_MONTHS])
    t = np.arange(1, months + 1)
    count = outlook.first_year * 12 + outlook.first_month - 2 + t
    kept = dict(zip(TRACED, trace[:, :months], strict=True))
    return Schedule(t=t, year=count // 12, month=count % 12 + 1, **kept)


def packed(plan: Plan) -> tuple[Ints, Ints]:
    """The plan as (n, 12) rows and (stages, 4, n) stages, as the kernels read them."""
    rows = np.empty((len(plan), len(fields(plan)) - 1), np.int64)
    for place, field in enumerate(fields(plan)[:-1]):
        rows[:, place] = getattr(plan, field.name)
    stages = np.empty((len(plan.stages), len(fields(StageRows)), len(plan)), np.int64)
    for part, stage in zip(stages, plan.stages, strict=True):
        part[:] = stage.pays, stage.months, stage.gap, stage.payer
    return rows, stages
