"""Credits that come in with a history: from the columns of a portfolio to movements and balances.

What is unpaid arrives month by month, so that the oldest can be paid first: charges of today, the
unpaid interest in equal parts, and the rest of each instalment as principal.
"""

from __future__ import annotations

import numpy as np

from tequio.core.arrangements import ends_on_default
from tequio.core.law import Common
from tequio.core.loan import Loan
from tequio.engine.offers import Ints, picked, stage_rows, status_quo
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import CHARGES, NO_SOURCE, Channel, Kind, Movements
from tequio.servicing.credit import DUES, Credits, empty, price_of, worth_of
from tequio.servicing.month_end import ROA, STAGES_END
from tequio.servicing.sheet import HEAD, OF, WIDTH

DUE_ACCOUNTS = (*CHARGES, "interest", "principal_due")


def opened(loan: Loan, law: Common, size: int, month: int, day: int) -> tuple[Movements, Credits]:
    """`size` credits at the beginning of a month (year x 12 + month - 1), booked on `day`.

    Interest of a month missed is at most its instalment: what a portfolio says above that is kept
    in the last of them, so that the sum is the portfolio's.
    """
    rows, index = np.arange(size), int(law.umi.values[0])
    made = contracts(loan, law, rows, empty(size, month, index))
    s = made.numbers
    owner, dues = unpaid(loan, s, rows, month, day)
    for place, field in enumerate((c.INSURANCE, c.FEES, c.PROTECTION, c.INTEREST, c.PRINCIPAL_DUE)):
        np.add.at(s[:, field], owner, dues[:, c.DUE_INSURANCE + place])
    np.add.at(s[:, c.PRINCIPAL_DUE_UNITS], owner, dues[:, c.DUE_UNITS])
    indexed = s[:, c.INDEXED] > 0
    left = picked(loan.balance_units, rows) - s[:, c.PRINCIPAL_DUE_UNITS]
    s[:, c.PRINCIPAL_UNITS] = np.where(indexed, left, 0)
    pesos_left = picked(loan.balance, rows) - s[:, c.PRINCIPAL_DUE]
    worth = worth_of(s[:, c.PRINCIPAL_UNITS], s[:, c.PRICE])
    s[:, c.PRINCIPAL] = np.where(indexed, worth, pesos_left)
    s[:, c.STATUS] = np.where(s[:, c.INSURANCE : c.PRINCIPAL + 1].any(axis=1), c.ACTIVE, c.SETTLED)
    return opening_rows(s, owner, dues, day), Credits(s, dues)


def contracts(loan: Loan, law: Common, rows: Ints, made: Credits) -> Credits:
    """What the contract says and what the record holds; no balance."""
    s, indexed = made.numbers, picked(loan.indexed, rows).astype(np.int64)
    missed = picked(loan.months_missed, rows)
    columns: dict[int, Ints] = {
        c.INDEXED: indexed,
        c.RATE: picked(loan.rate, rows),
        c.INSTALMENT: np.where(
            indexed > 0, picked(loan.instalment_units, rows), picked(loan.instalment, rows)
        ),
        c.REGIME: picked(loan.regime, rows),
        c.CHARGE_INSURANCE: picked(loan.insurance, rows),
        c.CHARGE_FEES: picked(loan.administration_fee, rows),
        c.CHARGE_PROTECTION: picked(loan.protection_fee, rows),
        c.EMPLOYER_TO_PRINCIPAL: picked(loan.employer_to_principal, rows),
        c.MONTHS_LEFT: picked(loan.months_left, rows),
        c.EFFECTIVE: picked(loan.months_paid, rows),
        c.IN_A_ROW: picked(loan.months_in_a_row, rows),
        c.MISSED: missed,
        c.OPEN: missed,
        c.PRICE: price_of(indexed, int(law.umi.values[0])),
        c.OLDEST: np.where(missed > 0, made["month"] - missed, -1),
        c.BEGUN: np.zeros(len(rows), np.int64),
    }
    for field, values in columns.items():
        s[:, field] = values
    ends = picked(ends_on_default(loan), rows)
    s[:, c.ON_DEFAULT] = np.where(ends, STAGES_END, s[:, c.ON_DEFAULT])
    (stage,) = (stage_rows(one, rows) for one in status_quo(loan, law).stages)
    for offset, values in enumerate((stage.gap, stage.pays, stage.months, stage.payer)):
        s[:, c.GAP + offset] = np.where(stage.months > 0, values, s[:, c.GAP + offset])
    return made


def unpaid(loan: Loan, s: Ints, rows: Ints, month: int, day: int) -> tuple[Ints, Ints]:
    """Whose each unpaid month is, and the months: credit by credit, oldest first."""
    missed = s[:, c.MISSED]
    owner = np.repeat(rows, missed)
    first = np.cumsum(missed) - missed
    place = np.arange(len(owner)) - first[owner]  # 0: the oldest
    dues = np.zeros((len(owner), len(DUES)), np.int64)
    dues[:, c.DUE_MONTH], dues[:, c.DUE_ON] = month - missed[owner] + place, day
    dues[:, c.DUE_PAYROLL] = s[owner, c.REGIME] == ROA
    dues[:, c.DUE_COUNTED] = dues[:, c.DUE_COUNTS] = 1
    for which in range(3):
        dues[:, c.DUE_INSURANCE + which] = s[owner, c.CHARGE_INSURANCE + which]
    total, parts = picked(loan.unpaid_interest, rows)[owner], np.maximum(missed[owner], 1)
    dues[:, c.DUE_INTEREST] = total // parts + (place < total % parts)
    indexed = s[owner, c.INDEXED] > 0
    price, interest = s[owner, c.PRICE], dues[:, c.DUE_INTEREST]
    level = worth_of(s[owner, c.INSTALMENT], price)
    balance = np.where(indexed, picked(loan.balance_units, rows)[owner], 0)
    worth = np.where(indexed, worth_of(balance, price), picked(loan.balance, rows)[owner])
    dues[:, c.DUE_PRINCIPAL] = np.minimum(np.maximum(level - interest, 0), worth // parts)
    units = dues[:, c.DUE_PRINCIPAL] * 625_000 // np.maximum(price, 1)
    dues[:, c.DUE_UNITS] = np.where(indexed, np.minimum(units, balance // parts), 0)
    return owner, dues


def opening_rows(s: Ints, owner: Ints, dues: Ints, day: int) -> Movements:
    """One movement a credit for what is not due, and one for each unpaid month."""
    size = len(s)
    rows = np.zeros((size + len(dues), WIDTH), np.int64)
    rows[:, out.CREDIT] = np.concatenate([np.arange(size), owner])
    rows[:, out.DAY], rows[:, out.KIND] = day, int(Kind.OPENING)
    rows[:, out.MONTH] = np.concatenate([s[:, c.MONTH], dues[:, c.DUE_MONTH]])
    rows[:, out.CHANNEL], rows[:, out.SOURCE] = int(Channel.NONE), NO_SOURCE
    rows[:size, out.PRINCIPAL] = s[:, c.PRINCIPAL]
    rows[:size, out.PRINCIPAL_UNITS] = s[:, c.PRINCIPAL_UNITS]
    for place, name in enumerate(DUE_ACCOUNTS):
        rows[size:, OF[name]] = dues[:, c.DUE_INSURANCE + place]
    rows[size:, out.PRINCIPAL_DUE_UNITS] = dues[:, c.DUE_UNITS]
    units = rows[:, out.PRINCIPAL_UNITS] + rows[:, out.PRINCIPAL_DUE_UNITS]
    owed = rows[:, HEAD:].sum(axis=1) - units
    rows[:, OF["opening"]] = -owed
    rows[:, out.MOVED_UNITS] = -units
    order = np.lexsort((rows[:, out.MONTH], rows[:, out.CREDIT]))
    rows = rows[order]
    heads = (np.ascontiguousarray(rows[:, place]) for place in range(HEAD))
    credit, days, month, kind, channel, source = heads
    return Movements(credit, days, month, kind, channel, source, rows[:, HEAD:].T)
