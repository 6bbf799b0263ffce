"""The parts on Spark: the bytes of threads, resumed as they are, and nothing from a worker that
sees anything else.

What needs PySpark and Java runs in the environment of the extra: `TEQUIO_EXTRA=spark ./tequio test
tests/test_spark.py`.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import IN_CI, missing
from parts import DAY, GROUPS, ROWS, contents, portfolio_in_parts
from tequio.engine import batch, spark
from tequio.engine.errors import Refused
from tequio.engine.manifest import identity
from tequio.engine.portfolio import open_portfolio, write

SRC = Path(__file__).parent.parent / "src"
LOOPBACK = "127.0.0.1"
SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # these lives are too short to compile well


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory) -> Path:
    return portfolio_in_parts(tmp_path_factory.mktemp("state") / "portfolio.parquet")


@pytest.fixture(scope="module")
def done(portfolio, tmp_path_factory) -> Path:
    """What threads leave."""
    folder = tmp_path_factory.mktemp("done")
    batch.run(portfolio, DAY, folder)
    return folder


@pytest.fixture(scope="module")
def pyspark() -> Path:
    """Where PySpark lies, with a Java to run it."""
    must = IN_CI and os.environ.get("TEQUIO_EXTRA") == "spark"
    found = importlib.util.find_spec("pyspark")
    if found is None:
        missing("PySpark", must=must)
    if shutil.which("java") is None:
        missing("Java", must=must)
    return Path(found.origin).parent


def environment(**settings: str) -> dict[str, str]:
    ours = {"PYTHONPATH": str(SRC), "SPARK_LOCAL_IP": LOOPBACK, "JAVA_TOOL_OPTIONS": SHORT}
    return os.environ | ours | settings


def evaluate(portfolio, folder, *words, program=(sys.executable, "-m", "tequio"), cwd=None, **also):
    """The command, on two cores of this machine where nothing else is said."""
    command = [*program, "evaluate", str(portfolio), "--as-of", str(DAY), "-o", str(folder)]
    return subprocess.run(
        [*command, "--engine", "spark", *(words or ("--master", "local[2]"))],
        env=environment(**also),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


# ---------------------------------------------------------------- what runs on Spark


def test_it_writes_the_bytes_of_threads(pyspark, portfolio, done, tmp_path):
    ran = evaluate(portfolio, tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert f"{GROUPS * ROWS:,} créditos evaluados" in ran.stdout
    assert contents(tmp_path / "out") == contents(done)


def test_what_is_missing_is_made_again_by_either(pyspark, portfolio, done, tmp_path):
    """Threads left a part undone, Spark does that one; and what is done needs no Spark at all."""
    folder = tmp_path / "half"
    shutil.copytree(done, folder)
    for lost in ("pairs/part-00004.parquet", "manifest.json"):
        (folder / lost).unlink()
    kept = (folder / "loans" / "part-00000.parquet").stat().st_mtime_ns
    ran = evaluate(portfolio, folder)
    assert f"{GROUPS - 1} de {GROUPS} partes ya estaban" in ran.stderr
    assert contents(folder) == contents(done)
    assert (folder / "loans" / "part-00000.parquet").stat().st_mtime_ns == kept
    again = evaluate(portfolio, folder)
    assert f"{GROUPS} de {GROUPS} partes ya estaban" in again.stderr
    assert "WARN" not in again.stderr


UNTIL = """
import sys, time
from pathlib import Path
from tequio.engine import batch, spark
from parts import DAY
most = int(sys.argv[3])
def write_part(work, group):
    while len(list(work.folder.glob("loans/*.parquet"))) >= most:
        time.sleep(1)
    batch.write_part(work, group)
spark.write_part = write_part
spark.task.__module__ = "__main__"  # pickled whole, with the function above
batch.run(Path(sys.argv[1]), DAY, Path(sys.argv[2]), workers=spark.on_spark("local[2]"))
"""


def test_killed_it_resumes_with_nothing_lost_or_doubled(pyspark, portfolio, done, tmp_path):
    """SIGKILL once three parts are there and the workers wait."""
    folder, parts = tmp_path / "killed", 3
    command = [sys.executable, "-c", UNTIL, str(portfolio), str(folder), str(parts)]
    both = os.pathsep.join([str(SRC), str(Path(__file__).parent)])
    running = subprocess.Popen(command, env=environment(PYTHONPATH=both))
    limit = time.monotonic() + 180
    while len(list(folder.glob("loans/*.parquet"))) < parts:
        assert time.monotonic() < limit, "the run never got so far"
        assert running.poll() is None, "the run ended by itself"
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (folder / "manifest.json").exists()
    ran = evaluate(portfolio, folder)
    assert ran.returncode == 0, ran.stderr
    assert "partes ya estaban" in ran.stderr
    assert contents(folder) == contents(done)


def test_workers_of_another_version_write_nothing(pyspark, portfolio, tmp_path):
    """Their code differs by a comment."""
    other = tmp_path / "other"
    shutil.copytree(SRC, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "tequio" / "engine" / "month.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    submit = f"--conf spark.executorEnv.PYTHONPATH={other} pyspark-shell"
    ran = evaluate(portfolio, tmp_path / "out", PYSPARK_SUBMIT_ARGS=submit)
    assert ran.returncode == 3
    assert f"El trabajador {socket.gethostname()} se negó" in ran.stderr
    assert "otra versión del programa" in ran.stderr
    assert not list((tmp_path / "out").rglob("part-*"))


def test_what_stops_a_worker_is_told_without_its_long_report(pyspark, portfolio, done, tmp_path):
    """Somebody's folder stands where a part should be."""
    folder = tmp_path / "out"
    shutil.copytree(done, folder)
    (folder / "loans" / "part-00002.parquet").unlink()
    (folder / "loans" / "part-00002.parquet").mkdir()
    (folder / "pairs" / "part-00002.parquet").unlink()
    ran = evaluate(portfolio, folder)
    assert ran.returncode == 3
    told = ran.stderr.strip().splitlines()[-1]
    assert told.startswith("Spark dejó la corrida sin terminar: IsADirectoryError: ")
    assert told.endswith("Lo ya escrito queda bien: corrija y repita la orden.")


def test_spark_submit_runs_it_with_its_own_settings(pyspark, portfolio, done, tmp_path):
    program = (str(pyspark / "bin" / "spark-submit"), "--master", "local[1]")
    program += ("--conf", "spark.app.name=otra", str(SRC / "tequio" / "__main__.py"))
    ran = evaluate(
        portfolio, tmp_path / "out", "--json", program=program, PYSPARK_PYTHON=sys.executable
    )
    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path / "out") == contents(done)


# ---------------------------------------------------------------- a cluster of its own


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        return asked.getsockname()[1]


@pytest.fixture
def cluster(pyspark, tmp_path) -> Iterator[str]:
    """A master and two workers, processes of their own that stand in another folder."""
    port = free_port()
    address = f"spark://{LOOPBACK}:{port}"
    clean = {k: v for k, v in environment().items() if k != "PYTHONPATH"}
    deploy, both = "org.apache.spark.deploy", ["--host", LOOPBACK, "--webui-port", "0"]
    one = ["--cores", "1", "--memory", "1g", "--work-dir", str(tmp_path / "work"), address]
    commands = [[f"{deploy}.master.Master", *both, "--port", str(port)]]
    commands += [[f"{deploy}.worker.Worker", *both, *one]] * 2
    running = []
    try:
        for command in commands:
            with (tmp_path / "log").open("ab") as log:
                program = [str(pyspark / "bin" / "spark-class"), *command]
                running.append(
                    subprocess.Popen(program, env=clean, cwd="/", stdout=log, stderr=log)
                )
            until_it_listens(port)
        yield address
    finally:
        for daemon in running:
            daemon.terminate()
            daemon.wait()


def until_it_listens(port: int) -> None:
    limit = time.monotonic() + 120
    while True:
        try:
            return socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            assert time.monotonic() < limit, "the master never listened"
            time.sleep(0.2)


def test_a_cluster_evaluates_a_folder_by_state(cluster, portfolio, tmp_path):
    """Addresses relative to where we stand; a task for each file and row group."""
    table = open_portfolio(portfolio).read()
    for state, rows in (("09", table.slice(0, 900)), ("16", table.slice(900))):
        path = tmp_path / "cartera" / f"estado={state}" / "creditos.parquet"
        write(rows, path, as_of=DAY, simulated=True)
    batch.run(tmp_path / "cartera", DAY, tmp_path / "threads")
    ran = evaluate("cartera", "out", "--master", cluster, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert contents(tmp_path / "out") == contents(tmp_path / "threads")


# ---------------------------------------------------------------- what is refused, without Spark


def test_without_pyspark_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"Falta PySpark.*TEQUIO_EXTRA=spark.*'\.\[spark\]'"):
        spark.on_spark()


HIDDEN = "import sys; sys.modules['pyspark'] = None; from tequio.cli import main; main()"


def test_the_command_without_pyspark_refuses_and_writes_nothing(portfolio, tmp_path):
    ran = evaluate(portfolio, tmp_path / "out", program=(sys.executable, "-c", HIDDEN))
    assert ran.returncode == 3
    assert ran.stderr.startswith("Falta PySpark")
    assert not (tmp_path / "out").exists()


def java(folder: Path, says: str) -> Path:
    """A Java that says its version where the real one does."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


def test_without_java_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match=r"no está\. Instale Java 17 .*openjdk-17-jre-headless"):
        spark.check_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Refused, match="no está en JAVA_HOME"):
        spark.check_java()


@pytest.mark.parametrize(
    "says", ['java version "1.8.0_402"', 'openjdk version "16.0.2" 2021-07-20']
)
def test_an_old_java_is_refused(monkeypatch, tmp_path, says):
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, says)))
    with pytest.raises(Refused, match="necesita Java 17 o posterior"):
        spark.check_java()


@pytest.mark.parametrize("says", ['openjdk version "17.0.15" 2025-04-15', 'java version "21"'])
def test_a_new_java_will_do(monkeypatch, tmp_path, says):
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, says)))
    spark.check_java()


def test_a_master_that_does_not_answer_is_named():
    address = f"spark://{LOOPBACK}:{free_port()}"
    with pytest.raises(Refused, match=f"Ningún maestro de Spark responde en {address}"):
        spark.check_master(address)


def test_of_several_masters_one_is_enough():
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        spark.check_master(f"spark://{LOOPBACK}:{free_port()},{LOOPBACK}:{port}")


@pytest.mark.parametrize("master", ["spark://", "spark://nowhere", "http://one:1", "server:7077"])
def test_what_is_no_master_is_refused(master):
    with pytest.raises(Refused, match="aestro"):
        spark.check_master(master)


def test_spark_connect_is_refused(monkeypatch):
    with pytest.raises(Refused, match="Spark Connect"):
        spark.check_master("sc://server")
    monkeypatch.setenv("SPARK_REMOTE", "sc://server")
    with pytest.raises(Refused, match="Spark Connect"):
        spark.check_master(None)


# ---------------------------------------------------------------- what a worker checks


@pytest.fixture
def work(portfolio, tmp_path) -> batch.Work:
    opened = open_portfolio(portfolio)
    job = batch.evaluation()
    mark = identity(opened, DAY, job.law_sha256)
    batch.begin(tmp_path / "out", job, mark)
    return batch.Work(job, opened, tmp_path / "out", mark, DAY)


def test_a_worker_that_sees_the_same_writes_its_part(work, done):
    assert spark.task(work, spark.rests_on(), 2) == ""
    for kind in work.job.kinds:
        mine, theirs = (batch.part(folder, kind, 2) for folder in (work.folder, done))
        assert mine.read_bytes() == theirs.read_bytes()


def refused(work: batch.Work, asked: spark.Asked | None = None) -> str:
    """What a worker answers that writes nothing."""
    said = spark.task(work, asked or spark.rests_on(), 0)
    assert not list(work.folder.rglob("part-*"))
    assert said.startswith(f"El trabajador {socket.gethostname()} se negó")
    return said


def test_a_worker_with_another_library_or_law_writes_nothing(work):
    *same, law = spark.rests_on()
    assert "y aquí se pide numpy 1.0" in refused(work, ("numpy 1.0", *same[1:], law))
    assert f"tiene {law} y aquí se pide" in refused(work, (*same, "la ley 0"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"input_sha256": "0" * 64}, "otra cartera"),
        ({"code_sha256": "0" * 64}, "otra versión del programa"),
    ],
)
def test_a_worker_that_sees_something_else_writes_nothing(work, changed, words):
    other = replace(work, mark=replace(work.mark, **changed))
    assert f"ve {words}" in refused(other)


def test_a_worker_without_the_portfolio_writes_nothing(work, tmp_path):
    other = replace(work, portfolio=replace(work.portfolio, path=tmp_path / "none.parquet"))
    assert "No existe el archivo" in refused(other)


@pytest.mark.parametrize("there", [True, False])
def test_a_worker_with_a_folder_of_its_own_writes_nothing(work, tmp_path, there):
    """Under the same address, and empty, or of another run."""
    other = tmp_path / "other"
    if there:
        batch.begin(other, work.job, replace(work.mark, origin="other"))
    assert "no ve la corrida" in refused(replace(work, folder=other))


def test_the_cause_is_the_last_line_that_python_says():
    report = (
        "Py4JJavaError: long\nTraceback\n  File\nKeyError: 'a'\nOSError: [Errno 28] full.\n\tat x"
    )
    assert spark.cause(Exception(report)) == "OSError: [Errno 28] full"
    assert spark.cause(Exception("Only Java.\n\tat x")) == "Only Java"
