"""Replay, corrections, ends of a debt, regimes, and how late a credit is."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import random_plan
from servicing_plans import REA, ROA, credits_of, joined, month_rules, receipts
from tequio.core import Money
from tequio.core.offer import OnDefault, Settlement
from tequio.engine.delinquency import days_past_due, overdue, share_overdue, stage
from tequio.programmes import prorroga
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, OWED, Channel, together
from tequio.servicing.close import close, no_receipts, post
from tequio.servicing.endings import refund, release_insured, settle
from tequio.servicing.law import law_at
from tequio.servicing.posting import Intent
from tequio.servicing.quotes import quotes
from tequio.servicing.regimes import EXT, Jobs, moved, next_regime
from tequio.servicing.replay import corrections, picked_receipts, replay, with_sources
from tequio.servicing.standing import stages_of
from test_close import check_books, in_order
from test_payments import FUTURE, one_credit, some_receipts


def history(seed: int, months: int, rows: int):
    draw = np.random.default_rng(seed)
    opening = credits_of(in_order(random_plan(rows, seed)), FUTURE)
    calendar = [month_rules(FUTURE, t) for t in range(1, months + 1)]
    return opening, joined(*(some_receipts(draw, rows, rules) for rules in calendar)), calendar


@given(st.integers(0, 10**6))
def test_replayed_twice_is_replayed_once(seed):
    opening, received, calendar = history(seed, 7, 6)
    first, after = replay(opening, received, calendar)
    again, twice = replay(opening, received, calendar)
    assert np.array_equal(first.amounts, again.amounts)
    assert np.array_equal(after.numbers, twice.numbers)
    check_books(opening, first, after)
    assert len(corrections(first, again, 0)) == 0


@given(st.integers(0, 10**6))
def test_a_receipt_taken_back_is_as_if_it_had_never_been(seed):
    """From the closed state too, and whatever was booked after it."""
    opening, received, calendar = history(seed, 6, 5)
    if not len(received.credit):
        return
    booked, _ = replay(opening, received, calendar)
    others = np.delete(np.arange(len(received.credit)), len(received.credit) // 2)
    wanted, after = replay(opening, picked_receipts(received, others), calendar)
    fixed = corrections(booked, with_sources(wanted, others), calendar[-1].last_day)
    assert fixed.unbalanced().size == 0
    check_books(opening, together([booked, fixed]), after)
    changed = set(fixed.credit.tolist())
    assert changed <= {int(received.credit[len(received.credit) // 2])}


def test_thirty_years_of_one_credit_are_one_computation():
    _, opening = one_credit(balance=300_000_00, instalment=3_085_84, rate=120_000, term=360)
    calendar = [month_rules(FUTURE, t) for t in range(1, 361)]
    days = np.array([rules.last_day for rules in calendar])
    paid = receipts(np.zeros(360, int), days, np.full(360, 3_085_84))
    booked, after = replay(opening, paid, calendar)
    assert after["status"].tolist() == [c.SETTLED]
    assert after["effective"].tolist() == [360]
    assert booked["cash"].sum() == 360 * 3_085_84
    assert booked["principal"].sum() + booked["principal_due"].sum() == -300_000_00


@given(st.integers(0, 10**6), st.integers(0, 27), st.integers(1, 4))
def test_insurance_releases_everything(seed, day, months):
    opening, received, calendar = history(seed, months, 8)
    _, now = replay(opening, received, calendar)
    rules = month_rules(FUTURE, months + 1)
    rows = np.flatnonzero(now["status"] == c.ACTIVE)
    booked, after = release_insured(now, rows, rules.first_day + day, rules)
    check_books(now, booked, after)
    assert not after.numbers[rows][:, c.INSURANCE : c.PRINCIPAL + 1].any()
    assert not after["open"][rows].any()
    assert (after["status"][rows] == c.RELEASED).all()
    last, closed = close(after, no_receipts(), rules)
    assert not last.sums(8)[[AT[name] for name in OWED]][:, rows].any()
    assert (closed["status"][rows] == c.RELEASED).all()


@pytest.mark.parametrize(
    ("deposit", "owed", "forgiven", "kept", "status"),
    [
        (9_999_99, 10_105_00 - 9_999_99, 0, 0, c.ACTIVE),
        (10_000_00, 0, 105_00, 0, c.SETTLED),
        (10_050_00, 0, 105_00, 50_00, c.SETTLED),
        (10_105_00, 0, 0, 0, c.SETTLED),
    ],
)
def test_one_exact_deposit_settles(deposit, owed, forgiven, kept, status):
    """DLA-06, on both sides of the amount: half of 20,000.00 is offered for 10,000.00."""
    _, now = one_credit(balance=10_000_00, instalment=150_00, rate=126_000)
    rules = month_rules(FUTURE, 1)
    assert int(quotes(now, rules.last_day, rules).to_settle[0]) == 10_105_00
    offer = Settlement(Money(10_000_00), Money(0))
    day = rules.first_day + 28
    full = int(quotes(now, day, rules).to_settle[0])
    deposit = full if deposit == 10_105_00 else deposit
    booked, after = settle(
        now, np.zeros(1, int), np.array([deposit]), offer, day, Channel.SPEI, rules
    )
    check_books(now, booked, after)
    gone = booked["forgiven"].sum() + booked["waived"].sum()
    assert gone == (full - 10_000_00 if forgiven else 0)
    assert -booked["adjustment"].sum() == kept
    assert booked["cash"].sum() == deposit
    _, closed = close(after, no_receipts(), rules)
    assert closed["status"].tolist() == [status]
    assert (owed == 0) == (status == c.SETTLED)


def test_a_refund_is_what_is_kept_and_no_more():
    _, now = one_credit(balance=100_00, term=1)
    rules = month_rules(FUTURE, 1)
    _, now = close(now, receipts([0], rules.last_day, [300_00]), rules)
    rows = np.zeros(1, int)
    kept = -now["payable_to_borrower"]
    booked, after = refund(now, rows, kept, rules.last_day + 3, Channel.SPEI)
    check_books(now, booked, after)
    assert after["payable_to_borrower"].tolist() == [0]
    assert booked["refunded"].tolist() == [-int(kept[0])]
    with pytest.raises(AssertionError, match="more than is kept"):
        refund(now, rows, kept + 1, rules.last_day + 3, Channel.SPEI)


def test_payroll_is_missed_only_after_its_day():
    """November and December are due on 19 January: until then no month is missed, and what the
    employer has withheld earns no interest."""
    _, own = one_credit()
    now = {ROA: own.changed(np.arange(1), regime=ROA), REA: own}
    missed = {ROA: [0, 0, 2, 2, 4], REA: [1, 2, 3, 4, 5]}
    for t in range(1, 6):
        for regime, credits_ in now.items():
            _, now[regime] = close(credits_, no_receipts(), month_rules(FUTURE, t))
            assert now[regime]["missed"].tolist() == [missed[regime][t - 1]], (regime, t)
            by_employer = missed[regime][t - 1] if regime == ROA else 0
            assert now[regime]["missed_by_employer"].tolist() == [by_employer]
    assert now[ROA].dues[1, c.DUE_INTEREST] < now[REA].dues[1, c.DUE_INTEREST]
    assert now[ROA]["in_a_row"].tolist() == [0]


def test_a_missed_month_ends_what_was_agreed_on_condition():
    """Both sides: the centavo that is missing ends stages, or the reward and what was waived."""
    defaults = list(OnDefault)
    for short, left in ((0, 5), (1, 0)):
        _, now = one_credit(insurance=0)
        now = now.changed(
            np.arange(1),
            gap=0,
            pays=700_00,
            stage_left=6,
            payer=1,
            on_default=defaults.index(OnDefault.STAGES_END),
        )
        rules = month_rules(FUTURE, 1)
        _, after = close(now, receipts([0], rules.last_day, [700_00 - short]), rules)
        assert after["stage_left"].tolist() == [left]
        _, now = one_credit()
        lapses = defaults.index(OnDefault.REWARD_LAPSES)
        now = now.changed(
            np.arange(1), reward=900_00, reward_left=2, on_default=lapses, waived=80_00
        )
        booked, after = close(now, receipts([0], rules.last_day, [1_500_00 - short]), rules)
        check_books(now, booked, after)
        assert after["reward"].tolist() == [0 if short else 900_00]
        assert after["fees"].tolist() == [80_00 if short else 0]


def jobs(**facts) -> Jobs:
    plain = {
        "employed": False,
        "months_in_job": 0,
        "months_without_job": 0,
        "paid_without_job": False,
        "extension_left": 0,
        "missed": 0,
    }
    return Jobs(**{name: np.array([value]) for name, value in (plain | facts).items()})


@pytest.mark.parametrize(
    ("was", "facts", "day", "becomes"),
    [
        (ROA, {"employed": True, "months_in_job": 40}, date(2026, 1, 31), ROA),
        (REA, {"employed": True, "months_in_job": 1}, date(2026, 1, 31), REA),
        (REA, {"employed": True, "months_in_job": 2}, date(2026, 1, 31), ROA),
        (EXT, {"employed": True, "months_in_job": 0, "extension_left": 9}, date(2026, 1, 31), REA),
        (ROA, {"months_without_job": 1}, date(2026, 1, 31), ROA),
        (ROA, {"months_without_job": 2}, date(2026, 1, 31), REA),
        (ROA, {"months_without_job": 1, "extension_left": 12}, date(2026, 1, 31), EXT),
        (ROA, {"months_without_job": 1, "extension_left": 12}, date(2025, 3, 31), ROA),
        (ROA, {"months_without_job": 2, "extension_left": 12}, date(2025, 3, 31), REA),
        (REA, {"extension_left": 12, "missed": 3}, date(2026, 1, 31), EXT),
        (REA, {"extension_left": 12, "missed": 4}, date(2026, 1, 31), REA),
        (REA, {"extension_left": 12, "paid_without_job": True}, date(2026, 1, 31), REA),
        (EXT, {"extension_left": 1, "missed": 9}, date(2026, 1, 31), EXT),
        (EXT, {"extension_left": 0}, date(2026, 1, 31), REA),
    ],
)
def test_what_moves_a_credit_between_regimes(was, facts, day, becomes):
    assert next_regime(np.array([was]), jobs(**facts), law_at(day)).tolist() == [becomes]


@pytest.mark.parametrize("day", [date(2025, 4, 1), date(2026, 1, 31)])
def test_a_prorroga_begins_by_itself_up_to_the_months_missed_that_its_law_says(day):
    most = int(prorroga.PROGRAMME.at(day).law.missed_max.values[0])
    for missed, becomes in ((most, EXT), (most + 1, REA)):
        facts = jobs(extension_left=12, missed=missed)
        assert next_regime(np.array([REA]), facts, law_at(day)).tolist() == [becomes]


def test_before_the_law_of_prorroga_is_known_none_begins_by_itself():
    facts = jobs(extension_left=12)
    assert next_regime(np.array([REA]), facts, law_at(date(2016, 12, 31))).tolist() == [REA]


def test_each_regime_has_its_instalment_and_only_a_prorroga_its_stage():
    _, now = one_credit()
    now = now.changed(np.arange(1), regime=EXT, gap=3, stage_left=7)
    roa, rea = np.array([1_200_00]), np.array([1_700_00])
    for regime, instalment in ((ROA, 1_200_00), (REA, 1_700_00), (EXT, 1_500_00)):
        then = moved(now, np.array([regime]), roa, rea)
        assert then["instalment"].tolist() == [instalment]
        assert (then["gap"][0] == 3) == (regime == EXT)


def test_days_stages_and_missed_months_are_one_measure():
    missed = np.arange(8)
    assert days_past_due(missed).tolist() == [0, 1, 31, 61, 91, 121, 151, 181]
    assert days_past_due(np.array([3]), 29).tolist() == [90]
    never = np.zeros(8, bool)
    assert stage(missed, never).tolist() == [1, 1, 2, 2, 3, 3, 3, 3]
    assert np.array_equal(stage(missed, never) == 3, overdue(missed))
    assert (stage(missed, ~never) == 3).all()
    assert share_overdue(missed, np.array([1, 1, 1, 1, 5, 0, 7, 9])) == (3, 7, 21, 25)


def test_capitalising_cures_no_account_until_it_is_paid():
    """A restructured credit is in stage 3 until three payments in a row."""
    _, now = one_credit()
    now = now.changed(np.arange(1), restructured=1)
    law = law_at(date(2024, 11, 30))
    for t, found in ((1, 3), (2, 3), (3, 1)):
        rules = month_rules(FUTURE, t)
        _, now = close(now, receipts([0], rules.last_day, [1_500_00]), rules)
        assert stages_of(now, law).tolist() == [found]


def test_a_month_missed_stays_missed_on_day_89_and_after_a_partial_payment():
    _, now = one_credit()
    for t in range(1, 4):
        _, now = close(now, no_receipts(), month_rules(FUTURE, t))
    rules = month_rules(FUTURE, 4)
    paid = receipts([0], rules.first_day + 20, [1_499_99], intent=Intent.CURRENT)
    _, partly = post(now, paid, rules)
    _, after = close(partly, no_receipts(), rules)
    assert after["missed"].tolist() == [4]
