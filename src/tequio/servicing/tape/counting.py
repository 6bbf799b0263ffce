"""Some whole credits at a time: their payments into months, their months into rows of a portfolio,
and every centavo into its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tequio.engine.tape import reasons
from tequio.engine.tape.checking import checked
from tequio.engine.tape.columns import written_by
from tequio.engine.tape.figures import decimals
from tequio.engine.tape.importing import sound_rows
from tequio.engine.tape.reasons import Reason, Wrong
from tequio.engine.tape.rejects import Faults, Rejects, together
from tequio.engine.tape.tapes import Batch
from tequio.servicing.tape.fields import KEY
from tequio.servicing.tape.intake import OF_FILES, Paid
from tequio.servicing.tape.money import Till
from tequio.servicing.tape.months import history, months_of, placed
from tequio.servicing.tape.reversals import (
    ALONE,
    REVERSED,
    TAKEN_BACK,
    with_fates,
    without_repeats,
)
from tequio.servicing.tape.rows import Rules, cells_of, refusals, with_measure
from tequio.servicing.tape.standing import accounts, standings

CREDITS = 0  # the place of their file
LOST = {"credit": pl.UInt64, "row": pl.UInt64, "file": pl.UInt16}


class Counting:
    """What is known so far of a tape's credits, and where what is found of them goes."""

    def __init__(
        self,
        rules: Rules,
        names: Sequence[str],
        rejects: Rejects,
        lent: pl.DataFrame,
        history_: Path,
    ) -> None:
        self.rules = rules
        self.names = names
        self.rejects = rejects
        self.lent = lent  # the credits, by number
        self.history_path = history_
        self.history: pq.ParquetWriter | None = None
        self.till = Till()
        self.means = [means for _, means in rules.assumed.types]
        self.lost = [pl.DataFrame(schema=LOST)]
        self.last_month: int | None = None
        self.accepted: Counter[str] = Counter(dict.fromkeys(names, 0))
        self.noted: Counter[str] = Counter()

    def take(self, paid: Paid, place: int, *, unread: int) -> None:
        """Payments as they are read: their money comes in; what was lost of credits is kept."""
        self.till.receive(paid.money)
        self.till.without_amount += unread
        self.lost.append(paid.lost.with_columns(pl.lit(place, pl.UInt16).alias("file")))
        latest = paid.good.select(pl.col("month").max()).item()
        self.last_month = max(self.last_month or 0, latest or 0) or None

    def settle(self, credits_: pl.Series, rows: pl.DataFrame) -> pa.Table:
        """The accepted credits among those of a range, of whose payments these are all."""
        rows = self.sorted_out(rows)
        months = months_of(rows, self.means, self.rules.cut)
        self.till.add(placed(rows, months, self.means, self.rules.cut))
        self.keep(months)
        range_ = pl.col("credit").is_between(credits_[0], credits_[-1])
        found = self.lent.filter(range_)
        standing = standings(months, self.rules.cut, self.rules.lasting)
        for facts in (accounts(rows), standing, self.lost_of(range_)):
            found = found.join(facts, on="credit", how="left", maintain_order="left")
        sound = self.refuse(with_measure(found, self.rules.assumed))
        self.note(sound)
        return self.table(sound)

    def sorted_out(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Payments with their fates; repeated rows and reversals of nothing are rejected."""
        before = pl.col("month").shift(1).over("credit")
        in_file = rows.sort("file", "row")
        self.noted[DISORDER] += in_file.select((pl.col("month") < before).sum()).item()
        rows, again = without_repeats(rows)
        same = pl.format("Es igual a la fila {} de {}.", "first", self.name_of("first_file"))
        self.reject(again, KEY, number("credit"), reasons.REPEATED_PAYMENT, same)
        reversal = self.rules.assumed.reversal
        back = pl.col("type") == reversal
        owed = pl.when(back).then(-pl.col("amount").abs()).otherwise("amount")
        self.till.add(again.select("type", "month", rejected=owed))
        rows = with_fates(rows, reversal)
        alone = rows.filter(fate=ALONE)
        none = pl.format(
            "Ningún pago de {} pesos queda por cancelar.", decimals(pl.col("amount"), 2)
        )
        self.reject(alone, "pe", decimals(pl.col("amount"), 2), reasons.REVERSAL_ALONE, none)
        self.till.add(alone.select("type", "month", rejected=-pl.col("amount")))
        cancelled = pl.when(fate=REVERSED).then("amount").when(fate=TAKEN_BACK)
        self.till.add(
            rows.select("type", "month", reversed=cancelled.then(-pl.col("amount")).otherwise(0))
        )
        rows = rows.filter(pl.col("fate") != ALONE)
        self.noted[CANCELLED] += len(rows.filter(fate=TAKEN_BACK))
        for file, count in rows["file"].value_counts().rows():
            self.accepted[self.names[file]] += count
        return rows

    def keep(self, months: pl.DataFrame) -> None:
        """The months, beside the portfolio."""
        table = history(months).to_arrow()
        if self.history is None:
            self.history = pq.ParquetWriter(self.history_path, table.schema, compression="lz4")
        self.history.write_table(table)

    def close(self) -> None:
        """Every month is written."""
        if self.history is not None:
            self.history.close()

    def lost_of(self, range_: pl.Expr) -> pl.DataFrame:
        """How many rows each credit of a range lost, and the first of them."""
        lost = pl.concat(self.lost).filter(range_).sort("file", "row")
        return lost.group_by("credit").agg(
            lost=pl.len(), lost_row=pl.col("row").first(), lost_file=self.name_of("file").first()
        )

    def name_of(self, place: str) -> pl.Expr:
        """The name of a file, by its place."""
        places = range(len(self.names))
        return pl.col(place).replace_strict(places, self.names, return_dtype=pl.String)

    def refuse(self, found: pl.DataFrame) -> pl.DataFrame:
        """Without the credits of which no row can be made; they are rejected."""
        found = found.with_columns(file=pl.lit(CREDITS, pl.UInt16))
        for column, value, reason, failed, why in refusals(self.rules.assumed):
            wrong = failed.fill_null(value=False)
            self.reject(found.filter(wrong), column, value, reason, why)
            found = found.filter(~wrong)
        return found

    def table(self, found: pl.DataFrame) -> pa.Table:
        """Rows of a portfolio, checked as those of any tape."""
        row = written_by(Batch(cells_of(found, self.rules), found["row"]), self.rules.map)
        values = checked(row, self.rules.as_of, self.rules.umi)
        self.rejects.add(self.names[CREDITS], together(row.faults.found))
        good = sound_rows(row, values)
        self.accepted[self.names[CREDITS]] += good.num_rows
        return good

    def reject(
        self, rows: pl.DataFrame, column: str, value: pl.Expr, reason: Reason, why: pl.Expr
    ) -> None:
        """Rows of any files, each with its own sentence."""
        labels = OF_FILES["payments"].labels
        told = rows.select("file", "row", value=value.cast(pl.String), why=why)
        for (file,), part in told.partition_by("file", as_dict=True).items():
            faults = Faults(part["row"], labels)
            places = pl.Series(range(len(part)), dtype=pl.UInt32)
            wrong = [Wrong(reason, one) for one in part["why"]]
            faults.add_each(places, column, column, part["value"], wrong)
            self.rejects.add(self.names[int(file)], together(faults.found))

    def note(self, sound: pl.DataFrame) -> None:
        """What people should know of the credits that are told."""
        billed = self.rules.cut.absent_billed
        self.noted[ABSENT_BILLED if billed else ABSENT_NOT_BILLED] += int(sound["absent"].sum())
        self.noted[OLDER] += len(sound.filter(pl.col("first") > pl.col("granted_month")))

    def notes(self) -> Mapping[str, int]:
        """What people should know, with how many; nothing of what did not happen."""
        found = {**self.noted, NO_AMOUNT: self.till.without_amount}
        return {says: count for says, count in found.items() if count}


DISORDER = "Filas que no venían en orden de mes; se ordenaron"
CANCELLED = "Reversas que cancelaron un pago"
ABSENT_BILLED = "Meses sin ninguna fila, que se supone que se facturaron y no se pagaron"
ABSENT_NOT_BILLED = "Meses sin ninguna fila, que se supone que no se facturaron"
OLDER = "Créditos otorgados antes de su primer mes en la cinta: lo pagado antes no se cuenta"
NO_AMOUNT = "Filas rechazadas cuyo importe no se puede leer; en el cuadro cuentan como cero"


def number(name: str) -> pl.Expr:
    """A credit number as it is written."""
    return pl.col(name).cast(pl.String).str.zfill(10)
