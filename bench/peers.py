"""The peers of bench/kernel.py: popular ways of working out a loan, as their users would."""

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
    """Credits in pesos: the schedule as a frame, one month of all credits after another; its
    interest summed by credit."""
    import pandas as pd

    now = pd.DataFrame(rows[:, :3].astype(np.float64), columns=["balance", "payment", "rate"])
    months = []
    for t in range(1, MONTHS + 1):
        interest = np.floor(now["balance"] * now["rate"] / 12e6 + 0.5)
        pays = np.minimum(now["payment"], now["balance"] + interest)
        now["balance"] = now["balance"] + interest - pays
        months.append(
            pd.DataFrame(
                {
                    "credit": now.index,
                    "month": t,
                    "interest": interest,
                    "principal": pays - interest,
                    "balance": now["balance"],
                }
            )
        )
        if not now["balance"].any():
            break
    total = pd.concat(months).groupby("credit")["interest"].sum()
    return total.to_numpy().astype(np.int64)


def numpy_financial_ipmt(rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Credits in pesos: interest and principal of every month; interest summed and rounded."""
    import numpy_financial as npf

    longest = int(terms.max())
    month = np.arange(1, longest + 1)[None, :]
    given = (rows[:, 2:3] / 12e6, month, terms[:, None], rows[:, 0:1])
    interest, principal = -npf.ipmt(*given), -npf.ppmt(*given)
    assert interest.shape == principal.shape
    return np.rint(np.where(month <= terms[:, None], interest, 0.0).sum(1)).astype(np.int64)


def quantlib_bonds(rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Credits in pesos: an amortising bond each; the date and amount of every flow, summed."""
    import QuantLib as ql  # noqa: N813

    start, out = ql.Date(1, 7, 2024), []
    for (balance, _, rate), term in zip(rows[:, :3].tolist(), terms.tolist(), strict=True):
        period, once = ql.Period(int(term), ql.Months), ql.Monthly
        yearly = rate / 1e6
        notionals = ql.sinkingNotionals(period, once, yearly, float(balance))
        schedule = ql.sinkingSchedule(start, period, once, ql.NullCalendar())
        day = ql.Thirty360(ql.Thirty360.BondBasis)
        bond = ql.AmortizingFixedRateBond(0, notionals, schedule, [yearly], day)
        flows = [(flow.date(), flow.amount()) for flow in bond.cashflows()]
        out.append(round(sum(amount for _, amount in flows) - balance))
    return np.array(out)
