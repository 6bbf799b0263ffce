"""Tapes for tests: the template's example with cells changed, in any of the three formats."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

from tequio.engine.tape import Imported, import_files
from tequio.engine.tape.meanings import EXAMPLE

DAY = date(2024, 6, 30)
IN_UNITS = {
    "indexed": "sí",
    "balance": "",
    "instalment": "",
    "granted_units": "160",
    "balance_units": "150.000000",
    "instalment_units": "1.2",
    "rate": "6",
    "months_missed": "0",
    "unpaid_interest": "0",
}


def example(number: int = 1, **changed: str) -> dict[str, str]:
    """A good row with its own credit number."""
    return {**EXAMPLE, "credit": f"16{number:08}", **changed}


def text(rows: Sequence[Mapping[str, str]], separator: str = ",", header: bool = True) -> str:
    """A CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def csv_of(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "tape.csv") -> Path:
    """A CSV file."""
    path = folder / name
    path.write_text(text(rows), encoding="utf-8")
    return path


def xlsx_of(path: Path, rows: Sequence[Sequence[object]], top: int = 0) -> Path:
    """A workbook whose first sheet has the cells as they are."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(top + at, 0, row)
    return path


def bring(*paths: Path, **options: object) -> Imported:
    """Import beside the first file."""
    out = paths[0].parent / "out.parquet"
    return import_files(paths, out, as_of=DAY, **options)


def rejects(done: Imported) -> list[dict[str, str]]:
    """The file of rejects."""
    with done.rejects.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def portfolio(done: Imported) -> pl.DataFrame:
    """What was accepted."""
    return pl.read_parquet(done.out)
