"""What several programmes arrange alike: a lower payment for some months, and a fixed payment that
ends with the term. Each programme says only how much, for how long, and at which rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tequio.core.columns import Column, Money, Months, Rate, where
from tequio.core.offer import Gap, Offer, OnDefault, Payer, Signing, Stage, Terms


def reduced_payment(
    before: Terms,
    after: Terms,
    pays: Money,
    months: Months,
    *,
    steps: Mapping[str, Column],
    payer: Payer = Payer.INSTITUTE,
) -> Offer:
    """For some months the borrower pays this and somebody the rest of the instalment.

    The working goes on after `steps` with what is paid, by whom, and how long.
    """
    relieved = after.instalment - pays
    return Offer(
        before,
        after,
        stages=(Stage(pays, months, Gap.TO_INSTALMENT, payer),),
        on_default=OnDefault.STAGES_END,
        working={
            **steps,
            "pays": pays,
            "relieved": relieved,
            "months": months,
            "given": relieved.for_months(months),
        },
    )


def reduced_payment_in_order(
    before: Terms, interest: Money, pays: Money, months: Months, *, steps: Mapping[str, Column]
) -> Offer:
    """The same, by the Institute, once the unpaid `interest` has joined the principal."""
    signing = Signing(interest=interest)
    after = before.signed(signing)
    offer = reduced_payment(before, after, pays, months, steps=steps)
    working = {**offer.working, "interest": interest, "balance": after.balance}
    return replace(offer, signing=signing, working=working)


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A debt under a fixed rate, to the end of the term that it has left."""

    level: Money  # the instalment that clears all of it
    clears: Money  # what today's instalment clears
    instalment: Money
    balance: Money


def fixed_payment(before: Terms, debt: Money, rate: Rate) -> Fixed:
    """The instalment falls to the level one; where that is no less than today's, today's stays and
    the balance is cut to what it clears."""
    level = debt.level_instalment(rate, before.months_left)
    clears = before.instalment.buys(rate, before.months_left)
    affordable = level <= before.instalment
    return Fixed(
        level,
        clears,
        instalment=where(affordable, level, before.instalment),
        balance=where(affordable, debt, clears),
    )
