"""A credit at the beginning of a month, worked out again from its opening and what was received.

The ledger keeps movements and no state. The state is the history run once more, month by month;
what the run books must be what the ledger holds, account by account, or nothing is said. What the
payer meant is not kept either: it is the intent whose movements are those that were booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np

from tequio.engine.errors import Refused
from tequio.servicing.accounts import AT, Ints, Kind, Movements
from tequio.servicing.close import Receipts, close
from tequio.servicing.credit import BALANCES, Credits
from tequio.servicing.posting import Intent, Rules
from tequio.servicing.replay import picked_receipts

MOST_TRIES = 1_300  # of intents in one month: all of four receipts
CASH, EMPLOYER = AT["cash"], AT["employer"]


def retraced(opening: Credits, booked: Movements, calendar: Sequence[Rules]) -> Credits:
    """One credit after the last month of the calendar, which begins with the opening's month.

    `booked` is all that the ledger holds of it from the opening on, in the order of booking.
    Refused: no history of receipts gives those movements.
    """
    assert len(opening) == 1, "one credit at a time"
    received, now = receipts_of(booked), opening
    total = opening.sums()[:, 0]
    before = calendar[0].first_day
    for rules in calendar:
        mine = (received.day >= before) & (received.day <= rules.last_day)
        rows = (booked.day >= before) & (booked.day <= rules.last_day)
        total = total + booked.amounts[:, rows].sum(axis=1)
        now = month_as_booked(now, picked_receipts(received, np.flatnonzero(mine)), rules, total)
        before = rules.last_day + 1
    return now


def month_as_booked(now: Credits, received: Receipts, rules: Rules, wanted: Ints) -> Credits:
    """The close of a month, with the intents that give what was booked."""
    kept = [AT[name] for name in BALANCES]
    size = len(received.credit)
    for intents in islice(product(range(len(Intent)), repeat=size), MOST_TRIES):
        _, after = close(now, replace(received, intent=np.array(intents, np.int64)), rules)
        if np.array_equal(after.sums()[kept, 0], wanted[kept]):
            return after
    year, month = divmod(rules.month, 12)
    raise Refused(
        f"Los movimientos del libro de {year}-{month + 1:02} no son los de ningún cierre de ese "
        "mes. Revise que el mes esté cerrado y que sus correcciones estén registradas."
    )


def receipts_of(booked: Movements) -> Receipts:
    """What was received, by the source of its movements; what was reversed whole is not there."""
    money = (booked.amounts[CASH] != 0) | (booked.amounts[EMPLOYER] != 0)
    found: dict[tuple[int, int, int], list[int]] = {}
    for row in np.flatnonzero(money):
        share = int(booked.amounts[EMPLOYER, row] != 0)
        key = (int(booked.source[row]), int(booked.channel[row]), share)
        entry = found.setdefault(key, [0, 0])
        entry[0] += int(booked.amounts[CASH, row] + booked.amounts[EMPLOYER, row])
        if booked.kind[row] != Kind.REVERSAL:
            entry[1] = int(booked.day[row])
    rows = [(day, amount, key[1], key[2]) for key, (amount, day) in found.items() if amount > 0]
    table = np.array(rows, np.int64).reshape(-1, 4)
    none = np.zeros(len(rows), np.int64)
    return Receipts(none, table[:, 0], table[:, 1], table[:, 2], none, table[:, 3])
