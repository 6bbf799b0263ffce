"""Borrowers of the demo, who do not exist and whose names say so."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tequio.web.quarter.cast import CLERK
from tequio.web.records.models import Person, Role
from tequio.web.records.people import do_give_role, do_identify_person


def person_of(key: str, credit: str, on: date, **facts: str) -> int:
    """The debtor of a credit, made now or before."""
    there = Role.objects.filter(source__key=f"{key}{credit}").first()
    if there is not None:
        return there.person_id
    with transaction.atomic():
        made = Person.objects.create().pk
        do_identify_person(f"{key}{credit}:quien", made, CLERK, **facts)
        do_give_role(f"{key}{credit}", credit, made, Role.Kind.DEBTOR, on, CLERK)
    return made
