"""The template that people fill: CSV, or XLSX with a second sheet that says what each column is."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from tequio.core.columns import Code, Column, Count, Day, Flag, Money, Months, Rate, Share, Units
from tequio.core.loan import Fact, facts
from tequio.engine.errors import Refused
from tequio.engine.tape.figures import limits
from tequio.engine.tape.mapping import OPTIONAL, OURS
from tequio.engine.tape.meanings import EXAMPLE, MEANINGS
from tequio.engine.tape.rejects import LABELS
from tequio.engine.tape.words import SPANISH

UNITS: Mapping[type[Column], str] = {
    Money: "pesos, con centavos",
    Units: "VSM mensuales, hasta 6 decimales",
    Rate: "por ciento al año, hasta 4 decimales",
    Share: "por ciento, hasta 4 decimales",
    Months: "meses",
    Count: "veces",
    Day: "fecha: 2024-06-30 o 30/06/2024",
    Flag: "sí o no",
    Code: "una palabra de la lista",
}
GUIDE = (
    "Columna",
    "Nombre",
    "Qué es",
    "Cómo se escribe",
    "Rango o lista",
    "¿Puede ir vacía?",
    "Ejemplo",
)
WIDTHS = (26, 30, 62, 36, 44, 17, 22)
MADE = datetime(2024, 1, 1, tzinfo=UTC)  # in the file; the same template is the same bytes


def template(path: Path) -> None:
    """Write the template, by its suffix `.csv` or `.xlsx`; Refused for any other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([list(OURS), [EXAMPLE[name] for name in OURS]])
    elif path.suffix.lower() == ".xlsx":
        workbook(path)
    else:
        raise Refused(f"{path}: la plantilla se escribe como .csv o .xlsx.")


def workbook(path: Path) -> None:
    """Every cell is text, so that no zero on the left is lost."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Créditos")
        sheet.freeze_panes(1, 1)
        for place, name in enumerate(OURS):
            sheet.set_column(place, place, max(len(name), 14) + 2, text)
            sheet.write_string(0, place, name, bold)
            sheet.write_string(1, place, EXAMPLE[name], text)
        guide = book.add_worksheet("Qué es cada columna")
        guide.freeze_panes(1, 1)
        guide.write_row(0, 0, GUIDE, bold)
        for place, width in enumerate(WIDTHS):
            guide.set_column(place, place, width, wrapped)
        for row, name in enumerate(OURS, 1):
            for place, cell in enumerate(guide_row(name)):
                guide.write_string(row, place, cell, wrapped)


def guide_row(name: str) -> tuple[str, ...]:
    """What the second sheet says of a column."""
    if name in facts():
        kind, said = facts()[name]
        how, span = UNITS[kind], span_of(name, kind, said)
    else:
        how, span = "texto", ""
    empty = "sí" if name in OPTIONAL else "no"
    return name, LABELS[name], MEANINGS[name], how, span, empty, EXAMPLE[name]


def span_of(name: str, kind: type[Column], said: Fact) -> str:
    """The range or the words of a column."""
    if kind is Code:
        return ", ".join(SPANISH[name])
    return "" if kind is Flag else limits(kind, said)
