"""`resultados.html`: one file, no network, no script; and every figure of it as CSV beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tequio.charts import stylesheet
from tequio.core.spelling import long_date
from tequio.engine import rulebook
from tequio.engine.drafts import whole
from tequio.engine.explain import suppositions
from tequio.results.figures import State
from tequio.results.pictures import Gallery, Panel
from tequio.results.published import Place, published
from tequio.results.written import HEADER, HERE, row, template, write_csv

__all__ = ["Place", "write_page"]


def write_page(folder: Path, out: Path, *, title: str, places: Mapping[str, Place]) -> Path:
    """The page of an evaluated portfolio, and its figures in a CSV of the same name.

    `folder` is what `batch.run` wrote; `places` names the municipalities, by INEGI key, and says
    where they are: one that is missing is shown by its key and has no dot on the map.
    """
    state = State(folder)
    results = published(state, places)
    table, law = out.with_suffix(".csv"), rulebook.published()
    page = template("page.html.j2").render(
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
    write_csv(table, HEADER, map(row, results.every_figure()))
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
