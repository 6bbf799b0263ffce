"""Credits counted again go into the ledger: counter-entries and what should have been, in the open
month; where they stand now, and the facts of it. Nothing that was written is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from tequio.engine.errors import Refused
from tequio.servicing.accounts import AT, Ints, Movements, reversal, together
from tequio.servicing.close import day_number
from tequio.servicing.credit import BALANCES
from tequio.servicing.replay import Correction, correction, net
from tequio.web.records.advances import Closed, write_corrected
from tequio.web.records.counted import Counted
from tequio.web.records.known import Known
from tequio.web.records.models import Placement, Step
from tequio.web.records.posting import append_of_part
from tequio.web.records.serviced import write_after
from tequio.web.records.tables import new_ids, schema_of, write_rows
from tequio.web.records.writing import Wrote


def book(
    known: Known, found: Counted, steps: Sequence[Step], day: date, source: int, wrote: Wrote
) -> Correction:
    """The difference between what is booked and what should be, on a day of the open month; and
    the steps that caused it, one a credit."""
    differs = correction(known.booked, found.wanted)
    undone, fresh = known.booked.take(differs.undone), found.wanted.take(differs.fresh)
    refuse_unequal(known, found, undone, fresh)
    write_movements(known, differs, undone, fresh, day, source, wrote)
    credits_ = known.rows + known.part.first
    write_after(credits_, known.table.dues, found.after, source, wrote)
    changed = net([(undone, -1), (fresh, 1)])
    closed = Closed(known.part, day, known.table.credits, found.after, changed, source)
    write_corrected(closed, known.rows, found.tale.facts, wrote)
    write_steps(steps, source, wrote)
    wrote.after = {
        **wrote.after,
        "reversed": len(undone),
        "booked": len(fresh),
        "moved": changed.amounts.sum(axis=1).tolist(),
    }
    return differs


def refuse_unequal(known: Known, found: Counted, undone: Movements, fresh: Movements) -> None:
    """What a credit owed, without what is taken back and with what is booked, is what it owes."""
    size, places = len(known.rows), [AT[name] for name in BALANCES]
    moved = fresh.sums(size) - undone.sums(size)
    wanted = (known.table.credits.sums() + moved)[places]
    if (wanted != found.after.sums()[places]).any() or fresh.unbalanced().size:
        raise Refused(
            "Lo que el libro tiene de este crédito no es lo que sus movimientos dicen. No se "
            "escribió nada: revise qué se registró de él fuera de los cierres (./tequio audit "
            "verify)."
        )


def write_movements(
    known: Known,
    differs: Correction,
    undone: Movements,
    fresh: Movements,
    day: date,
    source: int,
    wrote: Wrote,
) -> None:
    """Counter-entries, each with what it takes back, and then what should have been, with the
    receipts that it places."""
    back = reversal(undone, np.full(len(undone), day_number(day)))
    of_none = pa.nulls(len(fresh), pa.int64())
    reverses = pa.chunked_array([pa.array(known.movements[differs.undone]), of_none])
    credits_ = pa.array(known.rows + known.part.first)
    whole = together([back, fresh])
    keys = append_of_part(credits_, whole, source, wrote, reverses=reverses)
    placed = np.flatnonzero(fresh.source >= 0)
    own = keys.take(pa.array(placed + len(undone)))
    append_placements(own, known.receipts[fresh.source[placed]], source, wrote)


def append_placements(movements: pa.Array, receipts: Ints, source: int, wrote: Wrote) -> None:
    """Which receipt each movement places."""
    rows = {
        "movement_id": movements,
        "receipt_id": receipts,
        "source_id": np.full(len(receipts), source),
    }
    wrote.appended(Placement, write_rows(Placement, pa.table(rows)))


def write_steps(steps: Sequence[Step], source: int, wrote: Wrote) -> None:
    """The steps that caused it."""
    names = [name for name in schema_of(Step).names if name not in ("id", "source_id")]
    rows = {name: pa.array([getattr(step, name) for step in steps]) for name in names}
    rows |= {"id": new_ids(Step, len(steps)), "source_id": np.full(len(steps), source)}
    wrote.appended(Step, write_rows(Step, pa.table(rows)))
