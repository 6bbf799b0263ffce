"""How the law's own entries read in Spanish: citations, kinds of requirement, periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tequio.core.law import Confidence, sources
from tequio.core.lists import SOLUTIONS
from tequio.core.programme import Kind, WhenActive
from tequio.programmes import TITLES

NONE = "—"
MADE = "Hecha por `./tequio law --write docs/solutions` con la ley y el código; no se edita a mano."
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


IN_FORCE = {place: name for place, name in enumerate(SOLUTIONS) if name != "none"}


def link(name: str) -> str:
    """A solution's title, with its page."""
    return f"[{TITLES[name]}]({name}.md)"


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
