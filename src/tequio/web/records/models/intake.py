"""Money as banks and employers tell of it: files, what was taken of them, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.web.records.models.chain import HASH, SourceKey
from tequio.web.records.models.credits import Credit
from tequio.web.records.models.movements import Receipt
from tequio.web.records.sealing import Sealed

KEY_OF_A_PAYMENT = 120  # characters


class BankFile(models.Model):
    """A file that was taken, or is being taken: what it says of itself."""

    class Kind(models.IntegerChoices):
        """How it is written."""

        CSV = 1
        CAMT = 2
        REMITTANCE = 3

    source = models.OneToOneField(SourceKey, models.PROTECT)
    sha256 = models.CharField(max_length=HASH, unique=True)
    kind = models.SmallIntegerField(choices=Kind.choices)
    name = models.TextField()
    as_of = models.DateField()  # nothing of a later day is taken
    rows = models.BigIntegerField()  # as the file counts them
    declared_rows = models.BigIntegerField(null=True)
    total = models.BigIntegerField()  # centavos, of the rows whose amount can be read
    declared_total = models.BigIntegerField(null=True)
    payments = models.BigIntegerField()  # what its rows are made into


class SetAside(models.Model):
    """A row of a file that was not taken: where it is, why, and how to mend it. No value of it:
    that may be personal."""

    file = models.ForeignKey(BankFile, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    line = models.BigIntegerField()
    field = models.CharField(max_length=60)
    why = models.TextField()
    mend = models.TextField()
    amount = models.BigIntegerField(null=True)  # centavos; once a row; null: it cannot be read


class Deposit(models.Model):
    """A payment as it was received: it waits until it is applied or returned, whole or in part."""

    class Matched(models.IntegerChoices):
        """How its credit was found, or why it was not."""

        REFERENCE = 1  # the collection's reference, and the credit's number
        CREDIT = 2  # the number alone
        NSS = 3  # the worker's
        NOTHING = 10  # no number
        UNKNOWN = 11  # a number that is no credit's
        SEVERAL = 12  # more than one credit
        BEFORE = 13  # of a day that the portfolio's balance may hold already
        SETTLED = 14  # a credit that owed nothing when it came in: the money is not for it

    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    file = models.ForeignKey(BankFile, models.PROTECT, db_index=False)
    line = models.BigIntegerField()
    key = models.CharField(max_length=KEY_OF_A_PAYMENT)
    day = models.DateField()  # value day
    amount = models.BigIntegerField()  # centavos
    channel = models.SmallIntegerField()  # `servicing.accounts.Channel`
    intent = models.SmallIntegerField()  # `servicing.posting.Intent`
    from_employer = models.BooleanField()  # the employer's 5 %
    reference = models.CharField(max_length=40)
    number = models.CharField(max_length=40)  # the credit's, as it was written
    municipality = models.CharField(max_length=5)  # where it was paid, if said
    matched = models.SmallIntegerField(choices=Matched.choices)
    credit = models.ForeignKey(Credit, models.PROTECT, null=True, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="a_payment_is_taken_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="a_deposit_has_an_amount"
            ),
        ]


class Payer(models.Model):
    """Who paid, and in which words, where somebody must find out for what: sealed."""

    deposit = models.OneToOneField(Deposit, models.PROTECT, primary_key=True)
    name_sealed = models.TextField(default="")
    concept_sealed = models.TextField(default="")

    name = Sealed()
    concept = Sealed()


class Assignment(models.Model):
    """What became of a deposit, or of a part of it. What no row speaks of waits."""

    class Kind(models.IntegerChoices):
        """What it does to the deposit."""

        APPLIED = 1  # a receipt of a credit
        RETURNED = 2  # to whoever sent it
        TAKEN_BACK = 3  # the receipt was reversed: the amount waits again

    deposit = models.ForeignKey(Deposit, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    kind = models.SmallIntegerField(choices=Kind.choices)
    amount = models.BigIntegerField()  # centavos
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, db_index=False)
    why = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="an_assignment_has_an_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=2, receipt=None)
                | ~models.Q(kind=2) & ~models.Q(receipt=None),
                name="what_is_applied_is_a_receipt",
            ),
            models.UniqueConstraint(fields=["receipt", "kind"], name="a_receipt_is_of_one_deposit"),
        ]


class Claim(models.Model):
    """A borrower says that it was paid already: what, when and how, by its folio."""

    source = models.OneToOneField(SourceKey, models.PROTECT)
    credit = models.ForeignKey(Credit, models.PROTECT)
    day = models.DateField()  # on which it was paid, as the borrower says
    amount = models.BigIntegerField()  # centavos
    channel = models.SmallIntegerField()  # `servicing.accounts.Channel`
    proof_sha256 = models.CharField(max_length=HASH)  # of the file; empty: there is none

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_claim_has_an_amount")
        ]


class Proof(models.Model):
    """The photograph or the slip that came with a claim: sealed, in base64."""

    claim = models.OneToOneField(Claim, models.PROTECT, primary_key=True)
    content_sealed = models.TextField(default="")

    content = Sealed()


class ClaimEvent(models.Model):
    """What became of a claim; the last row says how it stands. Without one it is open."""

    class Kind(models.TextChoices):
        """What happened."""

        FOUND = "found"  # the deposit is there
        NOT_FOUND = "not_found"  # a person looked and says why
        WITHDRAWN = "withdrawn"  # by the borrower

    claim = models.ForeignKey(Claim, models.PROTECT)
    source = models.ForeignKey(SourceKey, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    deposit = models.ForeignKey(Deposit, models.PROTECT, null=True)
    why = models.TextField()
