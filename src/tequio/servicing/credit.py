"""What servicing keeps of each credit, and of each instalment due: whole numbers, a row each.

"Native" is the credit's own measure: centavos, or millionths of a monthly unit where it is indexed.
A balance is kept with the sign of its account: what is owed is positive, what is kept for the
borrower negative. The balances of a credit are at all times the sums of its movements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.engine import block
from tequio.engine.exact import PAR, SHRUNK
from tequio.servicing.accounts import ACCOUNTS, AT, Ints

# Each field and what it is; the constants below are their places.
FIELDS = {
    # The contract.
    "indexed": "1: in units.",
    "rate": "ppm a year.",
    "instalment": "Principal and interest a month, native, in the regime in force.",
    "regime": "Position in lists.REGIMES.",
    "charge_insurance": "Centavos a month.",
    "charge_fees": "Administration, centavos a month at `fees_index`.",
    "charge_protection": "Protection fund, the same.",
    "fees_index": "The index at which both were set; they follow the unit where indexed.",
    "employer_to_principal": "1: the employer's 5 % is extra, to principal.",
    "months_left": "Of the contractual term.",
    # What is owed and kept: the sums of the movements, in the order of a payment first.
    "insurance": "Account.",
    "fees": "Account.",
    "protection_fund": "Account.",
    "interest": "Account.",
    "principal_due": "Account.",
    "principal": "Account.",
    "payable_to_borrower": "Account.",
    "unapplied": "Account.",
    "principal_units": "Account.",
    "principal_due_units": "Account.",
    # The solution in force.
    "gap": "offer.Gap of the stage, or -1.",
    "pays": "Centavos a month in the stage.",
    "stage_left": "Months of it; 9999 without end.",
    "payer": "offer.Payer.",
    "second_gap": "The stage after it, and so on.",
    "second_pays": "",
    "second_left": "",
    "second_payer": "",
    "third_gap": "",
    "third_pays": "",
    "third_left": "",
    "third_payer": "",
    "waiting": "Capitalised interest of a stage that earns none yet, native; in the principal.",
    "reward": "Centavos of principal forgiven ...",
    "reward_left": "... after so many more full payments in a row.",
    "on_default": "Position in offer.OnDefault.",
    "waived": "Centavos of charges owed again if the reward lapses.",
    "restructured": "1: not yet sustained.",
    # The record.
    "effective": "Months covered in full, whenever.",
    "in_a_row": "Latest ones, each by its due day.",
    "missed": "Months due and not covered in full.",
    "missed_by_employer": "Of them, withheld from the wage or not, by payroll.",
    "oldest": "The oldest month missed, as year x 12 + month - 1; -1: none.",
    "status": "See Status.",
    # The month in progress.
    "month": "The first month not closed, as year x 12 + month - 1.",
    "begun": "1: January's indexation, if any, is booked.",
    "index": "Of the month, thousandths of a peso for one unit.",
    "price": "Of a native amount: index / 16, or PAR in pesos.",
    "accrued_day": "Day of 30 up to which interest is in `numerator`.",
    "numerator": "Sum of native balance x ppm x days.",
    "accrued": "Native interest booked of it.",
    "accrued_worth": "The same, centavos as booked.",
    "billed": "1: the month's charges are booked.",
    "now_insurance": "Booked, unpaid and not due yet.",
    "now_fees": "The same.",
    "now_protection": "The same.",
    "now_interest": "The same, native.",
    "now_worth": "The same, centavos.",
    "advanced": "Centavos of the month's instalment already paid.",
    "settling": "1: while one payment closes the credit.",
    "relevel": "1: work out the instalment again after the month.",
    "open": "Instalments due and unpaid: rows of `dues`.",
}
FIELD = {name: place for place, name in enumerate(FIELDS)}
(
    INDEXED,
    RATE,
    INSTALMENT,
    REGIME,
    CHARGE_INSURANCE,
    CHARGE_FEES,
    CHARGE_PROTECTION,
    FEES_INDEX,
    EMPLOYER_TO_PRINCIPAL,
    MONTHS_LEFT,
    INSURANCE,
    FEES,
    PROTECTION,
    INTEREST,
    PRINCIPAL_DUE,
    PRINCIPAL,
    PAYABLE,
    UNAPPLIED,
    PRINCIPAL_UNITS,
    PRINCIPAL_DUE_UNITS,
    GAP,
    PAYS,
    STAGE_LEFT,
    PAYER,
    SECOND_GAP,
    SECOND_PAYS,
    SECOND_LEFT,
    SECOND_PAYER,
    THIRD_GAP,
    THIRD_PAYS,
    THIRD_LEFT,
    THIRD_PAYER,
    WAITING,
    REWARD,
    REWARD_LEFT,
    ON_DEFAULT,
    WAIVED,
    RESTRUCTURED,
    EFFECTIVE,
    IN_A_ROW,
    MISSED,
    MISSED_BY_EMPLOYER,
    OLDEST,
    STATUS,
    MONTH,
    BEGUN,
    INDEX,
    PRICE,
    ACCRUED_DAY,
    NUMERATOR,
    ACCRUED,
    ACCRUED_WORTH,
    BILLED,
    NOW_INSURANCE,
    NOW_FEES,
    NOW_PROTECTION,
    NOW_INTEREST,
    NOW_WORTH,
    ADVANCED,
    SETTLING,
    RELEVEL,
    OPEN,
) = range(len(FIELDS))

# An instalment that fell due and is not covered; its five amounts in the order of law.APPLIED.
DUES = (
    "month",
    "due_on",
    "payroll",
    "counted",
    "counts",
    "insurance",
    "fees",
    "protection_fund",
    "interest",
    "principal",
    "units",
)
(
    DUE_MONTH,
    DUE_ON,
    DUE_PAYROLL,  # 1: an employer withholds it
    DUE_COUNTED,  # 1: missed at some month end
    DUE_COUNTS,  # 1: an effective payment once covered
    DUE_INSURANCE,
    DUE_FEES,
    DUE_PROTECTION,
    DUE_INTEREST,
    DUE_PRINCIPAL,
    DUE_UNITS,
) = range(len(DUES))

NO_STAGE = block.NO_STAGE
ACTIVE, SETTLED, RELEASED = range(3)  # Status
STATUS_LABELS = ("Vigente", "Liquidado", "Liberado")
BALANCES = (
    "insurance",
    "fees",
    "protection_fund",
    "interest",
    "principal_due",
    "principal",
    "payable_to_borrower",
    "unapplied",
    "principal_units",
    "principal_due_units",
)


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Credits between two movements. `numbers` is (credit, field); `dues` is (due, column), credit
    by credit and oldest first, `open` of them each."""

    numbers: Ints
    dues: Ints

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, name: str) -> Ints:
        """One field of every credit."""
        return np.asarray(self.numbers[:, FIELD[name]])

    def starts(self) -> Ints:
        """Where each credit's dues begin, and where the last ones end."""
        return np.concatenate([[0], np.cumsum(self.numbers[:, OPEN])])

    def due_of(self, row: int) -> Ints:
        """The dues of one credit."""
        starts = self.starts()
        return self.dues[starts[row] : starts[row + 1]]

    def take(self, rows: NDArray[np.int64]) -> Credits:
        """Some credits, in that order."""
        starts = self.starts()
        dues = [self.dues[starts[row] : starts[row + 1]] for row in rows]
        none = np.zeros((0, len(DUES)), np.int64)
        return Credits(self.numbers[rows].copy(), np.concatenate([none, *dues]))

    def changed(self, rows: NDArray[np.int64] | NDArray[np.bool_], **fields: Ints | int) -> Credits:
        """The same with other facts in some rows; never a balance, which only movements change."""
        numbers = self.numbers.copy()
        for name, values in fields.items():
            assert name not in BALANCES, f"{name} changes by movements only"
            numbers[rows, FIELD[name]] = values
        return Credits(numbers, self.dues)

    def sums(self) -> Ints:
        """What the sums of all movements must be of the accounts that are balances; other accounts
        are zero here: (account, credit)."""
        totals = np.zeros((len(ACCOUNTS), len(self)), np.int64)
        for name in BALANCES:
            totals[AT[name]] = self[name]
        return totals


def empty(size: int, month: int, index: int) -> Credits:
    """So many credits that owe nothing and have no contract yet, in a month with that index."""
    numbers = np.zeros((size, len(FIELDS)), np.int64)
    numbers[:, [GAP, SECOND_GAP, THIRD_GAP]] = NO_STAGE
    numbers[:, OLDEST] = -1
    numbers[:, MONTH], numbers[:, INDEX], numbers[:, FEES_INDEX] = month, index, index
    numbers[:, BEGUN], numbers[:, PRICE] = 1, PAR
    return Credits(numbers, np.zeros((0, len(DUES)), np.int64))


def price_of(indexed: Ints, index: Ints | int) -> Ints:
    """The price of a native amount: `exact.pesos`."""
    return np.where(indexed > 0, np.asarray(index) // SHRUNK, PAR)


def worth_of(native: Ints, price: Ints) -> Ints:
    """Centavos of native amounts, half up: `exact.pesos` of columns."""
    return np.asarray((native * price + PAR // 2) // PAR)
