"""One month of sixty-four credits, step by step in the order in which the contract takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tequio.core.offer import Gap, Payer
from tequio.engine.block import (
    BALANCE,
    BIMESTER,
    BIMESTER_WORTH,
    BY_FUND,
    CHARGED,
    CHARGES,
    DISCOUNT,
    EMPLOYER,
    EVEN,
    FREED,
    FUND,
    GAP,
    INDEX,
    INDEXED,
    INSTALMENT,
    INSTALMENT_WORTH,
    INSTITUTE,
    LANES,
    MONTHS_RUN,
    MOST_FIXED,
    NO_STAGE,
    OUTGROWN,
    PAID,
    PAYMENT,
    PAYS,
    PAYS_WORTH,
    PEAK,
    PRICE,
    RATE,
    RELEASE_AT,
    RELEASED,
    REWARD,
    REWARD_AT,
    REWARD_DUE,
    REWARDED,
    STAGE_CHANGES,
    STAGE_GAP,
    STAGE_MONTHS,
    STAGE_PAYER,
    STAGE_PAYS,
    TERM,
    TERM_ENDS,
    VALUE,
    WAITS,
    Future,
    Ints,
    Numbers,
    Rows,
)
from tequio.engine.exact import bare, compiled, interest_of, pesos, ratio

TO_INSTALMENT, TO_INTEREST = int(Gap.TO_INSTALMENT), int(Gap.TO_INTEREST)
CAPITALISED, NO_INTEREST = int(Gap.CAPITALISED), int(Gap.NO_INTEREST)
RELEASES = int(Gap.RELEASED)
PROTECTION_FUND = int(Payer.PROTECTION_FUND)
CENTAVOS = 10**7  # units of an index times millionths, in one centavo


@bare
def month(
    z: Numbers,
    t: int,
    event: int,
    staged: bool,
    employed: bool,
    future: Future,
    stages: Ints,
    lanes: Rows,
) -> None:
    """Month t of every lane, with the events that some lane has in it."""
    discount = future.months[DISCOUNT, t]
    if event & STAGE_CHANGES:
        enter_stages(z, t, future.months[INDEX, t], stages, lanes)
    if staged:
        pay_in_stages(z, t, discount)
    else:
        pay_level(z, t, discount)
    if event & TERM_ENDS:
        clear_the_rest(z, t, discount, future.residue)
    if event & REWARDED:
        forgive_reward(z, t, future.months[INDEX, t])
    if employed and future.months[EVEN, t] > 0:
        post_employer(z, discount)
    if event & FREED:
        release(z, t)


@bare
def pay_level(z: Numbers, t: int, discount: Any) -> None:
    """Interest, and the instalment or what is still owed, where no lane is in a stage."""
    for j in range(LANES):
        balance = z[BALANCE + j]
        owed = balance + interest_of(balance, z[RATE + j])
        payment = min(z[INSTALMENT + j], owed)
        paid = pesos(payment, z[PRICE + j])
        z[BALANCE + j] = owed - payment
        z[PAYMENT + j] = payment
        z[PAID + j] += paid
        z[VALUE + j] += discount * paid
        charges = z[CHARGES + j]
        z[CHARGED + j] += charges if balance > 0 else 0
        z[MONTHS_RUN + j] = t if balance > 0 else z[MONTHS_RUN + j]


@bare
def pay_in_stages(z: Numbers, t: int, discount: Any) -> None:
    """The same where some lane is: a temporary payment, and who pays the complement."""
    for j in range(LANES):
        balance, price, gap = z[BALANCE + j], z[PRICE + j], z[GAP + j]
        pays = z[PAYS + j]
        waits = z[WAITS + j] if gap == CAPITALISED else 0
        accrued = interest_of(max(balance - waits, 0), z[RATE + j])
        interest = 0 if gap >= NO_INTEREST else accrued  # that, or RELEASES
        owed = balance + interest
        payment, complement = shared_payment(owed, interest, z[INSTALMENT + j], pays, gap)
        paid, topped = worth_of_shares(payment, complement, pays, z[PAYS_WORTH + j], price)
        paid = paid if balance > 0 else 0
        by_fund = topped if z[BY_FUND + j] > 0 else 0
        z[BALANCE + j] = owed - payment - complement
        z[WAITS + j] = max(waits + interest - payment, 0) if gap == CAPITALISED else 0
        z[PAYMENT + j] = payment
        z[PAID + j] += paid
        z[FUND + j] += by_fund
        z[INSTITUTE + j] += topped - by_fund
        z[VALUE + j] += discount * (paid + by_fund)
        charges = z[CHARGES + j]
        z[CHARGED + j] += charges if balance > 0 else 0
        z[MONTHS_RUN + j] = t if balance > 0 else z[MONTHS_RUN + j]


@bare
def shared_payment(owed: Any, interest: Any, instalment: Any, pays: Any, gap: Any) -> Any:
    """What the borrower pays of a month in a stage, and what its payer adds; native."""
    payment = min(pays, instalment) if gap == TO_INSTALMENT else pays
    short = instalment - payment if gap == TO_INSTALMENT else 0
    short = max(interest - pays, 0) if gap == TO_INTEREST else short
    payment = min(payment, owed)
    return payment, min(short, owed - payment)


@bare
def worth_of_shares(payment: Any, complement: Any, pays: Any, pays_worth: Any, price: Any) -> Any:
    """Both in pesos. What is paid as agreed is the agreed pesos, not what their units are worth."""
    paid = pays_worth if payment == pays else pesos(payment, price)
    topped = pesos(payment + complement, price) - paid if complement > 0 else 0
    return paid, topped


@bare
def clear_the_rest(z: Numbers, t: int, discount: Any, residue: Any) -> None:
    """The last contractual payment also pays a small rest."""
    for j in range(LANES):
        balance, payment, price = z[BALANCE + j], z[PAYMENT + j], z[PRICE + j]
        small = pesos(balance, price) <= residue
        clears = (z[TERM + j] == t) & (z[GAP + j] == NO_STAGE) & small
        rest = balance if clears else 0
        extra = pesos(payment + rest, price) - pesos(payment, price)
        extra = extra if clears else 0
        z[BALANCE + j] = balance - rest
        z[PAID + j] += extra
        z[VALUE + j] += discount * extra


@bare
def forgive_reward(z: Numbers, t: int, index: Any) -> None:
    """Principal that payments in a row have earned."""
    for j in range(LANES):
        if z[REWARD_AT + j] == t:
            forgiven = min(z[BALANCE + j], native(z, j, z[REWARD_DUE + j], index))
            z[BALANCE + j] -= forgiven
            z[REWARD + j] += pesos(forgiven, z[PRICE + j])


@bare
def post_employer(z: Numbers, discount: Any) -> None:
    """The employer's share of two months, to principal; whole, it is worth what was sent."""
    for j in range(LANES):
        balance, sent = z[BALANCE + j], z[BIMESTER + j]
        posted = min(balance, sent)
        worth, part = z[BIMESTER_WORTH + j], pesos(posted, z[PRICE + j])
        cash = worth if posted == sent else part
        z[BALANCE + j] = balance - posted
        z[EMPLOYER + j] += cash
        z[VALUE + j] += discount * cash


@bare
def release(z: Numbers, t: int) -> None:
    """In the month of its release a credit owes nothing any more."""
    for j in range(LANES):
        if z[RELEASE_AT + j] == t:
            z[RELEASED + j] += pesos(z[BALANCE + j], z[PRICE + j])
            z[BALANCE + j] = 0


@bare
def enter_stages(z: Numbers, t: int, index: Any, stages: Ints, lanes: Rows) -> None:
    """Which stage each lane is in, from month t on, and what it pays at this year's index."""
    for j in range(lanes.size):
        z[GAP + j], z[BY_FUND + j] = NO_STAGE, 0
        z[PAYS + j], z[PAYS_WORTH + j] = z[INSTALMENT + j], z[INSTALMENT_WORTH + j]
        i, last = lanes[j], 0
        for stage in range(len(stages)):
            last += stages[stage, STAGE_MONTHS, i]
            if t <= last:
                z[GAP + j] = stages[stage, STAGE_GAP, i]
                z[BY_FUND + j] = stages[stage, STAGE_PAYER, i] == PROTECTION_FUND
                z[PAYS_WORTH + j] = stages[stage, STAGE_PAYS, i]
                z[PAYS + j] = native(z, j, z[PAYS_WORTH + j], index)
                if z[PAYS_WORTH + j] > MOST_FIXED:
                    z[PEAK + j] = 2 * OUTGROWN
                break


@bare
def native(z: Numbers, j: int, centavos: Any, index: Any) -> Any:
    """An amount in pesos as lane j keeps it."""
    return ratio(centavos, CENTAVOS, index) if z[INDEXED + j] > 0 else centavos


@compiled
def release_months(effective: Ints, stages: Ints, released_at: int) -> Ints:
    """The month of each row's last effective payment that the law asks for, or of its first when it
    has as many already; or the last of a stage that releases, if that comes before.

    Months in which nobody completes the payment do not count.
    """
    releases = np.empty(effective.size, np.int64)
    for i in range(effective.size):
        missing, last = max(released_at - effective[i], 1), 0
        for stage in range(len(stages)):
            months, gap = stages[stage, STAGE_MONTHS, i], stages[stage, STAGE_GAP, i]
            if gap in (TO_INSTALMENT, TO_INTEREST):
                if missing <= months:
                    break
                missing -= months
            elif gap == RELEASES and months > 0:
                missing = months
                break
            last += months
        releases[i] = last + missing
    return releases
