"""Where the records are: `DATABASE_URL`, or a SQLite file in `TEQUIO_HOME` (`./var`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from tequio.engine.errors import Refused

ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers do not wait for the writer
    "PRAGMA synchronous = FULL",  # a payment that was said to be booked outlives a power cut
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",  # 64 MiB
)
WAITS = 30  # seconds for another writer, or for a server to answer


def home() -> Path:
    """The folder of the embedded database and of its keys."""
    return Path(os.environ.get("TEQUIO_HOME") or "var")


def database_url() -> str:
    """What the office says; empty for the embedded database."""
    return os.environ.get("DATABASE_URL", "")


def hosts() -> list[str]:
    """The names under which the server answers: `TEQUIO_HOSTS`, or this machine alone."""
    return (os.environ.get("TEQUIO_HOSTS") or "localhost,127.0.0.1,[::1]").split(",")


def over_https() -> bool:
    """Whether people reach the server over HTTPS: always, but on one's own machine with
    `TEQUIO_HTTP=only-here`."""
    return os.environ.get("TEQUIO_HTTP") != "only-here"


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's description of a database. Refused: an address that is neither of the two kinds."""
    settings = parsed(url) if url else {"ENGINE": ENGINES[0], "NAME": folder / "tequio.sqlite3"}
    if settings["ENGINE"] == ENGINES[0]:
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # two writers queue; neither fails half-way
            "timeout": WAITS,
            "init_command": "; ".join(PRAGMAS),
        }
    else:
        settings.setdefault("OPTIONS", {}).setdefault("connect_timeout", WAITS)
    return settings


def parsed(url: str) -> dict[str, Any]:
    """An address taken apart; what it says is not repeated, for it may hold a password."""
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        settings = {}
    if settings.get("ENGINE") not in ENGINES or not settings.get("NAME"):
        raise Refused(
            "DATABASE_URL no se entiende. Escríbala como "
            "postgresql://usuario:clave@servidor:5432/base o sqlite:///carpeta/archivo.sqlite3."
        )
    return settings
