"""How many fall between each pair of neighbouring edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tequio.charts.amounts import COUNT, Number, Numbers, Value, measured
from tequio.charts.bars import entry_table
from tequio.charts.canvas import Canvas
from tequio.charts.chart import Caption, Chart, drawn
from tequio.charts.lines import Plot, framed, say_labels
from tequio.charts.palette import ABSENT, PARTS, SOFT
from tequio.charts.scale import axis


def histogram(
    caption: Caption,
    dimension: str,
    edges: Sequence[Number],
    counts: Sequence[Value],
    edge_numbers: Numbers = COUNT,
    numbers: Numbers = COUNT,
) -> Chart:
    """One bar for each pair of neighbouring edges, which are evenly spaced.

    `dimension` says what is measured: "Cambio de la mensualidad (pesos)".
    """
    check(edges, counts)
    spans = tuple(
        f"de {edge_numbers.full(low)} a {edge_numbers.full(high)}" for low, high in pairwise(edges)
    )
    table = entry_table(caption, dimension, list(zip(spans, counts, strict=True)), numbers)

    def draw(canvas: Canvas) -> None:
        if counts:
            draw_histogram(canvas, caption, edges, counts, (edge_numbers, numbers))
            below = canvas.wrapped(dimension, canvas.across)
            canvas.say(canvas.across / 2, canvas.below + 2, below, anchor="middle", fill=SOFT)
            canvas.below += len(below) * canvas.row + 2
        else:
            canvas.nothing()

    return drawn(caption, table, draw)


def check(edges: Sequence[Number], counts: Sequence[Value]) -> None:
    """ValueError unless there is one edge more than counts, evenly spaced, and no count below 0."""
    if counts and len(edges) != len(counts) + 1:
        raise ValueError(f"Hay {len(counts)} cuentas: hacen falta {len(counts) + 1} bordes.")
    steps = [high - low for low, high in pairwise(edges)]
    if steps and (min(steps) <= 0 or max(steps) - min(steps) > 1e-6 * max(steps)):
        raise ValueError("Los bordes no van de igual en igual: para tramos use vertical_bars.")
    if any((measured(count) or 0) < 0 for count in counts):
        raise ValueError("Una cuenta no puede ser negativa.")


def draw_histogram(
    canvas: Canvas,
    caption: Caption,
    edges: Sequence[Number],
    counts: Sequence[Value],
    written: tuple[Numbers, Numbers],
) -> None:
    """Bars that touch, on a grid, with their edges below."""
    labels = [written[0].short(edge) for edge in edges]
    absent = [at for at, count in enumerate(counts) if measured(count) is None]
    if absent:
        canvas.legend([(ABSENT, written[1].short(counts[absent[0]]))])
    marks = axis(map(measured, counts), written[1], caption.units, 7)
    right = min(canvas.width(labels[-1]) / 2, canvas.across * 0.3)
    plot = framed(canvas, marks, canvas.widest(marks.words) + 8, max(right, 8), len(edges))
    for at, count in enumerate(counts):
        left, end = plot.across.at(at), plot.across.at(at + 1)
        draw_span(canvas, plot, left, end, measured(count))
    canvas.line((plot.across.start, plot.floor), (plot.across.end, plot.floor), SOFT)
    say_labels(canvas, plot, labels)


def draw_span(canvas: Canvas, plot: Plot, left: float, end: float, count: Number | None) -> None:
    """One bar; where nothing was counted, a dashed box of full height."""
    if count is None:
        canvas.rect(left, plot.up.end, end - left, plot.floor - plot.up.end, ABSENT)
    elif count:
        top = min(plot.up.at(count), plot.floor - 2)
        canvas.rect(left, top, end - left, plot.floor - top, PARTS[0])
