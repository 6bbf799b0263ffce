"""The columns of the institution's analytical tapes, declared once (servicing reference, 8.1).

The names of the payments are those of the public data dictionary of a study of 2015; of the credits
and the sub-account it says in words what they hold, and the names are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from tequio.core.columns import Column, Count, Flag, Money, Rate, Units
from tequio.core.loan import BALANCES, MONTHLY, PESO, UNITS, YES_NO, Fact
from tequio.engine.tape.checking import OLDEST
from tequio.engine.tape.mapping import Columns

Fields = Mapping[str, tuple[type[Column] | None, Fact]]  # None: a text

KEY = "cv_credito"
FIRST_YEAR, LAST_YEAR = 1972, 2100  # the institution was founded in 1972
JOINT = ("I", "C", "Y")  # individual, spouses, with a co-debtor
HOMES = ("CE", "VE", "VT")


def text(label: str, tells: str, *words: str, optional: bool = True) -> tuple[None, Fact]:
    """A text; `words` are all that it may say, if there are any."""
    return None, Fact(label, tells, 0, optional=optional, codes=words)


CREDIT = text("Número de crédito", "Ten digits.", optional=False)

PAYMENTS: Fields = {
    KEY: CREDIT,
    "nu_ano_ejercicio": (
        Count,
        Fact("Año de otorgamiento", "Year of the grant.", LAST_YEAR, FIRST_YEAR),
    ),
    "tx_situacion_vivienda": text("Situación de la vivienda", "State of the home; not used."),
    "year": (Count, Fact("Año", "Of the payment.", LAST_YEAR, FIRST_YEAR)),
    "month": (Count, Fact("Mes", "Of the payment.", 12, 1)),
    "pe": (Money, Fact("Pago efectuado", "Amount paid, pesos.", MONTHLY, -MONTHLY)),
    "pf": (Money, Fact("Pago facturado", "Amount billed for the month, pesos.", MONTHLY)),
    "tp": (Count, Fact("Tipo de pago", "0 or below: a reversal.", 999, -999)),
    "pro": (Flag, Fact("En prórroga", "In that month.", YES_NO)),
    "reest": (Flag, Fact("En reestructura", "In that month.", YES_NO)),
    "mora": text("Mora", "Arrears as the institution counts them; not used."),
    "deuda": (
        Units,
        Fact("Deuda", "Owed, in the credit's own measure.", BALANCES * 10**4, optional=True),
    ),
}

CREDITS: Fields = {
    KEY: CREDIT,
    "age": (Count, Fact("Edad al otorgarse", "Full years.", OLDEST, optional=True)),
    "daily_wage": (
        Money,
        Fact("Salario diario", "Pesos a day, at the grant.", MONTHLY // 30, optional=True),
    ),
    "sex": text("Sexo", "As registered.", optional=False),
    "marital_status": text("Estado civil", "Not used."),
    "minimum_wage": (
        Money,
        Fact("Salario mínimo al otorgarse", "Pesos a day.", 1_000 * PESO, 1, optional=True),
    ),
    "granted_units": (
        Units,
        Fact("Crédito en VSM", "Amount lent, monthly units.", UNITS, optional=True),
    ),
    "granted": (
        Money,
        Fact("Crédito en pesos", "Amount lent, pesos of the day.", BALANCES, optional=True),
    ),
    "subsidy": (Money, Fact("Subsidios", "Not used.", BALANCES, optional=True)),
    "joint": text("Crédito conjunto", "Individual, spouses, with a co-debtor; not used.", *JOINT),
    "rate": (Rate, Fact("Tasa anual", "Annual nominal interest rate.", 200_000)),
    "municipality": text("Municipio (clave INEGI)", "Five digits.", optional=False),
    "price": (Money, Fact("Precio de la vivienda", "Not used.", BALANCES, optional=True)),
    "home_class": text("Clase de vivienda", "Not used.", *HOMES),
    "postal_code": text("Código postal", "Not used."),
    "first_year": (
        Count,
        Fact("Primer año", "Not used.", LAST_YEAR, FIRST_YEAR, optional=True),
    ),
}

SUBACCOUNTS: Fields = {
    KEY: CREDIT,
    "balance": (Money, Fact("Saldo de la subcuenta", "Not used.", BALANCES, optional=True)),
    "developer": text("Desarrollador", "Not used."),
    "credit_type": text("Tipo de crédito", "The product."),
}

FILES: Mapping[str, Fields] = {
    "payments": PAYMENTS,
    "credits": CREDITS,
    "subaccounts": SUBACCOUNTS,
}


def columns(fields: Fields) -> Columns:
    """What a file of these may have."""
    return Columns(
        {name: kind for name, (kind, _) in fields.items()},
        frozenset(name for name, (_, said) in fields.items() if said.optional),
        {name: said.label for name, (_, said) in fields.items()},
        "tequio template --layout tape",
    )


def numbers(fields: Fields) -> Mapping[str, tuple[type[Column], Fact]]:
    """Those that are not texts."""
    return {name: (kind, said) for name, (kind, said) in fields.items() if kind is not None}
