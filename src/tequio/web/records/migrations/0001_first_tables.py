from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("municipality", models.CharField(max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("as_of", models.DateField()),
                ("simulated", models.BooleanField()),
                ("origin", models.TextField()),
                ("rows", models.BigIntegerField()),
                ("parts", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="LatestBalance",
            fields=[
                ("balance", models.IntegerField()),
                ("balance_units", models.IntegerField()),
                ("months_left", models.IntegerField()),
                ("months_paid", models.IntegerField()),
                ("months_in_a_row", models.IntegerField()),
                ("months_missed", models.IntegerField()),
                ("unpaid_interest", models.IntegerField()),
                ("principal_paid", models.IntegerField()),
                ("interest_paid", models.IntegerField()),
                (
                    "credit",
                    models.OneToOneField(
                        on_delete=deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="records.credit",
                    ),
                ),
                ("from_on", models.DateField()),
            ],
            options={
                "db_table": "records_latestbalance",
                "managed": False,
            },
        ),
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
            ],
        ),
        migrations.AddField(
            model_name="credit",
            name="load",
            field=models.ForeignKey(db_index=False, on_delete=deletion.PROTECT, to="records.load"),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_sealed", models.TextField(default="")),
                ("nss_sealed", models.TextField(default="")),
                ("nss_search", models.CharField(default="", max_length=64)),
                ("curp_sealed", models.TextField(default="")),
                ("curp_search", models.CharField(default="", max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("nss_search", ""), _negated=True),
                        fields=["nss_search"],
                        name="person_nss_search",
                    ),
                    models.Index(
                        condition=models.Q(("curp_search", ""), _negated=True),
                        fields=["curp_search"],
                        name="person_curp_search",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("content", models.CharField(max_length=64)),
                (
                    "part_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=deletion.PROTECT,
                        to="records.sourcekey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "credit_id",
                        "person_id",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("debtor", "Debtor"),
                            ("co_debtor", "Co Debtor"),
                            ("spouse", "Spouse"),
                            ("guarantor", "Guarantor"),
                            ("heir", "Heir"),
                            ("proxy", "Proxy"),
                        ],
                        max_length=10,
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
                    "person",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.person"),
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
        ),
        migrations.CreateModel(
            name="MonthlyBalance",
            fields=[
                ("balance", models.IntegerField()),
                ("balance_units", models.IntegerField()),
                ("months_left", models.IntegerField()),
                ("months_paid", models.IntegerField()),
                ("months_in_a_row", models.IntegerField()),
                ("months_missed", models.IntegerField()),
                ("unpaid_interest", models.IntegerField()),
                ("principal_paid", models.IntegerField()),
                ("interest_paid", models.IntegerField()),
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
        migrations.AddField(
            model_name="load",
            name="source",
            field=models.OneToOneField(on_delete=deletion.PROTECT, to="records.sourcekey"),
        ),
        migrations.AddField(
            model_name="credit",
            name="source",
            field=models.ForeignKey(
                db_index=False, on_delete=deletion.PROTECT, to="records.sourcekey"
            ),
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Phone"), ("email", "Email"), ("address", "Address")],
                        max_length=10,
                    ),
                ),
                ("given_by", models.CharField(max_length=200)),
                ("given_on", models.DateField()),
                ("value_sealed", models.TextField()),
                ("value_search", models.CharField(db_index=True, max_length=64)),
                (
                    "person",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.person"),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=deletion.PROTECT, to="records.sourcekey"),
                ),
            ],
        ),
    ]
