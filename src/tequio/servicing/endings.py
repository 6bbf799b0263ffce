"""Ends of a debt that are no instalment: a deposit that settles, an insured release, a refund."""

from __future__ import annotations

import numpy as np

from tequio.core.columns import Money as Amount
from tequio.core.offer import Settlement
from tequio.core.settlement import receive
from tequio.engine.exact import compiled
from tequio.engine.offers import picked
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import NO_SOURCE, Channel, Ints, Kind, Movements, together
from tequio.servicing.close import Receipts, no_receipts, post
from tequio.servicing.credit import DUES, Credits
from tequio.servicing.interest import accumulate, bill_charges, post_interest
from tequio.servicing.month_end import day_of_thirty
from tequio.servicing.posting import Intent, Rules, write_off
from tequio.servicing.quotes import quotes
from tequio.servicing.sheet import OF, Sheet, add_row, drop_if_empty, movements_of, sheet_of

ACCRUAL, NO_CHANNEL = int(Kind.ACCRUAL), int(Channel.NONE)
FORGIVEN, WAIVED, RELEASED = OF["forgiven"], OF["waived"], OF["released"]


def settle(
    credits_: Credits,
    rows: Ints,
    deposits: Ints,
    settlement: Settlement,
    day: int,
    channel: int,
    rules: Rules,
) -> tuple[Movements, Credits]:
    """Deposits of one day against offers that settle: entry k is of the credit rows[k].

    What settles is the core's to say (`core.settlement.receive`, rule DLA-06): the quoted amount,
    or more, closes the credit, and what is left of it that day is forgiven; less is an ordinary
    payment; who pays the whole debt loses the benefit, and what is above it goes back. Sources are
    places in `deposits`.
    """
    owed = quotes(credits_, day, rules).to_settle[rows]
    receipt = receive(Amount(owed), Amount(deposits), settlement)
    pays = picked(settlement.pays, np.arange(len(rows)))
    settles = (deposits >= pays) & (deposits < owed)
    placed = np.where(settles, deposits - receipt.kept.values, deposits)
    whole = np.full(len(rows), 0)
    received = Receipts(
        rows,
        whole + day,
        placed,
        whole + channel,
        np.where(settles, int(Intent.ORDINARY), int(Intent.SETTLE)),
        whole,
    )
    moved, now = post(credits_, received, rules)
    kept = kept_rows(rows, np.where(settles, receipt.kept.values, 0), day, channel, rules)
    gone, now = over(now, rows[settles], day, int(Kind.SETTLEMENT), FORGIVEN, WAIVED, rules)
    return together([moved, kept, gone]), now


def kept_rows(rows: Ints, kept: Ints, day: int, channel: int, rules: Rules) -> Movements:
    """What was deposited above the amount that settles: it is not returned (rule DLA-06). Its
    source is the deposit's place."""
    sheet = sheet_of(len(rows))
    for k in np.flatnonzero(kept).tolist():
        kind = int(Kind.SETTLEMENT)
        row = add_row(sheet, rows[k], day, rules.month, kind, channel, k)
        row[OF["cash"]], row[OF["adjustment"]] = kept[k], -kept[k]
    return movements_of(sheet)


def release_insured(
    credits_: Credits, rows: Ints, day: int, rules: Rules
) -> tuple[Movements, Credits]:
    """The fund's own insurance of death or total incapacity: everything owed that day is released,
    missed months too."""
    begun, now = post(credits_, no_receipts(), rules)
    gone, now = over(now, rows, day, int(Kind.RELEASE), RELEASED, RELEASED, rules)
    now.numbers[rows, c.STATUS] = c.RELEASED
    return together([begun, gone]), now


def refund(
    credits_: Credits, rows: Ints, amounts: Ints, day: int, channel: int, *, paid: bool = False
) -> tuple[Movements, Credits]:
    """Money paid in excess goes back; AssertionError above what is kept for the borrower.

    `paid`: it has gone back already. When the payment that it came from turns out not to be money,
    what went back is owed again: the balance kept for the borrower is then against them.
    """
    numbers = credits_.numbers.copy()
    assert len(np.unique(rows)) == len(rows), "one refund a credit"
    assert (amounts > 0).all(), "a refund has an amount"
    assert paid or (amounts <= -numbers[rows, c.PAYABLE]).all(), "more than is kept"
    sheet = sheet_of(len(rows))
    for i, amount in zip(rows, amounts, strict=True):
        month = numbers[i, c.MONTH]
        row = add_row(sheet, i, day, month, int(Kind.REFUND), channel, NO_SOURCE)
        row[out.PAYABLE], row[OF["refunded"]] = amount, -amount
        numbers[i, c.PAYABLE] += amount
    return movements_of(sheet), Credits(numbers, credits_.dues)


def over(
    credits_: Credits, rows: Ints, day: int, kind: int, principal: int, rest: int, rules: Rules
) -> tuple[Movements, Credits]:
    """Nothing is owed any more: principal against one account, the rest against another."""
    assert (credits_["month"][rows] == rules.month).all(), "in the month in progress"
    numbers, starts = credits_.numbers.copy(), credits_.starts()
    sheet, keep = sheet_of(2 * len(rows)), np.ones(len(credits_.dues), np.bool_)
    for i in rows:
        own = credits_.dues[starts[i] : starts[i + 1]]
        end_debt(numbers[i], own, sheet, i, day, kind, principal, rest, rules)
        keep[starts[i] : starts[i + 1]] = False
    return movements_of(sheet), Credits(numbers, credits_.dues[keep].reshape(-1, len(DUES)))


@compiled
def end_debt(
    s: Ints,
    dues: Ints,
    sheet: Sheet,
    i: int,
    day: int,
    kind: int,
    principal: int,
    rest: int,
    rules: Rules,
) -> None:
    """Book the month so far, and take off all that is owed."""
    accumulate(s, dues, day_of_thirty(day, rules), rules.first_day)
    row = add_row(sheet, i, day, rules.month, ACCRUAL, NO_CHANNEL, NO_SOURCE)
    post_interest(s, row)
    bill_charges(s, row)
    drop_if_empty(sheet)
    row = add_row(sheet, i, day, rules.month, kind, NO_CHANNEL, NO_SOURCE)
    write_off(s, row, principal, rest)
    drop_if_empty(sheet)
    s[c.STATUS] = c.SETTLED
