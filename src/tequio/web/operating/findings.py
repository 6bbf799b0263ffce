"""What an examination says: one line a thing looked at, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is, as it is printed."""

    OK = "OK"
    WARNING = "AVISO"  # it works today
    FAILURE = "FALLA"  # it does not, or what it says is not to be trusted


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    verdict: Verdict
    found: str
    todo: str = ""  # empty where all is well


Check = Callable[[], Iterator[Finding]]


def ok(what: str, found: str) -> Finding:
    """All is well."""
    return Finding(what, Verdict.OK, found)


def warning(what: str, found: str, todo: str) -> Finding:
    """It works today."""
    return Finding(what, Verdict.WARNING, found, todo)


def failure(what: str, found: str, todo: str) -> Finding:
    """It does not work."""
    return Finding(what, Verdict.FAILURE, found, todo)
