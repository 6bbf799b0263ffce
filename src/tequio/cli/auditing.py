"""`tequio audit package`, `sample`: what an auditor takes away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.say import (
    REFUSED,
    AsJson,
    Command,
    complain,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tequio.web.auditing.packages import Package

Why = Annotated[
    str, typer.Option("--why", metavar="TEXTO", help="Para qué: queda en el registro de accesos.")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="La carpeta, nueva.")]


def add_to(audit: typer.Typer) -> None:
    """The commands, under `audit`."""
    audit.command("package", cls=Command)(package_command)
    audit.command("sample", cls=Command)(sample_command)


def package_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Su número.")],
    out: Out,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Escribe todo lo de un crédito, legible sin este programa, y lo recalcula: dice si da igual.

    Movimientos, ley en vigor en cada paso, convenios, avisos, accesos y consultas SQL. Queda en el
    registro quién lo pidió.

    Ejemplo: [bold]tequio audit package 1600000017 -o expediente --why "oficio 118"[/bold]
    """
    from tequio.cli.ledger import who
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.auditing.packages import write_package
    from tequio.web.records.access import do_log_access

    do_log_access(credit, "audit package", who("audit package"), why)
    made = write_package(credit, out)
    if as_json:
        print_json(described(made))
    else:
        print(f"{made.files} archivos del crédito {credit}, en {out}.")
        print(f"Recálculo: {made.recomputed.verdict()}")
    if made.recomputed.first():
        raise typer.Exit(REFUSED)


def sample_command(
    out: Out,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="La semilla del sorteo.")],
    size: Annotated[int, typer.Option("--size", min=1, help="Cuántos créditos.")] = 25,
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Sortea créditos con una semilla y escribe el paquete de cada uno.

    La misma semilla da los mismos créditos, y cualquiera puede repetir el sorteo a mano.

    Ejemplo: [bold]tequio audit sample --seed 2024 --size 25 -o muestra[/bold]
    """
    from tequio.cli.ledger import who
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.auditing.samples import write_sample

    with progress("Escribiendo paquetes") as told:
        made = write_sample(seed, size, out, who("audit sample"), why, told)
    wrong = [one for one in made if one.recomputed.first()]
    if as_json:
        print_json([described(one) for one in made])
    else:
        print(
            f"{len(made)} créditos en {out}; {len(made) - len(wrong)} dan igual al recalcularlos."
        )
    for one in wrong:
        complain(f"{one.credit}: {one.recomputed.verdict()}")
    if wrong:
        raise typer.Exit(REFUSED)


def described(made: Package) -> dict[str, object]:
    """A package as a record."""
    found = made.recomputed
    return {
        "credit": made.credit,
        "folder": made.folder,
        "files": made.files,
        "movements": found.movements,
        "equal": found.first() is None,
        "says": found.verdict(),
    }
