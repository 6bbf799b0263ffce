"""`tequio explain`: one credit against every programme."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.say import (
    PORTFOLIO,
    AsJson,
    AsOf,
    Command,
    FromPortfolio,
    day,
    money,
    print_json,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from tequio.core.loan import Loan
    from tequio.engine.advice import Advice
    from tequio.engine.explain import Answer, Explanation, Figures, Offered
    from tequio.engine.openings import Change, Opening
    from tequio.engine.portfolio import About


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("explain", cls=Command)(explain_command)


def explain_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Número de crédito.")],
    as_of: AsOf = "",
    portfolio: FromPortfolio = PORTFOLIO,
    as_json: AsJson = False,
) -> None:
    """Explica un crédito: de cada solución, lo que ofrece o todas las razones por las que no.

    Ejemplo: [bold]tequio explain 1600000001 --as-of 2024-06-30[/bold]
    """
    from tequio.engine.explain import explain
    from tequio.engine.openings import openings

    loan, about = found(credit, portfolio)
    on = day(as_of) if as_of else about.as_of
    explanation, ways = explain(loan, on), openings(loan, on)
    if as_json:
        said = {"credit": credit, "simulated": about.simulated, "origin": about.origin}
        print_json(said | vars_of(explanation) | {"openings": ways})
        return
    show(credit, about, explanation, ways)


def vars_of(explanation: Explanation) -> dict[str, object]:
    """The record's fields, by name."""
    from dataclasses import fields

    return {field.name: getattr(explanation, field.name) for field in fields(explanation)}


def found(credit: str, path: Path) -> tuple[Loan, About]:
    """The credit's row, or a refusal that says how to go on."""
    from tequio.engine.portfolio import PortfolioError, loan_of, open_portfolio

    try:
        portfolio = open_portfolio(path)
    except PortfolioError as why:
        refuse(f"{why} Para empezar con datos simulados: ./tequio demo")
    row = portfolio.find(credit)
    if row is None:
        refuse(
            f"El crédito {credit} no está en {path}. Revise el número; "
            f"por ejemplo, {portfolio.first_credit} sí está."
        )
    return loan_of(row), portfolio.about


def show(credit: str, about: About, explanation: Explanation, ways: Mapping[str, Opening]) -> None:
    """The whole answer, in the order in which a person needs it."""
    from rich.console import Console

    from tequio.core.spelling import long_date

    console = Console(highlight=False)
    if about.simulated:
        console.print("[bold]DATOS SIMULADOS[/]")
    elif about.origin:
        console.print(about.origin)
    console.print(f"[bold]Crédito {credit}[/], el {long_date(explanation.as_of)}")
    console.print(
        f"Debe {money(explanation.balance)}{' (en VSM)' if explanation.indexed else ''}; ", end=""
    )
    console.print(f"mensualidades omitidas: {explanation.months_missed}.")
    show_best(console, explanation.best)
    console.print("\n[bold]Si sigue igual[/]")
    show_figures(console, explanation.now)
    if explanation.now_against:
        console.print(f"  {explanation.now_against}")
    answers = explanation.answers
    for title, chosen in (
        ("Lo que sí puede pedir", [a for a in answers if a.eligible]),
        ("Falta un dato", [a for a in answers if not a.eligible and asks(a)]),
        ("Lo que no, y por qué", [a for a in answers if not a.eligible and not asks(a)]),
    ):
        if chosen:
            console.rule(f"[bold]{title}", align="left")
            for answer in chosen:
                show_answer(console, answer, explanation.as_of, ways.get(answer.programme))
    console.rule("Cómo se decide qué conviene más", align="left")
    for rule in explanation.best.policy:
        console.print(f"· {rule}")
    console.rule("Lo que se supone", align="left")
    for sentence in explanation.assumed:
        console.print(f"· {sentence}")


def show_best(console: Console, best: Advice) -> None:
    """What suits the person best, why, and by which policy."""
    from tequio.core.spelling import long_date

    out = console.print
    out(f"\n[bold]Lo que más le conviene: {best.title}[/]")
    for reason in best.why:
        out(f"  {reason}")
    if not best.open:
        when = f"el {long_date(best.opens_on)}" if best.opens_on else "en una fecha no publicada"
        out(f"  Abre {when}; de lo que puede pedir hoy, lo mejor es {best.until_then}.")
    if best.bears is not None:
        out(f"  Según {best.income}, alcanza para una mensualidad de {money(best.bears)}.")


def asks(answer: Answer) -> bool:
    """Of a credit that does not qualify, whether only facts are missing."""
    return {reason.kind for reason in answer.reasons} <= {"ask", "opens"}


def show_answer(console: Console, answer: Answer, as_of: date, way: Opening | None) -> None:
    """One programme: its promise and how it was worked out, or its reasons and what would open
    it."""
    out = console.print
    out(f"\n[bold]{answer.title}[/]")
    if answer.offer:
        out(answer.offer.promise)
        if answer.against:
            out(f"  {answer.against}")
        show_doors(console, answer, as_of)
        show_figures(console, answer.offer.figures)
        out(f"  [dim]Para el Instituto, a valor de hoy: {cost_words(answer.offer.fund_cost)}[/]")
        for warning in answer.offer.warnings:
            out(f"  [bold]Ojo:[/] {warning}")
        show_working(console, answer.offer)
    for reason in answer.reasons:
        cited = (
            f"{reason.rule}, {reason.confidence}: {reason.source}" if reason.source else reason.rule
        )
        out(f"  · {reason.says} [dim]({cited})[/]")
        for change in changes_for(way, reason.name):
            out(f"      Se cumpliría así: {change.says}")
    if way and way.opens:
        out("  [bold]Con eso tendría derecho[/] (comprobado con la misma regla).")


def changes_for(way: Opening | None, requirement: str) -> Sequence[Change]:
    """What would meet one requirement."""
    found = (one.changes for one in way.unlocked if one.requirement == requirement) if way else ()
    return next(iter(found), ())


def cost_words(centavos: int) -> str:
    """What the fund receives less, or more, than if nothing is signed."""
    if centavos == 0:
        return "le da lo mismo"
    return f"recibe {money(abs(centavos))} {'menos' if centavos > 0 else 'más'} que si sigue igual"


def show_doors(console: Console, answer: Answer, as_of: date) -> None:
    """Whether it can be asked for today."""
    from tequio.core.spelling import long_date

    out = console.print
    if answer.open:
        out("Se puede pedir hoy.")
    elif answer.opens_on:
        out(f"Abre el {long_date(answer.opens_on)}.")
    else:
        out(f"No se sabe cuándo abre (lo publicado al {long_date(as_of)} no lo dice).")
    if answer.offer and answer.offer.cancels:
        out("Al firmar se cancela la solución que tiene vigente.")


def show_figures(console: Console, figures: Figures) -> None:
    """What is paid, for how long, and what is given."""
    from tequio.core.spelling import MONTHS

    out = console.print
    ends = figures.ends
    if ends is not None and not figures.months:
        out("  Ya está liquidado.")
        return
    first = "Depósito único" if ends is None else "Mensualidad, con seguros y cuotas"
    out(f"  {first}: {money(figures.pays)}")
    if ends is not None:
        cat = f"; CAT de lo que usted paga, {figures.cat} %" if figures.cat is not None else ""
        until = f"hasta {MONTHS[ends.month - 1]} de {ends.year}"
        out(f"  {figures.months} meses, {until}; total a pagar {money(figures.total)}{cat}")
    if figures.overdue:
        out(f"  Además debe {money(figures.overdue)} de atrasos, que van en el total")
    extras = {
        "le descuentan": figures.forgiven,
        "le perdonan de seguros y cuotas": figures.waived,
        "beneficio por cumplir": figures.reward,
        "pone el Instituto o el fondo": figures.complement,
        "pone su patrón": figures.employer,
        "sube por la unidad (supuesto)": figures.indexation,
        "se libera al terminar": figures.released,
    }
    given = "; ".join(f"{words} {money(amount)}" for words, amount in extras.items() if amount)
    if given:
        out(f"  {given}")


def show_working(console: Console, offer: Offered) -> None:
    """How it was worked out, what a failed payment does, and what is in doubt."""
    out = console.print
    out("  Cómo se calculó:")
    for label, value in offer.working:
        out(f"    {label}: {value}")
    if offer.on_default:
        out(f"  {offer.on_default}")
    for doubt in offer.doubts:
        out(f"  [dim]En duda: {doubt}[/]")
