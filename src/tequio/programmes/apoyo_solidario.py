"""Apoyo Solidario Infonavit: after the pandemic, a discount that shrinks every half-year, and a
balance that fits the term."""

from dataclasses import dataclass

from tequio.core import (
    Common,
    Day,
    Gap,
    Ladder,
    Loan,
    Months,
    Offer,
    OnDefault,
    Payer,
    Programme,
    Requirements,
    Rounding,
    Share,
    Signing,
    Stage,
    Table,
    Version,
    least,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The parameters of both texts: the first was for credits in units only."""

    granted_before: Day
    target: Share  # of the wage
    missed_max: Months
    first: Ladder[Share]  # discount of the first half-year
    second: Table[Share, Share]  # of the second, by that of the first
    third: Share  # of the third
    months: Months  # of each


def of_units_only(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-14, the text of May 2021."""
    yield require("in_units", loan.indexed, "Es solo para créditos en VSM.", rule="RE-14")
    yield from eligibility(loan, offer, law)


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-14 and RE-21."""
    bearable = loan.wage.times(law.target, Rounding.HALF_UP)
    yield require(
        "old_enough",
        loan.granted_on < law.granted_before,
        "Su crédito es del {granted}; se pide que sea anterior al {before}.",
        rule="RE-14",
        granted=loan.granted_on,
        before=law.granted_before,
    )
    yield require(
        "pays_too_much",
        ~loan.employed | (offer.before.instalment > bearable),
        "Su mensualidad de {instalment} no pasa de lo que su salario alcanza: {bearable}.",
        rule="RE-14",
        instalment=offer.before.instalment,
        bearable=bearable,
    )
    yield require(
        "paying",
        loan.employed | (loan.months_in_a_row > Months(0)),
        "Sin trabajo, se pide que esté pagando.",
        rule="RE-14",
    )
    yield require(
        "missed",
        loan.months_missed <= law.missed_max,
        "Debe {missed} mensualidades; el máximo es {most}.",
        rule="RE-14",
        missed=loan.months_missed,
        most=law.missed_max,
    )
    yield require(
        "term_left",
        loan.months_left > Months(0),
        "Ya terminó su plazo original: pida la revisión de los 30 años.",
        rule="RE-21",
    )


def quote(loan: Loan, law: Law) -> Offer:
    """RE-14, RE-18, RE-21. The smallest ladder that begins with what is affordable."""
    before = loan.terms(law)
    bearable = loan.income().times(law.target, Rounding.HALF_UP)
    need = (before.instalment - bearable).ratio(before.instalment, Rounding.UP)
    first = law.first.reach(need)
    second = law.second.at(first)
    pays, then_pays, last_pays = (
        before.instalment.times(discount.rest(), Rounding.HALF_UP)
        for discount in (first, second, law.third)
    )
    relieved = before.instalment - pays
    later = before.instalment - then_pays + before.instalment - last_pays

    debt = before.balance + loan.unpaid_interest
    balance = least(debt, before.instalment.buys(before.rate, before.months_left))
    signing = Signing(interest=loan.unpaid_interest, forgiven=debt - balance)
    after = before.signed(signing)
    return Offer(
        before,
        after,
        signing,
        stages=tuple(
            Stage(paid, law.months, Gap.TO_INSTALMENT, Payer.INSTITUTE)
            for paid in (pays, then_pays, last_pays)
        ),
        on_default=OnDefault.STAGES_END,
        working={
            "need": need,
            "pays": pays,
            "then_pays": then_pays,
            "last_pays": last_pays,
            "months": law.months,
            "given": (relieved + later).for_months(law.months),
            "interest": signing.interest,
            "forgiven": signing.forgiven,
            "balance": after.balance,
        },
    )


PROGRAMME = Programme(
    "apoyo_solidario",
    title="Apoyo Solidario Infonavit",
    family="reestructura",
    promise="Paga {pays} al mes durante {months} meses, luego {then_pays} y al final {last_pays} "
    "otros tantos, más seguros y cuotas; el Instituto pone {given}, y debe {balance}.",
    versions={
        "solo_vsm": Version(Law, of_units_only, quote),
        "vsm_y_pesos": Version(Law, eligibility, quote),
    },
    labels={
        "need": "La parte de la mensualidad que le sobra",
        "pays": "Lo que paga al mes en el primer semestre, sin seguros ni cuotas",
        "then_pays": "Lo que paga al mes en el segundo semestre",
        "last_pays": "Lo que paga al mes en el tercer semestre",
        "months": "Meses de cada semestre",
        "given": "Lo que pone el Instituto en total, con la unidad de hoy",
        "interest": "Interés atrasado que se suma a su deuda",
        "forgiven": "Lo que le descuentan para que acabe en su plazo",
        "balance": "Lo que debe después de firmar",
    },
)
