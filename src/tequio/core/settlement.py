"""A deposit against an offer that settles: what it pays, what is forgiven, what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from tequio.core.columns import Money, least, where
from tequio.core.offer import NOTHING, Settlement


@dataclass(frozen=True, slots=True, eq=False)
class Receipt:
    """What one deposit did, row by row."""

    owed: Money  # still, afterwards
    forgiven: Money
    kept: Money  # above what was due; not returned


def receive(debt: Money, deposit: Money, settlement: Settlement) -> Receipt:
    """Rule DLA-06. The amount quoted, or more, settles `debt`; less is an ordinary prepayment, and
    who pays the whole debt loses the benefit."""
    settles = (deposit >= settlement.pays) & (deposit < debt)
    paid = least(deposit, where(settles, settlement.pays, debt))
    forgiven = where(settles, settlement.forgives, NOTHING)
    return Receipt(owed=debt - paid - forgiven, forgiven=forgiven, kept=deposit - paid)
