"""Months of the ledger: which are closed, which is next."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.db.models import Count

from tequio.core.law import Book, Common, common
from tequio.core.months import last_of, month_number, spelled
from tequio.core.working_days import STATUTORY
from tequio.engine.errors import Refused
from tequio.servicing.close import rules_of
from tequio.servicing.posting import Rules
from tequio.web.records.loading import unfinished
from tequio.web.records.models import ClosedPart, Load


@cache
def rules_in(month: int) -> Rules:
    """The law of a month with its index, which is that of its last day, and its days of rest."""
    law = Book("common", {}, common()).at(Common, last_of(month))
    return rules_of(month, int(law.umi.values[0]), STATUTORY)


def first_month(load: Load) -> int:
    """The first month that the credits of a load are closed in: it begins after the cut."""
    return month_number(load.as_of) + 1


def loads_in(month: int) -> list[Load]:
    """Loads whose credits are there in a month."""
    return [load for load in portfolios() if first_month(load) <= month]


def portfolios() -> list[Load]:
    """Loads in the order in which they came in; those of credits that were settled before are
    none."""
    return list(Load.objects.filter(parts__gt=0).order_by("pk"))


def refuse_out_of_order(month: int) -> None:
    """Refused: an earlier month is open, or nothing was there yet."""
    loads = loads_in(month)
    if not loads:
        starts = min((first_month(load) for load in portfolios()), default=None)
        if starts is None:
            raise Refused("El libro no tiene créditos. Cárguelos con: ./tequio db load.")
        raise Refused(
            f"En {spelled(month)} el libro aún no tenía créditos: el primer mes que se cierra es "
            f"{spelled(starts)}."
        )
    for load in loads:
        for earlier in range(first_month(load), month):
            if ClosedPart.objects.filter(load=load, month=earlier).count() < load.parts:
                raise Refused(
                    f"Antes de {spelled(month)} falta cerrar {spelled(earlier)}: los meses se "
                    f"cierran en orden. Ciérrelo con: ./tequio close {spelled(earlier)}."
                )


def refuse_half_loaded() -> None:
    """Refused: a load is half done."""
    if half := unfinished():
        raise Refused(
            f"La carga de una cartera del {half[0].as_of} quedó a medias. "
            "Termínela: repita ./tequio db load con el mismo archivo."
        )


def half_closed() -> list[int]:
    """Months of which some credits are closed and others not, oldest first."""
    counted = ClosedPart.objects.values("load", "load__parts", "month").annotate(done=Count("pk"))
    return sorted({one["month"] for one in counted if one["done"] < one["load__parts"]})


def refuse_half_closed(day: date) -> None:
    """Refused: on that day some credits are closed and others not."""
    for month in half_closed():
        if last_of(month) <= day:
            raise Refused(
                f"El cierre de {spelled(month)} quedó a medias. "
                f"Termínelo: ./tequio close {spelled(month)}."
            )


def last_close() -> date | None:
    """The day to which the books are closed: the end of the newest month closed for every load that
    was there, or the cut of the newest portfolio that came in; None: there is neither."""
    counted = ClosedPart.objects.values("load", "load__parts", "month").annotate(done=Count("pk"))
    whole = {(one["load"], one["month"]) for one in counted if one["done"] == one["load__parts"]}
    for month in sorted({month for _, month in whole}, reverse=True):
        if all((load.pk, month) in whole for load in loads_in(month)):
            return last_of(month)
    return max((load.as_of for load in portfolios()), default=None)
