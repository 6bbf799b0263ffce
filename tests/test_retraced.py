"""A credit retraced from what the ledger holds is the credit that the closes left."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import random_plan
from servicing_plans import REA, ROA, credits_of, month_rules
from tequio.engine.errors import Refused
from tequio.engine.outlook import outlook
from tequio.servicing.accounts import AT, NO_SOURCE, reversal, together
from tequio.servicing.close import close, no_receipts
from tequio.servicing.quotes import quotes
from tequio.servicing.retraced import retraced
from test_close import in_order
from test_payments import some_receipts

FUTURE = outlook(date(2024, 10, 31), 10_081, 46_600, 80_000, 5_000, 360)
ROWS = 4


def histories(seed: int, regime: int, months: int):
    """A few months of payments of any kind, with the receipts named by source."""
    draw = np.random.default_rng(seed)
    opening = credits_of(in_order(random_plan(ROWS, seed)), FUTURE, regime=regime)
    now, parts, named = opening, [], 0
    for t in range(1, months + 1):
        rules = month_rules(FUTURE, t)
        received = some_receipts(draw, 2, rules)
        received.day[received.day < rules.first_day] = rules.first_day
        received.intent[:] = np.where(received.intent == 4, 0, received.intent)
        moved, now = close(now, received, rules)
        source = np.where(moved.source == NO_SOURCE, NO_SOURCE, moved.source + named)
        parts.append(replace(moved, source=source))
        named += len(received.credit)
    return opening, together(parts), now


@pytest.mark.parametrize("regime", [REA, ROA])
@given(seed=st.integers(0, 10**6), months=st.integers(1, 6))
def test_the_ledger_alone_says_what_is_owed_and_quoted(regime, seed, months):
    opening, moved, closed = histories(seed, regime, months)
    calendar = [month_rules(FUTURE, t) for t in range(1, months + 1)]
    ahead = month_rules(FUTURE, months + 1)
    for row in range(ROWS):
        one, kept = opening.take(np.array([row])), closed.take(np.array([row]))
        found = retraced(one, moved.take(moved.credit == row), calendar)
        assert np.array_equal(found.sums(), kept.sums())
        for day in (ahead.first_day, ahead.last_day):
            said, wanted = quotes(found, day, ahead), quotes(kept, day, ahead)
            assert said.to_be_current[0] == wanted.to_be_current[0]
            assert said.to_settle[0] == wanted.to_settle[0]


def test_what_was_reversed_was_not_received():
    opening, moved, _ = histories(3, REA, 1)
    calendar = [month_rules(FUTURE, 1)]
    paid = np.flatnonzero(moved["cash"] > 0)
    row = int(moved.credit[paid[0]])
    own = moved.take(moved.credit == row)
    unpaid, _ = close(opening.take(np.array([row])), no_receipts(), calendar[0])
    undone = reversal(own, np.full(len(own), calendar[0].last_day))
    found = retraced(opening.take(np.array([row])), together([own, undone, unpaid]), calendar[:1])
    assert found["missed"][0] == 1


def test_movements_that_no_history_gives_are_refused():
    opening, moved, _ = histories(3, REA, 2)
    calendar = [month_rules(FUTURE, t) for t in (1, 2)]
    own = moved.take(moved.credit == 0)
    own.amounts[AT["principal"], -1] += 1
    own.amounts[AT["adjustment"], -1] -= 1
    with pytest.raises(Refused, match=r"2024-12|2025-01|2024-11"):
        retraced(opening.take(np.array([0])), own, calendar)
