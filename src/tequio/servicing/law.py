"""The dated parameters of servicing, with their sources: `servicing.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from tequio.core.columns import Count, Flag, Months
from tequio.core.law import Book, Common, common, parsed, read_parameters
from tequio.servicing.accounts import Ints

HERE = Path(__file__).parent
APPLIED = ("insurance", "fees", "protection_fund", "interest", "principal")


@dataclass(frozen=True, slots=True, eq=False)
class ServicingLaw(Common):
    """What servicing asks of the law of a day."""

    place_of_insurance: Count
    place_of_fees: Count
    place_of_protection_fund: Count
    place_of_interest: Count
    place_of_principal: Count
    excess_to_principal: Flag
    sustained_after: Count
    offer_months: Months
    withdrawal_days: Count
    notice_lag: Months
    extension_starts_itself: Flag

    def order(self) -> Ints:
        """Positions in APPLIED, in the order in which a payment covers them."""
        places = [int(getattr(self, f"place_of_{name}").values[0]) for name in APPLIED]
        assert sorted(places) == list(range(1, len(APPLIED) + 1)), "each place once"
        return np.argsort(np.array(places))


@lru_cache(maxsize=64)
def law_at(day: date) -> ServicingLaw:
    """The parameters in force; NotInForce before the first."""
    own = read_parameters("servicing.toml", parsed(HERE / "servicing.toml"))
    return Book("servicing", {}, {**common(), **own}).at(ServicingLaw, day)
