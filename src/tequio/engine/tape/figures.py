"""From what a person wrote to our whole numbers, exactly; and back.

Each function takes a column of text, trimmed, null where empty, and gives a column of the same
length, null where the text is not exactly a value. `why_not` then says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from difflib import get_close_matches

import polars as pl

from tequio.core.columns import (
    EPOCH,
    Code,
    Column,
    Count,
    Day,
    Flag,
    Money,
    Months,
    Rate,
    Share,
    Units,
)
from tequio.core.loan import Fact
from tequio.engine.tape import reasons
from tequio.engine.tape.reasons import Wrong
from tequio.engine.tape.words import SPANISH, codes, plain, yes_or_no

PLACES: Mapping[type[Column], int] = {Money: 2, Units: 6, Rate: 4, Share: 4, Months: 0, Count: 0}
DIGITS = 15  # before the point: more than any range allows
DRESSED = (  # between thousands also the spaces that web pages and French formats use
    r"^-?\s*\$?\s*-?([0-9]{1,3}([, \u00a0\u202f][0-9]{3})+|[0-9]+)?(\.[0-9]*)?\s*%?$"
)
NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
OUR_DAY = re.compile(r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}")
CLOCK = r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$"
SERIAL_ZERO = date(1899, 12, 30)  # day zero of a spreadsheet
SERIALS = (61, 80_000)  # from 1900-03-01, after a spreadsheet's false leap day, to 2119


def parsed(text: pl.Series, kind: type[Column], name: str, day_format: str = "") -> pl.Series:
    """The values of a column: Int64 in our units, Boolean for a flag, Date for a day."""
    if kind is Flag:
        return looked_up(text, yes_or_no, pl.Boolean())
    if kind is Code:
        known = codes(name)
        return looked_up(text, lambda word: known.get(plain(word)), pl.Int64())
    if kind is Day:
        return days(text, day_format)
    return numbers(text, PLACES[kind])


def looked_up(
    text: pl.Series, find: Callable[[str], bool | int | None], kind: pl.DataType
) -> pl.Series:
    """Each different text is looked at once."""
    words = text.drop_nulls().unique().to_list()
    found = [find(word) for word in words]
    return text.replace_strict(words, found, default=None, return_dtype=kind)


def numbers(text: pl.Series, places: int) -> pl.Series:
    """Whole numbers of 10 ** -places: `1234.5`, `1,234.50`, `$ 1 234.50`, `10.45 %`."""
    bare = bare_numbers(text, places)
    failed = bare.is_null() & text.is_not_null()
    if not failed.any():
        return bare
    dressed = text.filter(failed)
    stripped = dressed.str.replace_all(r"[$,%\s]", "")
    stripped = pl.select(pl.when(dressed.str.contains(DRESSED)).then(stripped)).to_series()
    return bare.scatter(failed.arg_true(), bare_numbers(stripped, places))


def bare_numbers(text: pl.Series, places: int) -> pl.Series:
    """The same of plain digits, sign and point; decimals past `places` must be zeros."""
    decimals = rf"[0-9]{{0,{places}}}0*" if places else "0*"
    shape = rf"^-?([0-9]{{1,{DIGITS}}}(\.{decimals})?|\.[0-9]{decimals})$"
    sound = pl.when(text.str.contains(shape)).then(text.str.strip_chars_end(" "))
    exact = sound.cast(pl.Decimal(38, places), strict=False)
    return pl.select(exact.to_physical().cast(pl.Int64, strict=False).alias(text.name)).to_series()


def days(text: pl.Series, day_format: str = "") -> pl.Series:
    """Dates: `2024-06-30`, `30/06/2024`, a spreadsheet's serial; or in the one format of a map."""
    if day_format:
        whole = "%d" in day_format
        dated = text if whole else pl.select("01 " + text).to_series()
        return dated.str.to_date(day_format if whole else f"%d {day_format}", strict=False)
    found = iso_days(text)
    failed = found.is_null() & text.is_not_null()
    if not failed.any():
        return found
    rest = text.filter(failed).str.replace(CLOCK, "")
    ours = pl.when(rest.str.contains(rf"^({OUR_DAY.pattern})$")).then(
        rest.str.replace_all("-", "/")
    )
    serial = numbers(rest, 0)
    low, high = SERIALS
    offset = (SERIAL_ZERO - EPOCH).days
    other = pl.select(
        pl.coalesce(
            iso_days(rest),
            ours.str.to_date("%d/%m/%Y", strict=False),
            pl.when(serial.is_between(low, high))
            .then((serial + offset).cast(pl.Int32))
            .cast(pl.Date),
        )
    ).to_series()
    return found.scatter(failed.arg_true(), other)


def iso_days(text: pl.Series) -> pl.Series:
    """Year, month, day."""
    shaped = pl.when(text.str.contains(rf"^({ISO_DAY.pattern})$")).then(text)
    return pl.select(shaped.str.to_date("%Y-%m-%d", strict=False).alias(text.name)).to_series()


def why_not(text: str, kind: type[Column], name: str, day_format: str = "") -> Wrong:
    """What is wrong with a text that is no value of its column."""
    if kind is Flag:
        return Wrong(reasons.YES_NO, "No se entiende como sí ni como no.")
    if kind is Code:
        return no_code(text, name)
    if kind is Day:
        return no_day(text, day_format)
    return no_number(text, PLACES[kind])


def no_number(text: str, places: int) -> Wrong:
    """Why a text is no number of so many decimals."""
    bare = re.sub(r"[$,%\s]", "", text)
    if not NUMBER.fullmatch(bare):
        return Wrong(reasons.NOT_A_NUMBER, "No se puede leer como número.")
    if not re.fullmatch(DRESSED, text):
        if "," in text:
            return Wrong(reasons.COMMA, "La coma no separa grupos de tres cifras.")
        return Wrong(reasons.NOT_A_NUMBER, "Tiene espacios o signos fuera de lugar.")
    whole, _, decimals = bare.partition(".")
    if len(whole.lstrip("-+0")) > DIGITS:
        return Wrong(
            reasons.RANGE, f"Tiene {len(whole.lstrip('-+'))} cifras: ningún dato llega a tanto."
        )
    if places:
        return Wrong(reasons.DECIMALS, f"Tiene {len(decimals)} decimales; se admiten {places}.")
    return Wrong(reasons.DECIMALS, "Debe ser un número entero.")


def no_day(text: str, day_format: str) -> Wrong:
    """Why a text is no date."""
    if day_format:
        return Wrong(
            reasons.NOT_A_DATE, f"No es una fecha escrita como dice el mapa ({day_format})."
        )
    bare = re.sub(CLOCK, "", text)
    if ISO_DAY.fullmatch(bare) or OUR_DAY.fullmatch(bare):
        return Wrong(reasons.NO_SUCH_DATE, "Ese día no existe.")
    if re.fullmatch(r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2}", bare):
        return Wrong(reasons.SHORT_YEAR, "El año tiene dos cifras: puede ser de dos siglos.")
    return Wrong(reasons.NOT_A_DATE, "No se puede leer como fecha.")


def no_code(text: str, name: str) -> Wrong:
    """Why a text is no code of a list, with the nearest one."""
    if name == "sex" and plain(text) == "m":
        return Wrong(reasons.CODE, "«M» puede ser mujer o masculino: escriba «mujer» u «hombre».")
    near = get_close_matches(plain(text), list(codes(name)), 1)
    if near:
        return Wrong(reasons.CODE, f"¿Quiso decir «{SPANISH[name][codes(name)[near[0]]]}»?")
    return Wrong(reasons.CODE, f"Se admite: {', '.join(SPANISH[name])}.")


def written(value: int, kind: type[Column], name: str = "") -> str:
    """One value in our units as the template has it: what `parsed` reads back."""
    if kind is Flag:
        return "sí" if value else "no"
    if kind is Code:
        return SPANISH[name][value]
    if kind is Day:
        return (EPOCH + timedelta(days=value)).isoformat()
    return decimal(value, PLACES[kind])


def decimal(value: int, places: int) -> str:
    """A whole number of 10 ** -places, all its decimals, nothing between thousands."""
    size, sign = 10**places, "-" if value < 0 else ""
    fraction = f".{abs(value) % size:0{places}}" if places else ""
    return f"{sign}{abs(value) // size}{fraction}"


def decimals(column: pl.Expr, places: int) -> pl.Expr:
    """The same of a column, from zero."""
    size = 10**places
    fraction = (column % size).cast(pl.String).str.zfill(places)
    return pl.concat_str((column // size).cast(pl.String), pl.lit("."), fraction)


def limits(kind: type[Column], said: Fact) -> str:
    """The range of a column, as the template writes it."""
    return f"de {written(said.least, kind)} a {written(said.most, kind)}"
