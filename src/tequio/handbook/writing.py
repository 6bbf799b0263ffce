"""The folder of pages: what each file says today, and how to write them."""

from __future__ import annotations

from pathlib import Path

from tequio.handbook.front import front_page
from tequio.handbook.shared import policy_page, shared_page
from tequio.handbook.solution import page
from tequio.programmes import REGISTRY


def pages() -> dict[str, str]:
    """Each file of docs/solutions by name; the same law and code give the same bytes."""
    fixed = {
        "README.md": front_page(),
        "comunes.md": shared_page(),
        "mejor_oferta.md": policy_page(),
    }
    return fixed | {f"{programme.name}.md": page(programme) for programme in REGISTRY}


def write(folder: Path) -> list[str]:
    """Write them all. The Markdown files of the folder that are none of them, left as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    known = pages()
    for name, text in known.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(path.name for path in folder.glob("*.md") if path.name not in known)
