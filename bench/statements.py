"""1,000 statements of six months out of a ledger, as PDF, in one process: milliseconds each, and
how memory goes on growing, or not.

`PYTHONPATH=src:tests python bench/statements.py [COUNT]`, from the checkout.
"""

import os
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from closes import WHO, numbers
from ledgers import Templates, state
from lives import live
from residence import MIB, resident
from tequio.web.records.loading import do_load_portfolio
from tequio.web.statements.prints import as_pdf
from tequio.web.statements.reading import statement
from tequio.web.statements.words import document_of

CREDITS, CLOSES = 300, 6
WARM = 100  # PDFs: what Typst keeps of earlier ones has reached its size


def main(count: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        ledger = Templates(Path(folder)).copy("sqlite", home)
        os.environ.update(ledger.environment)
        ledger.use()
        do_load_portfolio(state(home, CREDITS), WHO)
        live(numbers()[0], CLOSES, 1_500_00)
        measure(numbers(), count)
        ledger.close()


def measure(credits_: list[str], count: int) -> None:
    """One after another, each credit in its turn."""
    spent, kept, size = [0.0, 0.0], [], 0
    for place in range(-WARM, count):
        begun, used = time.perf_counter(), time.process_time()
        size += len(as_pdf(document_of(statement(credits_[place % len(credits_)], date.min))))
        if place >= 0:
            spent[0] += time.perf_counter() - begun
            spent[1] += time.process_time() - used
        if place % max(count // 10, 1) == 0:
            kept.append(round(resident() / MIB))
    each = [1_000 * seconds / count for seconds in spent]
    print(f"{count} PDFs: {each[0]:.1f} ms each, {each[1]:.1f} ms of processor")
    print(f"{size / (count + WARM) / 1024:.0f} KiB a PDF; resident MiB on the way: {kept}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
