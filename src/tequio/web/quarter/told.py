"""What the three months came to, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from tequio.core.months import last_of, month_number, spelled
from tequio.engine.pairs import OFFER_TITLES
from tequio.servicing.accounts import OWED
from tequio.web.intake.counting import Equation, equation
from tequio.web.intake.summaries import summary_of
from tequio.web.quarter.cast import one_in_some, signed
from tequio.web.quarter.desk import BOUNCED
from tequio.web.quarter.months import MONTHS
from tequio.web.quarter.refund import PAYOUT
from tequio.web.records.agreements import State, latest
from tequio.web.records.closing import MonthSummary, summary
from tequio.web.records.models import (
    AgreementEvent,
    BankFile,
    Deposit,
    Movement,
    PayoutLine,
    RefundEvent,
    Serviced,
    Step,
)
from tequio.web.refunds.payout_files import line_key

ENDS = (State.FULFILLED, State.LAPSED)


@dataclass(frozen=True, slots=True)
class MonthTold:
    """A month; centavos."""

    month: str
    files: int
    taken: int  # payments
    received: int
    set_aside: int  # rows that were not taken
    unapplied: int  # payments that waited for a person when they came
    late: int  # payments of a month that was closed
    replayed: int  # credits counted again for them
    credits: int  # with files
    behind: int  # of them, with a month unpaid that no employer withholds, after the close
    close: MonthSummary


@dataclass(frozen=True, slots=True)
class Example:
    """One agreement."""

    credit: str
    title: str
    on: str  # the day of its end
    why: str


@dataclass(frozen=True, slots=True)
class Promises:
    """The agreements that were signed, and an example of each end."""

    signed: int
    kept: int
    broken: int
    in_force: int
    kept_example: Example | None
    broken_example: Example | None


@dataclass(frozen=True, slots=True)
class Bounced:
    """A payment that was none, and what taking it back changed."""

    credit: str
    day: date
    amount: int
    reversed_on: date
    undone: int  # movements
    booked: int  # movements, anew
    owed: int  # centavos more


@dataclass(frozen=True, slots=True)
class Refunded:
    """The excess that went back."""

    credit: str
    folio: str
    amount: int
    steps: dict[str, date]  # by the state that it entered


@dataclass(frozen=True, slots=True)
class Told:
    """All of it."""

    months: tuple[MonthTold, ...]
    promises: Promises
    bounced: Bounced
    refunded: Refunded
    equation: Equation


def told() -> Told:
    """Once the three months are closed."""
    return Told(tuple(map(month_told, MONTHS)), promises(), bounced(), refunded(), equation())


def month_told(month: date) -> MonthTold:
    """One month."""
    number = month_number(month)
    files = list(BankFile.objects.filter(as_of=last_of(number)).order_by("pk"))
    said = [summary_of(file) for file in files]
    sampled = Deposit.objects.filter(credit__isnull=False).values("credit_id")
    after = Serviced.objects.filter(month=number + 1, credit_id__in=sampled)
    return MonthTold(
        month=spelled(number),
        files=len(files),
        taken=sum(one.taken.count for one in said),
        received=sum(one.taken.amount for one in said),
        set_aside=sum(one.aside.count for one in said),
        unapplied=sum(one.unapplied.count for one in said),
        late=sum(one.late.count for one in said),
        replayed=Step.objects.filter(month=number, kind=Step.Kind.REPLAY).count(),
        credits=after.values("credit_id").distinct().count(),
        behind=after.filter(missed__gt=F("missed_by_employer"))
        .values("credit_id")
        .distinct()
        .count(),
        close=summary(number),
    )


def promises() -> Promises:
    """Of those signed for the demo."""
    last = [latest(one) for made in signed().values() for one in made]
    ended = {state: [one for one in last if one.state == state] for state in ENDS}
    kept, broken = ended[State.FULFILLED], ended[State.LAPSED]
    stopped = {one.pk for made in signed().values() for one in one_in_some(made)}
    return Promises(
        signed=len(last),
        kept=len(kept),
        broken=len(broken),
        in_force=sum(one.state == State.IN_FORCE for one in last),
        kept_example=example(kept),
        broken_example=example([one for one in broken if one.agreement_id in stopped] or broken),
    )


def example(events: list[AgreementEvent]) -> Example | None:
    """The first, if any."""
    if not events:
        return None
    one = events[0]
    title = OFFER_TITLES[one.agreement.programme]
    return Example(one.agreement.credit.number, title, str(one.on), one.why)


def bounced() -> Bounced:
    """The reversal."""
    step = Step.objects.select_related("credit", "receipt").get(source__key=BOUNCED)
    assert step.receipt is not None, "a reversal takes a receipt back"
    booked = Movement.objects.filter(source_id=step.source_id)
    sums = booked.aggregate(**{f"of_{name}": Sum(name) for name in OWED})
    return Bounced(
        credit=step.credit.number,
        day=step.receipt.day,
        amount=step.receipt.amount,
        reversed_on=step.day,
        undone=booked.exclude(reverses=None).count(),
        booked=booked.filter(reverses=None).count(),
        owed=sum(value or 0 for value in sums.values()),
    )


def refunded() -> Refunded:
    """The line that was paid."""
    line = PayoutLine.objects.select_related("refund__credit").filter(payout__name=PAYOUT)[0]
    events = RefundEvent.objects.filter(refund=line.refund).order_by("place")
    return Refunded(
        credit=line.refund.credit.number,
        folio=line_key(line.refund_id, line.attempt),
        amount=line.amount,
        steps={one.state: one.on for one in events},
    )
