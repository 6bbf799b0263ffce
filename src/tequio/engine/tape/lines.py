"""CSV: one credit a line, read in blocks, so that a file of any size takes little memory.

A line is a row, whatever quotes it has: a stray quote spoils its own line and no other, and the row
number of a reject is the line number of any editor.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from tequio.engine.errors import Refused
from tequio.engine.tape import reasons
from tequio.engine.tape.reasons import Reason, Wrong
from tequio.engine.tape.tapes import Batch, Tape, named, no_rows, trimmed

MIB = 1 << 20
BLOCK = 16 * MIB
LINE_MOST = 1 * MIB
SEPARATORS = (",", ";", "\t")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are parted."""

    separator: str
    headers: list[str]

    @property
    def sound(self) -> str:
        """What a line with quotes must look like."""
        cell = rf'("([^"]|"")*"|[^"{self.separator}]*)'
        return rf"^{cell}({self.separator}{cell})*$"


def open_csv(path: Path) -> Tape:
    """A CSV with commas, semicolons or tabs, in UTF-8 or Windows-1252; Refused when it is none."""
    with path.open("rb") as file:
        head = file.read(LINE_MOST + 1)
    line, found, _ = head.partition(b"\n")
    if not found and len(head) > LINE_MOST:
        raise Refused(
            f"{path}: el primer renglón pasa de {LINE_MOST // MIB} MiB sin terminar; no parece "
            "un CSV con un crédito por renglón. Expórtelo de nuevo."
        )
    if b"\0" in line:
        raise Refused(
            f"{path}: el encabezado tiene bytes nulos. Expórtelo de nuevo como CSV UTF-8."
        )
    shape = shape_of(path, decoded([line.removeprefix(BOM).rstrip(b"\r")])[0])
    if not head[len(line) :].strip() and len(head) <= LINE_MOST:
        raise no_rows(path)
    return Tape(path, shape.headers, lambda: batches(path, shape))


def shape_of(path: Path, header: str) -> Shape:
    """What the header says of the lines below; Refused when it is none."""
    if not header.strip():
        raise Refused(
            f"{path}: el primer renglón está vacío y debe tener los nombres de las columnas. "
            "Quite los renglones de arriba."
        )
    separator = max(SEPARATORS, key=header.count)
    try:
        return Shape(separator, named(path, next(csv.reader([header], delimiter=separator))))
    except csv.Error as why:  # returns alone between lines, or a cell without an end
        raise Refused(
            f"{path}: el primer renglón no se puede leer como encabezado de un CSV. "
            "Expórtelo de nuevo como CSV UTF-8, con un crédito por renglón."
        ) from why


def batches(path: Path, shape: Shape) -> Iterator[Batch]:
    """The lines below the header."""
    with path.open("rb") as file:
        file.readline()
        for first, lines, cut in blocks(file, 2):
            yield batch_of(lines, first, shape, file.tell(), cut=cut)


def blocks(file: BinaryIO, line: int) -> Iterator[tuple[int, list[bytes], bool]]:
    """The number of the first line, whole lines, and whether the last has no end. What a line has
    past LINE_MOST is not kept."""
    rest = b""
    while piece := file.read(BLOCK):
        rest += piece
        whole, found, rest = rest.rpartition(b"\n")
        if found:
            lines = whole.split(b"\n")
            yield line, lines, False
            line += len(lines)
        if len(rest) > LINE_MOST:
            rest = rest[: LINE_MOST + 1] + after_line(file)
    if rest:
        yield line, rest.removesuffix(b"\n").split(b"\n"), not rest.endswith(b"\n")


def after_line(file: BinaryIO) -> bytes:
    """Skip to the end of the line: that end, and what was read behind it."""
    while piece := file.read(BLOCK):
        end = piece.find(b"\n")
        if end >= 0:
            return piece[end:]
    return b""


def decoded(lines: list[bytes]) -> list[str]:
    """Text of lines: UTF-8, or where a line is not, Windows-1252."""
    try:
        return b"\n".join(lines).decode().split("\n")
    except UnicodeDecodeError:
        return [decoded_line(line) for line in lines]


def decoded_line(line: bytes) -> str:
    """The same for one."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def batch_of(lines: list[bytes], first: int, shape: Shape, done: int, *, cut: bool) -> Batch:
    """Lines as cells; those that do not part into the header's columns are said apart."""
    text = pl.Series("line", decoded([line[: LINE_MOST + 1] for line in lines]))
    text = text.str.strip_suffix("\r")
    rows = pl.Series("row", np.arange(first, first + len(lines)), pl.UInt64)
    filled = text.str.strip_chars(f'{shape.separator}" \t') != ""  # a row of commas is an empty row
    text, rows = text.filter(filled), rows.filter(filled)
    wrong, sound = judged(text, shape)
    if cut and wrong and wrong[-1][0] == len(text) - 1:
        wrong[-1] = (len(text) - 1, cut_short(wrong[-1][1]))
    unread = [(int(rows[place]), fault) for place, fault in wrong]
    return Batch(cells_of(text.filter(sound), shape), rows.filter(sound), unread, done)


def cut_short(fault: Wrong) -> Wrong:
    """The fault of a last line that has no end."""
    parted = fault.reason not in (reasons.FIELDS, reasons.QUOTES)
    return fault if parted else Wrong(reasons.CUT, fault.why)


def judged(text: pl.Series, shape: Shape) -> tuple[list[tuple[int, Wrong]], pl.Series]:
    """Places of the lines that cannot be parted, with why; and a mask of those that can."""
    columns = len(shape.headers)
    quoted = text.str.contains('"', literal=True)
    bare = pl.select(
        pl.when(quoted).then(text.str.replace_all(r'"([^"]|"")*"', "")).otherwise(text)
    ).to_series()
    found = bare.str.count_matches(shape.separator, literal=True) + 1
    tests: list[tuple[pl.Series, Reason, str]] = [
        (text.str.len_bytes() > LINE_MOST, reasons.LONG, f"Pasa de {LINE_MOST // MIB} MiB."),
        (text.str.contains("\0", literal=True), reasons.NULS, "Hay bytes nulos (NUL)."),
        (quoted & ~text.str.contains(shape.sound), reasons.QUOTES, "Hay comillas sin pareja."),
        (found != columns, reasons.FIELDS, ""),
    ]
    sound = pl.Series([True]).new_from_index(0, len(text))
    wrong = []
    for failed, reason, why in tests:
        for place in (failed & sound).arg_true():
            said = why or f"El renglón tiene {found[place]} columnas y el encabezado {columns}."
            wrong.append((place, Wrong(reason, said)))
        sound &= ~failed
    return sorted(wrong, key=lambda one: one[0]), sound


def cells_of(text: pl.Series, shape: Shape) -> pl.DataFrame:
    """Sound lines, parted."""
    if not len(text):
        return pl.DataFrame(schema=dict.fromkeys(shape.headers, pl.String))
    quotes = text.str.contains('"', literal=True).any()
    cells = pl.read_csv(
        "\n".join(text).encode(),
        has_header=False,
        separator=shape.separator,
        quote_char='"' if quotes else None,
        infer_schema=False,
        new_columns=shape.headers,
    )
    assert cells.shape == (len(text), len(shape.headers)), "a sound line is a row"
    return trimmed(cells)
