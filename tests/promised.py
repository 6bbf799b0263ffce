"""A ledger of a few credits, written as the worked examples write them, for what is promised."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from closes import WHO
from tequio.core.columns import Day, Flag
from tequio.core.loan import facts
from tequio.engine import portfolio
from tequio.engine.portfolio import open_portfolio
from tequio.web.records.loading import do_load_portfolio
from worked import Case, number

FIRST = 1_600_000_001
HOME = "16053"
# A credit in pesos, three months behind on nothing, paid by its owner; cases say what differs.
USUAL: Case = {
    "granted_on": date(2012, 3, 10),
    "granted": 400_000,
    "balance": 310_000,
    "rate": "10.45",
    "instalment": 3_480,
    "insurance": 60,
    "administration_fee": 35,
    "months_left": 230,
    "months_paid": 130,
    "regime": "REA",
}


def load(rows: Sequence[Case], as_of: date, folder: Path) -> list[str]:
    """Put the credits in the ledger; their numbers."""
    written = [USUAL | row for row in rows]
    columns = {
        "credit": [str(FIRST + at) for at in range(len(rows))],
        "municipality": [HOME] * len(rows),
    }
    for name, (kind, fact) in facts().items():
        columns[name] = [value(row, name, kind, fact) for row in written]
    path = folder / "convenios.parquet"
    table = pa.table(
        [pa.array(columns[f.name], f.type) for f in portfolio.schema()], schema=portfolio.schema()
    )
    portfolio.write(table, path, as_of=as_of, simulated=True)
    do_load_portfolio(open_portfolio(path), WHO)
    return columns["credit"]


def value(row: Case, name: str, kind, fact):
    """A fact as a portfolio keeps it: null where it may be and is not said."""
    if name not in row:
        if fact.optional:
            return None
        return False if kind is Flag else date(1970, 1, 1) if kind is Day else 0
    if kind is Day:
        return row[name]
    found = number(kind, row[name], fact.codes)
    return found if kind is Flag else int(found)
