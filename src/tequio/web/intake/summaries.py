"""What became of a file: what the events of its pieces say, together."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tequio.engine.drafts import whole
from tequio.engine.tape.figures import decimal
from tequio.engine.tape.lines import BOM
from tequio.web.records.models import AuditEvent, BankFile, SetAside

COUNTED = ("taken", "repeated", "aside", "applied", "late", "settled")
HEADERS = ("archivo", "renglon", "campo", "por_que", "como_corregirlo")
DIFFERENCES = ("archivo", "renglon", "segun_el_aviso", "retenido", "diferencia")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many payments (of what is set aside: rows), and their centavos."""

    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A file. `declared` or what is not: its amount = taken + repeated + aside + `unread`."""

    name: str
    rows: int
    declared_rows: int | None
    declared: int | None  # centavos
    found: int  # centavos of the rows whose amount can be read
    taken: Counted
    repeated: Counted
    aside: Counted
    applied: Counted
    unapplied: Counted  # when it was taken: since then somebody may have assigned some
    late: Counted  # of what was applied
    settled: Counted  # the same
    unreadable: int  # rows set aside whose amount cannot be read
    unread: int  # centavos that those must have, by what is declared
    repeated_keys: tuple[str, ...]

    @property
    def explained(self) -> bool:
        """Whether each centavo of the file is somewhere."""
        parts = self.taken.amount + self.repeated.amount + self.aside.amount
        whole_ = self.found if self.declared is None else self.declared
        return self.found == parts and whole_ == parts + self.unread


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was not taken."""

    line: int
    field: str
    why: str
    mend: str


def piece_key(file: BankFile) -> str:
    """What the keys of a file's pieces begin with."""
    return f"bank-file:{file.sha256}:"


def summary_of(file: BankFile) -> Summary:
    """All pieces that were taken."""
    events = AuditEvent.objects.filter(source__key__startswith=piece_key(file))
    said = [
        json.loads(after) for after in events.order_by("position").values_list("after", flat=True)
    ]
    sums = {
        name: Counted(*(sum(one[name][at] for one in said) for at in (0, 1))) for name in COUNTED
    }
    taken, applied = sums["taken"], sums["applied"]
    unreadable = sum(one["unreadable"] for one in said)
    declared = file.declared_total
    return Summary(
        name=file.name,
        rows=sum(one["rows"] for one in said),
        declared_rows=file.declared_rows,
        declared=declared,
        found=sum(one["total"] for one in said),
        unapplied=Counted(taken.count - applied.count, taken.amount - applied.amount),
        unreadable=unreadable,
        unread=declared - file.total if declared is not None and unreadable else 0,
        repeated_keys=tuple(key for one in said for key in one["repeated_keys"]),
        **sums,
    )


def aside_of(file: BankFile) -> list[Aside]:
    """The rows of a file that were not taken, by line."""
    rows = SetAside.objects.filter(file=file).order_by("line", "pk")
    return [Aside(*row) for row in rows.values_list("line", "field", "why", "mend")]


def write_aside(name: str, rows: list[Aside], path: Path) -> None:
    """They in a file for people: nothing in it is a value of theirs."""
    lines = [(name, row.line, row.field, row.why, row.mend) for row in rows]
    write_lines(path, HEADERS, lines)


def write_differences(name: str, rows: pl.DataFrame, path: Path) -> None:
    """What an employer withheld and what the notice says, pesos."""
    lines = [
        (name, line, *(decimal(number, 2) for number in (told, got, got - told)))
        for line, told, got in rows.iter_rows()
    ]
    write_lines(path, DIFFERENCES, lines)


def write_lines(path: Path, headers: tuple[str, ...], lines: list[tuple[object, ...]]) -> None:
    """A CSV that a spreadsheet opens, whole or not at all."""
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM.decode())
        csv.writer(file).writerows([headers, *lines])
