"""The job: a whole portfolio evaluated, as a process of its own; time and memory as it grows.

Usage: PYTHONPATH=src python bench/batch.py [--sizes 100000 1000000 5488535] [--rounds 3]
Eligible pairs and the status quo of every credit, at 2024-06-30, with every processor there is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
AS_OF = "2024-06-30"


def whole_process(portfolio: Path, out: Path, *words: str) -> tuple[float, float, float]:
    """Seconds on the wall, seconds of processor, MiB at the peak of an evaluation, or of the
    command that `words` begin with."""
    shutil.rmtree(out, ignore_errors=True)
    what, *options = words or ("evaluate",)
    command = [sys.executable, "-m", "tequio", what, str(portfolio), *options]
    command += ["--as-of", AS_OF, "-o", str(out), "--json"]
    start = time.monotonic()
    running = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(running.pid, 0)
    assert status == 0, "the job failed"
    wall = time.monotonic() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """One line a size: medians, and what a million costs more."""
    options = argparse.ArgumentParser(description=__doc__)
    sizes = [100_000, 500_000, 1_000_000, 2_744_268, 5_488_535]
    options.add_argument("--sizes", type=int, nargs="+", default=sizes)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    from tequio.demo.state import generate_to

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    header = ("loans", "wall s", "cpu s", "peak MiB", "s a million more")
    print("{:>10} {:>9} {:>9} {:>9} {:>17}".format(*header))
    before: tuple[int, float] | None = None
    try:
        for size in given.sizes:
            portfolio = folder / f"{size}.parquet"
            generate_to(portfolio, size)
            runs = [whole_process(portfolio, folder / "out") for _ in range(given.rounds)]
            wall, cpu, peak = (median(values) for values in zip(*runs, strict=True))
            more = (wall - before[1]) / (size - before[0]) * 1e6 if before else float("nan")
            print(f"{size:10,} {wall:9.2f} {cpu:9.2f} {peak:9.0f} {more:17.2f}", flush=True)
            before = (size, wall)
            portfolio.unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
