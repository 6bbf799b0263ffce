"""`tequio template`, `import`, `evaluate`: portfolios in, answers out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tequio.cli.say import (
    FIRST_TAPE,
    HOME,
    PORTFOLIO,
    WITH_REJECTS,
    AsJson,
    AsOf,
    Command,
    complain,
    day,
    misuse,
    money,
    print_json,
    progress,
    refuse,
    table,
)
from tequio.cli.tape import (
    LAYOUT_HELP,
    Assumed,
    Credits,
    Given,
    Layout,
    Payments,
    Subaccounts,
    bring_tape,
    write_example_tape,
)

if TYPE_CHECKING:
    from tequio.engine.batch import Workers


class Engine(StrEnum):
    """Where the parts of an evaluation are written."""

    THREADS = "threads"
    SPARK = "spark"


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("template", cls=Command)(template_command)
    app.command("import", cls=Command)(import_command)
    app.command("evaluate", cls=Command)(evaluate_command)


def template_command(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Dónde: .csv o .xlsx; con --layout tape, una carpeta."),
    ] = None,
    layout: Annotated[Layout, typer.Option("--layout", help=LAYOUT_HELP)] = Layout.TEMPLATE,
    as_json: AsJson = False,
) -> None:
    """Escribe la plantilla para traer créditos, con una fila de ejemplo; o una cinta de ejemplo.

    Ejemplo: [bold]tequio template -o plantilla.csv[/bold]
    """
    from tequio.engine.tape import template

    if layout is Layout.TAPE:
        write_example_tape(out or Path("cinta"), as_json=as_json)
        return
    out = out or Path("plantilla.xlsx")
    template(out)
    if as_json:
        print_json({"template": out})
        return
    print(
        f"Plantilla escrita en {out}. Llénela y tráigala con: "
        f"./tequio import {out} --as-of AAAA-MM-DD -o cartera.parquet"
    )


def import_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="ARCHIVO", help="Archivos CSV, XLSX o Parquet, como la plantilla."),
    ] = None,
    as_of: AsOf = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="La cartera que se escribe.")
    ] = PORTFOLIO,
    layout: Annotated[Layout, typer.Option("--layout", help=LAYOUT_HELP)] = Layout.TEMPLATE,
    payments: Payments = None,
    credits_: Credits = None,
    subaccounts: Subaccounts = None,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", help="Un TOML que dice qué es cada columna de un archivo ajeno."),
    ] = None,
    assumed: Assumed = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", help="Dónde dejar las filas rechazadas, con su porqué."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Trae créditos de archivos; las filas buenas quedan, las malas van aparte con su porqué.

    Ejemplo: [bold]tequio import creditos.csv --as-of 2024-06-30 -o cartera.parquet[/bold]

    Una cinta de pagos: [bold]tequio import --layout tape --payments pagos.csv --credits
    creditos.csv --as-of 2015-06-30 -o cartera.parquet[/bold]
    """
    from tequio.engine.errors import Refused

    given = Given(payments or [], credits_, subaccounts, map_file, assumed)
    cut = day(as_of, FIRST_TAPE)
    try:
        if layout is Layout.TAPE:
            rejected = bring_tape(files or [], given, cut, out, rejects, as_json=as_json)
        else:
            rejected = bring_files(files or [], given, cut, out, rejects, as_json=as_json)
    except Refused as why:
        refuse(str(why))
    if rejected:
        raise typer.Exit(WITH_REJECTS)


def bring_files(
    files: list[Path], given: Given, cut: date, out: Path, rejects: Path | None, *, as_json: bool
) -> int:
    """Files as the template; how many rows were rejected."""
    from tequio.engine.tape import import_files

    if given.of_a_tape:
        misuse(f"{given.of_a_tape} es de una cinta: agregue --layout tape.")
    if not files:
        misuse("Falta el archivo. Vea: ./tequio import --help")
    with progress("Leyendo") as told:
        done = import_files(
            files, out, as_of=cut, map_file=given.map, rejects=rejects, progress=told
        )
    if as_json:
        print_json(done)
        return done.rejected
    print(
        f"{done.read:,} filas leídas = {done.accepted:,} aceptadas + {done.rejected:,} rechazadas"
    )
    print(f"Cartera: {done.out}")
    if done.rejected:
        rows = [(why, f"{count:,}") for why, count in done.by_reason.items()]
        table(("Por qué se rechazaron", "Filas"), rows)
        print(f"Rechazos, uno por línea: {done.rejects}")
    return done.rejected


def evaluate_command(
    portfolio: Annotated[
        Path,
        typer.Argument(metavar="CARTERA", help="La cartera: un Parquet, o una carpeta de ellos."),
    ],
    as_of: AsOf,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Carpeta de resultados; si se interrumpe, continúa.")
    ] = HOME / "evaluacion",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Hilos; si no se dice, los que haya.")
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Dónde: hilos de esta máquina, o Spark.")
    ] = Engine.THREADS,
    master: Annotated[
        str | None,
        typer.Option(
            "--master", help="El maestro de Spark; si no se dice, el de su configuración."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Evalúa todas las soluciones para todos los créditos de una cartera.

    Ejemplo: [bold]tequio evaluate cartera.parquet --as-of 2024-06-30 -o resultados[/bold]
    """
    from tequio.engine import batch
    from tequio.engine.errors import Refused
    from tequio.engine.portfolio import PortfolioError

    try:
        workers = workers_of(engine, threads, master)
        with progress("Evaluando") as told:
            done = batch.run(portfolio, day(as_of), out, workers=workers, progress=told)
    except (Refused, PortfolioError) as why:
        refuse(str(why))
    if as_json:
        print_json(done)
        return
    loans, pairs = done.rows["loans"], done.rows["pairs"]
    print(f"{loans:,} créditos evaluados; {pairs:,} pares crédito-solución con derecho.")
    show_programmes(done.folder)
    print(f"Resultados y manifiesto: {done.folder} (corrida {done.run})")
    if done.resumed:
        complain(f"{done.resumed} de {done.parts} partes ya estaban escritas y se conservaron.")


def workers_of(engine: Engine, threads: int | None, master: str | None) -> Workers:
    """Who writes the parts. Spark's library is asked for only with its engine."""
    from tequio.engine import batch

    if engine is Engine.THREADS:
        if master:
            misuse("--master es de Spark: dé también --engine spark.")
        return batch.in_threads(threads or batch.THREADS)
    if threads:
        misuse("--threads es de esta máquina; con Spark diga --master 'local[2]' o su clúster.")
    from tequio.engine.spark import on_spark

    return on_spark(master)


def show_programmes(folder: Path) -> None:
    """For each solution: credits that qualify, with its door open, and what is forgiven."""
    import pyarrow.parquet as pq

    from tequio.programmes import REGISTRY

    pairs = pq.read_table(folder / "pairs", columns=["programme", "open", "forgiven"])
    sums = pairs.group_by("programme").aggregate(
        [("open", "count"), ("open", "sum"), ("forgiven", "sum")]
    )
    found = {row["programme"]: row for row in sums.to_pylist()}
    rows = [
        (
            p.title,
            f"{found[p.name]['open_count']:,}",
            f"{found[p.name]['open_sum']:,}",
            money(found[p.name]["forgiven_sum"]),
        )
        for p in REGISTRY
        if p.name in found
    ]
    table(("Solución", "Créditos con derecho", "Abierta ese día", "Descuento en total"), rows)
    show_best(folder)


def show_best(folder: Path) -> None:
    """What suits each credit best, and what decided it against going on as it is."""
    import polars as pl

    from tequio.engine.advice import DECIDED
    from tequio.engine.pairs import OFFER_TITLES

    columns = ["best", "now_lost_on", "affordable"]
    loans = pl.read_parquet(folder / "loans" / "*.parquet", columns=columns)
    counts = loans.group_by(pl.col("best").cast(pl.String)).agg(
        pl.len(),
        *((pl.col("now_lost_on").cast(pl.String) == name).sum().alias(name) for name in DECIDED),
        pl.col("affordable").sum().alias("fits"),
    )
    numbers = counts.sort("len", "best", descending=[True, False]).rows()
    rows = [(OFFER_TITLES[name], *(f"{n:,}" for n in rest)) for name, *rest in numbers]
    print("\nLo que más conviene a cada crédito, y qué lo decide frente a seguir igual:")
    table(("Lo mejor", "Créditos", *DECIDED.values(), "Cabe en su ingreso"), rows)
