"""The projection against an independent reference in whole numbers: not a centavo of difference.

TEQUIO_FULL=1 runs it over 200,000 credits to maturity (minutes); without it, over some thousands.
"""

import os
from dataclasses import fields, replace
from datetime import date
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import one, random_plan, stage
from reference import Totals, credits_of, fast_half_up, future_of, half_up, months_of, totals
from tequio.core.offer import Gap, Payer
from tequio.engine.outlook import MONTHS, outlook
from tequio.engine.plan import BELOW, Plan
from tequio.engine.projection import YEARS, Projection, project, schedule, yearly

FULL = os.environ.get("TEQUIO_FULL") == "1"
CREDITS = 50_000 if FULL else 1_500  # in each of four batches
TIES = 1_000_000
NAMES = [field.name for field in fields(Projection)]
FUTURES = {
    "a unit that grows": outlook(date(2024, 6, 30), 10_081, 46_600, 80_000, 5_000, 360),
    "from the middle of a bimester": outlook(date(2024, 7, 15), 10_081, 46_600, 80_000, 5_000, 360),
    "from the end of a year": outlook(date(2024, 12, 31), 10_081, 52_000, 0, 5_000, 360),
    "a frozen unit": outlook(date(2025, 1, 31), 10_081, 0, 200_000, 0, 360),
}


@pytest.mark.parametrize("name", FUTURES)
@pytest.mark.parametrize("stages", [0, 2])
def test_every_result_of_every_row_is_the_reference_s(name, stages):
    future = FUTURES[name]
    plan = random_plan(CREDITS, seed=len(name) + stages, stages=stages)
    got, reference = project(plan, future), future_of(future)
    columns = {each: getattr(got, each).tolist() for each in NAMES}
    for row, credit in enumerate(credits_of(plan)):
        wanted = totals(credit, reference)
        for each in Totals.__slots__:
            assert columns[each][row] == getattr(wanted, each), (each, credit)


def tied(factors: list[int], whole: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers n with n x factor exactly on a half of `whole`, spread up to `most`."""
    draw = np.random.default_rng(1)
    each = TIES // len(factors) + 1
    numbers, repeated = [], []
    for factor in factors:
        common = gcd(factor, whole)
        assert (whole // 2) % common == 0
        step = whole // common
        first = (whole // 2 // common) * pow(factor // common, -1, step) % step
        numbers.append(first + step * draw.integers(0, (most - first) // step, each))
        repeated.append(np.full(each, factor))
    return np.concatenate(numbers)[:TIES], np.concatenate(repeated)[:TIES]


def last_month(balance: np.ndarray, rate: np.ndarray, indexed: bool) -> Plan:
    """Rows that the 360th payment ends: what they owe is the balance, and one month of interest."""
    nothing = np.zeros(len(balance), np.int64)
    return Plan(
        balance=balance,
        instalment=np.full(len(balance), 2**29 - 1 if not indexed else 2**24),
        rate=rate,
        indexed=np.full(len(balance), indexed),
        effective=np.full(len(balance), 359),
        **dict.fromkeys(("insurance", "fees", "overdue", "term", "employer"), nothing),
        reward=nothing,
        reward_at=nothing,
    )


def test_a_million_ties_of_interest_go_up():
    rates = [r for r in range(7, 200_000, 401) if 6_000_000 % gcd(r, 12_000_000) == 0]
    balance, rate = tied(rates, 12_000_000, 2**29 - 2)
    plan, future = last_month(balance, rate, indexed=False), FUTURES["a frozen unit"]
    assert (balance * rate % 12_000_000 == 6_000_000).all()
    got = project(plan, future)
    assert np.array_equal(got.interest, (balance * rate + 6_000_000) // 12_000_000)
    one_more = project(last_month(balance - 1, rate, indexed=False), future)
    assert np.array_equal(one_more.interest, ((balance - 1) * rate + 6_000_000) // 12_000_000)


def test_a_million_ties_of_units_go_up():
    """The release of the 360th payment is the balance in pesos: rows at a rate of zero."""
    future = FUTURES["a frozen unit"]
    index = int(future.index[1])
    balance, _ = tied([index], 10_000_000, 1_500_000_000)
    plan = last_month(balance, np.zeros(len(balance), np.int64), indexed=True)
    got = project(plan, future)
    assert (balance * index % 10_000_000 == 5_000_000).all()
    owed = (balance * index + 5_000_000) // 10_000_000
    assert np.array_equal(got.paid + got.released, owed + got.interest)
    assert np.array_equal(got.paid[balance <= 2**24], owed[balance <= 2**24])


@given(st.integers(0, 10**6), st.integers(0, 2), st.sampled_from(list(FUTURES)))
def test_each_row_s_money_comes_from_somewhere_and_goes_somewhere(seed, stages, name):
    future, plan = FUTURES[name], random_plan(40, seed, stages=stages)
    got = project(plan, future)
    start = np.where(
        plan.indexed, (plan.balance * future.index[0] + 5_000_000) // 10_000_000, plan.balance
    )
    given_ = got.paid + got.complement_institute + got.complement_fund + got.employer
    given_ = given_ + got.reward + got.released + got.left
    assert np.array_equal(given_, start + got.interest + got.indexation)
    assert (got.months <= MONTHS).all()
    assert (got.left[got.months < MONTHS] == 0).all()


@given(st.integers(0, 10**6), st.integers(0, 2), st.sampled_from(list(FUTURES)))
def test_the_months_of_a_schedule_add_up_to_the_projection(seed, stages, name):
    future, plan = FUTURES[name], random_plan(12, seed, stages=stages)
    got = project(plan, future)
    for row, credit in enumerate(credits_of(plan)):
        rows = schedule(plan, future, row)
        assert len(rows.t) == got.months[row]
        assert rows.borrower.sum() == got.paid[row]
        for each in ("charges", "interest", "indexation", "employer", "reward", "released"):
            assert getattr(rows, each).sum() == getattr(got, each)[row], each
        wanted = months_of(credit, future_of(future))
        assert rows.balance.tolist() == [month.balance for month in wanted]
        assert rows.balance_before.tolist() == [month.balance_before for month in wanted]


@given(st.integers(0, 10**6), st.integers(0, 1))
def test_rows_do_not_touch_each_other(seed, stages):
    """Shuffled, and one by one, every row gets the same answer."""
    future, plan = FUTURES["a unit that grows"], random_plan(70, seed, stages=stages)
    together = project(plan, future)
    order = np.random.default_rng(seed).permutation(70)
    shuffled = project(plan.take(order), future)
    alone = [project(plan.take(np.array([row])), future) for row in range(5)]
    for each in NAMES:
        values = getattr(together, each)
        assert np.array_equal(getattr(shuffled, each), values[order])
        assert [int(getattr(a, each)[0]) for a in alone] == values[:5].tolist()


def months(plan: Plan, count: int, future=FUTURES["a frozen unit"]) -> list[list[int]]:
    """Interest, borrower, others and balance of the first months, centavos."""
    rows = schedule(plan, future, 0)
    others = rows.complement_institute + rows.complement_fund + rows.employer + rows.reward
    return np.stack([rows.interest, rows.borrower, others, rows.balance], 1)[:count].tolist()


def test_worked_months_of_the_rule_book():
    """RC-E2, BCN-E1, BCN-E2, JUB-E1, JUB-E4, RE-E2 (section 11), month by month."""
    july = FUTURES["a unit that grows"]
    rc = one(balance=280_745_22, instalment=2_137_53, rate=50_700, term=192, employer=450_00)
    assert months(rc, 2, july) == [
        [1_186_15, 2_137_53, 0, 279_793_84],
        [1_182_13, 2_137_53, 900_00, 277_938_44],
    ]
    bcn = one(
        balance=315_589_16,
        instalment=3_480_00,
        rate=104_500,
        term=230,
        reward=3_480_00,
        reward_at=3,
    )
    assert months(bcn, 3) == [
        [2_748_26, 3_480_00, 0, 314_857_42],
        [2_741_88, 3_480_00, 0, 314_119_30],
        [2_735_46, 3_480_00, 3_480_00, 309_894_76],
    ]
    employed = one(
        balance=257_778_25,
        instalment=2_915_40,
        rate=88_600,
        term=150,
        reward=5_506_50,
        reward_at=2,
    )
    assert months(employed, 2) == [
        [1_903_26, 2_915_40, 0, 256_766_11],
        [1_895_79, 2_915_40, 5_506_50, 250_240_00],
    ]
    pension = stage(1_962_60, 9_999, Gap.TO_INTEREST, Payer.INSTITUTE)
    jub = one(balance=148_200_00, instalment=3_980_00, rate=55_100, term=100, stages=(pension,))
    assert months(jub, 1) == [[680_49, 1_962_60, 0, 146_917_89]]
    pension = stage(1_495_00, 9_999, Gap.TO_INTEREST, Payer.INSTITUTE)
    units = one(
        balance=118_400_000,
        instalment=1_100_000,
        rate=60_000,
        indexed=1,
        term=100,
        stages=(pension,),
    )
    assert months(units, 1) == [[1_814_26, 1_495_00, 319_26, 362_851_48]]
    level = stage(2_400_00, 12, Gap.TO_INSTALMENT, Payer.INSTITUTE)
    nivela = one(balance=400_000_00, instalment=4_800_00, rate=90_000, term=200, stages=(level,))
    assert months(nivela, 1) == [[3_000_00, 2_400_00, 2_400_00, 398_200_00]]


@pytest.mark.parametrize(
    ("rest", "ended"), [(4_999, 12), (5_000, 12), (5_001, 13)], ids=["below", "at", "above"]
)
def test_the_last_payment_of_the_contract_clears_a_residue(rest, ended):
    """Both sides of the 50 pesos, without interest: 12 payments of 100.00 and a rest."""
    plan = one(balance=12 * 100_00 + rest, instalment=100_00, term=12)
    got = project(plan, FUTURES["a unit that grows"])
    assert got.months[0] == ended
    assert got.paid[0] == 12 * 100_00 + rest


@pytest.mark.parametrize(("paid", "released"), [(347, 0), (348, 0), (349, 100_00)])
def test_the_360th_payment_releases_what_is_left(paid, released):
    plan = one(balance=12 * 100_00, instalment=100_00, term=12, effective=paid)
    got = project(plan, FUTURES["a unit that grows"])
    assert got.released[0] == released
    assert got.months[0] == min(12, 360 - paid)


def test_a_month_of_prorroga_is_no_effective_payment():
    """Twelve months without paying, at no interest, put the release twelve months later."""
    pause = stage(0, 12, Gap.NO_INTEREST, Payer.NOBODY)
    plan = one(balance=10**8, instalment=100_00, rate=120_000, effective=350, stages=(pause,))
    assert project(plan, FUTURES["a unit that grows"]).months[0] == 22


@pytest.mark.parametrize(
    ("indexed", "balance"), [(False, 250_000_00), (True, 81_576_076)], ids=["pesos", "units"]
)
def test_a_stage_that_releases_ends_the_debt_whatever_the_unit_did(indexed, balance):
    """Two years in which nothing is paid and no interest runs, and then nothing is owed, though in
    units the debt is worth more by then. Those months are no effective payments."""
    pause = stage(0, 24, Gap.RELEASED, Payer.NOBODY)
    facts = {"balance": balance, "indexed": indexed, "instalment": balance // 100}
    plan = one(**facts, rate=60_000, term=200, effective=350, insurance=50_00, stages=(pause,))
    got = project(plan, FUTURES["a unit that grows"])
    assert [int(got.months[0]), int(got.paid[0]), int(got.interest[0])] == [24, 0, 0]
    assert int(got.charges[0]) == 24 * 50_00
    assert int(got.released[0]) == 250_000_00 + int(got.indexation[0])
    assert (int(got.indexation[0]) > 0) is indexed


def test_a_release_of_no_months_is_none():
    none = stage(0, 0, Gap.RELEASED, Payer.NOBODY)
    plan = one(balance=10_000, instalment=1_000, stages=(none,))
    got = project(plan, FUTURES["a frozen unit"])
    assert [int(got.months[0]), int(got.released[0])] == [10, 0]


@pytest.mark.parametrize("released_at", [5, 6, 360])
def test_the_payment_that_releases_is_the_outlook_s(released_at):
    future = replace(FUTURES["a frozen unit"], released_at=released_at)
    got = project(one(balance=12_00, instalment=1_00, effective=3), future)
    assert got.months[0] == min(12, released_at - 3)


def test_capitalised_interest_of_a_prorroga():
    """RE-E6: 250,000.00 at 6 %, twelve months: 12 x 1,250.00 with interest, nothing without."""
    for gap, grown in ((Gap.CAPITALISED, 15_000_00), (Gap.NO_INTEREST, 0)):
        pause = stage(0, 12, gap, Payer.NOBODY)
        plan = one(balance=250_000_00, instalment=5_000_00, rate=60_000, term=99, stages=(pause,))
        rows = schedule(plan, FUTURES["a frozen unit"], 0)
        assert int(rows.balance[11]) == 250_000_00 + grown


@pytest.mark.parametrize("name", sorted(set(BELOW) - {"pays", "months", "gap", "payer"}))
def test_a_plan_refuses_what_could_be_inexact(name):
    one(**{name: BELOW[name] - 1})
    with pytest.raises(AssertionError, match=f"{name} out of bounds"):
        one(**{name: BELOW[name]})
    with pytest.raises(AssertionError, match=f"{name} below 0"):
        one(**{name: -1})


@given(st.integers(0, 10**15), st.integers(1, 10**9))
def test_the_reference_s_quick_rounding_is_its_slow_one(numerator, denominator):
    assert fast_half_up(numerator, denominator) == half_up(numerator, denominator)


@given(st.integers(0, 10**6), st.integers(0, 2), st.sampled_from(list(FUTURES)))
def test_the_years_are_what_the_months_of_every_row_add_up_to(seed, stages, name):
    future, plan = FUTURES[name], random_plan(70, seed, stages=stages)
    if seed % 3 == 0:  # some rows that float64 cannot promise
        plan.balance[:3], plan.instalment[:3], plan.rate[:3] = 2**32 - 1, 2**20, 200_000
    by_hand = np.zeros(YEARS, np.int64)
    for row in range(len(plan)):
        months = schedule(plan, future, row)
        received = months.borrower + months.complement_fund + months.employer + months.overdue
        np.add.at(by_hand, months.year - future.first_year, received)
    by_hand[0] += plan.overdue[project(plan, future).months == 0].sum()
    assert yearly(plan, future).tolist() == by_hand.tolist()
