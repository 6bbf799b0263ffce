"""The portfolio file: Parquet, made from the declaration of a loan and nothing else.

Whole numbers in our units (centavos, millionths, days); a fact that may be missing is null there,
and zero with a flag in a `Loan`. Nothing personal is in it: identifiers are checked on import and
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tequio.core.columns import Code, Column, Count, Day, Flag, Money, Months, Rate, Share, Units
from tequio.core.loan import TEXTS, Fact, Loan, facts, known_flags
from tequio.engine.drafts import whole

FORMAT = "1"
GROUP = 131_072  # rows: small enough for a thread's memory, large enough for the disk
INT32_MOST = 2**31 - 1
UNIT_WORDS: dict[type[Column], str] = {
    Money: "centavos",
    Units: "millionths of a monthly unit",
    Rate: "parts per million a year",
    Share: "parts per million",
    Months: "months",
    Count: "times",
    Day: "date",
    Flag: "yes or no",
    Code: "position in a closed list",
}


class PortfolioError(Exception):
    """A file that is no portfolio: which, why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a portfolio says of itself."""

    as_of: date
    simulated: bool
    origin: str = ""  # free text that every output repeats, such as a trial with foreign loans

    def metadata(self) -> dict[bytes, bytes]:
        """As it is kept in the file."""
        return {
            b"tequio.format": FORMAT.encode(),
            b"tequio.as_of": self.as_of.isoformat().encode(),
            b"tequio.simulated": str(self.simulated).lower().encode(),
            b"tequio.origin": self.origin.encode(),
        }


@cache
def schema() -> pa.Schema:
    """Every column, its type, and its Spanish label and unit."""
    texts = [
        pa.field(text.name, pa.string(), nullable=False, metadata={"label": text.label})
        for text in TEXTS
        if text.kept
    ]
    numbers = [
        pa.field(
            name,
            arrow_type(kind, said),
            nullable=said.optional,
            metadata={"label": said.label, "unit": UNIT_WORDS[kind]},
        )
        for name, (kind, said) in facts().items()
    ]
    return pa.schema(texts + numbers)


def arrow_type(kind: type[Column], said: Fact) -> pa.DataType:
    """The smallest type that holds the declared range."""
    if kind is Flag:
        return pa.bool_()
    if kind is Day:
        return pa.date32()
    if kind is Code:
        return pa.int8()
    return pa.int32() if said.most <= INT32_MOST else pa.int64()


def write(
    tables: pa.Table | Iterable[pa.Table],
    path: Path,
    *,
    as_of: date,
    simulated: bool,
    origin: str = "",
) -> int:
    """One file, whole under its name or not at all; the same rows give the same bytes. Rows."""
    wanted = schema().with_metadata(About(as_of, simulated, origin).metadata())
    numbers = [field.name for field in wanted if field.type not in (pa.string(), pa.bool_())]
    rows = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole(path) as draft,
        pq.ParquetWriter(
            draft,
            wanted,
            compression="lz4",
            use_dictionary=False,
            use_byte_stream_split=numbers,
        ) as writer,
    ):
        for table in [tables] if isinstance(tables, pa.Table) else tables:
            rows += table.num_rows
            writer.write_table(table.cast(wanted), row_group_size=GROUP)
    return rows


@dataclass(frozen=True)
class Portfolio:
    """An open portfolio, of one file or of a folder of them; groups are read when asked for, from
    any thread.
    """

    path: Path
    about: About
    rows: int
    groups: tuple[tuple[Path, int], ...]  # each row group: its file, and its place there

    @property
    def row_groups(self) -> int:
        """How many parts it is read in."""
        return len(self.groups)

    @property
    def files(self) -> list[Path]:
        """The files, in the order of their names."""
        return list(dict.fromkeys(file for file, _ in self.groups))

    def read_group(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """One row group. Each call opens the file anew: a reader is not shared between threads."""
        path, place = self.groups[group]
        with pq.ParquetFile(path) as file:
            return file.read_row_group(place, columns=columns, use_threads=False)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The whole of it."""
        # Without the columns that a path such as `estado=16/` would add.
        return pq.read_table([str(f) for f in self.files], columns=columns, partitioning=None)

    def find(self, credit: str) -> pa.Table | None:
        """The row of one credit, or None."""
        for group in range(self.row_groups):
            place = pc.index(self.read_group(group, ["credit"])["credit"], credit).as_py()
            if place >= 0:
                return self.read_group(group).slice(place, 1)
        return None

    def repeated(self) -> str | None:
        """A credit that lies in two files; within one, the import has looked."""
        if len(self.files) == 1:
            return None
        counts = pc.value_counts(self.read(["credit"])["credit"])
        place = pc.index(pc.greater(counts.field("counts"), 1), value=True).as_py()
        return None if place < 0 else str(counts.field("values")[place])

    @cached_property
    def first_credit(self) -> str:
        """A credit to give as an example."""
        return str(self.read_group(0, ["credit"])["credit"][0])


def open_portfolio(path: Path) -> Portfolio:
    """The portfolio in a file, or in the Parquet files under a folder; PortfolioError says what is
    wrong with anything else.
    """
    if not path.exists():
        raise PortfolioError(f"No existe el archivo {path}. Revise el nombre y la carpeta.")
    files = files_of(path) if path.is_dir() else [path]
    opened = [open_file(file) for file in files]
    for file, (about, _) in zip(files, opened, strict=True):
        if about != opened[0][0]:
            raise PortfolioError(
                f"{file} no es de la misma cartera que {files[0]}: cambia la fecha de corte, "
                "el origen o si es simulado. Ponga en la carpeta solo los de una cartera."
            )
    rows = sum(sum(sizes) for _, sizes in opened)
    if rows == 0:
        raise PortfolioError(f"{path} no tiene créditos. Impórtelos con `tequio import`.")
    groups = (
        (file, place)
        for file, (_, sizes) in zip(files, opened, strict=True)
        for place, size in enumerate(sizes)
        if size
    )
    return Portfolio(path, opened[0][0], rows, tuple(groups))


def files_of(folder: Path) -> list[Path]:
    """The Parquet files under a folder, by name; drafts begin with `.` or `_`."""
    found = [
        file
        for file in sorted(folder.rglob("*.parquet"))
        if not any(name.startswith((".", "_")) for name in file.relative_to(folder).parts)
    ]
    if not found:
        raise PortfolioError(f"{folder} no tiene archivos .parquet. Revise el nombre.")
    return found


def open_file(path: Path) -> tuple[About, list[int]]:
    """What one file says of itself, and the rows of each of its groups."""
    try:
        with pq.ParquetFile(path) as file:
            meta, found = file.metadata, file.schema_arrow
    except (pa.ArrowInvalid, OSError) as why:
        raise PortfolioError(
            f"{path} no es un Parquet completo ({str(why).splitlines()[0]}). "
            "Vuelva a generarlo con `tequio import` o cópielo de nuevo."
        ) from why
    about = about_of(path, found)
    check_columns(path, found)
    return about, [meta.row_group(at).num_rows for at in range(meta.num_row_groups)]


def about_of(path: Path, found: pa.Schema) -> About:
    """What the file says of itself, or why it is not ours."""
    said = found.metadata or {}
    if said.get(b"tequio.format") != FORMAT.encode():
        raise PortfolioError(
            f"{path} no es una cartera de Tequio. "
            f"Conviértala con `tequio import {path.name} -o cartera.parquet`."
        )
    return About(
        date.fromisoformat(said[b"tequio.as_of"].decode()),
        said[b"tequio.simulated"] == b"true",
        said.get(b"tequio.origin", b"").decode(),
    )


def check_columns(path: Path, found: pa.Schema) -> None:
    """Refuse a portfolio of another declaration of a loan."""
    wanted = schema()
    missing = [name for name in wanted.names if name not in found.names]
    changed = [
        field.name
        for field in wanted
        if field.name in found.names and found.field(field.name).type != field.type
    ]
    if missing or changed:
        words = ", ".join(missing + changed)
        raise PortfolioError(
            f"{path} es de otra versión: faltan o cambiaron {words}. Vuelva a importarla."
        )


def loan_of(table: pa.Table) -> Loan:
    """The columns that rules see, in the order of the rows. No copy is made twice."""
    columns: dict[str, Any] = {}
    known: dict[str, Flag] = {}
    for name, (kind, said) in facts().items():
        values, there = numbers_of(table[name], kind, said)
        columns[name] = kind(values)
        if said.optional:
            known[name] = Flag(there)
    columns |= {flag: known[of] for flag, of in known_flags().items()}
    return Loan(**columns)


def numbers_of(
    column: pa.ChunkedArray, kind: type[Column], said: Fact
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The values, zero where null, and whether each is there."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no rows
        array = pa.array([], column.type)
    if kind is Day:
        array = array.cast(pa.int32())
    there = np.ones(len(array), np.bool_)
    if said.optional:
        there = array.is_valid().to_numpy(zero_copy_only=False)
        array = pc.fill_null(array, 0)
    values = array.to_numpy(zero_copy_only=False)
    return values.astype(kind.dtype, copy=False), there
