"""Liberación a los 30 años: after so many full payments, whatever is left is no longer owed."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Common,
    Flag,
    Loan,
    Months,
    Offer,
    Programme,
    Requirements,
    Version,
    greatest,
    released,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The one text: the parameter is the projection's own."""

    releasing_payments: Months


def missing(loan: Loan, law: Law) -> Months:
    """TERM-01. Only full payments count, whenever they were made."""
    return greatest(law.releasing_payments - loan.months_paid, Months(0))


def complete(loan: Loan, law: Law) -> Flag:
    """TERM-01. Whether all of them are there."""
    return loan.months_paid >= law.releasing_payments


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """TERM-01. Months missed and months of prórroga put it off: they are no payments."""
    yield require(
        "owes", offer.before.balance > NOTHING, "Su crédito ya está liquidado.", rule="TERM-01"
    )
    yield require(
        "payments",
        complete(loan, law),
        "Pagos completos: {paid} de {needed}; le faltan {missing}. No cuentan los meses omitidos "
        "({missed}) ni los de prórroga ({deferred}).",
        rule="TERM-01",
        paid=loan.months_paid,
        needed=law.releasing_payments,
        missing=missing(loan, law),
        missed=loan.months_missed,
        deferred=loan.prorroga_months_used,
    )


def quote(loan: Loan, law: Law) -> Offer:
    """TERM-01 and TERM-03."""
    before = loan.terms(law)
    signing, after = released(before, loan.unpaid_interest, complete(loan, law))
    return Offer(
        before,
        after,
        signing,
        working={
            "paid": loan.months_paid,
            "missing": missing(loan, law),
            "released": signing.forgiven + signing.waived,
        },
    )


PROGRAMME = Programme(
    "liberacion_30_anos",
    title="Liberación a los 30 años",
    family="liberacion",
    promise="Con {paid} pagos completos ya no debe nada: se libera lo que queda, {released}, y se "
    "cancela la hipoteca.",
    versions={"pagos_efectivos": Version(Law, eligibility, quote)},
    labels={
        "paid": "Pagos completos que lleva",
        "missing": "Pagos completos que le faltan",
        "released": "Lo que se libera, con lo atrasado",
    },
)
