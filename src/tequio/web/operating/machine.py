"""What the doctor looks at on the machine: versions, keys, disk and clock."""

from __future__ import annotations

import platform
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tequio.engine.errors import Refused
from tequio.engine.manifest import PACKAGE
from tequio.web.keys import kept_in_file, key_file, keys, keys_held
from tequio.web.operating.contents import answers, keys_needed
from tequio.web.operating.findings import Finding, failure, ok, warning
from tequio.web.operating.postgresql_tools import MAJOR, refuse_older, server_major
from tequio.web.records.models import AuditEvent

PINNED = PACKAGE.parent.parent / "requirements" / "run.txt"
OLDEST_POSTGRESQL = 15
OLDEST_SQLITE = (3, 31)
NAMED = 3  # packages named in a finding
ROOM, SPARE = 2, 1 << 28  # a restore keeps two of the database; bytes that any system needs
MIB = 1 << 20
DRIFT, TOO_MUCH = 2, 60  # seconds between two clocks
# Mexico has had no summer time since 2022: who still adds an hour has old tables.
SUMMER, CENTRE = datetime(2023, 7, 1, tzinfo=UTC), timedelta(hours=-6)


def python() -> Iterator[Finding]:
    """What runs the program; an older one does not even start it."""
    yield ok("Python", platform.python_version())


def packages() -> Iterator[Finding]:
    """What is installed against what is pinned."""
    if not PINNED.is_file():
        yield warning("Paquetes", f"no está {PINNED.name}", "Trabaje desde la copia del programa.")
        return
    pinned = pins(PINNED.read_text(encoding="utf-8"))
    wrong = [f"{name} {found or 'falta'}" for name, found in astray(pinned).items()]
    if wrong:
        found = f"{len(wrong)} no son los de la lista: {', '.join(wrong[:NAMED])}"
        yield failure("Paquetes", found, "Borre .venv y repita cualquier orden: ./tequio doctor.")
    else:
        yield ok("Paquetes", f"{len(pinned)}, los de la lista")


def pins(text: str) -> dict[str, str]:
    """The versions of a list; not of what only another system needs."""
    found = re.findall(r"^([\w.-]+)==(\S+) *(?:;([^\\\n]*))?", text, re.MULTILINE)
    return {name: version for name, version, where in found if "sys_platform" not in where}


def astray(pinned: Mapping[str, str]) -> dict[str, str]:
    """The packages that are missing, or of another version."""
    wrong = {}
    for name, version in pinned.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = ""
        if found != version:
            wrong[name] = found
    return wrong


def server() -> Iterator[Finding]:
    """The database's version, and PostgreSQL's programs, without which there is no backup."""
    if connection.vendor == "sqlite":
        version = sqlite3.sqlite_version_info
        yield at_least("SQLite", version[:2], OLDEST_SQLITE, sqlite3.sqlite_version)
        return
    full = f"{server_major()}.{connection.pg_version % MAJOR}"
    yield at_least("PostgreSQL", (server_major(),), (OLDEST_POSTGRESQL,), full)
    for name in ("pg_dump", "pg_restore"):
        try:
            yield ok(name, str(refuse_older(name, server_major())))
        except Refused as why:
            yield warning(name, "no hay respaldos", str(why))


def at_least(what: str, found: tuple[int, ...], least: tuple[int, ...], said: str) -> Finding:
    """A version that must not be older than another."""
    if found >= least:
        return ok(what, said)
    wanted = ".".join(map(str, least))
    return failure(what, said, f"Hace falta {what} {wanted} o posterior: actualícelo.")


def sealing() -> Iterator[Finding]:
    """The keys: that they are there, that nobody else reads them, that none is missing."""
    with connection.cursor() as cursor:
        needed = keys_needed(cursor)
    try:
        held = set(keys_held())
        current = keys().current
    except Refused as why:
        yield failure("Llaves", "no se pueden usar", str(why))
        return
    if missing := sorted(needed - held):
        yield failure(
            "Llaves",
            f"faltan {', '.join(missing)}: hay datos personales que no abren",
            "Agréguelas detrás de las que hay; están donde las guardó aparte de los respaldos.",
        )
    elif kept_in_file() and key_file().stat().st_mode & 0o077:
        yield warning("Llaves", f"otros leen {key_file()}", f"Ciérrelo: chmod 600 {key_file()}")
    elif extra := sorted(held - needed - {current}):
        todo = "Si ningún respaldo que conserve las necesita, quítelas."
        yield warning("Llaves", f"ya no hacen falta aquí: {', '.join(extra)}", todo)
    else:
        yield ok("Llaves", f"{len(held)}; sella {current}")


def disk() -> Iterator[Finding]:
    """Room beside the database; PostgreSQL's disk is seen by its own machine only."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            size = answers(cursor, "SELECT pg_database_size(current_database())")[0][0]
        yield ok("Disco", f"la base mide {size // MIB:,} MiB; vea el del servidor allá")
        return
    path = Path(connection.settings_dict["NAME"])
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    yield room(size, shutil.disk_usage(path.parent).free)


def room(size: int, free: int) -> Finding:
    """Whether the disk bears a restore, or at least another day."""
    found = f"la base mide {size // MIB:,} MiB y quedan {free // MIB:,} MiB"
    if free < SPARE:
        return failure("Disco", found, "Libere espacio hoy: sin él no se puede registrar nada.")
    if free < ROOM * size + SPARE:
        return warning("Disco", found, "Libere espacio: un respaldo y su ensayo no caben.")
    return ok("Disco", found)


def clock() -> Iterator[Finding]:
    """The zone's tables, and whether machine, database and last event agree about now."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if SUMMER.astimezone(zone).utcoffset() != CENTRE:
        todo = "Actualice las tablas: sudo apt-get install --only-upgrade tzdata."
        yield failure("Zona horaria", "todavía tiene horario de verano", todo)
    else:
        yield ok("Zona horaria", settings.TIME_ZONE)
    now = timezone.now()
    last = AuditEvent.objects.order_by("-position").values_list("at", flat=True).first()
    if last and last > now + timedelta(seconds=DRIFT):
        todo = "Corrija el reloj: timedatectl set-ntp true."
        yield failure("Reloj", f"el último evento es del futuro: {last.isoformat()}", todo)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            there = answers(cursor, "SELECT clock_timestamp()")[0][0]
        yield drift(abs((there - timezone.now()).total_seconds()))
    else:
        yield ok("Reloj", now.astimezone(zone).isoformat(timespec="seconds"))


def drift(seconds: float) -> Finding:
    """How far the database's clock is from the machine's."""
    found = f"la base y esta máquina difieren {seconds:.1f} s"
    if seconds <= DRIFT:
        return ok("Reloj", found)
    grave = failure if seconds > TOO_MUCH else warning
    return grave("Reloj", found, "Corrija el reloj en las dos: timedatectl set-ntp true.")
