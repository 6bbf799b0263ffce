"""Database columns made from the declarations of the rooms below; no second list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from tequio.core.columns import Code, Column, Day, Flag
from tequio.core.loan import Fact, Section, facts, sections
from tequio.engine.portfolio import INT32_MOST
from tequio.servicing.accounts import ACCOUNTS
from tequio.servicing.credit import DUES, FIELDS, NO_STAGE

OWED = ("balance", "balance_units")  # of the contract's section, and yet written by every close
CONTRACT = tuple(name for name in sections()[Section.CONTRACT] if name not in OWED)
MONTHLY = OWED + sections()[Section.PAID]
STANDING = sections()[Section.SOLUTIONS] + sections()[Section.PERSON]
Columns = Mapping[str, "models.Field[Any, Any]"]

# What servicing keeps that is no amount: flags, codes, months, and counts of them.
SMALL = (
    "indexed regime employer_to_principal months_left gap stage_left payer second_gap second_left "
    "second_payer third_gap third_left third_payer reward_left on_default restructured effective "
    "in_a_row missed missed_by_employer oldest status month begun accrued_day billed settling "
    "relevel open payroll counted counts"
)
USUALLY = {"gap": NO_STAGE, "second_gap": NO_STAGE, "third_gap": NO_STAGE, "oldest": -1}


def with_columns(columns: Columns) -> type[models.Model]:
    """An abstract model with these columns."""
    meta = type("Meta", (), {"abstract": True})
    inside = {"__module__": __name__, "Meta": meta, **columns}
    return type("WithColumns", (models.Model,), inside)


def fact_columns(names: Sequence[str]) -> Columns:
    """One database column a fact: the smallest kind that holds its range, null where it may be."""
    declared = facts()
    return {name: fact_column(*declared[name]) for name in names}


def fact_column(kind: type[Column], fact: Fact) -> models.Field[Any, Any]:
    """The column of a fact."""
    if kind is Flag:
        return models.BooleanField()
    if kind is Day:
        return models.DateField(null=fact.optional)
    if kind is Code:
        return models.SmallIntegerField(null=fact.optional)
    whole = models.IntegerField if fact.most <= INT32_MOST else models.BigIntegerField
    return whole(null=fact.optional)


def account_columns() -> Columns:
    """One database column an account: centavos, or millionths of a monthly unit."""
    return {a.name: models.BigIntegerField(default=0, db_default=0) for a in ACCOUNTS}


def servicing_columns() -> Columns:
    """One database column a field of `servicing.credit`."""
    return {name: servicing_column(name) for name in FIELDS}


def due_columns() -> Columns:
    """One database column a column of an instalment due."""
    return {name: servicing_column(name) for name in DUES}


def servicing_column(name: str) -> models.Field[Any, Any]:
    """Whole numbers as servicing has them; the database's default is what most credits have."""
    whole = models.SmallIntegerField if name in SMALL.split() else models.BigIntegerField
    return whole(db_default=USUALLY.get(name, 0))


def sums_to_zero(*, in_units: bool) -> models.Func:
    """The condition that the pesos of a movement, or its units, leave nothing over."""
    names = (account.name for account in ACCOUNTS if account.in_units is in_units)
    return models.Func(
        *map(models.F, names),
        arg_joiner=" + ",
        template="%(expressions)s = 0",
        output_field=models.BooleanField(),
    )
