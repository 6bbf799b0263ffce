"""A deposit that settles: exact, short, over, the whole debt, late, from payroll; once."""

from datetime import date

import numpy as np
import pytest

from closes import WHO, check_balances, day_number, post
from promised import facts_on, go_on, load, states, why
from tequio.engine.errors import Refused
from tequio.servicing.accounts import Channel
from tequio.servicing.posting import Intent
from tequio.web import start

start()
from django.db.models import Sum  # noqa: E402

from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.accepting import do_accept  # noqa: E402
from tequio.web.records.models import Credit, Movement, Serviced  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402
from tequio.web.records.settlements import Taken, take  # noqa: E402

CUT, DAY, LAST = date(2024, 6, 30), date(2024, 7, 12), date(2024, 7, 31)
# Rule-book DLA-E3: lent 310,500.00, owes 73,451.37; pays 36,725.69.
SMALL = {
    "granted": 310_500,
    "balance": "73451.37",
    "instalment": 1_800,
    "months_left": 60,
    "insurance": 0,
    "administration_fee": 0,
    "rate": 0,
}
ASKS, OWES = 36_725_69, 73_451_37


@pytest.fixture
def waiting(ledger, tmp_path):
    """A settlement that was accepted and waits for its deposit."""
    (number,) = load([SMALL], CUT, tmp_path)
    made = do_make_offer("o", number, "liquidacion_anticipada", DAY, WHO)
    do_accept("a", made.pk, DAY, WHO)
    assert states(made) == ["offered", "accepted"]
    assert made.valid_until == LAST
    return number, made


def deposited(amount, day, **more):
    """What a deposit does when it is looked for at once."""
    post("deposit", [0], day_number(day), [amount], **more)
    key = Credit.objects.get().pk
    return take(key, key, day, WHO)


def balance() -> int:
    kept = Serviced.objects.order_by("-source_id")[0]
    return kept.principal + kept.principal_due


@pytest.mark.parametrize("day", [date(2024, 7, 12), date(2024, 7, 20), LAST])
def test_the_exact_deposit_settles(waiting, day):
    number, made = waiting
    assert deposited(ASKS, day) == Taken(1, 0)
    assert deposited(ASKS, day) == Taken(0, 0), "looked for again, it is there already"
    assert states(made)[-1] == "fulfilled"
    assert why(made) == ("Su depósito de $36,725.69 liquida el crédito: le descuentan $36,725.68.")
    assert balance() == 0
    sums = Movement.objects.aggregate(cash=Sum("cash"), forgiven=Sum("forgiven"))
    assert (sums["cash"], sums["forgiven"]) == (ASKS, OWES - ASKS)
    assert facts_on(number, day)["balance"] == 0
    go_on(DAY, [False, False])
    check_balances(month_number(date(2024, 8, 1)))
    assert balance() == 0
    assert audit.verify().fault is None


def test_a_centavo_less_is_a_payment_and_the_offer_stays_open(waiting):
    _, made = waiting
    assert deposited(ASKS - 1, date(2024, 7, 15)) == Taken(0, 0)
    assert states(made)[-1] == "accepted"
    go_on(DAY, [False])
    assert states(made)[-1] == "lapsed"
    assert why(made) == "Hasta el 2024-07-31 no llegó el depósito que liquida."
    assert balance() == OWES - (ASKS - 1)


def test_who_says_that_it_settles_and_falls_short_is_told(waiting):
    _, made = waiting
    assert deposited(36_000_00, date(2024, 7, 15), intent=int(Intent.SETTLE)) == Taken(0, 1)
    assert states(made)[-1] == "lapsed"
    assert "menos que los $36,725.69 que liquidan: es un pago ordinario" in why(made)
    go_on(DAY, [False])
    assert balance() == 37_451_37, "rule-book DLA-E3"


def test_more_settles_and_what_is_above_is_not_returned(waiting):
    _, made = waiting
    assert deposited(37_000_00, date(2024, 7, 15)) == Taken(1, 0)
    assert "Los $274.31 de más no se devuelven (DLA-06)" in why(made)
    assert balance() == 0
    assert Movement.objects.aggregate(s=Sum("payable_to_borrower"))["s"] == 0


@pytest.mark.parametrize("more", [0, 500_00])
def test_who_pays_the_whole_debt_loses_the_discount(waiting, more):
    _, made = waiting
    assert deposited(OWES + more, date(2024, 7, 15)) == Taken(1, 0)
    assert states(made)[-1] == "lapsed"
    assert "todo lo que debía o más" in why(made)
    assert Movement.objects.aggregate(s=Sum("forgiven"))["s"] == 0
    assert Movement.objects.aggregate(s=Sum("payable_to_borrower"))["s"] == -more


def test_a_deposit_after_the_last_day_is_a_payment(waiting):
    _, made = waiting
    go_on(DAY, [False])
    assert deposited(ASKS, date(2024, 8, 1)) == Taken(0, 0)
    go_on(date(2024, 8, 1), [False])
    assert balance() == OWES - ASKS
    assert states(made)[-1] == "lapsed"


@pytest.mark.parametrize("how", [{"channel": int(Channel.PAYROLL)}, {"employer": 1}])
def test_what_comes_from_payroll_is_not_the_deposit(waiting, how):
    _, made = waiting
    assert deposited(ASKS, date(2024, 7, 15), **how) == Taken(0, 0)
    assert states(made)[-1] == "accepted"


def test_the_close_finds_the_deposit_before_it_places_receipts(waiting):
    _, made = waiting
    post("deposit", [0], day_number(date(2024, 7, 20)), [ASKS])
    go_on(DAY, [False])
    assert states(made)[-1] == "fulfilled"
    assert balance() == 0
    check_balances(month_number(DAY))


def test_a_payment_before_the_deposit_is_an_ordinary_one(waiting):
    """Payroll goes on while the offer waits: the amount asked for stays, and less is forgiven."""
    _, made = waiting
    post("payroll", [0], day_number(date(2024, 7, 14)), [1_800_00], channel=int(Channel.PAYROLL))
    assert deposited(ASKS, date(2024, 7, 20)) == Taken(1, 0)
    assert "le descuentan $34,925.68" in why(made)
    assert balance() == 0


def test_a_settlement_is_not_signed(waiting):
    _, made = waiting
    with pytest.raises(Refused, match="está aceptado"):
        do_accept("b", made.pk, date(2024, 7, 13), WHO)
    assert np.array_equal(balance_before(), OWES)


def balance_before() -> int:
    return facts_on(Credit.objects.get().number, DAY)["balance"]
