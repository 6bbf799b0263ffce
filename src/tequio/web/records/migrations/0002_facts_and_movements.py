from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("records", "0001_credits")]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme", models.CharField(max_length=60)),
                ("offered_on", models.DateField()),
                ("valid_until", models.DateField()),
                ("offer", models.TextField()),
                ("law_sha256", models.CharField(max_length=64)),
                (
                    "credit",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.credit"),
                ),
                (
                    "source",
                    models.OneToOneField(on_delete=deletion.PROTECT, to="records.sourcekey"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("active_solution", models.SmallIntegerField()),
                ("solution_from", models.DateField(null=True)),
                ("solution_pays", models.IntegerField()),
                ("solution_months_left", models.IntegerField()),
                ("solution_gap", models.SmallIntegerField()),
                ("solution_kept", models.BooleanField()),
                ("agreements_this_year", models.IntegerField()),
                ("times_borron_this_year", models.IntegerField()),
                ("times_jubilados", models.IntegerField()),
                ("times_nivela", models.IntegerField()),
                ("prorroga_months_used", models.IntegerField()),
                ("protection_months_left", models.IntegerField()),
                ("protection_from", models.DateField(null=True)),
                ("sex", models.SmallIntegerField()),
                ("born_on", models.DateField(null=True)),
                ("regime", models.SmallIntegerField()),
                ("employed", models.BooleanField()),
                ("months_in_job", models.IntegerField()),
                ("months_in_last_job", models.IntegerField()),
                ("months_without_job", models.IntegerField()),
                ("paid_without_job", models.BooleanField()),
                ("technical_stoppage", models.BooleanField()),
                ("hardship", models.BooleanField()),
                ("wage", models.IntegerField()),
                ("wage_at_grant", models.IntegerField(null=True)),
                ("declared_income", models.IntegerField(null=True)),
                ("declared_expenses", models.IntegerField(null=True)),
                ("pensioned", models.BooleanField()),
                ("pension", models.IntegerField(null=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "credit_id",
                        "from_on",
                        "source_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("from_on", models.DateField()),
                (
                    "credit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.credit",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.sourcekey",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                ("product", models.SmallIntegerField()),
                ("indexed", models.BooleanField()),
                ("granted_on", models.DateField()),
                ("granted", models.IntegerField()),
                ("granted_units", models.IntegerField()),
                ("instalment", models.IntegerField()),
                ("instalment_units", models.IntegerField()),
                ("rea_instalment", models.IntegerField()),
                ("rea_instalment_units", models.IntegerField()),
                ("rate", models.IntegerField()),
                ("insurance", models.IntegerField()),
                ("protection_fee", models.IntegerField()),
                ("administration_fee", models.IntegerField()),
                ("employer_to_principal", models.BooleanField()),
                ("co_financed", models.BooleanField()),
                ("undisbursed", models.BooleanField()),
                ("ecotechnologies_pending", models.BooleanField()),
                ("in_court", models.BooleanField()),
                ("converted", models.BooleanField()),
                ("converted_on", models.DateField(null=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "credit_id",
                        "from_on",
                        "source_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("from_on", models.DateField()),
                (
                    "credit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.credit",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.sourcekey",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("principal", models.BigIntegerField(default=0)),
                ("principal_due", models.BigIntegerField(default=0)),
                ("interest", models.BigIntegerField(default=0)),
                ("insurance", models.BigIntegerField(default=0)),
                ("fees", models.BigIntegerField(default=0)),
                ("protection_fund", models.BigIntegerField(default=0)),
                ("cash", models.BigIntegerField(default=0)),
                ("employer", models.BigIntegerField(default=0)),
                ("complement_institute", models.BigIntegerField(default=0)),
                ("complement_fund", models.BigIntegerField(default=0)),
                ("forgiven", models.BigIntegerField(default=0)),
                ("waived", models.BigIntegerField(default=0)),
                ("released", models.BigIntegerField(default=0)),
                ("interest_income", models.BigIntegerField(default=0)),
                ("insurance_income", models.BigIntegerField(default=0)),
                ("fees_income", models.BigIntegerField(default=0)),
                ("protection_income", models.BigIntegerField(default=0)),
                ("indexation", models.BigIntegerField(default=0)),
                ("rounding", models.BigIntegerField(default=0)),
                ("payable_to_borrower", models.BigIntegerField(default=0)),
                ("unapplied", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                ("opening", models.BigIntegerField(default=0)),
                ("adjustment", models.BigIntegerField(default=0)),
                ("principal_units", models.BigIntegerField(default=0)),
                ("principal_due_units", models.BigIntegerField(default=0)),
                ("moved_units", models.BigIntegerField(default=0)),
                ("day", models.DateField()),
                ("month", models.IntegerField()),
                ("kind", models.SmallIntegerField()),
                ("channel", models.SmallIntegerField()),
                (
                    "credit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.credit",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=deletion.PROTECT,
                        to="records.movement",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        to="records.sourcekey",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["credit", "day"], name="movement_credit_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("principal"),
                            models.F("principal_due"),
                            models.F("interest"),
                            models.F("insurance"),
                            models.F("fees"),
                            models.F("protection_fund"),
                            models.F("cash"),
                            models.F("employer"),
                            models.F("complement_institute"),
                            models.F("complement_fund"),
                            models.F("forgiven"),
                            models.F("waived"),
                            models.F("released"),
                            models.F("interest_income"),
                            models.F("insurance_income"),
                            models.F("fees_income"),
                            models.F("protection_income"),
                            models.F("indexation"),
                            models.F("rounding"),
                            models.F("payable_to_borrower"),
                            models.F("unapplied"),
                            models.F("refunded"),
                            models.F("opening"),
                            models.F("adjustment"),
                            arg_joiner=" + ",
                            output_field=models.BooleanField(),
                            template="%(expressions)s = 0",
                        ),
                        name="pesos_sum_to_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("principal_units"),
                            models.F("principal_due_units"),
                            models.F("moved_units"),
                            arg_joiner=" + ",
                            output_field=models.BooleanField(),
                            template="%(expressions)s = 0",
                        ),
                        name="units_sum_to_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("in_force", "In Force"),
                            ("fulfilled", "Fulfilled"),
                            ("lapsed", "Lapsed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
                ("why", models.TextField(default="")),
                (
                    "agreement",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.agreement"),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.sourcekey"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "state"), name="a_state_is_entered_once"
                    )
                ],
            },
        ),
    ]
