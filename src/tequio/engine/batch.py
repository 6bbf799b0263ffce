"""A whole portfolio: Parquet in, Parquet out, one part a row group; killed, it resumes.

Every part is written whole under its final name or not at all, and holds the name of its run: the
input, the law, the code and the day. The same inputs give the same bytes, whoever writes the parts:
threads of this machine, or a cluster (`engine/spark.py`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tequio.engine.drafts import whole
from tequio.engine.errors import Refused
from tequio.engine.evaluate import evaluate
from tequio.engine.manifest import Identity, described, identity, sha256, write_json
from tequio.engine.outcome_tables import loans_table, pairs_table
from tequio.engine.portfolio import Portfolio, loan_of, open_portfolio
from tequio.engine.rulebook import published

SLICE = 16_384  # rows whose columns stay in the cache while the rules run over them
THREADS = os.cpu_count() or 1
ADDRESS = re.compile(r"\w[\w+.-]+:/")  # as s3a://, of which a path keeps one bar
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What is worked out of every slice of a portfolio."""

    kinds: tuple[str, ...]  # in the order of writing: a part is done when the last is there
    tables: Callable[[pa.Table, date], tuple[pa.Table, ...]]  # of a slice and a day, one a kind
    law_sha256: str  # of all the law that it applies
    about: Mapping[str, Any] = field(default_factory=dict)  # kept with the run, for its readers

    def described(self, mark: Identity) -> dict[str, Any]:
        """The run as it is written: what tells it from others, and what it is about."""
        return {**described(mark), **self.about}


def evaluated(rows: pa.Table, as_of: date) -> tuple[pa.Table, pa.Table]:
    """Every solution for every credit of a slice: pairs, and credits."""
    outcome = evaluate(loan_of(rows), as_of)
    return pairs_table(rows, outcome), loans_table(rows, outcome)


def evaluation() -> Job:
    """The law as published."""
    return Job(("pairs", "loans"), evaluated, published().sha256)


@dataclass(frozen=True, slots=True)
class Work:
    """What the parts of a run share."""

    job: Job
    portfolio: Portfolio
    folder: Path
    mark: Identity
    as_of: date


# Those who write the parts of some work; each part is named when it is there.
Workers = Callable[[Work, Sequence[int]], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run wrote."""

    folder: Path
    run: str
    rows: dict[str, int]  # of each kind
    parts: int
    resumed: int  # parts that an earlier, interrupted run had already written


def run(
    path: Path,
    as_of: date,
    folder: Path,
    *,
    job: Job | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Done:
    """Do a job over a portfolio on a day into `folder`: a folder a kind, one file a row group.
    Without a job, evaluate it: loans/ and pairs/.

    The parts are written in threads, or by other `workers`. Raises `Refused` when the folder holds
    another run, no rule of that day is known or the workers cannot go on, `PortfolioError` when the
    input cannot be read.
    """
    portfolio = accepted(path, as_of, folder)
    job = job or evaluation()
    mark = identity(portfolio, as_of, job.law_sha256)
    begin(folder, job, mark)
    waiting = [g for g in range(portfolio.row_groups) if not written(folder, job, g, mark)]
    resumed = portfolio.row_groups - len(waiting)
    parts = (workers or in_threads())(Work(job, portfolio, folder, mark, as_of), waiting)
    for finished, _ in enumerate(parts, resumed + 1):
        if progress:
            progress(finished, portfolio.row_groups)
    counts = close(folder, job, mark)
    return Done(folder, mark.run, counts, portfolio.row_groups, resumed)


def accepted(path: Path, as_of: date, folder: Path) -> Portfolio:
    """The portfolio of a run that can be done; or why it cannot."""
    for place in (path, folder):
        if ADDRESS.match(str(place)):
            raise Refused(
                f"{place} es la dirección de un almacén y aquí se leen y escriben carpetas. "
                "Móntelo como carpeta, o copie los archivos a una."
            )
    portfolio = open_portfolio(path)
    if not any(published().in_force(as_of)):
        raise Refused(
            f"Ninguna solución tiene regla conocida el {as_of}. Elija una fecha desde 2017."
        )
    if twice := portfolio.repeated():
        raise Refused(
            f"El crédito {twice} está más de una vez en {path}. Déjelo en un solo archivo."
        )
    return portfolio


def in_threads(threads: int = THREADS) -> Workers:
    """The parts on this machine, so many at a time."""

    def write(work: Work, groups: Sequence[int]) -> Iterator[int]:
        """Each part as it ends."""
        with ThreadPoolExecutor(threads) as pool:
            tasks = {pool.submit(write_part, work, group): group for group in groups}
            try:
                for task in as_completed(tasks):
                    task.result()
                    yield tasks[task]
            finally:  # whoever stops it waits for the parts begun, not for those after them
                pool.shutdown(cancel_futures=True)

    return write


def begin(folder: Path, job: Job, mark: Identity) -> None:
    """Claim the folder for this run, or refuse to mix two."""
    started = folder / "run.json"
    if started.exists():
        found = json.loads(started.read_text(encoding="utf-8"))
        if found["run"] != mark.run:
            raise Refused(
                f"{folder} guarda otra corrida ({difference(found, job.described(mark))}). "
                "Elija otra carpeta con -o, o borre esa."
            )
        return
    for kind in job.kinds:
        if any((folder / kind).glob("*.parquet")):
            raise Refused(
                f"{folder / kind} tiene archivos de otro origen. Elija otra carpeta con -o."
            )
        (folder / kind).mkdir(parents=True, exist_ok=True)
    write_json(started, job.described(mark))


def difference(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    """What tells two runs apart, in words."""
    words = {
        "as_of": "otra fecha",
        "input_sha256": "otra cartera",
        "law_sha256": "otra ley",
        "code_sha256": "otra versión del programa",
    }
    changed = {key: word for key, word in words.items() if found.get(key) != wanted[key]}
    if "law_sha256" in changed and "title" in {**found, **wanted}:  # a change that is being tried
        changed["law_sha256"] += f": «{found.get('title', 'la publicada')}»"
    return ", ".join(changed.values()) or "otro formato"


def part(folder: Path, kind: str, group: int) -> Path:
    """The file of one row group."""
    return folder / kind / f"part-{group:05}.parquet"


def written(folder: Path, job: Job, group: int, mark: Identity) -> bool:
    """Whether an earlier run has already left this part."""
    paths = [part(folder, kind, group) for kind in job.kinds]
    if not all(path.exists() for path in paths):
        return False
    about = pq.read_schema(paths[-1]).metadata or {}
    return about.get(b"tequio.run") == mark.run.encode()


def write_part(work: Work, group: int) -> None:
    """Work out one row group, slice by slice, and write its files."""
    table = work.portfolio.read_group(group)
    starts = range(0, table.num_rows, SLICE)
    slices = [work.job.tables(table.slice(start, SLICE), work.as_of) for start in starts]
    for kind, tables in zip(work.job.kinds, zip(*slices, strict=True), strict=True):
        save(part(work.folder, kind, group), tables, work.mark)


def save(path: Path, slices: Sequence[pa.Table], mark: Identity) -> None:
    """One Parquet file, whole under its name or not at all (layout: decision 0004)."""
    table = pa.concat_tables(slices).combine_chunks()
    about = {
        b"tequio.run": mark.run.encode(),
        b"tequio.simulated": str(mark.simulated).lower().encode(),
        b"tequio.origin": mark.origin.encode(),
    }
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **about})
    texts = [
        f.name for f in table.schema if pa.types.is_string(f.type) or pa.types.is_dictionary(f.type)
    ]
    numbers = [f.name for f in table.schema if f.name not in texts and f.type != pa.bool_()]
    with whole(path) as draft:
        pq.write_table(
            table,
            draft,
            compression="lz4",
            use_dictionary=[name for name in texts if name != "credit"],
            use_byte_stream_split=numbers,
            write_statistics=False,
            row_group_size=table.num_rows or 1,
        )


def close(folder: Path, job: Job, mark: Identity) -> dict[str, int]:
    """The manifest: the run, its counts, and the hash of every file it wrote."""
    files, rows = {}, dict.fromkeys(job.kinds, 0)
    for kind in job.kinds:
        for group in range(mark.row_groups):
            path = part(folder, kind, group)
            rows[kind] += pq.read_metadata(path).num_rows
            files[f"{kind}/{path.name}"] = sha256(path)
    write_json(folder / "manifest.json", job.described(mark) | {"written": rows, "files": files})
    return rows
