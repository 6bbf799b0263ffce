"""`tequio claim`: who says to have paid already, with what proof, and what became of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tequio.cli.intake import centavos
from tequio.cli.ledger import who
from tequio.cli.say import (
    FIRST_TAPE,
    AsJson,
    Command,
    Commands,
    day,
    misuse,
    money,
    print_json,
    table,
)

CHANNELS = {"ventanilla": 2, "spei": 3, "tienda": 4, "tarjeta": 5, "remesa": 6, "nomina": 1}
ANSWERS = {"no-encontrado": "not_found", "retirada": "withdrawn"}
Key = Annotated[str, typer.Option("--key", help="Clave propia de la orden.")]


def add_to(app: typer.Typer) -> None:
    """The commands."""
    claim = typer.Typer(cls=Commands, no_args_is_help=True, help="«Ya pagué»: aclaraciones.")
    claim.command("new", cls=Command)(new_command)
    claim.command("list", cls=Command)(list_command)
    claim.command("answer", cls=Command)(answer_command)
    app.add_typer(claim, name="claim")


def new_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Sus 10 dígitos.")],
    on: Annotated[str, typer.Argument(metavar="AAAA-MM-DD", help="El día en que pagó.")],
    amount: Annotated[str, typer.Argument(metavar="IMPORTE", help="Pesos.")],
    channel: Annotated[str, typer.Argument(metavar="CANAL", help=", ".join(CHANNELS))],
    proof: Annotated[
        Path | None, typer.Option("--proof", help="El comprobante: JPEG, PNG o PDF.")
    ] = None,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Anota que una persona dice haber pagado, y le da un folio.

    En cuanto llega el depósito del mismo crédito e importe, la aclaración lo dice.

    Ejemplo: [bold]tequio claim new 1604123456 2024-07-05 1500.00 spei --proof foto.jpg[/bold]
    """
    from tequio.web.ready import open_ledger

    if channel not in CHANNELS:
        misuse(f"{channel!r} no sirve: debe ser uno de {', '.join(CHANNELS)}.")
    paid_on, paid = day(on, FIRST_TAPE), centavos(amount)
    open_ledger()
    from tequio.web.intake.claims import Said, do_claim, folio_of, stands

    key = key or f"claim:{credit}:{paid_on}:{paid}:{channel}"
    said = Said(credit, paid_on, paid or 0, CHANNELS[channel])
    found = do_claim(key, said, who("claim new"), today=date.today(), proof=proof)
    if as_json:
        print_json({"folio": folio_of(found.pk), "stands": stands(found)})
        return
    print(f"Folio {folio_of(found.pk)}: {stands(found)}.")


def list_command(as_json: AsJson = False) -> None:
    """Las aclaraciones cuyo depósito aún no se encuentra, de la más antigua a la más nueva.

    Ejemplo: [bold]tequio claim list[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.servicing.accounts import CHANNEL_LABELS
    from tequio.web.intake.claims import folio_of, open_claims

    rows = [
        (
            folio_of(one.pk),
            one.credit.number,
            str(one.day),
            CHANNEL_LABELS[one.channel],
            "sí" if one.proof_sha256 else "no",
            money(one.amount),
        )
        for one in open_claims().select_related("credit")
    ]
    if as_json:
        print_json(rows)
        return
    headers = ("Folio", "Crédito", "Día", "Canal", "Comprobante", "Importe")
    table(headers, rows, title=f"{len(rows):,} aclaraciones abiertas", words=5)


def answer_command(
    folio: Annotated[str, typer.Argument(metavar="FOLIO", help="Como YP-00000017-4.")],
    answer: Annotated[str, typer.Argument(metavar="RESPUESTA", help=", ".join(ANSWERS))],
    why: Annotated[str, typer.Option("--why", help="Por qué, para quien preguntó.")] = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Cierra una aclaración cuyo depósito no se encontró, o que la persona retira.

    Ejemplo: [bold]tequio claim answer YP-00000017-4 retirada --why "Pagó otro crédito"[/bold]
    """
    from tequio.web.ready import open_ledger

    if answer not in ANSWERS:
        misuse(f"{answer!r} no sirve: debe ser uno de {', '.join(ANSWERS)}.")
    open_ledger()
    from tequio.web.intake.claims import claim_at, do_answer_claim, stands
    from tequio.web.records.models import Claim, ClaimEvent

    number, kind = claim_at(folio), ClaimEvent.Kind(ANSWERS[answer])
    do_answer_claim(key or f"answer:{number}", number, kind, why, who("claim answer"))
    said = stands(Claim.objects.get(pk=number))
    if as_json:
        print_json({"folio": folio, "stands": said})
        return
    print(f"Folio {folio}: {said}.")
