"""The commands of the ledger, as a person would call them, on both databases."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledgers import state
from tequio.demo.history.files import write_history
from tequio.web import start

start()
from tequio.web.records.models import AuditEvent, Credit, Person, SourceKey  # noqa: E402
from tequio.web.records.people import do_identify_person  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

ROOT = Path(__file__).parent.parent


def test_from_a_portfolio_to_its_snapshot(ledger, run, tmp_path):
    loaded = state(tmp_path)
    code, out, _ = run("db", "load", str(loaded.path))
    assert (code, out) == (0, "1,000 créditos en el libro, del 2024-06-30.\n")
    code, out, _ = run("db", "load", str(loaded.path))
    assert code == 0
    assert "ya estaba en el libro; no se cambió nada" in out
    code, out, _ = run("db", "status")
    assert code == 0
    assert "1,000 créditos, " in out
    assert " movimientos, 2 eventos\n" in out
    assert "Suma de todas las cuentas: $0.00" in out
    snapshot = tmp_path / "corte.parquet"
    code, out, _ = run("snapshot", "2024-06-30", "-o", str(snapshot))
    assert code == 0
    assert f"tequio evaluate {snapshot} --as-of 2024-06-30" in out
    assert snapshot.read_bytes() == loaded.path.read_bytes()
    code, out, _ = run("audit", "verify")
    assert code == 0
    assert "2 eventos en orden" in out


def test_machines_read_the_same(ledger, run, tmp_path):
    loaded = state(tmp_path)
    code, out, _ = run("db", "load", str(loaded.path), "--json")
    assert (code, json.loads(out)) == (0, {"credits": 1_000, "parts": 1, "already": 0})
    status = json.loads(run("db", "status", "--json")[1])
    assert (status["credits"], status["left_over"]) == (1_000, 0)
    assert status["loads"][0]["parts_done"] == 1
    verified = json.loads(run("audit", "verify", "--json")[1])
    assert (verified["events"], verified["fault"]) == (2, None)
    noted = verified["head"]
    assert run("audit", "verify", "--head", noted)[0] == 0
    ledger.unguarded("UPDATE records_auditevent SET subject = 'x' WHERE position = 2")
    code, out, err = run("audit", "verify", "--json", "--head", noted)
    assert (code, json.loads(out)["fault"]["position"]) == (3, 2)
    assert "El evento 2 fue cambiado" in err
    assert json.loads(run("db", "init", "--json")[1])["steps"] == []
    out = json.loads(run("db", "rotate-keys", "--json")[1])
    assert out == {"key": "first", "values": 0, "not_needed": []}


def test_what_cannot_be_done_is_said_and_nothing_is_written(ledger, run, tmp_path):
    assert run("snapshot", "2024-06-30", "-o", str(tmp_path / "x.parquet"))[0] == 3
    assert run("snapshot", "ayer")[0] == 2
    code, _, err = run("db", "load", str(tmp_path / "nada.parquet"))
    assert code == 3
    assert "No existe el archivo" in err
    code, _, err = run("audit", "verify", "--head", "ayer")
    assert code == 3
    assert "POSICIÓN:HUELLA" in err
    assert not SourceKey.objects.exists()


def test_a_history_comes_in_after_its_portfolio_and_once(ledger, run, tmp_path):
    loaded = state(tmp_path)
    history = tmp_path / "historia"
    code, _, err = run("db", "load-history", str(history))
    assert code == 3
    assert "Falta" in err and "Escriba la historia con: ./tequio demo --history" in err
    rows = write_history(loaded, history)
    code, out, err = run("db", "load-history", str(history))
    assert (code, out) == (3, "")
    assert "no está en el libro. Cargue antes su cartera: ./tequio db load." in err
    assert not SourceKey.objects.exists()
    run("db", "load", str(loaded.path))
    done = json.loads(run("db", "load-history", str(history), "--json")[1])
    assert done == {
        **{name: rows[name] for name in ("movements", "agreements", "settled")},
        "parts": done["parts"],
        "already": 0,
    }
    code, out, _ = run("db", "load-history", str(history))
    assert (code, out) == (0, f"{history} ya estaba en el libro; no se cambió nada.\n")
    status = run("db", "status")[1]
    assert f"1,000 créditos y {rows['settled']} ya liquidados, " in status
    assert "Suma de todas las cuentas: $0.00" in status


def tequio(environment: dict[str, str], *words: str, **more) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with nothing else in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "tequio", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=environment["TEQUIO_HOME"],
        env={"PYTHONPATH": str(ROOT / "src"), **environment},
        **more,
    )


def test_a_new_checkout_has_a_ledger_of_its_own_with_its_keys(tmp_path):
    place = {"TEQUIO_HOME": str(tmp_path / "var")}
    (tmp_path / "var").mkdir()
    done = tequio(place, "db", "status")
    assert done.returncode == 3
    assert "tequio db init" in done.stderr
    assert tequio(place, "db", "init").returncode == 0
    assert (tmp_path / "var" / "keys.txt").exists()
    assert "Ya estaba al día" in tequio(place, "db", "init").stdout
    done = tequio(place, "db", "rotate-keys", "--json")
    assert json.loads(done.stdout) == {"key": "k2", "values": 0, "not_needed": ["k1"]}
    assert (tmp_path / "var" / "keys.txt").read_text(encoding="utf-8").startswith("k2:")


@pytest.mark.parametrize(
    ("url", "keys", "says"),
    [
        ("mysql://a/b", "", "DATABASE_URL no se entiende"),
        ("secreta", "", "DATABASE_URL no se entiende"),
        ("postgresql://u:secreta@127.0.0.1:1/b", "", "Falta TEQUIO_KEYS"),
        ("postgresql://u:secreta@127.0.0.1:1/b", "k1:" + "A" * 43 + "=", "no responde"),
    ],
)
def test_in_production_what_is_missing_is_said_without_secrets(tmp_path, url, keys, says):
    place = {"TEQUIO_HOME": str(tmp_path), "DATABASE_URL": url, "TEQUIO_KEYS": keys}
    done = tequio(place, "db", "init")
    assert done.returncode == 3
    assert says in done.stderr
    assert "secreta" not in done.stderr + done.stdout
    assert not list(tmp_path.iterdir())


def test_a_rotation_by_command_seals_everything_anew(ledger, run, monkeypatch):
    person = Person.objects.create()
    do_identify_person("a", person.pk, Who("x", "y"), name="Ana")
    old = os.environ["TEQUIO_KEYS"]
    new = "second:" + "B" * 43 + "="
    monkeypatch.setenv("TEQUIO_KEYS", f"{new},{old}")
    code, out, _ = run("db", "rotate-keys")
    assert code == 0
    assert "1 datos sellados con la llave second" in out
    assert "quítela de TEQUIO_KEYS: first" in out
    monkeypatch.setenv("TEQUIO_KEYS", new)
    assert Person.objects.get(pk=person.pk).name == "Ana"


def test_a_load_killed_by_the_system_goes_on(ledger, run, tmp_path):
    loaded = state(tmp_path, 12_000, group=1_000)
    command = [sys.executable, "-m", "tequio", "db", "load", str(loaded.path)]
    environment = {"PYTHONPATH": str(ROOT / "src"), **ledger.environment}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as loading:
        while loading.poll() is None and not Credit.objects.exists():
            time.sleep(0.01)
        loading.send_signal(signal.SIGKILL)
    ledger.use()
    there = Credit.objects.count()
    assert 0 < there < 12_000, "it was killed on its way"
    assert there % 1_000 == 0, "a part is there whole or not at all"
    code, _, err = run("db", "load", str(loaded.path))
    assert code == 0
    assert f"{there // 1_000} de 12 partes ya estaban" in err
    run("snapshot", "2024-06-30", "-o", str(tmp_path / "corte.parquet"))
    assert Credit.objects.count() == 12_000
    assert json.loads(run("audit", "verify", "--json")[1])["fault"] is None


def test_a_history_killed_by_the_system_goes_on(ledger, run, tmp_path):
    loaded, folder = state(tmp_path, 8_193), tmp_path / "historia"
    rows = write_history(loaded, folder)
    run("db", "load", str(loaded.path))
    command = [sys.executable, "-m", "tequio", "db", "load-history", str(folder)]
    environment = {"PYTHONPATH": str(ROOT / "src"), **ledger.environment}
    written = AuditEvent.objects.filter(verb="do_load_history")
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as loading:
        while loading.poll() is None and not written.exists():
            time.sleep(0.01)
        loading.send_signal(signal.SIGKILL)
    ledger.use()
    there = written.count()
    assert 0 < there < 8, "it was killed on its way"
    code, out, err = run("db", "load-history", str(folder))
    assert code == 0
    assert f"{rows['agreements']:,} convenios y {rows['movements']:,} movimientos" in out
    assert f"{there} de 8 partes ya estaban y se conservaron." in err
    assert json.loads(run("audit", "verify", "--json")[1])["fault"] is None
