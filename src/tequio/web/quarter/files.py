"""The files of a month, written as a bank and an employer would, and taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from tequio.core.months import last_of, month_number
from tequio.demo.bank_files import (
    Paying,
    name_of,
    nss_of,
    write_bank_csv,
    write_camt,
    write_remittance,
)
from tequio.web.intake.taking import do_take_file, sha256_of
from tequio.web.quarter.cast import CLERK, KEY, SIGNED_ON, Cast
from tequio.web.quarter.payers import paying
from tequio.web.quarter.person import person_of
from tequio.web.records.models import BankFile

BIMESTER = 4  # July and August; what was withheld comes in September
REMITTED = date(2024, 9, 1)
Write = Callable[[Path], object]


def take_files(cast: Cast, month: date, folder: Path) -> None:
    """Half of the credits are in the bank's CSV, half in its statement; in September there is an
    employer's remittance too."""
    folder.mkdir(parents=True, exist_ok=True)
    last, pays = last_of(month_number(month)), paying(cast, month)
    even, odd = np.arange(0, len(cast.keys), 2), np.arange(1, len(cast.keys), 2)
    csv, statement = bank_csv(month), f"estado-{month:%Y-%m}.xml"
    take_one(
        folder / csv, last, lambda path: write_half(write_bank_csv, cast, even, month, pays, path)
    )
    take_one(
        folder / statement, last, lambda path: write_half(write_camt, cast, odd, month, pays, path)
    )
    if month == REMITTED:
        take_one(
            folder / f"patron-{month.year}-{BIMESTER}.csv", last, lambda path: withheld(cast, path)
        )


def bank_csv(month: date) -> str:
    """The name of a month's file."""
    return f"banco-{month:%Y-%m}.csv"


def take_one(path: Path, as_of: date, write: Write) -> None:
    """A file, written unless it is there as it was taken before."""
    begun = BankFile.objects.filter(name=path.name).first()
    if begun is None or not path.exists() or sha256_of(path) != begun.sha256:
        write(path)
    do_take_file(path, CLERK, as_of=as_of)


def write_half(
    write: Callable[..., object],
    cast: Cast,
    places: np.ndarray,
    month: date,
    pays: Paying,
    path: Path,
) -> None:
    """Some of the credits."""
    settling, sure = (
        frozenset(np.flatnonzero(np.isin(places, list(some))).tolist())
        for some in (pays.settling, pays.sure)
    )
    own = replace(pays, amounts=pays.amounts[places], settling=settling, sure=sure)
    write(cast.rows.take(places), month, path, own)


def withheld(cast: Cast, path: Path) -> None:
    """Of the workers."""
    rows: pa.Table = cast.rows.take(cast.workers)
    workers = [nss_of(at) for at in range(len(rows))]
    write_remittance(rows, workers, REMITTED.year, BIMESTER, path)


def introduce_workers(cast: Cast) -> None:
    """Whom the employer names by their NSS."""
    for at, place in enumerate(cast.workers):
        number = cast.numbers[place]
        person_of(f"{KEY}nomina:", number, SIGNED_ON, name=name_of(number), nss=nss_of(at))
