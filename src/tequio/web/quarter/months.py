"""The three months one after another; each step under its key, so that what was killed goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from tequio.core.months import month_number
from tequio.core.spelling import MONTHS as NAMES
from tequio.engine.manifest import input_sha256
from tequio.engine.portfolio import Portfolio
from tequio.web.quarter.cast import Cast, cast_of
from tequio.web.quarter.desk import bounce, decide, sign_all
from tequio.web.quarter.files import introduce_workers, take_files
from tequio.web.quarter.refund import refund
from tequio.web.records.closing import do_close_month
from tequio.web.records.models import ClosedPart, Load
from tequio.web.records.writing import Who

JULY, AUGUST, SEPTEMBER = (date(2024, month, 1) for month in (7, 8, 9))
MONTHS = (JULY, AUGUST, SEPTEMBER)
Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


def is_closed(load: Load, month: date) -> bool:
    """Of every part."""
    done = ClosedPart.objects.filter(load=load, month=month_number(month)).count()
    return done == load.parts


def run_months(found: Portfolio, folder: Path, who: Who, progress: Progress) -> None:
    """What is done already is passed over. `folder`: where the files are written."""
    load = Load.objects.get(sha256=input_sha256(found))
    left = [month for month in MONTHS if not is_closed(load, month)]
    if not left:
        return
    cast = cast_of(found, load)
    for month in left:
        name = NAMES[month.month - 1]
        with progress(f"Trabajando {name}") as told:
            work(cast, month, folder)
            told(1, 1)
        with progress(f"Cerrando {name}") as told:
            do_close_month(month, who, progress=told)


def work(cast: Cast, month: date, folder: Path) -> None:
    """What happens in a month before it closes."""
    if month == JULY:
        introduce_workers(cast)
        sign_all(cast)
    take_files(cast, month, folder)
    decide(month)
    if month == AUGUST:
        bounce(cast)
        refund(cast, folder)
