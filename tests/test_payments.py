"""Where payments go, in any order and on any day: nothing is lost, billed twice or left over."""

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans import random_plan
from servicing_plans import REA, ROA, credits_of, month_rules, receipts
from tequio.engine.outlook import outlook
from tequio.engine.plan import Plan
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, Movements
from tequio.servicing.close import Receipts, close, no_receipts, post
from tequio.servicing.credit import Credits
from tequio.servicing.posting import Intent
from tequio.servicing.quotes import quotes
from test_close import check_books, in_order

FUTURE = outlook(date(2024, 10, 31), 10_081, 46_600, 80_000, 5_000, 360)
AMOUNTS = np.array([1, 99, 15_00, 500_00, 1_500_00, 3_000_00, 9_000_00, 60_000_00, 10**9])


def some_receipts(draw: np.random.Generator, rows: int, rules) -> Receipts:
    """For most credits none, one or several, on any day, with any intent."""
    count = draw.integers(0, 2 * rows)
    credit = draw.integers(0, rows, count)
    days = draw.integers(rules.first_day - 20, rules.last_day + 1, count)
    amounts = draw.choice(AMOUNTS, count)
    intents = draw.integers(0, len(Intent), count)
    return receipts(credit, days, amounts, intent=intents, employer=draw.random(count) < 0.2)


def check_state(now: Credits) -> None:
    """What is unpaid by month is what is unpaid by kind; indexed pesos are what units are worth."""
    starts = now.starts()
    owner = np.repeat(np.arange(len(now)), np.diff(starts))
    names = ("insurance", "fees", "protection_fund", "interest", "principal_due")
    ahead = (*(now.numbers[:, c.NOW_INSURANCE + k] for k in range(3)), now["now_worth"])
    for place, name in enumerate(names):
        due = np.zeros(len(now), np.int64)
        np.add.at(due, owner, now.dues[:, c.DUE_INSURANCE + place])
        assert np.array_equal(now[name], due + (ahead[place] if place < 4 else 0)), name
    units = np.zeros(len(now), np.int64)
    np.add.at(units, owner, now.dues[:, c.DUE_UNITS])
    assert np.array_equal(now["principal_due_units"], units)
    indexed = now["indexed"] > 0
    worth = (now["principal_units"] * (now["index"] // 16) + 312_500) // 625_000
    assert np.array_equal(now["principal"][indexed], worth[indexed])
    for name in (*names, "principal", "principal_units", "principal_due_units", "now_interest"):
        assert (now[name] >= 0).all(), name
    assert (now["payable_to_borrower"] <= 0).all()
    assert (now["unapplied"] <= 0).all()


def check_money(moved: Movements, received: Receipts) -> None:
    """Every centavo received is booked, under its receipt."""
    came = np.zeros(len(received.credit), np.int64)
    has = moved.source >= 0
    np.add.at(came, moved.source[has], (moved["cash"] + moved["employer"])[has])
    assert np.array_equal(came, received.amount)


@given(st.integers(0, 10**6), st.integers(0, 2), st.sampled_from([ROA, REA]))
def test_any_history_keeps_its_books(seed, stages, regime):
    draw = np.random.default_rng(seed)
    plan = in_order(random_plan(15, seed, stages=stages))
    now = credits_of(plan, FUTURE, regime=regime)
    for t in range(1, 9):
        rules = month_rules(FUTURE, t)
        received = some_receipts(draw, 15, rules)
        moved, after = close(now, received, rules)
        check_books(now, moved, after)
        check_state(after)
        check_money(moved, received)
        assert (after["effective"] <= plan.effective + t).all()
        now = after


@given(st.integers(0, 10**6), st.integers(0, 2))
def test_day_by_day_is_all_at_once(seed, stages):
    draw = np.random.default_rng(seed)
    now = credits_of(in_order(random_plan(12, seed, stages=stages)), FUTURE)
    for t in range(1, 5):
        rules = month_rules(FUTURE, t)
        received = some_receipts(draw, 12, rules)
        moved, after = close(now, received, rules)
        parts, going = [], now
        early = received.day < min(rules.last_day, rules.first_day + 29)
        for day in np.unique(received.day[early]):
            done, going = post(going, chosen(received, early & (received.day == day)), rules)
            parts.append(done)
        done, going = close(going, chosen(received, ~early), rules)
        assert np.array_equal(going.numbers, after.numbers)
        assert np.array_equal(going.dues, after.dues)
        totals = sum(part.sums(12) for part in (*parts, done))
        assert np.array_equal(totals, moved.sums(12))
        now = after


def chosen(received: Receipts, rows: np.ndarray) -> Receipts:
    names = ("credit", "day", "amount", "channel", "intent", "from_employer")
    return Receipts(*(getattr(received, name)[rows] for name in names))


@given(st.integers(0, 10**6), st.integers(1, 10**7), st.integers(0, 31))
def test_a_payment_in_two_parts_is_the_payment(seed, first, day):
    """Of a credit in pesos, whatever the parts; no order of payments bills an instalment twice."""
    plan = in_order(random_plan(20, seed))
    plan = plan.take(np.flatnonzero(~plan.indexed))
    now, rows = credits_of(plan, FUTURE), np.arange(len(plan))
    _, now = close(now, no_receipts(), month_rules(FUTURE, 1))
    rules = month_rules(FUTURE, 2)
    whole = receipts(rows, rules.first_day + day, np.full(len(rows), first + 1234_56))
    twice = np.repeat(rows, 2)
    parts = receipts(
        twice, rules.first_day + day, np.where(np.arange(len(twice)) % 2, 1234_56, first)
    )
    _, one = close(now, whole, rules)
    _, two = close(now, parts, rules)
    assert np.array_equal(one.numbers, two.numbers)
    assert np.array_equal(one.dues, two.dues)


@given(st.integers(0, 10**6), st.integers(0, 2), st.integers(0, 30), st.integers(1, 5))
@example(1575, 1, 0, 2)  # units, and money that waited
@example(412000, 0, 0, 3)  # all principal due, at no interest
def test_a_quote_to_settle_paid_that_day_closes_the_credit(seed, stages, day, months):
    draw = np.random.default_rng(seed)
    now = credits_of(in_order(random_plan(20, seed, stages=stages)), FUTURE)
    for t in range(1, months):
        rules = month_rules(FUTURE, t)
        _, now = close(now, some_receipts(draw, 20, rules), rules)
    rules = month_rules(FUTURE, months)
    day = min(rules.first_day + day, rules.last_day)
    owed = quotes(now, day, rules).to_settle
    rows = np.arange(20)
    settle = receipts(rows, day, owed, intent=Intent.SETTLE)
    moved, after = close(now, settle, rules)
    check_books(now, moved, after)
    had = owed > 0
    assert (after["status"][had] == c.SETTLED).all()
    assert not after.numbers[had][:, c.INSURANCE : c.PRINCIPAL + 1].any()
    assert not after["principal_units"][had].any()
    assert np.array_equal(after["payable_to_borrower"][had], now["payable_to_borrower"][had])
    assert not after["unapplied"][had].any()
    less = receipts(rows, day, owed - 1, intent=Intent.SETTLE)
    _, short = close(now, less, rules)
    left = short.numbers[:, c.INSURANCE : c.PRINCIPAL + 1].sum(axis=1)
    bare = (
        had
        & (owed > 1)
        & (now["indexed"] == 0)
        & (now["reward"] == 0)
        & (short["status"] != c.RELEASED)
    )
    assert (left[bare] >= 1).all()


@given(st.integers(0, 10**6), st.integers(0, 30), st.integers(2, 6))
def test_a_quote_to_be_current_leaves_no_month_unpaid(seed, day, months):
    now = credits_of(in_order(random_plan(20, seed)), FUTURE)
    for t in range(1, months):
        _, now = close(now, no_receipts(), month_rules(FUTURE, t))
    rules = month_rules(FUTURE, months)
    day = min(rules.first_day + day, rules.last_day)
    owed = quotes(now, day, rules).to_be_current
    last = day == rules.last_day
    for less, missed in ((0, 0 if last else 1), (1, 1 if last else 2)):
        paid = receipts(np.arange(20), day, owed - less, intent=Intent.CURRENT)
        _, after = close(now, paid, rules)
        active = (after["status"] == c.ACTIVE) & (owed > 1)
        assert (after["missed"][active] == missed).all()


def one_credit(**facts: int) -> tuple[Plan, Credits]:
    from plans import one

    plan = one(
        **{"balance": 100_000_00, "instalment": 1_500_00, "rate": 120_000, "term": 300} | facts
    )
    return plan, credits_of(plan, FUTURE)


def test_the_oldest_month_first_charges_interest_principal():
    """Two months missed: 7.50 of insurance, 40.00 of fees, 1,000.00 and 995.00 of interest."""
    _, now = one_credit(insurance=7_50, fees=40_00)
    for t in (1, 2):
        _, now = close(now, no_receipts(), month_rules(FUTURE, t))
    assert now.dues[:, c.DUE_INSURANCE :].tolist() == [
        [7_50, 13_33, 26_67, 1_000_00, 500_00, 0],
        [7_50, 13_33, 26_67, 1_000_00, 500_00, 0],
    ]
    rules = month_rules(FUTURE, 3)
    cases = {
        5_00: [2_50, 13_33, 26_67, 1_000_00, 500_00],
        30_00: [0, 0, 17_50, 1_000_00, 500_00],
        1_000_00: [0, 0, 0, 47_50, 500_00],
        1_547_49: [0, 0, 0, 0, 1],
    }
    for amount, left in cases.items():
        moved, after = post(now, receipts([0], rules.first_day + 4, [amount]), rules)
        assert after.dues[0, c.DUE_INSURANCE : c.DUE_UNITS].tolist() == left
        assert after["open"].tolist() == [2]
        assert len(moved) == 1
    moved, after = post(now, receipts([0], rules.first_day + 4, [1_547_51]), rules)
    assert after["open"].tolist() == [1]
    assert after["effective"].tolist() == [1]
    assert moved.month.tolist() == [now.dues[0, c.DUE_MONTH], now.dues[1, c.DUE_MONTH]]
    assert moved["insurance"].tolist() == [-7_50, -1]


@pytest.mark.parametrize(
    ("intent", "principal", "waits", "instalment"),
    [
        (Intent.ORDINARY, 100_000_00 - 10_000_00 + 500_00, 0, 1_500_00),
        (Intent.INSTALMENT, 99_500_00, 9_000_00, 1_500_00),
    ],
)
def test_what_is_above_the_instalment(intent, principal, waits, instalment):
    """10,500.00 on the fifteenth: 500.00 of interest so far, 1,000.00 of the instalment's own
    principal; 9,000.00 above. The rest of the month's interest is due with the next one."""
    _, now = one_credit()
    rules = month_rules(FUTURE, 1)
    paid = receipts([0], rules.first_day + 14, [10_500_00], intent=intent)
    _, after = post(now, paid, rules)
    assert after["principal"].tolist() == [100_000_00 - 1_000_00 - (9_000_00 - waits)]
    assert after["unapplied"].tolist() == [-waits]
    assert after["advanced"].tolist() == [1_500_00]
    _, closed = close(after, no_receipts(), rules)
    assert closed["missed"].tolist() == [0]
    assert closed["effective"].tolist() == [1]
    assert closed["instalment"].tolist() == [instalment]
    assert principal


@pytest.mark.parametrize(("intent", "lower"), [(Intent.SHORTER, False), (Intent.LOWER, True)])
def test_principal_is_paid_and_the_instalment_is_still_due(intent, lower):
    """20,000.00 on the tenth: 333.33 of interest, the rest principal; the instalment falls due."""
    _, now = one_credit()
    rules = month_rules(FUTURE, 1)
    paid = receipts([0], rules.first_day + 9, [20_000_00], intent=intent)
    moved, after = close(now, paid, rules)
    assert moved["interest"].tolist()[:2] == [333_33, -333_33]
    assert moved["principal"].tolist()[1] == -19_666_67
    interest = (80_333_33 * 2 * 12 + 1800) // 3600  # two thirds of a month at 12 %
    assert after.dues[0, c.DUE_INTEREST] == 535_56
    assert after.dues[0, c.DUE_PRINCIPAL] == 1_500_00 - 535_56
    assert interest == 535_56
    assert (after["instalment"][0] < 1_500_00) == lower
    assert after["months_left"].tolist() == [299]


def test_what_is_paid_when_nothing_is_owed_goes_back():
    _, now = one_credit(balance=100_00, term=1)
    rules = month_rules(FUTURE, 1)
    _, now = close(now, receipts([0], rules.last_day, [201_00]), rules)
    assert now["status"].tolist() == [c.SETTLED]
    assert now["payable_to_borrower"].tolist() == [-100_00]
    rules = month_rules(FUTURE, 2)
    moved, now = close(now, receipts([0], rules.first_day, [50_00]), rules)
    assert now["payable_to_borrower"].tolist() == [-150_00]
    assert moved.amounts[AT["cash"]].tolist() == [50_00]


def test_a_month_is_closed_once_and_in_order():
    _, now = one_credit()
    rules = month_rules(FUTURE, 1)
    _, closed = close(now, no_receipts(), rules)
    for state, month in ((closed, rules), (now, month_rules(FUTURE, 2))):
        with pytest.raises(AssertionError, match="in the month"):
            close(state, no_receipts(), month)
    with pytest.raises(AssertionError, match="no credit"):
        close(now, receipts([1], rules.first_day, [1]), rules)
    with pytest.raises(AssertionError, match="belongs to the close"):
        post(now, receipts([0], rules.last_day, [1]), rules)
