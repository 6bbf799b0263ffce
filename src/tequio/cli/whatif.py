"""`tequio whatif`: a change of the law tried on a whole portfolio, or two dates of the law."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tequio.cli.say import (
    HOME,
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

if TYPE_CHECKING:
    from datetime import date

    from tequio.engine.batch import Done
    from tequio.engine.whatif import Laws
    from tequio.results.whatif.tally import Comparison

REPORT = "que-pasaria-si.html"
VERDICTS = {
    "gains": "Ganan",
    "loses": "Pierden",
    "mixed": "Ganan en una cosa y pierden en otra",
    "same": "Siguen igual",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out, and where it is."""

    laws: Laws
    done: Done
    comparison: Comparison
    page: Path


def add_to(app: typer.Typer) -> None:
    """The command."""
    app.command("whatif", cls=Command)(whatif_command)


def whatif_command(
    portfolio: Annotated[Path, typer.Argument(metavar="CARTERA", help="La cartera (Parquet).")],
    as_of: AsOf,
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="CAMBIO.TOML", help="El cambio de la ley que se prueba."),
    ] = None,
    law_as_of: Annotated[
        str,
        typer.Option(
            "--law-as-of",
            metavar="AAAA-MM-DD",
            help="En vez de un cambio, las reglas de otro día; el índice y los salarios son los "
            "del corte.",
        ),
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Carpeta de resultados; si se interrumpe, continúa.")
    ] = HOME / "que-pasaria-si",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Hilos; si no se dice, los que haya.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prueba un cambio de la ley en una cartera: quién gana, quién pierde y cuánto cuesta.

    Ejemplo: [bold]tequio whatif cartera.parquet --as-of 2024-06-30 --overlay cambio.toml[/bold]
    """
    from tequio.engine.errors import Refused
    from tequio.engine.portfolio import PortfolioError

    if (overlay is None) == (not law_as_of):
        misuse("Diga una sola cosa: --overlay CAMBIO.TOML o --law-as-of AAAA-MM-DD.")
    on = day(as_of)
    try:
        laws = laws_of(overlay, law_as_of, on)
        found = compared(portfolio, on, out, laws, threads=threads)
    except (Refused, PortfolioError) as why:
        refuse(str(why))
    if as_json:
        print_json(summary(found))
        return
    show(found)
    if resumed := found.done.resumed:
        complain(f"{resumed} de {found.done.parts} partes ya estaban escritas y se conservaron.")


def laws_of(overlay: Path | None, law_as_of: str, as_of: date) -> Laws:
    """The two laws that are asked for."""
    from tequio.engine.overlay import read_overlay
    from tequio.engine.rulebook import published
    from tequio.engine.whatif import Laws

    if overlay is None:
        return Laws.of_two_days(published(), day(law_as_of), as_of)
    if not overlay.is_file():
        refuse(f"No existe el archivo {overlay}: escriba en él el cambio que quiere probar.")
    return Laws.tried(published(), read_overlay(overlay, published(), as_of), as_of)


def compared(
    portfolio: Path,
    as_of: date,
    out: Path,
    laws: Laws,
    *,
    page: Path | None = None,
    threads: int | None = None,
) -> Compared:
    """Both laws over the portfolio, and their report."""
    from tequio.cli.demo import places
    from tequio.engine import batch, whatif
    from tequio.results.whatif.report import write_report
    from tequio.results.whatif.tally import Comparison

    with progress("Comparando") as told:
        chosen = threads or batch.THREADS
        done = whatif.run(
            portfolio, as_of, out, laws, workers=batch.in_threads(chosen), progress=told
        )
    comparison = Comparison(out)
    written = write_report(comparison, page or out / REPORT, places=places())
    return Compared(laws, done, comparison, written)


def summary(found: Compared) -> dict[str, Any]:
    """What came out, for machines; money in centavos."""
    whole = found.comparison.whole
    return {
        "run": found.done,
        "page": found.page,
        "figures": found.page.with_suffix(".csv"),
        **found.laws.described,
        "credits": whole.credits,
        "verdicts": {name: getattr(whole, name) for name in VERDICTS},
        "moved": whole.moved,
        "amounts": found.comparison.amounts,
    }


def show(found: Compared) -> None:
    """What is tried, who gains and who loses, what it costs, and where to read on."""
    manifest, whole = found.comparison.manifest, found.comparison.whole
    if manifest["simulated"]:
        print("DATOS SIMULADOS")
    print(f"¿Qué pasaría si…? {manifest['title']}\n{manifest['justification']}")
    for one in manifest["amended"]:
        print(f"· {one['scope']}. {one['label']}: {one['before']} → {one['after']} ({one['rule']})")
    rows = [
        (words, f"{getattr(whole, name):,}", share(getattr(whole, name), whole.credits))
        for name, words in VERDICTS.items()
    ]
    table((f"De {whole.credits:,} créditos", "Créditos", "Parte"), rows)
    show_amounts(found.comparison)
    print(f"Informe: {found.page}")
    print(f"Todas sus cifras: {found.page.with_suffix('.csv')}")
    print(f"Cada crédito: {found.done.folder / 'credits'}")


def share(part: int, whole: int) -> str:
    """`1.1 %`, to the hundredth."""
    from tequio.core.annuities import half_up
    from tequio.core.spelling import decimal

    return f"{decimal(half_up(part * 10_000, whole), 2)} %" if whole else "no aplica"


def show_amounts(comparison: Comparison) -> None:
    """Discounts and the fund's value under each law; what is signed and what is settled, apart."""
    from tequio.results.whatif.published import AMOUNT_LABELS

    rows = [
        (AMOUNT_LABELS[name], money(one.before), money(one.after), money(one.after - one.before))
        for name, one in comparison.amounts.items()
    ]
    table(("Si cada crédito toma lo mejor", "Antes", "Después", "Cambio"), rows)
