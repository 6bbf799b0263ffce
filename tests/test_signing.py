"""An offer signed is the offer quoted: its movements, and month by month its projection."""

from dataclasses import replace

import numpy as np
import pytest

from servicing_plans import joined, month_rules, receipts
from tequio.core import Loan
from tequio.engine.offers import plan_of
from tequio.engine.projection import schedule
from tequio.engine.rulebook import outlook_at, published
from tequio.programmes import REGISTRY
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, Kind
from tequio.servicing.ahead import plan_of as plan_ahead
from tequio.servicing.close import close, day_number, no_receipts
from tequio.servicing.opening import opened
from tequio.servicing.signing import sign
from test_close import check_books, compare, even
from worked import cases, each_programme, loans

MONTHS = 18


def signers(programme):
    """The worked examples that qualify, one a day of the law, with what they are offered."""
    for case in cases(programme):
        if case.get("wants", {}).get("unmet"):
            continue
        loan = loans([case["loan"]])
        rules = programme.at(case["day"])
        said = rules.evaluate(loan)
        if agrees := owing(loan, said.offer):
            loan, said = agrees, rules.evaluate(agrees)
        if said.offer.settlement is None and bool(said.eligible()[0]):
            yield case, loan, rules, said.offer


def owing(loan: Loan, offer) -> Loan | None:
    """The same loan with as much interest unpaid as the rule joins to the principal, where the
    example says less: a month end and a rule that works interest out again."""
    joins = offer.signing.interest
    if int(joins.values[0]) > int(loan.unpaid_interest.values[0]):
        return replace(loan, unpaid_interest=joins)
    return None


def opening_of(loan: Loan, law, day):
    month = day.year * 12 + day.month
    return opened(loan, law, 1, month, day_number(day))


@each_programme
def test_signed_and_paid_on_time_it_is_the_projection(programme):
    signed_any = False
    for case, loan, rules, offer in signers(programme):
        day = case["day"]
        future = outlook_at(published(), day)
        moved, now = opening_of(loan, rules.law, day)
        assert moved.unbalanced().size == 0
        assert np.array_equal(moved.sums(1)[AT["principal"]], now["principal"])
        first = month_rules(future, 1)
        done = sign(now, np.zeros(1, np.int64), offer, loan, first.first_day, first)
        check_books(now, done.movements, done.credits)
        plan = plan_of(offer, loan, np.zeros(1, np.int64))
        ahead, now = schedule(plan, future, 0), done.credits
        signed_any = True
        if case_is_unusual(plan):
            continue
        assert done.short.tolist() == [0]
        for t in range(1, min(MONTHS, len(ahead.t)) + 1):
            month = month_rules(future, t)
            _, unpaid = close(now, no_receipts(), month)
            due = unpaid.dues[:, c.DUE_INSURANCE : c.DUE_UNITS].sum()
            paid = receipts([0], month.last_day, [int(due)])
            share = receipts([0], month.last_day, 2 * plan.employer * even(month), employer=1)
            moved, after = close(now, joined(paid, share), month)
            check_books(now, moved, after)
            compare(ahead, t, 0, moved, after)
            now = after
    assert signed_any or programme.name == "liquidacion_anticipada"


def case_is_unusual(plan) -> bool:
    """What stays overdue the projection adds to the first instalment; here each month is due."""
    return int(plan.overdue[0]) > 0 or int(plan.balance[0]) == 0


@pytest.mark.parametrize("programme", REGISTRY[:1], ids=lambda one: one.name)
def test_the_opening_is_the_portfolio_s(programme):
    for case in cases(programme):
        loan = loans([case["loan"]])
        law = programme.at(case["day"]).law
        terms = loan.terms(law)
        moved, now = opening_of(loan, law, case["day"])
        assert (moved.kind == Kind.OPENING).all()
        owed = int(now["principal"][0] + now["principal_due"][0])
        assert abs(owed - int(terms.balance.values[0])) <= int(now["open"][0])
        overdue = sum(int(now[name][0]) for name in ("interest", "insurance", "fees"))
        assert overdue + int(now["protection_fund"][0]) == int(terms.overdue.values[0])
        ahead = plan_ahead(now, terms.employer.values)
        assert int(ahead.overdue[0]) == int(terms.overdue.values[0])
        assert int(ahead.instalment[0]) == int(
            (terms.instalment_units if now["indexed"][0] else terms.instalment).values[0]
        )
