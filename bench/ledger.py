"""A portfolio into the ledger, and its first close: each whole, beside a bare COPY of its rows.

Usage: PYTHONPATH=src TEQUIO_TEST_POSTGRESQL=postgresql://… python bench/ledger.py [--loans 1000000]
PostgreSQL first, where databases may be made; SQLite beside it. The bare COPY goes into tables
with the same columns and no index, key, check or trigger; processor time of the server is that of
all its connections to the ledger, where it runs on this machine. The memory is ours, with the making of the portfolio.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
LOADED = ("credit", "person", "role", "terms", "standing", "monthlybalance", "movement")
CLOSED = ("movement", "placement", "serviced", "due", "monthlybalance", "terms", "standing")
MONTH = date(2024, 7, 1)
LOOK = 0.1  # seconds between two looks at the server
BLOCK = 1 << 20
OF_CLOSES = "WHERE source_id IN (SELECT source_id FROM records_closedpart)"


class Server:
    """Processor time of what PostgreSQL runs for one database, looked at while it works.

    Connections come and go: of each that is gone, what it had used when it was seen last.
    """

    def __init__(self, database: str) -> None:
        self.database, self.used, self.over = database, {}, threading.Event()
        self.watch = threading.Thread(target=self.look_on)

    def look_on(self) -> None:
        """Until it is over."""
        while not self.over.wait(LOOK):
            self.look()

    def look(self) -> None:
        """Every process that says it works on the database."""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                said = path.read_text()
                if said.startswith("postgres:") and f" {self.database} " in f"{said} ":
                    user, system = stat_of(path.parent)
                    self.used[path.parent.name] = user + system

    def __enter__(self) -> Server:
        self.look()
        self.before = sum(self.used.values())
        self.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.watch.join()
        self.look()
        self.seconds = sum(self.used.values()) - self.before


def stat_of(folder: Path) -> tuple[float, float]:
    """Processor time of a process: its own and the system's for it."""
    user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    tick = os.sysconf("SC_CLK_TCK")
    return int(user) / tick, int(system) / tick


def measured(work: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds on the wall, of our processor (all threads) and of the server's (all connections)."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    with Server(name if connection.vendor == "postgresql" else "nothing") as server:
        start, ours = time.monotonic(), time.process_time()
        work()
        wall, ours = time.monotonic() - start, time.process_time() - ours
    return wall, ours, server.seconds


def load(portfolio: Path) -> None:
    """As `tequio db load` does it."""
    from tequio.engine.portfolio import open_portfolio
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who

    do_load_portfolio(open_portfolio(portfolio), Who("bench", "bench"))


def close() -> None:
    """As `tequio close` does it, with what it prints."""
    from tequio.core.months import month_number
    from tequio.web.records.closing import do_close_month, summary
    from tequio.web.records.writing import Who

    do_close_month(MONTH, Who("bench", "bench"))
    assert summary(month_number(MONTH)).left_over == 0


def pay(portfolio: Path) -> None:
    """Receipts of three quarters of the borrowers, in batches as a bank sends them."""
    import numpy as np

    from tequio.engine.portfolio import open_portfolio
    from tequio.web.records.receipts import Received, do_post_receipts
    from tequio.web.records.writing import Who

    opened = open_portfolio(portfolio)
    for group in range(opened.row_groups):
        rows = opened.read_group(group)
        numbers = [number for at, number in enumerate(rows["credit"].to_pylist()) if at % 4]
        size = len(numbers)
        amounts = np.random.default_rng(group).integers(1_000_00, 5_000_00, size)
        day = np.full(size, (date(2024, 7, 15) - date(1970, 1, 1)).days)
        zero, window = np.zeros(size, np.int64), np.full(size, 2)
        keys = [f"{group}-{at}" for at in range(size)]
        received = Received(keys, numbers, day, amounts, window, zero, zero)
        do_post_receipts(f"batch-{group}", received, Who("bench", "bench"))


def copied(tables: tuple[str, ...], condition: str) -> float:
    """Seconds to COPY every row that was written into bare tables, from a file."""
    from django.db import connection

    seconds = 0.0
    for table in tables:
        with connection.cursor() as cursor, tempfile.TemporaryFile() as rows:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE records_{table})")
            asked = f"SELECT * FROM records_{table} {condition}"
            with cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv)") as copy:
                for block in copy:
                    rows.write(block)
            rows.seek(0)
            start = time.monotonic()
            with cursor.copy(f"COPY bare_{table} FROM STDIN (FORMAT csv)") as copy:
                while block := rows.read(BLOCK):
                    copy.write(block)
            seconds += time.monotonic() - start
            cursor.execute(f"DROP TABLE bare_{table}")
    return seconds


def tell(
    what: str, loans: int, took: tuple[float, float, float], tables: tuple[str, ...], of: str
) -> None:
    """One line."""
    from django.db import connection

    wall, ours, theirs = took
    said = f"{what} {loans:,} credits: {wall:.1f} s"
    said += f" (processor: ours {ours:.1f} s, server {theirs:.1f} s; "
    said += f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB)"
    if connection.vendor == "postgresql":
        bare = copied(tables, of)
        said += f"; bare COPY {bare:.1f} s, {wall / bare:.1f} times"
    print(said, flush=True)


def main() -> None:
    """Two lines a database."""
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
            tell(f"{vendor:10} load ", given.loans, measured(lambda: load(portfolio)), LOADED, "")
            print(f"{vendor:10} receipts {measured(lambda: pay(portfolio))[0]:.1f} s", flush=True)
            tell(f"{vendor:10} close", given.loans, measured(close), CLOSED, OF_CLOSES)
            made.close()


if __name__ == "__main__":
    main()
