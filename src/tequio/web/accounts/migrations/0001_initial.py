"""The first tables."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tequio.web.accounts.roles


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [
        ("records", "0005_close_append_only"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=60, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("borrower", "acreditada o acreditado"),
                            ("adviser", "asesor de centro de servicio"),
                            ("call_adviser", "asesor telefónico"),
                            ("supervisor", "supervisor"),
                            ("brigade", "brigadista"),
                            ("planner", "planeación de campañas"),
                            ("analyst", "análisis"),
                            ("auditor", "auditoría"),
                            ("administrator", "administración"),
                        ],
                        max_length=20,
                    ),
                ),
                ("office", models.CharField(default="", max_length=5)),
                ("is_active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[("open", "Open"), ("recover", "Recover"), ("sign", "Sign")],
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="records.person"
                    ),
                ),
                (
                    "sent_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.contactpoint",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("person__isnull", False),
                        ("role", tequio.web.accounts.roles.Role["BORROWER"]),
                    ),
                    models.Q(
                        models.Q(
                            ("role", tequio.web.accounts.roles.Role["BORROWER"]), _negated=True
                        ),
                        ("person__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_borrower_is_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="code",
            index=models.Index(fields=["person", "use"], name="code_person_use"),
        ),
    ]
