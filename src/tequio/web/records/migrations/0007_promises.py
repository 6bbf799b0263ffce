"""An agreement may come back to a state: what becomes known later, or is undone, takes an end back.

SQLite makes the table anew without its triggers: they are made again.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

before = import_module("tequio.web.records.migrations.0003_append_only")
VERBS = ("UPDATE", "DELETE")


def forwards(_, schema_editor):
    """The triggers of the new table."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in VERBS:
            schema_editor.execute(before.ON_SQLITE.format(table="agreementevent", verb=verb), None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0006_steps")]
    operations: ClassVar = [
        migrations.RemoveConstraint("agreementevent", "a_state_is_entered_once"),
        migrations.RunPython(forwards),
    ]
