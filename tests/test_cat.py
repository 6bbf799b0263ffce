"""The annual cost, against the published check and against flows built from a known rate."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.engine.cat import cat


def test_the_published_check():
    """200,000 lent, 2 % charged at signing, 240 monthly payments of 1,432.86."""
    assert cat(200_000_00 * 98 // 100, [1_432_86] * 240) == Decimal("6.434412")


@given(st.integers(1, 100_000), st.integers(1, 420), st.integers(10_000, 1_000_000))
def test_flows_built_from_a_rate_give_it_back(ppm, months, payment):
    monthly = 1 + ppm / 1_000_000
    received = round(sum(payment / monthly**k for k in range(1, months + 1)))
    found = cat(received, [payment] * months, 3)
    if found is not None:
        worth = sum(payment / (1 + float(found) / 100) ** (k / 12) for k in range(1, months + 1))
        assert worth == pytest.approx(received, rel=3e-4, abs=2)


@pytest.mark.parametrize(
    ("received", "payments", "wanted"),
    [
        (100, [100], Decimal("0.00")),
        (100, [99], None),
        (0, [100], None),
        (100, [], None),
        (100, [0, 0, 200], Decimal("1500.00")),
        (100, [0] * 11 + [110], Decimal("10.00")),
    ],
)
def test_small_flows(received, payments, wanted):
    assert cat(received, payments, 2) == wanted
