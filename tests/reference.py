"""The projection again, for one credit, month by month, in Python's whole numbers and fractions.

Written from the specification of the month, not from the kernel: the kernel must agree with it
to the last centavo.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction
from math import floor

from tequio.engine.outlook import MONTHS, Outlook
from tequio.engine.plan import Plan, column_names

TO_INSTALMENT, TO_INTEREST, CAPITALISED, NO_INTEREST, RELEASED = range(5)
NOBODY, INSTITUTE, PROTECTION_FUND = range(3)


@dataclass(slots=True)
class Stage:
    pays: int
    months: int
    gap: int
    payer: int


@dataclass(slots=True)
class Credit:
    balance: int
    instalment: int
    rate: int
    indexed: bool
    insurance: int
    fees: int
    overdue: int
    term: int
    effective: int
    employer: int
    reward: int
    reward_at: int
    stages: list[Stage] = field(default_factory=list)


@dataclass(slots=True)
class Future:
    first_month: int
    index: list[int]
    discount: list[int]
    residue: int
    released_at: int


@dataclass(slots=True)
class Totals:
    months: int = 0
    paid: int = 0
    charges: int = 0
    overdue: int = 0
    interest: int = 0
    indexation: int = 0
    complement_institute: int = 0
    complement_fund: int = 0
    employer: int = 0
    reward: int = 0
    released: int = 0
    npv: int = 0
    left: int = 0


@dataclass(slots=True)
class Month:
    t: int
    balance_before: int
    indexation: int
    interest: int
    borrower: int
    overdue: int
    charges: int
    complement_institute: int
    complement_fund: int
    employer: int
    reward: int
    released: int
    balance: int
    balance_native: int


def half_up(numerator: int, denominator: int) -> int:
    return floor(Fraction(2 * numerator + denominator, 2 * denominator))


def fast_half_up(numerator: int, denominator: int) -> int:
    """The same for amounts that are not negative; `test_projection` compares the two."""
    return (2 * numerator + denominator) // (2 * denominator)


def in_pesos(credit: Credit, native: int, index: int) -> int:
    return fast_half_up(native * index, 10**7) if credit.indexed else native


def in_native(credit: Credit, centavos: int, index: int) -> int:
    return fast_half_up(centavos * 10**7, index) if credit.indexed else centavos


def stage_of(credit: Credit, t: int) -> Stage | None:
    last = 0
    for stage in credit.stages:
        last += stage.months
        if t <= last:
            return stage
    return None


def months_of(credit: Credit, future: Future) -> list[Month]:
    """Every month until the debt is over, or until the projection ends."""
    rows: list[Month] = []
    balance, effective, waiting = credit.balance, credit.effective, 0
    for t in range(1, MONTHS + 1):
        if balance == 0:
            break
        month, balance, effective, waiting = advance(credit, future, t, balance, effective, waiting)
        rows.append(month)
    return rows


def advance(
    credit: Credit, future: Future, t: int, balance: int, effective: int, waiting: int
) -> tuple[Month, int, int, int]:
    """`waiting`: interest of a CAPITALISED stage so far unpaid; in the balance, it earns nothing
    until the stage is over."""
    index = future.index[t]
    before = in_pesos(credit, balance, future.index[t - 1])
    start = in_pesos(credit, balance, index)
    fees = fast_half_up(credit.fees * index, future.index[0]) if credit.indexed else credit.fees
    stage = stage_of(credit, t)

    capitalised = stage is not None and stage.gap == CAPITALISED
    principal = max(balance - waiting, 0) if capitalised else balance
    interest = fast_half_up(principal * credit.rate, 12_000_000)
    if stage is not None and stage.gap in (NO_INTEREST, RELEASED):
        interest = 0
    pays, top = credit.instalment, 0
    if stage is not None:
        uncapped = in_native(credit, stage.pays, index)
        pays = uncapped
        if stage.gap == TO_INSTALMENT:
            pays = min(uncapped, credit.instalment)
            top = credit.instalment - pays
        elif stage.gap == TO_INTEREST:
            top = max(interest - uncapped, 0)
    pays = min(pays, balance + interest)
    top = min(top, balance + interest - pays)
    balance = balance + interest - pays - top
    waiting = max(waiting + interest - pays, 0) if capitalised else 0
    fixed = stage is not None and pays == uncapped
    borrower = stage.pays if fixed else in_pesos(credit, pays, index)
    complement = in_pesos(credit, pays + top, index) - borrower if top else 0

    rest = in_pesos(credit, balance, index)
    if stage is None and t == credit.term and balance > 0 and rest <= future.residue:
        borrower = in_pesos(credit, pays + balance, index)
        balance = 0
    reward = 0
    if t == credit.reward_at:
        reward = min(balance, in_native(credit, credit.reward, index))
        balance -= reward
    employer = cash = 0
    calendar_month = (future.first_month + t - 2) % 12 + 1
    if calendar_month % 2 == 0:
        sent = in_native(credit, 2 * credit.employer, index)
        employer = min(balance, sent)
        balance -= employer
        cash = 2 * credit.employer if employer == sent else in_pesos(credit, employer, index)
    releases = stage is not None and stage.gap == RELEASED and stage_of(credit, t + 1) is not stage
    if stage is None or stage.gap not in (CAPITALISED, NO_INTEREST, RELEASED):
        effective += 1
        releases = effective >= future.released_at
    released = in_pesos(credit, balance, index) if releases else 0
    balance = 0 if releases else balance

    by_fund = stage is not None and stage.payer == PROTECTION_FUND
    end, forgiven = in_pesos(credit, balance, index), in_pesos(credit, reward, index)
    month = Month(
        t=t,
        balance_before=before,
        indexation=start - before,
        interest=borrower + complement + cash + forgiven + released + end - start,
        borrower=borrower,
        overdue=credit.overdue if t == 1 else 0,
        charges=credit.insurance + fees,
        complement_institute=0 if by_fund else complement,
        complement_fund=complement if by_fund else 0,
        employer=cash,
        reward=forgiven,
        released=released,
        balance=end,
        balance_native=balance,
    )
    return month, balance, effective, waiting


def totals(credit: Credit, future: Future) -> Totals:
    """The sums of the months, and their value today."""
    sums = Totals(overdue=credit.overdue)
    worth = credit.overdue * future.discount[1]
    sums.left = in_pesos(credit, credit.balance, future.index[0])
    for month in months_of(credit, future):
        sums.months, sums.left = month.t, month.balance
        sums.paid += month.borrower
        sums.charges += month.charges
        sums.interest += month.interest
        sums.indexation += month.indexation
        sums.complement_institute += month.complement_institute
        sums.complement_fund += month.complement_fund
        sums.employer += month.employer
        sums.reward += month.reward
        sums.released += month.released
        arrives = month.borrower + month.employer + month.complement_fund
        worth += future.discount[month.t] * arrives
    sums.npv = fast_half_up(worth, 2**20)
    return sums


def credits_of(plan: Plan) -> list[Credit]:
    """The rows of a plan, one by one, in Python's own numbers."""
    columns = [getattr(plan, name).tolist() for name in column_names()]
    stages = [
        [Stage(*row) for row in zip(*(getattr(s, f.name).tolist() for f in fields(s)), strict=True)]
        for s in plan.stages
    ]
    return [
        Credit(*row, stages=[stage[i] for stage in stages])
        for i, row in enumerate(zip(*columns, strict=True))
    ]


def future_of(outlook: Outlook) -> Future:
    return Future(
        outlook.first_month,
        outlook.index.tolist(),
        outlook.discount.tolist(),
        outlook.residue,
        outlook.released_at,
    )
