"""A backup back in its place, and proof that it is the same ledger.

What was there stands aside until the end: if anything fails it comes back, as if nothing had been
asked.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from tequio.core.spelling import pesos
from tequio.engine.drafts import whole
from tequio.engine.errors import Refused
from tequio.web.keys import kept_in_file, key_file, keys_held, parsed, write_keys
from tequio.web.operating.backups import BEFORE, FILES, KEYS, Manifest, read_manifest
from tequio.web.operating.contents import answers, contents
from tequio.web.operating.postgresql_tools import refuse_older, run
from tequio.web.ready import known_migrations, pending
from tequio.web.records.audit import verify
from tequio.web.records.status import place, status

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HOUSEKEEPING = ("django", "sqlite", "auth")  # whose tables say nothing of anybody
LOOKS = 10  # in a second
TOLD = 3  # tables named in a refusal


@dataclass(frozen=True, slots=True)
class Plan:
    """A restore that may be made."""

    folder: Path
    manifest: Manifest
    place: str
    occupied: bool  # something would be lost


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now."""

    place: str
    made_at: str
    rows: int
    steps: tuple[str, ...]  # migrations that the backup lacked
    events: int
    head: str
    keys_missing: tuple[str, ...]  # without these some personal facts do not open


def plan(folder: Path) -> Plan:
    """Look before touching. Refused: the backup is not sound, or not for this place."""
    made = read_manifest(folder)
    if made.database != connection.vendor:
        raise Refused(
            f"El respaldo es de {NAMES[made.database]} y el libro está en "
            f"{NAMES[connection.vendor]} ({place()}). Ponga DATABASE_URL como cuando se hizo."
        )
    if newer := [name for name in made.migrations if name not in known_migrations()]:
        raise Refused(
            f"El respaldo es de una versión más nueva del programa ({newer[0]}). "
            "Actualice el programa y repita."
        )
    if connection.vendor == "postgresql":
        refuse_older("pg_restore", int(made.versions["pg_dump"]))
    refuse_other_keys(folder, made)
    return Plan(folder, made, place(), occupied())


def do_restore(asked: Plan, progress: Callable[[int, int], None] | None = None) -> Restored:
    """The backup into its place. Refused, with all as it was: it is not what its manifest says."""
    made = asked.manifest
    with (aside_schema if connection.vendor == "postgresql" else aside_file)():
        bring(asked.folder / FILES[connection.vendor])
        with connection.cursor() as cursor:
            found = contents(cursor)
        for table, count in made.rows.items():
            if found.rows.get(table) != count:
                raise Refused(
                    f"El respaldo dice {count:,} filas de {table} y trae "
                    f"{found.rows.get(table, 0):,}. Use otro respaldo."
                )
        steps = tuple(pending())
        call_command("migrate", verbosity=0, interactive=False)
        if left := status().left_over:
            raise Refused(f"El respaldo no cuadra: sobran {pesos(left, 2)}. Use otro respaldo.")
        read = verify(head=made.head, progress=progress)
        if read.fault or read.head != made.head:
            why = read.fault.why if read.fault else "no es el último que dice el respaldo."
            position = read.fault.position if read.fault else read.events
            raise Refused(f"El respaldo no es fiel: el evento {position} {why} Use otro.")
    bring_keys(asked.folder, made)
    missing = set(found.keys) - keys_held().keys()
    total = sum(made.rows.values())
    return Restored(
        place(), made.made_at, total, steps, read.events, read.head, tuple(sorted(missing))
    )


def occupied() -> bool:
    """Whether there are rows. Refused: tables that are not ours, which would be lost."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            return False
    with connection.cursor() as cursor:
        tables = [t.name for t in connection.introspection.get_table_list(cursor) if t.type == "t"]
        apps = set(HOUSEKEEPING)
        if "django_migrations" in tables:
            apps |= {app for (app,) in answers(cursor, "SELECT app FROM django_migrations")}
        ours = [table for table in tables if table.partition("_")[0] in apps]
        if others := sorted(set(tables) - set(ours)):
            raise Refused(
                f"{place()} tiene tablas que no son del libro ({', '.join(others[:TOLD])}). "
                "Use una base para el libro solo."
            )
        kept = [table for table in ours if not table.startswith(HOUSEKEEPING)]
        return any(answers(cursor, f"SELECT 1 FROM {table} LIMIT 1") for table in kept)  # noqa: S608


def bring(path: Path) -> None:
    """The file of a backup into the empty place."""
    if connection.vendor == "postgresql":
        words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        run("pg_restore", *words, str(path))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what the database plans by is not in a backup
        return
    with whole(Path(connection.settings_dict["NAME"])) as draft:
        shutil.copyfile(path, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())


@contextmanager
def aside_file() -> Iterator[None]:
    """SQLite's file beside its place. Refused: another program has it open."""
    path = Path(connection.settings_dict["NAME"])
    before = path.with_name(f"{path.name}.{BEFORE}")
    if before.exists():
        raise Refused(
            f"Una restauración anterior se cortó y dejó {before}. Póngalo en su lugar, o bórrelo."
        )
    connections.close_all()
    if path.exists():
        fold(path)
        path.rename(before)
    try:
        yield
    except BaseException:
        connections.close_all()
        for rest in ("", "-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        if before.exists():
            before.rename(path)
        raise
    before.unlink(missing_ok=True)


def fold(path: Path) -> None:
    """Everything into the one file, which only somebody who is alone with it can do."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as alone:
            alone.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as why:
        raise Refused(f"Otro programa tiene abierto {path}. Deténgalo y repita.") from why


@contextmanager
def aside_schema() -> Iterator[None]:
    """PostgreSQL's schema under another name. Refused: others are connected, or it is not ours."""
    refuse_company()
    try:
        statements(
            f"ALTER SCHEMA public RENAME TO {BEFORE}",
            "CREATE SCHEMA public",
            "GRANT USAGE ON SCHEMA public TO PUBLIC",  # as a new database has it
        )
    except DatabaseError as why:
        said = str(why).splitlines()[0]
        raise Refused(
            f"No se pudo apartar lo que hay en {place()}: {said}. Restaure con el dueño de la base."
        ) from why
    try:
        yield
    except BaseException:
        connections.close_all()
        statements("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {BEFORE} RENAME TO public")
        raise
    statements(f"DROP SCHEMA {BEFORE} CASCADE")


def refuse_company() -> None:
    """Refused: others are connected, and stay; whoever is leaving is waited for."""
    sql = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    for _ in range(LOOKS):
        with connection.cursor() as cursor:
            others = answers(cursor, sql)[0][0]
        if not others:
            return
        time.sleep(1 / LOOKS)
    raise Refused(f"{others} conexiones más tienen abierto {place()}. Deténgalas y repita.")


def statements(*several: str) -> None:
    """All of them or none."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in several:
            cursor.execute(statement)


def refuse_other_keys(folder: Path, made: Manifest) -> None:
    """Refused: a key of the backup has the name of another that is here."""
    held = keys_held()
    for name, key in keys_in(folder, made).items():
        if held.get(name, key) != key:
            raise Refused(
                f"La llave {name!r} del respaldo no es la que hay aquí con ese nombre. "
                f"Aparte las de aquí ({key_file()} o TEQUIO_KEYS) y repita."
            )


def bring_keys(folder: Path, made: Manifest) -> None:
    """Beside an embedded database its keys; the keys of an office are for the office to place."""
    found = keys_in(folder, made)
    if found and kept_in_file():
        write_keys({**keys_held(), **found})  # what seals here goes on sealing


def keys_in(folder: Path, made: Manifest) -> dict[str, bytes]:
    """The keys that a backup carries."""
    if KEYS not in made.files:
        return {}
    path = folder / KEYS
    return dict(parsed(path.read_text(encoding="utf-8").strip(), str(path)).all)
