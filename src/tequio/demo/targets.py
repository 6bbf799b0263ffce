"""The published and assumed figures of the state, beside what a portfolio gives."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core import Flag, Index, law, where
from tequio.core.columns import EPOCH
from tequio.core.lists import SEXES, SOLUTIONS
from tequio.demo.contracts import CENTAVO
from tequio.demo.fact_tables import municipalities
from tequio.demo.people import DAYS, EXT, REA, ROA, YEAR
from tequio.demo.state import CALIBRATED_ON, LOANS
from tequio.engine.delinquency import overdue
from tequio.engine.portfolio import loan_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
PORTFOLIO, HISTORY = "portfolio", "history"


@dataclass(frozen=True, slots=True)
class Target:
    """One figure: what is known of it, and how far from it a portfolio may fall."""

    name: str
    label: str  # Spanish
    unit: str  # share, ratio, pesos, count
    target: float
    low: float
    high: float
    source: str  # Spanish
    confidence: str
    of: str = PORTFOLIO  # or HISTORY


@dataclass(frozen=True, slots=True)
class Result:
    """A target, and the figure that came out."""

    target: Target
    came_out: float

    @property
    def inside(self) -> bool:
        """Whether it fell within the target's range."""
        return self.target.low <= self.came_out <= self.target.high


@dataclass(frozen=True, slots=True, eq=False)
class Portfolio:
    """What the targets are about; pesos, months, flags, one row per credit."""

    vsm: Flags
    converted: Flags
    necp: Flags
    regime: Ints
    balance: Floats
    granted: Floats  # in pesos of today where the credit is in units
    instalment: Floats
    pays: Floats  # with charges, or what the solution in force asks
    missed: Ints
    in_a_row: Ints
    solution: Ints
    employed: Flags
    wage: Floats
    granted_on: Ints
    born_on: Ints
    born_known: Flags
    sex: Ints
    municipality: Ints  # row of the fact table
    in_court: Flags
    co_financed: Flags
    today: int

    @property
    def overdue(self) -> Flags:
        """More than 90 days late."""
        return overdue(self.missed)

    @property
    def old_pesos(self) -> Flags:
        """In pesos at 12 %."""
        return ~self.vsm & ~self.converted & ~self.necp

    @property
    def small(self) -> Flags:
        """Owing a quarter of what was lent, or less."""
        return self.balance <= self.granted / 4

    @property
    def age_at_grant(self) -> Floats:
        """Years, of those whose birth is known."""
        return (self.granted_on - self.born_on)[self.born_known] / YEAR


def part(chosen: Flags, of: Flags | None = None) -> float:
    """Rows chosen, as a part of some or of all."""
    return float(chosen.mean() if of is None else (chosen & of).sum() / max(of.sum(), 1))


def by_balance(rows: Portfolio, of: Flags) -> float:
    """Overdue balance as a part of the balance of some credits."""
    owed = rows.balance[of]
    return float(owed[rows.overdue[of]].sum() / max(owed.sum(), 1))


def mean(values: Floats, of: Flags) -> float:
    """Mean of some rows; zero of none."""
    return float(values[of].mean()) if of.any() else 0.0


def median(values: Floats, of: Flags) -> float:
    """Median of some rows; zero of none."""
    return float(np.median(values[of])) if of.any() else 0.0


def direct_payments(rows: Portfolio) -> float:
    """Pesos that those paying directly, and paying now, pay in a month; per 120,000 credits."""
    paying = (rows.regime == REA) & (rows.in_a_row > 0)
    return float(rows.pays[paying].sum() / len(rows.pays) * LOANS)


def misplaced(rows: Portfolio) -> float:
    """Half the sum of differences between the municipalities' shares and the true ones."""
    known = municipalities().share()
    share = np.bincount(rows.municipality, minlength=len(known)) / len(rows.municipality)
    return float(np.abs(share - known).sum() / 2)


def wage_ratio(rows: Portfolio, key: str) -> float:
    """Mean wage in one municipality over that of the state."""
    there = rows.employed & (rows.municipality == municipalities().keys.index(key))
    return mean(rows.wage, there) / mean(rows.wage, rows.employed)


REDUCTIONS = [
    SOLUTIONS.index(name)
    for name in ("solucion_a_tu_medida", "dictamen_capacidad_pago", "apoyo_jubilados")
]
NECP_IN_2021 = (date(2021, 6, 1) - EPOCH).days, (date(2022, 1, 1) - EPOCH).days

# In the order and by the names of `targets.toml`.
MEASURES: dict[str, Callable[[Portfolio], float]] = {
    "vsm_share": lambda rows: part(rows.vsm),
    "pesos_share": lambda rows: part(rows.old_pesos),
    "converted_share": lambda rows: part(rows.converted),
    "necp_share": lambda rows: part(rows.necp),
    "roa_share": lambda rows: part(rows.regime == ROA),
    "rea_share": lambda rows: part(rows.regime == REA),
    "ext_share": lambda rows: part(rows.regime == EXT),
    "icv_accounts": lambda rows: part(rows.overdue),
    "icv_balance": lambda rows: by_balance(rows, rows.balance > 0),
    "overdue_size": lambda rows: mean(rows.balance, rows.overdue) / rows.balance.mean(),
    "icv_vsm": lambda rows: by_balance(rows, rows.vsm),
    "icv_pesos": lambda rows: by_balance(rows, ~rows.vsm),
    "icv_necp": lambda rows: by_balance(rows, rows.necp),
    "late_share": lambda rows: part((rows.missed > 0) & ~rows.overdue),
    "long_late_share": lambda rows: part(rows.missed > 12),
    "longer_late_share": lambda rows: part(rows.missed > 24),
    "mean_balance": lambda rows: float(rows.balance.mean()),
    "balance_spread": lambda rows: float(np.log(rows.balance).std()),
    "instalment_roa": lambda rows: median(rows.instalment, rows.regime == ROA),
    "instalment_rea": lambda rows: median(rows.instalment, rows.regime == REA),
    "direct_share": lambda rows: part(rows.in_a_row > 0, rows.regime == REA),
    "direct_payments": direct_payments,
    "daily_wage": lambda rows: mean(rows.wage, rows.employed) / DAYS,
    "new_credit": lambda rows: mean(rows.granted, rows.granted_on > rows.today - YEAR),
    "credit_of_2021": lambda rows: mean(rows.granted, rows.necp & between(rows, NECP_IN_2021)),
    "early_settlement_share": lambda rows: part(rows.small),
    "early_settlement_discount": lambda rows: mean(rows.balance, rows.small) / 2,
    "women": lambda rows: part(rows.sex == SEXES.index("woman")),
    "young": lambda rows: float((rows.age_at_grant < 30).mean()),
    "morelia": lambda rows: part(rows.municipality == municipalities().keys.index("16053")),
    "municipality_error": misplaced,
    "lazaro_cardenas_wage": lambda rows: wage_ratio(rows, "16052"),
    "in_court": lambda rows: part(rows.in_court),
    "co_financed": lambda rows: part(rows.co_financed),
    "fund_in_use": lambda rows: part(rows.solution == SOLUTIONS.index("fondo_proteccion_pagos")),
    "in_a_reduction": lambda rows: part(np.isin(rows.solution, REDUCTIONS)),
}


def between(rows: Portfolio, days: tuple[int, int]) -> Flags:
    """Granted from the first day and before the second."""
    return (rows.granted_on >= days[0]) & (rows.granted_on < days[1])


@cache
def targets() -> tuple[Target, ...]:
    """Every declared target, in order."""
    text = (Path(__file__).parent / "targets.toml").read_text(encoding="utf-8")
    return tuple(Target(name, **entry) for name, entry in tomllib.loads(text).items())


def check(table: pa.Table, as_of: date = CALIBRATED_ON) -> list[Result]:
    """What came out of a portfolio, beside each target. They hold at CALIBRATED_ON."""
    rows = portfolio_of(table, as_of)
    return [Result(target, MEASURES[target.name](rows)) for target in targets_of(PORTFOLIO)]


def targets_of(what: str) -> list[Target]:
    """Those of the portfolio, or of the history."""
    return [target for target in targets() if target.of == what]


def portfolio_of(table: pa.Table, as_of: date) -> Portfolio:
    """The columns read; credits in units are worth what their unit is on the day."""
    loan = loan_of(table)
    umi = Index(law.common()["umi"].in_our_units().at(as_of).value)
    balance = where(loan.indexed, loan.balance_units.pesos(umi), loan.balance)
    granted = where(loan.indexed, loan.granted_units.pesos(umi), loan.granted)
    instalment = where(loan.indexed, loan.instalment_units.pesos(umi), loan.instalment)
    in_solution = Flag(loan.active_solution.values > 0)
    charges = loan.insurance + loan.protection_fee + loan.administration_fee
    pays = where(in_solution, loan.solution_pays, instalment) + charges
    keys = {key: row for row, key in enumerate(municipalities().keys)}
    return Portfolio(
        vsm=loan.indexed.values,
        converted=loan.converted.values,
        necp=(~loan.indexed & ~loan.converted & loan.employer_to_principal).values,
        regime=loan.regime.values,
        balance=balance.values / CENTAVO,
        granted=granted.values / CENTAVO,
        instalment=instalment.values / CENTAVO,
        pays=pays.values / CENTAVO,
        missed=loan.months_missed.values,
        in_a_row=loan.months_in_a_row.values,
        solution=loan.active_solution.values,
        employed=loan.employed.values,
        wage=loan.wage.values / CENTAVO,
        granted_on=loan.granted_on.values,
        born_on=loan.born_on.values,
        born_known=loan.born_known.values,
        sex=loan.sex.values,
        municipality=np.array([keys[key] for key in table["municipality"].to_pylist()]),
        in_court=loan.in_court.values,
        co_financed=loan.co_financed.values,
        today=(as_of - EPOCH).days,
    )
