"""Money known late, money that was not money, and steps taken back: the credit is counted again as
if it had been known in time, and the difference is booked in its open month.

The effect can be seen before it is posted; it is the same computation. Any state will do: a credit
that was settled owes again, one that was converted is in units again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from tequio.core.months import first_of, last_of, month_number, spelled
from tequio.engine.errors import Refused
from tequio.servicing import credit as c
from tequio.servicing.accounts import NAMES, Ints
from tequio.servicing.credit import Credits
from tequio.servicing.replay import correction, net
from tequio.web.records.agreements import State
from tequio.web.records.assigning import came_with_a_deposit
from tequio.web.records.booking import book
from tequio.web.records.counted import Counted, counted
from tequio.web.records.known import (
    ACTING,
    Acts,
    Known,
    known_since,
    late,
    open_part,
    since_all,
    steps_of,
    taken_back,
    taken_of,
)
from tequio.web.records.loading import part_key
from tequio.web.records.models import ClosedPart, Credit, Receipt, SourceKey, Step
from tequio.web.records.months import first_month, portfolios
from tequio.web.records.present import known_of, refuse_other_month
from tequio.web.records.rewatching import rewatch
from tequio.web.records.serviced import Part
from tequio.web.records.side_by_side import at_once
from tequio.web.records.steps import Asking, credit_of, do_step, new_step, receipt_of, touched_by
from tequio.web.records.turns import books_open, part_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

NAMED = {
    Acts.SIGNING: "una firma",
    Acts.SETTLEMENT: "una liquidación",
    Acts.RELEASE: "una liberación",
    Acts.REFUND: "una devolución",
    Acts.REVERSAL: "la reversa de un recibo",
    Acts.UNDOING: "una anulación",
    Acts.REPLAY: "un recálculo",
}


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a credit stands; centavos and months."""

    owed: int  # principal, interest and charges
    overdue: int  # of it, of months due
    months_missed: int
    months_paid: int
    in_favour: int  # kept for the borrower; negative: went back and is owed again
    instalment: int  # native
    status: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What counting a credit again changes; nothing of it is written."""

    credit: str
    since: str  # the first month counted again
    before: Stands
    after: Stands
    reversed: int  # movements taken back
    booked: int  # movements booked anew
    accounts: dict[str, int]  # what changes of each account, by name


def effect_of(
    credit: Credit,
    *,
    reversed: Collection[int] = (),  # noqa: A002 - what people call it
    undone: Collection[int] = (),
) -> Effect:
    """What it would be without some receipts or steps, by their keys, and with everything that came
    late. Refused: one of them is of another credit or not there any more."""
    part = open_part(credit)
    new = [taking_back(credit, receipt_of(key), last_of(part.month)) for key in reversed]
    new += [undoing(credit, step_of(key), last_of(part.month)) for key in undone]
    for step in new:
        refuse_taken_back(step)
    touched = min([touched_by(step, part) for step in new], default=part.month)
    known = known_of(part, touched, new)
    (effect,) = effects(known, counted(known))
    return effect


def do_replay(key: str, credit: str, day: date, who: Who) -> bool:
    """Count what came late of one credit on its days; the difference is booked on a day of the open
    month. False: it was done. Refused: nothing waits, or the day is of another month."""
    found = credit_of(credit)
    asking = Asking("do_replay", key, new_step(found, Acts.REPLAY, day), refuse_nothing_new)
    refuse_other_month_unless_done(key, found, day)
    return do_step(asking, who)


def do_reverse_receipt(key: str, receipt: int, day: date, who: Who, why: str) -> bool:
    """Money that was not money (it bounced, or was somebody else's) is taken back, whatever was
    booked with it; booked on a day of the open month. False: it was there already.

    Refused: it was taken back before. What was refunded of it is owed again.
    """
    found = receipt_of(receipt)
    step = taking_back(found.credit, found, day)
    refuse_other_month_unless_done(key, found.credit, day)
    return do_step(Asking("do_reverse_receipt", key, step, refuse_twice(step), why=why), who)


def do_undo(key: str, step: int, day: date, who: Who, why: str) -> bool:
    """A step never was; booked on a day of the open month. Its agreement, if any, is cancelled.
    False: it was there already. Refused: it was undone before, or cannot be."""
    found = step_of(step)
    undo = undoing(found.credit, found, day)
    refuse_other_month_unless_done(key, found.credit, day)
    state = State.CANCELLED if found.agreement_id else ""
    return do_step(Asking("do_undo", key, undo, refuse_twice(undo), state, why), who)


def step_of(number: int) -> Step:
    """Refused: it does not exist."""
    wanted = Step.objects.select_related("credit__load", "receipt", "agreement")
    found = wanted.filter(pk=number).first()
    if found is None:
        raise Refused(f"El paso {number} no existe. Revise el número.")
    return found


def taking_back(credit: Credit, receipt: Receipt, day: date) -> Step:
    """A reversal that is not written. Refused: the receipt is of another credit."""
    if receipt.credit_id != credit.pk:
        raise Refused(f"El recibo {receipt.pk} no es del crédito {credit.number}.")
    return new_step(credit, Acts.REVERSAL, day, receipt=receipt)


def undoing(credit: Credit, step: Step, day: date) -> Step:
    """An undoing that is not written. Refused: the step is of another credit, or of a kind that is
    done again instead."""
    if step.credit_id != credit.pk:
        raise Refused(f"El paso {step.pk} no es del crédito {credit.number}.")
    if step.kind in (Acts.UNDOING, Acts.REPLAY):
        raise Refused(
            f"El paso {step.pk} es {NAMED[Acts(step.kind)]}: no se anula; repita el paso."
        )
    if step.kind == Acts.REVERSAL and came_with_a_deposit(step.receipt_id):
        raise Refused(
            f"El recibo {step.receipt_id} vino de un depósito, que espera otra vez en la cola: su "
            "reversa no se anula; aplíquelo de nuevo con: ./tequio queue assign."
        )
    return new_step(credit, Acts.UNDOING, day, undoes=step, agreement=step.agreement)


def refuse_twice(step: Step) -> Callable[[Known, Counted], None]:
    """What refuses to take the same back twice, asked in the credit's turn."""

    def refuse(_: Known, __: Counted) -> None:
        refuse_taken_back(step)

    return refuse


def refuse_taken_back(step: Step) -> None:
    """Refused: somebody did it before."""
    part = open_part(step.credit)
    if step.kind == Acts.REVERSAL and step.receipt_id in taken_back(part):
        raise Refused(f"El recibo {step.receipt_id} ya está reversado.")
    if step.kind == Acts.UNDOING and Step.objects.filter(undoes=step.undoes_id).exists():
        raise Refused(f"El paso {step.undoes_id} ya está anulado.")


def refuse_nothing_new(known: Known, _: Counted) -> None:
    """Refused: nothing came late."""
    if not known.late:
        raise Refused("El crédito no tiene pagos de meses cerrados por aplicar.")


def refuse_other_month_unless_done(key: str, credit: Credit, day: date) -> None:
    """Refused: what is not done yet would be booked in another month than the open one."""
    if not Step.objects.filter(source__key=key).exists():
        refuse_other_month(credit.number, open_part(credit), day)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Credits of a part that are counted again in one computation: places in the part, the month
    from which, and what is known of them."""

    rows: Ints
    since: int
    steps: list[Step]


def waiting_in(part: Part) -> Iterator[Waiting]:
    """The credits with money known late: all those of one month together, and each of those that
    had steps since by itself."""
    places, months = late(part, taken_of(part))
    rows = np.unique(places)
    steps: dict[int, list[Step]] = {}
    for step in steps_of((rows + part.first).tolist()):
        steps.setdefault(step.credit_id - part.first, []).append(step)
    together: dict[int, list[int]] = {}
    touched = np.full(part.size, part.month)
    np.minimum.at(touched, places, months)
    for row in rows.tolist():
        own = steps.get(row, [])
        since = since_all(int(touched[row]), own)
        if any(s.kind in ACTING and month_number(s.day) >= since for s in own):
            yield Waiting(np.array([row]), since, own)
        else:
            together.setdefault(since, []).append(row)
    for since, of_month in together.items():
        own = [step for row in of_month for step in steps.get(row, [])]
        yield Waiting(np.array(of_month), since, sorted(own, key=lambda one: one.pk))


def replay_part(
    part: Part, day: date, who: Who, ready: Callable[[], None] = at_once
) -> list[Effect]:
    """Count again the credits of a part with money known late, in somebody's transaction that has
    the part's turn: a write for each computation, `ready` before the first. What changed."""
    newest = part.before.receipts_to if part.before else 0
    newest = max(Receipt.objects.order_by("-pk").values_list("pk", flat=True)[:1], default=newest)
    found: list[Effect] = []
    for waiting in list(waiting_in(part)):
        ready()
        first = part.first + int(waiting.rows[0])
        key = f"replay:{spelled(part.month)}:{waiting.since}:credit-{first}:to-{newest}"
        content = content_of([part.month, waiting.since, (waiting.rows + part.first).tolist()])
        asked = Asked("do_replay", key, f"replay:{spelled(part.month)}", content)
        write = WriteOf(part, waiting, day, found)
        once(asked, who, write)
    return found


@dataclass(frozen=True, slots=True)
class WriteOf:
    """One computation over some credits of a part, and its write."""

    part: Part
    waiting: Waiting
    day: date
    effects: list[Effect]

    def __call__(self, source: int) -> Wrote:
        """The rows."""
        part, rows, own = self.part, self.waiting.rows, self.waiting.steps
        known = known_since(self.waiting.since, part, rows, own)
        found = counted(known)
        self.effects.extend(effects(known, found))
        steps = [
            Step(
                credit_id=part.first + row,
                kind=Acts.REPLAY,
                day=self.day,
                month=part.month,
                since=known.since,
            )
            for row in rows.tolist()
        ]
        wrote = Wrote(after={"credits": len(rows), "since": spelled(known.since)})
        book(known, found, steps, self.day, source, wrote)
        rewatch(known, found.tale, self.day, source, wrote)
        return wrote


def open_parts() -> list[Part]:
    """Every part of every load, in its open month."""
    found = []
    for load in portfolios():
        key = part_key(load.sha256)
        ranges = Credit.objects.filter(load=load).order_by().values_list("source_id")
        ranges = ranges.annotate(Min("pk"), Max("pk"))
        names = dict(SourceKey.objects.filter(key__startswith=key).values_list("pk", "key"))
        for source, first, last in sorted(ranges, key=lambda one: one[1]):
            closes = ClosedPart.objects.filter(load=load, first=first).order_by("-month")
            before = closes.first()
            month = before.month + 1 if before else first_month(load)
            number = int(names[source].removeprefix(key))
            found.append(Part(load, number, source, first, last, month, before))
    return found


def effects_waiting() -> list[Effect]:
    """What counting everything known late would change; nothing is written."""
    found: list[Effect] = []
    for part in open_parts():
        for waiting in waiting_in(part):
            known = known_since(waiting.since, part, waiting.rows, waiting.steps)
            found.extend(effects(known, counted(known)))
    return found


def do_replay_all(who: Who, *, progress: Callable[[int, int], None] | None = None) -> list[Effect]:
    """Count everything known late, part by part, booked today in each open month; whatever was
    counted before stays. What changed."""
    parts, found = open_parts(), list[Effect]()
    for done, part in enumerate(parts, 1):
        with transaction.atomic():
            part_turn(part.source)
            books_open()
            now = next(one for one in open_parts() if one.source == part.source)
            first, last = first_of(now.month), last_of(now.month)
            found += replay_part(now, min(max(timezone.localdate(), first), last), who)
        if progress:
            progress(done, len(parts))
    return found


def effects(known: Known, found: Counted) -> list[Effect]:
    """What changes of each credit."""
    differs = correction(known.booked, found.wanted)
    undone, fresh = known.booked.take(differs.undone), found.wanted.take(differs.fresh)
    sums = net([(undone, -1), (fresh, 1)]).sums(len(known.rows))
    numbers = dict(
        Credit.objects.filter(pk__in=(known.rows + known.part.first).tolist()).values_list(
            "pk", "number"
        )
    )
    before, after = stands_of(known.table.credits), stands_of(found.after)
    return [
        Effect(
            credit=numbers[known.part.first + int(place)],
            since=spelled(known.since),
            before=before[row],
            after=after[row],
            reversed=int((undone.credit == row).sum()),
            booked=int((fresh.credit == row).sum()),
            accounts={n: int(sums[at, row]) for at, n in enumerate(NAMES) if sums[at, row]},
        )
        for row, place in enumerate(known.rows)
    ]


def stands_of(credits_: Credits) -> list[Stands]:
    """Of each."""
    starts, found = credits_.starts(), []
    for row, s in enumerate(credits_.numbers):
        dues = credits_.dues[starts[row] : starts[row + 1]]
        found.append(
            Stands(
                owed=int(s[c.INSURANCE : c.PRINCIPAL + 1].sum()),
                overdue=int(dues[:, c.DUE_INSURANCE : c.DUE_PRINCIPAL + 1].sum()),
                months_missed=int(s[c.MISSED]),
                months_paid=int(s[c.EFFECTIVE]),
                in_favour=int(-s[c.PAYABLE] - s[c.UNAPPLIED]),
                instalment=int(s[c.INSTALMENT]),
                status=c.STATUS_LABELS[int(s[c.STATUS])],
            )
        )
    return found
