"""What is owed today: the amount lent after the payments made, in the credit's own measure.

Level payments in closed form, not month by month with its roundings: the figure lies within a few
centavos of a ledger's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo import assumptions as assumed
from tequio.demo import units_by_month
from tequio.demo.arrears import Course
from tequio.demo.contracts import CENTAVO, MILLIONTH, PPM, Contracts, ladder_rate, present_value
from tequio.demo.people import mean_wage, wages
from tequio.demo.vintages import Grants, first_day

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEARLY_PAID = 0.03  # of the amount lent


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """One row per credit, as it stands today, in whole millionths of a unit or centavos."""

    indexed: Flags
    rate: Ints
    balance: Ints
    instalment: Ints  # in the present regime
    principal_paid: Ints  # centavos of each day
    interest_paid: Ints
    converted_on: Ints  # zero when never


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Payments under one set of terms: the balance they leave, and what they were in pesos."""

    balance: Floats
    instalment: Floats  # the last one
    principal: Floats  # pesos of each day
    paid: Floats


def accounts_of(rng: np.random.Generator, course: Course) -> Accounts:
    """Run every credit from its grant to today."""
    contracts, months = course.contracts, course.months
    run = since_grant(course)
    rate = contracts.rate.copy()
    rows = np.flatnonzero(months.converted_month > 0)
    rate[rows], after = since_conversion(rng, rows, course, run)
    for name in ("balance", "instalment"):
        getattr(run, name)[rows] = getattr(after, name)
    for name in ("principal", "paid"):
        getattr(run, name)[rows] += getattr(after, name)
    indexed = contracts.in_units & (months.converted_month == 0)
    scale = np.where(indexed, MILLIONTH, CENTAVO)
    return Accounts(
        indexed,
        rate,
        whole(run.balance * (1 + rate / 12 / PPM * months.prorroga) * scale),
        whole((run.instalment + taken_over(course)) * scale),
        whole(run.principal * CENTAVO),
        whole(np.maximum(run.paid - run.principal, 0) * CENTAVO),
        np.where(months.converted_month > 0, first_day(months.converted_month) + 14, 0),
    )


def since_grant(course: Course) -> Run:
    """All payments of a credit never converted; of the others, those before the conversion."""
    grants, contracts, months = course.grants, course.contracts, course.months
    number = np.where(months.converted_month > 0, months.paid_before, months.paid_since)
    monthly = contracts.rate / 12 / PPM
    pays = contracts.instalment
    left, total = paid_down(contracts.amount, monthly, pays, contracts.employer, number)
    principal, paid = contracts.amount - left, total * number
    rows = np.flatnonzero(contracts.in_units)
    principal[rows], paid[rows] = in_pesos_of_each_day(rows, grants, contracts, total, number)
    run = Run(left, contracts.instalment.copy(), principal, paid)
    rising_payments(np.flatnonzero(grants.kind == assumed.PESOS), contracts, number, run)
    run.balance[:] *= 1 + monthly * months.deferred
    return run


def paid_down(
    owed: Floats, monthly: Floats, pays: Floats, employer: Floats, number: Ints
) -> tuple[Floats, Floats]:
    """What is left, and what each payment was. Who would have finished by now, and has not, had no
    employer paying."""
    total = pays + employer
    left = after_payments(owed, monthly, total, number)
    alone = left < owed * NEARLY_PAID
    total = np.where(alone, pays, total)
    return np.where(alone, after_payments(owed, monthly, total, number), left), total


def after_payments(balance: Floats, monthly: Floats, pays: Floats, number: Ints) -> Floats:
    """The balance after that many level payments in arrears."""
    growth = (1 + monthly) ** number
    return np.asarray(balance * growth - pays * (growth - 1) / monthly)


def rising_payments(rows: Ints, contracts: Contracts, number: Ints, run: Run) -> None:
    """Credits whose instalment rises each year, written over `run`."""
    amount, left = contracts.amount[rows], number[rows]
    balance, last, paid = year_by_year(rows, contracts, contracts.employer[rows], left)
    alone = np.flatnonzero(balance < amount * NEARLY_PAID)
    balance[alone], last[alone], paid[alone] = year_by_year(
        rows[alone], contracts, np.zeros(len(alone)), left[alone]
    )
    run.balance[rows], run.instalment[rows] = balance, last
    run.principal[rows], run.paid[rows] = amount - balance, paid


def year_by_year(
    rows: Ints, contracts: Contracts, employer: Floats, left: Ints
) -> tuple[Floats, Floats, Floats]:
    """Balance, last instalment and all that was paid. While a payment does not reach the interest,
    the fund pays the rest, so that the debt never grows."""
    step, monthly = contracts.step[rows], contracts.rate[rows] / 12 / PPM
    balance, pays, paid = contracts.amount[rows], contracts.instalment[rows], np.zeros(len(rows))
    for _ in range(int(left.max(initial=0)) // 12 + 1):
        now = np.minimum(left, 12)
        balance = np.minimum(balance, after_payments(balance, monthly, pays + employer, now))
        paid = paid + (pays + employer) * now
        left = left - now
        pays = np.where(left > 0, np.ceil(pays * (1 + step) * CENTAVO) / CENTAVO, pays)
    return balance, pays, paid


def in_pesos_of_each_day(
    rows: Ints, grants: Grants, contracts: Contracts, total: Floats, number: Ints
) -> tuple[Floats, Floats]:
    """Principal and all that was paid, in pesos of the year of each payment, made in the first
    months of the credit without a gap."""
    amount, pays, number = contracts.amount[rows], total[rows], number[rows]
    monthly, first = contracts.rate[rows] / 12 / PPM, grants.granted_month[rows] + 1
    principal, paid = np.zeros(len(rows)), np.zeros(len(rows))
    before, done = amount, np.zeros(len(rows), dtype=np.int64)
    for year in range(assumed.FIRST_GRANT_YEAR, int(grants.month_now.max(initial=0)) // 12 + 1971):
        until = np.clip((year - 1970 + 1) * 12 - first, 0, number)
        after = after_payments(amount, monthly, pays, until)
        unit = units_by_month.units()[(year - 1970) * 12 + 11 - units_by_month.FIRST]
        principal += (before - after) * unit
        paid += pays * (until - done) * unit
        before, done = after, until
    return principal, paid


def since_conversion(
    rng: np.random.Generator, rows: Ints, course: Course, before: Run
) -> tuple[Ints, Run]:
    """Responsabilidad Compartida: a fixed rate, and a balance that the last instalment can clear
    in the term first agreed; then the payments since."""
    grants, months = course.grants, course.months
    month = months.converted_month[rows]
    unit = units_by_month.at(units_by_month.units(), month)
    wage = wages(rng, course.people.lasting[rows], month)
    by_wage = month >= assumed.VENTANILLA
    rate = np.where(by_wage, ladder_rate(wage, month), assumed.FIRST_STAGE_RATE)
    left = grants.granted_month[rows] + grants.term[rows] - month
    worth = present_value(rate, np.zeros(len(rows)), left)
    owed, paying = before.balance[rows] * unit, before.instalment[rows] * unit
    pays = np.ceil(np.minimum(owed / worth, paying) * CENTAVO) / CENTAVO
    owed = np.minimum(owed, pays * worth)
    number, monthly = months.paid_since[rows], rate / 12 / PPM
    employer = course.contracts.employer[rows] * unit
    after, total = paid_down(owed, monthly, pays, employer, number)
    return rate, Run(after, pays, owed - after, total * number)


def taken_over(course: Course) -> Floats:
    """In credits before June 2021, who has no job pays also what the employer paid: 5 % of the
    wage that the person would earn today."""
    grants, contracts, people = course.grants, course.contracts, course.people
    old = (grants.kind == assumed.VSM) | (grants.kind == assumed.PESOS)
    pays = old & ~people.employed & ~contracts.hopeless
    unit = units_by_month.at(units_by_month.units(), grants.month_now)
    lost = mean_wage(grants.month_now) * np.exp(people.lasting)
    lost = lost / np.where(contracts.in_units, unit, 1)
    return np.where(pays, assumed.EMPLOYER_SHARE * lost, 0)


def whole(amounts: Floats) -> Ints:
    """Half up."""
    return np.floor(amounts + 0.5).astype(np.int64)
