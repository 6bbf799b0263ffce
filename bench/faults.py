"""Payments posted by many programs while a month is closed, with programs killed, the server
restarted and its disk full: nothing may be lost or doubled.

Usage: PYTHONPATH=src python bench/faults.py [--loans 1000000] [--payments 500000] [--folder DIR]
It makes PostgreSQL servers of its own (Debian's programs; as root they run as `postgres`), one of
them on a small tmpfs, which needs root, and prints what was tried, posted, refused and resumed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
MONTHS = ("2024-07", "2024-08")
FIRST, LAST = date(2024, 7, 1), date(2024, 7, 30)
KEYS = "first:" + "A" * 43 + "="
WAITS = 60  # seconds for a server to answer
ROUNDS = 200  # of one file, at most


@dataclass
class Server:
    """A PostgreSQL of its own in a folder."""

    folder: Path
    port: int = 0

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run("initdb", "-D", str(self.folder / "base"), "-U", "tequio", "-A", "trust")
        with (self.folder / "base" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{self.folder}'\nmax_wal_size = '4GB'\n"
            )
        self.control("start")

    @property
    def url(self) -> str:
        return f"postgresql://tequio@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """One of the server's programs, as whom it may run."""
        found = max(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        as_whom = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
            if os.geteuid() == 0
            else []
        )
        subprocess.run(
            [*as_whom, str(found), *arguments],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def control(self, *words: str) -> None:
        """Start, stop or restart it."""
        base, log = str(self.folder / "base"), str(self.folder / "log")
        self.run("pg_ctl", *words, "-D", base, "-l", log, "-w", "-t", str(WAITS), "-s")


@dataclass
class Told:
    """What happened, in counts."""

    counts: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def say(self, title: str) -> None:
        print(f"{title}: " + ", ".join(f"{name} {n:,}" for name, n in self.counts.items()))
        for line in dict.fromkeys(self.complaints):
            print(f"  said: {line}", flush=True)


def program(url: str, home: Path, *words: str) -> subprocess.Popen[str]:
    """`tequio …`, on its way."""
    said = {
        "DATABASE_URL": url,
        "TEQUIO_HOME": str(home),
        "TEQUIO_KEYS": KEYS,
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tequio", *words],
        env=os.environ | said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def done(url: str, home: Path, *words: str) -> str:
    """`tequio …` to its end, which must be good; what it printed."""
    running = program(url, home, *words)
    out, err = running.communicate()
    assert running.returncode == 0, f"{words}: {err}"
    return out


def write_files(folder: Path, credits_: list[str], payments: int, files: int) -> list[Path]:
    """Bank files; each payment is in two of them."""
    chosen = random.Random(7)
    rows = []
    for number in range(payments):
        day = FIRST + timedelta(days=chosen.randrange((LAST - FIRST).days))
        amount = chosen.randrange(500_00, 6_000_00)
        rows.append((f"p-{number}", day, amount, chosen.choice(credits_)))
    size = -(-payments // files)
    blocks = [rows[at : at + size] for at in range(0, payments, size)]
    paths = []
    for place in range(len(blocks)):
        both = blocks[place] + blocks[(place + 1) % len(blocks)] if len(blocks) > 1 else blocks[0]
        path = folder / f"banco-{place}.csv"
        lines = ["clave,fecha,importe,referencia,credito,canal"]
        lines += [
            f"{key},{day},{amount // 100}.{amount % 100:02},5503,{credit},ventanilla"
            for key, day, amount, credit in both
        ]
        total = sum(row[2] for row in both)
        lines.append(f"TOTAL,{len(both)},{total // 100}.{total % 100:02},,,")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


@dataclass
class Crowd:
    """Programs at work side by side; what dies or is refused is begun again."""

    url: str
    home: Path
    most: int
    told: Told
    waiting: deque[tuple[str, ...]] = field(default_factory=deque)
    running: dict[tuple[str, ...], subprocess.Popen[str]] = field(default_factory=dict)
    tries: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def work(self, events: list[tuple[float, Callable[[], None]]]) -> None:
        """Until everything is done; each event after its seconds."""
        start = time.monotonic()
        left = sorted(events, key=lambda event: event[0])
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.most:
                words = self.waiting.popleft()
                self.tries[words] += 1
                assert self.tries[words] <= ROUNDS, f"{words} never ends"
                self.told.counts["begun"] += 1
                self.running[words] = program(self.url, self.home, *words)
            while left and time.monotonic() - start >= left[0][0]:
                left.pop(0)[1]()
            for words, one in list(self.running.items()):
                if one.poll() is not None:
                    del self.running[words]
                    self.ended(words, one)
            time.sleep(0.05)

    def ended(self, words: tuple[str, ...], one: subprocess.Popen[str]) -> None:
        """Good, killed or refused; the last two begin again."""
        _, err = one.communicate()
        if one.returncode == 0:
            resumed = self.tries[words] > 1
            self.told.counts["ended well"] += 1
            self.told.counts["of them resumed"] += resumed
            return
        killed = one.returncode == -signal.SIGKILL
        self.told.counts["killed" if killed else "refused"] += 1
        if not killed:
            said = err.strip().splitlines() or ["(nothing)"]
            assert "Traceback" not in err, err
            self.told.complaints.append(said[-1][:140])
        self.waiting.append(words)

    def kill_one(self) -> None:
        """Whoever it may be."""
        if self.running:
            random.choice(list(self.running.values())).send_signal(signal.SIGKILL)


def checked(url: str, home: Path, payments: list[Path]) -> None:
    """Nothing lost, nothing doubled, the books in balance and the chain whole."""
    import psycopg

    keys: dict[str, int] = {}
    for path in payments:
        for line in path.read_text().splitlines()[1:-1]:
            key, _, amount, *_ = line.split(",")
            keys[key] = int(amount.replace(".", ""))
    with psycopg.connect(url) as connection:
        one = connection.execute
        deposits = one("SELECT count(*), sum(amount) FROM records_deposit").fetchone()
        receipts = one("SELECT count(*), sum(amount) FROM records_receipt").fetchone()
        cash = one("SELECT sum(cash) FROM records_movement").fetchone()
    wanted = (len(keys), sum(keys.values()))
    assert deposits == wanted, f"deposits {deposits}, in the files {wanted}"
    assert receipts == wanted, f"receipts {receipts}, in the files {wanted}"
    assert cash == (wanted[1],), f"booked {cash}, received {wanted[1]}"
    status = json.loads(done(url, home, "db", "status", "--json"))
    assert status["left_over"] == 0, status["left_over"]
    done(url, home, "audit", "verify")
    print(f"checked: {wanted[0]:,} payments of {wanted[1] / 100:,.2f} pesos, each once; the trial "
          "balance is zero and the chain is whole", flush=True)  # fmt: skip


def crowded(folder: Path, portfolio: Path, files: list[Path], kill_every: float, most: int) -> None:
    """Eight programs post while the month is closed; kills, and one restart of the server."""
    server, told = Server(folder / "crowd"), Told()
    home = folder / "home"
    try:
        done(server.url, home, "db", "init")
        done(server.url, home, "db", "load", str(portfolio))
        crowd = Crowd(server.url, home, 9, told)
        crowd.waiting.append(("close", MONTHS[0]))
        crowd.waiting.extend(("pay", str(path), "--as-of", "2024-08-31") for path in files)
        start = time.monotonic()
        restart = (3 * kill_every, lambda: server.control("restart", "-m", "immediate"))
        kills = [(kill_every * at, crowd.kill_one) for at in range(1, most + 1)]
        crowd.work([restart, *kills])
        told.counts["seconds"] = round(time.monotonic() - start)
        told.say("posting while closing")
        done(server.url, home, "close", MONTHS[1])
        checked(server.url, home, files)
    finally:
        server.control("stop", "-m", "immediate")


def on_a_full_disk(folder: Path, portfolio: Path, files: list[Path], megabytes: int) -> None:
    """The disk is full while files are posted; with more room everything goes on."""
    disk, home, told = folder / "disk", folder / "home-disk", Told()
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        print("full disk: left out, nobody may mount a tmpfs here")
        return
    server = None
    try:
        server = Server(disk / "server")
        done(server.url, home, "db", "init")
        done(server.url, home, "db", "load", str(portfolio))
        room = shutil.disk_usage(disk).free - (4 << 20)
        filler = disk / "filler"
        filler.write_bytes(b"\0" * room)
        posting = [("pay", str(path), "--as-of", "2024-08-31") for path in files]
        for words in [*posting, ("close", MONTHS[0])]:
            running = program(server.url, home, *words)
            _, err = running.communicate()
            told.counts["ended well" if running.returncode == 0 else "refused"] += 1
            if running.returncode:
                assert "Traceback" not in err, err
                told.complaints.append((err.strip().splitlines() or ["(nothing)"])[-1][:140])
        told.say("with a full disk")
        assert told.counts["refused"], "the disk was never full"
        filler.unlink()
        server.control("restart", "-m", "immediate")
        crowd = Crowd(server.url, home, 4, Told(), deque(posting))
        crowd.work([])
        for month in MONTHS:
            done(server.url, home, "close", month)
        checked(server.url, home, files)
    finally:
        if server:
            server.control("stop", "-m", "immediate")
        subprocess.run(["umount", "-l", str(disk)], check=True)


def main() -> None:
    """Both scenes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loans", type=int, default=1_000_000)
    options.add_argument("--payments", type=int, default=500_000)
    options.add_argument("--files", type=int, default=32)
    options.add_argument("--kill-every", type=float, default=4.0, help="seconds")
    options.add_argument("--kills", type=int, default=60, help="at most")
    options.add_argument("--disk-payments", type=int, default=20_000)
    options.add_argument("--folder", type=Path, default=None)
    given = options.parse_args()
    from tequio.demo.state import generate_to
    from tequio.engine.portfolio import open_portfolio

    with tempfile.TemporaryDirectory(prefix="faults-", dir=given.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        portfolio = folder / "cartera.parquet"
        generate_to(portfolio, given.loans)
        credits_ = open_portfolio(portfolio).read(["credit"])["credit"].to_pylist()
        files = write_files(folder, credits_, given.payments, given.files)
        crowded(folder, portfolio, files, given.kill_every, given.kills)
        few = folder / "few.parquet"
        generate_to(few, 2_000)
        known = open_portfolio(few).read(["credit"])["credit"].to_pylist()
        small = folder / "small"
        small.mkdir()
        on_a_full_disk(folder, few, write_files(small, known, given.disk_payments, 8), 400)


if __name__ == "__main__":
    main()
