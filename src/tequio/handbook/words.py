"""How the law's own entries read in Spanish: values, citations, kinds of requirement, periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tequio.core.law import Confidence, sources
from tequio.core.law_units import in_our_units, parts_of
from tequio.core.lists import CRITERIA, INSURED_EVENTS, PRODUCTS, SOLUTIONS
from tequio.core.programme import Kind, WhenActive
from tequio.core.spelling import pesos
from tequio.engine.tape.words import SPANISH
from tequio.programmes import REGISTRY

NONE = "—"
MADE = "Hecha por `./tequio law --write docs/solutions` con la ley y el código; no se edita a mano."
UNIT_WORDS = {
    "percent": "%",
    "annual_percent": "% anual",
    "pesos_per_unit": "por unidad",
    "months": "meses",
    "times": "veces",
    "ratio": "veces",
    "units": "VSM",
}
CENTS = {"pesos": 2, "pesos_per_unit": 3}  # decimals
ONE = {"meses": "mes", "veces": "vez"}
NAMES = {  # of each unit that is a closed list: Spanish by the law's own word
    "products": dict(zip(PRODUCTS, SPANISH["product"], strict=True)),
    "events": dict(zip(INSURED_EVENTS, SPANISH["insured_event"], strict=True)),
    "criteria": dict(
        zip(
            CRITERIA,
            ("que alcance", "que termine a tiempo", "lo menos en total", "menos condiciones"),
            strict=True,
        )
    ),
}
FAMILIES = {
    "conversion": "conversión",
    "liquidacion": "liquidación",
    "regularizacion": "regularización",
    "reduccion": "reducción",
    "reestructura": "reestructura",
    "fondo": "fondo",
    "prorroga": "prórroga",
    "congelamiento": "congelamiento",
    "liberacion": "liberación",
    "seguro": "seguro",
    "acuerdo": "acuerdo",
}
KINDS = {
    Kind.NO: "requisito",
    Kind.ASK: "dato que se pide",
    Kind.OPENS: "puerta",
    Kind.UNKNOWN: "regla no publicada",
}
THEN = {
    WhenActive.ALLOWED: "sí",
    WhenActive.CANCEL_FIRST: "cancela",
    WhenActive.REFUSED: "no",
}


TITLES = {programme.name: programme.title for programme in REGISTRY}
IN_FORCE = {place: name for place, name in enumerate(SOLUTIONS) if name != "none"}


def link(name: str) -> str:
    """A solution's title, with its page."""
    return f"[{TITLES[name]}]({name}.md)"


def value_words(unit: str, value: Any) -> str:
    """A value as the file says it, with its unit; a table, whole."""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if unit in NAMES:
        return ", ".join(NAMES[unit][name] for name in listed(value))
    parts = parts_of(unit)
    if len(parts) == 2:
        held, start = parts
        bands = (f"{numbers(start, a)}: {numbers(held, b)}" for a, b in value)
        return f"desde {'; desde '.join(bands)}"
    return numbers(unit, value)


def numbers(unit: str, value: Any) -> str:
    """One number, or the rungs of a ladder."""
    if unit == "day_of_month":
        return f"día {value}"
    word = UNIT_WORDS.get(unit, "")
    several = listed(value)
    word = ONE.get(word, word) if several == [1] else word
    shown = (number(unit, one) for one in several)
    return f"{', '.join(shown)} {word}".strip()


def number(unit: str, value: Any) -> str:
    """Digits as the file has them, money as money."""
    if unit in CENTS:
        return pesos(in_our_units(unit, value), CENTS[unit])
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


def listed(value: Any) -> list[Any]:
    """One or several as several."""
    return value if isinstance(value, list) else [value]


def cited(rule: str, confidence: Confidence, source: str) -> str:
    """A citation in a cell: the rule, how sure, and the key of the source where there is one."""
    key = f" · [{source}](#fuentes)" if source in sources() else f" · {source}"
    return f"{rule} · {confidence.spanish}{key}"


def inside(label: str) -> str:
    """A label within a sentence."""
    return label[:1].lower() + label[1:]


def period(since: date, last: date | None) -> str:
    """From one day to another, or open."""
    return f"{since} a {last}" if last else f"desde {since}"


def cells(*texts: str) -> Sequence[str]:
    """Texts that a Markdown table can hold."""
    return [text.replace("|", "\\|").replace("\n", " ") for text in texts]
