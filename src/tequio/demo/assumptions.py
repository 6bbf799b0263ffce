"""What the simulated state assumes, in one place. Each says why; nothing here is a published fact
unless its comment says so.

Money in pesos, rates and shares as plain fractions: this package makes figures up, it applies no
law. Every credit is of one KIND, in this order.
"""

from __future__ import annotations

import numpy as np

KINDS = ("vsm", "pesos", "converted", "necp")
VSM, PESOS, CONVERTED, NECP = range(len(KINDS))
KIND_SHARES = np.array([0.30, 0.33, 0.20, 0.17])  # inferred from the press counts of 2023-2024

# Grants that are still open, by year: the growth of the fund, thinned by those paid off.
FIRST_GRANT_YEAR = 1995
VSM_GRANTS = np.array(
    [1, 1, 1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 13, 13, 12, 11, 6, 4, 2] + [0] * 9
)
CONVERTED_GRANTS = np.array(
    [0, 0, 0, 2, 4, 6, 8, 9, 10, 11, 12, 13, 13, 13, 12, 11, 10, 9, 4, 2, 1] + [0] * 9
)
PESOS_GRANTS = np.array([0] * 18 + [7, 9, 11, 12, 13, 13, 13, 11, 4, 0, 0, 0])
NECP_GRANTS = np.array([0] * 26 + [20, 33, 35, 17])
GRANTS_BY_KIND = np.stack([VSM_GRANTS, PESOS_GRANTS, CONVERTED_GRANTS, NECP_GRANTS])
PESOS_UNTIL = 12 * 51 + 4  # May 2021, in months since January 1970: then the level scheme began

# Conversions of a year, thousands in the whole country, from the cumulative counts in the press.
CONVERSION_YEARS = np.arange(2019, 2025)
CONVERSIONS = np.array([186, 72, 42, 400, 450, 124])
CONVERSION_LEAST_LEFT = 24  # months of the term
VENTANILLA = 12 * 52 + 4  # May 2022: from then the rate follows the wage, before it was fixed
FIRST_STAGE_RATE = 85_000  # ppm, published

TERMS = np.array([360, 300, 240, 180, 120])
TERM_SHARES = np.array(
    [
        [0.88, 0.03, 0.07, 0.02, 0.00],
        [0.84, 0.05, 0.07, 0.03, 0.01],
        [1.00, 0.00, 0.00, 0.00, 0.00],
        [0.78, 0.07, 0.09, 0.04, 0.02],
    ]
)
OLDEST_AT_END = np.array([75, 75, 70])  # years by sex: published, for grants since June 2021

# Mean wage of the state's insured workers, pesos a day: 2024 published, 2015 from the wage bands.
WAGE_YEARS = np.array([1992, 1995, 2000, 2005, 2010, 2015, 2018, 2021, 2024.5])
DAILY_WAGES = np.array([38, 52, 112, 158, 195, 240, 295, 365, 471.63])
WAGE_LASTING = 0.38  # spread of the logarithm that stays with the person
WAGE_PASSING = 0.27  # and of what changes between the grant and today
MEAN_BEFORE_MINIMUM = 0.957  # so that the mean, raised by the legal minimum, comes out
BORROWER_PREMIUM = 0.10  # who gets a credit earns more than the mean worker, in logarithm
WAGE_OVER_MINIMUM = 1.0493  # the integrated wage of who earns the minimum
WAGE_MOST_UMAS = 25  # the insured wage has a legal top

# Instalment at the grant as part of the wage: median and spread of the logarithm, by kind.
BURDEN = np.array([0.258, 0.308, 0.256, 0.258])
NECP_BURDEN_GROWTH = 0.055  # a year since 2021: houses have risen faster than wages
BURDEN_SPREAD = np.array([0.22, 0.22, 0.22, 0.26])
GRANT_LEAST = np.array([45, 90_000, 45, 120_000])  # units or pesos, by kind
GRANT_MOST_UNITS = 350  # published for 2012
GRANT_MOST_UMAS = 823  # published for 2024

VSM_RATE_FROM = np.array([0, 2.65, 3.65, 5.25, 6.75, 11.05])  # wage in monthly units, inferred
VSM_RATES = np.array([40_000, 50_000, 60_000, 70_000, 85_000, 95_000])  # ppm, range published
PESOS_RATE = 120_000  # ppm, published
PESOS_STEPS = np.array([0.0, 0.01, 0.02])  # yearly rise of the instalment; 1 to 4.5 % published
PESOS_STEP_SHARES = np.array([0.35, 0.45, 0.20])
NECP_FLOOR_FROM = np.array([0, 12 * 53, 12 * 54])  # months since 1970; the floor rose, press
NECP_FLOORS = np.array([19_100, 30_900, 37_600])
HOPELESS = np.array([0.22, 0.0, 0.10, 0.0])  # instalment that hardly covers the interest
HOPELESS_OVER_INTEREST = 0.05

# The employer's 5 %: the part of the credit's life with a job, as a beta distribution by kind.
EMPLOYER_SHARE = 0.05
JOB_LIFE = np.array([[1.3, 2.6], [2.0, 2.0], [1.5, 2.4], [8.0, 1.0]])

REGIME_SHARES = np.array(  # ROA, REA, EXT by kind: no public split, a prior of the reference
    [[0.655, 0.260, 0.085], [0.640, 0.275, 0.085], [0.770, 0.170, 0.060], [0.795, 0.155, 0.050]]
)
OLD_AGE = 62  # years; from here most have left their job
OLD_LEAVES = 0.55

# Past months neither paid nor missed, because a prórroga carried them: who had some, and at most.
DEFERRED_SHARE = np.array([0.35, 0.30, 0.25, 0.06])
DEFERRED_MOST = 20

# Overdue, by kind and regime, before the credit's size counts; a bigger one fails more often.
OVERDUE = np.array(
    [[0.086, 0.465, 0.0], [0.033, 0.26, 0.0], [0.033, 0.27, 0.0], [0.012, 0.110, 0.0]]
)
OVERDUE_BY_SIZE = 1.4
MISSED_TAIL = np.array([6.0, 34.0])  # mean months beyond the fourth: some fall late, some long ago
MISSED_TAIL_SHARES = np.array([0.45, 0.55])
LATE = np.array([0.09, 0.21, 0.24])  # one to three missed, of the rest, by regime
LATE_MONTHS = np.array([0.56, 0.27, 0.17])
PAYING_AGAIN = 0.22

INSURANCE = 7.50  # a month: half of the published bimonthly charge
FUND_SHARE = 0.02  # of the instalment, since January 2009, published
FUND_FROM = 12 * 39
FUND_MONTHS = 6
FUND_USED = 0.17  # had drawn on it in the last five years
FEE_OF_INSTALMENT = np.array([0.03, 0.0, 0.0, 0.01])  # administration, by kind: not published
FEE_ENDS = 12 * 54 + 4  # May 2024, published
HOUSE_OVER_CREDIT = 1.18  # for the published fee of the 2013 product on dear houses
DEAR_HOUSE_UNITS = 128
DEAR_HOUSE_FEE = 0.02 / 12

CO_FINANCED = 0.0375  # of those never converted
UNDISBURSED = 0.02  # of the grants of the last twelve months
ECOTECHNOLOGIES, ECOTECHNOLOGIES_FROM = 0.008, 12 * 40  # of the grants since 2010
IN_COURT, IN_COURT_LATE = 0.006, 0.10  # the second with a year or more missed
OTHER_PRODUCTS = {
    "infonavit_total": 0.012,
    "segundo_credito": 0.010,
    "unamos_creditos": 0.004,
    "construyo": 0.002,
    "crediterreno": 0.001,
}

WAGE_AT_GRANT_KNOWN, BORN_KNOWN, INCOME_KNOWN, EXPENSES_KNOWN = 0.96, 0.99, 0.38, 0.6
INCOME_MEDIAN, INCOME_SPREAD = 6_800, 0.5  # what they say they earn
PENSIONED = 0.62  # of those of sixty or more without a job
PENSION_AGE = 60
PENSION_MEDIAN, PENSION_SPREAD, PENSION_LEAST = 7_200, 0.45, 3_500
PENSION_KNOWN = 0.80

IN_A_SOLUTION = {  # of those who could be in it
    "solucion_a_tu_medida": 0.20,
    "dictamen_capacidad_pago": 0.08,
    "borron_y_cuenta_nueva": 0.004,
    "apoyo_jubilados": 0.012,
}
KEPT_THOUGH_LATE = 0.18  # a solution counts as kept although some month is missed
REDUCED_LEAST, REDUCED_WITHOUT_JOB = 0.25, 0.75  # of the instalment, as the rule-book assumes
OF_PENSION = 0.25  # published
FUND_BORROWER_PAYS = 0.10  # published
SIZE_MIDDLE = np.array([135.0, 270_000.0, 135.0, 450_000.0])  # units or pesos, by kind
OVERDUE_IF_HOPELESS = 1.25
