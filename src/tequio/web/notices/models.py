"""The outbox: what is to be told, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.web.records.models import ContactPoint
from tequio.web.records.sealing import Sealed


class Notice(models.Model):
    """A message to one contact point. Its text is sealed, for it may hold a code or a debt."""

    class State(models.TextChoices):
        """waiting → sending → sent | waiting again | failed | unknown."""

        WAITING = "waiting"
        SENDING = "sending"  # somebody has it in hand
        SENT = "sent"
        FAILED = "failed"  # refused for good, or tried too often
        UNKNOWN = "unknown"  # whoever had it died: it may have been sent, and is not sent again

    key = models.CharField(max_length=120, unique=True)
    contact = models.ForeignKey(ContactPoint, models.PROTECT)
    template = models.CharField(max_length=60)
    version = models.SmallIntegerField()
    text_sealed = models.TextField(default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(default="")

    text = Sealed()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="notice_waiting",
                condition=models.Q(state__in=["waiting", "sending"]),
            )
        ]
