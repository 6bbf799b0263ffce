"""What was signed: amount, rate and instalment, in the credit's own measure (units or pesos)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo import assumptions as assumed
from tequio.demo import units_by_month
from tequio.demo.people import People
from tequio.demo.vintages import Grants, pick

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CENTAVO, MILLIONTH = 100, 1_000_000
PPM = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """One row per credit. "Own" is its own measure: monthly units until converted, or pesos."""

    in_units: Flags  # as signed
    unit: Floats  # pesos for one of its own measure on the day of the grant
    amount: Floats
    rate: Ints  # ppm a year
    instalment: Floats  # a month, of the first year
    step: Floats  # yearly rise of the instalment
    employer: Floats  # a month, mean over the life: the 5 % counts as payment or goes to principal
    hopeless: Flags  # the instalment hardly covers the interest


def contracts_of(rng: np.random.Generator, grants: Grants, people: People) -> Contracts:
    """Amount from what the wage bears, rate from the rules of the day, level or rising payment."""
    kind = grants.kind
    in_units = (kind == assumed.VSM) | (kind == assumed.CONVERTED)
    pesos_per_unit = units_by_month.at(units_by_month.units(), grants.granted_month)
    unit = np.where(in_units, pesos_per_unit, 1)
    wage = people.wage_at_grant / unit
    rate = rates(kind, grants.granted_month, people.wage_at_grant, wage)
    step = assumed.PESOS_STEPS[pick(rng, assumed.PESOS_STEP_SHARES, len(kind))]
    step = np.where(kind == assumed.PESOS, step, 0)
    worth = present_value(rate, step, grants.term)
    amount = amounts(rng, grants, wage, worth, unit)
    instalment = amount / worth
    past = grants.elapsed >= grants.term - 6
    hopeless = past | (rng.random(len(kind)) < assumed.HOPELESS[kind])
    over = 1 + rng.random(len(kind)) * assumed.HOPELESS_OVER_INTEREST
    instalment = np.where(hopeless, amount * rate / 12 / PPM * over, instalment)
    scale = np.where(in_units, MILLIONTH, CENTAVO)
    return Contracts(
        in_units,
        unit,
        amount,
        rate,
        np.ceil(instalment * scale) / scale,
        step,
        np.where(hopeless, 0, employer_payments(rng, kind, wage)),
        hopeless,
    )


def rates(kind: Ints, month: Ints, wage_pesos: Floats, wage_own: Floats) -> Ints:
    """Yearly ppm: by wage in units, fixed, or the ladder by wage in UMA with the floor of then."""
    band = np.searchsorted(assumed.VSM_RATE_FROM, wage_own, side="right") - 1
    since = np.searchsorted(assumed.NECP_FLOOR_FROM, month, side="right") - 1
    ladder = np.maximum(ladder_rate(wage_pesos, month), assumed.NECP_FLOORS[since])
    by_wage, fixed = assumed.VSM_RATES[band], np.full(len(kind), assumed.PESOS_RATE)
    return np.choose(kind, [by_wage, fixed, by_wage, ladder])


def ladder_rate(wage: Floats, month: Ints) -> Ints:
    """The rate that the published ladder gives a monthly wage in pesos."""
    starts, held = units_by_month.rates_by_wage()
    ratio = wage / units_by_month.at(units_by_month.umas(), month) * PPM
    return held[np.maximum(np.searchsorted(starts, ratio, side="right") - 1, 0)]


def present_value(rate: Ints, step: Floats, term: Ints) -> Floats:
    """What an instalment of one, rising by `step` every twelfth month, clears."""
    monthly = rate / 12 / PPM
    year = (1 - (1 + monthly) ** -12) / monthly
    ratio = (1 + step) * (1 + monthly) ** -12
    return np.asarray(year * (1 - ratio ** (term / 12)) / (1 - ratio))


def amounts(
    rng: np.random.Generator, grants: Grants, wage: Floats, worth: Floats, unit: Floats
) -> Floats:
    """What the wage bears, within the limits of the day, to the hundredth of a peso or a unit."""
    kind = grants.kind
    noise = rng.normal(0, 1, len(kind)) * assumed.BURDEN_SPREAD[kind]
    years = np.where(kind == assumed.NECP, (grants.granted_month - assumed.PESOS_UNTIL) / 12, 0)
    burden = assumed.BURDEN[kind] * (1 + assumed.NECP_BURDEN_GROWTH) ** years
    wanted = wage * burden * np.exp(noise) * worth
    umas = units_by_month.at(units_by_month.umas(), grants.granted_month)
    units = units_by_month.at(units_by_month.units(), grants.granted_month)
    top = np.where(kind == assumed.NECP, assumed.GRANT_MOST_UMAS * umas, 0)
    top = np.where(kind == assumed.PESOS, assumed.GRANT_MOST_UNITS * units, top)
    top = np.where(unit > 1, assumed.GRANT_MOST_UNITS, top)
    return np.round(np.clip(wanted, assumed.GRANT_LEAST[kind], top), 2)


def employer_payments(rng: np.random.Generator, kind: Ints, wage: Floats) -> Floats:
    """The employer's 5 % spread over the credit's whole life, months without a job included."""
    first, second = assumed.JOB_LIFE[kind].T
    return assumed.EMPLOYER_SHARE * wage * rng.beta(first, second)
