"""A change of the law that somebody wants to try: a TOML over the parameters in force.

title = "Liquidación con 30 %"
justification = "Propuesta de la mesa de crédito, acta 12."

[liquidacion_anticipada.threshold]
is = 30                       # as the law file writes it: percent, pesos, months ...

[common.rate_by_wage]         # a table, in every programme that names it
minus = 1                     # or plus
below = 2                     # only bands that start under this; `from`: at this or above
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tequio.core.errors import LawError, NotInForce
from tequio.core.law import Confidence, Parameter, Value, parsed
from tequio.core.law_units import in_our_units, out_of_bounds
from tequio.engine.amended import Amended, amended
from tequio.engine.errors import Refused
from tequio.engine.rulebook import POLICY, SHARED, Changes, Rulebook

LEAST_WORDS = 3  # of a justification
MOVES = {"plus": 1, "minus": -1}
TRIED = "WHAT-IF"  # the source of a value that is only being tried
FIXED = ("text",)  # which text of the rules holds is no number


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is tried, and why."""

    title: str
    justification: str
    amended: Sequence[Amended]
    changes: Changes


def read_overlay(path: Path, rules: Rulebook, as_of: date) -> Overlay:
    """An overlay on the law of a day; Refused, with the entry, why, and how to mend it."""
    try:
        raw = parsed(path)
    except LawError as error:
        raise Refused(str(error)) from error
    title, justification = said(path, raw, "title"), said(path, raw, "justification")
    if len(justification.split()) < LEAST_WORDS:
        raise Refused(
            f"{path.name}: `justification` debe decir en una frase quién lo propone o por qué."
        )
    books = books_of(rules)
    changes = {
        file: dict(read_file(path, file, entry, books, as_of)) for file, entry in raw.items()
    }
    told = [
        amended(rules, file, (books[file][name], as_of), (parameter, as_of))
        for file, parameters in changes.items()
        for name, parameter in parameters.items()
    ]
    if not told:
        raise Refused(f"{path.name} no cambia ningún parámetro: ponga [solución.parámetro].")
    return Overlay(title, justification, told, changes)


def said(path: Path, raw: dict[str, Any], key: str) -> str:
    """A line of text that an overlay must have; it is taken out."""
    text = raw.pop(key, "")
    if not isinstance(text, str) or not text.strip():
        raise Refused(f'{path.name}: falta la línea `{key} = "..."`.')
    return text.strip()


def books_of(rules: Rulebook) -> dict[str, Mapping[str, Parameter]]:
    """The parameters that each file may change."""
    own = {one.name: one.book.parameters for one in rules.programmes}
    only = rules.policy.parameters.keys() - rules.shared.parameters.keys()
    policy = {name: rules.policy.parameters[name] for name in sorted(only)}
    return {**own, SHARED: rules.shared.parameters, POLICY: policy}


def read_file(
    path: Path, file: str, entry: Any, books: Mapping[str, Mapping[str, Parameter]], as_of: date
) -> Iterator[tuple[str, Parameter]]:
    """The parameters of one file that an overlay changes, by name."""
    if file not in books:
        raise Refused(f"{path.name}: no existe [{file}].{meant(file, books)}")
    if not isinstance(entry, dict) or not all(isinstance(one, dict) for one in entry.values()):
        raise Refused(f"{path.name}: [{file}] lleva parámetros, así: [{file}.parámetro].")
    for name, change in entry.items():
        where = f"{path.name}: [{file}.{name}]"
        if name in FIXED:
            raise Refused(f"{where}: el texto de la regla no se cambia aquí; use --law-as-of.")
        if name not in books[file]:
            raise Refused(f"{where} no existe.{meant(name, books[file])}")
        yield name, amend(where, books[file][name], change, as_of)


def meant(name: str, known: Mapping[str, Any]) -> str:
    """The names that somebody may have meant."""
    close = get_close_matches(name, known, n=1) or sorted(known)
    return f" ¿Quiso decir {close[0]}?" if len(close) == 1 else f" Hay: {', '.join(close)}."


def amend(where: str, parameter: Parameter, change: dict[str, Any], as_of: date) -> Parameter:
    """A parameter with another value from the day on, within bounds."""
    try:
        now = parameter.at(as_of)
        value = changed(where, parameter.unit, now.value, change)
        whole = in_our_units(parameter.unit, value)
        beyond = out_of_bounds(parameter.unit, value)
    except NotInForce as error:
        raise Refused(f"{where} no se puede cambiar: {error}") from error
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error
    if beyond:
        raise Refused(f"{where}: {beyond}, en {parameter.unit}.")
    if whole == in_our_units(parameter.unit, now.value):
        raise Refused(f"{where} ya vale eso el {as_of}: no cambia nada.")
    new = Value(as_of, value, now.rule, TRIED, Confidence.ASSUMED)
    earlier = tuple(value for value in parameter.history if value.since < as_of)
    return replace(parameter, history=(*earlier, new))


def changed(where: str, unit: str, value: Any, change: dict[str, Any]) -> Any:
    """The value that an entry asks for: another one, or this one moved."""
    move = change.keys() & MOVES.keys()
    strange = change.keys() - {"is", *MOVES, "below", "from"}
    if strange:
        raise Refused(f"{where}: no se entiende {', '.join(sorted(strange))}.")
    if len(move) + ("is" in change) != 1:
        raise Refused(f"{where}: ponga una sola de: is, plus, minus.")
    if "is" in change:
        if len(change) > 1:
            raise Refused(f"{where}: `below` y `from` van con plus o minus.")
        return change["is"]
    (way,) = move
    step = change[way]
    if type(step) not in (int, Decimal):
        raise Refused(f"{where}: {step!r} no es un número.")
    least, most = change.get("from"), change.get("below")
    if "_by_" not in unit and (least is not None or most is not None):
        raise Refused(f"{where}: no es una tabla: quite `below` y `from`.")
    return moved(where, value, MOVES[way] * step, least, most)


def moved(where: str, value: Any, step: Any, least: Any, most: Any) -> Any:
    """A number, or the bands of a table that start in a range, so much more."""
    if type(value) in (int, Decimal):
        return value + step
    if not isinstance(value, list) or not isinstance(value[0], list):
        raise Refused(f"{where}: esto no se suma; ponga el valor entero con `is`.")
    return [
        [start, held + step]
        if (least is None or start >= least) and (most is None or start < most)
        else [start, held]
        for start, held in value
    ]
