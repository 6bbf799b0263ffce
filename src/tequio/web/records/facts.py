"""What is known of a credit from a day on: a row more, never a row changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
from django.db import models

from tequio.core.loan import facts
from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.web.records.loading import FACTS
from tequio.web.records.models import Credit
from tequio.web.records.snapshots import rows_of
from tequio.web.records.tables import write_rows
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once


def do_record_facts(
    key: str, credit: str, on: date, changes: Mapping[str, object], who: Who
) -> bool:
    """Some facts of a credit from a day on; the others stay as they were. False: it was there.

    Values as a portfolio keeps them: centavos, millionths, days as dates, None where not known.
    Refused: there is no such credit or fact, a value is out of its range, or there are newer facts
    beside it, which would hide the change.
    """
    refuse_values(changes)
    found = Credit.objects.filter(number=credit, load__as_of__lte=on).first()
    if found is None:
        raise Refused(f"El crédito {credit} no está en el libro el {on}. Revise el número.")

    def write(source: int) -> Wrote:
        """A new row in each table that has one of the facts."""
        touched = [(m, names) for m, names in FACTS if changes.keys() & set(names)]
        for model, _ in touched:
            refuse_hidden(model, found, on)
        rows = rows_of(found.pk, found.pk, on)
        before = {name: rows[name][0].as_py() for name in changes}
        wrote = Wrote(before=before, after=dict(changes))
        dated = {"credit_id": [found.pk], "source_id": [source], "from_on": [on]}
        for model, names in touched:
            now = {name: changed(rows, name, changes) for name in names}
            wrote.appended(model, write_rows(model, pa.table({**dated, **now})))
        return wrote

    said = {name: str(value) for name, value in changes.items()}
    content = content_of([credit, on, said])
    return once(Asked("do_record_facts", key, f"credit:{credit}", content), who, write)


def changed(rows: pa.Table, name: str, changes: Mapping[str, object]) -> pa.Array:
    """A fact after the change."""
    value = changes[name] if name in changes else rows[name][0].as_py()
    return pa.array([value], portfolio.schema().field(name).type)


def refuse_hidden(model: type[models.Model], credit: Credit, on: date) -> None:
    """Refused: the credit has facts of a later day in the same table."""
    later = model._default_manager.filter(credit=credit, from_on__gt=on)  # noqa: SLF001
    if newest := later.order_by("-from_on").first():
        raise Refused(
            f"El crédito {credit.number} ya tiene datos del {newest.from_on}, posteriores al {on}. "
            "Registre el cambio con esa fecha o una posterior."
        )


def refuse_values(changes: Mapping[str, object]) -> None:
    """Refused: a fact that no loan has, or a value that its declaration does not allow."""
    declared = facts()
    for name, value in changes.items():
        if name not in declared:
            raise Refused(f"{name} no es un dato de un crédito. Vea docs/columns.md.")
        said = declared[name][1]
        if value is None and not said.optional:
            raise Refused(f"{said.label} no puede quedar vacío.")
        if isinstance(value, int) and not said.least <= value <= said.most:
            raise Refused(f"{said.label}: {value} queda fuera de {said.least} a {said.most}.")
