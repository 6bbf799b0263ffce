"""A solution that comes by itself, signed for every credit that has a right to it: a part of a load
a write, by the same rule and the same signing as one credit, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import transaction
from numpy.typing import NDArray

from tequio.core.lists import SOLUTIONS
from tequio.core.loan import Loan
from tequio.core.months import month_number, spelled
from tequio.core.offer import Offer
from tequio.core.programme import Evaluation, InForce
from tequio.engine.errors import Refused
from tequio.engine.offers import picked
from tequio.engine.portfolio import loan_of
from tequio.engine.rulebook import published
from tequio.servicing import credit as c
from tequio.servicing.accounts import Ints, Movements, no_movements, together
from tequio.servicing.close import Receipts, day_number, post
from tequio.servicing.replay import last_posted, picked_receipts
from tequio.servicing.signing import sign
from tequio.web.records.accepting import DONE_AT_ONCE, leaves_to_keep
from tequio.web.records.advances import told_before
from tequio.web.records.agreements import State
from tequio.web.records.booking import book
from tequio.web.records.closing import newest_key, parts_of, receipts_of
from tequio.web.records.counted import Counted
from tequio.web.records.jobs import JobsTold
from tequio.web.records.known import Known, late, of_rows, taken_of
from tequio.web.records.loans import overlaid
from tequio.web.records.models import (
    Agreement,
    AgreementEvent,
    ClosedPart,
    Receipt,
    SourceKey,
    Step,
)
from tequio.web.records.months import refuse_out_of_order, rules_in
from tequio.web.records.offers import on_record, text_of, valid_until
from tequio.web.records.quoted import offer_json, some, some_offers
from tequio.web.records.serviced import Before, Part, before_close
from tequio.web.records.tables import new_ids, write_rows
from tequio.web.records.tale import Tale
from tequio.web.records.turns import books_open, part_turn
from tequio.web.records.watching import not_over
from tequio.web.records.writing import Asked, Who, Wrote, as_json, content_of, once

NOBODY_LATER = 2**62  # a source key that is greater than all
ITSELF = ("solucion_integral",)  # solutions that come by themselves


@dataclass(frozen=True, slots=True)
class BatchSigned:
    """What a batch did now. Credits left out have payments known late, or steps of this month: they
    are signed one by one."""

    parts: int
    already: int  # parts that were signed before
    signed: int
    settled: int  # of them, who owes nothing any more
    forgiven: int  # centavos
    left_out: int


def do_sign_batch(
    programme: str, on: date, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> BatchSigned:
    """Sign a solution for every credit that qualifies on a day of the open month. Refused: the
    solution is not one that comes by itself, or the month is not the one that is open."""
    if programme not in ITSELF:
        raise Refused(
            f"{programme} la pide cada quien: en lote solo se firma lo que llega solo "
            f"({', '.join(ITSELF)})."
        )
    text, month = text_of(programme, on), month_number(on)
    refuse_out_of_order(month)
    if ClosedPart.objects.filter(month=month).exists():
        raise closed_already(month)
    parts, done, already = parts_of(month), [], 0
    for at, part in enumerate(parts, 1):
        batch = BatchOf(part, text, on)
        key = f"sign-batch:{programme}:{on}:load-{part.load.pk}:part-{part.part}"
        content = content_of([programme, on, part.load.sha256, part.part])
        asked = Asked("do_sign_batch", key, f"portfolio:{part.load.sha256}", content)
        with transaction.atomic():  # the turn goes before the key: what is written later is newer
            part_turn(part.source)
            already += not once(asked, who, batch.write)
        done.append(batch.said)
        if progress:
            progress(at, len(parts))
    sums = np.array(done).sum(axis=0).tolist() if done else [0, 0, 0, 0]
    return BatchSigned(len(parts), already, *sums)


def closed_already(month: int) -> Refused:
    """Why nothing is signed in a month."""
    return Refused(f"{spelled(month)} ya está cerrado: firme con un día del mes abierto.")


@dataclass(slots=True)
class BatchOf:
    """One part of a load on its way."""

    part: Part
    text: InForce
    on: date
    said: tuple[int, int, int, int] = (0, 0, 0, 0)  # signed, settled, forgiven, left out

    def write(self, source: int) -> Wrote:
        """All rows of the part, and what its event says of them."""
        part, wrote = self.part, Wrote()
        if ClosedPart.objects.filter(month=part.month, first=part.first).exists():
            raise closed_already(part.month)
        books_open()
        before, rules = before_close(part), rules_in(part.month)
        keys, received = received_by(part, self.on)
        moved, posted = post(before.credits, received, rules)
        loan = loan_of(overlaid(part, self.on, before.credits, posted, moved))
        answer, alone = self.text.evaluate(loan), signed_alone(part)
        takes = answer.eligible() & answer.open() & (posted["status"] == c.ACTIVE)
        rows, left_out = np.flatnonzero(takes & ~alone), int((takes & alone).sum())
        wrote.after = {"signed": len(rows), "left_out": left_out}
        if not len(rows):
            self.said = (0, 0, 0, left_out)
            return wrote
        offer, own = some_offers(answer.offer, rows), some(loan, rows)
        everyone, day = np.arange(len(rows)), day_number(self.on)
        signed = sign(posted.take(rows), everyone, offer, own, day, rules)
        known = known_alone(part, before, rows, keys, received)
        told = told_before(part, rows, self.on, NOBODY_LATER)
        tale = Tale(told, JobsTold(part, rows, self.on))
        tale.signed(everyone, self.text.programme.name, offer, day)
        wanted = together([of_signers(moved, rows), signed.movements])
        agreements = self.write_agreements(answer, loan, rows, source, wrote)
        steps = self.steps_of(offer, own, rows, agreements)
        book(known, Counted(wanted, signed.credits, tale, []), steps, self.on, source, wrote)
        over = int((picked(offer.after.balance, everyone) == 0).sum())
        forgiven = int(picked(offer.signing.forgiven, everyone).sum())
        self.said = (len(rows), over, forgiven, left_out)
        return wrote

    def write_agreements(
        self, answer: Evaluation, loan: Loan, rows: Ints, source: int, wrote: Wrote
    ) -> pa.Array:
        """An agreement a signer, each with a key of its own, and the events of its life; the keys
        of the agreements."""
        size, part = len(rows), self.part
        keys, numbers = new_ids(SourceKey, size), new_ids(Agreement, size)
        offers = [as_json(on_record(self.text, answer, loan, int(row))) for row in rows]
        names = [f"signed-in-batch:{source}:{row}" for row in rows]
        said = [content_of([name, offer]) for name, offer in zip(names, offers, strict=True)]
        of_whole = [source] * size
        sources = {"id": keys, "key": names, "content": said, "part_of_id": of_whole}
        write_rows(SourceKey, pa.table(sources))
        agreements = {
            "id": numbers,
            "source_id": keys,
            "credit_id": rows + part.first,
            "programme": [self.text.programme.name] * size,
            "offered_on": [self.on] * size,
            "valid_until": [valid_until(answer.offer, self.on)] * size,
            "offer": offers,
            "law_sha256": [published().sha256] * size,
        }
        wrote.appended(Agreement, write_rows(Agreement, pa.table(agreements)))
        self.write_events(answer.offer, rows, numbers, keys, source, wrote)
        return numbers

    def write_events(
        self,
        offer: Offer,
        rows: Ints,
        numbers: pa.Array,
        keys: pa.Array,
        source: int,
        wrote: Wrote,
    ) -> None:
        """Offered, accepted, in force; fulfilled where nothing is left to be kept. What was in
        force before is cancelled."""
        keeps = leaves_to_keep(some_offers(offer, rows), len(rows))
        everyone = np.ones(len(rows), np.bool_)
        states = [
            (everyone, state, "") for state in (State.OFFERED, State.ACCEPTED, State.IN_FORCE)
        ]
        states.append((~keeps, State.FULFILLED, DONE_AT_ONCE))
        tables = [
            events_of(
                numbers.filter(pa.array(has)), keys.filter(pa.array(has)), state, why, self.on
            )
            for has, state, why in states
        ]
        older = replaced_in(self.part, rows)
        why = f"La sustituye {self.text.programme.title}."
        of_whole = pa.array([source] * len(older), pa.int64())
        tables.append(events_of(older, of_whole, State.CANCELLED, why, self.on))
        events = pa.concat_tables(tables)
        events = events.append_column("id", new_ids(AgreementEvent, events.num_rows))
        wrote.appended(AgreementEvent, write_rows(AgreementEvent, events))

    def steps_of(self, offer: Offer, loan: Loan, rows: Ints, agreements: pa.Array) -> list[Step]:
        """The signing of each, with all that it takes to repeat it."""
        name, month = self.text.programme.name, self.part.month
        return [
            Step(
                credit_id=int(row) + self.part.first,
                kind=Step.Kind.SIGNING,
                day=self.on,
                month=month,
                since=month,
                agreement_id=agreements[at].as_py(),
                said=as_json({"programme": name, **offer_json(offer, loan, at)}),
            )
            for at, row in enumerate(rows)
        ]


def received_by(part: Part, on: date) -> tuple[Ints, Receipts]:
    """What was received up to a day and nothing has placed, and its keys."""
    keys, received = receipts_of(part, newest_key(Receipt))
    until = min(day_number(on), last_posted(rules_in(part.month)))
    rows = np.flatnonzero(received.day <= until)
    return keys[rows], picked_receipts(received, rows)


def signed_alone(part: Part) -> NDArray[np.bool_]:
    """Credits with payments known late or steps of the month: their history is counted again one by
    one."""
    alone = np.zeros(part.size, np.bool_)
    alone[late(part, taken_of(part))[0]] = True
    own = Step.objects.filter(
        month=part.month, credit__gte=part.first, credit__lte=part.last
    ).values_list("credit_id", flat=True)
    alone[np.array(list(own), np.int64) - part.first] = True
    return alone


def known_alone(part: Part, before: Before, rows: Ints, keys: Ints, received: Receipts) -> Known:
    """The signers as they stand in the open month, with nothing booked in it."""
    table = of_rows(before, part, rows)
    none = np.zeros(0, np.int64)
    return Known(
        part=part,
        since=part.month,
        rows=rows,
        base=table.credits,
        table=table,
        steps=(),
        signed=True,
        receipts=keys,
        received=received,
        booked=no_movements(),
        movements=none,
        told_by=NOBODY_LATER,
        late=False,
    )


def of_signers(moved: Movements, rows: Ints) -> Movements:
    """What was received by the signers, by their places among them."""
    own = moved.take(np.flatnonzero(np.isin(moved.credit, rows)))
    heads = (own.day, own.month, own.kind, own.channel, own.source)
    return Movements(np.searchsorted(rows, own.credit), *heads, own.amounts)


def replaced_in(part: Part, rows: Ints) -> pa.Array:
    """Agreements in force of the signers that end with the signing."""
    found = not_over(part)
    places = found["credit_id"].to_numpy() - part.first
    running = [
        state == State.IN_FORCE and name in SOLUTIONS
        for state, name in zip(
            found["state"].to_pylist(), found["programme"].to_pylist(), strict=True
        )
    ]
    ends = np.array(running, np.bool_) & np.isin(places, rows)
    return found["id"].combine_chunks().filter(pa.array(ends))


def events_of(numbers: pa.Array, sources: pa.Array, state: str, why: str, on: date) -> pa.Table:
    """One event an agreement."""
    size = len(numbers)
    return pa.table(
        {
            "agreement_id": numbers,
            "source_id": sources,
            "state": pa.array([str(state)] * size, pa.string()),
            "on": pa.array([on] * size, pa.date32()),
            "why": pa.array([why] * size, pa.string()),
        }
    )
