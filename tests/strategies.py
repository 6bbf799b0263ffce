"""Loans for Hypothesis: the worked examples, which stand at the thresholds, with facts changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tequio.core import Flag, Loan
from tequio.core.loan import facts, known_flags
from tequio.programmes import REGISTRY
from worked import cases, loans

Row = dict[str, Any]
KNOWN = {fact: flag for flag, fact in known_flags().items()}


@cache
def examples() -> tuple[Row, ...]:
    """Every worked example of every programme, in our units."""
    return tuple(
        rows_of(loans([case["loan"]]))[0] for programme in REGISTRY for case in cases(programme)
    )


def rows_of(loan: Loan) -> list[Row]:
    """Each loan as its facts and flags."""
    columns = {name: getattr(loan, name).values.tolist() for name in [*facts(), *known_flags()]}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def portfolio(rows: Sequence[Row]) -> Loan:
    """The loans, one a row."""
    kinds = {name: kind for name, (kind, _) in facts().items()} | dict.fromkeys(known_flags(), Flag)
    columns = {name: kind([row[name] for row in rows]) for name, kind in kinds.items()}
    return Loan(**columns)  # type: ignore[arg-type]


@st.composite
def changes(draw: st.DrawFn) -> Row:
    """One fact, anywhere in its range; an optional one is then known, or unknown and zero."""
    name = draw(st.sampled_from([*facts()]))
    kind, fact = facts()[name]
    if kind is Flag:
        return {name: draw(st.booleans())}
    edges = st.sampled_from([fact.least, min(fact.least + 1, fact.most), fact.most])
    value = draw(edges | st.integers(fact.least, fact.most))
    if name not in KNOWN:
        return {name: value}
    known = draw(st.booleans())
    return {name: value if known else 0, KNOWN[name]: known}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """An example with a few facts changed."""
    row = dict(draw(st.sampled_from(examples())))
    for change in draw(st.lists(changes(), max_size=4)):
        row |= change
    return row
