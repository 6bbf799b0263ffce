"""Accounts of staff, made by whoever runs the installation: one by one, or from a list."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tequio.engine.errors import Refused
from tequio.web.accounts.models import User
from tequio.web.accounts.roles import Role
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

COLUMNS = ("cuenta", "papel", "territorio")
NAME_MOST = 60
STAFF = tuple(role for role in Role if role is not Role.BORROWER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to be made."""

    username: str
    role: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """An account that was made, and the password with which it is entered first."""

    username: str
    role: str
    password: str


def do_add_staff(wanted: Wanted, who: Who) -> Made:
    """Make an account. Refused: it is there, or its role or territory does not exist."""
    if wrong := wrong_of(wanted):
        raise Refused(wrong)
    password = secrets.token_urlsafe(12)
    said = [wanted.username, wanted.role, wanted.office]
    subject = f"user:{wanted.username}"
    asked = Asked("do_add_staff", f"staff:{wanted.username}", subject, content_of(said))

    def write(_: int) -> Wrote:
        """The account; its password is never written anywhere."""
        user = User(username=wanted.username, role=wanted.role, office=wanted.office)
        user.set_password(password)
        user.save()
        return Wrote(after={"role": wanted.role, "office": wanted.office})

    if not once(asked, who, write):
        raise Refused(f"La cuenta {wanted.username!r} ya existe.")
    return Made(wanted.username, wanted.role, password)


def do_close_staff(username: str, who: Who) -> None:
    """An account serves no more; what it did stays. Refused: it is not there, or closed already."""
    user = User.objects.filter(username=username, person=None, is_active=True).first()
    if user is None:
        raise Refused(f"No hay una cuenta abierta del personal que se llame {username!r}.")
    key = f"staff:{username}:close"

    def write(_: int) -> Wrote:
        """Closed."""
        User.objects.filter(pk=user.pk).update(is_active=False)
        return Wrote(before={"is_active": True}, after={"is_active": False})

    once(Asked("do_close_staff", key, f"user:{username}", content_of([key])), who, write)


def wrong_of(wanted: Wanted) -> str:
    """What is wrong with an account to be made; nothing for nothing."""
    name = wanted.username
    if not 0 < len(name) <= NAME_MOST or not name.isprintable() or " " in name:
        return f"{name!r} no sirve como cuenta: hasta {NAME_MOST} letras, sin espacios."
    if name.isdigit():
        return f"{name!r} no sirve como cuenta: solo dígitos sería un NSS."
    if wanted.role not in STAFF:
        return f"{name}: el papel {wanted.role!r} no existe. Hay: {', '.join(STAFF)}."
    if wanted.office and (not wanted.office.isdigit() or len(wanted.office) not in (2, 5)):
        return (
            f"{name}: el territorio {wanted.office!r} no existe: es la clave de un estado (16) o "
            "de un municipio (16053), o nada para todo el país."
        )
    if User.objects.filter(username=name).exists():
        return f"La cuenta {name!r} ya existe."
    return ""


def read_list(path: Path) -> tuple[Sequence[Wanted], Sequence[str]]:
    """The accounts of a CSV, and what is wrong with its other rows. Refused: it cannot be read."""
    if not path.exists():
        raise Refused(f"No existe {path}.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise Refused(f"{path}: la primera línea debe ser {','.join(COLUMNS)}.")
            said = [(rows.line_num, {name: (row[name] or "").strip() for name in COLUMNS})
                    for row in rows]  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as why:
        raise Refused(f"{path} no se puede leer como CSV en UTF-8.") from why
    good, bad = [], []
    for line, row in said:
        wanted = Wanted(row["cuenta"], row["papel"], row["territorio"])
        wrong = wrong_of(wanted)
        if wanted.username in {one.username for one in good}:
            wrong = f"{wanted.username!r} está dos veces."
        if wrong:
            bad.append(f"{path}, línea {line}: {wrong}")
        else:
            good.append(wanted)
    return good, bad
