"""Products rounded half up: exact, and quick enough to be done billions of times.

An amount is `half_up(product / whole)` with `whole` even. Where amounts are int64 that is said
in whole numbers. Where they are whole numbers held in float64 it is
`floor(product * (1 / whole) + m)` with m = 1/2 + 1/(2 * whole), and still exact:

- product, a whole number below 2**53, is exact;
- product / whole is a multiple of 1/whole, so that, once 1/2 is added, a tie is a whole number k
  and what lies next below it is k - 1/whole. The second half of m puts them at
  k + 1/(2 * whole) and k - 1/(2 * whole): as far from k, and a tie needs no luck;
- the reciprocal and the fused multiply-add err by at most 2 * (quotient + 1) * 2**-53 together,
  less than that distance while the quotient is below 2**27 for interest and 2**31 for pesos.

`block.OUTGROWN` keeps balances under 2**31 centavos of worth, and interest is at most 1/60 of that.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.extending import intrinsic, overload

F = TypeVar("F", bound=Callable[..., Any])


YEAR = 12_000_000  # twelve months of one whole, in parts per million
# One centavo is 10**7 millionths of a unit times thousandths of a peso. An index is 304 daily
# centavos, thus a multiple of 16: both sides shrink by it, which leaves room for larger amounts.
SHRUNK = 16
PAR = 10**7 // SHRUNK  # the price of a native amount that is centavos already
INTEREST_PART, INTEREST_MARGIN = 1 / YEAR, 0.5 + 0.5 / YEAR
PESOS_PART, PESOS_MARGIN = 1 / PAR, 0.5 + 0.5 / PAR


def use_whole_registers() -> None:
    """Let LLVM use 512-bit registers where the processor has them; by default it holds back.

    A third quicker there. It must be said before anything is compiled.
    """
    features = get_host_cpu_features()
    config: Any = numba.config
    if features.get("avx512f") and not config.CPU_FEATURES:
        config.CPU_FEATURES = features.flatten() + ",-prefer-256-bit"


use_whole_registers()


def keep_compiled_apart() -> None:
    """Keep compiled code under a name made from all sources that it may hold.

    numba looks only at the file of the function called, and not at the files of those that it
    calls: after a change to one of them it would go on running the old one.
    """
    config: Any = numba.config
    rooms = [HERE.parent / room for room in ("core", "engine", "servicing")]
    sources = sorted(path for room in rooms for path in room.glob("*.py"))
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    if not config.CACHE_DIR:
        own = HERE / "__pycache__" / f"{COMPILED}{digest.hexdigest()[:16]}"
        config.CACHE_DIR = str(own)
        make_first(own)


def make_first(own: Path) -> None:
    """Whoever makes the folder of a version takes away those of others.

    Each goes at once, under its name: a program that still has it finds nothing there and compiles
    anew. Where a program has just compiled, and may be doing so, it stays until the next time.
    """
    with suppress(OSError):  # it is there already, or nothing can be kept there
        own.mkdir(parents=True)
        idle = [one for one in own.parent.glob(f"{COMPILED}*") if is_idle(one)]
        with TemporaryDirectory(
            prefix=COMPILED, dir=own.parent, ignore_cleanup_errors=True
        ) as leaving:
            for one in idle:
                with suppress(FileNotFoundError):  # another program takes it away
                    one.rename(Path(leaving) / one.name)


def is_idle(folder: Path) -> bool:
    """Whether nothing was compiled into a folder within the hour."""
    with suppress(FileNotFoundError):  # it is being taken away
        written = max(one.stat().st_mtime for one in (folder, *folder.iterdir()))
        return time.time() - written > HOUR
    return False


HERE = Path(__file__).parent
COMPILED = "compiled-"
HOUR = 3600
keep_compiled_apart()


def compiled(function: F) -> F:
    """Compiled by numba on first use and kept on disk; runs without the interpreter's lock."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def bare(function: F) -> F:
    """The same for a function that allocates nothing: it need not count who holds an array."""
    njit: Any = numba.njit
    return cast(F, njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))


def scaled_floor_code(_typing: Any, _product: Any, _part: Any, _margin: Any) -> Any:
    """floor(product * part + margin), the product and the sum with one rounding."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        """Two machine instructions, for four or eight credits at once."""
        floor = builder.module.declare_intrinsic("llvm.floor", [ir.DoubleType()])
        return builder.call(floor, [builder.fma(*arguments)])

    return types.float64(types.float64, types.float64, types.float64), generate


def whole_code(_typing: Any, _amount: Any) -> Any:
    """floor(amount)."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        """One machine instruction."""
        floor = builder.module.declare_intrinsic("llvm.floor", [ir.DoubleType()])
        return builder.call(floor, arguments)

    return types.float64(types.float64), generate


scaled_floor: Any = intrinsic(scaled_floor_code)
whole: Any = intrinsic(whole_code)


def interest_of(balance: int, rate: int) -> int:
    """A month's interest at a yearly rate in ppm, native."""
    return (balance * rate + YEAR // 2) // YEAR


def pesos(native: int, price: int) -> int:
    """Centavos of a native amount, at the price `index / 16` of the unit, or at `PAR`."""
    return (native * price + PAR // 2) // PAR


def ratio(amount: int, numerator: int, denominator: int) -> int:
    """half_up(amount * numerator / denominator), where twice the product is below 2**53.

    One correctly rounded division cannot reach a tie from below: the distance to it is at least
    1/(2 * denominator).
    """
    return (2 * amount * numerator + denominator) // (2 * denominator)


def followed_fees(fees: int, index: int, at_start: int) -> int:
    """Fees that follow the unit, in centavos: half_up(fees * index / index at the start).

    Both are 304 daily values, so that a tie stands 1/2 / daily off any other quotient.
    """
    return (2 * fees * index + at_start) // (2 * at_start)


@overload(interest_of, strict=False)
def interest_of_compiled(balance: Any, rate: Any) -> Any:
    """Of float64, the quick form."""
    if isinstance(balance, types.Float):
        return lambda balance, rate: scaled_floor(balance * rate, INTEREST_PART, INTEREST_MARGIN)
    return interest_of


@overload(pesos, strict=False)
def pesos_compiled(native: Any, price: Any) -> Any:
    """Of float64, the quick form."""
    if isinstance(native, types.Float):
        return lambda native, price: scaled_floor(native * price, PESOS_PART, PESOS_MARGIN)
    return pesos


@overload(ratio, strict=False)
def ratio_compiled(amount: Any, numerator: Any, denominator: Any) -> Any:
    """Of float64, the quick form."""
    if isinstance(amount, types.Float):
        return lambda amount, numerator, denominator: whole(amount * numerator / denominator + 0.5)
    return ratio


@overload(followed_fees, strict=False)
def followed_fees_compiled(fees: Any, index: Any, at_start: Any) -> Any:
    """Of float64, the quick form."""
    if isinstance(fees, types.Float):
        return lambda fees, index, at_start: scaled_floor(
            fees * index, 1 / at_start, 0.5 + 76 / at_start
        )
    return followed_fees
