"""Statements and letters of credits that had steps: each kind, before and after a later close; a
closed month says the same whatever becomes known afterwards."""

import json
from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closes import WHO
from printed import read_pdf
from stepping import AUGUST, JULY, check_everything, credit_at, offer_for, pay, rows_eligible, sign
from tequio.core.months import last_of
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.web import start
from tequio.web.statements.letters import interest_letter
from tequio.web.statements.prints import as_pdf
from tequio.web.statements.words import document_of
from test_replaying import FIRST, MONTHS, WHOLE, fresh, happen, random_world, taken_away
from test_steps import settle_with, settlement_for

start()
from tequio.web.auditing.recomputing import recomputed  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.present import present_of  # noqa: E402
from tequio.web.records.replaying import do_replay, do_reverse_receipt, do_undo  # noqa: E402
from tequio.web.records.steps import do_refund, do_release  # noqa: E402
from tequio.web.statements import reading  # noqa: E402

IN_JULY, IN_AUGUST, SEPTEMBER = date(2024, 7, 12), date(2024, 8, 5), date(2024, 9, 1)
SOLUTION = "responsabilidad_compartida"
LOT = 9_000_000_00  # more than any debt


def words_of(number: str, month: date) -> str:
    """A month's statement in every word."""
    return json.dumps(
        document_of(reading.statement(number, last=month)).as_shown(), ensure_ascii=False
    )


def whats(number: str, month: date) -> list[str]:
    """What each line of a month's statement says happened."""
    document = document_of(reading.statement(number, last=month))
    (section,) = [one for one in document.sections if one.title == "Movimientos"]
    return [row[1] for row in section.table.rows] if section.table else []


def signed(row: int, day: date) -> int:
    """A conversion to pesos; the key of its step."""
    assert sign("firma", offer_for("o", row, SOLUTION, day), day)
    return models.Step.objects.get(source__key="firma").pk


def a_signing(row: int) -> None:
    signed(row, IN_JULY)


def a_signing_undone(row: int) -> None:
    step = signed(row, IN_JULY)
    do_close_month(JULY, WHO)
    do_undo("no", step, IN_AUGUST, WHO, "error de captura")


def a_settlement(row: int) -> None:
    on = date(2024, 7, 9)
    owed = int(present_of(credit_at(row), on).quotes.to_settle[0])
    agreement = settlement_for(row, owed // 2)
    assert settle_with(agreement, pay("exacto", row, on, owed // 2, channel=3))


def a_settlement_reversed(row: int) -> None:
    a_settlement(row)
    do_close_month(JULY, WHO)
    paid = models.Receipt.objects.get(source__key="exacto-0").pk
    do_reverse_receipt("no", paid, IN_AUGUST, WHO, "rebotó")


def a_release(row: int) -> None:
    do_release("r", credit_at(row).number, IN_JULY, WHO, "dictamen")


def a_release_undone(row: int) -> None:
    a_release(row)
    do_close_month(JULY, WHO)
    do_undo("no", models.Step.objects.get().pk, IN_AUGUST, WHO, "era de otro")


def a_refund(row: int) -> None:
    pay("todo", row, date(2024, 7, 4), LOT, intent=5)
    do_close_month(JULY, WHO)
    do_refund("d", credit_at(row).number, 10_00, IN_AUGUST, 3, WHO)


def a_reversal(row: int) -> None:
    paid = pay("a", row, date(2024, 7, 4), 700_00)
    do_close_month(JULY, WHO)
    do_reverse_receipt("no", paid, IN_AUGUST, WHO, "rebotó")


def a_reversal_in_time(row: int) -> None:
    paid = pay("a", row, date(2024, 7, 4), 700_00)
    do_reverse_receipt("no", paid, date(2024, 7, 20), WHO, "rebotó")


def late_money(row: int) -> None:
    do_close_month(JULY, WHO)
    pay("tarde", row, date(2024, 7, 20), 2_000_00, channel=3)
    do_replay("r", credit_at(row).number, IN_AUGUST, WHO)


def late_money_at_the_close(row: int) -> None:
    do_close_month(JULY, WHO)
    pay("tarde", row, date(2024, 7, 20), 2_000_00, channel=3)


def a_signing_known_late(row: int) -> None:
    do_close_month(JULY, WHO)
    signed(row, IN_JULY)


WRONG = "Corrección: "
TAKEN = "se quitó el pago de $700.00 del 4 de julio de 2024"
CASES = {  # what happens, and what the statements of July and of August say of it
    "signing": (a_signing, ("Firma de Responsabilidad Compartida", "pasa de"), ()),
    "signing undone": (
        a_signing_undone,
        ("Firma de Responsabilidad Compartida",),
        (f"{WRONG}se anuló la firma de Responsabilidad Compartida del 12", "vuelve a estar en VSM"),
    ),
    "settlement": (a_settlement, ("Descuento por liquidar: con tu depósito",), ()),
    "settlement reversed": (
        a_settlement_reversed,
        ("Descuento por liquidar",),
        (f"{WRONG}se quitó el pago", "vuelve a deber", "Debes más"),
    ),
    "release": (a_release, ("Liberación: el seguro del crédito", "está liberado"), ()),
    "release undone": (
        a_release_undone,
        ("Liberación: el seguro",),
        (f"{WRONG}se anuló la liberación del 12 de julio", "vuelve a deber"),
    ),
    "refund": (a_refund, (), ("Devolución: se te dieron $10.00 de tu saldo a favor",)),
    "reversal": (a_reversal, (), (f"{WRONG}{TAKEN}", "Pago (Ventanilla) de $700.00", "Debes más")),
    "reversal in time": (a_reversal_in_time, ("Se quitó el pago de $700.00",), ()),
    "late money": (
        late_money,
        (),
        (
            f"{WRONG}se supo tarde de $2,000.00 recibidos el 20",
            "Pago (SPEI) de $2,000.00",
            "Debes menos",
        ),
    ),
    "late money at the close": (
        late_money_at_the_close,
        (),
        (
            f"{WRONG}se supo tarde de $2,000.00 recibidos el 20",
            "Pago (SPEI) de $2,000.00",
            "Debes menos",
        ),
    ),
    "signing known late": (
        a_signing_known_late,
        (),
        (f"{WRONG}se firmó Responsabilidad Compartida con fecha 12 de julio de 2024", "pasa de"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_step_has_its_own_words_and_its_month(few, case):
    happens, *said = CASES[case]
    row = rows_eligible(SOLUTION)[0]
    number = credit_at(row).number
    happens(row)
    assert recomputed(credit_at(row)).first() is None, "an auditor counts the same"
    if not models.ClosedPart.objects.exists():
        with pytest.raises(Refused, match="ningún mes cerrado"):
            reading.statement(number)
        do_close_month(JULY, WHO)
    july = words_of(number, JULY)
    with pytest.raises(Refused, match="2024-08 no está cerrado"):
        reading.statement(number, last=AUGUST)
    do_close_month(AUGUST, WHO)
    assert words_of(number, JULY) == july
    august = words_of(number, AUGUST)
    for month, text, words in ((JULY, july, said[0]), (AUGUST, august, said[1])):
        for one in words:
            assert one in text, (month, whats(number, month))
        if not any(one.startswith(WRONG) for one in words):
            assert WRONG not in text, month
    check_statements(number, (JULY, AUGUST))
    check_print(number)
    do_close_month(SEPTEMBER, WHO)
    assert (words_of(number, JULY), words_of(number, AUGUST)) == (july, august)
    assert WRONG not in words_of(number, SEPTEMBER)
    assert recomputed(credit_at(row)).first() is None
    check_everything()


def check_print(number: str) -> None:
    """Corrections are printed too, row by row."""
    document = document_of(reading.statement(number, JULY, AUGUST))
    words = " ".join(read_pdf(as_pdf(document))[0].split())
    for section in document.sections:
        if section.title.startswith("Corrección"):
            assert section.title in words
            assert section.paragraphs[0].split(".")[0] in words


def check_statements(number: str, months: tuple[date, ...]) -> None:
    """Sums of lines are what is owed; each movement of the ledger is of exactly one line."""
    for month in months:
        said = reading.statement(number, last=month)
        assert said.whole.adds_up()
        owed = said.whole.opening.total
        for line in said.lines:
            owed += line.change
            assert line.owed == owed
            if line.correction:
                assert sum(one.after - one.before for one in line.correction.rows) == line.change
        assert owed == said.owed.total
    both = reading.statement(number, months[0], months[-1])
    one_by_one = [line for month in months for line in reading.statement(number, last=month).lines]
    assert list(both.lines) == one_by_one


def test_a_closed_month_never_changes_whatever_becomes_known(few, templates, tmp_path):
    worlds = count(1)

    @settings(max_examples=3 if few.vendor == "sqlite" else 1, phases=WHOLE)
    @given(st.integers(0, 10**6))
    def never(seed):
        ledger = fresh(few.vendor, templates, tmp_path / f"world-{next(worlds)}", 12)
        months_of_a_world(random_world(seed, 12), 12)
        ledger.close()

    never()
    few.use()


def months_of_a_world(world: list[dict], size: int) -> None:
    """Month by month as things become known; after each close every statement so far is as it was,
    and every credit's package is equal."""
    said: dict[tuple[str, int], str] = {}
    done: list[dict] = []
    credits_ = [credit_at(row) for row in range(size)]
    for month in range(FIRST, FIRST + MONTHS):
        for one in world:
            if one["known"] == month:
                try:
                    happen(one)
                except Refused:
                    continue
                done.append(one)
        for one in [one for one in done if one["gone"] == month]:
            taken_away(one, month)
        for credit in credits_:
            assert (found := recomputed(credit)).first() is None, found.verdict()
        do_close_month(last_of(month), WHO)
        for credit in credits_:
            for (number, before), words in said.items():
                assert number != credit.number or words_of(number, last_of(before)) == words
            said[credit.number, month] = words_of(credit.number, last_of(month))
            months = tuple(last_of(one) for one in range(FIRST, month + 1))
            check_statements(credit.number, months)


def test_a_letter_after_a_settlement_and_after_it_is_taken_back(few):
    row = rows_eligible(SOLUTION)[0]
    number, on = credit_at(row).number, date(2024, 7, 31)
    a_settlement(row)
    _, ended = reading.ending(number, on)
    assert (str(ended.on), ended.how.value) == ("2024-07-09", "discount")
    do_close_month(JULY, WHO)
    assert reading.ending(number, on)[1] == ended
    paid = models.Receipt.objects.get(source__key="exacto-0").pk
    do_reverse_receipt("no", paid, IN_AUGUST, WHO, "rebotó")
    amount = pesos(models.Receipt.objects.get(pk=paid).amount, 2)
    with pytest.raises(Refused) as why:
        reading.ending(number, AUGUST)
    assert f"ya no debía nada, pero se quitó el pago de {amount} del 9 de julio" in str(why.value)
    owed = int(present_of(credit_at(row), date(2024, 8, 20)).quotes.to_settle[0])
    pay("ahora", row, date(2024, 8, 20), owed, intent=5)
    do_close_month(AUGUST, WHO)
    _, again = reading.ending(number, date(2024, 8, 31))
    assert (str(again.on), again.how.value, again.forgiven) == ("2024-08-20", "paid", 0)
    assert again.paid == owed


def test_a_payment_known_late_ends_the_debt_on_its_own_day(few):
    number = credit_at(3).number
    do_close_month(JULY, WHO)
    pay("tarde", 3, date(2024, 7, 20), LOT, intent=5)
    do_replay("r", number, IN_AUGUST, WHO)
    assert str(reading.ending(number, AUGUST)[1].on) == "2024-07-20"
    with pytest.raises(Refused, match="dejó de deber el 2024-07-20"):
        reading.ending(number, date(2024, 7, 19))


def test_what_went_back_and_is_owed_again_has_no_letter(few):
    """Two payments: the first settles, the second is all excess, is refunded and bounces."""
    number = credit_at(3).number
    pay("todo", 3, date(2024, 7, 4), LOT, intent=5)
    second = pay("otro", 3, date(2024, 7, 8), 500_00)
    do_close_month(JULY, WHO)
    kept = -int(present_of(credit_at(3), IN_AUGUST).credits["payable_to_borrower"][0])
    do_refund("d", number, kept, IN_AUGUST, 3, WHO)
    assert reading.ending(number, IN_AUGUST)[1].in_favour == 0
    do_reverse_receipt("no", second, date(2024, 8, 8), WHO, "rebotó")
    with pytest.raises(Refused, match=r"debe \$500\.00: se le devolvió dinero de un pago que no"):
        reading.ending(number, date(2024, 8, 9))
    do_close_month(AUGUST, WHO)
    said = words_of(number, AUGUST)
    assert "se te devolvieron $500.00 de más: hay que reponerlos" in said
    assert "Se te devolvió de más" in said
    assert "ya no debes nada" not in said
    assert "Saldo a tu favor" not in said


def test_interest_is_of_the_year_that_booked_it_net_of_counter_entries(few):
    """A payment of 2024 that bounced in 2025 lowers the interest paid of 2025."""
    row = next(row for row in range(40) if owes_interest(row))
    number = credit_at(row).number
    paid = pay("a", row, date(2024, 7, 4), 3_000_00)
    for month in range(FIRST, FIRST + 9):
        do_close_month(last_of(month), WHO)
    do_reverse_receipt("no", paid, date(2025, 4, 5), WHO, "rebotó")
    for month in range(FIRST + 9, 2026 * 12):
        do_close_month(last_of(month), WHO)
    subject, found = reading.interest(number, 2025)
    closes = models.ClosedPart.objects.filter(month__gte=2025 * 12)
    sources = [models.Step.objects.get().source_id, *closes.values_list("source_id", flat=True)]
    booked = models.Movement.objects.filter(credit__number=number, source__in=sources)
    assert found.accrued == -sum(one.interest_income for one in booked)
    own = [one for one in booked if one.cash or one.employer or one.unapplied]
    assert found.paid == -sum(one.interest for one in own) < 0
    assert found.real == 0
    letter = json.dumps(interest_letter(subject, found, date(2026, 2, 1)).as_shown())
    assert "puede ser menos que cero" in letter


def owes_interest(row: int) -> bool:
    """Whether a payment of July would cover interest."""
    now = present_of(credit_at(row), date(2024, 7, 4)).credits
    return now["interest"][0] > 1_000_00 and now["regime"][0] == 1


def test_a_receipt_before_a_step_that_came_after_it_waits_and_the_package_says_so(few):
    row = rows_eligible(SOLUTION)[0]
    signed(row, IN_JULY)
    pay("tarde", row, date(2024, 7, 5), 300_00)
    found = recomputed(credit_at(row))
    assert (found.first(), found.waiting) == (None, 1), found.verdict()
    do_close_month(JULY, WHO)
    found = recomputed(credit_at(row))
    assert (found.first(), found.waiting) == (None, 0), found.verdict()
    text = words_of(credit_at(row).number, JULY)
    assert f"{WRONG}se supo tarde de $300.00 recibidos el 5 de julio de 2024" in text
