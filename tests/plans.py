"""Plans to project: realistic and absurd ones, all valid."""

import numpy as np

from tequio.core import annuities
from tequio.core.offer import Gap
from tequio.engine.plan import Plan, StageRows, column_names

RATES = np.array([0, 10_000, 19_100, 40_000, 60_000, 88_600, 104_500, 120_000, 200_000])


def random_plan(rows: int, seed: int, *, stages: int = 0) -> Plan:
    """Level instalments and others, units and pesos, with and without an employer, near and far
    from the 360th payment; stages and rewards where asked for."""
    draw = np.random.default_rng(seed)
    indexed = draw.random(rows) < 0.4
    term = draw.integers(0, 361, rows)
    middle = np.where(indexed, 100e6, 30e6)
    balance = np.exp(draw.normal(np.log(middle), 0.8)).astype(np.int64)
    balance = np.where(draw.random(rows) < 0.01, draw.integers(0, 3, rows), balance)
    rate = draw.choice(RATES, rows)
    level = annuities.instalment(balance, rate, term)
    other = (level * draw.uniform(0.2, 1.4, rows)).astype(np.int64)
    instalment = np.maximum(np.where(draw.random(rows) < 0.6, level, other), 0)
    has_employer = draw.random(rows) < 0.4
    near = draw.random(rows) < 0.5
    rewarded = draw.random(rows) < (0.3 if stages else 0)
    return Plan(
        balance=balance,
        instalment=instalment,
        rate=rate,
        indexed=indexed,
        insurance=draw.integers(0, 3_000, rows),
        fees=draw.integers(0, 20_000, rows),
        overdue=np.where(draw.random(rows) < 0.2, draw.integers(0, 500_000, rows), 0),
        term=term,
        effective=np.where(near, draw.integers(0, 400, rows), 0),
        employer=np.where(has_employer, draw.integers(1, 200_000, rows), 0),
        reward=np.where(rewarded, draw.integers(1, 500_000, rows), 0),
        reward_at=np.where(rewarded, draw.integers(1, 4, rows), 0),
        stages=tuple(random_stage(draw, instalment) for _ in range(stages)),
    )


def random_stage(draw: np.random.Generator, instalment: np.ndarray) -> StageRows:
    """A stage for most rows, of every kind."""
    rows = len(instalment)
    gap = draw.integers(0, len(Gap), rows)
    return StageRows(
        pays=(instalment * draw.uniform(0, 1.1, rows)).astype(np.int64),
        months=np.where(draw.random(rows) < 0.7, draw.choice([1, 3, 6, 12, 9_999], rows), 0),
        gap=gap,
        payer=np.where(gap <= Gap.TO_INTEREST, draw.integers(1, 3, rows), 0),
    )


def one(**facts: int) -> Plan:
    """A plan of one row; what is not said is zero."""
    stages = facts.pop("stages", ())
    row = {name: np.array([facts.pop(name, 0)], np.int64) for name in column_names()}
    assert not facts, f"no such column: {facts}"
    row["indexed"] = row["indexed"].astype(np.bool_)
    return Plan(**row, stages=stages)


def stage(pays: int, months: int, gap: Gap, payer: int) -> StageRows:
    """A stage of one row."""
    return StageRows(*(np.array([value], np.int64) for value in (pays, months, gap, payer)))
