"""The accounts of a movement, the kinds of movement, and the record of many: declared once.

A movement is one event on one credit: one signed amount an account. A debit is positive: what the
borrower owes grows, money arrives, the fund gives something up. A credit is negative. The pesos of
a movement sum to zero, and so do its units. The ledger keeps one column an account, named as here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Side(Enum):
    """What an account's sum means; the value is the sign with which it usually grows."""

    OWED = "what the borrower owes (+)"
    RECEIVED = "money that came in (+)"
    GIVEN = "what the fund gives up (+)"
    EARNED = "what the fund earns (-)"
    KEPT = "what is kept for the borrower (-)"
    AGAINST = "the other side of what no other account explains (either)"


@dataclass(frozen=True, slots=True)
class Account:
    """One column of a movement."""

    name: str
    label: str  # Spanish, as in a statement
    tells: str
    side: Side
    in_units: bool = False  # 10^-6 of a monthly unit; otherwise centavos


ACCOUNTS = (
    Account("principal", "Capital por vencer", "Principal not due yet.", Side.OWED),
    Account(
        "principal_due", "Capital vencido", "Principal of instalments due and unpaid.", Side.OWED
    ),
    Account("interest", "Interés", "Accrued and unpaid; it earns no interest.", Side.OWED),
    Account("insurance", "Seguro de daños", "Due and unpaid.", Side.OWED),
    Account("fees", "Gastos de administración", "Due and unpaid.", Side.OWED),
    Account("protection_fund", "Fondo de protección", "Due and unpaid.", Side.OWED),
    Account("cash", "Pagos recibidos", "From the borrower; the channel says how.", Side.RECEIVED),
    Account("employer", "Aportación patronal", "The employer's 5 %.", Side.RECEIVED),
    Account(
        "complement_institute",
        "Complemento del Instituto",
        "The Institute's part of an instalment.",
        Side.GIVEN,
    ),
    Account(
        "complement_fund",
        "Complemento del fondo de protección",
        "The protection fund's part of an instalment.",
        Side.RECEIVED,
    ),
    Account("forgiven", "Descuento", "Principal no longer owed, by a solution.", Side.GIVEN),
    Account(
        "waived", "Intereses y cuotas condonados", "Interest or charges no longer owed.", Side.GIVEN
    ),
    Account("released", "Saldo liberado", "Owed no more after the 360th payment.", Side.GIVEN),
    Account("interest_income", "Interés devengado", "What an accrual earns.", Side.EARNED),
    Account("insurance_income", "Seguro cobrado", "What an accrual bills.", Side.EARNED),
    Account("fees_income", "Gastos cobrados", "What an accrual bills.", Side.EARNED),
    Account("protection_income", "Fondo de protección cobrado", "The same.", Side.EARNED),
    Account("indexation", "Actualización", "What January adds to a balance in VSM.", Side.EARNED),
    Account(
        "rounding",
        "Redondeo de la unidad",
        "Centavos between a payment and the units it settles.",
        Side.EARNED,
    ),
    Account("payable_to_borrower", "Saldo a favor", "Paid in excess, to be returned.", Side.KEPT),
    Account("unapplied", "Pagos por aplicar", "Received, and not applied yet.", Side.KEPT),
    Account("refunded", "Devoluciones", "Money returned to the borrower: negative.", Side.RECEIVED),
    Account("opening", "Saldo inicial", "What a credit came with.", Side.AGAINST),
    Account("adjustment", "Ajuste", "What a correction moves against.", Side.AGAINST),
    Account("principal_units", "Capital por vencer en VSM", "Not due yet.", Side.OWED, True),
    Account("principal_due_units", "Capital vencido en VSM", "Due and unpaid.", Side.OWED, True),
    Account(
        "moved_units", "Movimiento en VSM", "What enters or leaves the debt.", Side.AGAINST, True
    ),
)

NAMES = tuple(account.name for account in ACCOUNTS)
AT = {name: place for place, name in enumerate(NAMES)}  # the row of each account in `amounts`
PESO_ROWS = np.array([place for place, a in enumerate(ACCOUNTS) if not a.in_units])
UNIT_ROWS = np.array([place for place, a in enumerate(ACCOUNTS) if a.in_units])
OWED = tuple(a.name for a in ACCOUNTS if a.side is Side.OWED and not a.in_units)
CHARGES = ("insurance", "fees", "protection_fund")


class Kind(IntEnum):
    """What happened. New kinds go at the end: the ledger keeps positions."""

    OPENING = 0  # the credit comes in with what it owes
    ACCRUAL = 1  # interest and charges of a month, or of some of its days; principal falls due
    PAYMENT = 2
    EMPLOYER = 3  # the employer's 5 % of a bimester
    COMPLEMENT = 4  # what somebody else pays of an instalment during a stage
    CAPITALISATION = 5  # interest that joins the principal as the contract or a stage says
    INDEXATION = 6  # January: pesos only
    SIGNING = 7
    REWARD = 8
    SETTLEMENT = 9  # what one exact deposit forgives; the deposit itself is a payment
    RELEASE = 10
    REFUND = 11
    APPLICATION = 12  # what was received and not applied is applied now
    ADJUSTMENT = 13
    REVERSAL = 14  # the counter-entry of another movement


KIND_LABELS = (
    "Saldo inicial",
    "Cargo del mes",
    "Pago",
    "Aportación patronal",
    "Complemento",
    "Interés que se suma al saldo",
    "Actualización de enero",
    "Firma de una solución",
    "Beneficio por cumplir",
    "Descuento por liquidar",
    "Liberación del saldo",
    "Devolución",
    "Aplicación de un pago pendiente",
    "Ajuste",
    "Reversa",
)


class Channel(IntEnum):
    """How money came in. New channels go at the end."""

    NONE = 0  # no money from outside
    PAYROLL = 1
    WINDOW = 2
    SPEI = 3
    STORE = 4
    CARD = 5
    REMITTANCE = 6
    OTHER = 7


CHANNEL_LABELS = (
    "–",
    "Nómina",
    "Ventanilla",
    "SPEI",
    "Tienda",
    "Tarjeta",
    "Remesa",
    "Otro",
)

NO_SOURCE = -1
HEADS = ("credit", "day", "month", "kind", "channel", "source")


@dataclass(frozen=True, slots=True, eq=False)
class Movements:
    """Many movements, in the order in which they are booked; every array has one entry a movement.

    `month` is the month whose instalment it belongs to, as year x 12 + month - 1: what is unpaid
    of a month is the sum of its movements. `source` is the place, in what the caller handed in, of
    the receipt or event that it comes from, or NO_SOURCE. `amounts` is (account, movement).
    """

    credit: Ints  # position in the portfolio
    day: Ints  # value day, days since 1970-01-01
    month: Ints
    kind: Ints
    channel: Ints
    source: Ints
    amounts: Ints

    def __len__(self) -> int:
        return len(self.credit)

    def __getitem__(self, account: str) -> Ints:
        """One account's amounts: centavos, or units."""
        return np.asarray(self.amounts[AT[account]])

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Movements:
        """Some movements, in that order."""
        columns = [getattr(self, field.name) for field in fields(self)]
        return Movements(*(column[..., rows] for column in columns))

    def sums(self, size: int) -> Ints:
        """The sum of each account for each of `size` credits: (account, credit)."""
        totals = np.zeros((len(ACCOUNTS), size), np.int64)
        for total, amounts in zip(totals, self.amounts, strict=True):
            np.add.at(total, self.credit, amounts)
        return totals

    def unbalanced(self) -> Ints:
        """The movements whose pesos, or whose units, do not sum to zero: none, or a mistake."""
        pesos, units = self.amounts[PESO_ROWS].sum(axis=0), self.amounts[UNIT_ROWS].sum(axis=0)
        return np.flatnonzero((pesos != 0) | (units != 0))


def no_movements() -> Movements:
    """None."""
    none = np.zeros(0, np.int64)
    return Movements(none, none, none, none, none, none, np.zeros((len(ACCOUNTS), 0), np.int64))


def together(parts: Iterable[Movements]) -> Movements:
    """Movements one after another."""
    some = [part for part in parts if len(part)]
    if len(some) == 1:
        return some[0]
    each = [no_movements(), *some]
    heads = (np.concatenate([getattr(part, name) for part in each]) for name in HEADS)
    credit, day, month, kind, channel, source = heads
    amounts = np.concatenate([part.amounts.T for part in each]).T  # as they lie in memory
    return Movements(credit, day, month, kind, channel, source, amounts)


def reversal(of: Movements, day: Ints) -> Movements:
    """The counter-entries of movements, on these days; they keep month, channel and source.

    What happened after the movement is not looked at: `replay` says what the credit is then.
    """
    assert len(day) == len(of), "one day a movement"
    assert (of.kind != Kind.REVERSAL).all(), "a reversal is not reversed: book the event again"
    kind = np.full(len(of), int(Kind.REVERSAL))
    return Movements(of.credit, day, of.month, kind, of.channel, of.source, -of.amounts)
