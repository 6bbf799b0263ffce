"""What becomes of one credit's payments, counted one by one: slow, plain, written from ruling 4 and
not from the program. Money in centavos; months since year zero."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

PAYROLL, WINDOW, OTHER, REVERSAL = range(4)
PRORROGA_MOST = 12
Money = Counter  # (place, type, month) -> centavos


@dataclass(frozen=True)
class Row:
    """A sound payment row; a reversal is a type, its amount is not below zero."""

    month: int
    type: int
    amount: int
    billed: int
    prorroga: bool


@dataclass
class Month:
    """One month of a credit."""

    due: int
    prorroga: bool
    payroll: bool = True
    left: int = 0  # of what was due
    paid: int = 0
    covered_in: int | None = None
    missed: bool = False


def told(rows: list[Row], last: int) -> tuple[dict[int, Month], Money, int]:
    """The months up to `last`, where the money went, and the latest full months in a row."""
    live, rows, money = without_reversals(rows)
    months = schedule(rows, last)
    say_who_pays(months, rows, live)
    for month in sorted(months):
        apply_payments(month, months, live, money, last)
    for month, one in months.items():
        one.missed = one.left > 0 and falls(month, one) <= month_end(last)
    return months, money, in_a_row(months, last)


def without_reversals(rows: list[Row]) -> tuple[list[Row], list[Row], Money]:
    """The payments that stand; the rows but reversals of nothing; where those others went."""
    money: Money = Counter()
    stacks: dict[int, list[Row]] = defaultdict(list)
    kept = []
    for row in sorted(rows, key=lambda row: (row.month, row.type == REVERSAL, row.type)):
        if row.type != REVERSAL:
            stacks[row.amount].append(row)
        elif stacks[row.amount]:
            paid = stacks[row.amount].pop()
            money["reversed", paid.type, paid.month] += row.amount
            money["reversed", REVERSAL, row.month] -= row.amount
        else:
            money["rejected", REVERSAL, row.month] -= row.amount
            continue
        kept.append(row)
    return [row for stack in stacks.values() for row in stack], kept, money


def schedule(rows: list[Row], last: int) -> dict[int, Month]:
    """What each month was billed."""
    months: dict[int, Month] = {}
    bill, began = 0, None
    for month in range(min(row.month for row in rows), last + 1):
        own = [row for row in rows if row.month == month]
        if own:
            prorroga = any(row.prorroga for row in own)
            began = (began or month) if prorroga else None
            due = max(row.billed for row in own)
            bill = bill if prorroga else due or bill
        else:
            prorroga = began is not None and month - began < PRORROGA_MOST
            due = bill
        due = 0 if prorroga else due
        months[month] = Month(due, prorroga, left=due)
    return months


def say_who_pays(months: dict[int, Month], rows: list[Row], live: list[Row]) -> None:
    """Payroll or the person: as the month's rows say, or else as before, or as first said."""
    sayings: dict[int, bool] = {}
    for month, one in months.items():
        paid = {row.type for row in live if row.month == month and row.amount}
        types = {row.type for row in rows if row.month == month}
        if PAYROLL in paid:
            sayings[month] = True
        elif one.prorroga or WINDOW in paid:
            sayings[month] = False
        elif types & {PAYROLL, WINDOW}:
            sayings[month] = PAYROLL in types
    known = next(iter(sayings.values()), True)
    for month, one in months.items():
        known = sayings.get(month, known)
        one.payroll = known


def applied_in(row: Row, last: int) -> int:
    """Payroll is of its bimester."""
    waits = row.type == PAYROLL and row.month % 2 == 0 and row.month < last
    return row.month + waits


def apply_payments(
    month: int, months: dict[int, Month], live: list[Row], money: Money, last: int
) -> None:
    """Each payment fills the oldest month that is owed; what nothing is owed for is in excess."""
    for row in sorted(live, key=lambda row: (row.type, row.month)):
        if applied_in(row, last) != month:
            continue
        left = row.amount
        months[month].paid += left
        for place, one in sorted(months.items()):
            if place > month:
                break
            used = min(left, one.left)
            left, one.left = left - used, one.left - used
            if used and not one.left:
                one.covered_in = month
        money["applied", row.type, row.month] += row.amount - left
        money["excess", row.type, row.month] += left


def in_a_row(months: dict[int, Month], last: int) -> int:
    """From the latest back, until one that is not full."""
    count = 0
    for month, one in sorted(months.items(), reverse=True):
        if one.prorroga:
            break
        if one.due and is_full(month, one, months):
            count += 1
        elif one.due and falls(month, one) <= month_end(last):
            break
    return count


def is_full(month: int, one: Month, months: dict[int, Month]) -> bool:
    """Covered in time; or paid in full that month (through payroll, that bimester)."""
    if one.covered_in is not None and month_end(one.covered_in) <= month_end_of(falls(month, one)):
        return True
    pair = {month, month ^ 1} if one.payroll else {month}
    own = [other for at, other in months.items() if at in pair]
    return sum(other.paid for other in own) >= sum(other.due for other in own)


def falls(month: int, one: Month) -> date:
    """The day a month is due: its end, or through payroll the 17th of the month after the bimester;
    from a Friday, a Saturday or a Sunday, the Monday."""
    if not one.payroll:
        return month_end(month)
    after = month - month % 2 + 2
    day = date(after // 12, after % 12 + 1, 17)
    while day.weekday() in {4, 5, 6}:
        day += timedelta(days=1)
    return day


def month_end(month: int) -> date:
    """The last day of a month."""
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def month_end_of(day: date) -> date:
    """The last day of the month of a day."""
    return month_end(day.year * 12 + day.month - 1)
