"""The launcher: what it says when something is missing, and that it runs from anywhere."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", ""), **environment},
    )


@pytest.fixture
def bare(tmp_path):
    """A PATH with the shell's own tools and no Python, and a copy of the launcher."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "readlink", "cksum", "cat", "mkdir", "rm", "flock"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    house = tmp_path / "house"
    (house / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "tequio", house / "tequio")
    for name in ("run.txt", "dev.txt"):
        (house / "requirements" / name).write_text("nothing\n", encoding="utf-8")
    return tools, house


def test_without_python_it_says_what_to_install(bare):
    tools, house = bare
    done = run([str(house / "tequio"), "--help"], PATH=str(tools))
    assert done.returncode == 2
    assert "apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_not_enough(bare):
    tools, house = bare
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = run([str(house / "tequio"), "--help"], PATH=str(tools))
    assert done.returncode == 2
    assert "Python 3.11" in done.stderr


def test_without_venv_it_says_what_to_install(bare):
    """A Python that answers everything but `-m venv`, as Debian's without the package."""
    tools, house = bare
    python = tools / "python3"
    python.write_text(
        '#!/bin/sh\ncase "$*" in *"-m venv"*) exit 1;; *executable*) echo "$0";; esac\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    done = run([str(house / "tequio"), "--help"], PATH=str(tools))
    assert done.returncode == 2
    assert "sudo apt-get install python3-venv" in done.stderr


def test_it_runs_from_another_folder_and_through_a_link(tmp_path):
    link = tmp_path / "tequio"
    link.symlink_to(ROOT / "tequio")
    done = subprocess.run(
        [str(link), "cat", "100", "110", "1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "CAT" in done.stdout


def test_nothing_is_installed_twice():
    done = run([str(ROOT / "tequio"), "--help"])
    assert done.returncode == 0
    assert "Instalando" not in done.stderr
