"""The history beside a simulated portfolio, as files: agreements, movements, settled, receipts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tequio.demo import assumptions
from tequio.demo.contracts import CENTAVO
from tequio.demo.fact_tables import municipalities
from tequio.demo.history import assumed
from tequio.demo.history.agreements import (
    BORRON,
    CONVERSION,
    EARLY,
    FUND,
    NONE_YET,
    PROGRAMMES,
    STATES,
    Agreements,
    agreements_of,
    rewards,
)
from tequio.demo.history.booking import Story, movements_of
from tequio.demo.history.curves import since_of
from tequio.demo.history.months import counts_of, direct_months
from tequio.demo.history.past import Past, last_day, past_of
from tequio.demo.history.payments import due_of, payers_of
from tequio.demo.history.receipts import SCHEMA as RECEIPTS
from tequio.demo.history.receipts import Received
from tequio.demo.history.settled import counts as settled_counts
from tequio.demo.history.settled import overpaid, settled
from tequio.demo.history.units import in_units
from tequio.demo.people import births, wages
from tequio.demo.state import CALIBRATED_ON
from tequio.demo.vintages import first_day, pick
from tequio.engine.drafts import whole
from tequio.engine.errors import Refused
from tequio.engine.portfolio import Portfolio
from tequio.servicing.accounts import ACCOUNTS, NAMES, Movements

Ints = NDArray[np.int64]

FORMAT = "2"
CHUNK = 4_096  # credits at a time: their months fit in memory
TEXT = pa.dictionary(pa.int32(), pa.string())
SEED = re.compile(r"semilla (\d+)")
DAY_OFFERED, DAY_ACCEPTED = 20, 8  # days before the first of an agreement, at most

AGREEMENTS = pa.schema(
    [
        pa.field("credit", TEXT),
        pa.field("programme", TEXT),
        pa.field("offered_on", pa.date32()),
        pa.field("accepted_on", pa.date32()),
        pa.field("in_force_on", pa.date32()),
        pa.field("ended_on", pa.date32(), metadata={"tells": "Empty while it is in force."}),
        pa.field("state", TEXT),
        pa.field("forgiven", pa.int64(), metadata={"unit": "centavos", "tells": "Principal."}),
        pa.field(
            "complement", pa.int64(), metadata={"unit": "centavos", "tells": "Paid by others."}
        ),
        pa.field("paid", pa.int64(), metadata={"unit": "centavos", "tells": "The one deposit."}),
        pa.field("capitalised", pa.int64(), metadata={"unit": "centavos"}),
    ]
)
MOVEMENTS = pa.schema(
    [
        pa.field("credit", TEXT),
        pa.field("day", pa.date32()),
        pa.field("month", pa.int32(), metadata={"tells": "year x 12 + month - 1"}),
        pa.field("kind", pa.int8(), metadata={"tells": "Place in accounts.Kind."}),
        pa.field("channel", pa.int8(), metadata={"tells": "Place in accounts.Channel."}),
        *(pa.field(a.name, pa.int64(), metadata={"label": a.label}) for a in ACCOUNTS),
    ]
)
SETTLED = pa.schema(
    [
        pa.field("credit", TEXT),
        pa.field("municipality", TEXT),
        pa.field("granted_on", pa.date32()),
        pa.field("granted", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("converted_on", pa.date32()),
        pa.field("settled_on", pa.date32()),
        pa.field("early", pa.bool_(), metadata={"tells": "With a discount."}),
        pa.field("balance", pa.int64(), metadata={"unit": "centavos", "tells": "On that day."}),
        pa.field("forgiven", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("principal_paid", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("interest_paid", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("months_paid", pa.int32()),
        pa.field("rate", pa.int32(), metadata={"unit": "ppm"}),
        pa.field("instalment", pa.int64(), metadata={"unit": "centavos"}),
        pa.field("sex", pa.int8(), metadata={"tells": "Place in lists.SEXES."}),
        pa.field("born_on", pa.date32()),
        pa.field("wage", pa.int64(), metadata={"unit": "centavos", "tells": "On the last day."}),
    ]
)
TABLES = {
    "agreements": AGREEMENTS,
    "movements": MOVEMENTS,
    "settled": SETTLED,
    "receipts": RECEIPTS,
}


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """The history of some credits, as it is written."""

    past: Past
    agreements: pa.Table
    movements: Movements

    def movement_table(self) -> pa.Table:
        """In the schema of movements."""
        return movement_table(self.past, self.movements)


def chapters(portfolio: Portfolio, received: Received | None = None) -> Iterator[Chapter]:
    """The history of a simulated portfolio, some credits at a time, the settled ones last.

    Refused: the portfolio is of real credits, or of another day.
    """
    seed = seed_of(portfolio)
    for group in range(portfolio.row_groups):
        rows = portfolio.read_group(group)
        for first in range(0, rows.num_rows, CHUNK):
            rng = np.random.default_rng([seed, group, first])
            yield chapter(rng, past_of(rows.slice(first, CHUNK)), received)
    gone = settled(seed, portfolio.rows)
    for first in range(0, len(gone.number), CHUNK):
        rng = np.random.default_rng([seed, portfolio.row_groups, first])
        yield chapter(rng, gone.take(slice(first, first + CHUNK)), received)


def seed_of(portfolio: Portfolio) -> int:
    """The seed that a portfolio says it was made from."""
    about = portfolio.about
    found = SEED.search(about.origin)
    if not about.simulated or found is None:
        raise Refused(f"{portfolio.path} no es una cartera simulada: su historia no se inventa.")
    if about.as_of != CALIBRATED_ON:
        raise Refused(
            f"La historia simulada llega al {CALIBRATED_ON}; {portfolio.path} es del {about.as_of}."
        )
    return int(found[1])


def chapter(rng: np.random.Generator, past: Past, received: Received | None) -> Chapter:
    """The history of some credits."""
    counts = counts_of(past)
    agreements = agreements_of(rng, past, np.diff(counts.paid, axis=1) > 0)
    reward = rewards(past, agreements)
    since = since_of(past, counts, reward.sum(axis=1))
    units = in_units(rng, past, counts, since)
    due = due_of(past, counts, since, units)
    direct = direct_months(rng, past)
    channel = assumed.DIRECT_CHANNELS[pick(rng, assumed.DIRECT_SHARES, len(past.number))]
    payers = payers_of(past, due, agreements, direct)
    over = overpaid(rng, past)
    story = Story(past, counts, since, units, due, payers, direct, channel, reward, over)
    if received:
        received.add(story)
    return Chapter(past, agreement_table(rng, story, agreements), movements_of(story))


def agreement_table(rng: np.random.Generator, story: Story, agreements: Agreements) -> pa.Table:
    """Days and amounts of each agreement; the amounts are sums of movements."""
    past, rows, programme = story.past, agreements.row, agreements.programme
    first = first_day(agreements.first)
    first = np.where(programme == CONVERSION, past.converted_on[rows], first)
    first = np.where(programme == EARLY, last_day(agreements.first), first)
    accepted = first - rng.integers(0, DAY_ACCEPTED, len(rows))
    offered = accepted - rng.integers(0, DAY_OFFERED, len(rows))
    ends = agreements.last < NONE_YET
    at_once = np.isin(programme, (CONVERSION, EARLY))
    ended = np.where(at_once, first, last_day(np.minimum(agreements.last, assumed.LAST)))
    forgiven = np.where(programme == CONVERSION, story.units.conversion.forgiven[rows], 0)
    forgiven = np.where(programme == EARLY, past.discount[rows], forgiven)
    kept = (programme == BORRON) & (agreements.state == STATES.index("fulfilled"))
    forgiven = np.where(kept, story.rewards.sum(axis=1)[rows], forgiven)
    deposit = np.where(programme == EARLY, (past.balance - past.discount)[rows], 0)
    return pa.table(
        {
            "credit": texts(past.number, rows),
            "programme": named(PROGRAMMES, programme),
            "offered_on": days(offered),
            "accepted_on": days(accepted),
            "in_force_on": days(first),
            "ended_on": days(ended, ~ends),
            "state": named(STATES, agreements.state),
            "forgiven": forgiven,
            "complement": complement(story, agreements),
            "paid": deposit,
            "capitalised": capitalised(story, agreements),
        },
        schema=AGREEMENTS,
    )


def complement(story: Story, agreements: Agreements) -> Ints:
    """What somebody else paid during each agreement."""
    by_fund = during(story.payers.fund.amount, agreements, 0)
    by_institute = during(story.payers.institute.amount, agreements, 0)
    paid = np.where(agreements.programme == FUND, by_fund, by_institute)
    return np.where(agreements.gap > 0, paid, 0)


def capitalised(story: Story, agreements: Agreements) -> Ints:
    """Interest of the months before Borrón y Cuenta Nueva that joined the balance with it."""
    past = story.past
    months = past.deferred[agreements.row]
    before = during(story.due.joined, agreements, months)
    return np.where((agreements.programme == BORRON) & (agreements.state != 0), before, 0)


def during(amounts: Ints, agreements: Agreements, months_before: Ints | int) -> Ints:
    """The sum of amounts by month, from so many months before each agreement to its end."""
    sums = np.concatenate(
        [np.zeros((len(amounts), 1), np.int64), np.cumsum(amounts, axis=1)], axis=1
    )
    first = np.clip(agreements.first - months_before - assumed.FIRST, 0, assumed.MONTHS)
    last = np.clip(agreements.last + 1 - assumed.FIRST, 0, assumed.MONTHS)
    return np.asarray(sums[agreements.row, last] - sums[agreements.row, first])


def texts(numbers: Ints, rows: Ints) -> pa.Array:
    """Credit numbers of rows."""
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), words(numbers))


def words(numbers: Ints) -> pa.Array:
    """As a portfolio writes them."""
    return pa.array(numbers).cast(pa.string())


def named(names: tuple[str, ...], places: Ints) -> pa.Array:
    """Names of places in a list."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(names))


def days(values: Ints, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Dates."""
    return pa.array(values.astype(np.int32), mask=missing).cast(pa.date32())


def movement_table(past: Past, made: Movements) -> pa.Table:
    """Movements in their schema."""
    heads = {
        "credit": texts(past.number, made.credit),
        "day": days(made.day),
        "month": made.month.astype(np.int32),
        "kind": made.kind.astype(np.int8),
        "channel": made.channel.astype(np.int8),
    }
    return pa.table({**heads, **dict(zip(NAMES, made.amounts, strict=True))}, schema=MOVEMENTS)


def settled_table(rng: np.random.Generator, past: Past) -> pa.Table:
    """The credits that are gone, where their homes are, and whose they were."""
    places = pick(rng, municipalities().share(), len(past.number))
    sex, born_on = births(rng, past.granted_on)
    level = municipalities().wage_level()[places]
    lasting = level + rng.normal(0, assumptions.WAGE_LASTING, len(places))
    wage = np.where(past.direct, 0, wages(rng, lasting, past.settled_month))
    return pa.table(
        {
            "credit": texts(past.number, np.arange(len(past.number))),
            "municipality": named(municipalities().keys, places),
            "granted_on": days(past.granted_on),
            "granted": past.granted,
            "converted_on": days(past.converted_on, past.converted_month == 0),
            "settled_on": days(last_day(past.settled_month)),
            "early": past.early,
            "balance": past.balance,
            "forgiven": past.discount,
            "principal_paid": past.principal_paid,
            "interest_paid": past.interest_paid,
            "months_paid": past.paid,
            "rate": past.rate,
            "instalment": past.instalment,
            "sex": sex,
            "born_on": days(born_on),
            "wage": np.rint(wage * CENTAVO).astype(np.int64),
        },
        schema=SETTLED,
    )


def write_history(
    portfolio: Portfolio, folder: Path, progress: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Write the four tables; each appears whole under its name. Rows of each, by name.

    `progress` is told credits done and credits in all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    received, rows, done = Received(), dict.fromkeys(TABLES, 0), 0
    with ExitStack() as stack:
        writers = {name: stack.enter_context(opened(folder, name, portfolio)) for name in TABLES}

        def put(name: str, table: pa.Table) -> None:
            """One table more."""
            writers[name].write_table(table)
            rows[name] += table.num_rows

        for part in chapters(portfolio, received):
            put("agreements", part.agreements)
            put("movements", part.movement_table())
            gone = np.flatnonzero(part.past.gone > 0)
            if len(gone):
                rng = np.random.default_rng([seed_of(portfolio), done])
                put("settled", settled_table(rng, part.past.take(gone)))
            done += len(part.past.number)
            if progress:
                progress(done, portfolio.rows + sum(settled_counts(portfolio.rows)))
        put("receipts", received.table(portfolio.rows))
    return rows


@contextmanager
def opened(folder: Path, name: str, portfolio: Portfolio) -> Iterator[pq.ParquetWriter]:
    """The writer of one table, which says what it is about."""
    says = {**portfolio.about.metadata(), b"tequio.history": FORMAT.encode()}
    schema = TABLES[name].with_metadata(says)
    texts_ = [field.name for field in schema if field.type == TEXT]  # amounts are written plain
    with (
        whole(folder / f"{name}.parquet") as draft,
        pq.ParquetWriter(draft, schema, compression="lz4", use_dictionary=texts_) as writer,
    ):
        yield writer
