"""One credit as a rule sees it on a day of its open month."""

from __future__ import annotations

from datetime import date

from tequio.core.loan import Loan
from tequio.engine.portfolio import loan_of
from tequio.web.records.models import Credit
from tequio.web.records.snapshots import rows_of


def loan_known(credit: Credit, on: date) -> Loan:
    """The loan of one row: the facts of that day."""
    return loan_of(rows_of(credit.pk, credit.pk, on))
