"""All that was ever kept for borrowers, to the centavo: paid, on its way, asked for, not asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tequio.core.working_days import working_days_between
from tequio.servicing.refunds import pay_by, tell_by
from tequio.web.records.models import PayoutLine, Refund, RefundEvent
from tequio.web.records.status import trial_balance
from tequio.web.refunds.excess import all_excess, count_of_states, standing
from tequio.web.refunds.states import OPEN, OUT, State

CLOCKS = (State.FOUND, *OPEN, State.IN_PAYOUT)  # somebody is waiting for us


@dataclass(frozen=True, slots=True)
class Totals:
    """Centavos. `ever` = `paid` + `in_payout` + `asked` + `not_asked` + `elsewhere`."""

    ever: int  # kept now, and what went back
    paid: int
    in_payout: int
    asked: int  # open requests
    not_asked: int
    uncovered: int  # asked for, and not kept any more: of it nothing can be paid
    elsewhere: int  # went back by no payout of this ledger, or is not explained: look at it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refund whose clock runs."""

    refund: int
    credit: str
    state: str
    since: date
    due: date
    late: int  # working days beyond it; zero: in time


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """Where all refunds stand on a day."""

    on: date
    totals: Totals
    states: dict[str, tuple[int, int]]  # of each state: how many, and the centavos asked
    waiting: tuple[Waiting, ...]  # the one that is due first goes first


def refund_status(on: date) -> RefundStatus:
    """Counts, totals and clocks."""
    return RefundStatus(on, totals(), count_of_states(), waiting(on))


def totals() -> Totals:
    """The ledger's accounts beside the refunds' own rows."""
    sums = trial_balance()
    kept, gone = -sums["payable_to_borrower"], -sums["refunded"]
    states = count_of_states()
    asked = sum(states[state][1] for state in OPEN)
    lines = sum(out_amounts().values())
    return Totals(
        ever=kept + gone,
        paid=states[State.PAID][1],
        in_payout=states[State.IN_PAYOUT][1],
        asked=asked,
        not_asked=kept - asked,
        uncovered=sum(max(one.promised - max(one.kept, 0), 0) for one in all_excess()),
        elsewhere=gone - lines,
    )


def out_amounts() -> dict[int, int]:
    """Centavos of the latest line of each refund that is out."""
    out = [one["refund_id"] for one in standing().to_pylist() if one["state"] in OUT]
    lines = PayoutLine.objects.filter(refund__in=out).order_by("attempt")
    return {line.refund_id: line.amount for line in lines}


def waiting(on: date) -> tuple[Waiting, ...]:
    """The refunds of which something is awaited from the fund, the most urgent first."""
    states = {one["refund_id"]: one["state"] for one in standing().to_pylist()}
    open_ones = [number for number, state in states.items() if state in CLOCKS]
    asked = dict(
        RefundEvent.objects.filter(refund__in=open_ones, state=State.ASKED)
        .order_by("place")
        .values_list("refund", "on")
    )
    found = []
    for refund in Refund.objects.filter(pk__in=open_ones).select_related("credit"):
        since = asked.get(refund.pk, refund.found_on)
        due = pay_by(since) if refund.pk in asked else tell_by(since)
        late = working_days_between(due, on)
        found.append(Waiting(refund.pk, refund.credit.number, states[refund.pk], since, due, late))
    return tuple(sorted(found, key=lambda one: (one.due, one.refund)))
