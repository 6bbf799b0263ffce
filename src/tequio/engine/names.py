"""Whether two spellings name the same person: as a register has it and as a bank has it.

Accents, capitals, hyphens, the order of names and surnames and the usual abbreviations do not
count. Anything else does: a missing surname may be somebody else, and a person decides.
"""

from __future__ import annotations

import re
import unicodedata

PARTICLES = {"DE", "DEL", "LA", "LAS", "LOS", "EL", "Y", "VDA", "VIUDA"}
TITLES = {"SR", "SRA", "SRITA", "LIC", "ING", "DR", "DRA", "PROF", "PROFA"}
WHOLE = 3  # words that both have, before an initial may stand for another
SHORT = {
    "MA": "MARIA",
    "JO": "JOSE",
    "JPH": "JOSE",
    "FCO": "FRANCISCO",
    "FCA": "FRANCISCA",
    "GPE": "GUADALUPE",
    "GDPE": "GUADALUPE",
    "ANT": "ANTONIO",
    "AGTN": "AGUSTIN",
    "RDO": "RICARDO",
    "ROB": "ROBERTO",
    "CARM": "CARMEN",
    "HDEZ": "HERNANDEZ",
    "HDZ": "HERNANDEZ",
    "GLZ": "GONZALEZ",
    "GZZ": "GONZALEZ",
    "GLEZ": "GONZALEZ",
    "GONZ": "GONZALEZ",
    "RDZ": "RODRIGUEZ",
    "RGUEZ": "RODRIGUEZ",
    "MTZ": "MARTINEZ",
    "MTNEZ": "MARTINEZ",
    "FDEZ": "FERNANDEZ",
    "FDZ": "FERNANDEZ",
    "LPZ": "LOPEZ",
    "PZ": "PEREZ",
    "SCHZ": "SANCHEZ",
    "SNCHZ": "SANCHEZ",
    "RMZ": "RAMIREZ",
    "GTZ": "GUTIERREZ",
    "GTRREZ": "GUTIERREZ",
    "VZQ": "VAZQUEZ",
    "VZQZ": "VAZQUEZ",
    "JMZ": "JIMENEZ",
    "DMZ": "DOMINGUEZ",
    "DGUEZ": "DOMINGUEZ",
}


def same_person(one: str, other: str) -> bool:
    """Whether both say the same name; False: a person must decide.

    An initial stands for a name that begins with it where the rest is whole: JUAN C PEREZ LOPEZ is
    Juan Carlos, but J PEREZ LOPEZ may be anybody.
    """
    first, second = words_of(one), words_of(other)
    left, right = remaining(first, second), remaining(second, first)
    if not left and not right:
        return bool(first)
    whole = len(first) - len(left)
    return len(left) == len(right) and whole >= WHOLE and initials_fit(left, right)


def words_of(name: str) -> list[str]:
    """The words of a name that tell people apart, whole, in capitals, without accents."""
    words = re.findall(r"[A-Z]+", unaccented(name).upper())
    return [SHORT.get(w, w) for w in words if w not in PARTICLES | TITLES]


def unaccented(text: str) -> str:
    """Letters alone: Ñ is N, Ü is U."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def remaining(words: list[str], others: list[str]) -> list[str]:
    """Words without a twin in the other name, each twin counted once."""
    left = list(others)
    alone = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            alone.append(word)
    return alone


def initials_fit(some: list[str], others: list[str]) -> bool:
    """Whether each word left is the initial of another, or another is its initial."""
    if not some:
        return True
    word, rest = some[0], some[1:]
    return any(
        initials_fit(rest, others[:at] + others[at + 1 :])
        for at, other in enumerate(others)
        if stands_for(word, other) or stands_for(other, word)
    )


def stands_for(initial: str, word: str) -> bool:
    """Whether it is its first letter."""
    return len(initial) == 1 and word.startswith(initial)
