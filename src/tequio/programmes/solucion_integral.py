"""Solución Integral: who has paid 2.7 times what was lent owes nothing; the others get a fixed
instalment, a rate by income and, in some cases, a cut."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Codes,
    Common,
    Day,
    Flag,
    Loan,
    Months,
    Offer,
    Programme,
    Rate,
    Requirements,
    Rounding,
    Share,
    Signing,
    Table,
    Version,
    ask,
    fixed_payment,
    least,
    require,
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of 2025-11."""

    granted_before: Day
    excluded: Codes
    paid_multiple: Share  # of the amount lent
    rate_by_wage: Table[Share, Rate]  # by wage in monthly UMA
    wage_step: Share


def settled(loan: Loan, law: Law) -> Flag:
    """SI-02. Principal and interest paid, against what was lent, compared without rounding."""
    paid = loan.principal_paid + loan.interest_paid
    return paid >= loan.granted.times(law.paid_multiple, Rounding.UP)


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """SI-01. It is automatic; a rate and a term are needed only by who is not settled."""
    done = settled(loan, law)
    yield require(
        "owes", offer.before.balance > NOTHING, "Su crédito ya está liquidado.", rule="SI-01"
    )
    yield require(
        "old_enough",
        loan.granted_on < law.granted_before,
        "Su crédito es del {granted}; se pide que sea anterior al {before}.",
        rule="SI-01",
        granted=loan.granted_on,
        before=law.granted_before,
    )
    yield require(
        "sole_lender", ~loan.co_financed, "Su crédito está ligado a un banco.", rule="SI-01"
    )
    yield require(
        "product",
        ~loan.product.among(law.excluded),
        "Su tipo de crédito no entra.",
        rule="SI-06",
    )
    yield ask(
        "income",
        done | loan.income_is_known(),
        "Díganos cuánto gana al mes: de eso depende su tasa.",
        rule="SI-07",
    )
    yield require(
        "term_left",
        done | (offer.before.months_left > Months(0)),
        "Ya terminó su plazo original: pida la revisión de los 30 años.",
        rule="SI-04",
    )


def quote(loan: Loan, law: Law) -> Offer:
    """SI-02 to SI-04. The rate of the wage, never above today's; the debt fits the term."""
    before = loan.terms(law)
    done = settled(loan, law)
    debt = before.balance + loan.unpaid_interest
    wage_in_uma = loan.income().ratio(law.uma_monthly, Rounding.DOWN).down_to(law.wage_step)
    rate = least(law.rate_by_wage.at(wage_in_uma), before.rate)
    fixed = fixed_payment(before, debt, rate)
    instalment = where(done, NOTHING, fixed.instalment)
    balance = where(done, NOTHING, fixed.balance)
    signing = Signing(
        interest=loan.unpaid_interest,
        forgiven=debt - balance,
        waived=where(done, before.overdue - loan.unpaid_interest, NOTHING),
    )
    after = before.signed(
        signing,
        instalment=instalment,
        rate=rate,
        indexed=Flag(False),
        insurance=where(done, NOTHING, before.insurance),
        fees=where(done, NOTHING, before.fees),
        employer=where(done, NOTHING, before.employer),
    )
    return Offer(
        before,
        after,
        signing,
        working={
            "paid": loan.principal_paid + loan.interest_paid,
            "enough": loan.granted.times(law.paid_multiple, Rounding.UP),
            "debt": debt,
            "wage_in_uma": wage_in_uma,
            "rate": rate,
            "level": fixed.level,
            "clears": fixed.clears,
            "instalment": instalment,
            "balance": balance,
            "forgiven": signing.forgiven,
            "waived": signing.waived,
        },
    )


PROGRAMME = Programme(
    "solucion_integral",
    title="Solución Integral",
    family="conversion",
    promise="Debe {balance} (le descuentan {forgiven}) y paga {instalment} fijos al mes, más "
    "seguros y cuotas mientras deba.",
    versions={"primera": Version(Law, eligibility, quote)},
    labels={
        "paid": "Lo que ha pagado de capital e interés",
        "enough": "Con cuánto pagado ya no debe nada",
        "debt": "Lo que debe hoy, en pesos, con el interés atrasado",
        "wage_in_uma": "Su ingreso comparado con la UMA mensual",
        "rate": "Tasa fija",
        "level": "Mensualidad que acaba con toda la deuda en su plazo",
        "clears": "Deuda que su mensualidad de hoy alcanza a pagar en su plazo",
        "instalment": "Mensualidad fija, sin seguros ni cuotas",
        "balance": "Lo que debe después",
        "forgiven": "Lo que le descuentan de la deuda",
        "waived": "Seguros y cuotas atrasados que le perdonan",
    },
)
