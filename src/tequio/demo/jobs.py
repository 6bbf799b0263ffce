"""The last job of who has none: how long it lasted, how long ago it ended, what was paid since."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.demo.arrears import Course
from tequio.demo.people import months_in_job

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST_WITHOUT = 24  # months that a draw reaches; a prórroga in force may be older


@dataclass(frozen=True, slots=True, eq=False)
class LastJob:
    """One row per credit; zero and no with a job."""

    lasted: Ints  # months
    without: Ints  # months since
    paid_without: Flags


def last_jobs(rng: np.random.Generator, course: Course) -> LastJob:
    """Drawn after everything else, so that nothing else changes. A prórroga begins a month after
    the job ended; whose latest months are paid has paid them alone."""
    people, months = course.people, course.months
    jobless = ~people.employed
    lasted = np.maximum(months_in_job(rng, people.age), 1)
    drawn = rng.integers(1, LONGEST_WITHOUT + 1, len(lasted))
    without = np.where(people.on_prorroga, months.prorroga + 1, drawn)
    return LastJob(
        np.where(jobless, lasted, 0),
        np.where(jobless, without, 0),
        jobless & (months.in_a_row > 0),
    )
