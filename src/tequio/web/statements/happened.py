"""What happened, in plain words: a line of the statement, a step, a correction."""

from __future__ import annotations

from tequio.core.spelling import decimal, long_date
from tequio.programmes import REGISTRY
from tequio.servicing.accounts import CHANNEL_LABELS, KIND_LABELS, Channel, Kind
from tequio.servicing.booked import OWN_KIND, Act
from tequio.servicing.lines import Correction, Line, Redone
from tequio.web.statements.document import Amount, Fact, Section, Table

TITLES = {programme.name: programme.title for programme in REGISTRY}
HEADERS = ("Fecha valor", "Qué pasó", "Se quitó", "Se registró", "Diferencia")
DONE = {
    "signing": "se firmó {title} con fecha {day}",
    "settlement": "se liquidó el crédito con un depósito, con fecha {day}",
    "release": "el seguro del crédito pagó lo que se debía, con fecha {day}",
    "refund": "se devolvió un saldo a favor, con fecha {day}",
    "reversal": "se quitó {receipt}: ese dinero no se cobró o no era de este crédito",
    "replay": "se supo tarde de {late}",
}
UNDONE = {
    "signing": "se anuló la firma de {title} del {day}",
    "settlement": "se anuló la liquidación del {day}",
    "release": "se anuló la liberación del {day}",
    "refund": "se anuló la devolución del {day}",
    "reversal": "se repuso {receipt}, que se había quitado",
}


def vsm(units: int) -> str:
    """Units with four decimals, as contracts say them."""
    return f"{decimal((units + 50) // 100, 4)} VSM"


def cause_of(act: Act, correction: Correction | None = None) -> str:
    """What a step was, to follow other words; `correction`: what it took back and booked."""
    of, said = (act.undoes, UNDONE) if act.undoes else (act, DONE)
    return said[of.kind].format(
        title=TITLES.get(of.programme, "una solución"),
        day=long_date(of.day),
        receipt=receipt_of(of),
        late=late_money(correction.rows if correction else ()),
    )


def late_money(rows: tuple[Redone, ...]) -> str:
    """What had not been counted."""
    fresh = [row for row in rows if row.received > row.received_before]
    if not fresh:
        return "un pago"
    money = Amount(sum(row.received - row.received_before for row in fresh)).shown
    days = sorted({row.day for row in fresh})
    on = f"el {long_date(days[0])}" if len(days) == 1 else f"en {len(days)} fechas"
    return f"{money} recibidos {on}"


def receipt_of(act: Act) -> str:
    """The payment that a step is about."""
    if act.received_on is None:
        return ""
    return f"el pago de {Amount(act.received).shown} del {long_date(act.received_on)}"


def what_happened(line: Line) -> str:
    """A line of the statement."""
    act = line.act
    if line.correction and act:
        return f"Corrección: {cause_of(act, line.correction)}"
    if act and OWN_KIND.get(act.kind) == line.kind:
        return STEPS[act.kind](line, act)
    if act and act.kind not in OWN_KIND and line.kind == Kind.ADJUSTMENT:
        return capital(cause_of(act))
    return KIND_LABELS[line.kind]


def capital(text: str) -> str:
    """The same as a sentence begins."""
    return text[:1].upper() + text[1:]


def signing(line: Line, act: Act) -> str:
    """A solution begins."""
    parts = [f"Firma de {TITLES.get(act.programme, 'una solución')}"]
    if line.given:
        parts.append(f"te descuentan {Amount(line.given).shown}")
    if line.joined > 0:
        parts.append(f"{Amount(line.joined).shown} de interés y cuotas pasan al capital")
    if turn := turned(line):
        parts.append(turn)
    return "; ".join(parts)


def turned(line: Line) -> str:
    """That the balance is in another measure than before, if it is and something is owed."""
    if line.owed and line.units_before and not line.units:
        return f"tu saldo pasa de {vsm(line.units_before)} a pesos"
    if line.owed and line.units and not line.units_before:
        return f"tu saldo vuelve a estar en VSM: {vsm(line.units)}"
    return ""


def settlement(line: Line, _: Act) -> str:
    """A deposit that closes the credit."""
    if line.received:
        return "Depósito por encima de lo que liquida: no se devuelve"
    if line.given:
        return "Descuento por liquidar: con tu depósito ya no debes nada"
    return "Liquidación: tu depósito cubrió todo lo que debías"


def release(_: Line, __: Act) -> str:
    """The fund's own insurance."""
    return "Liberación: el seguro del crédito pagó lo que debías"


def refund(line: Line, _: Act) -> str:
    """Money goes back."""
    return f"Devolución: se te dieron {Amount(line.returned).shown} de tu saldo a favor"


STEPS = {"signing": signing, "settlement": settlement, "release": release, "refund": refund}


def corrections(lines: tuple[Line, ...]) -> tuple[Section, ...]:
    """Each with what was taken back, what was booked instead, and what comes of it."""
    return tuple(
        section_of(line, line.correction, line.act)
        for line in lines
        if line.correction and line.act
    )


def section_of(line: Line, correction: Correction, act: Act) -> Section:
    """One correction."""
    before = line.owed - line.change
    facts = (
        Fact("Debías antes de corregir", Amount(before)),
        Fact("Debes después", Amount(line.owed)),
        Fact("Cambio en lo que debes", Amount(line.change), effect_of(line)),
    )
    rows = tuple(
        (
            long_date(row.day),
            movement_of(row),
            Amount(row.before),
            Amount(row.after),
            Amount(row.after - row.before),
        )
        for row in correction.rows
    )
    caption = "Cuánto cambiaba cada cosa lo que debes, y cuánto lo cambia ahora."
    return Section(
        f"Corrección del {long_date(line.day)}",
        tuple(explained(line, correction, act)),
        facts,
        Table(caption, HEADERS, rows) if rows else None,
    )


def explained(line: Line, correction: Correction, act: Act) -> list[str]:
    """Why, and what else comes of it."""
    again = (
        "Se volvió a hacer la cuenta desde esa fecha: se quitó lo que se había registrado y se "
        "registró lo que debió ser, cada cosa en su fecha."
    )
    said = [f"{capital(cause_of(act, correction))}. {again}"]
    if not line.owed - line.change and line.owed:
        said.append("Tu crédito ya no debía nada; con esta corrección vuelve a deber.")
    if turn := turned(line):
        said.append(f"{capital(turn)}.")
    if correction.same:
        said.append("Lo que quedó igual que antes no se repite aquí.")
    return said


def effect_of(line: Line) -> str:
    """In words."""
    if line.change < 0:
        return "Debes menos"
    return "Debes más" if line.change else "Debes lo mismo"


def movement_of(row: Redone) -> str:
    """What was booked, with the money that came if any."""
    words = KIND_LABELS[row.kind]
    if row.channel != Channel.NONE:
        words += f" ({CHANNEL_LABELS[row.channel]})"
    if row.received_before == row.received or not row.received_before or not row.received:
        money = row.received or row.received_before
        return f"{words} de {Amount(money).shown}" if money else words
    was, is_now = Amount(row.received_before).shown, Amount(row.received).shown
    return f"{words} de {is_now}; antes, de {was}"
