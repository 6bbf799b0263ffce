"""Credits in servicing made from plans of the projection, and receipts for them."""

from __future__ import annotations

from datetime import date

import numpy as np

from tequio.engine.exact import pesos
from tequio.engine.outlook import Outlook
from tequio.engine.plan import Plan
from tequio.servicing import credit as c
from tequio.servicing.accounts import Channel
from tequio.servicing.close import Receipts, rules_of
from tequio.servicing.credit import Credits, empty, price_of
from tequio.servicing.posting import Rules

ROA, REA = 0, 1


def credits_of(plan: Plan, outlook: Outlook, *, regime: int = REA) -> Credits:
    """What the plan says, in servicing, at the beginning of its first month."""
    first = outlook.first_year * 12 + outlook.first_month - 1
    made = empty(len(plan), first, int(outlook.index[0]))
    s = made.numbers
    indexed = plan.indexed.astype(np.int64)
    s[:, c.INDEXED], s[:, c.RATE], s[:, c.INSTALMENT] = indexed, plan.rate, plan.instalment
    s[:, c.REGIME], s[:, c.BEGUN] = regime, 0
    s[:, c.CHARGE_INSURANCE], s[:, c.CHARGE_FEES] = plan.insurance, plan.fees // 3
    s[:, c.CHARGE_PROTECTION] = plan.fees - plan.fees // 3
    s[:, c.EMPLOYER_TO_PRINCIPAL] = 1
    s[:, c.MONTHS_LEFT], s[:, c.EFFECTIVE] = plan.term, plan.effective
    s[:, c.PRICE] = price_of(indexed, outlook.index[0])
    s[:, c.PRINCIPAL_UNITS] = np.where(plan.indexed, plan.balance, 0)
    s[:, c.PRINCIPAL] = pesos(plan.balance, s[:, c.PRICE])
    s[:, c.REWARD], s[:, c.REWARD_LEFT] = plan.reward, plan.reward_at
    s[:, c.STATUS] = np.where(plan.balance == 0, c.SETTLED, c.ACTIVE)
    place = np.full(len(plan), c.GAP)
    for stage in plan.stages:
        rows = np.flatnonzero(stage.months > 0)
        for offset, values in enumerate((stage.gap, stage.pays, stage.months, stage.payer)):
            s[rows, place[rows] + offset] = values[rows]
        place[rows] += 4
    return made


def month_rules(outlook: Outlook, t: int) -> Rules:
    """Month t of the outlook, from 1."""
    month = outlook.first_year * 12 + outlook.first_month - 1 + t - 1
    rules = rules_of(month, int(outlook.index[t]))
    return rules._replace(residue=outlook.residue, released_at=outlook.released_at)


def first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def receipts(rows, days, amounts, *, channel=Channel.WINDOW, intent=0, employer=0) -> Receipts:
    """Receipts of more than nothing."""
    rows, days, amounts = np.broadcast_arrays(rows, days, amounts)
    some = amounts > 0
    channel, intent, employer = (
        np.broadcast_to(x, rows.shape) for x in (channel, intent, employer)
    )
    return Receipts(*(x[some] for x in (rows, days, amounts, channel, intent, employer)))


def joined(*parts: Receipts) -> Receipts:
    names = ("credit", "day", "amount", "channel", "intent", "from_employer")
    return Receipts(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
