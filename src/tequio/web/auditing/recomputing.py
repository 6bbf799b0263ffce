"""A credit's whole life counted again, beside what the ledger has of it.

From what it owed when it came in, with everything received and every step that stands, in one
computation. Receipts that came late and wait for the next close are left out, and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tequio.core.months import last_of, spelled
from tequio.servicing.accounts import ACCOUNTS, CHANNEL_LABELS, KIND_LABELS, Ints, Movements
from tequio.servicing.close import day_number
from tequio.servicing.credit import DUES, FIELDS
from tequio.servicing.replay import picked_receipts
from tequio.web.records.counted import ALONE, counted
from tequio.web.records.known import (
    Known,
    as_date,
    known_since,
    open_part,
    placed_by_steps,
    steps_of,
)
from tequio.web.records.models import Credit
from tequio.web.records.months import first_month
from tequio.web.records.serviced import Part

HEADS = ("que", "donde", "en_el_libro", "recalculado", "igual")
SAME, OTHER = "sí", "NO"


@dataclass(frozen=True, slots=True)
class Compared:
    """One value beside the other."""

    what: str
    where: str
    there: str  # in the ledger
    again: str  # counted again

    @property
    def same(self) -> bool:
        """Whether they are."""
        return self.there == self.again


@dataclass(frozen=True, slots=True)
class Recomputed:
    """All that was compared, in order; the first that differs decides what is said."""

    values: tuple[Compared, ...]
    movements: int
    waiting: int  # receipts that came late and are counted by the next close

    def first(self) -> Compared | None:
        """The first that differs."""
        return next((value for value in self.values if not value.same), None)

    def verdict(self) -> str:
        """A sentence."""
        late = f" {self.waiting} recibos tardíos esperan al siguiente cierre." * bool(self.waiting)
        if found := self.first():
            return (
                f"NO ES IGUAL. Lo primero que difiere: {found.what}, {found.where}: en el libro "
                f"{found.there or 'nada'}, recalculado {found.again or 'nada'}.{late}"
            )
        return (
            f"IGUAL: {self.movements:,} movimientos y {len(self.values):,} valores "
            f"comparados.{late}"
        )

    def heads(self) -> Sequence[str]:
        """Of the table."""
        return HEADS

    def rows(self) -> Iterator[Sequence[str]]:
        """Of the table."""
        for one in self.values:
            yield one.what, one.where, one.there, one.again, SAME if one.same else OTHER


def recomputed(credit: Credit) -> Recomputed:
    """Count it again, and compare."""
    part, steps = open_part(credit), steps_of([credit.pk])
    known = known_since(first_month(credit.load), part, ALONE, steps)
    known, waiting = without_waiting(known, part)
    again = counted(known)
    values = [
        *compared_movements(known.booked, again.wanted, known.movements),
        *compared_sums(known.booked, again.wanted),
        *compared_fields(known.table.credits.numbers[0], again.after.numbers[0]),
        *compared_dues(known.table.credits.dues, again.after.dues),
    ]
    return Recomputed(tuple(values), len(known.booked), waiting)


def without_waiting(known: Known, part: Part) -> tuple[Known, int]:
    """What was known when the ledger last counted, and how many receipts came in since of days
    that were closed by then."""
    if part.before is None:
        return known, 0
    closed = known.received.day <= day_number(last_of(part.month - 1))
    came_since = known.receipts > part.before.receipts_to
    waits = closed & came_since & ~np.isin(known.receipts, placed_by_steps(part))
    left = np.flatnonzero(~waits)
    received = picked_receipts(known.received, left)
    return replace(known, receipts=known.receipts[left], received=received), int(waits.sum())


def compared_movements(booked: Movements, wanted: Movements, keys: Ints) -> Iterator[Compared]:
    """What stands, movement by movement, in order."""
    for at in range(max(len(booked), len(wanted))):
        where = f"movimiento {keys[at]}" if at < len(booked) else f"lugar {at + 1}"
        yield Compared("Movimiento", where, spelled_at(booked, at), spelled_at(wanted, at))


def spelled_at(moved: Movements, at: int) -> str:
    """A movement in words; empty if there is none."""
    if at >= len(moved):
        return ""
    amounts = [
        f"{account.label} {int(amount):+}"
        for account, amount in zip(ACCOUNTS, moved.amounts[:, at], strict=True)
        if amount
    ]
    kind, channel = KIND_LABELS[moved.kind[at]], CHANNEL_LABELS[moved.channel[at]]
    day, month = as_date(int(moved.day[at])), spelled(int(moved.month[at]))
    return f"{day} {month} {kind} ({channel}): {'; '.join(amounts)}"


def compared_sums(booked: Movements, wanted: Movements) -> Iterator[Compared]:
    """The sum of each account since the credit came in."""
    for account, there, again in zip(
        ACCOUNTS, booked.amounts.sum(axis=1), wanted.amounts.sum(axis=1), strict=True
    ):
        yield Compared("Suma de la cuenta", account.label, str(there), str(again))


def compared_fields(there: Ints, again: Ints) -> Iterator[Compared]:
    """All that servicing keeps."""
    for name, old, new in zip(FIELDS, there, again, strict=True):
        yield Compared("Estado interno", name, str(old), str(new))


def compared_dues(there: Ints, again: Ints) -> Iterator[Compared]:
    """Instalments unpaid, oldest first, column by column."""
    for at in range(max(len(there), len(again))):
        for column, name in enumerate(DUES):
            old = str(there[at, column]) if at < len(there) else ""
            new = str(again[at, column]) if at < len(again) else ""
            yield Compared("Mensualidad pendiente", f"{at + 1}, {name}", old, new)
