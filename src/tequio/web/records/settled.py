"""Credits that were settled before the portfolio: they owe nothing, and what is published since
2019 counts them.

They come in as a load without parts: no close bills them and no portfolio of a day lists them.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from tequio.demo.history.gone import as_portfolio
from tequio.engine.manifest import sha256
from tequio.engine.portfolio import about_of
from tequio.web.records.loading import refuse_known, write_credits
from tequio.web.records.models import Load
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once


def do_load_settled(path: Path, who: Who) -> bool:
    """Take in the settled credits of a history. False: they were there. Refused: one of them is in
    the ledger by another file."""
    digest = sha256(path)
    with pq.ParquetFile(path) as file:
        settled, about = file.read(), about_of(path, file.schema_arrow)

    def write(source: int) -> Wrote:
        """All of them, with what is known of each from the day on which it ended."""
        rows = as_portfolio(settled)
        refuse_known(rows["credit"])
        facts = {
            "sha256": digest,
            "as_of": about.as_of,
            "simulated": about.simulated,
            "origin": about.origin,
            "rows": rows.num_rows,
            "parts": 0,
        }
        wrote = Wrote(after=facts)
        load = Load.objects.create(source_id=source, **facts)
        write_credits(rows, load, source, settled["settled_on"], wrote)
        return wrote

    key = f"settled:{digest}"
    return once(Asked("do_load_settled", key, key, content_of([digest])), who, write)
