"""Rows by the hundred thousand cost the server less: keys are looked for in one go, and what is
rarely there has an index of its own size."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

first = import_module("tequio.web.records.migrations.0003_append_only")
second = import_module("tequio.web.records.migrations.0005_close_append_only")
POINTS = first.POINTS | second.POINTS
# All columns of a statement's rows are gone through once. Keys between the least and the greatest
# without a gap are all there; only where there are gaps is each looked for.
POINTS_AT = """
CREATE OR REPLACE FUNCTION records_points_at() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked text := ''; low bigint[]; high bigint[]; size bigint[]; at int; found bigint;
BEGIN
    FOR at IN 0 .. TG_NARGS / 2 - 1 LOOP
        asked := asked || format(', %s(%I)', '%1$s', TG_ARGV[2 * at]);
    END LOOP;
    asked := substr(asked, 3);
    EXECUTE format('SELECT ARRAY[%s], ARRAY[%s], ARRAY[%s] FROM added', format(asked, 'min'),
        format(asked, 'max'), format(asked, 'count')) INTO low, high, size;
    FOR at IN 1 .. TG_NARGS / 2 LOOP
        CONTINUE WHEN size[at] = 0;
        found := 0;
        IF high[at] - low[at] < 4 * size[at] THEN
            EXECUTE format('SELECT count(*) FROM %I WHERE id BETWEEN $1 AND $2',
                TG_ARGV[2 * at - 1]) INTO found USING low[at], high[at];
        END IF;
        CONTINUE WHEN found = high[at] - low[at] + 1;
        EXECUTE format(
            'SELECT %1$I FROM added WHERE %1$I IS NOT NULL AND NOT EXISTS (SELECT FROM %2$I AS '
            'there WHERE there.id = added.%1$I AND there.id BETWEEN $1 AND $2) LIMIT 1',
            TG_ARGV[2 * at - 2], TG_ARGV[2 * at - 1]) INTO found USING low[at], high[at];
        IF found IS NOT NULL THEN
            RAISE EXCEPTION '%.% = %: no existe en %', TG_TABLE_NAME, TG_ARGV[2 * at - 2], found,
                TG_ARGV[2 * at - 1] USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
NO_LOOK = "DROP TRIGGER {column}_is_there ON records_{table}"
LOOKS = """
CREATE TRIGGER keys_are_there AFTER INSERT ON records_{table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION records_points_at({pairs})
"""
# A reversal is rare: its index has only those there are.
REVERSED_ONCE = """
ALTER TABLE records_movement DROP CONSTRAINT records_movement_reverses_id_key;
CREATE UNIQUE INDEX records_movement_reverses ON records_movement (reverses_id)
    WHERE reverses_id IS NOT NULL
"""


def looks():
    """One look a statement instead of one a column."""
    for table, columns in POINTS.items():
        pairs = ", ".join(f"'{column}', 'records_{to}'" for column, to in columns.items())
        yield from (NO_LOOK.format(table=table, column=column) for column in columns)
        yield LOOKS.format(table=table, pairs=pairs)


def forwards(_, schema_editor):
    """PostgreSQL only: SQLite has one writer, who is not waited for."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in (POINTS_AT, *looks(), REVERSED_ONCE):
            schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0009_refunds")]
    operations: ClassVar = [migrations.RunPython(forwards)]
