"""A portfolio under two laws: what becomes better or worse for each credit, and what the fund
receives. One of the laws is usually the one in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core.columns import EPOCH, Day
from tequio.core.lists import SEXES
from tequio.core.loan import Loan
from tequio.core.spelling import long_date
from tequio.engine import batch
from tequio.engine.amended import Amended, between
from tequio.engine.choose import ENTITLEMENTS, Best, less
from tequio.engine.errors import Refused
from tequio.engine.evaluate import Outcome, evaluate
from tequio.engine.offers import plan_of, status_quo
from tequio.engine.outcome_tables import bits, named
from tequio.engine.outlook import Outlook
from tequio.engine.overlay import Overlay
from tequio.engine.pairs import NAMES, Ints
from tequio.engine.portfolio import loan_of
from tequio.engine.projection import YEARS, yearly
from tequio.engine.rulebook import Rulebook, assumed, outlook_at

Bools = NDArray[np.bool_]

# What becomes of a credit, and the groups that it is counted in. Files keep positions.
VERDICTS = ("same", "gains", "loses", "mixed")
UNITS = ("En VSM", "Convertidos a pesos", "En pesos de origen")
AGES = ("Sin fecha", "Menos de 30", "30 a 39", "40 a 49", "50 a 59", "60 o más")
AGE_STARTS = (30, 40, 50, 60)
WAGES = ("Sin salario", "Hasta 1 UMA", "1 a 2 UMA", "2 a 3 UMA", "3 a 5 UMA", "Más de 5 UMA")
WAGE_ENDS = (1, 2, 3, 5)  # monthly UMA, included
SEX_WORDS = {"unknown": "Sin dato", "woman": "Mujer", "man": "Hombre"}
NOT_OFFERED = np.iinfo(np.int64).max
RECEIVED = ("before", "after")


@dataclass(frozen=True, slots=True)
class Laws:
    """The two laws, and what a reader must know of them."""

    before: Rulebook
    after: Rulebook
    title: str = ""
    justification: str = ""
    named: tuple[str, str] = ("", "")  # in words
    amended: Sequence[Amended] = ()

    @classmethod
    def tried(cls, rules: Rulebook, overlay: Overlay, as_of: date) -> Laws:
        """The law of the day, and the same with a change."""
        return cls(
            rules,
            rules.amended(overlay.changes),
            overlay.title,
            overlay.justification,
            (f"La ley del {long_date(as_of)}", "La misma ley, con el cambio"),
            overlay.amended,
        )

    @classmethod
    def of_two_days(cls, rules: Rulebook, day: date, as_of: date) -> Laws:
        """The rules of another day and those of `as_of`, the earlier first. Refused where one of
        the days has none that is known, or both have the same."""
        earlier, later = sorted((day, as_of))
        before, after = (rules if one == as_of else rules.of(one) for one in (earlier, later))
        for one, side in ((earlier, before), (later, after)):
            if not any(side.in_force(as_of)):
                raise Refused(f"Ninguna solución tiene regla conocida el {one}: elija otra fecha.")
        differences = between(rules, earlier, later)
        if not differences:
            raise Refused(
                f"Las reglas del {earlier} y del {later} son las mismas: no hay qué comparar. "
                "Elija otra fecha en --law-as-of."
            )
        words = long_date(earlier), long_date(later)
        return cls(
            before,
            after,
            f"De las reglas del {words[0]} a las del {words[1]}",
            "Comparación de dos fechas de la ley: nadie propone un cambio.",
            (f"Las reglas del {words[0]}", f"Las reglas del {words[1]}"),
            differences,
        )

    @property
    def described(self) -> dict[str, Any]:
        """What a run keeps of it."""
        return {
            "title": self.title,
            "justification": self.justification,
            "named": list(self.named),
            "amended": [asdict(one) for one in self.amended],
        }


def run(
    path: Path,
    as_of: date,
    folder: Path,
    laws: Laws,
    *,
    workers: batch.Workers | None = None,
    progress: batch.Progress | None = None,
) -> batch.Done:
    """Compare two laws over a portfolio: years/ and credits/, one file a row group.

    Raises as `batch.run`.
    """
    hashes = f"{laws.before.sha256} {laws.after.sha256}"
    tables = partial(compared, laws=laws)
    job = batch.Job(("years", "credits"), tables, hashes, laws.described)
    return batch.run(path, as_of, folder, job=job, workers=workers, progress=progress)


def compared(rows: pa.Table, as_of: date, laws: Laws) -> tuple[pa.Table, pa.Table]:
    """A slice under both laws: what the fund receives a year, and what becomes of each credit."""
    loan = loan_of(rows)
    before = evaluate(loan, as_of, laws.before)
    after = evaluate(loan, as_of, laws.after, known=before)
    columns: dict[str, pa.Array] = {"credit": rows["credit"], "municipality": rows["municipality"]}
    columns |= groups(loan, before)
    columns["verdict"] = named(verdict(before, after), VERDICTS)
    columns["moved"] = moved = differ(before.choice.best, after.choice.best)
    for when, outcome in zip(RECEIVED, (before, after), strict=True):
        columns |= {f"{name}_{when}": values for name, values in told(outcome).items()}
        columns[f"law_{when}"] = named(np.zeros(len(loan.balance), np.int8), [outcome.rules.sha256])
    return received(loan, moved, before, after), pa.table(columns)


def groups(loan: Loan, outcome: Outcome) -> dict[str, pa.Array]:
    """What a credit is counted by, besides its municipality."""
    unit = np.where(loan.indexed.values, 0, np.where(loan.converted.values, 1, 2))
    today = Day((outcome.as_of - EPOCH).days)
    years = loan.born_on.months_until(today).values // 12
    age = 1 + np.searchsorted(AGE_STARTS, years, side="right")
    uma = int(assumed(outcome.rules, outcome.as_of).uma_monthly.values[0])
    wage = 1 + np.searchsorted(np.array(WAGE_ENDS) * uma, loan.wage.values, side="left")
    return {
        "unit": named(unit.astype(np.int8), UNITS),
        "sex": named(loan.sex.values.astype(np.int8), [SEX_WORDS[sex] for sex in SEXES]),
        "age": named(np.where(loan.born_known.values, age, 0).astype(np.int8), AGES),
        "wage": named(np.where(loan.wage.values > 0, wage, 0).astype(np.int8), WAGES),
    }


def verdict(before: Outcome, after: Outcome) -> NDArray[np.int8]:
    """Better, worse, both or neither: the best monthly offer by the yardstick of the first law, and
    each settlement and each entitlement for itself."""
    best = before.choice.best, after.choice.best
    rows = before.today.rows
    keys = [before.choice.measure.keys(one, rows) for one in best]
    better, worse = less(keys[1], keys[0]), less(keys[0], keys[1])
    for programme in apart(before, after):
        costs = [cost_of(outcome, programme) for outcome in (before, after)]
        better |= costs[1] < costs[0]
        worse |= costs[1] > costs[0]
    return (better + 2 * worse).astype(np.int8)


def apart(*outcomes: Outcome) -> Iterator[str]:
    """The programmes that are not ranked: settlements and entitlements, of any of the laws."""
    seen = {one.programme: one for outcome in outcomes for one in outcome.pairs}
    return (name for name, one in seen.items() if one.settles or name in ENTITLEMENTS)


def cost_of(outcome: Outcome, programme: str) -> Ints:
    """All that is paid under an offer; the most there is where a credit does not qualify."""
    costs = np.full(len(outcome.today.rows), NOT_OFFERED)
    for one in outcome.pairs:
        if one.programme == programme:
            costs[one.rows] = one.projection.total
    return costs


def told(outcome: Outcome) -> dict[str, pa.Array]:
    """What one law gives: the best monthly offer, and the cheapest way to settle."""
    best, deposit = outcome.choice.best, settled(outcome)
    return {
        "best": named(best.place, NAMES),
        "pays": best.pays,
        "total": best.total,
        "forgiven": best.forgiven,
        "npv": best.npv,
        "deposit": deposit[0],
        "deposit_forgiven": deposit[1],
        "eligible": bits(outcome.eligible),
    }


def settled(outcome: Outcome) -> tuple[Ints, Ints]:
    """The one deposit, and what it forgives; nothing where a credit cannot settle."""
    pays, forgiven = (np.zeros(len(outcome.today.rows), np.int64) for _ in range(2))
    for one in outcome.pairs:
        if one.settles and one.programme not in ENTITLEMENTS:
            pays[one.rows], forgiven[one.rows] = one.pays_after, one.forgiven
    return pays, forgiven


def received(loan: Loan, moved: Bools, before: Outcome, after: Outcome) -> pa.Table:
    """What the fund receives each year from the credits whose best offer changes, if all sign, and
    how many of them have not made their last payment when the year begins."""
    first = outlook_at(before.rules, before.as_of).first_year
    columns = {"year": np.arange(first, first + YEARS)}
    for when, outcome in zip(RECEIVED, (before, after), strict=True):
        future = outlook_at(outcome.rules, outcome.as_of)
        columns[when] = by_year(loan, outcome, moved)
        columns[f"paying_{when}"] = paying(outcome.choice.best.months[moved], future)
    return pa.table(columns)


def differ(one: Best, other: Best) -> Bools:
    """Whether the offers of two laws are not the same in all that is paid."""
    names = ("place", "pays", "total", "npv", "months")
    changed = np.zeros(len(one.place), np.bool_)
    for name in names:
        changed |= getattr(one, name) != getattr(other, name)
    return changed


def by_year(loan: Loan, outcome: Outcome, chosen: Bools) -> Ints:
    """The best offers of some credits, projected together."""
    future = outlook_at(outcome.rules, outcome.as_of)
    offers = {answer.programme.name: answer.offer for answer in outcome.answers}
    offers[NAMES[0]] = status_quo(loan, assumed(outcome.rules, outcome.as_of))
    total = np.zeros(YEARS, np.int64)
    for place in np.unique(outcome.choice.best.place[chosen]):
        rows = np.flatnonzero(chosen & (outcome.choice.best.place == place))
        total += yearly(plan_of(offers[NAMES[place]], loan, rows), future)
    return total


def paying(months: Ints, future: Outlook) -> Ints:
    """How many last payments are still to come at the start of each calendar year."""
    last = (future.first_month - 2 + np.maximum(months, 1)) // 12
    ended = np.bincount(last, minlength=YEARS)
    return len(months) - np.cumsum(ended) + ended
