"""What is known of a credit and its borrower: every column declared once, here.

The Parquet schema, the checks of an import, the template, the data dictionary and the columns that
a rule sees are all made from these declarations. In a file an optional fact may be empty; in a
`Loan` it is then zero, and the flag beside it, where a rule asks, says that it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Annotated, get_args, get_type_hints
from weakref import WeakKeyDictionary

from tequio.core.columns import (
    PPM,
    Code,
    Column,
    Count,
    Day,
    Flag,
    Money,
    Months,
    Rate,
    Rounding,
    Share,
    Units,
    where,
)
from tequio.core.law import Common
from tequio.core.lists import GAPS, INSURED_EVENTS, PRODUCTS, REGIMES, SEXES, SOLUTIONS
from tequio.core.offer import NOTHING, Terms

PESO, MILLION = 100, 100_000_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of the portfolio: what people call it, what it is, and its range, in our units."""

    label: str  # Spanish, as in a form
    tells: str
    most: int
    least: int = 0
    optional: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A flag that is not in the file: whether an optional fact is there."""

    of: str


@dataclass(frozen=True, slots=True)
class Text:
    """A column that no rule reads: an identifier or a place."""

    name: str
    label: str
    tells: str
    kept: bool = True  # otherwise checked on import and left out of the portfolio: it is personal
    optional: bool = False


TEXTS = (
    Text("credit", "Número de crédito", "Ten digits, unique in the portfolio."),
    Text(
        "municipality",
        "Municipio (clave INEGI)",
        "Five digits: state and municipality of the home.",
    ),
    Text("nss", "NSS", "Social security number; its check digit is verified.", False, True),
    Text("curp", "CURP", "Population key; its check digit is verified.", False, True),
    Text("rfc", "RFC", "Tax key; its check digit is verified.", False, True),
    Text("clabe", "CLABE", "Bank account for refunds; its check digit is verified.", False, True),
)

BALANCES = 20 * MILLION
MONTHLY = 2 * MILLION
UNITS = 1_000 * 10**6
DAY_2100 = 47_482
YES_NO = 1


class Section(Enum):
    """The sections of a loan, each by the fact that it begins with."""

    CONTRACT = "product"
    PAID = "months_left"
    SOLUTIONS = "active_solution"
    PERSON = "sex"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Loan:
    """One row per credit."""

    # The credit
    product: Annotated[Code, Fact("Producto", "Product of the credit.", 14, codes=PRODUCTS)]
    indexed: Annotated[
        Flag, Fact("En VSM", "The credit is kept in units (VSM), not in pesos.", YES_NO)
    ]
    granted_on: Annotated[Day, Fact("Fecha de otorgamiento", "Day of the grant.", DAY_2100)]
    granted: Annotated[Money, Fact("Monto otorgado", "Amount lent, pesos of the day.", BALANCES)]
    granted_units: Annotated[
        Units, Fact("Monto otorgado en VSM", "Amount lent, monthly units; zero in pesos.", UNITS)
    ]
    balance: Annotated[
        Money, Fact("Saldo de capital", "Principal owed, pesos; zero if in units.", BALANCES)
    ]
    balance_units: Annotated[
        Units, Fact("Saldo en VSM", "Principal owed, monthly units; zero if in pesos.", UNITS)
    ]
    instalment: Annotated[
        Money,
        Fact("Mensualidad", "Principal and interest a month, pesos; zero if in units.", MONTHLY),
    ]
    instalment_units: Annotated[
        Units,
        Fact("Mensualidad en VSM", "Principal and interest a month, monthly units.", 50 * 10**6),
    ]
    rea_instalment: Annotated[
        Money,
        Fact("Mensualidad sin empleo", "Without a job, pesos; zero if it is the same.", MONTHLY),
    ]
    rea_instalment_units: Annotated[
        Units,
        Fact("Mensualidad sin empleo en VSM", "The same in monthly units.", 50 * 10**6),
    ]
    rate: Annotated[Rate, Fact("Tasa anual", "Annual nominal interest rate.", 200_000)]
    insurance: Annotated[Money, Fact("Seguro de daños", "Damage insurance a month.", 10_000 * PESO)]
    protection_fee: Annotated[
        Money, Fact("Fondo de protección", "Protection fund (FPP) a month.", 10_000 * PESO)
    ]
    administration_fee: Annotated[
        Money,
        Fact("Gastos de administración", "A month; conversion to pesos ends it.", 10_000 * PESO),
    ]
    employer_to_principal: Annotated[
        Flag,
        Fact(
            "Aportación patronal a capital",
            "The employer's 5 % is extra, not a part of the agreed payment.",
            YES_NO,
        ),
    ]
    co_financed: Annotated[Flag, Fact("Cofinanciado", "Tied to a bank loan.", YES_NO)]
    undisbursed: Annotated[
        Flag, Fact("Falta entregar", "Part of the credit is still undisbursed.", YES_NO)
    ]
    ecotechnologies_pending: Annotated[
        Flag, Fact("Ecotecnologías pendientes", "Neither used nor waived.", YES_NO)
    ]
    in_court: Annotated[Flag, Fact("En juicio", "A lawsuit about the credit is open.", YES_NO)]
    converted: Annotated[Flag, Fact("Convertido a pesos", "By Responsabilidad Compartida.", YES_NO)]
    converted_on: Annotated[
        Day, Fact("Fecha de conversión", "Day of the conversion.", DAY_2100, optional=True)
    ]

    # What has been paid
    months_left: Annotated[
        Months, Fact("Mensualidades por pagar", "Of the original term.", 360, least=0)
    ]
    months_paid: Annotated[
        Months, Fact("Mensualidades pagadas", "Months fully covered, whenever.", 480)
    ]
    months_in_a_row: Annotated[
        Months, Fact("Pagadas seguidas", "Latest full months in a row.", 480)
    ]
    months_missed: Annotated[
        Months, Fact("Mensualidades omitidas", "Scheduled months not covered in full.", 480)
    ]
    unpaid_interest: Annotated[
        Money, Fact("Interés ordinario vencido", "Of the missed months, pesos.", BALANCES)
    ]
    principal_paid: Annotated[
        Money, Fact("Capital pagado", "Since the grant, pesos of each day.", BALANCES)
    ]
    interest_paid: Annotated[
        Money, Fact("Interés pagado", "Since the grant, pesos of each day.", BALANCES)
    ]

    # Solutions
    active_solution: Annotated[
        Code, Fact("Solución vigente", "The solution in force.", 11, codes=SOLUTIONS)
    ]
    solution_from: Annotated[
        Day, Fact("Inicio de la solución", "Its first day.", DAY_2100, optional=True)
    ]
    solution_pays: Annotated[
        Money, Fact("Pago con la solución", "What is paid a month under it.", MONTHLY)
    ]
    solution_months_left: Annotated[
        Months, Fact("Meses que le quedan", "Of it; 9999 when it has no end.", 9_999)
    ]
    solution_gap: Annotated[
        Code, Fact("Diferencia", "What becomes of the unpaid part.", 4, codes=GAPS)
    ]
    solution_kept: Annotated[
        Flag, Fact("Cumple la solución", "Its conditions are met so far.", YES_NO)
    ]
    agreements_this_year: Annotated[
        Count, Fact("Convenios del año", "Of any kind, begun this year.", 99)
    ]
    times_borron_this_year: Annotated[
        Count, Fact("Borrón este año", "Borrón y Cuenta Nueva begun this year.", 99)
    ]
    times_jubilados: Annotated[
        Count, Fact("Veces Jubilados", "Apoyo a Jubilados in the credit's life.", 99)
    ]
    times_nivela: Annotated[Count, Fact("Veces Nivela", "Nivela Tu Pago in the credit's life.", 99)]
    prorroga_months_used: Annotated[
        Months, Fact("Meses de prórroga", "Used in the credit's life.", 480)
    ]
    protection_months_left: Annotated[
        Months, Fact("Meses del fondo", "Protection fund left in its 5-year window.", 6)
    ]
    protection_from: Annotated[
        Day, Fact("Inicio de los 5 años", "Of the fund's window.", DAY_2100, optional=True)
    ]

    # The person
    sex: Annotated[Code, Fact("Sexo", "As registered.", 2, codes=SEXES)]
    born_on: Annotated[
        Day,
        Fact("Fecha de nacimiento", "Day of birth.", DAY_2100, least=-25_567, optional=True),
    ]
    born_known: Annotated[Flag, Known("born_on")]
    regime: Annotated[Code, Fact("Régimen", "Payroll, direct, or prórroga.", 2, codes=REGIMES)]
    employed: Annotated[Flag, Fact("Con trabajo formal", "A job is registered with IMSS.", YES_NO)]
    months_in_job: Annotated[Months, Fact("Meses en el empleo", "In the present job.", 720)]
    months_in_last_job: Annotated[
        Months, Fact("Meses en el último empleo", "Zero with a job.", 720)
    ]
    months_without_job: Annotated[
        Months, Fact("Meses sin empleo", "Since the last one ended; zero with a job.", 720)
    ]
    paid_without_job: Annotated[
        Flag, Fact("Pagó sin empleo", "An own payment since the last job ended.", YES_NO)
    ]
    technical_stoppage: Annotated[
        Flag, Fact("En paro técnico", "The firm filed its list and its agreement.", YES_NO)
    ]
    hardship: Annotated[
        Flag,
        Fact("Situación grave", "Illness, old age or abandonment, seen by social work.", YES_NO),
    ]
    wage: Annotated[
        Money, Fact("Salario mensual", "As registered with IMSS; zero without a job.", MONTHLY)
    ]
    wage_at_grant: Annotated[
        Money,
        Fact("Salario al otorgar", "Monthly wage on the day of the grant.", MONTHLY, optional=True),
    ]
    wage_at_grant_known: Annotated[Flag, Known("wage_at_grant")]
    declared_income: Annotated[
        Money, Fact("Ingreso declarado", "A month, by the person.", MONTHLY, optional=True)
    ]
    income_known: Annotated[Flag, Known("declared_income")]
    declared_expenses: Annotated[
        Money, Fact("Gastos declarados", "A month, by the person.", MONTHLY, optional=True)
    ]
    expenses_known: Annotated[Flag, Known("declared_expenses")]
    pensioned: Annotated[Flag, Fact("Con pensión", "By old age or cesantía.", YES_NO)]
    pension: Annotated[
        Money, Fact("Pensión mensual", "Gross, in the resolution.", MONTHLY, optional=True)
    ]
    pension_known: Annotated[Flag, Known("pension")]
    insured_event: Annotated[
        Code,
        Fact(
            "Siniestro",
            "Death, or what IMSS or ISSSTE ruled.",
            4,
            optional=True,
            codes=INSURED_EVENTS,
        ),
    ]
    disability: Annotated[
        Share,
        Fact("Grado de incapacidad", "Of a permanent one, in the ruling.", PPM, optional=True),
    ]
    disability_known: Annotated[Flag, Known("disability")]

    def income(self) -> Money:
        """A month: the registered wage, or without one what the person declares."""
        return where(self.wage > NOTHING, self.wage, self.declared_income)

    def income_is_known(self) -> Flag:
        """Whether there is a wage on record or a declaration."""
        return (self.wage > NOTHING) | self.income_known

    def terms(self, law: Common) -> Terms:
        """The contract as it stands, in pesos of the law's day. Every programme asks for it: it is
        worked out once for each index and share of the employer."""
        asked = law.umi, law.employer_share
        if any(not isinstance(one, Column) or len(one) != 1 for one in asked):
            return self.terms_of(law)  # over text, or days side by side
        known = TERMS.setdefault(self, {})
        key = int(law.umi.values[0]), int(law.employer_share.values[0])
        if key not in known:
            known[key] = self.terms_of(law)
        return known[key]

    def terms_of(self, law: Common) -> Terms:
        """The same, worked out."""
        charges = self.insurance + self.protection_fee + self.administration_fee
        share = self.wage.times(law.employer_share, Rounding.HALF_UP)
        return Terms(
            balance=where(self.indexed, self.balance_units.pesos(law.umi), self.balance),
            instalment=where(self.indexed, self.instalment_units.pesos(law.umi), self.instalment),
            balance_units=self.balance_units,
            instalment_units=self.instalment_units,
            rate=self.rate,
            months_left=self.months_left,
            insurance=self.insurance,
            fees=self.protection_fee + self.administration_fee,
            overdue=self.unpaid_interest + charges.for_months(self.months_missed),
            employer=where(self.employed, share, NOTHING),
            indexed=self.indexed,
            index=law.umi,
        )


TERMS: WeakKeyDictionary[Loan, dict[tuple[int, int], Terms]] = WeakKeyDictionary()


def facts() -> dict[str, tuple[type[Column], Fact]]:
    """The columns of a portfolio file that rules may read, in order."""
    return {name: (kind, said) for name, kind, said in declared() if isinstance(said, Fact)}


def sections() -> dict[Section, tuple[str, ...]]:
    """The facts of each section, in order: what the records keep apart."""
    starts = {section.value: section for section in Section}
    found: dict[Section, list[str]] = {section: [] for section in Section}
    section = Section.CONTRACT
    for name in facts():
        section = starts.get(name, section)
        found[section].append(name)
    return {section: tuple(names) for section, names in found.items()}


def known_flags() -> dict[str, str]:
    """Each flag that a file does not hold, and the optional fact that it is about."""
    return {name: said.of for name, _, said in declared() if isinstance(said, Known)}


@cache
def declared() -> tuple[tuple[str, type[Column], Fact | Known], ...]:
    """Name, type and declaration of each column of a loan."""
    hints = get_type_hints(Loan, include_extras=True)
    rows = ((field.name, *get_args(hints[field.name])) for field in fields(Loan))
    return tuple((name, kind, said) for name, kind, said in rows)
