"""Simulated files of banks with the mistakes of real ones: all of them are found, none stops the
others; a file whose taking is killed goes on to the same rows."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from closes import content
from deposits import WHO
from ledgers import state
from tequio.demo.bank_files import MARK, MISTAKES, write_bank_csv, write_camt
from tequio.engine.portfolio import open_portfolio
from tequio.web import start

start()
from django.db import connections  # noqa: E402

from tequio.web.intake import entries as entries_  # noqa: E402
from tequio.web.intake import piece, taking  # noqa: E402
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records import audit, receipts, writing  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import Assignment, Deposit, Receipt, SetAside  # noqa: E402

JULY, END = date(2024, 7, 1), date(2024, 7, 31)
WAIT = ("changed_round", "no_number", "unknown", "two_credits", "late")
ASIDE = ("no_such_day", "negative", "zero")
PIECE = 25  # rows
KILLED = (
    2,
    7,
    13,
    18,
)  # steps, of which a piece has a dozen: what was whole stays, and is passed over
STEPS = (  # where a piece touches the database
    (piece, "intake_turn"),
    (piece, "known_among"),
    (piece, "matched"),
    (piece, "write_rows"),
    (piece, "append_receipts"),
    (receipts, "write_rows"),
    (piece, "write_payers"),
    (writing, "append_event"),
)


@pytest.mark.parametrize("write", [write_bank_csv, write_camt])
def test_every_mistake_is_found_and_every_centavo_is_somewhere(loaded, tmp_path, write):
    rows = open_portfolio(tmp_path / "cartera.parquet").read()
    path = tmp_path / "banco"
    counts = write(rows, JULY, path)
    first = path.read_bytes()
    assert write(rows, JULY, path) == counts
    assert path.read_bytes() == first
    assert MARK.encode() in first
    assert {"", *MISTAKES} == set(counts)
    said = do_take_file(path, WHO, as_of=END).summary
    assert said.explained
    assert said.rows == sum(counts.values())
    assert said.aside.count == sum(counts[name] for name in ASIDE)
    assert said.repeated.count == counts["twice"] // 2
    assert said.unapplied.count == sum(counts[name] for name in WAIT)
    assert said.applied.count == counts[""] + counts["too_much"] + counts["twice"] // 2
    assert equation().holds
    assert audit.verify().fault is None


def killed_at(ledger, step: int, path: Path) -> bool:
    """Take the file in a program of its own, which the system kills at a step; whether it was
    killed. A fork would do without the threads that read columns."""
    connections.close_all()
    run = [sys.executable, __file__, str(step), str(path)]
    there = os.pathsep.join(sys.path)
    done = subprocess.run(run, env={**os.environ, "PYTHONPATH": there}, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def take_until(step: int, path: Path) -> None:
    """Take a file in small pieces, and die at a step."""
    left = iter(range(step, -1, -1))

    def counted(function):
        def call(*args, **kwargs):
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))
    entries_.AT_A_TIME = PIECE
    do_take_file(path, WHO, as_of=END)


def test_a_file_killed_at_any_step_goes_on_to_the_same_rows(
    ledger, templates, tmp_path, monkeypatch
):
    taken = state(tmp_path, 300, group=100)
    do_load_portfolio(taken, WHO)
    path = tmp_path / "banco.csv"
    write_bank_csv(taken.read(), JULY, path)
    monkeypatch.setattr(entries_, "AT_A_TIME", PIECE)
    assert all(killed_at(ledger, step, path) for step in KILLED)
    assert Deposit.objects.exists(), "some piece was whole before it was killed"
    assert equation().holds, "whatever was killed"
    done = do_take_file(path, WHO, as_of=END)
    assert 0 < done.already < done.pieces
    tables = (Deposit, Assignment, Receipt, SetAside)
    found = {model: [one[2:] for one in content(model)] for model in tables}
    sums, said = equation(), done.summary
    assert said.explained
    assert audit.verify().fault is None

    other = templates.copy(ledger.vendor, made(tmp_path / "other"))
    other.use()
    do_load_portfolio(taken, WHO)
    assert do_take_file(path, WHO, as_of=END).summary == said
    assert equation() == sums
    for model in tables:
        assert len(content(model)) == len(found[model])
    other.close()
    ledger.use()


def made(folder):
    folder.mkdir()
    return folder


def test_it_is_told_how_far_it_is(loaded, tmp_path, monkeypatch):
    rows = open_portfolio(tmp_path / "cartera.parquet").read()
    path = tmp_path / "banco.csv"
    write_bank_csv(rows, JULY, path)
    monkeypatch.setattr(entries_, "AT_A_TIME", 100)
    told = []
    done = do_take_file(path, WHO, as_of=END, progress=lambda *at: told.append(at))
    assert [at for at, _ in told] == sorted(at for at, _ in told)
    assert told[-1] == (done.summary.rows, done.summary.rows)
    assert taking.kind_of(path) == 1


if __name__ == "__main__":
    take_until(int(sys.argv[1]), Path(sys.argv[2]))
