"""A backup: a folder with the database in one file, and a manifest of what that file holds.

It is of one instant, and nobody waits for it: SQLite's online copy and PostgreSQL's exported
snapshot both leave writers alone. What the manifest says was counted in that same instant.
"""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import UTC
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction
from django.utils import timezone

from tequio.engine.drafts import draft_of
from tequio.engine.errors import Refused
from tequio.engine.manifest import code_sha256, sha256, write_json
from tequio.engine.rulebook import published
from tequio.web.keys import as_text, keys
from tequio.web.operating.contents import Contents, contents
from tequio.web.operating.postgresql_tools import refuse_older, run, server_major

FILES = {"sqlite": "tequio.sqlite3", "postgresql": "tequio.dump"}
KEYS, MANIFEST = "keys.txt", "manifest.json"
BEFORE = "tequio_before"  # where a restore keeps what was there until it has ended


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    database: str  # Django's name of its kind: sqlite, postgresql
    versions: dict[str, str]
    code_sha256: str
    law_sha256: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    head: str
    keys: tuple[str, ...]  # names; the keys themselves lie elsewhere
    files: dict[str, str]  # SHA-256


def do_backup(folder: Path, *, with_keys: bool) -> Manifest:
    """Write a backup, whole or not at all. Refused: the folder has something in it already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} ya tiene algo. Dé una carpeta nueva con -o.")
    draft = draft_of(folder.resolve())
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.mkdir(mode=0o700)
    try:
        made = fill(draft, with_keys=with_keys)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def fill(folder: Path, *, with_keys: bool) -> Manifest:
    """The files, and what they are."""
    path = folder / FILES[connection.vendor]
    held, versions = (dump if connection.vendor == "postgresql" else copy)(path)
    if with_keys:
        (folder / KEYS).touch(mode=0o600)
        (folder / KEYS).write_text(as_text(keys().all), encoding="utf-8")
    made = Manifest(
        made_at=timezone.now().astimezone(UTC).isoformat(timespec="seconds"),
        database=connection.vendor,
        versions={
            "python": platform.python_version(),
            "django": django.get_version(),
            **versions,
        },
        code_sha256=code_sha256(),
        law_sha256=published().sha256,
        **asdict(held),
        files={file.name: sha256(file) for file in sorted(folder.iterdir())},
    )
    write_json(folder / MANIFEST, asdict(made))
    return made


def copy(path: Path) -> tuple[Contents, dict[str, str]]:
    """SQLite's online copy, in one step: one instant of the source, whoever writes meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as there:
        connection.connection.backup(there)
        there.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        fault = there.execute("PRAGMA quick_check").fetchone()[0]
        if fault != "ok":
            raise Refused(f"La base está dañada: {fault}. Restaure el último respaldo bueno.")
        return contents(there.cursor()), {"sqlite": sqlite3.sqlite_version}


def dump(path: Path) -> tuple[Contents, dict[str, str]]:
    """pg_dump's copy of the instant that this transaction sees."""
    client = refuse_older("pg_dump", server_major())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        instant = cursor.fetchone()[0]
        held = contents(cursor)
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",  # another server has other roles
            "--no-privileges",
            f"--exclude-schema={BEFORE}",
            f"--snapshot={instant}",
            f"--file={path}",
        )
    return held, {"postgresql": str(server_major()), "pg_dump": str(client)}


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself. Refused: it is none, or a file of it is not as it was."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Refused(f"{folder} no es un respaldo: le falta {MANIFEST}.")
    try:
        found = parsed(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as why:
        raise Refused(f"{path} no se entiende: fue cambiado. Use otro respaldo.") from why
    for name, digest in found.files.items():
        file = folder / name
        if not file.is_file():
            raise Refused(f"Al respaldo le falta {file}. Use otro respaldo.")
        if sha256(file) != digest:
            raise Refused(f"{file} fue cambiado: no da su huella. Use otro respaldo.")
    return found


def parsed(said: Mapping[str, Any]) -> Manifest:
    """A manifest out of JSON; an error where something is missing or is something else."""
    made = Manifest(
        **{f.name: tuple(v) if isinstance(v := said[f.name], list) else v for f in fields(Manifest)}
    )
    position, _, head = made.head.partition(":")
    if not (isinstance(made.rows, dict) and isinstance(made.versions, dict)):
        raise ValueError
    if made.database == "postgresql":
        int(made.versions["pg_dump"])  # a restore asks for it
    known = {FILES[made.database], KEYS}
    if not (position.isdigit() and head and FILES[made.database] in made.files.keys() <= known):
        raise ValueError
    return made
