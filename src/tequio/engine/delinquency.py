"""How late a credit is: one measure for generator, batch, servicing and published results.

The measure is the count of months missed. Days follow from it, as if every month had thirty and an
instalment fell due on the last: on a month-end cut the oldest of n missed months is 30 (n - 1) + 1
days late. So days, stages and the count never disagree; a month that an employer may still send is
not missed, and a prórroga neither adds days nor takes any away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

DAYS = 30  # of a month
MOST_DAYS_OF_STAGE_1, MOST_DAYS_OF_STAGE_2 = 30, 90
# The oldest of three missed months is 61 days late at a month end, and that of four 91: more than
# 90 days begins with the fourth.
MISSED_WHEN_OVERDUE = 4


def overdue(months_missed: Ints) -> NDArray[np.bool_]:
    """Whether each credit is more than 90 days late (cartera vencida)."""
    return np.asarray(months_missed >= MISSED_WHEN_OVERDUE)


def days_past_due(months_missed: Ints, day: int = 0) -> Ints:
    """Days since the oldest missed month fell due; `day` of thirty since the month-end cut."""
    late = DAYS * (months_missed - 1) + 1 + day
    return np.where(months_missed > 0, late, 0)


def stage(months_missed: Ints, unsustained: NDArray[np.bool_]) -> Ints:
    """1, 2 or 3: up to 30 days late, up to 90, more. A restructured credit without sustained
    payment is in 3 whatever it owes: capitalising what was missed cures no account."""
    days = days_past_due(months_missed)
    by_days = 1 + (days > MOST_DAYS_OF_STAGE_1) + (days > MOST_DAYS_OF_STAGE_2)
    return np.where(unsustained, 3, by_days)


def share_overdue(months_missed: Ints, balance: Ints) -> tuple[int, int, int, int]:
    """ICV, always by both: overdue credits, credits with a balance, and the same in centavos."""
    owes = balance > 0
    late = overdue(months_missed) & owes
    return int(late.sum()), int(owes.sum()), int(balance[late].sum()), int(balance[owes].sum())
