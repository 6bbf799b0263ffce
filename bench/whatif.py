"""A change of the law tried on a portfolio, against one evaluation of it: whole processes, in
turns, in one run. The target is a ratio of at most 2; with its report, charts and CSV.

Usage: PYTHONPATH=src python bench/whatif.py [--loans 1000000] [--rounds 3] [--law-as-of 2023-09-17]
As benchmark sizes go, 5488535 is another (--loans 5488535). Time on the wall depends on what else
the machine does: the processor's is the steadier of the two ratios.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median

from batch import AS_OF, whole_process

TRIED = {
    "a wider door (the demo's)": "liquidacion_anticipada.threshold = { is = 30 }",
    "lower rates, a narrower door": (
        "liquidacion_anticipada.threshold = { is = 20 }\n"
        "common.rate_by_wage = { minus = 1, from = 1.5, below = 2 }"
    ),
    "what is assumed of the unit": "common.index_growth = { is = 0 }",
}
HEAD = 'title = "Medida"\njustification = "Para medir el tiempo."\n'


def tried(folder: Path, dates: list[str]) -> dict[str, list[str]]:
    """The arguments of each change, by its name."""
    found = {}
    for at, (name, text) in enumerate(TRIED.items()):
        path = folder / f"{at}.toml"
        path.write_text(HEAD + text + "\n", encoding="utf-8")
        found[name] = ["--overlay", str(path)]
    return found | {f"the rules of {day}": ["--law-as-of", day] for day in dates}


def main() -> None:
    """One line a change: medians, and the ratios to one evaluation."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--law-as-of", nargs="*", default=["2023-09-17"])
    given = options.parse_args()
    from tequio.demo.state import generate_to

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        portfolio = folder / "cartera.parquet"
        generate_to(portfolio, given.loans)
        jobs = {"one evaluation": ["evaluate"]}
        jobs |= {name: ["whatif", *words] for name, words in tried(folder, given.law_as_of).items()}
        runs = {name: [] for name in jobs}
        for _ in range(given.rounds):
            for name, words in jobs.items():
                runs[name].append(whole_process(portfolio, folder / "out", *words))
        report(given.loans, runs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(loans: int, runs: dict[str, list[tuple[float, float, float]]]) -> None:
    """The table; the ratio is the median of those of each turn."""
    print(f"{loans:,} credits on {AS_OF}, {len(next(iter(runs.values())))} rounds")
    header = ("", "wall s", "cpu s", "peak MiB", "wall ratio", "cpu ratio")
    print("{:30} {:>8} {:>8} {:>9} {:>11} {:>10}".format(*header))
    base = runs["one evaluation"]
    for name, taken in runs.items():
        wall, cpu, peak = (median(values) for values in zip(*taken, strict=True))
        ratios = [
            median(mine[at] / one[at] for mine, one in zip(taken, base, strict=True))
            for at in (0, 1)
        ]
        print(
            f"{name:30} {wall:8.2f} {cpu:8.2f} {peak:9.0f} {ratios[0]:11.2f} {ratios[1]:10.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
