"""`tequio quote`, `replay`: what a credit owes on a day, and payments known late counted on theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.ledger import who
from tequio.cli.say import AsJson, Command, day, money, print_json, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tequio.web.records.replaying import Effect


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("quote", cls=Command)(quote_command)
    app.command("replay", cls=Command)(replay_command)


def quote_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Su número.")],
    on: Annotated[
        str, typer.Option("--on", metavar="AAAA-MM-DD", help="Un día de su mes abierto.")
    ],
    as_json: AsJson = False,
) -> None:
    """Dice cuánto debe un crédito un día: para estar al corriente y para liquidar.

    Cuenta lo recibido hasta ese día, también lo que se conoció tarde.

    Ejemplo: [bold]tequio quote 1234567890 --on 2024-07-15[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.present import present_of
    from tequio.web.records.steps import credit_of

    owed = present_of(credit_of(credit), asked).quotes
    current, settle = int(owed.to_be_current[0]), int(owed.to_settle[0])
    if as_json:
        found = {"credit": credit, "on": asked, "to_be_current": current, "to_settle": settle}
        print_json(found)
        return
    print(f"Crédito {credit}, al {asked}:")
    print(f"  Para estar al corriente: {money(current)}")
    print(f"  Para liquidar todo: {money(settle)}")
    print(
        "Pague ese día con el número de crédito como concepto (SPEI o ventanilla) y diga para qué "
        "es: «ponerme al corriente» o «liquidar»."
    )


def replay_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Solo muestra qué cambiaría.")] = False,
    as_json: AsJson = False,
) -> None:
    """Cuenta en su fecha los pagos que se conocieron tarde; muestra el efecto y lo registra.

    Lo registrado va al mes abierto, como ajuste: un mes cerrado no se cambia. El siguiente cierre
    hace lo mismo antes que nada.

    Ejemplo: [bold]tequio replay --dry-run[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.records.replaying import do_replay_all, effects_waiting

    found = effects_waiting()
    if not as_json:
        print_effects(found)
    if not dry_run and found:
        with progress("Registrando") as told:
            found = do_replay_all(who("replay"), progress=told)
    if as_json:
        print_json({"posted": not dry_run, "effects": found})
    elif found:
        said = "No se registró nada (--dry-run)." if dry_run else "Registrado en el mes abierto."
        print(said)


def print_effects(found: Sequence[Effect]) -> None:
    """Each credit, and the total."""
    if not found:
        print("No hay pagos de meses cerrados por aplicar.")
        return
    rows = [
        (
            one.credit,
            one.since,
            money(one.before.owed),
            money(one.after.owed),
            f"{one.before.months_missed} → {one.after.months_missed}",
            f"{one.reversed} / {one.booked}",
        )
        for one in found
    ]
    heads = ("Crédito", "Desde", "Debía", "Debe", "Omisos", "Reversas / registros")
    table(heads, rows, title="Qué cambia")
    less = sum(one.before.owed - one.after.owed for one in found)
    print(f"{len(found):,} créditos; lo que se debe baja {money(less)} en total.")
