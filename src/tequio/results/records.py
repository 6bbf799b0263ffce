"""The records of what is published: a figure says what it counts, out of what, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum

from tequio.charts import Absent
from tequio.core.annuities import half_up

RESERVED = Absent("reservado")
NOBODY = Absent("no aplica")  # a share or a mean of nobody
HUNDREDTHS = 10_000  # of a percent, in one


class Kind(Enum):
    """How a figure is made of its numerator and denominator."""

    COUNT = "créditos"  # the numerator; the denominator says out of how many
    SHARE = "% de los créditos"
    BALANCE_SHARE = "% del saldo"  # both are centavos
    TOTAL = "pesos"  # the numerator, centavos
    MEDIAN = "pesos, mediana"  # the same; the denominator says of how many credits
    MEAN = "pesos por crédito"  # centavos over credits


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number. Of a reserved one nothing is known: not even its denominator."""

    name: str
    label: str  # Spanish
    kind: Kind
    numerator: int | None
    denominator: int | None
    defined: str  # Spanish: what is counted, out of what

    @property
    def value(self) -> int | float | Absent:
        """Credits, centavos, or percentage points to the hundredth."""
        if self.numerator is None:
            return RESERVED
        if self.kind in (Kind.COUNT, Kind.TOTAL):
            return self.numerator
        if self.kind is Kind.MEDIAN:
            return NOBODY if self.denominator == 0 else self.numerator
        if not self.denominator:
            return NOBODY
        if self.kind is Kind.MEAN:
            return half_up(self.numerator, self.denominator)
        return half_up(self.numerator * HUNDREDTHS, self.denominator) / 100


@dataclass(frozen=True, slots=True)
class Solution:
    """One programme's figures."""

    title: str
    eligible: Figure
    open: Figure
    receiving: Figure
    forgiven: Figure
    mean_receiving: Figure
    mean_eligible: Figure
    mean_reward: Figure


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality's figures."""

    key: str
    name: str
    credits: Figure
    eligible: Figure
    late: Figure
    late_balance: Figure


@dataclass(frozen=True, slots=True)
class Crossed:
    """One row of municipality by solution: one figure a solution. No cell of it is reserved."""

    name: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is published of a state."""

    credits: Figure
    eligible: Figure
    open: Figure
    better: Figure
    late: Figure
    late_balance: Figure
    median_saved: Figure | None  # none suits anybody better
    solutions: tuple[Solution, ...]
    bands: tuple[Figure, ...]
    best: tuple[Figure, ...]
    better_by_unit: tuple[Figure, ...]
    better_by_regime: tuple[Figure, ...]
    late_by_unit: tuple[Figure, ...]
    late_balance_by_unit: tuple[Figure, ...]
    towns: tuple[Town, ...]
    crossed: tuple[Crossed, ...]

    def every_figure(self) -> Iterator[Figure]:
        """In the order of the page."""
        for field in fields(self):
            yield from figures_in(getattr(self, field.name))


def figures_in(found: object) -> Iterator[Figure]:
    """The figures of a record, or of a row of records."""
    if isinstance(found, Figure):
        yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from figures_in(one)
    elif isinstance(found, Solution | Town | Crossed):
        for field in fields(found):
            yield from figures_in(getattr(found, field.name))


DEFINED = {
    "credits": "Créditos de la cartera. Se cuentan créditos, no personas.",
    "eligible": "Créditos que cumplen todos los requisitos de al menos una solución, abra o no ese "
    "día, cada uno contado una vez, entre todos los créditos.",
    "open": "Créditos con derecho a una solución que ese día estaba abierta, cada uno contado una "
    "vez, entre todos los créditos.",
    "better": "Créditos a los que una solución mensual conviene más que seguir igual, según la "
    "política de la mejor oferta, abra o no ese día, entre todos los créditos.",
    "better_of_group": "Créditos a los que una solución mensual conviene más que seguir igual, "
    "según la política de la mejor oferta, entre todos los créditos del grupo.",
    "late": "Créditos con más de 90 días de atraso (cuatro mensualidades o más sin pagar), entre "
    "todos los créditos del grupo.",
    "late_balance": "Saldo de capital de los créditos con más de 90 días de atraso, entre el saldo "
    "de todos los créditos del grupo.",
    "saved": "Baja del primer pago, con seguros y cuotas, que al menos la mitad de los créditos a "
    "los que conviene una solución alcanza o supera.",
    "pair": "Pares crédito–solución: créditos que cumplen todos los requisitos de esa solución, "
    "entre todos los créditos. Un crédito puede estar en varias.",
    "pair_open": "De los créditos con derecho a esa solución, los que la encuentran abierta ese "
    "día.",
    "receiving": "De los créditos con derecho a esa solución, los que recibirían un descuento de "
    "capital mayor que cero.",
    "forgiven": "Capital que se perdonaría al firmar o al liquidar, si cada crédito con derecho "
    "firmara esa solución. Las soluciones no se suman: un crédito firma una.",
    "mean_reward": "Capital que se perdonaría después, una vez hechos los pagos que pide el "
    "convenio, entre los créditos que lo ganarían si cumplen.",
    "mean_receiving": "Descuento total entre los créditos que recibirían uno.",
    "mean_eligible": "Descuento total entre todos los créditos con derecho, lo reciban o no.",
    "band": "Créditos a los que conviene una solución, según la parte de su pago de hoy que "
    "bajaría en el primero.",
    "best": "Créditos a los que conviene una solución, según cuál es la mejor para cada uno.",
    "town": "Créditos con vivienda en el municipio, entre todos los créditos.",
    "town_eligible": "Créditos del municipio con derecho a alguna solución, cada uno contado una "
    "vez, entre los créditos del municipio.",
    "crossed": "Créditos del municipio con derecho a esa solución, entre los créditos del "
    "municipio.",
}


def hide_if(hidden: bool, figure: Figure) -> Figure:
    """The figure, or what is left of it when it is reserved."""
    if not hidden:
        return figure
    return Figure(figure.name, figure.label, figure.kind, None, None, figure.defined)
