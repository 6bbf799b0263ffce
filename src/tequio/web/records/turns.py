"""Whose turn it is: one close at a time, a moment in which no booking is half done, and one write
at a time on what servicing keeps of a credit.

A lock goes with who holds it: whoever dies leaves nothing locked. Readers never ask.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from tequio.engine.errors import Refused
from tequio.web.records.models import Credit

# Any numbers, the same for all.
CLOSE_LOCK, BOOKS_LOCK, KEYS_LOCK, INTAKE_LOCK = range(7_368_110_646, 7_368_110_650)
# From here on, a lock a part of a load, one a credit, and one a deposit.
PARTS, CREDITS, DEPOSITS = 1 << 60, 1 << 61, 1 << 62
TURN_OF_A_CREDIT = "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)"  # in order
BUSY = (
    "Otro cierre está en curso: espere a que termine. Si aquel se interrumpió, repita la orden y "
    "este continúa donde iba."
)


@contextmanager
def one_close() -> Iterator[None]:
    """Nobody else closes meanwhile. Refused: somebody does."""
    with on_postgresql() if connection.vendor == "postgresql" else on_sqlite():
        yield


@contextmanager
def on_postgresql() -> Iterator[None]:
    """A lock of the session; the server frees it when the session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [CLOSE_LOCK])
        if not cursor.fetchone()[0]:
            raise Refused(BUSY)
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CLOSE_LOCK])


@contextmanager
def on_sqlite() -> Iterator[None]:
    """A second database beside the ledger, held in a transaction: the system frees it when the
    process ends, and the ledger itself stays open for others."""
    path = Path(connection.settings_dict["NAME"])
    beside = sqlite3.connect(path.with_name(f"{path.name}.close"), timeout=0, isolation_level=None)
    try:
        try:
            beside.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as why:
            raise Refused(BUSY) from why
        yield
    finally:
        beside.close()


def books_open() -> None:
    """Call it before new movements or receipts get their keys; held until the commit, so that no
    mark is set between. Others who write are not waited for."""
    lock("pg_advisory_xact_lock_shared", BOOKS_LOCK)


@contextmanager
def books_closed() -> Iterator[None]:
    """Inside, no key of a movement or receipt is waiting for its commit, but those of parts that a
    close is writing. Short, since whoever writes waits."""
    with held(BOOKS_LOCK):
        yield


@contextmanager
def keys_turn() -> Iterator[None]:
    """Only one write at a time draws keys by the hundred thousand."""
    with held(KEYS_LOCK):
        yield


@contextmanager
def held(key: int) -> Iterator[None]:
    """A lock for a moment inside a transaction: taking the savepoint back frees it, and nothing may
    be written meanwhile."""
    here = transaction.savepoint()
    try:
        lock("pg_advisory_xact_lock", key)
        yield
    finally:
        transaction.savepoint_rollback(here)


def part_turn(source: int) -> None:
    """Only one write at a time changes what servicing keeps of the credits that came in with a
    source key: a close of them, or steps of single ones, which wait for it. Until the commit."""
    lock("pg_advisory_xact_lock", PARTS + source)


def credit_turn(credit: Credit) -> None:
    """Only one write at a time changes what servicing keeps of a credit. Until the commit; call it
    before reading the credit, and before `books_open`."""
    if connection.vendor == "postgresql":
        keys = [PARTS + credit.source_id, CREDITS + credit.pk]
        with connection.cursor() as cursor:
            cursor.execute(TURN_OF_A_CREDIT, keys)


def intake_turn() -> None:
    """Only one write at a time takes payments, so that none is taken twice. Until the commit; call
    it before `books_open`."""
    lock("pg_advisory_xact_lock", INTAKE_LOCK)


def deposit_turn(deposit: int) -> None:
    """Only one write at a time disposes of a deposit. Until the commit; call it before
    `books_open`."""
    lock("pg_advisory_xact_lock", DEPOSITS + deposit)


def lock(how: str, key: int) -> None:
    """On SQLite there is one writer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {how}(%s)", [key])
