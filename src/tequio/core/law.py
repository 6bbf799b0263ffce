"""Dated parameters, each with its source and how sure we are. No date has a silent answer."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from tequio.core.columns import (
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
)
from tequio.core.errors import LawError, NotInForce
from tequio.core.lists import PRODUCTS
from tequio.core.series import Series, index_thousandths
from tequio.core.series import load as load_series

EPOCH = date(1970, 1, 1)
HERE = Path(__file__).parent.parent / "programmes"


class Confidence(Enum):
    """How a value or a rule is known, surest first; the value is the word that people read."""

    OFFICIAL = "official"
    PRESS = "press"
    INFERRED = "inferred"
    ASSUMED = "assumed"

    @property
    def spanish(self) -> str:
        """The word for it on screens."""
        return {"official": "oficial", "press": "prensa", "inferred": "inferido"}.get(
            self.value, "supuesto"
        )

    @property
    def doubtful(self) -> bool:
        """Whether a reader must be told."""
        return self in (Confidence.INFERRED, Confidence.ASSUMED)


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter is from one day on; `ends` has no value, `unknown` was never made public."""

    since: date
    value: Any
    rule: str
    source: str
    confidence: Confidence
    ends: bool = False
    unknown: bool = False
    says: str = ""  # Spanish: why it begins or ends, when people must be told


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the law and its history, oldest first."""

    name: str
    label: str
    unit: str
    history: tuple[Value, ...]

    def at(self, day: date) -> Value:
        """The value in force; NotInForce before the first day and after an end."""
        known = [value for value in self.history if value.since <= day]
        if not known or known[-1].ends:
            dates = ", ".join(f"{value.since} ({value.rule})" for value in self.history)
            raise NotInForce(f"{self.name} has no value on {day}; its dates are {dates}")
        return known[-1]

    def covers(self, since: date, until: date | None) -> bool:
        """Whether it has a value on every day of the period, `until` excluded."""
        if self.history[0].since > since:
            return False
        last = date.max if until is None else until
        return not any(v.ends and v.since < last for v in self.history)


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence of the rule-book that the code states, not a number."""

    says: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What every version of every programme may ask of the law."""

    as_of: Day
    umi: Index  # pesos of the day for one monthly unit
    uma_monthly: Money
    minimum_wage: Money  # a month
    employer_share: Share


L = TypeVar("L", bound=Common)


@dataclass(frozen=True, slots=True)
class Book:
    """One programme's file, with the common one and the series behind it."""

    name: str
    rules: Mapping[str, Rule]
    parameters: Mapping[str, Parameter]

    def at(self, law: type[L], day: date) -> L:
        """The parameters that a version of the programme names, as columns of length one."""
        hints = get_type_hints(law)
        values: dict[str, Any] = {"as_of": Day((day - EPOCH).days)}
        for name, parameter in self.named(law):
            values[name] = as_column(parameter, parameter.at(day).value, hints[name])
        return law(**values)

    def named(self, law: type[Common]) -> Iterator[tuple[str, Parameter]]:
        """The parameters behind a version's fields, in its order."""
        for field in fields(law):
            if field.name != "as_of":
                if field.name not in self.parameters:
                    raise LawError(f"{self.name}: la ley no tiene el parámetro {field.name}.")
                yield field.name, self.parameters[field.name]

    def doubts(self, law: type[Common], day: date) -> list[str]:
        """What a reader must be told is inferred or assumed, rules first."""
        said = [
            f"{name}: {rule.says} ({rule.confidence.spanish})"
            for name, rule in self.rules.items()
            if rule.confidence.doubtful
        ]
        for _, parameter in self.named(law):
            value = parameter.at(day)
            if value.confidence.doubtful:
                said.append(f"{value.rule}: {parameter.label} ({value.confidence.spanish})")
        return said

    def fingerprint(self) -> str:
        """A hash of every value, date, source and sentence: the same law, the same text."""
        text = repr([sorted(self.rules.items()), sorted(self.parameters.items())])
        return hashlib.sha256(text.encode()).hexdigest()


# The unit written in the file: the type it becomes, and how many of ours make one of theirs.
UNITS: dict[str, tuple[type[Column], int]] = {
    "percent": (Share, PPM // 100),
    "annual_percent": (Rate, PPM // 100),
    "ratio": (Share, PPM),
    "pesos": (Money, 100),
    "pesos_per_unit": (Index, 1000),
    "months": (Months, 1),
    "times": (Count, 1),
    "day_of_month": (Count, 1),
}
OTHERS = {"switch", "date", "version", "products"}


def whole(number: int | Decimal, scale: int) -> int:
    """`number` in our unit; a file may not say more decimals than we keep."""
    scaled = number * scale
    if scaled != int(scaled):
        raise LawError(f"{number} tiene más decimales de los que se guardan.")
    return int(scaled)


def as_column(parameter: Parameter, value: Any, wanted: Any) -> Any:
    """The column, table, ladder or list that a law's field declares."""
    if parameter.unit == "switch":
        return Flag(value)
    if parameter.unit == "date":
        return Day((value - EPOCH).days)
    if parameter.unit == "products":
        return Codes(np.array([PRODUCTS.index(product) for product in value], np.int64))
    units = [UNITS[unit] for unit in parameter.unit.split("_by_")]
    declared = get_args(wanted) or (wanted,)
    if [kind for kind, _ in reversed(units)] != list(declared):
        raise LawError(f"{parameter.name}: está en {parameter.unit}, y el texto pide {wanted}.")
    kind, scale = units[0]
    if get_origin(wanted) is Ladder:
        return Ladder(kind([whole(rung, scale) for rung in value]))
    if get_origin(wanted) is Table:
        key, key_scale = units[1]
        starts = key([whole(start, key_scale) for start, _ in value])
        return Table(starts, kind([whole(held, scale) for _, held in value]))
    return kind(whole(value, scale))


def read(path: Path) -> Book:
    """A programme's file over the common one; money and percentages keep their decimals exactly."""
    raw = parsed(path)
    where = f"{path.name}: [rules]"
    rules = {name: read_rule(f"{where} {name}", entry) for name, entry in raw.pop("rules").items()}
    own = read_parameters(path.name, raw)
    return Book(path.stem, rules, {**common(), **own})


def parsed(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, with exact decimals."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def common() -> dict[str, Parameter]:
    """What every programme may name: the series, and the parameters of `common.toml`."""
    return {**from_series(), **read_parameters("common.toml", parsed(HERE / "common.toml"))}


@cache
def sources() -> dict[str, str]:
    """Where each source key was published, and when."""
    entries = parsed(HERE / "sources.toml").items()
    return {key: f"{entry['says']} ({entry['dated']})" for key, entry in entries}


def read_parameters(file: str, raw: Mapping[str, Any]) -> dict[str, Parameter]:
    """Every parameter of a file, or an error that names the entry."""
    return {name: read_parameter(f"{file}: [{name}]", name, entry) for name, entry in raw.items()}


def read_parameter(where: str, name: str, entry: dict[str, Any]) -> Parameter:
    """One parameter: a label, and one history in one unit with rising dates."""
    units = entry.keys() - {"label"}
    if len(units) != 1 or "label" not in entry:
        raise LawError(f"{where} debe tener un `label` y una sola unidad.")
    (unit,) = units
    if not set(unit.split("_by_")) <= UNITS.keys() | OTHERS:
        raise LawError(f"{where}: no existe la unidad {unit}.")
    history = tuple(read_value(where, value) for value in entry[unit])
    dates = [value.since for value in history]
    if not dates or dates != sorted(set(dates)):
        raise LawError(f"{where}: una fecha por valor, de la más antigua a la más reciente.")
    return Parameter(name, entry["label"], unit, history)


def read_value(where: str, entry: dict[str, Any]) -> Value:
    """A value without date, rule, source and confidence does not load."""
    missing = {"from", "rule", "source", "confidence"} - entry.keys()
    stated = entry.keys() & {"is", "ends", "unknown"}
    if missing or not stated:
        absent = ", ".join(sorted(missing)) or "is"
        raise LawError(f"{where} {entry.get('from', '')}: falta {absent}.")
    confidence = read_confidence(where, entry)
    ends, unknown = entry.get("ends", False), entry.get("unknown", False)
    rule, source = entry["rule"], entry["source"]
    says = entry.get("says", "")
    return Value(entry["from"], entry.get("is"), rule, source, confidence, ends, unknown, says)


def read_rule(where: str, entry: dict[str, Any]) -> Rule:
    """A sentence with its source and confidence."""
    return Rule(entry["says"], entry["source"], read_confidence(where, entry))


def read_confidence(where: str, entry: dict[str, Any]) -> Confidence:
    """The confidence of an entry whose source must be in the register."""
    if entry["source"] not in sources():
        raise LawError(f"{where}: la fuente {entry['source']!r} no está en sources.toml.")
    if entry["confidence"] not in {known.value for known in Confidence}:
        raise LawError(f"{where}: no existe la confianza {entry['confidence']!r}.")
    return Confidence(entry["confidence"])


def from_series() -> dict[str, Parameter]:
    """The index series as parameters: units in thousandths of a peso, wages in pesos a month."""
    known = load_series(HERE / "series")
    return {
        "umi": dated("umi", known["umi"], "pesos_per_unit", monthly_unit),
        "uma_monthly": dated("uma_monthly", known["uma"], "pesos", monthly_pesos),
        "minimum_wage": dated("minimum_wage", known["minimum_wage"], "pesos", monthly_pesos),
    }


def dated(name: str, series: Series, unit: str, monthly: Any) -> Parameter:
    """A daily series as a parameter of the law, a month at a time."""
    history = tuple(
        Value(row.since, monthly(row), name.upper(), row.source, Confidence(row.confidence))
        for row in series.rows
    )
    return Parameter(name, f"{series.label}, mensual (diario x 30.4)", unit, history)


def monthly_unit(row: Any) -> Decimal:
    """Pesos for one monthly unit, never rounded (rule UNIT-01)."""
    return Decimal(index_thousandths(row)) / 1000


def monthly_pesos(row: Any) -> Decimal:
    """Pesos a month, half up to the centavo."""
    return Decimal((index_thousandths(row) + 5) // 10) / 100
