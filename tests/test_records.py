"""The ledger on both databases: in as columns, out as the same columns; and nothing changes."""

import threading
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledgers import state
from tequio.engine import batch, portfolio
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.servicing.accounts import ACCOUNTS, AT, NO_SOURCE, Kind, Movements
from tequio.web import start
from tequio.web.records.columns import CONTRACT, MONTHLY, STANDING

start()
from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tequio.core.loan import facts  # noqa: E402
from tequio.web.records import audit, loading, models, tables  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.posting import do_post_movements  # noqa: E402
from tequio.web.records.snapshots import as_columns, write_snapshot  # noqa: E402
from tequio.web.records.status import status, trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la auditora", "pruebas")
DAY = date(2024, 6, 30)


def payments(*amounts: int, sources: tuple[int, ...] = ()) -> Movements:
    """Payments of so many centavos on the first credits, one each, that lower the principal."""
    size = len(amounts)
    table = np.zeros((len(ACCOUNTS), size), np.int64)
    table[AT["cash"]] = amounts
    table[AT["principal"]] = -table[AT["cash"]]
    return Movements(
        credit=np.arange(size),
        day=np.full(size, (date(2024, 7, 5) - date(1970, 1, 1)).days),
        month=np.full(size, 2024 * 12 + 6),
        kind=np.full(size, int(Kind.PAYMENT)),
        channel=np.ones(size, np.int64),
        source=np.array(sources or [NO_SOURCE] * size),
        amounts=table,
    )


def first_numbers(count: int) -> list[str]:
    numbers = models.Credit.objects.order_by("pk").values_list("number", flat=True)
    return list(numbers[:count])


def test_every_fact_of_a_loan_has_one_column_and_migrations_are_complete(ledger):
    assert sorted((*CONTRACT, *MONTHLY, *STANDING)) == sorted(facts())
    for model, names in loading.FACTS:
        found = tables.schema_of(model)
        for name in names:
            kind, said = facts()[name]
            assert found.field(name).nullable is said.optional
            wanted = portfolio.arrow_type(kind, said)
            assert found.field(name).type == (pa.int16() if wanted == pa.int8() else wanted)
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_what_was_loaded_comes_out_byte_by_byte(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolio, "GROUP", 400)
    loaded = state(tmp_path, group=400)
    done = do_load_portfolio(loaded, WHO)
    assert (done.credits, done.parts, done.already) == (1_000, 3, 0)
    out = tmp_path / "corte.parquet"
    assert write_snapshot(DAY, out) == 1_000
    assert out.read_bytes() == loaded.path.read_bytes()
    assert pa.concat_tables(as_columns(DAY)).equals(loaded.read())


def test_the_engine_says_of_the_snapshot_what_it_says_of_the_portfolio(ledger, tmp_path):
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    write_snapshot(DAY, tmp_path / "corte.parquet")
    ways = {"cartera": loaded.path, "corte": tmp_path / "corte.parquet"}
    for name, path in ways.items():
        batch.run(path, DAY, tmp_path / "out" / name, workers=batch.in_threads(1))
    for part in ("loans", "pairs"):
        one, other = (pq.read_table(tmp_path / "out" / name / part) for name in ways)
        assert one.num_rows
        assert one.equals(other)


def test_the_trial_balance_is_zero_and_the_principal_is_what_the_portfolio_owes(ledger, tmp_path):
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    sums = trial_balance()
    assert sum(sums[a.name] for a in ACCOUNTS if not a.in_units) == 0
    assert sum(sums[a.name] for a in ACCOUNTS if a.in_units) == 0
    columns = ["balance_units", "unpaid_interest", "balance", "months_missed"]
    rows = loaded.read(columns).to_pydict()
    assert sums["principal_units"] + sums["principal_due_units"] == sum(rows["balance_units"])
    assert sums["interest"] == sum(rows["unpaid_interest"])
    in_pesos = models.Movement.objects.filter(credit__terms__indexed=False)
    owed = in_pesos.aggregate(not_due=Sum("principal"), due=Sum("principal_due"))
    assert owed["not_due"] + owed["due"] == sum(rows["balance"])
    assert models.Movement.objects.count() == 1_000 + sum(rows["months_missed"]), (
        "one of what is not due, and one of each month missed"
    )
    assert status().left_over == 0
    assert status().balance == sum(rows["balance"])


def test_a_load_that_was_killed_goes_on_and_one_that_is_repeated_does_nothing(
    ledger, tmp_path, monkeypatch
):
    loaded = state(tmp_path, group=300)
    write = loading.PartOf.write

    def dies_in_the_third(part, source):
        wrote = write(part, source)
        if part.part == 2:
            raise KeyboardInterrupt
        return wrote

    monkeypatch.setattr(loading.PartOf, "write", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        do_load_portfolio(loaded, WHO)
    monkeypatch.undo()
    ledger.use()
    there = loaded.read(["months_missed"]).slice(0, 600)["months_missed"].to_pylist()
    assert models.Credit.objects.count() == 600
    assert models.Movement.objects.count() == 600 + sum(there), "whole parts, or nothing of them"
    with pytest.raises(Refused, match="a medias"):
        write_snapshot(DAY, tmp_path / "corte.parquet")
    assert do_load_portfolio(loaded, WHO).already == 2
    assert do_load_portfolio(loaded, WHO).already == 4
    assert models.Credit.objects.count() == 1_000
    assert pa.concat_tables(as_columns(DAY)).equals(loaded.read())
    assert audit.verify().fault is None


def test_a_credit_is_loaded_from_one_portfolio_only(ledger, tmp_path):
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    other = tmp_path / "otra.parquet"
    rows = loaded.read().slice(990)
    portfolio.write(rows, other, as_of=DAY, simulated=True)
    with pytest.raises(Refused, match="10 créditos de esta parte ya están"):
        do_load_portfolio(open_portfolio(other), WHO)
    portfolio.write(pa.concat_tables([rows, rows]), other, as_of=DAY, simulated=False)
    with pytest.raises(Refused, match="dos veces"):
        do_load_portfolio(open_portfolio(other), WHO)
    assert models.Credit.objects.count() == 1_000


@pytest.mark.parametrize("model", models.APPEND_ONLY, ids=lambda m: m.__name__)
def test_the_database_refuses_to_change_what_was_written(ledger, tmp_path, model):
    portfolio_ = state(tmp_path)
    do_load_portfolio(portfolio_, WHO)
    table = model._meta.db_table
    column = model._meta.concrete_fields[-1].column
    statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    if ledger.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    count = model.objects.count()
    for statement in statements:
        if not count and ledger.vendor == "sqlite":
            continue  # its triggers fire for rows, and there are none
        with (
            pytest.raises(IntegrityError, match="solo se agregan filas"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert model.objects.count() == count


def test_every_append_only_table_has_its_triggers(ledger):
    sql = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[ledger.vendor])
        found = [name for (name,) in cursor.fetchall()]
    times = {"sqlite": 2, "postgresql": 1}[ledger.vendor]
    assert sorted(found) == sorted([m._meta.db_table for m in models.APPEND_ONLY] * times)
    changeable = {models.Person, models.ContactPoint, models.Role, models.LatestBalance}
    # Sealed anew when the key changes.
    changeable |= {models.Payer, models.Proof, models.RefundAccount}
    assert set(apps.get_app_config("records").get_models()) - changeable == set(models.APPEND_ONLY)


@pytest.mark.parametrize(
    ("account", "check"), [("cash", "pesos_sum_to_zero"), ("moved_units", "units_sum_to_zero")]
)
def test_the_database_refuses_a_movement_that_leaves_something_over(
    ledger, tmp_path, account, check
):
    do_load_portfolio(state(tmp_path), WHO)
    one = models.Movement.objects.order_by("pk")[0]
    one.pk = None
    setattr(one, account, 1)
    with pytest.raises(IntegrityError, match=check), transaction.atomic():
        one.save(force_insert=True)
    unbalanced = payments(100)
    unbalanced.amounts[AT[account], 0] += 1
    with pytest.raises(Refused, match="no cuadra"):
        do_post_movements("a", first_numbers(1), unbalanced, [], WHO)


def test_a_batch_is_posted_once_and_a_receipt_too(ledger, tmp_path):
    do_load_portfolio(state(tmp_path), WHO)
    numbers = first_numbers(3)
    two = payments(100_00, 250_50, sources=(0, 1))
    done = do_post_movements("lote 1", numbers, two, ["spei-1", "spei-2"], WHO)
    assert (done.booked, done.repeated) == (2, ())
    again = do_post_movements("lote 1", numbers, two, ["spei-1", "spei-2"], WHO)
    assert (again.booked, again.repeated) == (0, ("spei-1", "spei-2"))
    more = payments(100_00, 99, sources=(0, 1))
    done = do_post_movements("lote 2", numbers, more, ["spei-1", "spei-3"], WHO)
    assert (done.booked, done.repeated) == (1, ("spei-1",))
    with pytest.raises(Refused, match="otro contenido"):
        do_post_movements("lote 1", numbers, payments(7), [], WHO)
    with pytest.raises(Refused, match="'spei-2' ya se usó con otro contenido"):
        do_post_movements("lote 3", numbers, payments(5, 9, sources=(0, 1)), ["x", "spei-2"], WHO)
    assert not models.SourceKey.objects.filter(key__in=["x", "lote 3"]).exists(), "all or nothing"
    booked = models.Movement.objects.filter(kind=Kind.PAYMENT).order_by("pk")
    assert [m.cash for m in booked] == [100_00, 250_50, 99]
    assert [m.source.key for m in booked] == ["spei-1", "spei-2", "spei-3"]
    assert sum(trial_balance().values()) == 0
    assert audit.verify().fault is None
    with pytest.raises(Refused, match="9999999999 no está en el libro"):
        do_post_movements("lote 4", ["9999999999"], payments(5), [], WHO)
    with pytest.raises(Refused, match="no sirve"):
        do_post_movements("lote\0", numbers, payments(5), [], WHO)


def test_a_fact_changes_from_its_day_on_and_not_before(ledger, tmp_path):
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    (number,) = first_numbers(1)
    later, latest = date(2024, 8, 1), date(2024, 8, 2)
    changes = {"declared_income": 8_000_00, "in_court": True, "undisbursed": True}
    assert do_record_facts("b", number, later, changes, WHO)
    assert do_record_facts("a", number, latest, {"pension": 5, "pensioned": True}, WHO)
    assert not do_record_facts("b", number, later, changes, WHO)
    assert pa.concat_tables(as_columns(date(2024, 7, 31))).equals(loaded.read())
    was, now = loaded.read().slice(0, 1).to_pylist()[0], row_of(number, later)
    assert now == was | changes
    assert row_of(number, latest) == now | {"pension": 5, "pensioned": True}
    assert row_of(number, date(2024, 6, 29)) is None, "the credit was not there yet"
    balance = models.LatestBalance.objects.get(credit__number=number)
    assert (balance.from_on, balance.months_missed) == (DAY, was["months_missed"])
    for wrong in ({"wages": 1}, {"wage": None}, {"wage": 2_000_000_01}, {"rate": 40_000}):
        with pytest.raises(Refused):
            do_record_facts("c", number, latest, wrong, WHO)
    with pytest.raises(Refused, match="del 2024-08-02, posteriores"):
        do_record_facts("c", number, later, {"pensioned": False}, WHO)
    assert audit.verify().fault is None


def row_of(number: str, day: date) -> dict | None:
    rows = [row for part in as_columns(day) for row in part.to_pylist()]
    return next((row for row in rows if row["credit"] == number), None)


def test_two_writers_at_once_leave_one_chain_and_every_movement(ledger, tmp_path):
    do_load_portfolio(state(tmp_path), WHO)
    numbers = first_numbers(1)
    together = threading.Barrier(2)
    failed = []

    def writes(name):
        try:
            together.wait()
            for at in range(10):
                do_post_movements(f"{name}-{at}", numbers, payments(at + 1), [], WHO)
                do_post_movements(f"both-{at}", numbers, payments(50), [], WHO)
        except Exception as why:  # noqa: BLE001 - shown below
            failed.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=writes, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    cash = models.Movement.objects.filter(kind=Kind.PAYMENT).values_list("cash", flat=True)
    assert sorted(cash) == sorted([*range(1, 11)] * 2 + [50] * 10)
    assert audit.verify().fault is None


def test_a_reader_sees_what_was_and_does_not_wait_for_a_writer(ledger, tmp_path):
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    found, before = [], models.Movement.objects.count()

    def reads():
        with connection.cursor() as cursor:
            if ledger.vendor == "postgresql":
                cursor.execute("SET lock_timeout = '1ms'")
            else:
                cursor.execute("PRAGMA busy_timeout = 0")
        found.append(models.Movement.objects.count())
        found.append(pa.concat_tables(as_columns(DAY)).equals(loaded.read()))
        connection.close()

    with transaction.atomic():
        do_post_movements("half", first_numbers(1), payments(100), [], WHO)
        reader = threading.Thread(target=reads)
        reader.start()
        reader.join()
        assert models.Movement.objects.count() == before + 1
    assert found == [before, True]


def test_nothing_is_written_where_nothing_was_loaded(ledger, tmp_path: Path):
    with pytest.raises(Refused, match="no tiene créditos al 2024-06-30"):
        write_snapshot(DAY, tmp_path / "corte.parquet")
    assert list(as_columns(DAY)) == []
    assert not (tmp_path / "corte.parquet").exists()
