"""Money received: kept when it comes, placed by the close of its month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tequio.engine.errors import Refused
from tequio.servicing.accounts import CHANNEL_LABELS, Ints
from tequio.servicing.posting import INTENT_LABELS
from tequio.web.records.models import Receipt, SourceKey
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
    said = received.table()
    contents = [content_of(list(row.values())) for row in said.to_pylist()]
    asked = Asked(
        "do_post_receipts",
        key,
        f"receipts:{len(contents)}",
        content_of([rows_sha256(said), list(received.keys)]),
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
        append_receipts(received, contents, fresh, source, wrote)
        return wrote

    once(asked, who, write)
    return done


def append_receipts(
    received: Received, contents: Sequence[str], fresh: Sequence[int], batch: int, wrote: Wrote
) -> None:
    """A key and a row each."""
    sources = new_ids(SourceKey, len(fresh))
    keys = {
        "id": sources,
        "key": [as_key(received.keys[at]) for at in fresh],
        "content": [contents[at] for at in fresh],
        "part_of_id": pa.repeat(pa.scalar(batch), len(fresh)),
    }
    write_rows(SourceKey, pa.table(keys))
    credits_ = ids_of([received.numbers[at] for at in fresh])
    rows = received.table().drop_columns("number").take(pa.array(fresh, pa.int64()))
    rows = rows.append_column("id", new_ids(Receipt, len(fresh)))
    rows = rows.append_column("credit_id", credits_).append_column("source_id", sources)
    wrote.appended(Receipt, write_rows(Receipt, rows))


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
