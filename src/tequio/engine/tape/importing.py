"""From the files that people bring to a portfolio: good rows survive, the rest are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from tequio.core.columns import Index
from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.engine.tape import reasons
from tequio.engine.tape.checking import checked, umi_of
from tequio.engine.tape.columns import Written, written_by
from tequio.engine.tape.mapping import Map, by_name, fit, read_map
from tequio.engine.tape.reasons import Wrong
from tequio.engine.tape.rejects import Rejects, together, unread
from tequio.engine.tape.repeats import Repeats
from tequio.engine.tape.tapes import Batch, Tape, open_tape

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: read = accepted + rejected, always."""

    read: int
    accepted: int
    rejected: int
    by_reason: Mapping[str, int]  # rows by the first fault of each: they add up to `rejected`
    out: Path
    rejects: Path


def import_files(
    paths: Sequence[Path],
    out: Path,
    *,
    as_of: date,
    map_file: Path | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Write the portfolio of some files at a day, and the file of rejects beside it.

    `progress` is told bytes read and bytes in all. Raises Refused, with no portfolio written, when
    a file cannot be read as a tape (then there are no rejects either) or when no row is accepted.
    """
    rejects = rejects or out.with_suffix(".rechazos.csv")
    refuse_to_overwrite(paths, out, rejects, map_file)
    tapes = [open_tape(path) for path in paths]
    maps = maps_for(tapes, map_file)
    names = names_of(paths)
    with Rejects(rejects) as rejected:
        work = Work(tapes, maps, names, as_of, umi_of(as_of), rejected, progress)
        try:
            origin = maps[0].trial
            portfolio.write(work.groups(), out, as_of=as_of, simulated=False, origin=origin)
        finally:
            if work.ended:
                rejected.keep()
    reasons_found = dict(rejected.by_reason.most_common())
    return Imported(work.read, work.accepted, rejected.rejected(), reasons_found, out, rejects)


def refuse_to_overwrite(
    paths: Sequence[Path], out: Path, rejects: Path, *others: Path | None
) -> None:
    """What is read is never written over; `others` are read too, if there are any."""
    if not paths:
        raise Refused("Diga al menos un archivo para importar.")
    read = {path.resolve() for path in [*paths, *others] if path}
    for path in (out, rejects):
        if path.resolve() in read:
            raise Refused(f"{path} es un archivo de entrada. Elija otro nombre con -o.")
    if out.resolve() == rejects.resolve():
        raise Refused(f"La cartera y los rechazos no pueden ser el mismo archivo ({out}).")


def names_of(paths: Sequence[Path]) -> list[str]:
    """What rejects call each file: its name, or where two share it, the whole path."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def maps_for(tapes: Sequence[Tape], map_file: Path | None) -> list[Map]:
    """One for each tape: that of the file, or by the names of its columns."""
    if map_file is None:
        return [by_name(tape.path, tape.headers) for tape in tapes]
    map_ = read_map(map_file)
    for tape in tapes:
        fit(map_, tape.path, tape.headers)
    return [map_] * len(tapes)


@dataclass
class Work:
    """One import under way."""

    tapes: Sequence[Tape]
    maps: Sequence[Map]
    names: Sequence[str]
    as_of: date
    umi: Index
    rejects: Rejects
    progress: Progress | None
    read: int = 0
    accepted: int = 0
    ended: bool = False  # every row has been judged

    def groups(self) -> Iterator[pa.Table]:
        """The accepted rows, as a portfolio keeps them; Refused when there are none."""
        yield from evenly(self.tables())
        self.ended = True
        if not self.accepted:
            raise Refused(
                f"No se aceptó ninguna de las {self.read:,} filas; no se escribió la cartera. "
                f"El porqué de cada una está en {self.rejects.path}."
            )

    def tables(self) -> Iterator[pa.Table]:
        """The accepted rows of each batch, in a portfolio's columns."""
        any_text = any(map_.origins["credit"].any_text for map_ in self.maps)
        repeats = Repeats(self.names, ten_digits=not any_text)
        behind, of = 0, sum(tape.size for tape in self.tapes)
        for file, (tape, map_) in enumerate(zip(self.tapes, self.maps, strict=True)):
            for batch in tape.batches():
                yield self.judge(batch, map_, file, repeats)
                if self.progress:
                    self.progress(behind + batch.done, of)
            behind += tape.size

    def judge(self, batch: Batch, map_: Map, file: int, repeats: Repeats) -> pa.Table:
        """The good rows of a batch; the others go to the rejects."""
        row = written_by(batch, map_)
        values = checked(row, self.as_of, self.umi)
        refuse_repeats(row, values, file, repeats)
        self.rejects.add(self.names[file], together([unread(batch.unread), *row.faults.found]))
        good = sound_rows(row, values)
        self.read += len(values) + len(batch.unread)
        self.accepted += good.num_rows
        return good


def evenly(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows of tables, as many in each as a portfolio keeps in a group: the same rows give the
    same file, however they came."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += table.num_rows
        while rows >= portfolio.GROUP:
            whole = pa.concat_tables(held)
            yield whole.slice(0, portfolio.GROUP).combine_chunks()
            held, rows = [whole.slice(portfolio.GROUP)], rows - portfolio.GROUP
    if rows:
        yield pa.concat_tables(held).combine_chunks()


def sound_rows(row: Written, values: pl.DataFrame) -> pa.Table:
    """The rows without a fault, in a portfolio's columns."""
    schema = portfolio.schema()
    return values.filter(~row.faults.broken).select(schema.names).to_arrow().cast(schema)


def refuse_repeats(
    row: Written, values: pl.DataFrame, file: int, repeats: Repeats, column: str = "credit"
) -> None:
    """Of the rows that are good so far, those whose credit was already taken."""
    sound = (~row.faults.broken).arg_true()
    again = repeats.among(values["credit"].gather(sound), row.faults.rows.gather(sound), file)
    if len(again):
        firsts = again.select("file", "first").rows()
        wrong = [Wrong(reasons.REPEATED, repeats.sentence(*first)) for first in firsts]
        row.add_each(sound.gather(again["place"]), column, wrong)
