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
from tequio.core.programme import Evaluation, InForce, Mask
from tequio.engine.choose import Choice, choose
from tequio.engine.pairs import Pairs, pairs_of, today
from tequio.engine.rulebook import Rulebook, outlook_at, published


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the law of one day gives to every credit of a slice."""

    as_of: date
    rules: Rulebook
    texts: Sequence[InForce]
    answers: Sequence[Evaluation]  # one a text
    pairs: Sequence[Pairs]  # one a text: the credits that qualify
    today: Pairs  # the status quo, for every credit
    choice: Choice

    @property
    def unmet(self) -> dict[str, Mask]:
        """By programme in force, one bit a requirement."""
        return {answer.programme.name: answer.unmet() for answer in self.answers}

    @property
    def eligible(self) -> dict[str, NDArray[np.bool_]]:
        """By programme in force, whether each credit qualifies."""
        return {answer.programme.name: answer.eligible() for answer in self.answers}

    @property
    def open(self) -> dict[str, NDArray[np.bool_]]:
        """By programme in force, whether its door is open."""
        return {answer.programme.name: answer.open() for answer in self.answers}

    @property
    def done(self) -> dict[InForce, tuple[Evaluation, Pairs]]:
        """By text, what it says and the credits that qualify."""
        return dict(zip(self.texts, zip(self.answers, self.pairs, strict=True), strict=True))


def evaluate(
    loan: Loan, as_of: date, rules: Rulebook | None = None, known: Outcome | None = None
) -> Outcome:
    """Every programme in force for every credit; only eligible pairs are projected.

    The law as published, or the `rules` given. What an outcome of the same credits already `known`
    says of a text that both laws share is not worked out again.
    """
    rules = rules or published()
    shared = known if known and known.rules.shared is rules.shared else None
    now = shared.today if shared else today(loan, rules, as_of)
    texts = tuple(rules.in_force(as_of))
    done = shared.done if shared else {}
    answers, pairs = [], []
    for text in texts:
        if text in done:
            answer, projected = done[text]
        else:
            answer = text.evaluate(loan)
            projected = pairs_of(answer, loan, now, outlook_at(rules, as_of))
        answers.append(answer)
        pairs.append(projected)
    choice = choose(loan, now, pairs, rules, as_of)
    return Outcome(as_of, rules, texts, answers, pairs, now, choice)
