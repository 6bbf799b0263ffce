"""Rows that cancel others: repeated payments, and reversals with the payment that each takes back.

Both work over the rows of whole credits, in columns: a file of millions takes no loop.
"""

from __future__ import annotations

import polars as pl

SAME = [
    "credit",
    "month",
    "tp",
    "amount",
    "billed",
    "prorroga",
    "restructured",
    "debt",
    "granted_year",
    "rest",
]
PLACE = ("file", "row")
LIVE, REVERSED, TAKEN_BACK, ALONE = range(4)  # the last two are of reversals


def without_repeats(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first of each group of equal rows; and the others, with the file and row of that first
    (`first_file`, `first`)."""
    rows = rows.sort("credit", *PLACE)
    first = rows.select(pl.struct(SAME).is_first_distinct()).to_series()
    again = rows.filter(~first)
    firsts = rows.filter(first).join(again.select(SAME), on=SAME, how="semi", nulls_equal=True)
    named = firsts.select(*SAME, first_file="file", first="row")
    return rows.filter(first), again.join(named, on=SAME, how="left", nulls_equal=True)


def with_fates(rows: pl.DataFrame, reversal: int) -> pl.DataFrame:
    """The rows with `fate`, and `amount` without its sign.

    A reversal cancels the most recent payment of its credit and amount that nothing has cancelled,
    of its month or before: what brackets do. Within a credit and an amount, in order of time, a
    payment opens and a reversal closes; one that closes nothing is alone. At each depth payments
    and reversals alternate, so a payment is reversed if what follows it there is a reversal.
    """
    back = (pl.col("type") == reversal).alias("back")
    rows = rows.with_columns(back, pl.col("amount").abs())
    keys = ["credit", "amount"]
    touched = rows.join(rows.filter("back").select(keys).unique(), on=keys, how="semi")
    touched = touched.sort(*keys, "month", "back", "type", *PLACE)
    depth = pl.when("back").then(-1).otherwise(1).cum_sum()
    touched = touched.with_columns(depth.over(keys).alias("depth"))
    lowest = pl.min_horizontal(pl.col("depth").cum_min(), 0)
    touched = touched.with_columns(lowest.over(keys).alias("lowest"))
    before = pl.col("lowest").shift(1, fill_value=0).over(keys)
    alone = pl.col("back") & (pl.col("lowest") < before)
    level = pl.col("depth") - pl.col("lowest") + pl.col("back").cast(pl.Int32)
    touched = touched.with_columns(alone=alone, level=pl.when(~alone).then(level))
    followed = pl.col("back").shift(-1).over(*keys, "level").fill_null(value=False)
    fate = (
        pl.when("alone")
        .then(ALONE)
        .when("back")
        .then(TAKEN_BACK)
        .when(followed)
        .then(REVERSED)
        .otherwise(LIVE)
    )
    fates = touched.select(*PLACE, fate=fate.cast(pl.Int8))
    return rows.join(fates, on=PLACE, how="left").with_columns(pl.col("fate").fill_null(LIVE))
