"""The charts of a state's page, each beside what it counts, out of what, and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tequio.charts import (
    COUNT,
    PERCENT,
    PESOS,
    Caption,
    Chart,
    Series,
    dot_map,
    grouped_bars,
    heat_table,
    horizontal_bars,
    vertical_bars,
)
from tequio.charts import Place as Dot
from tequio.core.spelling import long_date
from tequio.engine.whatif import UNITS
from tequio.results.figures import State
from tequio.results.published import Place
from tequio.results.records import Figure, Results

LOANS, PAIRS = "tabla de créditos (loans)", "tabla de pares (pairs)"
TOP = 10  # municipalities in a chart; the table has them all


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart and how to read it."""

    chart: Chart
    counts: str
    out_of: str
    source: str


class Captions:
    """What every chart of one run says of itself: the same cut-off, note and run."""

    def __init__(self, manifest: Mapping[str, Any], as_of: date) -> None:
        self.cut_off = f"Corte: {long_date(as_of)}"
        self.note = "Datos simulados" if manifest["simulated"] else manifest["origin"]
        self.run = f"Corrida {manifest['run']}"

    def caption(self, key: str, title: str, description: str, units: str) -> Caption:
        """What a chart shows."""
        return Caption(
            key=key,
            title=title,
            description=description,
            units=units,
            cut_off=self.cut_off,
            note=self.note,
        )

    def panel(
        self, chart: Chart, kinds: Sequence[Figure], out_of: str, table: str = LOANS
    ) -> Panel:
        """A chart with the definitions of its figures, given one of each kind."""
        defined = " ".join(one.defined for one in kinds)
        return Panel(chart, defined, out_of, f"{self.run}, {table}.")


class Gallery(Captions):
    """Every chart of one state."""

    def __init__(self, state: State, results: Results, places: Mapping[str, Place]) -> None:
        super().__init__(state.manifest, state.as_of)
        self.results, self.places = results, places

    def eligible(self) -> Panel | None:
        """Who may ask for what."""
        if not self.results.solutions:
            return None
        caption = self.caption(
            "derecho",
            "Créditos con derecho a cada solución",
            "Una barra por solución vigente. Un crédito puede contar en varias.",
            "pares crédito–solución",
        )
        solutions = self.results.solutions
        labels = [one.title for one in solutions]
        series = [
            Series("Con derecho", [one.eligible.value for one in solutions]),
            Series("Abierta ese día", [one.open.value for one in solutions]),
        ]
        if all(one.eligible.value == one.open.value for one in solutions):
            entries = list(zip(labels, series[0].values, strict=True))
            chart = horizontal_bars(caption, "Solución", entries, COUNT)
            return self.panel(chart, [solutions[0].eligible], "Todos los créditos.", PAIRS)
        chart = grouped_bars(caption, "Solución", labels, series, COUNT)
        out_of = "Todos los créditos; los de puerta abierta, entre los que tienen derecho."
        return self.panel(chart, [solutions[0].eligible, solutions[0].open], out_of, PAIRS)

    def savings(self) -> Panel:
        """How much less is paid."""
        caption = self.caption(
            "baja",
            "Cuánto bajaría el primer pago con la mejor solución",
            "Créditos a los que conviene una, por décimas partes de su pago de hoy.",
            "créditos, según la parte del pago que baja",
        )
        entries = [(one.label, one.value) for one in self.results.bands]
        chart = vertical_bars(caption, "Parte del pago que baja", entries, COUNT)
        return self.panel(
            chart, [self.results.bands[0]], "Créditos a los que conviene una solución."
        )

    def best(self) -> Panel | None:
        """Which solution is the best."""
        entries = [(one.label, one.value) for one in self.results.best if one.numerator != 0]
        if not entries:
            return None
        caption = self.caption(
            "mejor",
            "Qué solución conviene más",
            "Créditos a los que conviene una solución, cada uno en la mejor.",
            "créditos",
        )
        chart = horizontal_bars(caption, "Solución", entries, COUNT)
        return self.panel(
            chart, [self.results.best[0]], "Créditos a los que conviene una solución."
        )

    def better(self, key: str, title: str, figures: Sequence[Figure]) -> Panel:
        """Whom a solution suits better."""
        caption = self.caption(
            key, title, "Parte de cada grupo a la que conviene una.", "% de los créditos del grupo"
        )
        entries = [(one.label, one.value) for one in figures]
        chart = horizontal_bars(caption, "Grupo", entries, PERCENT)
        return self.panel(chart, [figures[0]], "Los créditos de cada grupo.")

    def discounts(self) -> Panel | None:
        """The mean discount, of those who receive one and of all who qualify."""
        giving = [one for one in self.results.solutions if one.receiving.numerator != 0]
        if not giving:
            return None
        caption = self.caption(
            "descuentos",
            "Descuento promedio de capital, entre quienes se reparte",
            "Dos promedios por solución: entre quienes reciben un descuento, y entre todos los que "
            "tienen derecho.",
            "pesos por crédito",
        )
        series = [
            Series("Entre quienes lo reciben", [one.mean_receiving.value for one in giving]),
            Series("Entre todos con derecho", [one.mean_eligible.value for one in giving]),
        ]
        labels = [one.title for one in giving]
        chart = grouped_bars(caption, "Solución", labels, series, PESOS)
        kinds = [giving[0].mean_receiving, giving[0].mean_eligible]
        out_of = "Los dos que se nombran: un promedio cambia según entre quiénes se reparte."
        return self.panel(chart, kinds, out_of, PAIRS)

    def overdue(self) -> Panel:
        """Overdue, both ways of measuring, by what a credit is kept in."""
        caption = self.caption(
            "vencida",
            "Cartera vencida por tipo de crédito",
            "Dos medidas por tipo: parte de los créditos, y parte del saldo.",
            "%",
        )
        series = [
            Series("Por créditos", [one.value for one in self.results.late_by_unit]),
            Series("Por saldo", [one.value for one in self.results.late_balance_by_unit]),
        ]
        chart = grouped_bars(caption, "Tipo", list(UNITS), series, PERCENT)
        return self.late_panel(chart)

    def overdue_towns(self) -> Panel:
        """The same in the largest municipalities."""
        known = [town for town in self.results.towns if town.credits.numerator is not None]
        largest = sorted(known, key=lambda town: (-(town.credits.numerator or 0), town.key))[:TOP]
        caption = self.caption(
            "vencida-municipios",
            "Cartera vencida en los municipios con más créditos",
            f"Los {len(largest)} municipios con más créditos, del mayor al menor.",
            "%",
        )
        series = [
            Series("Por créditos", [town.late.value for town in largest]),
            Series("Por saldo", [town.late_balance.value for town in largest]),
        ]
        names = [town.name for town in largest]
        return self.late_panel(grouped_bars(caption, "Municipio", names, series, PERCENT))

    def late_panel(self, chart: Chart) -> Panel:
        """A chart of what is overdue."""
        kinds = [self.results.late, self.results.late_balance]
        return self.panel(chart, kinds, "Los créditos, y el saldo, de cada grupo.")

    def map(self) -> Panel | None:
        """Where the credits with a right to some solution are."""
        dots = [
            Dot(
                town.name, self.places[town.key].lat, self.places[town.key].lon, town.eligible.value
            )
            for town in self.results.towns
            if town.key in self.places
        ]
        if not dots:
            return None
        caption = self.caption(
            "mapa",
            "Dónde están los créditos con derecho a alguna solución",
            "Un punto por municipio, en su cabecera; más grande y más oscuro donde hay más.",
            "créditos",
        )
        chart = dot_map(caption, "Municipio", dots, COUNT)
        kinds = [self.results.towns[0].eligible]
        return self.panel(chart, kinds, "Los créditos del municipio.")

    def crossed(self) -> Panel | None:
        """Municipality by solution."""
        rows = self.results.crossed
        if not rows or not rows[0].cells:
            return None
        caption = self.caption(
            "municipios",
            "Créditos con derecho, por municipio y solución",
            "Los municipios con más créditos, y los demás juntos.",
            "pares crédito–solución",
        )
        told = [one.title for one in self.results.solutions if one.eligible.numerator is not None]
        columns = [
            Series(title, [cell.value for cell in cells])
            for title, cells in zip(
                told, zip(*(row.cells for row in rows), strict=True), strict=True
            )
        ]
        chart = heat_table(caption, "Municipio", [row.name for row in rows], columns, COUNT)
        return self.panel(chart, [rows[0].cells[0]], "Los créditos del municipio.")
