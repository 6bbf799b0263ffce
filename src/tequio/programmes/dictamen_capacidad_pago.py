"""Dictamen de Capacidad de Pago: who has no formal job pays what expenses leave."""

from dataclasses import dataclass

from tequio.core import (
    Common,
    Loan,
    Months,
    Offer,
    Programme,
    Requirements,
    Rounding,
    Share,
    Version,
    ask,
    greatest,
    least,
    reduced_payment_in_order,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The parameters of both texts: the first was for credits in units only."""

    credit_age_min: Months
    floor: Share  # of the instalment, whatever the capacity
    months: Months


def of_units_only(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-11, the earlier text."""
    yield require("in_units", loan.indexed, "Es solo para créditos en VSM.", rule="RE-11")
    yield from eligibility(loan, offer, law)


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-11. That the income fell shows in a capacity below the instalment."""
    credit_age = loan.granted_on.months_until(law.as_of)
    capacity = loan.declared_income - loan.declared_expenses
    yield require(
        "no_formal_job",
        ~loan.employed,
        "Es para quien no tiene trabajo formal y paga por su cuenta.",
        rule="RE-11",
    )
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="RE-20")
    yield require(
        "credit_age",
        credit_age >= law.credit_age_min,
        "Meses que tiene su crédito: {age}; se piden {least}.",
        rule="RE-11",
        age=credit_age,
        least=law.credit_age_min,
    )
    yield require(
        "protection_used",
        loan.protection_months_left == Months(0),
        "Primero use su Fondo de Protección de Pagos (meses que le quedan: {left}).",
        rule="RE-11",
        left=loan.protection_months_left,
    )
    yield ask(
        "budget",
        loan.income_known & loan.expenses_known,
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
    """RE-02 and RE-18. Never less than the floor, never more than the instalment."""
    before = loan.terms(law)
    capacity = loan.declared_income - loan.declared_expenses
    lowest = before.instalment.times(law.floor, Rounding.HALF_UP)
    pays = least(greatest(capacity, lowest), before.instalment)
    steps = {"capacity": capacity, "lowest": lowest}
    return reduced_payment_in_order(before, loan.unpaid_interest, pays, law.months, steps=steps)


PROGRAMME = Programme(
    "dictamen_capacidad_pago",
    title="Dictamen de Capacidad de Pago",
    family="reestructura",
    promise="Durante {months} meses paga {pays}, más seguros y cuotas; el Instituto pone lo "
    "que falta, hoy {relieved} al mes.",
    versions={
        "solo_vsm": Version(Law, of_units_only, quote),
        "cualquier_credito": Version(Law, eligibility, quote),
    },
    labels={
        "capacity": "Lo que le queda después de sus gastos",
        "lowest": "Lo menos que puede pagar",
        "pays": "Lo que paga al mes, sin seguros ni cuotas",
        "relieved": "Lo que pone el Instituto cada mes",
        "months": "Meses que dura",
        "given": "Lo que pone el Instituto en total, con la unidad de hoy",
        "interest": "Interés atrasado que se suma a su deuda",
        "balance": "Lo que debe después de firmar",
    },
)
