"""The projection against other ways of doing the same sums. Ratios of medians, paired in one run.

Usage: PYTHONPATH=src python bench/kernel.py [--loans 130000] [--rounds 15]

Ours is `project`, from a plan's columns to results: sorting, months, and writing them down. The C
contender does the same steps in the same order. The peers pandas, numpy-financial and QuantLib are
in bench/requirements.in; who is absent is named, and the rest goes on.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from peers import decimal_loop, numpy_financial_schedule, pandas_by_month, quantlib_schedule  # noqa: E402
from plans import random_plan  # noqa: E402
from tequio.core import annuities  # noqa: E402
from tequio.engine.outlook import MONTHS, outlook  # noqa: E402
from tequio.engine.plan import Plan, column_names  # noqa: E402
from tequio.engine.projection import Projection, future_of, project, stages_of  # noqa: E402

FUTURE = outlook(date(2024, 6, 30), 10_081, 46_600, 80_000, 0, 360)
NAMES = [field.name for field in fields(Projection)]
SHOWN = ["months", "paid", "charges", "interest", "indexation", "npv"]  # of a level payment
O3 = "-O3 -march=native -ffp-contract=off"
# What gcc must be allowed besides before it turns floor() and choices into vector instructions.
WIDE = f"{O3} -fno-math-errno -fno-trapping-math"
Run = Callable[[], np.ndarray]


def level_plan(loans: int, units: float, shortest: int = 12) -> Plan:
    """Level payments, that share of them in units; no residue, so that all contenders pay alike."""
    draw = np.random.default_rng(1)
    indexed = draw.random(loans) < units
    rate = draw.choice([40_000, 60_000, 88_600, 104_500, 120_000], loans)
    term = draw.integers(shortest, 361, loans)
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


def ours(plan: Plan, names: list[str]) -> np.ndarray:
    answer = project(plan, FUTURE)
    return np.stack([getattr(answer, name) for name in names])


class Work(ctypes.Structure):
    """What the C contender is given; its `work`."""

    _fields_ = (
        ("n", ctypes.c_int64),
        ("stage_count", ctypes.c_int64),
        ("plan", ctypes.c_void_p * 12),
        ("stages", ctypes.c_void_p),
        ("future", ctypes.c_void_p),
        ("residue", ctypes.c_double),
        ("small_pesos", ctypes.c_double),
        ("small_units", ctypes.c_double),
        ("results", ctypes.c_void_p * 13),
        ("outgrown", ctypes.c_void_p),
    )


class InC:
    """The C contender, compiled here and now."""

    def __init__(self, flags: str) -> None:
        built = Path(tempfile.mkdtemp()) / "kernel.so"
        source = str(HERE / "kernel.c")
        subprocess.run(
            ["gcc", *flags.split(), "-shared", "-fPIC", source, "-o", str(built), "-lm"], check=True
        )
        self.library = ctypes.CDLL(str(built))

    def project(self, plan: Plan, names: list[str]) -> np.ndarray:
        columns = [getattr(plan, name).astype(np.int64, copy=False) for name in column_names()]
        stages, future = stages_of(plan), future_of(FUTURE, np.float64)
        results, outgrown = np.empty((13, len(plan)), np.int64), np.empty(len(plan), np.bool_)
        work = Work(
            n=len(plan),
            stage_count=len(stages),
            plan=(ctypes.c_void_p * 12)(*(column.ctypes.data for column in columns)),
            stages=stages.ctypes.data,
            future=future.months.ctypes.data,
            residue=future.residue,
            small_pesos=future.small_pesos,
            small_units=future.small_units,
            results=(ctypes.c_void_p * 13)(*(row.ctypes.data for row in results)),
            outgrown=outgrown.ctypes.data,
        )
        self.library.project(ctypes.byref(work))
        return np.stack([results[NAMES.index(name)] for name in names])


def rows_of(plan: Plan) -> np.ndarray:
    """The plan's own columns as (row, column), for contenders that go loan by loan."""
    return np.stack([getattr(plan, name).astype(np.int64) for name in column_names()], axis=1)


def numpy_blocked(plan: Plan, width: int = 16_384) -> np.ndarray:
    """Whole columns of a block a month, shortest credits first; the same exact interest."""
    out = np.zeros((6, len(plan)), np.int64)
    terms = annuities.months(plan.balance, plan.rate, plan.instalment)
    order = np.argsort(terms.astype(np.uint16), kind="stable")
    for first in range(0, len(order), width):
        block = order[first : first + width]
        names = ("balance", "instalment", "rate", "indexed", "insurance", "fees")
        taken = (getattr(plan, name)[block].astype(np.float64) for name in names)
        b, p, rate, indexed, insurance, fees = taken
        months, paid, charges, grown, npv = (np.zeros(len(block)) for _ in range(5))
        start = np.where(indexed > 0, np.floor(b * FUTURE.index[0] / 1e7 + 0.5), b)
        for t in range(1, MONTHS + 1):
            unit, before = float(FUTURE.index[t]), float(FUTURE.index[t - 1])
            alive = b > 0
            if not alive.any():
                break
            if unit != before or t == 1:
                step = np.floor(b * unit / 1e7 + 0.5) - np.floor(b * before / 1e7 + 0.5)
                grown += np.where(indexed > 0, step, 0)
                follows = np.floor(fees * unit / FUTURE.index[0] + 0.5)
                charge = insurance + np.where(indexed > 0, follows, fees)
            interest = np.floor(b * rate / 12e6 + 0.5)
            pays = np.minimum(p, b + interest)
            b = b + interest - pays
            cash = np.where(indexed > 0, np.floor(pays * unit / 1e7 + 0.5), pays)
            months += alive
            paid += cash
            charges += np.where(alive, charge, 0)
            npv += cash * FUTURE.discount[t]
        worth = np.floor(npv / 2**20 + 0.5)
        out[:, block] = [months, paid, charges, paid - grown - start, grown, worth]
    return out


def seconds(run: Run) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


class Table:
    """One line a contender: its time a loan over ours, taken in turn, round by round."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        print(
            "{:34}{:>10}{:>10}{:>10}{:>9}  {:8}{:>11}".format(
                "others / ours, per loan", "median", "least", "most", "target", "", "rows equal"
            )
        )

    def line(self, name: str, target: float, mine: Run, theirs: Run, share: float = 1) -> None:
        """`share`: the loans of theirs over ours."""
        try:
            answer = theirs()
        except ImportError as absent:
            print(f"{name:34} absent: {absent.name} (bench/requirements.in)")
            return
        right = mine()[..., : answer.shape[-1]]
        equal = (np.atleast_2d(right) == np.atleast_2d(answer)).all(0).mean()
        rounds = self.rounds if share == 1 else max(self.rounds // 3, 3)
        ratios = [seconds(theirs) / share / seconds(mine) for _ in range(rounds)]
        middle = median(ratios)
        met = "" if target == 0 else "met" if middle >= target else "NOT MET"
        print(
            f"{name:34}{middle:10,.2f}{min(ratios):10,.2f}{max(ratios):10,.2f}"
            f"{target:9,.2f}  {met:8}{equal:11.2%}",
            flush=True,
        )


def main() -> None:
    """One line a contender: the ratio, its range, the target, and how many results are equal."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=130_000)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    plan, plain_c, wide_c = level_plan(given.loans, units=1), InC(O3), InC(WIDE)
    months = int(project(plan, FUTURE).months.sum())
    each = median(seconds(lambda: project(plan, FUTURE)) for _ in range(given.rounds))
    print(
        f"{given.loans:,} indexed annuities, {months:,} loan-months: {each * 1e3:.1f} ms, "
        f"{months / each / 1e6:,.0f} million loan-months a second on one core"
    )
    table = Table(given.rounds)
    mine = lambda: ours(plan, SHOWN)  # noqa: E731
    table.line("C, gcc -O3, blocked", 0.95, mine, lambda: plain_c.project(plan, SHOWN))
    table.line("C, with wider vectors (yardstick)", 0, mine, lambda: wide_c.project(plan, SHOWN))
    table.line("numpy, blocked", 6, mine, lambda: numpy_blocked(plan))
    few, share = rows_of(plan)[:100], 100 / given.loans
    table.line("Decimal loop", 1_000, mine, lambda: decimal_loop(few, FUTURE).T, share)
    in_pesos(table, given.loans)
    every = random_plan(given.loans, seed=3, stages=2)
    mine = lambda: ours(every, NAMES)  # noqa: E731
    table.line("C, whole month, 2 stages", 0.9, mine, lambda: plain_c.project(every, NAMES))
    table.line("C, with wider vectors (yardstick)", 0, mine, lambda: wide_c.project(every, NAMES))


def in_pesos(table: Table, loans: int) -> None:
    """Peers that know no units: credits in pesos only, the total interest of each compared."""
    plan = level_plan(loans, units=0, shortest=120)
    rows, terms = rows_of(plan), annuities.months(plan.balance, plan.rate, plan.instalment)
    some, few = (rows[:20_000], terms[:20_000]), (rows[:100], terms[:100])
    mine = lambda: ours(plan, ["interest"])  # noqa: E731
    table.line("pandas, by month", 80, mine, lambda: pandas_by_month(some[0]), 20_000 / loans)
    name, share = "numpy-financial, ipmt and ppmt", 20_000 / loans
    table.line(name, 200, mine, lambda: numpy_financial_schedule(*some), share)
    name, share = "QuantLib, amortising bonds", 100 / loans
    table.line(name, 8_000, mine, lambda: quantlib_schedule(*few), share)


if __name__ == "__main__":
    main()
