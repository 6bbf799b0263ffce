"""What must hold of a row before it is a credit: identifiers, ranges, and facts that agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from tequio.core.columns import (
    Code,
    Day,
    Flag,
    Index,
    Money,
    Months,
    Rate,
    Rounding,
    Units,
    where,
)
from tequio.core.errors import NotInForce
from tequio.core.law import common
from tequio.core.law_units import as_column
from tequio.core.loan import TEXTS, facts
from tequio.core.spelling import pesos
from tequio.engine.errors import Refused
from tequio.engine.identifiers import CHECKS, SEPARATORS
from tequio.engine.tape import reasons
from tequio.engine.tape.columns import Declared, Written, values_of
from tequio.engine.tape.figures import limits
from tequio.engine.tape.mapping import OPTIONAL, Origin
from tequio.engine.tape.reasons import Reason, Wrong

IN_PESOS = ("balance", "instalment")  # empty for a credit in units
IN_UNITS = ("balance_units", "instalment_units", "granted_units")  # empty for one in pesos
VSM_MOST = 400 * 10**6  # more is dirt in the institution's tapes (servicing reference, 8.1)
YOUNGEST, OLDEST = 17, 110
WHOLE_AS_FRACTION = 9_999  # ppm: 0.6 written for 60 %
FRACTION_MOST = 2_000  # ppm: 0.20 written for 20 %; no credit has so low a rate
STATES = r"^(0[1-9]|[12][0-9]|3[0-2])[0-9]{3}$"
ANY_TEXT = r"^[\w.\-/]{1,40}$"

col = pl.col


def checked(row: Written, as_of: date, umi: Index) -> pl.DataFrame:
    """Texts and values of every row, sound or not; the faults are in `row`."""
    credit = credits_of(row)
    check_places(row)
    check_identifiers(row)
    values = values_of(row, facts())
    check_ranges(row, values, facts())
    values = check_present(row, values)
    computed = row.origins.get("unpaid_interest", Origin()).computed
    if computed:
        values = values.with_columns(unpaid_interest=interest_of_missed(values, umi))
    for column, reason, failed, why in disagreements(as_of):
        row.add(values.select(failed.fill_null(value=False)).to_series(), column, reason, why)
    check_conversion(row, values)
    check_ages(row, values, as_of)
    if not computed:
        check_interest(row, values, umi)
    return values.with_columns(credit, row.texts["municipality"].alias("municipality"))


def credits_of(row: Written, column: str = "credit") -> pl.Series:
    """Credit numbers as they are kept."""
    text = row.texts[column]
    missing(row, column, text.is_null())
    origin = row.origins.get(column, Origin())
    if origin.any_text:
        strange = text.is_not_null() & ~text.str.contains(ANY_TEXT)
        row.add(
            strange, column, reasons.CREDIT, "Lleva espacios o signos, o pasa de 40 caracteres."
        )
        return text.alias("credit")
    bare = text.str.replace_all(SEPARATORS, "")
    wrong = (bare.is_not_null() & ~bare.str.contains(r"^[0-9]{10}$")).arg_true()
    if len(wrong):
        sentences = [CHECKS["credit"](one) or "" for one in text.gather(wrong)]
        row.add_each(wrong, column, [Wrong(reasons.CREDIT, one) for one in sentences])
    return bare.alias("credit")


def check_places(row: Written) -> None:
    """Municipality keys."""
    text = row.texts["municipality"]
    missing(row, "municipality", text.is_null())
    strange = text.is_not_null() & ~text.str.contains(STATES)
    why = "No son 5 dígitos que empiecen con un estado (01 a 32)."
    row.add(strange, "municipality", reasons.MUNICIPALITY, why)


def check_identifiers(row: Written) -> None:
    """Personal identifiers that are there; they are not kept."""
    for name in (text.name for text in TEXTS if not text.kept):
        text = row.texts[name]
        there = text.is_not_null().arg_true()
        judged = [(place, CHECKS[name](text[place])) for place in there]
        wrong = [(place, why) for place, why in judged if why]
        if wrong:
            places = pl.Series([place for place, _ in wrong], dtype=pl.UInt32)
            row.add_each(places, name, [Wrong(reasons.IDENTIFIER, why) for _, why in wrong])


def missing(row: Written, column: str, empty: pl.Series) -> None:
    """A fact that must be there."""
    row.add(empty, column, reasons.MISSING, "Está vacío y es obligatorio.")


def check_ranges(row: Written, values: pl.DataFrame, declared: Declared) -> None:
    """The declared range of each column."""
    for name, (kind, said) in declared.items():
        if kind in (Flag, Code):
            continue
        found = values[name].cast(pl.Int32) if kind is Day else values[name]
        outside = ((found < said.least) | (found > said.most)).fill_null(value=False)
        row.add(outside, name, reasons.RANGE, f"Debe ir {limits(kind, said)}.")


def check_present(row: Written, values: pl.DataFrame) -> pl.DataFrame:
    """Required facts; one that only credits in pesos have may be empty in VSM, and the reverse: it
    is then zero."""
    indexed = values["indexed"].fill_null(value=False)
    in_pesos = ~values["indexed"].fill_null(value=True)
    idle = dict.fromkeys(IN_PESOS, indexed) | dict.fromkeys(IN_UNITS, in_pesos)
    for name in facts():
        origin = row.origins.get(name, Origin())
        if name in OPTIONAL or origin.computed:
            continue
        empty = row.texts[name].is_null()
        if origin.figured:
            empty &= ~row.faults.broken  # what could not be computed has its own fault
        if name in idle:
            zero = pl.when(empty & idle[name]).then(0).otherwise(values[name])
            values = values.with_columns(zero.alias(name))
            empty &= ~idle[name]
        missing(row, name, empty)
    return values


def disagreements(as_of: date) -> Iterator[tuple[str, Reason, pl.Expr, str]]:
    """Facts that cannot all be true: the column named, where, and why."""
    yield (
        "rate",
        reasons.FRACTION,
        col("rate").is_between(1, FRACTION_MOST),
        ("Es menor que 0.2 %: parece una fracción."),
    )
    for name in IN_PESOS:
        yield name, reasons.UNIT_MIX, col("indexed") & (col(name) > 0), "El crédito está en VSM."
    for name in IN_UNITS[:2]:
        yield name, reasons.UNIT_MIX, ~col("indexed") & (col(name) > 0), "El crédito está en pesos."
    yield (
        "balance_units",
        reasons.VSM_MOST,
        col("balance_units") > VSM_MOST,
        ("Ningún crédito se otorgó por tanto."),
    )
    for name in (name for name, (kind, _) in facts().items() if kind is Day):
        yield name, reasons.FUTURE, col(name) > as_of, f"Es posterior al corte ({as_of})."
    yield (
        "wage",
        reasons.NO_WAGE,
        col("employed") & (col("wage") == 0),
        ("Dice que tiene trabajo formal y su salario es cero."),
    )
    yield (
        "pension",
        reasons.NO_PENSION,
        ~col("pensioned") & (col("pension") > 0),
        ("Dice que no está pensionado y trae una pensión."),
    )
    yield from of_disability()
    there = col("converted_on").is_not_null()
    yield (
        "converted_on",
        reasons.NO_CONVERSION,
        ~col("converted") & there,
        ("El crédito no está convertido y trae fecha de conversión."),
    )
    yield (
        "converted_on",
        reasons.NO_CONVERSION,
        col("converted_on") < col("granted_on"),
        ("Es anterior al otorgamiento."),
    )


def of_disability() -> Iterator[tuple[str, Reason, pl.Expr, str]]:
    """The same, of what the insurance covers."""
    degree, event = col("disability"), col("insured_event").fill_null(0)
    yield (
        "disability",
        reasons.FRACTION_OF_WHOLE,
        degree.is_between(1, WHOLE_AS_FRACTION),
        "Es menor que 1 %: parece una fracción.",
    )
    yield (
        "disability",
        reasons.NO_EVENT,
        (degree > 0) & (event == 0),
        "No dice qué incapacidad y trae un grado.",
    )


def check_conversion(row: Written, values: pl.DataFrame) -> None:
    """A converted credit has the day; one that cannot be read is a fault already said."""
    without = values["converted"].fill_null(value=False) & row.texts["converted_on"].is_null()
    why = "El crédito está convertido y falta la fecha."
    row.add(without, "converted_on", reasons.NO_CONVERSION, why)


def check_ages(row: Written, values: pl.DataFrame, as_of: date) -> None:
    """Nobody is given a credit before 17, and nobody is older than 110."""
    age = full_years(col("born_on"), col("granted_on"))
    young = (age < YOUNGEST) & (col("born_on") <= as_of)
    add_figured(row, values, "born_on", reasons.YOUNG, young, age, "Tenía {} años.")
    age = full_years(col("born_on"), pl.lit(as_of))
    add_figured(row, values, "born_on", reasons.OLD, age > OLDEST, age, "Tendría {} años.")


def full_years(born: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Birthdays by a day."""
    return (as_number(day) - as_number(born)) // 10_000


def as_number(day: pl.Expr) -> pl.Expr:
    """20240630. The difference of two days so written is full years and four digits more."""
    month, of_month = day.dt.month().cast(pl.Int32), day.dt.day().cast(pl.Int32)
    return day.dt.year() * 10_000 + month * 100 + of_month


def add_figured(
    row: Written,
    values: pl.DataFrame,
    column: str,
    reason: Reason,
    failed: pl.Expr,
    figure: pl.Expr,
    why: str,
) -> None:
    """A fault whose sentence has a figure of the row."""
    found = values.select(failed.fill_null(value=False).alias("failed"), figure.alias("figure"))
    places = found["failed"].arg_true()
    if len(places):
        figures = found["figure"].gather(places)
        row.add_each(places, column, [Wrong(reason, why.format(one)) for one in figures])


def check_interest(row: Written, values: pl.DataFrame, umi: Index) -> None:
    """Unpaid interest is that of the months missed, within a centavo a month (ruling 13c)."""
    due = interest_of_missed(values, umi)
    paid, months = values["unpaid_interest"], values["months_missed"]
    apart = ((paid - due).abs() > months).fill_null(value=False).arg_true()
    if len(apart):
        figures = zip(paid.gather(apart), due.gather(apart), months.gather(apart), strict=True)
        wrong = [
            Wrong(
                reasons.INTEREST,
                f"Dice {pesos(said, 2)} y {count} meses omitidos dan {pesos(owed, 2)}.",
            )
            for said, owed, count in figures
        ]
        row.add_each(apart, "unpaid_interest", wrong)


def interest_of_missed(values: pl.DataFrame, umi: Index) -> pl.Series:
    """Months missed by one month's interest on the balance in pesos; null where a fact is."""
    names = ("balance", "balance_units", "rate", "months_missed")
    known = values.select(
        [col(name).is_between(facts()[name][1].least, facts()[name][1].most) for name in names]
        + [col("indexed").is_not_null()]
    )
    sound = known.select(pl.all_horizontal(pl.all().fill_null(value=False))).to_series()
    there = values.select(pl.when(sound).then(col(name)).otherwise(0).alias(name) for name in names)
    in_units = Flag(values["indexed"].fill_null(value=False).to_numpy())
    units = Units(there["balance_units"].to_numpy()).pesos(umi)
    balance = where(in_units, units, Money(there["balance"].to_numpy()))
    month = balance.month_at(Rate(there["rate"].to_numpy()), Rounding.HALF_UP)
    due = pl.Series(month.for_months(Months(there["months_missed"].to_numpy())).values)
    return pl.select(pl.when(sound).then(due)).to_series()


def umi_of(as_of: date) -> Index:
    """Pesos of the day for one monthly unit; Refused before the series begins."""
    umi = common()["umi"]
    try:
        return Index(as_column(umi.unit, umi.at(as_of).value).values)
    except NotInForce as why:
        raise Refused(f"No se puede importar al {as_of}: {why}") from why
