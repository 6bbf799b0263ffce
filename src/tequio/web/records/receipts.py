"""Money received: kept when it comes, placed by the close of its month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from tequio.engine.errors import Refused
from tequio.servicing.accounts import CHANNEL_LABELS, Ints
from tequio.servicing.posting import INTENT_LABELS
from tequio.web.records.known import refuse_settled
from tequio.web.records.models import Credit, Receipt, SourceKey
from tequio.web.records.posting import ids_of
from tequio.web.records.tables import new_ids, rows_sha256, write_rows
from tequio.web.records.turns import books_open
from tequio.web.records.writing import (
    Asked,
    Who,
    Wrote,
    as_key,
    content_of,
    once,
    other_content,
)

AT_A_TIME = 5_000  # keys asked for in one query


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """Receipts as they come from a bank or an employer; one entry each."""

    keys: Sequence[str]  # the sender's own name of each
    numbers: Sequence[str]  # credit numbers
    day: Ints  # value day, days since 1970-01-01
    amount: Ints  # centavos
    channel: Ints  # `servicing.accounts.Channel`
    intent: Ints  # `servicing.posting.Intent`
    from_employer: Ints  # 1: the employer's 5 %

    def table(self) -> pa.Table:
        """What decides whether two receipts are the same."""
        return pa.table(
            {
                "number": list(self.numbers),
                "day": pa.array(self.day.astype(np.int32)).cast(pa.date32()),
                "amount": self.amount,
                "channel": self.channel,
                "intent": self.intent,
                "from_employer": self.from_employer > 0,
            }
        )

    def contents(self) -> list[str]:
        """The hash of each."""
        return [content_of(list(row.values())) for row in self.table().to_pylist()]

    def take(self, rows: Sequence[int]) -> Received:
        """Some of them, in that order."""
        columns = [getattr(self, one.name) for one in fields(self)]
        some = [[of[at] for at in rows] for of in columns[:2]]
        return Received(*some, *(of[np.array(rows, np.int64)] for of in columns[2:]))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a batch of receipts did: how many are new, and those that were there before."""

    new: int
    repeated: tuple[str, ...]


def do_post_receipts(key: str, received: Received, who: Who) -> Kept:
    """Keep a batch of receipts under its key, all of it or nothing.

    A receipt that was kept before with the same content is left out and named; with another, the
    whole batch is refused. Refused too: a credit that is not in the ledger, no amount, a channel or
    an intent that does not exist. One for a day of a closed month is placed by the next close.
    """
    refuse_odd(received)
    contents = received.contents()
    asked = Asked(
        "do_post_receipts",
        key,
        f"receipts:{len(contents)}",
        content_of([rows_sha256(received.table()), list(received.keys)]),
    )
    done = Kept(0, tuple(received.keys))

    def write(source: int) -> Wrote:
        """The receipts that are new."""
        nonlocal done
        books_open()
        known = known_among(received.keys)
        for name, content in zip(received.keys, contents, strict=True):
            if known.get(name, content) != content:
                raise other_content(name)
        fresh = [at for at, name in enumerate(received.keys) if name not in known]
        done = Kept(len(fresh), tuple(name for name in received.keys if name in known))
        wrote = Wrote(after={"receipts": done.new, "repeated": list(done.repeated)})
        new = received.take(fresh)
        append_receipts(new, payable_ids(new.numbers), source, wrote)
        return wrote

    once(asked, who, write)
    return done


def append_receipts(received: Received, credits_: pa.Array, batch: int, wrote: Wrote) -> pa.Array:
    """A key and a row each, inside somebody's write; the rows' keys. `credits_`: the ledger's
    keys of `received.numbers`. What no receipt can say was refused before."""
    size = len(received.keys)
    sources = new_ids(SourceKey, size)
    keys = {
        "id": sources,
        "key": [as_key(key) for key in received.keys],
        "content": received.contents(),
        "part_of_id": pa.repeat(pa.scalar(batch), size),
    }
    write_rows(SourceKey, pa.table(keys))
    rows = received.table().drop_columns("number")
    receipts = new_ids(Receipt, size)
    rows = rows.append_column("id", receipts).append_column("credit_id", credits_)
    rows = rows.append_column("source_id", sources)
    wrote.appended(Receipt, write_rows(Receipt, rows))
    return receipts


def payable_ids(numbers: Sequence[str]) -> pa.Array:
    """The ledger's keys of credits that a receipt may be for. Refused: one is not there, or was
    settled before it came in."""
    keys = ids_of(numbers)
    for at in range(0, len(numbers), AT_A_TIME):
        some = Credit.objects.filter(load__parts=0, number__in=numbers[at : at + AT_A_TIME])
        for credit in some.select_related("load")[:1]:
            refuse_settled(credit)
    return keys


def known_among(keys: Sequence[str]) -> dict[str, str]:
    """The keys that were used before, with what for."""
    found: dict[str, str] = {}
    for at in range(0, len(keys), AT_A_TIME):
        some = SourceKey.objects.filter(key__in=keys[at : at + AT_A_TIME])
        found |= dict(some.values_list("key", "content"))
    return found


def refuse_odd(received: Received) -> None:
    """Refused: what no receipt can say; it is named."""
    if len(set(received.keys)) < len(received.keys):
        twice = next(k for at, k in enumerate(received.keys) if k in received.keys[:at])
        raise Refused(f"El recibo {twice!r} está dos veces en el lote. Quite uno.")
    wrong = {
        "no tiene importe": received.amount <= 0,
        "tiene un canal que no existe": ~np.isin(received.channel, range(len(CHANNEL_LABELS))),
        "tiene un destino que no existe": ~np.isin(received.intent, range(len(INTENT_LABELS))),
    }
    for why, rows in wrong.items():
        if rows.any():
            raise Refused(
                f"El recibo {received.keys[int(np.argmax(rows))]!r} {why}. Corríjalo y repita el "
                "lote con la misma clave: no se registró ninguno."
            )
