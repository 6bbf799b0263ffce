"""Solución a tu Medida: who earns less than at the grant pays less for a year."""

from dataclasses import dataclass

from tequio.core import (
    Common,
    Day,
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
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of 2025-12, for every credit."""

    credit_age_min: Months
    months_in_job_min: Months
    floor: Share  # of the instalment, whatever the wage
    jobless_share: Share  # of the instalment
    months: Months


@dataclass(frozen=True, slots=True, eq=False)
class SomePesos(Law):
    """The text before: of the credits in pesos, only those granted in some years."""

    pesos_from: Day
    pesos_before: Day


def of_some_pesos(loan: Loan, offer: Offer, law: SomePesos) -> Requirements:
    """RE-10, the earlier text."""
    in_years = (loan.granted_on >= law.pesos_from) & (loan.granted_on < law.pesos_before)
    yield require(
        "covered",
        loan.indexed | in_years,
        "De los créditos en pesos entran los otorgados desde el {since} y antes del {before}; "
        "el suyo es del {granted}.",
        rule="RE-10",
        since=law.pesos_from,
        before=law.pesos_before,
        granted=loan.granted_on,
    )
    yield from eligibility(loan, offer, law)


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """RE-10. Without a job, a credit in pesos may be of any age. That the wage fell shows in what
    would be paid."""
    (support,) = offer.stages
    credit_age = loan.granted_on.months_until(law.as_of)
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="RE-20")
    yield require(
        "credit_age",
        (credit_age >= law.credit_age_min) | (~loan.employed & ~loan.indexed),
        "Su crédito tiene {age} meses; se piden {least}.",
        rule="RE-10",
        age=credit_age,
        least=law.credit_age_min,
    )
    yield require(
        "months_in_job",
        ~loan.employed | (loan.months_in_job >= law.months_in_job_min),
        "Meses que lleva en su trabajo: {months}; se piden {least}.",
        rule="RE-10",
        months=loan.months_in_job,
        least=law.months_in_job_min,
    )
    yield ask(
        "wage_at_grant",
        ~loan.employed | loan.wage_at_grant_known,
        "Díganos cuánto ganaba cuando le dieron el crédito.",
        rule="RE-10",
    )
    yield require(
        "pays_less",
        support.pays < offer.before.instalment,
        "Gana {now} y cuando le dieron el crédito ganaba {then}: su mensualidad no bajaría.",
        rule="RE-10",
        needs="wage_at_grant",
        now=loan.wage,
        then=loan.wage_at_grant,
    )


def quote(loan: Loan, law: Law) -> Offer:
    """RE-02 and RE-18. The instalment falls as the wage fell, down to the floor."""
    before = loan.terms(law)
    kept = least(loan.wage, loan.wage_at_grant).ratio(loan.wage_at_grant, Rounding.HALF_UP)
    share = where(loan.employed, greatest(kept, law.floor), law.jobless_share)
    pays = before.instalment.times(share, Rounding.HALF_UP)
    steps = {"share": share}
    return reduced_payment_in_order(before, loan.unpaid_interest, pays, law.months, steps=steps)


PROGRAMME = Programme(
    "solucion_a_tu_medida",
    title="Solución a tu Medida",
    family="reestructura",
    promise="Durante {months} meses paga {pays}, más seguros y cuotas; el Instituto pone lo "
    "que falta, hoy {relieved} al mes.",
    versions={
        "vsm_y_algunos_pesos": Version(SomePesos, of_some_pesos, quote),
        "todos_los_creditos": Version(Law, eligibility, quote),
    },
    labels={
        "share": "La parte de la mensualidad que paga",
        "pays": "Lo que paga al mes, sin seguros ni cuotas",
        "relieved": "Lo que pone el Instituto cada mes",
        "months": "Meses que dura",
        "given": "Lo que pone el Instituto en total, con la unidad de hoy",
        "interest": "Interés atrasado que se suma a su deuda",
        "balance": "Lo que debe después de firmar",
    },
)
