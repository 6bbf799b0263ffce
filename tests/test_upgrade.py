"""Ledgers of earlier versions are brought up to date, and nothing of them is lost."""

import pyarrow as pa
import pytest

import releases
from ledgers import all_rows
from releases import NAME, NSS, PHONE, kept, read
from tequio.web import start

start()
from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402

from tequio.web.operating.contents import answers, keys_needed  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.models import Person  # noqa: E402
from tequio.web.records.status import status, trial_balance  # noqa: E402
from tequio.web.records.tables import rows_sha256  # noqa: E402

KEPT = sorted({path.name.partition(".")[0] for v in ("sqlite", "postgresql") for path in kept(v)})


def test_some_are_kept_of_both_kinds():
    assert KEPT
    for vendor in ("sqlite", "postgresql"):
        assert [path.name for path in kept(vendor)] == [f"{name}.{vendor}.sql" for name in KEPT]


@pytest.mark.parametrize("name", KEPT)
def test_an_earlier_ledger_is_brought_up_to_date_as_it_was(ledger, run, name):
    ledger.destroy()
    head = read(releases.HERE / f"{name}.{ledger.vendor}.sql", ledger)
    before = all_rows()
    assert before["records_movement"]
    assert run("db", "init")[0] == 0
    after = all_rows()
    before.pop("django_migrations")  # it says the steps that were taken: some more now
    for table, rows in before.items():
        columns = rows[0].keys() if rows else ()
        now = [{column: row[column] for column in columns} for row in after[table]]
        assert sorted(map(str, now)) == sorted(map(str, rows)), table
    assert after["records_latestbalance"], "a view too"
    assert (status().credits, status().left_over) == (releases.CREDITS, 0)
    assert any(trial_balance().values())
    found = verify(head=head)
    assert (found.fault, found.head) == (None, head)
    ana = Person.objects.get(name_sealed__gt="")
    assert (ana.name, ana.nss, ana.contactpoint_set.get().value) == (NAME, NSS, PHONE)
    assert run("doctor")[0] == 0


@pytest.mark.parametrize("name", KEPT)
def test_the_keys_of_an_earlier_ledger_are_known_before_it_is_up_to_date(ledger, name):
    ledger.destroy()
    read(releases.HERE / f"{name}.{ledger.vendor}.sql", ledger)
    with connection.cursor() as cursor:
        assert keys_needed(cursor) == {"first"}


@pytest.mark.parametrize("name", KEPT)
def test_it_is_as_strict_as_a_new_one(ledger, run, name):
    new = guards(ledger)
    ledger.destroy()
    read(releases.HERE / f"{name}.{ledger.vendor}.sql", ledger)
    run("db", "init")
    assert guards(ledger) == new


def guards(ledger) -> set[tuple]:
    """Triggers, indexes and columns, by name."""
    triggers = {
        "sqlite": "SELECT type, name, tbl_name FROM sqlite_master",
        "postgresql": (
            "SELECT 'trigger', tgname, tgrelid::regclass::text FROM pg_trigger "
            "WHERE NOT tgisinternal UNION SELECT 'index', indexname, tablename FROM pg_indexes "
            "WHERE schemaname = 'public' UNION SELECT contype::text, conname, "
            "conrelid::regclass::text FROM pg_constraint WHERE "
            "connamespace = 'public'::regnamespace"
        ),
    }
    with connection.cursor() as cursor:
        found = {tuple(row) for row in answers(cursor, triggers[ledger.vendor])}
        for model in apps.get_app_config("records").get_models():
            table = model._meta.db_table
            described = connection.introspection.get_table_description(cursor, table)
            found |= {(table, column.name, column.null_ok) for column in described}
    return {row for row in found if not str(row[1]).startswith(("sqlite_stat", "sqlite_auto"))}


ROWS = {"id": pa.array([1, 2]), "cash": pa.array([0, 5]), "why": pa.array(["", "x"])}
STRICT = pa.schema([pa.field(n, a.type, nullable=False) for n, a in ROWS.items()])


def with_column(kind: pa.DataType, values: list, *, nullable: bool) -> pa.Table:
    rows = pa.table(ROWS, schema=STRICT)
    return rows.add_column(1, pa.field("later", kind, nullable=nullable), pa.array(values, kind))


@pytest.mark.parametrize(
    ("kind", "values", "nullable"),
    [
        (pa.int64(), [0, 0], False),
        (pa.int64(), [None, None], True),
        (pa.bool_(), [False, False], False),
        (pa.string(), ["", ""], False),
        (pa.date32(), [None, None], True),
    ],
)
def test_a_column_that_came_later_leaves_the_hash_of_older_rows_alone(kind, values, nullable):
    assert rows_sha256(with_column(kind, values, nullable=nullable)) == rows_sha256(
        pa.table(ROWS, schema=STRICT)
    )


@pytest.mark.parametrize(
    ("kind", "values", "nullable"),
    [
        (pa.int64(), [0, 1], False),
        (pa.int64(), [0, 0], True),
        (pa.int64(), [None, 0], True),
        (pa.bool_(), [True, False], False),
        (pa.string(), ["", "x"], False),
        (pa.string(), ["", None], True),
    ],
)
def test_a_column_that_says_something_does_not(kind, values, nullable):
    assert rows_sha256(with_column(kind, values, nullable=nullable)) != rows_sha256(
        pa.table(ROWS, schema=STRICT)
    )
