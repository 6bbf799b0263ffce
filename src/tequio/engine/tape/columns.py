"""A batch in our own columns: text as the map leaves it, then whole numbers, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from tequio.core.columns import PPM, Column, Rounding, Units
from tequio.core.loan import Fact
from tequio.engine.tape import reasons
from tequio.engine.tape.figures import PLACES, decimal, parsed, why_not
from tequio.engine.tape.mapping import OF_A_LOAN, Columns, Map, Origin
from tequio.engine.tape.reasons import Wrong
from tequio.engine.tape.rejects import Faults
from tequio.engine.tape.tapes import Batch

Declared = Mapping[str, tuple[type[Column], Fact]]


@dataclass(frozen=True, slots=True)
class Written:
    """What each of our columns says in a batch, as text; null where empty."""

    texts: Mapping[str, pl.Series]
    origins: Mapping[str, Origin]
    faults: Faults

    def where(self, column: str) -> str:
        """The column of the file that a reject names."""
        return self.origins[column].name if column in self.origins else column

    def add(self, wrong: pl.Series, column: str, reason: reasons.Reason, why: str) -> None:
        """A fault of a column, in the rows where it holds."""
        self.faults.add(wrong, column, self.where(column), self.texts[column], reason, why)

    def add_each(self, places: pl.Series, column: str, wrong: Sequence[Wrong]) -> None:
        """Faults of a column at some places."""
        values = self.texts[column].gather(places)
        self.faults.add_each(places, column, self.where(column), values, wrong)


def written_by(batch: Batch, map_: Map, columns: Columns = OF_A_LOAN) -> Written:
    """Every column of ours in the batch; one that the map does not give is empty."""
    faults = Faults(batch.rows, columns.labels)
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(batch.cells))
    texts = {}
    for ours, kind in columns.kinds.items():
        origin = map_.origins.get(ours)
        texts[ours] = text_of(batch.cells, ours, kind, origin, faults) if origin else empty
    return Written(texts, map_.origins, faults)


def text_of(
    cells: pl.DataFrame, ours: str, kind: type[Column] | None, origin: Origin, faults: Faults
) -> pl.Series:
    """What one of our columns says, in the template's words and units."""
    if not origin.source:
        text = pl.Series([origin.constant], dtype=pl.String)
        return text.new_from_index(0, len(cells))
    if origin.figured:
        assert kind is not None, "the map was checked"
        return figured(cells, ours, kind, origin, faults)
    return translated(cells[origin.source], origin.codes)


def figured(
    cells: pl.DataFrame, ours: str, kind: type[Column], origin: Origin, faults: Faults
) -> pl.Series:
    """(source + plus - minus) x times / divide_by, exactly, then rounded to our unit."""
    operands = {name: operand(cells[name], origin, ours, faults) for name in origin.columns}
    divisors = operands.get(origin.divide_by_column)
    zero = pl.Series([0]).new_from_index(0, len(cells))
    total = operands[origin.source] + operands.get(origin.plus, zero)
    total = total - operands.get(origin.minus, zero)
    if divisors is not None:
        why = f"No se puede dividir: {origin.divide_by_column} debe ser mayor que cero."
        texts = cells[origin.divide_by_column]
        faults.add(divisors <= 0, ours, origin.name, texts, reasons.ARITHMETIC, why)
        divisors = pl.select(pl.when(divisors > 0).then(divisors)).to_series()
    factor = origin.times / origin.divide_by * 10 ** PLACES[kind]
    return computed(total, divisors, factor, origin.rounding, PLACES[kind])


def operand(text: pl.Series, origin: Origin, ours: str, faults: Faults) -> pl.Series:
    """A column of theirs in millionths."""
    text = translated(text, origin.codes)
    values, bad, wrong = read(text, Units, ours)
    if wrong:
        faults.add_each(bad, ours, text.name, text.gather(bad), wrong)
    return values


def translated(text: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    """Their words in ours; those that the map does not name stay."""
    if not codes:
        return text
    words = text.fill_null("").replace(dict(codes))
    filled = pl.when(words.str.len_bytes() > 0).then(words).alias(text.name)
    return pl.select(filled).to_series()


def computed(
    total: pl.Series,
    divisors: pl.Series | None,
    factor: Fraction,
    rounding: Rounding,
    places: int,
) -> pl.Series:
    """Total x factor / divisors, both in millionths, row by row in whole numbers of any size;
    empty where a part is."""
    over = [PPM] * len(total) if divisors is None else divisors.to_list()
    up, down = factor.numerator, factor.denominator
    texts = [
        None
        if value is None or by is None
        else decimal(divided(value * up, by * down, rounding), places)
        for value, by in zip(total.to_list(), over, strict=True)
    ]
    return pl.Series(texts, dtype=pl.String)


def divided(number: int, by: int, rounding: Rounding) -> int:
    """One whole quotient, rounded as `core.columns.divide` does a column."""
    size = abs(number)
    if rounding is Rounding.HALF_UP:
        size += by // 2
    elif rounding is Rounding.UP:
        size += by - 1
    return size // by if number >= 0 else -(size // by)


def read(
    text: pl.Series, kind: type[Column], name: str, day_format: str = ""
) -> tuple[pl.Series, pl.Series, list[Wrong]]:
    """Whole numbers in our units, null where empty or wrong; where it is wrong, and why."""
    values = parsed(text, kind, name, day_format)
    bad = (values.is_null() & text.is_not_null()).arg_true()
    return values, bad, [why_not(one, kind, name, day_format) for one in text.gather(bad)]


def values_of(written: Written, declared: Declared) -> pl.DataFrame:
    """Every fact as whole numbers in our units (days as dates); null where empty or wrong."""
    columns = []
    for name, (kind, _) in declared.items():
        text = written.texts[name]
        day_format = written.origins[name].day_format if name in written.origins else ""
        values, bad, wrong = read(text, kind, name, day_format)
        if wrong:
            written.add_each(bad, name, wrong)
        columns.append(values.alias(name))
    return pl.DataFrame(columns)
