"""The statement (estado de cuenta): what the movements of some months say, and what is owed now.

Nothing is worked out a second time: balances are sums of movements, what is owed on a day is its
quote, and the next instalment is what the close would bill. Amounts in centavos; units in 10^-6 of
a monthly one. Fields: servicing reference, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tequio.core.columns import EPOCH
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, CHARGES, OWED, Movements
from tequio.servicing.close import close, day_number, no_receipts
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
    """What happened in some days; `opening` and all that follows adds up to `closing`."""

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
    kind: int  # accounts.Kind
    channel: int  # accounts.Channel
    received: int
    change: int  # of what is owed
    owed: int  # after it


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said of a credit besides its amounts."""

    number: str
    holder: str  # empty where nobody has said
    simulated: bool
    converted: bool
    solution: int  # position in lists.SOLUTIONS
    solution_from: date | None
    solution_months_left: int
    extension_months_used: int
    protection_months_left: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the months from `whole.first` to its cut, `whole.last`."""

    subject: Subject
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
    subject: Subject, state: Credits, moved: Movements, first: date, rules: Rules
) -> Statement:
    """From all movements of a credit up to the cut, and its state after the close of the cut's
    month; `rules` are those of the month that follows. `first` is a first day of a month."""
    assert len(state) == 1, "one credit"
    assert (moved.day < rules.first_day).all(), "movements up to the cut"
    assert first.day == 1, "a statement begins with a month"
    cut = calendar_day(rules.first_day - 1)
    now, later = quotes(state, rules.first_day, rules), quotes(state, rules.last_day, rules)
    instalment, due_on = next_instalment(state, rules)
    s = state.numbers[0]
    return Statement(
        subject=subject,
        whole=flow_of(moved, first, cut),
        months=tuple(flow_of(moved, *month) for month in months_between(first, cut)),
        lines=lines_of(moved, first),
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


def months_between(first: date, last: date) -> list[tuple[date, date]]:
    """The months from one day to another: each one's first and last day."""
    found = []
    while first <= last:
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append((first, following - timedelta(days=1)))
        first = following
    return found


def owed_before(moved: Movements, day: int) -> Owed:
    """What was owed at the end of the day before."""
    sums = moved.amounts[:, moved.day < day].sum(axis=1)
    return Owed(
        total(sums, PRINCIPAL), total(sums, ("interest",)), total(sums, CHARGES), total(sums, UNITS)
    )


def total(sums: np.ndarray, accounts: tuple[str, ...]) -> int:
    """The sum of some accounts."""
    return int(sum(sums[AT[name]] for name in accounts))


def flow_of(moved: Movements, first: date, last: date) -> Flow:
    """What happened from one day to another, both included."""
    begin, end = day_number(first), day_number(last)
    inside = moved.take((moved.day >= begin) & (moved.day <= end))
    sums = inside.amounts.sum(axis=1)
    money = inside.amounts[[AT[name] for name in MONEY]].any(axis=0)
    went = inside.amounts[:, money].sum(axis=1)
    return Flow(
        first=first,
        last=last,
        opening=owed_before(moved, begin),
        closing=owed_before(moved, end + 1),
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


def lines_of(moved: Movements, first: date) -> tuple[Line, ...]:
    """The movements since a day, oldest first; those of one day, kind and channel in one line."""
    begin = day_number(first)
    owed = owed_before(moved, begin).total
    money = moved["cash"] + moved["employer"] + sum(moved[name] for name in COMPLEMENTS)
    change = moved.amounts[[AT[name] for name in OWED]].sum(axis=0)
    found: list[Line] = []
    inside = np.flatnonzero(moved.day >= begin)
    for row in inside[np.argsort(moved.day[inside], kind="stable")]:
        owed += int(change[row])
        line = Line(
            calendar_day(moved.day[row]),
            int(moved.kind[row]),
            int(moved.channel[row]),
            int(money[row]),
            int(change[row]),
            owed,
        )
        if found and same(found[-1], line):
            last = found.pop()
            received, changed = last.received + line.received, last.change + line.change
            line = Line(line.day, line.kind, line.channel, received, changed, owed)
        found.append(line)
    return tuple(found)


def same(one: Line, other: Line) -> bool:
    """Whether two lines are one event for whoever reads them."""
    return (one.day, one.kind, one.channel) == (other.day, other.kind, other.channel)
