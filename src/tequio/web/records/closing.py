"""The close of a month: from receipts and what is owed to movements, balances and facts.

Each part of a load is one write with its own event, so that a close that was killed goes on where
it stopped and one that is repeated does nothing. Months close in order, and a closed month is never
edited: what comes late is booked in the month that is open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import models, transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from tequio.core.months import first_of, last_of, month_number, spelled
from tequio.engine.errors import Refused
from tequio.servicing.accounts import (
    ACCOUNTS,
    AT,
    KIND_LABELS,
    PESO_ROWS,
    UNIT_ROWS,
    Ints,
    Kind,
    Movements,
)
from tequio.servicing.close import Receipts, close
from tequio.servicing.credit import BALANCES, Credits
from tequio.servicing.law import law_at
from tequio.servicing.replay import picked_receipts
from tequio.servicing.standing import balances_of, icv, stages_of
from tequio.web.records.advances import Closed, write_facts
from tequio.web.records.booking import append_placements
from tequio.web.records.jobs import with_next_regimes
from tequio.web.records.known import placed_by_steps, receipts_where, taken_back
from tequio.web.records.loading import part_key
from tequio.web.records.models import (
    AuditEvent,
    ClosedPart,
    Credit,
    Load,
    Movement,
    Receipt,
    SourceKey,
)
from tequio.web.records.months import (
    loads_in,
    refuse_half_loaded,
    refuse_out_of_order,
    rules_in,
)
from tequio.web.records.posting import append_of_part
from tequio.web.records.replaying import replay_part
from tequio.web.records.serviced import (
    Part,
    before_close,
    earlier_of,
    refuse_unexplained,
    write_after,
)
from tequio.web.records.settlements import take
from tequio.web.records.side_by_side import COMMIT, Turns, side_by_side
from tequio.web.records.tables import in_bulk, new_ids, write_rows
from tequio.web.records.turns import books_closed, one_close, part_turn
from tequio.web.records.watching import watch, without_job_lost
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

STAGES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a close did now."""

    parts: int
    already: int  # parts that were closed before


def do_close_month(
    month: date, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> Closing:
    """Close the month of a day. Refused: it is not over, another goes first, there is nothing to
    close, somebody else is closing, or a credit's balances are not the sum of its movements."""
    number = month_number(month)
    if last_of(number) >= timezone.localdate():
        raise Refused(f"{spelled(number)} no ha terminado: se cierra desde el día siguiente.")
    refuse_half_loaded()
    with one_close():
        refuse_out_of_order(number)
        parts = parts_of(number)
        for part in parts:
            take(part.first, part.last, last_of(number), who)

        def write(place: int, turns: Turns) -> bool:
            """One part."""
            return close_part(parts[place], place, turns, who)

        return Closing(len(parts), side_by_side(len(parts), write, progress))


def close_part(part: Part, place: int, turns: Turns, who: Who) -> bool:
    """What came late is counted on its day, and then the month closes: each all of it or nothing,
    committed after the parts before it. Whether it closed now."""
    asked = Asked(
        "do_close_month",
        f"close:{spelled(part.month)}:load-{part.load.pk}:part-{part.part}",
        f"close:{spelled(part.month)}",
        content_of([part.month, part.load.sha256, part.part, part.first, part.last]),
    )

    def in_turn() -> None:
        """The chain of events grows in the order of the parts."""
        turns.wait(COMMIT, place)

    def write(source: int) -> Wrote:
        """The part, before its event."""
        wrote = CloseOf(part, counted_to).write(source)
        in_turn()
        return wrote

    with transaction.atomic():  # of its own: who holds the chain must not ask for the books
        part_turn(part.source)
        counted_to = marks_now()["receipts_to"]  # what comes after it is late for the next close
        if not SourceKey.objects.filter(key=asked.key).exists():
            replay_part(part, last_of(part.month), who, in_turn)
    with transaction.atomic():
        part_turn(part.source)
        return once(asked, who, write)


def parts_of(month: int) -> list[Part]:
    """What a month's close does, in order."""
    return [part for load in loads_in(month) for part in parts_of_load(load, month)]


def parts_of_load(load: Load, month: int) -> list[Part]:
    """The parts of a load as it wrote them."""
    key = part_key(load.sha256)
    ranges = Credit.objects.filter(load=load).order_by().values_list("source_id")
    ranges = ranges.annotate(Min("pk"), Max("pk"), Count("pk"))
    names = dict(SourceKey.objects.filter(key__startswith=key).values_list("pk", "key"))
    found = sorted((int(names[at].removeprefix(key)), at, *rest) for at, *rest in ranges)
    before = {p.part: p for p in ClosedPart.objects.filter(load=load, month=month - 1)}
    assert all(last - first + 1 == size for *_, first, last, size in found), "keys without gaps"
    return [Part(load, *where, month, before.get(where[0])) for *where, _ in found]


@dataclass(frozen=True, slots=True)
class CloseOf:
    """One part on its way to the next month."""

    part: Part
    receipts_to: int  # the greatest key of a receipt when what came late was counted

    def write(self, source: int) -> Wrote:
        """All rows of the part, and what its event says of them."""
        part, wrote = self.part, Wrote()
        in_bulk()
        marks = marks_now() | {"receipts_to": self.receipts_to}
        before, earlier = before_close(part), earlier_of(part)
        booked = refuse_unexplained(part, before.credits, earlier, marks["movements_to"])
        if earlier:
            booked = booked + np.array(event_of(earlier)["before"])
        receipts, received = receipts_of(part, marks["receipts_to"])
        moved, after = close(before.credits, received, rules_in(part.month))
        refuse_unequal(part, before.credits, moved, after)
        self.write_movements(moved, receipts, source, wrote)
        credits_ = np.arange(part.first, part.last + 1)
        closed = Closed(part, last_of(part.month), before.credits, after, moved, source)
        closed = replace(closed, after=without_job_lost(closed))
        closed = replace(closed, after=with_next_regimes(closed))
        write_after(credits_, before.dues, closed.after, source, wrote)
        write_facts(closed, watch(closed, wrote), wrote)
        self.write_part(marks, source, wrote)
        wrote.after = said_of(part, booked, moved, after)
        return wrote

    def write_movements(self, moved: Movements, receipts: Ints, source: int, wrote: Wrote) -> None:
        """Movements, and which receipt each of them places."""
        part = self.part
        credits_ = pa.array(np.arange(part.first, part.last + 1))
        keys = append_of_part(credits_, moved, source, wrote)
        placed = np.flatnonzero(moved.source >= 0)
        own = keys.take(pa.array(placed))
        append_placements(own, receipts[moved.source[placed]], source, wrote)

    def write_part(self, marks: Mapping[str, int], source: int, wrote: Wrote) -> None:
        """That the part is closed."""
        part = self.part
        row = {
            "id": new_ids(ClosedPart, 1),
            "source_id": [source],
            "load_id": [part.load.pk],
            "month": [part.month],
            "part": [part.part],
            "first": [part.first],
            "last": [part.last],
            **{name: [key] for name, key in marks.items()},
        }
        wrote.appended(ClosedPart, write_rows(ClosedPart, pa.table(row)))


def marks_now() -> dict[str, int]:
    """The greatest keys: of what gets a smaller one, all is there to be seen, and nothing comes."""
    with books_closed():
        return {"movements_to": newest_key(Movement), "receipts_to": newest_key(Receipt)}


def newest_key(model: type[models.Model]) -> int:
    """The greatest key of a table; zero for none."""
    return model._default_manager.aggregate(most=Max("pk"))["most"] or 0  # noqa: SLF001


def receipts_of(part: Part, until: int) -> tuple[Ints, Receipts]:
    """What was received in the month, up to a greatest key, and no step has placed or taken back;
    and its keys. What was received before the first month counts in it."""
    first = first_of(part.month) if part.before else date.min
    where = "day BETWEEN %s AND %s AND id <= %s"
    keys, received = receipts_where(part, where, [first, last_of(part.month), until])
    gone = np.concatenate([placed_by_steps(part), np.array(taken_back(part), np.int64)])
    left = np.flatnonzero(~np.isin(keys, gone))
    return keys[left], picked_receipts(received, left)


def refuse_unequal(part: Part, before: Credits, moved: Movements, after: Credits) -> None:
    """Opening + movements = closing, account by account and credit by credit; and each movement
    leaves nothing over."""
    places = [AT[name] for name in BALANCES]
    wanted = (before.sums() + moved.sums(part.size))[places]
    wrong = (wanted != after.sums()[places]).any(axis=0)
    if wrong.any() or moved.unbalanced().size:
        raise Refused(
            f"El cierre de {spelled(part.month)} no cuadra en la parte {part.part} "
            f"({wrong.sum():,} créditos). No se escribió nada de ella; es un error del programa."
        )


def said_of(part: Part, booked: Ints, moved: Movements, after: Credits) -> dict[str, Any]:
    """What a part's event says: counts, and sums of each account before the close and in it."""
    owes = balances_of(after) > 0
    stages = stages_of(after, law_at(last_of(part.month)))[owes]
    kinds = np.bincount(moved.kind, minlength=len(Kind))
    return {
        "credits": part.size,
        "movements": kinds.tolist(),
        "before": booked.tolist(),
        "moved": moved.amounts.sum(axis=1).tolist(),
        "stages": [int((stages == stage).sum()) for stage in STAGES],
        "overdue": list(icv(after)),
    }


def event_of(closed: ClosedPart) -> dict[str, Any]:
    """What the event of a part says."""
    said: dict[str, Any] = json.loads(AuditEvent.objects.get(source=closed.source_id).after)
    return said


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """A closed month; centavos, or millionths of a unit where an account is in units."""

    month: str
    parts: int
    credits: int
    movements: dict[str, int]  # by the kind's label
    accounts: dict[str, tuple[int, int, int]]  # by name: opening, movements, closing
    left_over: int  # pesos of all accounts at the end: zero
    left_over_units: int
    stages: tuple[int, int, int]  # credits that owe, in stages 1, 2 and 3
    overdue: int
    owing: int
    overdue_balance: int
    balance: int


def summary(month: int) -> MonthSummary:
    """What the events of a month's close say, together."""
    parts = list(ClosedPart.objects.filter(month=month).order_by("pk"))
    said = [event_of(part) for part in parts]

    def sums(name: str) -> Ints:
        """One list of every part, added up."""
        return np.array([one[name] for one in said], np.int64).sum(axis=0)

    opening, moved, kinds = sums("before"), sums("moved"), sums("movements")
    closing = opening + moved
    overdue, owing, overdue_balance, balance = sums("overdue").tolist()
    first, second, third = sums("stages").tolist()
    each = zip(ACCOUNTS, opening.tolist(), moved.tolist(), closing.tolist(), strict=True)
    return MonthSummary(
        month=spelled(month),
        parts=len(parts),
        credits=sum(one["credits"] for one in said),
        movements={
            label: count for label, count in zip(KIND_LABELS, kinds.tolist(), strict=True) if count
        },
        accounts={a.name: (one, two, three) for a, one, two, three in each},
        left_over=int(closing[PESO_ROWS].sum()),
        left_over_units=int(closing[UNIT_ROWS].sum()),
        stages=(first, second, third),
        overdue=overdue,
        owing=owing,
        overdue_balance=overdue_balance,
        balance=balance,
    )
