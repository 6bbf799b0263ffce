"""The law in force at each step of a credit's life, as `tequio law` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tequio.core.law import Parameter, common, parsed, read_parameters
from tequio.core.months import last_of, spelled
from tequio.core.programme import InForce
from tequio.engine.values import value_words
from tequio.programmes import REGISTRY
from tequio.servicing.law import HERE
from tequio.servicing.refunds import own_parameters
from tequio.web.records.models import Agreement, ClosedPart, Credit, RefundRequest

HEADS = (
    "paso",
    "dia",
    "ley",
    "parametro",
    "que_es",
    "valor",
    "desde",
    "regla",
    "confianza",
    "fuente",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A step that a law decided: which law, and of which day."""

    step: str
    day: date
    law: str


def law_rows(credit: Credit) -> Iterator[tuple[str, ...]]:
    """Every parameter in force at every step, with its source."""
    for moment in moments(credit):
        for name, parameter in parameters_of(moment):
            known = [value for value in parameter.history if value.since <= moment.day]
            if not known or known[-1].ends:
                continue
            value = known[-1]
            yield (
                moment.step,
                str(moment.day),
                moment.law,
                name,
                parameter.label,
                value_words(parameter.unit, value.value),
                str(value.since),
                value.rule,
                value.confidence.spanish,
                value.published,
            )


def moments(credit: Credit) -> list[Moment]:
    """The steps of a credit, in the order of their days."""
    closed = ClosedPart.objects.filter(first__lte=credit.pk, last__gte=credit.pk)
    found = [
        Moment(f"cierre {spelled(month)}", last_of(month), "servicing")
        for month in closed.values_list("month", flat=True)
    ]
    found += [
        Moment(f"convenio {one.pk}", one.offered_on, one.programme)
        for one in Agreement.objects.filter(credit=credit)
    ]
    found += [
        Moment(f"devolución {one.refund_id}", one.on, "refunds")
        for one in RefundRequest.objects.filter(refund__credit=credit)
    ]
    return sorted(found, key=lambda one: (one.day, one.step))


def parameters_of(moment: Moment) -> Iterator[tuple[str, Parameter]]:
    """What the law of a step consists of: a programme's own text of that day, or servicing's."""
    if moment.law == "refunds":
        return iter(own_parameters().items())
    if moment.law == "servicing":
        return iter((common() | servicing_parameters()).items())
    for programme in REGISTRY:
        if programme.name == moment.law:
            status = programme.status(moment.day)
            if isinstance(status, InForce):
                return programme.book.named(status.version.law)
    return iter(())


def servicing_parameters() -> Mapping[str, Parameter]:
    """The entries of `servicing.toml`."""
    return read_parameters("servicing.toml", parsed(HERE / "servicing.toml"))
