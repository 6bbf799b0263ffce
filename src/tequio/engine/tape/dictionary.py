"""The data dictionary, made from the declaration of a loan and from the rules that read it.

`python -m tequio.engine.tape.dictionary` rewrites docs/columns.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tequio.core.columns import Code, Column, Count, Day, Flag, Money, Months, Rate, Share, Units
from tequio.core.loan import TEXTS, Fact, Text, facts, known_flags
from tequio.core.symbols import columns_read
from tequio.engine.tape.figures import written
from tequio.programmes import REGISTRY

COMMITTED = Path(__file__).parents[4] / "docs" / "columns.md"
UNITS: Mapping[type[Column], tuple[str, str]] = {
    Money: ("pesos, 2 decimals", "whole centavos"),
    Units: ("monthly VSM, 6 decimals", "whole millionths"),
    Rate: ("per cent a year, 4 decimals", "parts per million"),
    Share: ("per cent, 4 decimals", "parts per million"),
    Months: ("months", "months"),
    Count: ("times", "times"),
    Day: ("date", "date"),
    Flag: ("yes or no", "boolean"),
    Code: ("a name of the list", "position in the list"),
}
HEAD = """# Columns of a portfolio

Made by `python -m tequio.engine.tape.dictionary` from `core/loan.py` and from the text of the
rules themselves; edit those, not this page. A tape gives the columns as under *in a tape*
(`docs/import.md` says how); the Parquet keeps them as under *kept*. An optional column may be
empty or absent. *Read by* lists the programmes any of whose dated texts reads the column; a column
that none reads is for the projection or for what is shown.

"""


def read_by() -> dict[str, list[str]]:
    """The programmes that read each fact, in any version of their text."""
    about = known_flags()
    readers: dict[str, list[str]] = {name: [] for name in facts()}
    for programme in REGISTRY:
        read: set[str] = set()
        for _, since, _ in programme.periods(programme.book):
            read |= columns_read(programme.at(since))
        for fact in sorted({about.get(name, name) for name in read}):
            readers[fact].append(programme.name)
    return readers


def dictionary(read_by: Mapping[str, Sequence[str]]) -> str:
    """The page, in Markdown."""
    return "".join(
        [HEAD, "## Texts\n\n", texts(), "\n## Facts\n\n", figures(read_by), "\n", lists()]
    )


def texts() -> str:
    """The columns that no rule reads."""
    return table(
        ("column", "label", "meaning", "optional", "kept"),
        [
            (f"`{text.name}`", text.label, text.tells, yes(text.optional), kept(text))
            for text in TEXTS
        ],
    )


def kept(text: Text) -> str:
    """Whether the portfolio has it."""
    return "yes" if text.kept else "no: personal, checked and left out"


def figures(read_by: Mapping[str, Sequence[str]]) -> str:
    """The columns that rules may read."""
    heads = ("column", "label", "meaning", "in a tape", "kept", "range", "optional", "read by")
    rows = []
    for name, (kind, said) in facts().items():
        shown, ours = UNITS[kind]
        readers = ", ".join(f"`{one}`" for one in read_by[name]) or "—"
        optional = yes(said.optional)
        span = span_of(kind, said)
        rows.append((f"`{name}`", said.label, said.tells, shown, ours, span, optional, readers))
    return table(heads, rows)


def span_of(kind: type[Column], said: Fact) -> str:
    """The range, as a tape writes it."""
    if kind in (Code, Flag):
        return "see below" if kind is Code else ""
    return f"{written(said.least, kind)} to {written(said.most, kind)}"


def lists() -> str:
    """The closed lists, in the order of their positions."""
    pages = []
    for name, (kind, said) in facts().items():
        if kind is Code:
            names = ", ".join(f"{at} `{code}`" for at, code in enumerate(said.codes))
            pages.append(f"- `{name}`: {names}.\n")
    return "## Lists\n\n" + "".join(pages)


def yes(flag: bool) -> str:
    """A word, or nothing."""
    return "yes" if flag else ""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    COMMITTED.write_text(dictionary(read_by()), encoding="utf-8")
