"""The bank's file in lines: deposits at the window and transfers, with reference 5503 and the
credit's ten digits. Its columns are in docs/payments.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from tequio.engine.tape.tapes import Batch
from tequio.servicing.accounts import Channel
from tequio.servicing.posting import Intent
from tequio.web.intake.entries import (
    Declared,
    Entries,
    Judged,
    no_differences,
    payments_of,
)
from tequio.web.intake.sheet_lines import Lines

COLUMNS = {  # whether a file must have it
    "clave": True,
    "fecha": True,
    "importe": True,
    "referencia": False,
    "credito": False,
    "canal": False,
    "destino": False,
    "nombre": False,
    "concepto": False,
    "municipio": False,
}
CHANNELS = {
    "": Channel.OTHER,
    "ventanilla": Channel.WINDOW,
    "spei": Channel.SPEI,
    "tienda": Channel.STORE,
    "tarjeta": Channel.CARD,
    "remesa": Channel.REMITTANCE,
    "otro": Channel.OTHER,
}
INTENTS = {
    "": Intent.ORDINARY,
    "corriente": Intent.CURRENT,
    "mensualidades": Intent.INSTALMENT,
    "plazo": Intent.SHORTER,
    "mensualidad_menor": Intent.LOWER,
    "liquidar": Intent.SETTLE,
}
REFERENCE_MOST = 40  # characters
MUNICIPALITY = r"^[0-9]{5}$"


@dataclass(slots=True)
class BankCsv:
    """A bank's file, open."""

    path: Path
    as_of: date
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = Lines(self.path, COLUMNS, ("importe",))

    @property
    def declared(self) -> Declared:
        """The last line's totals."""
        return self.lines.declared

    def __iter__(self) -> Iterator[Entries]:
        """Row by row."""
        for batch in self.lines.batches():
            yield entries_of(batch, self.as_of)


def entries_of(batch: Batch, as_of: date) -> Entries:
    """Some rows, each judged by itself."""
    cells, judged = batch.cells, Judged(batch.rows)
    amounts = judged.amount(cells["importe"], "importe")
    days = judged.day(cells["fecha"], "fecha", as_of)
    channel = judged.word(cells["canal"], CHANNELS, "canal")
    intent = judged.word(cells["destino"], INTENTS, "destino")
    judged.key(cells["clave"], "clave")
    for name in ("referencia", "credito"):
        long = cells[name].str.len_chars() > REFERENCE_MOST
        judged.add(long, name, f"Pasa de {REFERENCE_MOST} letras.", "Deje solo el número.")
    odd = ~cells["municipio"].str.contains(MUNICIPALITY)
    judged.add(odd, "municipio", "No son 5 dígitos.", "Use la clave INEGI, o déjelo vacío.")
    columns = {
        "line": batch.rows,
        "key": cells["clave"],
        "day": days,
        "amount": amounts,
        "channel": channel,
        "intent": intent,
        "reference": cells["referencia"],
        "number": cells["credito"],
        "municipality": cells["municipio"],
        "name": cells["nombre"],
        "concept": cells["concepto"],
    }
    aside = judged.aside(amounts, batch.unread)
    every = [*batch.rows.to_list(), *(line for line, _ in batch.unread)]
    return Entries(
        rows=len(every),
        first=min(every, default=0),
        last=max(every, default=0),
        total=int(amounts.sum() or 0),
        payments=payments_of(pl.DataFrame(columns)).filter(~judged.broken),
        aside=aside,
        differences=no_differences(),
    )
