"""What the simulated past assumes, in one place. Each says why; nothing here is a published fact
unless its comment says so. Months are counted since January 1970, amounts are in pesos.
"""

from __future__ import annotations

import numpy as np

from tequio.servicing.accounts import Channel

FIRST = 12 * 49  # January 2019: the policy begins, and with it what is kept by credit
LAST = 12 * 54 + 5  # June 2024, the day on which the state is calibrated
MONTHS = LAST - FIRST + 1
HALF_YEARS_UNTIL = 12 * 54  # January 2024: from here a row a month, before it one a half-year

RATE_BEFORE = 85_000  # ppm, of a credit in units before its conversion: the middle of the ladder
DEBT_OVER_GRANT = 1.7  # most units owed at a conversion, of those lent
TERM = 360  # months, of every credit that was ever converted

# Discount of a conversion by year: the national one (differences of the sums in the press: 258, 114
# and 27 thousand) times 1.21, the state's mean over the nation's, and some more for what the top
# cuts off. Who got one: 41 % of all, inferred from a mean per person in the press.
DISCOUNT_YEARS = np.arange(2019, 2025)
DISCOUNTS = np.array([318_000, 150_000, 130_000, 36_000, 36_000, 36_000])
DISCOUNTED = np.array([0.95, 0.80, 0.70, 0.27, 0.27, 0.27])
DISCOUNT_SPREAD = 0.55  # of the logarithm

# Restructures begun in a year for each credit, 2019 to 2023: national counts of 2020 and 2021, and
# what is left of the published total. Those of 2024 are the ones in force.
YEARLY_AGREEMENTS = np.array([0.06, 0.165, 0.20, 0.205, 0.175])
OLD_ENOUGH = 12  # months since the grant
BEHIND_MORE = 1.5  # odds of who misses months today against those of who does not

# Credits of the state that are settled and no longer in its portfolio, for 120,000 that are.
EARLY_SETTLEMENTS = 8_040  # 8,000 and more, published
CONVERTED_AND_PAID = 2_165  # 26,300 and more conversions, published, less those of the portfolio
SETTLED_YEARS = np.arange(2019, 2025)
EARLY_BY_YEAR = np.array([16, 31, 57, 70, 80, 41])  # thousands in the nation: to 2021 published
EARLY_DISCOUNT = 28_900  # mean, published
EARLY_SPREAD = 0.62
EARLY_SHARE_FROM = np.array([0, 12 * 50 + 7, 12 * 51 + 6])  # the three texts of the rule
EARLY_SHARES = np.array([0.9, 0.25, 0.5])  # of the balance: the second is a mean of 5 to 40 %
LAST_BALANCE = 4_500  # mean of the last payment of a credit paid to the end
OVERPAID = 0.55  # of the settled: discounts that went on, until the employer was told
OVERPAID_MEAN, OVERPAID_SPREAD = 9_079, 0.7  # mean published

# How a direct payment comes in; no split is public, but remittances (0.2 % of credits) are.
DIRECT_CHANNELS = np.array(
    [Channel.WINDOW, Channel.STORE, Channel.SPEI, Channel.CARD, Channel.REMITTANCE]
)
DIRECT_SHARES = np.array([0.62, 0.20, 0.14, 0.03, 0.01])

# Jobs before the present spell: who had none for how long, months; before June 2022 fewer paid
# directly.
BETWEEN_JOBS = np.array([0.15, 0.65])  # by whether today's job began since then
BETWEEN_SINCE = 18  # months ago
BETWEEN_JOBS_MONTHS = 15.0
EMPLOYER_MOST = 0.5  # of a payment

BORRON_BEGINS = 12 * 53 + 8  # September 2023: the text that is open now
BORRON_LONGEST = 9  # months that it takes in
BORRON_ENDS = 3  # full payments
BORRON_KEPT, BORRON_LAPSED = 1.25, 0.66  # of those that can be: half of all were kept, published
FUND_BORROWER = 0.10  # of the instalment, published

# Window payments in the nation, million pesos a month (press), and the state's share of them.
WINDOW_YEARS = np.array([2013, 2017, 2018, 2019, 2021, 2022, 2023, 2024])
WINDOW_NATION = np.array([1_200, 1_200, 1_668, 1_668, 1_984, 2_000, 2_200, 2_314])
STATE_SHARE = 0.024
RECEIPTS_FROM = 12 * 43  # January 2013
TICKET = 3_082  # pesos of a direct payment: mean of those by remittance, published
SEASON = np.array([1.00, 0.97, 1.02, 0.99, 1.00, 1.01, 1.00, 0.99, 0.99, 1.00, 1.00, 1.03])

# Which restructure, by first month, share of the drawn ones, longest in months, and what is paid of
# the instalment (least, most): periods by the texts, shares by the national counts of 2020.
RESTRUCTURES = {
    "paro_tecnico": (12 * 50 + 3, 12 * 51 + 5, 0.60, 6, 0.75, 0.75),
    "solucion_a_tu_medida": (12 * 50 + 8, LAST, 0.80, 12, 0.40, 0.90),
    "dictamen_capacidad_pago": (12 * 50 + 8, LAST, 0.10, 12, 0.25, 0.80),
    "apoyo_solidario": (12 * 51 + 5, 12 * 52 + 4, 0.35, 18, 0.50, 0.50),
    "estudio_socioeconomico": (12 * 50 + 8, LAST, 0.01, 12, 0.25, 0.60),
}
CANCELLED = 0.18  # before their end, for another one or because a job came
PAID_CONVERSIONS = np.array([32, 14, 7, 32, 15, 0])  # by year of the conversion
EARLY_THRESHOLDS = np.array([0.10, 0.20, 0.25])  # of the amount lent, by the three texts
SETTLED_DIRECT = 0.25
