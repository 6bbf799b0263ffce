"""Where tries are counted, for all workers and machines together."""

from typing import ClassVar

from django.core.management import call_command
from django.db import migrations


def make_table(_, schema_editor):
    """Django's own command makes it, as the settings say."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_table)]
