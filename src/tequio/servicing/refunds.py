"""What must be shown to ask for money paid in excess, and by when it is told and paid.

The law is `refunds.toml`. Pure: whoever asks brings the facts, and gets every objection at once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from tequio.core.columns import Codes, Count, Money, Months
from tequio.core.law import Book, Common, Parameter, common, parsed, read_parameters
from tequio.core.lists import PAPERS
from tequio.core.spelling import pesos
from tequio.core.working_days import working_day_after
from tequio.engine.values import NAMES
from tequio.servicing.law import HERE

PAPER_WORDS = NAMES["papers"]
STATEMENT = "bank_statement"


class Capacity(Enum):
    """As what somebody asks; the value is its word in Spanish."""

    HOLDER = "titular"
    HEIR = "beneficiario o heredero"
    PROXY = "apoderado"


@dataclass(frozen=True, slots=True, eq=False)
class RefundLaw(Common):
    """What refunds ask of the law of a day."""

    efirma_from: Money
    papers_in_person: Codes
    papers_of_heirs: Codes
    papers_of_proxies: Codes
    statement_age: Months
    told_within: Count
    paid_within: Count


def own_parameters() -> dict[str, Parameter]:
    """The entries of `refunds.toml`."""
    return read_parameters("refunds.toml", parsed(HERE / "refunds.toml"))


@lru_cache(maxsize=64)
def refund_law_at(day: date) -> RefundLaw:
    """The parameters in force; NotInForce before the first."""
    return Book("refunds", {}, {**common(), **own_parameters()}).at(RefundLaw, day)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody asks and shows."""

    capacity: Capacity
    amount: int  # centavos
    promised: int  # centavos of the same credit in other requests without e.firma, still open
    efirma: bool
    papers: Mapping[str, date]  # `lists.PAPERS`: the day that each bears
    on: date


def needed(claim: Claim, law: RefundLaw) -> list[str]:
    """The papers that a claim needs, each once, in the order of `lists.PAPERS`."""
    codes: set[int] = set()
    if not claim.efirma:
        codes |= set(law.papers_in_person.chosen.tolist())
    if claim.capacity is Capacity.HEIR:
        codes |= set(law.papers_of_heirs.chosen.tolist())
    if claim.capacity is Capacity.PROXY:
        codes |= set(law.papers_of_proxies.chosen.tolist())
    return [PAPERS[code] for code in sorted(codes)]


def objections(claim: Claim, law: RefundLaw) -> list[str]:
    """Every reason why it is not taken, in Spanish; none: it may be."""
    said = []
    threshold = int(law.efirma_from.values[0])
    if not claim.efirma and claim.amount + claim.promised >= threshold:
        with_others = " (con las otras solicitudes abiertas)" if claim.promised else ""
        asked = pesos(claim.amount + claim.promised, 2)
        said.append(
            f"Pide {asked}{with_others}: desde {pesos(threshold, 2)} hace falta la e.firma del SAT."
        )
    missing = [PAPER_WORDS[name] for name in needed(claim, law) if name not in claim.papers]
    if missing:
        said.append(f"Falta: {', '.join(missing)}.")
    for name, day in claim.papers.items():
        if day > claim.on:
            said.append(f"La fecha de «{PAPER_WORDS[name]}» ({day}) es posterior a la solicitud.")
    shown = claim.papers.get(STATEMENT)
    oldest = months_before(claim.on, int(law.statement_age.values[0]))
    if shown and shown < oldest:
        said.append(
            f"El estado de cuenta bancario es del {shown}: se acepta desde el {oldest}. "
            "Pida uno más reciente."
        )
    return said


def months_before(day: date, months: int) -> date:
    """The same day so many months ago, or the last of that month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def tell_by(found_on: date) -> date:
    """The last day to tell of an excess."""
    return working_day_after(found_on, int(refund_law_at(found_on).told_within.values[0]))


def pay_by(asked_on: date) -> date:
    """The last day to pay a complete request."""
    return working_day_after(asked_on, int(refund_law_at(asked_on).paid_within.values[0]))
