"""Closes on a test's ledger: receipts, what the tables hold, and closes that are killed."""

import os
import signal
from collections.abc import Callable
from datetime import date

import numpy as np

from ledgers import Ledger
from tequio.web import start

start()
from django.db import connection, connections  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tequio.engine.errors import Refused  # noqa: E402
from tequio.servicing.accounts import AT, NAMES  # noqa: E402
from tequio.servicing.credit import BALANCES  # noqa: E402
from tequio.web.records import (  # noqa: E402
    advances,
    booking,
    closing,
    known,
    models,
    posting,
    serviced,
    writing,
)
from tequio.web.records.closing import summary  # noqa: E402
from tequio.web.records.models import Credit  # noqa: E402
from tequio.web.records.receipts import Received, do_post_receipts  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.records.tables import schema_of  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la auditora", "pruebas")
EPOCH = date(1970, 1, 1)
OF_ITS_CREDIT = (  # the credit, and how manieth of its rows
    "(SELECT me.credit_id * 1000 + count(*) FROM records_{0} o JOIN records_{0} me "
    "ON me.id = t.{0}_id WHERE o.id <= me.id AND o.credit_id = me.credit_id GROUP BY me.credit_id)"
)
OF_THE_PART = (
    "(SELECT count(*) FROM records_{0} o WHERE o.id <= t.{0}s_to "
    "AND o.credit_id BETWEEN t.first AND t.last)"
)
PLACES = {f"{of}_id": OF_ITS_CREDIT.format(of) for of in ("movement", "receipt")}
PLACES |= {f"{of}s_to": OF_THE_PART.format(of) for of in ("movement", "receipt")}
STEPS = (  # where a close touches the database
    (posting, "write_rows"),
    (serviced, "write_rows"),
    (serviced, "read_rows"),
    (advances, "write_rows"),
    (advances, "read_rows"),
    (booking, "write_rows"),
    (closing, "write_rows"),
    (known, "read_rows"),
    (writing, "append_event"),
)


def numbers() -> list[str]:
    """Credit numbers in the order of their keys."""
    return list(Credit.objects.order_by("pk").values_list("number", flat=True))


def received(key: str, rows, days, amounts, *, intent=0, employer=0, channel=2) -> Received:
    """Receipts for credits by their places; the amounts that are nothing are left out."""
    rows, days, amounts = map(np.array, np.broadcast_arrays(rows, days, amounts))
    some = amounts > 0
    rows, days, amounts = rows[some], days[some], amounts[some]
    all_of_them = numbers()
    return Received(
        [f"{key}-{at}" for at in range(len(rows))],
        [all_of_them[row] for row in rows],
        days,
        amounts,
        np.full(len(rows), channel),
        np.full(len(rows), intent),
        np.full(len(rows), employer),
    )


def post(key: str, *rest, **more) -> None:
    """Keep them."""
    do_post_receipts(key, received(key, *rest, **more), WHO)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def content(model) -> list[tuple]:
    """Rows of a table in the order of their keys, without keys that a database deals out: writes
    by their name, and what points to other rows by the credit of those and their place in it."""
    table = model._meta.db_table
    columns = {name: f"t.{connection.ops.quote_name(name)}" for name in schema_of(model).names}
    columns.pop("id", None)
    for name, place in PLACES.items():
        if name in columns:
            columns[name] = place
    columns["source_id"] = "k.key"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns.values())} FROM {table} t "
            "JOIN records_sourcekey k ON k.id = t.source_id"
        )
        return sorted(cursor.fetchall(), key=str)


def killed_at(ledger: Ledger, step: int, work: Callable[[], object]) -> bool:
    """Do it in a process of its own, which the system kills at a step of its way to the database.
    Whether it was killed: it may be done before."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        count = iter(range(1, 10**6))

        def counted(function):
            def call(*args, **kwargs):
                if next(count) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*args, **kwargs)

            return call

        ledger.use()
        for module, name in STEPS:
            setattr(module, name, counted(getattr(module, name)))
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of the parent's runs in the child
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    ledger.use()
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed by itself"
    return os.WIFSIGNALED(status)


def close_when_free(month: date) -> closing.Closing:
    """A server may take a moment to see that whoever held the turn is dead."""
    for _ in range(10_000):
        try:
            return closing.do_close_month(month, WHO)
        except Refused as why:
            if "en curso" not in str(why):
                raise
    raise AssertionError("the turn of the dead was never free")


def movement_sums() -> dict[int, np.ndarray]:
    """The sum of each account of each credit, as the database adds."""
    sums = {f"of_{name}": Sum(name) for name in NAMES}
    rows = models.Movement.objects.values("credit_id").annotate(**sums)
    return {r["credit_id"]: np.array([int(r[f"of_{n}"]) for n in NAMES]) for r in rows}


def check_balances(month: int) -> None:
    """Opening + movements = closing: of each account, of each credit and in total."""
    sums, trial = movement_sums(), trial_balance()
    kept = models.Serviced.objects.filter(month=month + 1)
    assert kept.count() == len(sums) == models.Credit.objects.count()
    for row in kept:
        for name in BALANCES:
            assert sums[row.credit_id][AT[name]] == getattr(row, name), (row.credit_id, name)
    said = summary(month)
    assert said.left_over == said.left_over_units == 0
    for name, (opening, moved, closing_) in said.accounts.items():
        assert opening + moved == closing_ == trial[name], name
    assert sum(trial.values()) == 0
