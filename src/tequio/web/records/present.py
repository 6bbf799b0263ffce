"""Where a credit stands on a day of its open month: what is received up to then is placed, what is
known late is counted on its day, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tequio.core.months import first_of, last_of, spelled
from tequio.engine.errors import Refused
from tequio.servicing.accounts import Ints
from tequio.servicing.close import day_number
from tequio.servicing.credit import Credits
from tequio.servicing.posting import Rules
from tequio.servicing.quotes import Quotes, quotes
from tequio.web.records.counted import counted
from tequio.web.records.known import (
    Known,
    known_since,
    late,
    open_part,
    since_all,
    steps_of,
)
from tequio.web.records.models import Credit, Step
from tequio.web.records.months import rules_in
from tequio.web.records.serviced import Part

ALONE: Ints = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """One credit on a day of its open month."""

    day: date
    credits: Credits  # of size 1
    rules: Rules
    quotes: Quotes  # what it owes that day: to be current, and to settle


def present_of(credit: Credit, day: date) -> Present:
    """Refused: the day is not in the credit's open month."""
    part = open_part(credit)
    refuse_other_month(credit.number, part, day)
    known = known_of(part, part.month)
    now = counted(known, look=day).after
    rules = rules_in(part.month)
    return Present(day, now, rules, quotes(now, day_number(day), rules))


def known_of(part: Part, touched: int, new: Sequence[Step] = ()) -> Known:
    """All that is known of one credit since the earliest month that something new touches: the
    month said, or that of a receipt that came late and waits. `new`: steps that are not written."""
    steps = steps_of([part.first])
    _, months = late(part)
    since = since_all(min([touched, *months.tolist()]), steps)
    return known_since(since, part, ALONE, steps, new)


def refuse_other_month(number: str, part: Part, day: date) -> None:
    """Refused: a day before the open month, which is closed, or after it, when it must be closed
    first."""
    if day < first_of(part.month):
        raise Refused(
            f"El crédito {number} está cerrado hasta el {last_of(part.month - 1)}: use un día de "
            f"{spelled(part.month)}, su mes abierto."
        )
    if day > last_of(part.month):
        raise Refused(
            f"El {day} es de un mes que aún no se abre para el crédito {number}: antes cierre "
            f"{spelled(part.month)} con: ./tequio close {spelled(part.month)}."
        )
