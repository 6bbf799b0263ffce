"""The queue of deposits that wait: a person says for which credit each is, or that it goes back.

What is left of a deposit is never rounded, dropped or guessed: it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from tequio.core.columns import EPOCH
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.web.intake.claims import tie_found
from tequio.web.intake.counting import left_of, with_left
from tequio.web.records.assigning import append_assignments
from tequio.web.records.models import Assignment, Deposit
from tequio.web.records.receipts import Received, append_receipts, payable_ids
from tequio.web.records.turns import books_open, deposit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

KIND = Assignment.Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deposit in the queue."""

    deposit: int
    day: date
    amount: int  # centavos
    left: int  # of it
    channel: int
    matched: int  # `Deposit.Matched`
    number: str  # as it was written
    file: str
    line: int


def waiting(limit: int | None = None) -> list[Waiting]:
    """The queue, the oldest first."""
    rows = with_left().filter(left__gt=0).order_by("day", "pk")
    columns = ("pk", "day", "amount", "left", "channel", "matched", "number", "file__name", "line")
    return [Waiting(*row) for row in rows.values_list(*columns)[:limit]]


def do_assign(
    key: str, deposit: int, credit: str, who: Who, *, amount: int | None = None, why: str = ""
) -> int:
    """Apply a deposit, or `amount` centavos of it, to a credit. What is left of it, centavos."""
    return do_split(key, deposit, [(credit, amount)], who, why=why)


def do_split(
    key: str,
    deposit: int,
    parts: Sequence[tuple[str, int | None]],
    who: Who,
    *,
    why: str = "",
) -> int:
    """Apply parts of a deposit to credits, a receipt each; what is left of it, centavos, waits.

    A part without an amount is all that is left. Refused, and nothing is written: more than is
    left, nothing, a credit that is not in the ledger or was settled before it came in, or one
    twice.
    """
    numbers = [number for number, _ in parts]
    if not parts or len(set(numbers)) < len(numbers):
        raise Refused("Diga a qué créditos se aplica, cada uno una vez, como CRÉDITO=IMPORTE.")

    def write(found: Deposit, left: int, source: int, wrote: Wrote) -> None:
        """A receipt and an assignment each."""
        credits_ = payable_ids(numbers)
        amounts = amounts_of([amount for _, amount in parts], left)
        books_open()
        received = received_for(found, f"{key}:", numbers, amounts)
        receipts = append_receipts(received, credits_, source, wrote)
        append_assignments(found, KIND.APPLIED, amounts, receipts, why, source, wrote)
        tied = {
            "credit": credits_.to_pylist(),
            "amount": amounts,
            "day": [found.day] * len(amounts),
        }
        same = pa.repeat(pa.scalar(found.pk), len(amounts))
        tie_found(pl.DataFrame(tied), same, source, wrote)
        wrote.after = {"parts": list(zip(numbers, amounts, strict=True)), "why": why}

    said = content_of([deposit, list(parts), why])
    return disposed(Asked("do_assign", key, f"deposit:{deposit}", said), deposit, who, write)


def do_return(key: str, deposit: int, who: Who, *, why: str, amount: int | None = None) -> int:
    """What is left of a deposit, or `amount` centavos of it, goes back to whoever sent it. What is
    left then. Refused: nobody says why, or it is more than is left."""
    if not why.strip():
        raise Refused("Diga por qué se devuelve: --why.")

    def write(found: Deposit, left: int, source: int, wrote: Wrote) -> None:
        """One assignment."""
        amounts = amounts_of([amount], left)
        nothing = pa.nulls(1, pa.int64())
        append_assignments(found, KIND.RETURNED, amounts, nothing, why.strip(), source, wrote)
        wrote.after = {"returned": amounts[0], "why": why.strip()}

    said = content_of([deposit, amount, why.strip()])
    return disposed(Asked("do_return", key, f"deposit:{deposit}", said), deposit, who, write)


def disposed(
    asked: Asked, deposit: int, who: Who, write: Callable[[Deposit, int, int, Wrote], None]
) -> int:
    """One write that disposes of some of a deposit, whose turn it takes. What is left, centavos."""

    def written(source: int) -> Wrote:
        """Before and after."""
        deposit_turn(deposit)
        found = deposit_at(deposit)
        left, wrote = left_of(deposit), Wrote()
        write(found, left, source, wrote)
        wrote.before = {"left": left}
        return wrote

    once(asked, who, written)
    return left_of(deposit)


def amounts_of(asked: Sequence[int | None], left: int) -> list[int]:
    """Centavos of each part; of one that says nothing, all that the others leave. Refused: there is
    not so much, or a part is nothing."""
    said = sum(amount for amount in asked if amount is not None)
    if asked.count(None) > 1:
        raise Refused("Solo un crédito puede ir sin importe: diga cuánto va a cada uno.")
    amounts = [left - said if amount is None else amount for amount in asked]
    if left <= 0:
        raise Refused("De este depósito ya no queda nada por aplicar.")
    if min(amounts) <= 0 or sum(amounts) > left:
        raise Refused(
            f"De este depósito quedan {pesos(left, 2)}: cada parte debe ser mayor que cero y "
            "entre todas no pasar de eso."
        )
    return amounts


def received_for(
    found: Deposit, key: str, numbers: Sequence[str], amounts: Sequence[int]
) -> Received:
    """Receipts with the deposit's day, channel and intent."""
    size = len(amounts)

    def same(value: int) -> np.ndarray:
        """In every receipt."""
        return np.full(size, int(value), np.int64)

    return Received(
        [f"{key}{at}" for at in range(size)],
        numbers,
        same((found.day - EPOCH).days),
        np.array(amounts, np.int64),
        same(found.channel),
        same(found.intent),
        same(found.from_employer),
    )


def deposit_at(number: int) -> Deposit:
    """A deposit. Refused: there is none."""
    found = Deposit.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"El depósito {number} no existe. Véalos con: ./tequio queue list.")
    return found
