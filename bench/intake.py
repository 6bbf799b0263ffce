"""A bank's file matched and posted, beside a bare COPY of the rows that it leaves; and a statement
in XML read, with its memory.

Usage: PYTHONPATH=src TEQUIO_TEST_POSTGRESQL=postgresql://… python bench/intake.py [--loans 500000]
A payment a credit, with its mistakes: who paid is sealed, each is a deposit, a receipt and what
became of it.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]
WRITTEN = ("sourcekey", "deposit", "payer", "receipt", "assignment", "setaside")
JULY, END = date(2024, 7, 1), date(2024, 7, 31)


def take(path: Path) -> None:
    """As `tequio pay` does it, with what it prints."""
    from tequio.web.intake.counting import equation
    from tequio.web.intake.taking import do_take_file
    from tequio.web.records.writing import Who

    assert do_take_file(path, Who("bench", "bench"), as_of=END).summary.explained
    assert equation().holds


def read(path: Path) -> tuple[int, float, int]:
    """A statement read to its end: entries, seconds, and by how many KiB the program grew."""
    from tequio.web.intake.camt053 import Camt053

    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    rows = sum(entries.rows for entries in Camt053(path, END))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return rows, time.monotonic() - start, grown


def main() -> None:
    """Two lines for the statement, one a database for the file."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=500_000)
    options.add_argument("--entries", type=int, default=100_000)
    given = options.parse_args()
    from ledger import load, measured, tell
    from ledgers import POSTGRESQL, Templates
    from tequio.demo.bank_files import write_bank_csv, write_camt
    from tequio.demo.state import generate_to
    from tequio.engine.portfolio import open_portfolio

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        portfolio, bank = Path(folder) / "cartera.parquet", Path(folder) / "banco.csv"
        generate_to(portfolio, max(given.loans, given.entries))
        rows = open_portfolio(portfolio).read()
        statement = Path(folder) / "estado.xml"
        for size in (given.entries // 4, given.entries):
            write_camt(rows.slice(0, size), JULY, statement)
            count, seconds, grown = read(statement)
            print(f"camt.053 {count:,} entries: {seconds:.1f} s, {grown / 1024:.0f} MiB more")
        write_bank_csv(rows.slice(0, given.loans), JULY, bank)
        kinds = ["postgresql", "sqlite"] if os.environ.get(POSTGRESQL) else ["sqlite"]
        for vendor in kinds:
            home = Path(folder) / vendor
            home.mkdir()
            made = Templates(home).migrated(vendor)
            os.environ.update(made.environment)
            made.use()
            load(portfolio)
            took = measured(lambda: take(bank))
            tell(f"{vendor:10} pay", given.loans, took, WRITTEN, "")
            made.close()


if __name__ == "__main__":
    main()
