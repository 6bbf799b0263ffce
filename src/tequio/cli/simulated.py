"""The ledger of `tequio demo`: where it is, what goes into it, and what is said of it.

An office that says where its ledger is (`DATABASE_URL`, `TEQUIO_HOME`) is taken at its word: there
the demo writes into an empty ledger and into none that has other credits. Where nothing is said the
demo has a folder of its own, and only that one is made anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tequio.cli import quarter
from tequio.cli.ledger import who
from tequio.cli.say import HOME, progress

if TYPE_CHECKING:
    from tequio.engine.portfolio import Portfolio
    from tequio.web.quarter.told import Told

OWN = HOME / "libro"
FILES = HOME / "pagos"


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger that is ready for the demo's portfolio."""

    found: Portfolio
    own: bool  # in the demo's folder
    is_filled: bool  # the portfolio is in, and its three months are closed


@dataclass(frozen=True, slots=True)
class Filled:
    """The demo's ledger; JSON says the same."""

    place: str
    own: bool
    already: bool  # nothing was written now
    credits: int
    settled: int  # besides, before that day
    agreements: int
    movements: int
    quarter: Told


def choose_place() -> bool:
    """From here on the ledger is the office's, or the demo's own folder. Whether it is that one."""
    own = not (os.environ.get("DATABASE_URL") or os.environ.get("TEQUIO_HOME"))
    if own:
        os.environ["TEQUIO_HOME"] = str(OWN)
    return own


def opened_for(portfolio: Path) -> Opened:
    """The ledger, made if need be. Refused: it has credits of another portfolio."""
    from tequio.engine.errors import Refused
    from tequio.engine.portfolio import open_portfolio
    from tequio.web.ready import init, is_new, open_ledger

    found, own = open_portfolio(portfolio), choose_place()
    try:
        if is_new():
            init()
        open_ledger()
        refuse_other_credits(found)
        usable = not own or of_this_version()
    except Refused:
        if not own:
            raise
        usable = False
    if not usable:
        clear_own()
        init()
    return Opened(found, own, is_filled(found))


def refuse_other_credits(found: Portfolio) -> None:
    """Refused: the ledger holds some other portfolio."""
    from tequio.engine.errors import Refused
    from tequio.engine.manifest import input_sha256
    from tequio.web.records.months import portfolios
    from tequio.web.records.status import place

    if {load.sha256 for load in portfolios()} - {input_sha256(found)}:
        raise Refused(
            f"El libro de {place()} tiene créditos de otra cartera: la demostración no escribe en "
            "él. Quite DATABASE_URL y TEQUIO_HOME para que use uno suyo, o dé los de uno vacío."
        )


def of_this_version() -> bool:
    """Whether this very code wrote what the ledger has."""
    from tequio.engine.manifest import code_sha256
    from tequio.web.records.models import AuditEvent
    from tequio.web.records.writing import ROOMS

    last = AuditEvent.objects.order_by("-position").first()
    return last is None or last.code_sha256 == code_sha256(ROOMS)


def clear_own() -> None:
    """The ledger in the demo's folder goes. Refused: somebody keeps real credits there."""
    from django.db import DatabaseError, connection, connections

    from tequio.engine.errors import Refused
    from tequio.web.records.models import Load

    path = Path(connection.settings_dict["NAME"])
    assert path.parent == OWN, "only the demo's own folder is cleared"
    try:
        real = Load.objects.filter(simulated=False).exists()
    except DatabaseError:  # of a version without the table
        real = False
    if real:
        raise Refused(f"{path} tiene créditos que no son simulados: muévalo a otra carpeta.")
    connections.close_all()
    for left in OWN.glob(f"{path.name}*"):
        left.unlink()


def is_filled(found: Portfolio) -> bool:
    """Whether the portfolio is in and its three months are closed."""
    from tequio.engine.manifest import input_sha256
    from tequio.web.quarter.months import MONTHS, is_closed
    from tequio.web.records.models import Load

    load = Load.objects.filter(sha256=input_sha256(found)).first()
    return load is not None and all(is_closed(load, month) for month in MONTHS)


def fill(found: Portfolio, history: Path) -> None:
    """Portfolio, history and three months; what is there already is passed over."""
    from tequio.web.quarter.months import run_months
    from tequio.web.records.history import do_load_history
    from tequio.web.records.loading import do_load_portfolio

    by = who("demo")
    with progress("Cargando créditos en el libro") as told:
        do_load_portfolio(found, by, progress=told)
    with progress("Cargando su historia") as told:
        do_load_history(history, by, progress=told)
    run_months(found, FILES, by, progress)


def filled(opened: Opened, history: Path) -> Filled:
    """The ledger with all that goes into it."""
    from tequio.web.quarter.told import told
    from tequio.web.records.models import Agreement, Credit, Movement
    from tequio.web.records.status import place

    if not opened.is_filled:
        fill(opened.found, history)
    return Filled(
        place=place(),
        own=opened.own,
        already=opened.is_filled,
        credits=Credit.objects.filter(load__parts__gt=0).count(),
        settled=Credit.objects.filter(load__parts=0).count(),
        agreements=Agreement.objects.count(),
        movements=Movement.objects.count(),
        quarter=told(),
    )


def show(ledger: Filled) -> None:
    """What was loaded and what three months came to, and how to look at it."""
    print(f"Libro (datos simulados): {ledger.place}")
    if ledger.already:
        print("Ya estaba: no se cambió nada.")
    print(
        f"{ledger.credits:,} créditos y {ledger.settled:,} ya liquidados, "
        f"{ledger.agreements:,} convenios y {ledger.movements:,} movimientos desde 2019"
    )
    quarter.show(ledger.quarter, FILES)
    where = f"TEQUIO_HOME={OWN} " if ledger.own else ""
    print(f"Véalo:                {where}./tequio db status")
