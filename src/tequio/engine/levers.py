"""What a person can change about a credit, so that a solution opens: pay on, catch up, pay
principal, give up the solution in force. What the law or the past has settled is not here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import (
    Code,
    Column,
    Count,
    Flag,
    Money,
    Months,
    Units,
    greatest,
    least,
    where,
)
from tequio.core.law import Common
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import Loan
from tequio.core.months import months_later
from tequio.core.offer import Gap
from tequio.core.spelling import MONTHS, counted, pesos
from tequio.engine.offers import plan_of, status_quo
from tequio.engine.projection import Schedule, schedule
from tequio.engine.rulebook import Rulebook, assumed, outlook_at
from tequio.programmes import TITLES

Ints = NDArray[np.int64]
HORIZON = 120  # months; what takes longer is no advice
NONE = Code(SOLUTIONS.index("none"))


@dataclass(frozen=True)
class Person:
    """One credit (a loan of one row), on a day."""

    loan: Loan
    as_of: date
    rules: Rulebook

    @cached_property
    def path(self) -> Schedule:
        """Month by month, if nothing is signed and everything is paid."""
        offer = status_quo(self.loan, self.law)
        plan = plan_of(offer, self.loan, np.zeros(1, np.int64))
        return schedule(plan, outlook_at(self.rules, self.as_of), 0)

    def number(self, fact: str) -> int:
        """One fact of the credit, in our units."""
        return int(getattr(self.loan, fact).values[0])

    @property
    def law(self) -> Common:
        """The series of the day."""
        return assumed(self.rules, self.as_of)

    @property
    def active(self) -> str:
        """The title of the solution in force."""
        return TITLES[SOLUTIONS[self.number("active_solution")]]

    @property
    def balance(self) -> int:
        """Principal owed, in pesos of the day."""
        return int(self.loan.terms(self.law).balance.values[0])

    @property
    def month(self) -> int:
        """What a month is billed: the instalment with insurance and fees."""
        terms = self.loan.terms(self.law)
        return int((terms.instalment + terms.charges).values[0])


@dataclass(frozen=True, slots=True)
class Lever:
    """One change, in an amount: months, instalments, centavos; or one, of what is done or not."""

    name: str
    most: Callable[[Person], int]  # zero: it is not for this person
    pull: Callable[[Person, Loan, Ints], Loan]  # an amount a row, of a loan of one row or as many
    say: Callable[[Person, int], str]
    months: bool = False  # the amount is time that passes

    def day(self, person: Person, amount: int) -> date:
        """When it is done."""
        return months_later(person.as_of, amount) if self.months else person.as_of


def rows_of(loan: Loan, rows: int) -> Loan:
    """A loan of one row, so many times; of as many already, the same."""
    if len(loan.balance) == rows:
        return loan
    wide: dict[str, Any] = {}
    for field in fields(Loan):
        column: Column = getattr(loan, field.name)
        wide[field.name] = column.new(np.repeat(column.values, rows))
    return replace(loan, **wide)


def pay_on(person: Person, loan: Loan, months: Ints) -> Loan:
    """So many further months paid as they come, as the projection has them; arrears stay.

    A month without payment (prórroga) passes, but is no payment.
    """
    loan, path, passed = rows_of(loan, len(months)), person.path, Months(months)
    paid, accrued = np.cumsum(path.borrower)[months - 1], np.cumsum(path.interest)[months - 1]
    interest = np.minimum(accrued, paid)
    balance, units = Money(path.balance[months - 1]), Units(path.balance_units[months - 1])
    employed, later = loan.employed, in_another_year(person, months)
    paused = where(unpaid(loan), least(loan.solution_months_left, passed), Months(0))
    covered = passed - paused
    over = (loan.active_solution != NONE) & (loan.solution_months_left <= passed)
    return replace(
        without_solution(loan, over),
        balance=where(loan.indexed, loan.balance, balance),
        balance_units=where(loan.indexed, units, loan.balance_units),
        months_left=greatest(loan.months_left - covered, Months(0)),
        months_paid=loan.months_paid + covered,
        months_in_a_row=loan.months_in_a_row + covered,
        interest_paid=loan.interest_paid + Money(interest),
        principal_paid=loan.principal_paid + Money(paid - interest),
        months_in_job=where(employed, loan.months_in_job + passed, loan.months_in_job),
        months_without_job=where(
            employed, loan.months_without_job, loan.months_without_job + passed
        ),
        times_borron_this_year=where(later, Count(0), loan.times_borron_this_year),
        agreements_this_year=where(later, Count(0), loan.agreements_this_year),
    )


def unpaid(loan: Loan) -> Flag:
    """Whether the solution in force is one under which nobody pays."""
    paying = Code(Gap.TO_INSTALMENT), Code(Gap.TO_INTEREST)
    gap = (loan.solution_gap != paying[0]) & (loan.solution_gap != paying[1])
    return gap & loan.solution_kept & (loan.active_solution != NONE)


def in_another_year(person: Person, months: Ints) -> Flag:
    """Whether so many months from now is another calendar year."""
    first = person.as_of.month - 1
    return Flag(first + months >= 12)


def without_solution(loan: Loan, ends: Flag) -> Loan:
    """The same where the solution in force ends."""
    return replace(
        loan,
        active_solution=where(ends, NONE, loan.active_solution),
        solution_pays=where(ends, Money(0), loan.solution_pays),
        solution_months_left=where(ends, Months(0), loan.solution_months_left),
        solution_kept=loan.solution_kept & ~ends,
    )


def catch_up(person: Person, loan: Loan, months: Ints) -> Loan:
    """The oldest missed months paid in full: their interest, the rest principal."""
    loan, covered = rows_of(loan, len(months)), Months(months)
    missed = person.number("months_missed")
    interest = Money(person.number("unpaid_interest") * months // missed)
    principal = greatest(loan.terms(person.law).instalment.for_months(covered) - interest, Money(0))
    return replace(
        less_principal(loan, principal, person),
        months_missed=loan.months_missed - covered,
        months_paid=loan.months_paid + covered,
        unpaid_interest=loan.unpaid_interest - interest,
        interest_paid=loan.interest_paid + interest,
    )


def pay_principal(person: Person, loan: Loan, centavos: Ints) -> Loan:
    """That much more, straight to principal."""
    return less_principal(rows_of(loan, len(centavos)), Money(centavos), person)


def less_principal(loan: Loan, paid: Money, person: Person) -> Loan:
    """The debt less an amount, in the unit that it is kept in; never below zero."""
    units = where(loan.indexed, paid.units(person.law.umi), Units(0))
    pesos_ = where(loan.indexed, Money(0), paid)
    return replace(
        loan,
        balance=greatest(loan.balance - pesos_, Money(0)),
        balance_units=greatest(loan.balance_units - units, Units(0)),
        principal_paid=loan.principal_paid + paid,
    )


def give_up(person: Person, loan: Loan, once: Ints) -> Loan:
    """The solution in force is cancelled."""
    return without_solution(rows_of(loan, len(once)), Flag(np.ones(len(once), np.bool_)))


def spend_fund(person: Person, loan: Loan, once: Ints) -> Loan:
    """The months of the protection fund are used up."""
    return replace(rows_of(loan, len(once)), protection_months_left=Months(once * 0))


def settle_ecotechnologies(person: Person, loan: Loan, once: Ints) -> Loan:
    """They are used, or waived."""
    return replace(rows_of(loan, len(once)), ecotechnologies_pending=Flag(once == 0))


def say_pay_on(person: Person, months: int) -> str:
    """With the month in which it is reached."""
    day = months_later(person.as_of, months)
    return (
        f"Pague lo que toca {counted(months, 'mes', 'meses')} más: se cumple en "
        f"{MONTHS[day.month - 1]} de {day.year}."
    )


def say_catch_up(person: Person, months: int) -> str:
    """With what they are billed."""
    missed = counted(months, "mensualidad atrasada", "mensualidades atrasadas")
    return (
        f"Pague {missed} de las {person.number('months_missed')} que debe "
        f"({pesos(months * person.month, 2)})."
    )


def say_give_up(person: Person, once: int) -> str:
    """Which one."""
    return f"Cancele la solución que tiene hoy: {person.active}."


def say_spend_fund(person: Person, once: int) -> str:
    """How many months there are."""
    left = person.number("protection_months_left")
    return f"Use antes su Fondo de Protección de Pagos; le quedan {counted(left, 'mes', 'meses')}."


LEVERS = (
    Lever(
        "settle_ecotechnologies",
        lambda person: person.number("ecotechnologies_pending"),
        settle_ecotechnologies,
        lambda person, once: "Use sus ecotecnologías, o firme que renuncia a ellas.",
    ),
    Lever(
        "spend_fund",
        lambda person: int(person.number("protection_months_left") > 0),
        spend_fund,
        say_spend_fund,
    ),
    Lever(
        "give_up",
        lambda person: int(person.number("active_solution") != int(NONE.values[0])),
        give_up,
        say_give_up,
    ),
    Lever("catch_up", lambda person: person.number("months_missed"), catch_up, say_catch_up),
    Lever(
        "pay_on", lambda person: min(len(person.path.t), HORIZON), pay_on, say_pay_on, months=True
    ),
    Lever(
        "pay_principal",
        lambda person: person.balance - 1,
        pay_principal,
        lambda person, centavos: f"Abone {pesos(centavos, 2)} a capital.",
    ),
)
