"""`resultados.html`: one file, no network, no script; every figure with its denominator."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tequio.charts import Chart, stylesheet
from tequio.core.spelling import long_date, pesos
from tequio.engine.explain import suppositions
from tequio.results import figures
from tequio.results.figures import Figure, Line, State
from tequio.results.pictures import Drawing, Place, shown
from tequio.results.suppression import suppressed

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One solution in the page's table, as text."""

    title: str
    eligible: str
    opens: str
    forgiven: str
    receiving: str
    mean: str


def write_page(folder: Path, out: Path, *, title: str, places: Mapping[str, Place]) -> Path:
    """The page of an evaluated portfolio, and its figures as CSV beside it.

    `folder` is what `batch.run` wrote; `places` names the municipalities and says where they are.
    """
    state = State(folder)
    lines, headline = figures.by_programme(state), figures.headline(state)
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("page.html.j2").render(
        title=title,
        day=long_date(state.as_of),
        manifest=state.manifest,
        credits=state.loans.height,
        headline=headline,
        rows=rows_of(lines),
        median=median_words(state),
        sections=sections(state, lines, places),
        suppositions=suppositions(state.as_of),
        doubts=[(p.title, p.at(state.as_of).doubts()) for p in state.programmes],
        css=(HERE / "page.css").read_text(encoding="utf-8") + stylesheet(),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    write_csv(out.with_suffix(".csv"), [*headline, *line_figures(lines, state)])
    return out


def sections(
    state: State, lines: Sequence[Line], places: Mapping[str, Place]
) -> dict[str, list[Chart]]:
    """The charts, in the order in which they are read."""
    drawing, towns = Drawing(state, places), figures.towns(state)
    titles = [programme.title for programme in state.programmes]
    return {
        "who": [drawing.eligible(lines)],
        "payment": [drawing.savings(), drawing.lower_by_group()],
        "discount": [drawing.discounts(lines)] if any(line.receiving for line in lines) else [],
        "overdue": [drawing.overdue(), drawing.overdue_towns(towns)],
        "where": [drawing.map(towns), drawing.heat(towns, titles)],
    }


def median_words(state: State) -> str:
    """The middle saving, in words."""
    saved = figures.median_saving(state)
    return "" if saved is None else pesos(saved, 2)


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The table of solutions; small counts hidden."""
    eligible = suppressed([line.eligible for line in lines])
    receiving = suppressed([line.receiving for line in lines])
    rows = []
    for line, has, gets in zip(lines, eligible, receiving, strict=True):
        public = isinstance(has, int) and isinstance(gets, int)
        mean = line.mean_receiving if public else None
        rows.append(
            Row(
                line.programme.title,
                shown(has),
                opens_words(line),
                pesos(line.forgiven, 2) if public else "reservado",
                shown(gets),
                "—" if mean is None else pesos(mean, 2),
            )
        )
    return rows


def opens_words(line: Line) -> str:
    """Whether its door is open on the day."""
    if line.eligible == 0:
        return "—"
    if line.open == line.eligible:
        return "Abierta"
    return "Cerrada ese día" if line.open == 0 else f"Abierta para {line.open:,}"


def line_figures(lines: Sequence[Line], state: State) -> list[Figure]:
    """The figures of each solution, for the CSV; small counts are left out."""
    whole = state.loans.height
    public = suppressed([line.eligible for line in lines])
    return [
        Figure(
            f"eligible_{line.programme.name}",
            f"Créditos con derecho: {line.programme.title}",
            figures.share(line.eligible, whole),
            "%",
            line.eligible,
            whole,
            "Cumplen todos los requisitos de la solución, abra o no hoy.",
        )
        for line, cell in zip(lines, public, strict=True)
        if isinstance(cell, int)
    ]


def write_csv(path: Path, rows: Sequence[Figure]) -> None:
    """Every figure: name, value, unit, numerator, denominator, definition."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["cifra", "descripcion", "valor", "unidad", "numerador", "denominador", "definicion"]
        )
        for row in rows:
            writer.writerow(
                [
                    row.name,
                    row.label,
                    row.value,
                    row.unit,
                    row.numerator,
                    row.denominator,
                    row.definition,
                ]
            )
