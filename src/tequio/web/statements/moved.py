"""What was booked of a credit, out of the ledger: each movement with the month that was open, the
step that booked it and what it takes back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tequio.servicing.accounts import NAMES, Ints, Movements
from tequio.servicing.booked import NONE, Act, Booked
from tequio.web.records.models import AuditEvent, ClosedPart, Credit, Step
from tequio.web.records.tables import read_rows

HISTORY = "do_load_history"
ALL = 2**63 - 1  # as a key of a movement: whatever was booked
HEADS = ("day", "month", "kind", "channel", "source_id")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A credit's movements in the order of their keys."""

    moved: Movements
    keys: Ints
    sources: Ints
    reverses: Ints  # keys; zero for none


def booked_of(credit: Credit, closes: list[ClosedPart]) -> Booked:
    """What was there when the last of these closes was done. Each movement is of the month whose
    close booked it, or that was open when a step or another write did. A history that leads to what
    the credit came in with is of the time before, whenever it was loaded."""
    rows = movements_of(credit, closes[-1].movements_to, closes[-1].source_id)
    steps = [step for step in steps_of(credit) if step.month <= closes[-1].month]
    months = np.array([closed.month for closed in closes])
    marks = [closed.movements_to for closed in closes]
    month = months[np.minimum(np.searchsorted(marks, rows.keys), len(closes) - 1)]
    for write in (*closes, *steps):
        month[rows.sources == write.source_id] = write.month
    month[np.isin(rows.sources, before_all(credit, rows.sources))] = closes[0].month - 1
    return in_order(rows, month, steps)


def all_booked(credit: Credit) -> Booked:
    """Everything that is there, of the open month too."""
    rows = movements_of(credit, ALL, NONE)
    return in_order(rows, np.zeros(len(rows.keys), np.int64), steps_of(credit))


def steps_of(credit: Credit) -> list[Step]:
    """A credit's steps, oldest first."""
    named = ("agreement", "receipt", "undoes__agreement", "undoes__receipt")
    return list(Step.objects.filter(credit=credit).select_related(*named).order_by("pk"))


def before_all(credit: Credit, sources: Ints) -> list[int]:
    """The writes that brought in what the credit came with, and how it came to that."""
    told = AuditEvent.objects.filter(source__in=np.unique(sources).tolist(), verb=HISTORY)
    return [credit.source_id, *told.values_list("source", flat=True)]


def in_order(rows: Rows, month: Ints, steps: list[Step]) -> Booked:
    """Month by month, and in each as it was booked."""
    order = np.argsort(month, kind="stable")
    keys, sources, month = rows.keys[order], rows.sources[order], month[order]
    at = {int(key): place for place, key in enumerate(keys)}
    back = [at[key] if key else NONE for key in rows.reverses[order].tolist()]
    act = np.full(len(keys), NONE)
    for place, step in enumerate(steps):
        act[sources == step.source_id] = place
    acts = tuple(
        act_of(step, int((month < step.month).sum() + earlier(step, month, sources)))
        for step in steps
    )
    return Booked(rows.moved.take(order), month, act, np.array(back, np.int64), acts)


def earlier(step: Step, month: Ints, sources: Ints) -> int:
    """How many movements of its month were booked before a step."""
    return int(((month == step.month) & (sources < step.source_id)).sum())


def act_of(step: Step, before: int) -> Act:
    """The step as papers tell it."""
    receipt = step.receipt
    return Act(
        kind=step.kind,
        day=step.day,
        month=step.month,
        before=before,
        programme=step.agreement.programme if step.agreement else "",
        received=receipt.amount if receipt else 0,
        received_on=receipt.day if receipt else None,
        undoes=act_of(step.undoes, NONE) if step.undoes else None,
    )


def movements_of(credit: Credit, until: int, source: int) -> Rows:
    """A credit's movements up to a key and those of a source, as booked."""
    wanted = pa.schema(
        [
            ("id", pa.int64()),
            ("reverses_id", pa.int64()),
            ("day", pa.date32()),
            *((name, pa.int64()) for name in (*HEADS[1:], *NAMES)),
        ]
    )
    rows = read_rows(
        f"SELECT {', '.join(wanted.names)} FROM records_movement "  # noqa: S608 - our own names
        "WHERE credit_id = %s AND (id <= %s OR source_id = %s) ORDER BY id",
        [credit.pk, until, source],
        wanted,
    )
    days = rows["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    keys, *heads = (rows[name].to_numpy() for name in ("id", *HEADS[1:]))
    amounts = np.array([rows[name].to_numpy() for name in NAMES]).reshape(len(NAMES), len(days))
    moved = Movements(np.zeros(len(days), np.int64), days, *heads, amounts)
    return Rows(moved, keys, heads[-1], rows["reverses_id"].fill_null(0).to_numpy())
