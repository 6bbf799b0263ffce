"""Statements and letters out of a ledger: a closed month says the same for ever; who asks for what
is not there is told why, and what to do."""

import json
from datetime import date

import pyarrow as pa
import pytest

from closes import WHO, numbers
from ledgers import state
from lives import live, numbers_where, pay, settle
from printed import read_pdf
from servicing_plans import receipts
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.servicing.accounts import reversal, together
from tequio.servicing.close import close, day_number
from tequio.servicing.credit import empty
from tequio.web import start
from tequio.web.statements.letters import interest_letter
from tequio.web.statements.prints import as_pdf
from tequio.web.statements.words import document_of

start()
from tequio.web.records import models  # noqa: E402
from tequio.web.records.closing import do_close_month, rules_in  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.people import do_give_role, do_identify_person  # noqa: E402
from tequio.web.records.posting import append_movements  # noqa: E402
from tequio.web.records.writing import Asked, Wrote, once  # noqa: E402
from tequio.web.statements import reading  # noqa: E402

JANUARY = 2024 * 12
JULY, AUGUST = date(2024, 7, 31), date(2024, 8, 31)
FULL = 9_000_00  # more than any instalment


@pytest.fixture
def books(ledger, tmp_path):
    """A ledger of 300 credits that came in at the end of June 2024."""
    do_load_portfolio(state(tmp_path, 300), WHO)
    return ledger


def late() -> str:
    """A credit that owes some months."""
    return numbers_where(regime=1, months_missed__gt=2, indexed=True)[0]


def on_time() -> str:
    """A credit in pesos that owes none."""
    return numbers_where(regime=1, months_missed=0, indexed=False)[0]


def said_of(number: str, month: date) -> str:
    """A month's statement in every word."""
    return json.dumps(document_of(reading.statement(number, last=month)).as_shown())


def test_a_closed_month_says_the_same_for_ever(books):
    number = late()
    pay(number, "july", day_number(date(2024, 7, 9)), 300_00)
    do_close_month(JULY, WHO)
    july = said_of(number, JULY)
    assert "$300.00" in july
    pay(number, "late", day_number(date(2024, 7, 20)), FULL)
    pay(number, "august", day_number(date(2024, 8, 2)), 77_00)
    do_record_facts("told", number, JULY, {"prorroga_months_used": 5}, WHO)
    assert said_of(number, JULY) == july, "what has come in and waits for the close"
    do_close_month(AUGUST, WHO)
    assert said_of(number, JULY) == july, "what was booked later, of a day in July"
    august = reading.statement(number, last=AUGUST)
    assert august.whole.paid == FULL + 77_00
    assert [line.late for line in august.lines if line.received] == [True, False]
    assert "se supo de ellos cuando ese mes ya estaba cerrado" in said_of(number, AUGUST)
    assert "se supo de ellos" not in july
    assert august.support.extension_months_used == 5
    both = reading.statement(number, first=JULY, last=AUGUST)
    assert both.months[0] == reading.statement(number, last=JULY).whole
    assert both.months[1] == august.whole
    assert both.owed == august.owed
    assert reading.statement(number) == august, "the last closed month, if none is asked for"
    assert reading.statement(number, date.min).whole == both.whole, "since the ledger knows it"


def test_a_step_after_the_close_is_of_the_month_that_follows(books):
    number = late()
    do_close_month(JULY, WHO)
    july = reading.statement(number, last=JULY)
    assert july.pending > 1
    credit, month = models.Credit.objects.get(number=number), 2024 * 12 + 7
    kept = models.Serviced.objects.get(credit=credit, month=month)
    source = models.SourceKey.objects.create(key="a step", content="x").pk
    kept._state.adding, kept.source_id, kept.missed, kept.rate = True, source, 0, 1
    kept.save(force_insert=True)
    oldest = models.Due.objects.filter(credit=credit).order_by("month").first()
    oldest._state.adding, oldest.source_id = True, source
    for name in ("insurance", "fees", "protection_fund", "interest", "principal", "units"):
        setattr(oldest, name, 0)
    oldest.save(force_insert=True)
    assert reading.statement(number, last=JULY) == july


def test_the_past_that_led_to_a_credit_is_in_no_month(books):
    number = late()
    do_close_month(JULY, WHO)
    july = said_of(number, JULY)
    credit = pa.array([models.Credit.objects.get(number=number).pk])
    past = receipts([0, 0], day_number(date(2020, 3, 9)), [100_00, 100_00])
    moved, _ = close(empty(1, JANUARY, 3_064_624), past, rules_in(JANUARY))
    undone = reversal(moved, moved.day)

    def write(source: int) -> Wrote:
        wrote = Wrote()
        append_movements(credit, together([moved, undone, moved, undone]), source, wrote)
        return wrote

    once(Asked(reading.HISTORY, "a history", "history", "x"), WHO, write)
    do_close_month(AUGUST, WHO)
    assert said_of(number, JULY) == july
    august = reading.statement(number, JULY)
    assert [flow.paid for flow in august.months] == [0, 0]
    assert not any(line.late for line in august.lines)


def test_what_is_not_the_sum_of_its_movements_is_not_printed(books):
    number = late()
    do_close_month(JULY, WHO)
    row = models.Movement.objects.filter(credit__number=number).last().pk
    books.unguarded(
        f"UPDATE records_movement SET interest = interest + 1, adjustment = adjustment - 1 WHERE id = {row}"
    )
    with pytest.raises(Refused, match=f"{number} no cuadra al cierre de 2024-07.*audit verify"):
        reading.statement(number)


def test_what_is_quoted_and_paid_ends_the_debt_in_every_paper(books):
    number = on_time()
    live(number, 2, FULL)
    on = settle(number)
    said = reading.statement(number, JULY)
    assert (said.owed.total, said.owed.units, said.to_settle) == (0, 0, 0)
    _, ended = reading.ending(number, date(2024, 10, 1))
    assert ended.on == on
    assert ended.paid == said.whole.paid
    assert said.whole.closing.total == 0
    with pytest.raises(Refused, match=f"dejó de deber el {on}.*--on {on}"):
        reading.ending(number, date(2024, 9, 4))


def test_a_holder_is_named_when_known_and_nobody_else(books):
    number = late()
    do_close_month(JULY, WHO)
    first = words_of(number)
    assert "A nombre de" not in first
    assert "DATOS SIMULADOS" in first
    debtor = models.Role.objects.get(credit__number=number).person_id
    do_identify_person("name", debtor, WHO, name="Rosa Hernández Ñúñez (simulada)")
    other = models.Role.objects.get(credit__number=on_time()).person_id
    do_identify_person("other", other, WHO, name="Otra Persona (simulada)")
    do_give_role("later", number, other, models.Role.Kind.DEBTOR, date(2024, 8, 1), WHO)
    assert reading.statement(number).subject.holder == "Rosa Hernández Ñúñez (simulada)"
    assert "Rosa Hernández Ñúñez (simulada)" in words_of(number)
    do_close_month(AUGUST, WHO)
    both = "Rosa Hernández Ñúñez (simulada) y Otra Persona (simulada)"
    assert reading.statement(number).subject.holder == both


def words_of(number: str) -> str:
    """A printed statement."""
    return read_pdf(as_pdf(document_of(reading.statement(number))))[0]


def test_a_year_s_interest_is_that_of_its_statements(books):
    number = on_time()
    live(number, 18, FULL // 9)
    subject, found = reading.interest(number, 2025)
    assert subject.simulated
    months = reading.statement(number, date(2025, 1, 1), date(2025, 12, 1)).months
    assert len(months) == 12
    assert found.accrued == sum(flow.interest for flow in months)
    assert found.paid == sum(flow.to_interest for flow in months)
    ends = [flow.closing.principal for flow in months]
    assert abs(found.mean_balance - sum(ends) / 12) <= 0.5
    assert json.dumps(interest_letter(subject, found, date(2026, 2, 1)).as_shown())
    for year, why in ((2024, "no está completo.*la de 2025"), (2026, "2026-12 no está cerrado")):
        with pytest.raises(Refused, match=why):
            reading.interest(number, year)
    indexed = late()
    assert reading.interest(indexed, 2025)[1].real == reading.interest(indexed, 2025)[1].paid


def test_the_commands_write_every_paper_in_every_form(books, tmp_path, run):
    owes, paid = late(), on_time()
    live(owes, 2, 500_00)
    settle(paid)
    assert run("db", "status")[0] == 0
    for ending in ("pdf", "html", "csv"):
        out = tmp_path / "nueva" / f"estado.{ending}"
        code, said, _ = run("statement", owes, "--from", "2024-07", "-o", str(out))
        assert (code, said) == (0, f"Estado de cuenta de tu crédito, en {out}.\n")
        assert out.stat().st_size > 1_000
    whole = tmp_path / "todo.csv"
    assert run("statement", owes, "--historical", "-o", str(whole))[0] == 0
    assert whole.read_text() == (tmp_path / "nueva" / "estado.csv").read_text()
    said = reading.statement(owes)
    words, _ = read_pdf((tmp_path / "nueva" / "estado.pdf").read_bytes())
    assert pesos(said.owed.total, 2) in words
    assert f"{said.pending} pagos pendientes" in words
    letter = tmp_path / "carta.pdf"
    for kind, title in (("liberacion", "LIB"), ("no-adeudo", "NAD")):
        call = ("letter", paid, "--kind", kind, "--on", "2024-11-01", "-o", str(letter))
        assert run(*call)[0] == 0
        assert f"Folio: {title}-20241101-" in read_pdf(letter.read_bytes())[0]


REFUSALS = {
    "no such credit": (("statement", "9999999999"), 3, "9999999999 no está en el libro"),
    "a letter of none": (("letter", "999", "--kind", "no-adeudo"), 3, "999 no está en el libro"),
    "not closed": (("statement", "OWES", "--to", "2024-08"), 3, "el último es 2024-07"),
    "before": (("statement", "OWES", "--to", "2024-06"), 3, "su primer mes es 2024-07"),
    "order": (("statement", "OWES", "--from", "2024-08", "--to", "2024-07"), 3, "en orden"),
    "no month": (("statement", "OWES", "--to", "julio"), 2, "'julio' no es un mes"),
    "month 13": (("statement", "OWES", "--to", "2024-13"), 2, "'2024-13' no es un mes"),
    "two ways": (("statement", "OWES", "--from", "2024-07", "--historical"), 2, "--historical"),
    "no such form": (("statement", "OWES", "-o", "x.docx"), 2, "debe terminar en .pdf, .html o"),
    "no credit": (("statement",), 2, "Falta"),
    "still owes": (("letter", "OWES", "--kind", "no-adeudo"), 3, "debe $"),
    "no release": (("letter", "OWES", "--kind", "liberacion"), 3, "debe $"),
    "no such letter": (("letter", "OWES", "--kind", "otra"), 2, "No existe la carta 'otra'"),
    "no kind": (("letter", "OWES"), 2, "Falta"),
    "no year": (("letter", "OWES", "--kind", "intereses"), 2, "--year"),
    "a year too many": (("letter", "OWES", "--kind", "no-adeudo", "--year", "2024"), 2, "--year"),
    "a year not whole": (
        ("letter", "OWES", "--kind", "intereses", "--year", "2024"), 3, "no está completo",
    ),
    "the future": (
        ("letter", "OWES", "--kind", "no-adeudo", "--on", "2059-01-01"), 2, "no ha llegado",
    ),
}  # fmt: skip


def test_what_cannot_be_printed_is_said_and_nothing_is_written(books, tmp_path, run):
    owes = late()
    code, _, why = run("statement", owes, "-o", str(tmp_path / "x.pdf"))
    assert code == 3
    assert "ningún mes cerrado todavía. Cierre el primero con: ./tequio close 2024-07" in why
    do_close_month(JULY, WHO)
    for name, (call, code, said) in REFUSALS.items():
        words = [owes if word == "OWES" else word for word in call]
        out = () if "-o" in words else ("-o", str(tmp_path / "x.pdf"))
        found, _, why = run(*words, *out)
        assert (name, found) == (name, code), why
        assert said in why, name
        assert len(why.strip().splitlines()) == 1, why
    assert not (tmp_path / "x.pdf").exists()


def test_a_credit_that_came_in_without_a_debt_has_no_letter(books):
    number = numbers()[0]
    credit = models.Credit.objects.get(number=number)
    books.unguarded(f"DELETE FROM records_movement WHERE credit_id = {credit.pk}")
    with pytest.raises(Refused, match="ya no debía nada cuando entró al libro, el 2024-06-30"):
        reading.ending(number, JULY)


@pytest.mark.parametrize("command", ["statement", "letter"])
def test_help_shows_an_example_of_each_use(command, run):
    code, said, _ = run(command, "--help")
    assert code == 0
    assert "Ejemplo" in said
    assert f"tequio {command} 0123456789" in " ".join(said.split())
