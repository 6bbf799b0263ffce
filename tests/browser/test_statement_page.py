"""A statement's and a letter's page on a desk and on two phones: nothing cut, nothing asked for, no
axe violation."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_pages import CUT

from servicing_plans import REA, ROA
from tequio.servicing.certificates import Ending, How
from tequio.web.statements.letters import no_debt_letter
from tequio.web.statements.pages import as_html
from tequio.web.statements.words import document_of
from test_statements import SUBJECT, statements_of

ENDED = Ending(date(2024, 7, 5), How.DISCOUNT, 1_234_567_89, 987_654_32, 10_00)


def owing(regime: int):
    """The statement with the most to say."""
    said = [one for one, *_ in statements_of(7, regime, 6)]
    return document_of(max(said, key=lambda one: one.pending))


PAPERS = {
    "direct": lambda: owing(REA),
    "payroll": lambda: owing(ROA),
    "letter": lambda: no_debt_letter(SUBJECT, ENDED, date(2024, 8, 1)),
}


@pytest.fixture(scope="module", params=PAPERS)
def address(request, tmp_path_factory):
    page = tmp_path_factory.mktemp("paper") / "papel.html"
    page.write_text(as_html(PAPERS[request.param]()), encoding="utf-8")
    return page.as_uri()


@pytest.fixture(params=[1280, 390, 320])
def page(request, browser, address):
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, java_script_enabled=True
    )
    opened = context.new_page()
    asked, complaints = [], []
    opened.on("request", lambda one: asked.append(one.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto(address)
    yield opened
    context.close()
    assert asked == [address]
    assert complaints == []


def test_axe_finds_nothing(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 10


def test_nothing_is_cut_and_nothing_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    assert page.evaluate(CUT) == []
