"""Rows as PostgreSQL's COPY reads them in its binary form.

A row is the number of its columns and, of each, its length and its bytes, the greatest first; a
length of -1 is null. Columns of one width without nulls are laid out for all rows at once, and so
they go first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tequio.servicing.accounts import Ints

HEAD, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
NULL = -1
LENGTH = np.dtype(">i4")
DAYS_BEFORE = 10_957  # days of PostgreSQL begin on 2000-01-01
Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def fixed_first(rows: pa.Table) -> pa.Table:
    """The same columns; those that are laid out for all rows at once go first."""
    return rows.select(sorted(rows.column_names, key=lambda name: not is_fixed(rows[name])))


def is_fixed(column: pa.ChunkedArray) -> bool:
    """Whether every value takes the same room."""
    return not column.null_count and not pa.types.is_string(column.type)


def rows_of(columns: Sequence[pa.Array], fixed: int) -> Bytes:
    """Some rows; so many columns, the first, are fixed in the whole table."""
    head = heads(len(columns), columns[:fixed])
    others = [cells(column) for column in columns[fixed:]]
    if not others:
        return head.reshape(-1)
    room = sum(LENGTH.itemsize + np.maximum(lengths, 0) for lengths, _ in others) + head.shape[1]
    places = np.cumsum(room) - room
    out = np.empty(int(room.sum()), np.uint8)
    out[places[:, None] + np.arange(head.shape[1])] = head
    places += head.shape[1]
    for lengths, values in others:
        put_cells(out, places, lengths, values)
    return out


def heads(count: int, fixed: Sequence[pa.Array]) -> Bytes:
    """(row, byte): the number of columns, and the fixed ones."""
    assert fixed, "every table has a column of one width"
    values = [big_endian(column) for column in fixed]
    kinds = [[(f"length_{at}", LENGTH), (f"{at}", v.dtype)] for at, v in enumerate(values)]
    rows = np.empty(len(values[0]), [("count", ">i2"), *(one for both in kinds for one in both)])
    rows["count"] = count
    for at, value in enumerate(values):
        rows[f"length_{at}"], rows[f"{at}"] = value.dtype.itemsize, value
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


def big_endian(column: pa.Array) -> np.ndarray:
    """Values without nulls as PostgreSQL keeps them."""
    if pa.types.is_date(column.type):
        column = pc.subtract(column.cast(pa.int32()), pa.scalar(DAYS_BEFORE, pa.int32()))
    values = column.to_numpy(zero_copy_only=False)
    return np.asarray(values.astype(values.dtype.newbyteorder(">")))


def cells(column: pa.Array) -> tuple[Ints, Bytes]:
    """The length of each value, and the bytes of all."""
    there = column.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_string(column.type):
        texts = pc.fill_null(column, "")
        lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
        values = np.frombuffer("".join(texts.to_pylist()).encode(), np.uint8)
    else:
        whole = big_endian(column.drop_null())
        lengths, values = np.full(len(column), whole.dtype.itemsize), whole.view(np.uint8)
    return np.where(there, lengths, NULL), values


def put_cells(out: Bytes, places: Ints, lengths: Ints, values: Bytes) -> None:
    """One column into its place in each row; the places go on to the next column's."""
    width = np.arange(LENGTH.itemsize)
    said = lengths.astype(LENGTH).view(np.uint8).reshape(-1, LENGTH.itemsize)
    out[places[:, None] + width] = said
    places += LENGTH.itemsize
    room = np.maximum(lengths, 0)
    starts = np.cumsum(room) - room
    out[np.repeat(places - starts, room) + np.arange(len(values))] = values
    places += room
