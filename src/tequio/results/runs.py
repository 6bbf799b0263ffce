"""What every run left in its folder, whatever it worked out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """The folder of a run that ended (`engine.batch.run`), each of its parts read once."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the run was made of, what it tried, and what it wrote."""
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return found

    @property
    def as_of(self) -> date:
        """The day of the law and of the portfolio."""
        return date.fromisoformat(self.manifest["as_of"])
