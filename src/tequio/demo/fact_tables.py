"""The real facts behind the simulated state, read from the tables beside this file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import SEXES

HERE = Path(__file__).parent / "facts"
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A wage that stands for each band of `municipalities.csv`, in monthly minimum wages.
BAND_WAGES = np.array([1.5, 2.3, 3.2, 5.2, 8.6, 14.0])
SHRINK = 3_600  # worker-bimesters of the whole state mixed into each municipality's own


@dataclass(frozen=True, slots=True, eq=False)
class Municipalities:
    """The 113 of Michoacán, by INEGI key. Arrays of that length."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    population: Ints
    dwellings: Ints
    latitude: Floats
    longitude: Floats
    workers: Ints  # 113 x 6 wage bands, added over six bimesters

    def share(self) -> Floats:
        """Each one's part of the workers with the right to a credit."""
        workers = self.workers.sum(axis=1)
        return np.asarray(workers / workers.sum())

    def wage_level(self) -> Floats:
        """Logarithm of the mean wage against the state's; small places lean on the state."""
        state = self.workers.sum(axis=0) / self.workers.sum()
        leaned = self.workers + SHRINK * state
        means = leaned @ BAND_WAGES / leaned.sum(axis=1)
        return np.log(means / (state @ BAND_WAGES))


@dataclass(frozen=True, slots=True, eq=False)
class Borrowers:
    """Who took a credit for a home, by sex and age band. Arrays of one length."""

    sex: Ints  # position in `SEXES`
    age_from: Ints  # years
    age_to: Ints
    credits: Ints
    pesos: Ints


@cache
def municipalities() -> Municipalities:
    """The municipalities, their people, homes, seats and workers by wage."""
    rows = table("municipalities.csv")
    bands = [name for name in rows[0] if name.startswith("workers_")]
    return Municipalities(
        keys=tuple(row["key"] for row in rows),
        names=tuple(row["name"] for row in rows),
        population=whole(rows, "population"),
        dwellings=whole(rows, "dwellings"),
        latitude=np.array([float(row["latitude"]) for row in rows]),
        longitude=np.array([float(row["longitude"]) for row in rows]),
        workers=np.stack([whole(rows, band) for band in bands], axis=1),
    )


@cache
def borrowers() -> Borrowers:
    """Sex and age of who took a credit of Infonavit for a home in Michoacán."""
    rows = table("borrowers.csv")
    sexes = np.array([SEXES.index(row["sex"]) for row in rows])
    columns = {name: whole(rows, name) for name in ("age_from", "age_to", "credits", "pesos")}
    return Borrowers(sex=sexes, **columns)


def table(name: str) -> list[dict[str, str]]:
    """The rows of a fact table, its comment lines left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def whole(rows: list[dict[str, str]], name: str) -> Ints:
    """One column of whole numbers."""
    return np.array([int(row[name]) for row in rows], dtype=np.int64)
