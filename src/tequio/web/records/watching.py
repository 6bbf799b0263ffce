"""Agreements watched: at each close and step, what was promised is fulfilled, lapses or goes on.

Servicing decides, by what it says of the credit before and after; here the agreements of the
credits are asked for once, and what became of each is written with its reason.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core.columns import EPOCH
from tequio.core.lists import SOLUTIONS
from tequio.servicing.accounts import Ints, Kind
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.law import law_at
from tequio.servicing.promises import KEPT, Outcome, outcomes
from tequio.web.records.advances import Closed, known, numbers_of
from tequio.web.records.models import AgreementEvent, Standing
from tequio.web.records.reasons import REASONS, Ended
from tequio.web.records.serviced import Part
from tequio.web.records.tables import new_ids, read_rows, write_rows
from tequio.web.records.tale import lost_by_job
from tequio.web.records.writing import Wrote

State = AgreementEvent.State
WATCHED = pa.schema(
    [
        ("id", pa.int64()),
        ("credit_id", pa.int64()),
        ("programme", pa.string()),
        ("valid_until", pa.date32()),
        ("state", pa.string()),
    ]
)
NOT_OVER = """
SELECT id, credit_id, programme, valid_until, state FROM (
    SELECT a.id, a.credit_id, a.programme, a.valid_until, e.state,
        row_number() OVER (PARTITION BY a.id ORDER BY e.id DESC) AS place
    FROM records_agreement a JOIN records_agreementevent e ON e.agreement_id = a.id
    WHERE a.credit_id BETWEEN %s AND %s
) AS dated
WHERE place = 1 AND state IN ('offered', 'accepted', 'in_force') ORDER BY id
"""


def without_job_lost(closed: Closed) -> Credits:
    """The credits after the close, without the stages that a formal job known by then ends."""
    rows = np.flatnonzero(closed.after["gap"] != NO_STAGE)
    if not rows.size:
        return closed.after
    names = ("active_solution", "employed")
    told = numbers_of(known(closed, Standing, names, rows), names)
    return lost_by_job(closed.after, rows, told["active_solution"], told["employed"])


def watch(closed: Closed, wrote: Wrote) -> Ints:
    """Write what became of the agreements of a part; the places of the credits whose solution is
    over."""
    rows = not_over(closed.part)
    if not rows.num_rows:
        return np.zeros(0, np.int64)
    places = rows["credit_id"].to_numpy() - closed.part.first
    of_kind = closed.moved.kind == int(Kind.REWARD)
    rewarded = np.isin(np.arange(closed.part.size), closed.moved.credit[of_kind])
    found = outcomes(closed.before, closed.after, rewarded, law_at(closed.day))[places]
    in_force = np.array([state == State.IN_FORCE for state in rows["state"].to_pylist()])
    found[(found == Outcome.MISSED) & ~temporary(rows)] = Outcome.GOES_ON
    ended = np.flatnonzero(in_force & (found != Outcome.GOES_ON))
    until = rows["valid_until"].cast(pa.int32()).to_numpy()
    expired = np.flatnonzero(~in_force & (until <= (closed.day - EPOCH).days))
    said = [
        (int(rows["id"][k].as_py()), *said_of(closed, Outcome(found[k]), rows, int(k)))
        for k in ended
    ] + [
        (int(rows["id"][k].as_py()), str(State.LAPSED), expiry_words(rows, int(k))) for k in expired
    ]
    write_events(closed, sorted(said), wrote)
    return np.unique(places[ended])


def temporary(rows: pa.Table) -> NDArray[np.bool_]:
    """Whether each is a solution that a payment missed can end; what was converted stays so."""
    return np.array([name in SOLUTIONS for name in rows["programme"].to_pylist()], np.bool_)


def not_over(part: Part) -> pa.Table:
    """The agreements of a part that may still change, by their keys, each with where it stands."""
    return read_rows(NOT_OVER, [part.first, part.last], WATCHED)


def write_events(closed: Closed, said: list[tuple[int, str, str]], wrote: Wrote) -> None:
    """One event an agreement."""
    if said:
        numbers, states, whys = zip(*said, strict=True)
        events = {
            "id": new_ids(AgreementEvent, len(said)),
            "agreement_id": list(numbers),
            "source_id": [closed.source] * len(said),
            "state": list(states),
            "on": [closed.day] * len(said),
            "why": list(whys),
        }
        wrote.appended(AgreementEvent, write_rows(AgreementEvent, pa.table(events)))


def said_of(closed: Closed, outcome: Outcome, rows: pa.Table, k: int) -> tuple[str, str]:
    """The state that an agreement enters, and why, in words and figures."""
    place = rows["credit_id"][k].as_py() - closed.part.first
    return state_and_why(closed, outcome, place, rows["programme"][k].as_py())


def state_and_why(closed: Closed, outcome: Outcome, place: int, programme: str) -> tuple[str, str]:
    """The same of the credit at a place among those closed."""
    state = State.FULFILLED if outcome in KEPT else State.LAPSED
    return str(state), REASONS[outcome](Ended(closed, place, programme))


def expiry_words(rows: pa.Table, k: int) -> str:
    """Why an offer that nobody took is no longer open."""
    until = rows["valid_until"][k].as_py()
    if rows["state"][k].as_py() == State.ACCEPTED:
        return f"Hasta el {until} no llegó el depósito que liquida."
    return f"Valía hasta el {until} y no se firmó."
