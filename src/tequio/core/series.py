"""Index series as dated rows, each with its source; a row that breaks a known rule does not load.

Wrong series circulate: a monthly UMA that is not the daily one times 30.4, deflated minimum wages,
a consumer index that lost a digit. Each is refused here with the row, what was expected and why.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tequio.core.errors import LawError, NotInForce
from tequio.core.months import month_number

MONTH = Decimal("30.4")  # days: the convention of every monthly unit and wage
CENTAVO = Decimal("0.01")
CONFIDENCES = ("official", "press", "inferred", "assumed")
MOST_MONTHLY_CHANGE = 2  # percent, of the consumer index; in ten years the most was 1.70 %


@dataclass(frozen=True, slots=True)
class Row:
    """A value from a day on; `others` are the columns published beside it."""

    since: date
    value: Decimal
    others: Mapping[str, Decimal]
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


@dataclass(frozen=True, slots=True)
class Layout:
    """A file: how people call its series, and the decimals its publisher prints in each column, the
    value first."""

    label: str  # Spanish
    unit: str  # Spanish
    decimals: Mapping[str, tuple[int, ...]]


DAILY = {"daily": (2,)}
LAYOUTS = {
    "uma": Layout("UMA", "pesos al día", DAILY | {"monthly": (2,), "yearly": (2,)}),
    "umi": Layout(
        "UMI (unidad de los créditos en VSM)",
        "pesos al día",
        DAILY | {"monthly": (2,), "growth_percent": (2,)},
    ),
    # One of 1988 was published with three decimals.
    "minimum_wage": Layout("Salario mínimo general", "pesos al día", {"daily": (2, 3)}),
    "minimum_wage_border": Layout("Salario mínimo en la frontera norte", "pesos al día", DAILY),
    "minimum_wage_increase": Layout(
        "Monto fijo del aumento al salario mínimo (MIR)",
        "pesos al día",
        {"mir": (2,), "setting_percent": (1,), "tolerance": (2,)},
    ),
    "december_inflation": Layout("Inflación anual a diciembre", "por ciento", {"percent": (2,)}),
    "inpc": Layout("Índice nacional de precios al consumidor", "índice", {"index": (3,)}),
}


def load(folder: Path) -> dict[str, Series]:
    """Every series of a folder, checked one by one and against each other; LawError otherwise."""
    known = {name: read(folder / f"{name}.csv", layout) for name, layout in LAYOUTS.items()}
    for check in CHECKS:
        for row, why in check(known):
            label = known[row.where.partition(".")[0]].label
            raise LawError(
                f"{row.where}: {label} del {row.since} dice {row.value:f}. {why} "
                f"Compare la línea con su fuente: {row.source}."
            )
    return known


def read(path: Path, layout: Layout) -> Series:
    """One file: `since`, the value, what was published beside it, `source`, `confidence`."""
    header = ["since", *layout.decimals, "source", "confidence"]
    rows = []
    for line, text in enumerate(whole(path), start=1):
        where = f"{path.name}, línea {line}"
        found = cells(where, text)
        if line == 1 and found != header:
            raise LawError(f"{where}: sus columnas deben ser {', '.join(header)}.")
        if len(found) != len(header):
            raise LawError(f"{where}: tiene {len(found)} celdas y deben ser {len(header)}.")
        if line > 1:
            rows.append(read_row(where, layout, dict(zip(header, found, strict=True))))
    if not rows:
        raise LawError(f"{path.name}: no tiene filas.")
    for earlier, later in pairs(rows):
        if later.since <= earlier.since:
            raise LawError(f"{later.where}: {later.since} no es posterior a {earlier.since}.")
    return Series(path.stem, layout.label, layout.unit, tuple(rows))


def whole(path: Path) -> list[str]:
    """The lines of a file that ends where it should."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise LawError(f"{path.name}: falta el archivo en la carpeta de las series.") from None
    except UnicodeDecodeError:
        raise LawError(f"{path.name}: no está en UTF-8; guárdelo de nuevo así.") from None
    if not text.endswith("\n"):
        raise LawError(f"{path.name}: está cortado, su última línea no termina.")
    return text.splitlines()


def cells(where: str, text: str) -> list[str]:
    """The cells of one line."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        raise LawError(f"{where}: no se puede leer; revise sus comillas.") from None


def read_row(where: str, layout: Layout, found: Mapping[str, str]) -> Row:
    """One line, every cell of it there."""
    missing = [name for name, cell in found.items() if not cell.strip()]
    if missing:
        raise LawError(f"{where}: falta {', '.join(missing)}.")
    confidence = found["confidence"]
    if confidence not in CONFIDENCES:
        options = ", ".join(CONFIDENCES)
        raise LawError(f"{where}: no existe la confianza {confidence!r}; debe ser {options}.")
    value, *others = (
        (name, number(where, name, found[name], decimals))
        for name, decimals in layout.decimals.items()
    )
    since = day(where, found["since"])
    return Row(since, value[1], dict(others), found["source"], confidence, where)


def number(where: str, name: str, cell: str, decimals: tuple[int, ...]) -> Decimal:
    """An exact decimal, with the decimals that are published: so a lost digit shows."""
    match = re.fullmatch(r"[0-9]+\.([0-9]+)", cell)
    if not match or len(match[1]) not in decimals:
        many = " o ".join(str(count) for count in decimals)
        raise LawError(f"{where}: {name} dice {cell!r}, que no es un número con {many} decimales.")
    return Decimal(cell)


def day(where: str, cell: str) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise LawError(f"{where}: {cell!r} no es una fecha (aaaa-mm-dd).") from None


def half_up(value: Decimal) -> Decimal:
    """To two decimals: a centavo, or a hundredth of a point."""
    return value.quantize(CENTAVO, ROUND_HALF_UP)


def index_thousandths(row: Row) -> int:
    """Thousandths of a peso for one monthly unit: the daily value x 30.4, exact (rule UNIT-01)."""
    exact = row.value * MONTH * 1000
    if exact != int(exact):
        raise LawError(f"{row.where}: {row.value} tiene más de dos decimales.")
    return int(exact)


Known = Mapping[str, Series]
Faults = Iterator[tuple[Row, str]]


def raised(level: Decimal, percent: Decimal) -> Decimal:
    """A level and its growth, as published."""
    return half_up(level * (100 + percent) / 100)


def monthly_is_daily_times(known: Known) -> Faults:
    """UMA and UMI monthly = daily x 30.4, to the centavo; UMA yearly = monthly x 12."""
    for row in (*known["uma"].rows, *known["umi"].rows):
        monthly, wanted = row.others["monthly"], half_up(row.value * MONTH)
        if monthly != wanted:
            yield row, f"Su valor mensual debe ser {wanted} (diario x 30.4), no {monthly}."
    for row in known["uma"].rows:
        wanted, yearly = row.others["monthly"] * 12, row.others["yearly"]
        if yearly != wanted:
            yield row, f"Su valor anual debe ser {wanted} (mensual x 12), no {yearly}."


def uma_follows_inflation(known: Known) -> Faults:
    """Each daily UMA is the one before, raised by the inflation of the December between them; no
    inflation is without its UMA."""
    inflation = {row.since.year: row.value for row in known["december_inflation"].rows}
    for earlier, row in pairs(known["uma"].rows):
        percent = inflation.get(row.since.year - 1)
        if percent is None:
            yield row, f"Falta la inflación de diciembre de {row.since.year - 1} para comprobarlo."
        elif row.value != (wanted := raised(earlier.value, percent)):
            yield row, f"Debe ser {wanted}: {earlier.value} más {percent} % de inflación."
    starts = {row.since for row in known["uma"].rows}
    for row in known["december_inflation"].rows:
        if (february := date(row.since.year + 1, 2, 1)) not in starts:
            yield row, f"Falta la UMA del {february}, que sale de ella."


def umi_growth_is_its_own(known: Known) -> Faults:
    """The published growth of the UMI gives its level, at first from the minimum wage of 2016."""
    rows = known["umi"].rows
    replaced = known["minimum_wage"].at(date(rows[0].since.year - 1, 12, 31))
    for earlier, row in pairs((replaced, *rows)):
        percent = row.others["growth_percent"]
        if row.value != (wanted := raised(earlier.value, percent)):
            yield row, f"Debe ser {wanted}: {earlier.value} más {percent} %."


def wages_never_fall(known: Known) -> Faults:
    """A minimum wage below the one before it was deflated by somebody."""
    for name in ("minimum_wage", "minimum_wage_border"):
        for earlier, row in pairs(known[name].rows):
            if row.value < earlier.value:
                yield row, f"Un salario mínimo no baja: antes era {earlier.value}."


def wages_are_as_set(known: Known) -> Faults:
    """Since 2017: (the one before + the fixed amount) raised by the percentage set, to the centavo
    but for what the row of the increase declares."""
    increases = {row.since: row for row in known["minimum_wage_increase"].rows}
    for earlier, row in pairs(known["minimum_wage"].rows):
        increase = increases.pop(row.since, None)
        if increase is not None:
            fixed, percent = increase.value, increase.others["setting_percent"]
            wanted = raised(earlier.value + fixed, percent)
            if abs(row.value - wanted) > increase.others["tolerance"]:
                yield row, f"Debe ser {wanted}: ({earlier.value} + {fixed}) más {percent} %."
        elif row.since >= known["minimum_wage_increase"].rows[0].since:
            yield row, "Falta su aumento en minimum_wage_increase.csv para comprobarlo."
    for increase in increases.values():
        yield increase, "Falta el salario mínimo de ese día, que sale de él."
    for increase in known["minimum_wage_increase"].rows:
        if increase.others["tolerance"] > CENTAVO:
            yield increase, "Su tolerancia no puede pasar de un centavo."


def index_moves_little(known: Known) -> Faults:
    """A consumer index that jumps from one month to the next has lost or gained a digit."""
    for earlier, row in pairs(known["inpc"].rows):
        change = (row.value - earlier.value) * 100
        if month_number(row.since) - month_number(earlier.since) != 1:
            yield row, f"Falta un mes después de {earlier.since}."
        elif abs(change) > MOST_MONTHLY_CHANGE * earlier.value:
            percent = half_up(change / earlier.value)
            yield row, f"Cambia {percent} % en un mes: antes era {earlier.value}. ¿Falta un dígito?"


def inflation_is_of_the_index(known: Known) -> Faults:
    """December inflation, from the monthly index, to the hundredth of a point."""
    index = {row.since: row.value for row in known["inpc"].rows}
    for row in known["december_inflation"].rows:
        ends = [index.get(date(row.since.year - back, 12, 1)) for back in (1, 0)]
        if ends[0] is None or ends[1] is None:
            yield row, "Falta en inpc.csv uno de los dos diciembres para comprobarlo."
        elif row.value != (wanted := half_up((ends[1] / ends[0] - 1) * 100)):
            yield row, f"El índice de precios da {wanted} %."


CHECKS: Sequence[Callable[[Known], Faults]] = (
    index_moves_little,
    inflation_is_of_the_index,
    monthly_is_daily_times,
    uma_follows_inflation,
    wages_never_fall,
    wages_are_as_set,
    umi_growth_is_its_own,  # after the wages it begins from
)


def pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row with the one before it."""
    return zip(rows, rows[1:], strict=False)
