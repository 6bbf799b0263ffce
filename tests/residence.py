"""How much memory this process has now."""

import os
from pathlib import Path

import pytest

STATUS = Path("/proc/self/statm")
MIB = 2**20


def resident() -> int:
    """Bytes in memory at this moment, not the most there ever were."""
    if not STATUS.exists():
        pytest.skip("no /proc on this system")
    return int(STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
