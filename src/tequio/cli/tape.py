"""`tequio import --layout tape`, `tequio template --layout tape`: the institution's own tapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.say import misuse, money, print_json, progress, table

if TYPE_CHECKING:
    from tequio.servicing.tape import TapeImported
    from tequio.servicing.tape.money import Line

MONEY = ("Tipo", "Mes", "Recibido", "Aplicado", "En exceso", "Reversado", "Rechazado")
LINES = 40  # of money, a month each, that are shown; beyond, a year each


class Layout(Enum):
    """What the files are like."""

    TEMPLATE = "template"
    TAPE = "tape"


LAYOUT_HELP = (
    "template: un crédito por fila, como la plantilla. tape: pagos y créditos por separado."
)
Payments = Annotated[
    list[Path] | None,
    typer.Option(
        "--payments", help="Cinta: pagos, varias filas por crédito y mes. Puede repetirse."
    ),
]
Credits = Annotated[
    Path | None, typer.Option("--credits", help="Cinta: créditos, una fila cada uno.")
]
Subaccounts = Annotated[
    Path | None, typer.Option("--subaccounts", help="Cinta: subcuentas, si las hay.")
]
Assumed = Annotated[
    Path | None,
    typer.Option(
        "--assumed", help="Cinta: un TOML con lo que se supone (qué es cada tp y lo demás)."
    ),
]


@dataclass(frozen=True, slots=True)
class Given:
    """The files that a call names, besides those of the template."""

    payments: list[Path]
    credits: Path | None
    subaccounts: Path | None
    map: Path | None
    assumed: Path | None

    @property
    def of_a_tape(self) -> str:
        """The first option that only a tape has, or nothing."""
        options = {
            "--payments": self.payments,
            "--credits": self.credits,
            "--subaccounts": self.subaccounts,
            "--assumed": self.assumed,
        }
        return next((name for name, value in options.items() if value), "")


def bring_tape(
    files: list[Path], given: Given, cut: date, out: Path, rejects: Path | None, *, as_json: bool
) -> int:
    """A tape; how many rows were rejected."""
    from tequio.servicing.tape import Files, import_tape

    if files:
        misuse(f"Sobra {files[0]}: una cinta se trae con --payments y --credits.")
    if not given.payments or not given.credits:
        missing = "--credits" if given.payments else "--payments"
        misuse(f"Falta la opción {missing}. Vea: ./tequio import --help")
    source = Files(given.payments, given.credits, given.subaccounts, given.map, given.assumed)
    with progress("Leyendo") as told:
        done = import_tape(source, out, as_of=cut, rejects=rejects, progress=told)
    if as_json:
        print_json(done)
    else:
        show(done)
    return done.rejected


def show(done: TapeImported) -> None:
    """What came of a tape."""
    for one in done.files:
        print(
            f"{one.file}: {one.read:,} filas leídas = "
            f"{one.accepted:,} aceptadas + {one.rejected:,} rechazadas"
        )
    print(f"Cartera: {done.out}")
    print(f"Meses de cada crédito, con la causa de los omitidos: {done.months}")
    if done.rejected:
        rows = [
            (why, one.file, f"{count:,}")
            for one in done.files
            for why, count in one.by_reason.items()
        ]
        table(("Por qué se rechazaron", "Archivo", "Filas"), rows)
        print(f"Rechazos, uno por línea: {done.rejects}")
    show_money(done.money)
    for says, count in done.notes.items():
        print(f"{says}: {count:,}.")
    print("\nLo que la cinta no dice y se supone (otro valor, con --assumed):")
    for one in done.assumed:
        print(f"  · {one.sentence}")


def show_money(lines: Sequence[Line]) -> None:
    """Where all the money went, by type and month; by year where the months are many."""
    shown = [astuple(line) for line in lines]
    if len(lines) > LINES:
        shown = by_year(lines)
        print("\nDinero por tipo y año (por mes, con --json):")
    else:
        print("\nDinero por tipo y mes:")
    totals = [sum(column) for column in zip(*(line[2:] for line in shown), strict=True)]
    rows = [(*line[:2], *map(money, line[2:])) for line in shown]
    table(MONEY, [*rows, ("Total", "", *map(money, totals))])
    print("Recibido = aplicado + en exceso + reversado + rechazado, en cada renglón.")


def by_year(lines: Sequence[Line]) -> list[tuple[str | int, ...]]:
    """The months of each year together."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        type_, month, *amounts = astuple(line)
        held = sums.setdefault((type_, month[:4]), [0] * len(amounts))
        held[:] = [one + other for one, other in zip(held, amounts, strict=True)]
    return [(*key, *amounts) for key, amounts in sums.items()]


def write_example_tape(folder: Path, *, as_json: bool) -> None:
    """A small simulated tape, and the call that brings it."""
    from tequio.servicing.tape import write_examples

    paths = write_examples(folder)
    if as_json:
        print_json({"tape": paths})
        return
    payments, credits_, subaccounts, map_, assumed = paths
    print(
        f"Cinta simulada de ejemplo en {folder}. Tráigala con:\n"
        f"  ./tequio import --layout tape --payments {payments} --credits {credits_} "
        f"--subaccounts {subaccounts} --map {map_} --assumed {assumed} --as-of 2015-06-30 "
        "-o cartera.parquet"
    )
