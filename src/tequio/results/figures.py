"""The figures of a state, from what a batch wrote: loans, pairs and manifest.

Credits, pairs and pesos are never mixed: each figure says what it counts, out of what.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tequio.core.lists import REGIMES
from tequio.core.programme import InForce, Programme
from tequio.engine.outcome_tables import NAMES
from tequio.programmes import REGISTRY
from tequio.results.suppression import LEAST

PERCENT = 100
BANDS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)  # percent of the payment saved
UNIT_NAMES = ("En VSM", "Convertidos a pesos", "En pesos de origen")


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number and what stands behind it."""

    name: str
    label: str  # Spanish
    value: float
    unit: str
    numerator: int
    denominator: int
    definition: str


@dataclass(frozen=True)
class State:
    """An evaluated portfolio, read once."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The run that these figures come from."""
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return found

    @property
    def as_of(self) -> date:
        """The day of the law and of the portfolio."""
        return date.fromisoformat(self.manifest["as_of"])

    @cached_property
    def loans(self) -> pl.DataFrame:
        """One row a credit."""
        columns = ["municipality", "indexed", "converted", "regime", "overdue", "balance"]
        columns += ["eligible", "open", "pays_now", "lowest", "lowest_pays"]
        return pl.read_parquet(self.folder / "loans" / "*.parquet", columns=columns)

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """One row a credit and solution that it qualifies for."""
        columns = ["programme", "open", "forgiven", "pays_after"]
        frame = pl.read_parquet(self.folder / "pairs" / "*.parquet", columns=columns)
        return frame.with_columns(pl.col("programme").cast(pl.String))

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those with a text on the day, in the order of the registry."""
        return [p for p in REGISTRY if isinstance(p.status(self.as_of), InForce)]

    @cached_property
    def unit(self) -> pl.Series:
        """What each credit is kept in, as a position of UNIT_NAMES."""
        chosen = pl.when("indexed").then(0).when("converted").then(1).otherwise(2)
        return self.loans.select(chosen.alias("unit"))["unit"]


def headline(state: State) -> list[Figure]:
    """The four that come first."""
    loans = state.loans
    all_, any_, late = loans.height, int((loans["eligible"] != 0).sum()), loans["overdue"]
    lower = int((loans["lowest"] >= 0).sum())
    balance, late_balance = int(loans["balance"].sum()), int(loans.filter(late)["balance"].sum())
    return [
        Figure(
            "eligible_any",
            "Créditos con derecho a alguna solución",
            share(any_, all_),
            "%",
            any_,
            all_,
            "Cumplen todos los requisitos de al menos una solución, abra o no hoy.",
        ),
        Figure(
            "lower_payment",
            "Créditos que pueden pagar menos al mes",
            share(lower, all_),
            "%",
            lower,
            all_,
            "Alguna solución mensual baja su primer pago, con seguros y cuotas.",
        ),
        Figure(
            "icv_accounts",
            "Cartera vencida, por créditos",
            share(int(late.sum()), all_),
            "%",
            int(late.sum()),
            all_,
            "Más de 90 días de atraso: cuatro mensualidades omitidas.",
        ),
        Figure(
            "icv_balance",
            "Cartera vencida, por saldo",
            share(late_balance, balance),
            "%",
            late_balance,
            balance,
            "Saldo de los créditos vencidos entre el saldo de todos.",
        ),
    ]


def share(part: int, whole: int) -> float:
    """Percent, to the hundredth."""
    return round(part * PERCENT / whole, 2) if whole else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One solution: how many qualify, with its door open, and what it forgives (centavos)."""

    programme: Programme
    eligible: int
    open: int
    forgiven: int
    receiving: int  # credits whose discount is above zero

    @property
    def mean_receiving(self) -> int | None:
        """Over those who receive one."""
        return self.forgiven // self.receiving if self.receiving else None

    @property
    def mean_eligible(self) -> int | None:
        """Over all who qualify."""
        return self.forgiven // self.eligible if self.eligible else None


def by_programme(state: State) -> list[Line]:
    """Each solution in force."""
    sums = state.pairs.group_by("programme").agg(
        pl.len().alias("eligible"),
        pl.col("open").sum(),
        pl.col("forgiven").sum(),
        (pl.col("forgiven") > 0).sum().alias("receiving"),
    )
    found = {row["programme"]: row for row in sums.to_dicts()}
    lines = []
    for programme in state.programmes:
        row = found.get(programme.name, {})
        names = ("eligible", "open", "forgiven", "receiving")
        lines.append(Line(programme, *(int(row.get(name, 0)) for name in names)))
    return lines


def savings(state: State) -> list[int]:
    """Credits by how much of today's payment the lowest monthly offer takes away, in BANDS."""
    lower = state.loans.filter(pl.col("lowest") >= 0)
    saved = (lower["pays_now"] - lower["lowest_pays"]) * PERCENT // lower["pays_now"]
    tens = (saved // 10).clip(0, len(BANDS) - 2).value_counts()
    counts = dict(tens.iter_rows())
    return [int(counts.get(band, 0)) for band in range(len(BANDS) - 1)]


def median_saving(state: State) -> int | None:
    """Centavos a month, of those who can pay less."""
    lower = state.loans.filter(pl.col("lowest") >= 0)
    found = (lower["pays_now"] - lower["lowest_pays"]).median()
    return None if found is None else round(float(found))  # type: ignore[arg-type]


def lowest_by(state: State, groups: pl.Series, count: int) -> list[tuple[int, int]]:
    """For each group: credits, and those that can pay less."""
    frame = pl.DataFrame({"group": groups, "lower": state.loans["lowest"] >= 0})
    sums = frame.group_by("group").agg(pl.len(), pl.col("lower").sum())
    found = {group: (int(n), int(lower)) for group, n, lower in sums.iter_rows()}
    return [found.get(group, (0, 0)) for group in range(count)]


def by_unit(state: State) -> list[tuple[int, int]]:
    """As `lowest_by`, for UNIT_NAMES."""
    return lowest_by(state, state.unit, len(UNIT_NAMES))


def by_regime(state: State) -> list[tuple[int, int]]:
    """As `lowest_by`, for REGIMES."""
    return lowest_by(state, state.loans["regime"], len(REGIMES))


def overdue_by_unit(state: State) -> list[tuple[float, float]]:
    """For each of UNIT_NAMES: overdue percent of accounts, and of balance."""
    frame = state.loans.select("overdue", "balance").with_columns(unit=state.unit)
    rows = []
    for place in range(len(UNIT_NAMES)):
        group = frame.filter(pl.col("unit") == place)
        late = group.filter("overdue")
        rows.append(
            (
                share(late.height, group.height),
                share(int(late["balance"].sum()), int(group["balance"].sum())),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality."""

    key: str
    credits: int
    eligible: int  # credits with a right to some solution
    overdue: int
    by_programme: tuple[int, ...]  # in the order of `State.programmes`


def towns(state: State) -> list[Town]:
    """Every municipality with credits, the largest first."""
    bits = [1 << REGISTRY.index(p) for p in state.programmes]
    counts = [
        ((pl.col("eligible") & bit) != 0).sum().alias(f"programme_{place}")
        for place, bit in enumerate(bits)
    ]
    rows = (
        state.loans.group_by("municipality")
        .agg(pl.len().alias("n"), (pl.col("eligible") != 0).sum(), pl.col("overdue").sum(), *counts)
        .sort(["n", "municipality"], descending=[True, False])
    )
    return [
        Town(key, n, eligible, late, tuple(rest)) for key, n, eligible, late, *rest in rows.rows()
    ]


def rate(part: int, whole: int) -> float | None:
    """A percentage that is published only over enough credits."""
    return share(part, whole) if whole >= LEAST * LEAST else None


def lowest_names(state: State) -> dict[str, int]:
    """Which solution gives the lowest first payment, and to how many credits."""
    counts = dict(state.loans.filter(pl.col("lowest") >= 0)["lowest"].value_counts().iter_rows())
    return {NAMES[code]: int(n) for code, n in sorted(counts.items())}
