"""From what a law file says, as people write it, to columns of whole numbers, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

import numpy as np

from tequio.core.columns import (
    EPOCH,
    PPM,
    Codes,
    Column,
    Count,
    Day,
    Flag,
    Index,
    Ladder,
    Money,
    Months,
    Rate,
    Share,
    Table,
    Units,
)
from tequio.core.lists import CRITERIA, INSURED_EVENTS, PAPERS, PRODUCTS

# The unit written in the file: the type it becomes, and how many of ours make one of theirs.
NUMBERS: dict[str, tuple[type[Column], int]] = {
    "percent": (Share, PPM // 100),
    "annual_percent": (Rate, PPM // 100),
    "ratio": (Share, PPM),
    "pesos": (Money, 100),
    "units": (Units, PPM),
    "pesos_per_unit": (Index, 1000),
    "months": (Months, 1),
    "working_days": (Count, 1),
    "times": (Count, 1),
    "day_of_month": (Count, 1),
}
OTHERS: dict[str, type] = {
    "switch": Flag,
    "date": Day,
    "products": Codes,
    "events": Codes,
    "criteria": Codes,
    "papers": Codes,
    "version": str,
}

# What a value of each unit may be, both ends included, as people write it.
BOUNDS: dict[str, tuple[int, int]] = {
    "percent": (0, 100),
    "annual_percent": (0, 20),
    "ratio": (0, 1_000),
    "pesos": (0, 20_000_000),
    "units": (0, 1_000),
    "pesos_per_unit": (1, 100_000),
    "months": (0, 480),
    "working_days": (0, 260),
    "times": (0, 99),
    "day_of_month": (1, 31),
}


def out_of_bounds(unit: str, value: Any) -> str:
    """Which number of a value, or of a table or list, is beyond its unit's bounds; none: empty."""
    if unit in OTHERS:
        return ""
    held, *starts = parts_of(unit)
    pairs = value if isinstance(value, list) else [value]
    for pair in pairs:
        numbers = zip((*starts, held), pair if isinstance(pair, list) else [pair], strict=True)
        for part, number in numbers:
            least, most = BOUNDS[part]
            if not least <= number <= most:
                return f"{number} no está entre {least} y {most}"
    return ""


def parts_of(unit: str) -> list[str]:
    """`percent`, or the two units of a table: `annual_percent_by_ratio`."""
    return unit.split("_by_")


def is_unit(unit: str) -> bool:
    """Whether a file may say it."""
    parts = parts_of(unit)
    return unit in OTHERS or (len(parts) <= 2 and all(part in NUMBERS for part in parts))


def kind_of(unit: str, value: Any) -> tuple[type, ...]:
    """What a value becomes: (Share,), (Ladder, Share), (Table, Share, Rate), (Flag,) ..."""
    if unit in OTHERS:
        return (OTHERS[unit],)
    kinds = [NUMBERS[part][0] for part in reversed(parts_of(unit))]
    if len(kinds) == 2:
        return (Table, *kinds)
    return (Ladder, *kinds) if isinstance(value, list) else tuple(kinds)


def declared(hint: Any) -> tuple[type, ...]:
    """The same, of the annotation of a field."""
    return (get_origin(hint) or hint, *get_args(hint))


def as_column(unit: str, value: Any) -> Any:
    """A column of length one, a table, a ladder, or the chosen of a closed list."""
    whole = in_our_units(unit, value)
    kind, *of = kind_of(unit, value)
    if kind is Codes:
        return Codes(np.array(whole, np.int64))
    if kind is Ladder:
        return Ladder(of[0](whole))
    if kind is Table:
        starts, held = zip(*whole, strict=True)
        return Table(of[0](list(starts)), of[1](list(held)))
    return kind(whole)


def in_our_units(unit: str, value: Any) -> Any:
    """The same value in whole numbers of our units; ValueError, in Spanish, when it is not of that
    unit or says more decimals than we keep."""
    if unit in OTHERS:
        return READ[unit](value)
    scales = [NUMBERS[part][1] for part in parts_of(unit)]
    if len(scales) == 2:
        return bands(value, *scales)
    if isinstance(value, list):
        return rising([exact(rung, scales[0]) for rung in value])
    return exact(value, scales[0])


def bands(value: Any, held_scale: int, start_scale: int) -> list[tuple[int, int]]:
    """The pairs [start, value] of a table."""
    pairs = value if isinstance(value, list) else []
    if not pairs or any(not isinstance(pair, list) or len(pair) != 2 for pair in pairs):
        raise ValueError("una tabla es una lista de parejas [desde, valor].")
    starts = rising([exact(start, start_scale) for start, _ in pairs])
    return list(zip(starts, [exact(held, held_scale) for _, held in pairs], strict=True))


def rising(numbers: Sequence[int]) -> Sequence[int]:
    """At least one, each above the one before."""
    if not numbers or list(numbers) != sorted(set(numbers)):
        raise ValueError("una lista va de menor a mayor, sin repetir.")
    return numbers


def exact(number: Any, scale: int) -> int:
    """`number` in our unit."""
    if type(number) not in (int, Decimal) or not Decimal(number).is_finite():
        raise ValueError(f"{number!r} no es un número.")
    scaled = number * scale
    if scaled != int(scaled):
        raise ValueError(f"{number} tiene más decimales de los que se guardan.")
    return int(scaled)


def read_switch(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} no es true ni false.")
    return value


def read_date(value: Any) -> int:
    """Days since 1970-01-01."""
    if type(value) is not date:
        raise ValueError(f"{value!r} no es una fecha como 2024-06-30.")
    return (value - EPOCH).days


def read_products(value: Any) -> list[int]:
    """Positions in the closed list."""
    return positions(value, PRODUCTS, "el producto")


def read_events(value: Any) -> list[int]:
    """Positions in the closed list."""
    return positions(value, INSURED_EVENTS, "el siniestro")


def read_papers(value: Any) -> list[int]:
    """Positions in the closed list."""
    return positions(value, PAPERS, "el documento")


def read_criteria(value: Any) -> list[int]:
    """Positions in the closed list, in the order in which they are to decide, none twice."""
    places = positions(value, CRITERIA, "el criterio")
    if len(set(places)) < len(places):
        raise ValueError("un criterio se repite.")
    return places


def positions(value: Any, known: Sequence[str], what: str) -> list[int]:
    """Of one name or several, in the order given."""
    names = value if isinstance(value, list) else [value]
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(f"no existe {what} {strange[0]!r}.")
    return [known.index(name) for name in names]


def read_version(value: Any) -> str:
    """The name of a text."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} no es el nombre de un texto.")
    return value


READ: dict[str, Callable[[Any], Any]] = {
    "switch": read_switch,
    "date": read_date,
    "products": read_products,
    "events": read_events,
    "criteria": read_criteria,
    "papers": read_papers,
    "version": read_version,
}
