"""The launcher in a house of its own: a stand-in for uv notes what it is asked to install."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = ("sh", "dirname", "readlink", "cksum", "cat", "mkdir", "mv", "rm", "flock", "sleep")
STAND_IN = """#!/bin/sh
echo "$1" >> "{notes}"
if [ "$1" = venv ]; then
    for folder; do :; done
    mkdir "$folder" && mkdir "$folder/bin" && cp "{python}" "$folder/bin/python"
    sleep 0.2
elif [ "$1" = pip ]; then
    echo "$UV_CACHE_DIR" > "{cache}"
    echo "$UV_DEFAULT_INDEX" > "{mirror}"
    for list; do case $list in *.txt) echo "${{list##*/}}" >> "{notes}" ;; esac; done
    if [ -f "{breaks}" ]; then rm "{breaks}"; kill -9 $PPID; fi
fi
"""
PROGRAM = """#!/bin/sh
pwd
echo "PYTHONPATH=$PYTHONPATH"
for argument; do echo "<$argument>"; done
exit 5
"""
NEW_PYTHON = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) echo "$0";; esac\n'
OLD_PYTHON = "#!/bin/sh\nexit 0\n"


class House:
    """A copy of the launcher, requirements, and a PATH with the shell's own tools only."""

    def __init__(self, folder: Path):
        self.folder = folder / "a house"
        self.path = folder / "bin"
        self.notes = folder / "notes"
        self.cache = folder / "cache"
        self.mirror = folder / "mirror"
        self.breaks = folder / "breaks"
        self.path.mkdir(parents=True)
        (self.folder / "requirements").mkdir(parents=True)
        for name in (*TOOLS, "cp"):
            (self.path / name).symlink_to(shutil.which(name))
        for name in ("run", "dev", "uv", "spark"):
            self.require(name, "nothing")
        self.launcher = self.folder / "tequio"
        shutil.copy(ROOT / "tequio", self.launcher)

    def require(self, name, text):
        (self.folder / "requirements" / f"{name}.txt").write_text(text, encoding="utf-8")

    def put(self, name, script):
        written = self.path / name
        written.write_text(script, encoding="utf-8")
        written.chmod(0o755)
        return written

    def furnish(self):
        """A new Python and the stand-in for uv."""
        self.put("python3", NEW_PYTHON)
        program = self.put("program", PROGRAM)
        places = {"notes": self.notes, "cache": self.cache, "mirror": self.mirror}
        self.put("uv", STAND_IN.format(python=program, breaks=self.breaks, **places))
        return self

    def start(self, *arguments, launcher=None, **environment):
        return subprocess.Popen(
            [launcher or self.launcher, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.path,
            env={"PATH": str(self.path), **environment},
        )

    def run(self, *arguments, **options):
        started = self.start(*arguments, **options)
        out, err = started.communicate()
        return subprocess.CompletedProcess(arguments, started.returncode, out, err)

    def asked(self):
        """What uv was asked since the last time somebody wanted to know."""
        told = self.notes.read_text(encoding="utf-8").split() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return told


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


INSTALLED_RUN = ["venv", "pip", "run.txt"]
INSTALLED_DEV = ["venv", "pip", "dev.txt"]


def test_without_python_it_says_what_to_install(house):
    done = house.run("demo")
    assert done.returncode == 2
    assert "sudo apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_not_enough(house):
    house.put("python3", OLD_PYTHON)
    done = house.run("demo")
    assert done.returncode == 2
    assert "Python 3.11 o posterior" in done.stderr


def test_without_venv_it_says_what_to_install(house):
    """Debian's Python answers everything but `import ensurepip` without its package."""
    house.put("python3", NEW_PYTHON)
    done = house.run("demo")
    assert done.returncode == 2
    assert "sudo apt-get install python3-venv" in done.stderr


def test_uv_needs_no_venv_of_debian(house):
    assert house.furnish().run("demo").returncode == 5
    assert house.asked() == ["--version", *INSTALLED_RUN]


def test_it_runs_where_the_caller_stands_and_says_nothing_of_its_own(house):
    """Words, spaces and the exit code pass untouched."""
    house.furnish().run("demo")
    done = house.run("import", "two words", "")
    lines = [str(house.path), f"PYTHONPATH={house.folder}/src", "<-m>", "<tequio>"]
    assert done.stdout.splitlines() == [*lines, "<import>", "<two words>", "<>"]
    assert done.stderr == ""
    assert done.returncode == 5


def test_it_runs_through_a_chain_of_links(house, tmp_path):
    (tmp_path / "first").symlink_to(house.launcher)
    (tmp_path / "second").symlink_to("first")
    done = house.furnish().run("demo", launcher=tmp_path / "second")
    assert f"PYTHONPATH={house.folder}/src" in done.stdout


def test_the_suite_runs_at_home(house):
    done = house.furnish().run("test", "-k", "one")
    assert done.stdout.splitlines()[0] == str(house.folder)
    assert done.stdout.splitlines()[-2:] == ["<-k>", "<one>"]
    assert "<test>" not in done.stdout


def test_it_installs_only_what_changed(house):
    house.furnish().run("demo")
    assert house.asked() == ["--version", *INSTALLED_RUN]
    house.run("demo")
    assert house.asked() == []
    house.run("test")
    assert house.asked() == ["--version", "pip", "dev.txt"]
    for command in ("demo", "test"):
        house.run(command)
        assert house.asked() == []
    house.require("run", "something")
    house.run("demo")
    assert house.asked() == ["--version", "pip", "run.txt"]


def test_an_extra_has_an_environment_of_its_own(house):
    """Neither call undoes what the other installed; the extra's list lies upon either set."""
    house.furnish().run("demo")
    house.asked()
    assert house.run("demo", TEQUIO_EXTRA="spark").returncode == 5
    assert house.asked() == ["--version", "venv", "pip", "run.txt", "spark.txt"]
    assert (house.folder / ".venv-spark" / "bin" / "python").exists()
    house.run("test", TEQUIO_EXTRA="spark")
    assert house.asked() == ["--version", "pip", "dev.txt", "spark.txt"]
    for extra in ("spark", ""):
        house.run("demo", TEQUIO_EXTRA=extra)
        assert house.asked() == []
    house.require("spark", "something")
    house.run("demo")
    assert house.asked() == []
    house.run("demo", TEQUIO_EXTRA="spark")
    assert house.asked() == ["--version", "pip", "run.txt", "spark.txt"]


def test_an_extra_that_there_is_not_is_refused(house):
    done = house.furnish().run("demo", TEQUIO_EXTRA="../run")
    assert done.returncode == 2
    assert "Hay: spark." in done.stderr
    assert house.asked() == []


def test_a_python_that_left_the_system_is_replaced(house):
    house.furnish().run("demo")
    house.asked()
    (house.folder / ".venv" / "bin" / "python").unlink()
    assert house.run("demo").returncode == 5
    assert house.asked() == ["--version", *INSTALLED_RUN]


@pytest.mark.parametrize("before", [[], ["demo"]])
def test_an_installation_cut_short_is_made_again(house, before):
    house.furnish()
    for command in before:
        house.run(command)
    house.breaks.touch()
    assert house.run("test").returncode == -9
    house.asked()
    assert house.run("test").returncode == 5
    assert house.asked() == ["--version", *INSTALLED_DEV]


def test_a_failed_installation_says_so_and_is_made_again(house):
    uv = house.furnish().path / "uv"
    works = uv.read_text(encoding="utf-8")
    house.put("uv", works + '[ "$1" != pip ]\n')
    failed = house.run("demo")
    assert failed.returncode == 3
    assert "Revise su conexión" in failed.stderr
    house.put("uv", works)
    assert house.run("demo").returncode == 5


def test_of_two_calls_one_installs_and_the_other_waits(house):
    house.furnish()
    calls = [house.start("demo"), house.start("demo")]
    says = [call.communicate()[1] for call in calls]
    assert [call.returncode for call in calls] == [5, 5]
    assert house.asked() == ["--version", *INSTALLED_RUN]
    assert sum("espero" in text for text in says) == 1


@pytest.mark.parametrize(("home", "inside"), [(None, True), ("", True), ("here", False)])
def test_without_a_home_the_cache_stays_inside(house, home, inside, tmp_path):
    settings = {} if home is None else {"HOME": home and str(tmp_path)}
    house.furnish().run("demo", **settings)
    expected = f"{house.folder}/.uv/cache" if inside else ""
    assert house.cache.read_text(encoding="utf-8").strip() == expected


def test_a_cache_of_ones_own_is_kept(house):
    house.furnish().run("demo", UV_CACHE_DIR="/elsewhere")
    assert house.cache.read_text(encoding="utf-8").strip() == "/elsewhere"


@pytest.mark.parametrize(
    ("settings", "mirror"),
    [
        ({}, ""),
        ({"PIP_INDEX_URL": "of pip"}, "of pip"),
        ({"PIP_INDEX_URL": "of pip", "UV_INDEX_URL": "of uv"}, "of uv"),
        ({"PIP_INDEX_URL": "of pip", "UV_DEFAULT_INDEX": "of uv"}, "of uv"),
    ],
)
def test_a_mirror_named_for_pip_serves_uv(house, settings, mirror):
    house.furnish().run("demo", **settings)
    assert house.mirror.read_text(encoding="utf-8").strip() == mirror
