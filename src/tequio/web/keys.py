"""The keys that seal personal facts: from the environment, or beside the embedded database.

`TEQUIO_KEYS` is `name:key,name:key`: the first seals, the others still open. A key is 32 bytes in
base64.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tequio.engine.drafts import whole
from tequio.engine.errors import Refused
from tequio.web.places import database_url, home

SIZE = 32
NAME = r"[a-z0-9-]{1,16}"
HOW = "Haga una con: openssl rand -base64 32; y escríbala como TEQUIO_KEYS=nombre:llave."


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that seals, by name, and all that open."""

    current: str
    all: Mapping[str, bytes]


def keys() -> Keys:
    """The keys of this installation. Refused: there are none, or they cannot be read."""
    if text := os.environ.get("TEQUIO_KEYS"):
        return parsed(text, "TEQUIO_KEYS")
    if database_url():
        raise Refused(
            "Falta TEQUIO_KEYS: con DATABASE_URL, las llaves de los datos personales llegan por "
            f"el entorno. {HOW}"
        )
    path = key_file()
    if not path.exists():
        raise Refused(f"No hay llaves en {path}. Créelas con: ./tequio db init.")
    return parsed(path.read_text(encoding="utf-8").strip(), str(path))


def keys_held() -> Mapping[str, bytes]:
    """The keys that open here; none where there are none yet. Refused: they cannot be read."""
    if not os.environ.get("TEQUIO_KEYS") and (database_url() or not key_file().exists()):
        return {}
    return keys().all


def secret() -> str:
    """What signs cookies and links: from the present key; one of this process's own where there are
    no keys yet, and so nobody who could have signed in."""
    try:
        held = keys()
    except Refused:
        return secrets.token_hex(SIZE)
    return signing(held.all[held.current])


def secrets_before() -> list[str]:
    """Of the keys before: what they signed still holds."""
    try:
        held = keys()
    except Refused:
        return []
    return [signing(key) for name, key in held.all.items() if name != held.current]


def signing(key: bytes) -> str:
    """A secret for signatures alone."""
    return hmac.new(key, b"tequio sign", "sha256").hexdigest()


def key_file() -> Path:
    """Where the keys of the embedded database lie."""
    return home() / "keys.txt"


def kept_in_file() -> bool:
    """Whether the keys are ours to make and to retire, and not the office's."""
    return not os.environ.get("TEQUIO_KEYS") and not database_url()


def make_first_key() -> None:
    """A key beside an embedded database that has none."""
    if kept_in_file() and not key_file().exists():
        write_keys({"k1": secrets.token_bytes(SIZE)})


def make_new_key() -> Keys:
    """A new key that seals from now on; those before still open."""
    old = keys()
    numbers = [int(name[1:]) for name in old.all if re.fullmatch(r"k\d+", name)]
    write_keys({f"k{max(numbers, default=0) + 1}": secrets.token_bytes(SIZE), **old.all})
    return keys()


def retire_old_keys() -> None:
    """Leave only the key that seals."""
    held = keys()
    write_keys({held.current: held.all[held.current]})


def write_keys(held: Mapping[str, bytes]) -> None:
    """The file, whole or not at all, for its owner's eyes only."""
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as draft:
        draft.touch(mode=0o600)
        draft.write_text(as_text(held), encoding="utf-8")


def as_text(held: Mapping[str, bytes]) -> str:
    """Keys as they are read."""
    written = (f"{name}:{base64.b64encode(key).decode()}" for name, key in held.items())
    return ",".join(written) + "\n"


@lru_cache(maxsize=4)
def parsed(text: str, where: str) -> Keys:
    """The keys in a text; what is wrong is said without repeating it."""
    held: dict[str, bytes] = {}
    for place, entry in enumerate(text.split(","), 1):
        name, _, key = entry.strip().partition(":")
        try:
            held[name] = base64.b64decode(key, validate=True)
        except ValueError:
            held[name] = b""
        if not re.fullmatch(NAME, name) or len(held[name]) != SIZE:
            raise Refused(
                f"{where}: la llave {place} no sirve: hace falta nombre:llave, el nombre en "
                f"minúsculas y la llave de 32 bytes en base64. {HOW}"
            )
    if len(held) != text.count(",") + 1:
        raise Refused(f"{where}: dos llaves tienen el mismo nombre; dé uno distinto a cada una.")
    return Keys(next(iter(held)), held)
