"""What changed and when: the events that no programme states, and the texts that begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tequio.core.errors import LawError
from tequio.core.law import HERE, Confidence, only, parsed, read_confidence
from tequio.core.programme import Programme
from tequio.handbook.words import link
from tequio.programmes import REGISTRY

WHEN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline; `when` is a day, a month or a year."""

    when: str
    says: str
    source: str
    confidence: Confidence


def timeline() -> list[Event]:
    """Oldest first; of one day, what the file of events says goes before the texts."""
    texts = (event for programme in REGISTRY for event in of_texts(programme))
    return sorted([*read_events(), *texts], key=lambda event: event.when)


def read_events() -> list[Event]:
    """The file of events; LawError names the entry that does not hold."""
    return [read_event(entry) for entry in parsed(HERE / "events.toml")["event"]]


def read_event(entry: Mapping[str, str]) -> Event:
    """One entry, with its source and confidence."""
    where = f"events.toml: {entry.get('when', '(sin fecha)')}"
    only(where, entry, {"when", "says", "source", "confidence"})
    if not WHEN.fullmatch(entry["when"]):
        raise LawError(f"{where}: la fecha es un año, un mes o un día, como 2024-06-30.")
    return Event(entry["when"], entry["says"], entry["source"], read_confidence(where, entry))


def of_texts(programme: Programme) -> Iterator[Event]:
    """Each text of a programme as it begins, and its end."""
    for value in programme.book.parameters["text"].history:
        if value.ends:
            what = f"deja de ofrecerse. {value.says}"
        elif value.unknown:
            what = f"texto «{value.value}», cuya regla completa no se publicó."
        else:
            what = f"texto «{value.value}»."
        says = f"{link(programme.name)}: {what}"
        yield Event(value.since.isoformat(), says, value.source, value.confidence)
