"""Analytical tapes for tests, simulated row by row, and what is made of them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from tequio.servicing.tape import Files, TapeImported, import_tape
from tequio.servicing.tape.fields import CREDITS, PAYMENTS

JUNE = date(2015, 6, 30)
ONE, TWO, THREE = (f"160000000{at}" for at in (1, 2, 3))
Row = dict[str, str]


def credit(number: str = ONE, **changed: str) -> Row:
    """A good credit, in VSM unless it is said otherwise."""
    row = dict.fromkeys(CREDITS, "")
    row |= {"cv_credito": number, "age": "30", "daily_wage": "250.00", "sex": "mujer"}
    row |= {"granted_units": "150", "rate": "6", "municipality": "16053", "joint": "I"}
    return row | changed


def pay(month: str, pe: str, pf: str = "1000", tp: str = "2", **changed: str) -> Row:
    """A good payment of the first credit; the month as 2015-03."""
    year, of_year = month.split("-")
    row = {"cv_credito": ONE, "nu_ano_ejercicio": "2010", "tx_situacion_vivienda": "habitada"}
    row |= {"year": year, "month": str(int(of_year)), "pe": pe, "pf": pf, "tp": tp}
    return row | {"pro": "0", "reest": "0", "mora": "0", "deuda": "100.5"} | changed


def each_month(pes: Sequence[str], until: str = "2015-06", **changed: str) -> list[Row]:
    """One row a month, the last in `until`."""
    year, month = (int(part) for part in until.split("-"))
    last = year * 12 + month - 1
    months = range(last - len(pes) + 1, last + 1)
    named = [f"{at // 12}-{at % 12 + 1:02}" for at in months]
    return [pay(month, pe, **changed) for month, pe in zip(named, pes, strict=True)]


def written(path: Path, rows: Iterable[Mapping[str, str]], names: Iterable[str]) -> Path:
    """A CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(names), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring(
    folder: Path,
    payments: Sequence[Row],
    credits_: Sequence[Row] | None = None,
    as_of: date = JUNE,
    **files: Path,
) -> TapeImported:
    """A tape of these rows; without credits, of the first one."""
    paid = written(folder / "pagos.csv", payments, PAYMENTS)
    lent = written(folder / "creditos.csv", credits_ or [credit()], CREDITS)
    return import_tape(Files([paid], lent, **files), folder / "out.parquet", as_of=as_of)


def assumed_of(folder: Path, text: str) -> Path:
    """A file of one's own assumptions."""
    path = folder / "supuestos.toml"
    path.write_text(text, encoding="utf-8")
    return path


def entry(value: str) -> str:
    """The value of an assumption, with all that it must carry."""
    return f'{{ is = {value}, label = "De prueba", source = "Prueba", confidence = "assumed" }}'


def loan(done: TapeImported, number: str = ONE) -> Row:
    """The row of a credit in the portfolio."""
    found = pl.read_parquet(done.out).filter(credit=number)
    assert len(found) == 1, number
    return found.row(0, named=True)


def months(done: TapeImported, number: str = ONE) -> list[Row]:
    """Its months, in order."""
    return pl.read_parquet(done.months).filter(credit=number).rows(named=True)


def rejects(done: TapeImported) -> list[Row]:
    """The file of rejects."""
    with done.rejects.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def money(done: TapeImported) -> dict[tuple[str, str], tuple[int, ...]]:
    """Received, applied, in excess, reversed and rejected, by type and month."""
    return {
        (line.type, line.month): (
            line.received,
            line.applied,
            line.excess,
            line.reversed,
            line.rejected,
        )
        for line in done.money
    }


def counted(done: TapeImported) -> None:
    """Every row of every file is accepted or rejected, and told."""
    told = {(one["archivo"], one["fila"]) for one in rejects(done)} if done.rejected else set()
    for one in done.files:
        assert one.read == one.accepted + one.rejected, one
        assert sum(one.by_reason.values()) == one.rejected
        assert len({row for file, row in told if file == one.file}) == one.rejected
