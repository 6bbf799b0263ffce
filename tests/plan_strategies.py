"""Plans and outlooks for Hypothesis: anywhere within their bounds, and at the bounds themselves."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import strategies as st

from tequio.core.offer import Gap, Payer
from tequio.engine.outlook import Outlook, outlook
from tequio.engine.plan import BELOW, Plan, StageRows


def amounts(name: str) -> st.SearchStrategy[int]:
    """Nothing, small, any, and the highest that a column takes."""
    most = BELOW[name] - 1
    return st.just(0) | st.integers(1, 300) | st.integers(0, most) | st.just(most)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to five rows, with up to three stages; half of them with an ordinary instalment."""
    size = draw(st.integers(1, 5))

    def column(values: st.SearchStrategy[int]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), np.int64)

    balance = column(amounts("balance"))
    whole = column(st.sampled_from([0, 0, 0, 1, 2, 5, 13, 24, 100, 360]))
    usual = np.minimum(balance // np.maximum(whole, 1) + column(st.integers(0, 2)), 2**32 - 1)
    return Plan(
        balance=balance,
        instalment=np.where(whole > 0, usual, column(amounts("instalment"))),
        rate=column(amounts("rate")),
        indexed=column(st.integers(0, 1)) == 1,
        insurance=column(amounts("insurance")),
        fees=column(amounts("fees")),
        overdue=column(amounts("overdue")),
        term=column(st.integers(0, 30) | amounts("term")),
        effective=column(st.integers(0, 400) | amounts("effective")),
        employer=column(amounts("employer")),
        reward=column(amounts("reward")),
        reward_at=column(st.integers(0, 30) | amounts("reward_at")),
        stages=tuple(stage_rows(column) for _ in range(draw(st.integers(0, 3)))),
    )


def stage_rows(column) -> StageRows:
    """Any stage whose complement has a payer."""
    gap, payer = column(st.sampled_from(list(Gap))), column(st.integers(1, 2))
    return StageRows(
        pays=column(amounts("pays")),
        months=column(st.sampled_from([0, 1, 2, 6, 12, 13, 9_999])),
        gap=gap,
        payer=np.where(gap <= Gap.TO_INTEREST, payer, Payer.NOBODY),
    )


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    """Any month to start in; the unit frozen, or growing slowly, or as fast as it ever did;
    a release where the law has it, or soon."""
    return outlook(
        date(draw(st.integers(2019, 2030)), draw(st.integers(1, 12)), 28),
        draw(st.integers(8_000, 12_500)),
        draw(st.sampled_from([0, 0, 10_000, 46_600])),
        draw(st.sampled_from([0, 50_000, 80_000, 120_000])),
        draw(st.sampled_from([0, 100, 5_000, 1_000_000])),
        draw(st.sampled_from([360, 360, 13])),
    )
