"""What the history's own tables give, beside each target: nothing here is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tequio.demo.state import LOANS
from tequio.demo.targets import HISTORY, Result, targets_of
from tequio.servicing.accounts import Channel, Kind

BORRON_SINCE = date(2023, 9, 1)
RESTRUCTURES = (
    "solucion_a_tu_medida",
    "dictamen_capacidad_pago",
    "estudio_socioeconomico",
    "paro_tecnico",
    "apoyo_solidario",
    "borron_y_cuenta_nueva",
    "apoyo_jubilados",
)
CENTAVO = 100


@dataclass(frozen=True, slots=True)
class History:
    """The tables, and the factor that makes of them a state of 120,000 credits."""

    agreements: pl.DataFrame
    receipts: pl.DataFrame
    refunded: pl.Series
    loans: int

    @property
    def scale(self) -> float:
        """Amounts are told for as many credits as the state has."""
        return LOANS / self.loans

    def of(self, *programmes: str) -> pl.DataFrame:
        """The agreements of some programmes."""
        return self.agreements.filter(pl.col("programme").is_in(programmes))

    @property
    def solutions(self) -> pl.DataFrame:
        """All but prórrogas, to which everybody without a job is entitled."""
        return self.agreements.filter(pl.col("programme") != "prorroga")

    @property
    def conversions(self) -> pl.DataFrame:
        """Of Responsabilidad Compartida."""
        return self.of("responsabilidad_compartida")

    @property
    def early(self) -> pl.DataFrame:
        """Settled with a discount."""
        return self.of("liquidacion_anticipada")

    @property
    def borron(self) -> pl.DataFrame:
        """Of the text that is open."""
        return self.of("borron_y_cuenta_nueva").filter(pl.col("in_force_on") >= BORRON_SINCE)

    def direct(self, first: int, last: int) -> pl.DataFrame:
        """Money that came in through no employer, from one year to another."""
        year = pl.col("month").dt.year()
        return self.receipts.filter(
            (pl.col("channel") != int(Channel.PAYROLL)) & year.is_between(first, last)
        )

    def a_month(self, first: int, last: int) -> float:
        """Of it, the mean of a month, in pesos."""
        months = 12 * (last - first + 1)
        return pesos(self.direct(first, last)["amount"]) * self.scale / months


def pesos(centavos: pl.Series) -> float:
    """Their sum."""
    return float(centavos.sum()) / CENTAVO


def mean(values: pl.Series) -> float:
    """In pesos; zero of none."""
    return pesos(values) / max(len(values), 1)


def part(chosen: pl.DataFrame, of: pl.DataFrame) -> float:
    """Rows, as a part of others."""
    return chosen.height / max(of.height, 1)


def kept(history: History) -> float:
    """Borrón y Cuenta Nueva whose payments followed, of those that have ended."""
    ended = history.borron.filter(pl.col("state").is_in(["fulfilled", "lapsed"]))
    return part(ended.filter(pl.col("state") == "fulfilled"), ended)


def fund_begun(history: History) -> float:
    """Who began with the protection fund in a month of the last year, of all credits."""
    year = history.of("fondo_proteccion_pagos")
    year = year.filter(pl.col("in_force_on") >= date(2023, 7, 1))
    return year.height / history.loans / 12


# By the names of `targets.toml`.
MEASURES: dict[str, Callable[[History], float]] = {
    "solutions": lambda h: h.solutions.height * h.scale,
    "restructures_share": lambda h: part(h.of(*RESTRUCTURES), h.solutions),
    "conversions": lambda h: h.conversions.height * h.scale,
    "conversion_discounts": lambda h: pesos(h.conversions["forgiven"]) * h.scale,
    "conversion_discount": lambda h: mean(h.conversions["forgiven"]),
    "conversions_discounted": lambda h: part(
        h.conversions.filter(pl.col("forgiven") > CENTAVO), h.conversions
    ),
    "early_settlements": lambda h: h.early.height * h.scale,
    "early_discounts": lambda h: pesos(h.early["forgiven"]) * h.scale,
    "borron": lambda h: h.borron.height * h.scale,
    "borron_kept": kept,
    "borron_benefit": lambda h: mean(h.borron.filter(pl.col("forgiven") > 0)["forgiven"]),
    "fund_begun": fund_begun,
    "window_payments": lambda h: pesos(h.direct(2024, 2024)["amount"]) * h.scale,
    "window_count": lambda h: float(h.direct(2024, 2024)["count"].sum()) * h.scale / 6,
    "window_since_2019": lambda h: h.a_month(2019, 2023),
    "window_before": lambda h: h.a_month(2013, 2017),
    "refund": lambda h: mean(h.refunded),
}


def check_history(folder: Path, loans: int) -> list[Result]:
    """What came out of the tables in a folder, beside each target of the history."""
    movements = pl.scan_parquet(folder / "movements.parquet")
    refunds = movements.filter(pl.col("kind") == int(Kind.REFUND)).select(-pl.col("refunded"))
    agreements = pl.read_parquet(folder / "agreements.parquet")
    history = History(
        agreements.with_columns(pl.col("programme", "state").cast(pl.String)),
        pl.read_parquet(folder / "receipts.parquet"),
        refunds.collect()["refunded"],
        loans,
    )
    return [Result(target, MEASURES[target.name](history)) for target in targets_of(HISTORY)]
