"""Apoyo por Paro Técnico: whose firm has stopped for a time pays three quarters."""

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
    reduced_payment,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of 2020."""

    discount: Share  # of the instalment
    months: Months


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-13. That no restructure is in force is in the matrix."""
    yield require(
        "stopped",
        loan.technical_stoppage,
        "Su empresa no ha presentado la lista y el convenio de paro técnico.",
        rule="RE-13",
    )
    yield require("employed", loan.employed, "Es para quien sigue en su empresa.", rule="RE-13")
    yield require(
        "current",
        loan.months_missed == Months(0),
        "Primero póngase al corriente (mensualidades que debe: {missed}).",
        rule="RE-13",
        missed=loan.months_missed,
    )
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="RE-13")


def quote(loan: Loan, law: Law) -> Offer:
    """RE-13, RE-18. It ends before if the stoppage does."""
    before = loan.terms(law)
    pays = before.instalment.times(law.discount.rest(), Rounding.HALF_UP)
    return reduced_payment(before, before, pays, law.months, steps={})


PROGRAMME = Programme(
    "paro_tecnico",
    title="Apoyo por Paro Técnico",
    family="reestructura",
    promise="Mientras dure el paro, hasta {months} meses, paga {pays}, más seguros y cuotas; el "
    "Instituto pone lo que falta, hoy {relieved} al mes.",
    versions={"primera": Version(Law, eligibility, quote)},
    labels={
        "pays": "Lo que paga al mes, sin seguros ni cuotas",
        "relieved": "Lo que pone el Instituto cada mes",
        "months": "Meses que dura, si el paro no termina antes",
        "given": "Lo que pone el Instituto en total, con la unidad de hoy",
    },
)
