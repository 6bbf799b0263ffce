"""Movements into the ledger: the only way in which an amount changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tequio.engine.errors import Refused
from tequio.servicing.accounts import NAMES, Movements
from tequio.web.records.models import Credit, Movement
from tequio.web.records.tables import new_ids, rows_sha256, write_rows
from tequio.web.records.turns import books_open
from tequio.web.records.writing import Asked, Who, Wrote, claim, content_of, once

AT_A_TIME = 5_000  # credits asked for in one query


@dataclass(frozen=True, slots=True)
class Posted:
    """What a batch did: movements booked, and receipts that were booked before."""

    booked: int
    repeated: tuple[str, ...]


def do_post_movements(
    key: str, numbers: Sequence[str], movements: Movements, receipts: Sequence[str], who: Who
) -> Posted:
    """Book a batch under its key, all of it or nothing.

    `numbers` are the credit numbers that `movements.credit` points into, `receipts` the keys that
    `movements.source` points into: a receipt that was booked before with the same movements is
    left out and named; with others, the whole batch is refused. Refused too: a credit that is not
    in the ledger, a movement that does not balance.
    """
    refuse_unbalanced(movements)
    credits_ = ids_of(numbers)
    batch = columns_of(credits_, movements)
    asked = Asked(
        "do_post_movements",
        key,
        f"movements:{len(movements)}",
        content_of([rows_sha256(batch), list(receipts), movements.source.tolist()]),
    )
    done = Posted(0, tuple(receipts))

    def write(source: int) -> Wrote:
        """The receipts that are new, and their movements."""
        nonlocal done
        sources, repeated = claimed(receipts, movements, batch, source)
        fresh = np.flatnonzero(sources >= 0)
        wrote = Wrote(after={"movements": len(fresh), "repeated": list(repeated)})
        kept = movements.take(fresh)
        append_movements(credits_, kept, pa.array(sources[fresh]), wrote)
        done = Posted(len(fresh), repeated)
        return wrote

    once(asked, who, write)
    return done


def refuse_unbalanced(movements: Movements) -> None:
    """Refused: pesos or units are left over, or a reversal does not say of what."""
    if len(wrong := movements.unbalanced()):
        raise Refused(
            f"El movimiento {wrong[0] + 1} no cuadra: sus pesos o sus unidades no suman cero. "
            "No se registró ninguno."
        )


def ids_of(numbers: Sequence[str]) -> pa.Array:
    """The ledger's keys of credits. Refused: one is not there."""
    found: dict[str, int] = {}
    for at in range(0, len(numbers), AT_A_TIME):
        some = Credit.objects.filter(number__in=numbers[at : at + AT_A_TIME])
        found |= dict(some.values_list("number", "pk"))
    for number in numbers:
        if number not in found:
            raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    return pa.array([found[number] for number in numbers], pa.int64())


def claimed(
    receipts: Sequence[str], movements: Movements, batch: pa.Table, source: int
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each movement's source key, -1 where its receipt was booked before; and those receipts."""
    sources = np.full(len(movements), source, np.int64)
    repeated = []
    for place, receipt in enumerate(receipts):
        rows = np.flatnonzero(movements.source == place)
        own = claim(receipt, rows_sha256(batch.take(rows)), part_of=source)
        sources[rows] = -1 if own is None else own
        if own is None:
            repeated.append(receipt)
    return sources, tuple(repeated)


def append_movements(
    credits_: pa.Array, movements: Movements, source: int | pa.Array, wrote: Wrote
) -> pa.Array:
    """Rows out of columns, inside somebody's write; their keys. `source`: of all, or one a
    movement."""
    books_open()
    return append_of_part(credits_, movements, source, wrote)


def append_of_part(
    credits_: pa.Array,
    movements: Movements,
    source: int | pa.Array,
    wrote: Wrote,
    *,
    reverses: pa.Array | None = None,
) -> pa.Array:
    """The same in the turn of a part or of a credit: nobody sets a mark for its credits meanwhile.
    `reverses`: the key of what each takes back, null for most."""
    rows = columns_of(credits_, movements)
    sources = pa.repeat(pa.scalar(source), len(movements)) if isinstance(source, int) else source
    keys = new_ids(Movement, len(movements))
    if reverses is None:
        reverses = pa.nulls(len(movements), pa.int64())
    whole = rows.append_column("id", keys).append_column("source_id", sources)
    whole = whole.append_column("reverses_id", reverses)
    wrote.appended(Movement, write_rows(Movement, whole))
    return keys


def columns_of(credits_: pa.Array, movements: Movements) -> pa.Table:
    """What movements say, as columns of their table."""
    heads = {
        "credit_id": credits_.take(pa.array(movements.credit)),
        "day": pa.array(movements.day.astype(np.int32)).cast(pa.date32()),
        "month": movements.month,
        "kind": movements.kind,
        "channel": movements.channel,
    }
    return pa.table({**heads, **dict(zip(NAMES, movements.amounts, strict=True))})
