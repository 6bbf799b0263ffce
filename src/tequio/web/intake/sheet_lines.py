"""What the two kinds of files in lines have in common: known columns, and a last line with totals.

The last line has TOTAL in the column of the key, the number of rows in that of the date, and sums
in those of amounts. A file without it was cut short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tequio.core.columns import Money, Months
from tequio.engine.errors import Refused
from tequio.engine.tape.figures import parsed
from tequio.engine.tape.tapes import Batch, open_tape
from tequio.engine.tape.words import plain
from tequio.web.intake.entries import Declared, sliced

TOTAL = "TOTAL"
NOTHING = Declared(None, None)


@dataclass(slots=True)
class Lines:
    """A file in lines under a header."""

    path: Path
    columns: Mapping[str, bool]  # of ours: whether it must be there
    sums: Sequence[str]  # columns that the last line adds up
    declared: Declared = field(default=NOTHING)

    def batches(self) -> Iterator[Batch]:
        """Rows with all our columns, without the last. Refused: a column is missing or unknown, or
        the totals are missing, or not the last."""
        tape = open_tape(self.path)
        names = self.names_of(tape.headers)
        self.declared = NOTHING
        for whole in tape.batches():
            for piece in sliced(whole):
                yield self.without_total(self.renamed(piece, names))
        if self.declared.rows is None:
            raise Refused(
                f"{self.path.name} no termina con el renglón {TOTAL}: parece cortado. No se tomó "
                "nada. Pida el archivo completo y repita la orden con él."
            )

    def names_of(self, headers: Sequence[str]) -> dict[str, str]:
        """Our column of each of theirs."""
        ours = {plain(name): name for name in self.columns}
        known = ", ".join(self.columns)
        for header in headers:
            if plain(header) not in ours:
                raise Refused(
                    f"{self.path.name} tiene una columna que no se conoce: «{header}». "
                    f"Las columnas son: {known}. Vea docs/payments.md."
                )
        names = {header: ours[plain(header)] for header in headers}
        if lacking := [n for n, must in self.columns.items() if must and n not in names.values()]:
            raise Refused(
                f"A {self.path.name} le falta la columna «{lacking[0]}». "
                f"Las columnas son: {known}. Vea docs/payments.md."
            )
        return names

    def renamed(self, batch: Batch, names: Mapping[str, str]) -> Batch:
        """All our columns; those that the file lacks are empty."""
        cells = batch.cells.rename(dict(names))
        lacking = [n for n in self.columns if n not in cells.columns]
        cells = cells.with_columns(pl.lit(None, pl.String).alias(name) for name in lacking)
        return Batch(cells, batch.rows, batch.unread, batch.done)

    def without_total(self, batch: Batch) -> Batch:
        """The rows before the last line, whose totals are noted. Refused: something follows it."""
        is_total = (batch.cells["clave"].str.to_uppercase() == TOTAL).fill_null(value=False)
        found = batch.cells.filter(is_total)
        last = is_total.tail(1).to_list() == [True] and len(found) == 1
        if (self.declared.rows is not None and len(batch.rows)) or (len(found) and not last):
            raise Refused(
                f"{self.path.name} tiene filas después del renglón {TOTAL}: parecen dos archivos "
                "pegados. No se tomó nada. Sepárelos y tome cada uno."
            )
        if len(found):
            self.declared = self.totals_of(found)
        return Batch(batch.cells.filter(~is_total), batch.rows.filter(~is_total), batch.unread)

    def totals_of(self, found: pl.DataFrame) -> Declared:
        """What the last line says. Refused: it cannot be read."""
        rows = parsed(found["fecha"], Months, "fecha")[0]
        sums = [parsed(found[name].fill_null("0"), Money, name)[0] for name in self.sums]
        if rows is None or None in sums:
            wanted = ", ".join(("filas en «fecha»", *(f"la suma de «{n}»" for n in self.sums)))
            raise Refused(
                f"El renglón {TOTAL} de {self.path.name} no se entiende: lleva {wanted}. "
                "No se tomó nada. Corríjalo con quien envía el archivo."
            )
        return Declared(int(rows), sum(sums))
