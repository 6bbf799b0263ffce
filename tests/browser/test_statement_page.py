"""A statement's page on a desk and on a phone: nothing cut, nothing asked for, no axe violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_pages import CUT

from servicing_plans import REA, ROA
from tequio.web.statements.pages import as_html
from tequio.web.statements.words import document_of
from test_statements import statements_of


@pytest.fixture(scope="module", params=[REA, ROA], ids=["direct", "payroll"])
def address(request, tmp_path_factory):
    page = tmp_path_factory.mktemp("statement") / "estado.html"
    said = list(statements_of(7, request.param, 6))
    owes = max((one[0] for one in said), key=lambda one: one.pending)
    page.write_text(as_html(document_of(owes)), encoding="utf-8")
    return page.as_uri()


@pytest.fixture(params=[1280, 390])
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
