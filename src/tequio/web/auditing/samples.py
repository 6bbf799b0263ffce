"""A sample of credits that anybody can draw again: without this program, and without trust in it.

Each credit's number is put behind the seed, `SEED:NUMBER`, and hashed with SHA-256; the sample are
the smallest hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from heapq import nsmallest
from pathlib import Path

from tequio.engine.errors import Refused
from tequio.web.auditing.packages import Package, as_csv, write_package
from tequio.web.records.access import do_log_access
from tequio.web.records.models import Credit
from tequio.web.records.writing import Who

HEADS = ("lugar", "credito", "huella", "movimientos", "recalculo", "diferencia")


def drawn(seed: int, size: int) -> list[tuple[str, str]]:
    """Hash and number of each credit of the sample, smallest hash first."""
    numbers = Credit.objects.order_by("pk").values_list("number", flat=True).iterator()
    return nsmallest(size, ((hash_of(seed, number), number) for number in numbers))


def hash_of(seed: int, number: str) -> str:
    """What decides whether a credit is drawn."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def write_sample(
    seed: int,
    size: int,
    folder: Path,
    who: Who,
    why: str,
    progress: Callable[[int, int], None] | None = None,
) -> list[Package]:
    """A package of each credit drawn, under its number, and a list of them with what each
    recomputation said. Refused: the ledger has no credits, or the folder has something in it."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} no está vacía: dé otra carpeta, para no mezclar dos muestras.")
    chosen = drawn(seed, size)
    if not chosen:
        raise Refused("El libro no tiene créditos. Cárguelos con: ./tequio db load.")
    packages = []
    for done, (_, number) in enumerate(chosen, 1):
        do_log_access(number, "audit sample", who, why)
        packages.append(write_package(number, folder / number))
        if progress:
            progress(done, len(chosen))
    rows = [
        row_of(place, digest, package)
        for place, ((digest, _), package) in enumerate(zip(chosen, packages, strict=True), 1)
    ]
    (folder / "muestra.csv").write_bytes(as_csv(HEADS, rows))
    (folder / "LEEME.txt").write_text(read_me(seed, packages), encoding="utf-8")
    return packages


def row_of(place: int, digest: str, package: Package) -> tuple[str, ...]:
    """A line of the list."""
    found = package.recomputed
    differs = found.first()
    verdict = "NO ES IGUAL" if differs else "IGUAL"
    where = f"{differs.what}, {differs.where}" if differs else ""
    return str(place), package.credit, digest, str(found.movements), verdict, where


def read_me(seed: int, packages: list[Package]) -> str:
    """How the sample was drawn, and what it says."""
    equal = sum(1 for package in packages if package.recomputed.first() is None)
    return f"""MUESTRA DE {len(packages)} CRÉDITOS CON LA SEMILLA {seed}

De {len(packages)} créditos, {equal} dan igual al recalcularlos. muestra.csv los lista; cada carpeta
es el paquete de uno, con su LEEME.txt.

Cómo se eligieron: a cada número de crédito del libro se le antepone la semilla, «{seed}:NÚMERO»,
y se le saca la huella SHA-256; la muestra son las huellas más chicas. Cualquiera puede repetirlo:

    printf '%s' '{seed}:NÚMERO' | sha256sum
"""
