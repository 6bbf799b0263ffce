"""All that is known of some credits since the beginning of a month, read to be counted again.

The month is the earliest that something new touches, and the state is that which its close (or the
load) left. Nothing that a later correction found out is in that state: where one reaches further
back, so does the reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from tequio.core.columns import EPOCH
from tequio.core.months import first_of, last_of, month_number
from tequio.engine.errors import Refused
from tequio.servicing.accounts import NAMES, NO_SOURCE, Ints, Kind, Movements
from tequio.servicing.close import Receipts
from tequio.servicing.credit import Credits
from tequio.servicing.replay import last_posted, picked_receipts
from tequio.web.records.models import ClosedPart, Credit, Placement, Step
from tequio.web.records.months import first_month, rules_in
from tequio.web.records.serviced import (
    Before,
    Part,
    as_numbers,
    at_beginning,
    at_beginning_and_now,
    before_close,
)
from tequio.web.records.tables import read_rows

Acts = Step.Kind
ACTING = (Acts.SIGNING, Acts.SETTLEMENT, Acts.RELEASE, Acts.REFUND)  # what a replay repeats
NONE: Ints = np.zeros(0, np.int64)
ALL_IN_TIME = (NONE, NONE, NONE)
TAKEN_BACK = -2  # the place of a receipt that is reversed: of no other
ONE_BY_ONE = 200  # credits for which as many readings are less than one of a whole part
FEW = 8  # a share of a part below which rows are asked for by their keys
RECEIPTS = pa.schema(
    {
        "id": pa.int64(),
        "credit_id": pa.int64(),
        "day": pa.date32(),
        "amount": pa.int64(),
        "channel": pa.int16(),
        "intent": pa.int16(),
        "from_employer": pa.bool_(),
    }
)
MOVEMENTS = pa.schema(
    [
        ("id", pa.int64()),
        ("credit_id", pa.int64()),
        ("day", pa.date32()),
        ("month", pa.int64()),
        ("kind", pa.int64()),
        ("channel", pa.int64()),
        ("receipt_id", pa.int64()),
        ("reverses_id", pa.int64()),
        *((name, pa.int64()) for name in NAMES),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Of the credits at `rows` of a part. Sources of movements are places in `receipts`."""

    part: Part  # in the open month
    since: int  # the month that `base` is the beginning of
    rows: Ints
    base: Credits
    table: Before  # as the tables have them now
    steps: tuple[Step, ...]  # those that stand, oldest first
    signed: bool  # whether any was a signing, undone since or not
    receipts: Ints  # keys of those not reversed
    received: Receipts
    booked: Movements  # what stands
    movements: Ints  # their keys
    late: bool  # whether money that came late is among the receipts
    told_by: int  # the source of the write that left the base: what others told by then was known


def open_part(credit: Credit) -> Part:
    """The credit alone, in its open month: the one after its last close, or its first. Refused: it
    was settled before it came in, and has none."""
    refuse_settled(credit)
    closes = ClosedPart.objects.filter(load=credit.load, first__lte=credit.pk, last__gte=credit.pk)
    before = closes.order_by("-month").first()
    month = before.month + 1 if before else first_month(credit.load)
    number = before.part if before else 0
    return Part(credit.load, number, credit.source_id, credit.pk, credit.pk, month, before)


def refuse_settled(credit: Credit) -> None:
    """Refused: a credit that owed nothing when it came in, of which no month is ever closed."""
    if credit.load.parts == 0:
        raise Refused(
            f"El crédito {credit.number} se liquidó antes del {credit.load.as_of}: el libro solo "
            "tiene su historia, y nada más puede registrarse de él. Un depósito para él se "
            "devuelve desde la cola: ./tequio queue return."
        )


def steps_of(credits_: Collection[int]) -> list[Step]:
    """All steps of some credits, in the order in which they became known."""
    return list(Step.objects.filter(credit_id__in=credits_).order_by("pk")) if credits_ else []


def standing(steps: Sequence[Step]) -> list[Step]:
    """Those that nobody undid, in order."""
    gone = {step.undoes_id for step in steps if step.undoes_id}
    return [step for step in steps if step.pk is None or step.pk not in gone]


def reversed_among(steps: Iterable[Step]) -> set[int]:
    """Keys of receipts that were taken back."""
    return {s.receipt_id for s in steps if s.kind == Acts.REVERSAL and s.receipt_id}


def since_all(month: int, steps: Sequence[Step]) -> int:
    """The month from which to read, if something new touches `month`: corrections known in it or
    later may reach further back, and others further still."""
    while (earlier := min((s.since for s in steps if s.month >= month), default=month)) < month:
        month = earlier
    return month


def known_since(
    month: int,
    part: Part,
    rows: Ints,
    steps: Sequence[Step],
    new: Sequence[Step] = (),
    *,
    late: bool = True,
) -> Known:
    """Read it. `steps`: all of these credits; `new`: some that are not written yet."""
    closed = closes_of(part, month)
    before = next((one for one in closed if one.month == month - 1), None)
    own = {one.source_id for one in closed if one.month >= month}
    own |= {step.source_id for step in steps if step.month >= month}
    stand = standing([*steps, *new])
    receipts, received = receipts_since(month, part, rows, reversed_among(stand))
    mark = before.movements_to if before else 0
    booked, keys = booked_since(mark, own, part, rows, receipts)
    if part.before and len(rows) < part.size:
        base, table = base_of(part, before, rows), before_close(part)
    else:
        whole, table = at_beginning_and_now(part, before, stepped=bool(steps))
        base = some(whole, rows)
    return Known(
        part=part,
        since=month,
        rows=rows,
        base=base,
        table=of_rows(table, part, rows),
        steps=tuple(stand),
        signed=any(step.kind == Acts.SIGNING for step in (*steps, *new)),
        receipts=receipts,
        received=received,
        booked=booked,
        movements=keys,
        late=late,
        told_by=before.source_id if before else part.source,
    )


def closes_of(part: Part, month: int) -> list[ClosedPart]:
    """The closes of a part from the one before a month on."""
    if month == part.month:
        return [part.before] if part.before else []
    found = ClosedPart.objects.filter(load=part.load, month__gte=month - 1)
    return list(found.filter(first__lte=part.first, last__gte=part.last).order_by("month"))


def base_of(part: Part, before: ClosedPart | None, rows: Ints) -> Credits:
    """The credits at some places as a close left them, or as they came in: a few one by one."""
    if before is not None or len(rows) > ONE_BY_ONE:
        return some(at_beginning(part, before), rows)
    keys = (rows + part.first).tolist()
    each = [at_beginning(replace(part, first=key, last=key), before) for key in keys]
    numbers, dues = [one.numbers for one in each], [one.dues for one in each]
    return Credits(np.concatenate(numbers), np.concatenate(dues))


def some(credits_: Credits, rows: Ints) -> Credits:
    """The credits at some places."""
    return credits_ if len(rows) == len(credits_) else credits_.take(rows)


def of_rows(table: Before, part: Part, rows: Ints) -> Before:
    """The same of some credits."""
    dues = table.dues[np.isin(table.dues[:, -1], rows + part.first)]
    return Before(some(table.credits, rows), dues)


def only(part: Part, rows: Ints, column: str) -> str:
    """One more condition where few of a part are asked for; of one credit too, since a planner
    guesses better how many rows an equal key has than a range."""
    if 1 < part.size <= len(rows) * FEW:
        return ""
    return f"AND {column} IN ({', '.join(map(str, rows + part.first)) or 'NULL'})"


def places_of(keys: Ints, part: Part, rows: Ints) -> tuple[Ints, Ints]:
    """Which of some keys of credits are among the rows, and their places there."""
    places = np.searchsorted(rows, keys - part.first)
    there = np.append(rows, -1)[places] == keys - part.first
    return np.flatnonzero(there), places[there]


def receipts_since(
    month: int, part: Part, rows: Ints, gone: Collection[int]
) -> tuple[Ints, Receipts]:
    """What was received up to the end of the open month, and is not taken back."""
    first = date.min if month == first_month(part.load) else first_of(month)
    where = f"day BETWEEN %s AND %s {only(part, rows, 'credit_id')}"
    keys, received = receipts_where(part, where, [first, last_of(part.month)])
    there, places = places_of(received.credit + part.first, part, rows)
    stays = ~np.isin(keys[there], list(gone))
    kept = picked_receipts(received, there[stays])
    return keys[there[stays]], replace(kept, credit=places[stays])


def receipts_where(part: Part, where: str, more: Sequence[object]) -> tuple[Ints, Receipts]:
    """Receipts of a part's credits, in the order in which they came in: their keys, and what was
    received, by place in the part."""
    rows = read_rows(
        f"SELECT {', '.join(RECEIPTS.names)} FROM records_receipt "  # noqa: S608 - our own columns
        f"WHERE credit_id BETWEEN %s AND %s AND {where} ORDER BY id",
        [part.first, part.last, *more],
        RECEIPTS,
        few=part.few,
    )
    columns = {name: rows[name] for name in RECEIPTS.names}
    columns["day"] = columns["day"].cast(pa.int32())
    columns["from_employer"] = columns["from_employer"].cast(pa.int8())
    keys, credit, *rest = (column.to_numpy().astype(np.int64) for column in columns.values())
    return keys, Receipts(credit - part.first, *rest)


@dataclass(frozen=True, slots=True)
class Taken:
    """What steps of some credits did to receipts."""

    back: Collection[int]  # keys of those reversed
    last: Mapping[int, date]  # of credits with steps in the open month, as `last_steps` says


def taken_of(part: Part) -> Taken:
    """Of a part."""
    back = taken_back(part)
    return Taken(back, last_steps(part, back))


def taken_by(part: Part, steps: Sequence[Step]) -> Taken:
    """The same out of all steps of its credits, which are read already."""
    stand, back = standing(steps), reversed_among(standing(steps))
    first = first_of(part.month)
    acted = [s for s in stand if s.month == part.month and s.kind in ACTING and s.day >= first]
    days = [(s.credit_id, s.day) for s in acted if s.receipt_id not in back]
    return Taken(back, last_days(part, days))


def taken_back(part: Part) -> list[int]:
    """Keys of receipts of a part's credits that are reversed."""
    steps = Step.objects.filter(credit_id__gte=part.first, credit_id__lte=part.last)
    steps = steps.filter(kind=Acts.REVERSAL)
    return list(steps.filter(undone_by=None).values_list("receipt_id", flat=True))


def placed_by_steps(part: Part) -> Ints:
    """Keys of receipts that steps of the open month have placed, and that still are."""
    own = Step.objects.filter(credit_id__gte=part.first, credit_id__lte=part.last)
    own = own.filter(month=part.month)
    credits_ = sorted(set(own.values_list("credit_id", flat=True)))
    if not credits_:
        return np.zeros(0, np.int64)
    placed = Placement.objects.filter(movement__credit_id__in=credits_, movement__movement=None)
    keys = placed.filter(movement_id__gt=part.before.movements_to if part.before else 0)
    return np.unique(np.array(list(keys.values_list("receipt_id", flat=True)), np.int64))


def late(part: Part, taken: Taken) -> tuple[Ints, Ints]:
    """Receipts that wait to be counted: the places in the part of their credits, and the months
    that they touch."""
    _, places, months = late_receipts(part, taken)
    return places, months


def late_receipts(part: Part, taken: Taken) -> tuple[Ints, Ints, Ints]:
    """Receipts that came in after something of a later day was booked, and are not counted yet: of
    closed months, and of days of the open one before a step. Their keys, the places in the part of
    their credits, and the months that they touch."""
    stepped = taken.last
    where, more = "FALSE", list[object]()
    if part.before is None and not stepped:
        return ALL_IN_TIME
    if part.before is not None:
        where, more = "day <= %s AND id > %s", [last_of(part.month - 1), part.before.receipts_to]
    if stepped:
        where = f"({where} OR day <= %s AND credit_id IN ({', '.join(map(str, stepped))}))"
        more.append(max(stepped.values()))
        if part.before is not None:
            where += " AND (day > %s OR id > %s)"
            more += [last_of(part.month - 1), part.before.receipts_to]
    keys, received = receipts_where(part, where, more)
    if not len(keys):
        return ALL_IN_TIME
    waits = ~np.isin(keys, list(taken.back)) & ~np.isin(keys, placed_by_steps(part))
    days = [as_date(day) for day in received.day]
    until = [stepped.get(part.first + row, date.min) for row in received.credit.tolist()]
    open_ = first_of(part.month) if part.before else date.min
    waits &= [day < open_ or day <= last for day, last in zip(days, until, strict=True)]
    first = first_month(part.load)
    months = [max(month_number(day), first) for day, w in zip(days, waits, strict=True) if w]
    return keys[waits], received.credit[waits], np.array(months, np.int64)


def last_steps(part: Part, back: Collection[int]) -> dict[int, date]:
    """Of the credits that had steps in the open month, the last day up to which what was received
    goes before one."""
    steps = Step.objects.filter(credit_id__gte=part.first, credit_id__lte=part.last)
    steps = steps.filter(month=part.month, kind__in=ACTING, undone_by=None)
    steps = steps.filter(day__gte=first_of(part.month)).exclude(receipt_id__in=back)
    return last_days(part, steps.values_list("credit_id", "day"))


def last_days(part: Part, days: Iterable[tuple[int, date]]) -> dict[int, date]:
    """The last of some days of each credit, but none after the last that a step is posted on."""
    posted = as_date(last_posted(rules_in(part.month)))
    found: dict[int, date] = {}
    for credit, day in days:
        found[credit] = max(found.get(credit, day), min(day, posted))
    return found


def as_date(day: int) -> date:
    """Out of days since 1970-01-01."""
    return date.fromordinal(EPOCH.toordinal() + int(day))


def booked_since(
    mark: int, sources: Collection[int], part: Part, rows: Ints, receipts: Ints
) -> tuple[Movements, Ints]:
    """What these writes booked after some key and still stands, and the movements' keys."""
    accounts = ", ".join(f"m.{name}" for name in NAMES)
    few = only(part, rows, "m.credit_id")
    # Of a few credits all that was ever booked is looked at; of many, all that was booked since.
    by = "+m.id" if few or part.size == 1 else "m.id"
    found = read_rows(
        "SELECT m.id, m.credit_id, m.day, m.month, m.kind, m.channel, "  # noqa: S608 - our own
        f"p.receipt_id, m.reverses_id, {accounts} FROM records_movement m "
        "LEFT JOIN records_placement p ON p.movement_id = m.id "
        f"WHERE m.credit_id BETWEEN %s AND %s {few} AND {by} > %s "
        f"AND m.source_id IN ({', '.join(map(str, sorted(sources))) or 'NULL'}) ORDER BY {by}",
        [part.first, part.last, mark],
        MOVEMENTS,
        few=part.few,
    )
    table = as_numbers(
        found.set_column(2, "day", found["day"].cast(pa.int32()))
        .set_column(6, "receipt_id", found["receipt_id"].fill_null(0))
        .set_column(7, "reverses_id", found["reverses_id"].fill_null(0))
    )
    there, places = places_of(table[:, 1], part, rows)
    table = table[there]
    stands = (table[:, 4] != Kind.REVERSAL) & ~np.isin(table[:, 0], table[:, 7])
    table, places = table[stands], places[stands]
    source = sources_of(table[:, 6], receipts)
    heads = (np.ascontiguousarray(table[:, column]) for column in range(2, 6))
    booked = Movements(places, *heads, source, np.ascontiguousarray(table[:, 8:].T))
    return booked, table[:, 0]


def sources_of(placed: Ints, receipts: Ints) -> Ints:
    """Places of the receipts that movements place (0: none) among those that stand."""
    order = np.argsort(receipts)
    at = np.append(order, -1)[np.searchsorted(receipts[order], placed)]
    there = np.append(receipts, -1)[at] == placed
    return np.where(placed == 0, NO_SOURCE, np.where(there, at, TAKEN_BACK))
