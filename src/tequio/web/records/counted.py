"""What is known of credits, counted again in one computation: what should be booked, and how they
stand. Steps are repeated from what they said when they were made; nothing is evaluated anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from tequio.core.columns import Money
from tequio.core.months import last_of, month_number
from tequio.core.offer import Settlement
from tequio.servicing.accounts import Movements, no_movements
from tequio.servicing.close import day_number
from tequio.servicing.credit import NO_STAGE, Credits
from tequio.servicing.endings import refund, release_insured, settle
from tequio.servicing.interest import debt_of
from tequio.servicing.posting import Rules
from tequio.servicing.replay import Event, Happens, last_posted, picked_receipts, replay
from tequio.servicing.signing import sign
from tequio.web.records.advances import employed_in, told_before
from tequio.web.records.known import ACTING, Acts, Known, reversed_among
from tequio.web.records.models import Step
from tequio.web.records.months import rules_in
from tequio.web.records.quoted import offer_from
from tequio.web.records.tale import Tale

ALONE = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What should be booked since the base, where the credits stand then, and what is known of
    their solutions; sources are places in the receipts known. `idle`: steps that found nothing
    owed, and did nothing."""

    wanted: Movements
    after: Credits
    tale: Tale
    idle: list[Step]


def counted(known: Known, *, look: date | None = None) -> Counted:
    """Everything again, with the steps that stand. The open month goes on: of it, what its steps need is
    booked, and with `look` what was received up to that day."""
    acting, tale = acting_among(known), tale_of(known)
    held = np.isin(known.receipts, [s.receipt_id for s in acting if s.kind == Acts.SETTLEMENT])
    order = np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)])
    ordinary = picked_receipts(known.received, order[: int((~held).sum())])
    at = {int(key): place for place, key in enumerate(known.receipts[order])}
    idle: list[Step] = []
    events = [event_of(step, known, at, tale, idle) for step in acting]
    if look is not None:
        events += [Event(row, day_number(look), nothing) for row in range(len(known.rows))]
    calendar = [rules_in(month) for month in range(known.since, known.part.month + 1)]
    moved, after = replay(known.base, ordinary, calendar, events, ends=False, seen=tale.month)
    places = np.append(order, -1)  # NO_SOURCE is the last
    heads = (moved.credit, moved.day, moved.month, moved.kind, moved.channel)
    return Counted(Movements(*heads, places[moved.source], moved.amounts), after, tale, idle)


def acting_among(known: Known) -> list[Step]:
    """Those that do something since the base. A settlement whose deposit was taken back does
    not."""
    gone = reversed_among(known.steps)
    return [
        step
        for step in known.steps
        if step.kind in ACTING
        and month_number(step.day) >= known.since
        and not (step.kind == Acts.SETTLEMENT and step.receipt_id in gone)
    ]


def tale_of(known: Known) -> Tale:
    """What was known of solutions at the base, if one ran or was ever signed."""
    employed = partial(employed_in, known.part, known.rows)
    if not known.signed and (known.base["gap"] == NO_STAGE).all():
        return Tale(None, employed)
    day = max(last_of(known.since - 1), known.part.load.as_of)
    return Tale(told_before(known.part, known.rows, day, known.told_by), employed)


def nothing(alone: Credits, _: Rules) -> tuple[Movements, Credits]:
    """A look: what was received up to that day is booked, and that is all."""
    return no_movements(), alone


def event_of(step: Step, known: Known, at: dict[int, int], tale: Tale, idle: list[Step]) -> Event:
    """What happens again."""
    row = int(np.searchsorted(known.rows, step.credit_id - known.part.first))
    said, day = json.loads(step.said or "{}"), day_number(step.day)
    happens: Happens
    if step.kind == Acts.SETTLEMENT:
        place = at[step.receipt_id]
        happens = partial(settles, said, day, place, deposit_of(known, step), tale, row)
    elif step.kind == Acts.REFUND:
        happens = partial(refunds, said, day)
    else:
        acts = signs if step.kind == Acts.SIGNING else releases
        happens = partial(unless_nothing_owed, step, idle, partial(acts, said, day, tale, row))
    return Event(row, day, happens)


def unless_nothing_owed(
    step: Step, idle: list[Step], happens: Happens, alone: Credits, rules: Rules
) -> tuple[Movements, Credits]:
    """Where nothing is owed by then there is nothing to sign or to release."""
    if debt_of(alone.numbers[0]) > 0:
        return happens(alone, rules)
    idle.append(step)
    return no_movements(), alone


def deposit_of(known: Known, step: Step) -> tuple[int, int]:
    """Centavos and channel of the deposit of a settlement."""
    place = int(np.flatnonzero(known.receipts == step.receipt_id)[0])
    return int(known.received.amount[place]), int(known.received.channel[place])


def signs(
    said: dict, day: int, tale: Tale, row: int, alone: Credits, rules: Rules
) -> tuple[Movements, Credits]:
    """An offer is signed."""
    offer, loan = offer_from(said)
    signed = sign(alone, ALONE, offer, loan, day, rules)
    tale.signed(np.array([row]), said["programme"], offer, day)
    return signed.movements, signed.credits


def settles(
    said: dict,
    day: int,
    place: int,
    deposit: tuple[int, int],
    tale: Tale,
    row: int,
    alone: Credits,
    rules: Rules,
) -> tuple[Movements, Credits]:
    """One exact deposit settles. On the last day, which the close books, it counts with the
    interest to the day before, and keeps its day."""
    amount, channel = deposit
    settlement = Settlement(Money(said["pays"]), Money(said["forgives"]))
    on = min(day, last_posted(rules))
    moved, after = settle(alone, ALONE, np.array([amount]), settlement, on, channel, rules)
    tale.ended(row, after)
    sources = np.where(moved.source >= 0, place, -1)
    heads = (moved.credit, np.where(moved.day == on, day, moved.day), moved.month, moved.kind)
    return Movements(*heads, moved.channel, sources, moved.amounts), after


def releases(
    _: dict, day: int, tale: Tale, row: int, alone: Credits, rules: Rules
) -> tuple[Movements, Credits]:
    """The fund's own insurance pays everything."""
    moved, after = release_insured(alone, ALONE, day, rules)
    tale.ended(row, after)
    return moved, after


def refunds(said: dict, day: int, alone: Credits, _: Rules) -> tuple[Movements, Credits]:
    """Money that has gone back."""
    return refund(alone, ALONE, np.array([said["amount"]]), day, said["channel"], paid=True)
