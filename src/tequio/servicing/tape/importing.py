"""From payments and credits to a portfolio: read, laid aside by credit, counted, checked, written.

Money is counted as it is read and again as each centavo finds its place; the two must agree before
anything is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa

from tequio.core.months import last_of, spelled
from tequio.engine import portfolio
from tequio.engine.drafts import whole
from tequio.engine.errors import Refused
from tequio.engine.tape.columns import Written
from tequio.engine.tape.importing import (
    Progress,
    evenly,
    names_of,
    refuse_repeats,
    refuse_to_overwrite,
)
from tequio.engine.tape.mapping import Map, by_name, fit, parsed_map, read_maps
from tequio.engine.tape.rejects import Rejects, together, unread
from tequio.engine.tape.repeats import Repeats
from tequio.engine.tape.tapes import Batch, Tape, open_tape
from tequio.servicing.tape.assumed import Assumed, Assumption, read_assumed
from tequio.servicing.tape.counting import Counting
from tequio.servicing.tape.fields import KEY
from tequio.servicing.tape.intake import (
    OF_FILES,
    last_closed,
    lent_in,
    paid_in,
    subaccounts_in,
)
from tequio.servicing.tape.money import Line
from tequio.servicing.tape.months import Cut
from tequio.servicing.tape.rows import Rules
from tequio.servicing.tape.staging import Staging, in_order, rows_at_most

ORIGIN = (
    "Hechos reconstruidos de una cinta de pagos; lo que la cinta no dice es supuesto, y "
    "`tequio import --layout tape` lo nombra."
)
Read = Callable[[Batch, Map], tuple[Written, pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Files:
    """What is read."""

    payments: Sequence[Path]
    credits: Path
    subaccounts: Path | None = None
    map: Path | None = None  # of their columns, in tables [payments], [credits], [subaccounts]
    assumed: Path | None = None  # instead of entries of `assumed.toml`

    @property
    def tapes(self) -> list[tuple[str, Path]]:
        """The kind and path of each, credits first: payments are of credits that are known."""
        found = [("credits", self.credits)]
        found += [("subaccounts", self.subaccounts)] if self.subaccounts else []
        return found + [("payments", path) for path in self.payments]


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of one file: read = accepted + rejected, always."""

    file: str
    kind: str
    read: int
    accepted: int
    rejected: int
    by_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TapeImported:
    """What came of a tape. `money` balances, line by line; centavos."""

    files: Sequence[Counted]
    money: Sequence[Line]
    notes: Mapping[str, int]  # what people should know, with how many
    assumed: Sequence[Assumption]
    out: Path
    months: Path
    rejects: Path

    @property
    def rejected(self) -> int:
        """Rows of all files."""
        return sum(one.rejected for one in self.files)


def import_tape(
    files: Files,
    out: Path,
    *,
    as_of: date,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> TapeImported:
    """Write the portfolio of a tape at a day, beside it the months of each credit and the rejects.

    Raises Refused, with no portfolio written, when a file cannot be read, when payments do not
    reach the last month that had closed, or when no credit is accepted.
    """
    rejects = rejects or out.with_suffix(".rechazos.csv")
    months = out.with_suffix(".meses.parquet")
    paths = [path for _, path in files.tapes]
    refuse_to_overwrite(paths, out, rejects, files.map, files.assumed)
    refuse_to_overwrite(paths, months, rejects, files.map, files.assumed)
    assumed = read_assumed(files.assumed)
    work = Work(files, as_of, assumed, names_of(paths), Rejects(rejects), progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        work.rejects,
        TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder,
        whole(months) as history,
    ):
        try:
            tables = work.tables(Path(folder), history)
            portfolio.write(tables, out, as_of=as_of, simulated=False, origin=work.origin)
        finally:
            if work.ended:
                work.rejects.keep()
    return TapeImported(work.files(), work.lines, work.notes, assumed.said, out, months, rejects)


@dataclass
class Work:
    """One import under way."""

    paths: Files
    as_of: date
    assumed: Assumed
    names: Sequence[str]
    rejects: Rejects
    progress: Progress | None
    read: Counter[str] = field(default_factory=Counter)
    behind: int = 0  # bytes
    lines: Sequence[Line] = ()
    notes: Mapping[str, int] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    ended: bool = False  # every row has been judged

    def __post_init__(self) -> None:
        self.tapes = [(kind, open_tape(path)) for kind, path in self.paths.tapes]
        path = self.paths.map
        raw = parsed_map(path) if path else {}
        maps = read_maps(path, raw, OF_FILES) if path else {}
        self.maps = [map_for(kind, tape, maps) for kind, tape in self.tapes]
        self.origin = f"{raw.get('trial', '').strip()} {ORIGIN}".strip()
        self.bytes = sum(tape.size for _, tape in self.tapes)

    def tables(self, folder: Path, history: Path) -> Iterator[pa.Table]:
        """The accepted credits, as a portfolio keeps them."""
        lent = self.rows_of("credits", lent_in)
        lent, known = in_order(lent)
        subs = self.rows_of("subaccounts", lambda batch, map_: subaccounts_in(batch, map_, known))
        if self.paths.subaccounts:
            self.accepted[self.names[1]] = len(subs)
        lent = lent.join(subs.select("credit", "product"), on="credit", how="left")
        staging = Staging(
            folder, known, rows_at_most([t for k, t in self.tapes if k == "payments"])
        )
        counting = Counting(self.rules(), self.names, self.rejects, lent, history)
        self.read_payments(counting, staging)
        self.check_reach(counting.last_month)
        yield from evenly(self.settled(counting, staging))
        self.lines = counting.till.lines(self.assumed)
        self.notes, self.accepted = counting.notes(), self.accepted + counting.accepted
        self.ended = True
        if not self.accepted[self.names[0]]:
            raise Refused(
                f"No se aceptó ningún crédito de {self.paths.credits}; no se escribió la cartera. "
                f"El porqué de cada uno está en {self.rejects.path}."
            )

    def rules(self) -> Rules:
        """The cut, and what is assumed."""
        known = self.assumed.parameters
        billed = known["month_without_rows"] == "billed"
        last = last_closed(self.as_of)
        cut = Cut(last, frozenset(known["holidays"]), billed, known["prorroga_months"])
        return Rules(self.as_of, cut, self.assumed)

    def batches(self, kind: str) -> Iterator[tuple[int, Batch, Map]]:
        """The rows of the files of a kind; each file by its place."""
        for place, ((its, tape), map_) in enumerate(zip(self.tapes, self.maps, strict=True)):
            if its != kind:
                continue
            for batch in tape.batches():
                self.read[self.names[place]] += len(batch.rows) + len(batch.unread)
                yield place, batch, map_
                self.tell(batch.done)
            self.behind += tape.size

    def tell(self, done: int) -> None:
        """Reading is the first half of the work."""
        if self.progress:
            self.progress(self.behind + done, 2 * self.bytes)

    def rows_of(self, kind: str, read: Read) -> pl.DataFrame:
        """The good rows of the files of a kind that has one row a credit."""
        repeats = Repeats(self.names, ten_digits=True)
        found = []
        for place, batch, map_ in self.batches(kind):
            row, values = read(batch, map_)
            refuse_repeats(row, values, place, repeats, KEY)
            faults = together([unread(batch.unread), *row.faults.found])
            self.rejects.add(self.names[place], faults)
            found.append(values.filter(~row.faults.broken))
        return pl.concat(found) if found else NO_SUBACCOUNTS

    def read_payments(self, counting: Counting, staging: Staging) -> None:
        """Every payment that is sound by itself is laid aside with those of its credit."""
        for place, batch, map_ in self.batches("payments"):
            paid = paid_in(batch, map_, self.assumed, self.as_of, staging.known)
            faults = together([unread(batch.unread), *paid.row.faults.found])
            self.rejects.add(self.names[place], faults)
            counting.take(paid, place, unread=len(batch.unread))
            staging.add(paid.good, place)
        staging.close()

    def check_reach(self, last: int | None) -> None:
        """Refused when the payments end before the last month that had closed: the months between
        would all be taken for missed."""
        wanted = last_closed(self.as_of)
        if last is None:
            self.ended = True
            raise Refused(
                "No se aceptó ninguna fila de pagos; no se escribió la cartera. El porqué de cada "
                f"una está en {self.rejects.path}."
            )
        if last < wanted:
            self.ended = True
            raise Refused(
                f"Los pagos terminan en {spelled(last)} y el corte ({self.as_of}) pide "
                f"hasta {spelled(wanted)}. Use --as-of {last_of(last)}, o traiga los "
                "meses que faltan."
            )

    def settled(self, counting: Counting, staging: Staging) -> Iterator[pa.Table]:
        """The accepted credits of each range."""
        for at, (credits_, rows) in enumerate(staging.parts(), 1):
            yield counting.settle(credits_, rows)
            if self.progress:
                self.progress(self.bytes + self.bytes * at // staging.ranges, 2 * self.bytes)
        counting.close()

    def files(self) -> list[Counted]:
        """The rows of each file."""
        return [
            Counted(
                name,
                kind,
                self.read[name],
                self.accepted[name],
                self.rejects.rejected(name),
                dict(self.rejects.by_file.get(name, Counter()).most_common()),
            )
            for name, (kind, _) in zip(self.names, self.tapes, strict=True)
        ]


NO_SUBACCOUNTS = pl.DataFrame(schema={"credit": pl.UInt64, "row": pl.UInt64, "product": pl.String})


def map_for(kind: str, tape: Tape, maps: Mapping[str, Map]) -> Map:
    """That of the file of maps, or by the names of the columns."""
    if kind not in maps:
        return by_name(tape.path, tape.headers, OF_FILES[kind])
    fit(maps[kind], tape.path, tape.headers)
    return maps[kind]
