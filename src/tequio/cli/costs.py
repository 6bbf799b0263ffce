"""`tequio cat`: the annual cost of a loan."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

import typer

from tequio.cli.say import AsJson, Command, misuse, money, print_json

AMOUNT = re.compile(r"\$?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("cat", cls=Command)(cat_command)


def cat_command(
    received: Annotated[
        str, typer.Argument(metavar="RECIBIDO", help="Lo que se recibe, en pesos.")
    ],
    payment: Annotated[
        str, typer.Argument(metavar="PAGO", help="Lo que se paga cada mes, en pesos.")
    ],
    months: Annotated[int, typer.Argument(metavar="MESES", min=1, max=600, help="Cuántos meses.")],
    charged: Annotated[
        str, typer.Option("--charged", help="Comisión que se cobra al firmar, en por ciento.")
    ] = "0",
    as_json: AsJson = False,
) -> None:
    """El Costo Anual Total: la tasa que iguala lo recibido con lo pagado.

    Ejemplo: [bold]tequio cat 200000 1432.86 240 --charged 2[/bold]
    """
    from tequio.engine.cat import cat

    lent, pays = centavos(received), centavos(payment)
    net = int(lent * (100 - exact(charged)) / 100)
    found = cat(net, [pays] * months)
    if as_json:
        print_json({"received": net, "payment": pays, "months": months, "cat_percent": found})
    elif found is None:
        misuse("No hay una tasa: se paga menos de lo que se recibe, o no se recibe nada.")
    else:
        print(f"CAT {found:.6f} %  (recibe {money(net)}; paga {months} x {money(pays)})")


def exact(text: str) -> Decimal:
    """A number as typed: commas only between thousands."""
    if not AMOUNT.fullmatch(text):
        misuse(f"{text!r} no es una cantidad: escríbala como 1432.86 o 1,432.86.")
    return Decimal(text.replace(",", "").replace("$", ""))


def centavos(text: str) -> int:
    """Pesos as typed, in centavos."""
    amount = exact(text) * 100
    if amount != int(amount):
        misuse(f"{text!r} tiene fracciones de centavo.")
    return int(amount)
