"""Lines over ordered labels: months of several years, the paths of a balance; or one area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tequio.charts.amounts import COUNT, NO_DATA, Absent, Numbers, Value, measured
from tequio.charts.bars import Entries, Series, entry_table, same_length, series_table
from tequio.charts.canvas import Canvas, Point
from tequio.charts.chart import Caption, Chart, drawn
from tequio.charts.palette import GRID, SHADES, SOFT, STROKES, WARNING, Stroke
from tequio.charts.scale import Axis, Scale, axis

HIGH = 220.0
POINTS = 24  # up to so many labels, each value has its point
STEPS = (1, 2, 3, 4, 5, 6, 10, 12, 24, 36, 48, 60, 120, 240, 600, 1200, 6000, 60000)
Lines = Sequence[tuple[Stroke, Series]]


def lines(
    caption: Caption,
    dimension: str,
    labels: Sequence[str],
    series: Sequence[Series],
    numbers: Numbers = COUNT,
) -> Chart:
    """One line a series (at most six and a warning), broken where a value is missing."""
    strokes = strokes_of(series)
    table = series_table(dimension, same_length(labels, series), series, numbers)
    return drawn(
        caption, table, lambda canvas: draw_lines(canvas, caption, labels, strokes, numbers)
    )


def area(caption: Caption, dimension: str, entries: Entries, numbers: Numbers = COUNT) -> Chart:
    """One line with its ground filled down, or up, to zero."""
    labels = [label for label, _ in entries]
    strokes = [(STROKES[0], Series("", [value for _, value in entries]))]

    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, caption, labels, strokes, numbers, filled=True)

    return drawn(caption, entry_table(caption, dimension, entries, numbers), draw)


def strokes_of(series: Sequence[Series]) -> list[tuple[Stroke, Series]]:
    """A stroke for each series. ValueError for more than there are."""
    plain, warned = iter(STROKES), iter([WARNING])
    strokes = []
    for one in series:
        stroke = next(warned if one.warning else plain, None)
        if stroke is None:
            raise ValueError(f"Caben {len(STROKES)} líneas y un aviso; hay {len(series)} series.")
        strokes.append((stroke, one))
    return strokes


@dataclass(frozen=True, slots=True)
class Plot:
    """Where values and labels are."""

    across: Scale
    up: Scale

    def at(self, number: int, value: float) -> Point:
        """The point of one value."""
        return self.across.at(number), self.up.at(value)

    @property
    def floor(self) -> float:
        """The lowest line of the plot."""
        return self.up.start


def draw_lines(
    canvas: Canvas,
    caption: Caption,
    labels: Sequence[str],
    strokes: Lines,
    numbers: Numbers,
    *,
    filled: bool = False,
) -> None:
    """Heading, grid, lines, what is missing, labels."""
    if not labels or not strokes:
        canvas.nothing()
        return
    named = len(strokes) > 1 or any(one.warning for _, one in strokes)
    beside = named and not canvas.narrow and ends_fit(canvas, strokes)
    if named and not beside:
        canvas.legend([(stroke, one.name) for stroke, one in strokes])
    values = [measured(value) for _, one in strokes for value in one.values]
    marks = axis(values, numbers, caption.units, 7)
    gone = [(stroke, one) for stroke, one in strokes if None in map(measured, one.values)]
    words = [*marks.words, absence(gone)] if gone else marks.words
    right = max_end(canvas, strokes) + 12 if beside else canvas.width(labels[-1]) / 2
    plot = framed(
        canvas,
        marks,
        canvas.widest(words) + 8,
        min(max(right, 8), canvas.across * 0.3),
        len(labels),
    )
    if filled:
        for run in runs(strokes[0][1].values):
            ground = [plot.at(number, value) for number, value in run]
            zero = plot.up.at(0)
            canvas.area([(ground[0][0], zero), *ground, (ground[-1][0], zero)], SHADES[1])
    for stroke, one in strokes:
        draw_line(canvas, plot, stroke, one.values)
    if beside:
        say_ends(canvas, plot, strokes)
    if gone:
        draw_missing(canvas, plot, gone)
    say_labels(canvas, plot, labels)


def framed(canvas: Canvas, marks: Axis, left: float, right: float, count: int) -> Plot:
    """The heading, the grid and its figures; `below` goes to the floor."""
    heading = canvas.wrapped(marks.heading, canvas.across)
    canvas.say(0, canvas.below, heading, fill=SOFT)
    canvas.below += (len(heading) + 0.5) * canvas.row + 2
    top, end = canvas.below, canvas.across - right
    up = Scale(marks.ticks[0], marks.ticks[-1], top + HIGH, top)
    for tick, words in zip(marks.ticks, marks.words, strict=True):
        y = up.at(tick)
        canvas.line((left, y), (end, y), GRID if tick else SOFT)
        canvas.say(left - 8, y - canvas.row / 2, words, anchor="end", fill=SOFT)
    canvas.below = up.start + canvas.row / 2 + 2
    low, high = (0, count - 1) if count > 1 else (-1, 1)
    return Plot(Scale(low, high, left + 8, end - 6), up)


def runs(values: Sequence[Value]) -> Iterator[list[tuple[int, float]]]:
    """Stretches without a gap: place and value."""
    numbered = [(place, measured(value)) for place, value in enumerate(values)]
    for there, run in groupby(numbered, key=lambda pair: pair[1] is not None):
        if there:
            yield [(place, float(value)) for place, value in run if value is not None]


def draw_line(canvas: Canvas, plot: Plot, stroke: Stroke, values: Sequence[Value]) -> None:
    """A line with its points; a value alone is a point."""
    for run in runs(values):
        points = [plot.at(number, value) for number, value in run]
        if len(points) > 1:
            canvas.course(points, stroke)
        if len(values) <= POINTS or len(points) == 1:
            for point in points:
                canvas.point(point, stroke)


# -- names at the ends of lines ----------------------------------------------------------------


def end_lines(canvas: Canvas, one: Series) -> list[str]:
    """The name of a series in the lines that the right margin holds."""
    return canvas.wrapped(one.name, canvas.across * 0.24)


def max_end(canvas: Canvas, strokes: Lines) -> float:
    """How wide the names are."""
    return max(canvas.widest(end_lines(canvas, one)) for _, one in strokes)


def ends_fit(canvas: Canvas, strokes: Lines) -> bool:
    """Whether all names fit one below the other, and each line has an end to be named at."""
    deep = sum(len(end_lines(canvas, one)) for _, one in strokes) * canvas.row
    return deep <= HIGH and all(measured(one.values[-1]) is not None for _, one in strokes)


def say_ends(canvas: Canvas, plot: Plot, strokes: Lines) -> None:
    """Each name where its line ends, moved as little as keeps names apart."""
    last = len(strokes[0][1].values) - 1
    ends = [
        (plot.at(last, measured(one.values[-1]) or 0), stroke, end_lines(canvas, one))
        for stroke, one in strokes
    ]
    ends.sort(key=lambda end: end[0][1])
    deep = [len(words) * canvas.row for _, _, words in ends]
    wanted = [at[1] - high / 2 for (at, _, _), high in zip(ends, deep, strict=True)]
    tops = apart(wanted, deep, plot.up.end - canvas.row / 2, plot.floor)
    for (at, stroke, words), top, high in zip(ends, tops, deep, strict=True):
        canvas.line((at[0] + 5, at[1]), (at[0] + 14, top + high / 2), stroke.colour)
        canvas.say(at[0] + 17, top, words, fill=stroke.colour)


def apart(wanted: Sequence[float], deep: Sequence[float], top: float, floor: float) -> list[float]:
    """Where blocks of those depths go, in order and as near as may be to where they are wanted."""
    tops: list[float] = []
    for want, high in zip(wanted, deep, strict=True):
        tops.append(max(want, top))
        top = tops[-1] + high
    for number in reversed(range(len(tops))):
        tops[number] = min(tops[number], floor - deep[number])
        floor = tops[number]
    return tops


# -- what is missing, and labels ---------------------------------------------------------------


def absence(gone: Lines) -> str:
    """The word for what is missing, if it is one."""
    absent = [value for _, one in gone for value in one.values if measured(value) is None]
    words = {value.word if isinstance(value, Absent) else NO_DATA.word for value in absent}
    return words.pop() if len(words) == 1 else "sin valor"


def draw_missing(canvas: Canvas, plot: Plot, gone: Lines) -> None:
    """Under the plot, a lane a series: a cross where each gap begins and ends."""
    canvas.say(plot.across.start - 16, canvas.below, absence(gone), anchor="end", fill=SOFT)
    lane = max(canvas.row / len(gone), 9)
    for order, (stroke, one) in enumerate(gone):
        y = canvas.below + lane * (order + 0.5)
        numbered = enumerate(map(measured, one.values))
        for there, gap in groupby(numbered, key=lambda pair: pair[1] is not None):
            places = [place for place, _ in gap]
            if there:
                continue
            begin, end = plot.across.at(places[0]), plot.across.at(places[-1])
            for x in dict.fromkeys((begin, end)):
                canvas.cross((x, y), stroke.colour)
            if len(places) > 1:
                canvas.line((begin, y), (end, y), stroke.colour, 1, "2 3")
    canvas.below += max(canvas.row, lane * len(gone)) + 2


def say_labels(canvas: Canvas, plot: Plot, labels: Sequence[str]) -> None:
    """As many labels as fit, evenly spaced from the first."""
    lines = [canvas.wrapped(label, canvas.across * 0.3) for label in labels]
    wide = [canvas.widest(words) for words in lines]

    def middle(place: int) -> float:
        half = wide[place] / 2
        return min(max(plot.across.at(place), half), canvas.across - half)

    def fits(step: int) -> bool:
        places = range(0, len(labels), step)
        return all(
            middle(one) + wide[one] / 2 + 8 <= middle(other) - wide[other] / 2
            for one, other in pairwise(places)
        )

    step = next((step for step in STEPS if fits(step)), len(labels))
    shown = range(0, len(labels), step)
    for place in shown:
        canvas.say(middle(place), canvas.below, lines[place], anchor="middle")
    canvas.below += max(len(lines[place]) for place in shown) * canvas.row
