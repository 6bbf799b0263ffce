"""Whether the database is there and as the program expects it; what makes it so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tequio.engine.errors import Refused
from tequio.web import start
from tequio.web.keys import keys, make_first_key
from tequio.web.places import home


def init() -> list[str]:
    """Make the tables, or bring them up to date, and the first keys. The steps that were taken."""
    home().mkdir(parents=True, exist_ok=True)
    start()
    from django.core.management import call_command

    make_first_key()
    keys()
    with reachable():
        steps = pending()
        call_command("migrate", verbosity=0, interactive=False)
    return steps


def open_ledger() -> None:
    """Set everything up to work with records. Refused: no database, or one of another version.

    Keys are asked for by whoever seals or opens: to write a snapshot needs none.
    """
    start()
    with reachable():
        if newer := unknown():
            raise Refused(
                f"La base es de una versión más nueva del programa ({newer[0]}). "
                "Actualice el programa, o restaure un respaldo con: ./tequio restore."
            )
        if steps := pending():
            raise Refused(
                f"La base no está al día: faltan {len(steps)} pasos. "
                "Póngala al día con: ./tequio db init."
            )


def is_new() -> bool:
    """Whether nobody has made the tables yet."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    home().mkdir(parents=True, exist_ok=True)
    start()
    with reachable():
        return not MigrationRecorder(connection).applied_migrations()


def pending() -> list[str]:
    """The migrations that the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration.name for migration, _ in plan]


def unknown() -> list[str]:
    """The migrations of the database that this program has never heard of."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = (f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return sorted(set(applied) - known_migrations())


def known_migrations() -> set[str]:
    """The migrations of this program: `records.0001_first_tables`."""
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


@contextmanager
def reachable() -> Iterator[None]:
    """Refused where the database does not answer."""
    from django.db import OperationalError

    try:
        yield
    except OperationalError as why:
        raise Refused(
            f"La base de datos no responde: {str(why).splitlines()[0]}. "
            "Revise DATABASE_URL o TEQUIO_HOME, y que el servidor esté encendido."
        ) from why
