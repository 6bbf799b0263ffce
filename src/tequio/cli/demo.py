"""`tequio demo`: a simulated state, evaluated and published, from nothing."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tequio.cli import simulated, whatif
from tequio.cli.portfolio import show_programmes
from tequio.cli.say import (
    DONE,
    HOME,
    PORTFOLIO,
    WITH_REJECTS,
    AsJson,
    Command,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from tequio.demo.targets import Result
    from tequio.engine.batch import Done
    from tequio.results.page import Place

T = TypeVar("T")

EVALUATION = HOME / "michoacan"
PAGE = HOME / "resultados.html"
HISTORY = HOME / "historia"
COMPARISON = HOME / "que-pasaria-si"
WHAT_IF = HOME / "que-pasaria-si.html"
LOANS = 120_000


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("demo", cls=Command)(demo_command)


def demo_command(
    loans: Annotated[
        int, typer.Option("--loans", min=1_000, max=10_000_000, help="Cuántos créditos simular.")
    ] = LOANS,
    check: Annotated[
        bool, typer.Option("--check", help="Muestra cada meta de calibración y lo que salió.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option("--history", help="Escribe la historia aunque ya esté en el libro."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Simula Michoacán al 30 de junio de 2024, lo evalúa, escribe out/resultados.html, prueba un
    cambio de la ley, carga los créditos con su historia en un libro y cierra julio.

    El libro es el de DATABASE_URL o TEQUIO_HOME; si no se dicen, uno suyo en out/libro.

    Ejemplo: [bold]tequio demo --check[/bold]
    """
    from tequio.demo.state import CALIBRATED_ON, generate_to
    from tequio.results.page import write_page

    with progress("Simulando créditos") as told:
        generate_to(PORTFOLIO, loans, progress=told)
    opened = simulated.opened_for(PORTFOLIO)
    done = evaluated(PORTFOLIO, CALIBRATED_ON)
    page = write_page(done.folder, PAGE, title="Michoacán", places=places())
    tried = tried_out(PORTFOLIO, CALIBRATED_ON)
    past = history_of(PORTFOLIO) if history or check or not opened.is_filled else {}
    results = checked(PORTFOLIO, CALIBRATED_ON) if check else []
    ledger = simulated.filled(opened, HISTORY)
    if as_json:
        said = {"evaluation": done, "page": page, "history": past, "ledger": ledger}
        what_if = whatif.summary(tried)
        print_json({**said, "whatif": what_if, "targets": [recorded(r) for r in results]})
    else:
        show(done, page)
        show_history(past)
        print()
        whatif.show(tried)
        show_targets(results)
        print()
        simulated.show(ledger)
    raise typer.Exit(DONE if all(result.inside for result in results) else WITH_REJECTS)


def evaluated(portfolio: Path, as_of: date) -> Done:
    """Evaluate into the demo's own folder."""
    from tequio.engine.batch import run

    with progress("Evaluando soluciones") as told:
        return anew(EVALUATION, lambda: run(portfolio, as_of, EVALUATION, progress=told))


def tried_out(portfolio: Path, as_of: date) -> whatif.Compared:
    """A change of the law, as an example, on the same portfolio."""
    laws = whatif.laws_of(Path(str(files("tequio.demo") / "liquidacion_30.toml")), "", as_of)
    return anew(
        COMPARISON, lambda: whatif.compared(portfolio, as_of, COMPARISON, laws, page=WHAT_IF)
    )


def anew(folder: Path, work: Callable[[], T]) -> T:
    """Work into a folder; what another portfolio or version left there goes."""
    from tequio.engine.errors import Refused

    try:
        return work()
    except Refused:
        shutil.rmtree(folder)
        return work()


def history_of(portfolio: Path) -> dict[str, int]:
    """Write what happened to the portfolio's credits since 2019. Rows of each table."""
    from tequio.demo.history.files import write_history
    from tequio.engine.portfolio import open_portfolio

    with progress("Simulando la historia") as told:
        return write_history(open_portfolio(portfolio), HISTORY, told)


def show_history(rows: Mapping[str, int]) -> None:
    """What was written, if it was."""
    if rows:
        print(
            f"Historia desde 2019:  {HISTORY} ({rows['agreements']:,} convenios, "
            f"{rows['movements']:,} movimientos, {rows['settled']:,} créditos liquidados)"
        )


def places() -> Mapping[str, Place]:
    """Names and seats of the state's municipalities."""
    from tequio.demo.fact_tables import municipalities
    from tequio.results.page import Place

    facts = municipalities()
    seats = zip(facts.keys, facts.names, facts.latitude, facts.longitude, strict=True)
    return {key: Place(name, float(lat), float(lon)) for key, name, lat, lon in seats}


def show(done: Done, page: Path) -> None:
    """What was found, and where to look."""
    print("DATOS SIMULADOS: ninguna persona de esta cartera existe.")
    print(f"{done.rows['loans']:,} créditos de Michoacán al 30 de junio de 2024")
    show_programmes(done.folder)
    print("Vea los resultados:   " + str(page))
    print("Explique un crédito:  ./tequio explain " + telling(done.folder))
    print("Lea una regla:        ./tequio law responsabilidad_compartida --as-of 2024-06-30")


def telling(folder: Path) -> str:
    """A credit that qualifies for as many solutions as any: worth explaining first."""
    import pyarrow.parquet as pq

    loans = pq.read_table(folder / "loans", columns=["credit", "eligible"]).to_pydict()
    rights = [mask.bit_count() for mask in loans["eligible"]]
    return str(loans["credit"][rights.index(max(rights))])


def checked(portfolio: Path, as_of: date) -> Sequence[Result]:
    """Each calibration target beside what came out."""
    from tequio.demo.history.checking import check_history
    from tequio.demo.targets import check
    from tequio.engine.portfolio import open_portfolio

    found = open_portfolio(portfolio)
    return [*check(found.read(), as_of), *check_history(HISTORY, found.rows)]


def recorded(result: Result) -> dict[str, Any]:
    """A target for machines."""
    target = result.target
    return {
        "name": target.name,
        "target": target.target,
        "low": target.low,
        "high": target.high,
        "came_out": float(result.came_out),
        "inside": bool(result.inside),
        "source": target.source,
        "confidence": target.confidence,
    }


def show_targets(results: Sequence[Result]) -> None:
    """The calibration, for people: each target, what came out, and where the target is from."""
    from tequio.core.law import Confidence

    if results:
        inside = sum(result.inside for result in results)
        print(f"\nMetas de calibración: {inside} de {len(results)} dentro de su intervalo")
    for result in results:
        target = result.target
        sure = Confidence(target.confidence).spanish
        mark = "" if result.inside else "   <-- FUERA"
        print(f"· {target.label}: {result.came_out:,.4g} (meta {target.target:,.4g}){mark}")
        print(f"    se acepta de {target.low:,.4g} a {target.high:,.4g}; {sure}: {target.source}")
