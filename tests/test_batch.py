"""A portfolio in parts: the same bytes however it is run, nothing lost when it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parts import DAY, GROUPS, ROWS, contents, portfolio_in_parts
from tequio.engine import batch
from tequio.engine.errors import Refused
from tequio.engine.evaluate import evaluate
from tequio.engine.pairs import NAMES
from tequio.engine.portfolio import PortfolioError, loan_of, open_portfolio, write
from tequio.programmes import REGISTRY

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory) -> Path:
    return portfolio_in_parts(tmp_path_factory.mktemp("state") / "portfolio.parquet")


@pytest.fixture(scope="module")
def done(portfolio, tmp_path_factory) -> Path:
    """A run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("done")
    batch.run(portfolio, DAY, folder)
    return folder


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_inputs_give_the_same_bytes(portfolio, done, tmp_path, threads):
    batch.run(portfolio, DAY, tmp_path / "again", workers=batch.in_threads(threads))
    assert contents(tmp_path / "again") == contents(done)


def test_a_run_that_is_done_is_not_done_again(portfolio, done):
    before = {p: p.stat().st_mtime_ns for p in done.rglob("part-*.parquet")}
    again = batch.run(portfolio, DAY, done)
    assert again.resumed == GROUPS
    assert before == {p: p.stat().st_mtime_ns for p in done.rglob("part-*.parquet")}


@pytest.mark.parametrize("lost", ["loans/part-00002.parquet", "pairs/part-00004.parquet"])
def test_what_is_missing_is_made_again(portfolio, done, tmp_path, lost):
    folder = tmp_path / "half"
    batch.run(portfolio, DAY, folder)
    (folder / lost).unlink()
    (folder / "manifest.json").unlink()
    again = batch.run(portfolio, DAY, folder)
    assert again.resumed == GROUPS - 1
    assert contents(folder) == contents(done)


UNTIL = """
import sys, threading, time
from datetime import date
from pathlib import Path
from tequio.engine import batch
real, count, lock = batch.save, 0, threading.Lock()
def save(path, slices, mark):
    global count
    real(path, slices, mark)
    with lock:
        count += 1
    if count >= int(sys.argv[3]):
        time.sleep(600)
batch.save = save
batch.run(Path(sys.argv[1]), date(2024, 6, 30), Path(sys.argv[2]), workers=batch.in_threads(2))
"""


@pytest.mark.parametrize("parts", [1, 3, 7, 10])
def test_killed_it_resumes_with_nothing_lost_or_doubled(portfolio, done, tmp_path, parts):
    """SIGKILL once so many files are there and the run waits; the next one ends with the bytes of
    an undisturbed run."""
    folder = tmp_path / "killed"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", UNTIL, str(portfolio), str(folder), str(parts)]
    running = subprocess.Popen(command, env=environment)
    limit = time.monotonic() + 120
    while len(list(folder.rglob("part-*.parquet"))) < parts:
        assert time.monotonic() < limit, "the run never got so far"
        assert running.poll() is None, "the run ended by itself"
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (folder / "manifest.json").exists()
    batch.run(portfolio, DAY, folder)
    assert contents(folder) == contents(done)


def test_what_stops_a_run_stops_the_parts_not_begun(portfolio, tmp_path, monkeypatch):
    begun = []

    def fails(work, group):
        begun.append(group)
        if group:
            time.sleep(0.5)  # long enough for the first to be heard of
        raise OSError("full")

    monkeypatch.setattr(batch, "write_part", fails)
    with pytest.raises(OSError, match="full"):
        batch.run(portfolio, DAY, tmp_path / "out", workers=batch.in_threads(1))
    assert len(begun) < GROUPS


def test_two_runs_are_never_mixed(portfolio, done):
    with pytest.raises(Refused, match="otra fecha"):
        batch.run(portfolio, date(2024, 7, 15), done)


def test_a_folder_of_somebody_else_is_refused(portfolio, tmp_path):
    (tmp_path / "loans").mkdir()
    (tmp_path / "loans" / "mine.parquet").write_bytes(b"")
    with pytest.raises(Refused, match="otro origen"):
        batch.run(portfolio, DAY, tmp_path)


def test_an_object_store_is_refused_and_no_folder_is_named_after_it(
    portfolio, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for path, folder in (("s3a://bucket/one.parquet", "out"), (portfolio, "hdfs://server/out")):
        with pytest.raises(Refused, match="es la dirección de un almacén"):
            batch.run(Path(path), DAY, Path(folder))
    assert not list(tmp_path.iterdir())


def test_a_portfolio_cut_in_half_is_refused_before_anything_is_written(portfolio, tmp_path):
    half = tmp_path / "half.parquet"
    half.write_bytes(portfolio.read_bytes()[:10_000])
    with pytest.raises(PortfolioError, match="no es un Parquet completo"):
        batch.run(half, DAY, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_manifest_says_what_was_run_and_what_came_out(portfolio, done):
    manifest = json.loads((done / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["as_of"] == "2024-06-30"
    assert manifest["rows"] == manifest["written"]["loans"] == GROUPS * ROWS
    assert manifest["simulated"] is True
    assert len(manifest["files"]) == 2 * GROUPS
    assert {len(manifest[key]) for key in ("input_sha256", "law_sha256", "code_sha256")} == {64}
    pairs = pq.read_table(done / "pairs")
    assert manifest["written"]["pairs"] == pairs.num_rows


def test_every_pair_is_what_its_credit_alone_is_answered(portfolio, done):
    """Forty credits, one by one, against what the batch wrote."""
    table = open_portfolio(portfolio).read()
    loans = pq.read_table(done / "loans").to_pylist()
    pairs = pq.read_table(done / "pairs").to_pylist()
    for row in range(0, GROUPS * ROWS, 60):
        alone = evaluate(loan_of(table.slice(row, 1)), DAY)
        written = loans[row]
        assert written["credit"] == table["credit"][row].as_py()
        for name, mask in alone.unmet.items():
            assert written[f"unmet_{name}"] == mask[0]
        assert (
            written["total"]
            == (
                alone.today.projection.paid
                + alone.today.projection.charges
                + alone.today.projection.overdue
            )[0]
        )
        mine = {p["programme"]: p for p in pairs if p["credit"] == written["credit"]}
        assert set(mine) == {p.programme for p in alone.pairs if len(p.rows)}
        for offered in alone.pairs:
            if len(offered.rows):
                pair = mine[offered.programme]
                assert pair["pays_after"] == offered.pays_after[0]
                assert pair["months"] == offered.projection.months[0]
                assert pair["npv"] == offered.projection.npv[0]


def test_a_shuffled_portfolio_answers_the_same(portfolio, done, tmp_path):
    table = open_portfolio(portfolio).read()
    order = np.random.default_rng(1).permutation(table.num_rows)
    write(table.take(order), tmp_path / "shuffled.parquet", as_of=DAY, simulated=True)
    batch.run(tmp_path / "shuffled.parquet", DAY, tmp_path / "out")
    for kind in ("loans", "pairs"):
        mine, theirs = (pq.read_table(f / kind).to_pylist() for f in (tmp_path / "out", done))
        assert sorted(mine, key=str) == sorted(theirs, key=str)


def test_the_best_offer_is_the_least_of_those_ranked(portfolio, done):
    """From the written tables alone, in plain Python, by the policy's criteria in their order."""
    loans = pq.read_table(done / "loans").to_pylist()
    pairs = pq.read_table(done / "pairs").to_pylist()
    left = open_portfolio(portfolio).read()["months_left"].to_pylist()
    for loan, term in list(zip(loans, left, strict=True))[:400]:
        now = loan | {"programme": "status_quo", "lost_on": loan["now_lost_on"]}
        offers = [now, *(p for p in pairs if p["credit"] == loan["credit"])]
        ranked = [offer for offer in offers if offer["lost_on"] != "not_ranked"]
        (best,) = (offer for offer in ranked if offer["lost_on"] == "best")
        keys = [key_of(offer, loan, term) for offer in ranked]
        assert keys[ranked.index(best)] == min(keys)
        assert best["programme"] == loan["best"]
        assert best["total"] == loan["best_total"]
        if best is not now:
            assert best["pays_after"] == loan["best_pays"]


def key_of(offer: dict, loan: dict, term: int) -> tuple:
    """The policy's measures, in its order; among equals the place in the registry."""
    bearable = loan["income"] == "unknown" or offer["instalment"] <= loan["bears"]
    place = NAMES.index(offer["programme"])
    total, late = offer["total"], offer["months"] > term
    return (0 if bearable else offer["instalment"], late, total, offer["conditions"], place)


def test_every_programme_in_force_has_a_column_of_reasons(done):
    names = pq.read_schema(done / "loans" / "part-00000.parquet").names
    on = {p.name for p in REGISTRY if hasattr(p.status(DAY), "law")}
    assert {n.removeprefix("unmet_") for n in names if n.startswith("unmet_")} == on


def test_a_day_before_every_rule_is_refused_and_leaves_nothing(portfolio, tmp_path):
    with pytest.raises(Refused, match="Ninguna solución tiene regla conocida el 2016-12-31"):
        batch.run(portfolio, date(2016, 12, 31), tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def by_state(table: pa.Table, folder: Path) -> None:
    """The rows in two files of a folder, each under a folder named for its state."""
    for state, rows in (("16", table.slice(0, ROWS)), ("09", table.slice(ROWS))):
        write(rows, folder / f"estado={state}" / "creditos.parquet", as_of=DAY, simulated=True)


def test_a_folder_answers_as_one_file_in_the_order_of_names(portfolio, tmp_path):
    """What stands beside, a draft or a mark of another program, is not read."""
    table = open_portfolio(portfolio).read().slice(0, 2 * ROWS)
    by_state(table, tmp_path / "folder")
    for beside in ("_SUCCESS", ".draft.parquet", "_temporary/one.parquet"):
        (tmp_path / "folder" / beside).parent.mkdir(exist_ok=True)
        (tmp_path / "folder" / beside).write_bytes(b"")
    in_order = [table.slice(ROWS), table.slice(0, ROWS)]
    write(in_order, tmp_path / "one.parquet", as_of=DAY, simulated=True)
    done = batch.run(tmp_path / "folder", DAY, tmp_path / "of folder")
    batch.run(tmp_path / "one.parquet", DAY, tmp_path / "of one")
    assert (done.parts, done.rows["loans"]) == (2, 2 * ROWS)
    for kind in ("loans", "pairs"):
        mine, theirs = (pq.read_table(tmp_path / f / kind) for f in ("of folder", "of one"))
        assert mine.equals(theirs)


@pytest.mark.parametrize("change", ["moved", "changed"])
def test_a_folder_is_another_portfolio_when_a_file_moves_or_changes(portfolio, tmp_path, change):
    table = open_portfolio(portfolio).read().slice(0, 2 * ROWS)
    by_state(table, tmp_path / "folder")
    batch.run(tmp_path / "folder", DAY, tmp_path / "out")
    if change == "moved":
        (tmp_path / "folder" / "estado=09").rename(tmp_path / "folder" / "estado=15")
    else:
        by_state(table.take(list(reversed(range(2 * ROWS)))), tmp_path / "folder")
    with pytest.raises(Refused, match="otra cartera"):
        batch.run(tmp_path / "folder", DAY, tmp_path / "out")


def test_a_credit_in_two_files_of_a_folder_is_refused(portfolio, tmp_path):
    """At the seam: the last of one file is the first of the other."""
    table = open_portfolio(portfolio).read()
    twice = table["credit"][ROWS].as_py()
    by_state(table.slice(0, ROWS), tmp_path / "folder")
    other = tmp_path / "folder" / "otro.parquet"
    write(table.slice(ROWS, 5), other, as_of=DAY, simulated=True)
    assert open_portfolio(tmp_path / "folder").repeated() is None
    write(table.slice(ROWS, 5), tmp_path / "folder" / "mas.parquet", as_of=DAY, simulated=True)
    with pytest.raises(Refused, match=f"El crédito {twice} está más de una vez"):
        batch.run(tmp_path / "folder", DAY, tmp_path / "out")
    assert not (tmp_path / "out").exists()
