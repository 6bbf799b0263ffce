"""The chain read again from its first link, and the rows that each link answers for.

What is found: an event changed, missing, put in or put in another place; rows of the ledger
changed, missing or added behind the events' back. Somebody who owns the database and rewrites the
whole chain is found only by a head noted elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps

from tequio.web.records.models import AuditEvent, SourceKey
from tequio.web.records.tables import FEW, rows_of_source, rows_sha256
from tequio.web.records.writing import FIRST, hash_of


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event that is not as it was written, and why."""

    position: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read; `fault` is None when all of it is sound."""

    events: int
    head: str  # `position:hash` of the last event: note it elsewhere
    fault: Fault | None = None


def verify(*, head: str = "", progress: Callable[[int, int], None] | None = None) -> Verified:
    """Read the chain to its end or to its first fault. `head`: one noted before, to be found."""
    count = AuditEvent.objects.count()
    last, read = FIRST, 0
    for event in AuditEvent.objects.order_by("position").iterator():
        if fault := fault_of(event, read + 1, last):
            return Verified(read, f"{read}:{last}", fault)
        if head.startswith(f"{event.position}:") and head != f"{event.position}:{event.hash}":
            why = "no es el que se anotó: la cadena se reescribió."
            return Verified(read, f"{read}:{last}", Fault(event.position, why))
        last, read = event.hash, event.position
        if progress:
            progress(read, count)
    return Verified(read, f"{read}:{last}", fault_at_end(read, head))


def fault_of(event: AuditEvent, position: int, previous: str) -> Fault | None:
    """What is wrong with an event that must be at a position, after that hash."""
    if event.position != position:
        return Fault(position, "falta.")
    if hash_of(event) != event.hash:
        return Fault(position, "fue cambiado: su contenido no da su huella.")
    if event.previous != previous:
        return Fault(position, "no sigue al anterior: uno de los dos fue insertado o rehecho.")
    for name, (count, digest) in json.loads(event.rows).items():
        rows = rows_of_source(apps.get_model("records", name), event.source_id, few=count <= FEW)
        if rows.num_rows != count:
            return Fault(position, f"dejó {count:,} filas en {name} y hay {rows.num_rows:,}.")
        if rows_sha256(rows) != digest:
            return Fault(position, f"las filas que dejó en {name} fueron cambiadas.")
    return None


def fault_at_end(read: int, head: str) -> Fault | None:
    """What only shows when all events were read: an end cut off, rows that no event made."""
    if orphan := SourceKey.objects.filter(auditevent=None, part_of__auditevent=None).first():
        why = f"falta, o sobran filas: la clave {orphan.key!r} no tiene evento."
        return Fault(read + 1, why)
    if head and int(head.partition(":")[0]) > read:
        return Fault(read + 1, "falta: la cadena llegaba más lejos cuando se anotó.")
    return None
