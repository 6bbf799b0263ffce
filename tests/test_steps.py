"""Steps in the open month: once, in turn, in any state, and taken back exactly."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from closes import WHO
from stepping import (
    AUGUST,
    JULY,
    check_everything,
    credit_at,
    offer_for,
    on_record,
    pay,
    rows_eligible,
)
from tequio.core.columns import Money
from tequio.core.offer import Settlement
from tequio.engine.errors import Refused
from tequio.engine.offers import status_quo
from tequio.engine.portfolio import loan_of
from tequio.servicing import credit as c
from tequio.servicing.accounts import Channel
from tequio.servicing.credit import FIELDS
from tequio.web import start

start()
from django.db import connections  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import closing, models  # noqa: E402
from tequio.web.records.agreements import latest  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.present import present_of  # noqa: E402
from tequio.web.records.quoted import offer_json  # noqa: E402
from tequio.web.records.replaying import (  # noqa: E402
    do_reverse_receipt,
    do_undo,
    effect_of,
)
from tequio.web.records.serviced import law_of_all  # noqa: E402
from tequio.web.records.snapshots import rows_of  # noqa: E402
from tequio.web.records.steps import (  # noqa: E402
    do_refund,
    do_release,
    do_settle,
    do_sign,
)


def test_an_undone_signing_leaves_the_schedule_as_it_was(few):
    """From the month of the signing and across a close; its agreement is cancelled."""
    row = rows_eligible("responsabilidad_compartida")[0]
    credit, day = credit_at(row), date(2024, 7, 12)
    pay("antes", row, date(2024, 7, 2), 100_00)
    before = state_of(row, date(2024, 7, 20))
    agreement = offer_for("f", row, "responsabilidad_compartida", day)
    assert do_sign("firma", agreement, day, WHO)
    assert not do_sign("firma", agreement, day, WHO), "twice is once"
    assert latest(models.Agreement.objects.get(pk=agreement)).state == "in_force"
    assert present_of(credit, date(2024, 7, 20)).credits["indexed"][0] == 0, "converted"
    step = models.Step.objects.get()
    seen = effect_of(credit, undone=[step.pk])
    assert do_undo("no", step.pk, date(2024, 7, 25), WHO, "error de captura")
    assert not do_undo("no", step.pk, date(2024, 7, 25), WHO, "error de captura")
    with pytest.raises(Refused, match="ya está anulado"):
        do_undo("otra", step.pk, date(2024, 7, 25), WHO, "otra vez")
    assert state_of(row, date(2024, 7, 20)) == before
    assert seen.after.instalment == before[0]["instalment"]
    assert latest(models.Agreement.objects.get(pk=agreement)).state == "cancelled"
    do_close_month(JULY, WHO)
    check_everything()


def state_of(row: int, day: date) -> tuple[dict[str, int], list]:
    now = present_of(credit_at(row), day).credits
    return dict(zip(FIELDS, now.numbers[0].tolist(), strict=True)), now.dues.tolist()


def test_a_debt_that_a_bounced_payment_settled_is_owed_again_and_so_is_what_was_refunded(few):
    credit, on = credit_at(1), date(2024, 7, 10)
    owed = int(present_of(credit, on).quotes.to_settle[0])
    paid = pay("todo", 1, on, owed + 500_00, intent=5)
    do_close_month(JULY, WHO)
    settled = present_of(credit, date(2024, 8, 5))
    assert settled.credits["status"].tolist() == [c.SETTLED]
    assert int(settled.quotes.to_settle[0]) == 0
    refund = ("devuelve", credit.number, 500_00, date(2024, 8, 6), int(Channel.SPEI), WHO)
    assert do_refund(*refund)
    assert not do_refund(*refund)
    with pytest.raises(Refused, match="pasa del saldo a favor por"):
        do_refund("más", credit.number, 1, date(2024, 8, 6), int(Channel.SPEI), WHO)
    seen = effect_of(credit, reversed=[paid])
    assert (seen.before.status, seen.after.status) == ("Liquidado", "Vigente")
    assert seen.after.in_favour == -500_00
    assert do_reverse_receipt("rebote", paid, date(2024, 8, 9), WHO, "cheque sin fondos")
    with pytest.raises(Refused, match="ya está reversado"):
        do_reverse_receipt("otro", paid, date(2024, 8, 9), WHO, "cheque sin fondos")
    now = present_of(credit, date(2024, 8, 9)).credits
    assert now["payable_to_borrower"].tolist() == [500_00], "owed again"
    assert now["principal"][0] > 0
    do_close_month(AUGUST, WHO)
    check_everything()


@pytest.mark.parametrize("day", [10, 31])
def test_a_deposit_settles_as_its_agreement_says_and_can_be_taken_back(few, day):
    row, on = 5, date(2024, 7, day)
    owed = int(present_of(credit_at(row), date(2024, 7, 1)).quotes.to_settle[0])
    pays = owed // 2
    agreement = settlement_for(row, pays)
    short = pay("corto", row, on, pays - 1)
    with pytest.raises(Refused, match="no alcanza"):
        do_settle("s", agreement, short, None, WHO)
    paid = pay("exacto", row, on, pays)
    do_reverse_receipt("corto-no", short, on, WHO, "era de otro")
    assert do_settle("s", agreement, paid, None, WHO)
    assert not do_settle("s", agreement, paid, None, WHO)
    do_close_month(JULY, WHO)
    assert present_of(credit_at(row), AUGUST).credits["status"].tolist() == [c.SETTLED]
    do_reverse_receipt("no", paid, AUGUST, WHO, "rebotó")
    assert present_of(credit_at(row), AUGUST).credits["status"].tolist() == [c.ACTIVE]
    check_everything()


def settlement_for(row: int, pays: int) -> int:
    """An agreement that half of what is owed settles."""
    credit = credit_at(row)
    loan = loan_of(rows_of(credit.pk, credit.pk, credit.load.as_of))
    terms = status_quo(loan, law_of_all(credit.load))
    half = replace(terms, settlement=Settlement(Money(pays), Money(pays)))
    until = date(2024, 7, 31)
    return on_record("dla", credit, "dla", JULY, until, offer_json(half, loan), half)


def test_a_quote_paid_on_its_day_settles(few):
    for row in range(10):
        on = date(2024, 7, 3 + row)
        owed = int(present_of(credit_at(row), on).quotes.to_settle[0])
        pay(f"q{row}", row, on, owed, intent=5) if owed else None
        assert int(present_of(credit_at(row), on).quotes.to_settle[0]) == 0
    do_close_month(JULY, WHO)
    kept = models.Serviced.objects.filter(month=month_number(AUGUST)).order_by("credit_id")[:10]
    assert all(one.principal == one.principal_due == one.payable_to_borrower == 0 for one in kept)


def test_days_outside_the_open_month_are_refused(few):
    credit = credit_at(0)
    for day, why in ((date(2024, 6, 30), "cerrado hasta"), (AUGUST, "antes cierre 2024-07")):
        with pytest.raises(Refused, match=why):
            present_of(credit, day)
    with pytest.raises(Refused, match="entró al libro"):
        do_refund("x", credit.number, 1, date(2024, 6, 30), 3, WHO)
    with pytest.raises(Refused, match="antes cierre 2024-07"):
        do_refund("x", credit.number, 1, AUGUST, 3, WHO)


def test_two_steps_at_once_go_one_after_the_other_and_the_same_key_is_once(few):
    pay("a", 1, date(2024, 7, 4), 90_000_000_00, intent=5)
    do_close_month(JULY, WHO)
    number, done = credit_at(1).number, []

    def step(key: str, amount: int) -> None:
        try:
            done.append(do_refund(key, number, amount, date(2024, 8, 5), 3, WHO))
        finally:
            connections.close_all()

    keys = [("uno", 10_00), ("uno", 10_00), ("dos", 20_00), ("tres", 30_00)]
    threads = [threading.Thread(target=step, args=one) for one in keys]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == [False, True, True, True]
    refunded = models.Movement.objects.filter(kind=11).aggregate(sum=Sum("refunded"))["sum"]
    assert refunded == -60_00
    check_everything()


def test_a_step_waits_for_a_part_that_is_closing(few, monkeypatch):
    credit, found = credit_at(0), []
    write = closing.CloseOf.write

    def step() -> None:
        try:
            do_release("r", credit.number, date(2024, 7, 9), WHO, "dictamen")
        finally:
            connections.close_all()

    def slow(part, source):
        if not found:
            found.append(threading.Thread(target=step))
            found[0].start()
        return write(part, source)

    monkeypatch.setattr(closing.CloseOf, "write", slow)
    do_close_month(JULY, WHO)
    found[0].join()
    kept = models.Step.objects.get()
    assert (kept.month, kept.since) == (month_number(AUGUST), month_number(JULY))
    check_everything()
