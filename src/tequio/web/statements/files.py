"""A document into a file, in the form that its name asks for."""

from __future__ import annotations

from pathlib import Path

from tequio.engine.drafts import whole
from tequio.web.statements.document import Document
from tequio.web.statements.pages import as_html
from tequio.web.statements.prints import as_pdf
from tequio.web.statements.sheets import as_csv

FORMS = {
    ".pdf": as_pdf,
    ".html": lambda document: as_html(document).encode(),
    ".csv": lambda document: f"\ufeff{as_csv(document)}".encode(),  # spreadsheets read the accents
}


def write_document(document: Document, out: Path) -> None:
    """The file, whole or not at all."""
    made = FORMS[out.suffix](document)
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole(out) as draft:
        draft.write_bytes(made)
