"""Who looked at somebody's file."""

from __future__ import annotations

from django.db import models

from tequio.web.records.models.chain import SourceKey
from tequio.web.records.models.credits import Credit


class Access(models.Model):
    """One look at the file of a credit; who and when is its event's."""

    credit = models.ForeignKey(Credit, models.PROTECT)
    source = models.OneToOneField(SourceKey, models.PROTECT)
    what = models.CharField(max_length=60)  # the command or page
    why = models.TextField(default="")
