"""Files of payments into the ledger: each payment once, and no centavo lost."""

from datetime import date

import pytest

from deposits import WHO, bank_file, entry, numbers, row, statement, summary
from tequio.engine.errors import Refused
from tequio.engine.tape.figures import decimal
from tequio.web import start

start()
from django.db import DatabaseError, connection, transaction  # noqa: E402

from tequio.web.intake import entries as entries_  # noqa: E402
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.models import (  # noqa: E402
    Assignment,
    AuditEvent,
    BankFile,
    Deposit,
    Movement,
    Payer,
    Receipt,
    Serviced,
    SetAside,
)
from tequio.web.records.people import SEALED, reseal_all  # noqa: E402

DAY = date(2024, 7, 31)
HOW = Deposit.Matched


def take(path, **more):
    return do_take_file(path, WHO, **{"as_of": DAY, **more})


def test_payments_are_applied_to_their_credits_and_the_rest_waits(loaded, tmp_path):
    known = numbers()
    rows = [
        row("a", "2024-07-05", "1500.00", known[0]),
        row("b", "2024-07-06", "20.50", known[1], referencia="", canal="Ventanilla"),
        row("c", "2024-07-07", "30", "", concepto=f"PAGO {known[2]} JULIO"),
        row("d", "2024-07-08", "40", "", concepto="SIN NUMERO"),
        row("e", "2024-07-09", "50", "0000000000"),
        row("f", "2024-07-10", "60", known[3], concepto=f"y {known[4]}"),
        row("g", "2024-06-30", "70", known[5]),
        row("h", "2024-07-10", "80", "0000000000", concepto=known[6]),
    ]
    taken = take(bank_file(tmp_path / "a.csv", rows))
    said = taken.summary
    assert (said.taken.count, said.taken.amount) == (8, 1850_50)
    assert (said.applied.count, said.unapplied.count) == (3, 5)
    assert said.explained
    how = dict(Deposit.objects.values_list("key", "matched"))
    assert how == {
        "a": HOW.REFERENCE,
        "b": HOW.CREDIT,
        "c": HOW.REFERENCE,
        "d": HOW.NOTHING,
        "e": HOW.UNKNOWN,
        "f": HOW.SEVERAL,
        "g": HOW.BEFORE,
        "h": HOW.UNKNOWN,
    }
    columns = ("credit__number", "day", "amount", "channel")
    assert list(Receipt.objects.order_by("pk").values_list(*columns)) == [
        (known[0], date(2024, 7, 5), 1500_00, 3),
        (known[1], date(2024, 7, 6), 20_50, 2),
        (known[2], date(2024, 7, 7), 30_00, 3),
    ]
    whole = equation()
    assert whole.holds
    assert (whole.received, whole.applied, whole.unapplied) == (1850_50, 1550_50, 300_00)
    assert audit.verify().fault is None


def test_the_same_file_twice_changes_nothing_and_says_so(loaded, tmp_path, run):
    path = bank_file(tmp_path / "a.csv", [row("a", "2024-07-05", "15", numbers()[0])])
    first = take(path)
    assert (first.already, first.pieces) == (0, 1)
    before = AuditEvent.objects.count()
    again = take(path.rename(tmp_path / "otro-nombre.csv"))
    assert (again.already, again.pieces) == (1, 1)
    assert again.summary == first.summary
    assert AuditEvent.objects.count() == before
    code, out, _ = run("pay", str(tmp_path / "otro-nombre.csv"))
    assert code == 0
    assert "ya se había recibido; no se cambió nada" in out
    assert equation().received == 15_00


def test_a_payment_in_two_files_is_taken_once_whatever_their_kind(loaded, tmp_path):
    known = numbers()
    rows = [row(key, "2024-07-05", "15", known[at]) for at, key in enumerate("ab")]
    take(bank_file(tmp_path / "a.csv", rows))
    said = take(bank_file(tmp_path / "b.csv", [*rows[1:], row("c", "2024-07-05", "15", known[0])]))
    assert (said.summary.taken.count, said.summary.repeated.count) == (1, 1)
    assert said.summary.repeated_keys == ("b",)
    texts = [entry("a", "15.00", f"5503 {known[0]}"), entry("z", "7", f"5503 {known[2]}")]
    said = take(statement(tmp_path / "c.xml", texts, summary(2, "22.00")))
    assert (said.summary.taken.count, said.summary.repeated.count) == (1, 1)
    assert said.summary.explained
    assert equation().received == 3 * 15_00 + 7_00


@pytest.mark.parametrize(
    ("day", "amount", "other", "told"),
    [
        ("2024-07-05", "15", 0, "repeated"),
        ("2024-07-06", "15", 0, "aside"),
        ("2024-07-05", "15.01", 0, "aside"),
        ("2024-07-05", "15", 1, "aside"),
    ],
)
def test_a_key_of_another_payment_is_set_aside(loaded, tmp_path, day, amount, other, told):
    known = numbers()
    take(bank_file(tmp_path / "a.csv", [row("a", "2024-07-05", "15", known[0])]))
    rows = [row("a", day, amount, known[other]), row("b", "2024-07-05", "1", known[0])]
    taken = take(bank_file(tmp_path / "b.csv", rows))
    assert getattr(taken.summary, told).count == 1
    assert taken.summary.taken.count == 1
    if told == "aside":
        assert "ya se usó" in taken.aside[0].why
    assert equation().received == 16_00


def test_twice_in_one_file_is_once_and_without_keys_is_as_often_as_it_is_there(loaded, tmp_path):
    known = numbers()
    one = row("a", "2024-07-05", "15", known[0])
    said = take(bank_file(tmp_path / "a.csv", [one, one])).summary
    assert (said.taken.count, said.repeated.count) == (1, 1)
    bare = row("", "2024-07-05", "20", known[0], nombre="ANA")
    other = row("", "2024-07-05", "20", known[0], nombre="EVA")
    said = take(bank_file(tmp_path / "b.csv", [bare, bare])).summary
    assert (said.taken.count, said.repeated.count) == (2, 0)
    said = take(bank_file(tmp_path / "c.csv", [bare, bare, bare, other])).summary
    assert (said.taken.count, said.repeated.count) == (2, 2)
    assert equation().received == 15_00 + 4 * 20_00


ODD = [
    (row("k", "2024-07-05", "-15", "X"), "importe", "Es negativo", -15_00),
    (row("k", "2024-07-05", "0", "X"), "importe", "Es cero", 0),
    (row("k", "2024-07-05", "0.01", "X"), "", "", 1),
    (row("k", "2024-08-01", "15", "X"), "fecha", "posterior a 2024-07-31", 15_00),
    (row("k", "2024-07-31", "15", "X"), "", "", 15_00),
    (row("k", "2024-02-30", "15", "X"), "fecha", "no existe", 15_00),
    (row("k", "", "15", "X"), "fecha", "hace falta", 15_00),
    (row("k", "2024-07-05", "15.005", "X"), "importe", "3 decimales", None),
    (row("k", "2024-07-05", "quince", "X"), "importe", "como número", None),
    (row("k", "2024-07-05", "1000000000.01", "X"), "importe", "mil millones", None),
    (row("k", "2024-07-05", "1,000,000,000.00", "X"), "", "", 10**11),
    (row("k", "2024-07-05", "15", "X", canal="PALOMA"), "canal", "lista", 15_00),
    (row("k", "2024-07-05", "15", "X", destino="viajar"), "destino", "lista", 15_00),
    (row("k", "2024-07-05", "15", "X", municipio="Morelia"), "municipio", "5 dígitos", 15_00),
    (row("k" * 101, "2024-07-05", "15", "X"), "clave", "Pasa de 100", 15_00),
    (row("k" * 100, "2024-07-05", "15", "X"), "", "", 15_00),
    (row("k\u200b", "2024-07-05", "15", "X"), "clave", "signos", 15_00),
    (row("k", "2024-07-05", "15", "X" * 41), "credito", "Pasa de 40", 15_00),
]


@pytest.mark.parametrize(("line", "field", "why", "amount"), ODD)
def test_a_row_that_is_no_payment_is_set_aside_and_the_others_survive(
    loaded, tmp_path, run, line, field, why, amount
):
    good = row("good", "2024-07-05", "7", numbers()[0])
    total = (3_00 if amount is None else amount) + 7_00
    path = bank_file(tmp_path / "a.csv", [line, good], decimal(total, 2))
    taken = take(path)
    said = taken.summary
    assert said.applied.count == 1
    assert said.explained
    assert (said.unreadable, said.unread) == ((1, 3_00) if amount is None else (0, 0))
    if not field:
        assert (said.taken.count, taken.aside) == (2, [])
        return
    (one,) = taken.aside
    assert (one.line, one.field) == (2, field)
    assert why in one.why
    assert one.mend
    assert said.taken.count == 1
    assert equation().received == 7_00, "what is set aside was not received"
    code, out, err = run("pay", str(path))
    assert code == 1
    assert "a.csv.apartadas.csv" in err
    beside = (tmp_path / "a.csv.apartadas.csv").read_text(encoding="utf-8-sig")
    assert f"a.csv,2,{field}," in beside
    assert one.mend.split(",")[0] in beside
    assert "Apartado, no se recibió" in out


def test_a_file_cut_in_half_is_refused_whole_and_comes_in_later(loaded, tmp_path):
    known = numbers()
    rows = [row(f"k{at}", "2024-07-05", "10", known[at]) for at in range(10)]
    whole = bank_file(tmp_path / "a.csv", rows)
    text = whole.read_text(encoding="utf-8")
    half = tmp_path / "half.csv"
    half.write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(Refused, match=r"half\.csv no termina con el renglón TOTAL: parece cortado"):
        take(half)
    assert not BankFile.objects.exists()
    second = bank_file(tmp_path / "second.csv", rows[5:])
    assert take(second).summary.taken.count == 5
    said = take(whole).summary
    assert (said.taken.count, said.repeated.count) == (5, 5)
    assert equation().received == 100_00


CUT = [
    ("3", "20.00", "declara 3 filas y tiene 2: faltan 1"),
    ("1", "20.00", "declara 1 filas y tiene 2: sobran 1"),
    ("2", "20.01", r"declara \$20\.01 y sus filas suman \$20\.00; la diferencia es \$0\.01"),
    ("2", "veinte", "no se entiende"),
    ("", "20.00", "no se entiende"),
]


@pytest.mark.parametrize(("count", "total", "why"), CUT)
def test_wrong_totals_are_refused_whole(loaded, tmp_path, count, total, why):
    rows = [row(key, "2024-07-05", "10", numbers()[0]) for key in "ab"]
    path = bank_file(tmp_path / "a.csv", rows, total, count)
    with pytest.raises(Refused, match=why):
        take(path)
    assert not Deposit.objects.exists()


def test_what_is_no_bank_file_is_refused(loaded, tmp_path):
    path = tmp_path / "a.csv"
    good = row("a", "2024-07-05", "10", "")
    bank_file(path, [good])
    text = path.read_text(encoding="utf-8")
    for changed, why in (
        (text.replace("importe", "monto", 1), "columna que no se conoce: «monto»"),
        (text.replace(",importe", "", 1), "le falta la columna «importe»"),
        (text + good + "\n", "filas después del renglón TOTAL"),
        (text.replace(good + "\n", "").replace("TOTAL,1,10", "TOTAL,0,0"), "ningún pago"),
        ("", "está vacío"),
    ):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(Refused, match=why):
            take(path)
    with pytest.raises(Refused, match="No existe el archivo"):
        take(tmp_path / "nada.csv")
    assert not Deposit.objects.exists()


def test_a_dry_run_says_all_and_leaves_nothing(loaded, tmp_path, run):
    rows = [row("a", "2024-07-05", "10", numbers()[0]), row("b", "2024-07-05", "-1", "")]
    path = bank_file(tmp_path / "a.csv", rows)
    code, out, _ = run("pay", str(path), "--dry-run", "--as-of", "2024-07-31")
    assert code == 1
    assert "Ensayo: no quedó nada registrado." in out
    assert "$10.00" in out
    assert not BankFile.objects.exists()
    assert not Receipt.objects.exists()
    assert not (tmp_path / "a.csv.apartadas.csv").exists()
    code, out, _ = run("pay", str(path), "--as-of", "2024-07-31")
    assert code == 1
    assert "recibido $10.00 = aplicado $10.00 + por aplicar $0.00 + devuelto $0.00" in out


def test_a_settled_credit_keeps_what_comes_for_the_borrower(loaded, tmp_path):
    number = numbers()[0]
    rows = [row("a", "2024-07-05", "90000000", number, destino="liquidar")]
    take(bank_file(tmp_path / "a.csv", rows))
    do_close_month(date(2024, 7, 1), WHO)
    kept = Serviced.objects.get(credit__number=number)
    assert kept.principal + kept.principal_due == 0
    before = kept.payable_to_borrower
    assert before < 0
    said = take(
        bank_file(tmp_path / "b.csv", [row("b", "2024-08-05", "500", number)]),
        as_of=date(2024, 8, 31),
    ).summary
    assert (said.applied.count, said.settled.count, said.settled.amount) == (1, 1, 500_00)
    do_close_month(date(2024, 8, 1), WHO)
    kept = Serviced.objects.filter(credit__number=number).latest("month")
    assert kept.payable_to_borrower == before - 500_00
    assert equation().holds


def test_money_for_a_closed_month_is_kept_and_counted_as_late(loaded, tmp_path):
    known = numbers()
    do_close_month(date(2024, 7, 1), WHO)
    rows = [row("a", "2024-07-31", "10", known[0]), row("b", "2024-08-01", "20", known[0])]
    said = take(bank_file(tmp_path / "a.csv", rows), as_of=date(2024, 8, 2)).summary
    assert (said.late.count, said.late.amount) == (1, 10_00)
    do_close_month(date(2024, 8, 1), WHO)
    paid = Movement.objects.filter(credit__number=known[0]).values_list("cash", flat=True)
    assert sum(paid) == 30_00


def test_who_paid_is_sealed_and_what_was_written_is_kept_only_where_it_is_needed(
    loaded, tmp_path, monkeypatch
):
    known = numbers()
    rows = [
        row("a", "2024-07-05", "10", known[0], nombre="ANA PEÑA", concepto="CASA UNO"),
        row("b", "2024-07-05", "10", "", nombre="EVA MORA", concepto="CASA DOS"),
    ]
    take(bank_file(tmp_path / "a.csv", rows))
    told = {p.deposit.key: (p.name, p.concept) for p in Payer.objects.all()}
    assert told == {"a": ("ANA PEÑA", ""), "b": ("EVA MORA", "CASA DOS")}
    with connection.cursor() as cursor:
        for table in ("payer", "deposit", "auditevent", "setaside", "sourcekey"):
            cursor.execute(f"SELECT * FROM records_{table}")
            found = str(cursor.fetchall())
            for secret in ("ANA", "PEÑA", "EVA", "CASA"):
                assert secret not in found, (table, secret)
    assert Payer in SEALED
    monkeypatch.setenv("TEQUIO_KEYS", "second:" + "B" * 43 + "=,first:" + "A" * 43 + "=")
    assert reseal_all(WHO) == 3
    assert {p.name for p in Payer.objects.all()} == {"ANA PEÑA", "EVA MORA"}


def test_the_database_refuses_to_change_what_was_taken(loaded, tmp_path):
    rows = [row("a", "2024-07-05", "10", numbers()[0]), row("b", "2024-07-05", "-10", "")]
    take(bank_file(tmp_path / "a.csv", rows))
    for model in (BankFile, Deposit, Assignment, SetAside):
        table = model._meta.db_table
        assert model.objects.exists()
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET source_id = source_id"):
            with pytest.raises(DatabaseError, match="solo se agregan filas"), transaction.atomic():
                connection.cursor().execute(change)
    assert audit.verify().fault is None


def test_somebody_who_writes_to_the_tables_is_seen(loaded, tmp_path):
    take(bank_file(tmp_path / "a.csv", [row("a", "2024-07-05", "10", numbers()[0])]))
    assert equation().holds
    loaded.unguarded("UPDATE records_deposit SET amount = 900")
    assert not equation().holds
    assert audit.verify().fault is not None


def test_pieces_are_the_same_however_the_file_is_taken(loaded, tmp_path, monkeypatch):
    known = numbers()
    rows = [row(f"k{at}", "2024-07-05", "10", known[at % 300]) for at in range(95)]
    path = bank_file(tmp_path / "a.csv", rows)
    monkeypatch.setattr(entries_, "AT_A_TIME", 10)
    taken = take(path)
    assert (taken.pieces, taken.summary.taken.count) == (10, 95)
    monkeypatch.setattr(entries_, "AT_A_TIME", 7)
    again = take(path)
    assert again.already < again.pieces
    assert equation().received == 950_00, "another size of pieces takes nothing twice"
