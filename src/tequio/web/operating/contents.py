"""What a database holds, told by the database itself, so that two of them can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from tequio.web.records.people import SEALED
from tequio.web.records.writing import FIRST

FIND = {"sqlite": "instr", "postgresql": "strpos"}


class Cursor(Protocol):
    """Django's own, or that of a file which Django does not know of."""

    def execute(self, sql: str, /) -> object:
        """Ask."""

    def fetchall(self) -> list[Any]:
        """The answer."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Enough to know a database again."""

    migrations: tuple[str, ...]  # `records.0001_first_tables`, in the order in which they came
    rows: dict[str, int]  # of each table
    head: str  # `position:hash` of the last event of the chain
    keys: tuple[str, ...]  # the names of the keys without which some personal fact does not open


def contents(cursor: Cursor) -> Contents:
    """What is there, as one transaction of the cursor's sees it."""
    migrations = answers(cursor, "SELECT app, name FROM django_migrations ORDER BY id")
    tables = sorted(connection.introspection.django_table_names(only_existing=True))
    last = "SELECT position, hash FROM records_auditevent ORDER BY position DESC LIMIT 1"
    position, head = (answers(cursor, last) or [(0, FIRST)])[0]
    return Contents(
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
        rows={table: answers(cursor, f"SELECT count(*) FROM {table}")[0][0] for table in tables},  # noqa: S608
        head=f"{position}:{head}",
        keys=tuple(sorted(keys_needed(cursor))),
    )


def keys_needed(cursor: Cursor) -> set[str]:
    """The names of the keys that sealed what is sealed, in the tables that there are: an older
    database lacks some."""
    needed: set[str] = set()
    there = connection.introspection.django_table_names(only_existing=True)
    for model, names in SEALED.items():
        table = model._meta.db_table  # noqa: SLF001 - Django's own
        for name in names if table in there else ():
            column = f"{name}_sealed"
            key = f"substr({column}, 1, {FIND[connection.vendor]}({column}, '.') - 1)"
            sql = f"SELECT DISTINCT {key} FROM {table} WHERE {column} <> ''"  # noqa: S608
            needed |= {name for (name,) in answers(cursor, sql)}
    return needed


def answers(cursor: Cursor, sql: str) -> list[Any]:
    """What a question is answered."""
    cursor.execute(sql)
    return list(cursor.fetchall())
