"""The solution in force, the protection fund, the flags and what a person has told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tequio.core.lists import GAPS, PRODUCTS, SOLUTIONS
from tequio.demo import assumptions as assumed
from tequio.demo.arrears import Course
from tequio.demo.balances import whole
from tequio.demo.contracts import CENTAVO
from tequio.demo.people import REA, People
from tequio.demo.vintages import pick

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ENDLESS = 9_999  # months, of a solution without an end
YEAR = 12
FIVE_YEARS = 60
PRORROGA_MOST = 12
JUBILADOS_LEAST_PAID = 120
JUBILADOS_OPENED = 12 * 53 + 10  # November 2023


@dataclass(frozen=True, slots=True, eq=False)
class Solutions:
    """The solution in force, row by row; amounts in centavos, all zero without one."""

    active: Ints
    began: Ints  # months since January 1970, zero without one
    pays: Ints
    months_left: Ints
    gap: Ints
    kept: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Fund:
    """The protection fund of payments."""

    months_left: Ints
    began: Ints  # of its five years, months since January 1970; zero when never used


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What people have told or shown of themselves: centavos a month, and whether it is known."""

    income: Ints
    income_known: Flags
    expenses: Ints
    expenses_known: Flags
    pension_known: Flags
    wage_at_grant_known: Flags
    born_known: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Product and flags of the credit."""

    product: Ints
    co_financed: Flags
    undisbursed: Flags
    ecotechnologies: Flags
    in_court: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """All of it but the solution, which follows from it."""

    marks: Marks
    fund: Fund
    told: Told
    instalment: Ints  # centavos of today


def standing_of(rng: np.random.Generator, course: Course, instalment: Ints) -> Standing:
    """Draw where every credit and person stand. `instalment` in centavos of today."""
    marks, fund = marks_of(rng, course), fund_of(rng, course)
    return Standing(marks, fund, told_of(rng, course.people), instalment)


def told_of(rng: np.random.Generator, people: People) -> Told:
    """Some of those without a job have declared what they earn; some of them, what they spend."""
    size = len(people.sex)
    earned = assumed.INCOME_MEDIAN * np.exp(rng.normal(0, assumed.INCOME_SPREAD, size))
    income = whole(np.maximum(earned, people.pension) * CENTAVO)
    income_known = ~people.employed & (rng.random(size) < assumed.INCOME_KNOWN)
    spent = whole(income * rng.uniform(0.45, 0.98, size))
    return Told(
        income,
        income_known,
        spent,
        income_known & (rng.random(size) < assumed.EXPENSES_KNOWN),
        people.pensioned & (rng.random(size) < assumed.PENSION_KNOWN),
        rng.random(size) < assumed.WAGE_AT_GRANT_KNOWN,
        rng.random(size) < assumed.BORN_KNOWN,
    )


def marks_of(rng: np.random.Generator, course: Course) -> Marks:
    """A lawsuit is nearly always about a credit long unpaid."""
    grants, months = course.grants, course.months
    size = len(grants.kind)
    co_financed = (rng.random(size) < assumed.CO_FINANCED) & (grants.kind != assumed.CONVERTED)
    others = np.array([PRODUCTS.index(name) for name in assumed.OTHER_PRODUCTS])
    shares = np.array([*assumed.OTHER_PRODUCTS.values()])
    other = (rng.random(size) < shares.sum()) & (grants.kind == assumed.NECP)
    product = np.where(other, others[pick(rng, shares, size)], PRODUCTS.index("credito_infonavit"))
    recent, modern = grants.elapsed <= YEAR, grants.granted_month >= assumed.ECOTECHNOLOGIES_FROM
    sued = np.where(months.missed >= YEAR, assumed.IN_COURT_LATE, assumed.IN_COURT)
    return Marks(
        np.where(co_financed, PRODUCTS.index("cofinavit"), product),
        co_financed,
        recent & (rng.random(size) < assumed.UNDISBURSED),
        modern & (rng.random(size) < assumed.ECOTECHNOLOGIES),
        rng.random(size) < sued,
    )


def fund_of(rng: np.random.Generator, course: Course) -> Fund:
    """Credits since 2009 have six months in five years; some have drawn on them, those without a
    job not long ago."""
    grants, people = course.grants, course.people
    has = grants.granted_month >= assumed.FUND_FROM
    size = len(has)
    longest = np.where(people.regime == REA, 2 * YEAR, FIVE_YEARS)
    window = np.minimum((rng.random(size) * longest).astype(np.int64), grants.elapsed - 1)
    used = has & (rng.random(size) < assumed.FUND_USED) & (grants.elapsed > YEAR)
    drawn = np.minimum(rng.integers(1, assumed.FUND_MONTHS + 1, size), window + 1)
    left = np.where(has, assumed.FUND_MONTHS - np.where(used, drawn, 0), 0)
    return Fund(left, np.where(used, grants.month_now - window, 0))


def solutions_of(rng: np.random.Generator, course: Course, standing: Standing) -> Solutions:
    """At most one per credit."""
    grants, people, months = course.grants, course.people, course.months
    fund, told, instalment = standing.fund, standing.told, standing.instalment
    size = len(instalment)
    began = grants.month_now - np.minimum(rng.integers(0, YEAR, size), grants.elapsed - 1)
    active = chosen(rng, course, standing)
    is_in = {name: active == number for number, name in enumerate(SOLUTIONS)}
    began = np.where(is_in["prorroga"], grants.month_now - months.prorroga, began)
    began = np.where(is_in["fondo_proteccion_pagos"], fund.began, began)
    began = np.where(is_in["apoyo_jubilados"], np.maximum(began, JUBILADOS_OPENED), began)
    age = grants.month_now - began
    months_left = np.maximum(PRORROGA_MOST - age, 1)
    months_left = np.where(is_in["apoyo_jubilados"], ENDLESS, months_left)
    months_left = np.where(is_in["borron_y_cuenta_nueva"], np.maximum(3 - age, 1), months_left)
    months_left = np.where(
        is_in["fondo_proteccion_pagos"], np.maximum(fund.months_left, 1), months_left
    )
    gap = np.where(is_in["prorroga"], GAPS.index("capitalised"), GAPS.index("to_instalment"))
    gap = np.where(is_in["apoyo_jubilados"], GAPS.index("to_interest"), gap)
    within = active > 0
    lenient = people.on_prorroga | (rng.random(size) < assumed.KEPT_THOUGH_LATE)
    kept = within & ((months.missed == 0) | lenient)
    return Solutions(
        active,
        np.where(within, began, 0),
        np.where(within, payments(people, told, instalment, is_in), 0),
        np.where(within, months_left, 0),
        np.where(within, gap, 0),
        kept,
    )


def chosen(rng: np.random.Generator, course: Course, standing: Standing) -> Ints:
    """Which solution each credit is in: those who could be in it, and were drawn."""
    grants, people, months = course.grants, course.people, course.months
    fund, told, in_court = standing.fund, standing.told, standing.marks.in_court
    few, old_enough = months.missed <= 9, grants.elapsed >= 2 * YEAR
    direct = people.regime == REA
    showed = told.income_known & told.expenses_known
    poorer = np.where(people.employed, people.wage < people.wage_at_grant, direct)
    retired = people.pensioned & (months.paid >= JUBILADOS_LEAST_PAID) & ~in_court
    could = {
        "solucion_a_tu_medida": poorer & few & old_enough & ~in_court,
        "dictamen_capacidad_pago": showed & direct & few & (fund.months_left == 0),
        "borron_y_cuenta_nueva": (months.missed == 0) & old_enough & (months.deferred > 0),
        "apoyo_jubilados": retired
        & (people.pension * CENTAVO * assumed.OF_PENSION < standing.instalment)
        & told.pension_known,
    }
    active = np.zeros(len(in_court), dtype=np.int64)
    for name, may in could.items():
        drawn = may & (rng.random(len(active)) < assumed.IN_A_SOLUTION[name])
        active = np.where(drawn & ~people.on_prorroga, SOLUTIONS.index(name), active)
    # The fund begins its five years with the month it pays.
    recent = (fund.began > 0) & (grants.month_now - fund.began < assumed.FUND_MONTHS)
    paying = recent & direct & ~people.pensioned & (months.missed == 0) & (fund.months_left > 0)
    active = np.where(paying, SOLUTIONS.index("fondo_proteccion_pagos"), active)
    return np.where(people.on_prorroga, SOLUTIONS.index("prorroga"), active)


def payments(people: People, told: Told, instalment: Ints, is_in: dict[str, Flags]) -> Ints:
    """What each solution makes of the instalment, by its rule; nothing during a prórroga."""
    kept = np.clip(people.wage / people.wage_at_grant, assumed.REDUCED_LEAST, 1)
    share = np.where(people.employed, kept, assumed.REDUCED_WITHOUT_JOB)
    pays = np.where(is_in["solucion_a_tu_medida"], whole(instalment * share), instalment)
    least = whole(instalment * assumed.REDUCED_LEAST)
    can = np.clip(told.income - told.expenses, least, instalment)
    pays = np.where(is_in["dictamen_capacidad_pago"], can, pays)
    of_pension = whole(people.pension * CENTAVO * assumed.OF_PENSION)
    pays = np.where(is_in["apoyo_jubilados"], of_pension, pays)
    fund = whole(instalment * assumed.FUND_BORROWER_PAYS)
    pays = np.where(is_in["fondo_proteccion_pagos"], fund, pays)
    return np.where(is_in["prorroga"], 0, pays)
