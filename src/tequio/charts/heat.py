"""A table whose cells are the darker the greater their value: municipality by solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from tequio.charts.amounts import COUNT, Numbers
from tequio.charts.bars import GUTTER, Series, same_length, series_table
from tequio.charts.canvas import Canvas
from tequio.charts.chart import Caption, Chart, drawn
from tequio.charts.palette import Paint
from tequio.charts.shades import shading

TALL = 26.0
EDGE = 3.0  # px between cells
LETTER = 18.0  # px for the letter of a column in its cell
MOST = 120.0  # px, the widest cell


def heat_table(
    caption: Caption,
    dimension: str,
    labels: Sequence[str],
    columns: Sequence[Series],
    numbers: Numbers = COUNT,
) -> Chart:
    """One row for each label and one column for each series, at most 26; every cell is written."""
    if len(columns) > len(ascii_uppercase):
        raise ValueError(f"Caben {len(ascii_uppercase)} columnas y hay {len(columns)}.")
    table = series_table(dimension, same_length(labels, columns), columns, numbers)

    def draw(canvas: Canvas) -> None:
        if labels and columns:
            draw_heat(canvas, labels, columns, numbers)
        else:
            canvas.nothing()

    return drawn(caption, table, draw)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where cells go: from `left`, so many to a line. `lettered`: columns bear letters, since a
    name is too wide; where they take several lines, each cell bears its own."""

    left: float
    wide: float
    to_a_line: int
    columns: int
    lettered: bool

    @property
    def letter_in_cell(self) -> bool:
        """Whether no head stands over its column."""
        return self.to_a_line < self.columns

    def at(self, column: int) -> tuple[float, float]:
        """The corner of a cell, from the top of its row."""
        line, place = divmod(column, self.to_a_line)
        return self.left + place * self.wide, line * TALL

    @property
    def high(self) -> float:
        """How tall a row is."""
        return -(-self.columns // self.to_a_line) * TALL


def draw_heat(
    canvas: Canvas, labels: Sequence[str], columns: Sequence[Series], numbers: Numbers
) -> None:
    """Legend, heads, rows."""
    values = [value for one in columns for value in one.values]
    shades = shading(values)
    canvas.legend(shades.legend(values, numbers))
    beside = [] if canvas.narrow else labels
    gutter = min(canvas.widest(beside), canvas.across * GUTTER)
    names = [canvas.wrapped(label, gutter or canvas.across) for label in labels]
    gutter = max(map(canvas.widest, names)) + 10 if gutter else 0.0
    grid = laid(canvas, gutter, [one.name for one in columns], list(map(numbers.short, values)))
    if not grid.left:
        names = [canvas.wrapped(label, canvas.across) for label in labels]
    draw_heads(canvas, grid, [one.name for one in columns])
    for at, lines in enumerate(names):
        row = [one.values[at] for one in columns]
        draw_row(canvas, grid, lines, [(numbers.short(v), shades.paint(v)) for v in row])


def laid(canvas: Canvas, gutter: float, names: Sequence[str], written: Sequence[str]) -> Grid:
    """The widest grid that fits: beside its labels, else below them, else on several lines."""
    cell, count = max(canvas.widest(written) + 2 * EDGE + 4, 30), len(names)
    if cell * count > canvas.across - gutter:
        gutter = 0.0
    room = canvas.across - gutter
    fit = count
    if cell * count > room:
        cell += LETTER
        fit = max(int(room // cell), 1)
    wide = min(room / fit, max(cell, MOST))
    words = [word for name in names for word in name.split()]
    return Grid(gutter, wide, fit, count, fit < count or canvas.widest(words) > wide - 8)


def draw_heads(canvas: Canvas, grid: Grid, names: Sequence[str]) -> None:
    """Names over their columns; where one does not fit, letters and what they stand for."""
    heads = [canvas.wrapped(name, grid.wide - 8) for name in names]
    if grid.lettered:
        for letter, name in zip(ascii_uppercase, names, strict=False):
            lines = canvas.wrapped(name, canvas.across - 22)
            canvas.say(0, canvas.below, letter, bold=True)
            canvas.say(22, canvas.below, lines)
            canvas.below += max(len(lines), 1) * canvas.row
        canvas.below += 6
        heads = [[letter] for letter in ascii_uppercase[: len(names)]]
    if grid.letter_in_cell:
        return
    deep = max(map(len, heads)) * canvas.row
    for column, lines in enumerate(heads):
        x, _ = grid.at(column)
        top = canvas.below + deep - len(lines) * canvas.row
        canvas.say(x + (grid.wide - EDGE) / 2, top, lines, anchor="middle", bold=grid.lettered)
    canvas.below += deep + 4


def draw_row(
    canvas: Canvas, grid: Grid, lines: Sequence[str], cells: Sequence[tuple[str, Paint]]
) -> None:
    """A name beside its cells, or above them."""
    words = len(lines) * canvas.row
    deep = max(grid.high, words) if grid.left else grid.high
    if grid.left:
        middle = canvas.below + (deep - EDGE - words) / 2
        canvas.say(grid.left - 10, middle, lines, anchor="end")
    else:
        canvas.say(0, canvas.below, lines)
        canvas.below += words + 2
    top = canvas.below + (deep - grid.high) / 2
    for column, (written, paint) in enumerate(cells):
        letter = ascii_uppercase[column] if grid.letter_in_cell else ""
        x, y = grid.at(column)
        draw_cell(canvas, (x, top + y), grid.wide, letter, written, paint)
    canvas.below += deep + (2 if grid.left else 8)


def draw_cell(
    canvas: Canvas,
    corner: tuple[float, float],
    wide: float,
    letter: str,
    written: str,
    paint: Paint,
) -> None:
    """A cell, its letter if any, and its value, on a plate where the ground is not plain."""
    x, y = corner
    canvas.rect(x, y, wide - EDGE, TALL - EDGE, paint)
    middle, top = x + (wide - EDGE) / 2, y + (TALL - EDGE - canvas.row) / 2
    if letter:
        middle += LETTER / 2
        if paint.pattern:
            canvas.plate(x + 3, top, LETTER - 2, canvas.row)
        canvas.say(x + 5, top, letter, bold=True, fill=paint.words)
    if paint.pattern:
        room = canvas.width(written) + 4
        canvas.plate(middle - room / 2, top, room, canvas.row)
    canvas.say(middle, top, written, anchor="middle", fill=paint.words)
