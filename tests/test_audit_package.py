"""An auditor's package: tables as the database gives them, the law of each step, equal or not."""

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from closes import WHO, day_number, numbers, post
from printed import read_pdf
from refunding import ON, PAYS, kept, overpaid, validated
from stepping import credit_at, on_record, rows_eligible
from tequio.engine.errors import Refused
from tequio.web import start
from test_closing import random_receipts
from test_statements_steps import CASES, SOLUTION

start()
from django.db import connection  # noqa: E402

from tequio.core.months import month_number  # noqa: E402
from tequio.web.auditing.packages import write_package  # noqa: E402
from tequio.web.auditing.queries import QUERIES  # noqa: E402
from tequio.web.auditing.recomputing import recomputed  # noqa: E402
from tequio.web.auditing.samples import drawn, hash_of, write_sample  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.access import do_log_access  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.refunds.paying import Payer, do_make_payout  # noqa: E402
from tequio.web.statements.reading import statement  # noqa: E402
from tequio.web.statements.words import document_of  # noqa: E402

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)


def a_life(number_at: int = 0) -> str:
    """A credit that was paid off with excess, refunded, offered something, looked at."""
    (number,) = overpaid((number_at,))
    random_receipts("more", month_number(AUGUST), 5, 40)
    credit = models.Credit.objects.get(number=number)
    waits = SimpleNamespace(settlement="a deposit")
    on, until = date(2024, 8, 2), date(2024, 8, 31)
    on_record("o", credit, "prorroga", on, until, {"gives": "it's"}, waits)
    refund = validated(number, amount=1_00)
    do_make_payout("uno", ON, Payer("Infonavit", "021180550300050811"), PAYS)
    assert refund
    do_close_month(AUGUST, WHO)
    do_log_access(number, "statement", WHO, "lo pidió ella")
    return number


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_a_package_tells_a_credits_whole_life(loaded, tmp_path):
    number = a_life()
    made = write_package(number, tmp_path / "p")
    assert made.recomputed.first() is None
    said = {query.name: rows(tmp_path / "p" / f"{query.name}.csv") for query in QUERIES}
    assert said["credito"][0]["credito"] == number
    moved = said["movimientos"]
    assert len(moved) == models.Movement.objects.filter(credit__number=number).count()
    for row in moved:
        assert row["tipo"]
        assert row["evento"]
    balance = -sum(int(row["Saldo a favor"]) for row in moved)
    assert balance == kept(number)
    assert [row["tipo"] for row in moved].count("Devolución") == 1
    assert {row["recibo"] for row in moved if row["recibo"]} == {
        row["recibo"] for row in said["recibos"]
    }
    assert [row["estado"] for row in said["convenio_pasos"]] == ["ofrecido", "vencido"]
    assert [row["estado"] for row in said["devolucion_pasos"]] == [
        "encontrado", "solicitado", "con una validación", "con dos validaciones", "en dispersión",
    ]  # fmt: skip
    assert [row["quien"] for row in said["devolucion_pasos"]][2:4] == ["validadora", "supervisora"]
    assert [row["centavos"] for row in said["devolucion_pagos"]] == ["100"]
    assert [row["que_abrio"] for row in said["accesos"]] == ["statement"]
    known = {row["evento"] for row in said["eventos"]}
    for name, table in said.items():
        if name not in ("accesos", "contactos", "personas", "credito"):
            assert {row["evento"] for row in table if row["evento"]} <= known, name
    check_hashes(tmp_path / "p")
    words, _ = read_pdf((tmp_path / "p" / "estado.pdf").read_bytes())
    assert "Periodo" in words
    assert "1 de julio de 2024 al 31 de agosto de 2024" in words
    text = (tmp_path / "p" / "LEEME.txt").read_text(encoding="utf-8")
    assert "Resultado del recálculo: IGUAL" in text
    for name in files(tmp_path / "p").keys() - {"LEEME.txt"}:
        assert name in text


@pytest.mark.parametrize(
    ("case", "kinds"),
    [
        ("signing undone", ["signing", "undoing"]),
        ("reversal", ["reversal"]),
        ("late money", ["replay"]),
        ("settlement", ["settlement"]),
        ("settlement reversed", ["settlement", "reversal"]),
    ],
)
def test_a_package_of_a_credit_with_steps_is_equal_before_and_after_the_close(
    few, tmp_path, case, kinds
):
    row = rows_eligible(SOLUTION)[0]
    number = credit_at(row).number
    CASES[case][0](row)
    assert write_package(number, tmp_path / "open").recomputed.first() is None
    closed = models.ClosedPart.objects.exists()
    do_close_month(AUGUST if closed else JULY, WHO)
    made = write_package(number, tmp_path / "closed")
    assert made.recomputed.first() is None, made.recomputed.verdict()
    for folder in ("open", "closed"):
        steps = rows(tmp_path / folder / "pasos.csv")
        assert [step["tipo"] for step in steps] == kinds
        assert {step["mes_abierto"] for step in steps} <= {"2024-07", "2024-08"}
    keys = {row["movimiento"] for row in rows(tmp_path / "closed" / "movimientos.csv")}
    back = [row["reversa_de"] for row in rows(tmp_path / "closed" / "movimientos.csv")]
    assert {key for key in back if key} <= keys
    assert any(back) == (case != "settlement")


def check_hashes(folder: Path) -> None:
    """As `sha256sum -c` does."""
    for line in (folder / "huellas.sha256").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_nothing_personal_is_in_it(loaded, tmp_path):
    number = a_life()
    write_package(number, tmp_path / "p")
    for name, content in files(tmp_path / "p").items():
        for secret in (b"012180001234567899", "Peña".encode(), b"PENA RUIZ"):
            assert secret not in content, name
    words, _ = read_pdf((tmp_path / "p" / "estado.pdf").read_bytes())
    assert "A nombre de" not in words
    assert "A nombre de" in {fact.label for fact in document_of(statement(number)).about}


def test_the_same_ledger_gives_the_same_bytes_though_somebody_looked(loaded, tmp_path):
    number = a_life()
    do_log_access(number, "audit package", WHO)
    write_package(number, tmp_path / "one")
    do_log_access(number, "audit package", WHO)
    write_package(number, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    with pytest.raises(Refused, match="no está vacía"):
        write_package(number, tmp_path / "one")
    with pytest.raises(Refused, match="no está en el libro"):
        write_package("0000000000", tmp_path / "three")


def test_its_queries_give_its_tables_without_this_program(loaded, tmp_path):
    number = a_life()
    write_package(number, tmp_path / "p")
    text = (tmp_path / "p" / "consultas.sql").read_text(encoding="utf-8")
    asked = text.split("\n-- ")[1:]
    assert len(asked) == len(QUERIES)
    connection.close()
    for one in asked:
        name, _, rest = one.partition(".csv: ")
        sql = rest.partition("\n")[2].strip().rstrip(";")
        there = rows(tmp_path / "p" / f"{name}.csv")
        found = answers(loaded, sql)
        assert len(found) == len(there), name
        for row, wanted in zip(found, there, strict=True):
            for value, (column, text_) in zip(row, wanted.items(), strict=True):
                if column != "momento":
                    assert ("" if value is None else str(value)) == text_, (name, column)


def answers(ledger, sql: str) -> list[tuple]:
    """As somebody asks who has the database alone."""
    if ledger.vendor == "sqlite":
        with sqlite3.connect(Path(ledger.environment["TEQUIO_HOME"]) / "tequio.sqlite3") as opened:
            found = opened.execute(sql).fetchall()
        opened.close()
        return found
    import psycopg

    with psycopg.connect(ledger.environment["DATABASE_URL"]) as opened:
        return opened.execute(sql).fetchall()


def test_the_law_of_each_step_is_there_with_its_source(loaded, tmp_path):
    number = a_life()
    write_package(number, tmp_path / "p")
    law = rows(tmp_path / "p" / "ley.csv")
    steps = {(row["paso"].split()[0], row["dia"], row["ley"]) for row in law}
    assert steps == {
        ("cierre", "2024-07-31", "servicing"),
        ("cierre", "2024-08-31", "servicing"),
        ("convenio", "2024-08-02", "prorroga"),
        ("devolución", "2024-08-05", "refunds"),
    }
    for row in law:
        assert all(row.values()), row
        assert row["desde"] <= row["dia"]
        assert row["confianza"] in ("oficial", "prensa", "inferido", "supuesto")
    (efirma,) = [row for row in law if row["parametro"] == "efirma_from"]
    assert efirma["valor"] == "$30,000.00"
    assert efirma["fuente"].startswith("netnoticias.mx")


def test_every_credit_is_equal_after_months_of_anything(loaded):
    random_receipts("j", month_number(JULY), 11, 120)
    do_close_month(JULY, WHO)
    random_receipts("a", month_number(AUGUST), 12, 120)
    do_close_month(AUGUST, WHO)
    for credit in models.Credit.objects.order_by("pk")[:60]:
        found = recomputed(credit)
        assert found.first() is None, found.verdict()
        assert found.movements > 0


def test_before_any_close_it_is_equal_too(loaded, tmp_path):
    credit = models.Credit.objects.order_by("pk")[0]
    found = recomputed(credit)
    assert (found.first(), found.movements) == (None, 0)
    write_package(credit.number, tmp_path / "p")
    text = (tmp_path / "p" / "LEEME.txt").read_text(encoding="utf-8")
    assert "El estado de cuenta no va en este paquete. El crédito" in text
    assert "ningún mes cerrado" in text
    assert not (tmp_path / "p" / "estado.pdf").exists()


def test_a_receipt_known_late_is_left_out_and_said(loaded):
    do_close_month(JULY, WHO)
    post("late", [0], day_number(date(2024, 7, 9)), np.array([1_000_00]))
    found = recomputed(models.Credit.objects.get(number=numbers()[0]))
    assert (found.first(), found.waiting) == (None, 1)
    assert "1 recibos tardíos esperan" in found.verdict()


@pytest.mark.parametrize(
    ("spoils", "what"),
    [
        (
            (
                "UPDATE records_movement SET interest = interest + 1, interest_income = "
                "interest_income - 1 WHERE id = {movement}"
            ),
            "Movimiento",
        ),
        (
            "UPDATE records_serviced SET missed = missed + 1 WHERE credit_id = {credit}",
            "Estado interno",
        ),
        (
            "UPDATE records_receipt SET amount = amount + 1 WHERE credit_id = {credit}",
            "Movimiento",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_named(loaded, spoils, what, run, tmp_path):
    post("p", [0], day_number(date(2024, 7, 9)), np.array([1_000_00]))
    do_close_month(JULY, WHO)
    credit = models.Credit.objects.get(number=numbers()[0])
    closed = models.ClosedPart.objects.get(first__lte=credit.pk, last__gte=credit.pk)
    own = models.Movement.objects.filter(credit=credit, source=closed.source_id)
    movement = own.filter(kind=1).order_by("-pk")[0].pk
    loaded.unguarded(spoils.format(movement=movement, credit=credit.pk))
    found = recomputed(credit)
    assert found.first().what == what
    assert found.verdict().startswith("NO ES IGUAL. Lo primero que difiere: ")
    code, out, _ = run("audit", "package", credit.number, "-o", str(tmp_path / "p"))
    assert code == 3
    assert "NO ES IGUAL" in out


def test_a_sample_is_drawn_by_hashes_that_anybody_can_repeat(loaded, tmp_path):
    do_close_month(JULY, WHO)
    made = write_sample(7, 3, tmp_path / "s", WHO, "visita")
    every = sorted(numbers(), key=lambda n: hashlib.sha256(f"7:{n}".encode()).hexdigest())
    assert [one.credit for one in made] == every[:3]
    by_hand = subprocess.run(
        ["sha256sum"], input=f"7:{every[0]}".encode(), capture_output=True, check=True
    )
    assert by_hand.stdout.split()[0].decode() == hash_of(7, every[0])
    assert drawn(8, 3) != drawn(7, 3)
    listed = rows(tmp_path / "s" / "muestra.csv")
    assert [row["credito"] for row in listed] == every[:3]
    assert {row["recalculo"] for row in listed} == {"IGUAL"}
    write_sample(7, 3, tmp_path / "again", WHO, "visita")
    assert files(tmp_path / "s") == files(tmp_path / "again")
    seen = models.Access.objects.filter(what="audit sample")
    assert (seen.count(), seen.order_by("pk")[0].why) == (6, "visita")
    with pytest.raises(Refused, match="no está vacía"):
        write_sample(7, 3, tmp_path / "s", WHO, "")


def test_the_commands(loaded, run, tmp_path):
    do_close_month(JULY, WHO)
    number = numbers()[4]
    code, out, _ = run("audit", "package", number, "-o", str(tmp_path / "p"), "--why", "oficio 1")
    assert code == 0
    assert "Recálculo: IGUAL" in out
    assert models.Access.objects.get().why == "oficio 1"
    code, out, _ = run("audit", "package", number, "-o", str(tmp_path / "q"), "--json")
    assert (code, json.loads(out)["equal"]) == (0, True)
    code, out, _ = run("audit", "sample", "--seed", "3", "--size", "2", "-o", str(tmp_path / "s"))
    assert code == 0
    assert "2 créditos en" in out
    code, _, err = run("audit", "package", "1", "-o", str(tmp_path / "x"))
    assert code == 3
    assert "no está en el libro" in err
    assert not (tmp_path / "x").exists()
