"""What was told of jobs, and what it makes of regimes: how each month begins after a close.

A close copies what it knows of a person to the rows that it writes. Since when something is so is
said by the first of the rows that say it: a job was told on that day, and goes on by the months
until somebody tells another. What came in with the load goes on by nothing: time alone moves
nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
from django.db import models
from numpy.typing import NDArray

from tequio.core.months import EPOCH_MONTH, first_of, last_of
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints
from tequio.servicing.close import day_number
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.law import law_at
from tequio.servicing.regimes import EXT, ROA, Jobs, moved, next_regime
from tequio.web.records.advances import Closed, known, numbers_of
from tequio.web.records.known import only, places_of
from tequio.web.records.models import Standing, Terms
from tequio.web.records.serviced import Part, as_numbers, last_of_each
from tequio.web.records.tables import read_rows, schema_of
from tequio.web.records.tale import Facts

JOB = ("employed", "months_in_job", "months_without_job")  # what decides the regime
DATED = ("credit_id", "from_on", "source_id")
OF_PERSON = (*DATED, *JOB, "regime")
OF_CONTRACT = (
    "indexed",
    "instalment",
    "instalment_units",
    "rea_instalment",
    "rea_instalment_units",
)
Flags = NDArray[np.bool_]
Rows = dict[str, Ints]  # by name: one entry a row, credit by credit, oldest first


def with_next_regimes(closed: Closed) -> Credits:
    """The credits of a part after its close, each in the regime that its job leads to. Only of
    those who are in another one the days are read on which something was told."""
    after, regime = closed.after, closed.after["regime"]
    employed = numbers_of(known(closed, Standing, ["employed"]), ["employed"])["employed"] > 0
    at_odds = np.where(employed, regime != ROA, regime == ROA) | without_extension(after)
    rows = np.flatnonzero(at_odds & (after["status"] == c.ACTIVE))
    if not rows.size:
        return after
    own = JobsTold(closed.part, rows, closed.day).begin(closed.part.month, after.take(rows))
    numbers = after.numbers.copy()
    numbers[rows] = own.numbers
    return replace(after, numbers=numbers)


def without_extension(credits_: Credits) -> Flags:
    """Whose prórroga is over."""
    return np.asarray((credits_["regime"] == EXT) & (credits_["gap"] == NO_STAGE))


@dataclass(eq=False)
class JobsTold:
    """The jobs of the credits at `rows` of a part, as they were told; entry k of every column is of
    rows[k]. `day`: what the instalments of each regime were by then is in the tables, and what
    became of them since is seen here."""

    part: Part
    rows: Ints
    day: date

    @cached_property
    def told(self) -> Rows:
        """What was told of each, of one day what was told last."""
        table = rows_of(Standing, OF_PERSON, self.part, self.rows, last_of(self.part.month))
        newest = last_of_each(np.stack([table["credit"], table["from_on"]], axis=1))
        return {name: values[newest] for name, values in table.items()}

    @cached_property
    def instalments(self) -> Rows:
        """Of each: without a job (zero: the same), and by payroll, when it was last so (zero: it
        never was), in the contract's measure of that time (`indexed`)."""
        table = rows_of(Terms, (*DATED, *OF_CONTRACT), self.part, self.rows, self.day)
        newest = last_of_each(table["credit"][:, None])
        found = {name: table[name][newest] for name in OF_CONTRACT}
        days, sources = self.left_payroll()
        on, source = days[table["credit"]], sources[table["credit"]]
        earlier = (table["from_on"] < on) | (
            (table["from_on"] == on) & (table["source_id"] < source)
        )
        chosen = np.flatnonzero(earlier)
        chosen = chosen[last_of_each(table["credit"][chosen][:, None])]
        units, owner = table["indexed"][chosen] > 0, table["credit"][chosen]
        found["payroll"] = np.zeros(len(self.rows), np.int64)
        found["payroll"][owner] = np.where(
            units, table["instalment_units"][chosen], table["instalment"][chosen]
        )
        found["indexed"][owner] = units
        return found

    def left_payroll(self) -> tuple[Ints, Ints]:
        """The day on which each left payroll last, and the write that said so; before all days
        where it never did."""
        told = self.told
        days = np.full(len(self.rows), np.iinfo(np.int64).min)
        sources = np.zeros(len(self.rows), np.int64)
        paid, owner = told["regime"] == ROA, told["credit"]
        left = 1 + np.flatnonzero(paid[:-1] & ~paid[1:] & (owner[1:] == owner[:-1]))
        left = left[told["from_on"][left] <= day_number(self.day)]
        days[owner[left]], sources[owner[left]] = told["from_on"][left], told["source_id"][left]
        return days, sources

    def employed(self, month: int) -> Ints:
        """Who has a formal job on the last day of a month."""
        return self.told["employed"][self.newest(month)]

    def newest(self, month: int) -> Ints:
        """Of each credit the row in force on the last day of a month."""
        rows = np.flatnonzero(self.told["from_on"] <= day_number(last_of(month)))
        newest = rows[last_of_each(self.told["credit"][rows][:, None])]
        assert len(newest) == len(self.rows), "something was told of each as it came in"
        return newest

    def begin(self, month: int, after: Credits, told: Facts | None = None) -> Credits:
        """How the month after one begins: each in the regime that its job leads to by then, if it
        was told since the load or a prórroga is over. `told`: facts of the contract that are newer
        than the tables'."""
        jobs, news = self.jobs(month, after)
        was = after["regime"]
        then = next_regime(was, jobs, law_at(first_of(month + 1)))
        moves = (news | without_extension(after)) & (after["status"] == c.ACTIVE) & (then != was)
        return self.moved(after, np.where(moves, then, was), told) if moves.any() else after

    def jobs(self, month: int, after: Credits) -> tuple[Jobs, Flags]:
        """The jobs on the last day of a month, and of whom they were told since the load."""
        told, newest = self.told, self.newest(month)
        has, owner = told["employed"] > 0, told["credit"]
        months = np.where(has, told["months_in_job"], told["months_without_job"])
        first = np.append(True, owner[1:] != owner[:-1])
        other = np.append(True, (has[1:] != has[:-1]) | (months[1:] != months[:-1]))
        begins = np.maximum.accumulate(np.where(first | other, np.arange(len(owner)), 0))[newest]
        news, gone = ~first[begins], month - month_of(told["from_on"][begins])
        since = months[begins] + np.where(news, gone, 0)
        runs = (after["regime"] == EXT) & (after["gap"] != NO_STAGE)
        employed = has[newest]
        jobs = Jobs(
            employed=employed,
            months_in_job=np.where(employed, since, 0),
            months_without_job=np.where(employed, 0, since),
            paid_without_job=np.zeros(len(self.rows), np.bool_),
            extension_left=np.where(runs, after["stage_left"], 0),
            missed=after["missed"],
        )
        return jobs, news

    def moved(self, after: Credits, then: Ints, told: Facts | None) -> Credits:
        """The credits in their regimes, each with its instalment. One that was made less while it
        was paid directly is no more by payroll."""
        paid, was, now = self.instalments, after["regime"], after["instalment"]
        indexed, named = after["indexed"] > 0, told if told is not None else paid
        direct = np.where(indexed, named["rea_instalment_units"], named["rea_instalment"])
        differs = (direct > 0) & (paid["payroll"] > 0) & (paid["indexed"] == indexed)
        less = np.where(now == direct, paid["payroll"], np.minimum(paid["payroll"], now))
        by_payroll = np.where(differs, less, now)
        leaves = (was == ROA) & (then != ROA)
        paid["payroll"] = np.where(leaves, now, paid["payroll"])
        paid["indexed"] = np.where(leaves, indexed, paid["indexed"])
        stays = then == was
        directly = np.where(stays | (direct == 0), now, direct)
        return moved(after, then, np.where(stays, now, by_payroll), directly)


def rows_of(
    model: type[models.Model], names: tuple[str, ...], part: Part, rows: Ints, until: date
) -> Rows:
    """All rows of some credits up to a day; `credit`: their places among `rows`. Days since
    1970."""
    kept = schema_of(model)
    found = read_rows(
        f"SELECT {', '.join(names)} FROM {model._meta.db_table} "  # noqa: S608, SLF001 - our own
        f"WHERE credit_id BETWEEN %s AND %s AND from_on <= %s {only(part, rows, 'credit_id')} "
        "ORDER BY credit_id, from_on, source_id",
        [part.first, part.last, until],
        pa.schema([pa.field(name, kept.field(name).type) for name in names]),
    )
    days = found.set_column(names.index("from_on"), "from_on", found["from_on"].cast(pa.int32()))
    columns = dict(zip(names, as_numbers(whole(days)).T, strict=True))
    there, places = places_of(columns["credit_id"], part, rows)
    return {"credit": places} | {name: columns[name][there] for name in names}


def whole(rows: pa.Table) -> pa.Table:
    """Flags as whole numbers."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_boolean(field.type):
            rows = rows.set_column(place, field.name, rows[field.name].cast(pa.int8()))
    return rows


def month_of(days: Ints) -> Ints:
    """Year x 12 + month - 1 of days since 1970-01-01."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months + EPOCH_MONTH)
