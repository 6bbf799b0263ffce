"""1,000 statements as PDF in one process: seconds, milliseconds each, and how much memory grew.

`python bench/statements.py [COUNT]`, from the checkout, with PYTHONPATH=src:tests.
"""

import resource
import sys
import time
from dataclasses import replace

from tequio.web.statements.prints import as_pdf
from test_statements import document_of, statements_of

MIB = 1024  # getrusage counts in KiB


def peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def main(count: int) -> None:
    documents = [document_of(said) for seed in range(10) for said, *_ in statements_of(seed, 1, 6)]
    for document in documents:
        as_pdf(document)
    before, size, begun = peak(), 0, time.perf_counter()
    for place in range(count):
        size += len(as_pdf(replace(documents[place % len(documents)], folio=f"B-{place}")))
    seconds = time.perf_counter() - begun
    print(f"{count} PDFs: {seconds:.1f} s, {1_000 * seconds / count:.1f} ms each")
    print(f"peak {peak():.0f} MiB, {peak() - before:.1f} MiB more than after the first 40")
    print(f"{size / count / 1024:.0f} KiB a PDF")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
