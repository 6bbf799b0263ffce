"""Roles, actions, and the one question that every page and route asks: `can`.

What is not in `access.toml` is forbidden.
"""

from __future__ import annotations

import tomllib
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent


class Role(StrEnum):
    """What an account is. A borrower may represent others: her role on each credit says it."""

    BORROWER = "borrower"
    ADVISER = "adviser"  # at a service centre
    CALL_ADVISER = "call_adviser"
    SUPERVISOR = "supervisor"
    BRIGADE = "brigade"
    PLANNER = "planner"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def spanish(self) -> str:
        """As people read it."""
        return SPANISH[self]


SPANISH = {
    Role.BORROWER: "acreditada o acreditado",
    Role.ADVISER: "asesor de centro de servicio",
    Role.CALL_ADVISER: "asesor telefónico",
    Role.SUPERVISOR: "supervisor",
    Role.BRIGADE: "brigadista",
    Role.PLANNER: "planeación de campañas",
    Role.ANALYST: "análisis",
    Role.AUDITOR: "auditoría",
    Role.ADMINISTRATOR: "administración",
}
OWNS = ("debtor", "co_debtor")  # roles on a credit, `records.models.Role`
REPRESENTS = ("heir", "proxy")


class Scope(Enum):
    """How far a permission reaches."""

    OWN = "own"  # what is hers, or whom she represents
    OFFICE = "office"  # what lies where she works
    ANY = "any"


@cache
def actions() -> Mapping[str, Mapping[str, Scope]]:
    """Of each action, who may do it and how far."""
    said = tomllib.loads((HERE / "access.toml").read_text(encoding="utf-8"))["actions"]
    found = {}
    for name, row in said.items():
        roles = {role: Scope(reach) for role, reach in row.items() if role != "tells"}
        assert roles.keys() <= {*Role, "representative"}, f"{name}: a role that does not exist"
        found[name] = roles
    return found


def can(user: Any, action: str, thing: Any = None) -> bool:
    """Whether somebody may do something, to a credit or a person where it has one.

    KeyError for an action that is not declared: a page must not ask what nobody decided.
    """
    reach = actions()[action]
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_staff_member:
        return holds(reach.get(user.role), user, thing)
    relations = relations_to(user, thing)
    return any(
        Scope.OWN is reach.get(name) and (thing is None or relations & set(kinds))
        for name, kinds in ((Role.BORROWER, OWNS), ("representative", REPRESENTS))
    )


def holds(scope: Scope | None, user: Any, thing: Any) -> bool:
    """Whether a scope of staff reaches a thing."""
    if scope is Scope.OFFICE:
        return thing is None or lies_in(user.office, thing)
    return scope is Scope.ANY


def lies_in(office: str, thing: Any) -> bool:
    """Whether a credit, or some credit of a person, lies in an office's territory."""
    from tequio.web.records.models import Credit

    if isinstance(thing, Credit):
        return thing.municipality.startswith(office)
    return Credit.objects.filter(role__person=thing, municipality__startswith=office).exists()


def relations_to(user: Any, thing: Any) -> set[str]:
    """What a person is to a credit, or that a person is herself."""
    from tequio.web.records import models

    if thing is None:
        return set()
    if isinstance(thing, models.Person):
        return {"debtor"} if thing.pk == user.person_id else set()
    return set(
        models.Role.objects.filter(credit=thing, person=user.person_id).values_list(
            "kind", flat=True
        )
    )
