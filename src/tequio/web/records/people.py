"""People: who is who, how they are reached, and the keys that keep it from other eyes.

The chain says which facts of a person were set, never what they are.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import date

from django.db import models, transaction

from tequio.engine.errors import Refused
from tequio.engine.identifiers import CHECKS, compact
from tequio.web.keys import keys
from tequio.web.records.models import (
    ContactPoint,
    Credit,
    Payer,
    Person,
    Proof,
    RefundAccount,
    Role,
)
from tequio.web.records.sealing import Sealed, pair
from tequio.web.records.tables import new_ids
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

SEALED: dict[type[models.Model], tuple[str, ...]] = {
    Person: ("name", "nss", "curp"),
    ContactPoint: ("value",),
    Payer: ("name", "concept"),
    Proof: ("content",),
    RefundAccount: ("clabe", "holder", "salt"),
}
BATCH = 1_000  # rows sealed anew in one write


def do_identify_person(key: str, person: int, who: Who, **facts: str) -> Person:
    """Set a person's name, NSS or CURP. Refused: a wrong check digit, or no such person.

    An empty text takes the fact away; what is not named stays.
    """
    facts = {n: compact(text) if n in CHECKS else text.strip() for n, text in facts.items()}
    for name, text in facts.items():
        assert name in SEALED[Person], name
        if text and name in CHECKS and (wrong := CHECKS[name](text)):
            raise Refused(wrong)

    def write(_: int) -> Wrote:
        """The sealed values."""
        found = person_at(person)
        before = {name: bool(getattr(found, name)) for name in facts}
        for name, text in facts.items():
            setattr(found, name, text)
        found.save()
        return Wrote(before=before, after={name: bool(text) for name, text in facts.items()})

    asked = Asked("do_identify_person", key, f"person:{person}", kept_secret([person, facts]))
    once(asked, who, write)
    return person_at(person)


def do_add_contact(
    key: str, person: int, kind: str, value: str, *, given_by: str, on: date, who: Who
) -> ContactPoint:
    """A way to reach a person: who gave it, and when."""
    said = {"kind": kind, "given_by": given_by, "given_on": on}

    def write(source: int) -> Wrote:
        """One row, whose key comes first, since its value is bound to it."""
        owner = person_at(person)
        point = ContactPoint(id=new_ids(ContactPoint, 1)[0].as_py(), person=owner, **said)
        point.source_id, point.value = source, value.strip()
        point.save(force_insert=True)
        return Wrote(after={**said, "contact": point.pk})

    content = kept_secret([person, said, value.strip()])
    once(Asked("do_add_contact", key, f"person:{person}", content), who, write)
    return ContactPoint.objects.get(source__key=key)


def do_give_role(key: str, credit: str, person: int, kind: str, on: date, who: Who) -> Role:
    """What a person is to a credit from a day on; one person may be several things to several."""
    found = Credit.objects.filter(number=credit).first()
    if found is None:
        raise Refused(f"El crédito {credit} no está en el libro. Revise el número.")

    def write(source: int) -> Wrote:
        """The role."""
        Role.objects.create(
            credit=found, person=person_at(person), source_id=source, kind=kind, from_on=on
        )
        return Wrote(after={"credit": credit, "kind": kind, "from_on": on})

    content = content_of([credit, person, kind, on])
    once(Asked("do_give_role", key, f"person:{person}", content), who, write)
    return Role.objects.get(source__key=key)


def kept_secret(said: object) -> str:
    """A content that only whoever has the keys can try values against."""
    _, searching = pair(keys().all[keys().current])
    return hmac.new(searching, content_of(said).encode(), "sha256").hexdigest()


def person_at(number: int) -> Person:
    """A person. Refused: there is none."""
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"La persona {number} no existe. Revise el número.")
    return found


def people_with(name: str, text: str) -> list[Person]:
    """Everybody with this NSS or CURP: none, one, or doubles that somebody must look at."""
    sealed: Sealed = getattr(Person, name)
    return list(Person.objects.filter(**sealed.matches(text)).order_by("pk"))


def sealed_before(model: type[models.Model], name: str) -> models.QuerySet[models.Model]:
    """The rows whose value another key than the present one seals."""
    column = f"{name}_sealed"
    current = {f"{column}__startswith": f"{keys().current}."}
    return model._default_manager.exclude(**{column: ""}).exclude(**current).order_by("pk")  # noqa: SLF001


def left_to_reseal() -> int:
    """How many values the present key does not seal yet."""
    return sum(sealed_before(m, name).count() for m, names in SEALED.items() for name in names)


def reseal_all(who: Who, progress: Callable[[int, int], None] | None = None) -> int:
    """Seal every value with the present key, in writes of their own: what is cut short goes on.

    How many values it was.
    """
    total, done = left_to_reseal(), 0
    for model, names in SEALED.items():
        for name in names:
            while some := do_reseal(model, name, who):
                done += some
                if progress:
                    progress(min(done, total), total)
    return done


def do_reseal(model: type[models.Model], name: str, who: Who) -> int:
    """Some values of a column with the present key. How many; zero when none is left."""
    table = model._meta.model_name  # noqa: SLF001
    with transaction.atomic():
        rows = list(sealed_before(model, name).select_for_update()[:BATCH])
        if not rows:
            return 0
        subject = f"{table}.{name}:{rows[0].pk}-{rows[-1].pk}"

        def write(_: int) -> Wrote:
            """The same values under another key."""
            for row in rows:
                setattr(row, name, getattr(row, name))
            columns = [f"{name}_sealed"]
            if getattr(model, name).search:
                columns.append(f"{name}_search")
            model._default_manager.bulk_update(rows, columns)  # noqa: SLF001
            return Wrote(after={"key": keys().current, "rows": len(rows)})

        said = content_of([[row.pk, getattr(row, f"{name}_sealed")] for row in rows])
        once(Asked("do_reseal", f"reseal:{said}", subject, said), who, write)
    return len(rows)
