"""What is known of a credit today, as far as its past is worked out from it backwards."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core.columns import Index, Units
from tequio.core.lists import SOLUTIONS
from tequio.demo import units_by_month
from tequio.demo.contracts import PPM
from tequio.demo.history import assumed
from tequio.demo.vintages import first_day
from tequio.engine.portfolio import loan_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

THOUSANDTHS = 1_000
PRORROGA = SOLUTIONS.index("prorroga")


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """One row per credit. Months since January 1970; money in centavos, units in millionths.

    The months since the grant, from the latest backwards: `gone` from its settlement on, `prorroga`
    of the one in force, `in_a_row` paid, `missed`, `deferred` in prórrogas of the past, and
    `earlier` paid.
    """

    number: Ints
    granted_on: Ints  # days since 1970-01-01
    granted_month: Ints
    gone: Ints
    prorroga: Ints
    in_a_row: Ints
    missed: Ints
    deferred: Ints
    earlier: Ints
    indexed: Flags
    converted_month: Ints  # zero when never
    converted_on: Ints
    granted: Ints
    granted_units: Ints
    balance: Ints  # in its own measure; of a settled credit, what was settled
    instalment: Ints  # in its own measure
    rate: Ints  # ppm a year
    principal_paid: Ints
    interest_paid: Ints
    unpaid_interest: Ints
    insurance: Ints
    fees: Ints
    protection_fee: Ints
    direct: Flags  # pays without an employer today
    spell: Ints  # months in the present job, or without one
    last_job: Ints  # months in the job before
    solution: Ints
    solution_month: Ints
    solution_pays: Ints
    fund_month: Ints  # zero when never used
    fund_used: Ints
    early: Flags  # settled early, with a discount
    discount: Ints  # of that

    @property
    def paid(self) -> Ints:
        """Months fully covered, in all."""
        return self.in_a_row + self.earlier

    @property
    def settled_month(self) -> Ints:
        """The month of the last deposit of a credit that is gone."""
        return assumed.LAST + 1 - self.gone

    @property
    def instalment_pesos(self) -> Ints:
        """Of today, in centavos."""
        unit = units_by_month.units()[assumed.LAST - units_by_month.FIRST] * THOUSANDTHS
        worth = Units(self.instalment).pesos(Index(round(unit))).values
        return np.where(self.indexed, worth, self.instalment)

    @property
    def monthly(self) -> Floats:
        """The rate of a month."""
        return np.asarray(self.rate / 12 / PPM)

    def take(self, rows: Ints | slice) -> Past:
        """Some credits."""
        return Past(*(getattr(self, field.name)[rows] for field in fields(self)))


def past_of(table: pa.Table) -> Past:
    """The rows of a portfolio of the calibrated day."""
    loan = loan_of(table)
    none = np.zeros(table.num_rows, np.int64)
    granted_month = month_of(loan.granted_on.values)
    solution = loan.active_solution.values.astype(np.int64)
    solution_month = np.where(solution > 0, month_of(loan.solution_from.values), 0)
    prorroga = np.where(solution == PRORROGA, assumed.LAST - solution_month, 0)
    indexed, converted = loan.indexed.values, loan.converted.values
    employed = loan.employed.values
    fund_month = month_of(loan.protection_from.values)
    used = np.where(fund_month > 0, 6 - loan.protection_months_left.values, 0)
    return Past(
        number=table["credit"].to_numpy().astype(np.int64),
        granted_on=whole(loan.granted_on.values),
        granted_month=granted_month,
        gone=none,
        prorroga=prorroga,
        in_a_row=whole(loan.months_in_a_row.values),
        missed=whole(loan.months_missed.values),
        deferred=loan.prorroga_months_used.values - prorroga,
        earlier=whole(loan.months_paid.values - loan.months_in_a_row.values),
        indexed=indexed,
        converted_month=np.where(converted, month_of(loan.converted_on.values), 0),
        converted_on=whole(loan.converted_on.values),
        granted=whole(loan.granted.values),
        granted_units=whole(loan.granted_units.values),
        balance=whole(np.where(indexed, loan.balance_units.values, loan.balance.values)),
        instalment=whole(np.where(indexed, loan.instalment_units.values, loan.instalment.values)),
        rate=whole(loan.rate.values),
        principal_paid=whole(loan.principal_paid.values),
        interest_paid=whole(loan.interest_paid.values),
        unpaid_interest=whole(loan.unpaid_interest.values),
        insurance=whole(loan.insurance.values),
        fees=whole(loan.administration_fee.values),
        protection_fee=whole(loan.protection_fee.values),
        direct=~employed,
        spell=whole(np.where(employed, loan.months_in_job.values, loan.months_without_job.values)),
        last_job=whole(loan.months_in_last_job.values),
        solution=solution,
        solution_month=solution_month,
        solution_pays=whole(loan.solution_pays.values),
        fund_month=fund_month,
        fund_used=whole(used),
        early=none > 0,
        discount=none,
    )


def month_of(day: Ints) -> Ints:
    """Months since January 1970 of days since its first; zero of none."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def last_day(month: Ints) -> Ints:
    """Days since 1970-01-01 of the last day of a month."""
    return first_day(month + 1) - 1


def whole(values: NDArray[np.generic]) -> Ints:
    """In sixty-four bits."""
    return values.astype(np.int64)
