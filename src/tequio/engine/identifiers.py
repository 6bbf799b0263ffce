"""Identifiers of people, credits and accounts: right, or a plain reason why not and how to mend it.

Each function takes what a person wrote and returns None when it is right. Rules and vectors:
servicing reference, section 5. CURP and RFC are python-stdnum's; NSS is Luhn with its own years;
CLABE is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum import luhn
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

GENERIC_RFC = ("XAXX010101000", "XEXX010101000")  # the public, national and foreign: no check digit
UNKNOWN_BIRTH = "97"  # in an NSS, when the year of birth was not known
SEPARATORS = r"[\s.\-]"  # what people put between the digits of an identifier
CLABE_WEIGHTS = (3, 7, 1) * 6
CHECK_DIGIT = "tiene mal el dígito verificador: revise que no haya un número o una letra cambiados."
INSIDE = (
    "contiene una fecha, un sexo, un estado o unas iniciales que no existen; revise esas letras."
)


def compact(text: str) -> str:
    """Without spaces, hyphens or dots; letters in capitals."""
    return re.sub(SEPARATORS, "", text).upper()


def credit_number(text: str) -> str | None:
    """Ten digits; no public rule gives it a check digit."""
    return digits("El número de crédito", compact(text), 10)


def nss(text: str) -> str | None:
    """Eleven digits: office, year of affiliation, year of birth, serial, Luhn digit."""
    number = compact(text)
    if wrong := digits("El NSS", number, 11):
        return wrong
    if not luhn.is_valid(number):
        return f"El NSS {CHECK_DIGIT}"
    affiliated, born = number[2:4], number[4:6]
    if born != UNKNOWN_BIRTH and age(affiliated, born) <= 0:
        return (
            f"El NSS dice que se afilió en el año {affiliated} y nació en el {born}, no antes: "
            "revise sus dígitos tercero a sexto."
        )
    return None


def age(affiliated: str, born: str) -> int:
    """Years between two two-digit years; the century of affiliation is the one that fits best."""
    years = int(affiliated) - int(born)
    return years if years >= 0 or int(affiliated) > 30 else years + 100


def curp(text: str) -> str | None:
    """Eighteen characters, with its check digit."""
    number = compact(text)
    if len(number) != 18:
        return f"La CURP debe tener 18 caracteres y tiene {len(number)}; cópiela completa."
    return from_stdnum("La CURP", stdnum_curp.validate, number)


def rfc(text: str) -> str | None:
    """A person's thirteen characters, with the check digit; the two generic ones are allowed.

    The library would also take ten, without homoclave, and the twelve of a company: a person's with
    a letter lost may look like one.
    """
    number = compact(text)
    if number in GENERIC_RFC:
        return None
    if len(number) != 13:
        return (
            f"El RFC de una persona debe tener 13 caracteres y tiene {len(number)}; "
            "cópielo completo, con homoclave."
        )

    def validate(value: str) -> str:
        """With the check digit, which the library leaves out unless asked."""
        return str(stdnum_rfc.validate(value, validate_check_digits=True))

    return from_stdnum("El RFC", validate, number)


def clabe(text: str) -> str | None:
    """Eighteen digits: bank, place, account, and a digit weighted 3, 7, 1."""
    number = compact(text)
    if wrong := digits("La CLABE", number, 18):
        return wrong
    total = sum(int(d) * w % 10 for d, w in zip(number[:17], CLABE_WEIGHTS, strict=False))
    if int(number[17]) != -total % 10:
        return f"La CLABE {CHECK_DIGIT}"
    return None


def digits(name: str, number: str, length: int) -> str | None:
    """Only digits, and as many as there must be."""
    if number and not (number.isascii() and number.isdigit()):
        return f"{name} debe tener solo números; revise si hay una letra, como O en vez de 0."
    if len(number) != length:
        return f"{name} debe tener {length} dígitos y tiene {len(number)}; revise si falta alguno."
    return None


def from_stdnum(name: str, validate: Callable[[str], str], number: str) -> str | None:
    """The library's verdict in words that say what to do; the length was seen before."""
    try:
        validate(number)
    except InvalidChecksum:
        return f"{name} {CHECK_DIGIT}"
    except InvalidComponent:
        return f"{name} {INSIDE}"
    except (InvalidFormat, InvalidLength):  # what it strips may still leave it short
        return f"{name} tiene letras o números donde no van; revise cada uno contra el documento."
    return None


CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "credit": credit_number,
    "nss": nss,
    "curp": curp,
    "rfc": rfc,
    "clabe": clabe,
}
