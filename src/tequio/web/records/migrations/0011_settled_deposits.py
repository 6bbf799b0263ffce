"""A deposit for a credit that was settled before it came in waits for that reason."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0010_in_bulk")]
    operations: ClassVar = [
        migrations.AlterField(
            "deposit",
            "matched",
            models.SmallIntegerField(
                choices=[
                    (1, "Reference"),
                    (2, "Credit"),
                    (3, "Nss"),
                    (10, "Nothing"),
                    (11, "Unknown"),
                    (12, "Several"),
                    (13, "Before"),
                    (14, "Settled"),
                ]
            ),
        )
    ]
