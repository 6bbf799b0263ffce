"""Who the simulated borrowers are: home, sex, age, wage at the grant, work and pension today."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import REGIMES
from tequio.demo import assumptions as assumed
from tequio.demo import units_by_month
from tequio.demo.fact_tables import borrowers, municipalities
from tequio.demo.vintages import Grants, pick, pick_by

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROA, REA, EXT = range(len(REGIMES))
YEAR = 365.2425  # days
DAYS = 30.4  # of a month of wages


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """One row per credit; wages and pensions in pesos a month."""

    municipality: Ints  # row of the fact table
    sex: Ints
    born_on: Ints
    age: Floats  # years, today
    lasting: Floats  # logarithm of the wage against the state's mean: what stays with the person
    wage_at_grant: Floats
    regime: Ints
    employed: Flags
    wage: Floats  # zero without a job
    months_in_job: Ints
    pensioned: Flags
    pension: Floats

    @property
    def on_prorroga(self) -> Flags:
        """Whose credit a prórroga carries today."""
        return np.asarray(self.regime == EXT)


def borrowers_of(rng: np.random.Generator, grants: Grants, today: int) -> People:
    """Draw the person behind every grant. `today` in days since 1970."""
    loans = len(grants.kind)
    municipality = pick(rng, municipalities().share(), loans)
    sex, born_on = births(rng, grants.granted_on)
    age = (today - born_on) / YEAR
    lasting = municipalities().wage_level()[municipality]
    lasting = lasting + rng.normal(0, assumed.WAGE_LASTING, loans)
    wage_at_grant = wages(rng, lasting + assumed.BORROWER_PREMIUM, grants.granted_month)
    regime = regimes(rng, grants, age)
    employed = regime == ROA
    wage = np.where(employed, wages(rng, lasting, grants.month_now), 0)
    pensioned, pension = pensions(rng, age, regime == REA)
    return People(
        municipality,
        sex,
        born_on,
        age,
        lasting,
        wage_at_grant,
        regime,
        employed,
        wage,
        np.where(employed, months_in_job(rng, age), 0),
        pensioned,
        pension,
    )


def births(rng: np.random.Generator, granted_on: Ints) -> tuple[Ints, Ints]:
    """Sex and day of birth, as in the credits for homes of the fact table."""
    known = borrowers()
    size = len(granted_on)
    group = pick(rng, known.credits, size)
    first, last = known.age_from[group], known.age_to[group] + 1
    young = last <= 30  # few at eighteen, many near thirty; after thirty the other way round
    draw = np.where(young, np.sqrt(rng.random(size)), rng.beta(1.1, 2.1, size))
    first = np.where(young, 20, first)
    age = first + draw * (last - first)
    return known.sex[group], granted_on - np.ceil(age * YEAR).astype(np.int64)


def wages(rng: np.random.Generator, lasting: Floats, month: Ints) -> Floats:
    """Monthly wage in pesos: the state's mean of that month, the person, and what passes."""
    spread = assumed.WAGE_LASTING**2 + assumed.WAGE_PASSING**2
    noise = rng.normal(-spread / 2, assumed.WAGE_PASSING, len(lasting))
    least = units_by_month.at(units_by_month.minimum_wages(), month) * assumed.WAGE_OVER_MINIMUM
    most = units_by_month.at(units_by_month.umas(), month) * assumed.WAGE_MOST_UMAS
    # Part of who would earn less than the minimum earns a little more than it, not exactly it.
    floor = least * (1 + rng.exponential(0.03, len(lasting)))
    drawn = mean_wage(month) * np.exp(lasting + noise)
    return np.minimum(np.maximum(drawn, floor), np.maximum(most, floor))


def mean_wage(month: Ints) -> Floats:
    """Pesos a month of the state's insured, before the legal minimum lifts the lowest."""
    daily = np.interp(month / 12 + 1970, assumed.WAGE_YEARS, assumed.DAILY_WAGES)
    return np.asarray(daily * DAYS * assumed.MEAN_BEFORE_MINIMUM)


def regimes(rng: np.random.Generator, grants: Grants, age: Floats) -> Ints:
    """Payroll, direct payment or prórroga. Old people have left their jobs; a prórroga needs a
    job lost, so a credit of a few months has none."""
    regime = pick_by(rng, assumed.REGIME_SHARES, grants.kind)
    retires = (age >= assumed.OLD_AGE) & (rng.random(len(age)) < assumed.OLD_LEAVES)
    regime = np.where(retires, REA, regime)
    too_new = (regime == EXT) & (grants.elapsed < 6)
    return np.where(too_new, ROA, regime)


def months_in_job(rng: np.random.Generator, age: Floats) -> Ints:
    """Months in the present job: many short, some of decades, none begun before eighteen."""
    drawn = rng.exponential(52, len(age)) + rng.exponential(4, len(age))
    return np.minimum(drawn, np.maximum((age - 18) * 12, 1)).astype(np.int64)


def pensions(rng: np.random.Generator, age: Floats, direct: Flags) -> tuple[Flags, Floats]:
    """Who has a pension, and how much a month."""
    size = len(age)
    old = (age >= assumed.PENSION_AGE) & direct
    pensioned = old & (rng.random(size) < assumed.PENSIONED)
    drawn = assumed.PENSION_MEDIAN * np.exp(rng.normal(0, assumed.PENSION_SPREAD, size))
    return pensioned, np.where(pensioned, np.maximum(drawn, assumed.PENSION_LEAST), 0)


def within_age(grants: Grants, people: People) -> Grants:
    """The same grants, shorter where age and term together pass their top (since June 2021)."""
    age = (grants.granted_on - people.born_on) / YEAR
    years = (assumed.OLDEST_AT_END[people.sex] - age).astype(np.int64)
    capped = np.minimum(grants.term, np.maximum(years * 12, 60))
    return replace(grants, term=np.where(grants.kind == assumed.NECP, capped, grants.term))
