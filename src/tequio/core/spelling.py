"""One value of a column as people in Mexico read it; exact, no decimals are made up or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tequio.core.annuities import NEVER, half_up
from tequio.core.columns import (
    EPOCH,
    PPM,
    Column,
    Count,
    Day,
    Flag,
    Index,
    Money,
    Months,
    Rate,
    Share,
    Units,
)

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def spell(column: Column, row: int) -> str:
    """One value in Spanish; a column of length one answers for every row.

    A code has no spelling of its own (KeyError): whoever shows it has its list of names.
    """
    return SPELL[type(column)](int(column.values[row if len(column) > 1 else 0]))


def long_date(day: date) -> str:
    """`9 de julio de 2024`."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def counted(number: int, one: str, many: str) -> str:
    """`1 mes`, `5 meses`."""
    return f"{number} {one if number == 1 else many}"


def decimal(number: int, places: int) -> str:
    """A whole number of 10 ** -places, with thousands and every decimal."""
    size = 10**places
    sign = "-" if number < 0 else ""
    return f"{sign}{abs(number) // size:,}.{abs(number) % size:0{places}}"


def pesos(number: int, places: int) -> str:
    """Pesos, with the sign before the currency."""
    return f"{'-' if number < 0 else ''}${decimal(abs(number), places)}"


def percent(parts: int) -> str:
    """Parts per million as a percentage, without idle zeros."""
    return f"{decimal(parts, 4).rstrip('0').rstrip('.')} %"


SPELL: dict[type[Column], Callable[[int], str]] = {
    Money: lambda centavos: pesos(centavos, 2),
    Index: lambda thousandths: pesos(thousandths, 3),
    Units: lambda millionths: f"{decimal(half_up(millionths, PPM // 10**4), 4)} VSM",
    Share: percent,
    Rate: lambda parts: f"{percent(parts)} anual",
    Day: lambda days: long_date(EPOCH + timedelta(days=days)),
    Months: lambda months: "sin fin" if months >= NEVER else str(months),
    Count: str,
    Flag: lambda yes: "sí" if yes else "no",
}
