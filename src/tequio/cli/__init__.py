"""Every command, thin: it reads its arguments, calls the engine, and says what came out, in
Spanish.

Libraries that take long to load, our own rooms among them, are imported inside the commands, so
that help is quick.
"""

from __future__ import annotations

import os
import re
import sys

import typer
from typer import rich_utils

from tequio.cli import (
    claims,
    costs,
    demo,
    explain,
    intake,
    law,
    ledger,
    operating,
    portfolio,
    promises,
    refunds,
    replaying,
    schedule,
    staff,
    statements,
    whatif,
)
from tequio.cli.say import DONE, REFUSED, USAGE, Commands, complain

INTERRUPTED = 130  # what a shell expects after Ctrl-C

rich_utils.ARGUMENTS_PANEL_TITLE = "Argumentos"
rich_utils.OPTIONS_PANEL_TITLE = "Opciones"
rich_utils.COMMANDS_PANEL_TITLE = "Órdenes"
rich_utils.DEFAULT_STRING = "[si no se dice: {}]"
rich_utils.REQUIRED_LONG_STRING = "[hace falta]"

# What the library says of a wrong call, and how we say it.
IN_SPANISH = {
    r"No such option: (\S+).*": r"No existe la opción \1.",
    r"No such command '(.*)'.*": r"No existe la orden \1.",
    r"Missing parameter: as_of": "Falta la fecha: --as-of AAAA-MM-DD.",
    r"Missing parameter: credit": "Falta el número de crédito.",
    r"Missing parameter: files": "Falta el archivo.",
    r"Missing argument '(.*)'.*": r"Falta \1.",
    r"Missing option '(.*)'.*": r"Falta la opción \1.",
    r"Missing parameter: file": "Falta el archivo.",
    r"Missing parameter: deposit": "Falta el número del depósito.",
    r"Missing parameter: folder": "Falta la carpeta.",
    r"Missing parameter: out": "Falta la carpeta: -o CARPETA.",
    r"Missing parameter: received": "Falta lo que se recibe.",
    r"Missing parameter: payment": "Falta lo que se paga cada mes.",
    r"Missing parameter: months": "Faltan los meses.",
    r"Missing parameter: portfolio": "Falta la cartera.",
    r"Missing parameter: programme": "Falta la solución: su nombre, como en --json de offers.",
    r"Missing parameter: agreement": "Falta el número del convenio.",
    r"Missing parameter: (.*)": r"Falta \1.",
    r"Option '(.*)' requires an argument.*": r"A la opción \1 le falta su valor.",
    r"Got unexpected extra argument(?:s|\(s\))? \((.*)\).*": r"Sobra \1.",
    r"Value error, '(.*)' is not one of (.*?)\.?": r"\1 no sirve: debe ser uno de \2.",
    r"Invalid value for '(.*)': .*": r"El valor de \1 no sirve.",
    r"Input should be a valid integer.*": r"Un valor debe ser un número entero.",
    r"Input should be greater than or equal to (.*)": r"Un valor debe ser al menos \1.",
    r"Input should be less than or equal to (.*)": r"Un valor debe ser a lo más \1.",
}

app = typer.Typer(
    name="tequio",
    cls=Commands,
    help="Soluciones de pago para créditos de vivienda: reglas con fecha y fuente, cálculo exacto.",
    epilog="Para empezar: ./tequio demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
MODULES = (
    demo,
    portfolio,
    whatif,
    explain,
    schedule,
    law,
    costs,
    ledger,
    promises,
    replaying,
    refunds,
    intake,
    claims,
    statements,
    staff,
    operating,
)
for module in MODULES:
    module.add_to(app)


def main() -> None:
    """Run a command; a wrong call is said in Spanish, with the way to its help."""
    try:
        sys.exit(app(prog_name="tequio", standalone_mode=False))
    except BrokenPipeError:  # whoever was reading has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except OSError as error:
        name = f" {error.filename}" if error.filename else ""
        complain(f"No se pudo leer o escribir{name}: {error.strerror or error}.")
        sys.exit(REFUSED)
    except typer.Abort:
        complain("Interrumpido. Lo que ya estaba escrito queda bien; puede repetir la orden.")
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "tequio"
        if str(error):  # without words, the help was shown
            complain(f"{in_spanish(str(error))} Vea: ./{path} --help")
        sys.exit(USAGE)
    except Exception as error:
        from tequio.core.errors import NotInForce
        from tequio.engine.errors import Refused

        if isinstance(error, Refused | NotInForce):
            complain(str(error))
        elif is_of_the_database(error):
            complain(
                f"La base de datos no pudo seguir: {str(error).splitlines()[0]}. Lo que ya estaba "
                "escrito queda bien y nada quedó a medias; cuando vuelva, repita la orden."
            )
        else:
            raise
        sys.exit(REFUSED)


def is_of_the_database(error: Exception) -> bool:
    """Whether the server went away, its disk is full, or somebody holds the file for too long: no
    mistake of the program. Django is asked only where it is at work."""
    at_work = sys.modules.get("django.db")
    return bool(at_work) and isinstance(error, (at_work.OperationalError, at_work.InterfaceError))


def in_spanish(text: str) -> str:
    """What is wrong with the call."""
    for pattern, ours in IN_SPANISH.items():
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return found.expand(ours)
    return f"No se entendió la orden ({text.rstrip('.')})."
