"""The peers of bench/kernel.py: popular ways to build a loan's payments, as their users would."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from tequio.engine.outlook import MONTHS, Outlook


def decimal_loop(rows: np.ndarray, future: Outlook) -> np.ndarray:
    """What a careful programmer writes first: (n, 6), as `SHOWN`."""
    out = np.zeros((len(rows), 6), np.int64)
    one, scale = Decimal(1), Decimal(10**7)

    def pesos(amount: Decimal, indexed: int, unit: int) -> Decimal:
        if not indexed:
            return amount
        return (amount * unit / scale).quantize(one, ROUND_HALF_UP)

    for i, (balance, p, rate, x, insurance, fees) in enumerate(rows[:, :6].tolist()):
        b, t, paid, charges, grown, npv = Decimal(balance), 0, *(Decimal(0) for _ in range(4))
        while b > 0 and t < MONTHS:
            t += 1
            unit, before = int(future.index[t]), int(future.index[t - 1])
            grown += pesos(b, x, unit) - pesos(b, x, before)
            interest = (b * rate / 12_000_000).quantize(one, ROUND_HALF_UP)
            pays = min(Decimal(p), b + interest)
            b += interest - pays
            cash = pesos(pays, x, unit)
            fee = Decimal(fees)
            if x:
                fee = (fee * unit / int(future.index[0])).quantize(one, ROUND_HALF_UP)
            paid, charges = paid + cash, charges + insurance + fee
            npv += cash * int(future.discount[t])
        start = pesos(Decimal(balance), x, int(future.index[0]))
        worth = (npv / 2**20).quantize(one, ROUND_HALF_UP)
        out[i] = [t, paid, charges, paid - grown - start, grown, worth]
    return out


def pandas_by_month(rows: np.ndarray) -> np.ndarray:
    """Credits in pesos: a frame a month with who still owes, all of them joined into the schedule;
    total interest of each."""
    import pandas as pd

    loans = pd.DataFrame(rows[:, :3].astype(np.float64), columns=["balance", "payment", "rate"])
    months = []
    while len(loans):
        interest = np.floor(loans["balance"] * loans["rate"] / 12e6 + 0.5)
        pays = np.minimum(loans["payment"], loans["balance"] + interest)
        left = loans["balance"] + interest - pays
        months.append(pd.DataFrame({"interest": interest, "pays": pays, "balance": left}))
        loans = loans.assign(balance=left)[left > 0]
    schedule = pd.concat(months)
    return schedule.groupby(level=0)["interest"].sum().to_numpy().astype(np.int64)


def numpy_financial_schedule(rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Credits in pesos: interest, principal and balance of every month; total interest of each."""
    import numpy_financial as npf

    month = np.arange(1, int(terms.max()) + 1)[None, :]
    lent, rate, runs = rows[:, 0:1], rows[:, 2:3] / 12e6, month <= terms[:, None]
    interest = np.where(runs, -npf.ipmt(rate, month, terms[:, None], lent), 0.0)
    principal = np.where(runs, -npf.ppmt(rate, month, terms[:, None], lent), 0.0)
    balance = lent - np.cumsum(principal, axis=1)
    assert np.abs(balance[:, -1]).max() < 1
    return np.rint(interest.sum(1)).astype(np.int64)


def quantlib_schedule(rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Credits in pesos: an amortising bond each; date, interest, principal and balance of every
    month; total interest of each."""
    import QuantLib as ql  # noqa: N813

    start, out = ql.Date(1, 7, 2024), []
    day = ql.Thirty360(ql.Thirty360.BondBasis)
    for (balance, _, rate), term in zip(rows[:, :3].tolist(), terms.tolist(), strict=True):
        period, yearly = ql.Period(int(term), ql.Months), rate / 1e6
        notionals = ql.sinkingNotionals(period, ql.Monthly, yearly, float(balance))
        dates = ql.sinkingSchedule(start, period, ql.Monthly, ql.NullCalendar())
        bond = ql.AmortizingFixedRateBond(0, notionals, dates, [yearly], day)
        schedule: dict[str, list[float]] = {}
        for flow in bond.cashflows():
            month = schedule.setdefault(flow.date().ISO(), [0.0, 0.0, 0.0])
            if (coupon := ql.as_coupon(flow)) is not None:
                month[0], month[2] = coupon.amount(), coupon.nominal()
            else:
                month[1] = flow.amount()
        out.append(round(sum(interest for interest, _, _ in schedule.values())))
    return np.array(out)
