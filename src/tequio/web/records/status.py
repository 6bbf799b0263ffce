"""What the ledger holds, in sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum

from tequio.servicing.accounts import ACCOUNTS
from tequio.web.records.loading import parts_done
from tequio.web.records.models import (
    AuditEvent,
    Credit,
    LatestBalance,
    Movement,
)
from tequio.web.records.months import portfolios


@dataclass(frozen=True, slots=True)
class LoadStatus:
    """How far a load has come."""

    as_of: date
    rows: int
    parts: int
    parts_done: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Counts, and the trial balance in centavos by the accounts' labels."""

    place: str
    credits: int
    settled: int  # besides, before the portfolio came in
    movements: int
    events: int
    balance: int
    loads: tuple[LoadStatus, ...]
    accounts: dict[str, int]
    left_over: int


def status() -> Status:
    """The ledger today."""
    sums = trial_balance()
    accounts = {a.label: sums[a.name] for a in ACCOUNTS if not a.in_units}
    return Status(
        place=place(),
        credits=Credit.objects.filter(load__parts__gt=0).count(),
        settled=Credit.objects.filter(load__parts=0).count(),
        movements=Movement.objects.count(),
        events=AuditEvent.objects.count(),
        balance=LatestBalance.objects.aggregate(sum=Sum("balance"))["sum"] or 0,
        loads=tuple(
            LoadStatus(load.as_of, load.rows, load.parts, parts_done(load), load.simulated)
            for load in portfolios()
        ),
        accounts=accounts,
        left_over=sum(accounts.values()),
    )


def trial_balance() -> dict[str, int]:
    """The sum of each account over all movements: centavos, or millionths of a unit."""
    sums = Movement.objects.aggregate(**{f"of_{a.name}": Sum(a.name) for a in ACCOUNTS})
    return {a.name: int(sums[f"of_{a.name}"] or 0) for a in ACCOUNTS}


def place() -> str:
    """Where the records are, without its password."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(said["NAME"])
    return f"postgresql://{said['HOST'] or 'local'}:{said['PORT'] or 5432}/{said['NAME']}"
