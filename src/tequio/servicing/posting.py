"""Where a payment goes, for one credit: the oldest month first, then the month in progress, then
the principal or what the payer says; what is left when nothing is owed goes back to the borrower.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

from tequio.engine.exact import compiled, pesos
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import Ints, Kind
from tequio.servicing.interest import (
    accumulate,
    bill_charges,
    debt_of,
    instalment_now,
    is_over,
    native_of,
    post_interest,
    principal_of,
    to_settle,
)
from tequio.servicing.sheet import (
    OF,
    Sheet,
    add_row,
    drop_if_empty,
    principal_falls,
    square,
)


class Intent(IntEnum):
    """What the payer says the money is for. New ones go at the end."""

    ORDINARY = 0  # nothing: the law decides
    CURRENT = 1  # be current
    INSTALMENT = 2  # instalments: what is above waits for the next one
    SHORTER = 3  # principal, with the same instalment and a shorter term
    LOWER = 4  # principal, with a lower instalment and the same term
    SETTLE = 5  # everything


INTENT_LABELS = (
    "Sin indicación",
    "Ponerme al corriente",
    "Pagar mensualidades",
    "Bajar el saldo y acortar el plazo",
    "Bajar el saldo y la mensualidad",
    "Liquidar",
)
ORDINARY, INSTALMENT, SHORTER = int(Intent.ORDINARY), int(Intent.INSTALMENT), int(Intent.SHORTER)
LOWER, SETTLE = int(Intent.LOWER), int(Intent.SETTLE)
ACCRUAL = int(Kind.ACCRUAL)
OWED_ACCOUNTS = (
    OF["insurance"],
    OF["fees"],
    OF["protection_fund"],
    OF["interest"],
    OF["principal_due"],
)
MONTH_END = 30  # the day of thirty on which the month falls due


class Rules(NamedTuple):
    """The law of the month, and its calendar."""

    order: Ints  # positions in law.APPLIED
    excess_to_principal: int
    released_at: int  # effective payments
    residue: int  # centavos that the last contractual payment also clears
    month: int
    unit: int  # the index
    first_day: int
    last_day: int
    payroll_due: int  # the day until which an employer may send this month


class Money(NamedTuple):
    """One amount to place: where it comes from."""

    credit: int
    day: int  # value day
    on: int  # its day of thirty in the month
    kind: int
    channel: int
    source: int
    account: int  # column of the sheet that receives it
    intent: int


@compiled
def place(s: Ints, dues: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules) -> None:
    """Book an amount, to the last centavo."""
    owed = to_settle(s, dues, money.on, rules.first_day)
    accumulate(s, dues, money.on, rules.first_day)
    to_principal = money.intent in (SHORTER, LOWER)
    if to_principal and amount >= owed:
        to_principal = False  # it settles, charges of the month and all
    settles = amount >= owed
    already = s[c.SETTLING]  # by more than this amount
    s[c.SETTLING] = already + settles
    left = cover_dues(s, dues, sheet, amount, money, rules)
    if left > 0 and money.on < MONTH_END and not to_principal and not is_over(s):
        left = cover_month(s, sheet, left, money, rules)
    if left > 0 and debt_of(s) > 0:
        if settles or to_principal or waits(money, rules) == 0:
            left = prepay(s, sheet, left, money, rules)
        else:
            keep(s, sheet, left, money, rules, out.UNAPPLIED)
            left = 0
    s[c.SETTLING] = already
    if left > 0:
        keep(s, sheet, left, money, rules, out.PAYABLE)


@compiled
def waits(money: Money, rules: Rules) -> Any:
    """1 when what is above the instalment waits for the next one."""
    if money.intent == INSTALMENT:
        return 1
    return 1 - rules.excess_to_principal


@compiled
def cover_dues(s: Ints, dues: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules) -> Any:
    """The oldest month first, in the law's order inside it. What is left."""
    left = amount
    while left > 0 and s[c.OPEN] > 0:
        row = add_row(
            sheet,
            money.credit,
            money.day,
            dues[0, c.DUE_MONTH],
            money.kind,
            money.channel,
            money.source,
        )
        paid = 0
        for which in rules.order:
            part = min(left - paid, dues[0, c.DUE_INSURANCE + which])
            units = units_of(s, dues, which, part)
            paid += part
            dues[0, c.DUE_INSURANCE + which] -= part
            s[c.INSURANCE + which] -= part
            row[OWED_ACCOUNTS[which]] -= part
            dues[0, c.DUE_UNITS] -= units
            s[c.PRINCIPAL_DUE_UNITS] -= units
            row[out.PRINCIPAL_DUE_UNITS] -= units
            row[out.MOVED_UNITS] += units
        row[money.account] += paid
        left -= paid
        square(s, row)
        if not drop_covered(s, dues):
            break
    return left


@compiled
def units_of(s: Ints, dues: Ints, which: int, part: int) -> Any:
    """The units that a part of the oldest due settles: all of them with its last centavo."""
    if which != 4 or s[c.INDEXED] == 0:
        return 0
    if part == dues[0, c.DUE_PRINCIPAL]:
        return dues[0, c.DUE_UNITS]
    return min(native_of(s, part), dues[0, c.DUE_UNITS])


@compiled
def drop_covered(s: Ints, dues: Ints) -> bool:
    """Take the oldest due off when it is covered; whether it was."""
    for which in range(5):
        if dues[0, c.DUE_INSURANCE + which] > 0:
            return False
    if dues[0, c.DUE_COUNTS] > 0:
        s[c.EFFECTIVE] += 1
    if dues[0, c.DUE_COUNTED] == 0 and dues[0, c.DUE_COUNTS] > 0:
        s[c.IN_A_ROW] += 1
        s[c.REWARD_LEFT] = max(s[c.REWARD_LEFT] - 1, 0)
    s[c.OPEN] -= 1
    for k in range(s[c.OPEN]):
        dues[k] = dues[k + 1]
    return True


@compiled
def start_row(sheet: Sheet, money: Money, rules: Rules) -> Any:
    """A movement of the month in progress."""
    return add_row(
        sheet, money.credit, money.day, rules.month, money.kind, money.channel, money.source
    )


@compiled
def accrue_now(s: Ints, sheet: Sheet, money: Money, rules: Rules, with_charges: bool) -> None:
    """Book the interest so far, and the month's charges where the money may reach them."""
    row = add_row(sheet, money.credit, money.day, rules.month, ACCRUAL, 0, money.source)
    post_interest(s, row)
    if with_charges:
        bill_charges(s, row)
    drop_if_empty(sheet)


@compiled
def cover_month(s: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules) -> Any:
    """The month in progress: charges, interest so far, and its part of principal. What is left."""
    accrue_now(s, sheet, money, rules, True)
    row = start_row(sheet, money, rules)
    left = amount
    for which in rules.order:
        ahead = max(instalment_now(s) - s[c.ADVANCED], 0)  # of the instalment, not paid yet
        if which < 3:
            part = min(left, s[c.NOW_INSURANCE + which])
            s[c.NOW_INSURANCE + which] -= part
            s[c.INSURANCE + which] -= part
            row[OWED_ACCOUNTS[which]] -= part
        elif which == 3:
            part = pay_interest(s, row, min(left, ahead))
            s[c.ADVANCED] += part
        else:
            part = pay_principal(s, row, min(left, max(ahead - s[c.NOW_WORTH], 0)))
            s[c.ADVANCED] += part
        left -= part
    row[money.account] += amount - left
    square(s, row)
    drop_if_empty(sheet)
    return left


@compiled
def pay_interest(s: Ints, row: Ints, most: int) -> Any:
    """Interest of the month in progress, at most so much. What was paid."""
    part = min(most, s[c.NOW_WORTH])
    all_of_it = part == s[c.NOW_WORTH]
    s[c.NOW_INTEREST] -= (
        s[c.NOW_INTEREST] if all_of_it else min(native_of(s, part), s[c.NOW_INTEREST])
    )
    s[c.NOW_WORTH] -= part
    s[c.INTEREST] -= part
    row[out.INTEREST] -= part
    return part


@compiled
def pay_principal(s: Ints, row: Ints, most: int) -> Any:
    """Principal not due yet, at most so much. What was paid; the last centavo takes all units."""
    part = min(most, s[c.PRINCIPAL])
    native = principal_of(s)
    if part < s[c.PRINCIPAL]:
        native = min(native_of(s, part), native)
    principal_falls(s, row, native, part)
    return part


@compiled
def prepay(s: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules) -> Any:
    """Interest so far, and then principal: it never pays an instalment. What is left."""
    accrue_now(s, sheet, money, rules, False)
    row = start_row(sheet, money, rules)
    left = amount - pay_interest(s, row, amount)
    left -= pay_principal(s, row, left)
    row[money.account] += amount - left
    square(s, row)
    drop_if_empty(sheet)
    if money.intent == LOWER:
        s[c.RELEVEL] = 1
    return left


@compiled
def keep(s: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules, where: int) -> None:
    """What has no place yet, or goes back to the borrower."""
    row = start_row(sheet, money, rules)
    row[money.account] += amount
    row[where] -= amount
    s[c.UNAPPLIED if where == out.UNAPPLIED else c.PAYABLE] -= amount
    drop_if_empty(sheet)


@compiled
def place_share(s: Ints, dues: Ints, sheet: Sheet, amount: int, money: Money, rules: Rules) -> None:
    """The employer's 5 %: to principal, whole worth what was sent; or, in older credits, a payment
    like any other."""
    principal = principal_of(s)
    if s[c.EMPLOYER_TO_PRINCIPAL] == 0 or principal == 0:
        place(s, dues, sheet, amount, money, rules)
        return
    accumulate(s, dues, money.on, rules.first_day)
    row = start_row(sheet, money, rules)
    sent = native_of(s, amount)
    posted = min(principal, sent)
    cash = amount if posted == sent else pesos(posted, s[c.PRICE])
    principal_falls(s, row, posted, cash)
    row[money.account] += cash
    square(s, row)
    drop_if_empty(sheet)
    if amount > cash:
        place(s, dues, sheet, amount - cash, money, rules)


@compiled
def write_off(s: Ints, row: Ints, principal: int, rest: int) -> None:
    """All that is owed is owed no more: principal against one account, the rest against another."""
    for which in range(5):
        amount = s[c.INSURANCE + which]
        row[OWED_ACCOUNTS[which]] -= amount
        row[principal if which == 4 else rest] += amount
        s[c.INSURANCE + which] = 0
    row[out.PRINCIPAL] -= s[c.PRINCIPAL]
    row[principal] += s[c.PRINCIPAL]
    row[out.PRINCIPAL_UNITS] -= s[c.PRINCIPAL_UNITS]
    row[out.PRINCIPAL_DUE_UNITS] -= s[c.PRINCIPAL_DUE_UNITS]
    row[out.MOVED_UNITS] += s[c.PRINCIPAL_UNITS] + s[c.PRINCIPAL_DUE_UNITS]
    for field in (c.PRINCIPAL, c.PRINCIPAL_UNITS, c.PRINCIPAL_DUE_UNITS, c.OPEN, c.MISSED):
        s[field] = 0
    for field in range(c.NOW_INSURANCE, c.NOW_WORTH + 1):
        s[field] = 0
    s[c.MISSED_BY_EMPLOYER], s[c.OLDEST] = 0, -1
