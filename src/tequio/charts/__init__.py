"""Charts as SVG, each with its title, description, units, cut-off and table of figures.

Pure functions: the same values give the same bytes. No script, no inline style, no colour that
says anything alone. Each chart is drawn twice, for a screen and for a phone; `stylesheet()` shows
the one that fits. The standard library is all that is needed.

    caption = Caption(key="elegibles", title="Quién puede pedir cada solución",
                      description="Responsabilidad Compartida reúne a la mayoría ...",
                      units="acreditados", cut_off="Corte: 30 de junio de 2024",
                      note="Datos simulados")
    chart = horizontal_bars(caption, "Solución", [("Nivela tu Pago", 1_204), ("BCN", None)])
    chart.html()      # a figure: caption, drawings, table; once a page: stylesheet()
    chart.svg         # the wide drawing alone, for a PDF
    chart.table       # header and rows of str

    horizontal_bars(caption, dimension, entries, numbers=COUNT)
    vertical_bars(caption, dimension, entries, numbers=COUNT)
    grouped_bars(caption, dimension, labels, series, numbers=COUNT)
    stacked_bars(caption, dimension, labels, series, numbers=COUNT)     shares of each whole
    lines(caption, dimension, labels, series, numbers=COUNT)            months by year, paths
    area(caption, dimension, entries, numbers=COUNT)
    histogram(caption, dimension, edges, counts, edge_numbers=COUNT, numbers=COUNT)
    dot_map(caption, dimension, places, numbers=COUNT, outline=(), named=8)
    heat_table(caption, dimension, labels, columns, numbers=COUNT)      every cell is written

`dimension` names what the labels are: "Municipio". `entries`: pairs of label and value.
`series` and `columns`: `Series(name, values)`, one value a label; `warning=True`: in maroon.
`places`: `Place(name, latitude, longitude, value)`. `outline`: rings of (latitude, longitude).
`edges`: evenly spaced, one more than `counts`.
A value is a number, None ("sin dato") or `Absent("menos de 10")`: neither is drawn as zero.
`numbers`: COUNT; PESOS (values in centavos); PERCENT (points: 14.8); PPM (148_000 is 14.8 %).
ValueError, in Spanish, for what cannot be drawn: NaN, infinity, lengths that differ.
"""

from tequio.charts.amounts import (
    COUNT,
    NO_DATA,
    PERCENT,
    PESOS,
    PPM,
    Absent,
    Numbers,
    Value,
)
from tequio.charts.bars import Series, grouped_bars, horizontal_bars, vertical_bars
from tequio.charts.chart import Caption, Chart, Table, stylesheet
from tequio.charts.dot_map import Place, dot_map
from tequio.charts.heat import heat_table
from tequio.charts.histogram import histogram
from tequio.charts.lines import area, lines
from tequio.charts.shares import stacked_bars

__all__ = [
    "COUNT",
    "NO_DATA",
    "PERCENT",
    "PESOS",
    "PPM",
    "Absent",
    "Caption",
    "Chart",
    "Numbers",
    "Place",
    "Series",
    "Table",
    "Value",
    "area",
    "dot_map",
    "grouped_bars",
    "heat_table",
    "histogram",
    "horizontal_bars",
    "lines",
    "stacked_bars",
    "stylesheet",
    "vertical_bars",
]
