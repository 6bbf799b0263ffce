"""Borrón y Cuenta Nueva: missed months join the balance; paying again in full has a reward."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Common,
    Count,
    Loan,
    Months,
    Offer,
    OnDefault,
    Programme,
    Requirements,
    Reward,
    Rounding,
    Signing,
    Version,
    require,
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class OnlyUnits(Common):
    """The parameters of the first text: payments first, then the balance is put in order."""

    missed_min: Months
    own_payments: Months
    employer_payments: Months


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The parameters of the private agreement (since 2023-09-18)."""

    missed_min: Months
    missed_max: Months
    months_left_min: Months
    times_a_year: Count
    band_split: Months
    own_payments: Months
    employer_payments: Months


def of_only_units(loan: Loan, offer: Offer, law: OnlyUnits) -> Requirements:
    """BCN-01. It came by itself, once the person was paying again."""
    payments = where(loan.employed, law.employer_payments, law.own_payments)
    yield require("in_units", loan.indexed, "Es solo para créditos en VSM.", rule="BCN-01")
    yield require(
        "in_arrears",
        loan.months_missed >= law.missed_min,
        "Está al corriente: no lo necesita.",
        rule="BCN-01",
    )
    yield require(
        "paying_again",
        loan.months_in_a_row >= payments,
        "Mensualidades completas seguidas que lleva: {paid}; se piden {least}.",
        rule="BCN-01",
        paid=loan.months_in_a_row,
        least=payments,
    )


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """BCN-02 and BCN-11."""
    new = offer.after
    needed = new.balance.months_to_clear(new.rate, new.instalment)
    yield require(
        "in_arrears",
        loan.months_missed >= law.missed_min,
        "Está al corriente: no lo necesita.",
        rule="BCN-02",
    )
    yield require(
        "not_too_late",
        loan.months_missed <= law.missed_max,
        "Debe {missed} mensualidades; el máximo es {most}.",
        rule="BCN-02",
        missed=loan.months_missed,
        most=law.missed_max,
    )
    yield require(
        "protection_used",
        loan.protection_months_left == Months(0),
        "Primero use su Fondo de Protección de Pagos (meses que le quedan: {left}).",
        rule="BCN-02",
        left=loan.protection_months_left,
    )
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="BCN-02")
    yield require(
        "months_left",
        loan.months_left >= law.months_left_min,
        "Mensualidades que le quedan: {left}; se piden {least}.",
        rule="BCN-02",
        left=loan.months_left,
        least=law.months_left_min,
    )
    yield require(
        "times",
        loan.times_borron_this_year < law.times_a_year,
        "Ya lo usó {times} veces este año.",
        rule="BCN-11",
        times=loan.times_borron_this_year,
    )
    yield require(
        "fits_the_term",
        needed <= loan.months_left,
        "Con su mensualidad no acaba a tiempo: meses que necesita, {needed}; le quedan, {left}.",
        rule="BCN-02",
        needed=needed,
        left=loan.months_left,
    )


def arrears_only(loan: Loan, law: OnlyUnits) -> Offer:
    """BCN-01, with what is capitalised as in BCN-09 and BCN-10. There was no benefit."""
    before = loan.terms(law)
    month = before.balance.month_at(before.rate, Rounding.HALF_UP)
    signing = Signing(
        interest=month.for_months(loan.months_missed),
        charges=before.charges.for_months(loan.months_missed),
    )
    after = before.signed(signing, overdue=NOTHING)
    return Offer(
        before,
        after,
        signing,
        working={
            "month": month,
            "interest": signing.interest,
            "charges": signing.charges,
            "balance": after.balance,
            "payments": where(loan.employed, law.employer_payments, law.own_payments),
            "benefit": NOTHING,
        },
    )


def quote(loan: Loan, law: Law) -> Offer:
    """BCN-03 to BCN-06, BCN-09, BCN-10, BCN-12. Few missed months and many differ in benefit."""
    before = loan.terms(law)
    month = before.balance.month_at(before.rate, Rounding.HALF_UP)
    charges = before.charges.for_months(loan.months_missed)

    few = loan.months_missed <= law.band_split
    signing = Signing(
        interest=month.for_months(loan.months_missed),
        charges=where(few, charges, NOTHING),
        waived=where(few, NOTHING, charges),
    )
    late_interest = month.for_months(loan.months_missed - law.band_split)
    reward = Reward(
        principal=where(few, before.instalment, late_interest),
        own_payments=law.own_payments,
        employer_payments=law.employer_payments,
    )
    after = before.signed(signing, overdue=NOTHING)
    return Offer(
        before,
        after,
        signing,
        reward=reward,
        on_default=OnDefault.REWARD_LAPSES,
        working={
            "month": month,
            "interest": signing.interest,
            "charges": signing.charges,
            "balance": after.balance,
            "waived": signing.waived,
            "payments": where(loan.employed, law.employer_payments, law.own_payments),
            "benefit": reward.principal,
        },
    )


PROGRAMME = Programme(
    "borron_y_cuenta_nueva",
    title="Borrón y Cuenta Nueva",
    family="regularizacion",
    promise="Queda al corriente debiendo {balance}; si después hace {payments} pagos completos "
    "seguidos, le descuentan {benefit}.",
    versions={
        "solo_vsm": Version(OnlyUnits, of_only_units, arrears_only),
        "convenio_privado": Version(Law, eligibility, quote),
    },
    labels={
        "month": "Interés de un mes",
        "interest": "Interés atrasado que se suma a su deuda",
        "charges": "Seguros y cuotas atrasados que se suman a su deuda",
        "balance": "Lo que debe después de firmar",
        "waived": "Seguros y cuotas atrasados que le perdonan",
        "payments": "Pagos completos seguidos que se piden (del patrón, si tiene trabajo formal)",
        "benefit": "Lo que le descuentan al cumplirlos",
    },
)
