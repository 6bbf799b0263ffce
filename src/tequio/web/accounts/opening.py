"""Accounts opened, and passwords set anew: who she is by what is on record, a code sent there."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tequio.web.accounts.models import Code, User
from tequio.web.accounts.roles import OWNS, REPRESENTS, Role
from tequio.web.records import models
from tequio.web.records.people import people_with
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tequio.web.records.models import ContactPoint, Person

REACHED_BY = ("email", "phone")  # in the order in which a code is sent to one of them


def person_of(nss: str, curp: str, credit: str) -> Person | None:
    """The one person with this NSS, CURP and a credit of this number; None: nobody or doubles."""
    found = {p.pk for p in people_with("nss", nss)} & {p.pk for p in people_with("curp", curp)}
    roles = models.Role.objects.filter(
        person__in=found, credit__number=credit, kind__in=OWNS + REPRESENTS
    )
    people = {role.person_id for role in roles}
    return models.Person.objects.get(pk=people.pop()) if len(people) == 1 else None


def contact_for_code(person: Person) -> ContactPoint | None:
    """The newest way on record to send her a code."""
    points: Sequence[ContactPoint] = models.ContactPoint.objects.filter(
        person=person, kind__in=REACHED_BY
    ).order_by("-given_on", "-pk")
    by_kind = {point.kind: point for point in reversed(points)}
    return next((by_kind[kind] for kind in REACHED_BY if kind in by_kind), None)


def do_set_password(person: Person, password: str, use: Code.Use) -> User:
    """Open the account of somebody who proved who she is, or set its password anew; after a
    recovery at a centre its second factors go too, for she has lost them."""
    key = f"password:{person.pk}:{secrets.token_hex(8)}"
    asked = Asked("do_set_password", key, f"person:{person.pk}", content_of([key]))

    def write(_: int) -> Wrote:
        """The account; the chain says that it was opened, never with what."""
        user = User.objects.filter(person=person).first()
        opened = user is None
        if user is None:
            name = f"p{secrets.token_hex(8)}"
            user = User(username=name, role=Role.BORROWER, person=person)
        user.set_password(password)
        user.save()
        if use == Code.Use.RECOVER:
            user.authenticator_set.all().delete()
        return Wrote(after={"opened": opened, "proved_by": str(use)})

    once(asked, Who(f"person:{person.pk}", "portal"), write)
    return User.objects.get(person=person)


def do_give_recovery_code(person: Person, papers: Sequence[str], by: User) -> str:
    """A code to be printed for somebody whose papers an adviser has checked. It is not kept."""
    from tequio.web.accounts.codes import make_code

    key = f"recovery:{person.pk}:{secrets.token_hex(8)}"
    asked = Asked("do_give_recovery_code", key, f"person:{person.pk}", content_of([key, papers]))
    given = ""

    def write(_: int) -> Wrote:
        """The code, and which papers were seen."""
        nonlocal given
        given = make_code(person, Code.Use.RECOVER, issued_by=by)
        return Wrote(after={"papers": list(papers), "office": by.office})

    once(asked, Who(f"user:{by.username}", "mostrador"), write)
    return given
