"""One month of one credit: January, what was received, the instalment that falls due, and what
follows from it. The instalment is the projection's: `engine.month` says who pays what.
"""

from __future__ import annotations

from typing import Any

from tequio.core.offer import Gap, OnDefault, Payer
from tequio.engine.exact import PAR, SHRUNK, compiled, pesos
from tequio.engine.month import shared_payment, worth_of_shares
from tequio.servicing import credit as c
from tequio.servicing import sheet as out
from tequio.servicing.accounts import Channel, Ints, Kind
from tequio.servicing.interest import (
    accumulate,
    bill_charges,
    debt_of,
    instalment_now,
    is_over,
    native_of,
    post_interest,
    principal_of,
    to_settle,
)
from tequio.servicing.posting import (
    INSTALMENT,
    MONTH_END,
    ORDINARY,
    SETTLE,
    Money,
    Rules,
    drop_covered,
    place,
    place_share,
    write_off,
)
from tequio.servicing.sheet import OF, Sheet, add_row, drop_if_empty, principal_falls, square

# Columns of a receipt.
RECEIPTS = ("credit", "day", "amount", "channel", "intent", "from_employer")
R_CREDIT, R_DAY, R_AMOUNT, R_CHANNEL, R_INTENT, R_EMPLOYER = range(len(RECEIPTS))
ORDER = len(RECEIPTS)  # the receipt's place in what was handed in

ACCRUAL, PAYMENT, SHARE = int(Kind.ACCRUAL), int(Kind.PAYMENT), int(Kind.EMPLOYER)
COMPLEMENT, CAPITALISATION = int(Kind.COMPLEMENT), int(Kind.CAPITALISATION)
INDEXATION, REWARDED, FREED = int(Kind.INDEXATION), int(Kind.REWARD), int(Kind.RELEASE)
APPLICATION, ADJUSTMENT = int(Kind.APPLICATION), int(Kind.ADJUSTMENT)
NO_CHANNEL, NO_SOURCE = int(Channel.NONE), -1
CASH, EMPLOYER, UNAPPLIED = OF["cash"], OF["employer"], OF["unapplied"]
BY_INSTITUTE, BY_FUND = OF["complement_institute"], OF["complement_fund"]
FORGIVEN, RELEASED, WAIVED = OF["forgiven"], OF["released"], OF["waived"]
INDEXED_BY, FEES = OF["indexation"], OF["fees"]
CAPITALISED, RELEASES = int(Gap.CAPITALISED), int(Gap.RELEASED)
FUND = int(Payer.PROTECTION_FUND)
STAGES_END = list(OnDefault).index(OnDefault.STAGES_END)
REWARD_LAPSES = list(OnDefault).index(OnDefault.REWARD_LAPSES)
ROA = 0


@compiled
def begin_month(s: Ints, dues: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """A new price of the unit changes pesos, and no units."""
    if s[c.BEGUN] > 0:
        return
    s[c.BEGUN] = 1
    old, s[c.INDEX] = s[c.PRICE], rules.unit
    s[c.PRICE] = rules.unit // SHRUNK if s[c.INDEXED] > 0 else PAR
    if s[c.PRICE] == old:
        return
    row = add_row(sheet, i, rules.first_day, rules.month, INDEXATION, NO_CHANNEL, NO_SOURCE)
    for k in range(s[c.OPEN]):
        units = dues[k, c.DUE_UNITS]
        more = pesos(units, s[c.PRICE]) - pesos(units, old)
        dues[k, c.DUE_PRINCIPAL] += more
        s[c.PRINCIPAL_DUE] += more
        row[out.PRINCIPAL_DUE] += more
        row[INDEXED_BY] -= more
    square(s, row)
    row[INDEXED_BY] += row[out.ROUNDING]
    row[out.ROUNDING] = 0
    drop_if_empty(sheet)


@compiled
def receive(
    s: Ints, dues: Ints, sheet: Sheet, i: int, receipts: Ints, rules: Rules, last: int
) -> None:
    """What was received before the due day: (receipt, column), those up to day `last` of thirty."""
    for k in range(len(receipts)):
        on = day_of_thirty(receipts[k, R_DAY], rules)
        if on <= last:
            book_receipt(s, dues, sheet, i, receipts[k], on, rules)


@compiled
def day_of_thirty(day: int, rules: Rules) -> Any:
    """Day 0 is before the month: value days before it count from its beginning."""
    if day >= rules.last_day:
        return MONTH_END
    return min(max(day - rules.first_day + 1, 0), MONTH_END)


@compiled
def book_receipt(
    s: Ints, dues: Ints, sheet: Sheet, i: int, receipt: Ints, on: int, rules: Rules
) -> None:
    """One receipt: the borrower's, or an employer's share."""
    day, source = receipt[R_DAY], receipt[ORDER]
    if receipt[R_EMPLOYER] > 0:
        money = Money(i, day, on, SHARE, receipt[R_CHANNEL], source, EMPLOYER, 0)
        place_share(s, dues, sheet, receipt[R_AMOUNT], money, rules)
    else:
        intent = receipt[R_INTENT]
        if intent == SETTLE:
            owed = to_settle(s, dues, on, rules.first_day)
            s[c.SETTLING] = receipt[R_AMOUNT] - s[c.UNAPPLIED] >= owed
            apply_waiting(s, dues, sheet, i, day, on, ORDINARY, rules)
        money = Money(i, day, on, PAYMENT, receipt[R_CHANNEL], source, CASH, intent)
        place(s, dues, sheet, receipt[R_AMOUNT], money, rules)
        s[c.SETTLING] = 0


@compiled
def fall_due(s: Ints, dues: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """The month's interest and charges, and the instalment: what the borrower owes of it becomes
    due, what others pay of it is booked, and interest that nobody pays joins the principal."""
    accumulate(s, dues, MONTH_END, rules.first_day)
    row = add_row(sheet, i, rules.last_day, rules.month, ACCRUAL, NO_CHANNEL, NO_SOURCE)
    post_interest(s, row)
    bill_charges(s, row)
    interest, accrued = s[c.NOW_INTEREST], s[c.NOW_WORTH]
    owed = principal_of(s) + interest
    payment, complement, paid, topped = instalment_of(s, owed, interest, rules.residue)
    own = min(interest, payment)  # of the interest, the borrower's part
    own_worth = accrued if interest <= payment else min(paid, accrued)
    principal, units = max(paid - own_worth, 0), payment - own
    if principal == 0 and s[c.INDEXED] > 0:
        principal_falls(s, row, units, 0)  # units that are not worth half a centavo
    if principal == 0 or s[c.INDEXED] == 0:
        units = 0
    make_due(s, dues, row, rules, own, own_worth, principal, units)
    square(s, row)
    drop_if_empty(sheet)
    if topped > 0 or complement > 0:
        pay_complement(s, sheet, i, rules, complement, topped)
    if s[c.NOW_INTEREST] > 0 and s[c.ADVANCED] == 0:
        capitalise(s, sheet, i, rules)
    s[c.WAITING] = max(s[c.WAITING] + interest - payment, 0) if s[c.GAP] == CAPITALISED else 0
    while s[c.OPEN] > 0 and drop_covered(s, dues):
        pass


@compiled
def instalment_of(s: Ints, owed: int, interest: int, residue: int) -> tuple[int, int, int, int]:
    """What borrower and others pay of the month, native and in centavos, less what was advanced."""
    instalment, price, advanced = s[c.INSTALMENT], s[c.PRICE], s[c.ADVANCED]
    if advanced > 0:
        left = max(instalment_now(s) - advanced, 0)
        payment = min(native_of(s, left), owed)
        paid, complement, topped = min(left, pesos(payment, price)), 0, 0
    elif s[c.GAP] == c.NO_STAGE:
        payment = min(instalment, owed)
        paid, complement, topped = pesos(payment, price), 0, 0
    else:
        pays = native_of(s, s[c.PAYS])
        payment, complement = shared_payment(owed, interest, instalment, pays, s[c.GAP])
        paid, topped = worth_of_shares(payment, complement, pays, s[c.PAYS], price)
        paid = paid if owed > 0 else 0
    rest = owed - payment - complement
    if s[c.MONTHS_LEFT] == 1 and s[c.GAP] == c.NO_STAGE and pesos(rest, price) <= residue:
        paid += pesos(payment + rest, price) - pesos(payment, price)
        payment += rest
    return payment, complement, paid, topped


@compiled
def make_due(
    s: Ints,
    dues: Ints,
    row: Ints,
    rules: Rules,
    own: int,
    own_worth: int,
    principal: int,
    units: int,
) -> None:
    """The newest due: the month's charges, the borrower's part of interest, and principal."""
    due = dues[s[c.OPEN]]
    s[c.OPEN] += 1
    payroll = s[c.REGIME] == ROA
    due[c.DUE_MONTH] = rules.month
    due[c.DUE_ON] = rules.payroll_due if payroll else rules.last_day
    due[c.DUE_PAYROLL], due[c.DUE_COUNTED] = payroll, 0
    due[c.DUE_COUNTS] = s[c.GAP] < CAPITALISED
    for which in range(3):
        due[c.DUE_INSURANCE + which] = s[c.NOW_INSURANCE + which]
        s[c.NOW_INSURANCE + which] = 0
    due[c.DUE_INTEREST], due[c.DUE_PRINCIPAL], due[c.DUE_UNITS] = own_worth, principal, units
    s[c.NOW_INTEREST] -= own
    s[c.NOW_WORTH] -= own_worth
    s[c.PRINCIPAL] -= principal
    s[c.PRINCIPAL_DUE] += principal
    s[c.PRINCIPAL_UNITS] -= units
    s[c.PRINCIPAL_DUE_UNITS] += units
    row[out.PRINCIPAL] -= principal
    row[out.PRINCIPAL_DUE] += principal
    row[out.PRINCIPAL_UNITS] -= units
    row[out.PRINCIPAL_DUE_UNITS] += units


@compiled
def pay_complement(
    s: Ints, sheet: Sheet, i: int, rules: Rules, complement: int, topped: int
) -> None:
    """What somebody else pays of the month: interest that the borrower does not, then principal."""
    row = add_row(sheet, i, rules.last_day, rules.month, COMPLEMENT, NO_CHANNEL, NO_SOURCE)
    row[BY_FUND if s[c.PAYER] == FUND else BY_INSTITUTE] += topped
    interest = min(complement, s[c.NOW_INTEREST])
    worth = s[c.NOW_WORTH] if interest == s[c.NOW_INTEREST] else topped
    worth = min(worth, topped)
    s[c.NOW_INTEREST] -= interest
    s[c.NOW_WORTH] -= worth
    s[c.INTEREST] -= worth
    row[out.INTEREST] -= worth
    principal_falls(s, row, complement - interest, topped - worth)
    square(s, row)


@compiled
def capitalise(s: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """Interest that the instalment or the stage does not reach joins the principal."""
    row = add_row(sheet, i, rules.last_day, rules.month, CAPITALISATION, NO_CHANNEL, NO_SOURCE)
    worth, native = s[c.NOW_WORTH], s[c.NOW_INTEREST]
    s[c.NOW_WORTH] = s[c.NOW_INTEREST] = 0
    s[c.INTEREST] -= worth
    row[out.INTEREST] -= worth
    principal_falls(s, row, -native, -worth)
    square(s, row)


@compiled
def end_month(s: Ints, dues: Ints, sheet: Sheet, i: int, receipts: Ints, rules: Rules) -> None:
    """The due day: the instalment, what is paid that day, and what follows from it."""
    if not is_over(s):
        fall_due(s, dues, sheet, i, rules)
    elif s[c.BILLED] == 0:
        s[c.BILLED] = 1
    apply_waiting(s, dues, sheet, i, rules.last_day, MONTH_END, INSTALMENT, rules)
    for from_employer in range(2):
        if from_employer == 1:
            forgive_reward(s, sheet, i, rules)
        for k in range(len(receipts)):
            if receipts[k, R_EMPLOYER] == from_employer:
                on = day_of_thirty(receipts[k, R_DAY], rules)
                if on == MONTH_END:
                    book_receipt(s, dues, sheet, i, receipts[k], on, rules)
    pauses = s[c.GAP] >= CAPITALISED
    earned = s[c.EFFECTIVE] >= rules.released_at and s[c.OPEN] == 0 and not pauses
    insured = s[c.GAP] == RELEASES and s[c.STAGE_LEFT] == 1
    if (earned or insured) and debt_of(s) > 0:
        release(s, sheet, i, rules)
    count_missed(s, dues, sheet, i, rules)
    finish(s, rules)


@compiled
def apply_waiting(
    s: Ints,
    dues: Ints,
    sheet: Sheet,
    i: int,
    day: int,
    on: int,
    intent: int,
    rules: Rules,
) -> None:
    """What was received and waits for an instalment."""
    waiting = -s[c.UNAPPLIED]
    if waiting > 0:
        s[c.UNAPPLIED] = 0
        money = Money(i, day, on, APPLICATION, NO_CHANNEL, NO_SOURCE, UNAPPLIED, intent)
        place(s, dues, sheet, waiting, money, rules)


@compiled
def forgive_reward(s: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """Principal that payments in a row have earned."""
    if s[c.REWARD] > 0 and s[c.REWARD_LEFT] == 0:
        row = add_row(sheet, i, rules.last_day, rules.month, REWARDED, NO_CHANNEL, NO_SOURCE)
        native = min(principal_of(s), native_of(s, s[c.REWARD]))
        worth = pesos(native, s[c.PRICE])
        principal_falls(s, row, native, worth)
        row[FORGIVEN] += worth
        square(s, row)
        drop_if_empty(sheet)
        s[c.REWARD] = s[c.WAIVED] = 0


@compiled
def release(s: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """After the last effective payment that the law asks for, with no month unpaid, or at the end
    of a stage that releases, nothing is owed any more."""
    row = add_row(sheet, i, rules.last_day, rules.month, FREED, NO_CHANNEL, NO_SOURCE)
    write_off(s, row, RELEASED, RELEASED)
    drop_if_empty(sheet)
    s[c.STATUS] = c.RELEASED


@compiled
def count_missed(s: Ints, dues: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """Months whose due day has passed; the first of them ends what was agreed on condition."""
    s[c.MISSED] = s[c.MISSED_BY_EMPLOYER] = 0
    s[c.OLDEST] = -1
    fresh = False
    for k in range(s[c.OPEN]):
        if dues[k, c.DUE_ON] <= rules.last_day:
            fresh = fresh or dues[k, c.DUE_COUNTED] == 0
            dues[k, c.DUE_COUNTED] = 1
            s[c.MISSED] += 1
            s[c.MISSED_BY_EMPLOYER] += dues[k, c.DUE_PAYROLL]
            if s[c.OLDEST] < 0:
                s[c.OLDEST] = dues[k, c.DUE_MONTH]
    if fresh:
        s[c.IN_A_ROW] = 0
        if s[c.ON_DEFAULT] == STAGES_END:
            s[c.STAGE_LEFT] = s[c.SECOND_LEFT] = s[c.THIRD_LEFT] = 0
            s[c.GAP] = c.NO_STAGE
        if s[c.ON_DEFAULT] == REWARD_LAPSES and s[c.REWARD] > 0:
            lapse(s, dues, sheet, i, rules)


@compiled
def lapse(s: Ints, dues: Ints, sheet: Sheet, i: int, rules: Rules) -> None:
    """The benefit is lost, and the charges that were waived are owed again."""
    row = add_row(sheet, i, rules.last_day, rules.month, ADJUSTMENT, NO_CHANNEL, NO_SOURCE)
    again = s[c.WAIVED]
    s[c.FEES] += again
    dues[0, c.DUE_FEES] += again
    row[FEES] += again
    row[WAIVED] -= again
    s[c.REWARD] = s[c.WAIVED] = s[c.REWARD_LEFT] = 0
    drop_if_empty(sheet)


@compiled
def finish(s: Ints, rules: Rules) -> None:
    """The next month begins."""
    if debt_of(s) == 0 and s[c.STATUS] == c.ACTIVE:
        s[c.STATUS] = c.SETTLED
    s[c.MONTHS_LEFT] = max(s[c.MONTHS_LEFT] - 1, 0)
    if s[c.GAP] != c.NO_STAGE:
        s[c.STAGE_LEFT] -= 1
        while s[c.GAP] != c.NO_STAGE and s[c.STAGE_LEFT] == 0:
            for place_ in range(c.GAP, c.THIRD_GAP):
                s[place_] = s[place_ + 4]
            s[c.THIRD_GAP], s[c.THIRD_LEFT] = c.NO_STAGE, 0
    s[c.MONTH], s[c.BEGUN], s[c.BILLED] = rules.month + 1, 0, 0
    s[c.ACCRUED_DAY] = s[c.NUMERATOR] = s[c.ACCRUED] = s[c.ACCRUED_WORTH] = s[c.ADVANCED] = 0
