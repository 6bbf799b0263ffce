"""PostgreSQL's own programs, which write a database to a file and read it back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tequio.engine.errors import Refused

MAJOR = 10_000  # of the number by which a server says its version: 150018 is 15.18


def server_major() -> int:
    """The version of the server: 15."""
    return int(connection.pg_version) // MAJOR


def client_major(name: str) -> int:
    """The version of one of the programs. Refused: it is not installed."""
    if not shutil.which(name):
        raise Refused(
            f"Falta {name}, de PostgreSQL. Instálelo: sudo apt-get install postgresql-client."
        )
    said = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"\) (\d+)", said.stdout)
    if not found:
        raise Refused(f"{name} no dice su versión. Revise cuál se encuentra en el PATH.")
    return int(found[1])


def refuse_older(name: str, needed: int) -> int:
    """The version of one of the programs. Refused: an older one than what it must understand."""
    mine = client_major(name)
    if mine < needed:
        raise Refused(
            f"{name} es de la versión {mine} y hace falta la {needed} o posterior. "
            f"Instálela: sudo apt-get install postgresql-client-{needed}."
        )
    return mine


def run(name: str, *words: str) -> None:
    """One of the programs, on our database; the password goes by the environment, not by name."""
    connection.ensure_connection()
    there = connection.connection.info
    given = connection.get_connection_params()
    # Only what we gave: our driver's library knows options that an older program does not.
    words_of = {word: given[word] for word in conninfo_to_dict(there.dsn) if word in given}
    done = subprocess.run(  # noqa: S603 - our own words
        [name, f"--dbname={make_conninfo(**words_of)}", *words],
        env={**os.environ, "PGPASSWORD": there.password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no dijo por qué"])[0]
        raise Refused(f"{name} no terminó: {why}. Revise el servidor y repita la orden.")
