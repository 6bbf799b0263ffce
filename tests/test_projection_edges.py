"""The projection where it could slip: absurd plans, ties in the middle of a life, balances that
outgrow float64."""

from dataclasses import asdict, fields
from datetime import date
from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan_strategies import outlooks, plans
from plans import one, random_plan, stage
from reference import Month, credits_of, future_of, months_of, totals
from tequio.core.offer import Gap, Payer
from tequio.engine import kernel
from tequio.engine.outlook import MONTHS, Outlook, outlook
from tequio.engine.plan import Plan
from tequio.engine.projection import Projection, project, projected, schedule

NAMES = [field.name for field in fields(Projection)]
FREEZE = outlook(date(2024, 12, 31), 10_081, 0, 80_000, 5_000, 360)
GROWTH = outlook(date(2024, 6, 30), 10_081, 46_600, 80_000, 5_000, 360)
EXACT, HALF = 10**7, 12_000_000


def level(balance: np.ndarray, rate: np.ndarray, instalment: np.ndarray, *, indexed: bool) -> Plan:
    """Plain credits: a balance, a rate, an instalment."""
    nothing = np.zeros(len(balance), np.int64)
    rest = ("insurance", "fees", "overdue", "term", "effective", "employer", "reward", "reward_at")
    flags = np.full(len(balance), indexed)
    return Plan(balance, instalment, rate, flags, **dict.fromkeys(rest, nothing))


@settings(max_examples=400)
@given(plans(), outlooks())
def test_any_plan_is_the_reference_s_to_the_centavo(plan, future):
    got, reference = project(plan, future), future_of(future)
    for row, credit in enumerate(credits_of(plan)):
        wanted = asdict(totals(credit, reference))
        assert {name: int(getattr(got, name)[row]) for name in NAMES} == wanted, credit


@given(plans(), outlooks(), st.data())
def test_any_schedule_is_the_reference_s_month_by_month(plan, future, data):
    row = data.draw(st.integers(0, len(plan) - 1))
    credit = credits_of(plan)[row]
    months = schedule(plan, future, row)
    wanted = [asdict(month) for month in months_of(credit, future_of(future))]
    for name in (field.name for field in fields(Month) if field.name != "balance_native"):
        assert getattr(months, name).tolist() == [month[name] for month in wanted], name
    units = [month["balance_native"] * credit.indexed for month in wanted]
    assert months.balance_units.tolist() == units
    first = future.first_year * 12 + future.first_month
    assert (months.year * 12 + months.month).tolist() == [first + t for t in range(len(wanted))]


@pytest.mark.parametrize("future", [FREEZE, GROWTH], ids=["frozen", "growing"])
@pytest.mark.parametrize("stages", [0, 2])
def test_skimmed_years_are_the_months_they_stand_for(stages, future):
    """With a schedule's trace no year is skimmed: every month of every row is run."""
    plan = random_plan(400, seed=11, stages=stages)
    got = project(plan, future)
    for row in range(len(plan)):
        alone = plan.take(np.array([row]))
        shape = (MONTHS + 1, kernel.ROWS)
        results, _, _ = projected(alone, future, np.int64, shape)
        for name in NAMES:
            assert getattr(results, name)[0] == getattr(got, name)[row], name


def test_whole_numbers_and_float64_give_the_same():
    plan = random_plan(3_000, seed=5, stages=1)
    quick, outgrown, _ = projected(plan, GROWTH, np.float64, (0, 0))
    slow, _, _ = projected(plan, GROWTH, np.int64, (0, 0))
    sure = ~outgrown
    assert sure.sum() > 2_900
    for name in NAMES:
        assert np.array_equal(getattr(quick, name)[sure], getattr(slow, name)[sure]), name


@pytest.mark.parametrize("indexed", [0, 1])
def test_a_balance_may_outgrow_float64(indexed):
    """At 20 % and no instalment it grows for thirty years, past what float64 keeps exact."""
    plan = one(balance=2**32 - 1, rate=200_000, instalment=1, indexed=indexed)
    _, outgrown, _ = projected(plan, GROWTH, np.float64, (0, 0))
    assert outgrown[0]
    wanted = totals(credits_of(plan)[0], future_of(GROWTH))
    assert project(plan, GROWTH).released[0] == wanted.released > 10**12


def test_a_million_ties_of_interest_go_up_in_the_middle_of_a_life():
    """Seventeen months, the first interest on a tie, against int64 columns month by month."""
    draw = np.random.default_rng(7)
    rates = [r for r in range(7, 200_000, 401) if 6_000_000 % gcd(r, HALF) == 0]
    steps = np.array([HALF // gcd(r, HALF) for r in rates])
    firsts = [
        6_000_000 // gcd(r, HALF) * pow(r // gcd(r, HALF), -1, HALF // gcd(r, HALF)) for r in rates
    ]
    each = 1_000_000 // len(rates) + 1
    times = draw.integers(1, (2**30 // steps)[:, None], (len(rates), each))
    balance = (np.array(firsts) % steps)[:, None] + steps[:, None] * times
    balance, rate = balance.ravel(), np.repeat(np.array(rates, np.int64), each)
    assert balance.size >= 1_000_000
    assert (balance * rate % HALF == 6_000_000).all()
    instalment = balance // 13 + 1
    got = project(level(balance, rate, instalment, indexed=False), FREEZE)
    months, paid, rest = np.zeros_like(balance), np.zeros_like(balance), balance
    for t in range(1, 18):
        owed = rest + (2 * rest * rate + HALF) // (2 * HALF)
        pays = np.minimum(owed, instalment)
        months, paid, rest = np.where(rest > 0, t, months), paid + pays, owed - pays
    assert (rest == 0).all()
    assert np.array_equal(got.months, months)
    assert np.array_equal(got.paid, paid)


@pytest.mark.parametrize("daily", [9_633, 10_081, 10_374, 11_314, 11_731, 20_003])
def test_ties_of_an_instalment_s_worth_go_up_every_month(daily):
    """Twenty instalments without interest, each worth half a centavo too much."""
    index, draw = daily * 304, np.random.default_rng(8)
    common = gcd(index, EXACT)
    step = EXACT // common
    first = EXACT // 2 // common * pow(index // common, -1, step) % step
    instalment = first + step * draw.integers(0, 2**26 // step + 1, 170_000)
    assert (instalment * index % EXACT == EXACT // 2).all()
    future = outlook(date(2024, 12, 31), daily, 0, 0, 0, 360)
    plan = level(instalment * 20, np.zeros_like(instalment), instalment, indexed=True)
    got = project(plan, future)
    assert (got.months == 20).all()
    assert np.array_equal(got.paid, 20 * (instalment * index // EXACT + 1))


def test_ties_in_units_go_up():
    """A stage's pesos that buy half a millionth too much; only a daily value of 16 x n has any."""
    daily = 65_536
    index, pays = daily * 304, 77_824 * np.arange(1, 400, 2)
    assert (pays * EXACT % index == index // 2).all()
    future = outlook(date(2024, 6, 30), daily, 0, 0, 0, 360)
    for each in pays.tolist():
        stages = (stage(each, 1, Gap.CAPITALISED, Payer.NOBODY),)
        plan = one(balance=2**30, instalment=2**31, indexed=1, stages=stages)
        bought = each * EXACT // index + 1
        rest = ((2**30 - bought) * index + EXACT // 2) // EXACT
        assert project(plan, future).paid[0] == each + rest


@pytest.mark.parametrize(("rest", "ended"), [(5_000, 12), (5_001, 13)])
def test_a_contract_that_ends_in_december_clears_its_residue(rest, ended):
    plan = one(balance=12 * 100_000 + rest, instalment=100_000, term=12)
    assert project(plan, FREEZE).months[0] == ended


def test_what_never_ends_is_left():
    pension = stage(1_000, 9_999, Gap.CAPITALISED, Payer.NOBODY)
    plan = one(balance=900_000, rate=60_000, instalment=4_000, stages=(pension,))
    got = project(plan, FREEZE)
    assert got.months[0] == MONTHS
    assert got.left[0] > 900_000


def test_nothing_owed_is_over_but_for_what_is_overdue():
    got = project(one(instalment=400_000, overdue=12_345, insurance=500), FREEZE)
    owed = {name: int(getattr(got, name)[0]) for name in NAMES}
    assert owed.pop("npv") == 12_263  # 123.45 a month from now, at 8 % a year
    assert owed.pop("overdue") == 12_345
    assert set(owed.values()) == {0}


def test_a_complement_has_a_payer():
    with pytest.raises(AssertionError, match="nobody pays"):
        stage(1_000, 12, Gap.TO_INTEREST, Payer.NOBODY)
    assert stage(1_000, 0, Gap.TO_INTEREST, Payer.NOBODY).months[0] == 0


def test_an_outlook_moves_the_unit_in_january_only():
    index = FREEZE.index.copy()
    index[5:] += 304
    moved = Outlook(1, 2025, index, FREEZE.discount, 0, 360)
    with pytest.raises(AssertionError, match="January"):
        project(one(balance=1_000, instalment=10), moved)
