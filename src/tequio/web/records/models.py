"""Every table. Rows only: what a figure means is decided in the rooms below.

Facts are added with the day from which they hold and never changed; what is read is the latest row
of a day. The database itself refuses to change the rows of the tables in `APPEND_ONLY`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.engine.identifiers import compact
from tequio.web.records.columns import (
    CONTRACT,
    MONTHLY,
    STANDING,
    account_columns,
    due_columns,
    fact_columns,
    servicing_columns,
    sums_to_zero,
    with_columns,
)
from tequio.web.records.sealing import Sealed

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


class Person(models.Model):
    """Somebody, by a key that means nothing outside; identifiers are sealed attributes."""

    name_sealed = models.TextField(default="")
    nss_sealed = models.TextField(default="")
    nss_search = models.CharField(max_length=HASH, default="")
    curp_sealed = models.TextField(default="")
    curp_search = models.CharField(max_length=HASH, default="")

    name = Sealed()
    nss = Sealed(search=compact)
    curp = Sealed(search=compact)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=[name], name=f"person_{name}", condition=~models.Q(**{name: ""}))
            for name in ("nss_search", "curp_search")
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


class Load(models.Model):
    """A portfolio that was taken in, or is being taken in."""

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


class Movement(with_columns(account_columns())):
    """One event on one credit; its pesos sum to zero, and so do its units."""

    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    day = models.DateField()  # value day
    month = models.IntegerField()  # whose instalment it belongs to: year x 12 + month - 1
    kind = models.SmallIntegerField()  # `servicing.accounts.Kind`
    channel = models.SmallIntegerField()  # `servicing.accounts.Channel`
    reverses = models.OneToOneField("self", models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["credit", "day"], name="movement_credit_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=sums_to_zero(in_units=False), name="pesos_sum_to_zero"
            ),
            models.CheckConstraint(condition=sums_to_zero(in_units=True), name="units_sum_to_zero"),
        ]


class Receipt(models.Model):
    """Money received for a credit; the close of its month places it."""

    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.OneToOneField(SourceKey, models.PROTECT)
    day = models.DateField()  # value day
    amount = models.BigIntegerField()  # centavos
    channel = models.SmallIntegerField()  # `servicing.accounts.Channel`
    intent = models.SmallIntegerField()  # `servicing.posting.Intent`
    from_employer = models.BooleanField()  # the employer's 5 %

    class Meta:
        indexes: ClassVar = [models.Index(fields=["credit", "day"], name="receipt_credit_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_receipt_has_an_amount")
        ]


class Placement(models.Model):
    """The receipt that a movement places. A receipt may make several movements."""

    movement = models.OneToOneField(Movement, models.PROTECT, primary_key=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)


class ClosedPart(models.Model):
    """Some credits whose month is closed, and what was booked by then: what comes with a greater
    key came later."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    load = models.ForeignKey(Load, models.PROTECT)
    month = models.IntegerField()  # year x 12 + month - 1
    part = models.IntegerField()  # of the load
    first = models.BigIntegerField()  # keys of credits, both included
    last = models.BigIntegerField()
    movements_to = models.BigIntegerField()  # the greatest key there was
    receipts_to = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["load", "month", "part"], name="a_part_closes_once")
        ]


class Serviced(with_columns(servicing_columns())):
    """All that servicing keeps of a credit at the beginning of a month: `servicing.credit`."""

    pk = models.CompositePrimaryKey("month", "credit_id", "source_id")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)


class Due(with_columns(due_columns())):
    """What is left of an instalment since a close: a row when it falls due unpaid, and one each
    time something of it changes; the last has nothing left."""

    pk = models.CompositePrimaryKey("credit_id", "month", "source_id")
    credit = models.ForeignKey(Credit, models.PROTECT, db_index=False)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)


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
    """A step in the life of an agreement; each state is entered once."""

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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "state"], name="a_state_is_entered_once")
        ]


APPEND_ONLY = (
    SourceKey,
    AuditEvent,
    Load,
    Credit,
    Terms,
    Standing,
    MonthlyBalance,
    Movement,
    Receipt,
    Placement,
    ClosedPart,
    Serviced,
    Due,
    Agreement,
    AgreementEvent,
)
