"""What a tape does not say and is assumed: a parameter file with label, source and confidence.

`assumed.toml` is the one of the house; a file of somebody's own replaces the entries that it names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any

import polars as pl

from tequio.core.law import Confidence, sources
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import facts
from tequio.engine.errors import Refused
from tequio.engine.tape.figures import parsed
from tequio.engine.tape.mapping import nearest

OURS = Path(__file__).with_name("assumed.toml")
RULES = Path(__file__).with_name("rules.toml")  # sentences that the code states
TABLES = ("tp", "parameters", "constants")
CITED = ("is", "label", "source", "confidence")
REVERSAL, NO_TYPE = "Reversa", "Sin tipo"


class Means(IntEnum):
    """What a type of payment says; in the order in which the payments of one month are applied."""

    PAYROLL = 0
    WINDOW = 1
    OTHER = 2
    REVERSAL = 3


@dataclass(frozen=True, slots=True)
class Assumption:
    """One entry: what it is, and how it is known."""

    name: str
    value: Any
    label: str  # Spanish
    source: str
    confidence: str  # Spanish

    @property
    def sentence(self) -> str:
        """For people: the label, the value, and how sure it is."""
        label = self.label.rstrip(".")
        shown = label if self.value is None else f"{label}: {spelt(self.value)}"
        return f"{shown} ({self.confidence})"


def spelt(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "ninguno"
    return str(value)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A whole file. `types` are the kinds of payments that money is counted by, in order."""

    types: tuple[tuple[str, Means], ...]
    of_tp: Mapping[int, int]  # position in `types`
    parameters: Mapping[str, Any]
    constants: Mapping[str, str]
    said: tuple[Assumption, ...]

    @property
    def reversal(self) -> int:
        """The position of reversals in `types`."""
        return len(self.types) - 1

    def type_of(self, tp: pl.Expr, amount: pl.Expr) -> pl.Expr:
        """The position of a row's type; null where no entry says what the `tp` is."""
        known = tp.replace_strict(
            [*self.of_tp], [*self.of_tp.values()], default=None, return_dtype=pl.Int8
        )
        back = (tp <= self.parameters["reversal_to"]) | (amount < 0)
        return pl.when(back).then(pl.lit(self.reversal, pl.Int8)).otherwise(known)

    def label_of(self, type_: int | None) -> str:
        """How people call a type."""
        return NO_TYPE if type_ is None else self.types[type_][0]


def read_assumed(own: Path | None = None) -> Assumed:
    """The house's file, with what somebody's own says instead; Refused says all that is wrong."""
    tables = parsed_tables(OURS)
    problems: list[str] = []
    if own is not None:
        mine = parsed_tables(own)
        problems += [f"no existe la tabla [{name}]" for name in mine if name not in TABLES]
        for name in ("parameters", "constants"):
            for key, entry in mine.get(name, {}).items():
                if key in tables[name]:
                    tables[name][key] = entry
                else:
                    problems.append(f"[{name}] no tiene «{key}»{nearest(key, [*tables[name]])}")
        tables["tp"] = mine.get("tp", tables["tp"])
    entries = {name: list(entries_of(name, tables[name], problems)) for name in TABLES}
    problems += [why for table, found in entries.items() for why in wrong_with(table, found)]
    if problems:
        raise Refused(f"{own or OURS.name}: {'; '.join(problems)}.")
    rules = [
        Assumption(
            name,
            None,
            rule["says"],
            sources()[rule["source"]],
            Confidence(rule["confidence"]).spanish,
        )
        for name, rule in parsed_tables(RULES).items()
    ]
    return assembled(entries, rules)


def assembled(entries: Mapping[str, list[Assumption]], rules: list[Assumption]) -> Assumed:
    """Sound entries as one record."""
    means = {int(one.name): (one.label, Means[one.value.upper()]) for one in entries["tp"]}
    types = (*dict.fromkeys(means.values()), (REVERSAL, Means.REVERSAL))
    named = [
        Assumption(one.name, one.label, f"tp {one.name}", one.source, one.confidence)
        for one in entries["tp"]
    ]
    return Assumed(
        types,
        {tp: types.index(kind) for tp, kind in means.items()},
        {one.name: one.value for one in entries["parameters"]},
        {one.name: one.value for one in entries["constants"]},
        (*named, *entries["parameters"], *entries["constants"], *rules),
    )


def parsed_tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML."""
    if not path.is_file():
        raise Refused(f"No existe el archivo {path}. Revise el nombre y la carpeta.")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as why:
        raise Refused(f"{path}: no es un TOML válido ({why}).") from why
    if not all(isinstance(table, dict) for table in found.values()):
        raise Refused(f"{path}: solo lleva tablas: {', '.join(f'[{one}]' for one in TABLES)}.")
    return found


def entries_of(table: str, raw: Mapping[str, Any], problems: list[str]) -> Iterator[Assumption]:
    """The entries of a table that have all that they need."""
    for name, entry in raw.items():
        where = f"[{table}] {name}"
        if not isinstance(entry, dict) or set(entry) != set(CITED):
            problems.append(f"{where} lleva {', '.join(CITED)}, y nada más")
        elif entry["confidence"] not in {one.value for one in Confidence}:
            problems.append(f"{where}: no existe la confianza «{entry['confidence']}»")
        elif not all(isinstance(entry[key], str) and entry[key] for key in ("label", "source")):
            problems.append(f"{where}: label y source son textos")
        else:
            source = sources().get(str(entry["source"]), str(entry["source"]))
            known = Confidence(entry["confidence"]).spanish
            yield Assumption(name, entry["is"], entry["label"], source, known)


def wrong_with(table: str, entries: Sequence[Assumption]) -> Iterator[str]:
    """Values that are not what their table takes."""
    for one in entries:
        where, value = f"[{table}] {one.name}", one.value
        if table == "tp" and not (is_whole(one.name) and value in ("payroll", "window", "other")):
            yield f"{where}: es un número, y dice payroll, window u other"
        if table == "parameters" and not TAKES[one.name][0](value):
            yield f"{where}: {TAKES[one.name][1]}"
        if table == "constants" and not is_constant(one.name, value):
            yield f"{where}: «{value}» no es un valor de la plantilla"


def is_whole(text: str) -> bool:
    """Whether a key is a whole number."""
    return text.removeprefix("-").isdecimal()


def is_constant(name: str, value: Any) -> bool:
    """Whether a text is a value of its column, as the template writes it."""
    return (
        isinstance(value, str)
        and not parsed(pl.Series([value]), facts()[name][0], name).has_nulls()
    )


def within(least: int, most: int) -> tuple[Callable[[Any], bool], str]:
    """A whole number."""
    return (
        lambda value: type(value) is int and least <= value <= most,
        f"es un número de {least} a {most}",
    )


def one_of(*words: str) -> tuple[Callable[[Any], bool], str]:
    """One of some words."""
    return lambda value: value in words, f"es uno de {', '.join(words)}"


def is_day(value: Any) -> bool:
    """A date, as a TOML writes it."""
    return type(value) is date


TAKES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "reversal_to": within(-999, 0),
    "month_without_rows": one_of("billed", "not_billed"),
    "debt_of_units": one_of("units", "pesos"),
    "pesos_from": within(1972, 2100),
    "term": within(1, 360),
    "restructure": one_of(*SOLUTIONS[1:]),
    "restructure_months": within(1, 480),
    "prorroga_months": within(1, 480),
    "fund_from": within(1972, 2100),
    "fund_months": within(0, 6),
    "employer_from": (is_day, "es una fecha, como 2021-06-01"),
    "holidays": (
        lambda value: isinstance(value, list) and all(is_day(one) for one in value),
        "es una lista de fechas, como [2024-03-18]",
    ),
}
