"""Credits, and what is known of them from a day on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.web.records.columns import CONTRACT, MONTHLY, STANDING, fact_columns, with_columns
from tequio.web.records.models.chain import HASH, SourceKey
from tequio.web.records.models.people import Person


class Load(models.Model):
    """A portfolio that was taken in, or is being taken in; without parts, credits that were settled
    before, which no close bills and no portfolio lists."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    sha256 = models.CharField(max_length=HASH, unique=True)
    as_of = models.DateField()
    simulated = models.BooleanField()
    origin = models.TextField()
    rows = models.BigIntegerField()
    parts = models.IntegerField()


class Credit(models.Model):
    """A credit: its public number, where the home is, and where it came from."""

    load = models.ForeignKey(Load, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    number = models.CharField(max_length=20)
    municipality = models.CharField(max_length=5)

    class Meta:
        constraints: ClassVar = [  # on the column it would come with an index for LIKE
            models.UniqueConstraint(fields=["number"], name="a_credit_is_there_once")
        ]


class Role(models.Model):
    """What a person is to a credit. Many persons a credit, many credits a person."""

    class Kind(models.TextChoices):
        """As the contract or a court says."""

        DEBTOR = "debtor"
        CO_DEBTOR = "co_debtor"
        SPOUSE = "spouse"
        GUARANTOR = "guarantor"
        HEIR = "heir"
        PROXY = "proxy"

    pk = models.CompositePrimaryKey("credit_id", "person_id", "kind")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_on = models.DateField()


class Terms(with_columns(fact_columns(CONTRACT))):
    """The contract of a credit, by vintage: a conversion adds a row."""

    pk = models.CompositePrimaryKey("credit_id", "from_on", "source_id")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    from_on = models.DateField()


class Standing(with_columns(fact_columns(STANDING))):
    """How a credit's debtor stands and which solution runs: a row each time something changes."""

    pk = models.CompositePrimaryKey("credit_id", "from_on", "source_id")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    from_on = models.DateField()


class MonthlyBalance(with_columns(fact_columns(MONTHLY))):
    """What a close found: appended, never updated. `LatestBalance` has each credit's newest."""

    pk = models.CompositePrimaryKey("credit_id", "from_on", "source_id")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    from_on = models.DateField()


class LatestBalance(with_columns(fact_columns(MONTHLY))):
    """The newest balance of each credit: a view."""

    credit = models.OneToOneField(Credit, models.DO_NOTHING, primary_key=True)
    from_on = models.DateField()

    class Meta:
        managed = False
        db_table = "records_latestbalance"
