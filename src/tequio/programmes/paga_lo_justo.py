"""Paga lo Justo: a credit in units becomes one in pesos, at four percent and with a fixed
instalment."""

from dataclasses import dataclass

from tequio.core import (
    Common,
    Flag,
    Loan,
    Months,
    Offer,
    Programme,
    Rate,
    Requirements,
    Signing,
    Version,
    fixed_payment,
    require,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of 2025."""

    rate: Rate
    months_left_min: Months


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """PLJ-01, PLJ-04. That no restructure or prórroga is in force is in the matrix."""
    yield require("in_units", loan.indexed, "Su crédito ya está en pesos.", rule="PLJ-01")
    yield require(
        "sole_lender", ~loan.co_financed, "Su crédito está ligado a un banco.", rule="PLJ-01"
    )
    yield require("no_lawsuit", ~loan.in_court, "Hay un juicio en curso.", rule="PLJ-01")
    yield require(
        "months_left",
        loan.months_left >= law.months_left_min,
        "Ya está por terminar: mensualidades que le quedan, {left}.",
        rule="PLJ-04",
        left=loan.months_left,
    )


def quote(loan: Loan, law: Law) -> Offer:
    """PLJ-01, PLJ-03. The instalment falls, or the balance is cut to what it clears."""
    before = loan.terms(law)
    debt = before.balance + loan.unpaid_interest
    fixed = fixed_payment(before, debt, law.rate)
    signing = Signing(interest=loan.unpaid_interest, forgiven=debt - fixed.balance)
    after = before.signed(
        signing,
        instalment=fixed.instalment,
        rate=law.rate,
        indexed=Flag(False),
        fees=loan.protection_fee,
    )
    return Offer(
        before,
        after,
        signing,
        working={
            "debt": debt,
            "rate": law.rate,
            "level": fixed.level,
            "clears": fixed.clears,
            "instalment": fixed.instalment,
            "lower": before.instalment - fixed.instalment,
            "balance": fixed.balance,
            "forgiven": signing.forgiven,
        },
    )


PROGRAMME = Programme(
    "paga_lo_justo",
    title="Paga lo Justo",
    family="conversion",
    promise="Su crédito pasa a pesos: debe {balance} (le descuentan {forgiven}) y paga "
    "{instalment} fijos al mes ({lower} menos que hoy), más seguros, al {rate}.",
    versions={"primera": Version(Law, eligibility, quote)},
    labels={
        "debt": "Lo que debe hoy, en pesos, con el interés atrasado",
        "rate": "Tasa fija",
        "level": "Mensualidad que acaba con toda la deuda en su plazo",
        "clears": "Deuda que su mensualidad de hoy alcanza a pagar en su plazo",
        "instalment": "Mensualidad fija, sin seguros ni cuotas",
        "lower": "Lo que baja su mensualidad",
        "balance": "Lo que debe después de firmar",
        "forgiven": "Lo que le descuentan de la deuda",
    },
)
