"""The annual cost, against the published check and against flows built from a known rate."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.engine import cat as cat_module
from tequio.engine.cat import cat


def test_the_published_check():
    """200,000 lent, 2 % charged at signing, 240 monthly payments of 1,432.86 in arrears."""
    assert cat(200_000_00 * 98 // 100, [1_432_86] * 240) == Decimal("6.434412")


def test_payments_in_advance_would_not_give_the_published_check():
    net = 200_000_00 * 98 // 100 - 1_432_86
    assert cat(net, [1_432_86] * 239) > Decimal("6.5")


@given(
    st.integers(1, 60_000),  # hundred-thousandths a month: up to 60 %
    st.lists(st.integers(0, 10**9), min_size=1, max_size=480),
    st.integers(10**9, 10**10),
)
def test_flows_built_from_a_rate_give_it_back(rate, payments, last):
    """A last payment of some millions keeps the centavo of rounding below the fourth decimal."""
    payments = [*payments[: 1 + rate % 48], last]
    monthly = 1 + rate / 100_000
    received = round(sum(a / monthly**k for k, a in enumerate(payments, 1)))
    yearly = (monthly**12 - 1) * 100
    assert float(cat(received, payments)) == pytest.approx(yearly, rel=1e-4, abs=1e-4)


@given(
    st.integers(1, 10**12),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=480),
)
def test_the_rate_makes_what_is_paid_worth_what_was_received(received, payments):
    found = cat(received, payments, 15)
    if sum(payments) < received:
        assert found is None
    else:
        force = np.log1p(float(found) / 100) / 12
        worth = sum(a * np.exp(-force * k) for k, a in enumerate(payments, 1))
        assert worth == pytest.approx(received, rel=1e-9)


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=2, max_size=480))
def test_more_paid_costs_more_and_later_costs_less(received, payments):
    cost = cat(received, payments, 9)
    more = cat(received, [payments[0] + received, *payments[1:]], 9)
    later = cat(received, [0, *payments], 9)
    assert more is not None
    assert cost is None or more > cost >= later


@pytest.mark.parametrize(
    ("received", "payments", "wanted"),
    [
        (100, [100], Decimal("0.00")),
        (100, [99], None),
        (0, [100], None),
        (-100, [100], None),
        (100, [], None),
        (100, [0, 0, 200], Decimal("1500.00")),
        (100, [0] * 11 + [110], Decimal("10.00")),
        (36_000, [100] * 360, Decimal("0.00")),
        (1, [10**12], Decimal(10**146 - 100)),
    ],
)
def test_small_flows(received, payments, wanted):
    found = cat(received, payments, 2)
    if wanted is None or wanted < 10**6:
        assert found == wanted
    else:
        assert float(found) == pytest.approx(float(wanted))


@pytest.mark.parametrize(
    ("decimals", "wanted"), [(0, "13"), (1, "12.6"), (2, "12.57"), (3, "12.570")]
)
def test_it_has_the_decimals_that_are_asked(decimals, wanted):
    assert str(cat(10_000, [0] * 11 + [11_257], decimals)) == wanted


def test_a_negative_payment_is_refused():
    with pytest.raises(ValueError, match="no sean negativos"):
        cat(100, [200, -50])


@given(st.integers(1, 10**12), st.lists(st.integers(0, 10**12), min_size=1, max_size=480))
def test_it_climbs_to_the_root_in_few_steps(received, payments):
    """What keeps an offer's cost under a millisecond."""
    with pytest.MonkeyPatch.context() as patch:
        whole = cat(received, payments)
        patch.setattr(cat_module, "STEPS", 40)
        assert cat(received, payments) == whole
