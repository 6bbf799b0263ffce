"""A statement or a letter as one HTML file: no script, no network, readable on a phone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tequio.web.statements.document import Document

HERE = Path(__file__).parent


def as_html(document: Document) -> str:
    """The page."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    return template().render(**document.as_shown(), codes=document.codes(), css=css)


@lru_cache(maxsize=1)
def template() -> Template:
    """Escaped by default; what is missing is a mistake."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")
