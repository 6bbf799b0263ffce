"""What several programmes arrange alike: a lower payment for some months, a fixed payment that ends
with the term, a debt that is released. Each programme says only how much, for how long, and at
which rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tequio.core.columns import Code, Column, Flag, Money, Months, Rate, where
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import Loan
from tequio.core.offer import NOTHING, Gap, Offer, OnDefault, Payer, Signing, Stage, Terms

NO_SOLUTION = Code(SOLUTIONS.index("none"))
FUND = Code(SOLUTIONS.index("fondo_proteccion_pagos"))


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


def solution_in_force(loan: Loan) -> Stage:
    """What goes on where nothing else is agreed: the solution of the credit, while it is kept."""
    runs = loan.solution_kept & (loan.active_solution != NO_SOLUTION)
    months = where(runs, loan.solution_months_left, Months(0))
    payer = payer_of(loan.solution_gap, loan.active_solution)
    return Stage(loan.solution_pays, months, loan.solution_gap, payer)


def ends_on_default(loan: Loan) -> Flag:
    """Whether a payment missed ends the solution in force: all but what is paid by nobody, which
    asks for no payment that could be missed."""
    runs = loan.solution_kept & (loan.active_solution != NO_SOLUTION)
    paid = payer_of(loan.solution_gap, loan.active_solution) != Code(Payer.NOBODY)
    return runs & paid


def payer_of(gap: Code, solution: Code) -> Code:
    """Who pays what a solution in force leaves unpaid."""
    by_somebody = (gap == Code(Gap.TO_INSTALMENT)) | (gap == Code(Gap.TO_INTEREST))
    paid = where(solution == FUND, Code(Payer.PROTECTION_FUND), Code(Payer.INSTITUTE))
    return where(by_somebody, paid, Code(Payer.NOBODY))


def released(before: Terms, interest: Money, now: Flag) -> tuple[Signing, Terms]:
    """Where it holds `now`, nothing is owed from the day on, nor what is overdue: balance and
    unpaid `interest` are forgiven and the charges waived. Elsewhere nothing changes."""
    signing = Signing(
        interest=where(now, interest, NOTHING),
        forgiven=where(now, before.balance + interest, NOTHING),
        waived=where(now, before.overdue - interest, NOTHING),
    )
    after = before.signed(
        signing,
        instalment=where(now, NOTHING, before.instalment),
        insurance=where(now, NOTHING, before.insurance),
        fees=where(now, NOTHING, before.fees),
        employer=where(now, NOTHING, before.employer),
        indexed=before.indexed & ~now,  # no rest of a unit is left
    )
    return signing, after
