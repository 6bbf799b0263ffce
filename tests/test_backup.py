"""The rehearsal, on both databases: back up while a writer writes, destroy, restore, compare."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledgers import KEYS, all_rows, state
from tequio.engine.errors import Refused
from tequio.engine.manifest import sha256
from tequio.web import start

start()
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tequio.web.operating import postgresql_tools  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import AuditEvent, Credit, Person, SourceKey  # noqa: E402
from tequio.web.records.people import do_identify_person  # noqa: E402
from tequio.web.records.status import place, status  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la operadora", "pruebas")
HERE = Path(__file__).parent
NSS = "53048512346"
OTHER_KEY = "other:" + "C" * 43 + "="


@pytest.fixture
def loaded(ledger, tmp_path):
    """Some credits, and somebody with a name."""
    do_load_portfolio(state(tmp_path, 200), WHO)
    first = Person.objects.order_by("pk")[0]
    do_identify_person("a", first.pk, WHO, name="Ana Peña", nss=NSS)
    return ledger


@contextmanager
def writing(ledger):
    """Another process adds events all the time."""
    environment = {"PYTHONPATH": str(HERE.parent / "src"), **ledger.environment}
    with subprocess.Popen(
        [sys.executable, str(HERE / "writer.py")], env=environment, stdout=subprocess.PIPE
    ) as writer:
        writer.stdout.readline()
        try:
            yield
        finally:
            writer.terminate()


def until(rows: dict[str, list[dict]], position: int) -> dict[str, list[dict]]:
    """The rows that were there when the chain was so long; one writer, so keys grow with it."""
    event = next(e for e in rows["records_auditevent"] if e["position"] == position)
    last = event["source_id"]

    def there(table: str, row: dict) -> bool:
        key = row["id"] if table == "records_sourcekey" else row.get("source_id", 0)
        return key <= last

    return {t: [row for row in of_it if there(t, row)] for t, of_it in rows.items()}


def test_what_is_restored_is_what_was_there_in_the_instant_of_the_backup(loaded, run, tmp_path):
    folder = tmp_path / "respaldos" / "lunes"
    with writing(loaded):
        code, out, err = run("backup", "-o", str(folder))
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        position = int(manifest["head"].partition(":")[0])
        while AuditEvent.objects.count() < position + 3:
            time.sleep(0.01)
    assert code == 0
    assert "guarde aparte las de TEQUIO_KEYS" in err
    assert f"Anote en otro lugar el último evento: {manifest['head']}\n" in out
    assert position > 3, "the writer was writing before, and after"
    assert (manifest["keys"], sorted(manifest["files"])) == (["first"], files_of(loaded))
    before = all_rows()
    loaded.destroy()
    code, out, _ = run("restore", str(folder))
    assert code == 0
    assert f"{position} eventos en orden; el último, {manifest['head']}\n" in out
    assert all_rows() == until(before, position)
    assert status().left_over == 0
    assert verify(head=manifest["head"]).fault is None


def files_of(ledger) -> list[str]:
    return ["tequio.dump" if ledger.vendor == "postgresql" else "tequio.sqlite3"]


def test_personal_facts_open_with_the_keys_and_not_without(loaded, run, tmp_path, monkeypatch):
    folder = tmp_path / "respaldo"
    assert run("backup", "-o", str(folder))[0] == 0
    loaded.destroy()
    monkeypatch.setenv("TEQUIO_KEYS", OTHER_KEY)
    code, out, err = run("restore", str(folder), "--json")
    assert (code, json.loads(out)["keys_missing"]) == (0, ["first"])
    assert "Faltan llaves: first." in err
    with pytest.raises(Refused, match="Falta la llave 'first'"):
        _ = Person.objects.get(name_sealed__gt="").name
    monkeypatch.setenv("TEQUIO_KEYS", f"{OTHER_KEY},{KEYS}")
    assert Person.objects.get(name_sealed__gt="").name == "Ana Peña"
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not [word for word in ("Ana", NSS, KEYS[6:]) if word.encode() in content]


def test_the_keys_go_along_when_asked_and_come_back_beside_their_database(
    templates, run, tmp_path, monkeypatch
):
    ledger = templates.copy("sqlite", tmp_path)
    for name, value in (ledger.environment | {"TEQUIO_KEYS": ""}).items():
        monkeypatch.setenv(name, value)
    ledger.use()
    assert run("db", "init")[0] == 0
    person = Person.objects.create()
    do_identify_person("a", person.pk, WHO, name="Ana Peña")
    assert (
        "guarde aparte " + str(tmp_path / "keys.txt")
        in run("backup", "-o", str(tmp_path / "sin"))[2]
    )
    folder = tmp_path / "con"
    code, _, err = run("backup", "-o", str(folder), "--with-keys")
    assert code == 0
    assert "quien lo tenga lee los datos personales" in err
    assert (folder / "keys.txt").stat().st_mode & 0o077 == 0
    ledger.destroy()
    (tmp_path / "keys.txt").unlink()
    assert run("restore", str(folder))[0] == 0
    assert (tmp_path / "keys.txt").read_bytes() == (folder / "keys.txt").read_bytes()
    assert Person.objects.get(pk=person.pk).name == "Ana Peña"
    ledger.destroy()
    (tmp_path / "keys.txt").write_text("k1:" + "D" * 43 + "=\n", encoding="utf-8")
    code, _, err = run("restore", str(folder))
    assert (code, "La llave 'k1' del respaldo no es la que hay aquí" in err) == (3, True)
    assert not (tmp_path / "tequio.sqlite3").exists()


def test_what_has_rows_is_replaced_only_by_whoever_types_its_place(
    loaded, run, tmp_path, monkeypatch
):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    then = all_rows()
    do_identify_person("b", Person.objects.order_by("pk")[1].pk, WHO, name="Eva")
    now = all_rows()
    code, _, err = run("restore", str(folder))
    assert (code, "no está vacío" in err) == (3, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("otro lugar\n"))
    assert run("restore", str(folder), "--replace")[0] == 2
    assert all_rows() == now
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{place()}\n"))
    assert run("restore", str(folder), "--replace")[0] == 0
    assert all_rows() == then
    again = tmp_path / "otro"
    assert run("backup", "-o", str(again))[0] == 0, "what was restored can be backed up"
    do_identify_person("c", Person.objects.order_by("pk")[1].pk, WHO, name="Eva")
    assert SourceKey.objects.filter(key="c").exists(), "and written to"


def test_an_empty_ledger_needs_no_word_to_be_replaced(loaded, run, tmp_path):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    loaded.destroy()
    assert run("db", "init")[0] == 0
    assert run("restore", str(folder))[0] == 0
    assert Credit.objects.count() == 200


def resigned(folder: Path, **changes) -> None:
    """The manifest of somebody who changes a backup and knows how to hash."""
    path = folder / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8")) | changes
    said["files"] = {name: sha256(folder / name) for name in said["files"]}
    path.write_text(json.dumps(said), encoding="utf-8")


def first_table(manifest: dict) -> dict:
    return manifest["rows"] | {"records_credit": 199}


CHANGES = {
    "a byte": (lambda f, m: add_a_byte(f), "fue cambiado"),
    "a file": (lambda f, m: next(f.glob("tequio.*")).unlink(), "le falta"),
    "no manifest": (lambda f, m: (f / "manifest.json").unlink(), "no es un respaldo"),
    "half a manifest": (lambda f, m: cut(f / "manifest.json"), "no se entiende"),
    "a manifest without head": (lambda f, m: resigned(f, head=""), "no se entiende"),
    "a manifest without rows": (
        lambda f, m: resigned(f, rows=None, versions=None),
        "no se entiende",
    ),
    "a newer program": (
        lambda f, m: resigned(f, migrations=[*m["migrations"], "records.9999_later"]),
        "de una versión más nueva del programa (records.9999_later)",
    ),
    "other rows": (lambda f, m: resigned(f, rows=first_table(m)), "199 filas de records_credit"),
    "another head": (
        lambda f, m: resigned(f, head=m["head"][:-1] + "x"),
        "El respaldo no es fiel: el evento 3 no es el que se anotó",
    ),
    "a longer chain": (
        lambda f, m: resigned(f, head="9" + m["head"][1:]),
        "El respaldo no es fiel: el evento 4 falta",
    ),
}


def add_a_byte(folder: Path) -> None:
    with next(folder.glob("tequio.*")).open("ab") as file:
        file.write(b"x")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


@pytest.mark.parametrize("change", CHANGES)
def test_a_backup_that_is_not_as_it_was_made_changes_nothing(
    loaded, run, tmp_path, monkeypatch, change
):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    do_identify_person("b", Person.objects.order_by("pk")[1].pk, WHO, name="Eva")
    now = all_rows()
    make, says = CHANGES[change]
    make(folder, manifest)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{place()}\n"))
    code, _, err = run("restore", str(folder), "--replace")
    assert code == 3
    assert says in err
    assert all_rows() == now


def test_a_ledger_that_was_changed_behind_the_chain_is_not_restored(loaded, run, tmp_path):
    loaded.unguarded("UPDATE records_movement SET day = '2020-01-01' WHERE id = 1")
    folder = tmp_path / "respaldo"
    assert run("backup", "-o", str(folder))[0] == 0
    loaded.destroy()
    code, _, err = run("restore", str(folder))
    assert (code, "las filas que dejó en movement fueron cambiadas" in err) == (3, True)
    assert "records_credit" not in connection.introspection.table_names()


def test_a_backup_goes_to_a_new_folder_and_to_its_own_kind_of_database(loaded, run, tmp_path):
    folder = tmp_path / "respaldo"
    folder.mkdir()
    assert run("backup", "-o", str(folder))[0] == 0, "an empty folder is as good as none"
    code, _, err = run("backup", "-o", str(folder))
    assert (code, f"{folder} ya tiene algo" in err) == (3, True)
    assert run("backup")[0] == 2
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[loaded.vendor]
    names = {"sqlite": "tequio.sqlite3", "postgresql": "tequio.dump"}
    (folder / names[loaded.vendor]).rename(folder / names[other])
    resigned_as(folder, other, names[other])
    code, _, err = run("restore", str(folder), "--replace")
    assert (code, "Ponga DATABASE_URL como cuando se hizo" in err) == (3, True)


def resigned_as(folder: Path, database: str, name: str) -> None:
    path = folder / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said |= {"database": database, "files": {name: next(iter(said["files"].values()))}}
    said["versions"] |= {"pg_dump": "15"}
    path.write_text(json.dumps(said), encoding="utf-8")


def test_nobody_may_be_writing_while_a_ledger_is_replaced(loaded, run, tmp_path, monkeypatch):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    with writing(loaded):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{place()}\n"))
        code, _, err = run("restore", str(folder), "--replace")
    assert code == 3
    assert "tienen abierto" in err or "tiene abierto" in err
    assert AuditEvent.objects.count() > 3


def test_tables_of_somebody_else_are_not_thrown_away(loaded, run, tmp_path):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE nomina (a integer)")
    code, _, err = run("restore", str(folder), "--replace")
    assert (code, "tablas que no son del libro (nomina)" in err) == (3, True)


def test_a_database_of_a_newer_program_is_not_worked_with_but_replaced(
    loaded, run, tmp_path, monkeypatch
):
    folder = tmp_path / "respaldo"
    run("backup", "-o", str(folder))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE records_later (a integer)")
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('records', '9999_later', '2030-01-01')"
        )
    code, _, err = run("db", "status")
    assert (code, "más nueva del programa (records.9999_later)" in err) == (3, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{place()}\n"))
    assert run("restore", str(folder), "--replace")[0] == 0
    assert run("db", "status")[0] == 0
    call_command("migrate", "--check", verbosity=0)


@pytest.mark.parametrize(
    ("said", "says"),
    [("pg_dump (PostgreSQL) 14.9", "es de la versión 14 y hace falta la"), (None, "Falta pg_dump")],
)
def test_client_tools_that_are_missing_or_older_are_said(
    loaded, run, tmp_path, monkeypatch, said, says
):
    if loaded.vendor == "sqlite":
        monkeypatch.setenv("PATH", str(tmp_path))
        assert run("backup", "-o", str(tmp_path / "r"))[0] == 0, "SQLite needs none"
        return
    tools = tmp_path / "bin"
    tools.mkdir()
    if said:
        (tools / "pg_dump").write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
        (tools / "pg_dump").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{Path(shutil.which('sh')).parent}")
    else:
        monkeypatch.setenv("PATH", str(tools))
    code, _, err = run("backup", "-o", str(tmp_path / "r"))
    assert (code, says in err) == (3, True)
    assert "sudo apt-get install postgresql-client" in err
    assert not (tmp_path / "r").exists()
    assert postgresql_tools.server_major() >= 15
