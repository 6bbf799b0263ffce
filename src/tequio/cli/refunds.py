"""`tequio refunds`: money paid in excess, from found to paid."""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli import payouts
from tequio.cli.ledger import who
from tequio.cli.say import (
    SHOWN,
    AsJson,
    Command,
    Commands,
    OnDay,
    day,
    misuse,
    money,
    print_json,
    progress,
    table,
)

if TYPE_CHECKING:
    from tequio.web.records.models import RefundRequest
    from tequio.web.refunds.asking import Paper


class Capacity(StrEnum):
    """As what somebody asks."""

    holder = "titular"
    heir = "heredero"
    proxy = "apoderado"


class Channel(StrEnum):
    """How it is asked."""

    online = "en-linea"
    in_person = "en-persona"


Number = Annotated[int, typer.Argument(metavar="DEVOLUCIÓN", help="Su número.")]
Holder = Annotated[
    str, typer.Option("--holder", metavar="NOMBRE", help="Su titular, como lo dice el banco.")
]
Papers = Annotated[
    list[str] | None,
    typer.Option(
        "--paper",
        metavar="CUÁL:AAAA-MM-DD:ARCHIVO",
        help="Un documento, su fecha y su imagen; una vez por documento.",
    ),
]
NamesWhy = Annotated[
    str, typer.Option("--names-why", metavar="TEXTO", help="Por qué difiere el nombre.")
]
Again = Annotated[
    int, typer.Option("--again", metavar="DEVOLUCIÓN", help="La que el banco devolvió.")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXTO", help="Por qué.")]


def add_to(app: typer.Typer) -> None:
    """The commands."""
    refunds = typer.Typer(
        cls=Commands,
        no_args_is_help=True,
        help="Devolución de pagos en exceso: de encontrar el saldo a favor a depositarlo.",
    )
    refunds.command("found", cls=Command)(found_command)
    refunds.command("told", cls=Command)(told_command)
    refunds.command("ask", cls=Command)(ask_command)
    refunds.command("show", cls=Command)(show_command)
    refunds.command("validate", cls=Command)(validate_command)
    refunds.command("reject", cls=Command)(reject_command)
    refunds.command("withdraw", cls=Command)(withdraw_command)
    refunds.command("retry", cls=Command)(retry_command)
    payouts.add_to(refunds)
    app.add_typer(refunds, name="refunds")


def found_command(on: OnDay = "", as_json: AsJson = False) -> None:
    """Busca saldos a favor que nadie ha pedido y abre una devolución de cada uno.

    Repetirla no abre otra del mismo dinero.

    Ejemplo: [bold]tequio refunds found[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.refunds.asking import do_find_refunds

    with progress("Buscando saldos a favor") as told:
        new = do_find_refunds(asked, who("refunds found"), progress=told)
    if as_json:
        print_json(
            [{"refund": one.pk, "credit": one.credit.number, "amount": one.amount} for one in new]
        )
        return
    total = sum(one.amount for one in new)
    print(f"{len(new):,} devoluciones nuevas por {money(total)}.")
    rows = [(str(one.pk), one.credit.number, money(one.amount)) for one in new[:SHOWN]]
    if rows:
        table(("Devolución", "Crédito", "A favor"), rows, words=2)
    if len(new) > SHOWN:
        print(f"… y {len(new) - SHOWN:,} más: ./tequio refunds found --json las da todas.")


def told_command(
    refund: Number,
    how: Annotated[str, typer.Option("--how", metavar="TEXTO", help="Folio o medio del aviso.")],
    on: OnDay = "",
) -> None:
    """Registra que se avisó a la persona de su saldo a favor.

    Ejemplo: [bold]tequio refunds told 12 --how "carta C-2024-118"[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.refunds.asking import do_tell_refund

    do_tell_refund(f"refund:{refund}:told", refund, asked, how, who("refunds told"))
    print(f"Devolución {refund}: avisada el {asked}.")


def ask_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Su número.")],
    person: Annotated[int, typer.Option("--person", help="Quién pide: su número en el libro.")],
    amount: Annotated[str, typer.Option("--amount", metavar="PESOS", help="Cuánto.")],
    clabe: Annotated[str, typer.Option("--clabe", help="La cuenta: 18 dígitos.")],
    holder: Holder,
    capacity: Annotated[Capacity, typer.Option("--as", help="Como qué pide.")] = Capacity.holder,
    channel: Annotated[Channel, typer.Option("--by", help="Cómo pide.")] = Channel.in_person,
    efirma: Annotated[bool, typer.Option("--efirma", help="Mostró su e.firma vigente.")] = False,
    paper: Papers = None,
    names_why: NamesWhy = "",
    again: Again = 0,
    on: OnDay = "",
    as_json: AsJson = False,
) -> None:
    """Registra una solicitud; dice a la vez todo lo que le falta.

    Documentos: identification, bank_statement, suspension_notice, death_certificate,
    proof_of_heir, power_of_attorney. De cada imagen se guarda la huella, no la imagen.

    Ejemplo: [bold]tequio refunds ask 1600000017 --person 3 --amount 9079.00 --clabe
    021180550300050811 --holder "ANA PEÑA RUIZ" --by en-linea --efirma[/bold]
    """
    from tequio.web.ready import open_ledger

    asked_on, pesos = day(on), centavos(amount)
    papers = [paper_of(said) for said in paper or ()]
    open_ledger()
    from tequio.servicing import refunds as rules
    from tequio.web.records.access import do_log_access
    from tequio.web.refunds.asking import Request, do_ask_refund

    request = Request(
        credit=credit,
        person=person,
        capacity=rules.Capacity[capacity.name.upper()],
        amount=pesos,
        on=asked_on,
        channel=channel.name,
        efirma=efirma,
        clabe=clabe,
        holder=holder,
        papers=papers,
        name_why=names_why,
        refund=again or None,
    )
    me = who("refunds ask")
    do_log_access(credit, "refunds ask", me)
    made = do_ask_refund(f"ask:{credit}:{person}:{asked_on}:{pesos}:{again}", request, me)
    print_asked(made, as_json=as_json)


def print_asked(made: RefundRequest, *, as_json: bool) -> None:
    """What was asked for, and by when it is paid."""
    from tequio.servicing.refunds import pay_by

    if as_json:
        print_json({"refund": made.refund_id, "request": made.pk, "pay_by": pay_by(made.on)})
        return
    print(f"Devolución {made.refund_id} solicitada por {money(made.amount)}.")
    print(f"Se deposita a más tardar el {pay_by(made.on)}; faltan dos validaciones.")


def centavos(text: str) -> int:
    """An amount in pesos as people write it, in centavos."""
    try:
        exact = Decimal(text.replace(",", "").replace("$", "")) * 100
    except InvalidOperation:
        misuse(f"{text!r} no es un importe: escríbalo como 9079.50.")
    if not exact.is_finite() or exact != int(exact):
        misuse(f"{text!r} no es un importe en pesos y centavos.")
    return int(exact)


def paper_of(said: str) -> Paper:
    """A paper with the hash of its image."""
    from tequio.web import start

    kind, _, rest = said.partition(":")
    dated, _, file = rest.partition(":")
    if not file:
        misuse(f"{said!r} no se entiende: escríbalo como identification:2024-05-01:ine.pdf.")
    bears = day(dated)
    image = Path(file)
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    start()
    from tequio.web.refunds.asking import Paper

    return Paper(kind, bears, digest, image.name)


def show_command(refund: Number, as_json: AsJson = False) -> None:
    """Enseña una devolución a quien la valida: quién pide, a qué cuenta, qué mostró y sus pasos.

    De la CLABE se ven el banco y los últimos cuatro dígitos. Queda registrado quién la vio.

    Ejemplo: [bold]tequio refunds show 12[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.records.access import do_log_access
    from tequio.web.refunds.seen import seen
    from tequio.web.refunds.states import refund_at

    do_log_access(refund_at(refund).credit.number, "refunds show", who("refunds show"))
    found = seen(refund)
    if as_json:
        print_json(found)
        return
    print(f"Devolución {refund} del crédito {found.credit}: {found.state}.")
    if found.asks:
        print(f"Pide {found.asks}, como {found.capacity}: {money(found.amount)}.")
        print(f"Cuenta: {found.account}, a nombre de {found.holder}.")
        print("El nombre coincide." if found.name_agrees else f"OJO, otro nombre: {found.name_why}")
        if found.same_account:
            print(f"OJO: otras personas pidieron a esta cuenta: {found.same_account} solicitudes.")
    for paper in found.papers:
        print(f"· {paper}")
    table(("Paso", "Día", "Quién", "Motivo"), found.steps, words=4)


def validate_command(refund: Number, on: OnDay = "", why: Why = "") -> None:
    """Da la primera validación o la segunda; cada una de otra persona que quien registró.

    Ejemplo: [bold]tequio refunds validate 12[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.access import do_log_access
    from tequio.web.records.models import RefundEvent
    from tequio.web.refunds.deciding import do_validate_refund
    from tequio.web.refunds.states import WORDS, refund_at

    me = who("refunds validate")
    do_log_access(refund_at(refund).credit.number, "refunds validate", me)
    place = RefundEvent.objects.filter(refund=refund).count() + 1
    done = do_validate_refund(f"refund:{refund}:{place}:validate", refund, asked, me, why)
    print(f"Devolución {refund}: {WORDS[done.state]}.")


def decided(verb: str, refund: int, on: str, why: str) -> None:
    """A decision with its reason."""
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.models import RefundEvent
    from tequio.web.refunds import deciding
    from tequio.web.refunds.states import WORDS

    verbs = {
        "reject": deciding.do_reject_refund,
        "withdraw": deciding.do_withdraw_refund,
        "retry": deciding.do_retry_refund,
    }
    place = RefundEvent.objects.filter(refund=refund).count() + 1
    key = f"refund:{refund}:{place}:{verb}"
    done = verbs[verb](key, refund, asked, why, who(f"refunds {verb}"))
    print(f"Devolución {refund}: {WORDS[done.state]}.")


def reject_command(refund: Number, why: Why, on: OnDay = "") -> None:
    """Rechaza una devolución que no se ha dispersado, con su motivo.

    Ejemplo: [bold]tequio refunds reject 12 --why "la cuenta es de otra persona"[/bold]
    """
    decided("reject", refund, on, why)


def withdraw_command(refund: Number, why: Why, on: OnDay = "") -> None:
    """Registra que quien pidió desiste.

    Ejemplo: [bold]tequio refunds withdraw 12 --why "la pedirá con otra cuenta"[/bold]
    """
    decided("withdraw", refund, on, why)


def retry_command(refund: Number, why: Why, on: OnDay = "") -> None:
    """Vuelve a poner por pagar, a la misma cuenta, lo que el banco devolvió.

    A otra cuenta se pide otra vez: tequio refunds ask … --again DEVOLUCIÓN.

    Ejemplo: [bold]tequio refunds retry 12 --why "el banco estaba en mantenimiento"[/bold]
    """
    decided("retry", refund, on, why)
