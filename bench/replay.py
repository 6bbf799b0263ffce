"""One credit with years of payments, and one more known late in the first month: counted again.

Usage: PYTHONPATH=src TEQUIO_TEST_POSTGRESQL=postgresql://… python bench/replay.py [--months 360]
Each month is closed with a payment in it, ahead of the calendar; then the replay's write is timed,
whole: read, computed, booked. Processor time is ours, and the server's where it runs here.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))


def close_ahead(month: int) -> None:
    """A month's close, over or not."""
    from tequio.web.records.closing import close_part, parts_of
    from tequio.web.records.writing import Asked, Who

    for part in parts_of(month):
        asked = Asked("do_close_month", f"close:{month}", f"close:{month}", "0" * 64)
        close_part(part, asked, Who("bench", "bench"))


def main() -> None:
    """A line a database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--months", type=int, default=360)
    months = options.parse_args().months
    from ledger import measured
    from ledgers import POSTGRESQL, Templates, state

    kinds = ["postgresql", "sqlite"] if os.environ.get(POSTGRESQL) else ["sqlite"]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for vendor in kinds:
            home = Path(folder) / vendor
            home.mkdir()
            made = Templates(home).migrated(vendor)
            made.use()
            from closes import WHO, day_number, post
            from tequio.core.months import first_of, month_number
            from tequio.engine import portfolio
            from tequio.web.records.loading import do_load_portfolio
            from tequio.web.records.models import Credit, Movement
            from tequio.web.records.replaying import do_replay

            one = state(home, 1_000)
            portfolio.write(
                [one.read().slice(3, 1)],
                home / "uno.parquet",
                as_of=one.about.as_of,
                simulated=True,
            )
            do_load_portfolio(portfolio.open_portfolio(home / "uno.parquet"), WHO)
            first = month_number(one.about.as_of) + 1
            for month in range(first, first + months):
                post(f"m{month}", [0], day_number(first_of(month)) + 9, [2_000_00])
                close_ahead(month)
            number, day = Credit.objects.get().number, first_of(first + months)
            for at in range(3):
                post(f"late-{at}", [0], day_number(first_of(first)) + 4 + at, [100_00])
                booked = Movement.objects.count()
                took = measured(partial(do_replay, f"r{at}", number, day, WHO))
                wall, ours, theirs = (1_000 * seconds for seconds in took)
                print(
                    f"{vendor:10} {months} months: {wall:.0f} ms (processor: ours {ours:.0f} ms, "
                    f"server {theirs:.0f} ms), {Movement.objects.count() - booked:,} movements",
                    flush=True,
                )
            made.close()


if __name__ == "__main__":
    main()
