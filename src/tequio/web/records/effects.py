"""What a signing makes known of credits: which solution runs, what counts against its limits, and
the contract that it leaves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import SOLUTIONS
from tequio.core.offer import Offer
from tequio.engine.offers import coded, picked
from tequio.servicing.accounts import Ints
from tequio.web.records.advances import Closed, known, numbers_of
from tequio.web.records.models import Standing, Terms

NONE = SOLUTIONS.index("none")
CONVERSION = "responsabilidad_compartida"  # the one that the fact `converted` is about
FUND = "fondo_proteccion_pagos"
# Every solution counts as an agreement of the year; these have counts of their own.
COUNTED = {
    "borron_y_cuenta_nueva": "times_borron_this_year",
    "apoyo_jubilados": "times_jubilados",
    "nivela_tu_pago": "times_nivela",
}
WITHOUT_A_JOB = ("rea_instalment", "rea_instalment_units")
Columns = Mapping[str, NDArray[np.generic]]  # by place in the part


def on_standing(closed: Closed, rows: Ints, programme: str, offer: Offer) -> Columns:
    """Facts of the solution for the signers at `rows` of a part: entry k of the offer is rows[k]."""
    counts = ["agreements_this_year", *([COUNTED[programme]] if programme in COUNTED else [])]
    old = numbers_of(known(closed, Standing, counts, rows), counts)
    everyone = np.arange(len(rows))
    runs, months = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.int64)
    pays, gap = months.copy(), months.copy()
    if offer.stages:
        stage = offer.stages[0]
        months, pays = picked(stage.months, everyone), picked(stage.pays, everyone)
        gap = picked(coded(stage.gap), everyone)
        runs |= months > 0
    if offer.reward is not None:
        runs |= picked(offer.reward.principal, everyone) > 0
    code = SOLUTIONS.index(programme) if programme in SOLUTIONS else NONE
    facts: dict[str, NDArray[np.generic]] = {
        "active_solution": np.where(runs, code, NONE),
        "solution_from": np.full(len(rows), np.datetime64(closed.day)),
        "solution_pays": np.where(months > 0, pays, 0),
        "solution_months_left": months,
        "solution_gap": gap,
        "solution_kept": runs.astype(np.int64),
        **{name: old[name] + 1 for name in counts},
    }
    if programme == FUND:
        facts["protection_from"] = window_of(closed, rows)
    return {name: spread(closed, rows, values) for name, values in facts.items()}


def window_of(closed: Closed, rows: Ints) -> NDArray[np.generic]:
    """The first day of the fund's five years: this one, where none had begun."""
    found = known(closed, Standing, ["protection_from"], rows)["protection_from"]
    days = found.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.datetime64(closed.day), days)


def on_terms(closed: Closed, rows: Ints, programme: str) -> Columns:
    """The contract that servicing has after the signing, for the signers at `rows`."""
    after, before = closed.after, closed.before
    indexed = after["indexed"] > 0
    instalment = after["instalment"]
    left_units = (before["indexed"] > 0) & ~indexed
    facts: dict[str, NDArray[np.generic]] = {
        "indexed": indexed.astype(np.int64),
        "instalment": np.where(indexed, 0, instalment),
        "instalment_units": np.where(indexed, instalment, 0),
        "rate": after["rate"],
        "insurance": after["charge_insurance"],
        "administration_fee": after["charge_fees"],
        "protection_fee": after["charge_protection"],
        "employer_to_principal": after["employer_to_principal"],
    }
    kept = known(closed, Terms, WITHOUT_A_JOB, rows)
    for name, values in numbers_of(kept, WITHOUT_A_JOB).items():
        facts[name] = np.where(left_units, 0, spread(closed, rows, values))
    if programme == CONVERSION:
        facts["converted"] = left_units.astype(np.int64)
        facts["converted_on"] = np.full(len(after), np.datetime64(closed.day))
    return facts


def spread(closed: Closed, rows: Ints, values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Values of the signers by place in the part."""
    whole = np.zeros(closed.part.size, values.dtype)
    whole[rows] = values
    return whole
