"""The examination of an installation, from what everything stands on to what it holds."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory

from tequio.core.months import spelled
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.web.operating import machine
from tequio.web.operating.contents import answers
from tequio.web.operating.findings import Check, Finding, failure, ok, warning
from tequio.web.ready import pending, reachable, unknown
from tequio.web.records.audit import verify
from tequio.web.records.loading import unfinished
from tequio.web.records.months import half_closed
from tequio.web.records.status import place, status


def examine() -> Iterator[Finding]:
    """Everything in turn; what needs a database that is not there is not looked at."""
    yield from machine.python()
    yield from machine.packages()
    answered = list(database())
    yield from answered
    if any(finding.todo for finding in answered):
        return
    for check in CHECKS:
        yield from survived(check)


def survived(check: Check) -> Iterator[Finding]:
    """A check, or that it could not be made."""
    try:
        yield from check()
    except (DatabaseError, Refused, OSError) as why:
        name = check.__name__
        yield failure(name, str(why).splitlines()[0], "Revise la base y repita la orden.")


def database() -> Iterator[Finding]:
    """That it answers, and that its tables are those of this program."""
    try:
        with reachable():
            connection.ensure_connection()
            newer, steps = unknown(), pending()
    except (Refused, DatabaseError, InconsistentMigrationHistory) as why:
        yield failure("Base", place(), str(why))
        return
    yield ok("Base", place())
    if newer:
        todo = "Actualice el programa, o restaure un respaldo: ./tequio restore CARPETA."
        yield failure("Tablas", f"de una versión más nueva: {newer[0]}", todo)
    elif steps:
        todo = "Respalde y póngala al día: ./tequio backup -o CARPETA && ./tequio db init."
        yield failure("Tablas", f"faltan {len(steps)} pasos, desde {steps[0]}", todo)
    else:
        yield ok("Tablas", "al día")


def journal() -> Iterator[Finding]:
    """SQLite with a log of its own, so that readers do not wait for the writer."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            mode = answers(cursor, "PRAGMA journal_mode")[0][0]
        if mode == "wal":
            yield ok("Modo WAL", "sí")
        else:
            todo = "Ponga la base en un disco de esta máquina; en uno de red no funciona."
            yield warning("Modo WAL", f"no: {mode}", todo)


def loads() -> Iterator[Finding]:
    """Portfolios of which a part is missing."""
    for load in unfinished():
        todo = "Termínela: ./tequio db load con el mismo archivo."
        yield failure("Cargas", f"la del {load.as_of} quedó a medias", todo)
    if not unfinished():
        yield ok("Cargas", "completas")


def closes() -> Iterator[Finding]:
    """Months of which a part is not closed."""
    for month in half_closed():
        todo = f"Termínelo: ./tequio close {spelled(month)}"
        yield failure("Cierres", f"el de {spelled(month)} quedó a medias", todo)
    if not half_closed():
        yield ok("Cierres", "completos")


def balance() -> Iterator[Finding]:
    """All accounts together are nothing."""
    if left := status().left_over:
        todo = "No registre nada más; restaure el último respaldo bueno en otra base y compare."
        yield failure("Balanza", f"sobran {pesos(left, 2)}", todo)
    else:
        yield ok("Balanza", "suma cero")


def chain() -> Iterator[Finding]:
    """Every event and the rows that it answers for."""
    found = verify()
    if found.fault:
        told = f"el evento {found.fault.position} {found.fault.why}"
        todo = "No registre nada más; restaure en otra base el último respaldo bueno y compare."
        yield failure("Auditoría", told, todo)
    else:
        yield ok("Auditoría", f"{found.events:,} eventos en orden")


CHECKS: tuple[Check, ...] = (
    machine.server,
    machine.sealing,
    machine.disk,
    machine.clock,
    journal,
    loads,
    closes,
    balance,
    chain,
)
