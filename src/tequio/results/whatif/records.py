"""The records of a what-if's report: every figure says what it counts, out of what, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tequio.results.records import Figure


@dataclass(frozen=True, slots=True)
class Row:
    """One group of credits."""

    name: str
    credits: Figure
    gains: Figure
    loses: Figure
    mixed: Figure
    pays: Figure  # the median change of the first payment, where the best offer changes
    total: Figure  # the same of all that is paid

    @property
    def figures(self) -> tuple[Figure, ...]:
        """In the order of a table."""
        return (self.credits, self.gains, self.loses, self.mixed, self.pays, self.total)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The groups of one kind: their shown rows add up to all credits."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """An amount under each law, and how much it changes."""

    label: str
    before: Figure
    after: Figure
    change: Figure
    credits: tuple[Figure, ...]  # of how many credits, before and after; none: of all of them

    @property
    def figures(self) -> tuple[Figure, ...]:
        """In the order of a table."""
        return (self.before, self.after, self.change, *self.credits)


@dataclass(frozen=True, slots=True)
class Part:
    """How many credits change by so much."""

    label: str
    credits: Figure


@dataclass(frozen=True, slots=True)
class Flow:
    """What the fund receives in one year, or in one and all after it."""

    label: str
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Move:
    """From one best offer to another, or to the same one with other figures."""

    before: str  # names of solutions
    after: str
    credits: Figure


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is published of two laws over one portfolio."""

    whole: Row
    same: Figure
    moved: Figure
    sheets: tuple[Sheet, ...]
    largest: Sheet  # municipalities with a row of their own, and the rest
    towns: Sheet
    amounts: tuple[Pair, ...]
    flows: tuple[Flow, ...]
    pays: tuple[Part, ...]
    total: tuple[Part, ...]
    moves: tuple[Move, ...]

    def every_figure(self) -> Iterator[tuple[str, Figure]]:
        """Each with the group that it tells of, in the order of the page."""
        everybody = "Todos los créditos"
        yield from ((everybody, one) for one in (*self.whole.figures, self.same, self.moved))
        for sheet in (*self.sheets, self.largest, self.towns):
            for row in sheet.rows:
                if sheet is not self.largest or row.name == REST:
                    yield from ((f"{sheet.title}: {row.name}", one) for one in row.figures)
        for pair in self.amounts:
            yield from ((everybody, one) for one in pair.figures)
        for flow in self.flows:
            yield from ((f"Año: {flow.label}", one) for one in (flow.before, flow.after))
        for part in (*self.pays, *self.total):
            yield MOVED, part.credits
        yield from ((MOVED, move.credits) for move in self.moves)


REST = "Los demás municipios"
MOVED = "Créditos cuya mejor mensualidad cambia"
ALL = ", entre los créditos del grupo."
OF_MOVED = ", entre los créditos cuya mejor mensualidad cambia."
BEST = "si cada crédito toma su mejor mensualidad"
DEFINED = {
    "credits": "Créditos del grupo. Se cuentan créditos, no personas.",
    "gains": "Créditos a los que algo les mejora (la mejor mensualidad, la liquidación con un "
    f"depósito o un derecho) y nada les empeora{ALL}",
    "loses": f"Créditos a los que algo les empeora y nada les mejora{ALL}",
    "mixed": f"Créditos a los que algo les mejora y otra cosa les empeora{ALL}",
    "same": f"Créditos a los que nada les mejora ni les empeora{ALL}",
    "moved": "Créditos cuya mejor mensualidad cambia en algo: la solución, el primer pago, el "
    f"total o lo que recibe el Instituto{ALL}",
    "pays": "Cambio del primer pago, con seguros y cuotas: la mitad de los créditos cuya mejor "
    "mensualidad cambia queda en esa cifra o por debajo. Con signo menos, baja.",
    "total": "Cambio de todo lo que se paga hasta terminar: la mitad de los créditos cuya mejor "
    "mensualidad cambia queda en esa cifra o por debajo. Con signo menos, baja.",
    "forgiven": f"Capital que se perdona al firmar, {BEST}. No se suma con el de liquidar.",
    "deposit_forgiven": "Capital que se perdona si liquida cada crédito que puede hacerlo con un "
    "depósito. No se suma con el de firmar: un crédito hace una cosa o la otra.",
    "deposit": "Lo que el Instituto recibe en un solo depósito de cada crédito que puede liquidar.",
    "kept": "Lo que el Instituto recibe, a su valor de hoy, de los créditos que pueden liquidar si "
    "no liquidan y toman su mejor mensualidad. Al lado de los depósitos, dice qué deja de recibir.",
    "npv": f"Todo lo que el Instituto recibe, traído a su valor de hoy, {BEST}.",
    "with": "Créditos con ese descuento, entre todos los créditos.",
    "able": "Créditos que pueden liquidar con un depósito, entre todos los créditos.",
    "flow": "Lo que el Instituto recibe ese año de los créditos cuya mejor mensualidad cambia, "
    f"{BEST}; sin traer a valor de hoy. El primer año empieza en el corte.",
    "band_pays": f"Créditos cuyo primer pago cambia eso{OF_MOVED}",
    "band_total": f"Créditos cuyo total cambia eso{OF_MOVED}",
    "move": f"Créditos que pasan de una mejor mensualidad a otra, o siguen en la misma con otras "
    f"cifras{OF_MOVED}",
}
