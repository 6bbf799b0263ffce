"""Estudio Socioeconómico: who lives something grave pays what a social worker finds possible."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Common,
    Loan,
    Months,
    Offer,
    Programme,
    Requirements,
    Version,
    ask,
    greatest,
    least,
    reduced_payment_in_order,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of 2020."""

    months: Months


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-12 and RE-18."""
    capacity = loan.income() - loan.declared_expenses
    yield require(
        "hardship",
        loan.hardship,
        "Es para quien vive una enfermedad crónica, la vejez sin ingreso fijo o el abandono, y lo "
        "ha visto trabajo social.",
        rule="RE-12",
    )
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="RE-20")
    yield ask(
        "budget",
        loan.income_is_known() & loan.expenses_known,
        "Díganos cuánto gana y cuánto gasta al mes.",
        rule="RE-18",
    )
    yield require(
        "pays_less",
        capacity < offer.before.instalment,
        "Después de sus gastos le quedan {capacity}: alcanzan para su mensualidad de {old}.",
        rule="RE-18",
        needs="budget",
        capacity=capacity,
        old=offer.before.instalment,
    )


def quote(loan: Loan, law: Law) -> Offer:
    """RE-02 and RE-18. There is no floor: who has nothing left pays nothing."""
    before = loan.terms(law)
    capacity = loan.income() - loan.declared_expenses
    pays = least(greatest(capacity, NOTHING), before.instalment)
    steps = {"capacity": capacity}
    return reduced_payment_in_order(before, loan.unpaid_interest, pays, law.months, steps=steps)


PROGRAMME = Programme(
    "estudio_socioeconomico",
    title="Estudio Socioeconómico",
    family="reestructura",
    promise="Durante {months} meses paga {pays}, más seguros y cuotas; el Instituto pone lo "
    "que falta, hoy {relieved} al mes. Después se revisa.",
    versions={"primera": Version(Law, eligibility, quote)},
    labels={
        "capacity": "Lo que le queda después de sus gastos",
        "pays": "Lo que paga al mes, sin seguros ni cuotas",
        "relieved": "Lo que pone el Instituto cada mes",
        "months": "Meses que dura antes de revisarse",
        "given": "Lo que pone el Instituto en total, con la unidad de hoy",
        "interest": "Interés atrasado que se suma a su deuda",
        "balance": "Lo que debe después de firmar",
    },
)
