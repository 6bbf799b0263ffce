"""Every programme against a slice of a portfolio: masks of reasons, a projection of each eligible
pair, and the best offer.

The desk's quote is a batch of one: both call `evaluate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tequio.core.loan import Loan
from tequio.core.programme import Mask
from tequio.engine.choose import Choice, choose
from tequio.engine.pairs import Pairs, pairs_of, today
from tequio.engine.rulebook import Rulebook, published


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the law of one day gives to every credit of a slice."""

    as_of: date
    unmet: dict[str, Mask]  # by programme in force, one bit a requirement
    eligible: dict[str, NDArray[np.bool_]]
    open: dict[str, NDArray[np.bool_]]
    today: Pairs  # the status quo, for every credit
    pairs: Sequence[Pairs]
    choice: Choice


def evaluate(loan: Loan, as_of: date, rules: Rulebook | None = None) -> Outcome:
    """Every programme in force for every credit; only eligible pairs are projected.

    The law as published, or the `rules` given.
    """
    rules = rules or published()
    answers = [text.evaluate(loan) for text in rules.in_force(as_of)]
    now = today(loan, rules, as_of)
    pairs = [pairs_of(answer, loan, now, rules) for answer in answers]
    return Outcome(
        as_of,
        unmet={answer.programme.name: answer.unmet() for answer in answers},
        eligible={answer.programme.name: answer.eligible() for answer in answers},
        open={answer.programme.name: answer.open() for answer in answers},
        today=now,
        pairs=pairs,
        choice=choose(loan, now, pairs, rules, as_of),
    )
