"""Steps of credits besides money received, guarded as the other tables are."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion

before = import_module("tequio.web.records.migrations.0003_append_only")
KINDS = "signing settlement release refund reversal undoing replay"
# Receipts that came in after a close: those known late are few among the newest.
KNOWN_LATE = "CREATE INDEX records_receipt_id_credit ON records_receipt USING brin (id, credit_id)"


def statements(vendor):
    """What each database is told."""
    if vendor == "postgresql":
        return [before.ON_POSTGRESQL.format(table="step"), KNOWN_LATE]
    verbs = ("UPDATE", "DELETE")
    return [before.ON_SQLITE.format(table="step", verb=verb) for verb in verbs]


def forwards(_, schema_editor):
    """Make triggers."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def points(name, to, **more):
    """A column that points to a row that is never taken away."""
    return (name, models.ForeignKey(on_delete=deletion.PROTECT, to=f"records.{to}", **more))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0005_close_append_only")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("month", models.IntegerField()),
                ("since", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        max_length=10, choices=[(k, k.capitalize()) for k in KINDS.split()]
                    ),
                ),
                ("said", models.TextField(default="")),
                points("credit", "credit"),
                points("source", "sourcekey"),
                points("agreement", "agreement", null=True),
                points("receipt", "receipt", null=True),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=deletion.PROTECT,
                        related_name="undone_by",
                        to="records.step",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month", "credit"], name="step_month_credit")]
            },
        ),
        migrations.RunPython(forwards),
    ]
