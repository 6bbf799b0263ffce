"""A file of payments into the ledger: each payment once, whatever files bring it.

The file is read twice: first whole, to know that it is complete and is what it says; then in
pieces, each its own write with its own event, so that one that was killed goes on where it was.
A payment whose credit is plain becomes a receipt in the same write; another waits in the queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.web.intake.bank_csv import BankCsv
from tequio.web.intake.camt053 import Camt053
from tequio.web.intake.entries import Entries, Reading, no_differences
from tequio.web.intake.piece import PieceOf
from tequio.web.intake.remittance import Remittance
from tequio.web.intake.summaries import Aside, Summary, aside_of, piece_key, summary_of
from tequio.web.records.models import BankFile
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

KINDS: dict[BankFile.Kind, type[Any]] = {
    BankFile.Kind.CSV: BankCsv,
    BankFile.Kind.CAMT: Camt053,
    BankFile.Kind.REMITTANCE: Remittance,
}
BLOCK = 1 << 20
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Survey:
    """A file as it was found."""

    rows: int = 0
    total: int = 0  # centavos, of the rows whose amount can be read
    payments: int = 0
    unreadable: int = 0  # rows whose amount cannot
    differences: list[pl.DataFrame] = field(default_factory=list)

    def add(self, entries: Entries) -> None:
        """Some more rows."""
        self.rows += entries.rows
        self.total += entries.total
        self.payments += len(entries.payments)
        self.unreadable += entries.aside["amount"].null_count()
        if len(entries.differences):
            self.differences.append(entries.differences)


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What became of a file, by now."""

    already: int  # pieces that were taken before
    pieces: int
    summary: Summary
    aside: list[Aside]
    differences: pl.DataFrame  # of a remittance: `entries.DIFFERENCE`


def do_take_file(
    path: Path,
    who: Who,
    *,
    kind: BankFile.Kind | None = None,
    as_of: date | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Taken:
    """Take a file of payments. `as_of`: nothing of a later day is taken; today if not said.

    Refused, and nothing is taken: it is cut short, its totals are not those of its rows, or it is
    no file of its kind. A file that was taken before changes nothing. `dry_run`: nothing stays.
    """
    digest = sha256_of(path)
    before = BankFile.objects.filter(sha256=digest).first()
    day = before.as_of if before else as_of or timezone.localdate()
    kind = BankFile.Kind(before.kind) if before else kind or kind_of(path)
    with transaction.atomic() if dry_run else nullcontext():
        reading: Reading = KINDS[kind](path, day)
        survey = surveyed(reading)
        refuse_unequal(path, survey, reading)
        file = begun(path, digest, kind, day, survey, reading, who)
        already, pieces = take_pieces(file, reading, who, progress)
        differences = pl.concat([no_differences(), *survey.differences])
        taken = Taken(already, pieces, summary_of(file), aside_of(file), differences)
        if dry_run:
            transaction.set_rollback(True)
    return taken


def sha256_of(path: Path) -> str:
    """Of a file's bytes. Refused: there is none."""
    if not path.is_file():
        raise Refused(f"No existe el archivo {path}. Revise el nombre y la carpeta.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kind_of(path: Path) -> BankFile.Kind:
    """What a file is, by how it begins."""
    with path.open("rb") as file:
        head = file.read(BLOCK).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        return BankFile.Kind.CAMT
    header = head.partition(b"\n")[0].lower()
    return BankFile.Kind.REMITTANCE if b"tipdesc" in header else BankFile.Kind.CSV


def surveyed(reading: Reading) -> Survey:
    """Everything read once, and nothing kept but counts."""
    survey = Survey()
    for entries in reading:
        survey.add(entries)
    return survey


def refuse_unequal(path: Path, survey: Survey, reading: Reading) -> None:
    """Refused: the rows or their sum are not what the file declares. Where some amount cannot be
    read, the sum says nothing, and the rest is told in the summary."""
    declared, mend = (
        reading.declared,
        "No se tomó nada. Pida el archivo completo y repita la orden.",
    )
    if survey.rows == 0:
        raise Refused(f"{path.name} no tiene ningún pago. Revise si es el archivo correcto.")
    if declared.rows is not None and declared.rows != survey.rows:
        raise Refused(
            f"{path.name} declara {declared.rows:,} filas y tiene {survey.rows:,}: "
            f"{shortfall(declared.rows - survey.rows)}. {mend}"
        )
    if declared.total is not None and declared.total != survey.total and not survey.unreadable:
        raise Refused(
            f"{path.name} declara {pesos(declared.total, 2)} y sus filas suman "
            f"{pesos(survey.total, 2)}; "
            f"la diferencia es {pesos(declared.total - survey.total, 2)}. "
            f"{mend}"
        )


def shortfall(lacking: int) -> str:
    """How many rows are missing, or too many."""
    return f"faltan {lacking:,}" if lacking > 0 else f"sobran {-lacking:,}"


def begun(
    path: Path,
    digest: str,
    kind: BankFile.Kind,
    as_of: date,
    survey: Survey,
    reading: Reading,
    who: Who,
) -> BankFile:
    """The file's own row, written now or before."""

    def write(source: int) -> Wrote:
        """What it says of itself, and what was found in it."""
        facts = {
            "sha256": digest,
            "kind": int(kind),
            "name": path.name,
            "as_of": as_of,
            "rows": survey.rows,
            "declared_rows": reading.declared.rows,
            "total": survey.total,
            "declared_total": reading.declared.total,
            "payments": survey.payments,
        }
        BankFile.objects.create(source_id=source, **facts)
        return Wrote(after=facts)

    subject = f"bank-file:{digest}"
    once(Asked("do_take_file", subject, subject, digest), who, write)
    return BankFile.objects.get(sha256=digest)


def take_pieces(
    file: BankFile, reading: Reading, who: Who, progress: Progress | None
) -> tuple[int, int]:
    """Piece by piece: how many were there before, and how many there are."""
    already = pieces = done = 0
    seen: dict[str, int] = {}
    for entries in reading:
        keyed = with_keys(entries.payments, seen)
        key = f"{piece_key(file)}{entries.first}-{entries.last}"
        content = content_of([file.sha256, entries.first, entries.last, entries.total])
        asked = Asked("do_take_piece", key, f"bank-file:{file.sha256}", content)
        already += not once(asked, who, PieceOf(file, entries, keyed).write)
        pieces += 1
        done += entries.rows
        if progress:
            progress(done, file.rows)
    return already, pieces


def with_keys(payments: pl.DataFrame, seen: dict[str, int]) -> pl.DataFrame:
    """Each with a key. What brings none gets one of its content, and of how many alike have gone
    before it in the file: the same payment in two files has the same. `seen`: counted so far."""
    lacking = payments["key"].is_null()
    if not lacking.any():
        return payments
    made = []
    for row in payments.filter(lacking).drop("line", "key").iter_rows():
        content = content_of([str(value) for value in row])
        seen[content] = seen.get(content, 0) + 1
        made.append(f"sin-clave:{content}:{seen[content]}")
    return payments.with_columns(payments["key"].scatter(lacking.arg_true(), made))
