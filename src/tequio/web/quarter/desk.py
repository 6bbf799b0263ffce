"""What people do at their desks in a month: offers are signed, deposits that wait are decided, and
a payment bounces."""

from __future__ import annotations

import re
from datetime import date
from itertools import islice

from django.db.models import QuerySet

from tequio.engine.errors import Refused
from tequio.web.intake.matching import TEN_DIGITS
from tequio.web.intake.proposals import NEAR_NUMBER, proposals
from tequio.web.intake.queue import do_assign, do_return, do_split
from tequio.web.quarter.cast import CLERK, KEY, SIGN, Cast, column, signing_day
from tequio.web.quarter.files import bank_csv
from tequio.web.records.accepting import do_accept
from tequio.web.records.models import Assignment, Deposit, Payer
from tequio.web.records.offers import do_make_offer
from tequio.web.records.replaying import do_reverse_receipt

ASSIGNED = 3  # deposits a month that somebody finds a credit for
BOUNCED_OF, BOUNCED_ON = date(2024, 7, 1), date(2024, 8, 20)
BOUNCED = f"{KEY}rebote"
NO_FUNDS = "El banco devolvió el cheque: no tuvo fondos."


def sign_all(cast: Cast) -> None:
    """As many as are wanted of each solution, of those who qualify in the books."""
    for programme, wanted in SIGN.items():
        kept = (number for number in candidates(cast, programme) if sign(programme, number))
        for _ in islice(kept, wanted):
            pass


def candidates(cast: Cast, programme: str) -> list[str]:
    """Numbers of credits."""
    numbers = cast.numbers
    return [numbers[at] for at in cast.candidates[programme]]


def sign(programme: str, number: str) -> bool:
    """Whether somebody signs: the offer that the books make is one that can be accepted."""
    on = signing_day(programme)
    try:
        made = do_make_offer(f"{KEY}oferta:{programme}:{number}", number, programme, on, CLERK)
        do_accept(f"{KEY}firma:{programme}:{number}", made.pk, on, CLERK)
    except Refused:
        return False
    return True


def decide(month: date) -> None:
    """Some deposits of a month's file: assigned, split, returned. What was decided before stays."""
    own = Deposit.objects.filter(file__name=bank_csv(month)).order_by("pk")
    how = Deposit.Matched
    for deposit in of_kind(own, how.UNKNOWN):
        assign(deposit)
    for deposit in of_kind(own, how.SEVERAL)[:1]:
        split(deposit)
    for deposit in of_kind(own, how.NOTHING)[:1]:
        why = "No dice para qué crédito es, y quien pagó pidió que se le devuelva."
        if not is_decided(deposit):
            do_return(f"{KEY}devuelto:{deposit.pk}", deposit.pk, CLERK, why=why)


def of_kind(own: QuerySet[Deposit], how: Deposit.Matched) -> list[Deposit]:
    """The first of those that wait for one reason."""
    return list(own.filter(matched=how)[: 2 * ASSIGNED])


def is_decided(deposit: Deposit) -> bool:
    """Whether somebody disposed of it."""
    return Assignment.objects.filter(deposit=deposit).exists()


def assign(deposit: Deposit) -> None:
    """To the one credit whose number is like that which was written, if there is one."""
    if is_decided(deposit):
        return
    best = [one for one in proposals(deposit) if one.score >= NEAR_NUMBER]
    if best and (len(best) == 1 or best[0].score > best[1].score):
        do_assign(f"{KEY}asignado:{deposit.pk}", deposit.pk, best[0].credit, CLERK, why=best[0].why)


def split(deposit: Deposit) -> None:
    """Half for each of the two credits that it names."""
    said = Payer.objects.get(deposit=deposit).concept
    numbers = dict.fromkeys([deposit.number, *re.findall(TEN_DIGITS, said)])
    if not is_decided(deposit) and len(numbers) > 1:
        first, second = list(numbers)[:2]
        parts = [(first, deposit.amount // 2), (second, None)]
        do_split(f"{KEY}repartido:{deposit.pk}", deposit.pk, parts, CLERK, why="Paga por los dos.")


def bounce(cast: Cast) -> None:
    """A payment of July turns out in August to be none: it is taken back, and so is the deposit."""
    steady = cast.keys[column(cast.rows, "months_missed") == 0].tolist()
    special = {at for places in cast.candidates.values() for at in places} | {cast.overpaid}
    avoided = {int(cast.keys[at]) for at in special}
    paid = Assignment.objects.filter(
        deposit__file__name=bank_csv(BOUNCED_OF), kind=Assignment.Kind.APPLIED
    )
    paid = paid.filter(deposit__matched=Deposit.Matched.REFERENCE, deposit__day__gte=BOUNCED_OF)
    wanted = set(steady) - avoided
    found = next(
        one
        for one in paid.select_related("receipt").order_by("pk").iterator()
        if one.receipt and one.receipt.credit_id in wanted
    )
    assert found.receipt_id is not None, "what is applied is a receipt"
    do_reverse_receipt(BOUNCED, found.receipt_id, BOUNCED_ON, CLERK, NO_FUNDS)
    do_return(f"{BOUNCED}:devuelto", found.deposit_id, CLERK, why=NO_FUNDS)
