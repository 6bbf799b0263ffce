"""Credits that were settled since 2019 and are in no portfolio any more: as many as were published,
for the size of the state that is simulated."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from tequio.demo import assumptions
from tequio.demo.contracts import CENTAVO, PPM, ladder_rate, present_value
from tequio.demo.history import assumed
from tequio.demo.history.curves import Level, rounded
from tequio.demo.history.past import Past
from tequio.demo.people import mean_wage
from tequio.demo.state import LOANS, Part, numbers
from tequio.demo.vintages import first_day, pick

Ints = NDArray[np.int64]

YEAR = 12
YOUNGEST, OLDEST = 120, 290  # months of a credit when it was settled early
EARLY_RATE = 85_000  # ppm
CONVERTED_AFTER = (180, 320)  # months of a credit when it was converted
CONVERTED_DEBT, CONVERTED_SPREAD = 62_000, 0.5  # of those that have paid the rest by now
PAID_OF_GRANT = 0.4  # of the amount lent, before the conversion
LEAST_UNTIL_PAID = 6  # months from a conversion to its last payment
GRANTED_ON, CONVERTED_ON = 19, 14  # days after the first of the month


def counts(loans: int) -> tuple[int, int]:
    """How many were settled early, and how many were converted and paid."""
    early = round(assumed.EARLY_SETTLEMENTS * loans / LOANS)
    return early, round(assumed.CONVERTED_AND_PAID * loans / LOANS)


def settled(seed: int, loans: int) -> Past:
    """All of them; their numbers follow on those of the portfolio."""
    early, converted = counts(loans)
    rng = np.random.default_rng([seed, loans, early])
    number = numbers(Part(0, loans, early + converted), seed)
    size = early + converted
    is_early = np.arange(size) < early
    month = np.where(is_early, months(rng, assumed.EARLY_BY_YEAR, size), 0)
    converted_month = np.where(is_early, 0, months(rng, assumed.PAID_CONVERSIONS, size))
    span = np.maximum(assumed.LAST - converted_month - LEAST_UNTIL_PAID, 1)
    after = converted_month + LEAST_UNTIL_PAID + (rng.random(size) * span).astype(np.int64)
    month = np.where(is_early, month, np.minimum(after, assumed.LAST))
    first = np.where(is_early, month, converted_month)
    age = rng.integers(
        *np.where(is_early, [[YOUNGEST], [OLDEST]], [[CONVERTED_AFTER[0]], [CONVERTED_AFTER[1]]])
    )
    granted_month = first - age
    amounts = of_early(rng, month) if early else {}
    return put_together(rng, number, is_early, granted_month, converted_month, month, amounts)


def months(rng: np.random.Generator, by_year: Ints, size: int) -> Ints:
    """A month of each, by the weight of its year."""
    year = assumed.SETTLED_YEARS[pick(rng, by_year, size)]
    month = (year - 1970) * YEAR + rng.integers(0, YEAR, size)
    late = month > assumed.LAST
    return np.where(late, month - 6, month)


def of_early(rng: np.random.Generator, month: Ints) -> dict[str, Ints]:
    """Discount, balance and amount lent of a credit settled in each month, in centavos."""
    spread, size = assumed.EARLY_SPREAD, len(month)
    drawn = assumed.EARLY_DISCOUNT * np.exp(rng.normal(-spread * spread / 2, spread, size))
    discount = rounded(drawn * CENTAVO)
    text = np.searchsorted(assumed.EARLY_SHARE_FROM, month, side="right") - 1
    share = assumed.EARLY_SHARES[text]
    balance = np.where(text == 2, 2 * discount, rounded(discount / share))
    most = assumed.EARLY_THRESHOLDS[text]
    granted = rounded(balance / (most * (0.35 + 0.65 * rng.random(size))))
    return {"discount": discount, "balance": balance, "granted": granted}


def put_together(
    rng: np.random.Generator,
    number: Ints,
    early: NDArray[np.bool_],
    granted_month: Ints,
    converted_month: Ints,
    month: Ints,
    amounts: dict[str, Ints],
) -> Past:
    """Their past: every month paid, in a row, until the last deposit."""
    size = len(number)
    last = rounded(rng.exponential(assumed.LAST_BALANCE, size) * CENTAVO) + CENTAVO
    debt = CONVERTED_DEBT * np.exp(rng.normal(0, CONVERTED_SPREAD, size)) * CENTAVO
    rate = np.where(early, EARLY_RATE, conversion_rate(rng, converted_month))
    term = np.where(early, 1, granted_month + assumed.TERM - converted_month)
    instalment = rounded(debt / present_value(rate, np.zeros(size), term))
    balance = np.where(early, amounts["balance"], np.minimum(last, rounded(debt / 4)))
    granted = np.where(early, amounts["granted"], rounded(debt * 3))
    paid = month - granted_month - 1
    before = rounded(granted * PAID_OF_GRANT)
    principal = np.where(early, granted - balance, rounded(debt) - balance + before)
    level = Level(granted, principal, rate / 12 / PPM, paid)
    fund = rounded(instalment * assumptions.FUND_SHARE)
    known = {
        "number": number,
        "granted_on": first_day(granted_month) + GRANTED_ON,
        "granted_month": granted_month,
        "gone": assumed.LAST + 1 - month,
        "in_a_row": paid,
        "converted_month": converted_month,
        "converted_on": np.where(early, 0, first_day(converted_month) + CONVERTED_ON),
        "granted": granted,
        "balance": balance,
        "instalment": instalment,
        "rate": rate,
        "principal_paid": principal,
        "interest_paid": np.maximum(rounded(level.interest(paid[:, None])[:, 0]), 0),
        "insurance": np.full(size, round(assumptions.INSURANCE * CENTAVO)),
        "protection_fee": np.where(granted_month >= assumptions.FUND_FROM, fund, 0),
        "direct": rng.random(size) < assumed.SETTLED_DIRECT,
        "spell": np.full(size, 2 * YEAR),
        "last_job": np.full(size, assumed.MONTHS),
        "early": early,
        "discount": np.where(early, amounts["discount"], 0),
    }
    none = {field.name: np.zeros(size, np.int64) for field in fields(Past)}
    return Past(**{**none, "indexed": np.zeros(size, np.bool_), **known})


def conversion_rate(rng: np.random.Generator, month: Ints) -> Ints:
    """Fixed in the first stages, then by the wage."""
    wage = mean_wage(np.maximum(month, assumed.FIRST)) * np.exp(rng.normal(0, 0.4, len(month)))
    by_wage = ladder_rate(wage, np.maximum(month, assumed.FIRST))
    return np.where(month >= assumptions.VENTANILLA, by_wage, assumptions.FIRST_STAGE_RATE)


def overpaid(rng: np.random.Generator, past: Past) -> Ints:
    """What some of the settled had taken from their wage afterwards, in centavos; it is returned
    before the window ends."""
    spread, size = assumed.OVERPAID_SPREAD, len(past.number)
    drawn = assumed.OVERPAID_MEAN * np.exp(rng.normal(-spread * spread / 2, spread, size))
    had = (rng.random(size) < assumed.OVERPAID) & (past.gone > 2)
    return np.where(had, rounded(drawn * CENTAVO), 0)
