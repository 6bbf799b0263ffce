"""Prórroga: who loses the job pays nothing for some months; until 2025 the interest ran on."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Common,
    Day,
    Gap,
    Loan,
    Money,
    Months,
    Offer,
    OnDefault,
    Payer,
    Programme,
    Requirements,
    Rounding,
    Stage,
    Terms,
    Version,
    greatest,
    least,
    require,
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The parameters of both texts, which differ in what becomes of the interest."""

    months_in_a_row_max: Months
    months_in_life_max: Months
    life_limit_from: Day  # credits granted before have no limit for life
    missed_max: Months
    without_job_min: Months


def months_available(loan: Loan, law: Law) -> Months:
    """PRO-01. What is left of the life's months, up to those that may be taken at once."""
    left = greatest(law.months_in_life_max - loan.prorroga_months_used, Months(0))
    limited = loan.granted_on >= law.life_limit_from
    return where(limited, least(left, law.months_in_a_row_max), law.months_in_a_row_max)


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """PRO-01, PRO-03 and PRO-04."""
    yield require("jobless", ~loan.employed, "Es para quien perdió su trabajo.", rule="PRO-03")
    yield require(
        "without_job",
        loan.employed | (loan.months_without_job >= law.without_job_min),
        "Meses que lleva sin trabajo: {months}; se piden {least}.",
        rule="PRO-04",
        months=loan.months_without_job,
        least=law.without_job_min,
    )
    yield require(
        "no_own_payment",
        ~loan.paid_without_job,
        "Ya pagó por su cuenta después de perder el trabajo.",
        rule="PRO-03",
    )
    yield require(
        "missed",
        loan.months_missed <= law.missed_max,
        "Debe {missed} mensualidades; el máximo es {most}.",
        rule="PRO-03",
        missed=loan.months_missed,
        most=law.missed_max,
    )
    yield require(
        "months_available",
        months_available(loan, law) > Months(0),
        "Ya usó {used} meses de prórroga; en la vida del crédito son {most}.",
        rule="PRO-01",
        used=loan.prorroga_months_used,
        most=law.months_in_life_max,
    )


def with_interest(loan: Loan, law: Law) -> Offer:
    """PRO-02, until 2025, and PRO-05. Simple interest joins the debt when the prórroga ends."""
    before, months = loan.terms(law), months_available(loan, law)
    month = before.balance.month_at(loan.rate, Rounding.HALF_UP)
    grown = {"month": month, "added": month.for_months(months)}
    return standing_still(before, months, Gap.CAPITALISED, grown)


def without_interest(loan: Loan, law: Law) -> Offer:
    """PRO-02, since the reform: the debt stands still."""
    before, months = loan.terms(law), months_available(loan, law)
    return standing_still(before, months, Gap.NO_INTEREST, {"added": NOTHING})


def standing_still(before: Terms, months: Months, gap: Gap, grown: dict[str, Money]) -> Offer:
    """PRO-05. Nothing is paid but insurance and fees; afterwards everything goes on as it was."""
    return Offer(
        before,
        before,
        stages=(Stage(NOTHING, months, gap, Payer.NOBODY),),
        on_default=OnDefault.NOTHING,
        working={"months": months, **grown},
    )


PROGRAMME = Programme(
    "prorroga",
    title="Prórroga",
    family="prorroga",
    promise="Hasta {months} meses, o hasta que tenga otro trabajo, paga solo seguros y cuotas "
    "(su deuda sube {added} si los usa todos).",
    versions={
        "con_intereses": Version(Law, eligibility, with_interest),
        "sin_intereses": Version(Law, eligibility, without_interest),
    },
    labels={
        "months": "Meses que puede usar",
        "month": "Interés de un mes que se suma a su deuda",
        "added": "Lo que sube su deuda si los usa todos",
    },
    lost_with_job="PRO-03",
)
