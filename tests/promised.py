"""A ledger of a few credits, written as the worked examples write them, for what is promised."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from closes import WHO, post
from tequio.core.columns import Day, Flag
from tequio.core.loan import facts
from tequio.core.months import last_of, month_number
from tequio.engine import portfolio
from tequio.engine.portfolio import open_portfolio
from tequio.servicing import credit as c
from tequio.servicing.close import close, no_receipts
from tequio.web.records.agreements import latest
from tequio.web.records.closing import do_close_month, parts_of
from tequio.web.records.loading import do_load_portfolio
from tequio.web.records.models import Agreement, AgreementEvent, Credit
from tequio.web.records.months import rules_in
from tequio.web.records.serviced import before_close
from tequio.web.records.snapshots import rows_of
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


def pay_all(month: int, rows: Sequence[int] = (0,)) -> None:
    """These credits pay on the last day of a month all that a close without money says is due."""
    (part,) = parts_of(month)
    now, rules = before_close(part).credits, rules_in(month)
    _, unpaid = close(now, no_receipts(), rules)
    due = [int(unpaid.due_of(row)[:, c.DUE_INSURANCE : c.DUE_UNITS].sum()) for row in rows]
    post(f"paid:{month}", list(rows), rules.last_day, due)


def go_on(first: date, paid: Sequence[bool], rows: Sequence[int] = (0,)) -> None:
    """Close month after month from that of a day; each paid in full by these credits, or not at
    all."""
    month = month_number(first)
    for pays in paid:
        if pays:
            pay_all(month, rows)
        do_close_month(last_of(month), WHO)
        month += 1


def states(agreement: Agreement) -> list[str]:
    """What an agreement went through."""
    return [e.state for e in AgreementEvent.objects.filter(agreement=agreement).order_by("pk")]


def why(agreement: Agreement) -> str:
    """Why it stands where it does."""
    return latest(agreement).why


def facts_on(credit: str, day: date) -> Case:
    """What is known of a credit on a day."""
    found = Credit.objects.get(number=credit)
    return rows_of(found.pk, found.pk, day).to_pylist()[0]
