"""Michoacán at a day, made up: a seed gives a portfolio in the columns that rules read.

Every chunk of rows is drawn from the seed and its own number, so that any of them can be made alone
and a file of millions stays flat in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core import Index, Money, Months, Rate, Rounding, Units
from tequio.core.columns import EPOCH
from tequio.core.lists import SOLUTIONS
from tequio.demo import assumptions as assumed
from tequio.demo import units_by_month
from tequio.demo.arrears import Months as MonthsGone
from tequio.demo.arrears import course_of
from tequio.demo.balances import Accounts, accounts_of, whole
from tequio.demo.contracts import CENTAVO, MILLIONTH, Contracts, contracts_of
from tequio.demo.fact_tables import municipalities
from tequio.demo.jobs import LastJob, last_jobs
from tequio.demo.people import People, borrowers_of, within_age
from tequio.demo.standing import Fund, Marks, Solutions, Told, solutions_of, standing_of
from tequio.demo.vintages import Grants, first_day, grants_of
from tequio.engine import portfolio

Columns = dict[str, NDArray[np.generic]]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CALIBRATED_ON = date(2024, 6, 30)
EARLIEST = date(2024, 1, 1)
LOANS = 120_000  # the state's credits; its amounts are told for as many
SEED = 20_240_630
CHUNK = 131_072
MICHOACAN = "16"
NUMBERS = 10**8  # of the digits after the state's
SPREAD = 61_803_399  # coprime with NUMBERS: consecutive rows get numbers far apart, none twice


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk of a portfolio: which, from which row, how many rows."""

    number: int
    first: int
    loans: int


def parts(loans: int, chunk: int = CHUNK) -> Iterator[Part]:
    """The chunks of a portfolio of that many credits."""
    for number, first in enumerate(range(0, loans, chunk)):
        yield Part(number, first, min(chunk, loans - first))


def generate(
    loans: int = LOANS,
    seed: int = SEED,
    as_of: date = CALIBRATED_ON,
    progress: Callable[[int, int], None] | None = None,
) -> pa.Table:
    """A whole simulated portfolio in memory. `progress` is told rows made and rows in all."""
    table = pa.concat_tables(tables(loans, seed, as_of, CHUNK, progress))
    says = portfolio.About(as_of, simulated=True, origin=origin(seed))
    return table.replace_schema_metadata(says.metadata())


def generate_to(
    path: Path,
    loans: int = LOANS,
    seed: int = SEED,
    *,
    as_of: date = CALIBRATED_ON,
    chunk: int = CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """The same, to a file, one chunk at a time: the same seed and chunk write the same bytes."""
    chunks = tables(loans, seed, as_of, chunk, progress)
    portfolio.write(chunks, path, as_of=as_of, simulated=True, origin=origin(seed))


def origin(seed: int) -> str:
    """What every output of a made-up state repeats."""
    return f"Datos simulados, semilla {seed}."


def tables(
    loans: int,
    seed: int,
    as_of: date,
    chunk: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[pa.Table]:
    """The chunks of a portfolio, in order. Nothing here knows the world before the calibration."""
    if as_of < EARLIEST:
        raise ValueError(
            f"El estado simulado existe desde el {EARLIEST}; se pidió el {as_of}. "
            "Use una fecha posterior."
        )
    for part in parts(loans, chunk):
        yield as_table(columns_of(part, seed, as_of))
        if progress:
            progress(part.first + part.loans, loans)


def as_table(columns: Columns) -> pa.Table:
    """Columns of whole numbers in the types of a portfolio."""
    schema = portfolio.schema()
    places = pa.array(municipalities().keys).take(pa.array(columns["municipality"]))
    texts = {"credit": pa.array(columns["credit"]).cast(pa.string()), "municipality": places}
    arrays = []
    for field in schema:
        if field.name in texts:
            arrays.append(texts[field.name].cast(field.type))
        else:
            missing = columns.get(f"{field.name}_missing")
            arrays.append(typed(columns[field.name], field.type, missing))
    return pa.Table.from_arrays(arrays, schema=schema)


def typed(values: NDArray[np.generic], kind: pa.DataType, missing: Flags | None) -> pa.Array:
    """One column in its type on file; what is not known is empty."""
    if pa.types.is_date32(kind):
        values = values.astype(np.int32)
    return pa.array(values, mask=missing).cast(kind)


def columns_of(part: Part, seed: int, as_of: date) -> Columns:
    """One chunk: the columns of a portfolio, whole numbers in our units, and for each optional
    fact a mask `<name>_missing`. `municipality` is a row of the fact table."""
    rng = np.random.default_rng([seed, part.number])
    grants = grants_of(rng, part.loans, as_of)
    people = borrowers_of(rng, grants, days(as_of))
    grants = within_age(grants, people)
    contracts = contracts_of(rng, grants, people)
    course = course_of(rng, grants, people, contracts)
    accounts = accounts_of(rng, course)
    owed = in_pesos(accounts, grants)
    standing = standing_of(rng, course, owed["instalment"])
    solutions = solutions_of(rng, course, standing)
    last_job = last_jobs(rng, course)
    return {
        "credit": numbers(part, seed),
        "municipality": people.municipality,
        **credit_columns(grants, contracts, accounts),
        **charge_columns(grants, contracts, owed["instalment"]),
        **mark_columns(standing.marks),
        **payment_columns(grants, course.months, accounts, owed["balance"]),
        **solution_columns(grants, solutions, standing.fund),
        **person_columns(people, standing.told),
        **job_columns(last_job),
        **insured_columns(part.loans),
        "prorroga_months_used": course.months.deferred + course.months.prorroga,
    }


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def numbers(part: Part, seed: int) -> Ints:
    """Ten digits that begin with the state's, none twice in a portfolio."""
    rows = np.arange(part.first, part.first + part.loans)
    return int(MICHOACAN) * NUMBERS + (rows * SPREAD + seed * 7_919) % NUMBERS


def in_pesos(accounts: Accounts, grants: Grants) -> dict[str, Ints]:
    """Balance and instalment of every credit in centavos of today."""
    unit = units_by_month.at(units_by_month.units(), grants.month_now)
    index = Index(whole(unit * 1_000))
    return {
        name: np.where(accounts.indexed, Units(own).pesos(index).values, own)
        for name, own in (("balance", accounts.balance), ("instalment", accounts.instalment))
    }


def credit_columns(grants: Grants, contracts: Contracts, accounts: Accounts) -> Columns:
    """The contract as it stands."""
    indexed = accounts.indexed
    own_units = {"granted": whole(contracts.amount * MILLIONTH)}
    own_units |= {"balance": accounts.balance, "instalment": accounts.instalment}
    converted = accounts.converted_on > 0
    return {
        "indexed": indexed,
        "granted_on": grants.granted_on,
        "granted": whole(contracts.amount * contracts.unit * CENTAVO),
        **{f"{name}_units": np.where(indexed, own, 0) for name, own in own_units.items()},
        "balance": np.where(indexed, 0, accounts.balance),
        "instalment": np.where(indexed, 0, accounts.instalment),
        "rea_instalment": np.zeros_like(accounts.instalment),  # the same with and without a job
        "rea_instalment_units": np.zeros_like(accounts.instalment),
        "rate": accounts.rate,
        "converted": converted,
        "converted_on": accounts.converted_on,
        "converted_on_missing": ~converted,
        "employer_to_principal": converted | (grants.kind == assumed.NECP),
    }


def charge_columns(grants: Grants, contracts: Contracts, instalment: Ints) -> Columns:
    """Insurance, protection fund and administration, centavos a month."""
    insurance = np.full(len(instalment), round(assumed.INSURANCE * CENTAVO))
    has_fund = grants.granted_month >= assumed.FUND_FROM
    house = contracts.amount * assumed.HOUSE_OVER_CREDIT
    unit = units_by_month.at(units_by_month.units(), grants.granted_month)
    dear = np.maximum(house - assumed.DEAR_HOUSE_UNITS * unit, 0) * assumed.DEAR_HOUSE_FEE
    of_instalment = instalment * assumed.FEE_OF_INSTALMENT[grants.kind]
    fee = np.where(grants.kind == assumed.PESOS, dear * CENTAVO, of_instalment)
    return {
        "insurance": insurance,
        "protection_fee": np.where(has_fund, whole(instalment * assumed.FUND_SHARE), 0),
        "administration_fee": whole(np.where(grants.granted_month < assumed.FEE_ENDS, fee, 0)),
    }


def mark_columns(marks: Marks) -> Columns:
    """Product and flags."""
    return {
        "product": marks.product,
        "co_financed": marks.co_financed,
        "undisbursed": marks.undisbursed,
        "ecotechnologies_pending": marks.ecotechnologies,
        "in_court": marks.in_court,
    }


def payment_columns(
    grants: Grants, months: MonthsGone, accounts: Accounts, balance: Ints
) -> Columns:
    """What has been paid, and the interest of the months missed: each that of today's balance."""
    month = Money(balance).month_at(Rate(accounts.rate), Rounding.HALF_UP)
    return {
        "months_left": np.maximum(grants.term - grants.elapsed, 0),
        "months_paid": months.paid,
        "months_in_a_row": months.in_a_row,
        "months_missed": months.missed,
        "unpaid_interest": month.for_months(Months(months.missed)).values,
        "principal_paid": accounts.principal_paid,
        "interest_paid": accounts.interest_paid,
    }


def solution_columns(grants: Grants, solutions: Solutions, fund: Fund) -> Columns:
    """The solution in force, agreements of the year, the protection fund."""
    this_year = solutions.began >= grants.month_now // 12 * 12
    agreements = np.where(solutions.active > 0, this_year, False).astype(np.int64)
    borron = solutions.active == SOLUTIONS.index("borron_y_cuenta_nueva")
    jubilados = solutions.active == SOLUTIONS.index("apoyo_jubilados")
    never, none = fund.began == 0, solutions.active == 0
    return {
        "active_solution": solutions.active,
        "solution_from": np.where(none, 0, first_day(solutions.began)),
        "solution_from_missing": none,
        "solution_pays": solutions.pays,
        "solution_months_left": solutions.months_left,
        "solution_gap": solutions.gap,
        "solution_kept": solutions.kept,
        "agreements_this_year": agreements,
        "times_borron_this_year": (borron & this_year).astype(np.int64),
        "times_jubilados": jubilados.astype(np.int64),
        "times_nivela": np.zeros(len(none), dtype=np.int64),  # the programme began after the cut
        "protection_months_left": fund.months_left,
        "protection_from": np.where(never, 0, first_day(fund.began)),
        "protection_from_missing": never,
    }


def person_columns(people: People, told: Told) -> Columns:
    """The person: facts that are not known are zero, with their mask."""
    known = {
        "born_on": (people.born_on, told.born_known),
        "wage_at_grant": (whole(people.wage_at_grant * CENTAVO), told.wage_at_grant_known),
        "declared_income": (told.income, told.income_known),
        "declared_expenses": (told.expenses, told.expenses_known),
        "pension": (whole(people.pension * CENTAVO), told.pension_known),
    }
    optional: Columns = {}
    for name, (values, is_known) in known.items():
        optional |= {name: np.where(is_known, values, 0), f"{name}_missing": ~is_known}
    return {
        "sex": people.sex,
        "regime": people.regime,
        "employed": people.employed,
        "months_in_job": people.months_in_job,
        "wage": whole(people.wage * CENTAVO),
        "pensioned": people.pensioned,
        **optional,
    }


def insured_columns(loans: int) -> Columns:
    """Nobody has died, nor is disabled: what became of the fund's insurance is not told."""
    none = np.zeros(loans, np.int64)
    return {
        "insured_event": none,
        "disability": none,
        "disability_missing": np.ones(loans, np.bool_),
    }


def job_columns(last: LastJob) -> Columns:
    """The last job. Nobody's firm is stopped, and social work has visited nobody."""
    nobody = np.zeros(len(last.lasted), np.bool_)
    return {
        "months_in_last_job": last.lasted,
        "months_without_job": last.without,
        "paid_without_job": last.paid_without,
        "technical_stoppage": nobody,
        "hardship": nobody,
    }
