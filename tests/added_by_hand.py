"""Every figure of an evaluated state again, in plain Python, one row of its tables at a time."""

from pathlib import Path

import pyarrow.parquet as pq

from tequio.core.lists import REGIMES
from tequio.engine.pairs import STATUS_QUO
from tequio.programmes import REGISTRY


def by_hand(folder: Path) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of every figure, added up one row at a time."""
    loans = pq.read_table(folder / "loans").to_pylist()
    pairs = pq.read_table(folder / "pairs").to_pylist()
    able = [one for one in loans if one["best"] != STATUS_QUO]
    saved = sorted(one["pays_now"] - one["best_pays"] for one in able)
    found = groups_by_hand(loans) | {
        "credits": (len(loans), len(loans)),
        "eligible": (len({pair["credit"] for pair in pairs}), len(loans)),
        "open": (len({pair["credit"] for pair in pairs if pair["open"]}), len(loans)),
        "better.median": (saved[len(saved) // 2], len(saved)),
    }
    for at in range(11):
        found[f"band.{at}"] = sum(tenth(one) == at for one in able), len(able)
    for at, programme in enumerate(REGISTRY):
        name = programme.name
        mine = [pair for pair in pairs if pair["programme"] == name]
        gets = [pair["forgiven"] for pair in mine if pair["forgiven"] > 0]
        wins = [pair["reward"] for pair in mine if pair["reward"] > 0]
        found |= {
            f"best.{at}": (sum(one["best"] == name for one in able), len(able)),
            f"pair.{name}": (len(mine), len(loans)),
            f"pair_open.{name}": (sum(pair["open"] for pair in mine), len(mine)),
            f"receiving.{name}": (len(gets), len(mine)),
            f"forgiven.{name}": (sum(gets), len(gets)),
            f"mean_receiving.{name}": (sum(gets), len(gets)),
            f"mean_eligible.{name}": (sum(gets), len(mine)),
            f"mean_reward.{name}": (sum(wins), len(wins)),
        }
    return found | crossed_by_hand(loans, pairs)


def tenth(one: dict) -> int:
    """Nothing saved, or in which tenth of today's payment; all of it counts with the last."""
    saved = one["pays_now"] - one["best_pays"]
    return 1 + min(9, 10 * saved // one["pays_now"]) if saved > 0 else 0


def kept(one: dict) -> int:
    """What a credit is kept in: units, pesos that were units, pesos."""
    if one["indexed"]:
        return 0
    return 1 if one["converted"] else 2


def groups_by_hand(loans: list[dict]) -> dict[str, tuple[int, int]]:
    """What is told of the state, of each unit, each regime and each municipality."""
    groups = {"": loans}
    groups |= {f".unit.{at}": [one for one in loans if kept(one) == at] for at in range(3)}
    for at in range(len(REGIMES)):
        groups[f".regime.{at}"] = [one for one in loans if one["regime"] == at]
    for key in {one["municipality"] for one in loans}:
        groups[f".town.{key}"] = [one for one in loans if one["municipality"] == key]
    found = {}
    for end, mine in groups.items():
        late = [one["balance"] for one in mine if one["months_missed"] >= 4]
        found |= {
            f"late{end}": (len(late), len(mine)),
            f"late_balance{end}": (sum(late), sum(one["balance"] for one in mine)),
            f"better{end}": (sum(one["best"] != STATUS_QUO for one in mine), len(mine)),
            f"eligible{end}": (sum(one["eligible"] > 0 for one in mine), len(mine)),
            end.removeprefix("."): (len(mine), len(loans)),
        }
    return found


def crossed_by_hand(loans: list[dict], pairs: list[dict]) -> dict[str, tuple[int, int]]:
    """Municipality by solution."""
    where = {one["credit"]: one["municipality"] for one in loans}
    found = {}
    for key in set(where.values()):
        credits_ = sum(town == key for town in where.values())
        for programme in REGISTRY:
            of = (pair for pair in pairs if pair["programme"] == programme.name)
            mine = sum(where[pair["credit"]] == key for pair in of)
            found[f"pair.{programme.name}.town.{key}"] = mine, credits_
    return found
