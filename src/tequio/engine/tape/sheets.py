"""XLSX and Parquet, as text: numbers as a spreadsheet shows them, dates as 2024-06-30."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tequio.engine.errors import Refused
from tequio.engine.tape.tapes import Batch, Tape, named, no_rows, trimmed

ROWS = 65_536
SHOWS_ERROR = "#ERROR!"  # whichever it is: #N/A, #REF!, #DIV/0!
SEEN_DIGITS = 15  # what a spreadsheet shows of a number; the rest is noise of its arithmetic


def open_xlsx(path: Path) -> Tape:
    """The first sheet of a workbook; its first row that is not empty has the headers."""
    try:
        book = fastexcel.read_excel(path)
        name = book.sheet_names[0]
        sheet = text_with_errors(book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string"))
    except fastexcel.FastExcelError as why:
        raise Refused(
            f"{path} no se puede abrir como Excel ({first_line(why)}). Ábralo y guárdelo de nuevo."
        ) from why
    where = Path(f"{path} (hoja «{name}»)")
    filled = (
        ~np.asarray(sheet.select(pl.all_horizontal(pl.all().is_null())).to_series())
        if len(sheet.columns)
        else np.zeros(0, np.bool_)
    )
    rows = np.flatnonzero(filled)
    if not len(rows):
        raise Refused(f"{where} está vacía. Los créditos deben estar en la primera hoja.")
    top = int(rows[0])
    used = [
        column for column in sheet.columns if sheet[column][top:].is_not_null().any()
    ]  # a sheet keeps columns that were once formatted
    headers = named(where, sheet.select(used).row(top))
    below = sheet.select(used)[rows[1:].tolist()]
    if not len(below):
        raise no_rows(where)
    below.columns = headers
    numbers = pl.Series("row", rows[1:] + 1, pl.UInt64)
    return Tape(path, headers, lambda: slices(path, trimmed(below), numbers))


def text_with_errors(sheet: fastexcel.ExcelSheet) -> pl.DataFrame:
    """The cells of a sheet; one that shows an error, such as #N/A, says so and is not empty."""
    found, wrong = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(pl.from_arrow(found))
    rows: dict[int, list[int]] = {}
    for row, column in (error.position for error in (wrong.errors if wrong else [])):
        rows.setdefault(column, []).append(row)
    for column, places in rows.items():
        cells.replace_column(column, cells.to_series(column).scatter(places, SHOWS_ERROR))
    return cells


def slices(path: Path, cells: pl.DataFrame, rows: pl.Series) -> Iterator[Batch]:
    """A table in memory, some rows at a time."""
    size = path.stat().st_size
    for start in range(0, len(cells), ROWS):
        part = cells.slice(start, ROWS)
        done = size * (start + len(part)) // len(cells)
        yield Batch(part, rows.slice(start, ROWS), done=done)


def open_parquet(path: Path) -> Tape:
    """A Parquet with the template's columns, in the template's units. Rows count from one."""
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as why:
        raise Refused(
            f"{path} no es un Parquet completo ({first_line(why)}). Cópielo o genérelo de nuevo."
        ) from why
    if b"tequio.format" in (schema.metadata or {}):
        raise Refused(f"{path} ya es una cartera de Tequio: úsela sin importarla.")
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        raise Refused(
            f"{path}: la columna «{nested[0]}» tiene listas o grupos; debe tener un valor."
        )
    if not rows:
        raise no_rows(path)
    return Tape(path, named(path, schema.names), lambda: groups(path, rows), rows)


def groups(path: Path, total: int) -> Iterator[Batch]:
    """The rows of a Parquet."""
    size, first = path.stat().st_size, 1
    try:
        with pq.ParquetFile(path) as file:
            for found in file.iter_batches(ROWS):
                part = pl.DataFrame(pl.from_arrow(found))
                part.columns = [name.strip() for name in part.columns]
                rows = pl.Series("row", np.arange(first, first + len(part)), pl.UInt64)
                first += len(part)
                yield Batch(trimmed(as_text(part)), rows, done=size * (first - 1) // total)
    except (pa.ArrowException, OSError) as why:
        raise Refused(
            f"{path} está dañado después de la fila {first - 1} ({first_line(why)}). "
            "Cópielo de nuevo."
        ) from why


def as_text(table: pl.DataFrame) -> pl.DataFrame:
    """Every column as a person would write it."""
    return table.select(text_of(name, kind) for name, kind in table.schema.items())


def text_of(name: str, kind: pl.DataType) -> pl.Expr:
    """One column."""
    column = pl.col(name)
    if kind.is_float():
        column = column.fill_nan(None).round_sig_figs(SEEN_DIGITS)
        return column.cast(pl.String).str.strip_suffix(".0")
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    if kind == pl.Binary:
        return column.cast(pl.String, strict=False)
    return column.cast(pl.String)


def first_line(why: Exception) -> str:
    """What a library says, in one line."""
    return (str(why).splitlines() or [type(why).__name__])[0]
