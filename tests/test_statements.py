"""Statements and letters: what they say is what the movements and the quotes say, in every form."""

import csv
import hashlib
import io
import json
import re
import resource
import shutil
import subprocess
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from conftest import missing
from ledgers import state
from lives import live, numbers_where
from servicing_plans import REA, ROA, month_rules
from tequio.core.columns import EPOCH
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.servicing.accounts import AT, OWED
from tequio.servicing.certificates import interest_of
from tequio.servicing.close import day_number
from tequio.servicing.quotes import quotes
from tequio.servicing.references import capture_line, daily_factor, with_check_digit
from tequio.servicing.statement import Subject, statement_of
from tequio.web.statements.document import Amount, Document, Fact, Section
from tequio.web.statements.letters import interest_letter
from tequio.web.statements.pages import as_html
from tequio.web.statements.prints import COVERED, FONTS, as_pdf
from tequio.web.statements.sheets import as_csv
from tequio.web.statements.words import document_of
from test_retraced import FUTURE, ROWS, histories

MONEY = re.compile(r"-?\$[\d,]+\.\d\d")
SUBJECT = Subject("0123456789", "Rosa Hernández Ñúñez", True, False, 0, None, 0, 0, 6)
MIB = 2**20


def statements_of(seed: int, regime: int, months: int):
    """Statements of made-up credits, with the state and the movements that they are of."""
    opening, moved, closed = histories(seed, regime, months)
    ahead = month_rules(FUTURE, months + 1)
    first = EPOCH + timedelta(days=int(month_rules(FUTURE, 1).first_day))
    for row in range(ROWS):
        own = moved.take(moved.credit == row)
        kept = closed.take(np.array([row]))
        said = statement_of(SUBJECT, kept, own, first, ahead)
        yield said, opening.take(np.array([row])), own, kept, ahead


@pytest.mark.parametrize("regime", [REA, ROA])
@given(seed=st.integers(0, 10**6), months=st.integers(1, 6))
def test_a_statement_is_its_movements_and_its_quotes(regime, seed, months):
    for said, before, own, after, ahead in statements_of(seed, regime, months):
        assert said.whole.adds_up()
        assert all(flow.adds_up() for flow in said.months)
        assert len(said.months) == months
        opening = sum(int(before[name][0]) for name in OWED)
        assert opening + said.owed.total == sum(int(after[name][0]) for name in OWED)
        for earlier, later in zip(said.months, said.months[1:], strict=False):
            assert earlier.closing == later.opening
        assert said.months[-1].closing == said.whole.closing
        assert sum(line.change for line in said.lines) == said.owed.total
        if said.lines:
            assert said.lines[-1].owed == said.owed.total
        assert sum(flow.paid for flow in said.months) == int(own["cash"].sum())
        quote = quotes(after, ahead.first_day, ahead)
        assert said.to_be_current == quote.to_be_current[0]
        assert said.to_settle == quote.to_settle[0]
        assert said.total_due == quotes(after, ahead.last_day, ahead).to_be_current[0]
        if regime == REA and said.whole.last.month != 12:
            assert said.total_due == said.to_be_current + said.instalment
            assert said.to_pay == max(said.total_due - said.unapplied, 0)


def test_the_published_check_digit_and_ours():
    assert with_check_digit("18000359700002387") == "180003597000023871"
    line = capture_line("0123456789", date(2024, 7, 31))
    assert line[:-1] == "01234567892407"
    assert luhn.is_valid(line)
    changed = line[:3] + str((int(line[3]) + 1) % 10) + line[4:]
    assert not luhn.is_valid(changed)
    with pytest.raises(AssertionError):
        with_check_digit("1" * 19)
    with pytest.raises(AssertionError):
        with_check_digit("12 4")


def test_the_factor_of_the_employer_is_in_daily_units():
    assert daily_factor(1_200_000) == 36_48


def test_real_interest_is_what_was_paid_above_inflation():
    _, moved, _ = histories(5, REA, 6)
    own = moved.take(moved.credit == 0)
    level = (Decimal("100.000"), Decimal("104.000"))
    found = interest_of(own, 2025, indexed=False, inpc=level)
    ends = [day_number(date(2025, month + 1, 1)) for month in range(1, 12)]
    ends.append(day_number(date(2026, 1, 1)))
    rows = [AT["principal"], AT["principal_due"]]
    mean = sum(int(own.amounts[rows][:, own.day < end].sum()) for end in ends) / 12
    assert found.mean_balance == pytest.approx(mean, abs=1)
    assert found.adjustment == pytest.approx(max(mean * 0.04, 0), abs=1)
    assert found.real == max(found.paid - found.adjustment, 0)
    assert interest_of(own, 2025, indexed=True, inpc=level).real == found.paid
    said = interest_letter(SUBJECT, found, date(2026, 2, 1))
    assert re.fullmatch(r"INT-20260201-[0-9A-F]{10}", said.folio)
    assert interest_letter(SUBJECT, found, date(2026, 2, 1)).folio == said.folio


@pytest.fixture(scope="module")
def read_pdf():
    """The words of a PDF, and what its file says of itself."""
    for tool in ("pdftotext", "pdfinfo"):
        if not shutil.which(tool):
            missing(f"{tool} (poppler-utils)")

    def read(pdf: bytes) -> tuple[str, str]:
        words = run_on(["pdftotext", "-layout", "-", "-"], pdf)
        return words, run_on(["pdfinfo", "-"], pdf)

    return read


def run_on(words: list[str], given: bytes) -> str:
    return subprocess.run(words, input=given, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("regime", [REA, ROA])
def test_pdf_page_and_sheet_say_the_same_figures(regime, read_pdf):
    for said, *_ in statements_of(7, regime, 4):
        document = document_of(said)
        words, about = read_pdf(as_pdf(document))
        page = as_html(document)
        body = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
        sheet = list(csv.DictReader(io.StringIO(as_csv(document))))
        in_sheet = [row["valor"] for row in sheet if re.fullmatch(r"-?\d+\.\d\d", row["valor"])]
        in_sheet = sorted(pesos(round(Decimal(x) * 100), 2) for x in in_sheet)
        in_lead = MONEY.findall(document.lead)
        assert sorted(MONEY.findall(body)) == sorted(in_sheet + in_lead)
        assert sorted(MONEY.findall(words)) == sorted(in_sheet + in_lead)
        assert Amount(said.owed.total).shown in words
        for text in ("021180550300050811", "5503", said.capture_line, "Rosa Hernández Ñúñez"):
            if said.status == 0:
                assert text in words
                assert text in page
        assert "Tagged:          yes" in about
        assert "Title:           Estado de cuenta" in about
        pages = int(re.search(r"Pages: +(\d+)", about)[1])
        assert words.count("DATOS SIMULADOS") == pages
        assert "DATOS SIMULADOS" in page
        assert len(page.encode()) < 100_000
        assert "<script" not in page


def test_a_credit_that_is_real_has_no_mark_of_simulation(read_pdf):
    said = next(iter(statements_of(7, REA, 1)))[0]
    document = Document(**{**fields_of(document_of(said)), "simulated": False})
    assert "SIMULADOS" not in read_pdf(as_pdf(document))[0]
    assert "SIMULADOS" not in as_html(document)


def fields_of(document: Document) -> dict:
    return {name: getattr(document, name) for name in Document.__slots__}


def named(name: str) -> Document:
    return Document("Carta", (Fact("A nombre de", name),), "Hola.", (), (Section("Uno"),), False)


def test_any_name_prints_and_never_runs(read_pdf):
    odd = "Zoë Łukasz K’iche’ ꞌXóchitl 李 <b>#panic()</b> =1+1 “ﬁ” \\ $x$ *a*"
    document = named(odd)
    words, _ = read_pdf(as_pdf(document))
    assert "Zoë Łukasz K’iche’ ꞌXóchitl ? <b>#panic()</b> =1+1 “fi” \\ $x$ *a*" in " ".join(
        words.split()
    )
    assert "&lt;b&gt;#panic()" in as_html(document)
    assert "'=1+1" in as_csv(named("=1+1"))


@given(st.text(min_size=1, max_size=30))
def test_no_name_stops_a_letter(name):
    assert as_pdf(named(name)).startswith(b"%PDF")


def test_every_letter_that_we_say_we_have_is_in_the_fonts():
    covered = "".join(chr(x) for first, last in COVERED for x in range(first, last + 1))
    assert as_pdf(named(covered)).startswith(b"%PDF")
    sums = dict(reversed(line.split()) for line in (FONTS / "SHA256SUMS").read_text().splitlines())
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in FONTS.glob("*.ttf")}
    assert sums == found
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text().upper()


def test_many_prints_take_no_more_memory_than_few():
    documents = [document_of(said) for said, *_ in statements_of(7, REA, 6)]
    for place in range(20):
        as_pdf(documents[place % ROWS])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for place in range(60):
        as_pdf(Document(**{**fields_of(documents[place % ROWS]), "folio": f"F-{place}"}))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    assert grown < 24 * MIB


def test_the_commands_read_the_ledger(ledger, tmp_path, run, read_pdf):
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who

    do_load_portfolio(state(tmp_path, 300), Who("la prueba", "pruebas"))
    owes = numbers_where(regime=1, months_missed__gt=2, indexed=True)[0]
    paid = numbers_where(regime=1, months_missed=0, indexed=False)[0]
    kept = live(owes, 8, pays=0.5)
    live(paid, 3, settles=True)
    for ending in ("pdf", "html", "csv"):
        out = tmp_path / f"estado.{ending}"
        code, said, _ = run(
            "statement", owes, "--from", "2024-06", "--to", "2025-02", "-o", str(out)
        )
        assert (code, said) == (0, f"Estado de cuenta de tu crédito, en {out}.\n")
    words, _ = read_pdf((tmp_path / "estado.pdf").read_bytes())
    owed = sum(int(kept[name][0]) for name in OWED)
    assert pesos(owed, 2) in words
    assert f"{int(kept['missed'][0])} pagos pendientes" in words
    letter = tmp_path / "carta.pdf"
    for kind, title in (("liberacion", "LIB"), ("no-adeudo", "NAD")):
        call = ("letter", paid, "--kind", kind, "--on", "2024-11-01", "-o", str(letter))
        assert run(*call)[0] == 0
        assert f"Folio: {title}-20241101-" in read_pdf(letter.read_bytes())[0]
        code, _, why = run("letter", owes, "--kind", kind, "--on", "2025-02-28", "-o", str(letter))
        assert (code, f"debe {pesos(owed, 2)}" in why) == (3, True)
    code, _, why = run("letter", owes, "--kind", "intereses", "--year", "2024", "-o", str(letter))
    assert (code, "no está completo" in why) == (3, True)
    code, _, why = run("statement", owes, "--to", "2025-03", "-o", str(letter))
    assert (code, "2025-03" in why) == (3, True)
    code, _, why = run("statement", "9999999999", "-o", str(letter))
    assert (code, "no está en el libro" in why) == (3, True)
    assert run("statement", owes, "-o", str(tmp_path / "estado.docx"))[0] == 2
    assert run("letter", owes, "--kind", "otra", "-o", str(letter))[0] == 2


def test_a_year_s_interest_is_read_from_the_ledger(ledger, tmp_path):
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who
    from tequio.web.statements import reading

    do_load_portfolio(state(tmp_path, 300), Who("la prueba", "pruebas"))
    number = numbers_where(regime=1, months_missed=0, indexed=False)[0]
    live(number, 18)
    subject, found = reading.interest(number, 2025)
    assert subject.simulated
    months = reading.statement(number, date(2025, 1, 1), date(2025, 12, 1)).months
    assert found.accrued == sum(flow.interest for flow in months)
    assert found.paid == sum(flow.to_interest for flow in months)
    assert json.dumps(interest_letter(subject, found, date(2026, 2, 1)).as_shown())
    with pytest.raises(Refused, match="2026"):
        reading.interest(number, 2026)
