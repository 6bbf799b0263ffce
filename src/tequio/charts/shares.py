"""Bars of one length, cut into the shares of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tequio.charts.amounts import COUNT, NO_DATA, PERCENT, Absent, Numbers, Value, measured
from tequio.charts.bars import GUTTER, SPACE, STUB, Series, paints_of, same_length
from tequio.charts.canvas import Canvas
from tequio.charts.chart import Caption, Chart, Table, drawn
from tequio.charts.palette import ABSENT, SOFT, Paint

NO_CASES = Absent("sin casos")
Shares = tuple[Decimal, ...] | Absent  # percentage points of the whole, one a series
WHOLE_PERCENT = Numbers(suffix=" %")  # upon the bars; the table has tenths
THICK = 26.0


def stacked_bars(
    caption: Caption,
    dimension: str,
    labels: Sequence[str],
    series: Sequence[Series],
    numbers: Numbers = COUNT,
) -> Chart:
    """One bar for each label, cut by series. Where a part is missing, so is the whole."""
    paints = paints_of(series)
    wholes = [
        shares_of([one.values[at] for one in series])
        for at, _ in enumerate(same_length(labels, series))
    ]

    def draw(canvas: Canvas) -> None:
        if not labels or not series:
            canvas.nothing()
            return
        canvas.legend([(paint, one.name) for paint, one in paints])
        room = canvas.across * (1 if canvas.narrow else GUTTER)
        lines = [canvas.wrapped(label, room) for label in labels]
        left = 0 if canvas.narrow else max(map(canvas.widest, lines)) + 10
        for name, whole in zip(lines, wholes, strict=True):
            draw_label(canvas, left, name)
            draw_whole(canvas, left, whole, [paint for paint, _ in paints])
            canvas.below += max(0, len(name) * canvas.row - THICK) / 2 if left else 0
            canvas.below += SPACE

    return drawn(caption, share_table(dimension, labels, series, wholes, numbers), draw)


def shares_of(values: Sequence[Value]) -> Shares:
    """Percentage points. ValueError for a part below zero, which is no share."""
    numbers = [measured(value) for value in values]
    known = [Decimal(str(number)) for number in numbers if number is not None]
    if any(number < 0 for number in known):
        raise ValueError("Una parte de un total no puede ser negativa: use barras agrupadas.")
    if len(known) < len(numbers):
        return next((value for value in values if isinstance(value, Absent)), NO_DATA)
    whole = sum(known, Decimal(0))
    return tuple(100 * part / whole for part in known) if whole else NO_CASES


def share_table(
    dimension: str,
    labels: Sequence[str],
    series: Sequence[Series],
    wholes: Sequence[Shares],
    numbers: Numbers,
) -> Table:
    """Each part beside its share."""
    header = [name for one in series for name in (one.name, f"{one.name} (%)")]
    rows = []
    for at, (label, whole) in enumerate(zip(labels, wholes, strict=True)):
        cells = [label]
        for number, one in enumerate(series):
            share = whole if isinstance(whole, Absent) else float(whole[number])
            cells += [numbers.full(one.values[at]), PERCENT.full(share)]
        rows.append(tuple(cells))
    return Table((dimension, *header), tuple(rows))


def draw_label(canvas: Canvas, left: float, lines: Sequence[str]) -> None:
    """The label above its bar, or beside the middle of it."""
    if not left:
        canvas.say(0, canvas.below, lines)
        canvas.below += len(lines) * canvas.row + 2
        return
    words = len(lines) * canvas.row
    canvas.below += max(0, words - THICK) / 2
    canvas.say(left - 10, canvas.below + (THICK - words) / 2, lines, anchor="end")


def draw_whole(canvas: Canvas, left: float, whole: Shares, paints: Sequence[Paint]) -> None:
    """A bar of all parts, each with its share where that fits."""
    y = canvas.below
    canvas.below += THICK
    middle = y + (THICK - canvas.row) / 2
    if isinstance(whole, Absent):
        canvas.rect(left, y + 5, STUB, THICK - 10, ABSENT)
        canvas.say(left + STUB + 6, middle, whole.word, fill=SOFT)
        return
    x = left
    for share, paint in zip(whole, paints, strict=True):
        wide = float(share) * (canvas.across - left) / 100
        if share:
            canvas.rect(x, y, max(wide, 1.5), THICK, paint)
        words = WHOLE_PERCENT.short(float(share))
        room = canvas.width(words) + 4
        if wide > room + 2:
            if paint.pattern:
                canvas.plate(x + (wide - room) / 2, middle, room, canvas.row)
            canvas.say(x + wide / 2, middle, words, anchor="middle", fill=paint.words)
        x += wide
