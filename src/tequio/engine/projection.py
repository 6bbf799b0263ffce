"""The projection of any credit under any offer, to its end, exact to the centavo.

It knows no programme. `project` gives totals for many rows, `schedule` the months of one; both run
the same month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.engine import block
from tequio.engine.block import (
    DISCOUNT,
    DISCOUNTS,
    EVEN,
    EVEN_DISCOUNTS,
    EVEN_MONTHS,
    FUTURE_ROWS,
    INDEX,
    ROWS,
    STAGE_GAP,
    STAGE_MONTHS,
    STAGE_PAYER,
    STAGE_PAYS,
    UNIT_PRICE,
    YEAR_END,
    Columns,
    Future,
    Results,
)
from tequio.engine.exact import PAR, SHRUNK
from tequio.engine.kernel import project_rows
from tequio.engine.outlook import MONTHS, Outlook
from tequio.engine.plan import Ints, Plan, column_names


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """One entry a row; money in centavos.

    paid + complements + employer + reward + released + left = balance at the start in pesos +
    interest + indexation.
    """

    months: Ints  # to the last payment
    paid: Ints  # by the borrower: principal and interest
    charges: Ints  # insurance and fees
    overdue: Ints  # paid with the first instalment
    interest: Ints
    indexation: Ints
    complement_institute: Ints
    complement_fund: Ints
    employer: Ints
    reward: Ints
    released: Ints  # by law, after 30 years of effective payments or with a stage that releases
    npv: Ints  # what the fund receives, without charges, at its value today
    left: Ints  # still owed after the last month of the outlook

    @property
    def total(self) -> Ints:
        """All that the borrower pays: principal, interest, charges, and what was overdue."""
        return self.paid + self.charges + self.overdue


@dataclass(frozen=True, slots=True, eq=False)
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
    balance_units: Ints  # millionths of a unit; 0 in a credit in pesos


# The sums that a schedule parts into months, and those of them that pay the debt.
SUMS = {
    "borrower": block.PAID,
    "charges": block.CHARGED,
    "indexation": block.INDEXATION,
    "complement_institute": block.INSTITUTE,
    "complement_fund": block.FUND,
    "employer": block.EMPLOYER,
    "reward": block.REWARD,
    "released": block.RELEASED,
}
ARRIVALS = (
    "borrower",
    "complement_institute",
    "complement_fund",
    "employer",
    "reward",
    "released",
)
NO_TRACE = (0, 0)
NO_YEARS = np.zeros(0, np.int64)
YEARS = MONTHS // 12 + 2  # calendar years that the outlook touches
MOST_INDEX = 2**25  # 110,376 centavos a day


def project(plan: Plan, outlook: Outlook) -> Projection:
    """Every row to its end, in one thread, without the interpreter's lock."""
    results, outgrown, _ = projected(plan, outlook, np.float64, NO_TRACE)
    rows = np.flatnonzero(outgrown)
    if rows.size:
        exact, _, _ = projected(plan.take(rows), outlook, np.int64, NO_TRACE)
        for column, answer in zip(results, exact, strict=True):
            column[rows] = answer
    return Projection(*results)


def yearly(plan: Plan, outlook: Outlook) -> Ints:
    """What the fund receives from all rows together in each calendar year, centavos; the first is
    the year of month 1. What was overdue is in it. Its sum over the years is undiscounted."""
    kept = np.zeros(YEARS, np.int64)
    _, outgrown, _ = projected(plan, outlook, np.float64, NO_TRACE, kept)
    if outgrown.any():
        kept[:] = 0
        for rows, kind in ((~outgrown, np.float64), (outgrown, np.int64)):
            projected(plan.take(np.flatnonzero(rows)), outlook, kind, NO_TRACE, kept)
    kept[0] += plan.overdue.sum()
    return kept


def schedule(plan: Plan, outlook: Outlook, row: int) -> Schedule:
    """The months of one row of the plan: what its sums gained in each. They end as `project`'s."""
    one = plan.take(np.array([row]))
    results, outgrown, trace = projected(one, outlook, np.float64, (MONTHS + 1, ROWS))
    if outgrown[0]:
        results, _, trace = projected(one, outlook, np.int64, (MONTHS + 1, ROWS))
    months = int(results.months[0])
    rows = trace[: months + 1]
    flows = {name: np.diff(rows[:, row // block.LANES]) for name, row in SUMS.items()}
    units, t = rows[:, block.BALANCE // block.LANES], np.arange(1, months + 1)
    units[0] = one.balance[0]
    indexed = bool(one.indexed[0])
    prices = outlook.index[: months + 1] // SHRUNK if indexed else np.full(months + 1, PAR)
    worth = (units * prices + PAR // 2) // PAR
    arrived = sum(flows[name] for name in ARRIVALS)
    return Schedule(
        t=t,
        year=outlook.first_year + (outlook.first_month - 2 + t) // 12,
        month=month_of(outlook, t),
        balance_before=worth[:-1],
        interest=arrived + np.diff(worth) - flows["indexation"],
        overdue=np.where(t == 1, one.overdue[0], 0),
        balance=worth[1:],
        balance_units=units[1:] if indexed else np.zeros(months, np.int64),
        **flows,
    )


def projected(
    plan: Plan,
    outlook: Outlook,
    kind: type[np.float64 | np.int64],
    traced: tuple[int, int],
    years: Ints = NO_YEARS,
) -> tuple[Results, NDArray[np.bool_], Ints]:
    """The kernel's answers, which rows float64 cannot promise, and the first lane's months; what
    all rows pay is added to `years`, if there are any."""
    results = Results(*(np.empty(len(plan), np.int64) for _ in fields(Projection)))
    outgrown = np.empty(len(plan), np.bool_)
    trace = np.zeros(traced, kind)
    z = np.zeros(ROWS * block.LANES, kind)
    future = future_of(outlook, kind)
    project_rows(columns_of(plan), stages_of(plan), future, z, results, outgrown, trace, years)
    return results, outgrown, trace.astype(np.int64)


def columns_of(plan: Plan) -> Columns:
    """The plan's own columns, not copied."""
    return Columns(*(np.ascontiguousarray(getattr(plan, name)) for name in column_names()))


def stages_of(plan: Plan) -> Ints:
    """The plan's stages as (stage, part, row)."""
    stages = np.empty((len(plan.stages), 4, len(plan)), np.int64)
    for parts, stage in zip(stages, plan.stages, strict=True):
        parts[STAGE_PAYS], parts[STAGE_MONTHS] = stage.pays, stage.months
        parts[STAGE_GAP], parts[STAGE_PAYER] = stage.gap, stage.payer
    return stages


def month_of(outlook: Outlook, t: Ints) -> Ints:
    """Calendar month (1 to 12) of the projected months t."""
    return (outlook.first_month - 2 + t) % 12 + 1


def future_of(outlook: Outlook, kind: type[np.float64 | np.int64]) -> Future:
    """The outlook's months, with running sums for years that are booked at once."""
    t = np.arange(MONTHS + 1)
    month = month_of(outlook, t)
    moved = outlook.index[1:] != outlook.index[:-1]
    assert (month[1:][moved] == 1).all(), "the index moves in January only"
    assert (outlook.index % SHRUNK == 0).all(), "an index is 304 times a daily value"
    assert 0 < outlook.index.min() <= outlook.index.max() < MOST_INDEX, "index out of bounds"
    even = (month % 2 == 0) & (t > 0)
    discount = outlook.discount * (t > 0)
    months = np.empty((FUTURE_ROWS, MONTHS + 1), kind)
    months[INDEX], months[UNIT_PRICE] = outlook.index, outlook.index // SHRUNK
    months[DISCOUNT], months[DISCOUNTS] = outlook.discount, np.cumsum(discount)
    months[EVEN], months[EVEN_MONTHS] = even, np.cumsum(even)
    months[EVEN_DISCOUNTS] = np.cumsum(discount * even)
    months[YEAR_END] = np.minimum(t + 12 - month % 12, MONTHS)
    small = outlook.residue * 5 // 4 + 100  # a fifth of interest at most, and its roundings
    in_units = small * 10**7 // int(outlook.index.min())
    return Future(months, kind(outlook.residue), kind(small), kind(in_units), outlook.released_at)
