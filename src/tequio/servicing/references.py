"""How a payment is recognised: the credit number, the bank's reference, the capture line.

Servicing reference, sections 3.1 and 3.2. The Institute's own capture line is not public; ours is
the open bank reference "algoritmo 10" (a Luhn check digit over at most 19 digits), so a slip printed
here is not one of the Institute's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum import luhn

from tequio.core.annuities import half_up

LONGEST = 19  # digits, the check digit among them
CREDIT_DIGITS = 10
DAYS_OF_MONTH_TENTHS = 304  # a monthly unit is 30.4 daily ones


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a SPEI transfer is filled in with."""

    bank: str
    clabe: str
    reference: str
    concept: str  # the ten digits of the credit


def transfer(credit: str) -> Transfer:
    """The transfer for a credit."""
    return Transfer("HSBC", "021180550300050811", "5503", credit)


def with_check_digit(digits: str) -> str:
    """A reference and its check digit."""
    assert re.fullmatch("[0-9]+", digits), "digits only"
    assert len(digits) < LONGEST, "a reference has at most 19 digits"
    return digits + luhn.calc_check_digit(digits)


def capture_line(credit: str, due_on: date) -> str:
    """The reference of one month's payment: the credit, the year and month due, a check digit."""
    number = credit.zfill(CREDIT_DIGITS)
    assert len(number) == CREDIT_DIGITS, "a credit has ten digits"
    return with_check_digit(f"{number}{due_on:%y%m}")


def daily_factor(monthly_units: int) -> int:
    """The employer's factor, hundredths of a daily unit, from 10^-6 of a monthly one."""
    return half_up(monthly_units * DAYS_OF_MONTH_TENTHS, 10 * 10_000)
