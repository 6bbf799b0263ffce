"""What an offer can do to a credit: a closed set.

So projection and ledger never ask which programme it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum

from tequio.core.annuities import NEVER
from tequio.core.columns import Code, Column, Flag, Index, Money, Months, Rate, Units

NOTHING = Money(0)
FOREVER = Months(NEVER)


def nothing() -> Money:
    """The default of an effect: a column is no hashable constant for a dataclass."""
    return NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The contract that a credit runs on. All the projection knows.

    Pesos are of the index's day; an indexed credit is kept in its units, which pesos only show.
    """

    balance: Money
    instalment: Money  # principal and interest, a month
    balance_units: Units  # read only where indexed
    instalment_units: Units
    rate: Rate
    months_left: Months
    insurance: Money  # a month, flat
    fees: Money  # a month; they follow the unit where indexed
    overdue: Money  # interest and charges unpaid so far, outside the balance
    employer: Money  # a month, straight to principal, posted every two months
    indexed: Flag  # balance and instalment follow the unit every January
    index: Index

    @property
    def charges(self) -> Money:
        """Insurance and fees, a month."""
        return self.insurance + self.fees

    def signed(self, signing: Signing, **changed: Column) -> Terms:
        """These terms after what is booked on signing; no other way sets a balance.

        What joins the principal or is waived is overdue no more.
        """
        joined = signing.interest + signing.charges
        added = joined - signing.forgiven
        settled: dict[str, Column] = {"overdue": self.overdue - joined - signing.waived}
        return replace(
            self,
            balance=self.balance + added,
            balance_units=self.balance_units + added.units(self.index),
            **(settled | changed),  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Signing:
    """Booked on the day of acceptance."""

    interest: Money = field(default_factory=nothing)  # unpaid interest that joins the principal
    charges: Money = field(default_factory=nothing)  # unpaid charges that join the principal
    forgiven: Money = field(default_factory=nothing)  # principal
    waived: Money = field(default_factory=nothing)  # unpaid charges


class Gap(IntEnum):
    """What happens to what the borrower does not pay during a stage. Positions: `lists.GAPS`."""

    TO_INSTALMENT = 0  # somebody pays the rest of the instalment
    TO_INTEREST = 1  # somebody pays only the interest not reached; the debt stands still
    CAPITALISED = 2  # nobody pays: interest not reached is simple, and joins the balance afterwards
    NO_INTEREST = 3  # nobody pays and no interest runs
    RELEASED = 4  # the same, and what is left when the stage ends is no longer owed


class Payer(IntEnum):
    """Who pays the gap."""

    NOBODY = 0
    INSTITUTE = 1
    PROTECTION_FUND = 2


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """For some months the borrower pays this; afterwards the terms' own instalment."""

    pays: Money  # fixed pesos, without insurance and fees, which are never reduced
    months: Months
    gap: Gap | Code  # a code where it differs by row
    payer: Payer | Code


@dataclass(frozen=True, slots=True, eq=False)
class Reward:
    """Principal forgiven later, once enough payments in a row are on record."""

    principal: Money
    own_payments: Months  # months in a row without formal work
    employer_payments: Months  # the same, with it


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """One exact deposit closes the credit."""

    pays: Money
    forgives: Money


class OnDefault(Enum):
    """What servicing does when a payment fails after signing."""

    NOTHING = "nothing"
    STAGES_END = "the terms' own instalment is due again"
    REWARD_LAPSES = "the benefit is lost and the waived charges are owed again"


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """New terms, and at most one of each other effect. None: this programme never does that."""

    before: Terms
    after: Terms
    signing: Signing = field(default_factory=Signing)
    stages: tuple[Stage, ...] = ()
    reward: Reward | None = None
    settlement: Settlement | None = None
    on_default: OnDefault = OnDefault.NOTHING
    working: Mapping[str, Column] = field(default_factory=dict)  # steps shown to people, in order
