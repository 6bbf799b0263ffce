"""What the close writes is guarded as the other tables are."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

before = import_module("tequio.web.records.migrations.0003_append_only")
TABLES = ("receipt", "placement", "closedpart", "serviced", "due")
WRITTEN_TOGETHER = ("receipt", "placement", "serviced", "due")
POINTS = {
    "receipt": {"credit_id": "credit", "source_id": "sourcekey"},
    "placement": {
        "movement_id": "movement",
        "receipt_id": "receipt",
        "source_id": "sourcekey",
    },
    "serviced": {"credit_id": "credit", "source_id": "sourcekey"},
    "due": {"credit_id": "credit", "source_id": "sourcekey"},
}
# Movements of some credits since some key: those of other parts of a close lie elsewhere.
BY_SOURCE_AND_CREDIT = """
DROP INDEX records_movement_source;
CREATE INDEX records_movement_source ON records_movement USING brin (source_id, id, credit_id)
"""


def statements(vendor):
    """What each database is told."""
    if vendor == "postgresql":
        return [
            *(before.ON_POSTGRESQL.format(table=table) for table in TABLES),
            *(before.BY_SOURCE.format(table=table) for table in WRITTEN_TOGETHER),
            *(before.DROP_KEYS.format(table=table) for table in POINTS),
            *(
                before.LOOKS.format(table=table, column=column, target=target)
                for table, columns in POINTS.items()
                for column, target in columns.items()
            ),
            BY_SOURCE_AND_CREDIT,
        ]
    verbs = ("UPDATE", "DELETE")
    return [before.ON_SQLITE.format(table=table, verb=verb) for table in TABLES for verb in verbs]


def forwards(_, schema_editor):
    """Make triggers and indexes."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0004_close")]
    operations: ClassVar = [migrations.RunPython(forwards)]
