"""What becomes of a promise, from its signing to its end, month by month: kept and failed."""

from datetime import date

import numpy as np
import pytest

from promised import USUAL
from servicing_plans import joined, receipts
from tequio.core.columns import EPOCH
from tequio.programmes import REGISTRY
from tequio.servicing import credit as c
from tequio.servicing.accounts import Kind
from tequio.servicing.close import close, no_receipts, rules_of
from tequio.servicing.law import law_at
from tequio.servicing.opening import opened
from tequio.servicing.promises import Outcome, outcomes, without_stages
from tequio.servicing.signing import sign
from worked import loans

BY_NAME = {one.name: one for one in REGISTRY}
ONE = np.zeros(1, np.int64)
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
JUBILADO = {"pensioned": True, "pension": 7_850}
NIVELA = {"wage": 9_000, "employed": True, "granted_on": date(2018, 3, 10)}
CONVERTED = {
    "indexed": True,
    "balance": 0,
    "balance_units": 100,
    "instalment": 0,
    "instalment_units": 1,
    "rate": 6,
    "wage": 9_000,
    "employed": True,
    "months_missed": 2,
    "unpaid_interest": 3_000,
}


def signed(programme, row, day):
    """The credit after its signing, in its month."""
    loan = loans([USUAL | row])
    text = BY_NAME[programme].at(day)
    said = text.evaluate(loan)
    assert said.eligible()[0], said.explain(0)
    month = day.year * 12 + day.month - 1
    cut = (day.replace(day=1) - EPOCH).days - 1
    _, now = opened(loan, text.law, 1, month, cut)
    rules = rules_of(month, int(text.law.umi.values[0]))
    return sign(now, ONE, said.offer, loan, (day - EPOCH).days, rules).credits


def months(now, paid):
    """Close month after month, each paid in full or not at all; the outcome of each."""
    found = []
    for pays in paid:
        month, index = int(now["month"][0]), int(now["index"][0])
        rules = rules_of(month, index)
        received = no_receipts()
        if pays:
            _, unpaid = close(now, no_receipts(), rules)
            due = int(unpaid.dues[:, c.DUE_INSURANCE : c.DUE_UNITS].sum())
            received = joined(received, receipts([0], rules.last_day, [due])) if due else received
        moved, after = close(now, received, rules)
        rewarded = np.array([(moved.kind == Kind.REWARD).any()])
        law = law_at(date.fromordinal(EPOCH.toordinal() + rules.last_day))
        found.append(Outcome(int(outcomes(now, after, rewarded, law)[0])))
        now = after
    return found, now


YES, NO, ON = True, False, Outcome.GOES_ON
DAY = date(2024, 7, 15)
CASES = {
    "three own payments, and the discount": (
        ("borron_y_cuenta_nueva", BORRON, DAY),
        [YES, YES, YES],
        [ON, ON, Outcome.REWARDED],
    ),
    "a payment missed before the third": (
        ("borron_y_cuenta_nueva", BORRON, DAY),
        [YES, YES, NO],
        [ON, ON, Outcome.REWARD_LOST],
    ),
    "a bimester of the employer": (
        ("borron_y_cuenta_nueva", BORRON | {"employed": True, "wage": 12_000}, DAY),
        [YES, YES],
        [ON, Outcome.REWARDED],
    ),
    "a month of the employer, and not the other": (
        ("borron_y_cuenta_nueva", BORRON | {"employed": True, "wage": 12_000}, DAY),
        [YES, NO],
        [ON, Outcome.REWARD_LOST],
    ),
    "a pensioner who pays": (
        ("apoyo_jubilados", JUBILADO, DAY),
        [YES] * 4,
        [ON] * 4,
    ),
    "a pensioner who misses one": (
        ("apoyo_jubilados", JUBILADO, DAY),
        [YES, NO],
        [ON, Outcome.STAGES_FAILED],
    ),
    "a year of Nivela": (
        ("nivela_tu_pago", NIVELA, date(2024, 10, 15)),
        [YES] * 12,
        [ON] * 11 + [Outcome.STAGES_OVER],
    ),
    "Nivela missed in its last month": (
        ("nivela_tu_pago", NIVELA, date(2024, 10, 15)),
        [YES] * 11 + [NO],
        [ON] * 11 + [Outcome.STAGES_FAILED],
    ),
    "a conversion that is paid": (
        ("responsabilidad_compartida", CONVERTED, DAY),
        [YES, YES, YES],
        [ON, ON, Outcome.SUSTAINED],
    ),
    "a conversion that is not": (
        ("responsabilidad_compartida", CONVERTED, DAY),
        [YES, NO],
        [ON, Outcome.MISSED],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_kept_and_failed(case):
    asked, paid, wanted = CASES[case]
    found, _ = months(signed(*asked), paid)
    assert found == wanted


def test_who_owes_nothing_any_more_has_kept_everything():
    row = JUBILADO | {"balance": 3_000, "instalment": 3_000, "months_left": 12}
    now = signed("apoyo_jubilados", row, DAY)
    rules = rules_of(int(now["month"][0]), int(now["index"][0]))
    paid = receipts([0], rules.first_day + 20, [5_000_00])
    _, after = close(now, paid, rules)
    assert after["status"][0] == c.SETTLED
    assert outcomes(now, after, np.array([False]), law_at(DAY)).tolist() == [Outcome.CREDIT_OVER]


def test_stages_that_are_taken_away_leave_the_contract():
    now = signed("apoyo_jubilados", JUBILADO, DAY)
    then = without_stages(now, ONE)
    assert outcomes(now, then, np.array([False]), law_at(DAY)).tolist() == [Outcome.STAGES_TAKEN]
    (_, found), (_, kept) = months(then, [NO]), months(now, [NO])
    owed = [int(x.dues[:, c.DUE_INTEREST : c.DUE_UNITS].sum()) for x in (found, kept)]
    assert owed[0] == 3_480_00
    assert owed[1] == 1_962_50
