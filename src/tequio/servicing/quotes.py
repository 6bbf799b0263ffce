"""What a credit owes on a day of the month in progress: to be current, and to settle.

The same code that books a payment says what is owed, so a quote paid on its day, with its intent,
closes what it says: to the centavo, and no unit is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tequio.engine.exact import compiled
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints
from tequio.servicing.close import longest_of
from tequio.servicing.credit import DUES, Credits
from tequio.servicing.interest import is_over, to_settle
from tequio.servicing.month_end import begin_month, day_of_thirty, fall_due
from tequio.servicing.posting import MONTH_END, Rules
from tequio.servicing.sheet import Sheet, sheet_of

ROWS = 5  # of January and of an instalment that falls due


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """Centavos; one entry a credit."""

    to_be_current: Ints  # every month whose due day has come
    to_settle: Ints  # everything, with the month's charges, less what waits to be applied


def quotes(credits_: Credits, day: int, rules: Rules) -> Quotes:
    """What each credit owes on a day (since 1970-01-01) of the month in progress.

    On the last day the month's instalment is due, and counts.
    """
    assert (credits_["month"] == rules.month).all(), "a quote is of the month in progress"
    assert rules.first_day <= day <= rules.last_day, "a quote is of the month in progress"
    numbers, starts = credits_.numbers.copy(), credits_.starts()
    found = np.zeros((2, len(credits_)), np.int64)
    scratch = np.empty((longest_of(starts) + 2, len(DUES)), np.int64)
    quote_credits(numbers, credits_.dues, starts, scratch, day, rules, sheet_of(ROWS), found)
    return Quotes(found[0], found[1])


@compiled
def quote_credits(
    numbers: Ints,
    dues: Ints,
    starts: Ints,
    scratch: Ints,
    day: int,
    rules: Rules,
    sheet: Sheet,
    found: Ints,
) -> None:
    """On a copy, which is thrown away with what is written on the sheet."""
    on = day_of_thirty(day, rules)
    for i in range(len(numbers)):
        s = numbers[i]
        scratch[: starts[i + 1] - starts[i]] = dues[starts[i] : starts[i + 1]]
        sheet.written[0] = 0
        begin_month(s, scratch, sheet, i, rules)
        if on == MONTH_END and not is_over(s):
            fall_due(s, scratch, sheet, i, rules)
        for k in range(s[c.OPEN]):
            if scratch[k, c.DUE_ON] <= day:
                for which in range(5):
                    found[0, i] += scratch[k, c.DUE_INSURANCE + which]
        owed = to_settle(s, scratch, on, rules.first_day)
        found[1, i] = max(owed + s[c.UNAPPLIED], 0)
