"""How much room words take, before any browser draws them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LINE = 1.38  # line to line, in sizes: no font of ours has a taller box
ASCENT = 1.08  # from the top of a line to where its letters stand, in sizes
BOLD = 1.14  # times the ordinary width, at most

# Thousandths of the size: the wider of Noto Sans and DejaVu Sans, rounded up. Whichever of the
# two a machine has, what is measured here fits; Arial, Roboto and Segoe UI are narrower.
WIDTHS = {
    280: "'ijl",
    320: " ,.J·",
    360: ":;If",
    400: "()-/[\\]t",
    440: "!r¡²³",
    480: '"',
    520: "_`–°“”",
    560: "*?Lcsz|¿",
    600: "Fkvxy",
    640: "$0123456789EPSTYabdeghnopqu{}«»€",
    680: "K",
    720: "ABCRVXZ",
    760: "HNU",
    800: "&DGOQ",
    840: "#+<=>^w~×≥≤−",
    920: "M",
    960: "%",
    1000: "@Wm—…",
}
BY_LETTER = {letter: thousandths for thousandths, group in WIDTHS.items() for letter in group}
UNKNOWN = 1300  # an ideogram or an emoji
FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]")


def clean(words: str) -> str:
    """The words on one line, with nothing that XML forbids."""
    return " ".join(FORBIDDEN.sub("\ufffd", words).split())


def width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide the words are, in px; a little more, never less."""
    thousandths = sum(letter_width(letter) for letter in words)
    return thousandths * size * (BOLD if bold else 1) / 1000


def letter_width(letter: str) -> int:
    """Thousandths of the size; an accent takes no room of its own."""
    if unicodedata.combining(letter):
        return 0
    plain = unicodedata.normalize("NFD", letter)[:1]
    return BY_LETTER.get(letter) or BY_LETTER.get(plain, UNKNOWN)


def widest(lines: Iterable[str], size: float, *, bold: bool = False) -> float:
    """The width of the widest line; zero without lines."""
    return max((width(line, size, bold=bold) for line in lines), default=0.0)


def wrapped(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines that fit the room, broken at spaces; a word longer than a line is broken where it must.
    No words, no lines."""
    lines: list[str] = []
    for word in clean(words).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.extend(pieces(word, room, size, bold=bold))
    return lines


def pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """One word in parts that fit; at least a letter each."""
    parts = [""]
    for letter in word:
        if parts[-1] and width(parts[-1] + letter, size, bold=bold) > room:
            parts.append("")
        parts[-1] += letter
    return parts
