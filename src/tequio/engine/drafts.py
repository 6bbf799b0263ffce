"""A file is there whole or not at all: it is written beside its place, and then takes its name."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def draft_of(path: Path) -> Path:
    """Where this process writes a file until it is whole: no other, of this machine or of another
    that shares the folder, writes there.
    """
    return path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """The draft to write; it takes the name of `path` at the end, and goes if something fails."""
    draft = draft_of(path)
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
