"""The database itself refuses to change what was written; a view has each credit's newest balance.

Whoever owns the tables can drop a trigger: in production the program's role should not own them.
"""

from typing import ClassVar

from django.db import migrations

TABLES = (
    "sourcekey",
    "auditevent",
    "load",
    "credit",
    "terms",
    "standing",
    "monthlybalance",
    "movement",
    "agreement",
    "agreementevent",
)
# What one write appended lies together, so that a few pages of index find it.
WRITTEN_TOGETHER = ("credit", "terms", "standing", "monthlybalance", "movement")
REFUSAL = "solo se agregan filas: una corrección es otra fila"
FUNCTION = f"""
CREATE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% no admite %: {REFUSAL}', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
ON_POSTGRESQL = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON records_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION records_append_only()
"""
# A key is looked for once a statement, not once a row: what it points to is never taken away.
POINTS = {
    "credit": {"load_id": "load", "source_id": "sourcekey"},
    "role": {"credit_id": "credit", "person_id": "person", "source_id": "sourcekey"},
    "terms": {"credit_id": "credit", "source_id": "sourcekey"},
    "standing": {"credit_id": "credit", "source_id": "sourcekey"},
    "monthlybalance": {"credit_id": "credit", "source_id": "sourcekey"},
    "movement": {"credit_id": "credit", "source_id": "sourcekey", "reverses_id": "movement"},
}
DROP_KEYS = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid = 'records_{table}'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.place, found.conname);
    END LOOP;
END $$
"""
POINTS_AT = """
CREATE FUNCTION records_points_at() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE low bigint; high bigint; missing bigint;
BEGIN
    EXECUTE format('SELECT min(%1$I), max(%1$I) FROM added', TG_ARGV[0]) INTO low, high;
    IF low IS NULL THEN RETURN NULL; END IF;
    EXECUTE format(
        'SELECT %1$I FROM added WHERE %1$I IS NOT NULL AND NOT EXISTS (SELECT FROM %2$I AS there '
        'WHERE there.id = added.%1$I AND there.id BETWEEN %3$s AND %4$s) LIMIT 1',
        TG_ARGV[0], TG_ARGV[1], low, high) INTO missing;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION '%.% = %: no existe en %', TG_TABLE_NAME, TG_ARGV[0], missing, TG_ARGV[1]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""
LOOKS = """
CREATE TRIGGER {column}_is_there AFTER INSERT ON records_{table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION records_points_at('{column}', 'records_{target}')
"""
PERSON_STAYS = """
CREATE TRIGGER person_stays BEFORE UPDATE OF id OR DELETE OR TRUNCATE ON records_person
    FOR EACH STATEMENT EXECUTE FUNCTION records_append_only()
"""
BY_SOURCE = "CREATE INDEX records_{table}_source ON records_{table} USING brin (source_id)"
ON_SQLITE = f"""
CREATE TRIGGER records_{{table}}_{{verb}} BEFORE {{verb}} ON records_{{table}}
BEGIN
    SELECT RAISE(ABORT, 'records_{{table}} no admite {{verb}}: {REFUSAL}');
END
"""
BALANCE = (
    "credit_id",
    "from_on",
    "balance",
    "balance_units",
    "months_left",
    "months_paid",
    "months_in_a_row",
    "months_missed",
    "unpaid_interest",
    "principal_paid",
    "interest_paid",
)
VIEW = f"""
CREATE VIEW records_latestbalance AS
SELECT {", ".join(BALANCE)} FROM (
    SELECT *, row_number() OVER (
        PARTITION BY credit_id ORDER BY from_on DESC, source_id DESC
    ) AS place FROM records_monthlybalance
) AS dated WHERE place = 1
"""


def statements(vendor):
    """What each database is told."""
    if vendor == "postgresql":
        triggers = (ON_POSTGRESQL.format(table=table) for table in TABLES)
        indexes = (BY_SOURCE.format(table=table) for table in WRITTEN_TOGETHER)
        drops = (DROP_KEYS.format(table=table) for table in POINTS)
        looks = (
            LOOKS.format(table=table, column=column, target=target)
            for table, columns in POINTS.items()
            for column, target in columns.items()
        )
        return [
            *(FUNCTION, POINTS_AT, PERSON_STAYS, VIEW),
            *(*triggers, *indexes, *drops, *looks),
        ]
    verbs = ("UPDATE", "DELETE")  # there is no TRUNCATE
    return [*(ON_SQLITE.format(table=t, verb=v) for t in TABLES for v in verbs), VIEW]


def forwards(_, schema_editor):
    """Make triggers and view."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0002_more_tables")]
    operations: ClassVar = [migrations.RunPython(forwards)]
