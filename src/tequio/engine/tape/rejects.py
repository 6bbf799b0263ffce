"""The file of rejects: what was not taken, line by line, with why and how to mend it.

It is opened in a spreadsheet by a person: it begins with a mark that shows accents right, nothing
in it runs as a formula, and no identifier of a person is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import polars as pl

from tequio.core.loan import TEXTS, facts
from tequio.engine.drafts import draft_of
from tequio.engine.identifiers import SEPARATORS
from tequio.engine.tape.lines import BOM
from tequio.engine.tape.reasons import Reason, Wrong

HEADERS = ("archivo", "fila", "columna", "nombre", "valor", "por_que", "como_corregirlo")
LABELS = {text.name: text.label for text in TEXTS} | {
    name: said.label for name, (_, said) in facts().items()
}
PERSONAL = {text.name for text in TEXTS if not text.kept}
LOOKS_PERSONAL = r"^(\d{11}|\d{18}|[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}([A-Z0-9]{5})?)$"
SHOWN = 60  # characters of a value
SCHEMA = {
    "row": pl.UInt64,
    "column": pl.String,
    "label": pl.String,
    "value": pl.String,
    "title": pl.String,
    "why": pl.String,
    "mend": pl.String,
}


class Faults:
    """The faults of one batch of rows, in the order in which they are found."""

    def __init__(self, rows: pl.Series, labels: Mapping[str, str] = LABELS) -> None:
        self.rows = rows
        self.labels = labels
        self.broken = pl.Series([False]).new_from_index(0, len(rows))
        self.found: list[pl.DataFrame] = []

    def add(
        self,
        wrong: pl.Series,
        column: str,
        source: str,
        texts: pl.Series,
        reason: Reason,
        why: str,
    ) -> None:
        """The rows where `wrong` holds."""
        places = wrong.arg_true()
        if not len(places):
            return
        judged = [Wrong(reason, why)] * len(places)
        self.add_each(places, column, source, texts.gather(places), judged)

    def add_each(
        self, places: pl.Series, column: str, source: str, values: pl.Series, wrong: Sequence[Wrong]
    ) -> None:
        """The rows at some places, each with its own fault."""
        self.broken = self.broken.scatter(places, True)
        self.found.append(
            pl.DataFrame(
                {
                    "row": self.rows.gather(places),
                    "column": [source] * len(places),
                    "label": [self.labels.get(column, "")] * len(places),
                    "value": shown(values, column),
                    "title": [one.reason.title for one in wrong],
                    "why": [one.why for one in wrong],
                    "mend": [one.reason.mend for one in wrong],
                },
                schema=SCHEMA,
            )
        )


def unread(rows: Sequence[tuple[int, Wrong]]) -> pl.DataFrame:
    """Faults of rows that could not even be parted into columns; what they hold is not shown."""
    columns = {
        "row": [row for row, _ in rows],
        "column": ["(todo el renglón)"] * len(rows),
        "label": [""] * len(rows),
        "value": [""] * len(rows),
        "title": [wrong.reason.title for _, wrong in rows],
        "why": [wrong.why for _, wrong in rows],
        "mend": [wrong.reason.mend for _, wrong in rows],
    }
    return pl.DataFrame(columns, schema=SCHEMA)


def together(found: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Several tables of faults as one, by row."""
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found]).sort("row", maintain_order=True)


def shown(values: pl.Series, column: str) -> pl.Series:
    """What was written, short, without a whole identifier, and nothing that a sheet would run."""
    text = values.cast(pl.String).fill_null("").str.replace_all(r"[\x00-\x1f]", " ")
    masked = pl.lit("…") + text.str.slice(-3)
    personal = text.str.to_uppercase().str.replace_all(SEPARATORS, "").str.contains(LOOKS_PERSONAL)
    if column in PERSONAL:
        personal = text.str.len_chars() > 0
    short = (
        pl.when(text.str.len_chars() > SHOWN).then(text.str.slice(0, SHOWN) + "…").otherwise(text)
    )
    safe = pl.when(text.str.contains(r"^([=+@|]|-\D)")).then("'" + short).otherwise(short)
    return pl.select(pl.when(personal).then(masked).otherwise(safe).alias("value")).to_series()


class Rejects:
    """The file being written; it takes its name when the run has ended, and only then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.draft = draft_of(path)
        self.by_file: dict[str, Counter[str]] = {}

    def __enter__(self) -> Rejects:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.draft.open("wb")
        self.file.write(BOM + ",".join(HEADERS).encode() + b"\n")
        return self

    @property
    def by_reason(self) -> Counter[str]:
        """Rows of all files, by the first fault of each."""
        return sum(self.by_file.values(), Counter())

    def rejected(self, file: str | None = None) -> int:
        """Rows of a file, or of all."""
        return (self.by_reason if file is None else self.by_file.get(file, Counter())).total()

    def add(self, file: str, faults: pl.DataFrame) -> None:
        """The faults of a batch. A row counts once, under the first of its faults."""
        if not len(faults):
            return
        first = faults.unique("row", keep="first", maintain_order=True)
        self.by_file.setdefault(file, Counter()).update(first["title"])
        lines = faults.select(
            pl.lit(file).alias("file"), "row", "column", "label", "value", "why", "mend"
        )
        self.file.write(lines.write_csv(include_header=False).encode())

    def keep(self) -> None:
        """Give the file its name."""
        self.file.flush()
        self.draft.replace(self.path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()
        self.draft.unlink(missing_ok=True)
