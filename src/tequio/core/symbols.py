"""The same rule over text: prints its formula for the public, or runs as SQL for an auditor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from tequio.core.columns import Codes, Column
from tequio.core.loan import Loan
from tequio.core.offer import Offer
from tequio.core.programme import InForce, Requirement

INFIX = {
    "__add__": "+",
    "__sub__": "-",
    "__ge__": ">=",
    "__gt__": ">",
    "__le__": "<=",
    "__lt__": "<",
    "__eq__": "=",
    "__ne__": "<>",
    "__and__": "AND",
    "__or__": "OR",
}


class Symbol:
    """Text in place of a column. Any primitive prints as a function of the same name."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.text = text

    def __bool__(self) -> bool:
        raise TypeError("a symbol has no truth value")

    def __neg__(self) -> Symbol:
        return Symbol(f"(-{self.text})")

    def __invert__(self) -> Symbol:
        return Symbol(f"(NOT {self.text})")

    def choose(self, yes: object, no: object) -> Symbol:
        """What `where` prints."""
        return Symbol(f"CASE WHEN {self.text} THEN {show(yes)} ELSE {show(no)} END")

    def __getattr__(self, primitive: str) -> Callable[..., Symbol]:
        def call(*given: object, **named: object) -> Symbol:
            """The primitive's name and what it was given."""
            parts = [self.text, *map(show, given), *map(show, named.values())]
            return Symbol(f"{primitive}({', '.join(filter(None, parts))})")

        return call


def infix(sign: str) -> Callable[[Symbol, object], Symbol]:
    """The method that prints an operator; adding nothing prints nothing."""

    def combine(left: Symbol, right: object) -> Symbol:
        """Both sides in brackets."""
        if sign in "+-" and show(right) == "0":
            return left
        return Symbol(f"({left.text} {sign} {show(right)})")

    return combine


for method, sign in INFIX.items():
    setattr(Symbol, method, infix(sign))


def show(argument: object) -> str:
    """An argument as text: a symbol, a rounding, or a constant or a list of codes of the rule."""
    if isinstance(argument, Symbol):
        return argument.text
    if isinstance(argument, Enum):
        return f"'{argument.value}'"
    if isinstance(argument, Codes):
        return ", ".join(str(code) for code in argument.chosen.tolist())
    assert isinstance(argument, Column), f"{argument!r} is no column"
    assert len(argument) == 1, "only constants are printed"
    return str(int(argument.values[0]))


def symbols_of(record: type[Any], prefix: str) -> dict[str, Any]:
    """A symbol for each field of a record of columns."""
    return {field.name: Symbol(f"{prefix}.{field.name}") for field in fields(record)}


def symbolic(rules: InForce) -> tuple[Offer, tuple[Requirement, ...]]:
    """The quote and the requirements of a version, over text."""
    loan = Loan(**symbols_of(Loan, "loan"))
    law = rules.version.law(**symbols_of(rules.version.law, "law"))
    offer = rules.version.quote(loan, law)
    return offer, replace(rules, law=law).requirements(loan, offer)


def formulas(rules: InForce, *, nested: bool = False) -> dict[str, str]:
    """Each requirement and each step of the working; unless nested, a step names earlier ones."""
    offer, requirements = symbolic(rules)
    met = {r.name: show(r.met) for r in requirements}
    steps = {name: show(step) for name, step in offer.working.items()}
    if nested:
        return met | steps
    return by_name(today(offer), met) | by_name(today(offer), steps)


def today(offer: Offer) -> list[tuple[str, str]]:
    """The terms before, under names of their own."""
    terms = {f"today.{f.name}": show(getattr(offer.before, f.name)) for f in fields(offer.before)}
    return [(name, text) for name, text in terms.items() if "(" in text or "CASE" in text]


def by_name(known: list[tuple[str, str]], steps: dict[str, str]) -> dict[str, str]:
    """Each text with the texts of earlier ones replaced by their names, the latest first."""
    short: dict[str, str] = {}
    for step, text in steps.items():
        short[step] = text
        for name, whole in reversed(known):
            short[step] = short[step].replace(whole, name)
        if "(" in text:
            known = [*known, (step, text)]
    return short


def columns_read(rules: InForce) -> set[str]:
    """The loan's columns that a version reads, anywhere in its text."""
    return {name for text in all_texts(rules) for name in re.findall(r"loan\.(\w+)", text)}


def parameters_read(rules: InForce) -> set[str]:
    """The same, of the law's parameters."""
    return {name for text in all_texts(rules) for name in re.findall(r"law\.(\w+)", text)}


def all_texts(rules: InForce) -> list[str]:
    """Every symbol of a version's quote and of its requirements."""
    offer, requirements = symbolic(rules)
    return [*texts_of(offer), *(t for r in requirements for t in texts_of(r))]


def texts_of(thing: object) -> Iterator[str]:
    """Every symbol inside a record, a mapping or a tuple."""
    if isinstance(thing, Symbol):
        yield thing.text
    elif is_dataclass(thing) and not isinstance(thing, Column):
        for field in fields(thing):
            yield from texts_of(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts_of(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from texts_of(value)


def as_sql(rules: InForce) -> str:
    """One SELECT over the tables `loan` and `law`, for an auditor who defines the primitives once.

    Every requirement is a column that is true where met; every step is a column in our units.
    """
    texts = formulas(rules, nested=True)
    columns = ",\n".join(f'  {text} AS "{name}"' for name, text in texts.items())
    primitives = sorted({word for text in texts.values() for word in re.findall(r"(\w+)\(", text)})
    return (
        f"-- {rules.programme.title}, texto vigente el {rules.day}\n"
        f"-- primitivas: {', '.join(primitives)}\n"
        f"SELECT loan.credit,\n{columns}\nFROM loan CROSS JOIN law;\n"
    )
