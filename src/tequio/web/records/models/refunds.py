"""Money paid in excess on its way back: who asks, to which account, what was decided and paid."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.engine.identifiers import compact
from tequio.web.records.models.chain import HASH, SourceKey
from tequio.web.records.models.credits import Credit
from tequio.web.records.models.people import Person
from tequio.web.records.models.steps import Step
from tequio.web.records.sealing import Sealed


class Refund(models.Model):
    """An excess that was found on a credit; where it stands is its latest event."""

    credit = models.ForeignKey(Credit, models.PROTECT)
    source = models.OneToOneField(SourceKey, models.PROTECT)
    found_on = models.DateField()
    amount = models.BigIntegerField()  # centavos kept for the borrower that nobody had asked for


class RefundAccount(models.Model):
    """A bank account, sealed; a request answers for it with a hash that only its salt repeats."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    clabe_sealed = models.TextField()
    clabe_search = models.CharField(max_length=HASH, db_index=True)
    holder_sealed = models.TextField()
    salt_sealed = models.TextField()

    clabe = Sealed(search=compact)
    holder = Sealed()  # as the bank has the name
    salt = Sealed()


class RefundRequest(models.Model):
    """Who asked for an excess, as what, and where it goes. After a return there may be another."""

    class Capacity(models.TextChoices):
        """As what somebody asks: `servicing.refunds.Capacity`."""

        HOLDER = "holder"
        HEIR = "heir"
        PROXY = "proxy"

    class Channel(models.TextChoices):
        """How it was asked."""

        ONLINE = "online"
        IN_PERSON = "in_person"

    refund = models.ForeignKey(Refund, models.PROTECT)
    source = models.OneToOneField(SourceKey, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT)
    capacity = models.CharField(max_length=6, choices=Capacity.choices)
    amount = models.BigIntegerField()  # centavos
    on = models.DateField()
    channel = models.CharField(max_length=9, choices=Channel.choices)
    efirma = models.BooleanField()
    account = models.OneToOneField(RefundAccount, models.PROTECT)
    account_sha256 = models.CharField(max_length=HASH)
    name_agrees = models.BooleanField()
    name_why = models.TextField(default="")  # why it was taken though the names differ

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_request_has_an_amount")
        ]


class RefundPaper(models.Model):
    """What was shown: which paper, of which day, the hash of its image and where that is kept."""

    request = models.ForeignKey(RefundRequest, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT)
    kind = models.CharField(max_length=20)  # `core.lists.PAPERS`
    dated = models.DateField()
    sha256 = models.CharField(max_length=HASH)
    reference = models.TextField(default="")


class RefundEvent(models.Model):
    """A step of a refund. Its place among the others is unique: of two at once, one is refused."""

    class State(models.TextChoices):
        """found → told → asked → first → validated → in payout → paid | returned → …."""

        FOUND = "found"
        TOLD = "told"
        ASKED = "asked"
        FIRST = "first"
        VALIDATED = "validated"
        IN_PAYOUT = "in_payout"
        PAID = "paid"
        RETURNED = "returned"
        RETRIED = "retried"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    refund = models.ForeignKey(Refund, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT)
    place = models.SmallIntegerField()  # 1, 2, 3 …
    state = models.CharField(max_length=9, choices=State.choices)
    on = models.DateField()
    why = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refund", "place"], name="a_refund_event_has_its_place")
        ]


class Payout(models.Model):
    """Refunds that are paid together, from one account of the fund; its name is the file's key."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    name = models.CharField(max_length=30, unique=True)
    on = models.DateField()
    payer = models.CharField(max_length=140)
    payer_clabe = models.CharField(max_length=18)


class PayoutLine(models.Model):
    """One payment of a payout. A refund that came back is paid by a new line."""

    payout = models.ForeignKey(Payout, models.PROTECT)
    refund = models.ForeignKey(Refund, models.PROTECT)
    request = models.ForeignKey(RefundRequest, models.PROTECT)
    step = models.OneToOneField(Step, models.PROTECT)  # the movement: the money left
    source = models.OneToOneField(SourceKey, models.PROTECT)
    attempt = models.SmallIntegerField()  # 1, 2, 3 …
    amount = models.BigIntegerField()  # centavos

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refund", "attempt"], name="an_attempt_is_made_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_line_has_an_amount"),
        ]


class PayoutFile(models.Model):
    """A payout that is complete: no line joins it any more, and its files are these bytes."""

    payout = models.OneToOneField(Payout, models.PROTECT)
    source = models.OneToOneField(SourceKey, models.PROTECT)
    lines = models.IntegerField()
    total = models.BigIntegerField()  # centavos
    csv_sha256 = models.CharField(max_length=HASH)
    xml_sha256 = models.CharField(max_length=HASH)
