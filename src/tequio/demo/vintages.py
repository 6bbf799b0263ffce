"""What kind of credit each is, when it was granted and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.months import EPOCH_MONTH, month_number
from tequio.demo import assumptions as assumed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grants:
    """One row per credit; months since January 1970, days since its first."""

    kind: Ints
    granted_month: Ints
    granted_on: Ints
    elapsed: Ints  # full months since the grant: as many instalments have fallen due
    term: Ints
    month_now: Ints


def grants_of(rng: np.random.Generator, loans: int, as_of: date) -> Grants:
    """Draw kind, day of the grant and term. Every grant is at least one month old."""
    now = month_number(as_of) - EPOCH_MONTH
    kind = pick(rng, assumed.KIND_SHARES, loans)
    granted_month = grant_months(rng, kind, now - 1)
    # On no later day of the month than today's, so that months elapsed are a difference of months.
    day = rng.integers(0, min(as_of.day, 28), loans)
    return Grants(
        kind,
        granted_month,
        first_day(granted_month) + day,
        now - granted_month,
        assumed.TERMS[pick_by(rng, assumed.TERM_SHARES, kind)],
        np.full(loans, now),
    )


def grant_months(rng: np.random.Generator, kind: Ints, last: int) -> Ints:
    """The month of each grant, none after `last`, and none in pesos of the old scheme after it
    closed."""
    year = pick_by(rng, assumed.GRANTS_BY_KIND, kind) + assumed.FIRST_GRANT_YEAR
    first = (year - 1970) * 12
    first = np.where((kind == assumed.NECP) & (year == 2021), assumed.PESOS_UNTIL + 1, first)
    end = np.minimum((year - 1970) * 12 + 11, last)
    end = np.where(kind == assumed.PESOS, np.minimum(end, assumed.PESOS_UNTIL), end)
    return np.minimum(first, end) + (rng.random(len(kind)) * (end - first + 1)).astype(np.int64)


def first_day(month: Ints) -> Ints:
    """Days since 1970-01-01 of the first day of a month."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def pick(rng: np.random.Generator, shares: Floats, size: int) -> Ints:
    """Positions drawn with those probabilities."""
    steps = np.cumsum(shares)
    return np.searchsorted(steps[:-1] / steps[-1], rng.random(size), side="right")


def pick_by(rng: np.random.Generator, shares: Floats, group: Ints) -> Ints:
    """The same, each row with the probabilities of its group (rows of `shares`)."""
    steps = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True)
    draw = rng.random(len(group))
    chosen = np.zeros(len(group), dtype=np.int64)
    for number in range(len(shares)):
        rows = np.flatnonzero(group == number)
        chosen[rows] = np.searchsorted(steps[number][:-1], draw[rows], side="right")
    return chosen
