"""What is to be projected: flat columns of whole numbers, one row per credit and offer.

A plan knows no programme. "Native" is the credit's own measure: centavos, or millionths of a monthly
unit where the credit is indexed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

type_of_flags = np.bool_
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_STAGES = 3
RELEASE_AT = 360  # effective payments; the law then releases whatever is left

# Above every real credit (balances below 42.9 million pesos or 4,294 units), and small enough that
# each product of the projection stays exact: see `exact.py`.
BELOW = {
    "balance": 2**32,
    "instalment": 2**32,
    "rate": 200_001,
    "insurance": 2**27,
    "fees": 2**27,
    "overdue": 2**32,
    "term": 2**15,
    "effective": 2**15,
    "employer": 2**27,
    "reward": 2**29,
    "reward_at": 2**15,
    "pays": 2**29,
    "months": 2**15,
    "gap": 4,
    "payer": 3,
}
