"""Payments laid aside by ranges of credits, so that each credit's rows are together later.

A tape may have any number of payments in any order. They wait in files on the disk, each with the
rows of some consecutive credits and small enough to be worked on in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tequio.engine.tape.tapes import Tape
from tequio.servicing.tape.intake import STAGED, Known

ROWS = 400_000  # of payments, about, that are worked on at a time
LEAST_BYTES = 40  # of a payment in a CSV: never fewer
MOST_RANGES = 512  # files open at once
SCHEMA = {**STAGED, "file": pl.UInt16()}


def rows_at_most(tapes: Sequence[Tape]) -> int:
    """A guess from above: what a Parquet says, or what the bytes may hold."""
    return sum(tape.rows or tape.size // LEAST_BYTES for tape in tapes)


class Staging:
    """The files of one import, in a folder that goes with it."""

    def __init__(self, folder: Path, known: Known, rows: int) -> None:
        self.folder = folder
        self.known = known
        wanted = min(max(1, -(-rows // ROWS)), MOST_RANGES)
        self.size = max(1, -(-len(known.numbers) // wanted))  # credits of each range
        self.ranges = -(-len(known.numbers) // self.size)
        self.writers: dict[int, pq.ParquetWriter] = {}

    def path(self, at: int) -> Path:
        """The file of a range."""
        return self.folder / f"{at:04}.parquet"

    def add(self, rows: pl.DataFrame, file: int) -> None:
        """Payments of known credits, each to the file of its range."""
        if not len(rows):
            return
        places, _ = self.known.places(rows["credit"])
        parts = rows.with_columns(
            pl.lit(file, pl.UInt16).alias("file"), pl.Series("range", places // self.size)
        ).partition_by("range", as_dict=True, include_key=False, maintain_order=True)
        for (at,), part in parts.items():
            table = part.select(*SCHEMA).to_arrow()
            if at not in self.writers:
                self.writers[at] = pq.ParquetWriter(self.path(at), table.schema, compression="lz4")
            self.writers[at].write_table(table)

    def close(self) -> None:
        """Every row is on the disk."""
        for writer in self.writers.values():
            writer.close()

    def parts(self) -> Iterator[tuple[pl.Series, pl.DataFrame]]:
        """The credits of each range and all their payments; no payment is of a range that comes
        later."""
        for at in range(self.ranges):
            numbers = self.known.numbers[at * self.size : (at + 1) * self.size]
            written = at in self.writers
            rows = pl.read_parquet(self.path(at)) if written else pl.DataFrame(schema=SCHEMA)
            yield pl.Series("credit", numbers), rows


def in_order(credits_: pl.DataFrame) -> tuple[pl.DataFrame, Known]:
    """Credits by number, and the numbers."""
    credits_ = credits_.sort("credit")
    return credits_, Known(np.ascontiguousarray(credits_["credit"].to_numpy()))
