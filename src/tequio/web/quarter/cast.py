"""Who is in the demo's three months: the credits that get files, and what some of them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from tequio.engine.evaluate import evaluate
from tequio.engine.portfolio import Portfolio, loan_of
from tequio.servicing.accounts import Ints
from tequio.web.records.models import Agreement, Credit, Load
from tequio.web.records.posting import ids_of
from tequio.web.records.writing import Who

KEY = "simulado:"  # what the keys of these writes begin with
WITH_FILES = 6_000  # credits
WORKERS = 100  # of them, those whose employer withholds
SIGNED_ON, PUBLISHED = date(2024, 7, 3), date(2024, 7, 12)  # amounts that settle come out later
# How many sign each solution; a payer in so many stops in August.
SIGN = {
    "borron_y_cuenta_nueva": 10,
    "solucion_a_tu_medida": 10,
    "apoyo_jubilados": 5,
    "liquidacion_anticipada": 4,
}
STEADY = ("solucion_a_tu_medida", "apoyo_jubilados")  # what is overdue stays so: for the current
SETTLEMENT = "liquidacion_anticipada"
ONE_IN = 4
TRIED = 3  # candidates for each that signs: the books may know better than the portfolio
CLERK, TREASURER = Who("caja simulada", "demo"), Who("tesorería simulada", "demo")
FIRST, SECOND = Who("validadora simulada", "demo"), Who("supervisor simulado", "demo")


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Credits with files, in the order of their keys; others by their places among them."""

    load: Load
    rows: pa.Table  # of the portfolio
    keys: Ints
    candidates: dict[str, list[int]]  # by solution, those for whom it is
    workers: list[int]
    overpaid: int  # pays off its credit, and too much

    @property
    def numbers(self) -> list[str]:
        """Of the credits."""
        return list(self.rows["credit"].to_pylist())


def cast_of(found: Portfolio, load: Load) -> Cast:
    """The same for the same portfolio."""
    rows = found.read()
    rows = rows.take(np.arange(0, len(rows), max(1, len(rows) // WITH_FILES))[:WITH_FILES])
    keys = ids_of(rows["credit"].to_pylist()).to_numpy()
    free, missed = np.ones(len(rows), np.bool_), column(rows, "months_missed")
    candidates = {}
    pairs = {one.programme: one for one in evaluate(loan_of(rows), PUBLISHED).pairs}
    for programme, wanted in SIGN.items():
        own = pairs[programme].rows[pairs[programme].open]
        if programme in STEADY:
            own = own[missed[own] == 0]
        places = own[free[own]][: wanted * TRIED].tolist()
        candidates[programme] = places
        free[places] = False
    steady = free & (missed == 0) & (column(rows, "active_solution") == 0)
    workers = np.flatnonzero(steady & column(rows, "employed"))[:WORKERS].tolist()
    steady[workers] = False
    in_pesos = np.flatnonzero(steady & ~column(rows, "indexed"))
    overpaid = int(in_pesos[np.argmin(column(rows, "balance")[in_pesos])])
    return Cast(load, rows, keys, candidates, workers, overpaid)


def column(rows: pa.Table, name: str) -> np.ndarray:
    """A fact of each credit."""
    return np.asarray(rows[name].to_numpy())


def signing_day(programme: str) -> date:
    """On which a solution is signed."""
    return PUBLISHED if programme == SETTLEMENT else SIGNED_ON


def signed() -> dict[str, list[Agreement]]:
    """The agreements that were signed for the demo, by solution, in their order."""
    made = Agreement.objects.filter(source__key__startswith=f"{KEY}oferta:").order_by("pk")
    made = made.filter(agreementevent__state="accepted").select_related("credit")
    found: dict[str, list[Agreement]] = {programme: [] for programme in SIGN}
    for one in made:
        found[one.programme].append(one)
    return found


def one_in_some(agreements: list[Agreement]) -> list[Agreement]:
    """Those whose payers will not keep them."""
    return agreements[ONE_IN - 1 :: ONE_IN]


def credit_at(cast: Cast, place: int) -> Credit:
    """In the ledger."""
    return Credit.objects.get(pk=int(cast.keys[place]))
