"""What is known of a credit from a day on: a row more, never a row changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
from django.db import models, transaction

from tequio.core.loan import Section, facts, sections
from tequio.core.months import first_of, last_of, spelled
from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.web.records.advances import AGREED
from tequio.web.records.columns import MONTHLY
from tequio.web.records.jobs import JOB
from tequio.web.records.known import open_part
from tequio.web.records.loading import FACTS
from tequio.web.records.models import Credit
from tequio.web.records.snapshots import rows_of
from tequio.web.records.tables import write_rows
from tequio.web.records.tale import CONVERTED
from tequio.web.records.turns import credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

# What servicing decides: nobody tells it, it follows from what is paid and signed.
DECIDED = {*MONTHLY, *AGREED, *CONVERTED, *sections()[Section.SOLUTIONS], "regime"}


def do_record_facts(
    key: str, credit: str, on: date, changes: Mapping[str, object], who: Who
) -> bool:
    """Some facts of a credit from a day on; the others stay as they were. False: it was there.

    Values as a portfolio keeps them: centavos, millionths, days as dates, None where not known. A
    job counts from the day on which it was told, or by the months that are told with it; the next
    closes take it. Refused: there is no such credit or fact, it is one that servicing decides, a
    value is out of its range, a job is of a closed month, or there are newer facts beside it, which
    would hide the change.
    """
    refuse_values(changes)
    found = Credit.objects.filter(number=credit, load__as_of__lte=on).first()
    if found is None:
        raise Refused(f"El crédito {credit} no está en el libro el {on}. Revise el número.")

    def write(source: int) -> Wrote:
        """A new row in each table that has one of the facts."""
        if changes.keys() & set(JOB):
            refuse_closed(found, on)
        touched = [(m, names) for m, names in FACTS if changes.keys() & set(names)]
        for model, _ in touched:
            refuse_hidden(model, found, on)
        rows = rows_of(found.pk, found.pk, on)
        whole = with_months(rows, changes)
        before = {name: rows[name][0].as_py() for name in whole}
        wrote = Wrote(before=before, after=whole)
        dated = {"credit_id": [found.pk], "source_id": [source], "from_on": [on]}
        for model, names in touched:
            now = {name: changed(rows, name, whole) for name in names}
            wrote.appended(model, write_rows(model, pa.table({**dated, **now})))
        return wrote

    said = {name: str(value) for name, value in changes.items()}
    content = content_of([credit, on, said])
    with transaction.atomic():
        credit_turn(found)
        return once(Asked("do_record_facts", key, f"credit:{credit}", content), who, write)


def with_months(rows: pa.Table, changes: Mapping[str, object]) -> dict[str, object]:
    """A job found or lost begins to count on its day, unless its months are told with it."""
    if changes.get("employed", rows["employed"][0].as_py()) == rows["employed"][0].as_py():
        return dict(changes)
    return {"months_in_job": 0, "months_without_job": 0, **changes}


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


def refuse_closed(credit: Credit, on: date) -> None:
    """Refused: a job of a month that is closed already, in a regime that did not know of it."""
    month = open_part(credit).month
    if on < first_of(month):
        raise Refused(
            f"El crédito {credit.number} está cerrado hasta el {last_of(month - 1)}. Registre el "
            f"empleo con un día de {spelled(month)}, su mes abierto, y con los meses que lleva."
        )


def refuse_values(changes: Mapping[str, object]) -> None:
    """Refused: a fact that no loan has or that nobody tells, or a value that its declaration does
    not allow."""
    declared = facts()
    for name, value in changes.items():
        if name not in declared:
            raise Refused(f"{name} no es un dato de un crédito. Vea docs/columns.md.")
        said = declared[name][1]
        if name in DECIDED:
            raise Refused(
                f"{said.label} no se registra como dato: lo lleva el libro, y cambia con lo que se "
                "cobra y se firma. Si está mal, corrija su causa: firme lo convenido, reverse el "
                "recibo o anule el paso; el mes abierto toma la diferencia."
            )
        if value is None and not said.optional:
            raise Refused(f"{said.label} no puede quedar vacío.")
        if isinstance(value, int) and not said.least <= value <= said.most:
            raise Refused(f"{said.label}: {value} queda fuera de {said.least} a {said.most}.")
