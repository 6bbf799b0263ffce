"""What a close makes known of credits, as dated rows: what they owe, and how far solutions went.

Servicing decides what is owed, the instalment, and how long a stage goes on. What others tell (a
job, a wage, a pension) stays as it was told until somebody tells something new: that a month has
passed does not say that a job went on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from django.db import models

from tequio.core.columns import Day
from tequio.core.loan import facts
from tequio.engine import portfolio
from tequio.servicing.accounts import Ints, Kind, Movements
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.standing import facts_of
from tequio.web.records.columns import CONTRACT, MONTHLY, STANDING
from tequio.web.records.models import MonthlyBalance, Standing, Terms
from tequio.web.records.serviced import Part, as_numbers, last_of_each
from tequio.web.records.snapshots import newest, newest_days, rows_of
from tequio.web.records.tables import read_rows, write_rows
from tequio.web.records.tale import (
    CONVERTED,
    DECEMBER,
    OF_A_SOLUTION,
    OF_A_YEAR,
    TOLD,
    Facts,
    fields_of,
    paid_by_fund,
    rewarded,
    went_on,
)
from tequio.web.records.writing import Wrote

AGREED = (  # of the contract, as servicing has them
    "indexed",
    "instalment",
    "instalment_units",
    "rate",
    "insurance",
    "protection_fee",
    "administration_fee",
    "employer_to_principal",
)
PAID_BY = (Kind.PAYMENT, Kind.EMPLOYER, Kind.APPLICATION)
FEW = 8  # a share of a part below which rows are asked for by their keys
IN_ORDER = [("credit_id", "ascending"), ("from_on", "ascending")]
Changes = Mapping[str, Ints]  # by place in the part


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """All facts of one credit on a day, and the newest day that each table tells of."""

    facts: pa.Table
    newest: Mapping[type[models.Model], date]


def alone(part: Part, day: date) -> Alone | None:
    """The facts of a part that is one credit; None: it is more."""
    if part.size > 1:
        return None
    rows = rows_of(part.first, part.last, day)
    facts_ = rows.add_column(0, "credit_id", pa.array([part.first], pa.int64()))
    return Alone(facts_, newest_days(part.first))


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """A part before and after its close, and what was booked."""

    part: Part
    day: date  # the last of the month
    before: Credits
    after: Credits
    moved: Movements
    source: int
    alone: Alone | None = None  # where the part is one credit, whose facts were read at once


def write_facts(closed: Closed, ended: Ints, wrote: Wrote) -> None:
    """Rows of the closing day, and of a new year on its first. `ended`: the places of the credits
    whose agreement is over."""
    everyone = np.arange(closed.part.size)
    rows = [write_dated(closed, MonthlyBalance, MONTHLY, everyone, balances(closed))]
    wrote.appended(MonthlyBalance, in_order(rows))
    was, now = facts_of(closed.before), facts_of(closed.after)
    other = np.any([now[name] != was[name] for name in AGREED], axis=0)
    agreed = {name: now[name] for name in AGREED}
    rows = [write_dated(closed, Terms, CONTRACT, np.flatnonzero(other), agreed)]
    wrote.appended(Terms, in_order(rows))
    rows = [write_dated(closed, Standing, STANDING, *solutions(closed, ended))]
    if closed.part.month % 12 == DECEMBER:
        new_year = replace(closed, day=closed.day + timedelta(days=1))
        rows.append(write_dated(new_year, Standing, STANDING, *counted_anew(new_year)))
    wrote.appended(Standing, in_order(rows))


def in_order(rows: list[pa.Table]) -> pa.Table:
    """As an audit reads them."""
    return pa.concat_tables(rows).sort_by(IN_ORDER)


def balances(closed: Closed) -> Changes:
    """What is owed, and what was paid since the grant by borrower or employer."""
    rows = np.arange(closed.part.size)
    found = paid_so_far(closed, rows)
    owed = facts_of(closed.after)
    return found | {name: owed[name] for name in MONTHLY if name in owed}


def paid_so_far(closed: Closed, rows: Ints) -> dict[str, Ints]:
    """Principal and interest paid since the grant, of some credits by place in the part."""
    names = ("principal_paid", "interest_paid")
    found = numbers_of(known(closed, MonthlyBalance, names, rows), names)
    paid = closed.moved.take(np.isin(closed.moved.kind, [int(kind) for kind in PAID_BY]))
    principal = -(paid["principal"] + paid["principal_due"] + paid["rounding"])
    whole = {name: spread(closed, rows, values) for name, values in found.items()}
    for name, amounts in zip(names, (principal, -paid["interest"]), strict=True):
        np.add.at(whole[name], paid.credit, amounts)
    return whole


def write_corrected(closed: Closed, rows: Ints, told: Facts | None, wrote: Wrote) -> None:
    """Facts of some credits after a step: their places in the part; `closed` has only them, in
    that order, and `moved` what the step changed, by the kinds of what was booked. `told`: what is
    known of their solutions, if anything."""
    was, now = facts_of(closed.before), facts_of(closed.after)
    owed = {name: spread(closed, rows, now[name]) for name in MONTHLY if name in now}
    moved = replace(closed.moved, credit=rows[closed.moved.credit])
    changes = paid_so_far(replace(closed, moved=moved), rows) | owed
    written = [write_dated(closed, MonthlyBalance, MONTHLY, rows, changes)]
    wrote.appended(MonthlyBalance, in_order(written))
    other = np.any([now[name] != was[name] for name in AGREED], axis=0)
    agreed = {name: spread(closed, rows, now[name]) for name in AGREED}
    if told is not None:
        old = numbers_of(known(closed, Terms, CONVERTED, rows), CONVERTED)
        other |= np.any([told[name] != old[name] for name in CONVERTED], axis=0)
        agreed |= {name: spread(closed, rows, told[name]) for name in CONVERTED}
    written = [write_dated(closed, Terms, CONTRACT, rows[other], agreed)]
    wrote.appended(Terms, in_order(written))
    if told is not None or (now["regime"] != was["regime"]).any():
        said = {name: told[name] for name in TOLD} if told is not None else {}
        said["regime"] = now["regime"]
        old = numbers_of(known(closed, Standing, tuple(said), rows), tuple(said))
        other = np.any([said[name] != old[name] for name in said], axis=0)
        new = {name: spread(closed, rows, values) for name, values in said.items()}
        written = [write_dated(closed, Standing, STANDING, rows[other], new)]
        wrote.appended(Standing, in_order(written))


def told_before(part: Part, rows: Ints, day: date, known_by: int) -> dict[str, Ints]:
    """What was known of some credits' solutions on a day when some write was made."""
    only = f"AND source_id <= {known_by}"
    if part.size == 1:
        found = rows_of(part.first, part.last, day, known_by=known_by)
        return numbers_of(found, (*TOLD, *CONVERTED))
    told: dict[str, Ints] = {}
    for model, names in ((Standing, TOLD), (Terms, CONVERTED)):
        asked = newest(model, names, only=only)
        found = read_rows(asked, [part.first, part.last, day], schema(names))
        told |= {name: values[rows] for name, values in numbers_of(found, names).items()}
    return told


def solutions(closed: Closed, ended: Ints) -> tuple[Ints, Changes]:
    """Whose solution went on, ended or used up months, or whose regime is another, and what is
    known of it now; `ended`: the places of those whose agreement is over."""
    before, after = fields_of(closed.before), fields_of(closed.after)
    over = rewarded(before, after)
    over[ended] = True
    other = before["regime"] != after["regime"]
    rows = np.flatnonzero(over | other | (before["gap"] != NO_STAGE))
    names = (*OF_A_SOLUTION, "regime")
    old = numbers_of(known(closed, Standing, names, rows), names)
    by_fund = paid_by_fund(closed.moved, closed.part.size)[rows]
    was, now = ({name: one[name][rows] for name in one} for one in (before, after))
    new = went_on(old, was, now, by_fund, over[rows])
    new["regime"] = now["regime"]
    changed = np.any([new[name] != old[name] for name in names], axis=0)
    return rows[changed], {name: spread(closed, rows, values) for name, values in new.items()}


def spread(closed: Closed, rows: Ints, values: Ints) -> Ints:
    """Values of some credits by place in the part."""
    whole = np.zeros(closed.part.size, np.int64)
    whole[rows] = values
    return whole


def counted_anew(closed: Closed) -> tuple[Ints, Changes]:
    """What is counted by the year is nothing when one begins."""
    old = numbers_of(known(closed, Standing, OF_A_YEAR), OF_A_YEAR)
    rows = np.flatnonzero(np.any([old[name] != 0 for name in OF_A_YEAR], axis=0))
    return rows, {name: np.zeros(closed.part.size, np.int64) for name in OF_A_YEAR}


def numbers_of(rows: pa.Table, names: Sequence[str]) -> dict[str, Ints]:
    """Columns of a table as numbers."""
    return {n: rows[n].to_numpy(zero_copy_only=False).astype(np.int64) for n in names}


def known(
    closed: Closed, model: type[models.Model], names: Sequence[str], rows: Ints | None = None
) -> pa.Table:
    """Some columns as they were known on the closing day, of every credit of the part or some."""
    part, only = closed.part, ""
    if closed.alone is not None:
        return closed.alone.facts.select(["credit_id", *names]).slice(0, size_of(part, rows))
    if rows is not None and len(rows) * FEW < part.size:
        keys = ", ".join(map(str, rows + part.first)) or "NULL"
        only = f"AND credit_id IN ({keys})"
    asked = newest(model, names, only=only)
    found = read_rows(asked, [part.first, part.last, closed.day], schema(names), few=part.few)
    if rows is not None and not only:
        found = found.take(pa.array(rows))
    assert found.num_rows == size_of(part, rows), "one row a credit"
    return found


def size_of(part: Part, rows: Ints | None) -> int:
    """How many of a part are asked for."""
    return part.size if rows is None else len(rows)


def no_facts(closed: Closed, rows: Ints) -> pa.Table:
    """The keys of some credits."""
    return pa.table({"credit_id": pa.array(rows + closed.part.first)})


def schema(names: Sequence[str], *more: pa.Field) -> pa.Schema:
    """Columns of facts beside the key of their credit."""
    return pa.schema([("credit_id", pa.int64()), *more, *map(portfolio.schema().field, names)])


def write_dated(
    closed: Closed,
    model: type[models.Model],
    names: Sequence[str],
    rows: Ints,
    changes: Changes,
) -> pa.Table:
    """New rows of some credits on the closing day; and where somebody has told something of a later
    day already, which would hide them, one more on that day with both. What was written."""
    beside = [name for name in names if name not in changes]
    found = known(closed, model, beside, rows) if beside else no_facts(closed, rows)
    dated = found.add_column(1, "from_on", pa.repeat(pa.scalar(closed.day), len(rows)))
    whole = dated
    if closed.alone is None or closed.alone.newest[model] > closed.day:
        later = later_rows(closed, model, beside)
        of_ours = np.isin(later["credit_id"].to_numpy(), rows + closed.part.first)
        whole = pa.concat_tables([dated, later.filter(pa.array(of_ours))])
    places = whole["credit_id"].to_numpy() - closed.part.first
    declared = facts()
    for name, values in changes.items():
        kind = "datetime64[D]" if declared[name][0] is Day else np.int64
        whole = whole.append_column(name, pa.array(values[places].astype(kind)))
    sources = pa.repeat(pa.scalar(closed.source), whole.num_rows)
    return write_rows(model, whole.append_column("source_id", sources))


def later_rows(closed: Closed, model: type[models.Model], names: Sequence[str]) -> pa.Table:
    """What is known of later days, the newest of each credit and day."""
    part = closed.part
    found = read_rows(
        f"SELECT {', '.join(('credit_id', 'from_on', *names))} "  # noqa: S608 - our own columns
        f"FROM {model._meta.db_table} "  # noqa: SLF001 - Django's own
        "WHERE credit_id BETWEEN %s AND %s AND from_on > %s "
        "ORDER BY credit_id, from_on, source_id",
        [part.first, part.last, closed.day],
        schema(names, pa.field("from_on", pa.date32())),
        few=part.few,
    )
    days = found.select(["credit_id", "from_on"]).set_column(
        1, "from_on", found["from_on"].cast(pa.int32())
    )
    return found.take(pa.array(last_of_each(as_numbers(days))))
