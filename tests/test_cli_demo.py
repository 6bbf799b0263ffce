"""`tequio demo` to its end: a ledger with the simulated state and its history, and a month closed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledgers import regrouped, state
from tequio.engine.portfolio import About, open_portfolio
from tequio.web import start

start()
from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

ROOT = Path(__file__).parent.parent
LOANS = ("--loans", "1000")


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def demo(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command where nobody says where the ledger is."""
    return tequio(folder, "demo", *words, **more)


def tequio(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tequio", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT / "src"), **more},
    )


def test_the_demo_fills_the_ledger_it_is_given_and_the_books_balance(ledger, run, here):
    code, out, _ = run("demo", *LOANS)
    assert code == 0
    assert "DATOS SIMULADOS" in out
    said = out[out.index("Libro (datos simulados)") :]
    assert "Ya estaba" not in said
    gone = models.Credit.objects.filter(load__parts=0).count()
    assert f"1,000 créditos y {gone} ya liquidados, " in said
    assert gone > 50
    assert "Cierre de 2024-07: 1,000 créditos" in said
    assert "Balanza: todas las cuentas suman $0.00" in said
    assert "por cuentas" in said and "por saldo" in said
    assert said.endswith(" ./tequio db status\n") and "TEQUIO_HOME" not in said
    pesos = {name: sum_ for name, sum_ in trial_balance().items() if not name.endswith("units")}
    assert sum(pesos.values()) == 0 < pesos["cash"]
    assert models.Agreement.objects.count() > 500
    assert audit.verify().fault is None
    run("snapshot", "2024-06-30", "-o", "corte.parquet")
    loaded = here / "out" / "cartera.parquet"
    assert (here / "corte.parquet").read_bytes() == loaded.read_bytes()


def test_a_ledger_that_has_it_is_left_alone_and_one_that_has_another_refuses(ledger, run, here):
    run("demo", *LOANS)
    events = models.AuditEvent.objects.count()
    (here / "out" / "historia" / "movements.parquet").unlink()
    code, out, _ = run("demo", *LOANS)
    assert code == 0
    assert "Ya estaba: no se cambió nada." in out
    code, out, err = run("demo", "--loans", "1001")
    assert (code, out) == (3, "")
    assert "tiene créditos de otra cartera: la demostración no escribe en él" in err
    assert models.AuditEvent.objects.count() == events
    assert models.Credit.objects.filter(load__parts__gt=0).count() == 1_000


def test_a_demo_that_was_interrupted_goes_on(ledger, run, here):
    (here / "out").mkdir()
    do_load_portfolio(state(here / "out"), Who("x", "y"))
    code, out, _ = run("demo", *LOANS, "--json")
    assert code == 0
    said = json.loads(out)["ledger"]
    assert not said["already"]
    assert said["credits"] == 1_000
    assert said["close"]["left_over"] == said["close"]["left_over_units"] == 0
    assert json.loads(run("demo", *LOANS, "--json")[1])["ledger"]["already"]


def test_its_own_folder_is_made_anew_for_another_state(here):
    done = demo(here, *LOANS)
    assert done.returncode == 0
    assert "Libro (datos simulados): out/libro/tequio.sqlite3" in done.stdout
    assert "TEQUIO_HOME=out/libro ./tequio db status" in done.stdout
    said = json.loads(demo(here, *LOANS, "--json").stdout)["ledger"]
    assert (said["already"], said["own"], said["credits"]) == (True, True, 1_000)
    again = json.loads(demo(here, "--loans", "1001", "--check", "--json").stdout)
    assert (again["ledger"]["already"], again["ledger"]["credits"]) == (False, 1_001)
    assert again["whatif"]["credits"] == 1_001
    assert len(again["targets"]) > 20
    assert not (here / "var").exists()


def test_real_credits_in_its_folder_are_never_cleared(here):
    made = state(here, 1_000)
    about = About(made.about.as_of, simulated=False, origin="")
    regrouped([made.read()], here / "real.parquet", about)
    there = {"TEQUIO_HOME": "out/libro"}
    assert tequio(here, "db", "init", **there).returncode == 0
    assert tequio(here, "db", "load", "real.parquet", **there).returncode == 0
    done = demo(here, *LOANS)
    assert done.returncode == 3
    assert "créditos que no son simulados" in done.stderr
    status = json.loads(tequio(here, "db", "status", "--json", **there).stdout)
    assert status["credits"] == open_portfolio(here / "real.parquet").rows
