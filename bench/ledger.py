"""A portfolio into the ledger: the whole load beside a bare COPY of the same rows.

Usage: PYTHONPATH=src TEQUIO_TEST_POSTGRESQL=postgresql://… python bench/ledger.py [--loans 1000000]
PostgreSQL first, where databases may be made; SQLite beside it. The bare COPY goes into tables
with the same columns and no index, key, check or trigger; processor time is the server's own where
it runs on this machine.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
TABLES = ("credit", "person", "role", "terms", "standing", "monthlybalance", "movement")


def server_seconds(pid: int) -> float:
    """Processor time of a process of this machine."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def loaded(portfolio: Path) -> tuple[float, float, float]:
    """Seconds on the wall, of our processor and of the server's."""
    from django.db import connection

    from tequio.engine.portfolio import open_portfolio
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who

    pid = 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
    start, ours = time.monotonic(), time.process_time()
    do_load_portfolio(open_portfolio(portfolio), Who("bench", "bench"))
    wall, ours = time.monotonic() - start, time.process_time() - ours
    return wall, ours, server_seconds(pid) if pid else 0.0


def copied() -> float:
    """Seconds to COPY every row of the load into bare tables, from memory."""
    from django.db import connection

    seconds = 0.0
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE records_{table})")
            rows = io.BytesIO()
            with cursor.copy(f"COPY records_{table} TO STDOUT (FORMAT csv)") as copy:
                for block in copy:
                    rows.write(block)
            start = time.monotonic()
            with cursor.copy(f"COPY bare_{table} FROM STDIN (FORMAT csv)") as copy:
                copy.write(rows.getbuffer())
            seconds += time.monotonic() - start
    return seconds


def main() -> None:
    """One line a database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=1_000_000)
    given = options.parse_args()
    from ledgers import POSTGRESQL, Templates
    from tequio.demo.state import generate_to

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        portfolio = Path(folder) / "cartera.parquet"
        generate_to(portfolio, given.loans)
        kinds = ["postgresql", "sqlite"] if os.environ.get(POSTGRESQL) else ["sqlite"]
        for vendor in kinds:
            home = Path(folder) / vendor
            home.mkdir()
            made = Templates(home).migrated(vendor)
            made.use()
            wall, ours, theirs = loaded(portfolio)
            said = f"{vendor:10} {given.loans:,} credits: {wall:.1f} s"
            said += f" (processor: ours {ours:.1f} s, server {theirs:.1f} s)"
            if vendor == "postgresql":
                bare = copied()
                said += f"; bare COPY {bare:.1f} s, {wall / bare:.1f} times"
            print(said, flush=True)
            made.close()


if __name__ == "__main__":
    main()
