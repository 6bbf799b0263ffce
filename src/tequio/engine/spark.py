"""The parts of a run on a Spark cluster: one task a part, the function that threads call, the same
bytes.

Only the number of a part goes to a task and only a sentence comes back: the rows are read and
written by the workers, in folders that all of them share. A worker writes nothing before it has
seen that its portfolio, law, code and libraries are those of the machine that asked. PySpark is an
extra (decision 0008), imported when a run begins.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tequio.engine.batch import Work, Workers, difference, part, write_part
from tequio.engine.errors import Refused
from tequio.engine.manifest import PACKAGE, Identity, described, identity
from tequio.engine.portfolio import PortfolioError, open_portfolio
from tequio.engine.rulebook import published

if TYPE_CHECKING:
    from pyspark import SparkContext

JAVA = 17  # the oldest that Spark 4 runs on
LOOK = 0.2  # seconds between two looks at which parts are there
PATIENCE = 10  # seconds for a master to answer
DECIDES = ("numpy", "numba", "pyarrow")
MASTERS = ("local", "spark://", "yarn", "k8s://")
Asked = tuple[str, ...]  # what a worker must have as we do, in words


def on_spark(master: str | None = None) -> Workers:
    """The parts on a cluster; without a `master`, the one that Spark's own settings name.

    Raises `Refused` when PySpark or Java is absent or the master does not answer.
    """
    check_pyspark()
    check_java()
    check_master(master)

    def write(work: Work, groups: Sequence[int]) -> Iterator[int]:
        """Each part as it appears; no cluster is asked for none."""
        if not groups:
            return
        # A worker stands in another folder than we do.
        portfolio = open_portfolio(work.portfolio.path.absolute())
        work = replace(work, portfolio=portfolio, folder=work.folder.absolute())
        with context(master) as spark, ThreadPoolExecutor(1) as one:
            tasks = spark.parallelize(groups, len(groups)).map(partial(task, work, rests_on()))
            answers: Future[list[str]] = one.submit(tasks.collect)
            yield from appearing(work, groups, answers)

    return write


def appearing(work: Work, groups: Sequence[int], answers: Future[list[str]]) -> Iterator[int]:
    """The parts as they appear in the folder, until the cluster has answered for all."""
    waiting, last = list(groups), work.job.kinds[-1]
    while not answers.done():
        wait([answers], LOOK)
        for group in [g for g in waiting if part(work.folder, last, g).exists()]:
            waiting.remove(group)
            yield group
    if error := answers.exception():
        raise stopped(error) from error
    if whys := sorted({why for why in answers.result() if why}):
        raise Refused(whys[0])
    yield from waiting


def task(work: Work, asked: Asked, group: int) -> str:
    """In a worker: write one part. What a repetition would not mend is answered in words."""
    try:
        agree(work.portfolio.path, work.as_of, work.folder, work.mark, asked)
        write_part(work, group)
    except (Refused, PortfolioError) as why:
        return f"El trabajador {socket.gethostname()} se negó: {why}"
    return ""


@cache  # once a worker and run: it reads the whole portfolio
def agree(path: Path, as_of: date, folder: Path, mark: Identity, asked: Asked) -> None:
    """Refuse to work with another library, law, portfolio, code or folder than was asked."""
    others = sorted(set(rests_on()) - set(asked))
    if others:
        raise Refused(f"tiene {', '.join(others)} y aquí se pide {', '.join(asked)}. Iguálelos.")
    seen = identity(open_portfolio(path), as_of, mark.law_sha256)
    if seen != mark:
        raise Refused(f"ve {difference(described(seen), described(mark))}. Iguálelos.")
    started = folder / "run.json"
    if not started.exists() or json.loads(started.read_text("utf-8"))["run"] != mark.run:
        raise Refused(f"no ve la corrida en {folder}: elija con -o una carpeta compartida.")


def rests_on() -> Asked:
    """What may change a byte besides the code and the portfolio: libraries, and the law."""
    law = f"la ley {published().sha256[:16]}"
    return (*(f"{name} {version(name)}" for name in DECIDES), law)


@contextmanager
def context(master: str | None) -> Iterator[SparkContext]:
    """A session that is open already (a notebook's), or one of our own, closed at the end."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    opened = session is None
    if session is None:
        # Workers run what we run, where the environment or spark-submit says nothing else.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("Tequio")
        builder = builder.config("spark.ui.showConsoleProgress", "false")  # we have our own
        try:
            session = (builder.master(master) if master else builder).getOrCreate()
        except (Py4JError, PySparkException) as why:
            raise Refused(f"Spark no abrió: {cause(why)}.") from why
    session.sparkContext.environment.setdefault("PYTHONPATH", str(PACKAGE.parent))
    try:
        yield session.sparkContext
    finally:
        if opened:
            session.stop()


def stopped(error: BaseException) -> Refused:
    """Why the cluster gave up a part that it had tried as often as it tries."""
    return Refused(
        f"Spark dejó la corrida sin terminar: {cause(error)}. "
        "Lo ya escrito queda bien: corrija y repita la orden."
    )


def cause(error: BaseException) -> str:
    """The line of a long report that says what happened: of Python's if it is there, or Java's."""
    report = str(error)
    said = re.findall(r"^(\w[\w.]*(?:Error|Exception|Refused): .+)$", report, re.MULTILINE)
    line = said[-1] if said else report.strip().splitlines()[0]
    return str(line).rstrip(".")


def check_pyspark() -> None:
    """PySpark is an extra."""
    if find_spec("pyspark") is None:
        raise Refused(
            "Falta PySpark, del extra spark. Anteponga TEQUIO_EXTRA=spark a la orden y se instala; "
            "en un entorno propio, desde la carpeta de Tequio: pip install '.[spark]'."
        )


def check_java() -> None:
    """The Java that Spark will take is there and new enough."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    mend = f"Instale Java {JAVA} (sudo apt-get install openjdk-{JAVA}-jre-headless)"
    if java is None:
        where = f" en JAVA_HOME ({home})" if home else ""
        raise Refused(f"Spark necesita Java y no está{where}. {mend} o corrija JAVA_HOME.")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r'version "(\d+)', said.stderr)
    if found and int(found[1]) < JAVA:
        raise Refused(f"Spark necesita Java {JAVA} o posterior y {java} es {found[1]}. {mend}.")


def check_master(master: str | None) -> None:
    """A standalone master answers; the others are asked by Spark itself."""
    if os.environ.get("SPARK_REMOTE") or (master or "").startswith("sc://"):
        raise Refused(
            "Spark Connect (sc://, SPARK_REMOTE) no reparte archivos entre trabajadores. "
            "Dé el maestro del clúster, como spark://servidor:7077 o yarn."
        )
    if master and not master.startswith(MASTERS):
        raise Refused(f"No se entiende el maestro {master}: empieza con {', '.join(MASTERS)}.")
    if not master or not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
        except (OSError, ValueError):
            continue
        return
    raise Refused(f"Ningún maestro de Spark responde en {master}. Revise la dirección y el puerto.")
