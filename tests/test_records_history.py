"""A simulated history in the ledger: what is owed stays, and what led to it can be read."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ledgers import state
from tequio.demo.history.files import write_history
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.servicing.accounts import OWED, Kind
from tequio.web import start

start()
from django.db.models import Sum  # noqa: E402

from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.history import do_load_history  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la auditora", "pruebas")
DEBT = (*OWED, "principal_units", "principal_due_units")


@pytest.fixture
def folder(tmp_path: Path, ledger) -> Path:
    """A loaded portfolio, and its history in a folder."""
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    write_history(loaded, tmp_path / "historia")
    return tmp_path / "historia"


def owed() -> dict[int, tuple[int, ...]]:
    sums = models.Movement.objects.values("credit_id").annotate(**{f"of_{n}": Sum(n) for n in DEBT})
    return {row["credit_id"]: tuple(row[f"of_{n}"] for n in DEBT) for row in sums}


def test_a_loaded_history_changes_nothing_that_is_owed_and_is_not_loaded_twice(folder):
    before, balance = owed(), trial_balance()
    done = do_load_history(folder, WHO)
    assert owed() == before
    after = trial_balance()
    assert {n: after[n] for n in DEBT} == {n: balance[n] for n in DEBT}
    movements = pl.read_parquet(folder / "movements.parquet")
    settled = pl.read_parquet(folder / "settled.parquet")["credit"].cast(pl.String)
    kept = movements.filter(~pl.col("credit").cast(pl.String).is_in(settled.to_list()))
    assert after["cash"] == kept["cash"].sum() > 0
    assert after["forgiven"] == kept["forgiven"].sum() > 0
    assert done.already == 0 and done.left_out > movements.height - kept.height > 0
    assert models.Movement.objects.exclude(kind=int(Kind.OPENING)).count() > 20_000
    again = do_load_history(folder, WHO)
    assert again.already > 0 and again.rows == done.rows
    assert owed() == before
    assert audit.verify().fault is None


def test_every_agreement_ends_where_the_file_says_and_goes_there_step_by_step(folder):
    do_load_history(folder, WHO)
    rows = pl.read_parquet(folder / "agreements.parquet").with_columns(
        pl.col("credit", "programme", "state").cast(pl.String)
    )
    known = set(models.Credit.objects.values_list("number", flat=True))
    rows = rows.filter(pl.col("credit").is_in(list(known)))
    found = models.Agreement.objects.order_by("pk").select_related("credit")
    assert found.count() == rows.height > 500
    for agreement, row in zip(found, rows.iter_rows(named=True), strict=True):
        assert (agreement.credit.number, agreement.programme) == (row["credit"], row["programme"])
    states = models.AgreementEvent.objects.order_by("pk").values_list("agreement_id", "state", "on")
    by_agreement: dict[int, list] = {}
    for number, name, on in states:
        by_agreement.setdefault(number, []).append((name, on))
    for agreement, row in zip(found, rows.iter_rows(named=True), strict=True):
        steps = by_agreement[agreement.pk]
        assert [name for name, _ in steps[:3]] == ["offered", "accepted", "in_force"]
        assert steps[-1][0] == row["state"]
        assert [on for _, on in steps] == sorted(on for _, on in steps)


def test_the_history_of_another_portfolio_is_refused_and_leaves_nothing(folder, tmp_path):
    other = tmp_path / "otra"
    other.mkdir()
    loaded = open_portfolio(tmp_path / "cartera.parquet")
    write_history(loaded, other)
    rows = pl.read_parquet(other / "movements.parquet")
    first = np.arange(rows.height) == 0
    changed = rows.with_columns(
        interest=pl.when(pl.Series(first)).then(pl.col("interest") + 1).otherwise("interest"),
        adjustment=pl.when(pl.Series(first)).then(pl.lit(-1)).otherwise("adjustment"),
    )
    changed.write_parquet(other / "movements.parquet")
    count = models.Movement.objects.count()
    with pytest.raises(Refused, match="es la de otra cartera"):
        do_load_history(other, WHO)
    assert models.Movement.objects.count() == count
    assert models.Agreement.objects.count() == 0


def test_a_credit_that_the_ledger_does_not_know_is_refused(folder, ledger, tmp_path):
    (folder / "settled.parquet").rename(folder / "otros.parquet")
    with pytest.raises(Refused, match=r"Falta .*settled\.parquet"):
        do_load_history(folder, WHO)
    empty = pl.read_parquet(folder / "otros.parquet").clear()
    empty.write_parquet(folder / "settled.parquet")
    with pytest.raises(Refused, match="no está en el libro"):
        do_load_history(folder, WHO)
