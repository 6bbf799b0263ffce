"""A statement or a letter as PDF/UA-1, with our own letters and no others."""

from __future__ import annotations

import json
import os
import unicodedata
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from tequio.web.statements.document import Document

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARD = ["ua-1"]
NEVER_DATED = 0  # seconds since 1970: the same document is the same bytes
# What the letters in `fonts` cover: first and last, as `fonts/README.md` says.
COVERED = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2BC, 0x2BC),
    (0x2010, 0x2015),
    (0x2018, 0x201D),
    (0x2022, 0x2022),
    (0x2026, 0x2026),
    (0x20AC, 0x20AC),
    (0xA78B, 0xA78C),
)
UNKNOWN = "?"
ONE_AT_A_TIME = Lock()  # Typst takes no second document while it lays one out; it uses all cores
PRINTED_IN: set[int] = set()  # the process that has printed, or a forked one's parent


def as_pdf(document: Document) -> bytes:
    """The print; a text that lacks its title or a picture its words does not compile."""
    codes = list(document.codes().values())
    said = json.dumps(in_our_letters(document.as_shown()), ensure_ascii=False)
    inputs = {"document": said, "qr": codes[0] if codes else ""}
    with ONE_AT_A_TIME:
        made = compiler(os.getpid()).compile(
            sys_inputs=inputs, pdf_standards=STANDARD, timestamp=NEVER_DATED
        )
    assert isinstance(made, bytes), "one document, one PDF"
    return made


def in_our_letters(value: object) -> object:
    """Every text of a document, as it can be printed."""
    if isinstance(value, dict):
        return {name: in_our_letters(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_our_letters(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value


def printable(text: str) -> str:
    """The text in letters that there are: a name in others loses its marks, never the whole sheet
    (PDF/UA refuses a letter that it cannot show)."""
    return "".join(letter if covered(letter) else nearest(letter) for letter in text)


def covered(letter: str) -> bool:
    """Whether our fonts have it."""
    return any(first <= ord(letter) <= last for first, last in COVERED)


def nearest(letter: str) -> str:
    """The letters it is made of that we have, or a question mark."""
    kept = "".join(part for part in unicodedata.normalize("NFKD", letter) if covered(part))
    return kept or UNKNOWN


@cache
def compiler(process: int) -> typst.Compiler:
    """One for a whole process: fonts and template are read once.

    RuntimeError in a process that was forked from one that has printed: Typst's threads are not
    there, and it would wait for them for ever.
    """
    if PRINTED_IN and process not in PRINTED_IN:
        raise RuntimeError("forked from a process that has printed: start a new one instead")
    PRINTED_IN.add(process)
    return typst.Compiler(
        input=HERE / "print.typ", root=HERE, font_paths=letters(), ignore_system_fonts=True
    )


def letters() -> typst.Fonts:
    """Noto Sans from beside this file; neither the system's fonts nor the library's."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
