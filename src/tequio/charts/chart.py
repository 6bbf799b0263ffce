"""A chart: what it shows, drawn for a screen and for a phone, with its figures in a table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from html import escape
from importlib.resources import files

from tequio.charts.canvas import Canvas
from tequio.charts.text import clean

WIDE, WIDE_SIZE = 560, 14  # px: at the 480 where it is first shown, words are still 12
NARROW, NARROW_SIZE = 272, 13  # px: on a screen of 320, words are still 12
KEY = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What a chart shows, in the reader's words.

    `key` names the chart in its page (`elegibles-por-solucion`) and must be unique there.
    `units` in plural and lower case: "acreditados", "pesos", "% de las cuentas".
    `note` is said under the units: a source, "datos simulados".
    """

    key: str
    title: str
    description: str
    units: str
    cut_off: str
    note: str = ""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ValueError(f"«{self.key}» no sirve de clave: use letras minúsculas, cifras y -.")


@dataclass(frozen=True)
class Table:
    """The figures that a chart draws, as text; the first cell of a row names it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self, caption: str) -> str:
        """An HTML table."""
        head = "".join(f'<th scope="col">{said(name)}</th>' for name in self.header)
        body = "".join(
            f'<tr><th scope="row">{said(row[0])}</th>'
            + "".join(f"<td>{said(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return (
            f"<table><caption>{said(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


@dataclass(frozen=True, kw_only=True)
class Chart(Caption):
    """A caption with its drawings and its table. `svg` stands alone, in a page or a PDF."""

    svg: str
    narrow_svg: str
    table: Table

    def html(self) -> str:
        """A figure with the two drawings, of which `stylesheet()` shows one, and the table."""
        below = " · ".join(said(part) for part in (self.units, self.cut_off, self.note) if part)
        named = ", ".join(part for part in (self.title, self.units, self.cut_off) if part)
        return (
            f'<figure class="tequio-chart" id="{self.key}"><figcaption>'
            f'<span class="tequio-chart-title">{said(self.title)}</span> '
            f'<span class="tequio-chart-units">{below}</span></figcaption>'
            f"{self.svg}{self.narrow_svg}"
            f"{self.details(named) if self.table.rows else ''}</figure>"
        )

    def details(self, named: str) -> str:
        """The table, folded away; the keyboard reaches it where it scrolls."""
        return (
            "<details><summary>Ver los datos en una tabla</summary>"
            '<div class="tequio-chart-scroll" role="region" tabindex="0" '
            f'aria-label="Tabla: {said(self.title)}">{self.table.html(named)}</div></details>'
        )


def drawn(caption: Caption, table: Table, draw: Callable[[Canvas], None]) -> Chart:
    """The chart that `draw` draws, once for each width."""
    given = {field.name: getattr(caption, field.name) for field in fields(Caption)}
    svgs = []
    for of, across, size in (("wide", WIDE, WIDE_SIZE), ("narrow", NARROW, NARROW_SIZE)):
        canvas = Canvas(caption.key, of, across, size)
        draw(canvas)
        svgs.append(canvas.svg(caption.title, caption.description))
    return Chart(**given, svg=svgs[0], narrow_svg=svgs[1], table=table)


def said(words: str) -> str:
    """Words as HTML."""
    return escape(clean(words))


@cache
def stylesheet() -> str:
    """The CSS that `Chart.html()` needs, for a file or a page's own style element."""
    return files("tequio.charts").joinpath("charts.css").read_text(encoding="utf-8")
