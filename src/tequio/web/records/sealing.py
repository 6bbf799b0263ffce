"""Personal facts, sealed field by field.

A sealed value is `name-of-key.base64(nonce + ciphertext)`: AES-GCM, with table, column and row as
associated data, so that a ciphertext copied to another place does not open. Beside it, where it may
be asked for, lies an HMAC for exact search. Each key of an installation gives two, by HKDF: one
seals, one searches.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tequio.engine.errors import Refused
from tequio.web.keys import keys

NONCE = 12  # bytes, random: 2^32 values a key before two may meet


class Sealed:
    """An attribute of a model kept in `<name>_sealed` and, to be searched, `<name>_search`.

    The row must have its key before a value is set, since the value is bound to it.
    """

    def __init__(self, *, search: Callable[[str], str] | None = None) -> None:
        self.search = search  # what two ways of writing the same value have in common

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return unseal(sealed, self.place(row)) if sealed else ""

    def __set__(self, row: Any, text: str) -> None:
        setattr(row, f"{self.name}_sealed", seal(text, self.place(row)) if text else "")
        if self.search:
            found_by = self.searched(text, keys().current) if text else ""
            setattr(row, f"{self.name}_search", found_by)

    def place(self, row: Any) -> str:
        """What binds a value to its table, column and row."""
        assert row.pk, "a value is sealed for a row that has its key"
        return self.place_of(type(row), row.pk)

    def place_of(self, model: Any, key: int) -> str:
        """The same for a row that is still to be written."""
        return f"{model._meta.db_table}.{self.name}.{key}"  # noqa: SLF001 - Django's own name

    def sealed_each(self, model: Any, keys_: Sequence[int], texts: Sequence[str]) -> list[str]:
        """Values of rows that are still to be written; an empty one stays empty."""
        seal_one = sealing()
        each = zip(keys_, texts, strict=True)
        return [seal_one(text, self.place_of(model, at)) if text else "" for at, text in each]

    def searched(self, text: str, key: str) -> str:
        """What a value is searched by, under one key."""
        assert self.search, f"{self.name} is not kept to be searched"
        _, searching = pair(keys().all[key])
        said = f"{self.name}:{self.search(text)}".encode()
        return hmac.new(searching, said, hashlib.sha256).hexdigest()

    def matches(self, text: str) -> dict[str, list[str]]:
        """The filter that finds the rows with this value, under any key that still opens."""
        return {f"{self.name}_search__in": [self.searched(text, key) for key in keys().all]}


def name_key(name: str) -> str:
    """What the ways of writing a name have in common: its words, in any order, without accents."""
    return " ".join(sorted(words_of(name)))


def words_of(name: str) -> list[str]:
    """The words of a name, in capitals, without accents and marks."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    return re.findall("[A-Z]+", bare)


def seal(text: str, place: str) -> str:
    """A text that only opens in its place."""
    return sealing()(text, place)


def sealing() -> Callable[[str, str], str]:
    """What seals a text in its place, with the present key: for many, one after another."""
    held = keys()
    cipher = AESGCM(pair(held.all[held.current])[0])

    def sealed(text: str, place: str) -> str:
        """Text and place."""
        nonce = secrets.token_bytes(NONCE)
        closed = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{held.current}.{base64.b64encode(closed).decode()}"

    return sealed


def unseal(sealed: str, place: str) -> str:
    """The text. Refused: the key is gone, or the value is not the one sealed here."""
    name, _, body = sealed.partition(".")
    key = keys().all.get(name)
    if key is None:
        raise Refused(f"Falta la llave {name!r}, con que se selló {place}. Agréguela a las llaves.")
    closed = base64.b64decode(body)
    sealing, _ = pair(key)
    try:
        return AESGCM(sealing).decrypt(closed[:NONCE], closed[NONCE:], place.encode()).decode()
    except InvalidTag as why:
        raise Refused(
            f"{place} no abre: el valor fue cambiado o copiado de otra fila. "
            "Revise la base con: ./tequio audit verify."
        ) from why


@lru_cache(maxsize=16)
def pair(key: bytes) -> tuple[bytes, bytes]:
    """The key that seals and the key that searches."""
    return derived(key, b"tequio seal"), derived(key, b"tequio search")


def derived(key: bytes, use: bytes) -> bytes:
    """A key for one use."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(key)
