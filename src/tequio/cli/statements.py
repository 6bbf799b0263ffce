"""`tequio statement` and `tequio letter`: what a credit's ledger says, for its holder."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.say import HOME, Command, day, misuse

if TYPE_CHECKING:
    from tequio.web.statements.document import Document

CREDIT = Annotated[str, typer.Argument(metavar="CREDIT", help="El número de crédito.")]
KINDS = ("liberacion", "no-adeudo", "intereses")
ENDINGS = (".pdf", ".html", ".csv")


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("statement", cls=Command)(statement_command)
    app.command("letter", cls=Command)(letter_command)


def statement_command(
    credit: CREDIT,
    first: Annotated[
        str, typer.Option("--from", metavar="AAAA-MM", help="El primer mes; sin él, solo uno.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="AAAA-MM", help="El último; sin él, el último cerrado.")
    ] = "",
    historical: Annotated[
        bool, typer.Option("--historical", help="Desde que el libro conoce el crédito.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="El archivo: .pdf, .html o .csv.")] = HOME
    / "estado.pdf",
) -> None:
    """El estado de cuenta de un crédito: lo que debe, su pago que sigue y cada movimiento.

    Un mes cerrado dice siempre lo mismo; lo que se sabe después sale en el mes en que se registra.

    Ejemplo: [bold]tequio statement 0123456789 --to 2024-06 -o estado.pdf[/bold]

    Ejemplo: [bold]tequio statement 0123456789 --historical -o historia.csv[/bold]
    """
    write = writer(out)
    if first and historical:
        misuse("--from y --historical no van juntos: el segundo empieza en el primer mes que hay.")
    since = date.min if historical else month(first) if first else None
    until = month(last) if last else None
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.statements.reading import statement
    from tequio.web.statements.words import document_of

    write(document_of(statement(credit, since, until)))


def letter_command(
    credit: CREDIT,
    kind: Annotated[
        str, typer.Option("--kind", metavar="|".join(KINDS), help="Cuál carta.", show_default=False)
    ],
    year: Annotated[
        int, typer.Option("--year", metavar="AAAA", help="De la constancia de intereses.")
    ] = 0,
    on: Annotated[
        str, typer.Option("--on", metavar="AAAA-MM-DD", help="El día de la carta; sin él, hoy.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", "-o", help="El archivo: .pdf, .html o .csv.")] = HOME
    / "carta.pdf",
) -> None:
    """Una carta con folio: liberación de hipoteca, no adeudo, o los intereses de un año.

    Ejemplo: [bold]tequio letter 0123456789 --kind no-adeudo -o carta.pdf[/bold]

    Ejemplo: [bold]tequio letter 0123456789 --kind intereses --year 2023 -o carta.pdf[/bold]
    """
    write, when = writer(out), day(on)
    if when > date.today():
        misuse(f"El {when} no ha llegado: una carta es de hoy o de un día anterior.")
    if kind not in KINDS:
        misuse(f"No existe la carta {kind!r}: puede ser {', '.join(KINDS)}.")
    if kind == "intereses" and not year:
        misuse("Falta el año de la constancia: --year AAAA.")
    if kind != "intereses" and year:
        misuse("--year es solo de --kind intereses: quítelo.")
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.statements import letters, reading

    if kind == "intereses":
        write(letters.interest_letter(*reading.interest(credit, year), when))
        return
    make = letters.release_letter if kind == "liberacion" else letters.no_debt_letter
    write(make(*reading.ending(credit, when), when))


def month(text: str) -> date:
    """The first day of a month as people write it in a command."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        misuse(f"{text!r} no es un mes: escríbalo como 2024-06.")
    return day(f"{text}-01")


def writer(out: Path) -> Callable[[Document], None]:
    """What writes a document as the file's name says; an ending that is none is a wrong call."""
    if out.suffix not in ENDINGS:
        misuse(f"{out} debe terminar en {', '.join(ENDINGS[:-1])} o {ENDINGS[-1]}.")

    def write(document: Document) -> None:
        from tequio.web.statements.files import write_document

        write_document(document, out)
        print(f"{document.title}, en {out}.")

    return write
