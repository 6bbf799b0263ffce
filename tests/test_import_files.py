"""Files that are no tape, or only in part: which are refused, and what each is answered."""

import time
import tracemalloc
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tapes import DAY, bring, csv_of, example, portfolio, rejects, text, xlsx_of
from tequio.engine.errors import Refused
from tequio.engine.tape import import_files
from tequio.engine.tape.lines import MIB
from tequio.engine.tape.meanings import EXAMPLE
from tequio.engine.tape.tapes import open_tape


def test_a_file_of_one_line_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    with path.open("wb") as file:
        file.write(b"x" * 2 * MIB)
        file.truncate(2048 * MIB)  # two gigabytes that take no room on the disk
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(Refused, match=r"el primer renglón pasa de 1 MiB sin terminar"):
        bring(path)
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()
    assert time.monotonic() - started < 5


def test_a_very_long_line_below_the_header_is_one_reject_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    head, good = text([example(1)]).splitlines()
    with path.open("wb") as file:
        file.write(f"{head}\n{good}\n".encode())
        file.write(b"x" * 2 * MIB)
        file.seek(256 * MIB)
        file.write(f"\n{good}\n".replace("1600000001", "1600000002").encode())
    tracemalloc.start()
    done = bring(path)
    assert tracemalloc.get_traced_memory()[1] < 96 * MIB
    tracemalloc.stop()
    assert [(one["fila"], one["por_que"]) for one in rejects(done)] == [("3", "Pasa de 1 MiB.")]
    assert done.accepted == 2


def spoilt(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files that are no tape, and what each is answered."""
    names = [*EXAMPLE]
    cases = {
        "absent": (None, "No existe el archivo"),
        "empty": (b"", "está vacío"),
        "headers": (",".join(names).encode() + b"\r\n", "ninguna fila debajo"),
        "utf16": (text([example()]).encode("utf-16"), "UTF-16"),
        "returns": (text([example()]).replace("\n", "\r").encode(), "no se puede leer como encab"),
        "blank": (b"\n" + text([example()]).encode(), "el primer renglón está vacío"),
        "endless": (b"x" * 200_000 + b"\n1\n", "no se puede leer como encabezado"),
        "nul": (b"credit\0,rate\n1,2\n", "bytes nulos"),
        "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel antiguo"),
        "zip": (b"PK\x03\x04 not a workbook", "no se puede abrir como Excel"),
        "twice": (b"credit,rate,credit\n1,2,3\n", "dos columnas llamadas «credit»"),
        "unnamed": (b"credit,,rate\n1,2,3\n", "la columna 2 no tiene nombre"),
    }
    made = {}
    for name, (content, why) in cases.items():
        path = folder / name
        if content is not None:
            path.write_bytes(content)
        made[name] = (path, why)
    return made


@pytest.mark.parametrize(
    "name",
    [
        "absent",
        "empty",
        "headers",
        "utf16",
        "returns",
        "blank",
        "endless",
        "nul",
        "xls",
        "zip",
        "twice",
        "unnamed",
    ],
)
def test_a_file_that_is_no_tape_is_refused(tmp_path: Path, name: str) -> None:
    path, why = spoilt(tmp_path)[name]
    good = csv_of(tmp_path, [example()])
    with pytest.raises(Refused, match=why) as refused:
        bring(good, path)
    assert str(path) in str(refused.value)
    assert not list(tmp_path.glob("*out*"))


def test_a_sheet_with_no_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"hoja «Sheet1»\) está vacía"):
        open_tape(xlsx_of(tmp_path / "a.xlsx", []))
    with pytest.raises(Refused, match="ninguna fila debajo"):
        open_tape(xlsx_of(tmp_path / "b.xlsx", [[*EXAMPLE]]))


def test_a_truncated_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tape.parquet"
    pl.DataFrame([example(1)]).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Refused, match="no es un Parquet completo"):
        bring(path)


def test_a_parquet_spoilt_inside_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "tape.parquet"
    rows = pl.DataFrame([example(number) for number in range(2_000)])
    rows.write_parquet(path, compression="zstd", row_group_size=500, statistics=False)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 8 : len(whole) // 4] = b"\xff" * (len(whole) // 4 - len(whole) // 8)
    path.write_bytes(whole)
    with pytest.raises(Refused, match="está dañado después de la fila"):
        bring(path)
    assert not list(tmp_path.glob("*out*"))


def test_other_parquets_are_refused(tmp_path: Path) -> None:
    rows = pa.table({"credit": [["1"]]})
    pq.write_table(rows, tmp_path / "nested.parquet")
    with pytest.raises(Refused, match="«credit» tiene listas"):
        bring(tmp_path / "nested.parquet")
    pl.DataFrame([example()]).clear().write_parquet(tmp_path / "none.parquet")
    with pytest.raises(Refused, match="ninguna fila"):
        bring(tmp_path / "none.parquet")
    done = bring(csv_of(tmp_path, [example()]))
    again = done.out.rename(tmp_path / "again.parquet")
    with pytest.raises(Refused, match="ya es una cartera"):
        bring(again)


def test_wrong_columns_are_all_named_with_the_nearest(tmp_path: Path) -> None:
    row = example() | {"pensoin": "1", "color": "azul"}
    del row["pension"], row["balance"], row["rate"]
    with pytest.raises(Refused) as refused:
        bring(csv_of(tmp_path, [row]))
    said = str(refused.value)
    assert "«pensoin» no existe; ¿quiso decir «pension»?" in said
    assert "«color» no existe;" in said
    assert "faltan las columnas balance, rate" in said
    assert "--map" in said


def test_a_column_by_name_and_by_label_is_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="son la misma columna \\(rate\\)"):
        bring(csv_of(tmp_path, [example() | {"Tasa anual": "1"}]))


def test_when_no_row_is_good_only_the_rejects_are_written(tmp_path: Path) -> None:
    path = csv_of(tmp_path, [example(1, rate="x"), example(2, rate="y")])
    out = tmp_path / "out.parquet"
    out.write_bytes(b"an earlier portfolio")
    with pytest.raises(Refused, match="ninguna de las 2 filas") as refused:
        import_files([path], out, as_of=DAY)
    assert out.read_bytes() == b"an earlier portfolio"
    told = tmp_path / "out.rechazos.csv"
    assert str(told) in str(refused.value)
    assert told.read_text(encoding="utf-8-sig").count("\n") == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == [out.name, told.name, path.name]


def test_a_clean_import_leaves_no_old_rejects(tmp_path: Path) -> None:
    bring(csv_of(tmp_path, [example(1), example(2, rate="x")]))
    assert rejects(bring(csv_of(tmp_path, [example(1)]))) == []


def test_a_foreign_file_is_not_answered_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text("<html>\n<p>Inicie su sesión</p>\n", encoding="utf-8")
    with pytest.raises(
        Refused, match=r"«<html>» no existe; faltan las columnas credit, .* y \d+ más"
    ):
        bring(path)


def test_a_cell_that_shows_an_error_is_not_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "tape.xlsx"
    rows = [example(1), example(2), example(3)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(EXAMPLE), *(list(row.values()) for row in rows)]):
            sheet.write_row(at, 0, row)
        sheet.write_formula(1, list(EXAMPLE).index("pension"), "=NA()", None, "#N/A")
        sheet.write_formula(2, list(EXAMPLE).index("balance"), "=1/0", None, "#DIV/0!")
    done = bring(path)
    told = [(one["fila"], one["columna"], one["valor"]) for one in rejects(done)]
    assert told == [("2", "pension", "#ERROR!"), ("3", "balance", "#ERROR!")]
    assert portfolio(done)["credit"].to_list() == ["1600000003"]
