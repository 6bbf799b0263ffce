"""What `tequio demo` says of its three months: files, closes, agreements, a refund, an equation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tequio.cli.say import money

if TYPE_CHECKING:
    from tequio.web.quarter.told import Bounced, Example, MonthTold, Promises, Refunded, Told


def show(told: Told, files: Path) -> None:
    """Short: a line a month, and then what people did."""
    first = told.months[0]
    print(
        f"Tres meses de archivos simulados, con errores ({files}): llega dinero de "
        f"{first.credits:,} créditos;\nde los demás no hay archivos"
    )
    for month in told.months:
        show_month(month)
    show_promises(told.promises)
    show_bounced(told.bounced)
    show_refund(told.refunded)
    whole = told.equation
    print(
        f"Recibido {money(whole.received)} = aplicado {money(whole.applied)} + por aplicar "
        f"{money(whole.unapplied)} + devuelto {money(whole.returned)}"
        f"{'' if whole.holds else '   <-- NO CUADRA'}"
    )
    print(f"Balanza: todas las cuentas suman {money(told.months[-1].close.left_over)}")


def show_month(month: MonthTold) -> None:
    """What came and what was closed."""
    booked = sum(month.close.movements.values())
    print(
        f"· {month.month}: {month.files} archivos; "
        f"{month.taken:,} pagos por {money(month.received)}, "
        f"{month.unapplied:,} por aplicar; {month.set_aside:,} filas apartadas; "
        f"{month.late:,} pagos de meses cerrados\n"
        f"  Cerrado: {month.close.credits:,} créditos, {booked:,} movimientos; de los que tienen "
        f"archivos, {month.behind:,} deben mensualidades"
    )


def show_promises(promises: Promises) -> None:
    """How many were kept and broken, and one of each."""
    print(
        f"Convenios firmados: {promises.signed:,}; cumplidos {promises.kept:,}, vencidos "
        f"{promises.broken:,}, en vigor {promises.in_force:,}"
    )
    show_example("Cumplido", promises.kept_example)
    show_example("Vencido", promises.broken_example)


def show_example(word: str, example: Example | None) -> None:
    """One, with its reason."""
    if example is not None:
        print(f"· {word}: {example.title}, crédito {example.credit}. {example.why}")


def show_bounced(bounced: Bounced) -> None:
    """The payment that was taken back, and its effect."""
    print(
        f"Pago que rebotó: {money(bounced.amount)} del {bounced.day}, crédito {bounced.credit}. Se "
        f"reversó el {bounced.reversed_on}:\n  {bounced.undone} movimientos deshechos, "
        f"{bounced.booked} nuevos; debe {money(bounced.owed)} más"
    )


def show_refund(refunded: Refunded) -> None:
    """The excess, its folio and its dates."""
    days = refunded.steps
    print(
        f"Devolución {refunded.folio}: {money(refunded.amount)} pagados de más, crédito "
        f"{refunded.credit}.\n  Encontrada el {days['found']}, pedida el {days['asked']}, con dos "
        f"validaciones el {days['validated']}, pagada el {days['paid']}"
    )
