"""Dated parameters, each with its source and how sure we are. No date has a silent answer.

A file that does not hold together is a LawError that names the file and the entry; a day that no
value answers for is NotInForce.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tequio.core.columns import EPOCH, Column, Day, Index, Money, Share
from tequio.core.errors import LawError, NotInForce
from tequio.core.law_units import as_column, declared, in_our_units, is_unit, kind_of, read_date
from tequio.core.series import Row, Series, index_thousandths
from tequio.core.series import load as load_series
from tequio.core.spelling import spell

HERE = Path(__file__).parent.parent / "programmes"
UNITS_FROM = date(1991, 11, 11)  # the wage in force when the credits of today's kind began, 1992
CITED = {"from", "rule", "source", "confidence"}


class Confidence(Enum):
    """How a value or a rule is known, surest first; the value is its word in the law files."""

    OFFICIAL = "official"
    PRESS = "press"
    INFERRED = "inferred"
    ASSUMED = "assumed"

    @property
    def spanish(self) -> str:
        """The word for it on screens."""
        return CONFIDENCE_WORDS[self]

    @property
    def doubtful(self) -> bool:
        """Whether a reader must be told."""
        return self in (Confidence.INFERRED, Confidence.ASSUMED)


CONFIDENCE_WORDS = {
    Confidence.OFFICIAL: "oficial",
    Confidence.PRESS: "prensa",
    Confidence.INFERRED: "inferido",
    Confidence.ASSUMED: "supuesto",
}


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

    @property
    def published(self) -> str:
        """Where, and when; a row of a series says its own source in full."""
        return sources().get(self.source, self.source)


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
            raise NotInForce(f"{self.name} no tiene valor el {day}; sus fechas son {dates}.")
        return known[-1]

    def covers(self, since: date, until: date | None) -> bool:
        """Whether it has a value on every day of the period, `until` excluded."""
        earlier = [value for value in self.history if value.since <= since]
        last = date.max if until is None else until
        during = [value for value in self.history if since < value.since < last]
        return bool(earlier) and not any(value.ends for value in (earlier[-1], *during))

    def in_our_units(self) -> Parameter:
        """The same, its values as the whole numbers that they become."""
        history = (
            value if value.ends else replace(value, value=in_our_units(self.unit, value.value))
            for value in self.history
        )
        return replace(self, history=tuple(history))


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence of the rule-book that the code states, not a number."""

    says: str
    source: str
    confidence: Confidence
    texts: tuple[str, ...] = ()  # the texts that it belongs to; none named: all of them

    def speaks_of(self, text: str) -> bool:
        """Whether that text states it."""
        return not self.texts or text in self.texts


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What every version of every programme may ask of the law: columns of length one."""

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
        values: dict[str, Any] = {"as_of": Day((day - EPOCH).days)}
        for name, parameter in self.named(law):
            values[name] = as_column(parameter.unit, parameter.at(day).value)
        return law(**values)

    @property
    def own(self) -> dict[str, Parameter]:
        """What the file itself says, in its order, the dates of its texts among it."""
        return {name: one for name, one in self.parameters.items() if name not in common()}

    def named(self, law: type[Common]) -> Iterator[tuple[str, Parameter]]:
        """The parameters behind a version's fields, in its order."""
        for field in fields(law):
            if field.name != "as_of":
                if field.name not in self.parameters:
                    raise LawError(f"{self.name}.toml: falta el parámetro [{field.name}].")
                yield field.name, self.parameters[field.name]

    def check(self, law: type[Common], since: date, until: date | None) -> None:
        """LawError unless every parameter that a version names answers, in the type that it
        declares, on every day of its period (`until` excluded)."""
        hints = get_type_hints(law)
        for name, parameter in self.named(law):
            where = f"{self.name}.toml: [{name}]"
            if not parameter.covers(since, until):
                period = f"desde {since}" + (f" hasta antes de {until}" if until else "")
                raise LawError(f"{where} no cubre todo el periodo {period}.")
            for value in parameter.history:
                if not value.ends and kind_of(parameter.unit, value.value) != declared(hints[name]):
                    raise LawError(
                        f"{where} {value.since}: está en {parameter.unit}, y el texto de la ley "
                        f"pide {hints[name]}."
                    )

    def amended(self, changes: Mapping[str, Parameter]) -> Book:
        """The same file with those parameters instead."""
        return replace(self, parameters={**self.parameters, **changes}) if changes else self

    def doubts(self, law: type[Common], day: date) -> list[str]:
        """What a reader must be told is inferred or assumed that day, rules first."""
        text = self.parameters["text"].at(day).value
        said = [
            f"{name}: {rule.says} ({rule.confidence.spanish})"
            for name, rule in self.rules.items()
            if rule.confidence.doubtful and rule.speaks_of(text)
        ]
        values = self.at(law, day)
        for name, parameter in self.named(law):
            value = parameter.at(day)
            if value.confidence.doubtful:
                held = getattr(values, name)
                shown = f": {spell(held, 0)}" if isinstance(held, Column) else ""
                said.append(f"{value.rule}: {parameter.label}{shown} ({value.confidence.spanish})")
        return said

    def fingerprint(self) -> str:
        """A hash of every value, date, source and sentence, however they are written or ordered."""
        exact = {name: one.in_our_units() for name, one in self.parameters.items()}
        text = repr([sorted(self.rules.items()), sorted(exact.items())])
        return hashlib.sha256(text.encode()).hexdigest()


def read(path: Path) -> Book:
    """A programme's file over the common one; money and percentages keep their decimals exactly."""
    raw = parsed(path)
    for entry in ("rules", "text"):
        if entry not in raw:
            raise LawError(f"{path.name}: falta [{entry}].")
    where = f"{path.name}: [rules]"
    rules = {name: read_rule(f"{where} {name}", entry) for name, entry in raw.pop("rules").items()}
    own = read_parameters(path.name, raw)
    return Book(path.stem, rules, {**common(), **own})


def parsed(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, with exact decimals."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as problem:  # not TOML, or not UTF-8
        raise LawError(f"{path.name}: no se puede leer: {problem}.") from problem


@cache
def common() -> dict[str, Parameter]:
    """What every programme may name: the series, and the parameters of `common.toml`."""
    return {**from_series(), **read_parameters("common.toml", parsed(HERE / "common.toml"))}


@cache
def sources() -> dict[str, str]:
    """Where each source key was published, and when."""
    entries = parsed(HERE / "sources.toml")
    for key, entry in entries.items():
        only(f"sources.toml: [{key}]", entry, {"says", "dated"})
    return {key: f"{entry['says']} ({entry['dated']})" for key, entry in entries.items()}


def only(
    where: str, entry: Mapping[str, Any], needed: set[str], allowed: frozenset[str] = frozenset()
) -> None:
    """LawError unless the entry has every key that it needs, and none beyond those allowed."""
    missing = sorted(needed - entry.keys())
    strange = sorted(entry.keys() - needed - allowed)
    if missing:
        raise LawError(f"{where}: falta {', '.join(missing)}.")
    if strange:
        raise LawError(f"{where}: no se entiende {', '.join(strange)}.")


def read_parameters(file: str, raw: Mapping[str, Any]) -> dict[str, Parameter]:
    """Every parameter of a file, or an error that names the entry."""
    return {name: read_parameter(f"{file}: [{name}]", name, entry) for name, entry in raw.items()}


def read_parameter(where: str, name: str, entry: Mapping[str, Any]) -> Parameter:
    """One parameter: a label, and one history in one unit with rising dates."""
    units = entry.keys() - {"label"}
    if len(units) != 1 or "label" not in entry:
        raise LawError(f"{where} debe tener un `label` y una sola unidad.")
    (unit,) = units
    if not is_unit(unit):
        raise LawError(f"{where}: no existe la unidad {unit}.")
    history = tuple(read_value(where, unit, value) for value in entry[unit])
    dates = [value.since for value in history]
    if not dates or dates != sorted(set(dates)):
        raise LawError(f"{where}: una fecha por valor, de la más antigua a la más reciente.")
    return Parameter(name, entry["label"], unit, history)


def read_value(where: str, unit: str, entry: Mapping[str, Any]) -> Value:
    """A value without date, rule, source and confidence does not load; nor one not of its unit."""
    where = f"{where} {entry.get('from', '(sin fecha)')}"
    stated = {"ends"} if entry.get("ends") else {"is"}
    only(where, entry, CITED | stated, frozenset({"says", "unknown"}))
    confidence = read_confidence(where, entry)
    try:
        read_date(entry["from"])
        if "is" in entry:
            in_our_units(unit, entry["is"])
    except ValueError as problem:
        raise LawError(f"{where}: {problem}") from problem
    return Value(
        entry["from"],
        entry.get("is"),
        entry["rule"],
        entry["source"],
        confidence,
        ends="ends" in entry,
        unknown=entry.get("unknown", False),
        says=entry.get("says", ""),
    )


def read_rule(where: str, entry: Mapping[str, Any]) -> Rule:
    """A sentence with its source and confidence."""
    only(where, entry, {"says", "source", "confidence"}, frozenset({"texts"}))
    texts = tuple(entry.get("texts", ()))
    return Rule(entry["says"], entry["source"], read_confidence(where, entry), texts)


def read_confidence(where: str, entry: Mapping[str, str]) -> Confidence:
    """The confidence of an entry, whose source must be in the register."""
    if entry["source"] not in sources():
        raise LawError(f"{where}: la fuente {entry['source']!r} no está en sources.toml.")
    if entry["confidence"] not in {known.value for known in Confidence}:
        raise LawError(f"{where}: no existe la confianza {entry['confidence']!r}.")
    return Confidence(entry["confidence"])


def from_series() -> dict[str, Parameter]:
    """The index series as parameters: units in thousandths of a peso, wages in pesos a month."""
    known = load_series(HERE / "series")
    return {
        "umi": dated("umi", units(known), "pesos_per_unit", monthly_unit),
        "uma_monthly": dated("uma_monthly", known["uma"], "pesos", monthly_pesos),
        "minimum_wage": dated("minimum_wage", known["minimum_wage"], "pesos", monthly_pesos),
    }


def units(known: Mapping[str, Series]) -> Series:
    """What a unit of the credits in VSM was worth: the UMI, and before there was one, the general
    minimum wage of the Federal District (the employer's notice, TIPDESC 3)."""
    umi = known["umi"]
    began = umi.rows[0].since
    wages = [row for row in known["minimum_wage"].rows if UNITS_FROM <= row.since < began]
    return replace(umi, rows=(*wages, *umi.rows))


def dated(name: str, series: Series, unit: str, monthly: Callable[[Row], Decimal]) -> Parameter:
    """A daily series as a parameter of the law, a month at a time. Its source is said in full."""
    history = tuple(
        Value(row.since, monthly(row), name.upper(), row.source, Confidence(row.confidence))
        for row in series.rows
    )
    return Parameter(name, f"{series.label}, mensual (diario x 30.4)", unit, history)


def monthly_unit(row: Row) -> Decimal:
    """Pesos for one monthly unit, never rounded (rule UNIT-01)."""
    return Decimal(index_thousandths(row)) / 1000


def monthly_pesos(row: Row) -> Decimal:
    """Pesos a month, half up to the centavo."""
    return Decimal((index_thousandths(row) + 5) // 10) / 100
