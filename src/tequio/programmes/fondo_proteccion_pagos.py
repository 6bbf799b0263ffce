"""Fondo de Protección de Pagos: who loses the job pays a tenth; the fund that they paid for, the
rest."""

from dataclasses import dataclass, replace

from tequio.core import (
    NOTHING,
    Codes,
    Common,
    Day,
    Loan,
    Money,
    Months,
    Offer,
    Payer,
    Programme,
    Requirements,
    Rounding,
    Share,
    Table,
    Terms,
    Units,
    Version,
    least,
    reduced_payment,
    require,
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class Fund(Common):
    """What both texts have."""

    granted_from: Day
    without_job_min: Months
    months_in_job_min: Months
    barred_events: Codes


@dataclass(frozen=True, slots=True, eq=False)
class FixedSums(Fund):
    """The text of 2017: one of three sums, asked for within a year and a half."""

    without_job_max: Months
    sums: Table[Money, Money]  # by instalment


@dataclass(frozen=True, slots=True, eq=False)
class Law(Fund):
    """The text in force."""

    share: Share  # of the instalment without a job


def instalment_without_job(loan: Loan, before: Terms, law: Fund) -> Money:
    """The REA factor, where it is another; else the instalment due."""
    rea = where(loan.indexed, loan.rea_instalment_units.pesos(law.umi), loan.rea_instalment)
    return where(rea > NOTHING, rea, before.instalment)


def of_fixed_sums(loan: Loan, offer: Offer, law: FixedSums) -> Requirements:
    """FPP-05. What else was asked then is taken from the text in force."""
    yield from eligibility(loan, offer, law)
    yield require(
        "soon_enough",
        loan.months_without_job <= law.without_job_max,
        "Meses que lleva sin trabajo: {months}; el máximo es {most}.",
        rule="FPP-05",
        months=loan.months_without_job,
        most=law.without_job_max,
    )


def eligibility(loan: Loan, offer: Offer, law: Fund) -> Requirements:
    """FPP-01, FPP-03, FPP-07."""
    yield require(
        "has_fund",
        loan.granted_on >= law.granted_from,
        "Su crédito es del {granted}: tienen fondo los otorgados desde el {since}.",
        rule="FPP-01",
        granted=loan.granted_on,
        since=law.granted_from,
    )
    yield from lost_job(loan, law)
    yield require(
        "protection_left",
        loan.protection_months_left > Months(0),
        "Ya usó los meses de su fondo en estos 5 años.",
        rule="FPP-03",
    )
    yield require(
        "current",
        loan.months_missed == Months(0),
        "Primero póngase al corriente (mensualidades que debe: {missed}).",
        rule="FPP-07",
        missed=loan.months_missed,
    )


def lost_job(loan: Loan, law: Fund) -> Requirements:
    """FPP-03 and FPP-08. How the job was lost, how long ago, and how long it had lasted."""
    yield require("jobless", ~loan.employed, "Es para quien perdió su trabajo.", rule="FPP-03")
    yield require(
        "no_pension",
        ~loan.pensioned,
        "No es para quien dejó el trabajo por pensión.",
        rule="FPP-03",
    )
    yield require(
        "no_disability",
        ~loan.insured_event.among(law.barred_events),
        "Por incapacidad o invalidez no es este fondo: pregunte por el Autoseguro.",
        rule="FPP-03",
    )
    yield require(
        "without_job",
        loan.employed | (loan.months_without_job >= law.without_job_min),
        "Meses que lleva sin trabajo: {months}; se piden {least}.",
        rule="FPP-03",
        months=loan.months_without_job,
        least=law.without_job_min,
    )
    yield require(
        "months_in_job",
        loan.employed | (loan.months_in_last_job >= law.months_in_job_min),
        "Meses que duró su último trabajo: {months}; se piden {least}.",
        rule="FPP-03",
        months=loan.months_in_last_job,
        least=law.months_in_job_min,
    )


def in_fixed_sums(loan: Loan, law: FixedSums) -> Offer:
    """FPP-05."""
    before = loan.terms(law)
    instalment = instalment_without_job(loan, before, law)
    return shared(loan, before, instalment, least(law.sums.at(instalment), instalment))


def quote(loan: Loan, law: Law) -> Offer:
    """FPP-02."""
    before = loan.terms(law)
    instalment = instalment_without_job(loan, before, law)
    return shared(loan, before, instalment, instalment.times(law.share, Rounding.HALF_UP))


def shared(loan: Loan, before: Terms, instalment: Money, pays: Money) -> Offer:
    """FPP-02 and FPP-04. Without a job the instalment is that of the REA factor, also after."""
    rea_units = loan.rea_instalment_units
    units = where(rea_units > Units(0), rea_units, loan.instalment_units)
    after = replace(before, instalment=instalment, instalment_units=units)
    return reduced_payment(
        before,
        after,
        pays,
        loan.protection_months_left,
        steps={"instalment": instalment},
        payer=Payer.PROTECTION_FUND,
    )


PROGRAMME = Programme(
    "fondo_proteccion_pagos",
    title="Fondo de Protección de Pagos",
    family="fondo",
    promise="Hasta {months} meses paga {pays}, más seguros y cuotas; su fondo pone lo que "
    "falta, hoy {relieved} al mes.",
    versions={
        "cantidades_fijas": Version(FixedSums, of_fixed_sums, in_fixed_sums),
        "diez_por_ciento": Version(Law, eligibility, quote),
    },
    labels={
        "instalment": "Su mensualidad sin empleo, sin seguros ni cuotas",
        "pays": "Lo que paga al mes, sin seguros ni cuotas",
        "relieved": "Lo que pone el fondo cada mes",
        "months": "Meses que le quedan",
        "given": "Lo que pone el fondo en total, con la unidad de hoy",
    },
    lost_with_job="FPP-03",
)
