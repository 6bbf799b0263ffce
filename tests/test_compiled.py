"""What is compiled is kept for one version of the sources; what others left is taken away."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tequio.engine.exact import HOUR, is_idle, make_first


def left_by(folder, version, ago):
    """What another version compiled, so many seconds ago."""
    kept = folder / f"compiled-{version}" / "engine"
    kept.mkdir(parents=True)
    (kept / "kernel.nbi").write_bytes(b"index")
    for path in (kept, kept.parent):
        os.utime(path, (time.time() - ago,) * 2)
    return kept.parent


def names(folder):
    """What is there."""
    return sorted(path.name for path in folder.iterdir())


def test_the_first_of_a_version_takes_away_what_others_left(tmp_path):
    old = [left_by(tmp_path, version, 2 * HOUR) for version in ("1", "2")]
    left_by(tmp_path, "3", HOUR / 2)
    (tmp_path / "exact.cpython.pyc").write_bytes(b"")
    assert [is_idle(one) for one in old] == [True, True]
    make_first(tmp_path / "compiled-4")
    assert names(tmp_path) == ["compiled-3", "compiled-4", "exact.cpython.pyc"]


def test_what_was_just_compiled_within_an_older_folder_stays(tmp_path):
    kept = left_by(tmp_path, "1", 2 * HOUR)
    os.utime(kept / "engine")
    make_first(tmp_path / "compiled-2")
    assert names(tmp_path) == ["compiled-1", "compiled-2"]


def test_who_finds_its_folder_takes_nothing_away(tmp_path):
    own = left_by(tmp_path, "1", 3 * HOUR)
    left_by(tmp_path, "2", 2 * HOUR)
    make_first(own)
    assert names(tmp_path) == ["compiled-1", "compiled-2"]
    assert (own / "engine" / "kernel.nbi").exists()


@pytest.mark.parametrize("place", ["file", "file/deeper"])
def test_where_nothing_can_be_kept_nothing_is(tmp_path, place):
    (tmp_path / "file").write_bytes(b"")
    make_first(tmp_path / place / "compiled-1")
    assert names(tmp_path) == ["file"]


def test_two_programs_at_once_take_each_away_once(tmp_path):
    for version in range(200):
        left_by(tmp_path, f"old-{version}", 2 * HOUR)
    own = [tmp_path / f"compiled-new-{version}" for version in range(2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(make_first, own, timeout=120))
    assert names(tmp_path) == [one.name for one in own]
