"""What is kept for borrowers, and how much of it somebody has asked for already."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
from django.db.models import Count

from tequio.web.records.models import ClosedPart, Credit, RefundEvent, RefundRequest, Serviced
from tequio.web.records.months import first_month, portfolios
from tequio.web.records.tables import read_rows
from tequio.web.refunds.states import OPEN, WAITING

# Of each credit the newest row of the open month, or of the one before where it is not closed yet.
KEPT = """
SELECT s.credit_id, -s.payable_to_borrower AS kept FROM records_serviced s
WHERE s.month BETWEEN %s AND %s AND s.payable_to_borrower < 0 AND NOT EXISTS (
    SELECT 1 FROM records_serviced newer
    WHERE newer.month BETWEEN s.month AND %s AND newer.credit_id = s.credit_id
    AND (newer.month > s.month OR newer.source_id > s.source_id)
)
ORDER BY s.credit_id
"""
# Of each refund its latest event and its latest request.
STANDING = """
SELECT f.credit_id, e.refund_id, e.state, r.amount
FROM records_refundevent e
JOIN records_refund f ON f.id = e.refund_id
LEFT JOIN records_refundrequest r ON r.refund_id = e.refund_id
    AND r.id = (SELECT max(id) FROM records_refundrequest WHERE refund_id = e.refund_id)
WHERE e.place = (SELECT max(place) FROM records_refundevent WHERE refund_id = e.refund_id) {only}
ORDER BY e.refund_id
"""
STANDS = pa.schema(
    {
        "credit_id": pa.int64(),
        "refund_id": pa.int64(),
        "state": pa.string(),
        "amount": pa.int64(),
    }
)


@dataclass(frozen=True, slots=True)
class Excess:
    """Of one credit, centavos: what is kept, and what of it others may still ask for."""

    credit: int
    kept: int
    promised: int
    waits: bool  # it is found already, and nobody has asked

    @property
    def free(self) -> int:
        """Kept and not promised; below zero when more was promised than is kept now."""
        return self.kept - self.promised


def open_months() -> tuple[int, int]:
    """The first and the last month at whose beginning some credit may stand now."""
    counted = ClosedPart.objects.values("load", "month").annotate(done=Count("pk"))
    closed: dict[int, list[tuple[int, int]]] = {}
    for one in counted:
        closed.setdefault(one["load"], []).append((one["month"], one["done"]))
    starts = []
    for load in portfolios():
        whole = [month for month, done in closed.get(load.pk, ()) if done == load.parts]
        starts.append(max(whole) + 1 if whole else first_month(load))
    return (min(starts), max(starts) + 1) if starts else (0, 0)


def kept_by_credit() -> dict[int, int]:
    """Centavos kept for the borrower of each credit that has any, by the credit's key."""
    first, last = open_months()
    wanted = pa.schema({"credit_id": pa.int64(), "kept": pa.int64()})
    rows = read_rows(KEPT, [first, last, last], wanted)
    return dict(zip(rows["credit_id"].to_pylist(), rows["kept"].to_pylist(), strict=True))


def kept_for(credit: Credit) -> int:
    """Centavos kept for its borrower now. Call it in the credit's turn if it decides something."""
    first, last = open_months()
    rows = Serviced.objects.filter(month__range=(first, last), credit=credit)
    newest = rows.order_by("-month", "-source_id").values_list("payable_to_borrower", flat=True)
    found = newest.first()
    return -found if found else 0


def standing(credit: int | None = None) -> pa.Table:
    """Where each refund stands, with the amount of its latest request: of one credit, or of all."""
    only = "AND f.credit_id = %s" if credit is not None else ""
    parameters = [credit] if credit is not None else []
    return read_rows(STANDING.format(only=only), parameters, STANDS)


def excess_of(credit: Credit) -> Excess:
    """One credit's."""
    stands = standing(credit.pk).to_pylist()
    promised = sum(one["amount"] for one in stands if one["state"] in OPEN)
    waits = any(one["state"] in WAITING for one in stands)
    return Excess(credit.pk, kept_for(credit), promised, waits)


def all_excess() -> list[Excess]:
    """Of every credit with something kept or promised, in the order of their keys."""
    kept, promised, waiting = kept_by_credit(), dict[int, int](), set[int]()
    for one in standing().to_pylist():
        credit = one["credit_id"]
        if one["state"] in OPEN:
            promised[credit] = promised.get(credit, 0) + one["amount"]
        elif one["state"] in WAITING:
            waiting.add(credit)
    return [
        Excess(credit, kept.get(credit, 0), promised.get(credit, 0), credit in waiting)
        for credit in sorted(kept.keys() | promised.keys() | waiting)
    ]


def promised_without_efirma(credit: int) -> int:
    """Centavos that open requests of a credit ask for without e.firma."""
    opened = [one["refund_id"] for one in standing(credit).to_pylist() if one["state"] in OPEN]
    newest: dict[int, RefundRequest] = {}
    for request in RefundRequest.objects.filter(refund__in=opened).order_by("pk"):
        newest[request.refund_id] = request
    return sum(request.amount for request in newest.values() if not request.efirma)


def count_of_states() -> dict[str, tuple[int, int]]:
    """Of each state how many refunds stand there, and the centavos asked."""
    found: dict[str, tuple[int, int]] = {state.value: (0, 0) for state in RefundEvent.State}
    for one in standing().to_pylist():
        count, amount = found[one["state"]]
        found[one["state"]] = (count + 1, amount + (one["amount"] or 0))
    return found
