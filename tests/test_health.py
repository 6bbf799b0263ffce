"""The real server on this machine's own address, beside a real database of each kind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ledgers import postgresql, state
from tequio.web import start

start()
from django.db import connection  # noqa: E402

from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import Credit, Person  # noqa: E402
from tequio.web.records.people import do_identify_person  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402
from tequio.web.security import POLICY  # noqa: E402

ROOT = Path(__file__).parent.parent
WHO = Who("la operadora", "pruebas")
LOCAL = "127.0.0.1"
TRIES = 600  # a tenth of a second each


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind((LOCAL, 0))
        return tried.getsockname()[1]


def environment(place: dict[str, str]) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], **place}


@contextmanager
def serving(place: dict[str, str]):
    """`tequio serve` in a process of its own; the port at which it answers."""
    port = free_port()
    command = [sys.executable, "-m", "tequio", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment(place), stderr=subprocess.PIPE) as server:
        try:
            wait_for(port, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=60)
    assert server.returncode == 0, "it ends in order when it is asked to"


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(TRIES):
        assert server.poll() is None, server.stderr.read()
        with socket.socket() as tried:
            if tried.connect_ex((LOCAL, port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server does not answer")


def asked(port: int, path: str, method: str = "GET"):
    """Status, headers and text of an answer."""
    there = HTTPConnection(LOCAL, port, timeout=60)
    there.request(method, path, headers={"X-Forwarded-Proto": "https"})  # as a proxy says
    answer = there.getresponse()
    text = answer.read().decode()
    there.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def told(port: int) -> tuple[int, dict]:
    status, _, text = asked(port, "/salud/listo")
    return status, json.loads(text)


def test_a_ledger_that_can_work_says_so_and_one_that_cannot_too(ledger, tmp_path):
    with serving(ledger.environment) as port:
        assert told(port) == (200, answer(close=None))
        do_load_portfolio(state(tmp_path, 200), WHO)
        assert told(port) == (200, answer(close="2024-06-30"))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '0011_settled_deposits'")
        assert told(port) == (503, answer(ready=False, current=False))
        lose(ledger)
        assert told(port) == (503, answer(ready=False, base=False, current=False))
        assert asked(port, "/salud")[0] == 200, "it lives without a database"


def answer(*, ready=True, base=True, current=True, close=None) -> dict:
    return {"listo": ready, "base": base, "tablas_al_dia": current, "ultimo_cierre": close}


def lose(ledger) -> None:
    """The database is there no more: PostgreSQL's is gone, SQLite's file is something else."""
    ledger.destroy()
    if ledger.vendor == "sqlite":
        path = Path(ledger.environment["TEQUIO_HOME"]) / "tequio.sqlite3"
        path.write_bytes(b"nothing that a database would know" * 99)
        return
    name = ledger.environment["DATABASE_URL"].rpartition("/")[2]
    postgresql(f"DROP DATABASE {name}")


def test_strangers_learn_nothing_and_browsers_trust_nobody(ledger, tmp_path):
    do_load_portfolio(state(tmp_path, 200), WHO)
    person = Person.objects.order_by("pk")[0]
    do_identify_person("a", person.pk, WHO, name="Ana Peña")
    with serving(ledger.environment) as port:
        answers = [
            (200, asked(port, "/salud/listo")),
            (200, asked(port, "/salud", method="HEAD")),
            (404, asked(port, "/nada")),
            (405, asked(port, "/salud", method="POST")),
        ]
    secrets = ["Ana", Credit.objects.all()[0].number, "django", "5.2", "3.11", "traceback"]
    secrets += [*ledger.environment.values()][:2]
    for status, (got, headers, text) in answers:
        assert got == status
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        said = f"{headers} {text}".lower()
        assert not [secret for secret in secrets if secret and secret.lower() in said]
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_it_is_seen_by_this_machine_alone_and_a_taken_port_is_said(templates, tmp_path):
    ledger = templates.copy("sqlite", tmp_path)
    with serving(ledger.environment) as port:
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", port)) != 0
        done = subprocess.run(
            [sys.executable, "-m", "tequio", "serve", "--port", str(port)],
            env=environment(ledger.environment),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert f"No se puede atender en 127.0.0.1:{port}" in done.stderr
    assert "Elija otro con --port" in done.stderr


def test_an_address_that_is_not_understood_is_said_before_anything_is_served(run):
    done = subprocess.run(
        [sys.executable, "-m", "tequio", "serve", "--port", "1"],
        env=environment({"DATABASE_URL": "mysql://a/b"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "DATABASE_URL no se entiende" in done.stderr
    assert run("serve", "--port", "70000")[0] == 2
