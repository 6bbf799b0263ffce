"""Where the kernel writes movements: a row each, heads first, then one column an account."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tequio.engine.exact import compiled, pesos
from tequio.servicing import credit as c
from tequio.servicing.accounts import ACCOUNTS, AT, Ints, Movements

HEAD = 6
WIDTH = HEAD + len(ACCOUNTS)
CREDIT, DAY, MONTH, KIND, CHANNEL, SOURCE = range(HEAD)
OF = {name: HEAD + place for name, place in AT.items()}
PRINCIPAL, PRINCIPAL_UNITS = OF["principal"], OF["principal_units"]
PRINCIPAL_DUE, PRINCIPAL_DUE_UNITS = OF["principal_due"], OF["principal_due_units"]
MOVED_UNITS, ROUNDING = OF["moved_units"], OF["rounding"]
INTEREST, INTEREST_INCOME = OF["interest"], OF["interest_income"]
PAYABLE, UNAPPLIED = OF["payable_to_borrower"], OF["unapplied"]
INDEXED, PRICE = c.INDEXED, c.PRICE


class Sheet(NamedTuple):
    """Rows of (head, accounts), and how many are written."""

    rows: Ints
    written: Ints  # (1,)


def sheet_of(capacity: int) -> Sheet:
    """An empty one."""
    return Sheet(np.empty((capacity, WIDTH), np.int64), np.zeros(1, np.int64))


def movements_of(sheet: Sheet) -> Movements:
    """What is written."""
    rows = sheet.rows[: sheet.written[0]]
    heads = (np.ascontiguousarray(rows[:, place]) for place in range(HEAD))
    credit, day, month, kind, channel, source = heads
    return Movements(credit, day, month, kind, channel, source, rows[:, HEAD:].T)


@compiled
def add_row(
    sheet: Sheet, credit: int, day: int, month: int, kind: int, channel: int, source: int
) -> Any:
    """One more movement, without amounts."""
    row = sheet.rows[sheet.written[0]]
    sheet.written[0] += 1
    row[:] = 0
    row[CREDIT], row[DAY], row[MONTH] = credit, day, month
    row[KIND], row[CHANNEL], row[SOURCE] = kind, channel, source
    return row


@compiled
def drop_if_empty(sheet: Sheet) -> None:
    """Take the last movement back when it moves nothing."""
    row = sheet.rows[sheet.written[0] - 1]
    moved = False
    for place in range(HEAD, WIDTH):
        moved = moved or row[place] != 0
    if not moved:
        sheet.written[0] -= 1


@compiled
def principal_falls(s: Ints, row: Ints, native: int, centavos: int) -> None:
    """Less principal that is not due yet; a negative amount is more."""
    s[c.PRINCIPAL] -= centavos
    row[PRINCIPAL] -= centavos
    if s[INDEXED] > 0:
        s[c.PRINCIPAL_UNITS] -= native
        row[PRINCIPAL_UNITS] -= native
        row[MOVED_UNITS] += native


@compiled
def square(s: Ints, row: Ints) -> None:
    """The pesos of indexed principal not due yet are what its units are worth: the difference of a
    centavo between a payment and the units that it settles is its own account. What is due stays
    as billed, and while one payment closes the credit there is nothing to compare."""
    if s[INDEXED] > 0 and s[c.SETTLING] == 0:
        more = pesos(s[c.PRINCIPAL_UNITS], s[PRICE]) - s[c.PRINCIPAL]
        s[c.PRINCIPAL] += more
        row[PRINCIPAL] += more
        row[ROUNDING] -= more
