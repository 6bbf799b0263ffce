"""Every kind of dirt that analytical tapes are known to have, one by one, and then all at once."""

from pathlib import Path

import polars as pl
import pytest

from analytical import (
    JUNE,
    ONE,
    THREE,
    TWO,
    bring,
    counted,
    credit,
    each_month,
    loan,
    money,
    pay,
    rejects,
    written,
)
from tequio.servicing.tape import Files, import_tape
from tequio.servicing.tape.fields import CREDITS, PAYMENTS

GOOD = each_month(["1000"] * 6)

# A cell of a payment, the column that is named, and why.
PAYMENT = [
    ("cv_credito", "16000000O1", "cv_credito", "debe tener solo números"),
    ("cv_credito", "160000001", "cv_credito", "debe tener 10 dígitos y tiene 9"),
    ("cv_credito", "", "cv_credito", "vacío y es obligatorio"),
    ("pe", "", "pe", "vacío y es obligatorio"),
    ("pe", "mil", "pe", "No se puede leer como número"),
    ("pe", "1.000,00", "pe", "La coma no separa grupos de tres cifras"),
    ("pe", "1000.001", "pe", "Tiene 3 decimales; se admiten 2"),
    ("pe", "2000000.01", "pe", "Debe ir de -2000000.00 a 2000000.00"),
    ("pf", "", "pf", "vacío y es obligatorio"),
    ("pf", "-1", "pf", "Debe ir de 0.00 a 2000000.00"),
    ("tp", "", "tp", "vacío y es obligatorio"),
    ("tp", "4", "tp", "Ninguna entrada de [tp] dice qué es."),
    ("tp", "1.5", "tp", "Debe ser un número entero"),
    ("pro", "", "pro", "vacío y es obligatorio"),
    ("pro", "2", "pro", "No se entiende como sí ni como no"),
    ("reest", "x", "reest", "No se entiende como sí ni como no"),
    ("year", "1971", "year", "Debe ir de 1972 a 2100"),
    ("year", "15", "year", "Debe ir de 1972 a 2100"),
    ("year", "", "year", "vacío y es obligatorio"),
    ("year", "2009", "year", "Se otorgó en 2010 y el pago es de 2009."),
    ("month", "0", "month", "Debe ir de 1 a 12"),
    ("month", "13", "month", "Debe ir de 1 a 12"),
    ("month", "enero", "month", "No se puede leer como número"),
    ("nu_ano_ejercicio", "", "nu_ano_ejercicio", "vacío y es obligatorio"),
    ("nu_ano_ejercicio", "20100", "nu_ano_ejercicio", "Debe ir de 1972 a 2100"),
    ("deuda", "-0.01", "deuda", "Debe ir de 0.000000 a 20000000.000000"),
]
EDGES = [
    ("year", "2010", {"nu_ano_ejercicio": "2010"}),
    ("month", "12", {"year": "2014"}),
    ("month", "1", {}),
    ("pe", "2000000", {}),
    ("pe", "$ 1 001.00", {}),
    ("pf", "0", {}),
    ("deuda", "", {}),
    ("tp", "-999", {"pe": "1000"}),
    ("pro", "sí", {}),
]


@pytest.mark.parametrize(("column", "value", "named", "why"), PAYMENT)
def test_a_dirty_payment_is_told_and_its_credit_with_it(
    tmp_path: Path, column: str, value: str, named: str, why: str
) -> None:
    bad = pay("2015-03", "50") | {column: value}
    other = each_month(["1000"] * 6, cv_credito=TWO)
    done = bring(tmp_path, [*GOOD, bad, *other], [credit(ONE), credit(TWO)])
    counted(done)
    told = rejects(done)
    assert (told[0]["archivo"], told[0]["fila"], told[0]["columna"]) == ("pagos.csv", "8", named)
    assert why in told[0]["por_que"]
    assert told[0]["nombre"]
    assert told[0]["como_corregirlo"].endswith(".")
    whose = column != "cv_credito"  # otherwise nobody knows whose it is
    assert [one["por_que"] for one in told[1:]] == ["Se rechazó la fila 8 de pagos.csv."] * whose
    assert pl.read_parquet(done.out)["credit"].to_list() == [ONE, TWO][whose:]


@pytest.mark.parametrize(("column", "value", "others"), EDGES)
def test_what_is_at_the_edge_is_taken(
    tmp_path: Path, column: str, value: str, others: dict[str, str]
) -> None:
    edge = pay("2015-03", "50") | others | {column: value}
    assert rejects(bring(tmp_path, [*GOOD, edge])) == []


@pytest.mark.parametrize(
    ("row", "named", "why"),
    [
        (pay("2015-07", "1"), "month", "Es de 2015-07 y el corte es 2015-06-30."),
        (pay("2016-01", "1"), "month", "Es de 2016-01 y el corte es 2015-06-30."),
        (
            pay("2015-06", "1", cv_credito=THREE),
            "cv_credito",
            "Ningún crédito aceptado de --credits",
        ),
        (GOOD[2], "cv_credito", "Es igual a la fila 4 de pagos.csv."),
        (pay("2015-06", "77", tp="0"), "pe", "Ningún pago de 77.00 pesos queda por cancelar."),
        (pay("2014-12", "1000", tp="0"), "pe", "Ningún pago de 1000.00 pesos queda por cancelar."),
    ],
    ids=["after", "next year", "unknown", "repeated", "alone", "before what it would cancel"],
)
def test_some_rows_are_left_out_without_harm_to_a_credit(
    tmp_path: Path, row: dict[str, str], named: str, why: str
) -> None:
    done = bring(tmp_path, [*GOOD, row])
    counted(done)
    (told,) = rejects(done)
    assert (told["fila"], told["columna"]) == ("8", named)
    assert why in told["por_que"]
    assert (loan(done)["months_paid"], loan(done)["months_missed"]) == (6, 0)


def test_a_day_in_the_middle_of_a_month_does_not_know_that_month(tmp_path: Path) -> None:
    done = bring(tmp_path, GOOD, as_of=JUNE.replace(day=29))
    assert [one["por_que"] for one in rejects(done)] == ["Es de 2015-06 y el corte es 2015-06-29."]
    assert loan(done)["months_paid"] == 5


def test_rows_out_of_order_are_sorted_and_said(tmp_path: Path) -> None:
    done = bring(tmp_path, GOOD[::-1])
    assert rejects(done) == []
    assert done.notes["Filas que no venían en orden de mes; se ordenaron"] == 5
    assert loan(done)["months_in_a_row"] == 6
    assert "Filas que no venían" not in " ".join(bring(tmp_path, GOOD).notes)


def test_a_reversal_cancels_the_latest_of_its_amount(tmp_path: Path) -> None:
    rows = [
        pay("2015-03", "1000", tp="1"),
        pay("2015-04", "1000", tp="2"),
        pay("2015-04", "999", tp="3"),
        pay("2015-05", "1000", tp="3"),
        pay("2015-05", "-1000", tp="1"),
        pay("2015-06", "1000", tp="-1"),
        pay("2015-06", "1000", tp="0"),
        pay("2015-06", "1000", tp="0", mora="1"),
    ]
    done = bring(tmp_path, rows)
    counted(done)
    assert [one["fila"] for one in rejects(done)] == ["9"]
    reversed_ = {key: amounts[3] for key, amounts in money(done).items() if amounts[3]}
    assert reversed_ == {
        ("Otro pago", "2015-05"): 100_000,
        ("Ventanilla", "2015-04"): 100_000,
        ("Nómina", "2015-03"): 100_000,
        ("Reversa", "2015-05"): -100_000,
        ("Reversa", "2015-06"): -200_000,
    }
    assert money(done)["Reversa", "2015-06"] == (-300_000, 0, 0, -200_000, -100_000)


def test_a_repeated_row_may_be_in_another_file(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{at}.csv", GOOD, PAYMENTS) for at in "ab"]
    lent = written(tmp_path / "creditos.csv", [credit()], CREDITS)
    done = import_tape(Files(paths, lent), tmp_path / "out.parquet", as_of=JUNE)
    counted(done)
    assert [one.accepted for one in done.files] == [1, 6, 0]
    assert {one["por_que"] for one in rejects(done)} == {
        f"Es igual a la fila {at} de a.csv." for at in range(2, 8)
    }


@pytest.mark.parametrize("name", [name for name in PAYMENTS if name not in {"cv_credito", "pe"}])
def test_rows_that_differ_in_any_column_are_two(tmp_path: Path, name: str) -> None:
    other = {"tp": "3", "year": "2014", "month": "5", "nu_ano_ejercicio": "2011"}
    row = GOOD[-1] | {"deuda": "77"}
    changed = row | {name: other.get(name, "1")}
    rows = [*GOOD, row, changed, pay("2015-06", "1", cv_credito=TWO)]
    done = bring(tmp_path, rows, [credit(ONE), credit(TWO)])
    assert done.files[1].rejected == 0


# A cell of a credit, the column named, and why.
CREDIT = [
    ("cv_credito", "1", "cv_credito", "debe tener 10 dígitos y tiene 1"),
    ("age", "16", "age", "Tenía 16 años."),
    ("age", "111", "age", "Debe ir de 0 a 110"),
    ("age", "veinte", "age", "No se puede leer como número"),
    ("rate", "", "rate", "vacío y es obligatorio"),
    ("rate", "0.06", "rate", "parece una fracción"),
    ("rate", "21", "rate", "Debe ir de 0.0000 a 20.0000"),
    ("sex", "M", "sex", "puede ser mujer o masculino"),
    ("municipality", "16", "municipality", "No son 5 dígitos"),
    ("joint", "Z", "joint", "Se admite: I, C, Y."),
    ("home_class", "XX", "home_class", "Se admite: CE, VE, VT."),
    ("granted_units", "", "granted", "Ni en pesos ni en VSM."),
    ("granted_units", "mil", "granted_units", "No se puede leer como número"),
    ("daily_wage", "-1", "daily_wage", "Debe ir de 0.00"),
]


@pytest.mark.parametrize(("column", "value", "named", "why"), CREDIT)
def test_a_dirty_credit_is_told_with_its_sentence(
    tmp_path: Path, column: str, value: str, named: str, why: str
) -> None:
    rows = [*GOOD, *each_month(["1000"] * 6, cv_credito=TWO)]
    done = bring(tmp_path, rows, [credit(TWO), credit(ONE) | {column: value}])
    counted(done)
    mine = [one for one in rejects(done) if one["archivo"] == "creditos.csv"]
    assert [(one["fila"], one["columna"]) for one in mine] == [("3", named)]
    assert why in mine[0]["por_que"]
    assert mine[0]["nombre"]
    assert pl.read_parquet(done.out)["credit"].to_list() == [TWO]


@pytest.mark.parametrize(
    ("changed", "named", "why"),
    [
        ({"deuda": "400.000001"}, "deuda (VSM)", "Ningún crédito se otorgó por tanto."),
        ({"deuda": ""}, "deuda", "Está vacía en su última fila de pagos."),
        ({"deuda": "0"}, "deuda", "Su última deuda es cero."),
        ({"pf": "0"}, "pf", "Su pf siempre es cero."),
        ({"tp": "1"}, "daily_wage", "su salario es cero"),
    ],
)
def test_a_credit_that_cannot_be_told_says_why(
    tmp_path: Path, changed: dict[str, str], named: str, why: str
) -> None:
    rows = each_month(["1000"] * 6, **changed) + each_month(["1000"] * 6, cv_credito=TWO)
    done = bring(tmp_path, rows, [credit(ONE, daily_wage=""), credit(TWO)])
    counted(done)
    (told,) = rejects(done)
    assert (told["archivo"], told["fila"], told["columna"]) == ("creditos.csv", "2", named)
    assert why in told["por_que"]


@pytest.mark.parametrize("debt", ["400", "0.000001"])
def test_a_debt_at_the_edge_is_taken(tmp_path: Path, debt: str) -> None:
    assert rejects(bring(tmp_path, each_month(["1000"] * 6, deuda=debt))) == []


def test_a_debt_in_pesos_has_two_decimals(tmp_path: Path) -> None:
    rows = each_month(["1000"] * 6, deuda="1000.005")
    rows += each_month(["1000"] * 6, cv_credito=TWO, deuda="1000.050")
    lent = [credit(at, granted="300000", granted_units="") for at in (ONE, TWO)]
    done = bring(tmp_path, rows, lent)
    (told,) = rejects(done)
    assert (told["columna"], told["valor"]) == ("deuda", "1000.005000")
    assert loan(done, TWO)["balance"] == 100_005


def test_two_years_of_grant_are_told(tmp_path: Path) -> None:
    rows = [*GOOD[:-1], GOOD[-1] | {"nu_ano_ejercicio": "2011"}]
    rows += each_month(["1000"] * 6, cv_credito=TWO)
    done = bring(tmp_path, rows, [credit(ONE), credit(TWO)])
    (told,) = rejects(done)
    assert told["columna"] == "nu_ano_ejercicio"


def test_a_credit_twice_or_without_payments_is_told(tmp_path: Path) -> None:
    done = bring(tmp_path, GOOD, [credit(ONE), credit(ONE, rate="7"), credit(TWO)])
    counted(done)
    assert [(one["fila"], one["por_que"]) for one in rejects(done)] == [
        ("3", "Ya está en creditos.csv, fila 2."),
        ("4", "No hay ninguna en los archivos de pagos."),
    ]
    assert loan(done)["rate"] == 60_000


def test_an_incomplete_history_says_how_many_rows_it_lost(tmp_path: Path) -> None:
    bad = [pay("2015-03", "x"), pay("2015-04", ""), pay("2015-07", "x")]
    rows = [*GOOD, *bad, *each_month(["1000"] * 6, cv_credito=TWO)]
    done = bring(tmp_path, rows, [credit(ONE), credit(TWO)])
    said = [one["por_que"] for one in rejects(done) if one["archivo"] == "creditos.csv"]
    assert said == ["Se rechazó la fila 8 de pagos.csv y 1 más."]


# The two dirtiest files that we could make


def test_a_file_that_no_program_should_have_written(tmp_path: Path) -> None:
    """Two encodings, quotes, null bytes, a long line, a cut end, thousands, blanks."""
    names = ";".join(PAYMENTS)

    def line(number: str, month: int, pe: str, **changed: str) -> str:
        row = pay(f"2015-{month:02}", pe, cv_credito=number) | changed
        return ";".join(row[name] for name in PAYMENTS)

    good = [line(TWO, month, "1,000.00") for month in range(1, 7)]
    lines = [
        *(text.encode() for text in good[:3]),
        line(TWO, 4, "$ 1 000.00", tx_situacion_vivienda="habitación").encode("cp1252"),
        line(TWO, 5, '"1,000.00"', tx_situacion_vivienda="habitación").encode(),
        b"",
        b";" * (len(PAYMENTS) - 1),
        line(TWO, 6, "1000", cv_credito="16-0000-0002").encode(),
        line(ONE, 1, "1000").replace("habitada", 'casa "vacía').encode(),
        line(ONE, 2, "1000").replace("habitada", "hab\0itada").encode(),
        line(ONE, 3, "1.000,00").encode(),
        (line(ONE, 4, "1000") + ";;").encode(),
        line(ONE, 5, "=1+1").encode(),
        line(ONE, 6, "1000").replace("habitada", "x" * (1 << 20)).encode(),
        b"TOTAL;;;;;12000;;;;;;",
        line(THREE, 1, "\xa01000").encode("cp1252"),
        line(THREE, 2, "１000").encode(),
        line(ONE, 6, "1000")[:30].encode(),
    ]
    path = tmp_path / "pagos.csv"
    path.write_bytes(b"\xef\xbb\xbf" + names.encode() + b"\r\n" + b"\r\n".join(lines))
    lent = written(tmp_path / "creditos.csv", [credit(at) for at in (ONE, TWO, THREE)], CREDITS)
    done = import_tape(Files([path], lent), tmp_path / "out.parquet", as_of=JUNE)
    counted(done)
    paid = next(one for one in done.files if one.kind == "payments")
    assert (paid.read, paid.accepted, paid.rejected) == (16, 7, 9)
    assert paid.by_reason == {
        "No es un número": 2,
        "El número de columnas no es el del encabezado": 1,
        "Comillas mal cerradas": 1,
        "Bytes nulos en el renglón": 1,
        "Comas en lugares dudosos": 1,
        "Renglón demasiado largo": 1,
        "Número de crédito inválido": 1,
        "El archivo termina a medio renglón": 1,
    }
    assert pl.read_parquet(done.out)["credit"].to_list() == [TWO]
    assert loan(done, TWO)["months_paid"] == 6
    assert all(line_.balances for line_ in done.money)


def test_a_file_of_everything_that_tapes_are_known_for(tmp_path: Path) -> None:
    """Reversals of reversals, nulls, repeats, unknown credits, dates beyond, ages, balances."""
    numbers = [f"16000001{at:02}" for at in range(10)]
    clean, chained, repeated, null, strange, twice, young, heavy, gone, early = numbers
    rows = [
        *each_month(["1000"] * 12, cv_credito=clean, tp="1"),
        pay("2015-06", "1000", tp="0", cv_credito=clean),  # takes the last one back
        pay("2015-06", "1000", tp="1", cv_credito=clean, mora="1"),  # and it is paid again
        *each_month(["500", "500", "-500", "-500", "-500", "1000"], cv_credito=chained),
        *each_month(["1000"] * 6, cv_credito=repeated) * 2,
        *each_month(["1000", "1000", "", "1000"], cv_credito=null),
        *each_month(["1000"] * 6, cv_credito=strange, tp="8"),
        *each_month(["1000"] * 6, cv_credito=twice),
        *each_month(["1000"] * 6, cv_credito=young),
        *each_month(["1000"] * 6, cv_credito=heavy, deuda="400.5"),
        *each_month(["1000"] * 6, cv_credito="1699999999"),
        *each_month(["1000"] * 6, cv_credito=early, nu_ano_ejercicio="2016"),
        *each_month(["1000"] * 3, until="2015-09", cv_credito=clean),
        *each_month(["1000"] * 3, until="2015-06", cv_credito=clean, year="0", mora="2"),
    ]
    lent = [credit(number) for number in numbers]
    lent[6]["age"] = "16"
    lent.insert(6, credit(twice, rate="9"))
    done = bring(tmp_path, rows[::-1], lent)
    counted(done)
    by_reason = {one.kind: dict(sorted(one.by_reason.items())) for one in done.files}
    assert by_reason["credits"] == {
        "Crédito repetido": 1,
        "Historia incompleta: se rechazaron pagos suyos": 4,
        "Menor de 17 años al otorgarse": 1,
        "Saldo de más de 400 VSM": 1,
        "Sin filas de pagos": 1,
    }
    assert by_reason["payments"] == {
        "El crédito no está entre los aceptados": 6 + 6,
        "Falta un dato obligatorio": 1,
        "Fila de pago repetida": 6,
        "Fuera de rango": 3,
        "Mes anterior al otorgamiento": 6,
        "Pago de un mes que no había cerrado al corte": 3,
        "Reversa sin un pago que cancelar": 1,
        "Tipo de pago sin significado": 6,
    }
    assert gone in {one["valor"] for one in rejects(done)}
    assert pl.read_parquet(done.out)["credit"].to_list() == [chained, repeated, twice]
    assert all(line.balances for line in done.money)
    assert sum(line.reversed for line in done.money) == 0
