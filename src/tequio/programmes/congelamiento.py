"""Congelamiento: what rose every year no longer does, and nobody has to ask for it."""

from dataclasses import dataclass, replace

from tequio.core import (
    Common,
    Day,
    Flag,
    Loan,
    Offer,
    Programme,
    Requirements,
    Version,
    require,
    solution_in_force,
)


@dataclass(frozen=True, slots=True, eq=False)
class UnitsLaw(Common):
    """The text of 2024."""

    units_before: Day


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The text of the reform."""

    pesos_from: Day
    pesos_before: Day


def of_units(loan: Loan, offer: Offer, law: UnitsLaw) -> Requirements:
    """FRZ-01."""
    yield require("in_units", loan.indexed, "Su crédito está en pesos, no en VSM.", rule="FRZ-01")
    yield require(
        "old_enough",
        loan.granted_on < law.units_before,
        "Su crédito es del {granted}; se pide que sea anterior al {before}.",
        rule="FRZ-01",
        granted=loan.granted_on,
        before=law.units_before,
    )


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """FRZ-02 to FRZ-04. In pesos, what rose was the instalment of those granted in these years."""
    yield require(
        "not_converted",
        loan.indexed | ~loan.converted,
        "Ya pasó a pesos por Responsabilidad Compartida: su mensualidad ya es fija.",
        rule="FRZ-04",
    )
    yield require(
        "not_before",
        loan.indexed | (loan.granted_on >= law.pesos_from),
        "Su crédito en pesos es del {granted}; se congelaron los otorgados desde el {since}.",
        rule="FRZ-04",
        granted=loan.granted_on,
        since=law.pesos_from,
    )
    yield require(
        "rising",
        loan.indexed | (loan.granted_on < law.pesos_before),
        "Su crédito es del {granted}: desde el {since} la mensualidad en pesos ya es fija.",
        rule="FRZ-04",
        granted=loan.granted_on,
        since=law.pesos_before,
    )


def quote(loan: Loan, law: Common) -> Offer:
    """FRZ-01 and FRZ-02. The same terms in pesos of the day, and no unit; a solution in force goes
    on as it was."""
    before = loan.terms(law)
    after = replace(before, indexed=Flag(False))
    return Offer(
        before,
        after,
        stages=(solution_in_force(loan),),
        working={"balance": after.balance, "instalment": after.instalment},
    )


PROGRAMME = Programme(
    "congelamiento",
    title="Congelamiento",
    family="congelamiento",
    promise="Sin pedirlo, su saldo queda en {balance} y su mensualidad en {instalment}, más "
    "seguros y cuotas: ya no suben cada año.",
    versions={
        "vsm_anteriores": Version(UnitsLaw, of_units, quote),
        "con_la_reforma": Version(Law, eligibility, quote),
    },
    labels={
        "balance": "Lo que debe, en pesos que ya no se actualizan",
        "instalment": "Mensualidad que ya no sube, sin seguros ni cuotas",
    },
)
