"""The faults of `bench/faults.py`, on a few credits: nothing is lost or doubled, and it is said."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import IN_CI, missing

WORDS = "--loans 1000 --payments 1500 --files 4 --kill-every 1 --kills 5 --disk-payments 2000"


def test_killed_cut_off_and_without_room_nothing_is_lost_or_doubled(root):
    if not IN_CI:
        pytest.skip("faults: a minute of kills, with CI=true")
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing("PostgreSQL's own programs (initdb)")
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        missing("setpriv")
    done = subprocess.run(
        [sys.executable, "bench/faults.py", *WORDS.split()],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    scenes = 1 if "full disk: left out" in done.stdout else 2
    assert done.stdout.count("each once; the trial balance is zero") == scenes
    assert "killed" in done.stdout
