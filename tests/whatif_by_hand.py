"""A run of two laws added up in plain Python, row by row, to hold a report against."""

import re
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from tequio.results.whatif.tally import GROUPS

VERDICTS = ("gains", "loses", "mixed")
Fraction = tuple[int, int | None]


def rows_of(folder: Path, kind: str) -> list[dict]:
    """Every row of a kind."""
    return [
        row for path in sorted((folder / kind).iterdir()) for row in pq.read_table(path).to_pylist()
    ]


def middle(numbers: list[int]) -> int:
    """The one in the middle, or the lower of two."""
    return sorted(numbers)[(len(numbers) - 1) // 2]


def groups_of(row: dict) -> list[str]:
    """The groups of a credit, as figures name them."""
    words = [f"{by}.{list(GROUPS[by]).index(row[by])}" for by in GROUPS]
    return ["", *words, f"town.{row['municipality']}"]


def by_hand(folder: Path) -> dict[str, Fraction]:
    """Numerator and denominator of every figure, by name, nothing hidden. Of a median the
    denominator is of how many it is taken."""
    rows = rows_of(folder, "credits")
    sums: dict[str, int] = defaultdict(int)
    changes: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for key in groups_of(row):
            end = f".{key}" if key else ""
            sums[f"credits{end}"] += 1
            for name in VERDICTS:
                sums[f"{name}{end}"] += row["verdict"] == name
            for what in ("pays", "total") if row["moved"] else ():
                changes[f"{what}{end}"].append(row[f"{what}_after"] - row[f"{what}_before"])
            for what in ("pays", "total"):
                changes[f"{what}{end}"]  # a group where nobody moves has an empty list
    found: dict[str, Fraction] = {}
    for name, number in sums.items():
        end = name.partition(".")[2]
        found[name] = number, sums[f"credits.{end}" if end else "credits"]
    for name, numbers in changes.items():
        found[name] = (middle(numbers), len(numbers)) if numbers else (0, 0)
    found["same"] = sum(row["verdict"] == "same" for row in rows), len(rows)
    found["moved"] = sum(row["moved"] for row in rows), len(rows)
    return found | amounts(rows) | flows(folder) | moves(rows)


def amounts(rows: list[dict]) -> dict[str, Fraction]:
    """Sums of money under each law."""
    found: dict[str, Fraction] = {}
    for when in ("before", "after"):
        able = [row for row in rows if row[f"deposit_{when}"] or row[f"deposit_forgiven_{when}"]]
        given = [row for row in rows if row[f"forgiven_{when}"]]
        sums = {
            "forgiven": (given, sum(row[f"forgiven_{when}"] for row in rows)),
            "deposit_forgiven": (able, sum(row[f"deposit_forgiven_{when}"] for row in rows)),
            "deposit": (able, sum(row[f"deposit_{when}"] for row in rows)),
            "kept": (able, sum(row[f"npv_{when}"] for row in able)),
            "npv": (rows, sum(row[f"npv_{when}"] for row in rows)),
        }
        for name, (whose, amount) in sums.items():
            found[f"{name}.{when}"] = amount, len(whose)
            found[f"{name}.credits.{when}"] = len(whose), len(rows)
    for name in ("forgiven", "deposit_forgiven", "deposit", "kept", "npv"):
        found[f"{name}.change"] = found[f"{name}.after"][0] - found[f"{name}.before"][0], None
    return found


def flows(folder: Path) -> dict[str, Fraction]:
    """What the fund receives a year; `flow.2040+` is of that year and all that follow."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows_of(folder, "years"):
        for at, when in enumerate(("before", "after")):
            sums[row["year"]][at] += row[when]
    found: dict[str, Fraction] = {}
    for number, both in sums.items():
        rest = [sums[later] for later in sums if later >= number]
        for at, when in enumerate(("before", "after")):
            found[f"flow.{number}.{when}"] = both[at], None
            found[f"flow.{number}+.{when}"] = sum(one[at] for one in rest), None
    return found


def moves(rows: list[dict]) -> dict[str, Fraction]:
    """From each best offer to each."""
    sums: dict[str, int] = defaultdict(int)
    movers = [row for row in rows if row["moved"]]
    for row in movers:
        sums[f"move.{row['best_before']}.{row['best_after']}"] += 1
    return {name: (number, len(movers)) for name, number in sums.items()}


def within(words: str, change: int) -> bool:
    """Whether a change, in centavos, is in the band that those words name."""
    pesos = [int(number.replace(",", "")) * 100 for number in re.findall(r"\$([\d,]+)", words)]
    if words == "No cambia":
        return change == 0
    size = -change if words.startswith("Baja") else change
    if "hasta" in words:
        low, high = 0, pesos[0]
    elif "más de" in words:
        low, high = pesos[0], None
    else:
        low, high = pesos or (0, None)
    return size > low and (high is None or size <= high)
