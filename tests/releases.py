"""Ledgers as earlier versions left them, kept as SQL: `python tests/releases.py NAME` adds one.

Whoever changes the tables adds one of the version before, on both databases, and never changes it:
`test_upgrade.py` brings each up to date and looks whether anything was lost.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ledgers import Ledger, Templates, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tequio.web.records.models import Agreement
    from tequio.web.records.writing import Who

HERE = Path(__file__).parent / "releases"
DAY, OFFERED = date(2024, 7, 1), date(2024, 7, 15)
CREDITS = 4
NAME, NSS, PHONE = "Ana Peña; O'Higgins", "53048512346", "4431234567"


def kept(vendor: str) -> list[Path]:
    """The ledgers that were kept of one kind of database."""
    return sorted(HERE.glob(f"*.{vendor}.sql"))


def fill(folder: Path) -> str:
    """A little of everything; the head of the chain."""
    from tequio.web.records import agreements, people
    from tequio.web.records.audit import verify
    from tequio.web.records.facts import do_record_facts
    from tequio.web.records.loading import do_load_portfolio
    from tequio.web.records.models import Credit, Person
    from tequio.web.records.writing import Who

    who = Who("la operadora", "releases")
    do_load_portfolio(state(folder, CREDITS, group=CREDITS // 2), who)
    numbers = list(Credit.objects.order_by("pk").values_list("number", flat=True))
    person, credit = Person.objects.order_by("pk")[0].pk, numbers[0]
    people.do_identify_person("i", person, who, name=NAME, nss=NSS)
    contact = {"given_by": "ella", "on": DAY, "who": who}
    people.do_add_contact("c", person, "phone", PHONE, **contact)
    do_record_facts("f", credit, DAY, {"wage": 1, "declared_income": None}, who)
    made = next(offer for number in numbers for offer in offers(number, who))
    agreements.do_cancel("s", made.pk, OFFERED, who, "Se desistió.")
    return verify().head


def offers(number: str, who: Who) -> Iterator[Agreement]:
    """Offers of a credit, put on record when they are asked for."""
    from tequio.web.records.offers import do_make_offer, offers_of

    for answer in offers_of(number, OFFERED).answers:
        if answer.eligible and answer.open:
            yield do_make_offer("o", number, answer.programme, OFFERED, who)


def write(vendor: str, name: str, folder: Path) -> None:
    """The SQL of a ledger of the present version."""
    ledger = Templates(folder).migrated(vendor)
    for variable, value in ledger.environment.items():
        os.environ[variable] = value
    ledger.use()
    try:
        head = fill(folder)
        text = dumped(ledger, folder)
    finally:
        ledger.close()
    HERE.mkdir(exist_ok=True)
    (HERE / f"{name}.{vendor}.sql").write_text(f"-- head {head}\n{text}", encoding="utf-8")


def dumped(ledger: Ledger, folder: Path) -> str:
    """Tables and rows as statements."""
    if ledger.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "tequio.sqlite3")) as there:
            return "\n".join(there.iterdump()) + "\n"
    options = ["--format=plain", "--inserts", "--no-owner", "--no-privileges", "--no-comments"]
    address = f"--dbname={ledger.environment['DATABASE_URL']}"
    done = subprocess.run(
        ["pg_dump", *options, address], capture_output=True, text=True, check=True
    )
    words = re.sub(r"^(\\|--).*\n", "", done.stdout, flags=re.MULTILINE)  # psql's own, and remarks
    return re.sub(r"\n{2,}", "\n", words)


def read(path: Path, ledger: Ledger) -> str:
    """A kept ledger into an empty database; the head of its chain."""
    text = path.read_text(encoding="utf-8")
    if ledger.vendor == "sqlite":
        with closing(
            sqlite3.connect(Path(ledger.environment["TEQUIO_HOME"]) / "tequio.sqlite3")
        ) as to:
            to.executescript(text)
    else:
        import psycopg

        with psycopg.connect(ledger.environment["DATABASE_URL"]) as to:
            to.execute(text)
    ledger.use()
    return text.splitlines()[0].removeprefix("-- head ")


if __name__ == "__main__":
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as place:
            write(kind, sys.argv[1], Path(place))
