"""A credit's statement and letters out of the ledger; no amount is worked out here.

What a closed month says is what was there when it was closed: what its close and the steps of the
month booked, the state that the close left, and the facts that were written by then. What comes
later is of a later month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

import pyarrow as pa

from tequio.core.law import HERE as LAW
from tequio.core.months import last_of, month_number, spelled
from tequio.core.series import load as load_series
from tequio.core.spelling import pesos
from tequio.engine import portfolio
from tequio.engine.errors import Refused
from tequio.servicing.accounts import AT
from tequio.servicing.booked import Booked, total
from tequio.servicing.certificates import (
    MONTHS,
    Ending,
    Interest,
    ending_of,
    interest_of,
    owed_at_the_end,
    reopened_by,
)
from tequio.servicing.close import day_number
from tequio.servicing.credit import BALANCES, Credits
from tequio.servicing.statement import Statement, Subject, Support, statement_of
from tequio.web.records.closing import rules_in
from tequio.web.records.models import ClosedPart, Credit, Role, Standing, Terms
from tequio.web.records.months import first_month
from tequio.web.records.serviced import Part, at_beginning
from tequio.web.records.snapshots import newest
from tequio.web.records.tables import read_rows
from tequio.web.statements.happened import cause_of
from tequio.web.statements.moved import all_booked, booked_of

SOLUTION = (
    "active_solution",
    "solution_from",
    "solution_months_left",
    "prorroga_months_used",
    "protection_months_left",
)


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """A credit as the close of a month left it, and all that was booked by then."""

    credit: Credit
    closed: ClosedPart
    state: Credits
    booked: Booked


def statement(number: str, first: date | None = None, last: date | None = None) -> Statement:
    """The statement of the months from that of `first` to that of `last`. Without `last`, to the
    last closed one; without `first`, of one month; what is before the ledger is left out.

    Refused: no such credit, a month that is not closed, or one before the ledger.
    """
    found = account(credit_at(number), month_number(last) if last else None)
    cut = found.closed.month
    begin = max(month_number(first), first_month(found.credit.load)) if first else cut
    if begin > cut:
        raise Refused(
            f"El primer mes, {spelled(begin)}, es posterior al último, {spelled(cut)}. "
            "Escríbalos en orden: --from es el primero y --to el último."
        )
    subject, support = subject_of(found.credit, last_of(cut)), support_of(found)
    return statement_of(subject, support, found.state, found.booked, begin, rules_in(cut + 1))


def interest(number: str, year: int) -> tuple[Subject, Interest]:
    """The interest of a year. Refused: the ledger lacks a part of it, or prices are unknown."""
    credit = credit_at(number)
    begins = first_month(credit.load)
    if begins > year * MONTHS:
        raise Refused(
            f"El libro conoce el crédito {number} desde el {credit.load.as_of} y el año {year} no "
            f"está completo. La primera constancia es la de {-(-begins // MONTHS)}."
        )
    found = account(credit, year * MONTHS + MONTHS - 1)
    indexed = bool(found.state["indexed"][0])
    ends = (date(year - 1, 12, 1), date(year, 12, 1))
    inpc = None if indexed else (price_level(ends[0]), price_level(ends[1]))
    return subject_of(credit, last_of(found.closed.month)), interest_of(found.booked, year, inpc)


def ending(number: str, on: date) -> tuple[Subject, Ending]:
    """How a debt ended, as far as it was known by a day. Refused: something is owed, the debt ended
    later, or it was over before the ledger knew the credit."""
    credit = credit_at(number)
    booked = all_booked(credit)
    if owed := owed_at_the_end(booked.moved):
        raise Refused(
            f"El crédito {number} debe {pesos(owed, 2)}: {reopening(booked)}esta carta es para un "
            f"crédito que ya no debe. Vea cómo va con: ./tequio statement {number}."
        )
    moved = booked.moved.take(booked.stands())
    ended = ending_of(moved)
    if ended is None:
        raise Refused(
            f"El crédito {number} ya no debía nada cuando entró al libro, el {credit.load.as_of}: "
            "el libro no sabe cuándo ni cómo se pagó, y no puede decirlo en una carta."
        )
    found = ending_of(moved.take(moved.day <= day_number(on)))
    if found is None:
        raise Refused(
            f"El crédito {number} dejó de deber el {ended.on}. Pida la carta de ese día o de uno "
            f"posterior: --on {ended.on}."
        )
    return subject_of(credit, on), found


def reopening(booked: Booked) -> str:
    """Why it owes again, if it did not for a while."""
    if act := reopened_by(booked):
        return f"ya no debía nada, pero {cause_of(act)}; "
    if total(booked.moved.amounts.sum(axis=1), ("payable_to_borrower",)) > 0:
        return "se le devolvió dinero de un pago que no se cobró; "
    return ""


def credit_at(number: str) -> Credit:
    """A credit. Refused: it is not there."""
    found = Credit.objects.select_related("load").filter(number=number).first()
    if found is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    if found.load.parts == 0:
        raise Refused(
            f"El crédito {number} se liquidó antes del {found.load.as_of}: el libro tiene su "
            "historia, pero ningún cierre suyo del que sacar papeles."
        )
    return found


def account(credit: Credit, month: int | None) -> Account:
    """A credit at the end of a closed month, or of the last one. Refused: it is not closed, or what
    was booked is not what is owed."""
    closes = closes_of(credit, month)
    closed = closes[-1]
    part = Part(
        load=credit.load,
        part=closed.part,
        source=credit.source_id,
        first=credit.pk,
        last=credit.pk,
        month=closed.month + 1,
        before=closed,
    )
    found = Account(credit, closed, at_beginning(part, part.before), booked_of(credit, closes))
    refuse_unequal(found)
    return found


def closes_of(credit: Credit, month: int | None) -> list[ClosedPart]:
    """The closes of a credit to that of a month, or all. Refused: that month is not closed."""
    mine = ClosedPart.objects.filter(load=credit.load, first__lte=credit.pk, last__gte=credit.pk)
    closes = list(mine.order_by("month"))
    begins = first_month(credit.load)
    if month is not None and month < begins:
        raise Refused(
            f"El libro conoce el crédito {credit.number} desde el {credit.load.as_of}: su primer "
            f"mes es {spelled(begins)}, y de {spelled(month)} no hay nada."
        )
    if not closes:
        raise Refused(
            f"El crédito {credit.number} no tiene ningún mes cerrado todavía. Cierre el primero "
            f"con: ./tequio close {spelled(begins)}."
        )
    last = closes[-1].month
    if month is not None and month > last:
        raise Refused(
            f"{spelled(month)} no está cerrado para el crédito {credit.number}: el último es "
            f"{spelled(last)}. Pida ese, o cierre el que sigue con: "
            f"./tequio close {spelled(last + 1)}."
        )
    return closes if month is None else closes[: month - begins + 1]


def refuse_unequal(found: Account) -> None:
    """Refused: what is owed is not the sum of what was booked."""
    places = [AT[name] for name in BALANCES]
    booked = found.booked.moved.amounts.sum(axis=1)
    if (booked[places] != found.state.sums()[places, 0]).any():
        raise Refused(
            f"El crédito {found.credit.number} no cuadra al cierre de "
            f"{spelled(found.closed.month)}: sus movimientos no suman lo que debe. No se imprime "
            "nada de él. Busque qué se cambió con: ./tequio audit verify."
        )


def subject_of(credit: Credit, on: date) -> Subject:
    """Whose it is, as known on a day."""
    return Subject(credit.number, holder_of(credit, on), credit.load.simulated, credit.load.as_of)


def holder_of(credit: Credit, on: date) -> str:
    """The debtors' names on a day; empty where nobody has said them."""
    debtors = Role.objects.filter(credit=credit, kind=Role.Kind.DEBTOR, from_on__lte=on)
    people = [
        role.person for role in debtors.select_related("person").order_by("from_on", "person_id")
    ]
    return " y ".join(person.name for person in people if person.name_sealed)


def support_of(found: Account) -> Support:
    """What is known besides amounts, as it was when the month was closed."""
    standing = facts_of(found, Standing, SOLUTION)
    return Support(
        converted=facts_of(found, Terms, ("converted",))["converted"],
        solution=standing["active_solution"],
        solution_from=standing["solution_from"],
        solution_months_left=standing["solution_months_left"],
        extension_months_used=standing["prorroga_months_used"],
        protection_months_left=standing["protection_months_left"],
    )


def facts_of(found: Account, model: type[Standing | Terms], names: tuple[str, ...]) -> dict:
    """Some facts in force on the last day of the month, by name."""
    asked = newest(model, names, only=f"AND source_id <= {found.closed.source_id}")
    key, day = found.credit.pk, last_of(found.closed.month)
    kept = pa.schema([("credit_id", pa.int64()), *map(portfolio.schema().field, names)])
    (facts,) = read_rows(asked, [key, key, day], kept, few=True).to_pylist()
    return facts


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
