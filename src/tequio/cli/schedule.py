"""`tequio schedule`: month by month, as it is or with a programme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.explain import found
from tequio.cli.law import programme_named
from tequio.cli.say import (
    PORTFOLIO,
    AsJson,
    AsOf,
    Command,
    FromPortfolio,
    complain,
    day,
    money,
    print_json,
    refuse,
    table,
)

if TYPE_CHECKING:
    from datetime import date

    from tequio.core.loan import Loan
    from tequio.core.offer import Offer
    from tequio.engine.projection import Schedule

COLUMNS = {
    "month": "Mes",
    "borrower": "Usted paga",
    "charges": "Seguros y cuotas",
    "overdue": "Atrasado",
    "complement_institute": "Pone el Instituto",
    "complement_fund": "Pone el fondo",
    "employer": "Pone su patrón",
    "interest": "Interés",
    "indexation": "Sube por la unidad",
    "reward": "Beneficio",
    "released": "Se libera",
    "balance": "Saldo",
}
ALWAYS = ("month", "borrower", "charges", "interest", "balance")


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("schedule", cls=Command)(schedule_command)


def schedule_command(
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Número de crédito.")],
    programme: Annotated[
        str | None, typer.Option("--programme", help="Con qué solución; sin ella, como está.")
    ] = None,
    as_of: AsOf = "",
    portfolio: FromPortfolio = PORTFOLIO,
    csv: Annotated[Path | None, typer.Option("--csv", help="La escribe como CSV.")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Dibuja el saldo, mes a mes, en un HTML.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """La tabla de pagos, mes a mes: la misma cuenta que la oferta.

    Ejemplo: [bold]tequio schedule 1600000001 --programme nivela_tu_pago --csv pagos.csv[/bold]
    """
    from tequio.engine.explain import plan_schedule

    loan, about = found(credit, portfolio)
    on = day(as_of) if as_of else about.as_of
    rows = monthly(plan_schedule(chosen(programme, loan, on), loan, on))
    if as_json:
        said = {"credit": credit, "as_of": on, "programme": programme}
        print_json(said | {"simulated": about.simulated, "months": rows})
    tell = complain if as_json else print
    if csv:
        write_csv(csv, rows, simulated=about.simulated)
        tell(f"Tabla de {len(rows)} meses escrita en {csv}.")
    if plot:
        note = "Datos simulados" if about.simulated else about.origin
        draw(plot, f"Saldo del crédito {credit}", programme, rows, note)
        tell(f"Gráfica escrita en {plot}.")
    if not (as_json or csv or plot):
        if about.simulated:
            print("DATOS SIMULADOS")
        show(rows)


def chosen(programme: str | None, loan: Loan, on: date) -> Offer:
    """The status quo, or the programme's offer for a credit that qualifies."""
    from tequio.core.programme import NotOffered
    from tequio.engine.offers import status_quo
    from tequio.engine.rulebook import assumed, published

    if programme is None:
        return status_quo(loan, assumed(published(), on))
    asked = programme_named(programme)
    status = asked.status(on)
    if isinstance(status, NotOffered):
        refuse(f"{asked.title}: {status.say()}")
    answer = status.evaluate(loan)
    if not answer.eligible()[0]:
        refuse(f"{asked.title}: " + " ".join(answer.explain(0)))
    if answer.offer.settlement is not None:
        refuse(f"{asked.title} se paga en un solo depósito: {answer.promise(0)}")
    return answer.offer


def monthly(schedule: Schedule) -> list[dict[str, int | str]]:
    """One record a month; money in centavos."""
    rows: list[dict[str, int | str]] = []
    for place in range(len(schedule.t)):
        row: dict[str, int | str] = {
            name: int(getattr(schedule, name)[place]) for name in COLUMNS if name != "month"
        }
        row["month"] = f"{int(schedule.year[place])}-{int(schedule.month[place]):02}"
        rows.append({name: row[name] for name in COLUMNS})
    return rows


def used(rows: list[dict[str, int | str]]) -> list[str]:
    """The columns that say something."""
    return [name for name in COLUMNS if name in ALWAYS or any(row[name] for row in rows)]


def show(rows: list[dict[str, int | str]]) -> None:
    """The table on the screen, with its sum."""
    names = used(rows)
    body = [[str(row["month"]), *(money(int(row[n])) for n in names[1:])] for row in rows]
    sums = [money(sum(int(row[n]) for row in rows)) if n != "balance" else "" for n in names[1:]]
    table([COLUMNS[name] for name in names], [*body, ["Suma", *sums]])


def draw(
    path: Path, title: str, programme: str | None, rows: list[dict[str, int | str]], note: str
) -> None:
    """The balance at the end of each month, as a page of its own."""
    from tequio.charts import PESOS, Caption, area, stylesheet

    caption = Caption(
        key="saldo",
        title=title,
        description=f"Saldo al final de cada mes, {programme or 'como está'}.",
        units="pesos",
        cut_off=f"De {rows[0]['month']} a {rows[-1]['month']}",
        note=note,
    )
    chart = area(caption, "Mes", [(str(r["month"]), int(r["balance"])) for r in rows], PESOS)
    page = (
        f'<!doctype html><html lang="es-MX"><meta charset="utf-8"><title>{caption.title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{stylesheet()}</style><body><main>{chart.html()}</main></body></html>"
    )
    path.write_text(page, encoding="utf-8")


def write_csv(path: Path, rows: list[dict[str, int | str]], *, simulated: bool) -> None:
    """The same, pesos with two decimals."""
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, "simulado"])
        for row in rows:
            amounts = (f"{int(row[n]) / 100:.2f}" for n in list(COLUMNS)[1:])
            writer.writerow([row["month"], *amounts, "sí" if simulated else "no"])
