"""A portfolio of several parts, and what a run left of it."""

from datetime import date
from pathlib import Path

from tequio.demo.state import tables
from tequio.engine.portfolio import open_portfolio, write

DAY = date(2024, 6, 30)
GROUPS, ROWS = 6, 400


def portfolio_in_parts(path: Path) -> Path:
    """Six row groups of simulated credits."""
    write(tables(GROUPS * ROWS, 5, DAY, ROWS, None), path, as_of=DAY, simulated=True)
    assert open_portfolio(path).row_groups == GROUPS
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but drafts."""
    files = [p for p in folder.rglob("*.*") if not p.name.startswith(".")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}
