"""One credit against every programme: the offer, or every reason why not, with sources.

The desk's answer is a batch of one: the same evaluation and the same projection as for five
million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from tequio.core.columns import Money
from tequio.core.law import Confidence, Value, sources
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import Loan
from tequio.core.months import first_of, month_number
from tequio.core.offer import Gap, Offer, OnDefault
from tequio.core.programme import Evaluation, InForce, Kind, NotOffered, Programme, Requirement
from tequio.core.spelling import pesos, spell
from tequio.engine.advice import Advice, Compared, advice
from tequio.engine.cat import cat
from tequio.engine.choose import choose
from tequio.engine.offers import coded, plan_of, status_quo
from tequio.engine.pairs import Pairs, pairs_of, today
from tequio.engine.projection import Schedule, schedule
from tequio.engine.rulebook import Rulebook, assumed, outlook_at, published

ROW = np.zeros(1, np.int64)
DEFAULTS = {
    OnDefault.NOTHING: "",
    OnDefault.STAGES_END: "Si un pago falla, vuelve a su mensualidad de antes.",
    OnDefault.REWARD_LAPSES: "Si un pago falla, pierde el beneficio y debe lo perdonado.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is not met, with the rule behind it."""

    name: str
    kind: str  # no, ask, opens, unknown
    says: str
    rule: str
    rule_says: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a person pays and gets from the day on; centavos and months."""

    pays: int  # the first month, with insurance and fees; of a settlement, the one deposit
    months: int
    ends: date | None  # the month of the last payment; None for a settlement
    total: int
    overdue: int  # unpaid so far and outside the balance: due with the first payment
    interest: int
    indexation: int
    charges: int
    forgiven: int
    waived: int
    reward: int
    complement: int  # paid by the Institute or the protection fund
    employer: int
    released: int
    npv: int  # for the fund, at the assumed rate
    cat: Decimal | None  # percent a year: the balance against the payments left


@dataclass(frozen=True, slots=True)
class Offered:
    """What one programme gives this credit."""

    promise: str
    figures: Figures
    working: Sequence[tuple[str, str]]  # label and value, in order
    cancels: bool  # signing ends the solution in force
    on_default: str
    warnings: Sequence[str]  # what gets worse than if nothing is signed
    fund_cost: int  # what the fund receives less than if nothing is signed, at its value today
    doubts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one programme answers."""

    programme: str
    title: str
    family: str
    eligible: bool
    open: bool
    opens_on: date | None
    reasons: Sequence[Reason]
    offer: Offered | None  # of an eligible credit, be the door open or not
    against: str  # of an eligible credit, why it is not the best; nothing of the best


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that the law of a day answers to one credit."""

    as_of: date
    balance: int
    indexed: bool
    months_missed: int
    active_solution: str
    now: Figures
    now_against: str  # why going on as it is is not the best; nothing where it is
    best: Advice
    answers: Sequence[Answer]
    assumed: Sequence[str]  # what every projection supposes


@dataclass(frozen=True, slots=True)
class Asked:
    """The one credit, the day, the law, and how it goes if nothing is signed."""

    loan: Loan
    as_of: date
    rules: Rulebook
    now: Pairs
    same: Figures


def explain(loan: Loan, as_of: date) -> Explanation:
    """Every programme of the registry for one credit (a loan of one row)."""
    rules = published()
    now, as_it_is = today(loan, rules, as_of), status_quo(loan, assumed(rules, as_of))
    asked = Asked(loan, as_of, rules, now, figures(now, as_it_is, loan, as_of))
    texts = {text.programme.name: text.evaluate(loan) for text in rules.in_force(as_of)}
    chosen = compared(asked, texts)
    answers = [answer(programme, texts, chosen, asked) for programme in rules.programmes]
    best = chosen.best.programme
    doors = {one.programme: one.opens_on for one in answers}
    offer = texts[best].offer if best in texts else as_it_is
    return Explanation(
        as_of,
        balance=int(now.balance[0]),
        indexed=bool(loan.indexed.values[0]),
        months_missed=int(loan.months_missed.values[0]),
        active_solution=SOLUTIONS[int(loan.active_solution.values[0])],
        now=asked.same,
        now_against=chosen.against(now.programme),
        best=advice(chosen, offer, rules, as_of, doors.get(best, as_of)),
        answers=answers,
        assumed=suppositions(rules, as_of),
    )


def compared(asked: Asked, texts: Mapping[str, Evaluation]) -> Compared:
    """Every offer that the credit qualifies for, and the choice among them."""
    loan, now, rules = asked.loan, asked.now, asked.rules
    future = outlook_at(rules, asked.as_of)
    pairs = [pairs_of(one, loan, now, future) for one in texts.values() if one.eligible()[0]]
    choice = choose(loan, now, pairs, rules, asked.as_of)
    return Compared(choice, now, pairs, int(loan.months_left.values[0]))


def answer(
    programme: Programme, texts: Mapping[str, Evaluation], chosen: Compared, asked: Asked
) -> Answer:
    """One programme: out of its dates, an ordinary no with its dates."""
    status = programme.status(asked.as_of)
    about = programme.name, programme.title, programme.family
    if isinstance(status, NotOffered):
        return Answer(*about, False, False, None, [not_offered(status)], None, "")
    evaluation = texts[programme.name]
    unmet = evaluation.reasons(0)
    if any(requirement.kind is Kind.NO for requirement in unmet):  # then there is nothing to ask
        unmet = [requirement for requirement in unmet if requirement.kind is not Kind.ASK]
    eligible, is_open = bool(evaluation.eligible()[0]), bool(evaluation.open()[0])
    return Answer(
        *about,
        eligible,
        is_open,
        opens_on=asked.as_of if is_open else status.opens_on(asked.loan),
        reasons=[reason_of(status, requirement) for requirement in unmet],
        offer=offered(status, evaluation, chosen, asked) if eligible else None,
        against=chosen.against(programme.name) if eligible else "",
    )


def offered(rules: InForce, evaluation: Evaluation, chosen: Compared, asked: Asked) -> Offered:
    """The promise, the figures (beside the `same` if nothing is signed), and their working."""
    offer, labels = evaluation.offer, rules.programme.labels
    found = figures(chosen.of(rules.programme.name), offer, asked.loan, rules.day)
    return Offered(
        promise=evaluation.promise(0),
        figures=found,
        working=[(labels[name], spell(step, 0)) for name, step in offer.working.items()],
        cancels=bool(evaluation.cancels.values[0]),
        on_default=DEFAULTS[offer.on_default],
        warnings=warnings(found, asked.same, releases=releases(offer)),
        fund_cost=asked.same.npv - found.npv,
        doubts=rules.doubts(),
    )


def releases(offer: Offer) -> bool:
    """Whether the offer of one credit itself ends in a release."""
    stages = ((coded(stage.gap), stage.months) for stage in offer.stages)
    return any(gap.values[0] == Gap.RELEASED and months.values[0] > 0 for gap, months in stages)


def warnings(offered: Figures, same: Figures, *, releases: bool) -> list[str]:
    """What a person must see before the lower payment: more in total, longer, a debt that stays."""
    said = []
    if offered.total > same.total:
        more = pesos(offered.total - same.total, 2)
        said.append(f"En total pagaría {more} más que si sigue igual.")
    if offered.months > same.months:
        said.append(f"Terminaría {offered.months - same.months} meses después que si sigue igual.")
    if offered.released > same.released and not releases:
        said.append(
            "Con esos pagos no acaba de pagar: al final quedarían "
            f"{pesos(offered.released, 2)}, que se liberan solo al juntar los pagos de 30 años."
        )
    return said


def figures(pairs: Pairs, offer: Offer, loan: Loan, as_of: date) -> Figures:
    """The projection of one row, and the CAT of what is shown."""
    projection = pairs.projection

    def one(name: str) -> int:
        """That result of the one row."""
        return int(getattr(projection, name)[0])

    months = one("months")
    return Figures(
        pays=int(pairs.pays_after[0]),
        months=months,
        ends=None if pairs.settles else first_of(month_number(as_of) + months),
        total=one("total"),
        overdue=one("overdue"),
        interest=one("interest"),
        indexation=one("indexation"),
        charges=one("charges"),
        forgiven=int(pairs.forgiven[0]),
        waived=int(pairs.waived[0]),
        reward=one("reward"),
        complement=one("complement_institute") + one("complement_fund"),
        employer=one("employer"),
        released=one("released"),
        npv=one("npv"),
        cat=None if pairs.settles else cost(offer, loan, as_of),
    )


def cost(offer: Offer, loan: Loan, as_of: date) -> Decimal | None:
    """The CAT of a running credit: its balance today against the payments left."""
    rows = plan_schedule(offer, loan, as_of)
    balance = int(offer.after.balance.greatest(Money(0)).values[0])
    return cat(balance, rows.borrower + rows.charges + rows.overdue, 1)


def plan_schedule(offer: Offer, loan: Loan, as_of: date) -> Schedule:
    """Month by month, one offer of one credit."""
    return schedule(plan_of(offer, loan, ROW), outlook_at(published(), as_of), 0)


def reason_of(rules: InForce, requirement: Requirement) -> Reason:
    """A requirement with what it rests on: the parameter it compares with, dated and cited, or
    else the sentence of the rule-book."""
    programme = rules.programme
    rule, (says, source, confidence) = requirement.rule, cited(programme, requirement.rule)
    if value := measured_against(rules, requirement):
        rule, source, confidence = value.rule, value.published, value.confidence
        says = cited(programme, rule)[0]
    return Reason(
        requirement.name,
        requirement.kind.value,
        requirement.say(0),
        rule,
        says,
        source,
        confidence.spanish,
    )


def measured_against(rules: InForce, requirement: Requirement) -> Value | None:
    """The dated parameter of the programme's own that the sentence shows, if it shows one."""
    shown = {id(column) for column in requirement.facts.values()}
    own = rules.programme.book.own
    compared = (
        parameter.at(rules.day)
        for name, parameter in rules.programme.book.named(rules.version.law)
        if name in own and id(getattr(rules.law, name)) in shown
    )
    return next(compared, None)


def not_offered(status: NotOffered) -> Reason:
    """A programme outside its dates."""
    history = status.programme.book.parameters["text"].history
    entry = status.ended or history[0]
    return Reason(
        "in_force",
        Kind.NO.value,
        status.say(),
        entry.rule,
        cited(status.programme, entry.rule)[0],
        sources()[entry.source],
        entry.confidence.spanish,
    )


def cited(programme: Programme, rule: str) -> tuple[str, str, Confidence]:
    """What a rule says, where it was published, and how sure that is."""
    known = programme.book.rules.get(rule)
    if known is None:
        return "", "", Confidence.ASSUMED
    return known.says, sources()[known.source], known.confidence


ALWAYS = (
    "Se paga todo a tiempo; lo atrasado que no entra al saldo, con el primer pago.",
    "El salario y el empleo no cambian; con trabajo formal, la aportación patronal va al crédito.",
)
RELEASED = (
    "Al juntar {} pagos completos, también los reducidos por un convenio, se libera lo que quede."
)
ENGINE_PARAMETERS = ("index_growth", "discount_rate", "last_payment_residue")


def suppositions(rules: Rulebook, as_of: date) -> list[str]:
    """What every projection supposes, with its value of the day."""
    law = assumed(rules, as_of)
    said = [*ALWAYS, RELEASED.format(spell(law.releasing_payments, 0))]
    for name in ENGINE_PARAMETERS:
        parameter = rules.shared.parameters[name]
        value = parameter.at(as_of)
        said.append(
            f"{parameter.label}: {spell(getattr(law, name), 0)} ({value.confidence.spanish})"
        )
    return said
