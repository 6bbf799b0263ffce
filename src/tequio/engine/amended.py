"""What two laws say of the same parameter, told to somebody who has to judge the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tequio.core.law import Book, Parameter
from tequio.core.law_units import in_our_units, parts_of
from tequio.core.programme import InForce, NotOffered, Programme
from tequio.engine.rulebook import POLICY, SERIES, SHARED, Rulebook
from tequio.engine.values import listed, numbers, value_words
from tequio.programmes import TITLES

NOTHING = "nada más"
FEW = 3  # bands of a table that are listed; of more, the first and the last
SCOPES = TITLES | {SHARED: "Todas las soluciones", POLICY: "Política de la mejor oferta"}
OnDay = tuple[Parameter, date]


@dataclass(frozen=True, slots=True)
class Amended:
    """One parameter, before and after."""

    file: str
    name: str
    scope: str  # the solution, as people know it
    label: str
    before: str
    after: str
    rule: str
    rule_says: str


def amended(rules: Rulebook, file: str, before: OnDay, after: OnDay) -> Amended:
    """A parameter that has a value before and after, each on its day."""
    (one, one_day), (other, other_day) = before, after
    now, then = one.at(one_day), other.at(other_day)
    words = said(one.unit, now.value, then.value)
    return told(rules, file, one, words, then.rule)


def told(
    rules: Rulebook, file: str, parameter: Parameter, words: tuple[str, str], rule: str
) -> Amended:
    """A difference with where it stands and the rule's own sentence."""
    books = [one.book for one in rules.programmes if one.name == file] or list(every_book(rules))
    says = next((book.rules[rule].says for book in books if rule in book.rules), "")
    return Amended(file, parameter.name, SCOPES[file], parameter.label, *words, rule, says)


def every_book(rules: Rulebook) -> Iterator[Book]:
    """The policy's, and that of every programme: any may state a rule of what all share."""
    yield rules.policy
    yield from (one.book for one in rules.programmes)


def said(unit: str, before: Any, after: Any) -> tuple[str, str]:
    """Two values as people read them; of two tables or lists, only what differs."""
    several = isinstance(before, list) or isinstance(after, list)
    if unit == "criteria" or not several:  # of criteria, the order is what they say
        return value_words(unit, before), value_words(unit, after)
    one, other = listed(before), listed(after)
    left = [value for value in one if value not in other]
    right = [value for value in other if value not in one]
    return some(unit, left), some(unit, right)


def some(unit: str, values: list[Any]) -> str:
    """Several values; of many bands of a table, the first and the last."""
    if not values:
        return NOTHING
    if len(values) <= FEW or not isinstance(values[0], list):
        return value_words(unit, values)
    held, start = parts_of(unit)
    ends = [(numbers(held, band[1]), numbers(start, band[0])) for band in (values[0], values[-1])]
    (first, low), (last, high) = ends
    return f"{len(values)} escalones: de {first} (desde {low}) a {last} ({high})"


def between(rules: Rulebook, earlier: date, later: date) -> list[Amended]:
    """What the rules of two days say differently, solution by solution."""
    seen: dict[tuple[str, str], Amended] = {}
    for programme in rules.programmes:
        for one in of_programme(rules, programme, earlier, later):
            seen.setdefault((one.file, one.name), one)
    return list(seen.values())


def of_programme(
    rules: Rulebook, programme: Programme, earlier: date, later: date
) -> Iterator[Amended]:
    """The text first; then each parameter that both texts name, where its value differs."""
    texts = [programme.status(day) for day in (earlier, later)]
    known = [text for text in texts if isinstance(text, InForce)]
    if not known:
        return
    words = [standing(text) for text in texts]
    if words[0] != words[1]:
        text = programme.book.parameters["text"]
        yield told(rules, programme.name, text, (words[0], words[1]), known[-1].text.rule)
    named = [dict(programme.book.named(text.version.law)) for text in known]
    for name, parameter in named[0].items():
        if len(named) == 2 and name in named[1] and name not in SERIES:
            file = SHARED if rules.shared.parameters.get(name) is parameter else programme.name
            values = [parameter.at(day).value for day in (earlier, later)]
            one, other = (in_our_units(parameter.unit, value) for value in values)
            if one != other:
                yield amended(rules, file, (parameter, earlier), (parameter, later))


def standing(status: InForce | NotOffered) -> str:
    """Whether there is a text, and which."""
    if not isinstance(status, InForce):
        return "sin regla conocida" if status.begins else "ya no se ofrece"
    name = status.text.value.replace("_", " ")
    if status.unknown:
        return f"«{name}», que no se publicó completo: cuenta como que nadie tiene derecho"
    return f"«{name}»"
