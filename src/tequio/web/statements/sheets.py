"""A statement or a letter as CSV: one line a figure, amounts as plain numbers."""

from __future__ import annotations

import csv
import io

from tequio.web.statements.document import Document, Value, plain

HEADERS = ("seccion", "renglon", "concepto", "valor")
# A cell that begins so would be run by a spreadsheet.
FORMULA = ("=", "+", "@", "\t", "\r")


def as_csv(document: Document) -> str:
    """Everything but the running text."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(HEADERS)
    if document.simulated:
        sheet.writerow(("", "", "DATOS SIMULADOS", "sí"))
    if document.folio:
        sheet.writerow(("", "", "Folio", document.folio))
    for fact in (*document.about, *document.main):
        sheet.writerow((document.title, "", safe(fact.label), safe(fact.value)))
    for section in document.sections:
        for fact in section.facts:
            sheet.writerow((section.title, "", safe(fact.label), safe(fact.value)))
        if table := section.table:
            for place, row in enumerate(table.rows, 1):
                for header, value in zip(table.headers, row, strict=True):
                    sheet.writerow((section.title, place, header, safe(value)))
    return out.getvalue()


def safe(value: Value) -> str:
    """The value, never a formula; a negative amount is a number."""
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text
