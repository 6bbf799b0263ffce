"""Who looked at a person's file: each look is a row and an event; none can be taken away."""

from __future__ import annotations

import secrets

from tequio.engine.errors import Refused
from tequio.web.records.models import Access, Credit
from tequio.web.records.tables import rows_of_source
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

KEY = 16  # bytes: two looks are two, though everything they say is the same


def do_log_access(credit: str, what: str, who: Who, why: str = "") -> Access:
    """A look at the file of a credit, by its number; `what` names the command or page. Call it
    before anything is shown. Refused: the credit is not in the ledger."""
    found = Credit.objects.filter(number=credit).first()
    if found is None:
        raise Refused(f"El crédito {credit} no está en el libro. Revise el número.")
    key = f"access:{secrets.token_hex(KEY)}"

    def write(source: int) -> Wrote:
        """The row."""
        Access.objects.create(credit=found, source_id=source, what=what, why=why)
        wrote = Wrote(after={"what": what, "why": why})
        wrote.appended(Access, rows_of_source(Access, source))
        return wrote

    once(
        Asked("do_log_access", key, f"credit:{credit}", content_of([credit, what, why])), who, write
    )
    return Access.objects.get(source__key=key)
