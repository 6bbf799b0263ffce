"""Interest and charges of the month in progress, for one credit.

Interest runs day by day on 30/360 and is never capitalised inside a month: the parts of a month
are differences of one running sum, so that they add up to the month's interest at rate / 12.
"""

from __future__ import annotations

from typing import Any

from tequio.core.offer import Gap
from tequio.engine.exact import YEAR, compiled, followed_fees, pesos, ratio
from tequio.engine.month import CENTAVOS
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import Ints
from tequio.servicing.sheet import OF

DAYS = 30  # of every month
WHOLE = DAYS * YEAR
CAPITALISED, NO_INTEREST = int(Gap.CAPITALISED), int(Gap.NO_INTEREST)
CHARGE_ACCOUNTS = (OF["insurance"], OF["fees"], OF["protection_fund"])
CHARGE_INCOME = (OF["insurance_income"], OF["fees_income"], OF["protection_income"])


@compiled
def native_of(s: Ints, centavos: int) -> Any:
    """Pesos of the day in the credit's measure."""
    return ratio(centavos, CENTAVOS, s[c.INDEX]) if s[c.INDEXED] > 0 else centavos


@compiled
def principal_of(s: Ints) -> Any:
    """Principal not due yet, native."""
    return s[c.PRINCIPAL_UNITS] if s[c.INDEXED] > 0 else s[c.PRINCIPAL]


@compiled
def earning(s: Ints, dues: Ints, first_day: int) -> Any:
    """What earns interest, native: all principal, but for what an employer has withheld and may
    still send in time, and for interest that a stage capitalises."""
    if s[c.GAP] >= NO_INTEREST:  # that, or a stage that releases
        return 0
    indexed = s[c.INDEXED] > 0
    due = s[c.PRINCIPAL_DUE_UNITS] if indexed else s[c.PRINCIPAL_DUE]
    base = principal_of(s) + due
    for k in range(s[c.OPEN]):
        if dues[k, c.DUE_PAYROLL] > 0 and dues[k, c.DUE_ON] >= first_day:
            base -= dues[k, c.DUE_UNITS] if indexed else dues[k, c.DUE_PRINCIPAL]
    if s[c.GAP] == CAPITALISED:
        base -= s[c.WAITING]
    return max(base, 0)


@compiled
def accumulate(s: Ints, dues: Ints, day: int, first_day: int) -> None:
    """Interest up to that day of thirty; it is booked when something needs it."""
    days = day - s[c.ACCRUED_DAY]
    if days > 0 and debt_of(s) > 0:
        s[c.NUMERATOR] += earning(s, dues, first_day) * s[c.RATE] * days
        s[c.ACCRUED_DAY] = day


@compiled
def interest_to(s: Ints, dues: Ints, day: int, first_day: int) -> Any:
    """Centavos of interest up to that day which are not booked yet."""
    days = max(day - s[c.ACCRUED_DAY], 0)
    numerator = s[c.NUMERATOR] + earning(s, dues, first_day) * s[c.RATE] * days
    return pesos((numerator + WHOLE // 2) // WHOLE, s[c.PRICE]) - s[c.ACCRUED_WORTH]


@compiled
def post_interest(s: Ints, row: Ints) -> None:
    """Book what has been accumulated."""
    total = (s[c.NUMERATOR] + WHOLE // 2) // WHOLE
    native, worth = total - s[c.ACCRUED], pesos(total, s[c.PRICE]) - s[c.ACCRUED_WORTH]
    s[c.ACCRUED] += native
    s[c.ACCRUED_WORTH] += worth
    s[c.NOW_INTEREST] += native
    s[c.NOW_WORTH] += worth
    s[c.INTEREST] += worth
    row[out.INTEREST] += worth
    row[out.INTEREST_INCOME] -= worth


@compiled
def month_charge(s: Ints, which: int) -> Any:
    """Insurance (0), administration (1) or protection fund (2) of this month, centavos.

    Fees follow the unit together, as the projection rounds them.
    """
    if which == 0 or s[c.INDEXED] == 0:
        return s[c.CHARGE_INSURANCE + which]
    index, at_start = s[c.INDEX], s[c.FEES_INDEX]
    protection = followed_fees(s[c.CHARGE_PROTECTION], index, at_start)
    if which == 2:
        return protection
    both = s[c.CHARGE_FEES] + s[c.CHARGE_PROTECTION]
    return followed_fees(both, index, at_start) - protection


@compiled
def bill_charges(s: Ints, row: Ints) -> None:
    """Book the month's charges, once."""
    if s[c.BILLED] == 0:
        s[c.BILLED] = 1
        for which in range(3):
            charge = month_charge(s, which)
            s[c.INSURANCE + which] += charge
            s[c.NOW_INSURANCE + which] += charge
            row[CHARGE_ACCOUNTS[which]] += charge
            row[CHARGE_INCOME[which]] -= charge


@compiled
def debt_of(s: Ints) -> Any:
    """Everything booked that is owed, centavos, and units that are left; zero when it is over."""
    owed = s[c.PRINCIPAL] + s[c.PRINCIPAL_DUE] + s[c.INTEREST]
    owed += s[c.INSURANCE] + s[c.FEES] + s[c.PROTECTION]
    return max(owed, s[c.PRINCIPAL_UNITS] + s[c.PRINCIPAL_DUE_UNITS])


@compiled
def is_over(s: Ints) -> Any:
    """Whether nothing is owed: nothing booked, and no day of a debt in this month, whose charges
    would be."""
    return debt_of(s) == 0 and (s[c.BILLED] > 0 or s[c.ACCRUED_DAY] == 0)


@compiled
def to_settle(s: Ints, dues: Ints, day: int, first_day: int) -> Any:
    """Centavos that leave nothing owed on that day of thirty: with the month's charges."""
    if is_over(s):
        return 0
    owed = s[c.PRINCIPAL] + s[c.PRINCIPAL_DUE] + s[c.INTEREST]
    owed += s[c.INSURANCE] + s[c.FEES] + s[c.PROTECTION]
    if s[c.BILLED] == 0:
        owed += month_charge(s, 0) + month_charge(s, 1) + month_charge(s, 2)
    return owed + interest_to(s, dues, day, first_day)


@compiled
def instalment_now(s: Ints) -> Any:
    """Centavos of principal and interest that the borrower owes each month at this index."""
    level = pesos(s[c.INSTALMENT], s[c.PRICE])
    if s[c.GAP] == c.NO_STAGE:
        return level
    return min(s[c.PAYS], level) if s[c.GAP] == 0 else s[c.PAYS]
