"""What a history that was loaded sums to, said in its events: a first close need not add it up.

A history leaves each credit with what it came in with: of what is owed or kept it sums to nothing,
credit by credit, or it is refused. Of the other accounts its event has the sums, by the write with
which the credits came in; and its rows are hashed into the chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tequio.servicing.accounts import NAMES, Ints
from tequio.web.records.models import AuditEvent

VERB = "do_load_history"


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Movements of histories: the ranges of their keys, apart and in order, and the sum of each
    account for some credits."""

    ranges: tuple[tuple[int, int], ...]
    sums: Ints

    def between(self, since: int, until: int) -> list[tuple[int, int]]:
        """The ranges of other movements, after a key and up to another: after, and up to."""
        found = []
        for first, last in self.ranges:
            if since < first - 1:
                found.append((since, first - 1))
            since = max(since, last)
        return [*found, (since, until)] if since < until else found


NONE = Past((), np.zeros(len(NAMES), np.int64))


def told(keys: pa.Array, sums: Ints, sources: Ints) -> dict[str, object]:
    """What an event says: the least and the greatest key, and (account, credit) added up by the
    write with which the credits came in. Nothing where others' keys are between."""
    first, last = (value.as_py() for value in pc.min_max(keys).values())
    if last - first + 1 != len(keys):
        return {}
    each = {int(one): sums[:, sources == one].sum(axis=1).tolist() for one in np.unique(sources)}
    return {"keys": [first, last], "sums": each}


def past_of(source: int, until: int) -> Past:
    """Of the credits that came in with a write; `until`: the greatest key that counts."""
    ranges, sums = [], np.zeros(len(NAMES), np.int64)
    for after in AuditEvent.objects.filter(verb=VERB).values_list("after", flat=True):
        said = json.loads(after)
        if "keys" in said and said["keys"][1] <= until:
            ranges.append(tuple(said["keys"]))
            sums += np.array(said["sums"].get(str(source), NONE.sums), np.int64)
    return Past(tuple(sorted(ranges)), sums)
