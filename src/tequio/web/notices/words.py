"""The texts of notices: numbered versions, the newest is used; first line the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Text:
    """A version of a text, with its places for names in braces."""

    name: str
    version: int
    subject: str
    body: str

    def filled(self, facts: Mapping[str, str]) -> str:
        """Subject and body, one after the other. KeyError for a fact that is missing."""
        return f"{self.subject}\n\n{self.body}".format_map(facts)


@cache
def newest(name: str) -> Text:
    """The newest version of a text."""
    numbers = [int(path.suffixes[0][1:]) for path in HERE.glob(f"{name}.*.txt")]
    version = max(numbers)
    said = (HERE / f"{name}.{version}.txt").read_text(encoding="utf-8")
    subject, _, body = said.partition("\n\n")
    return Text(name, version, subject.strip(), body.strip())
