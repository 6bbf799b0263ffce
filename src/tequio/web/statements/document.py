"""What a statement or a letter says, before it is a page, a print or a sheet: one text for all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from io import BytesIO

import segno

from tequio.core.spelling import pesos


@dataclass(frozen=True, slots=True)
class Amount:
    """Centavos, shown as `$1,234.50` and kept as `1234.50` in a sheet."""

    centavos: int

    @property
    def shown(self) -> str:
        """For people."""
        return pesos(self.centavos, 2)

    @property
    def plain(self) -> str:
        """For programs."""
        return self.shown.replace("$", "").replace(",", "")


Value = Amount | str


def shown(value: Value) -> str:
    """A value for people."""
    return value.shown if isinstance(value, Amount) else value


def plain(value: Value) -> str:
    """A value for programs."""
    return value.plain if isinstance(value, Amount) else value


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; `note` says what it means, in few words."""

    label: str
    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; the first column names its row."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is under it, in this order."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    code: str = ""  # shown as a QR, with these characters beside it


@dataclass(frozen=True, slots=True)
class Document:
    """A statement or a letter. `main` are the figures for who reads nothing else."""

    title: str
    about: tuple[Fact, ...]
    lead: str
    main: tuple[Fact, ...]
    sections: tuple[Section, ...]
    simulated: bool
    folio: str = ""

    def codes(self) -> dict[str, str]:
        """The QR drawings, by what they say."""
        return {s.code: qr(s.code) for s in self.sections if s.code}

    def as_shown(self) -> dict[str, object]:
        """Everything as text, for a template."""
        return {name: spelled(value) for name, value in asdict(self).items()}


def spelled(value: object) -> object:
    """The same with every amount written out."""
    if isinstance(value, dict):
        if value.keys() == {"centavos"}:
            return pesos(value["centavos"], 2)
        return {name: spelled(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(inner) for inner in value]
    return value


def qr(text: str) -> str:
    """A QR as an SVG drawing, dark on white, four modules of quiet around it."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, light="#fff"
    )
    return out.getvalue().decode()
