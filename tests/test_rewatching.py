"""What becomes known later takes an end of an agreement back, or brings one."""

from datetime import date

import pytest

from closes import WHO, check_balances, day_number, post
from promised import facts_on, go_on, load, states, why
from tequio.core.lists import SOLUTIONS
from tequio.web import start

start()
from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.accepting import do_accept  # noqa: E402
from tequio.web.records.models import Agreement, Receipt, Serviced  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402
from tequio.web.records.replaying import do_replay, do_reverse_receipt  # noqa: E402

CUT, DAY = date(2024, 6, 30), date(2024, 7, 15)
JULY, AUGUST, SEPTEMBER = (date(2024, month, 1) for month in (7, 8, 9))
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
JUBILADO = {"pensioned": True, "pension": 7_850}
YES, NO = True, False


@pytest.fixture(params=["borron_y_cuenta_nueva", "apoyo_jubilados"])
def signed(ledger, tmp_path, request) -> tuple[str, Agreement]:
    row = BORRON if request.param.startswith("borron") else JUBILADO
    (number,) = load([row], CUT, tmp_path)
    made = do_make_offer("o", number, request.param, DAY, WHO)
    do_accept("a", made.pk, DAY, WHO)
    return number, made


@pytest.mark.parametrize("how", ["by itself", "by the close"])
def test_a_payment_known_late_takes_a_lapse_back(signed, how):
    number, made = signed
    go_on(JULY, [YES, NO])
    assert states(made)[-1] == "lapsed"
    post("late", [0], day_number(date(2024, 8, 20)), [4_000_00])
    if how == "by itself":
        do_replay("r", number, date(2024, 9, 5), WHO)
        assert states(made)[-1] == "in_force"
        assert why(made).startswith("Al contar de nuevo sus pagos")
        found = facts_on(number, date(2024, 9, 5))
        assert SOLUTIONS[found["active_solution"]] == made.programme
    go_on(SEPTEMBER, [YES])
    wanted = "fulfilled" if made.programme.startswith("borron") else "in_force"
    assert states(made)[-1] == wanted
    check_balances(month_number(SEPTEMBER))
    assert audit.verify().fault is None


def test_a_payment_that_bounced_brings_the_lapse(signed):
    number, made = signed
    go_on(JULY, [YES, YES])
    paid = Receipt.objects.order_by("pk")[1]
    do_reverse_receipt("b", paid.pk, date(2024, 9, 3), WHO, "Rebotó.")
    assert states(made)[-1] == "lapsed"
    assert "No se cubrió completo agosto de 2024" in why(made)
    assert SOLUTIONS[facts_on(number, date(2024, 9, 3))["active_solution"]] == "none"
    go_on(SEPTEMBER, [NO])
    check_balances(month_number(SEPTEMBER))
    assert audit.verify().fault is None


def test_a_payment_that_bounced_takes_a_reward_back(ledger, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", DAY, WHO)
    do_accept("a", made.pk, DAY, WHO)
    go_on(JULY, [YES, YES, YES])
    assert states(made)[-1] == "fulfilled"
    with_reward = Serviced.objects.get(month=month_number(SEPTEMBER) + 1).principal
    last = Receipt.objects.order_by("-pk")[0]
    do_reverse_receipt("b", last.pk, date(2024, 10, 4), WHO, "Rebotó.")
    assert states(made)[-2:] == ["fulfilled", "lapsed"]
    now = Serviced.objects.order_by("-source_id")[0]
    assert now.principal + now.principal_due > with_reward + 3_400_00
    assert now.reward == 0
    assert audit.verify().fault is None


def test_a_settlement_whose_deposit_bounced_owes_again(ledger, tmp_path):
    from tequio.web.records.models import Credit
    from tequio.web.records.settlements import take

    (number,) = load([{"balance": 90_000, "months_left": 60, "instalment": 1_800}], CUT, tmp_path)
    made = do_make_offer("o", number, "liquidacion_anticipada", DAY, WHO)
    do_accept("a", made.pk, DAY, WHO)
    post("deposit", [0], day_number(date(2024, 7, 20)), [45_000_00])
    key = Credit.objects.get().pk
    assert take(key, key, date(2024, 7, 20), WHO).settled == 1
    do_reverse_receipt("b", Receipt.objects.get().pk, date(2024, 7, 25), WHO, "Rebotó.")
    assert states(made)[-1] == "lapsed"
    assert facts_on(number, date(2024, 7, 25))["balance"] == 90_000_00
    assert audit.verify().fault is None
