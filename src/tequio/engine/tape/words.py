"""What people write for yes, no and the names of our closed lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from tequio.core.loan import facts

YES = frozenset({"si", "s", "yes", "y", "true", "verdadero", "1"})
NO = frozenset({"no", "n", "false", "falso", "0"})

# One Spanish name for each code, in the order of its list.
SPANISH: Mapping[str, tuple[str, ...]] = {
    "product": (
        "crédito infonavit",
        "cofinavit",
        "infonavit total",
        "infonavit total ag",
        "mejoravit",
        "arrendavit",
        "tu casa es posible",
        "construyo",
        "crediterreno",
        "segundo crédito",
        "cumplir cuenta",
        "fideicomiso",
        "pago de pasivos",
        "unamos créditos",
        "de otra institución",
    ),
    "active_solution": (
        "ninguna",
        "solución a tu medida",
        "dictamen de capacidad de pago",
        "nivela tu pago",
        "borrón y cuenta nueva",
        "apoyo a jubilados",
        "fondo de protección de pagos",
        "prórroga",
        "estudio socioeconómico",
        "paro técnico",
        "apoyo solidario",
        "autoseguro",
    ),
    "solution_gap": (
        "a la mensualidad",
        "al interés",
        "se capitaliza",
        "sin interés",
        "se libera al terminar",
    ),
    "sex": ("no se sabe", "mujer", "hombre"),
    "regime": ("ROA", "REA", "EXT"),
    "insured_event": (
        "ninguno",
        "fallecimiento",
        "incapacidad total permanente",
        "invalidez definitiva",
        "incapacidad parcial permanente",
    ),
}

# Other usual ways. A bare M is woman (mujer) in some tapes, man (masculino) in others: a map says.
ALSO: Mapping[str, Mapping[str, int]] = {
    "sex": {
        "f": 1,
        "femenino": 1,
        "female": 1,
        "h": 2,
        "masculino": 2,
        "male": 2,
        "desconocido": 0,
    },
    "regime": {"nomina": 0, "directo": 1, "prorroga": 2},
    "active_solution": {"no": 0},
    "product": {"otra_institucion": 14},
    "insured_event": {"no": 0, "muerte": 1, "defuncion": 1, "invalidez": 3},
}


def plain(text: str) -> str:
    """Lower case, without accents, words joined by one underscore."""
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s_\-.]+", "_", bare)


@cache
def codes(column: str) -> Mapping[str, int]:
    """Every accepted word of a code column, and the position that it stands for."""
    names = facts()[column][1].codes
    known = {plain(word): at for at, word in enumerate(SPANISH[column])}
    known |= {plain(name): at for at, name in enumerate(names)}
    return known | dict(ALSO.get(column, {}))


def yes_or_no(text: str) -> bool | None:
    """True, False, or None when it is neither."""
    word = plain(text)
    return True if word in YES else False if word in NO else None
