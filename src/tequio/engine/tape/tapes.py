"""A file that somebody brings: what it is, its columns, and its rows as text, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tequio.engine.errors import Refused
from tequio.engine.tape.reasons import Wrong


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: text in every cell, null where empty, and where each row is in the file."""

    cells: pl.DataFrame
    rows: pl.Series  # as a person counts them in the file
    unread: Sequence[tuple[int, Wrong]] = ()  # rows that could not be parted into columns
    done: int = 0  # bytes of the file that are behind


@dataclass(frozen=True, slots=True)
class Tape:
    """An open file: its headers are known, its rows are read when asked for."""

    path: Path
    headers: Sequence[str]
    batches: Callable[[], Iterator[Batch]] = field(repr=False)
    rows: int | None = None  # if the file says how many it has

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


def open_tape(path: Path) -> Tape:
    """The tape in a file, told by its first bytes and not by its name; Refused when it is none."""
    from tequio.engine.tape.lines import open_csv
    from tequio.engine.tape.sheets import open_parquet, open_xlsx

    if not path.is_file():
        raise Refused(f"No existe el archivo {path}. Revise el nombre y la carpeta.")
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise Refused(f"{path} está vacío (0 bytes). Expórtelo de nuevo.")
    if head.startswith(b"PK\x03\x04"):
        return open_xlsx(path)
    if head.startswith(b"PAR1"):
        return open_parquet(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(f"{path} es un Excel antiguo (.xls). Guárdelo como .xlsx o como CSV UTF-8.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(f"{path} está en UTF-16. Guárdelo como «CSV UTF-8 (delimitado por comas)».")
    return open_csv(path)


def named(path: Path, found: Sequence[str | None]) -> list[str]:
    """Headers, trimmed; Refused when one has no name or two share it."""
    headers = [(name or "").strip() for name in found]
    for place, name in enumerate(headers):
        if not name:
            raise Refused(f"{path}: la columna {place + 1} no tiene nombre. Póngale uno o quítela.")
        if name in headers[:place]:
            raise Refused(f"{path}: hay dos columnas llamadas «{name}». Deje una sola.")
    return headers


def no_rows(path: Path) -> Refused:
    """What a file with headers only is answered."""
    return Refused(f"{path} no tiene ninguna fila debajo del encabezado.")


def trimmed(cells: pl.DataFrame) -> pl.DataFrame:
    """Without blanks around; an empty cell is null."""
    bare = pl.all().str.strip_chars()
    return cells.with_columns(bare).with_columns(
        pl.when(pl.all().str.len_bytes() > 0).then(pl.all()).name.keep()
    )
