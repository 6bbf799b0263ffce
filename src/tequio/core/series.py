"""Index series as dated rows, each with its source; a row that breaks a known rule does not load.

Wrong series circulate: a monthly UMA that is not the daily one times 30.4, deflated minimum wages,
a consumer index that lost a digit. Each is refused here with the row, what was expected and why.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from tequio.core.errors import LawError, NotInForce

MONTH = Decimal("30.4")  # days: the convention of every monthly unit and wage
CENTAVO = Decimal("0.01")
CONFIDENCES = ("official", "press", "inferred", "assumed")
MOST_MONTHLY_CHANGE = Decimal("0.05")  # of the consumer index; in ten years it never reached 2 %
INFLATION_TOLERANCE = Decimal("0.01")  # points: the index behind it is rounded to three decimals


@dataclass(frozen=True, slots=True)
class Row:
    """A value from a day on; `others` are the columns published beside it, None where empty."""

    since: date
    value: Decimal
    others: Mapping[str, Decimal | None]
    source: str
    confidence: str
    where: str  # file and line, for errors


@dataclass(frozen=True, slots=True)
class Series:
    """One series, oldest row first."""

    name: str
    label: str  # Spanish
    unit: str  # Spanish
    rows: tuple[Row, ...]

    def at(self, day: date) -> Row:
        """The row in force; NotInForce before the first."""
        place = bisect_right([row.since for row in self.rows], day)
        if place == 0:
            raise NotInForce(f"{self.label} empieza el {self.rows[0].since}; se pidió {day}.")
        return self.rows[place - 1]


NAMES = {
    "uma": ("UMA", "pesos al día"),
    "umi": ("UMI (unidad de los créditos en VSM)", "pesos al día"),
    "minimum_wage": ("Salario mínimo general", "pesos al día"),
    "minimum_wage_border": ("Salario mínimo en la frontera norte", "pesos al día"),
    "december_inflation": ("Inflación anual a diciembre", "por ciento"),
    "inpc": ("Índice nacional de precios al consumidor", "índice"),
}


def load(folder: Path) -> dict[str, Series]:
    """Every series of a folder, checked one by one and against each other; LawError otherwise."""
    known = {name: read(folder / f"{name}.csv", *NAMES[name]) for name in NAMES}
    for check in CHECKS:
        for row, why in check(known):
            raise LawError(f"{row.where}: el {row.since} dice {row.value:f}. {why}")
    return known


def read(path: Path, label: str, unit: str) -> Series:
    """One file: `since`, the value, what was published beside it, `source`, `confidence`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [read_row(path.name, line, entry) for line, entry in enumerate(reader, start=2)]
    if not rows:
        raise LawError(f"{path.name}: no tiene filas.")
    for earlier, later in zip(rows, rows[1:], strict=False):
        if later.since <= earlier.since:
            raise LawError(f"{later.where}: {later.since} no es posterior a {earlier.since}.")
    return Series(path.stem, label, unit, tuple(rows))


def read_row(file: str, line: int, entry: Mapping[str, str | None]) -> Row:
    """One line, every cell of it there."""
    where = f"{file}, línea {line}"
    cells = {name: (cell or "").strip() for name, cell in entry.items() if name}
    missing = [name for name in ("since", "source", "confidence") if not cells.get(name)]
    if missing:
        raise LawError(f"{where}: falta {', '.join(missing)}.")
    since, source, confidence = (cells.pop(name) for name in ("since", "source", "confidence"))
    if confidence not in CONFIDENCES:
        raise LawError(f"{where}: no existe la confianza {confidence!r}.")
    (_, value), *others = ((name, number(where, name, cell)) for name, cell in cells.items())
    if value is None:
        raise LawError(f"{where}: falta el valor.")
    return Row(day(where, since), value, dict(others), source, confidence, where)


def number(where: str, name: str, cell: str) -> Decimal | None:
    """An exact decimal, or nothing where the cell is empty."""
    try:
        return Decimal(cell) if cell else None
    except InvalidOperation:
        raise LawError(f"{where}: {name} dice {cell!r}, que no es un número.") from None


def day(where: str, cell: str) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise LawError(f"{where}: {cell!r} no es una fecha (aaaa-mm-dd).") from None


def half_up(value: Decimal) -> Decimal:
    """To the centavo."""
    return value.quantize(CENTAVO, ROUND_HALF_UP)


def index_thousandths(row: Row) -> int:
    """Thousandths of a peso for one monthly unit: the daily value x 30.4, exact (rule UNIT-01)."""
    exact = row.value * MONTH * 1000
    if exact != int(exact):
        raise LawError(f"{row.where}: {row.value} tiene más de dos decimales.")
    return int(exact)


Known = Mapping[str, Series]
Faults = Iterator[tuple[Row, str]]


def monthly_is_daily_times(known: Known) -> Faults:
    """UMA and UMI monthly = daily x 30.4, to the centavo; UMA yearly = monthly x 12."""
    for row in (*known["uma"].rows, *known["umi"].rows):
        monthly, yearly = row.others.get("monthly"), row.others.get("yearly")
        wanted = half_up(row.value * MONTH)
        if monthly is not None and monthly != wanted:
            yield row, f"Su valor mensual debe ser {wanted} (diario x 30.4), no {monthly}."
        if yearly is not None and monthly is not None and yearly != monthly * 12:
            yield row, f"Su valor anual debe ser {monthly * 12} (mensual x 12), no {yearly}."


def uma_follows_inflation(known: Known) -> Faults:
    """Each daily UMA is the one before, raised by the inflation of the December between them."""
    inflation = {row.since.year: row.value for row in known["december_inflation"].rows}
    for earlier, row in pairs(known["uma"].rows):
        percent = inflation.get(row.since.year - 1)
        if percent is None:
            yield row, f"Falta la inflación de diciembre de {row.since.year - 1} para comprobarlo."
        elif row.value != (wanted := half_up(earlier.value * (1 + percent / 100))):
            yield row, f"Debe ser {wanted}: {earlier.value} más {percent} % de inflación."


def umi_growth_is_its_own(known: Known) -> Faults:
    """The published growth of the UMI gives its level."""
    for earlier, row in pairs(known["umi"].rows):
        percent = row.others.get("growth_percent")
        if percent is None:
            yield row, "Falta su aumento publicado."
        elif row.value != (wanted := half_up(earlier.value * (1 + percent / 100))):
            yield row, f"Debe ser {wanted}: {earlier.value} más {percent} %."


def wages_never_fall(known: Known) -> Faults:
    """A minimum wage below the one before it was deflated by somebody."""
    for name in ("minimum_wage", "minimum_wage_border"):
        for earlier, row in pairs(known[name].rows):
            if row.value < earlier.value:
                yield row, f"Un salario mínimo no baja: antes era {earlier.value}."


def wages_are_as_set(known: Known) -> Faults:
    """Since 2017: (the one before + the fixed amount) raised by the percentage set, within a
    centavo (in 2023 the sum gave 207.449 and 207.44 was published)."""
    for earlier, row in pairs(known["minimum_wage"].rows):
        fixed, percent = row.others.get("mir"), row.others.get("setting_percent")
        if fixed is not None and percent is not None:
            wanted = (earlier.value + fixed) * (1 + percent / 100)
            if abs(row.value - wanted) >= CENTAVO:
                sum_ = f"({earlier.value} + {fixed}) más {percent} %"
                yield row, f"Debe ser {half_up(wanted)}: {sum_}."


def index_moves_little(known: Known) -> Faults:
    """A consumer index that jumps from one month to the next has lost or gained a digit."""
    for earlier, row in pairs(known["inpc"].rows):
        change = row.value / earlier.value - 1
        if abs(change) > MOST_MONTHLY_CHANGE:
            yield row, f"Cambia {change * 100:.1f} % en un mes: antes era {earlier.value}."
        elif (row.since.year * 12 + row.since.month) - 1 != (
            earlier.since.year * 12 + earlier.since.month
        ):
            yield row, f"Falta un mes después de {earlier.since}."


def inflation_is_of_the_index(known: Known) -> Faults:
    """December inflation, from the monthly index, within a hundredth of a point."""
    index = {(row.since.year, row.since.month): row.value for row in known["inpc"].rows}
    for row in known["december_inflation"].rows:
        now, before = index.get((row.since.year, 12)), index.get((row.since.year - 1, 12))
        if now is not None and before is not None:
            wanted = (now / before - 1) * 100
            if abs(wanted - row.value) > INFLATION_TOLERANCE:
                yield row, f"El índice de precios da {wanted:.2f} %."


CHECKS: Sequence[Callable[[Known], Faults]] = (
    index_moves_little,
    inflation_is_of_the_index,
    monthly_is_daily_times,
    uma_follows_inflation,
    umi_growth_is_its_own,
    wages_never_fall,
    wages_are_as_set,
)


def pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row with the one before it."""
    return zip(rows, rows[1:], strict=False)
