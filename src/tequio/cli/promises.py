"""`tequio offers`, `agree`, `agreements`, `withdraw`, `sign-batch`: solutions on the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tequio.cli.ledger import who
from tequio.cli.say import AsJson, Command, complain, day, money, print_json, progress, table

if TYPE_CHECKING:
    from tequio.web.records.models import Agreement

CREDIT = Annotated[str, typer.Argument(metavar="CRÉDITO", help="Número de crédito.")]
PROGRAMME = Annotated[
    str,
    typer.Argument(metavar="SOLUCIÓN", help="Su nombre, como en ./tequio offers --json."),
]
ON = Annotated[str, typer.Option("--on", metavar="AAAA-MM-DD", help="El día; si no se dice, hoy.")]


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("offers", cls=Command)(offers_command)
    app.command("agree", cls=Command)(agree_command)
    app.command("agreements", cls=Command)(agreements_command)
    app.command("withdraw", cls=Command)(withdraw_command)
    app.command("sign-batch", cls=Command)(sign_batch_command)


def offers_command(credit: CREDIT, on: ON = "", as_json: AsJson = False) -> None:
    """Dice qué le ofrece cada solución a un crédito del libro, o por qué no.

    Ejemplo: [bold]tequio offers 1600000001 --on 2024-07-10[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.cli.explain import show, vars_of
    from tequio.engine.openings import openings
    from tequio.engine.portfolio import About
    from tequio.web.records.loans import loan_known
    from tequio.web.records.offers import credit_of, offers_of

    found = credit_of(credit)
    explanation, ways = offers_of(credit, asked), openings(loan_known(found, asked), asked)
    about = About(found.load.as_of, found.load.simulated, found.load.origin)
    if as_json:
        said = {"credit": credit, "simulated": about.simulated, "origin": about.origin}
        print_json(said | vars_of(explanation) | {"openings": ways})
        return
    show(credit, about, explanation, ways)


def agree_command(
    credit: CREDIT,
    programme: PROGRAMME,
    on: ON = "",
    only_offer: Annotated[
        bool, typer.Option("--only-offer", help="Deja constancia de la oferta, sin firmarla.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Firma una solución: la oferta que ya tenía, si sigue abierta, o una de ese día.

    Si desde la oferta cambió en qué se basa, no se firma y se dice qué cambió.

    Ejemplo: [bold]tequio agree 1600000001 borron_y_cuenta_nueva --on 2024-07-15[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.accepting import do_accept
    from tequio.web.records.agreements import given_up, open_offer
    from tequio.web.records.offers import credit_of, do_make_offer

    owner = credit_of(credit)
    found = open_offer(owner, programme, asked)
    if found is None:
        key = f"offer:{credit}:{programme}:{asked}:{given_up(owner, programme)}"
        found = do_make_offer(key, credit, programme, asked, who("agree"))
    if not only_offer:
        do_accept(f"agree:{found.pk}:{asked}", found.pk, asked, who("agree"))
    show_agreements([found], as_json=as_json)


def agreements_command(credit: CREDIT, as_json: AsJson = False) -> None:
    """Dice qué se le ha ofrecido a un crédito y en qué quedó, con cada paso y su razón.

    Ejemplo: [bold]tequio agreements 1600000001[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.records.models import Agreement
    from tequio.web.records.offers import credit_of

    found = Agreement.objects.filter(credit=credit_of(credit)).order_by("pk")
    if not found and not as_json:
        print(f"El crédito {credit} no tiene ofertas ni convenios.")
        return
    show_agreements(list(found), as_json=as_json)


def withdraw_command(
    agreement: Annotated[
        int, typer.Argument(metavar="CONVENIO", help="Su número, como en ./tequio agreements.")
    ],
    on: ON = "",
    as_json: AsJson = False,
) -> None:
    """Se desiste de lo que se firmó, dentro de los días que la ley da: todo queda como si no se
    hubiera firmado, con contrapartidas.

    Ejemplo: [bold]tequio withdraw 12 --on 2024-07-18[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.accepting import do_withdraw
    from tequio.web.records.models import Agreement

    do_withdraw(f"withdraw:{agreement}", agreement, asked, who("withdraw"))
    show_agreements([Agreement.objects.get(pk=agreement)], as_json=as_json)


def sign_batch_command(programme: PROGRAMME, on: ON = "", as_json: AsJson = False) -> None:
    """Firma una solución que llega sola en todos los créditos que tienen derecho; si se interrumpe,
    continúa donde iba.

    Ejemplo: [bold]tequio sign-batch solucion_integral --on 2025-12-22[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.records.batches import do_sign_batch

    with progress("Firmando partes") as told:
        done = do_sign_batch(programme, asked, who("sign-batch"), progress=told)
    if as_json:
        print_json(done)
        return
    print(f"{done.signed:,} créditos firmados en {done.parts} partes; {done.settled:,} sin deuda.")
    print(f"Descuento en total: {money(done.forgiven)}")
    if done.already:
        complain(f"{done.already} de {done.parts} partes ya estaban y se conservaron.")


def show_agreements(found: list[Agreement], *, as_json: bool) -> None:
    """Each with its steps."""
    from tequio.engine.pairs import OFFER_TITLES
    from tequio.web.records.agreements import IN_SPANISH

    if as_json:
        print_json([record_of(one) for one in found])
        return
    for one in found:
        said = record_of(one)
        print(f"Convenio {one.pk}: {OFFER_TITLES.get(one.programme, one.programme)}")
        if said["promise"]:
            print(f"  {said['promise']}")
        print(f"  Ofrecido el {one.offered_on}, vale hasta el {one.valid_until}.")
        rows = [(IN_SPANISH[step["state"]], step["on"], step["why"]) for step in said["steps"]]
        table(("Paso", "Día", "Por qué"), rows, words=3)


def record_of(agreement: Agreement) -> dict[str, Any]:
    """An agreement and its steps, for people and for JSON."""
    import json

    said = json.loads(agreement.offer)
    steps = agreement.agreementevent_set.order_by("pk")
    return {
        "agreement": agreement.pk,
        "credit": agreement.credit.number,
        "programme": agreement.programme,
        "offered_on": str(agreement.offered_on),
        "valid_until": str(agreement.valid_until),
        "promise": said.get("promise", ""),
        "pays": said.get("pays"),
        "steps": [{"state": s.state, "on": str(s.on), "why": s.why} for s in steps],
    }
