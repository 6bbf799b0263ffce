"""Autoseguro: death, total disability or invalidity end the debt; a partial disability of half or
more brings two years without payments, and then the same if there is no new job."""

from dataclasses import dataclass

from tequio.core import (
    NOTHING,
    Code,
    Codes,
    Common,
    Gap,
    Loan,
    Months,
    Offer,
    Payer,
    Programme,
    Requirements,
    Share,
    Stage,
    Version,
    ask,
    released,
    require,
    where,
)


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    """The one text."""

    releasing: Codes  # events that end the debt at once
    pausing: Codes  # events that put payments off first
    disability_min: Share
    pause: Months


def eligibility(loan: Loan, offer: Offer, law: Law) -> Requirements:
    """SEG-01 and SEG-02."""
    pauses = loan.insured_event.among(law.pausing)
    yield require(
        "owes", offer.before.balance > NOTHING, "Su crédito ya está liquidado.", rule="SEG-01"
    )
    yield require(
        "event",
        loan.insured_event.among(law.releasing) | pauses,
        "No consta fallecimiento, incapacidad permanente ni invalidez definitiva.",
        rule="SEG-01",
    )
    yield ask(
        "disability",
        ~pauses | loan.disability_known,
        "Díganos de cuánto es su incapacidad: viene en el dictamen.",
        rule="SEG-03",
    )
    yield require(
        "disabled_enough",
        ~pauses | (loan.disability >= law.disability_min),
        "Su incapacidad parcial es de {disability}; se pide {least} o más.",
        rule="SEG-02",
        needs="disability",
        disability=loan.disability,
        least=law.disability_min,
    )
    yield require(
        "jobless",
        ~(pauses & loan.employed),
        "Con incapacidad parcial, es para quien no tiene trabajo formal.",
        rule="SEG-02",
    )
    yield require(
        "not_in_it",
        ~(pauses & (loan.solution_gap == Code(Gap.RELEASED))),
        "Ya está en esa prórroga: si no tiene otro trabajo, al terminar se libera lo que debe.",
        rule="SEG-02",
    )


def quote(loan: Loan, law: Law) -> Offer:
    """SEG-01, SEG-02, SEG-05. Today's debt is released, or no interest runs until it is."""
    before = loan.terms(law)
    now = loan.insured_event.among(law.releasing)
    pauses = loan.insured_event.among(law.pausing)
    signing, after = released(before, loan.unpaid_interest, now)
    months = where(pauses, law.pause, Months(0))
    return Offer(
        before,
        after,
        signing,
        stages=(Stage(NOTHING, months, Gap.RELEASED, Payer.NOBODY),),
        working={
            "released": signing.forgiven + signing.waived,
            "months": months,
            "later": where(pauses, before.balance, NOTHING),
        },
    )


PROGRAMME = Programme(
    "autoseguro",
    title="Autoseguro",
    family="seguro",
    promise="El seguro del Instituto libera la deuda (hoy mismo, {released}) (tras {months} meses "
    "de pagar solo seguros y cuotas, sin intereses, si no hay otro trabajo; hoy es de {later}).",
    versions={"articulo_51": Version(Law, eligibility, quote)},
    labels={
        "released": "Lo que se libera hoy, con lo atrasado",
        "months": "Meses sin mensualidades ni intereses antes de liberar",
        "later": "Lo que se libera después, en pesos de hoy",
    },
)
