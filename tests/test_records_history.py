"""A simulated history in the ledger: what is owed stays, and what led to it can be read."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from ledgers import regrouped, state
from tequio.core.months import month_number
from tequio.demo.history.files import write_history
from tequio.engine.errors import Refused
from tequio.engine.portfolio import About, open_portfolio
from tequio.servicing.accounts import NAMES, OWED, Kind
from tequio.web import start

start()
from django.db.models import Sum  # noqa: E402

from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.closing import do_close_month, summary  # noqa: E402
from tequio.web.records.history import do_load_history  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.months import last_close  # noqa: E402
from tequio.web.records.past import Past, past_of  # noqa: E402
from tequio.web.records.snapshots import write_snapshot  # noqa: E402
from tequio.web.records.status import status, trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402
from tequio.web.statements.reading import credit_at  # noqa: E402

WHO = Who("la auditora", "pruebas")
DEBT = (*OWED, "principal_units", "principal_due_units")


@pytest.fixture
def folder(tmp_path: Path, ledger) -> Path:
    """A loaded portfolio, and its history in a folder."""
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    write_history(loaded, tmp_path / "historia")
    return tmp_path / "historia"


def still_owed() -> dict[int, tuple[int, ...]]:
    """Of those who owe."""
    return {key: amounts for key, amounts in owed().items() if any(amounts)}


def owed() -> dict[int, tuple[int, ...]]:
    sums = models.Movement.objects.values("credit_id").annotate(**{f"of_{n}": Sum(n) for n in DEBT})
    return {row["credit_id"]: tuple(row[f"of_{n}"] for n in DEBT) for row in sums}


def test_a_loaded_history_changes_nothing_that_is_owed_and_is_not_loaded_twice(folder):
    before, balance = still_owed(), trial_balance()
    done = do_load_history(folder, WHO)
    assert still_owed() == before
    after = trial_balance()
    assert {n: after[n] for n in DEBT} == {n: balance[n] for n in DEBT}
    movements = pl.read_parquet(folder / "movements.parquet")
    for account in ("cash", "forgiven", "refunded"):
        assert after[account] == movements[account].sum() != 0
    assert (done.already, done.movements) == (0, movements.height)
    assert models.Movement.objects.exclude(kind=int(Kind.OPENING)).count() > 20_000
    again = do_load_history(folder, WHO)
    assert again == replace(done, already=done.parts)
    assert still_owed() == before
    assert audit.verify().fault is None


def test_credits_settled_before_come_in_with_their_history_and_owe_nothing(folder, tmp_path):
    portfolio = tmp_path / "cartera.parquet"
    known = set(models.Credit.objects.values_list("number", flat=True))
    do_load_history(folder, WHO)
    settled = pl.read_parquet(folder / "settled.parquet").cast({pl.Categorical: pl.String})
    gone = models.Credit.objects.exclude(number__in=known)
    assert gone.count() == settled.height > 50
    assert all(amounts == (0,) * len(DEBT) for key, amounts in owed().items()
               if key in set(gone.values_list("pk", flat=True)))  # fmt: skip
    places = dict(gone.values_list("number", "municipality"))
    people = {s.credit.number: s for s in models.Standing.objects.filter(credit__in=gone)}
    for row in settled.iter_rows(named=True):
        person = people[row["credit"]]
        assert places[row["credit"]] == row["municipality"]
        assert (person.sex, person.born_on, person.wage, person.from_on) == (
            *(row["sex"], row["born_on"], row["wage"], row["settled_on"]),
        )
        assert (row["granted_on"] - row["born_on"]).days > 18 * 365
    early = models.Agreement.objects.filter(programme="liquidacion_anticipada", credit__in=gone)
    assert early.count() == settled["early"].sum() > 30
    found = status()
    assert (found.credits, found.settled) == (len(known), settled.height)
    assert [load.rows for load in found.loads] == [len(known)]
    write_snapshot(date(2024, 6, 30), tmp_path / "corte.parquet")
    assert (tmp_path / "corte.parquet").read_bytes() == portfolio.read_bytes()
    do_close_month(date(2024, 7, 1), WHO)
    closed = summary(2024 * 12 + 6)
    assert (closed.credits, closed.left_over, closed.left_over_units) == (len(known), 0, 0)
    assert last_close() == date(2024, 7, 31)
    with pytest.raises(Refused, match=r"se liquidó antes del 2024-06-30"):
        credit_at(gone[0].number)
    assert not models.Movement.objects.filter(credit__in=gone, month=2024 * 12 + 6, kind=1).exists()
    write_snapshot(date(2024, 7, 31), tmp_path / "julio.parquet")
    assert open_portfolio(tmp_path / "julio.parquet").rows == len(known)
    assert audit.verify().fault is None


def test_a_portfolio_of_later_credits_is_listed_around_the_settled(folder, tmp_path):
    do_load_history(folder, WHO)
    more = open_portfolio(tmp_path / "cartera.parquet").read()
    numbers = [f"99{place:08}" for place in range(more.num_rows)]
    more = more.set_column(0, more.schema.field(0), [numbers])
    regrouped([more], tmp_path / "mas.parquet", About(date(2024, 6, 30), True, "otra"))
    do_load_portfolio(open_portfolio(tmp_path / "mas.parquet"), WHO)
    write_snapshot(date(2024, 6, 30), tmp_path / "corte.parquet")
    listed = open_portfolio(tmp_path / "corte.parquet").read()["credit"].to_pylist()
    first = open_portfolio(tmp_path / "cartera.parquet").read()["credit"].to_pylist()
    assert listed == first + numbers


def test_every_agreement_ends_where_the_file_says_and_goes_there_step_by_step(folder):
    do_load_history(folder, WHO)
    rows = pl.read_parquet(folder / "agreements.parquet").with_columns(
        pl.col("credit", "programme", "state").cast(pl.String)
    )
    found = models.Agreement.objects.order_by("pk").select_related("credit")
    assert found.count() == rows.height > 500
    for agreement, row in zip(found, rows.iter_rows(named=True), strict=True):
        assert (agreement.credit.number, agreement.programme) == (row["credit"], row["programme"])
    states = models.AgreementEvent.objects.order_by("pk").values_list("agreement_id", "state", "on")
    by_agreement: dict[int, list] = {}
    for number, name, on in states:
        by_agreement.setdefault(number, []).append((name, on))
    for agreement, row in zip(found, rows.iter_rows(named=True), strict=True):
        steps = by_agreement[agreement.pk]
        assert [name for name, _ in steps[:3]] == ["offered", "accepted", "in_force"]
        assert steps[-1][0] == row["state"]
        assert [on for _, on in steps] == sorted(on for _, on in steps)


def test_the_history_of_another_portfolio_is_refused_and_leaves_nothing(folder, tmp_path):
    other = tmp_path / "otra"
    other.mkdir()
    loaded = open_portfolio(tmp_path / "cartera.parquet")
    write_history(loaded, other)
    changed = pq.read_table(other / "movements.parquet")
    first = pq.ParquetFile(other / "movements.parquet").metadata.row_group(0).num_rows
    more = np.arange(changed.num_rows) == 0
    for account, centavo in (("interest", 1), ("adjustment", -1)):
        values = changed[account].to_numpy() + centavo * more
        changed = changed.set_column(changed.column_names.index(account), account, [values])
    pq.write_table(changed, other / "movements.parquet", row_group_size=first)
    count = models.Movement.objects.count()
    with pytest.raises(Refused, match="es la de otra cartera"):
        do_load_history(other, WHO)
    assert models.Movement.objects.count() == count
    assert models.Agreement.objects.count() == 0
    assert models.Load.objects.count() == 1, "the settled come in after what is owed was looked at"


def test_a_credit_that_the_ledger_does_not_know_is_refused(folder, ledger, tmp_path):
    (folder / "settled.parquet").rename(folder / "otros.parquet")
    with pytest.raises(Refused, match=r"Falta .*settled\.parquet"):
        do_load_history(folder, WHO)
    empty = pq.read_table(folder / "otros.parquet").slice(0, 0)
    pq.write_table(empty, folder / "settled.parquet")
    with pytest.raises(Refused, match="no está en el libro"):
        do_load_history(folder, WHO)


@pytest.mark.parametrize("table", ["movements", "agreements", "settled"])
def test_a_file_that_is_no_table_of_a_history_is_refused(folder, table):
    path = folder / f"{table}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match=rf"{table}\.parquet no se puede leer"):
        do_load_history(folder, WHO)
    path.write_bytes(whole)
    rows = pq.read_table(path)
    pq.write_table(rows.replace_schema_metadata(), path)
    with pytest.raises(Refused, match=r"no es de una historia que esta versión conozca"):
        do_load_history(folder, WHO)
    pq.write_table(rows.drop_columns(rows.column_names[-1]), path)
    with pytest.raises(Refused, match=r"no es de una historia que esta versión conozca"):
        do_load_history(folder, WHO)
    assert models.Agreement.objects.count() == 0


def test_a_first_close_has_the_sums_of_the_history_from_its_events(ledger, tmp_path):
    """Whatever parts they came in, and with movements of others before and after."""
    loaded = state(tmp_path, group=300)
    do_load_portfolio(loaded, WHO)
    write_history(loaded, tmp_path / "historia")
    do_load_history(tmp_path / "historia", WHO)
    sources = list(
        models.Credit.objects.filter(load__parts__gt=0)
        .order_by("source_id")
        .values_list("source_id", flat=True)
        .distinct()
    )
    until = models.Movement.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for source in sources:
        past = past_of(source, until)
        left = [after for pair in past.between(0, until) for after in pair]
        assert past.ranges[-1][1] == until
        own = models.Movement.objects.filter(credit__source_id=source)
        booked = own.filter(pk__range=(past.ranges[0][0], until))
        sums = booked.aggregate(**{f"of_{n}": Sum(n) for n in NAMES})
        assert past.sums.tolist() == [sums[f"of_{n}"] for n in NAMES]
        assert left == [0, past.ranges[0][0] - 1]
    assert past_of(sources[0], past.ranges[0][0]).ranges == ()
    do_close_month(date(2024, 7, 1), WHO)
    opening = {n: one[0] for n, one in summary(month_number(date(2024, 7, 1))).accounts.items()}
    known = models.Movement.objects.filter(pk__lte=until, credit__load__parts__gt=0)
    sums = known.aggregate(**{f"of_{n}": Sum(n) for n in NAMES})
    assert opening == {n: sums[f"of_{n}"] for n in NAMES}


@pytest.mark.parametrize(
    ("since", "until", "left"),
    [
        (0, 100, [(0, 9), (20, 29), (40, 100)]),
        (9, 100, [(20, 29), (40, 100)]),
        (8, 20, [(8, 9)]),
        (40, 41, [(40, 41)]),
        (41, 41, []),
    ],
)
def test_what_is_left_beside_ranges_of_keys(since, until, left):
    some = Past(((10, 20), (30, 40)), np.zeros(len(NAMES), np.int64))
    inside = [(first, last) for first, last in some.ranges if last <= until]
    assert replace(some, ranges=tuple(inside)).between(since, until) == left
