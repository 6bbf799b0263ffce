"""The charts of a what-if's report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tequio.charts import (
    COUNT,
    PESOS,
    Series,
    grouped_bars,
    heat_table,
    horizontal_bars,
    lines,
)
from tequio.engine.pairs import OFFER_TITLES
from tequio.results.pictures import Captions, Panel
from tequio.results.whatif.records import Move, Part, Report

CREDITS, YEARS = "tabla de créditos (credits)", "tabla de años (years)"
BEFORE, AFTER = "Antes", "Después"
MOVED = "Créditos cuya mejor mensualidad cambia."


class Album(Captions):
    """Every chart of one report; none of what nothing is told of."""

    def __init__(self, manifest: dict[str, Any], as_of: date, report: Report) -> None:
        super().__init__(manifest, as_of)
        self.report = report

    def panels(self) -> Iterator[Panel]:
        """In the order in which they are read."""
        yield self.discounts()
        if self.report.moved.numerator:
            yield self.flows()
            yield self.spread(
                "primer-pago", "Cuánto cambia el primer pago", "Primer pago", self.report.pays
            )
            yield self.spread(
                "total", "Cuánto cambia todo lo que se paga", "Total", self.report.total
            )
            yield self.moves()

    def discounts(self) -> Panel:
        """What is forgiven under each law, in each of two ways."""
        caption = self.caption(
            "descuentos",
            "Descuento de capital, antes y después",
            "Dos descuentos que no se suman: un crédito firma una mensualidad o liquida.",
            "pesos",
        )
        pairs = self.report.amounts[:2]
        labels = ["Al firmar la mejor mensualidad", "Al liquidar con un depósito"]
        series = [
            Series(BEFORE, [one.before.value for one in pairs]),
            Series(AFTER, [one.after.value for one in pairs]),
        ]
        chart = grouped_bars(caption, "Descuento", labels, series, PESOS)
        kinds = [one.before for one in pairs]
        return self.panel(chart, kinds, "Todos los créditos.", CREDITS)

    def flows(self) -> Panel:
        """What the fund receives a year."""
        flows = self.report.flows
        caption = self.caption(
            "por-ano",
            "Lo que el Instituto recibe cada año, antes y después",
            f"De {flows[0].label} a {flows[-1].label}, de los créditos cuya mejor mensualidad "
            "cambia, si todos la firman. El primer año empieza en el corte.",
            "pesos al año",
        )
        series = [
            Series(BEFORE, [one.before.value for one in flows]),
            Series(AFTER, [one.after.value for one in flows]),
        ]
        chart = lines(caption, "Año", [one.label for one in flows], series, PESOS)
        return self.panel(chart, [flows[0].before], MOVED, YEARS)

    def spread(self, key: str, title: str, dimension: str, parts: Sequence[Part]) -> Panel:
        """How a change is distributed."""
        caption = self.caption(
            f"cambio-{key}",
            title,
            "Una barra por tramo del cambio, de lo que más baja a lo que más sube.",
            "créditos",
        )
        entries = [(one.label, one.credits.value) for one in parts]
        chart = horizontal_bars(caption, dimension, entries, COUNT)
        return self.panel(chart, [parts[0].credits], MOVED, CREDITS)

    def moves(self) -> Panel:
        """From one best offer to another."""
        moves = self.report.moves
        before = list(dict.fromkeys(one.before for one in moves))
        known = [name for name in OFFER_TITLES if name in {one.after for one in moves}]
        caption = self.caption(
            "movimiento",
            "De qué solución a cuál se pasa",
            "Un renglón por la mejor mensualidad de antes, una columna por la de después. Donde "
            "son la misma, cambian sus cifras.",
            "créditos cuya mejor mensualidad cambia",
        )
        columns = [
            Series(OFFER_TITLES[after], [cell(moves, name, after) for name in before])
            for after in known
        ]
        rows = [OFFER_TITLES[name] for name in before]
        chart = heat_table(caption, "Antes", rows, columns, COUNT)
        return self.panel(chart, [moves[0].credits], MOVED, CREDITS)


def cell(moves: Sequence[Move], before: str, after: str) -> Any:
    """How many go that way; nobody where it is not among the moves."""
    found = (one.credits.value for one in moves if (one.before, one.after) == (before, after))
    return next(found, 0)
