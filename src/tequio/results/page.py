"""`resultados.html`: one file, no network, no script; and every figure of it as CSV beside it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tequio.charts import COUNT, PERCENT, PESOS, Absent, stylesheet
from tequio.core.spelling import decimal, long_date
from tequio.engine import rulebook
from tequio.engine.drafts import whole
from tequio.engine.explain import suppositions
from tequio.results.figures import State
from tequio.results.pictures import Gallery, Panel
from tequio.results.published import Place, published
from tequio.results.records import Figure, Kind, Results

__all__ = ["Place", "write_page"]

HERE = Path(__file__).parent
NUMBERS = {Kind.COUNT: COUNT, Kind.TOTAL: PESOS, Kind.MEAN: PESOS}  # the others: PERCENT
HEADER = ("cifra", "descripcion", "valor", "unidad", "numerador", "denominador", "definicion")


def write_page(folder: Path, out: Path, *, title: str, places: Mapping[str, Place]) -> Path:
    """The page of an evaluated portfolio, and its figures in a CSV of the same name.

    `folder` is what `batch.run` wrote; `places` names the municipalities, by INEGI key, and says
    where they are: one that is missing is shown by its key and has no dot on the map.
    """
    state = State(folder)
    results = published(state, places)
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"said": said, "out_of": out_of}
    table, law = out.with_suffix(".csv"), rulebook.published()
    page = environment.get_template("page.html.j2").render(
        title=title,
        day=long_date(state.as_of),
        manifest=state.manifest,
        results=results,
        sections=sections(Gallery(state, results, places)),
        suppositions=suppositions(law, state.as_of),
        policy=law.policy_in_words(),
        doubts=[(p.title, p.at(state.as_of).doubts()) for p in state.programmes],
        table=table.name,
        css=(HERE / "page.css").read_text(encoding="utf-8") + stylesheet(),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, results)
    with whole(out) as draft:
        draft.write_text(page, encoding="utf-8")
    return out


def sections(gallery: Gallery) -> dict[str, list[Panel]]:
    """The charts, in the order in which they are read."""
    results = gallery.results
    units = gallery.better(
        "unidad", "A quién conviene una solución, por tipo de crédito", results.better_by_unit
    )
    regimes = gallery.better(
        "regimen", "A quién conviene una solución, por forma de pago", results.better_by_regime
    )
    found = {
        "who": [gallery.eligible()],
        "payment": [gallery.best(), gallery.savings(), units, regimes],
        "discount": [gallery.discounts()],
        "overdue": [gallery.overdue(), gallery.overdue_towns()],
        "where": [gallery.map(), gallery.crossed()],
    }
    return {name: [panel for panel in panels if panel] for name, panels in found.items()}


def said(figure: Figure) -> str:
    """A figure as a reader takes it in; the CSV has every digit."""
    return NUMBERS.get(figure.kind, PERCENT).short(figure.value)


def out_of(figure: Figure) -> str:
    """Numerator and denominator, in words."""
    if figure.numerator is None:
        return "No se publica: podría señalar a alguien."
    numbers, words = (PESOS, "") if figure.kind is Kind.BALANCE_SHARE else (COUNT, " créditos")
    return f"{numbers.short(figure.numerator)} de {numbers.short(figure.denominator)}{words}"


def write_csv(path: Path, results: Results) -> None:
    """Every figure: name, value, unit, numerator and denominator (credits; pesos where those of the
    value are), definition. A reserved one says so in place of its value."""
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(row(figure) for figure in results.every_figure())


def row(figure: Figure) -> list[str]:
    """One line of the CSV, exact; a number without thousands and signs."""
    pesos = figure.kind in (Kind.TOTAL, Kind.MEAN, Kind.BALANCE_SHARE)
    return [
        figure.name,
        figure.label,
        value_of(figure),
        figure.kind.value,
        digits(figure.numerator, pesos=pesos),
        digits(figure.denominator, pesos=figure.kind is Kind.BALANCE_SHARE),
        figure.defined,
    ]


def value_of(figure: Figure) -> str:
    """The value, or the word for its absence."""
    value = figure.value
    if isinstance(value, Absent):
        return value.word
    if isinstance(value, float):
        return f"{value:.2f}"
    return digits(value, pesos=figure.kind in (Kind.TOTAL, Kind.MEAN))


def digits(number: int | None, *, pesos: bool) -> str:
    """A whole number, or centavos as pesos; nothing for none."""
    if number is None:
        return ""
    return decimal(number, 2).replace(",", "") if pesos else str(number)
