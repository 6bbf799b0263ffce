"""The ledger as the engine reads it: a portfolio of a day, out of the rows in force on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import models

from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.web.records.loading import FACTS
from tequio.web.records.models import Credit
from tequio.web.records.months import portfolios, refuse_half_closed, refuse_half_loaded
from tequio.web.records.tables import read_rows


def as_columns(as_of: date) -> Iterator[pa.Table]:
    """The portfolio of a day, in the order in which credits came in, some at a time.

    Of each credit the newest rows of that day or before; nothing known later is used. A credit
    that came in later is not there, nor one that was settled before its portfolio.
    """
    last = 0
    while ids := list(
        Credit.objects.filter(pk__gt=last, load__as_of__lte=as_of, load__parts__gt=0)
        .order_by("pk")
        .values_list("pk", flat=True)[: portfolio.GROUP]
    ):
        runs = np.split(ids, np.flatnonzero(np.diff(ids) > 1) + 1)
        yield pa.concat_tables([rows_of(int(run[0]), int(run[-1]), as_of) for run in runs])
        last = ids[-1]


def rows_of(first: int, last: int, as_of: date, *, known_by: int | None = None) -> pa.Table:
    """The credits with keys from one to another, on a day; `known_by`: as it was known when some
    write was made, by the number of its source key.

    Each table is read by itself, in the order of credits, and laid beside the others: the time does
    not hang on how a database plans to join them.
    """
    wanted = portfolio.schema()
    credits_ = read_rows(
        "SELECT id, number, municipality FROM records_credit "
        "WHERE id BETWEEN %s AND %s ORDER BY id",
        [first, last],
        pa.schema([("id", pa.int64()), ("number", pa.string()), ("municipality", pa.string())]),
    )
    columns = {"credit": credits_["number"], "municipality": credits_["municipality"]}
    for model, names in FACTS:
        kept = pa.schema([("credit_id", pa.int64()), *map(wanted.field, names)])
        only = "" if known_by is None else f"AND source_id <= {known_by}"
        rows = read_rows(newest(model, names, only=only), [first, last, as_of], kept)
        assert rows["credit_id"].equals(credits_["id"]), f"{model.__name__}: one row a credit"
        columns |= {name: rows[name] for name in names}
    return pa.table([columns[name] for name in wanted.names], schema=wanted)


def newest(model: type[models.Model], names: Sequence[str], *, only: str = "") -> str:
    """Of each credit the row in force: the newest day, and of that day what was written last.
    `only`: one more condition, on the rows looked at."""
    table = model._meta.db_table  # noqa: SLF001 - Django's own
    return (
        f"SELECT credit_id, {', '.join(names)} FROM (SELECT *, row_number() OVER ("  # noqa: S608
        f"PARTITION BY credit_id ORDER BY from_on DESC, source_id DESC) AS place FROM {table} "
        f"WHERE credit_id BETWEEN %s AND %s AND from_on <= %s {only}) AS dated "
        "WHERE place = 1 ORDER BY credit_id"
    )


def write_snapshot(as_of: date, path: Path) -> int:
    """A portfolio file of a day. Rows. Refused: none, or a load or a close that is half done."""
    refuse_half_loaded()
    refuse_half_closed(as_of)
    loads = [load for load in portfolios() if load.as_of <= as_of]
    if not loads:
        raise Refused(f"El libro no tiene créditos al {as_of}. Cárguelos con: ./tequio db load.")
    origins = dict.fromkeys(load.origin for load in loads if load.origin)
    return portfolio.write(
        as_columns(as_of),
        path,
        as_of=as_of,
        simulated=any(load.simulated for load in loads),
        origin=" ".join(origins),
    )
