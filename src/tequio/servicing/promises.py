"""What became of a solution in force: kept, failed, or going on, by what servicing says of the
credit before and after.

A promise is seen in the credit itself: a reward that waits, a stage that runs, or, where neither
was agreed, the months in a row that make a payment sustained.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.law import ServicingLaw
from tequio.servicing.month_end import STAGES_END

Flags = NDArray[np.bool_]
NO_STAGES = {
    **dict.fromkeys(("gap", "second_gap", "third_gap"), NO_STAGE),
    **dict.fromkeys(("stage_left", "second_left", "third_left", "waiting"), 0),
}


class Outcome(IntEnum):
    """What became of it between two moments."""

    GOES_ON = 0
    CREDIT_OVER = 1  # nothing is owed any more
    REWARDED = 2
    REWARD_LOST = 3
    STAGES_OVER = 4  # they ran to their end
    STAGES_FAILED = 5  # a payment did
    STAGES_TAKEN = 6  # they ended before their time, and no payment failed
    SUSTAINED = 7  # nothing was to be kept but to pay again, and it was
    MISSED = 8  # the same, and it was not


KEPT = (Outcome.CREDIT_OVER, Outcome.REWARDED, Outcome.STAGES_OVER, Outcome.SUSTAINED)


def outcomes(before: Credits, after: Credits, rewarded: Flags, law: ServicingLaw) -> Ints:
    """The outcome of each credit's promise; `rewarded`: its reward was booked in between."""
    awaited = (before["reward"] > 0) & (after["reward"] == 0)
    staged = before["gap"] != NO_STAGE
    ended = staged & (after["gap"] == NO_STAGE)
    failed = ended & (before["on_default"] == STAGES_END) & latest_missed(after)
    last = (before["stage_left"] <= 1) & (before["second_gap"] == NO_STAGE)
    bare = ~staged & (before["reward"] == 0)
    sustained = after["in_a_row"] >= int(law.sustained_after.values[0])
    return np.select(
        [
            after["status"] != c.ACTIVE,
            awaited & rewarded,
            awaited,
            failed,
            ended & last,
            ended,
            bare & (after["missed"] > before["missed"]),
            bare & sustained,
        ],
        [
            Outcome.CREDIT_OVER,
            Outcome.REWARDED,
            Outcome.REWARD_LOST,
            Outcome.STAGES_FAILED,
            Outcome.STAGES_OVER,
            Outcome.STAGES_TAKEN,
            Outcome.MISSED,
            Outcome.SUSTAINED,
        ],
        Outcome.GOES_ON,
    ).astype(np.int64)


def latest_missed(after: Credits) -> Flags:
    """Whether the latest month due was missed."""
    return np.asarray((after["in_a_row"] == 0) & (after["missed"] > 0))


def without_stages(credits_: Credits, rows: Ints) -> Credits:
    """From here on the contract's own instalment is due."""
    return credits_.changed(rows, **NO_STAGES)
