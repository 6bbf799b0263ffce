"""Every solution of the catalogue in one list: its family, its dates, how sure what it states is,
and whether it is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tequio.core.law import Book, Confidence
from tequio.core.programme import Programme
from tequio.handbook.words import NONE, period
from tequio.programmes import NOT_AUTOMATED, REGISTRY, NotAutomated

Span = tuple[date, date | None]  # first and last day; open without a last


@dataclass(frozen=True, slots=True)
class Listing:
    """One line of the registry."""

    name: str
    title: str
    family: str
    spans: Sequence[Span]  # of its texts, joined; none is known of what is not automated
    verified_from: date | None  # the first day that its file answers for
    confidence: Confidence  # the least sure of all that it states ...
    as_unsure: int  # ... how many of its statements are no surer
    statements: int
    automated: bool
    text: str  # what a person must know where nothing is worked out; else empty
    source: str  # of that text

    @property
    def least_sure(self) -> str:
        """The word for it and, of several, of how many statements it is."""
        if self.statements == 1:
            return self.confidence.spanish
        return f"{self.confidence.spanish} ({self.as_unsure} de {self.statements})"

    @property
    def in_force(self) -> str:
        """Its dates, as people read them."""
        return "; ".join(period(*span) for span in self.spans) or NONE


def listings() -> list[Listing]:
    """Those of the registry in its order, then those that nobody can work out."""
    return [*map(of_programme, REGISTRY), *map(of_catalogue, NOT_AUTOMATED)]


def of_programme(programme: Programme) -> Listing:
    """A solution with a law file; Confidence is declared surest first."""
    said = list(confidences(programme.book))
    unsure = max(said, key=list(Confidence).index)
    return Listing(
        programme.name,
        programme.title,
        programme.family,
        spans(programme),
        programme.verified_from,
        unsure,
        said.count(unsure),
        len(said),
        automated=True,
        text="",
        source="",
    )


def of_catalogue(one: NotAutomated) -> Listing:
    """A solution that is agreed or appraised."""
    return Listing(
        one.name,
        one.title,
        one.family,
        (),
        None,
        one.confidence,
        1,
        1,
        automated=False,
        text=one.text,
        source=one.source,
    )


def spans(programme: Programme) -> list[Span]:
    """When it has had a text: texts that follow each other are one span."""
    joined: list[Span] = []
    for _, since, until in programme.periods(programme.book):
        last = until - timedelta(days=1) if until else None
        before = joined[-1] if joined else (since, since)
        if joined and before[1] and before[1] + timedelta(days=1) == since:
            joined[-1] = (before[0], last)
        else:
            joined.append((since, last))
    return joined


def confidences(book: Book) -> Iterator[Confidence]:
    """Of every sentence and every dated value that the file states itself."""
    yield from (rule.confidence for rule in book.rules.values())
    for parameter in book.own.values():
        yield from (value.confidence for value in parameter.history)
