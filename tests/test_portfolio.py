"""The portfolio file: whole or absent, the same bytes for the same rows; any other is refused."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from strategies import KNOWN, examples
from tequio.core.columns import Day, Flag
from tequio.core.loan import facts, known_flags
from tequio.engine import portfolio
from tequio.engine.portfolio import PortfolioError, loan_of, open_portfolio, schema, write

DAY = date(2024, 6, 30)
ROWS = 40


def table(rows: int = ROWS) -> pa.Table:
    """Worked examples as a portfolio's columns; what is not known is null."""
    some = [examples()[at % len(examples())] for at in range(rows)]
    columns: dict[str, list[object]] = {
        "credit": [f"16{at:08}" for at in range(rows)],
        "municipality": ["16053"] * rows,
    }
    for name, (kind, said) in facts().items():
        values = [row[name] if row.get(KNOWN.get(name, ""), True) else None for row in some]
        if kind is Day:
            whole = pa.array(values, pa.int64()).cast(pa.int32()).cast(pa.date32())
            columns[name] = whole.to_pylist()
        else:
            columns[name] = [bool(one) for one in values] if kind is Flag else values
        assert said.optional or None not in values
    return pa.table(columns, schema())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A portfolio."""
    place = tmp_path / "made" / "portfolio.parquet"
    assert write(table(), place, as_of=DAY, simulated=True, origin="Datos simulados.") == ROWS
    return place


def test_what_is_written_is_read_back(path: Path) -> None:
    opened = open_portfolio(path)
    assert (opened.rows, opened.row_groups, opened.path) == (ROWS, 1, path)
    about = opened.about
    assert (about.as_of, about.simulated, about.origin) == (DAY, True, "Datos simulados.")
    assert opened.read().cast(schema()).equals(table())
    assert opened.read(["balance"]).column_names == ["balance"]
    assert opened.read_group(0).num_rows == ROWS
    assert opened.first_credit == "1600000000"


def test_the_same_rows_are_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.parquet"
    write(iter([table()]), again, as_of=DAY, simulated=True, origin="Datos simulados.")
    assert again.read_bytes() == path.read_bytes()
    write(table(), again, as_of=DAY, simulated=False)
    assert again.read_bytes() != path.read_bytes()


def test_groups_are_kept_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "GROUP", 16)
    place = tmp_path / "portfolio.parquet"
    write(table(), place, as_of=DAY, simulated=False)
    opened = open_portfolio(place)
    sizes = [opened.read_group(at).num_rows for at in range(opened.row_groups)]
    assert sizes == [16, 16, 8]
    for at in (0, 15, 16, 39):
        row = opened.find(f"16{at:08}")
        assert row is not None
        assert row.cast(schema()).equals(table().slice(at, 1))
    assert opened.find("9999999999") is None


def test_a_loan_has_zeros_and_flags_where_a_fact_is_not_known() -> None:
    rows = table()
    place, field = rows.column_names.index("pension"), schema().field("pension")
    half = pa.array([None, 500_000] * (ROWS // 2), field.type)
    rows = rows.set_column(place, field, half)
    loan = loan_of(rows)
    assert loan.pension.values.tolist() == [0, 500_000] * (ROWS // 2)
    assert loan.pension_known.values.tolist() == [False, True] * (ROWS // 2)
    for flag, fact in known_flags().items():
        assert getattr(loan, flag).values.tolist() == rows[fact].is_valid().to_pylist()
    for name, (kind, _) in facts().items():
        values = getattr(loan, name).values
        assert type(getattr(loan, name)) is kind
        assert values.dtype == kind.dtype
        there = [one if one is not None else 0 for one in as_numbers(rows[name])]
        assert values.tolist() == there


def as_numbers(column: pa.ChunkedArray) -> list[int | None]:
    """A column as whole numbers."""
    if column.type == pa.date32():
        column = column.cast(pa.int32())
    return column.to_pylist()


def test_no_rows_are_a_loan_of_no_rows() -> None:
    loan = loan_of(schema().empty_table())
    assert len(loan.balance) == 0
    assert loan.pension_known.values.dtype == np.bool_


@pytest.mark.parametrize("left", [0, 3, 100, -20])
def test_a_truncated_file_is_refused(path: Path, left: int) -> None:
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(PortfolioError, match="no es un Parquet completo") as refused:
        open_portfolio(path)
    assert str(path) in str(refused.value)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError, match="No existe el archivo"):
        open_portfolio(tmp_path / "none.parquet")


def test_a_foreign_parquet_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "foreign.parquet")
    with pytest.raises(PortfolioError, match="no es una cartera de Tequio"):
        open_portfolio(tmp_path / "foreign.parquet")


def rewritten(path: Path, changed: pa.Table) -> None:
    """The same file with other columns, and the same words about itself."""
    pq.write_table(changed.replace_schema_metadata(pq.read_schema(path).metadata), path)


def test_a_portfolio_of_another_format_is_refused(path: Path) -> None:
    said = {**pq.read_schema(path).metadata, b"tequio.format": b"0"}
    pq.write_table(table().replace_schema_metadata(said), path)
    with pytest.raises(PortfolioError, match="no es una cartera de Tequio"):
        open_portfolio(path)


def test_a_portfolio_of_other_columns_is_refused_and_names_them(path: Path) -> None:
    changed = table().drop_columns(["rate"])
    place = changed.column_names.index("balance")
    changed = changed.set_column(place, "balance", changed["balance"].cast(pa.float64()))
    rewritten(path, changed)
    with pytest.raises(PortfolioError, match="de otra versión: faltan o cambiaron rate, balance"):
        open_portfolio(path)


def test_a_portfolio_without_credits_is_refused(path: Path) -> None:
    rewritten(path, table(0))
    with pytest.raises(PortfolioError, match="no tiene créditos"):
        open_portfolio(path)


@pytest.mark.parametrize("other", [{"as_of": date(2024, 7, 31)}, {"simulated": False}])
def test_files_of_two_portfolios_are_not_one_folder(path: Path, other: dict[str, Any]) -> None:
    said = {"as_of": DAY, "simulated": True, "origin": "Datos simulados."} | other
    write(table(), path.with_name("second.parquet"), **said)
    with pytest.raises(PortfolioError, match="no es de la misma cartera") as refused:
        open_portfolio(path.parent)
    assert "second.parquet" in str(refused.value)


def test_a_broken_file_of_a_folder_is_named(path: Path) -> None:
    path.with_name("broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(PortfolioError, match=r"broken\.parquet no es un Parquet completo"):
        open_portfolio(path.parent)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_drafts").mkdir()
    (tmp_path / "_drafts" / "one.parquet").write_bytes(b"")
    with pytest.raises(PortfolioError, match="no tiene archivos"):
        open_portfolio(tmp_path)


def test_a_credit_is_found_in_any_file_of_a_folder(path: Path) -> None:
    write(
        table().slice(0, 5),
        path.with_name("a.parquet"),
        as_of=DAY,
        simulated=True,
        origin="Datos simulados.",
    )
    opened = open_portfolio(path.parent)
    assert (opened.rows, opened.row_groups) == (ROWS + 5, 2)
    assert [file.name for file in opened.files] == ["a.parquet", path.name]
    assert opened.read(["credit"]).num_rows == ROWS + 5
    row = opened.find(f"16{ROWS - 1:08}")
    assert row is not None
    assert row.num_rows == 1


def test_a_run_that_fails_leaves_nothing(path: Path) -> None:
    before = path.read_bytes()

    def tables() -> object:
        yield table()
        raise RuntimeError("the disk is gone")

    for place in (path, path.with_name("new.parquet")):
        with pytest.raises(RuntimeError, match="gone"):
            write(tables(), place, as_of=DAY, simulated=False)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_required_fact_cannot_be_written_empty(tmp_path: Path) -> None:
    rows = table()
    place = rows.column_names.index("rate")
    rows = rows.set_column(place, "rate", [[None] * ROWS])
    with pytest.raises((pa.ArrowInvalid, ValueError), match="rate"):
        write(rows, tmp_path / "portfolio.parquet", as_of=DAY, simulated=False)
    assert not list(tmp_path.iterdir())
