"""One chart of every kind, with the hard cases: long names, nothing, zero, one, huge, below zero.
Every figure is invented."""

from tequio.charts import (
    PERCENT,
    PESOS,
    Absent,
    Caption,
    Chart,
    Place,
    Series,
    area,
    dot_map,
    grouped_bars,
    heat_table,
    histogram,
    horizontal_bars,
    lines,
    stacked_bars,
    vertical_bars,
)

LONGEST = ["Parangaricutiro (Nuevo Parangaricutiro)", "Coeneo de la Libertad"]
TOWNS = ["Morelia", *LONGEST, "Uruapan", "Charo"]
SOLUTIONS = [
    "Responsabilidad Compartida",
    "Liquidación anticipada",
    "Borrón y Cuenta Nueva",
    "Apoyo a jubilados",
    "Solución a Tu Medida",
    "Dictamen de Capacidad de Pago",
    "Nivela tu Pago",
]
MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
HUGE = 987_654_321_987_654_321
PLACES = [
    Place("Morelia", 19.70, -101.19, 48_211),
    Place("Tarímbaro", 19.79, -101.17, 18_000),
    Place("Charo", 19.75, -101.05, 0),
    Place("Uruapan", 19.42, -102.06, 21_000),
    Place(LONGEST[0], 19.42, -102.13, 9_312),
    Place(LONGEST[1], 19.82, -101.58, None),
    Place("Lázaro Cárdenas", 17.96, -102.19, 15_000),
    Place("Zitácuaro", 19.44, -100.36, -40),
]
OUTLINE = [[(20.3, -102.2), (19.9, -100.3), (18.5, -100.8), (17.9, -102.2), (18.6, -103.6)]]


def caption(key: str, units: str = "acreditados") -> Caption:
    """What the sample says it shows."""
    return Caption(
        key=key,
        title=f"Muestra «{key}» & compañía",
        description="Morelia reúne a la mayoría <de los casos>.",
        units=units,
        cut_off="Corte: 30 de junio de 2024",
        note="Datos simulados",
    )


def bars() -> list[Chart]:
    """Lying, standing, several, shares."""
    values = [48_211, 312, None, 1, 0]
    years = [(str(2013 + at), 210 + at * 40 if at != 6 else None) for at in range(11)]
    before = [250_000, 180_000, None, HUGE // 10**9, 0]
    parts = [[500, 30, None, 0, 7], [200, 20, 4, 0, 0], [120, 25, 3, 0, 0]]
    many = [Series(name, [at + 1, 30 - at, 2, 0, 40]) for at, name in enumerate(SOLUTIONS)]
    return [
        horizontal_bars(caption("lying"), "Municipio", list(zip(TOWNS, values, strict=True))),
        horizontal_bars(
            caption("signs", "pesos"),
            "Municipio",
            [(TOWNS[1], -HUGE), (TOWNS[2], HUGE), ("Charo", Absent("menos de 10"))],
            PESOS,
        ),
        horizontal_bars(
            caption("sunk"), "Municipio", [("Charo", -5), ("Ario", None), ("Aguililla", 0)]
        ),
        horizontal_bars(caption("empty"), "Municipio", []),
        vertical_bars(caption("years", "millones de pesos"), "Año", years),
        vertical_bars(
            caption("change", "%"), "Año", [("2021", -3.2), ("2022", None), ("2023", 4.5)], PERCENT
        ),
        vertical_bars(caption("falls"), "Año", [("2021", -3), ("2022", None), ("2023", 0)]),
        vertical_bars(caption("towns"), "Municipio", list(zip(TOWNS, values, strict=True))),
        grouped_bars(
            caption("pairs", "pesos"),
            "Municipio",
            TOWNS,
            [Series("Pago de hoy", before), Series("Pago con la solución", before[::-1])],
            PESOS,
        ),
        stacked_bars(
            caption("shares"),
            "Municipio",
            TOWNS,
            [Series(f"Tramo {at}", part) for at, part in enumerate(parts)],
        ),
        stacked_bars(caption("parts"), "Municipio", TOWNS, many),
    ]


def courses() -> list[Chart]:
    """Lines, an area, a histogram."""
    years = [
        Series(str(2019 + year), [30 + 6 * year + month % 5 for month in range(12)])
        for year in range(5)
    ]
    cut = Series("2024", [60, 61, 62, 63, 64, 65, *[None] * 6])
    holed = Series("2018", [9, None, 9, None, None, 3, 4, 5, 6, None, 2, 1])
    paths = [
        Series("Como está hoy", [45_000_000 + 9_000 * at for at in range(241)], warning=True),
        Series(SOLUTIONS[0], [max(0, 40_000_000 - 200_000 * at) for at in range(241)]),
        Series(SOLUTIONS[2], [max(0, 42_000_000 - 190_000 * at) for at in range(241)]),
    ]
    ahead = [f"{MONTHS[at % 12]} {2024 + at // 12}" for at in range(241)]
    growth = [(label, 1000 + at * at if at % 29 else None) for at, label in enumerate(ahead)]
    fallen = [-at * HUGE for at in range(12)]
    counts = [3, 10, 50, 200, None, 2100, 1800, 0, 1]
    edges = [(at - 5) * 50_000 for at in range(10)]
    return [
        lines(caption("months", "millones de pesos"), "Mes", MONTHS, [*years, cut]),
        lines(caption("holes"), "Mes", MONTHS, [cut, holed]),
        lines(caption("paths", "pesos"), "Mes", ahead, paths, PESOS),
        lines(caption("fallen"), "Mes", MONTHS, [Series("Saldo", fallen)]),
        lines(caption("point"), "Mes", MONTHS[:1], [Series("Solo", [5])]),
        lines(caption("unknown"), "Mes", MONTHS, [Series("Nada", [None] * 12)]),
        area(caption("growth"), "Mes", growth),
        histogram(caption("steps"), "Cambio de la mensualidad (pesos)", edges, counts, PESOS),
    ]


def fields() -> list[Chart]:
    """Maps and heat tables."""
    heat = [
        Series(name, [37 * (row + 1) * (at + 1) ** 2 if row != at else None for row in range(5)])
        for at, name in enumerate(SOLUTIONS)
    ]
    change = [
        Series(str(2022 + at), [12.3 * (at - 1) + row for row in range(5)]) for at in range(3)
    ]
    large = [Series(name, [HUGE, -HUGE, 0, None, 1]) for name in SOLUTIONS[:3]]
    return [
        dot_map(caption("map"), "Municipio", PLACES, outline=OUTLINE),
        dot_map(caption("spot"), "Municipio", PLACES[:1]),
        dot_map(caption("blank"), "Municipio", [Place("Charo", 19.75, -101.05, None)]),
        heat_table(caption("heat"), "Municipio", TOWNS, heat),
        heat_table(caption("shift", "%"), "Municipio", TOWNS, change, PERCENT),
        heat_table(caption("large", "pesos"), "Municipio", TOWNS, large, PESOS),
    ]


def every_kind() -> list[Chart]:
    """All samples."""
    return [*bars(), *courses(), *fields()]
