"""Money: what was received, what was booked, and what servicing keeps between two closes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tequio.web.records.columns import (
    account_columns,
    due_columns,
    servicing_columns,
    sums_to_zero,
    with_columns,
)
from tequio.web.records.models.chain import SourceKey
from tequio.web.records.models.credits import Credit, Load


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
