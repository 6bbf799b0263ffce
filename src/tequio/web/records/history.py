"""A simulated history into the ledger, beside the portfolio that it leads to.

A portfolio comes in with what each credit owes. Its history says how it came to that: it begins
with what was owed in 2019 and ends, for each credit, with a movement that takes the sum out again,
so that what is owed stays the portfolio's. Each row group is one write with its own event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tequio.core.months import EPOCH_MONTH
from tequio.demo.history.assumed import LAST
from tequio.demo.history.past import last_day
from tequio.engine.errors import Refused
from tequio.engine.manifest import sha256
from tequio.engine.rulebook import published
from tequio.servicing.accounts import (
    AT,
    NAMES,
    NO_SOURCE,
    OWED,
    PESO_ROWS,
    Channel,
    Ints,
    Kind,
    Movements,
    together,
)
from tequio.web.records.models import Agreement, AgreementEvent, SourceKey
from tequio.web.records.posting import append_movements
from tequio.web.records.tables import new_ids, read_rows, write_rows
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

State = AgreementEvent.State
TABLES = ("movements", "agreements")
DEBT = (*OWED, "principal_units", "principal_due_units")
AMOUNTS = ("forgiven", "complement", "paid", "capitalised")
# Each state of an agreement's life that it reaches on a day of its own.
DAYS = (
    (State.OFFERED, "offered_on"),
    (State.ACCEPTED, "accepted_on"),
    (State.IN_FORCE, "in_force_on"),
)


@dataclass(frozen=True, slots=True)
class LoadedHistory:
    """What a load did. Credits that were settled before the portfolio are in no ledger: their rows
    are left out and counted."""

    rows: int
    left_out: int
    parts: int
    already: int  # parts that were there before


def do_load_history(
    folder: Path, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> LoadedHistory:
    """Take in the history in a folder. Refused: a credit of it is neither in the ledger nor among
    the settled, or the history does not lead to what it came in with."""
    known = KnownCredits(folder)
    parts = [
        PartOf(known, name, folder / f"{name}.parquet", group)
        for name in TABLES
        for group in range(groups_of(folder / f"{name}.parquet"))
    ]
    digests = {name: sha256(folder / f"{name}.parquet") for name in TABLES}
    rows = left_out = already = 0
    for done, part in enumerate(parts, 1):
        key = f"history:{digests[part.name]}:{part.group}"
        part.read()
        rows, left_out = rows + len(part.mine), left_out + part.others
        if len(part.mine):
            asked = Asked("do_load_history", key, key, content_of([key, len(part.mine)]))
            already += not once(asked, who, part.write)
        if progress:
            progress(done, len(parts))
    return LoadedHistory(rows, left_out, len(parts), already)


def groups_of(path: Path) -> int:
    """Row groups of a table. Refused: it is not there."""
    if not path.exists():
        raise Refused(f"Falta {path}. Escriba la historia con: ./tequio demo --history.")
    with pq.ParquetFile(path) as file:
        return int(file.metadata.num_row_groups)


@dataclass(frozen=True)
class KnownCredits:
    """The credits of the ledger, and those that the history says are settled."""

    folder: Path

    @cached_property
    def table(self) -> pa.Table:
        """Number and key of each."""
        wanted = pa.schema([("number", pa.string()), ("id", pa.int64())])
        return read_rows("SELECT number, id FROM records_credit ORDER BY id", [], wanted)

    @cached_property
    def settled(self) -> pa.Array:
        """Numbers."""
        path = self.folder / "settled.parquet"
        groups_of(path)
        return pq.read_table(path)["credit"].cast(pa.string()).combine_chunks()

    def ids(self, numbers: pa.Array) -> pa.Array:
        """The key of each, null of a settled one. Refused: a credit that is neither."""
        numbers = numbers.cast(pa.string())
        found = self.table["id"].take(pc.index_in(numbers, self.table["number"])).combine_chunks()
        strange = pc.and_(pc.is_null(found), pc.invert(pc.is_in(numbers, self.settled)))
        if pc.any(strange).as_py():
            first = pc.filter(numbers, strange)[0]
            raise Refused(
                f"El crédito {first} de la historia no está en el libro. "
                "Cargue antes su cartera: ./tequio db load."
            )
        return found


@dataclass
class PartOf:
    """One row group on its way into the ledger."""

    known: KnownCredits
    name: str
    path: Path
    group: int

    def read(self) -> None:
        """Its rows of credits that are in the ledger, and their keys there."""
        with pq.ParquetFile(self.path) as file:
            rows = file.read_row_group(self.group, use_threads=False)
        ids = self.known.ids(rows["credit"].combine_chunks())
        there = pc.is_valid(ids)
        whole = pc.all(there).as_py()
        self.rows, self.mine = (rows, ids) if whole else (rows.filter(there), ids.filter(there))
        self.others = rows.num_rows - len(self.mine)

    def write(self, source: int) -> Wrote:
        """The rows, and what their event says of them."""
        wrote = Wrote(after={"table": self.name, "part": self.group, "rows": len(self.mine)})
        if self.name == "movements":
            write_movements(self.rows, self.mine, source, wrote)
        else:
            write_agreements(self.rows, self.mine, f"{self.path.stem}:{self.group}", source, wrote)
        return wrote


def write_movements(rows: pa.Table, ids: pa.Array, source: int, wrote: Wrote) -> None:
    """Movements, and the one of each credit with which its history ends."""
    credits_ = pc.unique(ids)
    owner = pc.index_in(ids, credits_).to_numpy().astype(np.int64)
    made = movements_of(rows, owner)
    ends = handed_over(made, len(credits_))
    refuse_another_debt(-ends.amounts, credits_)
    append_movements(credits_, together([made, ends]), source, wrote)


def movements_of(rows: pa.Table, owner: Ints) -> Movements:
    """Rows of the file."""
    heads = {name: rows[name].to_numpy().astype(np.int64) for name in ("month", "kind", "channel")}
    return Movements(
        credit=owner,
        day=rows["day"].cast(pa.int32()).to_numpy().astype(np.int64),
        **heads,
        source=np.full(len(owner), NO_SOURCE),
        amounts=np.stack([rows[name].to_numpy() for name in NAMES]),
    )


def handed_over(made: Movements, size: int) -> Movements:
    """One movement a credit that takes what it owes out again, against `opening`: what the
    portfolio brought in for it stays."""
    sums = made.sums(size)
    amounts = np.zeros_like(sums)
    for name in DEBT:
        amounts[AT[name]] = -sums[AT[name]]
    amounts[AT["opening"]] = -amounts[PESO_ROWS].sum(axis=0)
    units = amounts[AT["principal_units"]] + amounts[AT["principal_due_units"]]
    amounts[AT["moved_units"]] = -units
    return Movements(
        credit=np.arange(size),
        day=np.full(size, last_day(np.array([LAST]))[0]),
        month=np.full(size, LAST + EPOCH_MONTH),
        kind=np.full(size, int(Kind.ADJUSTMENT)),
        channel=np.full(size, int(Channel.NONE)),
        source=np.full(size, NO_SOURCE),
        amounts=amounts,
    )


def refuse_another_debt(owed: Ints, credits_: pa.Array) -> None:
    """Refused: a credit's history does not lead to what it came in with. The pesos of a balance in
    units may differ by a centavo for each month unpaid, which the opening rounds by itself."""
    low, high = pc.min_max(credits_).values()
    sums = ", ".join(f"SUM({name}) AS {name}" for name in DEBT)
    sql = (
        f"SELECT credit_id, COUNT(*) AS parts, {sums} FROM records_movement "  # noqa: S608
        "WHERE kind = %s AND credit_id BETWEEN %s AND %s GROUP BY credit_id"
    )
    wanted = pa.schema([(name, pa.int64()) for name in ("credit_id", "parts", *DEBT)])
    found = read_rows(sql, [int(Kind.OPENING), low.as_py(), high.as_py()], wanted)
    found = found.take(pc.index_in(credits_, found["credit_id"].combine_chunks()))
    for names in (("principal", "principal_due"), ("principal_units", "principal_due_units")):
        there = sum(found[name].to_numpy() for name in names)
        here = sum(owed[AT[name]] for name in names)
        in_units = found["principal_units"].to_numpy() != 0
        slack = np.where(in_units & (names[0] == "principal"), found["parts"].to_numpy(), 0)
        refuse_where(np.abs(there - here) > slack, credits_)
    for name in DEBT:
        if not name.startswith("principal"):
            refuse_where(found[name].to_numpy() != owed[AT[name]], credits_)


def refuse_where(wrong: np.ndarray, credits_: pa.Array) -> None:
    """Refused, by the first credit that is wrong."""
    if wrong.any():
        first = credits_[int(np.flatnonzero(wrong)[0])]
        raise Refused(
            f"La historia de {wrong.sum():,} créditos no llega a lo que deben en el libro (el "
            f"primero, con clave {first}): es la de otra cartera. No se registró esta parte."
        )


def write_agreements(rows: pa.Table, ids: pa.Array, part: str, source: int, wrote: Wrote) -> None:
    """Agreements, each with a key of its own, and the steps of their lives."""
    size = rows.num_rows
    keys, numbers = new_ids(SourceKey, size), new_ids(Agreement, size)
    texts = [f"history:{source}:{part}:{place}" for place in range(size)]
    amounts = rows.select(AMOUNTS).to_pylist()
    offers = [json.dumps({**each, "simulated": True}, sort_keys=True) for each in amounts]
    said = [content_of([text, offer]) for text, offer in zip(texts, offers, strict=True)]
    of_whole = pa.repeat(pa.scalar(source), size)
    write_rows(SourceKey, pa.table({"id": keys, "key": texts, "content": said,
                                    "part_of_id": of_whole}))  # fmt: skip
    agreements = {
        "id": numbers,
        "source_id": keys,
        "credit_id": ids,
        "programme": rows["programme"].cast(pa.string()),
        "offered_on": rows["offered_on"],
        "valid_until": rows["in_force_on"],
        "offer": offers,
        "law_sha256": [published().sha256] * size,
    }
    wrote.appended(Agreement, write_rows(Agreement, pa.table(agreements)))
    steps = pa.concat_tables(steps_of(rows, numbers, keys))
    steps = steps.append_column("id", new_ids(AgreementEvent, steps.num_rows))
    wrote.appended(AgreementEvent, write_rows(AgreementEvent, steps))


def steps_of(rows: pa.Table, numbers: pa.Array, keys: pa.Array) -> list[pa.Table]:
    """The states of agreements, each after the one before."""
    state = rows["state"].cast(pa.string())
    ended = pc.is_valid(rows["ended_on"])
    every = pa.repeat(pa.scalar(True), rows.num_rows)
    plan = [(every, pa.repeat(pa.scalar(str(name)), rows.num_rows), rows[day])
            for name, day in DAYS]  # fmt: skip
    plan.append((ended, state, rows["ended_on"]))
    return [
        pa.table(
            {
                "agreement_id": numbers,
                "source_id": keys,
                "state": names,
                "on": days,
                "why": pa.repeat(pa.scalar(""), rows.num_rows),
            }
        ).filter(there)
        for there, names, days in plan
    ]
