"""What servicing keeps between two closes: out of the tables and into them.

A row a credit and month with all its fields; of instalments unpaid only what changed. Both must
agree with the movements: what they say is owed is the sum of what was booked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from django.db import connection

from tequio.core.columns import EPOCH
from tequio.core.law import Book, Common, common
from tequio.engine.errors import Refused
from tequio.engine.portfolio import loan_of
from tequio.servicing import credit as c
from tequio.servicing.accounts import ACCOUNTS, AT, NAMES, Ints
from tequio.servicing.credit import BALANCES, DUES, FIELDS, Credits
from tequio.servicing.opening import opened
from tequio.web.records.models import ClosedPart, Credit, Due, Load, Serviced
from tequio.web.records.months import first_month
from tequio.web.records.past import NONE, past_of
from tequio.web.records.snapshots import rows_of
from tequio.web.records.tables import FEW, read_rows, schema_of, write_rows
from tequio.web.records.writing import Wrote

MANY = 16  # movements a credit, of whichever credits
AMOUNTS = slice(c.DUE_INSURANCE, c.DUE_PRINCIPAL + 1)
CREDIT_OF_A_DUE = len(DUES)  # the column after those of a due: the credit's key


@dataclass(frozen=True, slots=True)
class Part:
    """Some credits of a load, by their keys, in a month (year x 12 + month - 1)."""

    load: Load
    part: int
    source: int  # the key with which they came in
    first: int
    last: int
    month: int
    before: ClosedPart | None  # the same credits, a month ago

    @property
    def size(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    @property
    def few(self) -> bool:
        """Whether they are read in one plain statement."""
        return self.size <= FEW


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """Credits at the beginning of a month, and the instalments that the table has of them."""

    credits: Credits
    dues: Ints  # (due, column and credit)


def before_close(part: Part) -> Before:
    """Where the credits stand: as they came in or as the last close left them, and as steps of the
    month changed them since."""
    if part.before is None:
        return as_stepped(part, as_loaded(part))
    numbers = numbers_of(part, part.month, tuple(FIELDS))
    return with_dues(numbers, dues_of(part))


def with_dues(numbers: Ints, dues: Ints) -> Before:
    """Both of the same credits."""
    assert len(dues) == numbers[:, c.OPEN].sum(), "every instalment unpaid has its row"
    return Before(Credits(numbers, np.ascontiguousarray(dues[:, :CREDIT_OF_A_DUE])), dues)


def at_beginning(part: Part, closed: ClosedPart | None) -> Credits:
    """The credits as the close of some month left them, or as they came in, whatever is known
    since."""
    if closed is None:
        first = replace(part, month=first_month(part.load), before=None)
        return as_loaded(first, first_close(part) if part.before else None)
    month, source = closed.month + 1, closed.source_id
    numbers = numbers_of(part, month, tuple(FIELDS), f"AND source_id = {source}")
    return with_dues(numbers, dues_of(part, f"AND source_id <= {source}")).credits


def first_close(part: Part) -> int:
    """The source of the first close of a part."""
    closes = ClosedPart.objects.filter(load=part.load, month=first_month(part.load))
    return closes.values_list("source_id", flat=True).get(part=part.part)


def at_beginning_and_now(
    part: Part, closed: ClosedPart | None, *, stepped: bool
) -> tuple[Credits, Before]:
    """The credits as the close of some month left them, or as they came in; and where they stand
    now. Of the last close both are read at once. `stepped`: whether those that are looked at ever
    had a step."""
    if part.before is None:
        base = at_beginning(part, None)
        nothing = np.zeros((0, CREDIT_OF_A_DUE + 1), np.int64)
        return base, as_stepped(part, base) if stepped else Before(base, nothing)
    if closed is None or closed.month != part.before.month:
        return at_beginning(part, closed), before_close(part)
    source = closed.source_id
    rows = written_numbers(part, part.month, ("source_id", *FIELDS))
    dues = written_dues(part)
    left = with_dues(rows[rows[:, 1] == source, 2:], newest_dues(dues[dues[:, -1] <= source]))
    now = with_dues(rows[last_of_each(rows[:, :1]), 2:], newest_dues(dues))
    assert len(left.credits) == len(now.credits) == part.size, "one row a credit"
    return left.credits, now


def as_loaded(part: Part, known_by: int | None = None) -> Credits:
    """The credits as their load opened them; `known_by`: as when that write was made."""
    day = part.load.as_of
    rows = rows_of(part.first, part.last, day, known_by=known_by)
    loan, law = loan_of(rows), law_of_all(part.load)
    return opened(loan, law, part.size, part.month, (day - EPOCH).days)[1]


def as_stepped(part: Part, loaded: Credits) -> Before:
    """In the first month only credits that had a step have rows."""
    keys, stepped = kept_numbers(part, part.month, tuple(FIELDS))
    dues, rows = dues_of(part), keys - part.first
    numbers, owners = loaded.numbers.copy(), with_credits(loaded, np.arange(part.size) + part.first)
    numbers[rows] = stepped
    whole = np.concatenate([owners[~np.isin(owners[:, CREDIT_OF_A_DUE], keys)], dues])
    whole = whole[np.argsort(due_keys(whole), kind="stable")]
    return replace(with_dues(numbers, whole), dues=dues)


def law_of_all(load: Load) -> Common:
    """The common law of the day of a load."""
    return Book("common", {}, common()).at(Common, load.as_of)


def numbers_of(part: Part, month: int, names: tuple[str, ...], only: str = "") -> Ints:
    """(credit, field) at the beginning of a month, as it was written last; `only`: one more
    condition on the rows looked at."""
    keys, numbers = kept_numbers(part, month, names, only)
    assert len(keys) == part.size, "one row a credit"
    return numbers


def kept_numbers(
    part: Part, month: int, names: tuple[str, ...], only: str = ""
) -> tuple[Ints, Ints]:
    """The credits that have a row in a month, and (credit, field)."""
    table = written_numbers(part, month, names, only)
    table = table[last_of_each(table[:, :1])]
    return table[:, 0], np.ascontiguousarray(table[:, 1:])


def written_numbers(part: Part, month: int, names: tuple[str, ...], only: str = "") -> Ints:
    """(row, credit and field): all that was written of a month, credit by credit, the newest
    last."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    kept = schema_of(Serviced)
    wanted = pa.schema([pa.field("credit_id", pa.int64()), *map(kept.field, names)])
    rows = read_rows(
        f"SELECT credit_id, {quoted} FROM records_serviced "  # noqa: S608 - our own columns
        f"WHERE month = %s AND credit_id BETWEEN %s AND %s {only} ORDER BY credit_id, source_id",
        [month, part.first, part.last],
        wanted,
        few=part.few,
    )
    return as_numbers(rows)


def dues_of(part: Part, only: str = "") -> Ints:
    """What is left of instalments: (due, column and credit), credit by credit, oldest first."""
    return newest_dues(written_dues(part, only))


def newest_dues(table: Ints) -> Ints:
    """Of what was written of instalments, in its order, what is left."""
    table = table[last_of_each(table[:, [CREDIT_OF_A_DUE, c.DUE_MONTH]])]
    left = table[:, AMOUNTS].any(axis=1)
    return np.ascontiguousarray(table[left, : CREDIT_OF_A_DUE + 1])


def written_dues(part: Part, only: str = "") -> Ints:
    """(row, column, credit and source): all that was written of instalments, the newest last."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in DUES)
    kept = schema_of(Due)
    rows = read_rows(
        f"SELECT {quoted}, credit_id, source_id FROM records_due "  # noqa: S608 - our own columns
        f"WHERE credit_id BETWEEN %s AND %s {only} ORDER BY credit_id, month, source_id",
        [part.first, part.last],
        pa.schema([kept.field(name) for name in (*DUES, "credit_id", "source_id")]),
        few=part.few,
    )
    return as_numbers(rows)


def as_numbers(rows: pa.Table) -> Ints:
    """Whole numbers, a row each."""
    columns = [column.to_numpy().astype(np.int64) for column in rows.columns]
    return np.stack(columns, axis=1) if columns else np.zeros((0, 0), np.int64)


def last_of_each(keys: Ints) -> Ints:
    """Of rows in the order of their keys, the last place of each key."""
    differs = (keys[1:] != keys[:-1]).any(axis=1)
    return np.flatnonzero(np.append(differs, np.ones(min(len(keys), 1), np.bool_)))


def write_after(credits_: Ints, old: Ints, after: Credits, source: int, wrote: Wrote) -> None:
    """Credits, by their keys, at the beginning of a month or in it, and instalments of which
    something is not as in the `old` ones that the table has of them."""
    rows = {
        "credit_id": credits_,
        "source_id": np.full(len(credits_), source),
        **{name: after[name] for name in FIELDS},
    }
    wrote.appended(Serviced, write_rows(Serviced, pa.table(rows)))
    changed = changed_dues(old, with_credits(after, credits_))
    columns = {name: changed[:, place] for place, name in enumerate(DUES)}
    keys = {"credit_id": changed[:, CREDIT_OF_A_DUE], "source_id": np.full(len(changed), source)}
    wrote.appended(Due, write_rows(Due, pa.table({**keys, **columns})))


def with_credits(after: Credits, credits_: Ints) -> Ints:
    """Dues, each with the key of its credit."""
    owners = np.repeat(credits_, after["open"])
    return np.concatenate([after.dues, owners[:, None]], axis=1)


def changed_dues(old: Ints, new: Ints) -> Ints:
    """New ones, those that are not as they were, and those that are covered, with nothing left."""
    covered = old[~np.isin(due_keys(old), due_keys(new))].copy()
    covered[:, c.DUE_INSURANCE : c.DUE_UNITS + 1] = 0
    places = np.searchsorted(due_keys(old), due_keys(new))
    there = np.append(old, np.full((1, old.shape[1]), -1), axis=0)[places]
    rows = np.concatenate([new[(there != new).any(axis=1)], covered])
    return rows[np.argsort(due_keys(rows), kind="stable")]


def due_keys(dues: Ints) -> Ints:
    """One number a credit and month; they grow as dues are kept."""
    return np.asarray(dues[:, CREDIT_OF_A_DUE] * 2**16 + dues[:, c.DUE_MONTH])


def refuse_unexplained(part: Part, now: Credits, earlier: ClosedPart | None, until: int) -> Ints:
    """Refused: some balance is not what it was a month ago and what was booked since; without an
    `earlier` close that kept balances, not what was booked at all. `until`: the greatest key
    that counts. The sum of each account."""
    past = NONE if earlier else past_of(part.source, until)
    since = past.between(earlier.movements_to if earlier else 0, until)
    booked = np.zeros((part.size, len(NAMES)), np.int64)
    for after, upto in since:
        booked += sums_since(part, after, upto)
    expected = booked[:, [AT[name] for name in BALANCES]]
    if earlier:
        expected = expected + numbers_of(part, part.month - 1, BALANCES)
    found = np.stack([now[name] for name in BALANCES], axis=1)
    wrong = (expected != found).any(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        account = int(np.argmax(expected[row] != found[row]))
        number = Credit.objects.get(pk=part.first + row).number
        label = ACCOUNTS[AT[BALANCES[account]]].label
        raise Refused(
            f"El crédito {number} no cuadra: en «{label}» sus movimientos suman "
            f"{expected[row, account]:,} y su saldo dice {found[row, account]:,} (centavos, o "
            f"millonésimas de VSM). {wrong.sum():,} créditos de esta parte están así. No se cerró: "
            "revise qué se registró de él fuera de los cierres (./tequio audit verify)."
        )
    return np.asarray(booked.sum(axis=0) + past.sums)


def earlier_of(part: Part) -> ClosedPart | None:
    """The last close, if balances of its beginning are kept of all: those of the first are not."""
    return part.before if part.month - 1 > first_month(part.load) else None


def sums_since(part: Part, since: int, until: int) -> Ints:
    """(credit, account): what was booked of each credit after some key, up to another."""
    sums = ", ".join(f"sum({name})" for name in NAMES)
    wanted = pa.schema([(name, pa.int64()) for name in ("credit_id", *NAMES)])
    # Where little was booked since, it is read in the order of the keys; not credit by credit.
    by = "+credit_id" if until - since < MANY * part.size else "credit_id"
    rows = read_rows(
        f"SELECT credit_id, {sums} FROM records_movement "  # noqa: S608 - our own columns
        f"WHERE {by} BETWEEN %s AND %s AND id > %s AND id <= %s GROUP BY {by}, credit_id",
        [part.first, part.last, since, until],
        wanted,
    )
    table, booked = as_numbers(rows), np.zeros((part.size, len(NAMES)), np.int64)
    booked[table[:, 0] - part.first] = table[:, 1:]
    return booked
