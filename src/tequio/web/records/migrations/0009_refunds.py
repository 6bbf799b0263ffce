"""Refunds and who looked at a file, guarded as the other tables are."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion

before = import_module("tequio.web.records.migrations.0003_append_only")
TABLES = (
    "refund",
    "refundrequest",
    "refundpaper",
    "refundevent",
    "payout",
    "payoutline",
    "payoutfile",
    "access",
)


def statements(vendor):
    """What each database is told."""
    if vendor == "postgresql":
        return [before.ON_POSTGRESQL.format(table=table) for table in TABLES]
    verbs = ("UPDATE", "DELETE")
    return [before.ON_SQLITE.format(table=table, verb=verb) for table in TABLES for verb in verbs]


def forwards(_, schema_editor):
    """Make triggers."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def key():
    """A key that grows."""
    named = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
    return ("id", models.BigAutoField(**named))


def points(name, to):
    """A column that points to a row that is never taken away."""
    return (name, models.ForeignKey(on_delete=deletion.PROTECT, to=f"records.{to}"))


def points_once(name, to):
    """The same, from one row only."""
    return (name, models.OneToOneField(on_delete=deletion.PROTECT, to=f"records.{to}"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0008_intake"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Access",
            fields=[
                key(),
                ("what", models.CharField(max_length=60)),
                ("why", models.TextField(default="")),
                points("credit", "credit"),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                key(),
                ("name", models.CharField(max_length=30, unique=True)),
                ("on", models.DateField()),
                ("payer", models.CharField(max_length=140)),
                ("payer_clabe", models.CharField(max_length=18)),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="PayoutFile",
            fields=[
                key(),
                ("lines", models.IntegerField()),
                ("total", models.BigIntegerField()),
                ("csv_sha256", models.CharField(max_length=64)),
                ("xml_sha256", models.CharField(max_length=64)),
                points_once("payout", "payout"),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                key(),
                ("found_on", models.DateField()),
                ("amount", models.BigIntegerField()),
                points("credit", "credit"),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="RefundAccount",
            fields=[
                key(),
                ("clabe_sealed", models.TextField()),
                ("clabe_search", models.CharField(db_index=True, max_length=64)),
                ("holder_sealed", models.TextField()),
                ("salt_sealed", models.TextField()),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="RefundRequest",
            fields=[
                key(),
                (
                    "capacity",
                    models.CharField(
                        choices=[("holder", "Holder"), ("heir", "Heir"), ("proxy", "Proxy")],
                        max_length=6,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("on", models.DateField()),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "Online"), ("in_person", "In Person")], max_length=9
                    ),
                ),
                ("efirma", models.BooleanField()),
                ("account_sha256", models.CharField(max_length=64)),
                ("name_agrees", models.BooleanField()),
                ("name_why", models.TextField(default="")),
                points_once("account", "refundaccount"),
                points("person", "person"),
                points("refund", "refund"),
                points_once("source", "sourcekey"),
            ],
        ),
        migrations.CreateModel(
            name="RefundPaper",
            fields=[
                key(),
                ("kind", models.CharField(max_length=20)),
                ("dated", models.DateField()),
                ("sha256", models.CharField(max_length=64)),
                ("reference", models.TextField(default="")),
                points("source", "sourcekey"),
                points("request", "refundrequest"),
            ],
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                key(),
                ("attempt", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                points("payout", "payout"),
                points_once("step", "step"),
                points_once("source", "sourcekey"),
                points("refund", "refund"),
                points("request", "refundrequest"),
            ],
        ),
        migrations.CreateModel(
            name="RefundEvent",
            fields=[
                key(),
                ("place", models.SmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("told", "Told"),
                            ("asked", "Asked"),
                            ("first", "First"),
                            ("validated", "Validated"),
                            ("in_payout", "In Payout"),
                            ("paid", "Paid"),
                            ("returned", "Returned"),
                            ("retried", "Retried"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=9,
                    ),
                ),
                ("on", models.DateField()),
                ("why", models.TextField(default="")),
                points("refund", "refund"),
                points("source", "sourcekey"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("refund", "place"), name="a_refund_event_has_its_place"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="refundrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="a_request_has_an_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.UniqueConstraint(
                fields=("refund", "attempt"), name="an_attempt_is_made_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="a_line_has_an_amount"
            ),
        ),
        migrations.RunPython(forwards),
    ]
