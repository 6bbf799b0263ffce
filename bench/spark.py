"""The same job in threads and on Spark, local mode, the same cores: ratios in one run.

Usage: TEQUIO_EXTRA=spark ./tequio --help, once; then
PYTHONPATH=src .venv-spark/bin/python bench/spark.py [--loans 2000000] [--cores 2] [--rounds 3]

Measured: `batch.run` from portfolio to manifest, in turn by each, in one process with one session
that stays open. The session's start and its first run (workers start, load the compiled projection
and read the portfolio's hash) are told apart: a cluster pays them once. The bytes are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from tequio.demo.state import generate_to
from tequio.engine import batch
from tequio.engine.spark import on_spark

AS_OF = date(2024, 6, 30)


def seconds(portfolio: Path, folder: Path, workers: batch.Workers) -> tuple[float, dict]:
    """Of one run into an empty folder; and the hashes of what it wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    start = time.monotonic()
    batch.run(portfolio, AS_OF, folder, workers=workers)
    took = time.monotonic() - start
    return took, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]


def main() -> None:
    """A line a round, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=2_000_000)
    options.add_argument("--cores", type=int, default=batch.THREADS)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    from pyspark.sql import SparkSession

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        portfolio = folder / "portfolio.parquet"
        generate_to(portfolio, given.loans)
        start = time.monotonic()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(f"local[{given.cores}]")
        session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
        print(f"session opened in {time.monotonic() - start:.1f} s")
        threads, cluster = batch.in_threads(given.cores), on_spark()
        first, of_spark = seconds(portfolio, folder / "spark", cluster)
        warm, of_threads = seconds(portfolio, folder / "threads", threads)
        assert of_spark == of_threads, "the bytes differ"
        print(f"first run: Spark {first:.1f} s, threads {warm:.1f} s; {len(of_spark)} equal files")
        rounds = []
        for _ in range(given.rounds):
            mine, _ = seconds(portfolio, folder / "threads", threads)
            theirs, _ = seconds(portfolio, folder / "spark", cluster)
            rounds.append((mine, theirs))
            print(
                f"threads {mine:6.2f} s   Spark {theirs:6.2f} s   {theirs / mine:.2f}x", flush=True
            )
        ratio = median(theirs / mine for mine, theirs in rounds)
        mine, theirs = (min(column) for column in zip(*rounds, strict=True))
        print(
            f"Spark / threads: {ratio:.2f}, median of the rounds; {theirs / mine:.2f}, best by best"
        )
        session.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
