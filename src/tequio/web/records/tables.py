"""Rows by the hundred thousand: Arrow tables into the database and out of it, on both kinds.

PostgreSQL takes and gives them by COPY (in its binary form, and in CSV), SQLite by executemany and
fetchall; a few rows go in and out by one plain statement. What goes in comes out the same, value by
value and type by type, and so does its hash.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import connection, models

from tequio.web.records import binary
from tequio.web.records.turns import keys_turn

ARROW: Mapping[type, pa.DataType] = {
    models.BooleanField: pa.bool_(),
    models.DateField: pa.date32(),
    models.SmallIntegerField: pa.int16(),
    models.IntegerField: pa.int32(),
    models.BigIntegerField: pa.int64(),
    models.BigAutoField: pa.int64(),
    models.ForeignKey: pa.int64(),
    models.OneToOneField: pa.int64(),
    models.CharField: pa.string(),
    models.TextField: pa.string(),
}
BLOCK = 1 << 24  # bytes read at a time
AT_A_TIME = 1 << 14  # rows sent at a time
MANY = 1_000  # rows from which a value said once is worth it
FEW = 32  # rows up to which one plain statement costs less than what sends many
KEYS_OF_FEW = """
SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)
"""
NEXT_KEYS = """
SELECT min(key), max(key) FROM (
    SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) AS key
    FROM generate_series(1, %s)
) AS given
"""


IN_BULK = """
SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off
"""


def in_bulk() -> None:
    """Until the commit, the server works by the hundred thousand rows: in memory, and alone, since
    others of ours work beside it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(IN_BULK)


@cache
def schema_of(model: type[models.Model]) -> pa.Schema:
    """The columns of a table as Arrow keeps them."""
    fields = [f for f in model._meta.concrete_fields if f.column]  # noqa: SLF001 - Django's own
    return pa.schema([pa.field(f.column, ARROW[type(f)], nullable=f.null) for f in fields])


def new_ids(model: type[models.Model], count: int) -> pa.Array:
    """Keys for new rows, growing, and many one right after another; nobody else will get them.
    Call it inside a transaction."""
    if not count:
        return pa.nulls(0, pa.int64())
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and count <= FEW:
            cursor.execute(KEYS_OF_FEW, [table, count])
            return pa.array([key for (key,) in cursor.fetchall()], pa.int64())
        if connection.vendor == "postgresql":
            with keys_turn():
                while True:  # until no single one was taken between; gaps do no harm
                    cursor.execute(NEXT_KEYS, [table, count])
                    first, last = cursor.fetchone()
                    if last - first + 1 == count:
                        return pa.array(np.arange(first, last + 1))
        # The only writer there is; and Django's keys never come back.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return pa.array(np.arange(last + 1, last + count + 1))


def write_rows(model: type[models.Model], rows: pa.Table) -> pa.Table:
    """Append rows; columns that are left out take the database's default. What was written."""
    there = set(rows.column_names)
    kept = [field for field in schema_of(model) if field.name in there]
    columns = [
        column if column.type == field.type else column.cast(field.type)
        for field in kept
        for column in [rows[field.name]]
    ]
    rows = pa.table(columns, schema=pa.schema(kept))
    if not rows.num_rows:
        return rows
    with connection.cursor() as cursor:
        if rows.num_rows <= FEW:
            insert_few(cursor, model, rows)
        elif connection.vendor == "postgresql":
            sent = binary.fixed_first(without_usual(model, rows))
            fixed = sum(map(binary.is_fixed, sent.columns))
            table = f"{model._meta.db_table} ({quoted(sent)})"  # noqa: SLF001
            into = f"COPY {table} FROM STDIN (FORMAT binary)"
            with connection.wrap_database_errors, cursor.copy(into) as copy:
                copy.write(binary.HEAD)
                for batch in sent.to_batches(AT_A_TIME):
                    copy.write(binary.rows_of(batch.columns, fixed).data)
                copy.write(binary.END)
        else:
            same = {name: same_in_all(rows[name]) for name in rows.column_names}
            marks = ", ".join(value or "%s" for value in same.values())
            table = f"{model._meta.db_table} ({quoted(rows)})"  # noqa: SLF001
            sql = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - names of our own columns
            sent = [name for name, value in same.items() if not value]
            columns = [for_sqlite(rows[name]).to_pylist() for name in sent]
            cursor.executemany(sql, zip(*columns, strict=True))
    return rows


def insert_few(cursor: Any, model: type[models.Model], rows: pa.Table) -> None:
    """A few rows in one statement, every column as it is."""
    columns = rows.columns
    if connection.vendor == "sqlite":
        columns = [for_sqlite(column) for column in columns]
    marks = f"({', '.join(['%s'] * len(columns))})"
    table = f"{model._meta.db_table} ({quoted(rows)})"  # noqa: SLF001
    sql = f"INSERT INTO {table} VALUES {', '.join([marks] * rows.num_rows)}"  # noqa: S608
    values = zip(*(column.to_pylist() for column in columns), strict=True)
    cursor.execute(sql, [value for row in values for value in row])


def quoted(rows: pa.Table) -> str:
    """The names of its columns as SQL has them."""
    return ", ".join(connection.ops.quote_name(name) for name in rows.column_names)


def without_usual(model: type[models.Model], rows: pa.Table) -> pa.Table:
    """Without the columns in which every row has the database's own default, or nothing."""
    usual = {f.column: f.db_default for f in model._meta.concrete_fields}  # noqa: SLF001
    left_out = [name for name in rows.column_names if is_all(rows[name], usual[name])]
    return rows.drop_columns(left_out)


def same_in_all(column: pa.ChunkedArray) -> str:
    """The number that every one of many rows has, as SQL says it; empty where rows differ.

    What is said once in the statement need not be handed over with each row.
    """
    if len(column) < MANY:
        return ""
    if column.null_count == len(column):
        return "NULL"
    if column.null_count or not pa.types.is_integer(column.type):
        return ""
    least, most = pc.min_max(column).values()
    return str(least) if least.equals(most) else ""


def is_all(column: pa.ChunkedArray, usual: object) -> bool:
    """Whether every row has the database's own default, or nothing where there is none."""
    if isinstance(usual, int):
        return bool(pc.all(pc.equal(column, usual)).as_py())
    return len(column) > 0 and column.null_count == len(column)


def for_sqlite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates as text and booleans as numbers: what Django's own rows hold."""
    if pa.types.is_date(column.type):
        return column.cast(pa.string())
    return column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column


def read_rows(
    sql: str, parameters: Sequence[object], wanted: pa.Schema, *, few: bool = False
) -> pa.Table:
    """What a query answers, as a table of these columns, in its order. `few`: it answers some
    hundred rows at most."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not few:
            return by_copy(cursor, sql, parameters, wanted)
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    if not rows:
        return wanted.empty_table()
    columns = map(list, zip(*rows, strict=True))
    arrays = [from_rows(values, f.type) for values, f in zip(columns, wanted, strict=True)]
    return pa.table(arrays, schema=wanted)


def rows_of_source(model: type[models.Model], source: int, *, few: bool = False) -> pa.Table:
    """The rows that one write appended, its receipts' too, in the order of their keys. `few`: some
    hundred at most."""
    wanted = schema_of(model)
    order = ", ".join(key_columns(model))
    names = ", ".join(connection.ops.quote_name(name) for name in wanted.names)
    table = model._meta.db_table  # noqa: SLF001
    parts = "SELECT id FROM records_sourcekey WHERE id = %s OR part_of_id = %s"
    sql = f"SELECT {names} FROM {table} WHERE source_id IN ({parts}) ORDER BY {order}"  # noqa: S608
    return read_rows(sql, [source, source], wanted, few=few)


def key_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of its key."""
    key = model._meta.pk  # noqa: SLF001
    composite = isinstance(key, models.CompositePrimaryKey)
    return tuple(key.field_names) if composite else (key.column,)


def by_copy(cursor: Any, sql: str, parameters: Sequence[object], wanted: pa.Schema) -> pa.Table:
    """A query's rows through COPY, which speaks CSV."""
    text = io.BytesIO()
    with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", parameters) as copy:
        for block in copy:
            text.write(block)
    if not text.tell():
        return wanted.empty_table()
    convert = pa_csv.ConvertOptions(
        column_types=wanted,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    text.seek(0)
    names = pa_csv.ReadOptions(column_names=wanted.names, block_size=BLOCK)
    lines = pa_csv.ParseOptions(newlines_in_values=True)
    return pa_csv.read_csv(text, names, lines, convert).cast(wanted)


def from_rows(values: list[Any], kind: pa.DataType) -> pa.Array:
    """One column as a database gives it row by row; SQLite has dates as text, booleans as
    numbers."""
    if pa.types.is_date(kind):
        return pa.array([text_or_none(v) for v in values], pa.string()).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if v is None else bool(v) for v in values], kind)
    return pa.array(values, kind)


def text_or_none(value: object) -> str | None:
    """A date that Django has read already, or that is still text."""
    return None if value is None else str(value)


def rows_sha256(rows: pa.Table) -> str:
    """The hash of rows: names, and values as whole numbers or as texts with their lengths.

    It depends on what the rows say, on no library's way of writing them. A column that says nothing
    is passed over, so that one which a later version adds leaves the hashes of older rows alone.
    """
    digest = hashlib.sha256()
    for field in rows.schema:
        name, column = field.name, rows[field.name].combine_chunks()
        written = text_bytes(column) if pa.types.is_string(column.type) else numbers(column)
        if says_nothing(column, written, nullable=field.nullable):
            continue
        digest.update(f"{name}:{len(column)}:".encode())
        digest.update(np.packbits(column.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        digest.update(written)
    return digest.hexdigest()


def says_nothing(column: pa.Array, written: bytes, *, nullable: bool) -> bool:
    """Whether it is as a new column is in older rows: null where it may be, zero or empty else.
    Texts that are empty have lengths of zero, and so do numbers that are zero."""
    if nullable or column.null_count:
        return bool(column.null_count == len(column))
    return written.count(0) == len(written)


def text_bytes(column: pa.Array) -> bytes:
    """Texts, and where each ends."""
    texts = pc.fill_null(column, "")
    lengths = pc.binary_length(texts).cast(pa.int64()).to_numpy()
    return bytes(lengths.tobytes()) + "".join(texts.to_pylist()).encode()


def numbers(column: pa.Array) -> bytes:
    """Whole numbers, eight bytes each, the smallest first; zero for null."""
    if not column.null_count:  # days and booleans too
        return bytes(column.to_numpy(zero_copy_only=False).astype("<i8").tobytes())
    kinds: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType], ...] = (
        (pa.types.is_boolean, pa.int8()),
        (pa.types.is_date, pa.int32()),
    )
    for is_kind, whole in kinds:
        if is_kind(column.type):
            column = column.cast(whole)
    return bytes(pc.fill_null(column.cast(pa.int64()), 0).to_numpy().astype("<i8").tobytes())
