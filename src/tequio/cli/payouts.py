"""`tequio refunds payout`, `answer`, `status`: what is paid, what the bank says, where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.ledger import who
from tequio.cli.say import (
    HOME,
    SHOWN,
    WITH_REJECTS,
    AsJson,
    Command,
    OnDay,
    complain,
    day,
    money,
    print_json,
    progress,
    table,
)

if TYPE_CHECKING:
    from tequio.web.refunds.status import RefundStatus


def add_to(refunds: typer.Typer) -> None:
    """The commands, under `refunds`."""
    refunds.command("payout", cls=Command)(payout_command)
    refunds.command("answer", cls=Command)(answer_command)
    refunds.command("status", cls=Command)(status_command)


def payout_command(
    name: Annotated[str, typer.Argument(metavar="NOMBRE", help="El nombre de la dispersión.")],
    payer_clabe: Annotated[str, typer.Option("--from", metavar="CLABE", help="Qué cuenta paga.")],
    payer: Annotated[str, typer.Option("--payer", help="A nombre de quién está.")] = "INFONAVIT",
    out: Annotated[Path, typer.Option("--out", "-o", help="La carpeta de los archivos.")] = HOME
    / "dispersiones",
    on: OnDay = "",
    as_json: AsJson = False,
) -> None:
    """Dispersa lo validado: un CSV y un ISO 20022 (pain.001) con las mismas líneas.

    El mismo nombre da los mismos archivos; si se interrumpe, continúa donde iba.

    Ejemplo: [bold]tequio refunds payout 2024-07-15-1 --from 021180550300050811[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.refunds.paying import Payer, do_make_payout
    from tequio.web.refunds.payout_files import write_payout

    with progress("Dispersando") as told:
        made = do_make_payout(
            name, asked, Payer(payer, payer_clabe), who("refunds payout"), progress=told
        )
    files = write_payout(name, out)
    if as_json:
        print_json(
            {
                "lines": made.lines,
                "total": made.total,
                "new": made.new,
                "aside": [{"refund": refund, "why": why} for refund, why in made.aside],
                "files": files,
            }
        )
    else:
        print(f"Dispersión {name}: {made.lines:,} líneas por {money(made.total)}.")
        for path in files:
            print(f"  {path}")
    say_aside([(f"Devolución {refund}", why) for refund, why in made.aside])


def answer_command(
    answers: Annotated[Path, typer.Argument(metavar="RESPUESTA", help="El CSV del banco.")],
    as_json: AsJson = False,
) -> None:
    """Lee la respuesta del banco: qué líneas se pagaron y cuáles devolvió, y por qué.

    Columnas: linea, resultado (pagada o devuelta), fecha, importe, motivo. Lo devuelto vuelve a
    ser saldo a favor.

    Ejemplo: [bold]tequio refunds answer respuesta.csv[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.refunds.answers import do_take_answers

    with progress("Leyendo respuestas") as told:
        done = do_take_answers(answers, who("refunds answer"), progress=told)
    if as_json:
        print_json(done)
    else:
        print(
            f"{done.paid:,} pagadas, {done.returned:,} devueltas, {done.repeated:,} ya se sabían."
        )
    say_aside([(f"{answers}, renglón {row}", why) for row, why in done.aside])


def say_aside(aside: Sequence[tuple[str, str]]) -> None:
    """What was kept aside, and the exit code that says so."""
    for where, why in aside:
        complain(f"{where}: {why}")
    if aside:
        complain(f"{len(aside):,} quedaron aparte; lo demás quedó registrado.")
        raise typer.Exit(WITH_REJECTS)


def status_command(on: OnDay = "", as_json: AsJson = False) -> None:
    """Dice cuánto se guardó para los acreditados y dónde está, y qué plazos corren.

    Ejemplo: [bold]tequio refunds status[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = day(on)
    open_ledger()
    from tequio.web.refunds.status import refund_status

    found = refund_status(asked)
    if as_json:
        print_json(found)
        return
    print_status(found)


def print_status(found: RefundStatus) -> None:
    """Totals, states and clocks."""
    from tequio.web.refunds.states import WORDS

    sums = found.totals
    rows = [
        ("Pagado", money(sums.paid)),
        ("En dispersión", money(sums.in_payout)),
        ("Solicitado", money(sums.asked)),
        ("Sin solicitar", money(sums.not_asked)),
        ("Fuera de las dispersiones de este libro", money(sums.elsewhere)),
        ("Todo lo guardado", money(sums.ever)),
    ]
    table(("Saldo a favor", "Pesos"), rows, title=f"Devoluciones al {found.on}")
    states = [
        (WORDS[state].capitalize(), f"{count:,}", money(amount))
        for state, (count, amount) in found.states.items()
        if count
    ]
    if states:
        table(("Estado", "Cuántas", "Solicitado"), states)
    late = sum(1 for one in found.waiting if one.late)
    print(f"{len(found.waiting):,} esperan al Instituto; {late:,} fuera de plazo.")
    clocks = [
        (str(w.refund), w.credit, WORDS[w.state], str(w.since), str(w.due), str(w.late))
        for w in found.waiting[:SHOWN]
    ]
    if clocks:
        heads = ("Devolución", "Crédito", "Está", "Desde", "Vence", "Días hábiles de atraso")
        table(heads, clocks, words=len(heads) - 1)
    if sums.uncovered:
        complain(f"Se solicitó {money(sums.uncovered)} que ya no está a favor: rechácelo.")
