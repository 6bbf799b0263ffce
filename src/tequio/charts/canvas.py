"""An SVG in the making: shapes and words, in px of its own width."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import sqrt

from tequio.charts.palette import INK, PAPER, SOFT, Paint, Stroke
from tequio.charts.text import ASCENT, LINE, clean, widest, width, wrapped

FONTS = "system-ui, 'Noto Sans', sans-serif"
Point = tuple[float, float]


def px(number: float) -> str:
    """A coordinate; tenths are finer than any screen."""
    digits = f"{number:.1f}".removesuffix(".0")
    return "0" if digits == "-0" else digits


class Canvas:
    """Collects marks from top to bottom; `below` is where the next may begin.

    `of` is "wide" or "narrow"; words are `size` px tall in a drawing `across` px wide.
    """

    def __init__(self, key: str, of: str, across: float, size: float) -> None:
        self.name = f"{key}-{of}"
        self.of, self.across, self.size = of, across, size
        self.row = size * LINE
        self.below = 0.0
        self.patterns: dict[str, str] = {}
        self.marks: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for a phone."""
        return self.of == "narrow"

    # -- words ---------------------------------------------------------------------------------

    def width(self, words: str, *, bold: bool = False) -> float:
        """How wide the words will be."""
        return width(words, self.size, bold=bold)

    def widest(self, lines: Sequence[str]) -> float:
        """How wide the widest of the lines will be."""
        return widest(lines, self.size)

    def wrapped(self, words: str, room: float, *, bold: bool = False) -> list[str]:
        """The words in lines that fit the room."""
        return wrapped(words, room, self.size, bold=bold)

    def say(
        self,
        x: float,
        top: float,
        lines: str | Sequence[str],
        *,
        anchor: str = "start",
        fill: str = INK,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Lines of words, the first just under `top`."""
        look = f'font-size="{px(self.size)}" fill="{fill}"'
        look += f' text-anchor="{anchor}"' if anchor != "start" else ""
        look += ' font-weight="600"' if bold else ""
        if halo:
            look += f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round"'
            look += ' paint-order="stroke"'
        for number, line in enumerate([lines] if isinstance(lines, str) else lines):
            y = top + self.size * ASCENT + self.row * number
            if words := clean(line):
                self.marks.append(f'<text x="{px(x)}" y="{px(y)}" {look}>{escape(words)}</text>')

    def nothing(self) -> None:
        """What an empty chart says."""
        self.say(0, self.below, "No hay datos que mostrar.", fill=SOFT)
        self.below += self.row

    # -- shapes --------------------------------------------------------------------------------

    def rect(self, x: float, y: float, wide: float, high: float, paint: Paint) -> None:
        """A bar or a cell; its edge is drawn inside."""
        wide, high = max(wide - 1, 0.5), max(high - 1, 0.5)
        self.marks.append(
            f'<rect x="{px(x + 0.5)}" y="{px(y + 0.5)}" width="{px(wide)}" height="{px(high)}" '
            f"{self.painted(paint)}/>"
        )

    def plate(self, x: float, y: float, wide: float, high: float) -> None:
        """A white ground for words upon a pattern."""
        self.marks.append(
            f'<rect x="{px(x)}" y="{px(y)}" width="{px(wide)}" height="{px(high)}" rx="3" '
            f'fill="{PAPER}"/>'
        )

    def line(self, begin: Point, end: Point, colour: str, thick: float = 1, dash: str = "") -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        (x1, y1), (x2, y2) = begin, end
        self.marks.append(
            f'<line x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}" '
            f'stroke="{colour}" stroke-width="{px(thick)}"{dashed}/>'
        )

    def course(self, points: Sequence[Point], stroke: Stroke) -> None:
        """A line through points."""
        dashed = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
        self.marks.append(
            f'<path d="{path(points)}" fill="none" stroke="{stroke.colour}" stroke-width="2.4" '
            f'stroke-linejoin="round"{dashed}/>'
        )

    def area(self, points: Sequence[Point], paint: Paint) -> None:
        """A closed shape."""
        self.marks.append(f'<path d="{path(points)}Z" {self.painted(paint)}/>')

    def circle(self, at: Point, radius: float, paint: Paint) -> None:
        """A disc."""
        self.marks.append(
            f'<circle cx="{px(at[0])}" cy="{px(at[1])}" r="{px(radius)}" {self.painted(paint)}/>'
        )

    def point(self, at: Point, stroke: Stroke) -> None:
        """A mark on a line, of the line's own shape."""
        (x, y), r = at, 3.6
        corners = {
            "square": [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
            "triangle": [(x, y - r * 1.3), (x + r * sqrt(1.7), y + r), (x - r * sqrt(1.7), y + r)],
            "diamond": [(x, y - r * 1.4), (x + r * 1.4, y), (x, y + r * 1.4), (x - r * 1.4, y)],
        }
        if stroke.point == "cross":
            self.cross(at, stroke.colour)
        elif stroke.point == "circle":
            self.circle(at, r, Paint("", stroke.colour, PAPER))
        else:
            self.area(corners[stroke.point], Paint("", stroke.colour, PAPER))

    def cross(self, at: Point, colour: str) -> None:
        """An × ."""
        (x, y), r = at, 3.2
        self.line((x - r, y - r), (x + r, y + r), colour, 1.8)
        self.line((x - r, y + r), (x + r, y - r), colour, 1.8)

    def painted(self, paint: Paint) -> str:
        """The attributes of a paint; a pattern is defined once a drawing."""
        fill = paint.fill
        if paint.pattern:
            name = f"{self.name}-{paint.name}"
            fill = f"url(#{name})"
            self.patterns[name] = (
                f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{paint.fill}"/><g fill="none" '
                f'stroke="{paint.edge}" stroke-width="1.3">{paint.pattern}</g></pattern>'
            )
        dashed = f' stroke-dasharray="{paint.dash}"' if paint.dash else ""
        return f'fill="{fill}" stroke="{paint.edge}"{dashed}'

    # -- the whole -----------------------------------------------------------------------------

    def legend(self, items: Sequence[tuple[Paint | Stroke, str]]) -> None:
        """Samples with their names, as many to a row as fit."""
        x, y, deep = 0.0, self.below, 0.0
        for look, name in items:
            sample = self.size if isinstance(look, Paint) else 30.0
            lines = self.wrapped(name, self.across - sample - 6)
            wide = sample + 6 + self.widest(lines)
            if x and x + wide > self.across:
                x, y, deep = 0.0, y + deep, 0.0
            self.sample(x, y, look, sample)
            self.say(x + sample + 6, y, lines)
            deep = max(deep, len(lines) * self.row + 3)
            x += wide + 16
        self.below = y + deep + 6

    def sample(self, x: float, y: float, look: Paint | Stroke, wide: float) -> None:
        """A piece of a bar, or of a line with its point."""
        middle = y + self.row / 2
        if isinstance(look, Paint):
            self.rect(x, middle - wide / 2, wide, wide, look)
        else:
            self.course([(x, middle), (x + wide, middle)], look)
            self.point((x + wide / 2, middle), look)

    def svg(self, title: str, description: str) -> str:
        """The drawing, down to `below`."""
        defs = f"<defs>{''.join(self.patterns.values())}</defs>" if self.patterns else ""
        high = px(self.below + 2)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tequio-chart-{self.of}" '
            f'viewBox="0 0 {px(self.across)} {high}" width="{px(self.across)}" height="{high}" '
            f'role="img" aria-labelledby="{self.name}-title {self.name}-desc" '
            f'font-family="{FONTS}"><title id="{self.name}-title">{escape(clean(title))}</title>'
            f'<desc id="{self.name}-desc">{escape(clean(description))}</desc>'
            f"{defs}{''.join(self.marks)}</svg>"
        )


def path(points: Sequence[Point]) -> str:
    """A path through points."""
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)
