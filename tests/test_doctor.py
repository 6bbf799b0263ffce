"""The examination, on both databases: a sound installation, and one ailment at a time."""

import json
from datetime import timedelta

import pytest

from ledgers import KEYS, state
from tequio.web import start

start()
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tequio.web.operating import machine  # noqa: E402
from tequio.web.operating.findings import Verdict  # noqa: E402
from tequio.web.records import loading  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import Person  # noqa: E402
from tequio.web.records.people import do_identify_person  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la operadora", "pruebas")
OTHER_KEY = "other:" + "C" * 43 + "="
ALL = ["Python", "Paquetes", "Base", "Tablas"]
OF_BOTH = ["Llaves", "Disco", "Zona horaria", "Reloj"]
HELD = ["Cargas", "Cierres", "Balanza", "Auditoría"]


def examined(run) -> tuple[int, dict[str, dict]]:
    code, out, _ = run("doctor", "--json")
    found = json.loads(out)
    assert len({f["what"] for f in found}) == len(found)
    for finding in found:
        assert bool(finding["todo"]) is (finding["verdict"] != "OK"), finding
    return code, {f["what"]: f for f in found}


def ailments(found: dict[str, dict]) -> dict[str, str]:
    return {what: f["verdict"] for what, f in found.items() if f["verdict"] != "OK"}


def test_a_sound_installation_has_nothing(ledger, run, tmp_path):
    do_load_portfolio(state(tmp_path, 200), WHO)
    code, found = examined(run)
    assert (code, ailments(found)) == (0, {})
    versions = {"sqlite": ["SQLite"], "postgresql": ["PostgreSQL", "pg_dump", "pg_restore"]}
    wal = ["Modo WAL"] if ledger.vendor == "sqlite" else []
    assert list(found) == [*ALL, *versions[ledger.vendor], *OF_BOTH, *wal, *HELD]
    code, out, _ = run("doctor")
    assert code == 0
    assert "OK     Auditoría: 2 eventos en orden\n" in out


def test_a_changed_row_and_a_movement_that_does_not_balance_are_failures(ledger, run, tmp_path):
    do_load_portfolio(state(tmp_path, 200), WHO)
    drop = "ALTER TABLE records_movement DROP CONSTRAINT pesos_sum_to_zero"
    ignore = "PRAGMA ignore_check_constraints = ON"
    with connection.cursor() as cursor:
        cursor.execute(drop if ledger.vendor == "postgresql" else ignore)
    ledger.unguarded("UPDATE records_movement SET cash = cash + 1 WHERE id = 1")
    code, found = examined(run)
    assert (code, ailments(found)) == (3, {"Balanza": "FALLA", "Auditoría": "FALLA"})
    assert found["Balanza"]["found"] == "sobran $0.01"
    assert "evento 2 las filas que dejó en movement" in found["Auditoría"]["found"]
    code, out, _ = run("doctor")
    assert code == 3
    assert "FALLA  Balanza: sobran $0.01\n       → No registre nada más" in out


def test_a_load_that_was_cut_short_is_a_failure(ledger, run, tmp_path):
    loaded = state(tmp_path, 200, group=100)
    loading.load_of(loaded, "0" * 64, WHO)
    code, found = examined(run)
    assert (code, ailments(found)) == (3, {"Cargas": "FALLA"})
    assert "del 2024-06-30 quedó a medias" in found["Cargas"]["found"]


def test_keys_that_are_missing_idle_or_unreadable_are_told_apart(ledger, run, monkeypatch):
    person = Person.objects.create()
    do_identify_person("a", person.pk, WHO, name="Ana")
    for text, code, verdict in (
        (KEYS, 0, None),
        (OTHER_KEY, 3, "FALLA"),
        (f"{OTHER_KEY},{KEYS}", 0, None),
        (f"{KEYS},{OTHER_KEY}", 1, "AVISO"),
        ("x", 3, "FALLA"),
    ):
        monkeypatch.setenv("TEQUIO_KEYS", text)
        got, found = examined(run)
        assert (got, ailments(found).get("Llaves")) == (code, verdict), text


def test_the_keys_of_an_embedded_ledger_are_for_its_owner(templates, run, tmp_path, monkeypatch):
    ledger = templates.copy("sqlite", tmp_path)
    for name, value in (ledger.environment | {"TEQUIO_KEYS": ""}).items():
        monkeypatch.setenv(name, value)
    ledger.use()
    assert ailments(examined(run)[1]) == {"Llaves": "FALLA"}, "there are none"
    run("db", "init")
    assert examined(run)[0] == 0
    (tmp_path / "keys.txt").chmod(0o640)
    code, found = examined(run)
    assert (code, ailments(found)) == (1, {"Llaves": "AVISO"})


def test_tables_that_are_behind_or_ahead_end_the_examination(ledger, run):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0011_settled_deposits'")
    code, found = examined(run)
    assert (code, ailments(found), list(found)) == (3, {"Tablas": "FALLA"}, ALL)
    assert "desde 0011_settled_deposits" in found["Tablas"]["found"]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('records', '9999_later', '2030-01-01')"
        )
    assert "más nueva: records.9999_later" in examined(run)[1]["Tablas"]["found"]


def test_a_database_that_does_not_answer_is_a_failure_without_secrets(ledger, run):
    if ledger.vendor == "postgresql":
        gone = dict(ledger.environment)
        gone["DATABASE_URL"] = "postgresql://u:secreta@127.0.0.1:1/b"
    else:
        gone = ledger.environment | {"DATABASE_URL": "sqlite:////nada/nada.sqlite3"}
    type(ledger)(ledger.vendor, gone).use()
    code, out, err = run("doctor")
    assert code == 3
    assert "FALLA  Base: " in out
    assert "no responde" in out
    assert "secreta" not in out + err


def test_a_clock_behind_the_last_event_is_a_failure(ledger, run, tmp_path, monkeypatch):
    do_load_portfolio(state(tmp_path, 200), WHO)
    now = timezone.now() - timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    code, found = examined(run)
    assert (code, ailments(found)) == (3, {"Reloj": "FALLA"})


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (machine.room(0, machine.SPARE - 1), Verdict.FAILURE),
        (machine.room(0, machine.SPARE), Verdict.OK),
        (machine.room(10, machine.SPARE + 19), Verdict.WARNING),
        (machine.room(10, machine.SPARE + 20), Verdict.OK),
        (machine.drift(machine.DRIFT), Verdict.OK),
        (machine.drift(machine.DRIFT + 0.1), Verdict.WARNING),
        (machine.drift(machine.TOO_MUCH), Verdict.WARNING),
        (machine.drift(machine.TOO_MUCH + 0.1), Verdict.FAILURE),
        (machine.at_least("PostgreSQL", (14,), (15,), "14.9"), Verdict.FAILURE),
        (machine.at_least("SQLite", (3, 31), (3, 31), "3.31.0"), Verdict.OK),
    ],
)
def test_both_sides_of_every_threshold(finding, verdict):
    assert finding.verdict is verdict


def test_packages_are_compared_with_the_list():
    text = (
        "django==5.2.1 \\\n    --hash=sha256:00\n"
        "tzdata==2026.6 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
        "nothing-like-it==1.0\n    # via django\n"
    )
    pinned = machine.pins(text)
    assert pinned == {"django": "5.2.1", "nothing-like-it": "1.0"}
    wrong = machine.astray(pinned)
    assert wrong["nothing-like-it"] == ""
    assert wrong["django"].startswith("5.2.")
    assert machine.PINNED.is_file()
