"""What each early exit and each shared work is worth: the same answer with it and without it.

Usage: PYTHONPATH=src python bench/savings.py [--loans 200000] [--rounds 5]
One thread; each line is without ÷ with, the median of paired rounds and the least and the most.
What cannot be switched off from outside (blocks of credits that run alike, repricing only in
January) is not here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from unittest.mock import patch

import numpy as np

from tequio.core.loan import Loan
from tequio.core.programme import Evaluation
from tequio.demo.state import tables
from tequio.engine import choose, evaluate, pairs, projection
from tequio.engine.outlook import MONTHS
from tequio.engine.portfolio import loan_of
from tequio.engine.rulebook import published

DAY = date(2024, 6, 30)
SLICE = 16_384


def slices(loans: int) -> list[Loan]:
    """The simulated state, in the slices of a batch."""
    whole = next(iter(tables(loans, 3, DAY, loans, None)))
    return [loan_of(whole.slice(at, SLICE)) for at in range(0, loans, SLICE)]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(name: str, with_: Callable[[], object], without: Callable[[], object], n: int) -> None:
    """Without ÷ with, in turns."""
    with_(), without()
    ratios = []
    for _ in range(n):
        fast, slow = seconds(with_), seconds(without)
        ratios.append(slow / fast)
    print(f"{name:64} {median(ratios):6.2f} [{min(ratios):.2f}–{max(ratios):.2f}]", flush=True)


def every_pair(self: Evaluation) -> np.ndarray:
    """Whoever is asked for qualifies."""
    return np.ones(self.rows, np.bool_)


def whole(parts: list[Loan]) -> Callable[[], object]:
    """Every programme and the best offer, for every slice."""
    return lambda: [evaluate.evaluate(loan, DAY) for loan in parts]


def only_eligible(parts: list[Loan], rounds: int) -> None:
    """Pairs that do not qualify are not projected. What they would give is not always valid, so
    the plans' own checks are off on both sides."""
    run = whole(parts)

    def all_pairs() -> None:
        with patch.object(Evaluation, "eligible", every_pair):
            run()

    with patch("tequio.engine.plan.check_bounds", lambda _: None):
        compare("only eligible pairs are projected", run, all_pairs, rounds)


def skimmed_years(parts: list[Loan], rounds: int) -> None:
    """Years of level payments run by their balances alone."""
    rules = published()
    offer = [pairs.status_quo(loan, pairs.assumed(rules, DAY)) for loan in parts]
    rows = [np.arange(len(loan.balance)) for loan in parts]
    plans = [pairs.plan_of(*each) for each in zip(offer, parts, rows, strict=True)]
    future = pairs.outlook_at(rules, DAY)

    def skimming() -> None:
        for plan in plans:
            projection.project(plan, future)

    def month_by_month() -> None:  # a trace of the first lane: every month is run, step by step
        for plan in plans:
            projection.projected(plan, future, np.float64, (MONTHS + 1, projection.ROWS))

    compare("years of level payments are skimmed (status quo)", skimming, month_by_month, rounds)


def ends_early(parts: list[Loan], rounds: int) -> None:
    """A block ends when its last credit is at zero: credits of few months beside those of many."""
    rules, loan = published(), parts[0]
    future, everybody = pairs.outlook_at(rules, DAY), np.arange(len(loan.balance))
    plan = pairs.plan_of(pairs.status_quo(loan, pairs.assumed(rules, DAY)), loan, everybody)
    months = projection.project(plan, future).months
    few, many = (
        plan.take(np.resize(np.flatnonzero(chosen), SLICE))
        for chosen in ((months > 0) & (months <= 60), months >= 200)
    )
    compare(
        "a block ends with its last credit (200 months and more ÷ up to 60)",
        lambda: [projection.project(few, future) for _ in range(9)],
        lambda: [projection.project(many, future) for _ in range(9)],
        rounds,
    )


def one_choice(parts: list[Loan], rounds: int) -> None:
    """The best of the open offers is the best of all where no door is shut."""
    run = whole(parts)
    real = choose.best_of

    def twice(now, rivals, *, only_open):
        real(now, rivals, only_open=True)
        return real(now, rivals, only_open=only_open)

    def chosen_twice() -> None:
        with patch.object(choose, "best_of", twice):
            run()

    compare("the open offers are ranked only where a door is shut", run, chosen_twice, rounds)


def shared_texts(parts: list[Loan], rounds: int) -> None:
    """A second law works out only the texts that differ: here, one of them."""
    rules = published()
    name = "liquidacion_anticipada"
    (text,) = (t for t in rules.in_force(DAY) if t.programme.name == name)
    same = {"threshold": text.programme.book.parameters["threshold"]}
    other = rules.amended({name: same})
    known = [evaluate.evaluate(loan, DAY) for loan in parts]

    def sharing() -> None:
        for loan, before in zip(parts, known, strict=True):
            evaluate.evaluate(loan, DAY, other, known=before)

    def anew() -> None:
        for loan in parts:
            evaluate.evaluate(loan, DAY, other)

    compare("a second law shares the texts that it does not change", sharing, anew, rounds)


def main() -> None:
    """One line a saving."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    parts = slices(given.loans)
    print(f"{given.loans:,} credits, without ÷ with")
    for saving in (only_eligible, skimmed_years, ends_early, one_choice, shared_texts):
        saving(parts, given.rounds)


if __name__ == "__main__":
    main()
