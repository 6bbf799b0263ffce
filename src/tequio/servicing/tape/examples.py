"""A small simulated tape with which to try: five credits, eighteen months, one reversal."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tequio.engine.errors import Refused
from tequio.servicing.tape.assumed import OURS
from tequio.servicing.tape.fields import CREDITS, PAYMENTS, SUBACCOUNTS

FIRST_YEAR, MONTHS = 2014, 18  # from January 2014 to June 2015
PAYROLL, WINDOW, OTHER, REVERSAL = "1", "2", "3", "0"
TRIAL = "Cinta simulada de ejemplo: ningún renglón es de una persona."
NAMES = ("pagos.csv", "creditos.csv", "subcuentas.csv", "mapa.toml", "supuestos.toml")


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up credit: what each of its months was billed, and what was paid of it."""

    credit: str
    granted: int  # year
    units: str  # lent, in VSM; empty: in pesos
    pesos: str
    rate: str
    bill: int
    debt: Decimal  # at first, in its own measure; it falls by `step` with each month paid
    step: Decimal
    tp: str
    unpaid_from: int = MONTHS  # the month, from 0, since which nothing is paid
    prorroga_from: int = MONTHS


SAMPLES = (
    Sample("1600000001", 2008, "160", "", "6", 1_650, Decimal(140), Decimal("0.21"), PAYROLL),
    Sample("1600000002", 2009, "150", "", "5", 1_400, Decimal(131), Decimal("0.17"), WINDOW, 15),
    Sample(
        "1600000003", 2010, "170", "", "7", 1_900, Decimal(152), Decimal("0.16"), PAYROLL, 14, 14
    ),
    Sample(
        "1600000004", 2013, "", "420000", "12", 4_300, Decimal(415_000), Decimal(180), PAYROLL, 14
    ),
    Sample("1600000005", 2011, "155", "", "6", 1_500, Decimal(146), Decimal("0.18"), WINDOW),
)


def write_examples(folder: Path) -> list[Path]:
    """The files of a tape that imports as it is, and those that say how; Refused when one of them
    is there already."""
    paths = [folder / name for name in NAMES]
    there = [path for path in paths if path.exists()]
    if there:
        raise Refused(f"Ya existe {there[0]}. Elija otra carpeta con -o.")
    folder.mkdir(parents=True, exist_ok=True)
    write(paths[0], [*PAYMENTS], list(payments()))
    write(paths[1], [*CREDITS], [credit_row(sample) for sample in SAMPLES])
    write(paths[2], [*SUBACCOUNTS], [subaccount_row(sample) for sample in SAMPLES])
    paths[3].write_text(f'trial = "{TRIAL}"\n', encoding="utf-8")
    paths[4].write_text(OURS.read_text(encoding="utf-8"), encoding="utf-8")
    return paths


def write(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """A CSV of the declared columns."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def payments() -> Iterator[dict[str, str]]:
    """Every month of every sample; of the last one, a payment posted twice and taken back."""
    for sample in SAMPLES:
        for month in range(MONTHS):
            paid = sample.bill if month < sample.unpaid_from else 0
            yield payment(sample, month, paid, sample.tp)
    yield payment(SAMPLES[-1], MONTHS - 1, SAMPLES[-1].bill, OTHER)
    yield payment(SAMPLES[-1], MONTHS - 1, -SAMPLES[-1].bill, REVERSAL)


def payment(sample: Sample, month: int, paid: int, tp: str) -> dict[str, str]:
    """One row."""
    on_prorroga = month >= sample.prorroga_from
    bill = 0 if on_prorroga else sample.bill
    debt = sample.debt - sample.step * min(month + 1, sample.unpaid_from)
    return {
        "cv_credito": sample.credit,
        "nu_ano_ejercicio": str(sample.granted),
        "tx_situacion_vivienda": "habitada",
        "year": str(FIRST_YEAR + month // 12),
        "month": str(month % 12 + 1),
        "pe": f"{paid}.00",
        "pf": f"{bill}.00",
        "tp": tp,
        "pro": str(int(on_prorroga)),
        "reest": "0",
        "mora": "0",
        "deuda": f"{debt:.2f}",
    }


def credit_row(sample: Sample) -> dict[str, str]:
    """One credit."""
    return {
        "cv_credito": sample.credit,
        "age": "31",
        "daily_wage": "245.50",
        "sex": "mujer",
        "granted_units": sample.units,
        "granted": sample.pesos,
        "joint": "I",
        "rate": sample.rate,
        "municipality": "16053",
        "first_year": str(sample.granted),
    }


def subaccount_row(sample: Sample) -> dict[str, str]:
    """Its sub-account."""
    return {"cv_credito": sample.credit, "balance": "0", "credit_type": "crédito infonavit"}
