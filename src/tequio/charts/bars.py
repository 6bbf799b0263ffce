"""Bars that lie or stand, one series or several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tequio.charts.amounts import COUNT, Numbers, Value, measured
from tequio.charts.canvas import Canvas
from tequio.charts.chart import Caption, Chart, Table, drawn
from tequio.charts.palette import ABSENT, BELOW, PARTS, SOFT, Paint
from tequio.charts.scale import Scale, scale

Entries = Sequence[tuple[str, Value]]
STUB = 14.0  # px of the dashed box in place of a bar without a value
THICK = 20.0
HIGH = 200.0
SPACE = 9.0  # px between the bars of one label and the next
GUTTER = 0.36  # of the width, at most, for labels


@dataclass(frozen=True)
class Series:
    """One value for each label of a chart. A warning is drawn in maroon."""

    name: str
    values: Sequence[Value]
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one label: each with its paint, its own name (if any) and its value."""

    label: str
    bars: tuple[tuple[Paint, str, Value], ...]


def horizontal_bars(
    caption: Caption, dimension: str, entries: Entries, numbers: Numbers = COUNT
) -> Chart:
    """One lying bar for each label. `dimension` names the labels: "Municipio"."""
    groups = alone(entries)
    return drawn(
        caption,
        entry_table(caption, dimension, entries, numbers),
        lambda canvas: draw_groups(canvas, groups, numbers),
    )


def vertical_bars(
    caption: Caption, dimension: str, entries: Entries, numbers: Numbers = COUNT
) -> Chart:
    """One standing bar for each label; where labels or figures do not fit, the bars lie."""
    groups = alone(entries)

    def draw(canvas: Canvas) -> None:
        columns = standing(canvas, entries, numbers)
        if columns is None:
            draw_groups(canvas, groups, numbers)
        else:
            draw_columns(canvas, columns)

    return drawn(caption, entry_table(caption, dimension, entries, numbers), draw)


def grouped_bars(
    caption: Caption,
    dimension: str,
    labels: Sequence[str],
    series: Sequence[Series],
    numbers: Numbers = COUNT,
) -> Chart:
    """Several bars for each label, one a series (at most eight)."""
    paints = paints_of(series)
    groups = [
        Group(label, tuple((paint, one.name, one.values[at]) for paint, one in paints))
        for at, label in enumerate(same_length(labels, series))
    ]

    def draw(canvas: Canvas) -> None:
        if not canvas.narrow and labels:
            canvas.legend([(paint, one.name) for paint, one in paints])
        draw_groups(canvas, groups, numbers)

    return drawn(caption, series_table(dimension, labels, series, numbers), draw)


# -- what is shown -----------------------------------------------------------------------------


def alone(entries: Entries) -> list[Group]:
    """Groups of one bar, which needs no name."""
    return [Group(label, ((PARTS[0], "", value),)) for label, value in entries]


def paints_of(series: Sequence[Series]) -> list[tuple[Paint, Series]]:
    """A paint for each series. ValueError for more than there are."""
    if len(series) > len(PARTS):
        raise ValueError(f"Caben {len(PARTS)} series y hay {len(series)}: reúna las menores.")
    return list(zip(PARTS, series, strict=False))


def same_length(labels: Sequence[str], series: Sequence[Series]) -> Sequence[str]:
    """The labels. ValueError for a series with more or fewer values."""
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(
                f"La serie «{one.name}» trae {len(one.values)} valores y hay {len(labels)} "
                "etiquetas: use None donde falte el dato."
            )
    return labels


def entry_table(caption: Caption, dimension: str, entries: Entries, numbers: Numbers) -> Table:
    """The table of one series."""
    rows = tuple((label, numbers.full(value)) for label, value in entries)
    return Table((dimension, caption.units[:1].upper() + caption.units[1:]), rows)


def series_table(
    dimension: str, labels: Sequence[str], series: Sequence[Series], numbers: Numbers
) -> Table:
    """The table of several series."""
    rows = tuple(
        (label, *(numbers.full(one.values[at]) for one in series))
        for at, label in enumerate(labels)
    )
    return Table((dimension, *(one.name for one in series)), rows)


# -- lying bars --------------------------------------------------------------------------------


def draw_groups(canvas: Canvas, groups: Sequence[Group], numbers: Numbers) -> None:
    """All bars on one scale: beside their labels, or below them on a phone."""
    values = [value for group in groups for _, _, value in group.bars]
    if not values:
        canvas.nothing()
    elif canvas.narrow:
        reach = scale(map(measured, values), 1, canvas.across - 1)
        for group in groups:
            draw_below_label(canvas, group, reach, numbers)
    else:
        draw_beside_labels(canvas, groups, values, numbers)


def draw_below_label(canvas: Canvas, group: Group, reach: Scale, numbers: Numbers) -> None:
    """Label and value on a line, the bar under it, as wide as the screen."""
    several = any(name for _, name, _ in group.bars)
    if several:
        lines = canvas.wrapped(group.label, canvas.across, bold=True)
        canvas.say(0, canvas.below, lines, bold=True)
        canvas.below += len(lines) * canvas.row + 2
    for paint, name, value in group.bars:
        words = numbers.short(value)
        room = canvas.across - canvas.width(words, bold=True) - 10
        lines = canvas.wrapped(name if several else group.label, room)
        canvas.say(0, canvas.below, lines)
        look = {"bold": True} if measured(value) is not None else {"fill": SOFT}
        canvas.say(canvas.across, canvas.below, words, anchor="end", **look)
        canvas.below += max(len(lines), 1) * canvas.row + 2
        draw_bar(canvas, reach, value, paint, THICK * 0.7)
        canvas.below += THICK * 0.7 + 8
    canvas.below += 8 if several else 2


def draw_beside_labels(
    canvas: Canvas, groups: Sequence[Group], values: Sequence[Value], numbers: Numbers
) -> None:
    """Labels at the left, bars at their right, each value at the end of its bar."""
    gutter = min(canvas.widest([group.label for group in groups]), canvas.across * GUTTER)
    labels = [canvas.wrapped(group.label, gutter) for group in groups]
    gutter = max(canvas.widest(lines) for lines in labels) + 10
    below = [numbers.short(value) for value in values if (measured(value) or 0) < 0]
    above = [numbers.short(value) for value in values if (measured(value) or 0) >= 0]
    left = gutter + (canvas.widest(below) + 8 if below else 0)
    stub = STUB if None in map(measured, values) else 0
    reach = scale(map(measured, values), left, canvas.across - canvas.widest(above) - stub - 8)
    top, step = canvas.below, max(canvas.row, THICK) + 3
    for group, lines in zip(groups, labels, strict=True):
        words, bars = len(lines) * canvas.row, len(group.bars) * step - 3
        deep, start = max(words, bars), canvas.below
        canvas.say(gutter - 10, start + (deep - words) / 2, lines, anchor="end")
        canvas.below += (deep - bars) / 2
        for paint, _, value in group.bars:
            draw_bar(canvas, reach, value, paint, step - 3)
            say_at_end(canvas, reach, value, numbers)
            canvas.below += step
        canvas.below = start + deep + SPACE
    canvas.line((reach.at(0), top), (reach.at(0), canvas.below - SPACE), SOFT)


def draw_bar(canvas: Canvas, reach: Scale, value: Value, paint: Paint, thick: float) -> None:
    """One bar from zero; a dashed stub where there is no value; a thin line for zero."""
    number, zero = measured(value), reach.at(0)
    if number is None:
        canvas.rect(zero, canvas.below + 3, STUB, thick - 6, ABSENT)
    elif number == 0:
        canvas.line((zero, canvas.below), (zero, canvas.below + thick), SOFT, 1.5)
    else:
        begin, end = sorted((zero, reach.at(number)))
        paint = BELOW if number < 0 else paint
        canvas.rect(begin, canvas.below, max(end - begin, 2), thick, paint)


def say_at_end(canvas: Canvas, reach: Scale, value: Value, numbers: Numbers) -> None:
    """The value, beyond the end of its bar."""
    number = measured(value)
    y = canvas.below + (max(canvas.row, THICK) - canvas.row) / 2
    if number is None:
        canvas.say(reach.at(0) + STUB + 6, y, numbers.short(value), fill=SOFT)
    elif number < 0:
        canvas.say(reach.at(number) - 6, y, numbers.short(value), anchor="end")
    else:
        canvas.say(reach.at(number) + 6, y, numbers.short(value))


# -- standing bars -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A standing bar: the lines under it, its value, the lines over it."""

    label: list[str]
    value: Value
    said: list[str]


def standing(canvas: Canvas, entries: Entries, numbers: Numbers) -> list[Column] | None:
    """The columns, or None where a word is wider than its column."""
    if not entries:
        return None
    room = canvas.across / len(entries) - 4
    words = [word for label, value in entries for word in f"{label} {numbers.short(value)}".split()]
    if canvas.widest(words) > room:
        return None
    columns = [
        Column(canvas.wrapped(label, room), value, canvas.wrapped(numbers.short(value), room))
        for label, value in entries
    ]
    return columns if max(len(column.label) for column in columns) <= 3 else None


def draw_columns(canvas: Canvas, columns: Sequence[Column]) -> None:
    """Columns on one base, each value at the end of its own, labels under all."""
    values = [measured(column.value) for column in columns]
    above = max(len(column.said) for column in columns) * canvas.row + 6
    above += STUB if None in values else 0
    sinks = any(value is not None and value < 0 for value in values)
    top = canvas.below + above
    reach = scale(values, top + HIGH, top)
    floor = reach.start + (above if sinks else 0)
    slot = canvas.across / len(columns)
    thick = min(slot * 0.68, 64)
    for at, column in enumerate(columns):
        middle = slot * (at + 0.5)
        draw_column(canvas, reach, column, middle, thick)
        canvas.say(middle, floor + 5, column.label, anchor="middle")
    canvas.line((0, reach.at(0)), (canvas.across, reach.at(0)), SOFT)
    canvas.below = floor + 5 + max(len(column.label) for column in columns) * canvas.row


def draw_column(canvas: Canvas, reach: Scale, column: Column, middle: float, thick: float) -> None:
    """One standing bar and its value."""
    value, zero = measured(column.value), reach.at(0)
    x, high = middle - thick / 2, len(column.said) * canvas.row + 3
    if value is None:
        canvas.rect(x, zero - STUB, thick, STUB, ABSENT)
        canvas.say(middle, zero - STUB - high, column.said, anchor="middle", fill=SOFT)
        return
    end = reach.at(value)
    if value < 0:
        canvas.rect(x, zero, thick, max(end - zero, 2), BELOW)
        canvas.say(middle, end + 3, column.said, anchor="middle")
    else:
        if value:
            canvas.rect(x, min(end, zero - 2), thick, max(zero - end, 2), PARTS[0])
        canvas.say(middle, min(end, zero - 2) - high, column.said, anchor="middle")
