"""An offer of one credit, and the loan that it was made for, as JSON: every amount whole, every
column of its own type, so that what is signed later is what was shown.

Amounts are in our units (centavos, millionths, days since 1970). Of a loan what is zero is left
out: it comes back as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from tequio.core.columns import (
    Code,
    Column,
    Count,
    Day,
    Flag,
    Index,
    Money,
    Months,
    Rate,
    Share,
    Units,
)
from tequio.core.loan import Loan, declared
from tequio.core.offer import Offer, OnDefault, Reward, Settlement, Signing, Stage, Terms
from tequio.engine.offers import coded

KINDS = {
    kind.__name__: kind
    for kind in (Code, Count, Day, Flag, Index, Money, Months, Rate, Share, Units)
}
Said = Mapping[str, Any]
R = TypeVar("R", Terms, Signing, Reward, Settlement, Loan)
C = TypeVar("C", bound=Column)
Ints = NDArray[np.int64]


def written_offer(offer: Offer, row: int = 0) -> dict[str, Any]:
    """One row of an offer."""
    said: dict[str, Any] = {
        "before": written(offer.before, row),
        "after": written(offer.after, row),
        "signing": written(offer.signing, row),
        "stages": [written_stage(stage, row) for stage in offer.stages],
        "on_default": offer.on_default.name,
        "working": [  # steps in their order
            [name, type(step).__name__, number(step, row)] for name, step in offer.working.items()
        ],
    }
    if offer.reward is not None:
        said["reward"] = written(offer.reward, row)
    if offer.settlement is not None:
        said["settlement"] = written(offer.settlement, row)
    return said


def read_offer(said: Said) -> Offer:
    """The offer of one credit that was written."""
    return Offer(
        read(Terms, said["before"]),
        read(Terms, said["after"]),
        read(Signing, said["signing"]),
        stages=tuple(read_stage(stage) for stage in said["stages"]),
        reward=read(Reward, said["reward"]) if "reward" in said else None,
        settlement=read(Settlement, said["settlement"]) if "settlement" in said else None,
        on_default=OnDefault[said["on_default"]],
        working={name: KINDS[kind](value) for name, kind, value in said["working"]},
    )


def written_loan(loan: Loan, row: int = 0) -> dict[str, int]:
    """One row of a loan, what is zero or no left out."""
    found = {name: number(getattr(loan, name), row) for name, _, _ in declared()}
    return {name: value for name, value in found.items() if value}


def read_loan(said: Mapping[str, int]) -> Loan:
    """The loan of one row that was written."""
    columns = {
        name: kind(bool(said.get(name)) if kind is Flag else int(said.get(name, 0)))
        for name, kind, _ in declared()
    }
    return Loan(**columns)  # type: ignore[arg-type]


def written(record: Terms | Signing | Reward | Settlement, row: int) -> dict[str, int]:
    """One row of a record of columns."""
    return {field.name: number(getattr(record, field.name), row) for field in fields(record)}


def read(record: type[R], said: Mapping[str, int]) -> R:
    """The record of one row that was written."""
    kinds = hints(record)
    return record(**{name: kinds[name](value) for name, value in said.items()})


@cache
def hints(record: type[Any]) -> dict[str, type[Column]]:
    """The type of each column of a record."""
    return get_type_hints(record)


def written_stage(stage: Stage, row: int) -> dict[str, int]:
    """One row of a stage."""
    return {
        "pays": number(stage.pays, row),
        "months": number(stage.months, row),
        "gap": number(coded(stage.gap), row),
        "payer": number(coded(stage.payer), row),
    }


def read_stage(said: Mapping[str, int]) -> Stage:
    """The stage of one row that was written."""
    kinds = Money(said["pays"]), Months(said["months"])
    return Stage(*kinds, Code(said["gap"]), Code(said["payer"]))


def offer_json(offer: Offer, loan: Loan, row: int = 0) -> dict[str, Any]:
    """One row of an offer, and of the loan that it was made for."""
    return {"offer": written_offer(offer, row), "loan": written_loan(loan, row)}


def offer_from(said: Said) -> tuple[Offer, Loan]:
    """What was written: both of one row."""
    return read_offer(said["offer"]), read_loan(said["loan"])


def some_offers(offer: Offer, rows: Ints) -> Offer:
    """The offers of some rows, in that order."""
    return Offer(
        some(offer.before, rows),
        some(offer.after, rows),
        some(offer.signing, rows),
        stages=tuple(
            Stage(
                chosen(stage.pays, rows),
                chosen(stage.months, rows),
                chosen(coded(stage.gap), rows),
                chosen(coded(stage.payer), rows),
            )
            for stage in offer.stages
        ),
        reward=None if offer.reward is None else some(offer.reward, rows),
        settlement=None if offer.settlement is None else some(offer.settlement, rows),
        on_default=offer.on_default,
        working={name: chosen(step, rows) for name, step in offer.working.items()},
    )


def some(record: R, rows: Ints) -> R:
    """Some rows of a record of columns, in that order."""
    columns = {f.name: chosen(getattr(record, f.name), rows) for f in fields(record)}
    return type(record)(**columns)


def chosen(column: C, rows: Ints) -> C:
    """Some rows of a column; one value stays one for all."""
    return column if len(column) == 1 else column.new(column.values[rows])


def number(column: Column, row: int) -> Any:
    """One value; a column of length one answers for every row."""
    return column.values[row if len(column) > 1 else 0].item()
