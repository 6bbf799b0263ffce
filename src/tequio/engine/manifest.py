"""What a run was made of and what it made: enough to repeat it, and to tell two runs apart."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tequio.engine.drafts import whole
from tequio.engine.portfolio import Portfolio

PACKAGE = Path(__file__).parent.parent
RULES = ("core", "programmes", "engine")  # what decides the figures of a run
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Identity:
    """Two runs with the same identity write the same bytes."""

    as_of: str
    input_sha256: str
    rows: int
    row_groups: int
    simulated: bool
    origin: str
    law_sha256: str  # every value, date, source and sentence of every programme
    code_sha256: str  # every file of core, programmes and engine

    @property
    def run(self) -> str:
        """A short name for the run, written into each of its parts."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def identity(portfolio: Portfolio, as_of: date, law_sha256: str) -> Identity:
    """The identity of evaluating a portfolio on a day with the code at hand."""
    about = portfolio.about
    return Identity(
        as_of.isoformat(),
        input_sha256(portfolio),
        portfolio.rows,
        portfolio.row_groups,
        about.simulated,
        about.origin,
        law_sha256,
        code_sha256(),
    )


def input_sha256(portfolio: Portfolio) -> str:
    """The hash of a portfolio's file; of a folder, that of its files' names and hashes."""
    if not portfolio.path.is_dir():
        return sha256(portfolio.path)
    digest = hashlib.sha256()
    for file in portfolio.files:
        name = file.relative_to(portfolio.path).as_posix()
        digest.update(f"{sha256(file)}  {name}\n".encode())
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """The hash of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


@cache
def code_sha256(rooms: tuple[str, ...] = RULES) -> str:
    """The hash of the code that decides the figures."""
    digest = hashlib.sha256()
    for path in sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """A JSON file, whole under its name or not at all."""
    with whole(path) as draft:
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def described(identity: Identity) -> dict[str, Any]:
    """The identity as it is written."""
    return {"run": identity.run, **asdict(identity)}
