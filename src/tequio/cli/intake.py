"""`tequio pay` and `queue`: money that comes in by files, and what of it waits for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.ledger import who
from tequio.cli.say import (
    WITH_REJECTS,
    AsJson,
    Command,
    Commands,
    complain,
    day,
    misuse,
    money,
    print_json,
    progress,
    table,
)

if TYPE_CHECKING:
    from tequio.web.intake.counting import Equation
    from tequio.web.intake.taking import Taken

KINDS = {"csv": 1, "camt": 2, "remittance": 3}
MATCHED = {
    1: "por referencia",
    2: "por número de crédito",
    3: "por NSS",
    10: "sin número de crédito",
    11: "el número no es de ningún crédito",
    12: "puede ser de varios créditos",
    13: "de antes del corte: puede estar ya en el saldo",
    14: "de un crédito liquidado antes de entrar al libro: se devuelve",
}
Deposit = Annotated[int, typer.Argument(metavar="DEPÓSITO", help="Su número en la lista.")]
Key = Annotated[
    str,
    typer.Option("--key", help="Clave propia: la misma orden dos veces con dos claves son dos."),
]
Why = Annotated[str, typer.Option("--why", help="Por qué, en palabras.")]


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("pay", cls=Command)(pay_command)
    queue = typer.Typer(cls=Commands, no_args_is_help=True, help="Los depósitos por aplicar.")
    queue.command("list", cls=Command)(list_command)
    queue.command("show", cls=Command)(show_command)
    queue.command("assign", cls=Command)(assign_command)
    queue.command("split", cls=Command)(split_command)
    queue.command("return", cls=Command)(return_command)
    app.add_typer(queue, name="queue")


def pay_command(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="Del banco o del patrón.")],
    kind: Annotated[
        str,
        typer.Option("--kind", help="csv, camt o remittance; si no se dice, se ve en el archivo."),
    ] = "",
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="AAAA-MM-DD", help="Nada de un día posterior se recibe."),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dice lo que haría y no deja nada.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recibe un archivo de pagos: los aplica a sus créditos, o los deja por aplicar.

    Un pago se recibe una sola vez, venga en los archivos que venga; si se interrumpe, repita la
    orden y continúa. Las filas que no se toman quedan en un archivo al lado, con su razón.

    Ejemplo: [bold]tequio pay deposito-2024-07-05.csv[/bold]
    """
    from tequio.web.ready import open_ledger

    if kind and kind not in KINDS:
        misuse(f"{kind!r} no sirve: debe ser uno de {', '.join(KINDS)}.")
    until = day(as_of) if as_of else None
    open_ledger()
    from tequio.web.intake.counting import equation
    from tequio.web.intake.taking import do_take_file
    from tequio.web.records.models import BankFile

    told_kind = BankFile.Kind(KINDS[kind]) if kind else None
    with progress("Recibiendo filas") as told:
        taken = do_take_file(
            file, who("pay"), kind=told_kind, as_of=until, dry_run=dry_run, progress=told
        )
    beside = [] if dry_run else written_beside(file, taken)
    if as_json:
        print_json({"summary": taken.summary, "equation": equation(), "written": beside})
    else:
        if dry_run:
            print("Ensayo: no quedó nada registrado.")
        print_taken(taken)
        for path in beside:
            complain(f"Detalle en {path}.")
        print_equation(equation())
    if taken.summary.aside.count:
        raise typer.Exit(WITH_REJECTS)


def written_beside(file: Path, taken: Taken) -> list[Path]:
    """The files of rows set aside, and of amounts that are not those of the notice."""
    from tequio.web.intake.summaries import write_aside, write_differences

    written = []
    if taken.aside:
        written.append(file.with_name(f"{file.name}.apartadas.csv"))
        write_aside(file.name, taken.aside, written[-1])
    if len(taken.differences):
        written.append(file.with_name(f"{file.name}.diferencias.csv"))
        write_differences(file.name, taken.differences, written[-1])
    return written


def print_taken(taken: Taken) -> None:
    """What became of the file, and that its total is explained."""
    said = taken.summary
    if taken.already == taken.pieces:
        print(f"{said.name} ya se había recibido; no se cambió nada. Esto fue lo que se hizo:")
    elif taken.already:
        complain(f"{taken.already} de {taken.pieces} partes ya estaban y se conservaron.")
    declared = "–" if said.declared is None else money(said.declared)
    count = "–" if said.declared_rows is None else f"{said.declared_rows:,} filas"
    rows = [("Declarado por el archivo", count, declared)]
    rows += [
        (label, f"{one.count:,}", money(one.amount))
        for label, one in (
            ("Recibido", said.taken),
            ("  aplicado a su crédito", said.applied),
            ("    de un mes ya cerrado", said.late),
            ("    de un crédito ya liquidado: saldo a favor", said.settled),
            ("  por aplicar: lo decide una persona", said.unapplied),
            ("Repetido, ya se había recibido", said.repeated),
            ("Apartado, no se recibió", said.aside),
        )
    ]
    if said.unreadable:
        text = "  más lo de filas sin importe legible, por diferencia"
        rows.append((text, f"{said.unreadable:,}", money(said.unread)))
    table(("Qué", "Cuántos", "Importe"), rows, title=said.name)
    if len(taken.differences):
        print(f"{len(taken.differences):,} filas no traen lo que dice el aviso de retención.")
    if taken.settlements.settled:
        print(f"Créditos que su depósito liquida con descuento: {taken.settlements.settled:,}")
    if taken.settlements.short:
        print(f"Depósitos para liquidar que no alcanzaron: {taken.settlements.short:,}")


def print_equation(found: Equation) -> None:
    """Received = applied + unapplied + returned, over the whole ledger."""
    sign = "=" if found.holds else "≠"
    print(
        f"Todo el libro: recibido {money(found.received)} {sign} aplicado {money(found.applied)} "
        f"+ por aplicar {money(found.unapplied)} + devuelto {money(found.returned)}"
    )
    if not found.holds:
        complain(
            f"No cuadra en {found.wrong:,} depósitos: alguien escribió en las tablas. "
            "No reciba más; vea ./tequio audit verify."
        )


def list_command(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Cuántos.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Los depósitos de los que queda algo por aplicar, del más antiguo al más nuevo.

    Ejemplo: [bold]tequio queue list[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.servicing.accounts import CHANNEL_LABELS
    from tequio.web.intake.counting import equation
    from tequio.web.intake.queue import waiting

    found, whole = waiting(limit), equation()
    if as_json:
        print_json({"waiting": found, "equation": whole})
        return
    rows = [
        (
            f"{one.deposit}",
            str(one.day),
            CHANNEL_LABELS[one.channel],
            MATCHED[one.matched],
            f"{one.file}:{one.line}",
            money(one.amount),
            money(one.left),
        )
        for one in found
    ]
    headers = ("Depósito", "Día", "Canal", "Qué se sabe", "Archivo", "Importe", "Por aplicar")
    table(headers, rows, title=f"{whole.waiting:,} depósitos por aplicar", words=5)
    print_equation(whole)


def show_command(deposit: Deposit, as_json: AsJson = False) -> None:
    """Un depósito, y para qué créditos puede ser, con sus razones. No aplica nada.

    Ejemplo: [bold]tequio queue show 17[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.servicing.accounts import CHANNEL_LABELS
    from tequio.web.intake.counting import left_of
    from tequio.web.intake.proposals import proposals
    from tequio.web.intake.queue import deposit_at
    from tequio.web.records.models import Payer

    found = deposit_at(deposit)
    payer = Payer.objects.filter(deposit=found).first()
    proposed, left = proposals(found), left_of(deposit)
    if as_json:
        print_json({"deposit": deposit, "left": left, "proposals": proposed})
        return
    print(f"Depósito {deposit}: {money(found.amount)} del {found.day}, {found.file.name}")
    print(f"Renglón {found.line}, {CHANNEL_LABELS[found.channel]}; {MATCHED[found.matched]}.")
    print(f"Por aplicar: {money(left)}")
    if payer:
        print(f"Paga: {payer.name or '–'}. Concepto: {payer.concept or '–'}")
    rows = [(one.credit, one.why, f"{one.score}") for one in proposed]
    if rows:
        table(("Crédito", "Por qué", "Puntos"), rows, title="Puede ser para", words=2)
        print(f"Si es el primero: ./tequio queue assign {deposit} {proposed[0].credit}")
    else:
        print("Nada apunta a un crédito. Pregunte al banco quién pagó.")


def assign_command(
    deposit: Deposit,
    credit: Annotated[str, typer.Argument(metavar="CRÉDITO", help="Sus 10 dígitos.")],
    amount: Annotated[
        str, typer.Option("--amount", help="Pesos; si no se dice, todo lo que queda.")
    ] = "",
    why: Why = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Aplica un depósito, o una parte, a un crédito.

    Ejemplo: [bold]tequio queue assign 17 1604123456[/bold]
    """
    from tequio.web.ready import open_ledger

    part = centavos(amount)
    open_ledger()
    from tequio.web.intake.queue import do_assign

    key = key or f"assign:{deposit}:{credit}:{part or 'todo'}"
    left = do_assign(key, deposit, credit, who("queue assign"), amount=part, why=why)
    print_left(deposit, left, as_json=as_json)


def split_command(
    deposit: Deposit,
    parts: Annotated[list[str], typer.Argument(metavar="CRÉDITO=IMPORTE…", help="Las partes.")],
    why: Why = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Reparte un depósito entre varios créditos; a uno puede no decírsele importe: lo que quede.

    Ejemplo: [bold]tequio queue split 17 1604123456=1500 1604123457[/bold]
    """
    from tequio.web.ready import open_ledger

    asked = [(credit, centavos(text)) for credit, _, text in (one.partition("=") for one in parts)]
    open_ledger()
    from tequio.web.intake.queue import do_split

    key = key or f"split:{deposit}:{','.join(sorted(parts))}"
    left = do_split(key, deposit, asked, who("queue split"), why=why)
    print_left(deposit, left, as_json=as_json)


def return_command(
    deposit: Deposit,
    why: Why = "",
    amount: Annotated[
        str, typer.Option("--amount", help="Pesos; si no se dice, todo lo que queda.")
    ] = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Anota que lo que queda de un depósito, o una parte, se devuelve a quien lo envió.

    Ejemplo: [bold]tequio queue return 17 --why "El banco pidió anularlo"[/bold]
    """
    from tequio.web.ready import open_ledger

    part = centavos(amount)
    open_ledger()
    from tequio.web.intake.queue import do_return

    key = key or f"return:{deposit}:{part or 'todo'}"
    left = do_return(key, deposit, who("queue return"), why=why, amount=part)
    print_left(deposit, left, as_json=as_json)


def print_left(deposit: int, left: int, *, as_json: bool) -> None:
    """What is left of a deposit, and that nothing is lost."""
    from tequio.web.intake.counting import equation

    if as_json:
        print_json({"deposit": deposit, "left": left, "equation": equation()})
        return
    print(f"Del depósito {deposit} quedan {money(left)} por aplicar.")
    print_equation(equation())


def centavos(text: str) -> int | None:
    """An amount as people write it; empty: none was said."""
    import polars as pl

    from tequio.core.columns import Money
    from tequio.engine.tape.figures import parsed

    if not text:
        return None
    found = parsed(pl.Series([text]), Money, "importe")[0]
    if found is None or found <= 0:
        misuse(f"{text!r} no es un importe: escríbalo como 1234.56.")
    return int(found)
