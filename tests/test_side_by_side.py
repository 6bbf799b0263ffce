"""Parts at once, and others who write meanwhile: nothing is lost, counted twice or out of order."""

import threading
from collections.abc import Callable
from datetime import date
from itertools import count

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closes import WHO, check_balances, day_number, post
from ledgers import regrouped, state
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.web import start

start()
from django.db import connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tequio.core.months import last_of, month_number  # noqa: E402
from tequio.web.records import audit, binary, closing, models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.side_by_side import (  # noqa: E402
    COMMIT,
    KEYS,
    StoppedError,
    Turns,
    side_by_side,
)
from tequio.web.records.tables import new_ids  # noqa: E402

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)
MIDDLE = day_number(date(2024, 7, 15))
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"


@pytest.fixture
def on_postgresql(loaded):
    """Where more than one writes at a time."""
    if loaded.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    return loaded


def in_threads(*works: Callable[[], object]) -> Callable[[], None]:
    """Begun; what is given back waits for their end and raises what one of them raised."""
    failed: list[BaseException] = []

    def run(work):
        try:
            work()
        except BaseException as why:  # noqa: BLE001 - raised below
            failed.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()

    def end():
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    return end


def placed() -> list[int]:
    """The receipts of which, without what was taken back and booked again, all is booked once."""
    stands = models.Placement.objects.filter(movement__movement=None).order_by()
    sums = stands.values("receipt_id", "receipt__amount").annotate(
        sum=Sum("movement__cash") + Sum("movement__employer")
    )
    return sorted(one["receipt_id"] for one in sums if one["sum"] == one["receipt__amount"])


def kept() -> list[int]:
    return sorted(models.Receipt.objects.values_list("pk", flat=True))


def test_a_key_drawn_before_the_mark_is_waited_for_and_placed(on_postgresql):
    drawn = threading.Event()

    def slow():
        with transaction.atomic():
            post("slow", np.arange(300), MIDDLE, 1_000_00)
            drawn.set()
            with connection.cursor() as cursor:
                waiting = 0
                while not waiting:  # until a part of the close asks for the books
                    cursor.execute(WAITING)
                    (waiting,) = cursor.fetchone()
            assert not models.ClosedPart.objects.exists()

    end = in_threads(slow)
    drawn.wait()
    do_close_month(JULY, WHO)
    end()
    assert placed() == kept()
    assert len(kept()) == 300
    check_balances(month_number(JULY))


def test_who_writes_waits_for_no_part_and_what_came_late_is_placed_next(on_postgresql, monkeypatch):
    write, written = closing.CloseOf.write_movements, threading.Event()

    def meanwhile():
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '20s'")
        post("late", np.arange(300), MIDDLE, 1_000_00)

    def paused(part, *rest):
        if part.part.part == 0:
            in_threads(meanwhile)()
            written.set()
        else:
            assert written.wait(60), "the others' marks are older too"
        return write(part, *rest)

    post("early", np.arange(300), MIDDLE, 7_00)
    monkeypatch.setattr(closing.CloseOf, "write_movements", paused)
    do_close_month(JULY, WHO)
    monkeypatch.undo()
    late = models.Receipt.objects.filter(source__key__startswith="late")
    marks = {part.part: part.receipts_to for part in models.ClosedPart.objects.all()}
    assert late.filter(credit__lte=100, pk__gt=marks[0]).count() == 100, "after the mark of theirs"
    here = set(placed())
    for receipt in models.Receipt.objects.all():
        part = (receipt.credit_id - 1) // 100
        assert (receipt.pk in here) is (receipt.pk <= marks[part])
    check_balances(month_number(JULY))
    do_close_month(AUGUST, WHO)
    assert placed() == kept()
    check_balances(month_number(AUGUST))
    assert audit.verify().fault is None


def test_many_write_while_months_close_and_each_receipt_is_placed_once(on_postgresql):
    over = threading.Event()

    def writes(name):
        random = np.random.default_rng(len(name))
        for at in count():
            rows = random.integers(0, 300, 7)
            post(f"{name}-{at}", rows, MIDDLE + random.integers(-10, 30, 7), 100_00)
            if over.is_set():
                break

    end = in_threads(*(lambda name=name: writes(name) for name in ("a", "bb", "ccc")))
    try:
        for month in range(month_number(JULY), month_number(JULY) + 4):
            do_close_month(last_of(month), WHO)
    finally:
        over.set()
        end()
    do_close_month(last_of(month + 1), WHO)
    assert len(kept()) > 7 * 3
    assert placed() == kept()
    check_balances(month + 1)
    assert audit.verify().fault is None


def test_a_load_keeps_the_order_of_its_file_and_its_chain(ledger, tmp_path):
    loaded = state(tmp_path, group=37)
    do_load_portfolio(loaded, WHO)
    numbers = list(models.Credit.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == loaded.read()["credit"].to_pylist()
    events = models.AuditEvent.objects.order_by("position").values_list("source__key", flat=True)
    parts = [int(key.rpartition(":")[2]) for key in list(events)[1:]]
    assert parts == list(range(loaded.row_groups))


def test_a_credit_in_two_parts_is_refused_and_the_first_stays(ledger, tmp_path):
    loaded = state(tmp_path, group=400)
    rows = loaded.read()
    again = pa.concat_tables([rows.slice(700, 299), rows.slice(0, 1)])
    path = tmp_path / "doble.parquet"
    regrouped([rows.slice(0, 300), again], path, loaded.about)
    pq.write_table(pq.read_table(path), path, row_group_size=300)
    whole = open_portfolio(path)
    assert whole.row_groups == 2
    with pytest.raises(Refused, match=r"está en dos partes de la cartera|ya están en el libro"):
        do_load_portfolio(whole, WHO)
    assert models.Credit.objects.count() == 300
    assert audit.verify().fault is None


def test_keys_drawn_at_once_have_no_gap_and_no_two_the_same(on_postgresql):
    drawn = []

    def draws():
        for _ in range(20):
            with transaction.atomic():
                drawn.append(new_ids(models.Movement, 2_000).to_numpy())

    in_threads(draws, draws, draws)()
    assert all((np.diff(keys) == 1).all() for keys in drawn)
    assert len(np.unique(np.concatenate(drawn))) == 3 * 20 * 2_000


@pytest.mark.parametrize("fails", [0, 3, 6])
def test_parts_commit_in_order_up_to_the_one_that_fails(ledger, fails):
    seen = {KEYS: [], COMMIT: []}

    def write(place, turns):
        for gate in (KEYS, COMMIT):
            turns.wait(gate, place)
            if place == fails and gate == COMMIT:
                raise ZeroDivisionError
            seen[gate].append(place)
            if gate == KEYS:
                turns.leave(gate, place)
        return True

    with pytest.raises(ZeroDivisionError):
        side_by_side(7, write)
    assert seen[COMMIT] == list(range(fails))
    assert seen[KEYS][: fails + 1] == list(range(fails + 1))


def test_who_is_told_to_stop_does_not_go_on():
    turns = Turns()
    turns.leave(COMMIT, 0)
    turns.stop()
    turns.wait(COMMIT, 1)
    with pytest.raises(StoppedError):
        turns.wait(COMMIT, 2)


BIG = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-(2**15), 2**15 - 1)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
CELLS = {
    "big": (pa.int64(), BIG),
    "maybe_big": (pa.int64(), st.none() | BIG),
    "word": (pa.string(), TEXT),
    "maybe_word": (pa.string(), st.none() | TEXT),
    "small": (pa.int16(), SMALL),
    "maybe_small": (pa.int16(), st.none() | SMALL),
    "flag": (pa.bool_(), st.booleans()),
    "day": (pa.date32(), st.dates()),
    "maybe_day": (pa.date32(), st.none() | st.dates()),
}
KINDS = {"int64": "bigint", "int16": "smallint", "string": "text", "bool": "boolean"}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*(cell for _, cell in CELLS.values())), min_size=1, max_size=9))
def test_what_goes_in_by_binary_copy_comes_out(on_postgresql, values):
    schema = pa.schema([(name, kind) for name, (kind, _) in CELLS.items()])
    rows = pa.Table.from_pylist([dict(zip(CELLS, row, strict=True)) for row in values], schema)
    sent = binary.fixed_first(rows)
    fixed = sum(map(binary.is_fixed, sent.columns))
    columns = ", ".join(f"{f.name} {KINDS.get(str(f.type), 'date')}" for f in schema)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE cells ({columns}) ON COMMIT DROP")
        into = f"COPY cells ({', '.join(sent.column_names)}) FROM STDIN (FORMAT binary)"
        with cursor.copy(into) as copy:
            copy.write(binary.HEAD)
            for batch in sent.to_batches(4):
                copy.write(binary.rows_of(batch.columns, fixed).data)
            copy.write(binary.END)
        cursor.execute(f"SELECT {', '.join(CELLS)} FROM cells")
        assert cursor.fetchall() == values
