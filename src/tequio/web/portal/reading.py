"""What the pages of Mi Cuenta show of one credit, read from the ledger, worked out by the engine.

Nothing is worked out here: amounts owed are quotes, offers are the engine's, money is the ledger's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from tequio.core.loan import Loan
from tequio.core.months import first_of, last_of
from tequio.engine.advice import Advice
from tequio.engine.explain import Answer, Explanation, explain
from tequio.engine.openings import Opening, openings
from tequio.servicing import credit as c
from tequio.servicing.month_end import ROA
from tequio.web.records import models
from tequio.web.records.known import open_part
from tequio.web.records.loans import loan_known
from tequio.web.records.present import Present, present_of

MIDDLE = 14  # days after the first: the day that a simulated month stands at


@dataclass(frozen=True)
class Account:
    """One credit on the day for which it is shown."""

    credit: models.Credit
    day: date

    @cached_property
    def present(self) -> Present:
        """What is owed that day."""
        return present_of(self.credit, self.day)

    @cached_property
    def loan(self) -> Loan:
        """The facts of that day, as rules read them."""
        return loan_known(self.credit, self.day)

    @cached_property
    def explanation(self) -> Explanation:
        """What every solution answers."""
        return explain(self.loan, self.day)

    @property
    def simulated(self) -> bool:
        """Whether nobody of these exists."""
        return self.credit.load.simulated

    @property
    def owes(self) -> int:
        """Everything, in centavos, if it were paid today."""
        return int(self.present.quotes.to_settle[0])

    @property
    def behind(self) -> int:
        """What it takes to be current today."""
        return int(self.present.quotes.to_be_current[0])

    @property
    def missed(self) -> int:
        """Months due and not covered."""
        return int(self.present.credits["missed"][0])

    @property
    def next_payment(self) -> int:
        """A month's payment, with insurance and fees."""
        return self.explanation.now.pays

    @property
    def by_payroll(self) -> bool:
        """Whether the employer withholds it."""
        return int(self.present.credits.numbers[0, c.REGIME]) == ROA

    @property
    def next_due(self) -> date:
        """The day until which it is on time."""
        return last_of(self.day.year * 12 + self.day.month - 1)

    @property
    def best(self) -> Advice:
        """What suits the person best."""
        return self.explanation.best

    @cached_property
    def offers(self) -> Sequence[Answer]:
        """Monthly solutions that are hers to ask for, the best first, then the cheapest month."""
        found = [a for a in self.explanation.answers if a.offer and not is_lump(a)]
        return sorted(found, key=lambda a: (a.programme != self.best.programme, pays(a)))

    @cached_property
    def lump_sums(self) -> Sequence[Answer]:
        """Solutions that ask for one deposit."""
        return [a for a in self.explanation.answers if a.offer and is_lump(a)]

    @cached_property
    def closed(self) -> Sequence[tuple[Answer, Opening | None]]:
        """Solutions that are not hers, each with what would open it."""
        ways = openings(self.loan, self.day)
        return [(a, ways.get(a.programme)) for a in self.explanation.answers if not a.offer]

    def answer(self, programme: str) -> Answer | None:
        """One solution's answer, by its name."""
        found = (a for a in self.explanation.answers if a.programme == programme)
        return next(found, None)


def pays(answer: Answer) -> int:
    """The month's payment of an offer."""
    return answer.offer.figures.pays if answer.offer else 0


def is_lump(answer: Answer) -> bool:
    """Whether one deposit is asked for."""
    return answer.offer is not None and answer.offer.figures.ends is None


def account_of(credit: models.Credit) -> Account:
    """A credit today, in its open month; a simulated ledger stands at the middle of its own."""
    month = open_part(credit).month
    first, last, today = first_of(month), last_of(month), timezone.localdate()
    day = min(max(today, first), last.replace(day=last.day - 1))
    if credit.load.simulated and day != today:
        day = first.replace(day=first.day + MIDDLE)
    return Account(credit, day)


def credits_of(person: models.Person, kinds: Sequence[str]) -> list[models.Credit]:
    """The credits on which somebody has one of these roles."""
    roles = models.Role.objects.filter(person=person, kind__in=kinds)
    roles = roles.select_related("credit__load").order_by("credit_id")
    return [role.credit for role in roles]
