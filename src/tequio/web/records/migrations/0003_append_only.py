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
        return [FUNCTION, *triggers, *indexes, VIEW]
    verbs = ("UPDATE", "DELETE")  # there is no TRUNCATE
    return [*(ON_SQLITE.format(table=t, verb=v) for t in TABLES for v in verbs), VIEW]


def forwards(_, schema_editor):
    """Make triggers and view."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0002_facts_and_movements")]
    operations: ClassVar = [migrations.RunPython(forwards)]
