"""Why an agreement ended, in words and figures: for the borrower who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tequio.core.spelling import MONTHS, pesos
from tequio.programmes import REGISTRY
from tequio.servicing import credit as c
from tequio.servicing.accounts import Kind
from tequio.servicing.credit import worth_of
from tequio.servicing.promises import Outcome
from tequio.web.records.advances import Closed

RULE_OF_JOB = {one.name: one.lost_with_job for one in REGISTRY}


@dataclass(frozen=True, slots=True)
class Ended:
    """An agreement on the credit at a place among those closed."""

    closed: Closed
    place: int
    programme: str

    def after(self, name: str) -> int:
        """A field of servicing at the end."""
        return int(self.closed.after[name][self.place])

    def before(self, name: str) -> int:
        """The same at the beginning."""
        return int(self.closed.before[name][self.place])

    @property
    def instalment(self) -> str:
        """Of the contract, in pesos."""
        after = self.closed.after
        native, price = (after[name][self.place] for name in ("instalment", "price"))
        return pesos(int(worth_of(native, price)), 2)

    @property
    def missed_month(self) -> str:
        """The latest month that fell due and is not covered."""
        dues = self.closed.after.due_of(self.place)
        counted = dues[dues[:, c.DUE_COUNTED] > 0, c.DUE_MONTH]
        month = int(counted.max(initial=0)) or self.closed.part.month
        return f"{MONTHS[month % 12]} de {month // 12}"


def credit_over(_: Ended) -> str:
    """Nothing is owed any more."""
    return "El crédito quedó liquidado: ya no hay nada que cumplir."


def rewarded(one: Ended) -> str:
    """Payments in a row, and what they earned."""
    moved = one.closed.moved
    booked = (moved.kind == int(Kind.REWARD)) & (moved.credit == one.place)
    given = pesos(int(moved["forgiven"][booked].sum()), 2)
    return f"Lleva {one.after('in_a_row')} pagos completos seguidos: le descontaron {given}."


def reward_lost(one: Ended) -> str:
    """The payment that failed, and what it cost."""
    words = f"No se cubrió completo {one.missed_month}: pierde {pesos(one.before('reward'), 2)}"
    if again := one.before("waived"):
        words += f" y vuelve a deber {pesos(again, 2)} de seguros y cuotas"
    return f"{words}. Lo que ya se sumó a su saldo se queda así."


def stages_over(one: Ended) -> str:
    """They ran to their end."""
    return (
        f"Terminaron sus meses: vuelve a su mensualidad de {one.instalment}. "
        "Si sigue en las mismas condiciones, puede pedirla otra vez."
    )


def stages_failed(one: Ended) -> str:
    """The payment that failed."""
    return f"No se cubrió completo {one.missed_month}: vuelve a su mensualidad de {one.instalment}."


def stages_taken(one: Ended) -> str:
    """A job."""
    rule = RULE_OF_JOB.get(one.programme, "")
    cited = f" ({rule})" if rule else ""
    return (
        f"Tiene un trabajo registrado, y con él termina{cited}: vuelve a su mensualidad de "
        f"{one.instalment}."
    )


def sustained(one: Ended) -> str:
    """Months in a row."""
    return f"Lleva {one.after('in_a_row')} pagos completos seguidos: es un pago sostenido."


def missed(one: Ended) -> str:
    """A month."""
    return f"No se cubrió completo {one.missed_month}."


REASONS: Mapping[Outcome, Callable[[Ended], str]] = {
    Outcome.CREDIT_OVER: credit_over,
    Outcome.REWARDED: rewarded,
    Outcome.REWARD_LOST: reward_lost,
    Outcome.STAGES_OVER: stages_over,
    Outcome.STAGES_FAILED: stages_failed,
    Outcome.STAGES_TAKEN: stages_taken,
    Outcome.SUSTAINED: sustained,
    Outcome.MISSED: missed,
}
