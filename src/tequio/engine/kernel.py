"""The projection of every row of a plan: block by block, calendar year by calendar year.

A year in which nothing happens to a block but level payments is skimmed: only balances move, month
by month, and everything in pesos follows from them once a year. A year with a stage, a reward or a
release, and the year in which a lane ends, runs through `month.month`, step by step.
"""

from __future__ import annotations

from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tequio.engine.block import (
    BALANCE,
    BIMESTER,
    BIMESTER_WORTH,
    CHARGED,
    CHARGES,
    DISCOUNT,
    DISCOUNTS,
    EMPLOYER,
    EVEN,
    EVEN_DISCOUNTS,
    EVEN_MONTHS,
    FEES,
    FREED,
    FUND,
    GAP,
    INDEX,
    INDEXATION,
    INDEXED,
    INSTALMENT,
    INSTALMENT_WORTH,
    INSTITUTE,
    INSURANCE,
    LANES,
    MONTHS_RUN,
    MOST_FIXED,
    MOST_PAID,
    NEARLY_OVER,
    NO_STAGE,
    OUTGROWN,
    PAID,
    PEAK,
    PRICE,
    RATE,
    RELEASE_AT,
    RELEASED,
    REWARD,
    REWARD_AT,
    REWARD_DUE,
    REWARDED,
    ROWS,
    STAGE_CHANGES,
    STAGE_MONTHS,
    TERM,
    TERM_ENDS,
    UNIT_PRICE,
    VALUE,
    YEAR_BALANCE,
    YEAR_END,
    Columns,
    Future,
    Ints,
    Numbers,
    Results,
    Rows,
)
from tequio.engine.exact import PAR, YEAR, bare, compiled, followed_fees, interest_of, pesos, ratio
from tequio.engine.month import CENTAVOS, enter_stages, month, release_months
from tequio.engine.outlook import DISCOUNT_ONE, MONTHS

Events = NDArray[np.uint8]

KINDS = 4  # level, level with an employer, effects that end soon, effects that last
CHUNK = 4_096  # rows sorted at a time: their columns stay in the second cache
SOON = 24  # months; effects that are over by then keep blocks of their own
LONGEST = 511  # of a run length in a sort key


@compiled
def project_rows(
    columns: Columns,
    stages: Ints,
    future: Future,
    z: Numbers,
    results: Results,
    outgrown: Any,
    trace: Numbers,
    years: Ints,
) -> None:
    """Every row to its end; `outgrown` marks those that float64 cannot promise.

    `stages` is (stage, part, row). `z` is a block of either type. `trace` (MONTHS + 1, ROWS)
    receives the first lane after each month, `years` what all rows together pay in each calendar
    year; without rows they are not kept.
    """
    events = np.zeros(MONTHS + 2, np.uint8)
    releases = release_months(columns.effective, stages, future.released_at)
    index = float(future.months[INDEX, 0])
    for first in range(0, columns.balance.size, CHUNK):
        last = min(first + CHUNK, columns.balance.size)
        order = by_run_length(columns, stages, releases, index, first, last)
        for start in range(0, order.size, LANES):
            lanes = order[start : start + LANES]
            load(z, columns, releases, future, lanes)
            stages_end = foresee(z, events, stages, lanes)
            run(z, events, stages_end, future, stages, lanes, trace, years)
            store(z, columns, future.months[UNIT_PRICE, 0], lanes, results, outgrown)


@bare
def run(
    z: Numbers,
    events: Events,
    stages_end: int,
    future: Future,
    stages: Ints,
    lanes: Rows,
    trace: Numbers,
    years: Ints,
) -> None:
    """One block until every lane is at zero, or the outlook ends."""
    employed = some(z, BIMESTER_WORTH)
    index, price = future.months[INDEX], future.months[UNIT_PRICE]
    t, year, before = 0, 0, 0
    while t < MONTHS and some(z, BALANCE):
        end = int(future.months[YEAR_END, t])
        if t == 0 or index[t + 1] != index[t]:
            reprice(z, price[t + 1], index[t + 1], index[0])
            if employed:
                reprice_shares(z, index[t + 1])
        begin_year(z)
        if stages_end > 0 and t <= stages_end:
            enter_stages(z, t + 1, index[t + 1], stages, lanes)
        if (
            len(trace) > 0
            or eventful(events, stages_end, t, end)
            or not skimmed(z, t, end, employed, future.months)
        ):
            while t < end and some(z, BALANCE):
                t += 1
                month(z, t, events[t], t <= stages_end, employed, future, stages, lanes)
                if len(trace) > 0:
                    for row in range(ROWS):
                        trace[t, row] = z[row * LANES]
        t = end
        if len(years) > 0:
            now = received(z)
            years[year] += now - before
            before, year = now, year + 1


@bare
def received(z: Numbers) -> int:
    """What the fund has received from all lanes so far, in pesos: what its value is made of."""
    total = 0
    for j in range(LANES):
        total += int(z[PAID + j]) + int(z[FUND + j]) + int(z[EMPLOYER + j])
    return total


@bare
def some(z: Numbers, row: int) -> bool:
    """Whether a row of the block has a number above 0."""
    found = 0
    for j in range(LANES):
        found += z[row + j] > 0
    return found > 0


@bare
def eventful(events: Events, stages_end: int, t: int, end: int) -> bool:
    """Whether more than level payments may happen to some lane after month t and up to `end`."""
    found = t < stages_end
    for each in range(t + 1, end + 1):
        found = found or events[each] & (REWARDED | FREED) > 0
    return found


@bare
def reprice(z: Numbers, price: Any, index: Any, at_start: Any) -> None:
    """January: the unit's new price changes what units are worth, and no units."""
    for j in range(LANES):
        indexed = z[INDEXED + j] > 0
        balance, fees = z[BALANCE + j], z[FEES + j]
        now = price if indexed else PAR
        z[INDEXATION + j] += pesos(balance, now) - pesos(balance, z[PRICE + j])
        z[PRICE + j] = now
        z[INSTALMENT_WORTH + j] = pesos(z[INSTALMENT + j], now)
        followed = followed_fees(fees, index, at_start)
        z[CHARGES + j] = z[INSURANCE + j] + (followed if indexed else fees)


@bare
def reprice_shares(z: Numbers, index: Any) -> None:
    """What the employers' pesos buy this year, in units."""
    for j in range(LANES):
        share = z[BIMESTER_WORTH + j]
        in_units = ratio(share, CENTAVOS, index)
        z[BIMESTER + j] = in_units if z[INDEXED + j] > 0 else share


@bare
def begin_year(z: Numbers) -> None:
    """Keep the balance, to look at the year again, and the highest one seen."""
    for j in range(LANES):
        balance = z[BALANCE + j]
        z[YEAR_BALANCE + j] = balance
        z[PEAK + j] = max(z[PEAK + j], balance * max(z[PRICE + j], PAR))


@bare
def skimmed(z: Numbers, t: int, end: int, employed: bool, months: Numbers) -> bool:
    """Run the months after t and up to `end` by their balances alone, and book them at once.

    False, with the balances put back, when some lane ends in them or may pay its last rest.
    """
    amortise(z, t + 1, end, employed, months[EVEN])
    ended = 0
    for j in range(LANES):
        ended += (z[YEAR_BALANCE + j] > 0) & (z[BALANCE + j] <= z[NEARLY_OVER + j])
    if ended > 0:
        for j in range(LANES):
            z[BALANCE + j] = z[YEAR_BALANCE + j]
        return False
    book(z, end - t, months[DISCOUNTS, end] - months[DISCOUNTS, t])
    if employed:
        bimesters = months[EVEN_MONTHS, end] - months[EVEN_MONTHS, t]
        book_shares(z, bimesters, months[EVEN_DISCOUNTS, end] - months[EVEN_DISCOUNTS, t])
    return True


@bare
def amortise(z: Numbers, first: int, last: int, employed: bool, even: Numbers) -> None:
    """Months of interest and the level payment, and the employer's share of two months."""
    for t in range(first, last + 1):
        for j in range(LANES):
            balance = z[BALANCE + j]
            rest = (balance - z[INSTALMENT + j]) + interest_of(balance, z[RATE + j])
            z[BALANCE + j] = max(rest, 0)
        if employed and even[t] > 0:
            for j in range(LANES):
                z[BALANCE + j] = max(z[BALANCE + j] - z[BIMESTER + j], 0)


@bare
def book(z: Numbers, months: int, discounts: Any) -> None:
    """So many full instalments, in pesos, of the lanes that are alive."""
    for j in range(LANES):
        alive = z[BALANCE + j] > 0
        paid, charges = z[INSTALMENT_WORTH + j], z[CHARGES + j]
        paid, charges = paid if alive else 0, charges if alive else 0
        z[PAID + j] += months * paid
        z[VALUE + j] += discounts * paid
        z[CHARGED + j] += months * charges


@bare
def book_shares(z: Numbers, bimesters: Any, discounts: Any) -> None:
    """So many shares of the employer, of the lanes that are alive."""
    for j in range(LANES):
        cash = z[BIMESTER_WORTH + j]
        cash = cash if z[BALANCE + j] > 0 else 0
        z[EMPLOYER + j] += bimesters * cash
        z[VALUE + j] += discounts * cash


@bare
def load(z: Numbers, columns: Columns, releases: Ints, future: Future, lanes: Rows) -> None:
    """Rows of the plan into the block."""
    for place in range(z.size):
        z[place] = 0
    for j in range(lanes.size):
        i = lanes[j]
        indexed = columns.indexed[i]
        z[BALANCE + j], z[INSTALMENT + j] = columns.balance[i], columns.instalment[i]
        z[RATE + j], z[BIMESTER_WORTH + j] = columns.rate[i], 2 * columns.employer[i]
        z[INDEXED + j], z[GAP + j] = indexed, NO_STAGE
        z[INSURANCE + j], z[FEES + j] = columns.insurance[i], columns.fees[i]
        z[PRICE + j] = future.months[UNIT_PRICE, 0] if indexed else PAR
        z[NEARLY_OVER + j] = future.small_units if indexed else future.small_pesos
        z[VALUE + j] = future.months[DISCOUNT, 1] * columns.overdue[i]
        z[TERM + j], z[RELEASE_AT + j] = columns.term[i], releases[i]
        z[REWARD_AT + j], z[REWARD_DUE + j] = columns.reward_at[i], columns.reward[i]
        z[PEAK + j] = 2 * OUTGROWN if columns.reward[i] > MOST_FIXED else 0


@bare
def foresee(z: Numbers, events: Events, stages: Ints, lanes: Rows) -> int:
    """What happens in which month to some lane of the block. The last month with a stage."""
    for t in range(events.size):
        events[t] = 0
    stages_end = 0
    for j in range(lanes.size):
        events[min(int(z[TERM + j]), MONTHS + 1)] |= TERM_ENDS
        events[min(int(z[REWARD_AT + j]), MONTHS + 1)] |= REWARDED
        events[min(int(z[RELEASE_AT + j]), MONTHS + 1)] |= FREED
        last = 0
        for stage in range(len(stages)):
            last = min(last + stages[stage, STAGE_MONTHS, lanes[j]], MONTHS)
            events[last + 1] |= STAGE_CHANGES
        stages_end = max(stages_end, last)
    return stages_end


@bare
def store(
    z: Numbers, columns: Columns, price: Any, lanes: Rows, results: Results, outgrown: Any
) -> None:
    """The sums of each lane, and its interest by the identity that makes every row add up."""
    for j in range(lanes.size):
        i = lanes[j]
        at_start = price if columns.indexed[i] else PAR
        start = int(pesos(z[BALANCE] * 0 + columns.balance[i], at_start))
        left = int(pesos(z[BALANCE + j], z[PRICE + j]))
        arrived = z[PAID + j] + z[INSTITUTE + j] + z[FUND + j] + z[EMPLOYER + j]
        settled = int(arrived + z[REWARD + j] + z[RELEASED + j]) + left
        results.months[i] = MONTHS if z[BALANCE + j] > 0 else int(z[MONTHS_RUN + j])
        results.paid[i] = int(z[PAID + j])
        results.charges[i] = int(z[CHARGED + j])
        results.overdue[i] = columns.overdue[i]
        results.interest[i] = settled - start - int(z[INDEXATION + j])
        results.indexation[i] = int(z[INDEXATION + j])
        results.complement_institute[i] = int(z[INSTITUTE + j])
        results.complement_fund[i] = int(z[FUND + j])
        results.employer[i] = int(z[EMPLOYER + j])
        results.reward[i] = int(z[REWARD + j])
        results.released[i] = int(z[RELEASED + j])
        results.npv[i] = (int(z[VALUE + j]) + DISCOUNT_ONE // 2) // DISCOUNT_ONE
        results.left[i] = left
        outgrown[i] = z[PEAK + j] > OUTGROWN or arrived + columns.overdue[i] > MOST_PAID


@compiled
def by_run_length(
    columns: Columns, stages: Ints, releases: Ints, index: float, first: int, last: int
) -> Rows:
    """Rows in the order of what they need, then of how long they run, so that a block ends at
    once. A stable counting sort."""
    keys = sort_keys(columns, stages, releases, index, first, last)
    places = np.zeros(KINDS * (LONGEST + 1) + 1, np.int64)
    for key in keys:
        places[key + 1] += 1
    places = np.cumsum(places)
    order = np.empty(keys.size, np.uint32)
    for k in range(keys.size):
        order[places[keys[k]]] = first + k
        places[keys[k]] += 1
    return order


@compiled
def sort_keys(
    columns: Columns, stages: Ints, releases: Ints, index: float, first: int, last: int
) -> Ints:
    """The kind of each row and, inside it, about how many months it runs."""
    keys = np.empty(last - first, np.int64)
    per_centavo = CENTAVOS / index  # units
    for i in range(first, last):
        effects = columns.reward_at[i]
        staged = 0
        for stage in range(len(stages)):
            staged += stages[stage, STAGE_MONTHS, i]
        effects = max(effects, staged)
        kind = 1 if columns.employer[i] > 0 else 0
        if effects > 0:
            kind = 2 if effects <= SOON else 3
        share = columns.employer[i]
        level = columns.instalment[i] + (share * per_centavo if columns.indexed[i] else share)
        months = staged + run_length(columns.balance[i], columns.rate[i], level)
        keys[i - first] = kind * (LONGEST + 1) + min(months, releases[i], MONTHS)
    return keys


@bare
def run_length(balance: int, rate: int, instalment: float) -> int:
    """About how many level payments clear a balance; it only decides who goes beside whom."""
    monthly = rate / YEAR
    if balance * monthly >= instalment * 0.999999:
        return MONTHS
    if rate == 0:
        return int(min(balance / instalment + 1, MONTHS))
    months = -log1p(-balance * monthly / instalment) / (monthly - monthly * monthly / 2)
    return int(min(months, MONTHS)) + 1
