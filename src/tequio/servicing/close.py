"""The close of a month, and payments inside it, over a whole portfolio: a pure function.

What a portfolio owes, and what was received, give movements and what it owes afterwards. The
caller stores the movements; opening + movements = closing, account by account.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tequio.core import annuities
from tequio.core.columns import EPOCH
from tequio.core.months import first_of, last_of
from tequio.engine.exact import compiled
from tequio.engine.rulebook import assumed, published
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints, Movements, together
from tequio.servicing.credit import DUES, Credits
from tequio.servicing.law import law_at
from tequio.servicing.month_end import RECEIPTS, begin_month, end_month, receive
from tequio.servicing.notice import due
from tequio.servicing.posting import MONTH_END, Rules
from tequio.servicing.sheet import Sheet, movements_of, sheet_of

CHUNK = 65_536  # credits at a time
ROWS_A_CREDIT = 10  # movements of a month besides those of receipts, at most
ROWS_A_RECEIPT = 6  # besides one a month unpaid


@dataclass(frozen=True, slots=True, eq=False)
class Receipts:
    """Money received for credits of a portfolio; one entry each, in any order."""

    credit: Ints  # position
    day: Ints  # value day, days since 1970-01-01
    amount: Ints  # centavos, more than 0
    channel: Ints  # accounts.Channel
    intent: Ints  # posting.Intent
    from_employer: Ints  # 1: the employer's 5 %

    def __post_init__(self) -> None:
        assert (self.amount > 0).all(), "a receipt has an amount"
        assert len({len(getattr(self, name)) for name in RECEIPTS}) == 1, "columns of one length"

    def in_order(self) -> Ints:
        """(receipt, column): by credit, then by day, then as handed in; the last column is the
        place in what was handed in."""
        table = np.empty((len(self.credit), len(RECEIPTS) + 1), np.int64)
        for place, name in enumerate(RECEIPTS):
            table[:, place] = getattr(self, name)
        table[:, -1] = np.arange(len(table))
        return table[np.lexsort((self.day, self.credit))] if len(table) > 1 else table


def no_receipts() -> Receipts:
    """None."""
    return Receipts(*(np.zeros(0, np.int64) for _ in RECEIPTS))


def rules_of(month: int, index: int, holidays: Container[date] = ()) -> Rules:
    """The law and the calendar of a month (year x 12 + month - 1), with its index."""
    first, last = first_of(month), last_of(month)
    law, shared = law_at(last), assumed(published(), last)
    payroll = due(first.year, (first.month + 1) // 2, holidays)
    return Rules(
        law.order(),
        int(law.excess_to_principal.values[0]),
        int(shared.releasing_payments.values[0]),
        int(shared.last_payment_residue.values[0]),
        month,
        index,
        day_number(first),
        day_number(last),
        day_number(payroll),
    )


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def close(credits_: Credits, received: Receipts, rules: Rules) -> tuple[Movements, Credits]:
    """One month, from its beginning to its end, for every credit.

    AssertionError when a credit is not in that month: it is closed already, or one is missing.
    """
    return run(credits_, received, rules, ends=True)


def post(credits_: Credits, received: Receipts, rules: Rules) -> tuple[Movements, Credits]:
    """What was received so far in a month that goes on; not on its last day, which is the close's.
    Posting it day by day and then closing is the same as closing with all of it."""
    assert (received.day < rules.last_day).all(), "the last day belongs to the close"
    assert (received.day - rules.first_day + 1 < MONTH_END).all(), "day 30 belongs to the close"
    return run(credits_, received, rules, ends=False)


def run(
    credits_: Credits, received: Receipts, rules: Rules, *, ends: bool
) -> tuple[Movements, Credits]:
    """Chunk by chunk: what each writes fits its sheet."""
    month = credits_["month"]
    assert (month == rules.month).all(), "every credit must be in the month that is closed"
    receipts, starts = received.in_order(), credits_.starts()
    places = np.searchsorted(receipts[:, 0], np.arange(len(credits_) + 1))
    assert len(receipts) == 0 or 0 <= receipts[0, 0] <= receipts[-1, 0] < len(credits_), (
        "a receipt of no credit"
    )
    numbers, parts, dues = credits_.numbers.copy(), [], []
    own = np.empty((longest_of(starts) + 2, len(DUES)), np.int64)
    for first in range(0, len(credits_), CHUNK):
        rows = np.arange(first, min(first + CHUNK, len(credits_)) + 1)
        sheet = sheet_of(most_rows(starts[rows], places[rows]))
        kept = np.empty((starts[rows[-1]] - starts[first] + CHUNK + 1, len(DUES)), np.int64)
        written = run_credits(
            numbers, credits_.dues, starts, receipts, places, rules, ends, sheet, kept, own, rows
        )
        parts.append(movements_of(sheet))
        dues.append(kept[:written])
    left = (
        dues[0] if len(dues) == 1 else np.concatenate([np.zeros((0, len(DUES)), np.int64), *dues])
    )
    return together(parts), relevelled(Credits(numbers, left), ends)


def longest_of(starts: Ints) -> int:
    """The most instalments that a credit has unpaid."""
    return int((starts[1:] - starts[:-1]).max(initial=0))


def most_rows(starts: Ints, places: Ints) -> int:
    """Movements that a chunk can write at most."""
    received, unpaid = places[1:] - places[:-1], starts[1:] - starts[:-1]
    return int((ROWS_A_CREDIT + unpaid + received * (ROWS_A_RECEIPT + unpaid)).sum())


@compiled
def run_credits(
    numbers: Ints,
    dues: Ints,
    starts: Ints,
    receipts: Ints,
    places: Ints,
    rules: Rules,
    ends: bool,
    sheet: Sheet,
    kept: Ints,
    own: Ints,
    rows: Ints,
) -> int:
    """The credits of a chunk, one after another; `own` holds the dues of one. How many dues are
    kept."""
    written = 0
    for i in rows[:-1]:
        s, mine = numbers[i], receipts[places[i] : places[i + 1]]
        own[: starts[i + 1] - starts[i]] = dues[starts[i] : starts[i + 1]]
        begin_month(s, own, sheet, i, rules)
        receive(s, own, sheet, i, mine, rules, MONTH_END - 1)
        if ends:
            end_month(s, own, sheet, i, mine, rules)
        kept[written : written + s[c.OPEN]] = own[: s[c.OPEN]]
        written += s[c.OPEN]
    return written


def relevelled(closed: Credits, ends: bool) -> Credits:
    """After the month: the instalment of who paid principal to lower it."""
    rows = np.flatnonzero(closed["relevel"]) if ends else np.zeros(0, np.int64)
    if not rows.size:
        return closed
    numbers = closed.numbers
    chosen = numbers[rows]
    principal = np.where(chosen[:, c.INDEXED], chosen[:, c.PRINCIPAL_UNITS], chosen[:, c.PRINCIPAL])
    months = chosen[:, c.MONTHS_LEFT]
    level = annuities.instalment(principal, chosen[:, c.RATE], months)
    lower = np.minimum(level, chosen[:, c.INSTALMENT])
    numbers[rows, c.INSTALMENT] = np.where(months > 0, lower, chosen[:, c.INSTALMENT])
    numbers[rows, c.RELEVEL] = 0
    return replace(closed, numbers=numbers)
