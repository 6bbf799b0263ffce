"""Files of banks and employers, deposits and what became of them, and claims to have paid."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models

before = import_module("tequio.web.records.migrations.0003_append_only")
close = import_module("tequio.web.records.migrations.0004_close")
SMALL, BIG, TEXT = models.SmallIntegerField, models.BigIntegerField, models.TextField
HASH = 64
TABLES = ("bankfile", "setaside", "deposit", "assignment", "claim", "claimevent")
WRITTEN_TOGETHER = ("setaside", "deposit", "assignment")
POINTS = {
    "setaside": {"file_id": "bankfile", "source_id": "sourcekey"},
    "deposit": {"file_id": "bankfile", "source_id": "sourcekey", "credit_id": "credit"},
    "payer": {"deposit_id": "deposit"},
    "assignment": {"deposit_id": "deposit", "source_id": "sourcekey", "receipt_id": "receipt"},
}


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
        ]
    verbs = ("UPDATE", "DELETE")
    return [before.ON_SQLITE.format(table=table, verb=verb) for table in TABLES for verb in verbs]


def forwards(_, schema_editor):
    """Make triggers and indexes."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def chosen(*names):
    """Whole numbers from 1 on, or from where a name says, and what they are called."""
    return SMALL(choices=[(int(name.split("=")[1]), name.split("=")[0]) for name in names])


def has_an_amount(model, name):
    """More than nothing."""
    check = models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name=name)
    return migrations.AddConstraint(model, check)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0007_promises")]
    operations: ClassVar = [
        migrations.AddField("person", "name_search", models.CharField(default="", max_length=HASH)),
        migrations.AddIndex(
            "person",
            models.Index(
                condition=models.Q(("name_search", ""), _negated=True),
                fields=["name_search"],
                name="person_name_search",
            ),
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                close.key(),
                close.points_once("source", "sourcekey"),
                ("sha256", models.CharField(max_length=HASH, unique=True)),
                ("kind", chosen("Csv=1", "Camt=2", "Remittance=3")),
                ("name", TEXT()),
                ("as_of", models.DateField()),
                ("rows", BIG()),
                ("declared_rows", BIG(null=True)),
                ("total", BIG()),
                ("declared_total", BIG(null=True)),
                ("payments", BIG()),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                close.key(),
                close.points("file", "bankfile"),
                close.SOURCE,
                ("line", BIG()),
                ("field", models.CharField(max_length=60)),
                ("why", TEXT()),
                ("mend", TEXT()),
                ("amount", BIG(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                close.key(),
                close.SOURCE,
                close.points("file", "bankfile", db_index=False),
                ("line", BIG()),
                ("key", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("amount", BIG()),
                ("channel", SMALL()),
                ("intent", SMALL()),
                ("from_employer", models.BooleanField()),
                ("reference", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=40)),
                ("municipality", models.CharField(max_length=5)),
                (
                    "matched",
                    chosen(
                        "Reference=1",
                        "Credit=2",
                        "Nss=3",
                        "Nothing=10",
                        "Unknown=11",
                        "Several=12",
                        "Before=13",
                    ),
                ),
                close.points("credit", "credit", null=True, db_index=False),
            ],
        ),
        migrations.AddConstraint(
            "deposit", models.UniqueConstraint(fields=("key",), name="a_payment_is_taken_once")
        ),
        has_an_amount("deposit", "a_deposit_has_an_amount"),
        migrations.CreateModel(
            name="Payer",
            fields=[
                close.points_once("deposit", "deposit", primary_key=True, serialize=False),
                ("name_sealed", TEXT(default="")),
                ("concept_sealed", TEXT(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                close.key(),
                close.points("deposit", "deposit"),
                close.SOURCE,
                ("kind", chosen("Applied=1", "Returned=2", "Taken Back=3")),
                ("amount", BIG()),
                close.points("receipt", "receipt", null=True, db_index=False),
                ("why", TEXT()),
            ],
        ),
        has_an_amount("assignment", "an_assignment_has_an_amount"),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=models.Q(("kind", 2), ("receipt", None))
                | ~models.Q(("kind", 2)) & ~models.Q(("receipt", None)),
                name="what_is_applied_is_a_receipt",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.UniqueConstraint(fields=("receipt", "kind"), name="a_receipt_is_of_one_deposit"),
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                close.key(),
                close.points_once("source", "sourcekey"),
                close.points("credit", "credit"),
                ("day", models.DateField()),
                ("amount", BIG()),
                ("channel", SMALL()),
                ("proof_sha256", models.CharField(max_length=HASH)),
            ],
        ),
        has_an_amount("claim", "a_claim_has_an_amount"),
        migrations.CreateModel(
            name="Proof",
            fields=[
                close.points_once("claim", "claim", primary_key=True, serialize=False),
                ("content_sealed", TEXT(default="")),
            ],
        ),
        migrations.CreateModel(
            name="ClaimEvent",
            fields=[
                close.key(),
                close.points("claim", "claim"),
                close.SOURCE,
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("not_found", "Not Found"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                close.points("deposit", "deposit", null=True),
                ("why", TEXT()),
            ],
        ),
        migrations.RunPython(forwards),
    ]
