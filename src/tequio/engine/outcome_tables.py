"""What a run leaves: one row a credit, and one row for each credit and solution that it qualifies
for.

Money in centavos; credits in units are shown in pesos of the day.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.engine.delinquency import overdue
from tequio.engine.evaluate import Outcome, Pairs
from tequio.programmes import REGISTRY

CARRIED = ("credit", "municipality", "sex", "indexed", "converted", "regime", "months_missed")
NAMES = ("status_quo", *(programme.name for programme in REGISTRY))
AFTER = ("months", "charges", "interest", "indexation", "complement_institute", "complement_fund")
THEN = ("employer", "reward", "released", "npv")
ENTITLEMENTS = {p.name for p in REGISTRY if p.family in ("fondo", "prorroga")}  # not ranked
NOBODY = -1  # in `lowest`: no solution lowers the payment


def loans_table(rows: pa.Table, outcome: Outcome) -> pa.Table:
    """Each credit: who it is, where it stands, and one mask of reasons a programme."""
    columns = {name: rows[name] for name in CARRIED}
    columns |= {"overdue": overdue(rows["months_missed"].to_numpy())}
    columns |= {"balance": outcome.today.balance}
    columns |= {f"unmet_{name}": mask for name, mask in outcome.unmet.items()}
    columns["eligible"] = bits(outcome.eligible)
    columns["open"] = bits(outcome.open)
    columns |= figures(outcome.today)
    columns["lowest"], columns["lowest_pays"] = lowest(outcome)
    return pa.table(columns)


def pairs_table(rows: pa.Table, outcome: Outcome) -> pa.Table:
    """Each credit and solution that it qualifies for, in the order of the credits."""
    tables = [pair_rows(rows, pairs) for pairs in outcome.pairs]
    table = pa.concat_tables(tables)
    places = np.concatenate([pairs.rows for pairs in outcome.pairs] or [np.zeros(0, np.int64)])
    return table.take(pa.array(np.argsort(places, kind="stable")))


def pair_rows(rows: pa.Table, pairs: Pairs) -> pa.Table:
    """One programme's eligible credits."""
    code = NAMES.index(pairs.programme)
    programme = pa.DictionaryArray.from_arrays(
        np.full(len(pairs.rows), code, np.int8), pa.array(NAMES)
    )
    columns = {
        "credit": rows["credit"].take(pa.array(pairs.rows)).combine_chunks(),
        "programme": programme,
        "open": pairs.open,
        "cancels": pairs.cancels,
    }
    return pa.table(columns | figures(pairs))


def figures(pairs: Pairs) -> dict[str, NDArray[np.int64]]:
    """What a person pays and gets, and what the fund does."""
    projection = pairs.projection
    return {
        "pays_now": pairs.pays_now,
        "pays_after": pairs.pays_after,
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


def lowest(outcome: Outcome) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """The monthly solution with the lowest first payment, where it is lower than today's.

    A settlement is one deposit and no monthly payment: it is not compared. Nor is an entitlement,
    which only pauses or covers payments for some months.
    """
    best = outcome.today.pays_after.copy()
    place = np.full(len(best), NOBODY, np.int8)
    for pairs in outcome.pairs:
        if not pairs.settles and pairs.programme not in ENTITLEMENTS:
            better = pairs.pays_after < best[pairs.rows]
            best[pairs.rows[better]] = pairs.pays_after[better]
            place[pairs.rows[better]] = NAMES.index(pairs.programme)
    return place, best
