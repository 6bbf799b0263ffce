"""Received = applied + unapplied + returned: added up by the database, deposit by deposit and over
all of them, from the tables that hold each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from tequio.web.records.models import Assignment, Deposit

KIND = Assignment.Kind
# Of each deposit: what is a receipt now, what went back, and what is left.
EQUATION = """
SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(applied), 0), coalesce(sum(returned), 0),
    coalesce(sum(left_over), 0), coalesce(sum(CASE WHEN left_over > 0 THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN left_over < 0 OR applied < 0 OR said <> applied
        THEN 1 ELSE 0 END), 0)
FROM (
    SELECT d.id, d.amount, coalesce(a.applied, 0) AS applied, coalesce(a.said, 0) AS said,
        coalesce(a.returned, 0) AS returned,
        d.amount - coalesce(a.said, 0) - coalesce(a.returned, 0) AS left_over
    FROM records_deposit d LEFT JOIN (
        SELECT s.deposit_id,
            sum(CASE s.kind WHEN 1 THEN s.amount WHEN 3 THEN -s.amount ELSE 0 END) AS said,
            sum(CASE s.kind WHEN 1 THEN r.amount WHEN 3 THEN -r.amount ELSE 0 END) AS applied,
            sum(CASE s.kind WHEN 2 THEN s.amount ELSE 0 END) AS returned
        FROM records_assignment s LEFT JOIN records_receipt r ON r.id = s.receipt_id
        GROUP BY s.deposit_id
    ) a ON a.deposit_id = d.id
) AS each_deposit
"""


@dataclass(frozen=True, slots=True)
class Equation:
    """Centavos of all deposits; `applied` is added up from the receipts themselves."""

    deposits: int
    received: int
    applied: int
    unapplied: int
    returned: int
    waiting: int  # deposits of which something is left
    wrong: int  # deposits whose parts are not the whole: none, or somebody wrote to the tables

    @property
    def holds(self) -> bool:
        """Whether nothing is lost, in any deposit and in all."""
        together = self.applied + self.unapplied + self.returned
        return self.wrong == 0 and self.received == together


def equation() -> Equation:
    """All deposits there are."""
    with connection.cursor() as cursor:
        cursor.execute(EQUATION)
        deposits, received, applied, returned, left, waiting, wrong = map(int, cursor.fetchone())
    return Equation(deposits, received, applied, left, returned, waiting, wrong)


def with_left() -> QuerySet[Deposit]:
    """Deposits with `left`, centavos that are neither applied nor returned."""
    sign = Case(When(assignment__kind=KIND.TAKEN_BACK, then=Value(-1)), default=Value(1))
    gone = Coalesce(Sum(F("assignment__amount") * sign, output_field=IntegerField()), 0)
    return Deposit.objects.annotate(left=F("amount") - gone)


def left_of(deposit: int) -> int:
    """Centavos of one deposit that wait."""
    return int(with_left().values_list("left", flat=True).get(pk=deposit))
