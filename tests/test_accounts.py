"""What the accounts of a movement are, and what movements do with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tequio.servicing.accounts import (
    ACCOUNTS,
    AT,
    CHANNEL_LABELS,
    KIND_LABELS,
    NAMES,
    NO_SOURCE,
    PESO_ROWS,
    UNIT_ROWS,
    Channel,
    Kind,
    Movements,
    no_movements,
    reversal,
    together,
)


def test_the_lists_are_closed_and_say_themselves():
    assert len(set(NAMES)) == len(NAMES)
    assert len({account.label for account in ACCOUNTS}) == len(ACCOUNTS)
    assert all(account.tells.endswith(".") for account in ACCOUNTS)
    assert [name for name in NAMES if name.endswith("_units")] == [NAMES[i] for i in UNIT_ROWS]
    assert len(KIND_LABELS) == len(Kind)
    assert len(CHANNEL_LABELS) == len(Channel)
    assert [int(kind) for kind in Kind] == list(range(len(Kind)))


@st.composite
def movements(draw: st.DrawFn) -> Movements:
    """Some movements of three credits; each one's pesos, and its units, sum to zero."""
    size = draw(st.integers(0, 6))
    amounts = draw(arrays(np.int64, (len(NAMES), size), elements=st.integers(-(10**9), 10**9)))
    amounts[AT["adjustment"]] -= amounts[PESO_ROWS].sum(axis=0)
    amounts[AT["moved_units"]] -= amounts[UNIT_ROWS].sum(axis=0)
    column = arrays(np.int64, size, elements=st.integers(0, 2))
    payments = np.full(size, int(Kind.PAYMENT))
    days = draw(column)
    return Movements(
        draw(column), days, days, payments, draw(column), np.full(size, NO_SOURCE), amounts
    )


@given(movements())
def test_a_movement_and_its_reversal_leave_nothing(given_):
    assert given_.unbalanced().size == 0
    back = reversal(given_, given_.day + 1)
    both = together([given_, back])
    assert len(both) == 2 * len(given_)
    assert not both.sums(3).any()
    assert (back.kind == Kind.REVERSAL).all()


@given(movements(), movements())
def test_sums_are_those_of_each_credit(first, second):
    both = together([first, second])
    assert np.array_equal(both.sums(3), first.sums(3) + second.sums(3))
    for credit in range(3):
        own = both.take(both.credit == credit)
        assert np.array_equal(both.sums(3)[:, credit], own.amounts.sum(axis=1))


@pytest.mark.parametrize("account", ["cash", "principal_units"])
def test_a_movement_that_does_not_sum_to_zero_is_found(account):
    amounts = np.zeros((len(NAMES), 2), np.int64)
    amounts[AT[account], 1] = 1
    two = np.zeros(2, np.int64)
    assert Movements(two, two, two, two, two, two, amounts).unbalanced().tolist() == [1]


def test_a_reversal_is_not_reversed():
    amounts = np.zeros((len(NAMES), 1), np.int64)
    one = np.zeros(1, np.int64)
    paid = Movements(one, one, one, one + Kind.PAYMENT, one, one, amounts)
    with pytest.raises(AssertionError, match="not reversed"):
        reversal(reversal(paid, one), one)


def test_no_movements_are_none():
    assert len(no_movements()) == 0
    assert not no_movements().sums(2).any()
