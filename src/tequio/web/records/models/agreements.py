"""Solutions offered on credits, and where each stands."""

from __future__ import annotations

from django.db import models

from tequio.web.records.models.chain import HASH, SourceKey
from tequio.web.records.models.credits import Credit


class Agreement(models.Model):
    """A solution offered on a credit; where it stands is its latest event."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    credit = models.ForeignKey(Credit, models.PROTECT)
    programme = models.CharField(max_length=60)
    offered_on = models.DateField()
    valid_until = models.DateField()
    offer = models.TextField()  # JSON: what the rule quoted, as it was shown
    law_sha256 = models.CharField(max_length=HASH)


class AgreementEvent(models.Model):
    """A step in the life of an agreement. An end is taken back where what it rested on is."""

    class State(models.TextChoices):
        """offered → accepted → in force → fulfilled | lapsed | cancelled."""

        OFFERED = "offered"
        ACCEPTED = "accepted"
        IN_FORCE = "in_force"
        FULFILLED = "fulfilled"
        LAPSED = "lapsed"
        CANCELLED = "cancelled"

    agreement = models.ForeignKey(Agreement, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices)
    on = models.DateField()
    why = models.TextField(default="")
