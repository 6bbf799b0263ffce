"""Every kind of dirt that tapes are known to have, with the sentence that it is answered."""

from pathlib import Path

import pytest

from tapes import IN_UNITS, bring, csv_of, example, portfolio, rejects, text
from tequio.engine.tape.lines import LINE_MOST

CELLS = [
    # column, what is written, the other cells that go with it, why
    ("balance", "", {}, "vacío y es obligatorio"),
    ("balance", "mucho", {}, "No se puede leer como número"),
    ("balance", "1.5e5", {}, "No se puede leer como número"),
    ("balance", "310.000,00", {}, "La coma no separa grupos de tres cifras"),
    ("balance", "310000,00", {}, "La coma no separa grupos de tres cifras"),
    ("balance", "31,0000.00", {}, "La coma no separa grupos de tres cifras"),
    ("balance", "310000.001", {}, "Tiene 3 decimales; se admiten 2"),
    ("balance", "-1", {}, "Debe ir de 0.00 a 20000000.00"),
    ("balance", "20000000.01", {}, "Debe ir de 0.00 a 20000000.00"),
    ("balance", str(10**30), {}, "Tiene 31 cifras"),
    ("balance", "３10000.00", {}, "No se puede leer como número"),
    ("rate", "10.12345", {}, "Tiene 5 decimales; se admiten 4"),
    ("rate", "20.0001", {}, "Debe ir de 0.0000 a 20.0000"),
    ("rate", "0.105", {}, "parece una fracción"),
    ("months_left", "12.5", {}, "Debe ser un número entero"),
    ("months_left", "361", {}, "Debe ir de 0 a 360"),
    ("granted_on", "31/02/2020", {}, "Ese día no existe"),
    ("granted_on", "2020-02-31", {}, "Ese día no existe"),
    ("granted_on", "06/30/2016", {}, "Ese día no existe"),
    ("granted_on", "30/06/16", {}, "El año tiene dos cifras"),
    ("granted_on", "marzo", {}, "No se puede leer como fecha"),
    ("granted_on", "2024-07-01", {}, "posterior al corte (2024-06-30)"),
    ("granted_on", "31/12/1969", {"born_on": "1940-01-01"}, "Debe ir de 1970-01-01 a 2100-01-01"),
    ("born_on", "2024-07-01", {}, "posterior al corte"),
    ("born_on", "1999-03-16", {}, "Tenía 16 años"),
    ("born_on", "1913-06-30", {}, "Tendría 111 años"),
    ("employed", "tal vez", {}, "No se entiende como sí ni como no"),
    ("product", "cofinabit", {}, "¿Quiso decir «cofinavit»?"),
    ("product", "zzz", {}, "Se admite: crédito infonavit, cofinavit"),
    ("sex", "M", {}, "puede ser mujer o masculino"),
    ("regime", "", {}, "vacío y es obligatorio"),
    ("municipality", "1001", {}, "No son 5 dígitos"),
    ("municipality", "33001", {}, "estado (01 a 32)"),
    ("municipality", "", {}, "vacío y es obligatorio"),
    ("credit", "123456789", {}, "debe tener 10 dígitos y tiene 9"),
    ("credit", "16000000０1", {}, "debe tener solo números"),
    ("municipality", "1605٣", {}, "No son 5 dígitos"),
    ("granted_on", "٣1/01/2016", {}, "No se puede leer como fecha"),
    ("credit", "16A0000001", {}, "debe tener solo números"),
    ("credit", "", {}, "vacío y es obligatorio"),
    ("nss", "53048512347", {}, "dígito verificador"),
    ("curp", "LOPM850101HMNPRG07", {}, "dígito verificador"),
    ("rfc", "MOHJ780923K23", {}, "dígito verificador"),
    ("clabe", "999180123456789017", {}, "dígito verificador"),
    ("wage", "0", {"employed": "sí"}, "su salario es cero"),
    ("pension", "5000", {"pensioned": "no"}, "no está pensionado"),
    ("insured_event", "huelga", {}, "Se admite: ninguno, fallecimiento"),
    ("disability", "0.9999", {"insured_event": "incapacidad total permanente"}, "una fracción"),
    ("disability", "100.0001", {"insured_event": "invalidez"}, "Debe ir de 0.0000 a 100.0000"),
    ("disability", "60", {}, "No dice qué incapacidad"),
    ("disability", "60", {"insured_event": ""}, "No dice qué incapacidad"),
    ("converted_on", "", {"converted": "sí"}, "falta la fecha"),
    ("converted_on", "2022-01-01", {"converted": "no"}, "no está convertido"),
    ("converted_on", "2015-01-01", {"converted": "sí"}, "anterior al otorgamiento"),
    ("balance", "310000", IN_UNITS, "El crédito está en VSM"),
    ("instalment", "3600", IN_UNITS, "El crédito está en VSM"),
    ("balance_units", "", IN_UNITS, "vacío y es obligatorio"),
    ("balance_units", "400.000001", IN_UNITS, "Ningún crédito se otorgó por tanto"),
    ("balance_units", "150", {}, "El crédito está en pesos"),
    ("instalment_units", "1.2", {}, "El crédito está en pesos"),
    ("solution_from", "2024-07-01", {}, "posterior al corte"),
    ("protection_from", "2024-07-01", {}, "posterior al corte"),
]  # fmt: skip

GOOD = [
    ("balance", "$ 310 000.00", {}),
    ("balance", "310,000", {}),
    ("balance", "310\u202f000.00", {}),
    ("rate", "10.5 %", {}),
    ("granted_on", "15/3/2016", {}),
    ("born_on", "1999-03-15", {}),  # 17 on the day
    ("born_on", "1913-07-01", {}),  # 110 on the day
    ("granted_on", "2024-06-30", {}),
    ("rate", "0", {"unpaid_interest": "0"}),
    ("rfc", "XAXX010101000", {}),
    ("credit", "16-0000-0001", {}),
    ("municipality", "01001", {}),
    ("balance_units", "400", IN_UNITS),
    ("insured_event", "", {}),
    ("insured_event", "muerte", {}),
    ("disability", "60 %", {"insured_event": "incapacidad parcial permanente"}),
    ("disability", "1", {"insured_event": "incapacidad parcial permanente"}),
    ("unpaid_interest", "5425.02", {}),
    ("unpaid_interest", "5424.98", {}),
]


def small(cells: dict[str, str]) -> dict[str, str]:
    """Without arrears, so that a changed balance or rate disagrees with nothing."""
    return {"months_missed": "0", "unpaid_interest": "0", **cells}


@pytest.mark.parametrize(("column", "written", "others", "why"), CELLS)
def test_a_dirty_cell_is_told_with_its_sentence(
    tmp_path: Path, column: str, written: str, others: dict[str, str], why: str
) -> None:
    bad = example(1, **small(others)) | {column: written}
    done = bring(csv_of(tmp_path, [bad, example(2)]))
    (reject,) = rejects(done)
    assert (reject["archivo"], reject["fila"], reject["columna"]) == ("tape.csv", "2", column)
    assert why in reject["por_que"]
    assert reject["nombre"]
    assert reject["como_corregirlo"].endswith(".")
    assert portfolio(done)["credit"].to_list() == ["1600000002"]


@pytest.mark.parametrize(("column", "written", "others"), GOOD)
def test_what_is_at_the_edge_is_taken(
    tmp_path: Path, column: str, written: str, others: dict[str, str]
) -> None:
    done = bring(csv_of(tmp_path, [example(1, **others) | {column: written}]))
    assert rejects(done) == []


@pytest.mark.parametrize("said", ["5425.03", "5424.97", "0"])
def test_unpaid_interest_that_disagrees_gives_both_figures(tmp_path: Path, said: str) -> None:
    done = bring(csv_of(tmp_path, [example(1, unpaid_interest=said), example(2)]))
    (reject,) = rejects(done)
    assert f"${float(said):,.2f}" in reject["por_que"]
    assert "2 meses omitidos dan $5,425.00" in reject["por_que"]


def test_unpaid_interest_of_units_is_at_the_index_of_the_day(tmp_path: Path) -> None:
    # 150 units x 3,064.624 = 459,693.60; at 6 % a month is 2,298.468
    late = {**IN_UNITS, "months_missed": "3"}
    rows = [
        example(at, **late | {"unpaid_interest": said})
        for at, said in enumerate(["6895.41", "6895.44", "6895.45", "6895.37"], 1)
    ]
    done = bring(csv_of(tmp_path, rows))
    assert [one["fila"] for one in rejects(done)] == ["4", "5"]


def test_a_row_with_several_faults_counts_once(tmp_path: Path) -> None:
    bad = example(1, employed="x", granted_on="31/02/2020", nss="1")
    done = bring(csv_of(tmp_path, [bad, example(2)]))
    assert (done.read, done.accepted, done.rejected) == (2, 1, 1)
    assert {one["columna"] for one in rejects(done)} == {"employed", "granted_on", "nss"}
    assert sum(done.by_reason.values()) == 1


def test_a_repeated_credit_names_the_first(tmp_path: Path) -> None:
    first = csv_of(tmp_path, [example(1), example(2), example(1)], "a.csv")
    second = csv_of(tmp_path, [example(3), example(2), example(3)], "b.csv")
    done = bring(first, second)
    assert [(one["archivo"], one["fila"], one["por_que"]) for one in rejects(done)] == [
        ("a.csv", "4", "Ya está en a.csv, fila 2."),
        ("b.csv", "3", "Ya está en a.csv, fila 3."),
        ("b.csv", "4", "Ya está en b.csv, fila 2."),
    ]
    assert portfolio(done)["credit"].to_list() == [f"160000000{at}" for at in (1, 2, 3)]


def test_a_rejected_row_does_not_take_its_credit(tmp_path: Path) -> None:
    done = bring(csv_of(tmp_path, [example(1, rate="x"), example(1)]))
    assert [one["fila"] for one in rejects(done)] == ["2"]
    assert done.accepted == 1


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    paths = [csv_of(tmp_path, [example(1)]), csv_of(tmp_path / "other", [example(1)])]
    (reject,) = rejects(bring(*paths))
    assert reject["archivo"] == str(paths[1])


def test_rejects_hide_people_and_run_nothing(tmp_path: Path) -> None:
    bad = [
        example(1, nss="53048512347", curp="LOPM850101HMNPRG07"),
        example(2, wage="53048512347", granted_on="LOPM850101HMNPRG06"),
        example(3, product="=HYPERLINK(1)", sex="@x", wage="-5"),
        example(4, product="x" * 90),
    ]
    done = bring(csv_of(tmp_path, [*bad, example(5)]))
    raw = done.rejects.read_text(encoding="utf-8-sig")
    assert "53048512347" not in raw
    assert "LOPM" not in raw
    values = {(one["fila"], one["columna"]): one["valor"] for one in rejects(done)}
    assert values["2", "nss"] == "…347"
    assert values["3", "wage"] == "…347"
    assert values["4", "product"] == "'=HYPERLINK(1)"
    assert values["4", "sex"] == "'@x"
    assert values["4", "wage"] == "-5"
    assert values["5", "product"] == "x" * 60 + "…"
    assert done.rejects.read_bytes().startswith(b"\xef\xbb\xbf")


# Lines


@pytest.mark.parametrize(
    ("spoil", "title"),
    [
        (lambda line: line.replace("310000.00", "310,000.00", 1), "columnas y el encabezado"),
        (lambda line: line + ",", "columnas y el encabezado"),
        (
            lambda line: line.replace("crédito infonavit", 'crédito "infonavit'),
            "comillas sin pareja",
        ),
        (lambda line: line.replace("crédito", '"crédito'), "comillas sin pareja"),
        (lambda line: line.replace("ROA", "R\0A"), "bytes nulos"),
        (lambda line: line.replace("ROA", "R" * LINE_MOST), "Pasa de 1 MiB"),
    ],
)
def test_a_spoilt_line_spoils_no_other(tmp_path: Path, spoil: object, title: str) -> None:
    lines = text([example(number) for number in (1, 2, 3)]).splitlines()
    lines[2] = spoil(lines[2])
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = bring(path)
    (reject,) = rejects(done)
    assert (reject["fila"], reject["columna"]) == ("3", "(todo el renglón)")
    assert title in reject["por_que"]
    assert reject["valor"] == ""
    assert portfolio(done)["credit"].to_list() == ["1600000001", "1600000003"]


@pytest.mark.parametrize("cut", [5, 100, 250])
def test_a_csv_cut_in_the_middle_of_a_row_says_so(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "tape.csv"
    whole = text([example(1)])
    path.write_text(whole + text([example(2)], header=False)[:cut], encoding="utf-8")
    done = bring(path)
    (reject,) = rejects(done)
    assert list(done.by_reason) == ["El archivo termina a medio renglón"]
    assert "parece cortado" in reject["como_corregirlo"]
    assert done.accepted == 1


def test_a_last_line_without_an_end_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    path.write_text(text([example(1), example(2)]).rstrip("\n"), encoding="utf-8")
    assert bring(path).accepted == 2


def test_a_quoted_cell_may_hold_the_separator(tmp_path: Path) -> None:
    done = bring(csv_of(tmp_path, [example(1, balance="310,000.00", product='cr"x'), example(2)]))
    (reject,) = rejects(done)
    assert (reject["columna"], reject["valor"]) == ("product", 'cr"x')
