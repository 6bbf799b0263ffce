"""Some rows of a file into the ledger: deposits, the receipts that they are, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from tequio.web.intake.claims import tie_found
from tequio.web.intake.entries import ASIDE, Entries
from tequio.web.intake.matching import HOW, closed_to, matched, settled_among
from tequio.web.records.models import Assignment, BankFile, Deposit, Payer, SetAside
from tequio.web.records.receipts import Received, append_receipts
from tequio.web.records.tables import new_ids, write_rows
from tequio.web.records.turns import books_open, intake_turn
from tequio.web.records.writing import Wrote

AT_A_TIME = 5_000  # keys asked for in one query
NAMED = 5  # keys that an event names
KNOWN = {
    "key": pl.String,
    "known_day": pl.Date,
    "known_amount": pl.Int64,
    "known_number": pl.String,
}
DEPOSIT = (
    "line",
    "key",
    "day",
    "amount",
    "channel",
    "intent",
    "from_employer",
    "reference",
    "number",
    "municipality",
    "matched",
)


@dataclass(frozen=True, slots=True)
class PieceOf:
    """One piece on its way: its payments have keys."""

    file: BankFile
    entries: Entries
    payments: pl.DataFrame

    def write(self, source: int) -> Wrote:
        """All its rows, and what its event says of them."""
        intake_turn()
        books_open()
        wrote = Wrote()
        fresh, repeated, differing = parted(self.payments)
        aside = pl.concat([self.entries.aside, conflicts(differing)])
        found = matched(fresh)
        deposits = new_ids(Deposit, len(found))
        self.write_deposits(found, deposits, source, wrote)
        write_payers(found, deposits)
        sure = found["credit"].is_not_null() & (found["matched"] < int(HOW.NOTHING))
        rows = np.flatnonzero(sure.to_numpy())
        applied = found[rows]
        write_applied(applied, deposits.take(pa.array(rows)), source, wrote)
        tie_found(applied, deposits.take(pa.array(rows)), source, wrote)
        self.write_aside(aside, source, wrote)
        wrote.after = {
            "rows": self.entries.rows,
            "total": self.entries.total,
            "taken": counted(fresh),
            "repeated": counted(repeated),
            "aside": [len(aside), int(aside["amount"].sum() or 0)],
            "unreadable": aside["amount"].null_count(),
            "applied": counted(applied),
            "repeated_keys": repeated["key"].head(NAMED).to_list(),
            **circumstances(applied),
        }
        return wrote

    def write_deposits(
        self, found: pl.DataFrame, deposits: pa.Array, source: int, wrote: Wrote
    ) -> None:
        """A row each."""
        size = len(found)
        rows = {
            "id": deposits,
            "source_id": pa.repeat(pa.scalar(source), size),
            "file_id": pa.repeat(pa.scalar(self.file.pk), size),
            **columns_of(found, DEPOSIT),
            "credit_id": found["credit"].to_arrow(),
        }
        wrote.appended(Deposit, write_rows(Deposit, pa.table(rows)))

    def write_aside(self, aside: pl.DataFrame, source: int, wrote: Wrote) -> None:
        """The rows that were not taken."""
        size = len(aside)
        rows = {
            "id": new_ids(SetAside, size),
            "file_id": pa.repeat(pa.scalar(self.file.pk), size),
            "source_id": pa.repeat(pa.scalar(source), size),
            **columns_of(aside, tuple(ASIDE)),
        }
        wrote.appended(SetAside, write_rows(SetAside, pa.table(rows)))


def parted(payments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The payments that are new, those that were taken before, and those whose key was another
    payment's: of this file, or of any."""
    first = payments.unique("key", keep="first", maintain_order=True)
    there = pl.concat(
        [
            known_among(first["key"].to_list()),
            first.select(
                "key", known_day="day", known_amount="amount", known_number="number"
            ).with_columns(pl.lit(True).alias("here")),
        ],
        how="diagonal_relaxed",
    ).unique("key", keep="first", maintain_order=True)
    told = payments.join(there, on="key", how="left", maintain_order="left")
    is_first = told["key"].is_first_distinct() & told["here"].fill_null(value=False)
    same = told.select(
        (pl.col("day") == pl.col("known_day"))
        & (pl.col("amount") == pl.col("known_amount"))
        & (
            (pl.col("number") == pl.col("known_number"))
            | (pl.col("number") == "")
            | (pl.col("known_number") == "")
        )
    ).to_series()
    names = payments.columns
    return (
        told.filter(is_first).select(names),
        told.filter(~is_first & same).select(names),
        told.filter(~is_first & ~same).select(names),
    )


def known_among(keys: list[str]) -> pl.DataFrame:
    """The deposits that have one of the keys."""
    rows: list[tuple[Any, ...]] = []
    for at in range(0, len(keys), AT_A_TIME):
        some = Deposit.objects.filter(key__in=keys[at : at + AT_A_TIME])
        rows += some.values_list("key", "day", "amount", "number")
    return pl.DataFrame(rows, schema=KNOWN, orient="row")


def conflicts(differing: pl.DataFrame) -> pl.DataFrame:
    """What is said of payments whose key was another's."""
    return differing.select(
        "line",
        pl.lit("clave").alias("field"),
        pl.lit("Esa clave ya se usó para otro día, importe o crédito.").alias("why"),
        pl.lit(
            "Si es otro pago, pida al banco una clave distinta; si corrige al anterior, "
            "asigne aquel con: ./tequio queue."
        ).alias("mend"),
        "amount",
    ).cast(dict(ASIDE))


def columns_of(rows: pl.DataFrame, names: tuple[str, ...]) -> Mapping[str, pa.Array]:
    """Columns as Arrow has them."""
    return {name: rows[name].to_arrow() for name in names}


def write_payers(found: pl.DataFrame, deposits: pa.Array) -> None:
    """Who paid, sealed; what was written, only where somebody must find out for what."""
    waits = found["matched"] >= int(HOW.NOTHING)
    concepts = pl.select(pl.when(waits).then(found["concept"]).otherwise(pl.lit(""))).to_series()
    some = ((found["name"] != "") | (concepts != "")).to_numpy()
    keys = deposits.filter(pa.array(some)).to_pylist()
    sealed = {
        "deposit_id": keys,
        "name_sealed": Payer.name.sealed_each(Payer, keys, found["name"].filter(some).to_list()),
        "concept_sealed": Payer.concept.sealed_each(Payer, keys, concepts.filter(some).to_list()),
    }
    write_rows(Payer, pa.table(sealed))


def write_applied(found: pl.DataFrame, deposits: pa.Array, source: int, wrote: Wrote) -> None:
    """Deposits whose credit is plain: a receipt each."""
    keys = [f"deposit:{key}" for key in deposits.to_pylist()]
    receipts = append_receipts(received(found, keys), found["credit"].to_arrow(), source, wrote)
    size = len(found)
    rows = {
        "id": new_ids(Assignment, size),
        "deposit_id": deposits,
        "source_id": pa.repeat(pa.scalar(source), size),
        "kind": pa.repeat(pa.scalar(int(Assignment.Kind.APPLIED)), size),
        "amount": found["amount"].to_arrow(),
        "receipt_id": receipts,
        "why": pa.repeat(pa.scalar(""), size),
    }
    wrote.appended(Assignment, write_rows(Assignment, pa.table(rows)))


def received(found: pl.DataFrame, keys: list[str]) -> Received:
    """Payments as receipts."""
    return Received(
        keys,
        found["number"].to_list(),
        found["day"].cast(pl.Int32).to_numpy().astype(np.int64),
        found["amount"].to_numpy(),
        found["channel"].to_numpy(),
        found["intent"].to_numpy(),
        found["from_employer"].cast(pl.Int64).to_numpy(),
    )


def counted(rows: pl.DataFrame) -> list[int]:
    """How many, and centavos."""
    return [len(rows), int(rows["amount"].sum() or 0)]


def circumstances(applied: pl.DataFrame) -> dict[str, list[int]]:
    """Of what was applied: for days of a month that is closed already, and for credits that owe
    nothing any more, whose money is kept for the borrower."""
    credits_ = applied["credit"].to_numpy().astype(np.int64)
    days = applied["day"].cast(pl.Int32).to_numpy()
    settled = applied["credit"].is_in(list(settled_among(np.unique(credits_).tolist())))
    return {
        "late": counted(applied.filter(pl.Series(days <= closed_to(credits_), dtype=pl.Boolean))),
        "settled": counted(applied.filter(settled)),
    }
