"""How figures are written: on a page, for readers, and in a CSV, exact."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tequio.charts import COUNT, PERCENT, PESOS, Absent
from tequio.core.spelling import decimal
from tequio.engine.drafts import whole
from tequio.results.records import Figure, Kind

HERE = Path(__file__).parent
LEAST_SHARE = 2_000  # one in so many is the least share that rounds to a tenth of a percent
IN_PESOS = (Kind.TOTAL, Kind.MEAN, Kind.MEDIAN)
NUMBERS = {Kind.COUNT: COUNT} | dict.fromkeys(IN_PESOS, PESOS)  # the others: PERCENT
HEADER = ("cifra", "descripcion", "valor", "unidad", "numerador", "denominador", "definicion")


def template(name: str) -> Template:
    """A page to fill in; nothing that it is given is taken for HTML, and nothing may be missing."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"said": said, "out_of": out_of, "number": number}
    return environment.get_template(name)


def said(figure: Figure) -> str:
    """A figure as a reader takes it in; the CSV has every digit."""
    if (
        figure.kind is Kind.SHARE
        and figure.numerator
        and LEAST_SHARE * figure.numerator < (figure.denominator or 0)
    ):
        return "menos de 0.1 %"  # some, which a rounded zero would deny
    return NUMBERS.get(figure.kind, PERCENT).short(figure.value)


def number(figure: Figure) -> str:
    """How many credits, every digit; of a share, its numerator."""
    return COUNT.full(figure.value if figure.numerator is None else figure.numerator)


def out_of(figure: Figure) -> str:
    """Numerator and denominator, in words."""
    if figure.numerator is None:
        return "No se publica: podría señalar a alguien."
    numbers, words = (PESOS, "") if figure.kind is Kind.BALANCE_SHARE else (COUNT, " créditos")
    return f"{numbers.short(figure.numerator)} de {numbers.short(figure.denominator)}{words}"


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of figures, whole under its name or not at all."""
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def row(figure: Figure) -> list[str]:
    """One line of the CSV, as HEADER names it: numerator and denominator are credits, or pesos
    where those of the value are. Exact, without thousands; a reserved one says so."""
    pesos = figure.kind in (*IN_PESOS, Kind.BALANCE_SHARE)
    return [
        figure.name,
        figure.label,
        value_of(figure),
        figure.kind.value,
        digits(figure.numerator, pesos=pesos),
        digits(figure.denominator, pesos=figure.kind is Kind.BALANCE_SHARE),
        figure.defined,
    ]


def value_of(figure: Figure) -> str:
    """The value, or the word for its absence."""
    value = figure.value
    if isinstance(value, Absent):
        return value.word
    if isinstance(value, float):
        return f"{value:.2f}"
    return digits(value, pesos=figure.kind in IN_PESOS)


def digits(number: int | None, *, pesos: bool) -> str:
    """A whole number, or centavos as pesos; nothing for none."""
    if number is None:
        return ""
    return decimal(number, 2).replace(",", "") if pesos else str(number)
