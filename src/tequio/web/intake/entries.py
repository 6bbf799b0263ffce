"""What every kind of file is read into: payments, and the rows that are not taken, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import polars as pl

from tequio.core.columns import Column, Day, Money
from tequio.engine.tape.figures import parsed, why_not
from tequio.engine.tape.reasons import Wrong
from tequio.engine.tape.tapes import Batch
from tequio.engine.tape.words import plain

AT_A_TIME = 20_000  # rows of a file in one write
KEY_MOST = 100  # characters of the sender's own key
AMOUNT_MOST = 10**11  # centavos: a thousand million pesos is no payment of a credit
FIRST_DAY = date(1992, 1, 1)
PAYMENT: Mapping[str, pl.DataType] = {
    "line": pl.Int64(),
    "key": pl.String(),  # the sender's own; null: there is none
    "day": pl.Date(),  # value day
    "amount": pl.Int64(),  # centavos
    "channel": pl.Int64(),  # `servicing.accounts.Channel`
    "intent": pl.Int64(),  # `servicing.posting.Intent`
    "from_employer": pl.Boolean(),
    "reference": pl.String(),
    "number": pl.String(),  # of a credit, as written
    "municipality": pl.String(),
    "name": pl.String(),
    "concept": pl.String(),
    "nss": pl.String(),
}
ASIDE: Mapping[str, pl.DataType] = {
    "line": pl.Int64(),
    "field": pl.String(),
    "why": pl.String(),
    "mend": pl.String(),
    "amount": pl.Int64(),  # centavos; null: it cannot be read
}
DIFFERENCE: Mapping[str, pl.DataType] = {
    "line": pl.Int64(),
    "expected": pl.Int64(),  # centavos
    "received": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says of itself; None: its kind does not say it."""

    rows: int | None
    total: int | None  # centavos


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Some rows of a file. The amounts of payments and of rows set aside are together `total`."""

    rows: int
    first: int  # lines
    last: int
    total: int  # centavos, of the rows whose amount can be read
    payments: pl.DataFrame
    aside: pl.DataFrame  # a row a line
    differences: pl.DataFrame  # of remittances: what the notice says, where it is something else


class Reading(Protocol):
    """An open file. What it declares is known when all of it was read."""

    declared: Declared

    def __iter__(self) -> Iterator[Entries]:
        """Its rows, some at a time; from the beginning each time. Refused: it is cut short, or it
        is not what it seems."""


@dataclass(slots=True)
class Judged:
    """What is wrong with some rows, gathered fault by fault."""

    lines: pl.Series
    broken: pl.Series = field(init=False)
    found: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.broken = pl.Series([False]).new_from_index(0, len(self.lines))

    def add(self, wrong: pl.Series, name: str, why: str, mend: str) -> None:
        """The rows where it holds."""
        places = wrong.fill_null(value=False).arg_true()
        self.add_each(places, name, [(why, mend)] * len(places))

    def add_each(self, places: pl.Series, name: str, said: Sequence[tuple[str, str]]) -> None:
        """Rows by their places, each with its own sentence and how to mend it."""
        if not len(places):
            return
        self.broken = self.broken.scatter(places, True)
        whys, mends = zip(*said, strict=True)
        lines = self.lines.gather(places)
        faults = {"line": lines, "field": [name] * len(places), "why": whys, "mend": mends}
        self.found.append(pl.DataFrame(faults).cast({"line": pl.Int64}))

    def value(self, text: pl.Series, kind: type[Column], name: str) -> pl.Series:
        """A column of whole numbers or days out of its text; what is none is a fault."""
        values = parsed(text, kind, name)
        places = (values.is_null() & text.is_not_null()).arg_true()
        wrong = [why_not(one, kind, name) for one in text.gather(places)]
        self.add_each(places, name, [(one.why, one.reason.mend) for one in wrong])
        self.add(text.is_null(), name, "Está vacío y hace falta.", "Escriba el dato.")
        return values

    def word(self, text: pl.Series, known: Mapping[str, int], name: str) -> pl.Series:
        """A column of codes out of words; empty is the code of the empty word."""
        words = text.fill_null("")
        different = words.unique().to_list()
        codes = [known.get(plain(one)) for one in different]
        values = words.replace_strict(different, codes, default=None, return_dtype=pl.Int64)
        listed = ", ".join(word for word in known if word)
        self.add(values.is_null(), name, "No está en la lista.", f"Se admite: {listed}, o vacío.")
        return values

    def day(self, text: pl.Series, name: str, as_of: date) -> pl.Series:
        """A value day."""
        days = self.value(text, Day, name)
        self.add(
            days > as_of,
            name,
            f"Es de un día posterior a {as_of}: no se recibe dinero antes de que llegue.",
            "Revise la fecha; si es correcta, tome el archivo ese día o diga --as-of.",
        )
        mend = "Revise el año."
        self.add(days < FIRST_DAY, name, f"Es de antes de {FIRST_DAY}.", mend)
        return days

    def amount(self, text: pl.Series, name: str, *, zero: bool = False) -> pl.Series:
        """Centavos; `zero`: none is an amount too."""
        amounts = self.value(text, Money, name)
        self.add_odd_amounts(amounts, name, zero=zero)
        sound = amounts.is_between(-AMOUNT_MOST, AMOUNT_MOST)  # what is beyond counts as unreadable
        return pl.select(pl.when(sound).then(amounts)).to_series()

    def add_odd_amounts(self, amounts: pl.Series, name: str, *, zero: bool = False) -> None:
        """Amounts that are no payment's."""
        self.add(
            amounts < 0,
            name,
            "Es negativo: es un cargo o una devolución, no un pago.",
            "Si anula un pago ya recibido, repórtelo como reversa de ese pago.",
        )
        self.add((amounts == 0) & (not zero), name, "Es cero.", "Quite la fila o ponga el importe.")
        most = amounts > AMOUNT_MOST
        self.add(most, name, "Es mayor que mil millones de pesos.", "Revise el punto decimal.")

    def key(self, keys: pl.Series, name: str) -> None:
        """A sender's key that can be kept."""
        long = f"Pasa de {KEY_MOST} letras."
        self.add(keys.str.len_chars() > KEY_MOST, name, long, "Use la clave corta del banco.")
        odd = keys.str.contains(r"[^\x20-\x7e\u00a1-\u02ff]")
        self.add(odd, name, "Tiene signos que no se pueden escribir.", "Quítelos.")

    def aside(self, amounts: pl.Series, unread: Sequence[tuple[int, Wrong]] = ()) -> pl.DataFrame:
        """A row a line that has faults: the field of the first, and all that is said."""
        faults = pl.concat([pl.DataFrame(schema=FAULT), *self.found])
        a_line = faults.group_by("line", maintain_order=True).agg(
            pl.col("field").first(),
            pl.col("why").str.join(" "),
            pl.col("mend").unique(maintain_order=True).str.join(" "),
        )
        said = pl.DataFrame([self.lines.alias("line").cast(pl.Int64), amounts.alias("amount")])
        a_line = a_line.join(said, on="line", how="left", maintain_order="left")
        whole = [
            {"line": line, "field": "", "why": wrong.why, "mend": wrong.reason.mend}
            for line, wrong in unread
        ]
        both = [a_line.select(list(ASIDE)), pl.DataFrame(whole, schema=ASIDE)]
        return pl.concat([one.cast(dict(ASIDE)) for one in both]).sort("line")


FAULT = {name: kind for name, kind in ASIDE.items() if name != "amount"}


def payments_of(told: pl.DataFrame) -> pl.DataFrame:
    """Payments with these columns; what is not said is empty, and nobody's."""
    usual: dict[str, object] = {"channel": 0, "intent": 0, "from_employer": False}
    absent = {name: pl.lit(usual.get(name, "")) for name in PAYMENT if name not in told.columns}
    texts = [n for n, kind in PAYMENT.items() if kind == pl.String() and n != "key"]
    whole = told.with_columns(**absent).select(list(PAYMENT))
    return whole.cast(dict(PAYMENT)).with_columns(pl.col(texts).fill_null(""))


def no_payments() -> pl.DataFrame:
    """None."""
    return pl.DataFrame(schema=dict(PAYMENT))


def no_differences() -> pl.DataFrame:
    """None."""
    return pl.DataFrame(schema=dict(DIFFERENCE))


def sliced(batch: Batch) -> Iterator[Batch]:
    """A batch in pieces of so many rows; rows that could not be parted go with the first."""
    for at in range(0, max(len(batch.rows), 1), AT_A_TIME):
        cells, rows = batch.cells.slice(at, AT_A_TIME), batch.rows.slice(at, AT_A_TIME)
        yield Batch(cells, rows, batch.unread if at == 0 else (), batch.done)
