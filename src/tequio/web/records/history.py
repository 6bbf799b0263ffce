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
from tequio.demo.history.files import FORMAT
from tequio.demo.history.files import TABLES as HISTORY
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
from tequio.servicing.credit import BALANCES
from tequio.web.records.models import Agreement, AgreementEvent, SourceKey
from tequio.web.records.past import told
from tequio.web.records.posting import append_movements
from tequio.web.records.settled import do_load_settled
from tequio.web.records.tables import new_ids, read_rows, write_rows
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

State = AgreementEvent.State
TABLES = ("movements", "agreements")
DEBT = (*OWED, "principal_units", "principal_due_units")
AMOUNTS = ("forgiven", "complement", "paid", "capitalised")
AGAIN = "Escríbala de nuevo con: ./tequio demo --history."
# Each state of an agreement's life that it reaches on a day of its own.
DAYS = (
    (State.OFFERED, "offered_on"),
    (State.ACCEPTED, "accepted_on"),
    (State.IN_FORCE, "in_force_on"),
)


@dataclass(frozen=True, slots=True)
class LoadedHistory:
    """What a load did."""

    movements: int
    agreements: int
    settled: int  # credits that came in with it
    parts: int
    already: int  # parts that were there before


def do_load_history(
    folder: Path, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> LoadedHistory:
    """Take in the history in a folder, and the credits that it says were settled. Refused: it
    cannot be read, a credit of it is not in the ledger, or it does not lead to what it came in
    with."""
    paths = {name: folder / f"{name}.parquet" for name in (*TABLES, "settled")}
    groups = {name: groups_of(path) for name, path in paths.items()}
    digests = {name: sha256(path) for name, path in paths.items()}
    known = KnownCredits(paths["settled"], who)
    parts = [PartOf(known, name, paths[name], at) for name in TABLES for at in range(groups[name])]
    already, rows = 0, dict.fromkeys(TABLES, 0)
    for done, part in enumerate(parts, 1):
        key = f"history:{digests[part.name]}:{part.group}"
        part.read()
        rows[part.name] += len(part.ids)
        asked = Asked("do_load_history", key, key, content_of([key, len(part.ids)]))
        already += not once(asked, who, part.write)
        if progress:
            progress(done, len(parts))
    return LoadedHistory(**rows, settled=len(known.settled), parts=len(parts), already=already)


def groups_of(path: Path) -> int:
    """Row groups of a table. Refused: it is not there, or it is no table of a history."""
    if not path.exists():
        raise Refused(f"Falta {path}. Escriba la historia con: ./tequio demo --history.")
    try:
        with pq.ParquetFile(path) as file:
            said = file.schema_arrow.metadata or {}
            whole = set(HISTORY[path.stem].names) <= set(file.schema_arrow.names)
            groups = int(file.metadata.num_row_groups)
    except pa.ArrowInvalid as why:
        raise Refused(f"{path} no se puede leer: no es un Parquet completo. {AGAIN}") from why
    if said.get(b"tequio.history") != FORMAT.encode() or not whole:
        raise Refused(f"{path} no es de una historia que esta versión conozca. {AGAIN}")
    return groups


@dataclass
class KnownCredits:
    """The credits of the ledger; those that the history says are settled come in when the first of
    them is asked for, and what is owed by the others has been looked at."""

    path: Path  # of the settled
    who: Who

    @cached_property
    def table(self) -> pa.Table:
        """Number and key of each."""
        wanted = pa.schema([("number", pa.string()), ("id", pa.int64()), ("source", pa.int64())])
        return read_rows("SELECT number, id, source_id FROM records_credit ORDER BY id", [], wanted)

    @cached_property
    def settled(self) -> pa.Array:
        """Numbers."""
        return pq.read_table(self.path)["credit"].cast(pa.string()).combine_chunks()

    def ids(self, numbers: pa.Array) -> pa.Array:
        """The key of each. Refused: a credit that is neither there nor among the settled."""
        numbers = numbers.cast(pa.string())
        missing = pc.filter(numbers, pc.is_null(self.places(numbers)))
        strange = pc.filter(missing, pc.invert(pc.is_in(missing, self.settled)))
        if len(strange):
            raise Refused(
                f"El crédito {strange[0]} de la historia no está en el libro. "
                "Cargue antes su cartera: ./tequio db load."
            )
        if len(missing):
            do_load_settled(self.path, self.who)
            del self.table
        return self.table["id"].take(self.places(numbers)).combine_chunks()

    def sources(self, ids: pa.Array) -> Ints:
        """The write that each came in with."""
        places = pc.index_in(ids, self.table["id"])
        return np.asarray(self.table["source"].take(places).to_numpy())

    def places(self, numbers: pa.Array) -> pa.Array:
        """Where each is in the table; null where it is not."""
        return pc.index_in(numbers, self.table["number"])


@dataclass
class PartOf:
    """One row group on its way into the ledger."""

    known: KnownCredits
    name: str
    path: Path
    group: int

    def read(self) -> None:
        """Its rows, and the keys of their credits."""
        with pq.ParquetFile(self.path) as file:
            self.rows = file.read_row_group(self.group, use_threads=False)
        self.ids = self.known.ids(self.rows["credit"].combine_chunks())

    def write(self, source: int) -> Wrote:
        """The rows, and what their event says of them."""
        wrote = Wrote(after={"table": self.name, "part": self.group, "rows": len(self.ids)})
        if self.name == "movements":
            said = write_movements(self.rows, self.ids, self.known, source, wrote)
            wrote.after = {**wrote.after, **said}
        else:
            write_agreements(self.rows, self.ids, f"{self.path.stem}:{self.group}", source, wrote)
        return wrote


def write_movements(
    rows: pa.Table, ids: pa.Array, known: KnownCredits, source: int, wrote: Wrote
) -> dict[str, object]:
    """Movements, and the one of each credit with which its history ends: what a first close needs
    to know of them."""
    credits_ = pc.unique(ids)
    owner = pc.index_in(ids, credits_).to_numpy().astype(np.int64)
    made = movements_of(rows, owner)
    sums = made.sums(len(credits_))
    ends = handed_over(sums)
    refuse_another_debt(-ends.amounts, credits_)
    left = ends.take(ends.amounts.any(axis=0))  # the settled owe nothing
    whole = sums + ends.amounts
    refuse_where(whole[[AT[name] for name in BALANCES]].any(axis=0), credits_)
    keys = append_movements(credits_, together([made, left]), source, wrote)
    return told(keys, whole, known.sources(credits_))


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


def handed_over(sums: Ints) -> Movements:
    """One movement a credit that takes what it owes out again, against `opening`: what the
    portfolio brought in for it stays. `sums`: (account, credit)."""
    size, amounts = sums.shape[1], np.zeros_like(sums)
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
    found = pa.table({name: pc.fill_null(found[name], 0) for name in ("parts", *DEBT)})
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
