"""A credit's whole history as one computation, and corrections by counter-entries.

Replaying twice is replaying once: the same opening and the same events give the same movements. A
payment that arrives late with an early value day, one that bounced, a signing that is taken back:
each is the history with it or without it. What changes from there on is reversed and booked again,
and nothing is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tequio.servicing.accounts import Ints, Kind, Movements, no_movements, reversal, together
from tequio.servicing.close import Receipts, close, post
from tequio.servicing.credit import Credits
from tequio.servicing.month_end import RECEIPTS
from tequio.servicing.posting import MONTH_END, Rules

Happens = Callable[[Credits, Rules], tuple[Movements, Credits]]
Seen = Callable[[Rules, Credits, Movements, Credits], Credits]


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to one credit on a day besides money received: a signing, a settlement, a
    release, a refund. It is told the credit alone, with what was received up to that day booked;
    sources of its movements are places in what the caller handed in."""

    credit: int  # position
    day: int
    happens: Happens


def replay(
    opening: Credits,
    received: Receipts,
    calendar: Sequence[Rules],
    events: Sequence[Event] = (),
    *,
    ends: bool = True,
    seen: Seen | None = None,
) -> tuple[Movements, Credits]:
    """Month after month from the opening, with what was received and what happened by value day,
    in any order; of one day, what was received goes first.

    `ends` False: the last month goes on, and of it only what its events need is booked. `seen` is
    told of each close (the month's rules, the credits before and after, and what it booked), and
    says how the next month begins. Sources are places in `received`. AssertionError for what is of
    a day after the last month.
    """
    last = calendar[-1].last_day
    late = [*received.day[received.day > last], *(e.day for e in events if e.day > last)]
    assert not late, "nothing after the last month of the calendar"
    parts, now, own = [], opening, sorted(events, key=lambda one: one.day)
    for rules, of_month in zip(calendar, by_month(received.day, calendar), strict=True):
        chosen = of_month
        while own and own[0].day <= rules.last_day:
            event = own.pop(0)
            moved, now, chosen = happened(now, received, chosen, event, rules)
            parts.append(moved)
        if ends or rules is not calendar[-1]:
            moved, closed = close(now, picked_receipts(received, chosen), rules)
            parts.append(with_sources(moved, chosen))
            now = seen(rules, now, moved, closed) if seen else closed
    return together(parts), now


def by_month(days: Ints, calendar: Sequence[Rules]) -> list[Ints]:
    """The places of the days of each month, in order; what is of an earlier day is of the first."""
    month = np.searchsorted(np.array([rules.last_day for rules in calendar]), days)
    order = np.argsort(month, kind="stable")
    return np.split(order, np.searchsorted(month[order], np.arange(1, len(calendar))))


def happened(
    now: Credits, received: Receipts, chosen: Ints, event: Event, rules: Rules
) -> tuple[Movements, Credits, Ints]:
    """One event, after what was received up to its day and may be booked before the close; and
    the receipts that are left."""
    until = min(event.day, last_posted(rules))
    mine = (received.credit[chosen] == event.credit) & (received.day[chosen] <= until)
    rows, alone = chosen[mine], now.take(np.array([event.credit]))
    own = picked_receipts(received, rows)
    moved, alone = post(alone, of_the_first(own), rules)
    then, alone = event.happens(alone, rules)
    booked = together([with_sources(moved, rows), then])
    placed = np.full(len(booked), event.credit)
    heads = (booked.day, booked.month, booked.kind, booked.channel, booked.source)
    return (
        Movements(placed, *heads, booked.amounts),
        with_one(now, event.credit, alone),
        chosen[~mine],
    )


def last_posted(rules: Rules) -> int:
    """The last day of a month whose receipts can be booked before its close."""
    return min(rules.last_day - 1, rules.first_day + MONTH_END - 2)


def of_the_first(received: Receipts) -> Receipts:
    """The same, of the only credit there is."""
    columns = (getattr(received, name) for name in RECEIPTS[1:])
    return Receipts(np.zeros_like(received.credit), *columns)


def with_one(now: Credits, row: int, alone: Credits) -> Credits:
    """The credits with one of them as it is now."""
    numbers, starts = now.numbers.copy(), now.starts()
    numbers[row] = alone.numbers[0]
    dues = (now.dues[: starts[row]], alone.dues, now.dues[starts[row + 1] :])
    return Credits(numbers, np.concatenate(dues))


def picked_receipts(received: Receipts, rows: Ints) -> Receipts:
    """Some receipts, in that order."""
    return Receipts(*(getattr(received, name)[rows] for name in RECEIPTS))


def with_sources(moved: Movements, chosen: Ints) -> Movements:
    """The same with sources as places in the whole list."""
    places = np.append(chosen, -1)  # NO_SOURCE is the last
    heads = (moved.credit, moved.day, moved.month, moved.kind, moved.channel)
    return Movements(*heads, places[moved.source], moved.amounts)


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What turns movements booked into those wanted: `undone` are places in what was booked, newest
    first of each credit, and `fresh` places in what is wanted, in order."""

    undone: Ints
    fresh: Ints


def correction(booked: Movements, wanted: Movements) -> Correction:
    """Of each credit, everything from the first movement that differs on; sources in both must
    name the same receipts by the same places."""
    undone, fresh = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    old_rows, new_rows = rows_by_credit(booked), rows_by_credit(wanted)
    none = np.zeros(0, np.int64)
    for credit in sorted(old_rows.keys() | new_rows.keys()):
        old, new = old_rows.get(credit, none), new_rows.get(credit, none)
        same = agreeing(booked, old, wanted, new)
        undone.append(old[same:][::-1])
        fresh.append(new[same:])
    return Correction(np.concatenate(undone), np.concatenate(fresh))


def rows_by_credit(movements: Movements) -> dict[int, Ints]:
    """Where the movements of each credit are, in order."""
    order = np.argsort(movements.credit, kind="stable")
    credits_, starts = np.unique(movements.credit[order], return_index=True)
    return dict(zip(credits_.tolist(), np.split(order, starts[1:]), strict=False))


def agreeing(booked: Movements, old: Ints, wanted: Movements, new: Ints) -> int:
    """How many movements are the same before the first that differs."""
    size = min(len(old), len(new))
    old, new = old[:size], new[:size]
    same = (booked.amounts[:, old] == wanted.amounts[:, new]).all(axis=0)
    for name in ("day", "month", "kind", "channel", "source"):
        same &= getattr(booked, name)[old] == getattr(wanted, name)[new]
    return int(np.argmin(same)) if size and not same.all() else size


def corrections(booked: Movements, wanted: Movements, day: int) -> Movements:
    """The counter-entries on `day`, and then the movements as they should be."""
    found = correction(booked, wanted)
    undone = booked.take(found.undone)
    return together([reversal(undone, np.full(len(undone), day)), wanted.take(found.fresh)])


def net(parts: Iterable[tuple[Movements, int]]) -> Movements:
    """Movements with a sign each: what a correction changes, by the kinds of what it takes back."""
    signed = []
    for part, sign in parts:
        heads = (part.credit, part.day, part.month, part.kind, part.channel, part.source)
        signed.append(Movements(*heads, part.amounts * sign))
    assert all((one.kind != Kind.REVERSAL).all() for one in signed), "counter-entries have no sign"
    return together([no_movements(), *signed])
