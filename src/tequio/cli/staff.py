"""`tequio staff`: accounts of whoever works with the system."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.ledger import who
from tequio.cli.say import WITH_REJECTS, AsJson, Command, Commands, complain, print_json, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tequio.web.accounts.staff import Made


def add_to(app: typer.Typer) -> None:
    """The commands."""
    staff = typer.Typer(cls=Commands, no_args_is_help=True, help="Cuentas del personal.")
    staff.command("add", cls=Command)(add_command)
    staff.command("load", cls=Command)(load_command)
    staff.command("close", cls=Command)(close_command)
    app.add_typer(staff, name="staff")


def add_command(
    username: Annotated[str, typer.Argument(metavar="CUENTA", help="Con qué nombre entra.")],
    role: Annotated[
        str,
        typer.Argument(
            metavar="PAPEL",
            help="administrator, adviser, call_adviser, supervisor, brigade, planner, analyst o "
            "auditor.",
        ),
    ],
    office: Annotated[
        str, typer.Option("--office", help="Clave del estado (16) o municipio donde trabaja.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Agrega una cuenta del personal y dice su primera contraseña, una sola vez.

    Al entrar por primera vez pide activar la verificación en dos pasos.

    Ejemplo: [bold]tequio staff add laura administrator[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.accounts.staff import Wanted, do_add_staff

    show([do_add_staff(Wanted(username, role, office), who("staff add"))], as_json=as_json)


def load_command(
    path: Annotated[Path, typer.Argument(metavar="LISTA", help="CSV: cuenta,papel,territorio.")],
    as_json: AsJson = False,
) -> None:
    """Agrega las cuentas de una lista; las que no sirven se dicen y las demás se agregan.

    Ejemplo: [bold]tequio staff load personal.csv[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.accounts.staff import do_add_staff, read_list

    good, bad = read_list(path)
    show([do_add_staff(wanted, who("staff load")) for wanted in good], as_json=as_json)
    for wrong in bad:
        complain(wrong)
    if bad:
        raise typer.Exit(WITH_REJECTS)


def close_command(
    username: Annotated[str, typer.Argument(metavar="CUENTA", help="Cuál.")],
) -> None:
    """Cierra una cuenta del personal: ya no entra; lo que hizo queda.

    Ejemplo: [bold]tequio staff close laura[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.accounts.staff import do_close_staff

    do_close_staff(username, who("staff close"))
    print(f"{username} ya no puede entrar.")


def show(made: Sequence[Made], *, as_json: bool) -> None:
    """The accounts with their first passwords."""
    if as_json:
        print_json([asdict(one) for one in made])
        return
    rows = [(one.username, one.role, one.password) for one in made]
    if rows:
        table(("Cuenta", "Papel", "Primera contraseña"), rows)
        print("Entregue cada contraseña en mano: no se guarda en ningún lado.")
