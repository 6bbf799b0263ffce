"""The months from 2019 on, worked out backwards: paid, missed, carried, and through whom.

Tables are (credit, month); those of states have one column more, what was before the first month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo import units_by_month
from tequio.demo.history import assumed
from tequio.demo.history.past import THOUSANDTHS, Past

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How many months since the grant, at the end of each."""

    paid: Ints
    missed: Ints
    carried: Ints

    def take(self, rows: Ints) -> Counts:
        """Of some credits."""
        return Counts(self.paid[rows], self.missed[rows], self.carried[rows])


def calendar() -> Ints:
    """The months of the window, since January 1970."""
    return np.arange(assumed.FIRST, assumed.LAST + 1)


def counts_of(past: Past) -> Counts:
    """From the month before the window to the last: one column more than months."""
    ago = assumed.MONTHS - np.arange(assumed.MONTHS + 1)
    return counts_ago(past, ago[None, :])


def counts_ago(past: Past, ago: Ints) -> Counts:
    """As they were so many months ago: (credit, column). Nothing has happened since it is gone."""
    begins = column(past.gone)
    row, missed, deferred = (column(n) for n in (past.in_a_row, past.missed, past.deferred))
    prorroga, earlier = column(past.prorroga), column(past.earlier)
    paid = prorroga + begins
    late = paid + row
    carried = late + missed
    first = carried + deferred
    return Counts(
        paid=row - np.clip(ago - paid, 0, row) + earlier - np.clip(ago - first, 0, earlier),
        missed=missed - np.clip(ago - late, 0, missed),
        carried=prorroga
        - np.clip(ago - begins, 0, prorroga)
        + deferred
        - np.clip(ago - carried, 0, deferred),
    )


def indices() -> tuple[Ints, Ints]:
    """The unit of each month of the window, and of the month before each: thousandths of a peso."""
    months = np.append(assumed.FIRST - 1, calendar())
    unit = units_by_month.at(units_by_month.units(), months)
    values = np.rint(unit * THOUSANDTHS).astype(np.int64)
    return values[1:], values[:-1]


def column(values: Ints) -> Ints:
    """One value a credit, beside its months."""
    return values[:, None]


def direct_months(rng: np.random.Generator, past: Past) -> Flags:
    """Months without an employer: the spell of today, the job before it, and one more spell."""
    rows = len(past.number)
    drawn = np.ceil(rng.exponential(assumed.BETWEEN_JOBS_MONTHS, rows)).astype(np.int64)
    odds = assumed.BETWEEN_JOBS[(past.spell >= assumed.BETWEEN_SINCE).astype(np.int64)]
    between = np.where(rng.random(rows) < odds, drawn, 0)
    ago = assumed.LAST - calendar()[None, :]
    again = np.where(past.direct, past.spell + past.last_job, past.spell)
    today = column(past.direct) & (ago < column(past.spell))
    before = (ago >= column(again)) & (ago < column(again + between))
    return np.asarray(today | before)
