"""Signing an offer: what the quote worked out becomes movements and the terms of the credit.

The amounts are the offer's own; nothing is worked out again. Interest and charges can only be
capitalised or waived while they are owed, and the balance promised is less by the principal paid
since the quote: nothing is owed twice. A payment known late, or one that bounced, counts the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tequio.core.loan import Loan
from tequio.core.offer import Offer, OnDefault
from tequio.engine.exact import compiled, pesos
from tequio.engine.offers import plan_of, reward_of
from tequio.engine.plan import Flags, Plan
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import Ints, Kind, Movements
from tequio.servicing.credit import Credits, price_of
from tequio.servicing.interest import accumulate, native_of, principal_of
from tequio.servicing.month_end import NO_CHANNEL, NO_SOURCE, begin_month, day_of_thirty
from tequio.servicing.posting import OWED_ACCOUNTS, Rules
from tequio.servicing.sheet import (
    HEAD,
    OF,
    WIDTH,
    Sheet,
    add_row,
    drop_if_empty,
    movements_of,
    sheet_of,
)

SIGNING, FORGIVEN, WAIVED = int(Kind.SIGNING), OF["forgiven"], OF["waived"]
# Columns of what is booked for each signer.
BOOKED = ("interest", "charges", "waived", "forgiven", "balance", "indexed", "cures", "owed")
(B_INTEREST, B_CHARGES, B_WAIVED, B_FORGIVEN, B_BALANCE, B_INDEXED, B_CURES, B_OWED) = range(
    len(BOOKED)
)


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """What a day of signings did. `short` (centavos, one entry a signer) is what the quote wanted
    to capitalise or waive and was no longer owed; the balance is lower by what of it was to
    join."""

    movements: Movements
    credits: Credits
    short: Ints


def sign(credits_: Credits, rows: Ints, offer: Offer, loan: Loan, day: int, rules: Rules) -> Signed:
    """The credits at `rows` accept the offer that the rules made for them: entry k of the offer's
    and the loan's columns is the signer rows[k]. In the month in progress, before its last day."""
    on = rules.first_day <= day < rules.last_day
    assert on, "a signing is of a day of the month in progress, before the last"
    assert (credits_["month"][rows] == rules.month).all(), "every signer is in the month"
    assert offer.settlement is None, "a settlement is a deposit: close it with `settle`"
    assert len(np.unique(rows)) == len(rows), "one signing a credit"
    plan = plan_of(offer, loan, np.arange(len(rows)))
    booked = booked_of(offer, plan)
    numbers, dues, starts = credits_.numbers.copy(), credits_.dues.copy(), credits_.starts()
    sheet, short = sheet_of(3 * len(rows)), np.zeros(len(rows), np.int64)
    keep = np.ones(len(dues), np.bool_)
    sign_rows(numbers, dues, starts, keep, rows, booked, day, rules, sheet, short)
    new_terms(numbers, rows, offer, loan, plan)
    return Signed(movements_of(sheet), Credits(numbers, dues[keep]), short)


def booked_of(offer: Offer, plan: Plan) -> Ints:
    """(signer, column) of what the offer books; `balance` is what it promises, native, and `owed`
    the principal that it was made for, in the measure of before."""
    size = len(plan)
    signing, after, before = offer.signing, offer.after, offer.before
    owed = np.where(before.indexed.values, before.balance_units.values, before.balance.values)
    cured = (before.overdue.values > 0) & (after.overdue.values == 0)
    columns = (
        signing.interest.values,
        signing.charges.values,
        signing.waived.values,
        signing.forgiven.values,
        plan.balance,
        plan.indexed,
        cured,
        owed,
    )
    return np.stack([np.broadcast_to(x, size).astype(np.int64) for x in columns], axis=1)


def new_terms(numbers: Ints, rows: Ints, offer: Offer, loan: Loan, plan: Plan) -> None:
    """The contract from that day on, the stages, and the reward."""
    terms = offer.after
    overdue = numbers[rows, c.MISSED] > 0
    fees, own = plan.fees, np.broadcast_to(loan.protection_fee.values, len(rows))
    protection = np.minimum(own, fees)
    columns = {
        c.INDEXED: plan.indexed,
        c.PRICE: price_of(plan.indexed.astype(np.int64), numbers[rows, c.INDEX]),
        c.RATE: plan.rate,
        c.INSTALMENT: plan.instalment,
        c.MONTHS_LEFT: plan.term,
        c.CHARGE_INSURANCE: plan.insurance,
        c.CHARGE_FEES: fees - protection,
        c.CHARGE_PROTECTION: protection,
        c.FEES_INDEX: np.broadcast_to(terms.index.values, len(rows)),
        c.EMPLOYER_TO_PRINCIPAL: 1,
        c.WAITING: 0,
        c.IN_A_ROW: np.where(overdue, 0, numbers[rows, c.IN_A_ROW]),
        c.RESTRUCTURED: np.where(overdue, 1, numbers[rows, c.RESTRUCTURED]),
        c.MISSED: np.minimum(numbers[rows, c.MISSED], numbers[rows, c.OPEN]),
        c.OLDEST: np.where(numbers[rows, c.OPEN] > 0, numbers[rows, c.OLDEST], -1),
        c.ON_DEFAULT: list(OnDefault).index(offer.on_default),
    }
    for field, values in columns.items():
        numbers[rows, field] = values
    reward, reward_at = reward_of(offer, loan, np.arange(len(rows)))
    numbers[rows, c.REWARD], numbers[rows, c.REWARD_LEFT] = reward, reward_at
    numbers[rows, c.WAIVED] = np.broadcast_to(offer.signing.waived.values, len(rows))
    numbers[rows, c.GAP : c.THIRD_PAYER + 1] = 0
    for gap in (c.GAP, c.SECOND_GAP, c.THIRD_GAP):
        numbers[rows, gap] = c.NO_STAGE
    place = np.full(len(rows), c.GAP)
    for stage in plan.stages:
        has = np.flatnonzero(stage.months > 0)
        for offset, values in enumerate((stage.gap, stage.pays, stage.months, stage.payer)):
            numbers[rows[has], place[has] + offset] = values[has]
        place[has] += c.SECOND_GAP - c.GAP


@compiled
def sign_rows(
    numbers: Ints,
    dues: Ints,
    starts: Ints,
    keep: Flags,
    rows: Ints,
    booked: Ints,
    day: int,
    rules: Rules,
    sheet: Sheet,
    short: Ints,
) -> None:
    """Signer by signer; `keep` marks the dues that are left."""
    for k in range(len(rows)):
        i = rows[k]
        s, own = numbers[i], dues[starts[i] : starts[i + 1]]
        begin_month(s, own, sheet, i, rules)
        # The day of the signing runs on the new terms already.
        accumulate(s, own, day_of_thirty(day, rules) - 1, rules.first_day)
        row = add_row(sheet, i, day, rules.month, SIGNING, NO_CHANNEL, NO_SOURCE)
        book = booked[k]
        joined = take_charges(s, own, row, book[B_CHARGES])
        waived = take_charges(s, own, row, book[B_WAIVED])
        interest = take(s, own, row, 3, book[B_INTEREST])
        row[WAIVED] += waived
        missing = book[B_CHARGES] + book[B_INTEREST] - joined - interest
        short[k] = missing + book[B_WAIVED] - waived
        row[FORGIVEN] += book[B_FORGIVEN]
        if book[B_CURES] > 0:
            cure(s, own, row)
        new_balance(s, row, book, missing)
        open_ = 0
        for j in range(len(own)):
            left = 0
            own[j, c.DUE_UNITS] = own[j, c.DUE_UNITS] if book[B_INDEXED] > 0 else 0
            for which in range(5):
                left += own[j, c.DUE_INSURANCE + which]
            keep[starts[i] + j] = left > 0
            open_ += left > 0
        s[c.OPEN] = open_
        drop_if_empty(sheet)


@compiled
def take_charges(s: Ints, dues: Ints, row: Ints, amount: int) -> int:
    """Charges that are due, at most so much: insurance, then fees, then the fund."""
    taken = 0
    for which in range(3):
        taken += take(s, dues, row, which, amount - taken)
    return taken


@compiled
def take(s: Ints, dues: Ints, row: Ints, which: int, amount: int) -> int:
    """What is due of one kind, oldest month first, at most so much: it is owed no more."""
    taken = 0
    for j in range(len(dues)):
        part = min(amount - taken, dues[j, c.DUE_INSURANCE + which])
        dues[j, c.DUE_INSURANCE + which] -= part
        taken += part
    s[c.INSURANCE + which] -= taken
    row[OWED_ACCOUNTS[which]] -= taken
    return taken


@compiled
def cure(s: Ints, dues: Ints, row: Ints) -> None:
    """Principal that was due joins the rest. No month becomes an effective payment by it."""
    row[out.PRINCIPAL_DUE] -= s[c.PRINCIPAL_DUE]
    row[out.PRINCIPAL] += s[c.PRINCIPAL_DUE]
    row[out.PRINCIPAL_DUE_UNITS] -= s[c.PRINCIPAL_DUE_UNITS]
    row[out.PRINCIPAL_UNITS] += s[c.PRINCIPAL_DUE_UNITS]
    s[c.PRINCIPAL] += s[c.PRINCIPAL_DUE]
    s[c.PRINCIPAL_UNITS] += s[c.PRINCIPAL_DUE_UNITS]
    s[c.PRINCIPAL_DUE] = s[c.PRINCIPAL_DUE_UNITS] = 0
    for j in range(len(dues)):
        dues[j, c.DUE_PRINCIPAL] = dues[j, c.DUE_UNITS] = 0


@compiled
def new_balance(s: Ints, row: Ints, book: Ints, missing: int) -> None:
    """The principal that the offer promises, less what was to join and is no longer owed, and less
    the principal paid since the quote.

    A conversion ends the units: they leave, and the pesos stay. What is due and stays due is a part
    of the promised balance.
    """
    due = s[c.PRINCIPAL_DUE_UNITS] if s[c.INDEXED] > 0 else s[c.PRINCIPAL_DUE]
    owed = principal_of(s) + due
    less = native_of(s, missing) + book[B_OWED] - owed
    if s[c.INDEXED] > 0 and book[B_INDEXED] == 0:
        less = missing + pesos(book[B_OWED], s[c.PRICE]) - pesos(owed, s[c.PRICE])
        row[out.MOVED_UNITS] += s[c.PRINCIPAL_UNITS] + s[c.PRINCIPAL_DUE_UNITS]
        row[out.PRINCIPAL_UNITS] -= s[c.PRINCIPAL_UNITS]
        row[out.PRINCIPAL_DUE_UNITS] -= s[c.PRINCIPAL_DUE_UNITS]
        s[c.PRINCIPAL_UNITS] = s[c.PRINCIPAL_DUE_UNITS] = 0
    if book[B_INDEXED] > 0:
        wanted = max(book[B_BALANCE] - less - s[c.PRINCIPAL_DUE_UNITS], 0)
        native = wanted - s[c.PRINCIPAL_UNITS]
        s[c.PRINCIPAL_UNITS] = wanted
        row[out.PRINCIPAL_UNITS] += native
        row[out.MOVED_UNITS] -= native
        target = pesos(wanted, s[c.PRICE])
    else:
        target = max(book[B_BALANCE] - less - s[c.PRINCIPAL_DUE], 0)
    row[out.PRINCIPAL] += target - s[c.PRINCIPAL]
    s[c.PRINCIPAL] = target
    row[out.ROUNDING] -= imbalance_of(row)


@compiled
def imbalance_of(row: Ints) -> int:
    """What the pesos of a movement lack to sum to zero."""
    total = 0
    for place in range(HEAD, WIDTH):
        total += row[place]
    for place in (out.PRINCIPAL_UNITS, out.PRINCIPAL_DUE_UNITS, out.MOVED_UNITS):
        total -= row[place]
    return total
