"""A statement in words for a tired person: what I owe, by when I pay, where the money went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tequio.core.lists import SOLUTIONS
from tequio.core.spelling import MONTHS, decimal, long_date, percent
from tequio.servicing.accounts import CHANNEL_LABELS
from tequio.servicing.credit import ACTIVE, RELEASED
from tequio.servicing.references import transfer
from tequio.servicing.regimes import EXT
from tequio.servicing.statement import Flow, Statement
from tequio.web.statements.document import Amount, Document, Fact, Section, Table
from tequio.web.statements.happened import TITLES, corrections, vsm, what_happened

FORMS = (
    "Tu patrón la descuenta de tu sueldo",
    "Tú la pagas directamente",
    "Estás en prórroga",
)
NO_END = 9_999
LATE = (
    "Hay movimientos con fecha de un mes anterior: se supo de ellos cuando ese mes ya estaba "
    "cerrado, y cuentan en el mes en que se registraron. Tus estados de cuenta de antes no cambian."
)


def document_of(said: Statement) -> Document:
    """The statement as it is read."""
    sections = (
        what_is_owed(said),
        the_payment(said),
        how_to_pay(said),
        month_by_month(said),
        where_it_went(said),
        movements(said),
        *corrections(said.lines),
        support(said),
        about_this_sheet(said),
    )
    return Document(
        title="Estado de cuenta de tu crédito",
        about=about(said),
        lead=message(said),
        main=main_figures(said),
        sections=tuple(one for one in sections if one),
        simulated=said.subject.simulated,
    )


def about(said: Statement) -> tuple[Fact, ...]:
    """Whose statement it is, and of which days."""
    subject, whole = said.subject, said.whole
    found = [Fact("Crédito", subject.number)]
    if subject.holder:
        found.append(Fact("A nombre de", subject.holder))
    found.append(Fact("Periodo", f"{long_date(whole.first)} al {long_date(whole.last)}"))
    found.append(Fact("Fecha de corte", long_date(whole.last)))
    return tuple(found)


def message(said: Statement) -> str:
    """How it stands, and what to do next; one or two sentences."""
    if said.status != ACTIVE:
        how = "liberado" if said.status == RELEASED else "liquidado"
        if said.in_favour < 0:
            again = Amount(-said.in_favour).shown
            return (
                f"Tu crédito está {how}, pero se te devolvieron {again} de más: hay que reponerlos."
            )
        return f"Tu crédito está {how}: ya no debes nada."
    return late(said) if said.pending else on_time(said)


def late(said: Statement) -> str:
    """What it takes to be current."""
    owed = Amount(said.to_be_current).shown
    text = f"Tienes {pending(said.pending)}. Con {owed} te pones al corriente."
    if said.by_payroll:
        return f"{text} Si tu patrón ya te lo descontó, guarda tus recibos de nómina."
    return text


def on_time(said: Statement) -> str:
    """What comes next."""
    instalment, due = Amount(said.instalment).shown, long_date(said.due_on)
    if said.regime == EXT:
        return (
            f"Estás en prórroga y vas al corriente. Tu pago del mes que sigue es de {instalment}."
        )
    if said.by_payroll:
        return f"Vas al corriente. Tu patrón descuenta {instalment} de tu sueldo cada mes."
    if said.unapplied and not said.to_pay:
        return "Vas al corriente. Tu siguiente pago ya está cubierto con lo que pagaste de más."
    return f"Vas al corriente. Tu siguiente pago es de {instalment}, a más tardar el {due}."


def main_figures(said: Statement) -> tuple[Fact, ...]:
    """What who reads nothing else needs."""
    owed = said.owed
    units = f"{vsm(owed.units)} de capital" if said.indexed else "Capital, interés y cuotas"
    if said.status != ACTIVE:
        again = max(-said.in_favour, 0)
        note = "Lo que se te devolvió de más" if again else "Ya no tienes que pagar."
        return (Fact("Debes en total", Amount(owed.total + again), note),)
    month = MONTHS[next_month(said) - 1]
    by = "Tu patrón lo envía" if said.by_payroll else "Págalo"
    return (
        Fact("Debes en total", Amount(owed.total), units),
        Fact("Para ponerte al corriente", Amount(said.to_be_current), pending(said.pending)),
        Fact(
            f"Tu pago de {month}",
            Amount(said.instalment),
            f"{by} a más tardar el {long_date(said.due_on)}",
        ),
    )


def next_month(said: Statement) -> int:
    """The month that follows the cut."""
    return said.whole.last.month % 12 + 1


def pending(count: int) -> str:
    """How many payments are late."""
    if count == 0:
        return "No tienes pagos pendientes"
    return "1 pago pendiente" if count == 1 else f"{count} pagos pendientes"


def what_is_owed(said: Statement) -> Section:
    """The balance, by what it is."""
    owed = said.owed
    facts = [
        Fact("Capital", Amount(owed.principal), "Lo que falta de lo que te prestaron"),
        Fact("Interés", Amount(owed.interest)),
        Fact("Seguro y cuotas", Amount(owed.charges)),
        Fact("Saldo total", Amount(owed.total)),
    ]
    if said.indexed:
        facts.append(Fact("Capital en VSM", vsm(owed.units), "Veces salario mínimo, mensuales"))
    if said.support.converted or said.fund_pays:
        facts.append(Fact("De ese saldo, tú debes", Amount(owed.total - said.fund_pays)))
        facts.append(Fact("El Infonavit pagará", Amount(said.fund_pays), "Si cumples tu convenio"))
    if said.in_favour < 0:
        why = "El pago del que salió no se cobró: hay que reponerlo"
        facts.append(Fact("Se te devolvió de más", Amount(-said.in_favour), why))
    if said.in_favour > 0:
        facts.append(Fact("Saldo a tu favor", Amount(said.in_favour), "Puedes pedir que te lo den"))
    if said.unapplied:
        facts.append(Fact("Pagos por aplicar", Amount(said.unapplied), "Cubren tu próximo pago"))
    return Section("Lo que debes", facts=tuple(facts))


def the_payment(said: Statement) -> Section | None:
    """The next instalment, and what is late."""
    if said.status != ACTIVE:
        return None
    facts = [
        Fact("Forma de pago", FORMS[said.regime]),
        Fact("Mensualidad", Amount(said.instalment), "Con seguro y cuotas"),
        Fact("Tasa de interés", f"{percent(said.rate)} anual"),
    ]
    if said.factor:
        facts.append(Fact("Factor de descuento", f"{decimal(said.factor, 2)} VSM diarios al mes"))
    facts += [
        Fact("Pagos pendientes", str(said.pending)),
        Fact("Total para estar al corriente", Amount(said.to_be_current)),
        Fact("Fecha límite de pago", long_date(said.due_on)),
    ]
    if not said.by_payroll:
        last = "Lo pendiente más el pago del mes" if said.pending else "El pago del mes"
        less = ", menos lo que ya pagaste y falta aplicar" if said.unapplied else ""
        facts.append(Fact("Total a pagar en esa fecha", Amount(said.to_pay), last + less))
    facts.append(
        Fact("Para liquidar el crédito", Amount(said.to_settle), "Al día siguiente del corte")
    )
    return Section("Tu pago", facts=tuple(facts))


def how_to_pay(said: Statement) -> Section | None:
    """A SPEI transfer, and the reference as a QR."""
    if said.status != ACTIVE:
        return None
    to = transfer(said.subject.number)
    paragraphs = ["Haz una transferencia SPEI desde tu banco con estos datos."]
    if said.by_payroll:
        paragraphs.append("Tu patrón ya paga tu mensualidad: esto es solo si quieres pagar aparte.")
    if said.subject.simulated:
        paragraphs.insert(0, "No pagues con esta hoja: sus datos son simulados.")
    return Section(
        "Cómo pagar",
        tuple(paragraphs),
        (
            Fact("Banco", to.bank),
            Fact("CLABE", to.clabe),
            Fact("Referencia numérica", to.reference),
            Fact("Concepto", to.concept, "Tu número de crédito, 10 dígitos"),
            Fact("Línea de captura", said.capture_line, "También está en el código QR"),
        ),
        code=said.capture_line,
    )


def month_name(flow: Flow) -> str:
    """`junio de 2024`."""
    return f"{MONTHS[flow.first.month - 1]} de {flow.first.year}"


def month_by_month(said: Statement) -> Section:
    """What was owed, what was added and taken off, and what is owed: each row adds up."""
    columns: tuple[tuple[str, Sequence[int]], ...] = tuple(
        (header, [amount(flow) for flow in said.months])
        for header, amount in (
            ("Interés", lambda f: f.interest),
            ("Seguro y cuotas", lambda f: f.charges),
            ("Actualización", lambda f: f.indexation),
            ("Pagaste", lambda f: -f.paid),
            ("Tu patrón", lambda f: -f.employer),
            ("Apoyos y descuentos", lambda f: -f.complements - f.discounts),
            ("Guardado y ajustes", lambda f: f.kept + f.others),
        )
    )
    used = [(header, amounts) for header, amounts in columns if any(amounts)]
    rows = tuple(
        (
            month_name(flow),
            Amount(flow.opening.total),
            *(Amount(amounts[place]) for _, amounts in used),
            Amount(flow.closing.total),
        )
        for place, flow in enumerate(said.months)
    )
    headers = ("Mes", "Debías", *(header for header, _ in used), "Debes")
    caption = "Lo que debías, más lo que se sumó, menos lo que se pagó, da lo que debes."
    return Section("Mes a mes", table=Table(caption, headers, rows))


def where_it_went(said: Statement) -> Section | None:
    """How each month's money was applied."""
    rows = tuple(
        (
            month_name(flow),
            *map(Amount, (flow.to_charges, flow.to_interest, flow.to_principal)),
            Amount(flow.to_charges + flow.to_interest + flow.to_principal),
        )
        for flow in said.months
        if flow.to_charges or flow.to_interest or flow.to_principal
    )
    if not rows:
        return None
    headers = ("Mes", "Seguro y cuotas", "Interés", "Capital", "Total")
    caption = "De lo recibido cada mes, qué parte cubrió cada cosa."
    return Section("A dónde fue lo que se pagó", table=Table(caption, headers, rows))


def movements(said: Statement) -> Section:
    """Every line of the period."""
    rows = tuple(
        (
            long_date(line.day),
            what_happened(line),
            CHANNEL_LABELS[line.channel],
            Amount(line.received),
            Amount(line.change),
            Amount(line.owed),
        )
        for line in said.lines
    )
    if not rows:
        return Section("Movimientos", ("No hubo movimientos en este periodo.",))
    headers = ("Fecha", "Qué pasó", "Canal", "Recibido", "Cambio en lo que debes", "Debes")
    notes = (LATE,) if any(line.late for line in said.lines) else ()
    caption = "En el orden en que se registraron."
    return Section("Movimientos", notes, table=Table(caption, headers, rows))


def support(said: Statement) -> Section:
    """Prórrogas and solutions."""
    known = said.support
    facts = []
    if known.solution:
        name = SOLUTIONS[known.solution]
        since = f"Desde el {long_date(known.solution_from)}" if known.solution_from else ""
        facts.append(Fact("Solución vigente", TITLES[name], since))
        left = known.solution_months_left
        facts.append(Fact("Meses que le quedan", "Sin fin" if left >= NO_END else str(left)))
    else:
        facts.append(Fact("Solución vigente", "Ninguna"))
    facts.append(Fact("Meses de prórroga usados", str(known.extension_months_used)))
    facts.append(
        Fact("Meses disponibles del fondo de protección", str(known.protection_months_left))
    )
    return Section("Prórrogas y apoyos", facts=tuple(facts))


def about_this_sheet(said: Statement) -> Section:
    """What is assumed, in plain words."""
    paragraphs = [
        (
            "Un pago cubre primero el mes más antiguo: seguro, cuotas, interés y capital, en ese "
            "orden. No encontramos una regla oficial publicada; ese orden es un supuesto."
        ),
        "La fecha límite, si pagas directamente, es el último día del mes: también es un supuesto.",
        (
            "La línea de captura es de este sistema: es tu número de crédito, el año y el mes, y "
            "un dígito verificador. No es la del portal del Infonavit."
        ),
    ]
    if said.whole.first <= said.subject.known_since + timedelta(days=1):
        paragraphs.append(
            f"Este libro conoce tu crédito desde el {long_date(said.subject.known_since)}; lo "
            "anterior no está aquí."
        )
    if said.indexed:
        paragraphs.append(
            "Tu crédito está en VSM. Su valor en pesos cambia cada enero con la unidad que fija el "
            "Infonavit; en esta hoja ese cambio se llama actualización."
        )
    return Section("Sobre esta hoja", tuple(paragraphs))
