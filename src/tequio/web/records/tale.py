"""What is known of solutions while months are counted again: the facts that closes and signings
leave, told from the beginning once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import REGIMES, SOLUTIONS
from tequio.core.offer import Offer
from tequio.engine.offers import coded
from tequio.servicing.accounts import Ints, Movements
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.posting import Rules

EXTENSION = REGIMES.index("EXT")
NONE = SOLUTIONS.index("none")
ENDLESS = 9_999  # months of a solution without end
DECEMBER = 11
OF_A_YEAR = ("agreements_this_year", "times_borron_this_year")
OF_A_SOLUTION = (
    "active_solution",
    "solution_pays",
    "solution_months_left",
    "solution_kept",
    "prorroga_months_used",
    "protection_months_left",
)
TIMES = {
    "borron_y_cuenta_nueva": "times_borron_this_year",
    "apoyo_jubilados": "times_jubilados",
    "nivela_tu_pago": "times_nivela",
}
TOLD = (*OF_A_SOLUTION, *OF_A_YEAR, "solution_gap", "times_jubilados", "times_nivela")
Facts = Mapping[str, Ints]  # one entry a credit
Flags = NDArray[np.bool_]


def went_on(old: Facts, before: Facts, after: Facts, by_fund: Flags) -> dict[str, Ints]:
    """What is known of solutions after a month closed; `before` and `after` are fields of
    servicing, and `by_fund` says where the protection fund paid.

    A stage of servicing that is over ends the solution; months of prórroga are counted where one
    ran, and months of the protection fund where the fund paid.
    """
    ran = before["gap"] != NO_STAGE
    over = ran & (after["gap"] == NO_STAGE)
    endless = ~over & (old["solution_months_left"] == ENDLESS)
    left = np.where(over, 0, after["stage_left"])
    new = dict(old)
    new["solution_months_left"] = np.where(ran & ~endless, left, old["solution_months_left"])
    for name, none in (("active_solution", NONE), ("solution_pays", 0), ("solution_kept", 0)):
        new[name] = np.where(over, none, old[name])
    extended = ran & (before["regime"] == EXTENSION)
    new["prorroga_months_used"] = old["prorroga_months_used"] + extended
    left = np.maximum(old["protection_months_left"] - 1, 0)
    new["protection_months_left"] = np.where(ran & by_fund, left, old["protection_months_left"])
    return new


def fields_of(credits_: Credits, rows: Ints | slice = slice(None)) -> dict[str, Ints]:
    """The fields of servicing that decide."""
    return {name: credits_[name][rows] for name in ("gap", "regime", "stage_left")}


def paid_by_fund(moved: Movements, size: int) -> Flags:
    """Whose instalment the protection fund paid a part of."""
    return np.isin(np.arange(size), moved.credit[moved["complement_fund"] != 0])


@dataclass(slots=True)
class Tale:
    """Facts as they become known, month by month and step by step. `facts` None: no solution runs
    or was signed, and there is nothing to tell."""

    facts: dict[str, Ints] | None

    def month(self, rules: Rules, before: Credits, moved: Movements, after: Credits) -> None:
        """A month closed; with the year ends what is counted by the year."""
        if self.facts is None:
            return
        by_fund = paid_by_fund(moved, len(before))
        self.facts |= went_on(self.facts, fields_of(before), fields_of(after), by_fund)
        if rules.month % 12 == DECEMBER:
            self.facts |= {name: np.zeros_like(self.facts[name]) for name in OF_A_YEAR}

    def signed(self, row: int, programme: str, offer: Offer) -> None:
        """An offer was signed."""
        if self.facts is None:
            return
        stage = next((s for s in offer.stages if int(s.months.values[0]) > 0), None)
        known = programme in SOLUTIONS and stage is not None
        values: dict[str, Any] = {
            "active_solution": SOLUTIONS.index(programme) if known else NONE,
            "solution_pays": stage.pays.values[0] if known and stage else 0,
            "solution_months_left": stage.months.values[0] if known and stage else 0,
            "solution_kept": int(known),
            "solution_gap": coded(stage.gap).values[0] if known and stage else 0,
            "agreements_this_year": self.facts["agreements_this_year"][row] + 1,
        }
        if programme in TIMES:
            values[TIMES[programme]] = self.facts[TIMES[programme]][row] + 1
        for name, value in values.items():
            self.facts[name] = self.facts[name].copy()
            self.facts[name][row] = value

    def ended(self, row: int, after: Credits) -> None:
        """Nothing is owed any more: no solution runs."""
        if self.facts is None or after["principal"][0] or after["open"][0]:
            return
        for name in ("active_solution", "solution_pays", "solution_kept", "solution_months_left"):
            self.facts[name] = self.facts[name].copy()
            self.facts[name][row] = NONE
