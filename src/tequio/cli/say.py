"""How commands speak: results to the standard output, progress and complaints to the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

DONE, WITH_REJECTS, USAGE, REFUSED = 0, 1, 2, 3
HOME = Path("out")
WIDE = 160
SHOWN = 20  # rows of a long list, on the screen
FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2060, 12, 31)  # the rules begin in 2017
FIRST_TAPE = date(1992, 12, 31)  # of what a portfolio may be: units have a value since 1991
PORTFOLIO = HOME / "cartera.parquet"

AsJson = Annotated[bool, typer.Option("--json", help="Escribe el resultado como JSON.")]
AsOf = Annotated[
    str,
    typer.Option("--as-of", metavar="AAAA-MM-DD", help="Fecha de corte; nada posterior se usa."),
]
OnDay = Annotated[
    str, typer.Option("--on", metavar="AAAA-MM-DD", help="De qué día; si no se dice, hoy.")
]
FromPortfolio = Annotated[
    Path, typer.Option("--portfolio", "-p", help="La cartera (Parquet) en que se busca el crédito.")
]


class Command(TyperCommand):
    """A command whose help speaks Spanish."""

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, in Spanish."""
        return in_spanish(super().get_help_option(ctx))


class Commands(TyperGroup):
    """The same for the list of commands."""

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, in Spanish."""
        return in_spanish(super().get_help_option(ctx))


def in_spanish(option: Any) -> Any:
    """The help option with our sentence."""
    if option is not None:
        option.help = "Muestra esta ayuda."
    return option


def complain(sentence: str) -> None:
    """One line for people, where results do not go."""
    print(sentence, file=sys.stderr)


def refuse(sentence: str) -> NoReturn:
    """Nothing was written: why, and how to mend it."""
    complain(sentence)
    raise typer.Exit(REFUSED)


def misuse(sentence: str) -> NoReturn:
    """The call is wrong."""
    complain(sentence)
    raise typer.Exit(USAGE)


def day(text: str, first: date = FIRST_DAY) -> date:
    """A date as people write it in a command, from `first` on; empty is today."""
    if not text:
        return date.today()
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        misuse(f"{text!r} no es una fecha: escríbala como 2024-06-30.")
    if not first <= asked <= LAST_DAY:
        misuse(f"{text} queda fuera: se responde del {first} al {LAST_DAY}.")
    return asked


def money(centavos: int) -> str:
    """`$1,234.50`."""
    from tequio.core.spelling import pesos

    return pesos(centavos, 2)


def print_json(content: Any) -> None:
    """A record as JSON; money in centavos, dates as ISO."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=plain))


def plain(value: object) -> object:
    """What JSON does not know."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error output; told how much of how many is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", words: int = 1
) -> None:
    """A table to the standard output; the first columns, of words, to the left, the others not."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)  # nothing is folded on its way to a file

    drawn = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for place, header in enumerate(headers):
        drawn.add_column(
            header,
            justify="right" if place >= words else "left",
            overflow="fold",
            no_wrap=not place,
        )
    for row in rows:
        drawn.add_row(*row)
    console.print(drawn)
