"""What is known of solutions while months are counted again: the facts that closes and signings
leave, told from the beginning once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import REGIMES, SOLUTIONS
from tequio.core.offer import Offer
from tequio.engine.offers import coded, picked
from tequio.programmes import REGISTRY
from tequio.servicing.accounts import Ints, Movements
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.posting import Rules
from tequio.servicing.promises import without_stages

EXTENSION = REGIMES.index("EXT")
NONE, PRORROGA = SOLUTIONS.index("none"), SOLUTIONS.index("prorroga")
FUND, CONVERSION = "fondo_proteccion_pagos", "responsabilidad_compartida"
WITH_JOB = [SOLUTIONS.index(one.name) for one in REGISTRY if one.lost_with_job]
ENDLESS = 9_999  # months of a solution without end
DECEMBER = 11
OF_A_YEAR = ("agreements_this_year", "times_borron_this_year")
OF_A_SOLUTION = (
    "active_solution",
    "solution_pays",
    "solution_gap",
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
OF_A_DAY = ("solution_from", "protection_from")  # days since 1970; NO_DAY where not known
TOLD = (*OF_A_SOLUTION, *OF_A_YEAR, "times_jubilados", "times_nivela", *OF_A_DAY)
CONVERTED = ("converted", "converted_on", "rea_instalment", "rea_instalment_units")  # of terms
NO_DAY = np.iinfo(np.int64).min
Facts = Mapping[str, Ints]  # one entry a credit
Flags = NDArray[np.bool_]


def went_on(
    old: Facts, before: Facts, after: Facts, by_fund: Flags, ended: Flags
) -> dict[str, Ints]:
    """What is known of solutions after a month closed; `before` and `after` are fields of
    servicing, `by_fund` says where the protection fund paid, and `ended` whose reward or agreement
    is over.

    A stage of servicing that is over ends the solution; months of prórroga are counted where one
    ran, and months of the protection fund where the fund paid.
    """
    ran = before["gap"] != NO_STAGE
    over = (ran | ended) & (after["gap"] == NO_STAGE)
    endless = ~over & (old["solution_months_left"] == ENDLESS)
    left = np.where(over, 0, after["stage_left"])
    new = dict(old)
    new["solution_months_left"] = np.where(ran & ~endless, left, old["solution_months_left"])
    for name, stage in (("solution_pays", "pays"), ("solution_gap", "gap")):
        new[name] = np.where(ran & ~over, after[stage], old[name])
    for name in ("active_solution", "solution_pays", "solution_kept"):
        new[name] = np.where(over, NONE, new[name])
    extended = (before["regime"] == EXTENSION) | (old["active_solution"] == PRORROGA)
    extended &= ran
    new["prorroga_months_used"] = old["prorroga_months_used"] + extended
    left = np.maximum(old["protection_months_left"] - 1, 0)
    new["protection_months_left"] = np.where(ran & by_fund, left, old["protection_months_left"])
    return new


def fields_of(credits_: Credits, rows: Ints | slice = slice(None)) -> dict[str, Ints]:
    """The fields of servicing that decide."""
    names = ("gap", "pays", "regime", "reward", "stage_left")
    return {name: credits_[name][rows] for name in names}


def rewarded(before: Facts, after: Facts) -> Flags:
    """Whose reward was given or lost."""
    return (before["reward"] > 0) & (after["reward"] == 0)


def paid_by_fund(moved: Movements, size: int) -> Flags:
    """Whose instalment the protection fund paid a part of."""
    return np.isin(np.arange(size), moved.credit[moved["complement_fund"] != 0])


def lost_by_job(after: Credits, rows: Ints, solution: Ints, employed: Ints) -> Credits:
    """The credits without the stages of those at `rows` who have a formal job, where the rule of
    their solution says that it ends them."""
    runs = after["gap"][rows] != NO_STAGE
    return without_stages(after, rows[runs & np.isin(solution, WITH_JOB) & (employed > 0)])


@dataclass(frozen=True, slots=True, eq=False)
class Month:
    """A month that was closed again."""

    month: int  # year x 12 + month - 1
    before: Credits  # right before its close
    after: Credits
    moved: Movements  # by the close


@dataclass(slots=True)
class Tale:
    """Facts as they become known, month by month and step by step. `facts` None: no solution runs
    or was signed, and there is nothing to tell. `employed`: who has a formal job on the last day of
    a month, as it is known now."""

    facts: dict[str, Ints] | None
    employed: Callable[[int], Ints]
    closes: list[Month] = field(default_factory=list)

    def month(self, rules: Rules, before: Credits, moved: Movements, after: Credits) -> Credits:
        """A month closed; with the year ends what is counted by the year. How the next begins."""
        if self.facts is not None:
            after = self.told(rules, before, moved, after)
        self.closes.append(Month(rules.month, before, after, moved))
        return after

    def told(self, rules: Rules, before: Credits, moved: Movements, after: Credits) -> Credits:
        """The facts of it."""
        assert self.facts is not None, "something to tell"
        solution = self.facts["active_solution"]
        if np.isin(solution, WITH_JOB).any():
            everyone = np.arange(len(after))
            after = lost_by_job(after, everyone, solution, self.employed(rules.month))
        by_fund, was, now = paid_by_fund(moved, len(before)), fields_of(before), fields_of(after)
        self.facts |= went_on(self.facts, was, now, by_fund, rewarded(was, now))
        if rules.month % 12 == DECEMBER:
            self.facts |= {name: np.zeros_like(self.facts[name]) for name in OF_A_YEAR}
        return after

    def signed(self, rows: Ints, programme: str, offer: Offer, day: int) -> None:
        """Offers were signed: entry k of the offer's columns is of the credit rows[k]."""
        if self.facts is None:
            return
        old = {name: values[rows] for name, values in self.facts.items()}
        for name, values in told_by_signing(old, programme, offer, day).items():
            self.facts[name] = self.facts[name].copy()
            self.facts[name][rows] = values

    def ended(self, row: int, after: Credits) -> None:
        """Nothing is owed any more: no solution runs."""
        if self.facts is None or after["principal"][0] or after["open"][0]:
            return
        for name in ("active_solution", "solution_pays", "solution_kept", "solution_months_left"):
            self.facts[name] = self.facts[name].copy()
            self.facts[name][row] = NONE


def told_by_signing(old: Facts, programme: str, offer: Offer, day: int) -> dict[str, Ints]:
    """What is known of signers after their signing: the solution that runs, if one does, what
    counts against its limits, and a contract that left its units."""
    each = np.arange(len(old["active_solution"]))
    months, pays, gap = (np.zeros(len(each), np.int64) for _ in range(3))
    for stage in reversed(offer.stages):
        has, own = picked(stage.months, each) > 0, picked(coded(stage.gap), each)
        months = np.where(has, picked(stage.months, each), months)
        pays, gap = np.where(has, picked(stage.pays, each), pays), np.where(has, own, gap)
    awaited = picked(offer.reward.principal, each) > 0 if offer.reward else False
    runs = ((months > 0) | awaited) & (programme in SOLUTIONS)
    code = SOLUTIONS.index(programme) if programme in SOLUTIONS else NONE
    new: dict[str, Ints] = {
        "active_solution": np.where(runs, code, NONE),
        "solution_from": np.where(runs, day, old["solution_from"]),
        "solution_pays": np.where(runs, pays, 0),
        "solution_months_left": np.where(runs, months, 0),
        "solution_gap": np.where(runs, gap, 0),
        "solution_kept": runs.astype(np.int64),
        "agreements_this_year": old["agreements_this_year"] + 1,
    }
    if programme in TIMES:
        new[TIMES[programme]] = old[TIMES[programme]] + 1
    if programme == FUND:
        begun = old["protection_from"]
        new["protection_from"] = np.where(begun == NO_DAY, day, begun)
    return new | told_by_conversion(old, programme, offer, day, each)


def told_by_conversion(
    old: Facts, programme: str, offer: Offer, day: int, each: Ints
) -> dict[str, Ints]:
    """The same of the contract; the fact `converted` is of one programme only."""
    left = picked(offer.before.indexed, each) & ~picked(offer.after.indexed, each)
    new = {
        name: np.where(left, 0, old[name]) for name in ("rea_instalment", "rea_instalment_units")
    }
    if programme == CONVERSION:
        new["converted"] = np.where(left, 1, old["converted"])
        new["converted_on"] = np.where(left, day, old["converted_on"])
    return new
