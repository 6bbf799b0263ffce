"""Money received by month and channel, from 2013 on: what the movements hold since 2019, and an
aggregate of what was received for credits that are no longer in any table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tequio.core.lists import REGIMES
from tequio.demo.contracts import CENTAVO
from tequio.demo.history import assumed
from tequio.demo.history.booking import Story, charges_of
from tequio.demo.history.months import column
from tequio.demo.people import REA, ROA
from tequio.demo.state import LOANS
from tequio.demo.vintages import first_day
from tequio.servicing.accounts import Channel

Ints = NDArray[np.int64]

ACCOUNTS = ("cash", "employer")
SCHEMA = pa.schema(
    [
        pa.field("month", pa.date32(), metadata={"tells": "Its first day."}),
        pa.field("channel", pa.int8(), metadata={"tells": "Place in accounts.Channel."}),
        pa.field("regime", pa.int8(), metadata={"tells": "Place in lists.REGIMES."}),
        pa.field("account", pa.string(), metadata={"tells": "cash or employer."}),
        pa.field("amount", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("count", pa.int64(), metadata={"tells": "Payments."}),
        pa.field("by_credit", pa.bool_(), metadata={"tells": "The movements hold it."}),
    ]
)


class Received:
    """Sums by month and channel, as credits go by: centavos, and how many payments."""

    def __init__(self) -> None:
        shape = (len(ACCOUNTS), assumed.MONTHS, len(Channel))
        self.amount, self.count = np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    def add(self, story: Story) -> None:
        """The payments of some credits."""
        past, due, direct = story.past, story.due, story.direct
        charges = column(sum(charges_of(past), np.zeros(len(past.number), np.int64)))
        cash = story.payers.borrower.amount + charges * due.paid
        self.add_table(0, cash * ~direct, np.full(len(past.number), int(Channel.PAYROLL)))
        self.add_table(0, cash * direct, story.channel)
        employer = story.payers.employer.amount
        self.add_table(1, employer, np.full(len(past.number), int(Channel.PAYROLL)))
        gone = np.flatnonzero(past.gone > 0)
        channel = np.where(past.early | past.direct, story.channel, int(Channel.PAYROLL))
        self.add_some(past.settled_month[gone], channel[gone], (past.balance - past.discount)[gone])
        over = np.flatnonzero(story.overpaid > 0)
        payroll = np.full(len(over), int(Channel.PAYROLL))
        self.add_some(past.settled_month[over] + 1, payroll, story.overpaid[over])

    def add_table(self, account: int, amounts: Ints, channel: Ints) -> None:
        """Amounts by credit and month."""
        for number in range(len(Channel)):
            some = amounts[channel == number]
            self.amount[account, :, number] += some.sum(axis=0)
            self.count[account, :, number] += (some > 0).sum(axis=0)

    def add_some(self, month: Ints, channel: Ints, amount: Ints) -> None:
        """Single deposits."""
        np.add.at(self.amount[0], (month - assumed.FIRST, channel), amount)
        np.add.at(self.count[0], (month - assumed.FIRST, channel), 1)

    def table(self, loans: int) -> pa.Table:
        """All rows that are not zero, those of other credits too, by month."""
        account, month, channel = np.nonzero(self.amount)
        known = {
            "month": month + assumed.FIRST,
            "channel": channel,
            "account": account,
            "amount": self.amount[account, month, channel],
            "count": self.count[account, month, channel],
            "by_credit": np.ones(len(month), np.bool_),
        }
        others = self.of_others(loans)
        both = {name: np.concatenate([known[name], others[name]]) for name in known}
        order = np.lexsort((both["by_credit"], both["account"], both["channel"], both["month"]))
        return as_table({name: values[order] for name, values in both.items()})

    def of_others(self, loans: int) -> dict[str, NDArray[np.generic]]:
        """Direct payments for credits that have ended: what the scaled national series has beyond
        the movements, until 2024; split by channel as the others are."""
        month = np.arange(assumed.RECEIPTS_FROM, assumed.HALF_YEARS_UNTIL)
        by_credit = self.amount[0, :, int(Channel.PAYROLL) + 1 :].sum(axis=1)
        place = month - assumed.FIRST
        known = np.where(place >= 0, by_credit[np.maximum(place, 0)], 0)
        rest = np.maximum(series(month, loans) - known, 0)
        split = np.rint(rest[:, None] * assumed.DIRECT_SHARES).astype(np.int64)
        split[:, 0] += rest - split.sum(axis=1)
        amount = split.ravel()
        some = amount > 0
        size = int(some.sum())
        return {
            "month": np.repeat(month, len(assumed.DIRECT_SHARES))[some],
            "channel": np.tile(assumed.DIRECT_CHANNELS, len(month))[some],
            "account": np.zeros(size, np.int64),
            "amount": amount[some],
            "count": np.maximum(amount[some] // (assumed.TICKET * CENTAVO), 1),
            "by_credit": np.zeros(size, np.bool_),
        }


def series(month: Ints, loans: int) -> Ints:
    """What the nation received directly, scaled to the state: centavos a month. It is published by
    year, and for few of them; between, it is drawn through."""
    year = month // 12 + 1970
    nation = np.interp(year, assumed.WINDOW_YEARS, assumed.WINDOW_NATION)
    season = assumed.SEASON[month % 12]
    scale = assumed.STATE_SHARE * loans / LOANS * 1_000_000 * CENTAVO
    return np.rint(nation * season * scale).astype(np.int64)


def as_table(columns: dict[str, NDArray[np.generic]]) -> pa.Table:
    """In the schema of receipts."""
    direct = columns["channel"] != int(Channel.PAYROLL)
    arrays = {
        "month": pa.array(first_day(columns["month"]).astype(np.int32)).cast(pa.date32()),
        "channel": pa.array(columns["channel"].astype(np.int8)),
        "regime": pa.array(np.where(direct, REA, ROA).astype(np.int8)),
        "account": pa.array(ACCOUNTS).take(pa.array(columns["account"])),
        "amount": pa.array(columns["amount"]),
        "count": pa.array(columns["count"]),
        "by_credit": pa.array(columns["by_credit"]),
    }
    assert len(REGIMES) > REA, "regimes"
    return pa.table(arrays, schema=SCHEMA)
