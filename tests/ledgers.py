"""Real databases for tests: each test has its own, copied from one whose tables were made once.

`TEQUIO_TEST_POSTGRESQL` is the address of a PostgreSQL in which databases may be made.
"""

import os
import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from tequio.engine import portfolio
from tequio.engine.portfolio import Portfolio, open_portfolio
from tequio.web import start
from tequio.web.places import database

POSTGRESQL = "TEQUIO_TEST_POSTGRESQL"
KEYS = "first:" + "A" * 43 + "="
NUMBERS = count(1)


@dataclass
class Ledger:
    """One database: what a program finds in its environment to get at it."""

    vendor: str
    environment: dict[str, str]

    def use(self) -> None:
        """This process's connections go there."""
        start()
        from django.db import connections

        connections.close_all()
        home = Path(self.environment["TEQUIO_HOME"])
        settings = {"default": database(self.environment["DATABASE_URL"], home)}
        connections.settings["default"] = connections.configure_settings(settings)["default"]
        if hasattr(connections._connections, "default"):
            del connections["default"]

    def close(self) -> None:
        """Nobody is left in it; PostgreSQL's is dropped."""
        from django.db import connections

        connections.close_all()
        if self.vendor == "postgresql":
            name = urlsplit(self.environment["DATABASE_URL"]).path[1:]
            postgresql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def destroy(self) -> None:
        """The disk is gone; of PostgreSQL's, an empty database of the same name is there."""
        from django.db import connections

        self.close()
        if self.vendor == "postgresql":
            postgresql(f"CREATE DATABASE {urlsplit(self.environment['DATABASE_URL']).path[1:]}")
        else:
            name = Path(connections.settings["default"]["NAME"]).name
            for path in Path(self.environment["TEQUIO_HOME"]).glob(f"{name}*"):
                path.unlink()

    def unguarded(self, *statements: str) -> None:
        """What somebody does who owns the tables and has taken the triggers off."""
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            if self.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            else:
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                triggers = cursor.fetchall()
                for name, _ in triggers:
                    cursor.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                cursor.execute(statement)
            if self.vendor == "sqlite":
                for _, sql in triggers:
                    cursor.execute(sql)


class Templates:
    """One migrated database of each kind, made when it is first asked for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.made: dict[str, Ledger] = {}

    def copy(self, vendor: str, home: Path) -> Ledger:
        """A new empty ledger."""
        if vendor not in self.made:
            self.made[vendor] = self.migrated(vendor)
        if vendor == "sqlite":
            shutil.copy(self.folder / "tequio.sqlite3", home)
            return Ledger(vendor, environment(home, ""))
        template = urlsplit(self.made[vendor].environment["DATABASE_URL"]).path[1:]
        return Ledger(vendor, environment(home, new_database(f"TEMPLATE {template}")))

    def migrated(self, vendor: str) -> Ledger:
        """Tables made as `tequio db init` makes them."""
        url = new_database() if vendor == "postgresql" else ""
        made = Ledger(vendor, environment(self.folder, url))
        made.use()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        return made

    def drop(self) -> None:
        """PostgreSQL's template goes."""
        for made in self.made.values():
            made.close()


def environment(home: Path, url: str) -> dict[str, str]:
    """What says where a ledger is; beside an embedded one lie its keys."""
    return {
        "TEQUIO_HOME": str(home),
        "DATABASE_URL": url,
        "TEQUIO_KEYS": KEYS,
    }


def new_database(how: str = "") -> str:
    """The address of a database made now."""
    name = f"tequio_test_{os.getpid()}_{next(NUMBERS)}"
    postgresql(f"CREATE DATABASE {name} {how}")
    parts = urlsplit(os.environ[POSTGRESQL])
    return urlunsplit(parts._replace(path=f"/{name}"))


def postgresql(statement: str) -> None:
    """One statement, outside any transaction, where databases are made."""
    import psycopg

    with psycopg.connect(os.environ[POSTGRESQL], autocommit=True) as connection:
        connection.execute(statement)


def all_rows() -> dict[str, list[dict[str, object]]]:
    """Every row of every table and view, in one order, by the names of its columns."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor, include_views=True):
            if not table.startswith("sqlite"):
                cursor.execute(f"SELECT * FROM {table}")
                names = [column[0] for column in cursor.description]
                rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
                found[table] = sorted(rows, key=str)
    return found


def state(folder: Path, loans: int = 1_000, *, group: int = 0) -> Portfolio:
    """A simulated portfolio in a file, in row groups of so many credits if said."""
    from tequio.demo.state import generate_to

    path = folder / "cartera.parquet"
    generate_to(path, loans)
    if group:
        whole = open_portfolio(path)
        parts = [whole.read().slice(at, group) for at in range(0, loans, group)]
        about = whole.about
        regrouped(parts, path, about)
    return open_portfolio(path)


def regrouped(parts: list[pa.Table], path: Path, about: portfolio.About) -> None:
    """The same rows in other groups."""
    portfolio.write(parts, path, as_of=about.as_of, simulated=about.simulated, origin=about.origin)
