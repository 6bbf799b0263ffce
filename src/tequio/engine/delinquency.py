"""When a credit is overdue: one definition for generator, batch and published results."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# An instalment falls due on the last day of its month. On a month-end cut the oldest of three
# missed months is 61 days late, and that of four 91: more than 90 days begins with the fourth.
MISSED_WHEN_OVERDUE = 4


def overdue(months_missed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each credit is more than 90 days late (cartera vencida)."""
    return np.asarray(months_missed >= MISSED_WHEN_OVERDUE)
