"""What the two kernels share: where each number lies, and the exact conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

# A row of a plan, in the order of `Plan`'s fields.
P_BALANCE, P_INSTALMENT, P_RATE, P_INDEXED, P_INSURANCE, P_FEES = range(6)
P_OVERDUE, P_TERM, P_EFFECTIVE, P_EMPLOYER, P_REWARD, P_REWARD_AT = range(6, 12)
# A row of results, in the order of `Projection`'s fields.
R_MONTHS, R_PAID, R_CHARGES, R_OVERDUE, R_INTEREST, R_INDEXATION, R_INSTITUTE = range(7)
R_FUND, R_EMPLOYER, R_REWARD, R_RELEASED, R_NPV, R_LEFT = range(7, 13)
RESULTS = 13
# A part of a stage, in the order of `StageRows`' fields.
S_PAYS, S_MONTHS, S_GAP, S_PAYER = range(4)

SCALE = 10_000_000  # millionths of a unit, times thousandths of a peso, in one centavo
YEAR_OF_PPM = 12_000_000
DISCOUNT_ONE = 2**20
RELEASED_AT = 360  # effective payments (rule TERM-01)


def compiled(function: F) -> F:
    """Compiled once and kept on disk; runs without the interpreter's lock, strict about floats."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def divided(number: int, by: int) -> int:
    """The whole quotient of two numbers that are not negative, without the sign's extra work."""
    return np.int64(np.uint64(number) // np.uint64(by))  # type: ignore[return-value]


@compiled
def pesos(amount: int, indexed: int, index: int) -> int:
    """Centavos of a native amount, half up."""
    if indexed:
        return divided(amount * index + SCALE // 2, SCALE)
    return amount


@compiled
def native(centavos: int, indexed: int, index: int) -> int:
    """Units of an amount in pesos, half up to the millionth, where the credit is indexed."""
    if indexed:
        return divided(centavos * SCALE + index // 2, index)
    return centavos


@compiled
def fees_of(fees: int, indexed: int, index: int, today: int) -> int:
    """A month of fees: in an indexed credit they follow the unit from today's, half up."""
    if indexed:
        return divided(2 * fees * index + today, 2 * today)
    return fees


@compiled
def month_interest(balance: int, rate: int) -> int:
    """A month of interest, half up."""
    return divided(balance * rate + YEAR_OF_PPM // 2, YEAR_OF_PPM)
