"""The charts of a state's page, from its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tequio.charts import (
    COUNT,
    PERCENT,
    PESOS,
    Caption,
    Chart,
    Numbers,
    Series,
    dot_map,
    grouped_bars,
    heat_table,
    histogram,
    horizontal_bars,
)
from tequio.charts import Place as Dot
from tequio.core.lists import REGIMES
from tequio.core.spelling import long_date
from tequio.results import figures
from tequio.results.figures import BANDS, UNIT_NAMES, Line, State, Town
from tequio.results.suppression import Cell, suppressed

TOP = 15  # municipalities in a chart; the table below has them all
REGIME_NAMES = {"ROA": "Descuento por nómina", "REA": "Pago directo", "EXT": "En prórroga"}
BAND = Numbers(suffix=" %")


class Place(NamedTuple):
    """A municipality: its name and its seat."""

    name: str
    lat: float
    lon: float


class Drawing:
    """Every chart of one state, with the same cut-off and note."""

    def __init__(self, state: State, places: Mapping[str, Place]) -> None:
        self.state, self.places = state, places
        self.cut_off = f"Corte: {long_date(state.as_of)}"
        self.note = "Datos simulados" if state.manifest["simulated"] else state.manifest["origin"]

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

    def eligible(self, lines: Sequence[Line]) -> Chart:
        """Who may ask for what."""
        caption = self.caption(
            "derecho",
            "Cuántos créditos tienen derecho a cada solución",
            "Créditos que cumplen todos los requisitos de cada solución vigente. "
            "Un crédito puede contar en varias.",
            "créditos",
        )
        cells = suppressed([line.eligible for line in lines])
        entries = [(line.programme.title, cell) for line, cell in zip(lines, cells, strict=True)]
        return horizontal_bars(caption, "Solución", entries, COUNT)

    def savings(self) -> Chart:
        """How much less is paid."""
        caption = self.caption(
            "baja",
            "Cuánto baja el primer pago con la solución que más lo baja",
            "Créditos con alguna solución mensual que baja su pago, según la parte que baja.",
            "créditos",
        )
        counts = suppressed(figures.savings(self.state))
        return histogram(caption, "Parte del pago que baja", BANDS, counts, BAND, COUNT)

    def lower_by_group(self) -> Chart:
        """Who can pay less, by unit and regime."""
        caption = self.caption(
            "quienes",
            "Quién puede pagar menos",
            "Parte de los créditos de cada grupo con una solución que baja su pago.",
            "% de los créditos del grupo",
        )
        names = [*UNIT_NAMES, *(REGIME_NAMES[regime] for regime in REGIMES)]
        groups = [*figures.by_unit(self.state), *figures.by_regime(self.state)]
        entries = [
            (name, figures.rate(lower, n)) for name, (n, lower) in zip(names, groups, strict=True)
        ]
        return horizontal_bars(caption, "Grupo", entries, PERCENT)

    def discounts(self, lines: Sequence[Line]) -> Chart:
        """The mean discount, of those who receive one and of all who qualify."""
        caption = self.caption(
            "descuentos",
            "Descuento promedio de capital, por solución",
            "Entre quienes reciben un descuento, y entre todos los que tienen derecho.",
            "pesos por crédito",
        )
        giving = [line for line in lines if line.receiving]
        series = [
            Series("Entre quienes lo reciben", [line.mean_receiving for line in giving]),
            Series("Entre todos con derecho", [line.mean_eligible for line in giving]),
        ]
        return grouped_bars(
            caption, "Solución", [line.programme.title for line in giving], series, PESOS
        )

    def overdue(self) -> Chart:
        """Overdue credits, both ways of measuring."""
        caption = self.caption(
            "vencida",
            "Cartera vencida por tipo de crédito: se mide de dos formas",
            "Parte de los créditos, y parte del saldo, con más de 90 días de atraso.",
            "%",
        )
        rows = figures.overdue_by_unit(self.state)
        series = [
            Series("Por créditos", [accounts for accounts, _ in rows]),
            Series("Por saldo", [balance for _, balance in rows]),
        ]
        return grouped_bars(caption, "Tipo", list(UNIT_NAMES), series, PERCENT)

    def map(self, towns: Sequence[Town]) -> Chart:
        """Where the credits with a right to some solution are."""
        caption = self.caption(
            "mapa",
            "Dónde están los créditos con derecho a alguna solución",
            "Un punto por municipio, en su cabecera.",
            "créditos",
        )
        known = [town for town in towns if town.key in self.places]
        cells = suppressed([town.eligible for town in known])
        dots = [
            Dot(
                self.places[town.key].name,
                self.places[town.key].lat,
                self.places[town.key].lon,
                cell,
            )
            for town, cell in zip(known, cells, strict=True)
        ]
        return dot_map(caption, "Municipio", dots, COUNT)

    def heat(self, towns: Sequence[Town], titles: Sequence[str]) -> Chart:
        """Municipality by solution; small cells hidden so that no difference gives them back."""
        caption = self.caption(
            "municipios",
            "Créditos con derecho, por municipio y solución",
            f"Los {min(TOP, len(towns))} municipios con más créditos, y los demás juntos.",
            "créditos",
        )
        top, rest = towns[:TOP], towns[TOP:]
        labels = [self.name(town) for town in top] + (["Los demás municipios"] if rest else [])
        columns = []
        for place, title in enumerate(titles):
            counts = [town.by_programme[place] for town in top]
            if rest:
                counts.append(sum(town.by_programme[place] for town in rest))
            columns.append(Series(title, suppressed(counts)))
        return heat_table(caption, "Municipio", labels, columns, COUNT)

    def overdue_towns(self, towns: Sequence[Town]) -> Chart:
        """Overdue by accounts in the largest municipalities."""
        caption = self.caption(
            "vencida-municipios",
            "Cartera vencida por municipio, por créditos",
            f"Los {min(TOP, len(towns))} municipios con más créditos.",
            "% de los créditos",
        )
        entries = [
            (self.name(town), figures.rate(town.overdue, town.credits)) for town in towns[:TOP]
        ]
        return horizontal_bars(caption, "Municipio", entries, PERCENT)

    def name(self, town: Town) -> str:
        """As people know it; its key where it is not known."""
        return self.places[town.key].name if town.key in self.places else town.key


def shown(cell: Cell) -> str:
    """A count in a table of our own."""
    return f"{cell:,}" if isinstance(cell, int) else cell.word
