"""How much memory this process has now."""

import ctypes
import gc
import os
from pathlib import Path

from conftest import missing

STATUS = Path("/proc/self/statm")
MIB = 2**20


def resident() -> int:
    """Bytes in memory at this moment, not the most there ever were: what was freed is given back
    to the system first, where its library can (glibc), so that only what is kept counts."""
    if not STATUS.exists():
        missing("/proc/self/statm", must=False)
    gc.collect()
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)
    return int(STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
