"""How anything is written: one verb, one transaction, one audit event, once for each key.

Whoever writes brings a key. The same key with the same content has no effect, and says so; with
another content it is refused. Two who bring the same key at once queue behind it. The chain of
events is ordered by a lock that is taken last and held until the commit, so that bulk rows of two
writers go in side by side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache
from typing import Any

import pyarrow as pa
from django.db import connection, models, transaction
from django.utils import timezone

from tequio.engine.errors import Refused
from tequio.engine.manifest import RULES, code_sha256
from tequio.engine.rulebook import published
from tequio.servicing.law import HERE
from tequio.web.records.models import HASH, AuditEvent, SourceKey
from tequio.web.records.tables import rows_sha256, schema_of

ROOMS = (*RULES, "servicing", "web")  # what decides the figures of the ledger
CHAIN_LOCK = 7_368_110_645  # any number, the same for all writers
KEY_MOST = 200
FIRST = "0" * HASH  # what the first event follows


@dataclass(frozen=True, slots=True)
class Who:
    """Who asked for a write, and who carried it out."""

    initiated: str
    executed: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A write before it is made."""

    verb: str
    key: str
    subject: str
    content: str  # SHA-256 of all that decides what is written


@dataclass(slots=True)
class Wrote:
    """What a write found and left: for its event."""

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    rows: dict[str, tuple[int, str]] = field(default_factory=dict)

    def appended(self, model: type[models.Model], rows: pa.Table) -> None:
        """Rows that the event answers for, whole and in the order of their keys."""
        assert rows.column_names == schema_of(model).names, "every column is hashed"
        self.rows[model._meta.model_name] = (rows.num_rows, rows_sha256(rows))  # noqa: SLF001


def once(asked: Asked, who: Who, write: Callable[[int], Wrote]) -> bool:
    """Write, unless it was written before; `write` takes the number of the source key.

    True: written now. False: it was there already, the same. Refused: the key was used for
    something else.
    """
    with transaction.atomic():
        source = claim(asked.key, asked.content)
        if source is None:
            return False
        append_event(asked, who, source, write(source))
    return True


def claim(key: str, content: str, part_of: int | None = None) -> int | None:
    """The number of a key that is ours from now on; None if the same was written before."""
    sql = (
        "INSERT INTO records_sourcekey (key, content, part_of_id) VALUES (%s, %s, %s) "
        "ON CONFLICT (key) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_key(key), content, part_of])
        mine = cursor.rowcount == 1
    found = SourceKey.objects.get(key=key)
    if mine:
        return int(found.pk)
    if found.content != content:
        raise other_content(key)
    return None


def as_key(key: str) -> str:
    """The key. Refused: it is empty, too long or cannot be printed."""
    if not key.isprintable() or not 0 < len(key) <= KEY_MOST:
        raise Refused(f"La clave {key[:40]!r} no sirve: de 1 a {KEY_MOST} letras o números.")
    return key


def other_content(key: str) -> Refused:
    """Why a key is not taken twice."""
    return Refused(
        f"La clave {key!r} ya se usó con otro contenido. Si es otro movimiento, dele otra "
        "clave; si es una corrección, regístrela como tal."
    )


def append_event(asked: Asked, who: Who, source: int, wrote: Wrote) -> None:
    """The next link of the chain."""
    if connection.vendor == "postgresql":  # elsewhere there is one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEvent.objects.order_by("-position").first()
    event = AuditEvent(
        position=last.position + 1 if last else 1,
        source_id=source,
        at=timezone.now(),
        verb=asked.verb,
        subject=asked.subject,
        initiated_by=who.initiated,
        executed_by=who.executed,
        before=as_json(wrote.before),
        after=as_json(wrote.after),
        rows=as_json(wrote.rows),
        code_sha256=code_sha256(ROOMS),
        law_sha256=law_sha256(),
        previous=last.hash if last else FIRST,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)


@cache
def law_sha256() -> str:
    """The hash of every value of the law: the programmes' and servicing's."""
    own = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.toml"))]
    return content_of([published().sha256, *own])


def hash_of(event: AuditEvent) -> str:
    """What an event's hash must be: all that it says, and the hash before it."""
    columns = [f.attname for f in AuditEvent._meta.concrete_fields if f.name != "hash"]  # noqa: SLF001
    said = {name: getattr(event, name) for name in columns}
    said["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return content_of(said)


def content_of(said: Any) -> str:
    """SHA-256 of anything that JSON can say."""
    return hashlib.sha256(as_json(said).encode()).hexdigest()


def as_json(said: Any) -> str:
    """One way of writing it; dates as ISO."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
