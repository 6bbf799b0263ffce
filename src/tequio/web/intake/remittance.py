"""An employer's remittance of a bimester: what was withheld from each worker, and the employer's
own 5 %.

Of each row two monthly instalments are made, valued at the end of each month, and the employer's
part at the end of the bimester (ruling 5); what the notice says is worked out beside it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from tequio.core.columns import Money, Months, Share
from tequio.core.law import common
from tequio.core.law_units import as_column
from tequio.engine.identifiers import nss
from tequio.engine.tape.figures import parsed
from tequio.engine.tape.tapes import Batch
from tequio.servicing.accounts import Channel
from tequio.servicing.notice import Discount, withheld
from tequio.web.intake.entries import (
    DIFFERENCE,
    Declared,
    Entries,
    Judged,
    no_differences,
    no_payments,
    payments_of,
)
from tequio.web.intake.sheet_lines import Lines

COLUMNS = {  # whether a file must have it
    "clave": True,
    "fecha": True,
    "nrp": True,
    "bimestre": True,
    "nss": True,
    "tipdesc": True,
    "valor": False,
    "sdi": False,
    "dias": True,
    "retenido": True,
    "aportacion": True,
    "credito": False,
}
KINDS = {str(int(kind)): int(kind) for kind in Discount}
BIMESTER = r"^[0-9]{4}-[1-6]$"
NRP = r"^[A-Z0-9]{10,11}$"
THIRD = 10  # the index has thousandths of a peso, a daily unit centavos


@dataclass(slots=True)
class Remittance:
    """An employer's file, open."""

    path: Path
    as_of: date
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = Lines(self.path, COLUMNS, ("retenido", "aportacion"))

    @property
    def declared(self) -> Declared:
        """The last line's totals."""
        return self.lines.declared

    def __iter__(self) -> Iterator[Entries]:
        """Row by row."""
        for batch in self.lines.batches():
            yield entries_of(batch, self.as_of)


@dataclass(frozen=True, slots=True)
class Bimester:
    """Two months of a year."""

    year: int
    number: int  # 1 to 6

    @property
    def ends(self) -> tuple[date, date]:
        """The last day of each of its months."""
        months = (2 * self.number - 1, 2 * self.number)
        first, last = (date(self.year, m, monthrange(self.year, m)[1]) for m in months)
        return first, last

    @property
    def days(self) -> int:
        """Of both months."""
        return sum(end.day for end in self.ends)

    def daily_unit(self) -> int:
        """Centavos, on its last day."""
        umi = common()["umi"]
        monthly = int(as_column(umi.unit, umi.at(self.ends[1]).value).values[0])
        return round_half_up(monthly * 10, 304 * THIRD)


def round_half_up(number: int, by: int) -> int:
    """A quotient of whole numbers above zero."""
    return (2 * number + by) // (2 * by)


def bimester_of(text: str) -> Bimester:
    """`2024-3`."""
    year, _, number = text.partition("-")
    return Bimester(int(year), int(number))


def entries_of(batch: Batch, as_of: date) -> Entries:
    """Some rows, each judged by itself."""
    cells, judged = batch.cells, Judged(batch.rows)
    kept = judged.amount(cells["retenido"], "retenido", zero=True)
    share = judged.amount(cells["aportacion"], "aportacion", zero=True)
    both = kept.fill_null(0) + share.fill_null(0)
    judged.add(both == 0, "retenido", "No trae dinero.", "Quite la fila.")
    judged.day(cells["fecha"], "fecha", as_of)
    judged.add(cells["clave"].is_null(), "clave", "Está vacía.", "Ponga el folio y el renglón.")
    judged.key(cells["clave"], "clave")
    days = judge_worker(judged, cells, as_of)
    unread = kept.is_null() & share.is_null()
    amounts = pl.select(pl.when(~unread).then(both)).to_series()
    sound = cells.with_columns(
        line=batch.rows.cast(pl.Int64), kept=kept, share=share, days=days
    ).filter(~judged.broken)
    every = [*batch.rows.to_list(), *(line for line, _ in batch.unread)]
    return Entries(
        rows=len(every),
        first=min(every, default=0),
        last=max(every, default=0),
        total=int(amounts.sum() or 0),
        payments=payments_in(sound),
        aside=judged.aside(amounts, batch.unread),
        differences=differences_in(sound),
    )


def judge_worker(judged: Judged, cells: pl.DataFrame, as_of: date) -> pl.Series:
    """Who, when and how many days; the days."""
    employer = cells["nrp"].str.to_uppercase().str.replace_all(r"[\s-]", "")
    odd = (~employer.str.contains(NRP)).fill_null(value=True)
    judged.add(odd, "nrp", "No es un registro patronal.", "Son 10 u 11 letras y números.")
    odd = (~cells["bimestre"].str.contains(BIMESTER)).fill_null(value=True)
    judged.add(odd, "bimestre", "No es un bimestre.", "Escríbalo como 2024-3.")
    judged.word(cells["tipdesc"].fill_null("?"), KINDS, "tipdesc")
    wrong = [nss(text or "") for text in cells["nss"]]
    places = pl.Series([said is not None for said in wrong], dtype=pl.Boolean).arg_true()
    judged.add_each(places, "nss", [(wrong[at] or "", "Cópielo del aviso.") for at in places])
    days = judged.value(cells["dias"], Months, "dias")
    known = cells["bimestre"].str.contains(BIMESTER).fill_null(value=False)
    bimesters = {t: bimester_of(t) for t in cells["bimestre"].filter(known).unique()}
    most = cells["bimestre"].replace_strict(
        list(bimesters), [b.days for b in bimesters.values()], default=None, return_dtype=pl.Int64
    )
    judged.add(days < 0, "dias", "Es negativo.", "Escriba los días trabajados.")
    judged.add(days > most, "dias", "Son más días que los del bimestre.", "Corrija los días.")
    future = [name for name, b in bimesters.items() if b.ends[1] > as_of]
    judged.add(
        cells["bimestre"].is_in(future),
        "bimestre",
        "No ha terminado: no se recibe dinero antes de que llegue.",
        "Revise el bimestre, o tome el archivo cuando termine.",
    )
    return days


def payments_in(sound: pl.DataFrame) -> pl.DataFrame:
    """Two instalments and the employer's part of each row; what is nothing is left out."""
    if not len(sound):
        return no_payments()
    bimesters = {text: bimester_of(text) for text in sound["bimestre"].unique()}
    half = (pl.col("kept") + 1) // 2
    parts = (
        ("1", half, 0, False),
        ("2", pl.col("kept") - half, 1, False),
        ("p", pl.col("share"), 1, True),
    )
    made = []
    for mark, amount, month, from_employer in parts:
        ends = [b.ends[month] for b in bimesters.values()]
        day = pl.col("bimestre").replace_strict(list(bimesters), ends, return_dtype=pl.Date)
        columns: dict[str, pl.Expr] = {
            "line": pl.col("line"),
            "key": pl.concat_str("clave", pl.lit(f":{mark}")),
            "day": day,
            "amount": amount,
            "channel": pl.lit(int(Channel.PAYROLL)),
            "from_employer": pl.lit(from_employer),
            "reference": pl.concat_str("nrp", pl.lit(" "), "bimestre"),
            "number": pl.col("credito"),
            "nss": pl.col("nss").str.replace_all(r"[\s.\-]", ""),
        }
        made.append(payments_of(sound.select(**columns)))
    return pl.concat(made).filter(pl.col("amount") > 0).sort("line", maintain_order=True)


def differences_in(sound: pl.DataFrame) -> pl.DataFrame:
    """The rows whose amount is not what the notice says, where the row says enough to tell."""
    values = sound["valor"]
    found = []
    for row, value in zip(sound.iter_rows(named=True), values, strict=True):
        if value is not None and (expected := expected_of(row, value)) not in (None, row["kept"]):
            found.append({"line": row["line"], "expected": expected, "received": row["kept"]})
    return pl.DataFrame(found, schema=dict(DIFFERENCE)) if found else no_differences()


def expected_of(row: dict[str, object], value: str) -> int | None:
    """What the notice says of a row, centavos; None: the row does not say enough."""
    kind, bimester = Discount(int(str(row["tipdesc"]))), bimester_of(str(row["bimestre"]))
    text = pl.Series([value])
    number = parsed(text, Share if kind is Discount.PERCENT else Money, "valor")[0]
    wage = parsed(pl.Series([row["sdi"]], dtype=pl.String), Money, "sdi")[0]
    base = {Discount.PERCENT: wage, Discount.QUOTA: 0, Discount.FACTOR: bimester.daily_unit()}[kind]
    if number is None or base is None:
        return None
    return withheld(kind, number, base, int(str(row["days"])), bimester.days)
