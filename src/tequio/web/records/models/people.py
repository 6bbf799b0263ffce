"""Who is who, and how they are reached: sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.engine.identifiers import compact
from tequio.web.records.models.chain import HASH, SourceKey
from tequio.web.records.sealing import Sealed, name_key


class Person(models.Model):
    """Somebody, by a key that means nothing outside; identifiers are sealed attributes."""

    name_sealed = models.TextField(default="")
    name_search = models.CharField(max_length=HASH, default="")
    nss_sealed = models.TextField(default="")
    nss_search = models.CharField(max_length=HASH, default="")
    curp_sealed = models.TextField(default="")
    curp_search = models.CharField(max_length=HASH, default="")

    name = Sealed(search=name_key)
    nss = Sealed(search=compact)
    curp = Sealed(search=compact)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=[name], name=f"person_{name}", condition=~models.Q(**{name: ""}))
            for name in ("name_search", "nss_search", "curp_search")
        ]


class ContactPoint(models.Model):
    """A way to reach somebody: who gave it, and when."""

    class Kind(models.TextChoices):
        """What it is."""

        PHONE = "phone"
        EMAIL = "email"
        ADDRESS = "address"

    person = models.ForeignKey(Person, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    given_by = models.CharField(max_length=200)
    given_on = models.DateField()
    value_sealed = models.TextField()
    value_search = models.CharField(max_length=HASH, db_index=True)

    value = Sealed(search=str.casefold)
