"""Where credits stand after a close: stages, days late, and what a portfolio's columns say."""

from __future__ import annotations

import numpy as np

from tequio.engine.delinquency import days_past_due, share_overdue, stage
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints
from tequio.servicing.credit import Credits
from tequio.servicing.law import ServicingLaw


def stages_of(credits_: Credits, law: ServicingLaw) -> Ints:
    """1, 2 or 3 of each credit; 3 while a restructure has no sustained payment."""
    sustained = credits_["in_a_row"] >= int(law.sustained_after.values[0])
    return stage(credits_["missed"], (credits_["restructured"] > 0) & ~sustained)


def balances_of(credits_: Credits) -> Ints:
    """Principal owed, due or not, in centavos."""
    return np.asarray(credits_["principal"] + credits_["principal_due"])


def icv(credits_: Credits) -> tuple[int, int, int, int]:
    """Overdue credits, credits that owe, and both in centavos: the index by accounts and by
    balance are the two ratios, and are always said together."""
    return share_overdue(credits_["missed"], balances_of(credits_))


def facts_of(credits_: Credits, day: int = 0) -> dict[str, Ints]:
    """The columns of a portfolio that servicing decides, by their names in `core.loan`; besides,
    `days_past_due` on that day of thirty after the close."""
    s = credits_.numbers
    indexed = s[:, c.INDEXED] > 0
    units = s[:, c.PRINCIPAL_UNITS] + s[:, c.PRINCIPAL_DUE_UNITS]
    return {
        "balance": np.where(indexed, 0, balances_of(credits_)),
        "balance_units": units,
        "instalment": np.where(indexed, 0, s[:, c.INSTALMENT]),
        "instalment_units": np.where(indexed, s[:, c.INSTALMENT], 0),
        "indexed": s[:, c.INDEXED].copy(),
        "rate": s[:, c.RATE].copy(),
        "insurance": s[:, c.CHARGE_INSURANCE].copy(),
        "administration_fee": s[:, c.CHARGE_FEES].copy(),
        "protection_fee": s[:, c.CHARGE_PROTECTION].copy(),
        "employer_to_principal": s[:, c.EMPLOYER_TO_PRINCIPAL].copy(),
        "months_left": s[:, c.MONTHS_LEFT].copy(),
        "months_paid": s[:, c.EFFECTIVE].copy(),
        "months_in_a_row": s[:, c.IN_A_ROW].copy(),
        "months_missed": s[:, c.MISSED].copy(),
        "unpaid_interest": s[:, c.INTEREST] - s[:, c.NOW_WORTH],
        "days_past_due": days_past_due(s[:, c.MISSED], day),
    }
