"""A job that was told moves a credit at the next closes: when, with which instalment, whose each
month missed is, and the same when it is counted again. What nobody tells moves nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from closes import WHO, check_balances, content, day_number, post
from ledgers import state
from promised import facts_on, load
from stepping import check_everything, everyone_stands
from tequio.core.lists import REGIMES
from tequio.core.months import last_of, month_number
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.servicing import law as servicing_law
from tequio.servicing.posting import Intent
from tequio.web import start

start()
from tequio.web.records import audit, closing, jobs, models  # noqa: E402
from tequio.web.records.closing import do_close_month, parts_of  # noqa: E402
from tequio.web.records.facts import DECIDED, do_record_facts  # noqa: E402
from tequio.web.records.loading import FACTS, do_load_portfolio  # noqa: E402
from tequio.web.records.replaying import do_replay  # noqa: E402
from tequio.web.records.serviced import before_close  # noqa: E402
from tequio.web.records.snapshots import write_snapshot  # noqa: E402
from tequio.web.records.tables import schema_of  # noqa: E402

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
    "fired twice, a month before it was told": (
        PAYROLL,
        {date(2024, 7, 10): FIRED | {"months_without_job": 1}, date(2024, 8, 5): HIRED,
         date(2024, 9, 10): FIRED | {"months_without_job": 1}},
        "ROA ROA ROA ROA REA REA REA",
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
    said = [
        facts_on(number, last_of(month - 1))["regime"] for month in range(first, first + months + 1)
    ]
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


@pytest.mark.parametrize("lag", [1, 2, 3])
def test_the_lag_is_that_of_the_law(ledger, tmp_path, monkeypatch, lag):
    """Whatever it is: told in July, the first month in the other regime is so many after August."""
    known = servicing_law.law_at
    now = {"notice_lag": known(CUT).notice_lag.__class__(lag)}
    monkeypatch.setattr(jobs, "law_at", lambda day: replace(known(day), **now))
    rows = [DIRECT, PAYROLL]
    hired, fired = load(rows, CUT, tmp_path)
    for month in range(month_number(JULY), month_number(JULY) + MONTHS):
        tell(hired, {date(2024, 7, 15): HIRED}, month)
        tell(fired, {date(2024, 7, 15): FIRED}, month)
        do_close_month(last_of(month), WHO)
    first = 1 + lag
    assert regimes_of(hired).split().index("ROA") == first
    assert regimes_of(fired).split().index("REA") == first


TWO = {"rea_instalment": 4_350}
UNITS = {
    "indexed": True, "balance": 0, "balance_units": 100, "instalment": 0, "instalment_units": 1,
    "rea_instalment_units": "1.25", "rate": 6,
}  # fmt: skip
LOST_AND_FOUND = {date(2024, 7, 10): FIRED, date(2024, 10, 10): HIRED | {"months_in_job": 1}}
MOVES = "ROA ROA ROA REA REA ROA ROA"


def instalments_of(number: str) -> list[int]:
    """From the second month on."""
    kept = models.Serviced.objects.filter(credit__number=number).order_by("month")
    return [one.instalment for one in kept]


@pytest.mark.parametrize(
    ("row", "instalments"),
    [
        (PAYROLL | TWO, (3_480_00, 4_350_00)),
        (PAYROLL, (3_480_00, 3_480_00)),
        (PAYROLL | UNITS, (1_000_000, 1_250_000)),
        (PAYROLL | {"rea_instalment": 3_000}, (3_480_00, 3_000_00)),
    ],
)
def test_the_instalment_goes_with_the_regime_and_back(ledger, tmp_path, row, instalments):
    """One of each, the same in both, one in units, and one that is less directly. A portfolio says
    the one in force."""
    (number,) = load([row], CUT, tmp_path)
    lived(number, LOST_AND_FOUND)
    assert regimes_of(number) == MOVES
    by_payroll, directly = instalments
    wanted = [by_payroll] * 2 + [directly] * 2 + [by_payroll] * 2
    assert instalments_of(number) == wanted
    name = "instalment_units" if row.get("indexed") else "instalment"
    months = range(month_number(JULY), month_number(JULY) + MONTHS)
    assert [facts_on(number, last_of(month))[name] for month in months] == wanted


def test_an_instalment_made_less_while_paid_directly_is_no_more_by_payroll(ledger, tmp_path):
    numbers = load([PAYROLL | TWO | {"instalment": 2_800}] * 2, CUT, tmp_path)
    lower, on = int(Intent.LOWER), day_number(date(2024, 10, 20))
    post("menos", [0, 1], on, [20_000_00, 250_000_00], intent=lower)
    for month in range(month_number(JULY), month_number(JULY) + MONTHS):
        for number in numbers:
            tell(number, LOST_AND_FOUND, month)
        do_close_month(last_of(month), WHO)
    little, much = map(instalments_of, numbers)
    assert little[2] == much[2] == 4_350_00, "directly"
    assert 2_800_00 < little[3] < 4_350_00, "directly, after the payment"
    assert much[3] < 2_800_00
    assert little[4:] == [2_800_00] * 2
    assert much[4:] == [much[3]] * 2


def test_each_month_missed_is_of_who_had_to_pay_it(ledger, tmp_path):
    """Nobody pays: of payroll are the months until the other regime begins."""
    (number,) = load([PAYROLL], CUT, tmp_path)
    lived(number, {date(2024, 7, 10): FIRED})
    dues = models.Due.objects.order_by("month", "source_id")
    payroll = {one.month - month_number(JULY): one.payroll for one in dues}
    assert payroll == {0: 1, 1: 1, 2: 1, 3: 0, 4: 0, 5: 0}
    last = models.Serviced.objects.order_by("month").last()
    assert (last.missed, last.missed_by_employer) == (6, 3)


@pytest.mark.parametrize("row", [PAYROLL | TWO, PAYROLL | UNITS, PAYROLL])
@pytest.mark.parametrize("on", [date(2024, 7, 20), date(2024, 10, 20), date(2024, 11, 30)])
def test_counted_again_it_is_as_if_known_in_time(ledger, templates, tmp_path, row, on):
    """A payment of a month before, between or after the moves becomes known after them."""
    (number,) = load([row], CUT, tmp_path)
    lived(number, LOST_AND_FOUND)
    post("tarde", [0], day_number(on), [5_000_00])
    do_replay("r", number, date(2025, 1, 3), WHO)
    check_everything()
    found = everyone_stands()
    assert REGIMES[found[number][0]["regime"]] == "ROA"
    home = tmp_path / "otro"
    home.mkdir()
    other = templates.copy(ledger.vendor, home)
    other.use()
    load([row], CUT, home)
    post("tarde", [0], day_number(on), [5_000_00])
    lived(number, LOST_AND_FOUND)
    wanted = everyone_stands()
    for at, part in enumerate(("state", "dues", "sums", "facts")):
        assert found[number][at] == wanted[number][at], part
    other.close()
    ledger.use()


def test_a_job_of_a_closed_month_is_refused_with_how_it_is_told(ledger, tmp_path):
    (number,) = load([DIRECT], CUT, tmp_path)
    do_close_month(JULY, WHO)
    july, hired = date(2024, 7, 31), HIRED | {"months_in_job": 1}
    for facts in (HIRED, {"months_without_job": 3}, hired):
        with pytest.raises(Refused, match="con un día de 2024-08, su mes abierto, y con los meses"):
            do_record_facts("late", number, july, facts, WHO)
    assert do_record_facts("wage", number, july, {"wage": 9_000_00}, WHO)
    assert do_record_facts("open", number, date(2024, 8, 1), hired, WHO)
    assert not do_record_facts("open", number, date(2024, 8, 1), hired, WHO)


@pytest.mark.parametrize("name", sorted(DECIDED))
def test_what_servicing_decides_is_not_told(name):
    with pytest.raises(Refused, match="no se registra como dato: lo lleva el libro"):
        do_record_facts("x", "1600000001", JULY, {name: 1}, WHO)


def closed(folder) -> dict[object, list[tuple]]:
    """A portfolio three closes later, without the credits that came in with a prórroga: a year's
    end of it is time's."""
    folder.mkdir()
    do_load_portfolio(state(folder, 300, group=100), WHO)
    for month in range(month_number(JULY), month_number(JULY) + 3):
        do_close_month(last_of(month), WHO)
    extended = models.Standing.objects.filter(from_on=CUT, regime=REGIMES.index("EXT"))
    gone = set(extended.values_list("credit_id", flat=True))
    assert 0 < len(gone) < 60
    found = {}
    for model in (models.Movement, *(one for one, _ in FACTS), models.Serviced, models.Due):
        place = list(schema_of(model).names).index("credit_id") - (model is models.Movement)
        found[model] = [row for row in content(model) if row[place] not in gone]
        assert found[model]
    return found


def test_without_news_nothing_changes(ledger, templates, tmp_path, monkeypatch):
    """The same tables as where closes do not ask for jobs."""
    found = closed(tmp_path / "asked")
    (tmp_path / "other").mkdir()
    other = templates.copy(ledger.vendor, tmp_path / "other")
    other.use()
    monkeypatch.setattr(closing, "with_next_regimes", lambda part: part.after)
    assert closed(tmp_path / "not asked") == found
    other.close()
    ledger.use()


def test_a_portfolio_written_after_moves_comes_in_as_it_is(ledger, templates, tmp_path):
    """Load, close, portfolio, load: the regime and the instalment are those of the books."""
    rows = [PAYROLL | TWO, DIRECT, PAYROLL | UNITS]
    numbers = load(rows, CUT, tmp_path)
    for month in range(month_number(JULY), month_number(JULY) + 4):
        tell(numbers[0], LOST_AND_FOUND, month)
        tell(numbers[1], {date(2024, 7, 10): HIRED}, month)
        do_close_month(last_of(month), WHO)
    names = ("regime", "instalment", "indexed", "rate", "months_left")
    kept = list(models.Serviced.objects.filter(month=month + 1).order_by("credit").values(*names))
    assert [REGIMES[one["regime"]] for one in kept] == ["REA", "ROA", "ROA"]
    path = tmp_path / "octubre.parquet"
    write_snapshot(last_of(month), path)
    (tmp_path / "other").mkdir()
    other = templates.copy(ledger.vendor, tmp_path / "other")
    other.use()
    do_load_portfolio(open_portfolio(path), WHO)
    (part,) = parts_of(month + 1)
    now = before_close(part).credits
    assert [{name: int(now[name][row]) for name in names} for row in range(3)] == kept
    other.close()
    ledger.use()
