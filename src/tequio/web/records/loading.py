"""A portfolio into the ledger: credits, what is known of them, and the movement each begins with.

Each row group of the file is one write with its own event, so that a load that was killed goes on
where it stopped, and one that is repeated does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, connection, models

from tequio.core.columns import EPOCH
from tequio.core.law import Book, Common, common
from tequio.core.months import month_number
from tequio.engine.errors import Refused
from tequio.engine.manifest import input_sha256
from tequio.engine.portfolio import Portfolio, loan_of
from tequio.servicing.opening import opened
from tequio.web.records.columns import CONTRACT, MONTHLY, STANDING
from tequio.web.records.models import (
    Credit,
    Load,
    MonthlyBalance,
    Person,
    Role,
    SourceKey,
    Standing,
    Terms,
)
from tequio.web.records.posting import append_of_part
from tequio.web.records.side_by_side import COMMIT, KEYS, Turns, at_once, side_by_side
from tequio.web.records.tables import in_bulk, new_ids, read_rows, write_rows
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

FACTS = ((Terms, CONTRACT), (Standing, STANDING), (MonthlyBalance, MONTHLY))
TOLD = 3  # credit numbers named in a refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    credits: int
    parts: int
    already: int  # parts that were there before


def do_load_portfolio(
    portfolio: Portfolio, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> Loaded:
    """Take a portfolio in. Refused: a credit of it is in the ledger already, by another file."""
    digest = input_sha256(portfolio)
    load = load_of(portfolio, digest, who)

    def write(part: int, turns: Turns) -> bool:
        """One row group."""
        asked = Asked(
            "do_load_portfolio",
            f"{part_key(digest)}{part}",
            f"portfolio:{digest}",
            content_of([digest, part, portfolio.row_groups]),
        )
        return once(asked, who, PartOf(portfolio, load, part, turns).write)

    already = side_by_side(portfolio.row_groups, write, progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database plans by
    return Loaded(portfolio.rows, portfolio.row_groups, already)


def part_key(digest: str) -> str:
    """What the keys of a load's parts begin with."""
    return f"portfolio:{digest}:"


def load_of(portfolio: Portfolio, digest: str, who: Who) -> Load:
    """The load of a file, begun now or before."""
    about = portfolio.about

    def write(source: int) -> Wrote:
        """What the file says of itself."""
        facts = {
            "sha256": digest,
            "as_of": about.as_of,
            "simulated": about.simulated,
            "origin": about.origin,
            "rows": portfolio.rows,
            "parts": portfolio.row_groups,
        }
        Load.objects.create(source_id=source, **facts)
        return Wrote(after=facts)

    subject = f"portfolio:{digest}"
    once(Asked("do_begin_load", subject, subject, digest), who, write)
    return Load.objects.get(sha256=digest)


def unfinished() -> list[Load]:
    """Loads of which some part is still missing."""
    return [load for load in Load.objects.order_by("pk") if parts_done(load) < load.parts]


def parts_done(load: Load) -> int:
    """How many parts of a load are in the ledger."""
    return SourceKey.objects.filter(key__startswith=part_key(load.sha256)).count()


@dataclass(frozen=True, slots=True)
class PartOf:
    """One row group on its way into the ledger."""

    portfolio: Portfolio
    load: Load
    part: int
    turns: Turns

    def write(self, source: int) -> Wrote:
        """All rows of the group, and what its event says of them."""
        in_bulk()
        rows = self.portfolio.read_group(self.part)
        refuse_known(rows["credit"])
        self.turns.wait(KEYS, self.part)
        wrote = Wrote(after={"part": self.part, "rows": rows.num_rows})
        day = self.load.as_of
        from_on = constant(day, rows.num_rows)
        credits_ = write_credits(rows, self.load, source, from_on, wrote, self.leave_keys)
        month, law = month_number(day) + 1, Book("common", {}, common()).at(Common, day)
        opening, _ = opened(loan_of(rows), law, rows.num_rows, month, (day - EPOCH).days)
        append_of_part(credits_, opening, source, wrote)
        self.turns.wait(COMMIT, self.part)
        return wrote

    def leave_keys(self) -> None:
        """The next part may draw its keys."""
        self.turns.leave(KEYS, self.part)


def write_credits(
    rows: pa.Table,
    load: Load,
    source: int,
    from_on: pa.Array | pa.ChunkedArray,
    wrote: Wrote,
    drawn: Callable[[], None] = at_once,
) -> pa.Array:
    """Credits, their debtors, of whom a portfolio says nothing but that they are there, and what is
    known of each from a day on. Their keys; `drawn` is called once they have them."""
    size = rows.num_rows
    credits_, sources = new_ids(Credit, size), constant(source, size)
    known = {
        "id": credits_,
        "load_id": constant(load.pk, size),
        "source_id": sources,
        "number": rows["credit"],
        "municipality": rows["municipality"],
    }
    with refused_twice():
        wrote.appended(Credit, write_rows(Credit, pa.table(known)))
    drawn()
    people = new_ids(Person, size)
    nothing = {name: constant("", size) for name in sealed_columns(Person)}
    write_rows(Person, pa.table({"id": people, **nothing}))
    dated = {"credit_id": credits_, "source_id": sources, "from_on": from_on}
    kind = constant(str(Role.Kind.DEBTOR), size)
    write_rows(Role, pa.table({**dated, "person_id": people, "kind": kind}))
    for model, names in FACTS:
        columns = {**dated, **{name: rows[name] for name in names}}
        wrote.appended(model, write_rows(model, pa.table(columns)))
    return credits_


@contextmanager
def refused_twice() -> Iterator[None]:
    """Refused: a credit came in meanwhile, with another part or another portfolio."""
    try:
        yield
    except IntegrityError as why:
        raise Refused(
            "Un crédito está en dos partes de la cartera, o entró mientras tanto con otra. "
            "No se registró esta parte. Repita la orden: ya se dirá cuál es."
        ) from why


def sealed_columns(model: type[models.Model]) -> list[str]:
    """The columns of a table in which nothing stands yet."""
    return [f.column for f in model._meta.concrete_fields if f.column != "id"]  # noqa: SLF001


def constant(value: object, size: int) -> pa.Array:
    """The same in every row."""
    return pa.repeat(pa.scalar(value), size)


def refuse_known(numbers: pa.ChunkedArray) -> None:
    """Refused: some credit is in the ledger already, or twice in the file."""
    text = numbers.combine_chunks()
    if pc.count_distinct(text).as_py() < len(text):
        counted = pc.value_counts(text)
        twice = pc.filter(counted.field(0), pc.greater(counted.field(1), 1))
        raise Refused(f"Este crédito está dos veces en la cartera: {twice[0]}. Quite una fila.")
    low, high = pc.min_max(text).values()
    known = read_rows(
        "SELECT number FROM records_credit WHERE number BETWEEN %s AND %s",
        [low.as_py(), high.as_py()],
        pa.schema([("number", pa.string())]),
    )["number"]
    both = pc.filter(text, pc.is_in(text, known))
    if len(both):
        named = ", ".join(both.slice(0, TOLD).to_pylist())
        raise Refused(
            f"{len(both):,} créditos de esta parte ya están en el libro, cargados de otra cartera "
            f"({named}…). Una cartera se carga una vez; lo que cambia después son movimientos."
        )
