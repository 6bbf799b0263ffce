"""Which column of a file is which of ours: by name, or by a map that says so in a TOML.

`docs/import.md` tells people how to write one; every mistake in it is said before a row is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from tequio.core.columns import Code, Column, Day, Flag, Rounding
from tequio.core.loan import TEXTS, facts
from tequio.engine.errors import Refused
from tequio.engine.tape.figures import parsed, why_not
from tequio.engine.tape.rejects import LABELS
from tequio.engine.tape.words import plain

OPTIONAL = frozenset(text.name for text in TEXTS if text.optional) | {
    name for name, (_, said) in facts().items() if said.optional
}
OURS: Mapping[str, type[Column] | None] = {text.name: None for text in TEXTS} | {
    name: kind for name, (kind, _) in facts().items()
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What a kind of file may have: the type of each column (None: a text), those that may be
    absent, and what people call them."""

    kinds: Mapping[str, type[Column] | None]
    optional: frozenset[str]
    labels: Mapping[str, str]
    template: str = "tequio template"  # the command that writes an example

    def named(self, header: str) -> str | None:
        """The column of a header: its name or its label, however written."""
        by_label = {plain(label): name for name, label in self.labels.items()}
        word = plain(header)
        return word if word in self.kinds else by_label.get(word)


OF_A_LOAN = Columns(OURS, OPTIONAL, LABELS)
COMPUTED = {"unpaid_interest": "interest_of_missed_months"}
ROUNDINGS = {"half_up": Rounding.HALF_UP, "down": Rounding.DOWN, "up": Rounding.UP}
NAMED = 12  # missing columns that an error spells out
FORMATS = frozenset("dmyYbB")  # the directives of a date that a map may use


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one of our columns comes from: (source + plus - minus) x times / divide_by."""

    source: str = ""
    constant: str | None = None
    computed: bool = False
    plus: str = ""
    minus: str = ""
    times: Fraction = Fraction(1)
    divide_by: Fraction = Fraction(1)
    divide_by_column: str = ""
    rounding: Rounding = Rounding.HALF_UP
    codes: Mapping[str, str] = field(default_factory=dict)
    day_format: str = ""
    any_text: bool = False

    @property
    def columns(self) -> list[str]:
        """Theirs, that are read."""
        named = (self.source, self.plus, self.minus, self.divide_by_column)
        return [name for name in named if name]

    @property
    def figured(self) -> bool:
        """Whether there is anything to compute."""
        whole = self.times == 1 and self.divide_by == 1
        return len(self.columns) > 1 or not whole

    @property
    def name(self) -> str:
        """What a reject calls it."""
        return " y ".join(self.columns) or "(mapa)"


@dataclass(frozen=True, slots=True)
class Map:
    """Every column of ours that a file gives, and where from."""

    origins: Mapping[str, Origin]
    trial: str = ""  # what every output repeats, when the loans are not what they stand for


def by_name(path: Path, headers: Sequence[str], columns: Columns = OF_A_LOAN) -> Map:
    """A file in our own columns, by name or by label; Refused names what is missing or unknown."""
    origins: dict[str, Origin] = {}
    problems = []
    for header in headers:
        ours = columns.named(header)
        if ours is None:
            problems.append(f"la columna «{header}» no existe{nearest(header, [*columns.kinds])}")
        elif ours in origins:
            problems.append(f"«{header}» y «{origins[ours].source}» son la misma columna ({ours})")
        else:
            origins[ours] = Origin(source=header)
    problems += missing(origins, columns)
    if problems:
        raise Refused(
            f"{path}: {'; '.join(problems)}. Corrija el encabezado (vea `{columns.template}`), o "
            "traiga el archivo con un mapa (--map)."
        )
    return Map(origins)


def missing(origins: Mapping[str, Origin], columns: Columns = OF_A_LOAN) -> list[str]:
    """One sentence for the required columns that are not there."""
    wanted = columns.kinds.keys() - origins.keys() - columns.optional
    absent = [name for name in columns.kinds if name in wanted]
    word = "falta la columna" if len(absent) == 1 else "faltan las columnas"
    more = f" y {len(absent) - NAMED} más" if len(absent) > NAMED else ""
    return [f"{word} {', '.join(absent[:NAMED])}{more}"] if absent else []


def nearest(name: str, known: Sequence[str]) -> str:
    """A suggestion, when one is near."""
    near = get_close_matches(name.lower(), [one.lower() for one in known], 1)
    found = [one for one in known if near and one.lower() == near[0]]
    return f"; ¿quiso decir «{found[0]}»?" if found else ""


def fit(map_: Map, path: Path, headers: Sequence[str]) -> None:
    """Refused when a map names a column that the file has not."""
    problems = [
        f"«{name}» (para {ours}) no está en el archivo{nearest(name, headers)}"
        for ours, origin in map_.origins.items()
        for name in origin.columns
        if name not in headers
    ]
    if problems:
        raise Refused(f"{path}: {'; '.join(problems)}. Corrija el mapa o el archivo.")


def read_map(path: Path) -> Map:
    """The map in a TOML; Refused says everything that is wrong with it at once."""
    raw = parsed_map(path)
    return read_maps(path, {"columns": {}} | raw, {"columns": OF_A_LOAN})["columns"]


def read_maps(
    path: Path, raw: Mapping[str, Any], tables: Mapping[str, Columns]
) -> Mapping[str, Map]:
    """The maps in a TOML, one for each table of `tables` that it has; all with its trial."""
    trial = raw.get("trial", "")
    entries = {name: raw[name] for name in tables if name in raw}
    if not isinstance(trial, str) or not all(isinstance(one, dict) for one in entries.values()):
        named = " y ".join(f"«{name}»" for name in tables)
        raise Refused(f"{path}: «trial» es un texto y {named} son tablas, una por columna.")
    problems = [f"no existe la entrada «{key}»" for key in raw if key not in {"trial", *tables}]
    maps = {}
    for name, table in entries.items():
        origins = read_table(name, table, tables[name], problems)
        problems += missing(origins, tables[name])
        maps[name] = Map(origins, trial.strip())
    if problems:
        raise Refused(f"{path}: {'; '.join(problems)}.")
    return maps


def parsed_map(path: Path) -> dict[str, Any]:
    """The tables of a TOML, with exact decimals."""
    if not path.is_file():
        raise Refused(f"No existe el mapa {path}. Revise el nombre y la carpeta.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as why:
        raise Refused(f"{path}: no es un TOML válido ({why}).") from why


def read_table(
    name: str, entries: Mapping[str, Any], columns: Columns, problems: list[str]
) -> dict[str, Origin]:
    """The origins that a table of a map gives; what is wrong with each is added to `problems`."""
    origins: dict[str, Origin] = {}
    for ours, entry in entries.items():
        try:
            origins[ours] = read_origin(f"[{name}.{ours}]", ours, entry, columns)
        except Refused as why:
            problems.append(str(why))
            origins[ours] = Origin()
    return origins


def read_origin(where: str, ours: str, entry: Any, columns: Columns) -> Origin:
    """One entry of the map; Refused says what is wrong with it."""
    if ours not in columns.kinds:
        raise Refused(f"{where} no existe{nearest(ours, [*columns.kinds])}")
    if not isinstance(entry, dict):
        raise Refused(f"{where} debe ser una tabla, como {ours} = {{ from = 'SU COLUMNA' }}")
    strange = sorted(entry.keys() - READERS.keys())
    if strange:
        raise Refused(f"{where}: no existe «{strange[0]}»{nearest(strange[0], [*READERS])}")
    if len(entry.keys() & {"from", "constant", "computed"}) != 1:
        raise Refused(f"{where}: diga solo uno de from, constant, computed")
    if "from" not in entry and len(entry) > 1:
        raise Refused(f"{where}: constant y computed van solos")
    origin = Origin()
    for key, value in entry.items():
        origin = replace(origin, **READERS[key](where, key, value, ours))
    check_kind(where, ours, origin, columns.kinds[ours])
    return origin


def check_kind(where: str, ours: str, origin: Origin, kind: type[Column] | None) -> None:
    """Refused when an origin does not go with the kind of the column."""
    if origin.figured and kind in (None, Flag, Code, Day):
        raise Refused(f"{where}: no es un número; no lleva plus, minus, times ni divide_by")
    if origin.day_format and kind is not Day:
        raise Refused(f"{where}: format es solo para fechas")
    if origin.any_text and ours != "credit":
        raise Refused(f"{where}: any_text es solo para credit")
    if origin.computed and ours not in COMPUTED:
        raise Refused(f"{where}: solo se puede calcular {', '.join(COMPUTED)}")
    if origin.constant is not None and kind is not None:
        text = pl.Series([origin.constant])
        if parsed(text, kind, ours).has_nulls():
            wrong = why_not(origin.constant, kind, ours)
            raise Refused(f"{where}: «{origin.constant}» no sirve. {wrong.why} {wrong.reason.mend}")


Read = dict[str, Any]


def read_text(where: str, key: str, value: Any, _: str) -> Read:
    """A column of theirs."""
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{where}: {key} es el nombre de una columna, entre comillas")
    return {"source" if key == "from" else key: value.strip()}


def read_constant(where: str, key: str, value: Any, ours: str) -> Read:
    """One value for every row, written as in the template."""
    if isinstance(value, bool):
        value = "sí" if value else "no"
    if not isinstance(value, str | int | Decimal):
        raise Refused(f"{where}: {key} se escribe como en la plantilla, entre comillas")
    if ours == "credit":
        raise Refused(f"{where}: cada crédito tiene su número; no puede ser constante")
    return {"constant": str(value)}


def read_computed(where: str, key: str, value: Any, ours: str) -> Read:
    """The one thing that is computed from our own columns."""
    if value != COMPUTED.get(ours, COMPUTED["unpaid_interest"]):
        raise Refused(f"{where}: {key} solo puede ser {COMPUTED['unpaid_interest']!r}")
    return {"computed": True}


def read_factor(where: str, key: str, value: Any, _: str) -> Read:
    """A number; to divide by, also a column."""
    if key == "divide_by" and isinstance(value, str) and value.strip():
        return {"divide_by_column": value.strip()}
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not value > 0:
        raise Refused(f"{where}: {key} es un número mayor que cero")
    return {key: Fraction(value)}


def read_rounding(where: str, key: str, value: Any, _: str) -> Read:
    """How what is computed becomes a whole number of our units."""
    if value not in ROUNDINGS:
        raise Refused(f"{where}: {key} es uno de {', '.join(ROUNDINGS)}")
    return {"rounding": ROUNDINGS[value]}


def read_codes(where: str, key: str, value: Any, _: str) -> Read:
    """Their words, and ours for them."""
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Refused(f"{where}: {key} es una tabla de textos, como {{ F = 'mujer' }}")
    return {"codes": dict(value)}


def read_format(where: str, key: str, value: Any, _: str) -> Read:
    """How dates are written, as `%d/%m/%Y`; without a day, it is the first of the month."""
    used = [part[:1] for part in value.split("%")[1:]] if isinstance(value, str) else []
    has = set(used)
    if not used or not has <= FORMATS or not has & {"y", "Y"} or not has & {"m", "b", "B"}:
        raise Refused(f"{where}: {key} se escribe con %d, %m y %Y, como '%d/%m/%Y' o '%m/%Y'")
    return {"day_format": value}


def read_any_text(where: str, key: str, value: Any, _: str) -> Read:
    """Whether credit numbers may be other than ten digits."""
    if not isinstance(value, bool):
        raise Refused(f"{where}: {key} es true o false")
    return {"any_text": value}


READERS = {
    "from": read_text,
    "plus": read_text,
    "minus": read_text,
    "constant": read_constant,
    "computed": read_computed,
    "times": read_factor,
    "divide_by": read_factor,
    "rounding": read_rounding,
    "codes": read_codes,
    "format": read_format,
    "any_text": read_any_text,
}
