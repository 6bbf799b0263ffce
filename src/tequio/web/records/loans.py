"""Credits as a rule sees them on a day of their open month: the facts of that day, and what
servicing says once the payments received up to then are placed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from tequio.core.loan import Loan
from tequio.engine.portfolio import loan_of
from tequio.servicing.accounts import Ints, Movements
from tequio.servicing.credit import Credits
from tequio.servicing.replay import correction, net
from tequio.servicing.standing import facts_of
from tequio.web.records.advances import Closed, paid_so_far
from tequio.web.records.counted import counted
from tequio.web.records.known import Known, open_part
from tequio.web.records.models import Credit
from tequio.web.records.present import known_of, refuse_other_month
from tequio.web.records.serviced import Part
from tequio.web.records.snapshots import rows_of


def loan_known(credit: Credit, on: date) -> Loan:
    """The loan of one row. Refused: the day is not in the credit's open month."""
    return seen_by_rules(known_on(credit, on), on)


def known_on(credit: Credit, on: date) -> Known:
    """All that is known of a credit on a day. Refused: it is not in the credit's open month."""
    part = open_part(credit)
    refuse_other_month(credit.number, part, on)
    return known_of(part, part.month)


def seen_by_rules(known: Known, on: date) -> Loan:
    """The loan of one row, out of what is known."""
    part, found = known.part, counted(known, look=on)
    differs = correction(known.booked, found.wanted)
    undone, fresh = known.booked.take(differs.undone), found.wanted.take(differs.fresh)
    moved = net([(undone, -1), (fresh, 1)])
    return loan_of(overlaid(part, on, known.table.credits, found.after, moved))


def overlaid(part: Part, on: date, before: Credits, now: Credits, moved: Movements) -> pa.Table:
    """The rows of a part on a day, as servicing has them `now`; `before` is how the tables have
    them, and `moved` what makes the difference."""
    rows = rows_of(part.first, part.last, on)
    everyone = np.arange(part.size)
    said = facts_of(now)
    if len(moved):
        said |= paid_so_far(Closed(part, on, before, now, moved, 0), everyone)
    said["months_missed"] = np.minimum(now["missed"], now["open"])
    for name, values in said.items():
        if name in rows.column_names:
            rows = with_column(rows, name, values)
    return rows


def with_column(rows: pa.Table, name: str, values: Ints) -> pa.Table:
    """The same with other values in one column."""
    field = rows.schema.field(name)
    return rows.set_column(rows.schema.get_field_index(name), field,
                           pa.array(values).cast(field.type))  # fmt: skip
