"""Small evaluated states, written as a batch leaves them: every column, credits made by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tequio.engine.outcome_tables import AFTER, THEN
from tequio.engine.pairs import STATUS_QUO
from tequio.programmes import REGISTRY
from tequio.results.figures import State
from tequio.results.published import Place, published
from tequio.results.records import Results

MONEY = ("pays_now", "pays_after", "total", *AFTER, "forgiven", "waived", *THEN)
RUN = "0123456789abcdef"
RC, LA, BCN = "responsabilidad_compartida", "liquidacion_anticipada", "borron_y_cuenta_nueva"
CREDIT = {
    "municipality": "16053",
    "sex": 1,
    "indexed": False,
    "converted": False,
    "regime": 0,
    "months_missed": 0,
    "overdue": False,
    "balance": 100_000_00,
    "solutions": (),  # names of those that it qualifies for
    "closed": (),  # of them, those whose door is shut
    "best": STATUS_QUO,
    "best_pays": 0,
    "pays_now": 2_000_00,
    "forgiven": {},  # by solution
    "reward": {},
}


def credits_of(count: int, **facts) -> list[dict]:
    """Equal credits that differ from the plain one as said."""
    unknown = set(facts) - set(CREDIT)
    assert not unknown, unknown
    return [CREDIT | facts for _ in range(count)]


def results_of(credits_: list[dict], places: Mapping[str, Place] | None = None) -> Results:
    """What is published of these credits."""
    with TemporaryDirectory() as folder:
        return published(State(write_state(Path(folder) / "run", credits_)), places or {})


def write_state(
    folder: Path, credits_: list[dict], *, simulated: bool = True, origin: str = "Hecha a mano."
) -> Path:
    """The folder of a run over these credits at 2024-06-30."""
    write_table(folder / "loans", [loan_row(at, credit) for at, credit in enumerate(credits_)])
    rows = [row for at, credit in enumerate(credits_) for row in pair_rows(at, credit)]
    write_table(folder / "pairs", rows or [pair_row("0", REGISTRY[0].name, CREDIT)], len(rows))
    manifest = {
        "run": RUN,
        "as_of": "2024-06-30",
        "input_sha256": "a" * 64,
        "law_sha256": "b" * 64,
        "code_sha256": "c" * 64,
        "simulated": simulated,
        "origin": origin,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def write_table(folder: Path, rows: list[dict], keep: int | None = None) -> None:
    """One part; of rows of which only some are kept, the types of all."""
    folder.mkdir(parents=True)
    table = pa.Table.from_pylist(rows).slice(0, keep)
    pq.write_table(table, folder / "part-00000.parquet")


def loan_row(at: int, credit: dict) -> dict:
    """One row of the table of credits."""
    solutions = credit["solutions"]
    kept = ("municipality", "sex", "indexed", "converted", "regime", "months_missed", "overdue")
    more = ("balance", "best", "best_pays", "pays_now")
    return {
        "credit": f"{at:010}",
        **{name: credit[name] for name in kept + more},
        "eligible": np.int32(bits(solutions)),
        "open": np.int32(bits(set(solutions) - set(credit["closed"]))),
    }


def bits(names) -> int:
    """One bit a programme."""
    return sum(1 << at for at, programme in enumerate(REGISTRY) if programme.name in names)


def pair_rows(at: int, credit: dict) -> list[dict]:
    """The pairs of one credit."""
    return [pair_row(f"{at:010}", name, credit) for name in credit["solutions"]]


def pair_row(number: str, name: str, credit: dict) -> dict:
    """One row of the table of pairs."""
    zeros = dict.fromkeys(MONEY, 0)
    given = {what: credit[what].get(name, 0) for what in ("forgiven", "reward")}
    opened = name not in credit["closed"]
    return {"credit": number, "programme": name, "open": opened, "cancels": False, **zeros, **given}
