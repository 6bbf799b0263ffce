"""What tests lean on: Hypothesis profiles, and a browser that CI does not let be missing."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from ledgers import POSTGRESQL, Ledger, Templates, state
from tequio.cli import main

IN_CI = os.environ.get("CI") == "true"
SLOW = [HealthCheck.too_slow]
settings.register_profile("local", max_examples=50, deadline=None, suppress_health_check=SLOW)
settings.register_profile("ci", max_examples=200, deadline=None, suppress_health_check=SLOW)
settings.load_profile("ci" if IN_CI else "local")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing(what: str, *, must: bool = IN_CI) -> NoReturn:
    """Skip by name; where everything must run, fail."""
    if must:
        pytest.fail(f"{what} must be here when CI=true")
    pytest.skip(f"{what} absent")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing("a browser (chromium)")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    """A headless browser, one a session."""
    from playwright.sync_api import sync_playwright

    # Its loop runs in this process while the session lasts, and Django would refuse to work beside
    # it, in whatever tests of the ledger come later in the same worker.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Databases with empty tables, made once a session, to be copied."""
    made = Templates(tmp_path_factory.mktemp("ledgers"))
    yield made
    made.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(
    request: pytest.FixtureRequest,
    templates: Templates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ledger]:
    """An empty ledger of its own for each test, on both databases."""
    if request.param == "postgresql" and not os.environ.get(POSTGRESQL):
        missing(f"PostgreSQL ({POSTGRESQL})")
    opened = templates.copy(request.param, tmp_path)
    for name, value in opened.environment.items():
        monkeypatch.setenv(name, value)
    opened.use()
    yield opened
    opened.close()


@pytest.fixture
def loaded(ledger, tmp_path):
    """A ledger with 300 credits in three parts."""
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who

    do_load_portfolio(state(tmp_path, 300, group=100), Who("la auditora", "pruebas"))
    return ledger


@pytest.fixture
def few(ledger, tmp_path):
    """A ledger with forty credits in two parts."""
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.writing import Who

    do_load_portfolio(state(tmp_path, 40, group=20), Who("la auditora", "pruebas"))
    return ledger


@pytest.fixture
def run(monkeypatch, capsys):
    """Call a command; its exit code, what it printed, what it complained of."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tequio", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parent.parent
