"""Statements and letters: what they say is what the movements and the quotes say, in every form."""

import csv
import hashlib
import io
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from lives import FUTURE, ROWS, histories, of_one
from printed import read_pdf, run_on
from residence import resident
from servicing_plans import REA, ROA, month_rules
from tequio.core.spelling import pesos
from tequio.servicing.accounts import AT, OWED, Kind
from tequio.servicing.certificates import interest_of
from tequio.servicing.close import day_number
from tequio.servicing.quotes import quotes
from tequio.servicing.references import capture_line, daily_factor, with_check_digit
from tequio.servicing.statement import Subject, Support, statement_of
from tequio.web.statements.document import Amount, Document, Fact, Section, Table
from tequio.web.statements.letters import interest_letter
from tequio.web.statements.pages import as_html
from tequio.web.statements.prints import COVERED, FONTS, as_pdf
from tequio.web.statements.sheets import as_csv
from tequio.web.statements.words import document_of

MONEY = re.compile(r"-?\$[\d,]+\.\d\d")
SUBJECT = Subject("0123456789", "Rosa Hernández Ñúñez", True, date(2024, 10, 31))
SUPPORT = Support(False, 0, None, 0, 0, 6)


def statements_of(seed: int, regime: int, months: int):
    """Statements of made-up credits, with the state and the movements that they are of."""
    booked, closed = histories(seed, regime, months)
    first, ahead = month_rules(FUTURE, 1).month, month_rules(FUTURE, months + 1)
    for row in range(ROWS):
        own, kept = of_one(booked, row), closed.take(np.array([row]))
        said = statement_of(SUBJECT, SUPPORT, kept, own, first, ahead)
        yield said, own, kept, ahead


@pytest.mark.parametrize("regime", [REA, ROA])
@given(seed=st.integers(0, 10**6), months=st.integers(1, 6))
def test_a_statement_is_its_movements_and_its_quotes(regime, seed, months):
    for said, own, after, ahead in statements_of(seed, regime, months):
        assert said.whole.adds_up()
        assert all(flow.adds_up() for flow in said.months)
        assert len(said.months) == months
        assert said.owed.total == sum(int(after[name][0]) for name in OWED)
        assert said.whole.opening.total == -int(own.moved["opening"].sum())
        for earlier, later in pairwise(said.months):
            assert earlier.closing == later.opening
        assert said.months[-1].closing == said.whole.closing
        change = sum(line.change for line in said.lines)
        assert said.whole.opening.total + change == said.owed.total
        assert {line.owed for line in said.lines[-1:]} <= {said.owed.total}
        assert sum(flow.paid for flow in said.months) == int(own.moved["cash"].sum())
        received = own.moved["cash"] + own.moved["employer"]
        assert sum(line.received for line in said.lines) >= int(received.sum())
        quote = quotes(after, ahead.first_day, ahead)
        assert said.to_be_current == quote.to_be_current[0]
        assert said.to_settle == quote.to_settle[0]
        assert said.total_due == quotes(after, ahead.last_day, ahead).to_be_current[0]
        if regime == REA and said.whole.last.month != 12:
            assert said.total_due == said.to_be_current + said.instalment
            assert said.to_pay == max(said.total_due - said.unapplied, 0)


@given(seed=st.integers(0, 10**6), months=st.integers(2, 5))
def test_a_closed_month_says_the_same_whatever_comes_later(seed, months):
    early = [said.months[-1] for said, *_ in statements_of(seed, REA, months - 1)]
    for earlier, (said, own, *_) in zip(early, statements_of(seed, REA, months), strict=True):
        assert said.months[-2] == earlier
        late = [line for line in said.lines if line.late]
        before = day_number(said.months[0].first)
        assert bool((own.moved.day[own.moved.kind != Kind.OPENING] < before).any()) <= bool(late)


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
    booked, _ = histories(5, REA, 16)
    own = of_one(booked, 0)
    level = (Decimal("100.000"), Decimal("104.000"))
    found = interest_of(own, 2025, level)
    rows = [AT["principal"], AT["principal_due"]]
    ends = range(2025 * 12, 2025 * 12 + 12)
    sums = [int(own.moved.amounts[rows][:, own.month <= end].sum()) for end in ends]
    mean = sum(sums) / 12
    assert found.mean_balance == pytest.approx(mean, abs=1)
    assert found.adjustment == pytest.approx(max(mean * 0.04, 0), abs=1)
    assert found.real == max(found.paid - found.adjustment, 0)
    assert interest_of(own, 2025, None).real == found.paid
    said = interest_letter(SUBJECT, found, date(2026, 2, 1))
    assert re.fullmatch(r"INT-20260201-[0-9A-F]{10}", said.folio)
    assert interest_letter(SUBJECT, found, date(2026, 2, 1)).folio == said.folio


@pytest.mark.parametrize("regime", [REA, ROA])
def test_pdf_page_and_sheet_say_the_same_figures(regime):
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
        assert words.count("DATOS SIMULADOS · ") == pages
        assert "DATOS SIMULADOS" in page
        assert len(page.encode()) < 100_000
        assert "<script" not in page


def test_a_print_is_tagged_for_who_has_it_read_out():
    said = max((one for one, *_ in statements_of(7, REA, 4)), key=lambda one: one.pending)
    document = document_of(said)
    pdf = as_pdf(document)
    assert "<pdfuaid:part>1</pdfuaid:part>" in (about := run_on("pdfinfo", "-meta", "-", given=pdf))
    assert "es-MX" in about
    heard = run_on("pdfinfo", "-struct-text", "-", given=pdf)
    assert heard.count("H1") == 1
    titles = [section.title for section in document.sections]
    assert re.findall(r"H2 .*\n\s+\"(.*)\"", heard) == titles
    drawings = len(re.findall(r"^\s+Figure", heard, re.MULTILINE))
    assert drawings == len([one for one in document.sections if one.code]) == 1
    rows = sum(len(one.facts) + bool(one.facts) for one in document.sections)
    tables = [one.table for one in document.sections if one.table]
    assert len(re.findall(r"^\s+TR", heard, re.MULTILINE)) == rows + sum(
        len(table.rows) + 1 for table in tables
    )
    for text in ("DATOS SIMULADOS.", said.capture_line, document.lead.split(".")[0]):
        assert text in " ".join(re.findall(r'"(.*)"', heard))


def test_a_credit_that_is_real_has_no_mark_of_simulation():
    said = next(iter(statements_of(7, REA, 1)))[0]
    document = replace(document_of(said), simulated=False)
    assert "SIMULADOS" not in read_pdf(as_pdf(document))[0]
    assert "SIMULADOS" not in as_html(document)


def named(name: str) -> Document:
    return Document("Carta", (Fact("A nombre de", name),), "Hola.", (), (Section("Uno"),), False)


def test_any_name_prints_and_never_runs():
    odd = "Zoë Łukasz K’iche’ ꞌXóchitl 李 <b>#panic()</b> =1+1 “ﬁ” \\ $x$ *a*"
    document = named(odd)
    words, _ = read_pdf(as_pdf(document))
    assert "Zoë Łukasz K’iche’ ꞌXóchitl ? <b>#panic()</b> =1+1 “fi” \\ $x$ *a*" in " ".join(
        words.split()
    )
    assert "&lt;b&gt;#panic()" in as_html(document)
    assert "'=1+1" in as_csv(named("=1+1"))


def test_threads_print_side_by_side():
    papers = [replace(named("Rosa"), folio=f"F-{place}") for place in range(8)]
    wanted = [as_pdf(paper) for paper in papers]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(as_pdf, papers)) == wanted


def test_a_forked_process_says_that_it_cannot_print_and_does_not_wait():
    as_pdf(named("Rosa"))
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            as_pdf(named("Rosa"))
        except RuntimeError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


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


WARM, MANY, LEAST = 50, 150, 24 * 1024  # prints, and bytes that the smallest of them has


def growth(print_one) -> int:
    """Bytes that this process has more after many prints than after some, of a paper with one of
    each thing that papers have."""
    row = tuple(Amount(centavos) for centavos in (1, 2_00, 300_00))
    table = Table("Una", ("Mes", "Debías", "Debes"), (row, row))
    section = Section("Dos", ("Hola.",), (Fact("Uno", "2", "3"),), table, code="012345678924073")
    paper = replace(named("Rosa"), sections=(section,))
    before = 0
    for place in range(WARM + MANY):
        if place == WARM:
            before = resident()
        print_one(replace(paper, folio=f"F-{place}"))
    return resident() - before


def test_many_prints_keep_nothing_of_each():
    assert growth(as_pdf) < MANY * LEAST // 3
    kept = []
    assert growth(lambda paper: kept.append(as_pdf(paper))) > MANY * LEAST // 2, "it would be seen"
