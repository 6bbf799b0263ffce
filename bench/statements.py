"""1,000 statements as PDF in one process: milliseconds each, and how memory goes on growing, or not.

`PYTHONPATH=src:tests python bench/statements.py [COUNT]`, from the checkout.
"""

import sys
import time
from dataclasses import replace

from residence import MIB, resident
from tequio.web.statements.prints import as_pdf
from test_statements import document_of, statements_of

WARM = 100  # PDFs: what Typst keeps of earlier ones has reached its size


def main(count: int) -> None:
    """Print the figures."""
    documents = [document_of(said) for seed in range(10) for said, *_ in statements_of(seed, 1, 6)]
    for place in range(WARM):
        as_pdf(documents[place % len(documents)])
    kept, size, begun = [resident()], 0, time.perf_counter()
    for place in range(count):
        size += len(as_pdf(replace(documents[place % len(documents)], folio=f"B-{place}")))
        if (place + 1) % max(count // 10, 1) == 0:
            kept.append(resident())
    seconds = time.perf_counter() - begun
    print(f"{count} PDFs: {seconds:.1f} s, {1_000 * seconds / count:.1f} ms each")
    print(f"resident MiB after {WARM} and then ten times: {[round(x / MIB) for x in kept]}")
    print(f"{size / count / 1024:.0f} KiB a PDF")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
