"""`tequio demo` to its end: a ledger with the simulated state, its history and three months."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledgers import regrouped, state
from tequio.engine.portfolio import About, open_portfolio
from tequio.web import start

start()
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.quarter.cast import SETTLEMENT, SIGN, one_in_some, signed  # noqa: E402
from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.agreements import latest  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

KILLED = """
import os, signal, sys
from tequio.cli import main
from tequio.web import start
step = sys.argv.pop(1)
os.environ["TEQUIO_HOME"] = "out/libro"
start()
from tequio.web.quarter import desk, files, months, refund, told
del os.environ["TEQUIO_HOME"]
left = iter([False, True] if step in ("sign", "do_take_file", "decide") else [True])
def counted(function):
    def call(*args, **kwargs):
        if next(left, False):
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
for module in (desk, files, months, refund, told):
    if hasattr(module, step):
        setattr(module, step, counted(getattr(module, step)))
sys.argv = ["tequio", "demo", *sys.argv[1:]]
main()
"""
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
    for month in ("2024-07: 2 archivos", "2024-08: 2 archivos", "2024-09: 3 archivos"):
        assert f"· {month}; " in said
    assert said.count("Cerrado: 1,000 créditos") == 3
    assert "· Cumplido: " in said and "· Vencido: " in said
    assert "Balanza: todas las cuentas suman $0.00" in said
    whole = equation()
    assert whole.holds and min(whole.applied, whole.unapplied, whole.returned) > 0
    sums = [f"${n / 100:,.2f}" for n in (whole.received, whole.applied, whole.unapplied)]
    left = f"{sums[0]} = aplicado {sums[1]} + por aplicar {sums[2]} + devuelto "
    assert f"Recibido {left}${whole.returned / 100:,.2f}\n" in said
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
    check_quarter(said["quarter"])
    again = json.loads(run("demo", *LOANS, "--json")[1])["ledger"]
    assert again == said | {"already": True}


def check_quarter(said):
    """Three months with all that happens in them."""
    for month in said["months"]:
        close = month["close"]
        assert close["left_over"] == close["left_over_units"] == 0
        assert month["set_aside"] > 0 < month["unapplied"]
        assert 0.1 < month["behind"] / month["credits"] < 0.4
    assert [month["late"] > 0 for month in said["months"]] == [False, True, True]
    assert [month["replayed"] > 0 for month in said["months"][1:]] == [True, True]
    promises, bounced, refunded = said["promises"], said["bounced"], said["refunded"]
    ends = (promises["kept"], promises["broken"], promises["in_force"])
    assert min(ends) > 0 and sum(ends) == promises["signed"]
    assert promises["kept_example"]["why"] and "No se cubrió" in promises["broken_example"]["why"]
    assert bounced["undone"] > 0 and bounced["owed"] >= bounced["amount"] > 0
    steps = ["found", "told", "asked", "first", "validated", "in_payout", "paid"]
    assert list(refunded["steps"]) == steps
    assert list(refunded["steps"].values()) == sorted(refunded["steps"].values())
    assert refunded["amount"] >= 1_850_00


def test_both_ends_of_agreements_come_as_their_payers_do(ledger, run, here):
    run("demo", *LOANS)
    ends = {
        programme: [(latest(one).state, one in stopping) for one in made]
        for programme, made in signed().items()
        for stopping in [one_in_some(made)]
    }
    assert {programme for programme, made in ends.items() if made} == set(SIGN)
    settled = ends.pop(SETTLEMENT)
    assert settled == [("fulfilled", False)] * 3 + [("lapsed", True)]
    for state_, stops in (pair for made in ends.values() for pair in made):
        assert not stops or state_ == "lapsed"
    assert ("fulfilled", False) in ends["borron_y_cuenta_nueva"]
    assert ends["solucion_a_tu_medida"].count(("in_force", False)) > 5


@pytest.mark.parametrize("step", ["sign", "do_take_file", "decide", "do_make_payout", "told"])
def test_killed_in_its_three_months_it_goes_on_to_the_same(here, step):
    """In a process of its own, which the system kills at the second call of a step."""
    whole = json.loads(demo(here, *LOANS, "--json").stdout)["ledger"]
    names = ("tequio.sqlite3", "tequio.sqlite3-wal", "tequio.sqlite3-shm")
    for name in names:
        (here / "out" / "libro" / name).unlink(missing_ok=True)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, step, *LOANS],
        capture_output=True,
        check=False,
        cwd=here,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert killed.returncode == -signal.SIGKILL
    again = json.loads(demo(here, *LOANS, "--json").stdout)["ledger"]
    assert again == whole | {"already": step == "told"}


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
