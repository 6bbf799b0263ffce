"""Database columns made from the declarations of the rooms below; no second list."""

from __future__ import annotations

from typing import Any

from django.db import models

from tequio.core.columns import Code, Column, Day, Flag
from tequio.core.loan import Fact, Section, facts, sections
from tequio.engine.portfolio import INT32_MOST
from tequio.servicing.accounts import ACCOUNTS

OWED = ("balance", "balance_units")  # of the contract's section, and yet written by every close
CONTRACT = tuple(name for name in sections()[Section.CONTRACT] if name not in OWED)
MONTHLY = OWED + sections()[Section.PAID]
STANDING = sections()[Section.SOLUTIONS] + sections()[Section.PERSON]


def fact_columns(names: tuple[str, ...]) -> dict[str, models.Field[Any, Any]]:
    """One database column a fact: the smallest kind that holds its range, null where it may be."""
    declared = facts()
    return {name: column(*declared[name]) for name in names}


def column(kind: type[Column], fact: Fact) -> models.Field[Any, Any]:
    """The column of a fact."""
    if kind is Flag:
        return models.BooleanField()
    if kind is Day:
        return models.DateField(null=fact.optional)
    if kind is Code:
        return models.SmallIntegerField()
    whole = models.IntegerField if fact.most <= INT32_MOST else models.BigIntegerField
    return whole(null=fact.optional)


def account_columns() -> dict[str, models.Field[Any, Any]]:
    """One database column an account: centavos, or millionths of a monthly unit."""
    return {account.name: models.BigIntegerField(default=0) for account in ACCOUNTS}


def sums_to_zero(in_units: bool) -> models.Q:
    """The condition that the pesos of a movement, or its units, leave nothing over."""
    names = [account.name for account in ACCOUNTS if account.in_units is in_units]
    total = models.F(names[0])
    for name in names[1:]:
        total = total + models.F(name)  # type: ignore[assignment]
    return models.Q(models.lookups.Exact(total, 0)) if False else exact(total)


def exact(total: Any) -> models.Q:
    """`total = 0`, for a check."""
    from django.db.models.lookups import Exact

    return Exact(total, 0)
