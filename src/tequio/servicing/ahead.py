"""From what servicing keeps to what the projection runs: the schedule from here on is the engine's.

There is no second formula: a statement's schedule is `projection.schedule` of this plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tequio.engine.exact import followed_fees
from tequio.engine.plan import Ints, Plan, StageRows
from tequio.servicing import credit as c
from tequio.servicing.credit import Credits


def plan_of(credits_: Credits, employer: Ints) -> Plan:
    """Each credit at the beginning of the month in progress. `employer`: what employers are
    expected to send, centavos a month.

    What is unpaid is paid with the first instalment: its interest and charges are overdue, and its
    principal is a part of the balance.
    """
    s = credits_.numbers
    assert (s[:, c.ACCRUED_DAY] == 0).all(), "a plan begins with a month"
    indexed = s[:, c.INDEXED] > 0
    units = s[:, c.PRINCIPAL_UNITS] + s[:, c.PRINCIPAL_DUE_UNITS]
    overdue = s[:, [c.INSURANCE, c.FEES, c.PROTECTION, c.INTEREST]].sum(axis=1)
    fees = s[:, c.CHARGE_FEES] + s[:, c.CHARGE_PROTECTION]
    columns: Any = (fees, s[:, c.INDEX], np.maximum(s[:, c.FEES_INDEX], 1))
    followed = followed_fees(*columns)
    stages = tuple(stage_of(s, first) for first in (c.GAP, c.SECOND_GAP, c.THIRD_GAP))
    to_principal = s[:, c.EMPLOYER_TO_PRINCIPAL] > 0
    return Plan(
        balance=np.where(indexed, units, s[:, c.PRINCIPAL] + s[:, c.PRINCIPAL_DUE]),
        instalment=s[:, c.INSTALMENT].copy(),
        rate=s[:, c.RATE].copy(),
        indexed=indexed,
        insurance=s[:, c.CHARGE_INSURANCE].copy(),
        fees=np.where(indexed, followed, fees),
        overdue=overdue,
        term=s[:, c.MONTHS_LEFT].copy(),
        effective=s[:, c.EFFECTIVE].copy(),
        employer=np.where(to_principal, employer, 0),
        reward=s[:, c.REWARD].copy(),
        reward_at=s[:, c.REWARD_LEFT].copy(),
        stages=stages,
    )


def stage_of(s: Ints, first: int) -> StageRows:
    """One stage of every credit; where there is none it has no months."""
    has = s[:, first] != c.NO_STAGE
    gap, pays, months, payer = (np.where(has, s[:, first + k], 0) for k in range(4))
    return StageRows(pays=pays, months=months, gap=gap, payer=payer)
