"""A job that was told moves a credit at the next closes: when, with which instalment, whose each
month missed is, and the same when it is counted again. What nobody tells moves nothing."""

from collections.abc import Mapping
from datetime import date

import pytest

from closes import WHO, check_balances, content, day_number, post
from ledgers import state
from promised import facts_on, go_on, load
from tequio.core.lists import REGIMES
from tequio.core.months import last_of, month_number
from tequio.engine.errors import Refused
from tequio.servicing import law as servicing_law
from tequio.web import start

start()
from tequio.web.records import audit, jobs, models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.facts import DECIDED, do_record_facts  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.snapshots import as_columns  # noqa: E402

CUT, JULY = date(2024, 6, 30), date(2024, 7, 1)
PAYROLL = {"regime": "ROA", "employed": True, "months_in_job": 40, "wage": 14_000}
DIRECT = {"regime": "REA", "months_without_job": 9}
HIRED, FIRED = {"employed": True}, {"employed": False}
MONTHS = 6
# Who: what was told on which days, and the regimes of July 2024 and the months after.
CASES = {
    "nothing is told, by payroll": (PAYROLL, {}, "ROA ROA ROA ROA ROA ROA ROA"),
    "nothing is told, directly": (DIRECT, {}, "REA REA REA REA REA REA REA"),
    "hired on the last of July": (
        DIRECT, {date(2024, 7, 31): HIRED}, "REA REA REA ROA ROA ROA ROA",
    ),
    "hired on the first of August": (
        DIRECT, {date(2024, 8, 1): HIRED}, "REA REA REA REA ROA ROA ROA",
    ),
    "hired a month before it was told": (
        DIRECT, {date(2024, 8, 1): HIRED | {"months_in_job": 1}}, "REA REA REA ROA ROA ROA ROA",
    ),
    "hired as long ago as the lag": (
        DIRECT, {date(2024, 8, 1): HIRED | {"months_in_job": 2}}, "REA REA ROA ROA ROA ROA ROA",
    ),
    "fired on the last of July": (
        PAYROLL, {date(2024, 7, 31): FIRED}, "ROA ROA ROA REA REA REA REA",
    ),
    "fired on the first of August": (
        PAYROLL, {date(2024, 8, 1): FIRED}, "ROA ROA ROA ROA REA REA REA",
    ),
    "fired a month before it was told": (
        PAYROLL, {date(2024, 8, 1): FIRED | {"months_without_job": 1}},
        "ROA ROA ROA REA REA REA REA",
    ),
    "fired, and hired again before the employer knew": (
        PAYROLL, {date(2024, 7, 10): FIRED, date(2024, 9, 10): HIRED},
        "ROA ROA ROA ROA ROA ROA ROA",
    ),
    "fired, and hired again after": (
        PAYROLL, {date(2024, 7, 10): FIRED, date(2024, 10, 10): HIRED},
        "ROA ROA ROA REA REA REA ROA",
    ),
    "hired, and fired before the employer knew": (
        DIRECT, {date(2024, 7, 10): HIRED, date(2024, 9, 10): FIRED},
        "REA REA REA REA REA REA REA",
    ),
    "since when, told a month later": (
        DIRECT, {date(2024, 7, 10): HIRED, date(2024, 8, 10): {"months_in_job": 5}},
        "REA REA ROA ROA ROA ROA ROA",
    ),
    "other news of the person": (
        DIRECT, {date(2024, 7, 10): {"declared_income": 5_000_00}}, "REA REA REA REA REA REA REA",
    ),
    "months that are not of what is so now": (
        PAYROLL | {"regime": "REA"}, {date(2024, 7, 10): {"months_without_job": 3}},
        "REA REA REA REA REA REA REA",
    ),
    "a prórroga that is over, without a job": (
        {"regime": "EXT", "active_solution": "prorroga", "solution_months_left": 2,
         "solution_kept": True, "solution_gap": "no_interest",
         "months_without_job": 11},
        {}, "EXT EXT REA REA REA REA REA",
    ),
    "a prórroga that a job ends": (
        {"regime": "EXT", "active_solution": "prorroga", "solution_months_left": 9,
         "solution_kept": True, "solution_gap": "no_interest",
         "months_without_job": 4},
        {date(2024, 8, 10): HIRED}, "EXT EXT REA REA ROA ROA ROA",
    ),
}  # fmt: skip


def tell(number: str, told: Mapping[date, Mapping[str, object]], month: int) -> None:
    """What is told in a month."""
    for day, facts in told.items():
        if month_number(day) == month:
            do_record_facts(f"{number}:{day}", number, day, facts, WHO)


def lived(number: str, told: Mapping[date, Mapping[str, object]], months: int = MONTHS) -> None:
    """Close month after month, each thing told in its month."""
    for month in range(month_number(JULY), month_number(JULY) + months):
        tell(number, told, month)
        do_close_month(last_of(month), WHO)


def regimes_of(number: str, day: date = CUT, months: int = MONTHS) -> str:
    """By month, from that after a day: what the books keep; and what a portfolio of the day before
    each says."""
    first = month_number(day) + 1
    said = [facts_on(number, last_of(month - 1))["regime"] for month in range(first, first + months + 1)]
    kept = models.Serviced.objects.filter(credit__number=number, month__gt=first)
    assert [row.regime for row in kept.order_by("month")] == said[1:]
    return " ".join(REGIMES[one] for one in said)


@pytest.mark.parametrize("case", CASES)
def test_a_job_moves_a_credit_after_its_lag_and_not_before(ledger, tmp_path, case):
    row, told, regimes = CASES[case]
    (number,) = load([row], CUT, tmp_path)
    lived(number, told)
    assert regimes_of(number) == regimes
    check_balances(month_number(JULY) + MONTHS - 1)
    assert audit.verify().fault is None
