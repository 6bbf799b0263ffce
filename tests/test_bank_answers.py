"""What the bank answers of a payout: there, or back and why; entries, retries, clocks."""

import csv
from datetime import date
from pathlib import Path

import pytest

from closes import WHO, check_balances
from refunding import (
    ASKS,
    CLABE,
    FIRST,
    NEXT_DAY,
    ON,
    OTHER_CLABE,
    PAYS,
    SECOND,
    asked,
    check_totals,
    decimal,
    holder,
    kept,
    overpaid,
    payout,
    refunded,
    request,
    states,
    validated,
)
from tequio.engine.errors import Refused
from tequio.servicing.accounts import NAMES, Channel, Kind
from tequio.web import start

start()

from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.replaying import do_reverse_receipt  # noqa: E402
from tequio.web.refunds.answers import HEADS, do_take_answers  # noqa: E402
from tequio.web.refunds.asking import do_ask_refund, do_find_refunds  # noqa: E402
from tequio.web.refunds.deciding import do_retry_refund, do_validate_refund  # noqa: E402
from tequio.web.refunds.payout_files import line_key, write_payout  # noqa: E402
from tequio.web.refunds.status import refund_status  # noqa: E402

AUGUST = date(2024, 8, 1)


def answers(folder: Path, *rows: tuple[str, ...], name: str = "banco.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerows([HEADS, *rows])
    return path


def test_the_bank_says_paid_or_returned_and_the_same_file_again_does_nothing(loaded, tmp_path):
    one, two = overpaid((0, 5))
    before = kept(two)
    paid, back = validated(one, "a", amount=1_00), validated(two, "b", amount=2_00)
    payout()
    path = answers(
        tmp_path,
        (line_key(paid, 1), "pagada", "2024-08-06", "1.00", ""),
        (line_key(back, 1), "devuelta", "2024-08-06", "2.00", "Cuenta cancelada"),
    )
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, done.repeated, done.aside) == (1, 1, 0, ())
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, done.repeated, done.aside) == (0, 0, 2, ())
    assert (states(paid)[-1], states(back)[-1]) == ("paid", "returned")
    assert (refunded(), kept(two)) == (1_00, before)
    sums = check_totals()
    assert (sums.paid, sums.in_payout, sums.asked) == (1_00, 0, 2_00)
    assert do_find_refunds(NEXT_DAY, FIRST)[-1].amount == before - 2_00, "it stays promised"
    do_close_month(AUGUST, WHO)
    check_balances(month_number(AUGUST))
    assert verify().fault is None


def test_wrong_answers_are_kept_aside_and_the_others_count(loaded, tmp_path):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    payout()
    line = line_key(refund, 1)
    path = answers(
        tmp_path,
        ("DPE000000999-01", "pagada", "2024-08-06", "1.00", ""),
        ("otra", "pagada", "2024-08-06", "1.00", ""),
        (line, "quizás", "2024-08-06", "1.00", ""),
        (line, "pagada", "6/8/2024", "1.00", ""),
        (line, "pagada", "2024-08-06", "1.01", ""),
        (line, "devuelta", "2024-08-06", "1.00", ""),
        (line, "pagada", "2024-08-04", "1.00", ""),
        (line, "Pagada ", "2024-08-06", "1.00", ""),
    )
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, len(done.aside)) == (1, 0, 7)
    assert [row for row, _ in done.aside] == [2, 3, 4, 5, 6, 7, 8]
    for (_, said), word in zip(
        done.aside, ("linea", "linea", "resultado", "fecha", "importe", "motivo", "paso"),
        strict=True,
    ):  # fmt: skip
        assert word in said
    with pytest.raises(Refused, match="falta la columna importe, motivo"):
        (tmp_path / "x.csv").write_text("linea,resultado,fecha\n", encoding="utf-8")
        do_take_answers(tmp_path / "x.csv", PAYS)
    (tmp_path / "y.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        do_take_answers(tmp_path / "y.csv", PAYS)


def entries(number: str) -> list[tuple[str, str, str, dict[str, int]]]:
    """Kind, channel, day and the accounts of what was booked of refunds, in order."""
    kinds = (Kind.REFUND, Kind.REVERSAL)
    moved = models.Movement.objects.filter(credit__number=number, kind__in=kinds).order_by("pk")
    return [
        (
            Kind(one.kind).name,
            Channel(one.channel).name,
            str(one.day),
            {name: amount for name in NAMES if (amount := getattr(one, name))},
        )
        for one in moved
    ]


def test_the_entries_of_a_refund_and_of_its_return(loaded, tmp_path):
    (number,) = overpaid()
    refund = validated(number, amount=9_079_50)
    payout()
    left = {"payable_to_borrower": 9_079_50, "refunded": -9_079_50}
    assert entries(number) == [("REFUND", "SPEI", "2024-08-05", left)]
    back = (line_key(refund, 1), "devuelta", "2024-08-06", "9079.50", "Cuenta cancelada")
    do_take_answers(answers(tmp_path, back), PAYS)
    again = {name: -amount for name, amount in left.items()}
    assert entries(number) == [
        ("REFUND", "SPEI", "2024-08-05", left),
        ("REVERSAL", "SPEI", "2024-08-06", again),
    ]
    returned, paid = models.Movement.objects.filter(credit__number=number).order_by("-pk")[:2]
    assert returned.reverses_id == paid.pk
    do_retry_refund("r", refund, NEXT_DAY, "El banco ya opera.", FIRST)
    payout("dos", NEXT_DAY)
    assert entries(number)[2:] == [("REFUND", "SPEI", "2024-08-06", left)]


def test_what_the_bank_returned_before_a_close_is_booked_in_the_open_month(loaded, tmp_path):
    (number,) = overpaid()
    whole = kept(number)
    refund = validated(number, amount=whole)
    payout()
    do_close_month(AUGUST, WHO)
    back = (line_key(refund, 1), "devuelta", "2024-08-30", decimal(whole), "Cuenta cancelada")
    assert do_take_answers(answers(tmp_path, back), PAYS).returned == 1
    assert [day for kind, _, day, _ in entries(number) if kind == "REVERSAL"] == ["2024-09-01"]
    assert (kept(number), refunded()) == (whole, 0)
    event = models.RefundEvent.objects.filter(refund=refund).order_by("-place")[0]
    assert (event.state, event.on) == ("returned", date(2024, 8, 30))
    check_totals()


@pytest.mark.parametrize("day", [1, 30, 31])
def test_it_is_paid_on_any_day_of_the_open_month(loaded, day):
    (number,) = overpaid()
    on = date(2024, 8, day)
    one = request(number, on=date(2024, 8, 1), amount=1_00)
    refund = do_ask_refund("a", one, ASKS).refund_id
    do_validate_refund("b1", refund, date(2024, 8, 1), FIRST)
    do_validate_refund("b2", refund, date(2024, 8, 1), SECOND)
    assert payout(on=on).total == 1_00
    do_close_month(AUGUST, WHO)
    check_balances(month_number(AUGUST))


def test_what_came_back_is_retried_by_a_new_line_and_an_old_answer_does_not_count(loaded, tmp_path):
    (number,) = overpaid()
    whole = kept(number)
    refund = validated(number, amount=whole)
    payout("uno")
    returned = (line_key(refund, 1), "devuelta", "2024-08-06", decimal(whole), "En mantenimiento")
    do_take_answers(answers(tmp_path, returned), PAYS)
    assert kept(number) == whole
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout("dos", NEXT_DAY)
    do_retry_refund("r", refund, NEXT_DAY, "El banco ya opera.", FIRST)
    made = payout("dos", NEXT_DAY)
    assert (made.lines, made.total, kept(number), refunded()) == (1, whole, 0, whole)
    assert [line.attempt for line in models.PayoutLine.objects.order_by("pk")] == [1, 2]
    late = (line_key(refund, 1), "pagada", "2024-08-07", decimal(whole), "")
    done = do_take_answers(answers(tmp_path, late, name="tarde.csv"), PAYS)
    assert "intento anterior" in done.aside[0][1]
    good = (line_key(refund, 2), "pagada", "2024-08-07", decimal(whole), "")
    assert do_take_answers(answers(tmp_path, good, name="bien.csv"), PAYS).paid == 1
    assert states(refund)[-4:] == ["returned", "retried", "in_payout", "paid"]
    check_totals()


def test_to_another_account_it_is_asked_again_and_validated_again(loaded, tmp_path):
    (number,) = overpaid()
    whole, one = kept(number), holder(number)
    refund = validated(number, "a", person=one, amount=whole)
    payout("uno")
    back = (line_key(refund, 1), "devuelta", "2024-08-06", decimal(whole), "Cuenta cancelada")
    do_take_answers(answers(tmp_path, back), PAYS)
    again = {"person": one, "amount": whole, "clabe": OTHER_CLABE, "on": NEXT_DAY, "refund": refund}
    with pytest.raises(Refused, match="sin prometer"):
        asked(number, "c", **{**again, "amount": whole + 1})
    assert asked(number, "b", **again) == refund
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout("dos", NEXT_DAY)
    do_validate_refund("b1", refund, NEXT_DAY, FIRST)
    do_validate_refund("b2", refund, NEXT_DAY, SECOND)
    payout("dos", NEXT_DAY)
    first, second = write_payout("dos", tmp_path)
    assert OTHER_CLABE in first.read_text(encoding="ascii")
    assert CLABE not in second.read_text(encoding="ascii")
    check_totals()


def test_money_that_comes_back_after_it_was_paid_is_kept_again(loaded, tmp_path):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    payout()
    said = [
        (line_key(refund, 1), "pagada", "2024-08-06", "1.00", ""),
        (line_key(refund, 1), "devuelta", "2024-08-07", "1.00", "La rechazó el banco receptor"),
    ]
    done = do_take_answers(answers(tmp_path, *said), PAYS)
    assert (done.paid, done.returned, refunded()) == (1, 1, 0)
    check_totals()


def test_clocks_run_in_working_days(loaded):
    one, two = overpaid((0, 5))
    do_find_refunds(ON, FIRST)
    refund = validated(one, amount=1_00)
    found = refund_status(date(2024, 8, 19))
    due = {w.credit: (w.state, w.due, w.late) for w in found.waiting}
    assert due[one] == ("validated", date(2024, 8, 19), 0)
    assert due[two] == ("found", date(2024, 8, 12), 5)
    payout()
    late = {w.refund: w.late for w in refund_status(date(2024, 8, 20)).waiting}
    assert late[refund] == 1
    assert refund_status(ON).states["in_payout"] == (1, 1_00)


def test_what_is_no_longer_kept_is_neither_validated_nor_paid(loaded):
    one, two = overpaid((0, 5))
    paid, waits = validated(one, "a", amount=1_00), asked(two, "b", amount=2_00)
    for number in (one, two):
        receipt = models.Receipt.objects.get(credit__number=number)
        do_reverse_receipt(f"bounced:{number}", receipt.pk, ON, WHO, "El cheque no tenía fondos.")
        assert kept(number) == 0
    assert refund_status(ON).totals.uncovered == 3_00
    with pytest.raises(Refused, match=r"hay \$0\.00 a favor y \$2\.00 solicitados"):
        do_validate_refund("v", waits, ON, FIRST)
    with pytest.raises(Refused, match=r"No hay devoluciones.*\$1\.00 solicitados"):
        payout()
    assert (states(paid)[-1], refunded()) == ("validated", 0)
    check_totals()
