"""What a run leaves: one row a credit, and one row for each credit and solution that it qualifies
for.

Money in centavos; credits in units are shown in pesos of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.engine.choose import INCOMES, LIMITLESS, LOST_ON, Choice
from tequio.engine.delinquency import overdue
from tequio.engine.evaluate import Outcome
from tequio.engine.pairs import NAMES, Pairs
from tequio.programmes import REGISTRY

CARRIED = ("credit", "municipality", "sex", "indexed", "converted", "regime", "months_missed")
AFTER = ("months", "charges", "interest", "indexation", "complement_institute", "complement_fund")
THEN = ("employer", "reward", "released", "npv")


def loans_table(rows: pa.Table, outcome: Outcome) -> pa.Table:
    """Each credit: who it is, where it stands, and one mask of reasons a programme."""
    columns = {name: rows[name] for name in CARRIED}
    columns |= {"overdue": overdue(rows["months_missed"].to_numpy())}
    columns |= {"balance": outcome.today.balance}
    columns |= {f"unmet_{name}": mask for name, mask in outcome.unmet.items()}
    columns["eligible"] = bits(outcome.eligible)
    columns["open"] = bits(outcome.open)
    columns |= figures(outcome.today)
    columns |= chosen(outcome.choice)
    return pa.table(columns)


def chosen(choice: Choice) -> dict[str, pa.Array]:
    """The best offer, what it is measured against, and what decided against the status quo."""
    limits, best = choice.measure.limits, choice.best
    return {
        "best": named(best.place, NAMES),
        "best_open": named(choice.best_open.place, NAMES),
        "best_pays": best.pays,
        "best_total": best.total,
        "best_npv": best.npv,
        "bears": np.where(limits.most == LIMITLESS, 0, limits.most),
        "income": named(limits.income, INCOMES),
        "affordable": choice.affordable,
        "now_lost_on": named(choice.now_lost_on, LOST_ON),
    }


def named(places: NDArray[np.int8], names: Sequence[str]) -> pa.DictionaryArray:
    """Positions in a closed list, with the list."""
    return pa.DictionaryArray.from_arrays(places, words(tuple(names)))


@lru_cache(maxsize=64)
def words(names: tuple[str, ...]) -> pa.Array:
    """A closed list as Arrow keeps it; made once, since each making looks for pandas."""
    return pa.array(names)


def pairs_table(rows: pa.Table, outcome: Outcome) -> pa.Table:
    """Each credit and solution that it qualifies for, in the order of the credits."""
    lost_on = outcome.choice.lost_on
    tables = [pair_rows(rows, *each) for each in zip(outcome.pairs, lost_on, strict=True)]
    table = pa.concat_tables(tables)
    places = np.concatenate([pairs.rows for pairs in outcome.pairs] or [np.zeros(0, np.int64)])
    return table.take(pa.array(np.argsort(places, kind="stable")))


def pair_rows(rows: pa.Table, pairs: Pairs, lost_on: NDArray[np.int8]) -> pa.Table:
    """One programme's eligible credits."""
    code = NAMES.index(pairs.programme)
    columns = {
        "credit": rows["credit"].take(pa.array(pairs.rows)).combine_chunks(),
        "programme": named(np.full(len(pairs.rows), code, np.int8), NAMES),
        "open": pairs.open,
        "cancels": pairs.cancels,
        "lost_on": named(lost_on, LOST_ON),
    }
    return pa.table(columns | figures(pairs))


def figures(pairs: Pairs) -> dict[str, NDArray[np.int64]]:
    """What a person pays and gets, and what the fund does."""
    projection = pairs.projection
    return {
        "pays_now": pairs.pays_now,
        "pays_after": pairs.pays_after,
        "instalment": pairs.instalment,
        "conditions": pairs.conditions,
        "total": projection.total,
        **{name: getattr(projection, name) for name in AFTER},
        "forgiven": pairs.forgiven,
        "waived": pairs.waived,
        **{name: getattr(projection, name) for name in THEN},
    }


def bits(by_programme: dict[str, NDArray[np.bool_]]) -> NDArray[np.int32]:
    """One bit a programme, by its place in the registry."""
    rows = len(next(iter(by_programme.values())))
    mask = np.zeros(rows, np.int32)
    for place, programme in enumerate(REGISTRY):
        if programme.name in by_programme:
            mask |= by_programme[programme.name].astype(np.int32) << place
    return mask
