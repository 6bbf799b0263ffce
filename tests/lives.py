"""A ledger with credits whose months are closed, for statements and letters."""

from datetime import date

import numpy as np

from servicing_plans import joined, receipts
from tequio.servicing.accounts import Channel
from tequio.servicing.close import close, no_receipts
from tequio.servicing.posting import Intent
from tequio.servicing.quotes import quotes
from tequio.web import start

start()
from tequio.web.records.models import Credit, MonthlyBalance, Standing, Terms  # noqa: E402
from tequio.web.records.posting import do_post_movements  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402
from tequio.web.statements.reading import opening_of, rules_at  # noqa: E402

WHO = Who("la prueba", "pruebas")


def live(number: str, months: int, *, pays=1.0, settles: bool = False):
    """Close the months of a credit after its load; each month it pays a part of what falls due.
    The state after the last."""
    credit = Credit.objects.select_related("load").get(number=number)
    now, first = opening_of(credit)
    for month in range(first, first + months):
        rules = rules_at(month)
        ending = settles and month == first + months - 1
        received = of_month(now, rules, pays=pays, settles=ending)
        moved, now = close(now, received, rules)
        keys = [f"{number}:{month}:{place}" for place in range(len(received.credit))]
        do_post_movements(f"close:{number}:{month}", [number], moved, keys, WHO)
    return now


def of_month(now, rules, *, pays, settles):
    """An own payment on day 5, a second one, and the employer's share in even months."""
    day = rules.first_day + 4
    if settles:
        owed = quotes(now, day, rules).to_settle
        return receipts([0], day, owed, channel=Channel.SPEI, intent=int(Intent.SETTLE))
    _, after = close(now, no_receipts(), rules)
    due = int(after.dues[-1, 5:10].sum()) if len(after.dues) else 0
    own = receipts([0], day, np.array([int(due * pays)]), channel=Channel.SPEI)
    more = receipts([0], day + 9, np.array([int(due * pays) // 3]), channel=Channel.STORE)
    share = receipts([0], day + 12, np.array([512_34 * (rules.month % 2)]), employer=1)
    return joined(own, more, share)


def numbers_where(**facts) -> list[str]:
    """Credits of the ledger with these facts at their load."""
    found = set(Credit.objects.values_list("number", flat=True))
    for model in (Terms, Standing, MonthlyBalance):
        names = {f.name for f in model._meta.concrete_fields}
        wanted = {k: v for k, v in facts.items() if k.partition("__")[0] in names}
        if wanted:
            rows = model.objects.filter(**wanted).values_list("credit__number", flat=True)
            found &= set(rows)
    return sorted(found)


def month_after(first: date, months: int) -> date:
    """The first day of a later month."""
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(years, month + 1, 1)
