"""The rows of each file of a tape: read, judged by themselves, and made into whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tequio.core.months import last_of, month_number, spelled
from tequio.engine.tape import reasons
from tequio.engine.tape.checking import YOUNGEST, check_ranges, credits_of, missing
from tequio.engine.tape.columns import Written, values_of, written_by
from tequio.engine.tape.mapping import Map
from tequio.engine.tape.reasons import Wrong
from tequio.engine.tape.tapes import Batch
from tequio.servicing.tape.assumed import Assumed
from tequio.servicing.tape.fields import (
    FILES,
    FIRST_YEAR,
    KEY,
    LAST_YEAR,
    Fields,
    columns,
    numbers,
)

OF_FILES = {name: columns(fields) for name, fields in FILES.items()}
UNKNOWN = "Ningún crédito aceptado de --credits tiene ese número."
YEAR = 12
UNUSED = ("tx_situacion_vivienda", "mora")  # compared, to tell a repeated row
STAGED: Mapping[str, pl.DataType] = {
    "credit": pl.UInt64(),
    "month": pl.Int32(),
    "tp": pl.Int32(),
    "type": pl.Int8(),
    "amount": pl.Int64(),
    "billed": pl.Int64(),
    "prorroga": pl.Boolean(),
    "restructured": pl.Boolean(),
    "debt": pl.Int64(),
    "granted_year": pl.Int32(),
    "rest": pl.UInt64(),
    "row": pl.UInt64(),
}


def last_closed(as_of: date) -> int:
    """The latest month that had ended by the end of a day."""
    month = month_number(as_of)
    return month if last_of(month) == as_of else month - 1


@dataclass(frozen=True, slots=True)
class Known:
    """The credits of a tape, in order of their number."""

    numbers: NDArray[np.uint64]

    def has(self, credit: pl.Series) -> pl.Series:
        """Which are among them; null is not."""
        if not len(self.numbers):
            return pl.Series([False]).new_from_index(0, len(credit))
        places, wanted = self.places(credit)
        return pl.Series(self.numbers[places] == wanted) & credit.is_not_null()

    def places(self, credit: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Where each is, or would be, and the numbers looked for."""
        wanted = credit.fill_null(0).to_numpy()
        places = np.searchsorted(self.numbers, wanted)
        return np.minimum(places, len(self.numbers) - 1), wanted


@dataclass(frozen=True, slots=True)
class Paid:
    """The payments of a batch. Every row has a place in `money`; `good` are staged; `lost` are
    rows of a known credit that were rejected, without which its months cannot be counted."""

    row: Written
    money: pl.DataFrame  # type, month, amount (null where it cannot be read), good
    good: pl.DataFrame
    lost: pl.DataFrame  # credit, row


def read_rows(batch: Batch, map_: Map, file: str) -> tuple[Written, pl.DataFrame]:
    """What any file of a tape must hold; `credit` is null where it is not ten digits."""
    fields = FILES[file]
    row = written_by(batch, map_, OF_FILES[file])
    credit = credits_of(row, KEY)
    values = values_of(row, numbers(fields))
    check_ranges(row, values, numbers(fields))
    check_required(row, fields)
    check_words(row, fields)
    sound = pl.when(credit.str.contains(r"^[0-9]{10}$")).then(credit)
    number = pl.select(sound.cast(pl.UInt64, strict=False).alias("credit")).to_series()
    return row, values.with_columns(number, row.faults.rows.alias("row"))


def check_required(row: Written, fields: Fields) -> None:
    """Columns that must say something."""
    for name, (_, said) in fields.items():
        if not said.optional and name != KEY:
            missing(row, name, row.texts[name].is_null())


def check_words(row: Written, fields: Fields) -> None:
    """Texts that may say only some words."""
    for name, (kind, said) in fields.items():
        if kind is None and said.codes:
            strange = ~row.texts[name].str.to_uppercase().is_in(said.codes)
            why = f"Se admite: {', '.join(said.codes)}."
            row.add(strange.fill_null(value=False), name, reasons.CODE, why)


def paid_in(batch: Batch, map_: Map, assumed: Assumed, as_of: date, known: Known) -> Paid:
    """The payments of a batch, each judged by itself."""
    row, values = read_rows(batch, map_, "payments")
    values = values.with_columns(
        type=assumed.type_of(pl.col("tp"), pl.col("pe")),
        month_of=pl.when(
            pl.col("month").is_between(1, YEAR), pl.col("year").is_between(FIRST_YEAR, LAST_YEAR)
        )
        .then(pl.col("year") * YEAR + pl.col("month") - 1)
        .cast(pl.Int32),
    )
    nameless = values["type"].is_null() & values["tp"].is_not_null() & values["pe"].is_not_null()
    row.add(nameless, "tp", reasons.PAYMENT_TYPE, "Ninguna entrada de [tp] dice qué es.")
    check_order(row, values)
    harmed = row.faults.broken
    later = check_cut(row, values, as_of)
    there = known.has(values["credit"])
    unknown = values["credit"].is_not_null() & ~there
    row.add(unknown, KEY, reasons.UNKNOWN_CREDIT, UNKNOWN)
    good = ~row.faults.broken
    lost = values.filter(harmed & ~later & there).select("credit", "row")
    money = values.select("type", month="month_of", amount=signed(assumed)).with_columns(
        good.alias("good")
    )
    return Paid(row, money, staged(row, values).filter(good), lost)


def signed(assumed: Assumed) -> pl.Expr:
    """What a row says that came in: a reversal took it back, whatever its sign."""
    back = pl.col("type") == assumed.reversal
    return pl.when(back).then(-pl.col("pe").abs()).otherwise(pl.col("pe"))


def check_order(row: Written, values: pl.DataFrame) -> None:
    """Nothing is paid before the year of the grant."""
    granted, year = values["nu_ano_ejercicio"], values["year"]
    early = ((granted > year).fill_null(value=False) & ~row.faults.broken).arg_true()
    pairs = zip(granted.gather(early), year.gather(early), strict=True)
    wrong = [
        Wrong(reasons.OUT_OF_ORDER, f"Se otorgó en {first} y el pago es de {then}.")
        for first, then in pairs
    ]
    if wrong:
        row.add_each(early, "year", wrong)


def check_cut(row: Written, values: pl.DataFrame, as_of: date) -> pl.Series:
    """Months that had not ended on the day are not used (ruling 3); which rows are of them."""
    later = (values["month_of"] > last_closed(as_of)).fill_null(value=False)
    places = later.arg_true()
    wrong = [
        Wrong(reasons.AFTER_CUT, f"Es de {spelled(month)} y el corte es {as_of}.")
        for month in values["month_of"].gather(places)
    ]
    if wrong:
        row.add_each(places, "month", wrong)
    return later


def staged(row: Written, values: pl.DataFrame) -> pl.DataFrame:
    """Payments as whole numbers: what the months are counted from."""
    rest = pl.DataFrame([row.texts[name].alias(name) for name in UNUSED])
    found = values.with_columns(rest.hash_rows().alias("rest")).select(
        "credit",
        "tp",
        "type",
        "rest",
        "row",
        month="month_of",
        amount="pe",
        billed="pf",
        prorroga="pro",
        restructured="reest",
        debt="deuda",
        granted_year="nu_ano_ejercicio",
    )
    return found.select(pl.col(name).cast(kind, strict=False) for name, kind in STAGED.items())


def lent_in(batch: Batch, map_: Map) -> tuple[Written, pl.DataFrame]:
    """The credits of a batch, each judged by itself; the texts that the portfolio reads go on as
    they are."""
    row, values = read_rows(batch, map_, "credits")
    age = values["age"]
    places = (age < YOUNGEST).fill_null(value=False).arg_true()
    if len(places):
        ages = age.gather(places)
        row.add_each(places, "age", [Wrong(reasons.YOUNG, f"Tenía {one} años.") for one in ages])
    none = values["granted"].is_null() & values["granted_units"].is_null()
    none &= row.texts["granted"].is_null() & row.texts["granted_units"].is_null()
    row.add(none, "granted", reasons.NO_AMOUNT, "Ni en pesos ni en VSM.")
    names = ("credit", "row", "daily_wage", "minimum_wage", "granted", "granted_units")
    texts = [row.texts[name].alias(name) for name in ("sex", "rate", "municipality")]
    return row, values.select(names).with_columns(texts)


def subaccounts_in(batch: Batch, map_: Map, known: Known) -> tuple[Written, pl.DataFrame]:
    """The sub-accounts of a batch, each judged by itself."""
    row, values = read_rows(batch, map_, "subaccounts")
    unknown = values["credit"].is_not_null() & ~known.has(values["credit"])
    row.add(unknown, KEY, reasons.UNKNOWN_CREDIT, UNKNOWN)
    return row, values.select("credit", "row").with_columns(
        row.texts["credit_type"].alias("product")
    )
