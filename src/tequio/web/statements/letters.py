"""The letters: that nothing is owed, that the mortgage is free, and the interest of a year."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tequio.core.annuities import rounded
from tequio.core.spelling import decimal, long_date
from tequio.servicing.certificates import Ending, How, Interest
from tequio.servicing.statement import Subject
from tequio.web.statements.document import Amount, Document, Fact, Section

PREFIXES = {"liberacion": "LIB", "no-adeudo": "NAD", "intereses": "INT"}
FOLIO_DIGITS = 10
ENDED = {
    How.PAID: "se pagó completo",
    How.DISCOUNT: "se liquidó con un depósito y lo demás se descontó",
    How.RELEASED: "quedó liberado: el Instituto canceló lo que faltaba",
}


def release_letter(subject: Subject, ended: Ending, on: date) -> Document:
    """The mortgage is free."""
    text = (
        (
            f"El {long_date(ended.on)}, el crédito {subject.number} {ENDED[ended.how]}. Desde ese día "
            "no debe nada."
        ),
        (
            "El Instituto libera la hipoteca que garantizaba este crédito. Con esta carta se puede "
            "pedir su cancelación en el Registro Público de la Propiedad."
        ),
    )
    return letter("liberacion", "Carta de liberación de hipoteca", subject, on, text, ended)


def no_debt_letter(subject: Subject, ended: Ending, on: date) -> Document:
    """Nothing is owed."""
    text = (
        f"Al {long_date(on)}, el crédito {subject.number} no debe nada: ni capital, ni interés, ni "
        f"seguro, ni cuotas. El {long_date(ended.on)} {ENDED[ended.how]}."
    )
    return letter("no-adeudo", "Constancia de no adeudo", subject, on, (text,), ended)


def letter(
    kind: str, title: str, subject: Subject, on: date, text: tuple[str, ...], ended: Ending
) -> Document:
    """A letter about a debt that is over."""
    facts = [
        Fact("No debe desde el", long_date(ended.on)),
        Fact("Pagado según este libro", Amount(ended.paid)),
    ]
    if ended.forgiven:
        facts.append(Fact("Descontado o liberado", Amount(ended.forgiven)))
    if ended.in_favour:
        facts.append(Fact("Saldo a favor", Amount(ended.in_favour), "Se puede pedir su devolución"))
    made = Document(
        title=title,
        about=about(subject, on),
        lead=text[0],
        main=(Fact("Saldo", Amount(0)),),
        sections=(Section("Detalle", text[1:], tuple(facts)),),
        simulated=subject.simulated,
    )
    return with_folio(kind, made, on)


def interest_letter(subject: Subject, found: Interest, on: date) -> Document:
    """The interest of a year, for the tax return."""
    facts = [
        Fact("Interés nominal devengado", Amount(found.accrued), "El que se generó en el año"),
        Fact("Interés pagado", Amount(found.paid), "Por ti o por tu patrón"),
    ]
    if not found.indexed:
        facts += [
            Fact("Saldo promedio del año", Amount(found.mean_balance), "De los 12 fines de mes"),
            Fact("Inflación del año", inflation_of(found.inflation)),
            Fact("Ajuste por inflación", Amount(found.adjustment), "Saldo promedio por inflación"),
        ]
    facts.append(Fact("Interés real pagado", Amount(found.real)))
    made = Document(
        title=f"Constancia de intereses de {found.year}",
        about=about(subject, on),
        lead=f"En {found.year}, el interés real pagado de este crédito fue de "
        f"{Amount(found.real).shown}.",
        main=(Fact("Interés real pagado", Amount(found.real)),),
        sections=(
            Section("Los números", facts=tuple(facts)),
            Section("Cómo se calcula", how_it_is_worked_out(found)),
        ),
        simulated=subject.simulated,
    )
    return with_folio("intereses", made, on)


def how_it_is_worked_out(found: Interest) -> tuple[str, ...]:
    """The rule, and what of it is assumed."""
    rule = (
        "Este crédito está en VSM. El Reglamento de la Ley del Impuesto sobre la Renta (artículo 257) "
        "habla de créditos en pesos, en UDI y en dólares, no en VSM. Suponemos que se tratan como los "
        "de UDI: todo el interés pagado es real (fracción II)."
        if found.indexed
        else "Interés real = interés pagado menos ajuste por inflación, y nunca menos de cero. El "
        "ajuste es el saldo promedio de los 12 fines de mes por la inflación de diciembre a diciembre "
        "(Reglamento de la Ley del Impuesto sobre la Renta, artículo 257, fracción I)."
    )
    return (
        rule,
        "Suponemos que los apoyos de otros a tu mensualidad no son interés pagado por ti.",
        (
            "Un pago que se supo cuando su año ya estaba cerrado cuenta en el año en que se registró: "
            "es otro supuesto."
        ),
    )


def inflation_of(exact: Fraction) -> str:
    """A percentage with four decimals."""
    return f"{decimal(rounded(exact * 1_000_000), 4)} %"


def about(subject: Subject, on: date) -> tuple[Fact, ...]:
    """Whose letter it is."""
    found = [Fact("Crédito", subject.number)]
    if subject.holder:
        found.append(Fact("A nombre de", subject.holder))
    return (*found, Fact("Fecha", long_date(on)))


def with_folio(kind: str, made: Document, on: date) -> Document:
    """The letter with its folio: the same facts give the same one, and others another."""
    said = json.dumps(made.as_shown(), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()[:FOLIO_DIGITS].upper()
    return replace(made, folio=f"{PREFIXES[kind]}-{on:%Y%m%d}-{digest}")
