"""How a value of the law reads in Spanish, as its file writes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tequio.core.law_units import in_our_units, parts_of
from tequio.core.lists import CRITERIA, INSURED_EVENTS, PAPERS, PRODUCTS
from tequio.core.spelling import pesos
from tequio.engine.tape.words import SPANISH

UNIT_WORDS = {
    "percent": "%",
    "annual_percent": "% anual",
    "pesos_per_unit": "por unidad",
    "months": "meses",
    "working_days": "días hábiles",
    "times": "veces",
    "ratio": "veces",
    "units": "VSM",
}
CENTS = {"pesos": 2, "pesos_per_unit": 3}  # decimals
ONE = {"meses": "mes", "veces": "vez", "días hábiles": "día hábil"}
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
    "papers": dict(
        zip(
            PAPERS,
            (
                "identificación oficial",
                "estado de cuenta bancario",
                "aviso de suspensión de descuentos",
                "acta de defunción",
                "documento que acredita como beneficiario o heredero",
                "poder notarial",
            ),
            strict=True,
        )
    ),
}


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
