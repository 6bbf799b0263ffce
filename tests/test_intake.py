"""Files of payments into the ledger: each payment once, and no centavo lost."""

from datetime import date

import pytest

from deposits import HEADER, WHO, bank_file, numbers, row
from tequio.engine.errors import Refused
from tequio.web import start

start()
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.models import Assignment, BankFile, Deposit, Receipt  # noqa: E402

DAY = date(2024, 7, 31)
HOW = Deposit.Matched


def take(path, **more):
    return do_take_file(path, WHO, as_of=DAY, **more)


def test_payments_are_applied_to_their_credits_and_the_rest_waits(loaded, tmp_path):
    known = numbers()
    rows = [
        row("a", "2024-07-05", "1500.00", known[0]),
        row("b", "2024-07-06", "20.50", known[1], referencia="", canal="Ventanilla"),
        row("c", "2024-07-07", "30", "", concepto=f"PAGO {known[2]} JULIO"),
        row("d", "2024-07-08", "40", "", concepto="SIN NUMERO"),
        row("e", "2024-07-09", "50", "0000000000"),
        row("f", "2024-07-10", "60", known[3], concepto=f"y {known[4]}"),
        row("g", "2024-06-30", "70", known[5]),
        row("h", "2024-07-10", "80", "0000000000", concepto=known[6]),
    ]
    taken = take(bank_file(tmp_path / "a.csv", rows))
    said = taken.summary
    assert (said.taken.count, said.taken.amount) == (8, 1850_50)
    assert (said.applied.count, said.unapplied.count) == (3, 5)
    assert said.explained
    how = dict(Deposit.objects.values_list("key", "matched"))
    assert how == {
        "a": HOW.REFERENCE,
        "b": HOW.CREDIT,
        "c": HOW.REFERENCE,
        "d": HOW.NOTHING,
        "e": HOW.UNKNOWN,
        "f": HOW.SEVERAL,
        "g": HOW.BEFORE,
        "h": HOW.UNKNOWN,
    }
    receipts = Receipt.objects.order_by("pk").values_list("credit__number", "day", "amount", "channel")
    assert list(receipts) == [
        (known[0], date(2024, 7, 5), 1500_00, 3),
        (known[1], date(2024, 7, 6), 20_50, 2),
        (known[2], date(2024, 7, 7), 30_00, 3),
    ]
    whole = equation()
    assert whole.holds
    assert (whole.received, whole.applied, whole.unapplied, whole.returned) == (
        1850_50,
        1550_50,
        300_00,
        0,
    )
    assert audit.verify().fault is None
