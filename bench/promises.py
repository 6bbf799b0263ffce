"""Agreements: how long an acceptance takes, and many at once on one credit.

Usage: PYTHONPATH=src TEQUIO_TEST_POSTGRESQL=postgresql://… python bench/promises.py [--credits 200]
On PostgreSQL where databases may be made, and on SQLite. Offers are made first; only acceptances
are timed, each with its basis looked at again, its signing, its facts and its events.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
CUT, OFFERED, SIGNED = date(2024, 6, 30), date(2024, 7, 10), date(2024, 7, 15)
BUDGET = 0.050  # seconds
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
PROGRAMME = "borron_y_cuenta_nueva"


def accept_all(credits_: int, folder: Path) -> tuple[list[float], float]:
    """Seconds of each acceptance on the wall, and of our processor for one."""
    from promised import WHO, load
    from tequio.web.records.accepting import do_accept
    from tequio.web.records.offers import do_make_offer

    numbers = load([BORRON] * credits_, CUT, folder)
    made = [do_make_offer(f"o{n}", n, PROGRAMME, OFFERED, WHO) for n in numbers]
    found, ours = [], 0.0
    for offer in made:
        busy = time.process_time()
        start = time.perf_counter()
        do_accept(f"a{offer.pk}", offer.pk, SIGNED, WHO)
        found.append(time.perf_counter() - start)
        ours += (time.process_time() - busy) if len(found) > 1 else 0.0
    return found, ours / (len(found) - 1)


def report(vendor: str, seconds: list[float], ours: float) -> None:
    """The middle, the 95th of a hundred, and the worst after the first, which compiles."""
    rest = sorted(seconds[1:])
    at = {
        name: rest[int(len(rest) * share)] * 1000 for name, share in (("p50", 0.5), ("p95", 0.95))
    }
    said = ", ".join(f"{name} {value:.1f} ms" for name, value in at.items())
    within = sum(one <= BUDGET for one in rest)
    print(f"{vendor}: {len(rest)} acceptances, {said}, worst {rest[-1] * 1000:.1f} ms; ", end="")
    print(
        f"{within} of {len(rest)} within {BUDGET * 1000:.0f} ms; {ours * 1000:.1f} ms of ours each"
    )


def main() -> None:
    """Each database there is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--credits", type=int, default=200)
    size = parser.parse_args().credits
    from ledgers import POSTGRESQL, Templates

    for vendor in ("postgresql", "sqlite"):
        if vendor == "postgresql" and not os.environ.get(POSTGRESQL):
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "empty").mkdir()
            made = Templates(folder / "empty")
            ledger = made.copy(vendor, folder)
            for name, value in ledger.environment.items():
                os.environ[name] = value
            ledger.use()
            report(vendor, *accept_all(size, folder))
            ledger.close()
            made.drop()


if __name__ == "__main__":
    main()
