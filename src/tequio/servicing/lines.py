"""The lines of a statement, in the order of booking: a day's movements of one kind, a step, or a
correction with all that it took back and booked instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from tequio.core.months import first_of
from tequio.servicing.accounts import CHARGES, Channel, Ints, Kind
from tequio.servicing.booked import (
    NONE,
    OWN_KIND,
    UNITS,
    Act,
    Booked,
    calendar_day,
    rows_of,
    total,
)

RECEIVED = ("cash", "employer", "complement_institute", "complement_fund")
GIVEN = ("forgiven", "waived", "released")


@dataclass(frozen=True, slots=True)
class Redone:
    """One day's movements of one kind through one channel, as they were and as they are; centavos.
    Zeros: there were none, or there are none any more."""

    day: date  # value day
    kind: int  # accounts.Kind
    channel: int  # accounts.Channel
    received_before: int
    received: int
    before: int  # of what is owed
    after: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What a step took back and what it booked instead."""

    rows: tuple[Redone, ...]  # what is not the same as before
    same: int  # days and kinds that were booked again as they were


@dataclass(frozen=True, slots=True)
class Line:
    """One day's movements of one kind through one channel; or a step; or a correction."""

    day: date
    late: bool  # of a month that was closed when it was booked
    kind: int  # accounts.Kind; a counter-entry's for a correction
    channel: int  # accounts.Channel
    received: int
    change: int  # of what is owed
    owed: int  # after it
    given: int  # forgiven, waived or released
    joined: int  # interest and charges that became principal, of a signing
    returned: int  # to the borrower
    units_before: int
    units: int  # owed after it
    act: Act | None  # that booked it
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Movements of one line: from a place to before another, none for a step that booked nothing of
    its own."""

    start: int
    end: int
    act: int


def lines_of(booked: Booked, first: int) -> tuple[Line, ...]:
    """What was booked since a month, in that order."""
    events = [*silent(booked, first), *moving(booked, first)]
    return tuple(line_of(booked, event) for event in sorted(events, key=lambda one: one.start))


def moving(booked: Booked, first: int) -> Iterator[Event]:
    """Movements that follow each other and are of one line."""
    moved, wrong = booked.moved, booked.corrections()
    assert (np.diff(booked.month) >= 0).all(), "months in order"
    begin = int(np.searchsorted(booked.month, first))
    heads = np.stack([booked.month, booked.act, moved.day, moved.kind, moved.channel])
    heads[2:, np.isin(booked.act, list(wrong))] = 0  # a correction is one line
    differs = (heads[:, 1:] != heads[:, :-1]).any(axis=0)
    bounds = np.append(np.flatnonzero(np.append(True, differs)), len(moved))
    for start, end in pairwise(bounds[bounds >= begin].tolist()):
        if end > start:
            yield Event(start, end, int(booked.act[start]))


def silent(booked: Booked, first: int) -> Iterator[Event]:
    """Steps that booked nothing of their own kind: they are told all the same."""
    wrong = booked.corrections()
    for place, act in enumerate(booked.acts):
        own = np.flatnonzero(booked.act == place)
        said = place in wrong or bool((booked.moved.kind[own] == OWN_KIND.get(act.kind)).any())
        if act.month >= first and not said:
            at = int(own[-1]) + 1 if len(own) else act.before
            yield Event(at, at, place)


def line_of(booked: Booked, event: Event) -> Line:
    """One line."""
    moved = booked.moved.take(np.arange(event.start, event.end))
    sums, changes = moved.amounts.sum(axis=1), booked.changes()
    units = rows_of(booked.moved, UNITS).sum(axis=0)
    act = booked.acts[event.act] if event.act != NONE else None
    correction, day, kind, channel = None, None, int(Kind.ADJUSTMENT), int(Channel.NONE)
    opens = first_of(act.month if act else int(booked.month[event.start]))
    if event.act in booked.corrections():
        correction = correction_of(booked, np.arange(event.start, event.end))
        day, kind = calendar_day(moved.day[0]), int(Kind.REVERSAL)
        late = any(row.day < opens for row in correction.rows)
    elif len(moved):
        day, kind, channel = calendar_day(moved.day[0]), int(moved.kind[0]), int(moved.channel[0])
        late = day < opens
    else:
        assert act is not None, "a line is of movements or of a step"
        day, kind, late = act.day, int(OWN_KIND.get(act.kind, kind)), act.day < opens
    return Line(
        day=day,
        late=late,
        kind=kind,
        channel=channel,
        received=total(sums, RECEIVED),
        change=int(changes[event.start : event.end].sum()),
        owed=int(changes[: event.end].sum()),
        given=total(sums, GIVEN),
        joined=-total(sums, ("interest", *CHARGES, "waived")) if kind == Kind.SIGNING else 0,
        returned=-total(sums, ("refunded",)),
        units_before=int(units[: event.start].sum()),
        units=int(units[: event.end].sum()),
        act=act,
        correction=correction,
    )


def correction_of(booked: Booked, places: Ints) -> Correction:
    """What was taken back, and what was booked instead, day by day and kind by kind."""
    changes, received = booked.changes(), rows_of(booked.moved, RECEIVED).sum(axis=0)
    found: dict[tuple[int, int, int], Ints] = {}
    for place in places.tolist():
        back = int(booked.takes_back[place])
        of, column = (place, 1) if back == NONE else (back, 0)
        moved = booked.moved
        key = int(moved.day[of]), int(moved.kind[of]), int(moved.channel[of])
        sums = found.setdefault(key, np.zeros((2, 2), np.int64))
        sums[:, column] += received[of], changes[of]
    rows = tuple(
        Redone(calendar_day(day), kind, channel, *(int(x) for x in sums.flatten()))
        for (day, kind, channel), sums in sorted(found.items(), key=lambda one: one[0][0])
        if (sums[:, 0] != sums[:, 1]).any()
    )
    return Correction(rows, len(found) - len(rows))
