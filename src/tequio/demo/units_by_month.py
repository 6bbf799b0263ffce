"""What the unit, the UMA and the minimum wage were worth in each month, from the law's series."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tequio.core import law

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST = 12 * 22  # January 1992, in months since January 1970
LAST = 12 * 60
UMI_BEGINS = 12 * 47  # January 2017: until then a unit was a minimum wage
UMA_BEGINS = 12 * 46


@cache
def minimum_wages() -> Floats:
    """Pesos a month, by month from FIRST."""
    return by_month("minimum_wage")


@cache
def units() -> Floats:
    """Pesos for one monthly unit of an indexed credit, by month from FIRST."""
    return np.where(months() < UMI_BEGINS, minimum_wages(), by_month("umi"))


@cache
def umas() -> Floats:
    """Pesos for one monthly UMA, by month from FIRST; before there was one, the minimum wage."""
    return np.where(months() < UMA_BEGINS, minimum_wages(), by_month("uma_monthly"))


@cache
def rates_by_wage() -> tuple[Ints, Ints]:
    """The law's ladder: wages in ppm of a UMA, and from each on the yearly rate in ppm."""
    book = law.read(law.HERE / "responsabilidad_compartida.toml")
    ladder = book.parameters["rate_by_wage"].in_our_units().history[-1].value
    wages, rates = np.array(ladder, dtype=np.int64).T
    return wages, rates


def at(series: Floats, month: Ints) -> Floats:
    """The value of a series in each month."""
    return np.asarray(series[np.clip(month, FIRST, LAST - 1) - FIRST])


def months() -> Ints:
    """Every month that the series are laid out on, since January 1970."""
    return np.arange(FIRST, LAST)


def by_month(name: str) -> Floats:
    """A series of the law on the last day of each month, zero before it begins."""
    history = law.common()[name].history
    since = np.array([value.since for value in history], dtype="datetime64[M]").astype(np.int64)
    values = np.array([0.0, *(float(value.value) for value in history)])
    return values[np.searchsorted(since, months(), side="right")]
