"""Regimes and what moves a credit between them: payroll (ROA), direct (REA), prórroga (EXT).

The cause of a missed month is the regime that it fell due under: a month of payroll that did not
arrive is the employer's. Dates and lags are law, most of it assumed: `servicing.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import EPOCH
from tequio.core.lists import REGIMES
from tequio.programmes import prorroga
from tequio.servicing.accounts import Ints
from tequio.servicing.credit import Credits
from tequio.servicing.law import ServicingLaw
from tequio.servicing.promises import without_stages

ROA, REA, EXT = range(len(REGIMES))


@dataclass(frozen=True, slots=True, eq=False)
class Jobs:
    """What is known of each borrower's job on a month-end; months are whole ones since then."""

    employed: NDArray[np.bool_]
    months_in_job: Ints  # with a job
    months_without_job: Ints  # without
    paid_without_job: NDArray[np.bool_]  # an own payment since the last job ended
    extension_left: Ints  # months of prórroga that the borrower is still entitled to
    missed: Ints


def next_regime(regime: Ints, jobs: Jobs, law: ServicingLaw) -> Ints:
    """The regime of the month that begins.

    A new employer withholds after the notice's lag, and until then the borrower pays directly; an
    old employer is believed to send until the lag after the job's end is over. A prórroga, where it
    starts by itself, begins at once, if months are left, nothing was paid since, and no more
    months are missed than it is for; it ends with a job, or when its months are used up.
    """
    lag = int(law.notice_lag.values[0])
    runs_on = (regime == EXT) & (jobs.extension_left > 0)
    without = np.where(runs_on | starts_itself(jobs, law), EXT, REA)
    waits = (regime == ROA) & (jobs.months_without_job < lag) & (without != EXT)
    without = np.where(waits, ROA, without)
    noticed = (regime == ROA) | (jobs.months_in_job >= lag)
    return np.where(jobs.employed, np.where(noticed, ROA, REA), without)


def starts_itself(jobs: Jobs, law: ServicingLaw) -> NDArray[np.bool_]:
    """Whether a prórroga begins without being asked for: who owes more months has none (PRO-03)."""
    if not law.extension_starts_itself.values[0]:
        return np.zeros(len(jobs.missed), np.bool_)
    day = EPOCH + timedelta(days=int(law.as_of.values[0]))
    most = int(prorroga.PROGRAMME.at(day).law.missed_max.values[0])
    return (jobs.extension_left > 0) & ~jobs.paid_without_job & (jobs.missed <= most)


def moved(credits_: Credits, regime: Ints, roa: Ints, rea: Ints) -> Credits:
    """The month that begins runs in these regimes, each with its instalment (native).

    Who leaves a prórroga has no stage any more; the stage of who enters one is signed, from the
    programme's own offer. Credits since June 2021 have one instalment in both.
    """
    assert (credits_["accrued_day"] == 0).all(), "a regime begins with a month"
    instalment = np.where(regime == ROA, roa, np.where(regime == REA, rea, credits_["instalment"]))
    left = (credits_["regime"] == EXT) & (regime != EXT)
    everything = np.arange(len(credits_))
    now = credits_.changed(everything, regime=regime, instalment=instalment)
    return without_stages(now, np.flatnonzero(left))
