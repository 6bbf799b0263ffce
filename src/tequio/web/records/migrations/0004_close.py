from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion

ACCOUNTS = (
    "principal principal_due interest insurance fees protection_fund cash employer "
    "complement_institute complement_fund forgiven waived released interest_income "
    "insurance_income fees_income protection_income indexation rounding payable_to_borrower "
    "unapplied refunded opening adjustment principal_units principal_due_units moved_units"
)
SMALL, BIG = models.SmallIntegerField, models.BigIntegerField
SERVICED = (
    (SMALL, "indexed"),
    (BIG, "rate instalment"),
    (SMALL, "regime"),
    (BIG, "charge_insurance charge_fees charge_protection fees_index"),
    (SMALL, "employer_to_principal months_left"),
    (BIG, "insurance fees protection_fund interest principal_due principal payable_to_borrower"),
    (BIG, "unapplied principal_units principal_due_units"),
    (SMALL, "gap"),
    (BIG, "pays"),
    (SMALL, "stage_left payer second_gap"),
    (BIG, "second_pays"),
    (SMALL, "second_left second_payer third_gap"),
    (BIG, "third_pays"),
    (SMALL, "third_left third_payer"),
    (BIG, "waiting reward"),
    (SMALL, "reward_left on_default"),
    (BIG, "waived"),
    (SMALL, "restructured effective in_a_row missed missed_by_employer oldest status month begun"),
    (BIG, "index price"),
    (SMALL, "accrued_day"),
    (BIG, "numerator accrued accrued_worth"),
    (SMALL, "billed"),
    (BIG, "now_insurance now_fees now_protection now_interest now_worth advanced"),
    (SMALL, "settling relevel open"),
)
DUES = (
    (SMALL, "month"),
    (BIG, "due_on"),
    (SMALL, "payroll counted counts"),
    (BIG, "insurance fees protection_fund interest principal units"),
)
USUALLY = {"gap": -1, "second_gap": -1, "third_gap": -1, "oldest": -1}


def columns(declared):
    """The columns of a table, each with what most of its rows have."""
    return [
        (name, kind(db_default=USUALLY.get(name, 0)))
        for kind, names in declared
        for name in names.split()
    ]


def key():
    """A key that grows."""
    named = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
    return ("id", models.BigAutoField(**named))


def keys(*names):
    """A key of several columns."""
    made = {"blank": True, "editable": False, "primary_key": True, "serialize": False}
    return ("pk", models.CompositePrimaryKey(*names, **made))


def points(name, to, **more):
    """A column that points to a row that is never taken away."""
    return (name, models.ForeignKey(on_delete=deletion.PROTECT, to=f"records.{to}", **more))


def points_once(name, to, **more):
    """The same, from one row only."""
    return (name, models.OneToOneField(on_delete=deletion.PROTECT, to=f"records.{to}", **more))


CREDIT = points("credit", "credit", db_index=False)
SOURCE = points("source", "sourcekey", db_index=False)


def set_defaults(_, schema_editor):
    """On PostgreSQL a movement's columns that are zero need not be sent; elsewhere all are."""
    if schema_editor.connection.vendor == "postgresql":
        sets = ", ".join(f"ALTER COLUMN {name} SET DEFAULT 0" for name in ACCOUNTS.split())
        schema_editor.execute(f"ALTER TABLE records_movement {sets}", None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0003_append_only")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("movement", name, BIG(db_default=0, default=0))
                for name in ACCOUNTS.split()
            ],
            database_operations=[migrations.RunPython(set_defaults)],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                key(),
                CREDIT,
                points_once("source", "sourcekey"),
                ("day", models.DateField()),
                ("amount", BIG()),
                ("channel", SMALL()),
                ("intent", SMALL()),
                ("from_employer", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["credit", "day"], name="receipt_credit_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_receipt_has_an_amount"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                points_once("movement", "movement", primary_key=True, serialize=False),
                points("receipt", "receipt"),
                SOURCE,
            ],
        ),
        migrations.CreateModel(
            name="ClosedPart",
            fields=[
                key(),
                points_once("source", "sourcekey"),
                points("load", "load"),
                ("month", models.IntegerField()),
                ("part", models.IntegerField()),
                ("first", BIG()),
                ("last", BIG()),
                ("movements_to", BIG()),
                ("receipts_to", BIG()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("load", "month", "part"), name="a_part_closes_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Serviced",
            fields=[
                *columns(SERVICED),
                keys("month", "credit_id", "source_id"),
                CREDIT,
                SOURCE,
            ],
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                *columns(DUES),
                keys("credit_id", "month", "source_id"),
                CREDIT,
                SOURCE,
            ],
        ),
    ]
