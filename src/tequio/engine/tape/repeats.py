"""Credits that were already taken, in this file or an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


class Repeats:
    """Every credit taken so far, and where; some 20 bytes each when all are ten digits."""

    def __init__(self, files: Sequence[str], *, ten_digits: bool) -> None:
        self.files = files
        self.key = pl.UInt64() if ten_digits else pl.String()
        self.seen = pl.DataFrame(schema={"credit": self.key, "file": pl.UInt16, "first": pl.UInt64})

    def among(self, credit: pl.Series, rows: pl.Series, file: int) -> pl.DataFrame:
        """Places of those taken before, with the `file` and row (`first`) where; the others are
        taken now. Rows rise."""
        here = pl.DataFrame({"credit": credit.cast(self.key), "row": rows}).with_columns(
            place=pl.int_range(pl.len(), dtype=pl.UInt32),
            within=pl.col("row").first().over("credit"),
        )
        known = self.seen.join(here, on="credit", how="semi")  # the small side is the one hashed
        before = here.join(known, on="credit", how="inner")
        own = here.filter(pl.col("within") < pl.col("row")).join(before, on="place", how="anti")
        again = pl.concat(
            [
                before.select("place", "file", "first"),
                own.select("place", pl.lit(file, pl.UInt16).alias("file"), first="within"),
            ]
        ).sort("place")
        new = here.join(again, on="place", how="anti").select(
            "credit", pl.lit(file, pl.UInt16).alias("file"), first="row"
        )
        self.seen.extend(new)
        return again

    def sentence(self, file: int, row: int) -> str:
        """Where the first one is."""
        return f"Ya está en {self.files[file]}, fila {row}."
