"""The month close on real databases: exact, resumable, one at a time, and it hides nothing."""

import threading
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closes import (
    STEPS,
    WHO,
    check_balances,
    close_when_free,
    content,
    day_number,
    killed_at,
    numbers,
    post,
)
from ledgers import state
from tequio.core.law import Book, Common, common
from tequio.core.months import last_of, month_number
from tequio.engine import batch, portfolio
from tequio.engine.errors import Refused
from tequio.engine.offers import plan_of, status_quo
from tequio.engine.outlook import MONTHS, outlook
from tequio.engine.portfolio import loan_of, open_portfolio
from tequio.engine.projection import schedule
from tequio.servicing import credit as c
from tequio.servicing.close import close, no_receipts
from tequio.web import start

start()
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from tequio.web.operating.doctor import closes  # noqa: E402
from tequio.web.operating.findings import Verdict  # noqa: E402
from tequio.web.records import audit, closing, models  # noqa: E402
from tequio.web.records.closing import do_close_month, parts_of, rules_in, summary  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.months import (  # noqa: E402
    half_closed,
    last_close,
)
from tequio.web.records.posting import do_post_movements  # noqa: E402
from tequio.web.records.serviced import before_close  # noqa: E402
from tequio.web.records.snapshots import as_columns, write_snapshot  # noqa: E402
from test_records import payments  # noqa: E402

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)
WRITTEN = (
    models.Movement,
    models.Receipt,
    models.Placement,
    models.ClosedPart,
    models.Serviced,
    models.Due,
    models.MonthlyBalance,
    models.Terms,
    models.Standing,
)


def random_receipts(key: str, month: int, seed: int, count: int) -> None:
    """Of any amount, on any day, for any intent, some of employers, some late or early."""
    random = np.random.default_rng(seed)
    size = models.Credit.objects.count()
    first = day_number(last_of(month - 1)) + 1
    for at, (intent, employer) in enumerate([(0, 0), (2, 0), (4, 0), (5, 0), (0, 1)]):
        rows = random.integers(0, size, count)
        days = first + random.integers(-3, 33, count)
        amounts = random.choice([1, 50_00, 1_500_00, 9_000_00, 5_000_000_00], count)
        post(f"{key}-{at}", rows, days, amounts, intent=intent, employer=employer)


def test_load_close_snapshot_evaluate_is_a_circle(ledger, tmp_path):
    taken = state(tmp_path, 1_000, group=400)
    do_load_portfolio(taken, WHO)
    random_receipts("july", month_number(JULY), 1, 200)
    done = do_close_month(JULY, WHO)
    assert (done.parts, done.already) == (3, 0)
    assert pa.concat_tables(as_columns(date(2024, 7, 30))).equals(taken.read()), "nothing before"
    out = tmp_path / "corte.parquet"
    assert write_snapshot(date(2024, 7, 31), out) == 1_000
    batch.run(out, date(2024, 7, 31), tmp_path / "out", workers=batch.in_threads(1))
    assert pq.read_table(tmp_path / "out" / "loans").num_rows == 1_000
    found = open_portfolio(out).read()
    month = month_number(JULY) + 1
    for row, kept in zip(
        found.to_pylist(),
        models.Serviced.objects.filter(month=month).order_by("credit_id"),
        strict=True,
    ):
        assert row["balance_units"] == kept.principal_units + kept.principal_due_units
        in_pesos = 0 if kept.indexed else kept.principal + kept.principal_due
        assert row["balance"] == in_pesos
        assert row["months_missed"] == kept.missed
        assert row["instalment_units" if kept.indexed else "instalment"] == kept.instalment
        assert row["months_left"] == kept.months_left
        if row["active_solution"] and row["solution_months_left"] < 9_999 and kept.gap >= 0:
            assert row["solution_months_left"] == kept.stage_left
    check_balances(month_number(JULY))
    assert audit.verify().fault is None


def test_a_close_killed_at_any_step_goes_on_to_the_same_rows(
    ledger, templates, tmp_path, monkeypatch
):
    taken = state(tmp_path, 300, group=12)
    parts = taken.row_groups
    do_load_portfolio(taken, WHO)
    random_receipts("july", month_number(JULY), 7, 60)
    steps = steps_of_a_part(ledger)
    killed = 0
    for step in range(1, 21):
        # One whole part, and so many steps of the next; every other one asks for no whole part.
        killed += killed_at(
            ledger, steps * (step % 2) + 1 + step % steps, lambda: close_when_free(JULY)
        )
        assert models.ClosedPart.objects.count() < parts
    assert killed == 20
    there = models.ClosedPart.objects.count()
    assert close_when_free(JULY).already == there
    found = {model: content(model) for model in WRITTEN}
    check_balances(month_number(JULY))
    assert audit.verify().fault is None
    said = summary(month_number(JULY))

    other = templates.copy(ledger.vendor, made(tmp_path / "other"))
    other.use()
    do_load_portfolio(taken, WHO)
    random_receipts("july", month_number(JULY), 7, 60)
    do_close_month(JULY, WHO)
    for model in WRITTEN:
        assert content(model) == found[model], model.__name__
    assert summary(month_number(JULY)) == said
    other.close()
    ledger.use()


def made(folder):
    folder.mkdir()
    return folder


def steps_of_a_part(ledger) -> int:
    """How often the first part goes to the database: killed before its last step, there is none;
    after it, there is one."""
    for step in range(len(STEPS), 100):
        assert killed_at(ledger, step, lambda: close_when_free(JULY))
        if models.ClosedPart.objects.exists():
            return step - 1
    raise AssertionError("a part has no end")


def test_two_at_once_one_is_refused_and_readers_do_not_wait(loaded, monkeypatch):
    before = models.Movement.objects.count()
    write, found = closing.CloseOf.write, []

    def meanwhile():
        with connection.cursor() as cursor:
            if loaded.vendor == "postgresql":
                cursor.execute("SET lock_timeout = '1ms'")
            else:
                cursor.execute("PRAGMA busy_timeout = 0")
        found.append(models.Movement.objects.count())
        found.append(pa.concat_tables(as_columns(date(2024, 7, 31))).num_rows)
        try:
            do_close_month(JULY, WHO)
        except Refused as why:
            found.append(str(why))
        connection.close()

    def slow(part, source):
        wrote = write(part, source)
        if part.part.part == 0:
            assert models.Movement.objects.count() > before
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join()
        return wrote

    monkeypatch.setattr(closing.CloseOf, "write", slow)
    do_close_month(JULY, WHO)
    assert found[:2] == [before, 300]
    assert "Otro cierre está en curso" in found[2]
    check_balances(month_number(JULY))
    assert do_close_month(JULY, WHO).already == 3


def test_twelve_closes_paid_on_time_are_the_projection(ledger, tmp_path):
    taken = state(tmp_path, 1_000)
    rows = taken.read()
    rows = rows.filter(pa.compute.equal(rows["months_missed"], 0)).slice(0, 200)
    on_time = tmp_path / "puntuales.parquet"
    portfolio.write([rows], on_time, as_of=date(2024, 6, 30), simulated=True)
    do_load_portfolio(open_portfolio(on_time), WHO)
    loan, law = loan_of(rows), Book("common", {}, common()).at(Common, date(2024, 6, 30))
    first = month_number(JULY)
    for month in range(first, first + 12):
        pay_what_falls_due(month)
        do_close_month(last_of(month), WHO)
    check_balances(month)
    index = np.zeros(MONTHS + 1, np.int64)
    index[0] = int(law.umi.values[0])
    for t in range(1, MONTHS + 1):
        index[t] = rules_in(first + min(t, 12) - 1).unit
    rules = rules_in(first)
    future = outlook(date(2024, 6, 30), 1, 0, 0, rules.residue, rules.released_at)
    plan = plan_of(status_quo(loan, law), loan, np.arange(len(rows)))
    plan = replace(plan, employer=np.zeros(len(plan), np.int64))
    kept = models.Serviced.objects.filter(month=first + 12).order_by("credit_id")
    for row, found in enumerate(kept):
        ahead = schedule(plan, replace(future, index=index), row)
        at = min(12, len(ahead.t)) - 1
        over = len(ahead.t) < 12
        assert found.principal + found.principal_due == (0 if over else ahead.balance[at]), row
        assert found.missed == 0
        units = found.principal_units + found.principal_due_units
        assert units == (0 if over else ahead.balance_units[at])


def pay_what_falls_due(month: int) -> None:
    """Everybody pays on the last day what a close without money says is due."""
    (part,) = parts_of(month)
    now, rules = before_close(part).credits, rules_in(month)
    _, unpaid = close(now, no_receipts(), rules)
    owed = sum(unpaid[name] - now[name] for name in ("insurance", "fees", "protection_fund"))
    has, starts = unpaid["open"] > 0, unpaid.starts()
    newest = np.zeros(len(now), np.int64)
    newest[has] = unpaid.dues[starts[1:][has] - 1, c.DUE_INTEREST : c.DUE_PRINCIPAL + 1].sum(1)
    post(f"m{month}", np.arange(len(now)), rules.last_day, owed + newest)


def test_whatever_is_received_opening_and_movements_are_the_closing(loaded):
    months = iter(range(month_number(JULY), month_number(JULY) + 100))

    @settings(max_examples=8)
    @given(st.integers(0, 10**6), st.integers(0, 120))
    def each_month(seed, count):
        month = next(months)
        random_receipts(f"m{month}", month, seed, count)
        do_close_month(last_of(month), WHO)
        check_balances(month)
        placed = set(models.Placement.objects.values_list("receipt_id", flat=True))
        here = models.Receipt.objects.filter(day__lte=last_of(month))
        assert placed == set(here.values_list("pk", flat=True)), "each is placed, once it is there"
        cash = models.Movement.objects.aggregate(sum=Sum("cash") + Sum("employer"))["sum"] or 0
        assert cash == (here.aggregate(sum=Sum("amount"))["sum"] or 0)

    each_month()
    assert audit.verify().fault is None


def test_months_close_in_order_once_and_when_they_are_over(loaded):
    with pytest.raises(Refused, match="En 2024-06 el libro aún no tenía créditos"):
        do_close_month(date(2024, 6, 1), WHO)
    with pytest.raises(Refused, match="Antes de 2024-08 falta cerrar 2024-07"):
        do_close_month(AUGUST, WHO)
    with pytest.raises(Refused, match="no ha terminado"):
        do_close_month(timezone.localdate().replace(day=1), WHO)
    do_close_month(JULY, WHO)
    rows = {model: model.objects.count() for model in WRITTEN}
    assert do_close_month(JULY, WHO) == closing.Closing(3, 3)
    assert {model: model.objects.count() for model in WRITTEN} == rows
    do_close_month(AUGUST, WHO)


def test_nothing_is_closed_where_nothing_was_loaded(ledger):
    with pytest.raises(Refused, match="no tiene créditos"):
        do_close_month(JULY, WHO)


def test_half_a_close_gives_no_snapshot(loaded, tmp_path):
    steps = steps_of_a_part(loaded)
    assert steps > len(STEPS)
    with pytest.raises(Refused, match="El cierre de 2024-07 quedó a medias"):
        write_snapshot(date(2024, 7, 31), tmp_path / "corte.parquet")
    assert write_snapshot(date(2024, 6, 30), tmp_path / "corte.parquet") == 300
    assert (half_closed(), last_close()) == ([month_number(JULY)], date(2024, 6, 30))
    assert [(one.what, one.verdict) for one in closes()] == [("Cierres", Verdict.FAILURE)]
    close_when_free(JULY)
    assert (half_closed(), last_close()) == ([], date(2024, 7, 31))
    assert write_snapshot(date(2024, 7, 31), tmp_path / "corte.parquet") == 300


def test_a_credit_whose_balance_is_not_its_movements_is_named_and_not_closed(loaded):
    do_close_month(JULY, WHO)
    number = numbers()[120]
    do_post_movements("afuera", [number], payments(7_00), [], WHO)
    with pytest.raises(Refused, match=f"{number} no cuadra: en «Capital por vencer»"):
        do_close_month(AUGUST, WHO)
    assert models.ClosedPart.objects.filter(month=month_number(AUGUST)).count() == 1
