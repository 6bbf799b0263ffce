"""The close of months: what everybody owes, paid on time, is the projection to the centavo."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import random_plan
from servicing_plans import REA, ROA, credits_of, joined, month_rules, receipts
from tequio.core.offer import Gap
from tequio.engine.outlook import Outlook, outlook
from tequio.engine.plan import Plan
from tequio.engine.projection import Schedule, schedule
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, Kind, Movements
from tequio.servicing.close import close
from tequio.servicing.credit import BALANCES, Credits

MONTHS = 26
FUTURES = {
    "a unit that grows": outlook(date(2024, 6, 30), 10_081, 46_600, 80_000, 5_000, 360),
    "from the end of a year": outlook(date(2024, 12, 31), 10_081, 52_000, 0, 5_000, 360),
    "a frozen unit": outlook(date(2025, 1, 31), 10_081, 0, 200_000, 0, 360),
}


def due_and_paid(credits_: Credits, rules) -> tuple[Movements, Credits]:
    """Close a month in which nobody pays, to see what is due on its last day: pure functions may
    be asked twice."""
    none = receipts(np.zeros(0, int), 0, np.zeros(0, int))
    goes_on = credits_.changed(credits_["gap"] == Gap.RELEASED, stage_left=99)
    return close(goes_on, none, rules)


def on_time(plan: Plan, future: Outlook, months: int, regime: int):
    """Each month's movements and closing state, when each pays what falls due, on its day."""
    now = credits_of(plan, future, regime=regime)
    rows = np.arange(len(plan))
    for t in range(1, months + 1):
        rules = month_rules(future, t)
        _, unpaid = due_and_paid(now, rules)
        owed = sum(unpaid[name] - now[name] for name in ("insurance", "fees", "protection_fund"))
        starts = unpaid.starts()
        newest = np.zeros(len(plan), np.int64)
        has = unpaid["open"] > 0
        newest[has] = unpaid.dues[starts[1:][has] - 1, c.DUE_INTEREST : c.DUE_PRINCIPAL + 1].sum(1)
        paid = receipts(rows, rules.last_day, owed + newest)
        shares = receipts(rows, rules.last_day, 2 * plan.employer * even(rules), employer=1)
        moved, after = close(now, joined(paid, shares), rules)
        yield t, now, moved, after
        now = after


def even(rules) -> int:
    return (rules.month % 12) % 2  # month 1 is 0: February, April ... are odd here


def check_books(before: Credits, moved: Movements, after: Credits) -> None:
    """Every movement sums to zero, and opening + movements = closing, account by account."""
    assert moved.unbalanced().size == 0
    balances, wanted = after.sums(), before.sums() + moved.sums(len(before))
    for name in BALANCES:
        assert np.array_equal(wanted[AT[name]], balances[AT[name]]), name


@pytest.mark.parametrize("regime", [REA, ROA])
@pytest.mark.parametrize("name", FUTURES)
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_paid_on_time_the_close_is_the_projection(name, regime, seed, stages):
    future, plan = FUTURES[name], random_plan(12, seed, stages=stages)
    plan = in_order(plan)
    wanted = [schedule(plan, future, row) for row in range(len(plan))]
    for t, before, moved, after in on_time(plan, future, MONTHS, regime):
        check_books(before, moved, after)
        assert not after["missed"].any()
        for row, ahead in enumerate(wanted):
            compare(ahead, t, row, moved.take(moved.credit == row), after)


def compare(ahead: Schedule, t: int, row: int, own: Movements, after: Credits) -> None:
    owed = int(after["principal"][row] + after["principal_due"][row])
    if t > len(ahead.t):
        assert owed == 0
        return
    at = t - 1
    assert owed == ahead.balance[at]
    units = int(after["principal_units"][row] + after["principal_due_units"][row])
    assert units == ahead.balance_units[at]
    assert own["interest_income"].sum() + own["rounding"].sum() == -ahead.interest[at]
    assert own["indexation"].sum() == -ahead.indexation[at]
    charged = own["insurance_income"] + own["fees_income"] + own["protection_income"]
    assert charged.sum() == -ahead.charges[at]
    assert own["cash"].sum() == ahead.borrower[at] + ahead.charges[at]
    for account in ("complement_institute", "complement_fund", "released"):
        assert own[account].sum() == getattr(ahead, account)[at], account
    assert own["forgiven"].sum() == ahead.reward[at]
    assert (own["employer"] + own["payable_to_borrower"]).sum() == ahead.employer[at]
    assert (own.kind != Kind.REVERSAL).all()


def in_order(plan: Plan) -> Plan:
    """Nothing overdue; and no reward beside months that are no payments, which the projection
    counts and the contract does not."""
    pauses = sum(np.where(s.gap >= Gap.CAPITALISED, s.months, 0) for s in plan.stages)
    return replace(
        plan,
        overdue=np.zeros(len(plan), np.int64),
        reward=np.where(pauses > 0, 0, plan.reward),
        reward_at=np.where(pauses > 0, 0, plan.reward_at),
    )
