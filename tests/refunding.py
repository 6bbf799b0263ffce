"""Refunds in tests: a credit paid in excess, who asks for it, and requests that lack nothing."""

from datetime import date

from closes import WHO, day_number, movement_sums, numbers, post
from tequio.web import start

start()
from tequio.servicing.accounts import AT, OWED  # noqa: E402
from tequio.servicing.refunds import Capacity  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.people import do_give_role, do_identify_person  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402
from tequio.web.refunds.asking import Paper, Request, do_ask_refund  # noqa: E402
from tequio.web.refunds.deciding import do_validate_refund  # noqa: E402
from tequio.web.refunds.paying import Payer, do_make_payout  # noqa: E402
from tequio.web.refunds.status import refund_status  # noqa: E402

SETTLES = 5  # `servicing.posting.Intent`: closes the credit; what is above it is kept
JULY, ON = date(2024, 7, 1), date(2024, 8, 5)
EXCESS = 40_000_00  # centavos
CLABE, OTHER_CLABE = "012180001234567899", "646180001234567896"
NAME = "Ana Peña Ruiz"
ASKS, FIRST, SECOND, PAYS = (
    Who(name, "pruebas") for name in ("capturista", "validadora", "supervisora", "tesorera")
)
SHA = "a" * 64
PAYER = Payer("Infonavit, Tesorería", "021180550300050811")
NEXT_DAY = date(2024, 8, 6)


def overpaid(rows=(0,), excess=EXCESS) -> list[str]:
    """Credits, by their places, that are paid off in July with about so much left over; July is
    closed."""
    sums = movement_sums()
    keys = list(models.Credit.objects.order_by("pk").values_list("pk", flat=True))
    for row in rows:
        owed = int(sum(sums[keys[row]][AT[name]] for name in OWED))
        post(f"settles-{row}", [row], day_number(date(2024, 7, 10)), owed + excess, intent=SETTLES)
    do_close_month(JULY, WHO)
    return [numbers()[row] for row in rows]


def kept(number: str) -> int:
    """Centavos kept for the borrower, as the movements have it."""
    credit = models.Credit.objects.get(number=number)
    return -int(movement_sums()[credit.pk][AT["payable_to_borrower"]])


def person(name: str = NAME) -> int:
    """Somebody with a name."""
    made = models.Person.objects.create()
    do_identify_person(f"name:{made.pk}", made.pk, WHO, name=name)
    return made.pk


def holder(number: str, kind: str = "debtor", name: str = NAME) -> int:
    """Somebody who is something to a credit."""
    made = person(name)
    do_give_role(f"role:{made}", number, made, kind, date(2024, 1, 1), WHO)
    return made


def request(number: str, **changes) -> Request:
    """A request that lacks nothing, unless it is changed; the credit's holder asks online."""
    said = {
        "credit": number,
        "person": changes.pop("person", None) or holder(number),
        "capacity": Capacity.HOLDER,
        "amount": 9_079_00,
        "on": ON,
        "channel": "online",
        "efirma": True,
        "clabe": CLABE,
        "holder": "PENA RUIZ ANA",
    }
    return Request(**{**said, **changes})


def papers(*kinds: str, on: date = date(2024, 7, 1)) -> list[Paper]:
    """Papers of a day."""
    return [Paper(kind, on, SHA, f"{kind}.pdf") for kind in kinds]


def asked(number: str, key: str = "ask", **changes) -> int:
    """The number of a refund that was asked for."""
    return do_ask_refund(key, request(number, **changes), ASKS).refund_id


def validated(number: str, key: str = "ask", **changes) -> int:
    """The same, validated by two."""
    refund = asked(number, key, **changes)
    do_validate_refund(f"{key}-1", refund, ON, FIRST)
    do_validate_refund(f"{key}-2", refund, ON, SECOND)
    return refund


def states(refund: int) -> list[str]:
    """The states that a refund entered, in order."""
    events = models.RefundEvent.objects.filter(refund=refund).order_by("place")
    return [event.state for event in events]


def payout(name: str = "lunes", on: date = ON, who=PAYS):
    return do_make_payout(name, on, PAYER, who)


def refunded() -> int:
    return -trial_balance()["refunded"]


def decimal(centavos: int) -> str:
    return f"{centavos // 100}.{centavos % 100:02}"


def check_totals():
    """All that was ever kept is somewhere, to the centavo, and the accounts say the same."""
    sums = refund_status(NEXT_DAY).totals
    parts = sums.paid + sums.in_payout + sums.asked + sums.not_asked + sums.elsewhere
    assert sums.ever == parts
    assert sums.elsewhere == 0
    assert sums.paid + sums.in_payout == refunded()
    assert sums.ever == sum(trial_balance()[n] * -1 for n in ("payable_to_borrower", "refunded"))
    return sums
