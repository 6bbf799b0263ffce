"""Where the data of other repositories lies, if it lies beside the checkout; it is never in it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared(name: str) -> Path:
    """The file under ../shared/data (or TEQUIO_SHARED), or a skip that names what is missing."""
    folder = Path(os.environ.get("TEQUIO_SHARED", ROOT.parent / "shared" / "data"))
    if not (folder / name).exists():
        pytest.skip(f"shared data file absent: {name}")
    return folder / name
