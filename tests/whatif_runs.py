"""Small runs of two laws, written as the engine leaves them: credits made by hand."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from tequio.engine.pairs import STATUS_QUO
from tequio.results.whatif.published import published
from tequio.results.whatif.records import Report
from tequio.results.whatif.tally import Comparison

RC, BCN = "responsabilidad_compartida", "borron_y_cuenta_nueva"
CODED = ("unit", "sex", "age", "wage", "verdict", "best_before", "best_after")
CREDIT = {
    "municipality": "16053",
    "unit": "En VSM",
    "sex": "Mujer",
    "age": "40 a 49",
    "wage": "2 a 3 UMA",
    "verdict": "same",
    "moved": False,
    **{
        f"{name}_{when}": value
        for when in ("before", "after")
        for name, value in {
            "best": STATUS_QUO,
            "pays": 2_000_00,
            "total": 200_000_00,
            "forgiven": 0,
            "npv": 100_000_00,
            "deposit": 0,
            "deposit_forgiven": 0,
        }.items()
    },
}
AMENDED = {
    "file": "liquidacion_anticipada",
    "name": "threshold",
    "scope": "Descuento por Liquidación Anticipada",
    "label": "Saldo máximo, como parte de lo prestado",
    "before": "25 %",
    "after": "30 %",
    "rule": "DLA-03",
    "rule_says": "Quien debe 25 % o menos de lo prestado paga la mitad.",
}
MANIFEST = {
    "run": "0123456789abcdef",
    "as_of": "2024-06-30",
    "input_sha256": "a" * 64,
    "law_sha256": f"{'b' * 64} {'d' * 64}",
    "code_sha256": "c" * 64,
    "simulated": True,
    "origin": "Hecha a mano.",
    "title": "Una prueba",
    "justification": "Lo propone quien escribe las pruebas.",
    "named": ["La ley de hoy", "La ley de mañana"],
    "amended": [AMENDED],
}


def credits_of(count: int, **facts) -> list[dict]:
    """Equal credits that differ from the plain one as said."""
    unknown = set(facts) - set(CREDIT)
    assert not unknown, unknown
    return [CREDIT | facts for _ in range(count)]


def moved(count: int, pays: int = 0, total: int = 0, **facts) -> list[dict]:
    """Credits whose best offer changes: so many centavos more, or less, at first and in all."""
    after = {"pays_after": 2_000_00 + pays, "total_after": 200_000_00 + total}
    way = {"verdict": "gains" if total < 0 else "loses", "best_before": RC, "best_after": RC}
    return credits_of(count, **{"moved": True, **after, **way, **facts})


def settles(count: int, *, before: int = 0, after: int = 10_000_00, **facts) -> list[dict]:
    """Credits that can settle for so much, half of what they owe; nothing: they cannot."""
    verdict = {"verdict": "gains" if after else "loses"} if before != after else {}
    both = {"deposit_before": before, "deposit_forgiven_before": before}
    both |= {"deposit_after": after, "deposit_forgiven_after": after}
    return credits_of(count, **{**verdict, **both, **facts})


def year(number: int, before: int, after: int, paying: int | tuple[int, int]) -> dict:
    """What the fund receives in a year, and from how many."""
    first, second = paying if isinstance(paying, tuple) else (paying, paying)
    return {
        "year": number,
        "before": before,
        "after": after,
        "paying_before": first,
        "paying_after": second,
    }


def write_run(folder: Path, credits_: list[dict], years: Iterable[dict] = (), **about) -> Path:
    """The folder of a run; credits and years in two parts each."""
    rows = [{"credit": f"{at:010}", **one} for at, one in enumerate(credits_)]
    spans = list(years) or [year(2024, 0, 0, sum(one["moved"] for one in credits_))]
    for kind, found in (("credits", rows), ("years", spans)):
        (folder / kind).mkdir(parents=True)
        for part, some in enumerate((found[::2], found[1::2])):
            table = pa.Table.from_pylist(some, schema=pa.Table.from_pylist(found).schema)
            for name in CODED if kind == "credits" else ():
                at = table.schema.get_field_index(name)
                table = table.set_column(at, name, table[name].dictionary_encode())
            pq.write_table(table, folder / kind / f"part-{part:05}.parquet")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | about), encoding="utf-8")
    return folder


def report_of(credits_: list[dict], years: Iterable[dict] = (), places=()) -> Report:
    """What is published of these credits."""
    with TemporaryDirectory() as folder:
        run = write_run(Path(folder) / "run", credits_, years)
        return published(Comparison(run), dict(places))
