"""Parts of a load or of a close written side by side, and yet in order wherever it shows.

Each part is one transaction on a connection of its own. Keys that a reader sees in order are drawn
in the order of the parts, and parts commit in their order: whoever is killed leaves the first ones
whole and nothing else, and what is there in the end does not hang on who was faster. Threads, not
other programs: most of the time goes by in the database, in Arrow and in compiled code, which leave
the interpreter to others. On SQLite there is one writer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition

from django.db import connection

KEYS, COMMIT = "keys", "commit"
MOST = 4  # each holds its part in memory


def at_once() -> None:
    """For whoever writes alone: no turn is waited for, and none is passed on."""


class StoppedError(Exception):
    """A part before this one failed."""


class Turns:
    """How far the parts have come: each waits until those before it have passed a gate."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.passed: Counter[str] = Counter()  # of each gate, how many parts
        self.stopped = False

    def wait(self, gate: str, place: int) -> None:
        """Until it is this part's turn. StoppedError: it will never be."""
        with self.changed:
            self.changed.wait_for(lambda: self.stopped or self.passed[gate] >= place)
            if self.passed[gate] < place:
                raise StoppedError

    def leave(self, gate: str, place: int) -> None:
        """The next may pass."""
        with self.changed:
            self.passed[gate] = max(self.passed[gate], place + 1)
            self.changed.notify_all()

    def stop(self) -> None:
        """Whoever waits gives up."""
        with self.changed:
            self.stopped = True
            self.changed.notify_all()


def side_by_side(
    count: int,
    write: Callable[[int, Turns], bool],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write so many parts, by their places. `write` waits at the gates before it draws keys and
    before it commits, and says whether it wrote the part now. How many were there already."""
    turns, already = Turns(), 0

    def in_turn(place: int) -> bool:
        """One part; those after it go on when it has committed."""
        written = write(place, turns)
        turns.wait(COMMIT, place)
        turns.leave(KEYS, place)
        turns.leave(COMMIT, place)
        return written

    def on_its_own(place: int) -> bool:
        """One part, in a thread."""
        try:
            return in_turn(place)
        finally:
            connection.close()

    workers = min(count, MOST, os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    if workers < 2:
        for place in range(count):
            already += not in_turn(place)
            if progress:
                progress(place + 1, count)
        return already
    with ThreadPoolExecutor(workers) as pool:
        parts: list[Future[bool]] = [pool.submit(on_its_own, place) for place in range(count)]
        try:
            for done, part in enumerate(parts, 1):
                already += not part.result()
                if progress:
                    progress(done, count)
        finally:
            turns.stop()
            pool.shutdown(cancel_futures=True)
    return already
