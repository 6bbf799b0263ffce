"""Settled credits as a portfolio would have had them on the day on which they ended."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tequio.core.lists import REGIMES
from tequio.engine import portfolio

ROA, REA = REGIMES.index("ROA"), REGIMES.index("REA")
KNOWN = (
    "credit",
    "municipality",
    "granted_on",
    "granted",
    "converted_on",
    "rate",
    "instalment",
    "sex",
    "born_on",
    "wage",
    "months_paid",
    "principal_paid",
    "interest_paid",
)


def as_portfolio(settled: pa.Table) -> pa.Table:
    """Rows of `settled`, in the columns of a portfolio: nothing is owed, and what is not known of
    them is empty, or nothing where it may not be."""
    employed = pc.greater(settled["wage"], 0)
    columns = {name: settled[name] for name in KNOWN} | {
        "converted": pc.is_valid(settled["converted_on"]),
        "employed": employed,
        "regime": pc.if_else(employed, ROA, REA),
    }
    size = settled.num_rows
    return pa.table(
        [
            columns[field.name].cast(field.type) if field.name in columns else empty(field, size)
            for field in portfolio.schema()
        ],
        schema=portfolio.schema(),
    )


def empty(field: pa.Field, size: int) -> pa.Array:
    """A column that says nothing."""
    if field.nullable:
        return pa.nulls(size, field.type)
    return pa.array(np.zeros(size, np.int64)).cast(field.type)
