"""The projection against other ways of doing the same sums. Ratios of medians, paired in one run.

Usage: PYTHONPATH=src python bench/kernel.py [--loans 100000] [--rounds 9]
The peers pandas, numpy-financial and QuantLib are in bench/requirements.in; who is absent is named.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from peers import decimal_loop, numpy_financial_ipmt, pandas_by_month, quantlib_bonds  # noqa: E402
from plans import random_plan  # noqa: E402
from tequio.core import annuities  # noqa: E402
from tequio.engine.kernel import run_general  # noqa: E402
from tequio.engine.kernel_plain import run_plain  # noqa: E402
from tequio.engine.outlook import MONTHS, outlook  # noqa: E402
from tequio.engine.plan import Plan  # noqa: E402
from tequio.engine.projection import NO_TRACE, packed  # noqa: E402
from tequio.engine.routing import route  # noqa: E402

FUTURE = outlook(date(2024, 6, 30), 10_081, 46_600, 80_000, 0)
ANNUITY = np.cumsum(FUTURE.discount) - FUTURE.discount[0]
SHOWN = [0, 1, 2, 4, 5, 11]  # months, paid, charges, interest, indexation, npv


def level_plan(loans: int, units: float = 0.45) -> Plan:
    """Level payments, some in units; no residue, so that each contender pays the same."""
    draw = np.random.default_rng(1)
    indexed = draw.random(loans) < units
    rate = draw.choice([40_000, 60_000, 88_600, 104_500, 120_000], loans)
    term = draw.integers(120, 361, loans)
    middle = np.where(indexed, 100e6, 30e6)
    balance = np.exp(draw.normal(np.log(middle), 0.6)).astype(np.int64)
    nothing = np.zeros(loans, np.int64)
    return Plan(
        balance=balance,
        instalment=annuities.instalment(balance, rate, term) + 1,
        rate=rate,
        indexed=indexed,
        insurance=nothing + 750,
        fees=nothing + 4_000,
        overdue=nothing,
        term=nothing,
        effective=nothing,
        employer=nothing,
        reward=nothing,
        reward_at=nothing,
    )


def library() -> ctypes.CDLL:
    """The C contender, compiled here and now."""
    out = Path(tempfile.mkdtemp()) / "kernel.so"
    flags = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC", "-lm"]
    subprocess.run(["gcc", str(HERE / "kernel.c"), "-o", str(out), *flags], check=True)
    return ctypes.CDLL(str(out))


@cache
def space(*shape: int) -> np.ndarray:
    """Where results go: made once, so that what is timed is the sums and not the memory."""
    return np.zeros(shape, np.int64)


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def ours_plain(rows: np.ndarray, order: np.ndarray) -> np.ndarray:
    out = space(len(rows), 13)
    future = (FUTURE.index, FUTURE.discount, ANNUITY, FUTURE.first_month, FUTURE.residue)
    run_plain(rows, order, *future, out)
    return out


def c_plain(lib: ctypes.CDLL, columns: list[np.ndarray], order: np.ndarray) -> np.ndarray:
    out = space(6, len(order))
    lib.plain(
        ctypes.c_int64(len(order)),
        pointer(order),
        *map(pointer, columns),
        pointer(FUTURE.index),
        pointer(FUTURE.discount),
        pointer(ANNUITY),
        ctypes.c_int64(MONTHS),
        ctypes.c_int64(FUTURE.first_month),
        pointer(out),
    )
    return out.T


def numpy_blocked(rows: np.ndarray, order: np.ndarray, width: int = 16_384) -> np.ndarray:
    """Whole columns of a block a month, pesos once a month; the same exact interest."""
    out = np.zeros((len(rows), 6), np.int64)
    for first in range(0, len(order), width):
        block = order[first : first + width]
        b, p, rate, x, insurance, fees = (rows[block, i].astype(np.float64) for i in range(6))
        months, paid, charges, grown, npv = (np.zeros(len(block)) for _ in range(5))
        start = np.where(x > 0, np.floor(b * FUTURE.index[0] / 1e7 + 0.5), b)
        for t in range(1, MONTHS + 1):
            unit, before = float(FUTURE.index[t]), float(FUTURE.index[t - 1])
            alive = b > 0
            if not alive.any():
                break
            if unit != before:
                step = np.floor(b * unit / 1e7 + 0.5) - np.floor(b * before / 1e7 + 0.5)
                grown += np.where(x > 0, step, 0)
            interest = np.floor(b * rate / 12e6 + 0.5)
            pays = np.minimum(p, b + interest)
            b = b + interest - pays
            cash = np.where(x > 0, np.floor(pays * unit / 1e7 + 0.5), pays)
            fee = np.where(x > 0, np.floor(fees * unit / FUTURE.index[0] + 0.5), fees)
            months += alive
            paid += cash
            charges += np.where(alive, insurance + fee, 0)
            npv += cash * FUTURE.discount[t]
        worth = np.floor(npv / 2**20 + 0.5)
        out[block] = np.stack([months, paid, charges, paid - grown - start, grown, worth], 1)
    return out


def ours_whole(rows: np.ndarray, stages: np.ndarray) -> np.ndarray:
    out = np.zeros((len(rows), 13), np.int64)
    future = (FUTURE.index, FUTURE.discount, FUTURE.first_month, FUTURE.residue)
    run_general(rows, stages, np.arange(len(rows)), *future, out, NO_TRACE)
    return out


def c_whole(lib: ctypes.CDLL, rows: np.ndarray, stages: np.ndarray) -> np.ndarray:
    out = np.zeros((len(rows), 13), np.int64)
    lib.whole(
        ctypes.c_int64(len(rows)),
        pointer(rows),
        ctypes.c_int64(len(stages)),
        pointer(stages),
        pointer(FUTURE.index),
        pointer(FUTURE.discount),
        ctypes.c_int64(MONTHS),
        ctypes.c_int64(FUTURE.first_month),
        ctypes.c_int64(FUTURE.residue),
        pointer(out),
    )
    return out


def seconds(run: Callable[[], np.ndarray]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def paired(
    ours: Callable[[], np.ndarray], theirs: Callable[[], np.ndarray], rounds: int, share: float
) -> tuple[float, float, float]:
    """Theirs over ours, round by round: median, least, most. `share`: loans of theirs over ours."""
    ours(), theirs()
    ratios = [seconds(theirs) / share / seconds(ours) for _ in range(rounds)]
    return median(ratios), min(ratios), max(ratios)


def line(name: str, target: float, ratios: Sequence[float], equal: float) -> None:
    middle, least, most = ratios
    met = "met" if middle >= target else "NOT MET"
    print(
        f"{name:34} {middle:10,.2f} {least:10,.2f} {most:10,.2f} {target:8,.2f}  {met:8}"
        f"{equal:8.2%}",
        flush=True,
    )


def main() -> None:
    """The table of the README."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=9)
    given = options.parse_args()
    lib = library()
    rows, stages = packed(level_plan(given.loans))
    order = np.argsort(route(rows, stages, FUTURE.index, 0), kind="stable").astype(np.int64)
    columns = [np.ascontiguousarray(rows[:, place]) for place in range(6)]
    ours = ours_plain(rows, order)[:, SHOWN].copy()
    header = ("others ÷ ours, per loan", "median", "least", "most", "target", "", "equal rows")
    print(f"{given.loans:,} loans, {int(ours[:, 0].sum()):,} loan-months, {given.rounds} rounds")
    print("{:34} {:>10} {:>10} {:>10} {:>8}  {:8}{:>8}".format(*header))

    def against(name: str, target: float, run: Callable[[], np.ndarray], loans: int) -> None:
        rounds = given.rounds if loans == given.loans else max(given.rounds // 3, 3)
        ratios = paired(lambda: ours_plain(rows, order), run, rounds, loans / given.loans)
        line(name, target, ratios, (run() == ours[:loans]).all(1).mean())

    against("C, gcc -O3, blocked", 0.95, lambda: c_plain(lib, columns, order), given.loans)
    against("numpy, blocked", 6, lambda: numpy_blocked(rows, order), given.loans)
    against("Decimal loop", 1_000, lambda: decimal_loop(rows[:100], FUTURE), 100)
    in_pesos(given.loans, given.rounds)
    whole(lib, given.loans // 4, given.rounds)


def in_pesos(loans: int, rounds: int) -> None:
    """Peers that know no units: credits in pesos only, the total interest of each compared."""
    plan = level_plan(loans, units=0)
    rows, stages = packed(plan)
    order = np.argsort(route(rows, stages, FUTURE.index, 0), kind="stable").astype(np.int64)
    interest = ours_plain(rows, order)[:, 4].copy()
    terms = annuities.months(plan.balance, plan.rate, plan.instalment)
    few, some = rows[:100], rows[:2_000]
    peers = {
        "pandas, by month": (80, lambda: pandas_by_month(rows), loans),
        "numpy-financial, ipmt and ppmt": (
            200,
            lambda: numpy_financial_ipmt(some, terms[:2_000]),
            2_000,
        ),
        "QuantLib, amortising bonds": (8_000, lambda: quantlib_bonds(few, terms[:100]), 100),
    }
    for name, (target, run, count) in peers.items():
        try:
            equal = (run() == interest[:count]).mean()
        except ImportError as absent:
            print(f"{name:34} absent: {absent.name} (bench/requirements.in)")
            continue
        ratios = paired(lambda: ours_plain(rows, order), run, max(rounds // 3, 3), count / loans)
        line(name, target, ratios, equal)


def whole(lib: ctypes.CDLL, loans: int, rounds: int) -> None:
    """The month with stages, rewards, release and residue."""
    rows, stages = packed(random_plan(loans, seed=3, stages=2))
    equal = (ours_whole(rows, stages) == c_whole(lib, rows, stages)).all(1).mean()
    ratios = paired(lambda: ours_whole(rows, stages), lambda: c_whole(lib, rows, stages), rounds, 1)
    line("C, gcc -O3, the whole month", 0.9, ratios, equal)


if __name__ == "__main__":
    main()
