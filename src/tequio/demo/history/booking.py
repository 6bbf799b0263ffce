"""The movements of the simulated past: one row per credit, period, kind and channel.

A period is a half-year before 2024 and a month in 2024. What happened on a day of its own (a credit
comes in, January's unit, a signing, a settlement, a refund) has that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.core.months import EPOCH_MONTH
from tequio.demo.history import assumed
from tequio.demo.history.curves import Since
from tequio.demo.history.months import Counts, calendar, column
from tequio.demo.history.past import Past, last_day
from tequio.demo.history.payments import Due, Part, Payers
from tequio.demo.history.units import InUnits
from tequio.demo.vintages import first_day
from tequio.servicing.accounts import ACCOUNTS, AT, NO_SOURCE, Channel, Kind, Movements, together

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Amounts = Mapping[str, Ints]

HALF_YEAR = 6
CHARGES = (
    ("insurance", "insurance_income"),
    ("fees", "fees_income"),
    ("protection_fund", "protection_income"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """All that is known of some credits' months."""

    past: Past
    counts: Counts
    since: Since
    units: InUnits
    due: Due
    payers: Payers
    direct: Flags
    channel: Ints  # of each credit's direct payments
    rewards: Ints  # (credit, month)
    overpaid: Ints  # after a settlement, returned later


def periods() -> Ints:
    """The place, among the months of the window, of the first of each period."""
    yearly = np.arange(0, assumed.HALF_YEARS_UNTIL - assumed.FIRST, HALF_YEAR)
    monthly = np.arange(assumed.HALF_YEARS_UNTIL - assumed.FIRST, assumed.MONTHS)
    return np.concatenate([yearly, monthly])


def movements_of(story: Story) -> Movements:
    """Every movement, by credit and day."""
    made = together(
        [opening(story), *monthly(story), *conversions(story), *settlements(story), *refunds(story)]
    )
    return made.take(np.lexsort((made.kind, made.day, made.credit)))


def booked(
    credit: Ints,
    month: Ints,
    kind: Kind,
    amounts: Amounts,
    day: Ints | None = None,
    channel: Ints | int = Channel.NONE,
) -> Movements:
    """Movements of one kind, those without amounts left out; on the last day of their month."""
    table = np.zeros((len(ACCOUNTS), len(credit)), np.int64)
    for name, values in amounts.items():
        table[AT[name]] = values
    some = np.flatnonzero(table.any(axis=0))
    every = np.broadcast_to(np.asarray(channel, dtype=np.int64), len(credit))
    size = len(some)
    days = last_day(month) if day is None else day
    return Movements(
        credit[some],
        days[some],
        month[some] + EPOCH_MONTH,
        np.full(size, int(kind)),
        every[some],
        np.full(size, NO_SOURCE),
        table[:, some],
    )


def by_period(kind: Kind, amounts: Amounts, channel: Ints | int = Channel.NONE) -> Movements:
    """Movements of tables by month, added up by period."""
    starts = periods()
    months = np.append(starts[1:], assumed.MONTHS) - 1 + assumed.FIRST
    sums = {name: np.add.reduceat(t, starts, axis=1) for name, t in amounts.items()}
    rows = len(next(iter(sums.values())))
    credit = np.repeat(np.arange(rows), len(starts))
    channels = np.repeat(np.broadcast_to(np.asarray(channel), rows), len(starts))
    flat = {name: values.ravel() for name, values in sums.items()}
    return booked(credit, np.tile(months, rows), kind, flat, channel=channels)


def opening(story: Story) -> Movements:
    """What was owed when 2019 began, or on the day of a later grant."""
    past, units, since = story.past, story.units, story.since
    later = past.granted_month >= assumed.FIRST
    missed = story.counts.missed[:, 0]
    owed = np.where(later, past.granted, since.begins - since.taken[:, 0] + since.joined[:, 0])
    was_in_units = past.indexed | (past.converted_month >= assumed.FIRST)
    principal = np.where(was_in_units, units.opening_pesos, owed)
    interest = past.unpaid_interest * missed // np.maximum(past.missed, 1)
    charges = dict(zip((owed for owed, _ in CHARGES), charges_of(past), strict=True))
    pesos = {"principal": principal, "interest": interest}
    pesos |= {name: values * missed for name, values in charges.items()}
    amounts = {
        **pesos,
        "opening": -sum(pesos.values()),
        "principal_units": units.opening,
        "moved_units": -units.opening,
    }
    month = np.where(later, past.granted_month, assumed.FIRST - 1)
    day = np.where(later, past.granted_on, last_day(month))
    return booked(np.arange(len(month)), month, Kind.OPENING, amounts, day)


def charges_of(past: Past) -> tuple[Ints, Ints, Ints]:
    """A month's, in the order of CHARGES."""
    return past.insurance, past.fees, past.protection_fee


def monthly(story: Story) -> Iterator[Movements]:
    """What happens month after month."""
    yield accrued(story)
    yield from paid(story)
    due = story.due
    joined = {"principal": due.joined, "interest": -due.joined}
    yield by_period(Kind.CAPITALISATION, joined | of_units(due.joined_units))
    yield by_period(Kind.REWARD, {"principal": -story.rewards, "forgiven": story.rewards})
    yield indexed(story)
    yield leftover(story)


def accrued(story: Story) -> Movements:
    """Interest and charges: of the months paid, of those missed, and interest of those carried."""
    due = story.due
    interest = due.interest + due.missed_interest + due.joined
    amounts = {"interest": interest, "interest_income": -interest}
    months = due.paid + due.missed
    for (name, income), each in zip(CHARGES, charges_of(story.past), strict=True):
        amounts |= {name: column(each) * months, income: -column(each) * months}
    return by_period(Kind.ACCRUAL, amounts)


def paid(story: Story) -> Iterator[Movements]:
    """The borrower through payroll and directly, the employer, and who fills a gap."""
    payers, direct = story.payers, story.direct
    for through, channel in ((~direct, Channel.PAYROLL), (direct, story.channel)):
        amounts = settled(payers.borrower, through)
        for (name, _), each in zip(CHARGES, charges_of(story.past), strict=True):
            amounts[name] = -column(each) * (story.due.paid * through)
        cash = -sum(v for name, v in amounts.items() if not name.endswith("units"))
        yield by_period(Kind.PAYMENT, {**amounts, "cash": cash}, channel)
    for part, account, kind in (
        (payers.employer, "employer", Kind.EMPLOYER),
        (payers.institute, "complement_institute", Kind.COMPLEMENT),
        (payers.fund, "complement_fund", Kind.COMPLEMENT),
    ):
        channel = Channel.PAYROLL if kind == Kind.EMPLOYER else Channel.NONE
        yield by_period(kind, {**settled(part), account: part.amount}, channel)


def settled(part: Part, where: Flags | int = 1) -> dict[str, Ints]:
    """What a payment takes off."""
    return {
        "principal": -part.principal * where,
        "interest": -part.interest * where,
        **of_units(-part.units * where),
    }


def of_units(units: Ints) -> dict[str, Ints]:
    """The two accounts of units."""
    return {"principal_units": units, "moved_units": -units}


def indexed(story: Story) -> Movements:
    """What each January adds to the pesos of a balance in units, on its first day."""
    gained = story.units.indexation
    rows, place = np.nonzero(gained)
    month, pesos = calendar()[place], gained[rows, place]
    amounts = {"principal": pesos, "indexation": -pesos}
    return booked(rows, month, Kind.INDEXATION, amounts, first_day(month))


def leftover(story: Story) -> Movements:
    """A centavo by which what the portfolio says was lent and was paid differ, at the end."""
    past = story.past
    later = past.granted_month >= assumed.FIRST
    centavo = np.where(later, story.since.begins - past.granted, 0)
    amounts = {"principal": centavo, "adjustment": -centavo}
    month = np.full(len(centavo), assumed.LAST)
    return booked(np.arange(len(centavo)), month, Kind.ADJUSTMENT, amounts)


def conversions(story: Story) -> Iterator[Movements]:
    """Units become pesos, less the discount."""
    rows = np.flatnonzero(story.past.converted_month > 0)
    found = story.units.conversion
    forgiven = found.forgiven[rows]
    amounts = {"principal": -forgiven, "forgiven": forgiven, **of_units(-found.units[rows])}
    month = story.past.converted_month[rows]
    yield booked(rows, month, Kind.SIGNING, amounts, story.past.converted_on[rows])


def settlements(story: Story) -> Iterator[Movements]:
    """The last deposit of the credits that are gone, and what was forgiven for it."""
    past = story.past
    rows = np.flatnonzero(past.gone > 0)
    month, forgiven = past.settled_month[rows], past.discount[rows]
    deposit = past.balance[rows] - forgiven
    channel = np.where(past.early | past.direct, story.channel, int(Channel.PAYROLL))[rows]
    yield booked(
        rows, month, Kind.PAYMENT, {"cash": deposit, "principal": -deposit}, channel=channel
    )
    yield booked(rows, month, Kind.SETTLEMENT, {"forgiven": forgiven, "principal": -forgiven})


def refunds(story: Story) -> Iterator[Movements]:
    """Discounts that went on after a settlement, and their return."""
    past, over = story.past, story.overpaid
    rows = np.flatnonzero(over > 0)
    month, amount = past.settled_month[rows], over[rows]
    came = {"cash": amount, "payable_to_borrower": -amount}
    yield booked(rows, month + 1, Kind.PAYMENT, came, channel=Channel.PAYROLL)
    back = {"refunded": -amount, "payable_to_borrower": amount}
    yield booked(rows, month + 2, Kind.REFUND, back)
