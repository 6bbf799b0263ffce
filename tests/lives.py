"""Credits that live: histories of any payments, and a ledger whose months are closed."""

from datetime import date

import numpy as np

from closes import WHO, numbers, received
from plans import random_plan
from servicing_plans import credits_of, month_rules
from tequio.engine.outlook import outlook
from tequio.servicing.accounts import (
    AT,
    NO_SOURCE,
    PESO_ROWS,
    UNIT_ROWS,
    Channel,
    Kind,
    Movements,
    together,
)
from tequio.servicing.close import close
from tequio.servicing.credit import Credits
from tequio.servicing.posting import Intent
from tequio.servicing.quotes import quotes
from tequio.servicing.statement import Booked, calendar_day
from tequio.web import start
from test_close import in_order
from test_payments import some_receipts

start()
from tequio.core.months import last_of  # noqa: E402
from tequio.web.records.closing import do_close_month, rules_in  # noqa: E402
from tequio.web.records.models import (  # noqa: E402
    Credit,
    MonthlyBalance,
    Standing,
    Terms,
)
from tequio.web.records.months import first_month  # noqa: E402
from tequio.web.records.receipts import do_post_receipts  # noqa: E402
from tequio.web.statements.reading import account, credit_at  # noqa: E402

FUTURE = outlook(date(2024, 10, 31), 10_081, 46_600, 80_000, 5_000, 360)
ROWS = 4


def histories(seed: int, regime: int, months: int):
    """A few credits, some months of payments of any kind, early and late: what they came in with,
    what each close booked, and how they ended."""
    draw = np.random.default_rng(seed)
    opening = credits_of(in_order(random_plan(ROWS, seed)), FUTURE, regime=regime)
    now, parts = opening, [came_in(opening)]
    for t in range(1, months + 1):
        rules = month_rules(FUTURE, t)
        moved, now = close(now, some_receipts(draw, 2, rules), rules)
        parts.append(moved)
    first = month_rules(FUTURE, 1).month
    closed_in = np.repeat(first - 1 + np.arange(months + 1), [len(part) for part in parts])
    return Booked(together(parts), closed_in), now


def came_in(opening: Credits) -> Movements:
    """One movement a credit, of the day before its first month."""
    size, first = len(opening), month_rules(FUTURE, 1)
    amounts = opening.sums()
    amounts[AT["opening"]] = -amounts[PESO_ROWS].sum(axis=0)
    amounts[AT["moved_units"]] = -amounts[UNIT_ROWS].sum(axis=0)
    heads = (first.first_day - 1, first.month, int(Kind.OPENING), int(Channel.NONE), NO_SOURCE)
    return Movements(np.arange(size), *(np.full(size, head) for head in heads), amounts)


def of_one(booked: Booked, row: int) -> Booked:
    """One credit's."""
    mine = booked.moved.credit == row
    return Booked(booked.moved.take(mine), booked.month[mine])


def live(number: str, months: int, amount: int) -> None:
    """Close months of the ledger; in each the credit pays an amount and later a third of it, and
    in even months its employer pays too."""
    credit = credit_at(number)
    for _ in range(months):
        month = next_of(credit)
        day = rules_in(month).first_day + 4
        pay(number, f"{month}-own", day, amount, channel=Channel.SPEI)
        pay(number, f"{month}-more", day + 9, amount // 3, channel=Channel.STORE)
        pay(number, f"{month}-share", day + 12, 512_34 * (month % 2), employer=1)
        do_close_month(last_of(month), WHO)


def settle(number: str) -> date:
    """Pay what the statement's quote says on the fifth of the next month, and close it. The day."""
    found = account(credit_at(number), None)
    rules = rules_in(found.closed.month + 1)
    day = rules.first_day + 4
    owed = quotes(found.state, day, rules).to_settle[0]
    pay(number, "all", day, int(owed), channel=Channel.SPEI, intent=int(Intent.SETTLE))
    do_close_month(last_of(rules.month), WHO)
    return calendar_day(day)


def pay(number: str, key: str, day: int, amount: int, **more: int) -> None:
    """One receipt; none of nothing."""
    if amount:
        named = f"{number}-{key}"
        row = numbers().index(number)
        do_post_receipts(named, received(named, [row], [day], [amount], **more), WHO)


def next_of(credit: Credit) -> int:
    """The first month of a credit that is not closed."""
    closed = credit.load.closedpart_set.order_by("-month").first()
    return closed.month + 1 if closed else first_month(credit.load)


def numbers_where(**facts) -> list[str]:
    """Credits of the ledger with these facts at their load."""
    found = set(numbers())
    for model in (Terms, Standing, MonthlyBalance):
        names = {f.name for f in model._meta.concrete_fields}
        wanted = {k: v for k, v in facts.items() if k.partition("__")[0] in names}
        if wanted:
            rows = model.objects.filter(**wanted).values_list("credit__number", flat=True)
            found &= set(rows)
    return sorted(found)
