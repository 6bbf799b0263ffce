"""Keys of writes, and the chain of events that answers for them."""

from __future__ import annotations

from django.db import models

HASH = 64  # hexadecimal digits of SHA-256


class SourceKey(models.Model):
    """One write, by the key of whoever asked for it: what makes a repetition harmless."""

    key = models.CharField(max_length=200, unique=True)
    content = models.CharField(max_length=HASH)  # SHA-256 of what was asked
    part_of = models.ForeignKey("self", models.PROTECT, null=True)  # a receipt's: its batch


class AuditEvent(models.Model):
    """One link of the chain: who did what to what, and the hash of the link before."""

    position = models.BigIntegerField(primary_key=True)  # 1, 2, 3 …: a gap is a missing link
    source = models.OneToOneField(SourceKey, models.PROTECT)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    initiated_by = models.CharField(max_length=200)
    executed_by = models.CharField(max_length=200)
    before = models.TextField()  # JSON, as it was hashed
    after = models.TextField()
    rows = models.TextField()  # JSON: of each table appended to, how many rows and their hash
    code_sha256 = models.CharField(max_length=HASH)
    law_sha256 = models.CharField(max_length=HASH)
    previous = models.CharField(max_length=HASH)
    hash = models.CharField(max_length=HASH)
