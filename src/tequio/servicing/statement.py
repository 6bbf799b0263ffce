"""The statement (estado de cuenta): what the movements of some months say, and what is owed now.

Nothing is worked out a second time: balances are sums of movements, what is owed on a day is its
quote, and the next instalment is what the close would bill. A month is what its close booked, not
what has a value day in it: what comes late belongs to the month that was open when it came, and a
closed month says the same for ever. Months are year x 12 + month - 1; amounts centavos; units
10^-6 of a monthly one. Fields: servicing reference, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tequio.core.columns import EPOCH
from tequio.core.months import first_of, last_of
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, CHARGES, OWED, Ints, Movements
from tequio.servicing.close import close, no_receipts
from tequio.servicing.credit import Credits
from tequio.servicing.month_end import ROA
from tequio.servicing.posting import Rules
from tequio.servicing.quotes import quotes
from tequio.servicing.references import capture_line, daily_factor

PRINCIPAL = ("principal", "principal_due")
UNITS = ("principal_units", "principal_due_units")
COMPLEMENTS = ("complement_institute", "complement_fund")
DISCOUNTS = ("forgiven", "waived", "released")
KEPT = ("payable_to_borrower", "unapplied", "refunded")
MONEY = ("cash", "employer", *COMPLEMENTS, "unapplied")
INCOME = ("insurance_income", "fees_income", "protection_income")
INDEXATION = ("indexation", "rounding")
OTHERS = ("opening", "adjustment")


@dataclass(frozen=True, slots=True, eq=False)
class Booked:
    """One credit's movements in the order of booking, and the month whose close booked each; what
    the credit came in with is of the month before its first."""

    moved: Movements
    month: Ints

    def until(self, month: int) -> Movements:
        """What was booked by the end of a month."""
        return self.moved.take(self.month <= month)

    def between(self, first: int, last: int) -> Movements:
        """What was booked in some months, both included."""
        return self.moved.take((self.month >= first) & (self.month <= last))

    def owed(self, month: int) -> Owed:
        """What was owed at the end of a month."""
        sums = self.until(month).amounts.sum(axis=1)
        return Owed(
            principal=total(sums, PRINCIPAL),
            interest=total(sums, ("interest",)),
            charges=total(sums, CHARGES),
            units=total(sums, UNITS),
        )


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed, by what it is."""

    principal: int
    interest: int
    charges: int
    units: int  # of the principal, where it is indexed

    @property
    def total(self) -> int:
        """Everything."""
        return self.principal + self.interest + self.charges


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened in some months; `opening` and all that follows adds up to `closing`."""

    first: date
    last: date
    opening: Owed
    closing: Owed
    interest: int  # accrued
    charges: int  # billed
    indexation: int  # January's, and the centavos of units
    paid: int  # by the borrower
    employer: int
    complements: int  # by the Institute or the protection fund
    discounts: int
    kept: int  # of what was received: for the borrower, or waiting to be applied
    others: int  # the credit's coming in, and corrections
    to_principal: int  # where the money went
    to_interest: int
    to_charges: int

    def adds_up(self) -> bool:
        """Whether opening + movements = closing."""
        more = self.interest + self.charges + self.indexation + self.others + self.kept
        less = self.paid + self.employer + self.complements + self.discounts
        return self.opening.total + more - less == self.closing.total


@dataclass(frozen=True, slots=True)
class Line:
    """One day's movements of one kind through one channel."""

    day: date
    late: bool  # of a month that was closed when it was booked
    kind: int  # accounts.Kind
    channel: int  # accounts.Channel
    received: int
    change: int  # of what is owed
    owed: int  # after it


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose statement or letter it is."""

    number: str
    holder: str  # empty where nobody has said
    simulated: bool
    known_since: date  # what was before is not in the ledger


@dataclass(frozen=True, slots=True)
class Support:
    """The solution in force, and what was used of others."""

    converted: bool  # to pesos
    solution: int  # position in lists.SOLUTIONS
    solution_from: date | None
    solution_months_left: int
    extension_months_used: int
    protection_months_left: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the months from `whole.first` to its cut, `whole.last`."""

    subject: Subject
    support: Support
    whole: Flow
    months: tuple[Flow, ...]
    lines: tuple[Line, ...]
    indexed: bool
    rate: int  # ppm
    regime: int  # position in lists.REGIMES
    status: int  # see servicing.credit
    factor: int  # hundredths of a daily unit; zero in pesos
    pending: int  # months due and not covered
    to_be_current: int  # the quote of the day after the cut
    to_settle: int  # the same
    instalment: int  # of the month after the cut, charges included
    due_on: date
    total_due: int  # to be current on the last day of that month
    fund_pays: int  # of the balance, if the agreement is kept
    in_favour: int  # kept for the borrower
    unapplied: int
    capture_line: str

    @property
    def owed(self) -> Owed:
        """At the cut."""
        return self.whole.closing

    @property
    def to_pay(self) -> int:
        """Of `total_due`, what is not covered by payments that wait to be applied."""
        return max(self.total_due - self.unapplied, 0)

    @property
    def by_payroll(self) -> bool:
        """Whether an employer withholds the instalment."""
        return self.regime == ROA


def statement_of(
    subject: Subject, support: Support, state: Credits, booked: Booked, first: int, rules: Rules
) -> Statement:
    """The months from `first` to a cut, from all that was booked of a credit by the close of the
    cut's month and its state after it; `rules` are those of the month that follows."""
    cut = rules.month - 1
    assert len(state) == 1, "one credit"
    assert (booked.month <= cut).all(), "what was booked by the cut"
    now, later = quotes(state, rules.first_day, rules), quotes(state, rules.last_day, rules)
    instalment, due_on = next_instalment(state, rules)
    s = state.numbers[0]
    return Statement(
        subject=subject,
        support=support,
        whole=flow_of(booked, first, cut),
        months=tuple(flow_of(booked, month, month) for month in range(first, cut + 1)),
        lines=lines_of(booked, first),
        indexed=bool(s[c.INDEXED]),
        rate=int(s[c.RATE]),
        regime=int(s[c.REGIME]),
        status=int(s[c.STATUS]),
        factor=daily_factor(int(s[c.INSTALMENT])) if s[c.INDEXED] else 0,
        pending=int(s[c.MISSED]),
        to_be_current=int(now.to_be_current[0]),
        to_settle=int(now.to_settle[0]),
        instalment=instalment,
        due_on=due_on,
        total_due=int(later.to_be_current[0]),
        fund_pays=int(s[c.REWARD]),
        in_favour=-int(s[c.PAYABLE]),
        unapplied=-int(s[c.UNAPPLIED]),
        capture_line=capture_line(subject.number, due_on),
    )


def next_instalment(state: Credits, rules: Rules) -> tuple[int, date]:
    """What the close of the month would bill the borrower, and by when it is paid; whatever was
    paid before and waits for it."""
    unpaid = state.take(np.zeros(1, np.int64))
    unpaid.numbers[0, c.UNAPPLIED] = 0
    _, after = close(unpaid, no_receipts(), rules)
    mine = after.dues[after.dues[:, c.DUE_MONTH] == rules.month]
    amount = int(mine[:, c.DUE_INSURANCE : c.DUE_UNITS].sum())
    due = int(mine[0, c.DUE_ON]) if len(mine) else rules.last_day
    return amount, calendar_day(due)


def calendar_day(number: int) -> date:
    """A day from its number since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def total(sums: Ints, accounts: tuple[str, ...]) -> int:
    """The sum of some accounts."""
    return int(sum(sums[AT[name]] for name in accounts))


def flow_of(booked: Booked, first: int, last: int) -> Flow:
    """What happened from one month to another, both included."""
    inside = booked.between(first, last)
    sums = inside.amounts.sum(axis=1)
    money = inside.amounts[[AT[name] for name in MONEY]].any(axis=0)
    went = inside.amounts[:, money].sum(axis=1)
    return Flow(
        first=first_of(first),
        last=last_of(last),
        opening=booked.owed(first - 1),
        closing=booked.owed(last),
        interest=-total(sums, ("interest_income",)),
        charges=-total(sums, INCOME),
        indexation=-total(sums, INDEXATION),
        paid=total(sums, ("cash",)),
        employer=total(sums, ("employer",)),
        complements=total(sums, COMPLEMENTS),
        discounts=total(sums, DISCOUNTS),
        kept=-total(sums, KEPT),
        others=-total(sums, OTHERS),
        to_principal=-total(went, PRINCIPAL),
        to_interest=-total(went, ("interest",)),
        to_charges=-total(went, CHARGES),
    )


def lines_of(booked: Booked, first: int) -> tuple[Line, ...]:
    """What was booked since a month, oldest first; that of one day, kind and channel in one line."""
    order = np.lexsort((booked.moved.day, booked.month))
    order = order[booked.month[order] >= first]
    moved, months = booked.moved.take(order), booked.month[order]
    money = moved["cash"] + moved["employer"] + sum(moved[name] for name in COMPLEMENTS)
    change = moved.amounts[[AT[name] for name in OWED]].sum(axis=0)
    owed = booked.owed(first - 1).total + np.cumsum(change)
    events = np.stack([months, moved.day, moved.kind, moved.channel], axis=1)
    begins = np.flatnonzero(np.append(True, (events[1:] != events[:-1]).any(axis=1)))
    ends = [*begins[1:].tolist(), len(moved)]
    return tuple(
        Line(
            day=(day := calendar_day(moved.day[row])),
            late=day < first_of(int(months[row])),
            kind=int(moved.kind[row]),
            channel=int(moved.channel[row]),
            received=int(money[row:end].sum()),
            change=int(change[row:end].sum()),
            owed=int(owed[end - 1]),
        )
        for row, end in zip(begins.tolist(), ends, strict=True)
        if end > row
    )
