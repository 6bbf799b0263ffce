"""A credit's whole history as one computation, and corrections by counter-entries.

Replaying twice is replaying once: the same opening and the same events give the same movements. A
payment that arrives late with an early value day, or one that bounced, is the history without it
or with it; what changes from there on is reversed and booked again, and nothing is edited.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tequio.servicing.accounts import Ints, Movements, no_movements, reversal, together
from tequio.servicing.close import Receipts, close
from tequio.servicing.credit import Credits
from tequio.servicing.month_end import RECEIPTS
from tequio.servicing.posting import Rules


def replay(
    opening: Credits, received: Receipts, calendar: Sequence[Rules]
) -> tuple[Movements, Credits]:
    """Month after month from the opening, with what was received by value day, in any order.

    Sources are places in `received`. AssertionError for a receipt after the last month.
    """
    late = received.day > calendar[-1].last_day
    assert not late.any(), "a receipt after the last month of the calendar"
    ends = np.array([rules.last_day for rules in calendar])
    month = np.searchsorted(ends, received.day)
    parts, now = [], opening
    for place, rules in enumerate(calendar):
        chosen = np.flatnonzero(month == place)
        moved, now = close(now, picked_receipts(received, chosen), rules)
        parts.append(with_sources(moved, chosen))
    return together(parts), now


def picked_receipts(received: Receipts, rows: Ints) -> Receipts:
    """Some receipts, in that order."""
    return Receipts(*(getattr(received, name)[rows] for name in RECEIPTS))


def with_sources(moved: Movements, chosen: Ints) -> Movements:
    """The same with sources as places in the whole list."""
    places = np.append(chosen, -1)  # NO_SOURCE is the last
    heads = (moved.credit, moved.day, moved.month, moved.kind, moved.channel)
    return Movements(*heads, places[moved.source], moved.amounts)


def corrections(booked: Movements, wanted: Movements, day: int) -> Movements:
    """What turns the movements booked into those wanted: from the first that differs of each
    credit, counter-entries on `day`, newest first, and then the movements as they should be."""
    parts = [no_movements()]
    for credit in np.union1d(booked.credit, wanted.credit):
        old = booked.take(np.flatnonzero(booked.credit == credit))
        new = wanted.take(np.flatnonzero(wanted.credit == credit))
        same = agreeing(old, new)
        undone = old.take(np.arange(len(old) - 1, same - 1, -1))
        parts.append(reversal(undone, np.full(len(undone), day)))
        parts.append(new.take(np.arange(same, len(new))))
    return together(parts)


def agreeing(old: Movements, new: Movements) -> int:
    """How many movements are the same before the first that differs, sources aside."""
    size = min(len(old), len(new))
    same = (old.amounts[:, :size] == new.amounts[:, :size]).all(axis=0)
    for name in ("day", "month", "kind", "channel"):
        same &= getattr(old, name)[:size] == getattr(new, name)[:size]
    return int(np.argmin(same)) if size and not same.all() else size
