"""What became of deposits, written in whatever write decides it: a reversal too."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tequio.web.records.models import Assignment, Deposit
from tequio.web.records.tables import new_ids, write_rows
from tequio.web.records.turns import deposit_turn
from tequio.web.records.writing import Wrote

KIND = Assignment.Kind


def append_taken_back(receipt: int, why: str, source: int, wrote: Wrote) -> None:
    """A receipt of a deposit was reversed, in the same write: its amount waits again in the queue.
    Of a receipt that came without a deposit nothing is written."""
    if (applied := deposit_of_receipt(receipt)) is not None:
        receipts = pa.array([receipt], pa.int64())
        append_assignments(
            applied.deposit, KIND.TAKEN_BACK, [applied.amount], receipts, why, source, wrote
        )


def deposit_of_receipt(receipt: int) -> Assignment | None:
    """What was applied of a deposit with a receipt, if it came with one; the deposit's turn is
    taken."""
    applied = Assignment.objects.filter(receipt=receipt, kind=KIND.APPLIED).first()
    if applied is not None:
        deposit_turn(applied.deposit_id)
    return applied


def came_with_a_deposit(receipt: int) -> bool:
    """Whether a receipt is a deposit's, or a part of one."""
    return Assignment.objects.filter(receipt=receipt, kind=KIND.APPLIED).exists()


def append_assignments(
    deposit: Deposit,
    kind: Assignment.Kind,
    amounts: Sequence[int],
    receipts: pa.Array,
    why: str,
    source: int,
    wrote: Wrote,
) -> None:
    """Rows of one deposit."""
    size = len(amounts)
    rows = {
        "id": new_ids(Assignment, size),
        "deposit_id": pa.repeat(pa.scalar(deposit.pk), size),
        "source_id": pa.repeat(pa.scalar(source), size),
        "kind": pa.repeat(pa.scalar(int(kind)), size),
        "amount": pa.array(amounts, pa.int64()),
        "receipt_id": receipts,
        "why": pa.repeat(pa.scalar(why), size),
    }
    wrote.appended(Assignment, write_rows(Assignment, pa.table(rows)))
