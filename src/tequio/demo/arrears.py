"""How the months since the grant went: paid, carried by a prórroga, or missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo import assumptions as assumed
from tequio.demo.contracts import Contracts
from tequio.demo.people import EXT, People
from tequio.demo.vintages import Grants, pick
from tequio.engine.delinquency import MISSED_WHEN_OVERDUE

Ints = NDArray[np.int64]

MOST_PAID = 359  # at 360 effective payments the law releases the rest


@dataclass(frozen=True, slots=True, eq=False)
class Months:
    """One row per credit: elapsed = paid_before + paid_since + deferred + prorroga + missed.

    "Before" and "since" the conversion to pesos; a credit never converted has nothing before.
    """

    converted_month: Ints  # months since January 1970; zero when never
    paid_before: Ints
    paid_since: Ints
    deferred: Ints  # in past prórrogas
    prorroga: Ints  # of the one in force
    missed: Ints
    in_a_row: Ints

    @property
    def paid(self) -> Ints:
        """Months fully covered."""
        return self.paid_before + self.paid_since


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A credit from its grant to today, as far as it is drawn and not yet computed."""

    grants: Grants
    people: People
    contracts: Contracts
    months: Months


def course_of(
    rng: np.random.Generator, grants: Grants, people: People, contracts: Contracts
) -> Course:
    """What was granted to whom, and how the months since went."""
    return Course(grants, people, contracts, months_of(rng, grants, contracts, people))


def months_of(
    rng: np.random.Generator, grants: Grants, contracts: Contracts, people: People
) -> Months:
    """Split the months elapsed. What is past is deferred first, what is recent is missed."""
    kind, elapsed = grants.kind, grants.elapsed
    converted = kind == assumed.CONVERTED
    converted_month = np.where(converted, conversions(rng, grants), 0)
    since = np.where(converted, grants.month_now - converted_month, elapsed)
    before = elapsed - since
    prorroga = np.minimum(rng.integers(1, 12, len(kind)), np.maximum(since - 1, 1))
    prorroga = np.where(people.regime == EXT, prorroga, 0)
    deferred = deferrals(rng, kind, np.where(converted, before, since - prorroga) // 4)
    missed = missed_months(rng, grants, contracts, people)
    own_past = np.where(converted, 0, deferred)
    missed = np.minimum(missed, np.maximum((since - prorroga - own_past) * 9 // 10, 0))
    paid_before = np.where(converted, before - deferred, 0)
    paid_since = since - own_past - prorroga - missed
    excess = np.maximum(paid_before + paid_since - MOST_PAID, 0)
    in_a_row = run_of_payments(rng, paid_before + paid_since - excess, deferred + prorroga, missed)
    return Months(
        converted_month,
        paid_before,
        paid_since - excess,
        deferred + excess,
        prorroga,
        missed,
        np.where(prorroga > 0, 0, in_a_row),
    )


def conversions(rng: np.random.Generator, grants: Grants) -> Ints:
    """The month of each conversion, as the programme went."""
    year = assumed.CONVERSION_YEARS[pick(rng, assumed.CONVERSIONS, len(grants.kind))]
    month = (year - 1970) * 12 + rng.integers(0, 12, len(year))
    # What was drawn for after today happened some month of the year before it.
    late = month >= grants.month_now
    month = np.where(late, month - 12, month)
    latest = grants.granted_month + grants.term - assumed.CONVERSION_LEAST_LEFT
    return np.minimum(np.minimum(month, grants.month_now - 1), latest)


def deferrals(rng: np.random.Generator, kind: Ints, most: Ints) -> Ints:
    """Months that past prórrogas carried."""
    had = rng.random(len(kind)) < assumed.DEFERRED_SHARE[kind]
    drawn = rng.integers(1, assumed.DEFERRED_MOST + 1, len(kind))
    return np.where(had, np.minimum(drawn, most), 0)


def missed_months(
    rng: np.random.Generator, grants: Grants, contracts: Contracts, people: People
) -> Ints:
    """Scheduled months not covered in full: nothing, one to three, or overdue with a long tail."""
    size = len(grants.kind)
    bigger = np.log(contracts.amount / assumed.SIZE_MIDDLE[grants.kind])
    odds = assumed.OVERDUE[grants.kind, people.regime] * np.exp(assumed.OVERDUE_BY_SIZE * bigger)
    odds = np.where(contracts.hopeless, odds * assumed.OVERDUE_IF_HOPELESS, odds)
    draw = rng.random(size)
    falls = draw < np.minimum(odds, 0.95)
    tail = assumed.MISSED_TAIL[pick(rng, assumed.MISSED_TAIL_SHARES, size)]
    overdue = MISSED_WHEN_OVERDUE + rng.exponential(tail).astype(np.int64)
    late = rng.random(size) < assumed.LATE[people.regime]
    few = 1 + pick(rng, assumed.LATE_MONTHS, size)
    return np.where(falls, overdue, np.where(late, few, 0))


def run_of_payments(rng: np.random.Generator, paid: Ints, gaps: Ints, missed: Ints) -> Ints:
    """Latest full months in a row: all of them, those since the last gap, or none."""
    draw = rng.random(len(paid))
    since_gap = np.ceil(draw * paid).astype(np.int64)
    again = rng.random(len(paid)) < assumed.PAYING_AGAIN
    few = np.minimum(1 + (draw * 12).astype(np.int64), paid)
    behind = np.where(again, few, 0)
    return np.where(missed > 0, behind, np.where(gaps > 0, since_gap, paid))
