"""A credit's statement and letters out of the ledger; no amount is worked out here."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pyarrow as pa

from tequio.core.law import HERE as LAW
from tequio.core.law import Book, Common, common
from tequio.core.series import load as load_series
from tequio.engine.errors import Refused
from tequio.engine.portfolio import loan_of
from tequio.servicing.accounts import NAMES, Movements
from tequio.servicing.certificates import (
    Ending,
    Interest,
    ending_of,
    interest_of,
    owed_at_the_end,
)
from tequio.servicing.close import day_number, rules_of
from tequio.servicing.opening import opened
from tequio.servicing.posting import Rules
from tequio.servicing.retraced import retraced
from tequio.servicing.statement import Statement, Subject, statement_of
from tequio.web.records.models import Credit, Role
from tequio.web.records.snapshots import rows_of
from tequio.web.records.tables import read_rows

HEADS = ("day", "month", "kind", "channel", "source_id")


def statement(number: str, first: date, last: date) -> Statement:
    """The statement of the months from that of `first` to that of `last`, at its end.

    Refused: no such credit, months before the ledger, or a month that is not closed.
    """
    credit = credit_at(number)
    cut = month_end(last)
    if first > cut:
        raise Refused("El primer mes es posterior al último. Escríbalos en orden.")
    if cut < credit.load.as_of:
        raise Refused(
            f"El libro conoce el crédito {number} desde el {credit.load.as_of}; no hay estado de "
            f"cuenta al {cut}."
        )
    moved = movements_of(credit, cut)
    opening, begin = opening_of(credit)
    end = month_of(cut) + 1
    calendar = [rules_at(month) for month in range(begin, end)]
    state = retraced(opening, moved, calendar)
    return statement_of(subject_of(credit, cut), state, moved, first.replace(day=1), rules_at(end))


def interest(number: str, year: int) -> tuple[Subject, Interest]:
    """The interest of a year. Refused: the ledger does not have all of it, or prices are unknown."""
    credit = credit_at(number)
    last = date(year, 12, 31)
    if credit.load.as_of >= date(year, 1, 1):
        raise Refused(
            f"El libro conoce el crédito {number} desde el {credit.load.as_of} y el año {year} no "
            f"está completo. La constancia es de {credit.load.as_of.year + 1} o posterior."
        )
    statement(number, date(year, 12, 1), last)  # the year is closed, and its books agree
    terms = rows_of(credit.pk, credit.pk, last)
    found = interest_of(
        movements_of(credit, last),
        year,
        indexed=bool(terms["indexed"][0].as_py()),
        inpc=(price_level(date(year - 1, 12, 1)), price_level(date(year, 12, 1))),
    )
    return subject_of(credit, last), found


def ending(number: str, on: date) -> tuple[Subject, Ending]:
    """How a debt ended. Refused: something is owed on that day."""
    credit = credit_at(number)
    moved = movements_of(credit, on)
    found = ending_of(moved)
    if found is None:
        from tequio.core.spelling import pesos

        owed = pesos(owed_at_the_end(moved), 2)
        raise Refused(
            f"El crédito {number} debe {owed} al {on}: esta carta es para un crédito que ya no "
            f"debe. Vea cómo va con: ./tequio statement {number}."
        )
    return subject_of(credit, on), found


def credit_at(number: str) -> Credit:
    """A credit. Refused: it is not there."""
    found = Credit.objects.select_related("load").filter(number=number).first()
    if found is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    return found


def subject_of(credit: Credit, on: date) -> Subject:
    """What is said of a credit besides its amounts, as known on a day."""
    facts = {name: column[0].as_py() for name, column in columns_of(credit, on).items()}
    began = facts["solution_from"]
    return Subject(
        number=credit.number,
        holder=holder_of(credit),
        simulated=credit.load.simulated,
        converted=bool(facts["converted"]),
        solution=int(facts["active_solution"]),
        solution_from=began,
        solution_months_left=int(facts["solution_months_left"]),
        extension_months_used=int(facts["prorroga_months_used"]),
        protection_months_left=int(facts["protection_months_left"]),
    )


def columns_of(credit: Credit, on: date) -> dict[str, pa.ChunkedArray]:
    """The facts of a credit in force on a day."""
    rows = rows_of(credit.pk, credit.pk, on)
    return dict(zip(rows.column_names, rows.columns, strict=True))


def holder_of(credit: Credit) -> str:
    """The debtor's name; empty where nobody has said it."""
    debtors = Role.objects.filter(credit=credit, kind=Role.Kind.DEBTOR).select_related("person")
    return " y ".join(role.person.name for role in debtors if role.person.name_sealed)


def opening_of(credit: Credit) -> tuple[object, int]:
    """The credit as it came in, and its first month, as year x 12 + month - 1."""
    day = credit.load.as_of
    month = month_of(day) + 1
    loan = loan_of(rows_of(credit.pk, credit.pk, day))
    _, opening = opened(loan, law_at(day), 1, month, day_number(day))
    return opening, month


def movements_of(credit: Credit, until: date) -> Movements:
    """A credit's movements up to a day, as booked; sources are the ledger's keys."""
    wanted = pa.schema([("day", pa.date32()), *((n, pa.int64()) for n in (*HEADS[1:], *NAMES))])
    sql = (
        f"SELECT {', '.join(wanted.names)} FROM records_movement "  # noqa: S608 - our own names
        "WHERE credit_id = %s AND day <= %s ORDER BY id"
    )
    rows = read_rows(sql, [credit.pk, until], wanted)
    days = rows["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    heads = (rows[name].to_numpy() for name in HEADS[1:])
    amounts = np.array([rows[name].to_numpy() for name in NAMES]).reshape(len(NAMES), len(days))
    return Movements(np.zeros(len(days), np.int64), days, *heads, amounts)


def month_of(day: date) -> int:
    """How months are counted: year x 12 + month - 1."""
    return day.year * 12 + day.month - 1


def month_end(day: date) -> date:
    """The last day of a day's month."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


@lru_cache(maxsize=512)
def rules_at(month: int) -> Rules:
    """The law and the calendar of a month."""
    first = date(month // 12, month % 12 + 1, 1)
    return rules_of(month, int(law_at(first).umi.values[0]))


@lru_cache(maxsize=512)
def law_at(day: date) -> Common:
    """What all rules share on a day."""
    return Book("common", {}, common()).at(Common, day)


def price_level(month: date) -> Decimal:
    """INPC of a month. Refused: it is not known."""
    for row in inpc():
        if row.since == month:
            return row.value
    raise Refused(f"No se conoce el INPC de {month:%Y-%m}: vea ./tequio series inpc.")


@lru_cache(maxsize=1)
def inpc() -> tuple:
    """The months of the price index."""
    return load_series(LAW / "series")["inpc"].rows
