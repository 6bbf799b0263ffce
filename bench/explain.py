"""One credit, every programme, fully explained: milliseconds, warm. The target is 5.

Usage: PYTHONPATH=src python bench/explain.py [--credits 300]
"""

from __future__ import annotations

import argparse
import time
from statistics import median, quantiles

from tequio.demo.state import CALIBRATED_ON, generate
from tequio.engine.explain import explain
from tequio.engine.portfolio import loan_of


def main() -> None:
    """Median and ninety-fifth percentile over credits of every kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--credits", type=int, default=300)
    given = options.parse_args()
    table = generate(given.credits)
    loans = [loan_of(table.slice(row, 1)) for row in range(given.credits)]
    for loan in loans[:20]:
        explain(loan, CALIBRATED_ON)
    taken = []
    for loan in loans:
        start = time.perf_counter()
        explain(loan, CALIBRATED_ON)
        taken.append((time.perf_counter() - start) * 1000)
    late = quantiles(taken, n=20)[-1]
    print(f"{given.credits} credits: median {median(taken):.2f} ms, 95 % under {late:.2f} ms")


if __name__ == "__main__":
    main()
