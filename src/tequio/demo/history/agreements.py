"""Which solutions each credit had since 2019: those in force as the portfolio has them, and drawn
ones before, where nothing of the portfolio is in their way."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import SOLUTIONS
from tequio.demo.contracts import PPM
from tequio.demo.history import assumed
from tequio.demo.history.past import PRORROGA, Past

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONVERSION, EARLY = len(SOLUTIONS), len(SOLUTIONS) + 1
PROGRAMMES = (*SOLUTIONS, "responsabilidad_compartida", "liquidacion_anticipada")
BORRON = SOLUTIONS.index("borron_y_cuenta_nueva")
FUND = SOLUTIONS.index("fondo_proteccion_pagos")
ENTITLEMENTS = (FUND, PRORROGA)  # of the contract: no solution that somebody grants
IN_FORCE, FULFILLED, LAPSED, CANCELLED = STATES = ("in_force", "fulfilled", "lapsed", "cancelled")
YEAR = 12
LIFE_PRORROGAS = 2  # of twelve months each
NONE_YET = assumed.LAST + 1


@dataclass(frozen=True, slots=True, eq=False)
class Agreements:
    """One row per agreement; months since January 1970."""

    row: Ints  # of the credit
    programme: Ints  # place in PROGRAMMES
    first: Ints  # month in which it is in force
    last: Ints  # of its months; NONE_YET while it goes on
    state: Ints  # place in STATES
    gap: Ints  # ppm of the instalment that somebody else pays

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: Ints | Flags) -> Agreements:
        """Some of them."""
        return Agreements(*(getattr(self, field.name)[rows] for field in fields(self)))


def made(
    row: Ints, programme: int, first: Ints, last: Ints, state: str, gap: Ints | int = 0
) -> Agreements:
    """Agreements of one programme and state."""
    size = len(row)
    return Agreements(
        row,
        np.full(size, programme),
        first,
        last,
        np.full(size, STATES.index(state)),
        np.broadcast_to(np.asarray(gap, dtype=np.int64), size).copy(),
    )


def together(parts: list[Agreements]) -> Agreements:
    """By credit, in the order of their months."""
    columns = [np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Agreements)]
    all_of_them = Agreements(*columns)
    order = np.lexsort((all_of_them.programme, all_of_them.first, all_of_them.row))
    return all_of_them.take(order)


def agreements_of(rng: np.random.Generator, past: Past, paid: Flags) -> Agreements:
    """Every agreement that began since 2019. `paid`: (credit, month)."""
    known = [in_force(past), of_the_fund(past), conversions(past), settlements(past)]
    borron = with_borron(rng, past)
    drawn = restructures(rng, past, paid, borron)
    return together([*known, borron, *prorrogas(past, borron), *drawn])


def in_force(past: Past) -> Agreements:
    """What the portfolio says of today."""
    rows = np.flatnonzero(past.solution > 0)
    pays = past.solution_pays[rows] * PPM // np.maximum(past.instalment_pesos[rows], 1)
    gap = np.where(past.solution[rows] == PRORROGA, 0, np.clip(PPM - pays, 0, PPM))
    none = np.full(len(rows), NONE_YET)
    found = made(rows, 0, past.solution_month[rows], none, IN_FORCE, gap)
    found.programme[:] = past.solution[rows]
    return found


def of_the_fund(past: Past) -> Agreements:
    """Months of the protection fund that are over."""
    rows = np.flatnonzero((past.fund_month > 0) & (past.solution != FUND) & (past.fund_used > 0))
    first = past.fund_month[rows]
    last = np.minimum(first + past.fund_used[rows] - 1, assumed.LAST)
    gap = round((1 - assumed.FUND_BORROWER) * PPM)
    return made(rows, FUND, first, last, FULFILLED, gap)


def conversions(past: Past) -> Agreements:
    """Done on the day of the signing."""
    rows = np.flatnonzero(past.converted_month > 0)
    month = past.converted_month[rows]
    return made(rows, CONVERSION, month, month, FULFILLED)


def settlements(past: Past) -> Agreements:
    """Done with one deposit."""
    rows = np.flatnonzero(past.early)
    month = past.settled_month[rows]
    return made(rows, EARLY, month, month, FULFILLED)


def gap_ends(past: Past) -> Ints:
    """The last month of the prórrogas of the past."""
    return assumed.LAST - past.gone - past.prorroga - past.in_a_row - past.missed


def with_borron(rng: np.random.Generator, past: Past) -> Agreements:
    """Of the credits in pesos whose carried months end as the text of today begins, and are few:
    those months joined the balance by Borrón y Cuenta Nueva. Kept where three payments follow."""
    first = gap_ends(past) + 1
    few = (past.deferred > 0) & (past.deferred <= assumed.BORRON_LONGEST) & ~past.indexed
    year = (first >= assumed.BORRON_BEGINS) & (first < assumed.HALF_YEARS_UNTIL)
    after_conversion = past.converted_month < first - past.deferred
    free = (past.solution == 0) & (past.gone == 0) & few & year & after_conversion
    kept = free & (past.missed == 0) & (past.in_a_row >= assumed.BORRON_ENDS)
    lapsed = free & (past.missed > 0)
    odds = rng.random(len(first))
    fewer = np.maximum(past.deferred, 1)  # who misses less, keeps it more
    yes = np.flatnonzero(kept & (odds * fewer < assumed.BORRON_KEPT))
    no = np.flatnonzero(lapsed & (odds < assumed.BORRON_LAPSED))
    return together(
        [
            made(yes, BORRON, first[yes], first[yes] + assumed.BORRON_ENDS - 1, FULFILLED),
            made(no, BORRON, first[no], first[no], LAPSED),
        ]
    )


def prorrogas(past: Past, borron: Agreements) -> list[Agreements]:
    """Months carried in the past, at most twelve at a time, begun since 2019."""
    end, left = gap_ends(past), past.deferred.copy()
    left[borron.row] = 0
    parts = []
    for _ in range(LIFE_PRORROGAS):
        months = np.minimum(left, YEAR)
        first = end - months + 1
        rows = np.flatnonzero((months > 0) & (first >= assumed.FIRST))
        parts.append(made(rows, PRORROGA, first[rows], end[rows], FULFILLED))
        end, left = end - months, left - months
    return parts


def restructures(
    rng: np.random.Generator, past: Past, paid: Flags, borron: Agreements
) -> list[Agreements]:
    """At most one begins a year, none while another runs, none in the year of the portfolio."""
    rows = np.arange(len(past.number))
    # The first month from each on that is not paid, as a place in the window.
    place = np.where(paid, assumed.MONTHS, np.arange(assumed.MONTHS)[None, :])
    unpaid = np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1] + assumed.FIRST
    free_from = np.zeros(len(rows), np.int64)
    taken = np.full(len(rows), NONE_YET)  # by Borrón y Cuenta Nueva, to the end of its year
    taken[borron.row] = borron.first
    parts = []
    for number, share in enumerate(assumed.YEARLY_AGREEMENTS):
        month = assumed.FIRST + YEAR * number + rng.integers(0, YEAR, len(rows))
        odds = np.where(past.missed > 0, assumed.BEHIND_MORE, 1) * share
        programme, longest, gap = which(rng, month)
        drawn = (rng.random(len(rows)) < odds) & (programme > 0)
        breaks = unpaid[rows, month - assumed.FIRST]
        nominal = month + longest - 1
        stop = month + rng.integers(0, longest)
        stop = np.where(rng.random(len(rows)) < assumed.CANCELLED, stop, nominal)
        last = np.minimum(np.minimum(nominal, stop), breaks)
        state = np.where(stop < nominal, STATES.index(CANCELLED), STATES.index(FULFILLED))
        state = np.where(breaks <= np.minimum(nominal, stop), STATES.index(LAPSED), state)
        fits = drawn & (month > free_from) & (last < taken) & clear(past, month, last)
        chosen = np.flatnonzero(fits)
        parts.append(
            Agreements(
                chosen, programme[chosen], month[chosen], last[chosen], state[chosen], gap[chosen]
            )
        )
        free_from = np.where(fits, last, free_from)
    return parts


def which(rng: np.random.Generator, month: Ints) -> tuple[Ints, Ints, Ints]:
    """Programme (zero when none was open that month), its months, and the ppm it takes off."""
    names = list(assumed.RESTRUCTURES)
    rules = np.array([assumed.RESTRUCTURES[name] for name in names])
    open_then = (month[:, None] >= rules[:, 0]) & (month[:, None] <= rules[:, 1])
    steps = np.cumsum(open_then * rules[:, 2], axis=1)
    # Less than one in all: in the first months there is only the technical stoppage.
    draw = rng.random(len(month)) * np.maximum(steps[:, -1], 1)
    place = (draw[:, None] >= steps).sum(axis=1)
    none = place == len(names)
    place = np.minimum(place, len(names) - 1)
    codes = np.array([SOLUTIONS.index(name) for name in names])
    least, most = rules[place, 4], rules[place, 5]
    pays = least + rng.random(len(month)) * (most - least)
    gap = np.rint((1 - pays) * PPM).astype(np.int64)
    return np.where(none, 0, codes[place]), rules[place, 3].astype(np.int64), gap


def clear(past: Past, first: Ints, last: Ints) -> Flags:
    """Whether nothing that is known of a credit lies in those months, or too near."""
    old = first >= past.granted_month + assumed.OLD_ENOUGH
    begins = np.where(past.solution > 0, past.solution_month, NONE_YET)
    ends = np.minimum(begins, np.where(past.gone > 0, past.settled_month, NONE_YET))
    fund = past.fund_month + past.fund_used
    beside_fund = (past.fund_month == 0) | (last < past.fund_month) | (first > fund)
    converted = past.converted_month
    beside = (converted == 0) | (last < converted) | (first > converted)
    return np.asarray(old & (last < ends) & beside_fund & beside)


def gaps_by_month(size: int, agreements: Agreements, programme: Flags) -> Ints:
    """What the programmes chosen take off the instalment: ppm, (credit, month)."""
    some = agreements.take(programme & (agreements.gap > 0))
    change = np.zeros((size, assumed.MONTHS + 1), np.int64)
    first = np.maximum(some.first - assumed.FIRST, 0)
    last = np.clip(some.last - assumed.FIRST + 1, 0, assumed.MONTHS)
    np.add.at(change, (some.row, first), some.gap)
    np.add.at(change, (some.row, last), -some.gap)
    return np.clip(np.cumsum(change, axis=1)[:, :-1], 0, PPM)


def rewards(past: Past, agreements: Agreements) -> Ints:
    """What Borrón y Cuenta Nueva forgives, in the last of its payments: (credit, month)."""
    some = agreements.take(
        (agreements.programme == BORRON) & (agreements.state == STATES.index(FULFILLED))
    )
    rows = some.row
    one = past.instalment[rows]
    interest = np.rint(past.balance[rows] * past.monthly[rows]).astype(np.int64)
    months = past.deferred[rows]
    benefit = np.where(months <= 2, one, interest * (months - 2))
    table = np.zeros((len(past.number), assumed.MONTHS), np.int64)
    table[rows, some.last - assumed.FIRST] = np.minimum(benefit, past.balance[rows])
    return table
