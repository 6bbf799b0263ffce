"""`tequio db`, `close`, `audit`, `snapshot`: the ledger's records, in and out."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli import auditing
from tequio.cli.say import (
    HOME,
    REFUSED,
    AsJson,
    Command,
    Commands,
    complain,
    day,
    misuse,
    money,
    print_json,
    progress,
    refuse,
    table,
)

if TYPE_CHECKING:
    from tequio.web.records.closing import MonthSummary
    from tequio.web.records.writing import Who


def add_to(app: typer.Typer) -> None:
    """The commands."""
    db = typer.Typer(cls=Commands, no_args_is_help=True, help="El libro de créditos y movimientos.")
    db.command("init", cls=Command)(init_command)
    db.command("load", cls=Command)(load_command)
    db.command("load-history", cls=Command)(load_history_command)
    db.command("status", cls=Command)(status_command)
    db.command("rotate-keys", cls=Command)(rotate_command)
    app.add_typer(db, name="db")
    audit = typer.Typer(
        cls=Commands,
        no_args_is_help=True,
        help="La cadena de auditoría, y lo que un auditor se lleva.",
    )
    audit.command("verify", cls=Command)(verify_command)
    auditing.add_to(audit)
    app.add_typer(audit, name="audit")
    app.command("close", cls=Command)(close_command)
    app.command("snapshot", cls=Command)(snapshot_command)


def who(verb: str) -> Who:
    """Whoever is at the keyboard, through this program."""
    from tequio.web.records.writing import Who

    return Who(getpass.getuser(), f"tequio {verb}")


def init_command(as_json: AsJson = False) -> None:
    """Crea las tablas del libro, o las pone al día.

    Sin más, el libro es un archivo en ./var; con DATABASE_URL, la base que esta diga.

    Ejemplo: [bold]tequio db init[/bold]
    """
    from tequio.web.ready import init

    steps = init()
    from tequio.web.records.status import place

    if as_json:
        print_json({"place": place(), "steps": steps})
        return
    print(f"Libro: {place()}")
    print(f"{len(steps)} pasos dados: {', '.join(steps)}." if steps else "Ya estaba al día.")


def load_command(
    portfolio: Annotated[Path, typer.Argument(metavar="CARTERA", help="La cartera (Parquet).")],
    as_json: AsJson = False,
) -> None:
    """Carga una cartera en el libro; si se interrumpe, continúa donde iba.

    Ejemplo: [bold]tequio db load out/cartera.parquet[/bold]
    """
    from tequio.engine.portfolio import PortfolioError, open_portfolio
    from tequio.web.ready import open_ledger

    try:
        found = open_portfolio(portfolio)
    except PortfolioError as why:
        refuse(str(why))
    open_ledger()
    from tequio.web.records.loading import do_load_portfolio

    with progress("Cargando partes") as told:
        done = do_load_portfolio(found, who("db load"), progress=told)
    if as_json:
        print_json(done)
        return
    if done.already == done.parts:
        print(f"{portfolio} ya estaba en el libro; no se cambió nada.")
        return
    print(f"{done.credits:,} créditos en el libro, del {found.about.as_of}.")
    if done.already:
        complain(f"{done.already} de {done.parts} partes ya estaban y se conservaron.")


def load_history_command(
    folder: Annotated[Path, typer.Argument(metavar="CARPETA", help="La historia simulada.")],
    as_json: AsJson = False,
) -> None:
    """Carga la historia de una cartera simulada; si se interrumpe, continúa donde iba.

    Trae convenios y movimientos desde 2019, y los créditos que ya se habían liquidado. Lo que se
    debe no cambia: es lo que trajo la cartera, que se carga antes.

    Ejemplo: [bold]tequio db load-history out/historia[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.records.history import do_load_history

    with progress("Cargando partes") as told:
        done = do_load_history(folder, who("db load-history"), progress=told)
    if as_json:
        print_json(done)
        return
    if done.already == done.parts:
        print(f"{folder} ya estaba en el libro; no se cambió nada.")
        return
    print(
        f"{done.agreements:,} convenios y {done.movements:,} movimientos en el libro, y "
        f"{done.settled:,} créditos ya liquidados."
    )
    if done.already:
        complain(f"{done.already} de {done.parts} partes ya estaban y se conservaron.")


def status_command(as_json: AsJson = False) -> None:
    """Dice dónde está el libro, qué tiene y si cuadra.

    Ejemplo: [bold]tequio db status[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.records.status import status

    found = status()
    if as_json:
        print_json(found)
        return
    print(f"Libro: {found.place}")
    gone = f" y {found.settled:,} ya liquidados" if found.settled else ""
    print(
        f"{found.credits:,} créditos{gone}, {found.movements:,} movimientos, "
        f"{found.events:,} eventos"
    )
    print(f"Saldo de capital en pesos, último cierre: {money(found.balance)}")
    for load in found.loads:
        print(f"Cartera del {load.as_of}: {load.parts_done} de {load.parts} partes cargadas")
    rows = [(label, money(pesos)) for label, pesos in found.accounts.items() if pesos]
    if rows:
        table(("Cuenta", "Suma"), rows, title="Balanza de comprobación")
    print(f"Suma de todas las cuentas: {money(found.left_over)}")


def close_command(
    month: Annotated[str, typer.Argument(metavar="AAAA-MM", help="El mes que se cierra.")],
    as_json: AsJson = False,
) -> None:
    """Cierra un mes: cargos, pagos recibidos, saldos y etapas; si se interrumpe, continúa.

    Los meses se cierran en orden y un mes cerrado no se cambia: lo que llega después se registra
    en el mes abierto.

    Ejemplo: [bold]tequio close 2024-07[/bold]
    """
    from tequio.web.ready import open_ledger

    if len(month) != len("AAAA-MM"):
        misuse(f"{month!r} no es un mes: escríbalo como 2024-07.")
    first = day(f"{month}-01")
    open_ledger()
    from tequio.core.months import month_number
    from tequio.web.records.closing import do_close_month, summary

    with progress("Cerrando partes") as told:
        done = do_close_month(first, who("close"), progress=told)
    found = summary(month_number(first))
    if as_json:
        print_json(asdict(found) | {"already": done.already})
        return
    if done.already == done.parts:
        print(f"{found.month} ya estaba cerrado; no se cambió nada.")
    elif done.already:
        complain(f"{done.already} de {done.parts} partes ya estaban y se conservaron.")
    print_close(found)


def print_close(found: MonthSummary) -> None:
    """What was closed, whether it balances, and how late credits are."""
    from tequio.servicing.accounts import ACCOUNTS

    print(f"Cierre de {found.month}: {found.credits:,} créditos en {found.parts} partes.")
    kinds = [(label, f"{count:,}") for label, count in found.movements.items()]
    table(("Movimiento", "Cuántos"), kinds)
    rows = [
        (a.label, *map(units if a.in_units else money, found.accounts[a.name]))
        for a in ACCOUNTS
        if any(found.accounts[a.name])
    ]
    table(("Cuenta", "Inicial", "Movimientos", "Final"), rows, title="Balanza de comprobación")
    print(f"Suma de todas las cuentas: {money(found.left_over)}")
    print("Etapas 1, 2 y 3: " + ", ".join(f"{count:,}" for count in found.stages) + " créditos")
    print(
        f"Cartera vencida (ICV): {share(found.overdue, found.owing)} por cuentas "
        f"({found.overdue:,} de {found.owing:,}), "
        f"{share(found.overdue_balance, found.balance)} por saldo "
        f"({money(found.overdue_balance)} de {money(found.balance)})"
    )


def units(millionths: int) -> str:
    """Monthly units with their six decimals."""
    sign = "-" if millionths < 0 else ""
    whole, rest = divmod(abs(millionths), 10**6)
    return f"{sign}{whole:,}.{rest:06} VSM"


def share(part: int, whole: int) -> str:
    """A percentage with two decimals, half up."""
    return f"{(20_000 * part + whole) // (2 * whole) / 100:.2f} %" if whole else "–"


def rotate_command(as_json: AsJson = False) -> None:
    """Cambia la llave de los datos personales; si se interrumpe, repítala y continúa.

    Con TEQUIO_KEYS, ponga primero la llave nueva y deje la anterior detrás; cuando termine,
    quítela. Los respaldos de antes solo abren con la llave anterior.

    Ejemplo: [bold]tequio db rotate-keys[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web import keys
    from tequio.web.records.people import left_to_reseal, reseal_all

    ours = keys.kept_in_file()
    if ours and len(keys.keys().all) == 1:
        keys.make_new_key()
    with progress("Sellando de nuevo") as told:
        done = reseal_all(who("db rotate-keys"), told)
    if left_to_reseal():
        refuse("Alguien selló con la llave anterior mientras tanto: repita la orden.")
    retired = sorted(keys.keys().all.keys() - {keys.keys().current})
    if ours:
        keys.retire_old_keys()
    if as_json:
        print_json({"key": keys.keys().current, "values": done, "not_needed": retired})
        return
    print(f"{done:,} datos sellados con la llave {keys.keys().current}.")
    if retired and not ours:
        print(f"Ya no hace falta, quítela de TEQUIO_KEYS: {', '.join(retired)}.")


def verify_command(
    head: Annotated[
        str,
        typer.Option("--head", metavar="POSICIÓN:HUELLA", help="La que se anotó otro día."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Lee la cadena completa y las filas de cada evento; nombra el primero que no es como fue.

    Anote la huella final en otro lugar: con --head se sabe que nadie rehízo la cadena.

    Ejemplo: [bold]tequio audit verify[/bold]
    """
    from tequio.web.ready import open_ledger

    if head and not head.partition(":")[0].isdigit():
        refuse("--head se escribe como lo dio esta orden: POSICIÓN:HUELLA.")
    open_ledger()
    from tequio.web.records.audit import verify

    with progress("Verificando eventos") as told:
        found = verify(head=head, progress=told)
    if as_json:
        print_json(found)
    else:
        print(f"{found.events:,} eventos en orden; el último, {found.head}")
    if found.fault:
        complain(f"El evento {found.fault.position} {found.fault.why}")
        raise typer.Exit(REFUSED)


def snapshot_command(
    on: Annotated[str, typer.Argument(metavar="AAAA-MM-DD", help="El día.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="La cartera que se escribe.")] = HOME
    / "corte.parquet",
    as_json: AsJson = False,
) -> None:
    """Escribe la cartera de un día, como la lee el motor, a partir del libro.

    Ejemplo: [bold]tequio snapshot 2024-06-30 -o corte.parquet[/bold]
    """
    from tequio.web.ready import open_ledger

    as_of = day(on)
    open_ledger()
    from tequio.web.records.snapshots import write_snapshot

    rows = write_snapshot(as_of, out)
    if as_json:
        print_json({"rows": rows, "out": out})
        return
    print(f"{rows:,} créditos al {as_of}, en {out}.")
    print(f"Evalúela con: ./tequio evaluate {out} --as-of {as_of}")
