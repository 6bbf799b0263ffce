"""What happened to a credit besides money received: the steps that servicing repeats."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.web.records.models.agreements import Agreement
from tequio.web.records.models.chain import SourceKey
from tequio.web.records.models.credits import Credit
from tequio.web.records.models.movements import Receipt


class Step(models.Model):
    """One step of a credit, known in its open month; `said` has what it takes to repeat it."""

    class Kind(models.TextChoices):
        """What it was."""

        SIGNING = "signing"
        SETTLEMENT = "settlement"
        RELEASE = "release"
        REFUND = "refund"
        REVERSAL = "reversal"  # a receipt is taken back
        UNDOING = "undoing"  # another step is taken back
        REPLAY = "replay"  # receipts known late are counted on their days

    credit = models.ForeignKey(Credit, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT)
    day = models.DateField()  # value day
    month = models.IntegerField()  # the open month in which it was booked: year x 12 + month - 1
    since = models.IntegerField()  # the first month that was counted again for it
    kind = models.CharField(max_length=10, choices=Kind.choices)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    said = models.TextField(default="")  # JSON

    class Meta:
        indexes: ClassVar = [models.Index(fields=["month", "credit"], name="step_month_credit")]
