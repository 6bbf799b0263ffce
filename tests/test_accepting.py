"""Solutions in the ledger from the offer to their end: kept, failed, given up in time."""

import re
from datetime import date

import pytest

from closes import WHO, check_balances, day_number, movement_sums, post
from promised import facts_on, go_on, load, states, why
from tequio.core.lists import SOLUTIONS
from tequio.engine.errors import Refused
from tequio.servicing.accounts import Kind
from tequio.web import start

start()
from django.db.models import Sum  # noqa: E402

from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.accepting import do_accept, do_withdraw, last_to_withdraw  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.models import Agreement, Movement, Serviced  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402

CUT, DAY = date(2024, 6, 30), date(2024, 7, 15)
FALL, OCTOBER = date(2024, 9, 30), date(2024, 10, 15)
YES, NO = True, False
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
MANY = {"months_missed": 5, "unpaid_interest": "13497.90", "months_left": 300, "balance": 280_000}
JUBILADO = {"pensioned": True, "pension": 7_850}
NIVELA = {"wage": 9_000, "employed": True, "granted_on": date(2018, 3, 10), "regime": "ROA"}
JOBLESS = {
    "months_without_job": 3,
    "months_in_last_job": 24,
    "protection_months_left": 6,
    "rea_instalment": 4_000,
}
IN_UNITS = {
    "indexed": True,
    "balance": 0,
    "balance_units": 100,
    "instalment": 0,
    "instalment_units": 1,
    "rate": 6,
    "wage": 9_000,
    "employed": True,
}


def signed(folder, programme, row, cut=CUT, day=DAY) -> tuple[str, Agreement]:
    """One credit that signs a solution."""
    (number,) = load([row], cut, folder)
    made = do_make_offer("o", number, programme, day, WHO)
    do_accept("a", made.pk, day, WHO)
    return number, made


CASES = {
    "Borrón: three own payments": (
        ("borron_y_cuenta_nueva", BORRON),
        [YES, YES, YES],
        "fulfilled",
        r"Lleva 3 pagos completos seguidos: le descontaron \$3,480.00",
    ),
    "Borrón: the second is missed": (
        ("borron_y_cuenta_nueva", BORRON),
        [YES, NO],
        "lapsed",
        r"No se cubrió completo agosto de 2024: pierde \$3,480.00\. Lo que ya se sumó",
    ),
    "Borrón: a bimester of the employer": (
        ("borron_y_cuenta_nueva", BORRON | {"employed": True, "wage": 14_000}),
        [YES, YES],
        "fulfilled",
        r"Lleva 2 pagos completos seguidos",
    ),
    "Borrón: five missed, and what was waived is owed again": (
        ("borron_y_cuenta_nueva", MANY),
        [NO],
        "lapsed",
        r"vuelve a deber \$475.00 de seguros y cuotas",
    ),
    "Jubilados: paid, it goes on": (("apoyo_jubilados", JUBILADO), [YES, YES], "in_force", "^$"),
    "Jubilados: a payment missed": (
        ("apoyo_jubilados", JUBILADO),
        [YES, NO],
        "lapsed",
        r"No se cubrió completo agosto de 2024: vuelve a su mensualidad de \$3,480.00",
    ),
    "Nivela: twelve months": (
        ("nivela_tu_pago", NIVELA, FALL, OCTOBER),
        [YES] * 12,
        "fulfilled",
        "Terminaron sus meses",
    ),
    "Nivela: not its last": (
        ("nivela_tu_pago", NIVELA, FALL, OCTOBER),
        [YES] * 11,
        "in_force",
        "^$",
    ),
    "Fund: six months": (
        ("fondo_proteccion_pagos", JOBLESS),
        [YES] * 6,
        "fulfilled",
        r"vuelve a su mensualidad de \$4,000.00",
    ),
    "Fund: its second month is missed": (
        ("fondo_proteccion_pagos", JOBLESS),
        [YES, NO],
        "lapsed",
        "No se cubrió completo agosto",
    ),
    "Conversion: nothing was owed, it is done": (
        ("responsabilidad_compartida", IN_UNITS),
        [],
        "fulfilled",
        "Se cumple al firmar",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_from_the_offer_to_its_end(ledger, tmp_path, case):
    asked, paid, state, words = CASES[case]
    _, made = signed(tmp_path, *asked)
    first = asked[3] if len(asked) > 2 else DAY
    go_on(first, paid)
    assert states(made)[:3] == ["offered", "accepted", "in_force"]
    assert states(made)[-1] == state
    assert re.search(words, why(made))
    assert audit.verify().fault is None
    if paid:
        check_balances(month_number(first) + len(paid) - 1)


def test_what_is_booked_is_what_was_quoted(ledger, tmp_path):
    number, _ = signed(tmp_path, "borron_y_cuenta_nueva", BORRON)
    booked = Movement.objects.get(kind=Kind.SIGNING)
    assert (booked.day, booked.interest) == (DAY, -5_399_16)
    assert booked.insurance + booked.fees + booked.protection_fund == -190_00
    kept = Serviced.objects.order_by("-source_id")[0]
    assert kept.principal == 315_589_16
    assert (kept.reward, kept.reward_left, kept.missed, kept.open) == (3_480_00, 3, 0, 0)
    found = facts_on(number, DAY)
    assert found["balance"] == 315_589_16
    assert found["months_missed"] == found["unpaid_interest"] == 0
    assert SOLUTIONS[found["active_solution"]] == "borron_y_cuenta_nueva"
    assert found["solution_from"] == DAY
    assert found["solution_kept"]
    assert found["solution_months_left"] == 0
    assert (found["agreements_this_year"], found["times_borron_this_year"]) == (1, 1)
    assert facts_on(number, date(2024, 7, 14))["balance"] == 310_000_00, "not before its day"


def test_what_ends_is_not_the_solution_in_force_any_more(ledger, tmp_path):
    number, _ = signed(tmp_path, "borron_y_cuenta_nueva", BORRON)
    go_on(DAY, [YES, YES, YES])
    found = facts_on(number, date(2024, 9, 30))
    assert SOLUTIONS[found["active_solution"]] == "none"
    assert not found["solution_kept"]
    assert found["times_borron_this_year"] == 1
    go_on(date(2024, 10, 1), [YES, YES, YES])
    assert facts_on(number, date(2025, 1, 1))["times_borron_this_year"] == 0


def test_a_conversion_leaves_another_contract(ledger, tmp_path):
    number, made = signed(tmp_path, "responsabilidad_compartida", IN_UNITS)
    found = facts_on(number, DAY)
    assert not found["indexed"]
    assert found["converted"]
    assert found["converted_on"] == DAY
    assert (found["balance_units"], found["instalment_units"]) == (0, 0)
    assert found["balance"] > 0 < found["instalment"]
    assert found["rate"] < 60_000
    assert found["administration_fee"] == 0, "it ends it"
    assert not facts_on(number, date(2024, 7, 14))["converted"]
    do_withdraw("w", made.pk, date(2024, 7, 18), WHO)
    again = facts_on(number, date(2024, 7, 18))
    before = facts_on(number, date(2024, 7, 14))
    assert again == before


def test_the_fund_counts_its_months_and_its_five_years(ledger, tmp_path):
    number, _ = signed(tmp_path, "fondo_proteccion_pagos", JOBLESS)
    assert facts_on(number, DAY)["protection_from"] == DAY
    go_on(DAY, [YES, YES])
    assert facts_on(number, date(2024, 8, 31))["protection_months_left"] == 4
    paid = Movement.objects.aggregate(sum=Sum("complement_fund"))["sum"]
    assert paid == 2 * 3_600_00, "month by month, nine tenths of the instalment without a job"


def test_a_prorroga_counts_its_months(ledger, tmp_path):
    number, made = signed(tmp_path, "prorroga", JOBLESS | {"protection_months_left": 0})
    go_on(DAY, [YES, YES])
    found = facts_on(number, date(2024, 8, 31))
    assert (found["prorroga_months_used"], found["solution_months_left"]) == (2, 10)
    do_record_facts("job", number, date(2024, 9, 10), {"employed": True}, WHO)
    go_on(date(2024, 9, 1), [YES])
    assert states(made)[-1] == "lapsed"
    assert "Tiene un trabajo registrado, y con él termina (PRO-03)" in why(made)
    found = facts_on(number, date(2024, 9, 30))
    assert (found["prorroga_months_used"], found["active_solution"]) == (3, 0)


def test_a_pensioner_with_a_job_returns_to_the_instalment(ledger, tmp_path):
    number, made = signed(tmp_path, "apoyo_jubilados", JUBILADO)
    go_on(DAY, [YES])
    do_record_facts("job", number, date(2024, 8, 20), {"employed": True}, WHO)
    go_on(date(2024, 8, 1), [YES])
    assert states(made)[-1] == "lapsed"
    assert "JUB-06" in why(made)
    assert Serviced.objects.get(month=month_number(date(2024, 9, 1))).gap == -1


@pytest.mark.parametrize(
    ("day", "why_not"),
    [
        (date(2024, 7, 9), "posterior a 2024-07-09"),
        (date(2024, 8, 1), "valía hasta el 2024-07-31"),
    ],
)
def test_an_offer_is_taken_in_its_days(ledger, tmp_path, day, why_not):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", date(2024, 7, 10), WHO)
    with pytest.raises(Refused, match=why_not):
        do_accept("a", made.pk, day, WHO)
    assert states(made) == ["offered"]
    assert not Movement.objects.filter(kind=Kind.SIGNING).exists()


def test_an_offer_older_than_a_payment_is_refused_with_what_changed(ledger, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", date(2024, 7, 10), WHO)
    post("paid", [0], day_number(date(2024, 7, 12)), [2_699_58 + 780_42 + 95_00])
    with pytest.raises(Refused) as refused:
        do_accept("a", made.pk, DAY, WHO)
    said = str(refused.value)
    assert "Mensualidades omitidas: era 2, es 1" in said
    assert "Interés ordinario vencido: era $5,399.16, es $2,699.58" in said
    assert "Saldo de capital: era $310,000.00, es $309,219.58" in said
    again = do_make_offer("o2", number, "borron_y_cuenta_nueva", DAY, WHO)
    do_accept("a2", again.pk, DAY, WHO)
    assert states(again)[-1] == "in_force"


def test_a_solution_in_force_that_excludes_another_is_named(ledger, tmp_path):
    (number,) = load([BORRON | JUBILADO], CUT, tmp_path)
    first, second = (
        do_make_offer(name, number, name, date(2024, 7, 10), WHO)
        for name in ("borron_y_cuenta_nueva", "apoyo_jubilados")
    )
    do_accept("a", second.pk, DAY, WHO)
    with pytest.raises(Refused, match="Solución vigente: era ninguna, es apoyo a jubilados"):
        do_accept("b", first.pk, DAY, WHO)


def test_a_solution_that_takes_the_place_of_another_cancels_it(ledger, tmp_path):
    row = JUBILADO | JOBLESS | {"protection_months_left": 0, "pension": 7_000}
    (number,) = load([row], CUT, tmp_path)
    first = do_make_offer("1", number, "prorroga", date(2024, 7, 10), WHO)
    do_accept("a", first.pk, date(2024, 7, 10), WHO)
    second = do_make_offer("2", number, "apoyo_jubilados", DAY, WHO)
    do_accept("b", second.pk, DAY, WHO)
    assert states(first)[-1] == "cancelled"
    assert why(first) == "La sustituye Apoyo a Jubilados."
    do_withdraw("w", second.pk, date(2024, 7, 17), WHO)
    assert (states(first)[-1], states(second)[-1]) == ("in_force", "cancelled")
    assert SOLUTIONS[facts_on(number, date(2024, 7, 17))["active_solution"]] == "prorroga"
    assert audit.verify().fault is None


def test_five_working_days_to_change_ones_mind(ledger, tmp_path):
    assert last_to_withdraw(DAY) == date(2024, 7, 22), "Monday to Monday"
    assert last_to_withdraw(date(2024, 7, 19)) == date(2024, 7, 26), "Friday to Friday"
    _, made = signed(tmp_path, "borron_y_cuenta_nueva", BORRON)
    with pytest.raises(Refused, match="podía desistirse hasta el 2024-07-22"):
        do_withdraw("w", made.pk, date(2024, 7, 23), WHO)
    do_withdraw("w", made.pk, date(2024, 7, 22), WHO)
    do_withdraw("w", made.pk, date(2024, 7, 22), WHO)
    assert states(made)[-1] == "cancelled"
    with pytest.raises(Refused, match="está cancelado"):
        do_withdraw("w2", made.pk, date(2024, 7, 22), WHO)


WITHDRAWN = {
    "borron_y_cuenta_nueva": (BORRON, CUT, date(2024, 7, 15), date(2024, 7, 18)),
    "apoyo_jubilados": (JUBILADO, CUT, date(2024, 7, 15), date(2024, 7, 18)),
    "responsabilidad_compartida": (IN_UNITS, CUT, date(2024, 7, 29), date(2024, 8, 2)),
    "fondo_proteccion_pagos": (JOBLESS, CUT, date(2024, 7, 29), date(2024, 8, 2)),
    "nivela_tu_pago": (NIVELA, FALL, OCTOBER, date(2024, 10, 20)),
}


@pytest.mark.parametrize("programme", WITHDRAWN)
def test_who_withdraws_has_signed_nothing(ledger, tmp_path, programme):
    """Of two equal credits one signs and gives it up, before the month closes or after it: from
    then on they are the same."""
    row, cut, day, back = WITHDRAWN[programme]
    one, other = load([row, row], cut, tmp_path)
    made = do_make_offer("o", one, programme, day, WHO)
    do_accept("a", made.pk, day, WHO)
    month = day
    if back.month != day.month:
        go_on(day, [NO], [0, 1])
        month = back
    do_withdraw("w", made.pk, back, WHO)
    assert facts_on(one, back) == facts_on(other, back) | {"credit": one}
    go_on(month, [YES, NO, YES], [0, 1])
    last = month_number(month) + 3
    mine, its = Serviced.objects.filter(month=last).order_by("credit_id").values()
    for name in ("credit_id", "source_id"):
        mine.pop(name), its.pop(name)
    assert mine == its
    sums = list(movement_sums().values())
    assert (sums[0] == sums[1]).all()
    assert audit.verify().fault is None
