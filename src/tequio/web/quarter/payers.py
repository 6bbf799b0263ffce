"""What each credit pays in a month: most their instalment, some a part of it, some nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from tequio.core.months import month_number
from tequio.demo.bank_files import MISTAKES, Paying
from tequio.engine.portfolio import loan_of
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints
from tequio.servicing.close import close, day_number, no_receipts
from tequio.servicing.credit import FIELDS, Credits
from tequio.servicing.opening import opened
from tequio.servicing.quotes import quotes
from tequio.web.quarter.cast import (
    SETTLEMENT,
    Cast,
    column,
    one_in_some,
    signed,
)
from tequio.web.records.months import first_month, rules_in
from tequio.web.records.serviced import Part, dues_of, kept_numbers, law_of_all, with_dues
from tequio.web.records.settlements import asked_of

SEED = 20240630
WHOLE, SOME = (0.97, 0.99), (0.55, 0.70)  # up to which they pay all, a half: current, behind
MOST = 2  # instalments that somebody who missed one pays at once
EXCESS = 1_850_00  # centavos above what would pay the credit off
SHORT_OF = 2  # a settlement that is not kept: this part of what it asks
OF = 200  # payments with one of each mistake, or two of what happens more often
REAL = {name: often for name, often in MISTAKES.items() if name != "too_much"}


def paying(cast: Cast, month: date) -> Paying:
    """What they pay in a month, centavos of each, who pays off the debt, and who makes no mistake:
    those who promised something."""
    number = month_number(month)
    due, unpaid = owed_in(cast, number)
    u = np.random.default_rng([SEED, number]).random(len(due))
    behind = column(cast.rows, "months_missed") > 0
    whole, some = (np.where(behind, *levels) for levels in zip(SOME, WHOLE, strict=True))
    usual = np.where(behind, due, np.minimum(unpaid, MOST * due))
    amounts = np.where(u < whole, usual, np.where(u < some, due // 2, 0))
    amounts[cast.workers] = amounts[cast.overpaid] = 0
    settling, sure = promised(cast, number, unpaid, amounts)
    if number == first_month(cast.load):
        amounts[cast.overpaid] = to_pay_off(cast, number) + EXCESS
        settling.add(cast.overpaid)
    return Paying(amounts, settling, sure | settling, OF, REAL)


def promised(cast: Cast, number: int, unpaid: Ints, amounts: Ints) -> tuple[set[int], set[int]]:
    """Who signed pays every month, but some stop; who settles does it in the first. The places of
    the latter, and of all."""
    is_first, settling, sure = number == first_month(cast.load), set(), set()
    for programme, made in signed().items():
        broken = {one.pk for one in one_in_some(made)}
        for one in made:
            at = int(np.searchsorted(cast.keys, one.credit_id))
            sure.add(at)
            if programme != SETTLEMENT:
                amounts[at] = unpaid[at] if is_first or one.pk not in broken else 0
            elif is_first:
                asks = asked_of(one)
                amounts[at] = asks // SHORT_OF if one.pk in broken else asks
                settling.add(at)
    return settling, sure


def owed_in(cast: Cast, number: int) -> tuple[Ints, Ints]:
    """What falls due in a month and all that is unpaid then, centavos of each credit, as servicing
    has it now."""
    keys = ", ".join(map(str, cast.keys))
    whole = Part(cast.load, 0, 0, int(cast.keys[0]), int(cast.keys[-1]), number, None)
    there, numbers = kept_numbers(whole, number, tuple(FIELDS), f"AND credit_id IN ({keys})")
    owed = np.zeros((2, len(cast.keys)), np.int64)
    if number == first_month(cast.load):
        owed = falls_due(as_opened(cast, number))
    if len(there):
        only = f"AND credit_id IN ({', '.join(map(str, there))})"
        own = with_dues(numbers, dues_of(whole, only)).credits
        owed[:, np.searchsorted(cast.keys, there)] = falls_due(own)
    return owed[0], owed[1]


def falls_due(credits_: Credits) -> Ints:
    """Centavos of the month's own instalment with its charges, and of all instalments, if nothing
    is paid before: (2, credit)."""
    number = int(credits_["month"][0])
    _, after = close(credits_, no_receipts(), rules_in(number))
    unpaid = after.dues[:, c.DUE_INSURANCE : c.DUE_UNITS].sum(axis=1)
    owner = np.repeat(np.arange(len(after)), after["open"])
    owed = np.zeros((2, len(after)), np.int64)
    np.add.at(owed[0], owner, np.where(after.dues[:, c.DUE_MONTH] == number, unpaid, 0))
    np.add.at(owed[1], owner, unpaid)
    return owed


def as_opened(cast: Cast, number: int) -> Credits:
    """The credits as they came in."""
    load = cast.load
    day = day_number(load.as_of)
    return opened(loan_of(cast.rows), law_of_all(load), len(cast.rows), number, day)[1]


def to_pay_off(cast: Cast, number: int) -> int:
    """Centavos that close the credit that is overpaid, at most: on the last day."""
    rules = rules_in(number)
    alone = replace(cast, rows=cast.rows.take([cast.overpaid]))
    return int(quotes(as_opened(alone, number), rules.last_day, rules).to_settle[0])
