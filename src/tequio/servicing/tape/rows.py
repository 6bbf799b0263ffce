"""From how credits stand to rows of a portfolio, in the template's words, to be checked as those of
any tape; and the credits that cannot be told, with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from tequio.core.columns import Code, Column, Day, Flag, Index, Money, Units
from tequio.core.law import common
from tequio.core.law_units import as_column
from tequio.core.lists import GAPS, SOLUTIONS
from tequio.core.loan import facts
from tequio.core.months import last_of
from tequio.engine.tape import reasons
from tequio.engine.tape.checking import umi_of
from tequio.engine.tape.figures import PLACES, decimals
from tequio.engine.tape.mapping import Map, Origin
from tequio.engine.tape.reasons import Reason
from tequio.programmes import prorroga
from tequio.servicing.tape.assumed import Assumed
from tequio.servicing.tape.fields import KEY
from tequio.servicing.tape.intake import YEAR
from tequio.servicing.tape.months import Cut
from tequio.servicing.tape.standing import Lasting

OF_DEBT = 10**4  # millionths of a peso in a centavo
DAYS = 304  # tenths of a day in a month: a daily wage x 30.4
AS_READ = ("municipality", "sex", "rate", "product")  # texts that go on as they came
# What a reject calls the columns that a file has under another name.
SHOWN = {
    "credit": KEY,
    "balance": "deuda",
    "balance_units": "deuda (VSM)",
    "instalment": "pf",
    "instalment_units": "pf (VSM)",
    "wage": "daily_wage",
    "wage_at_grant": "daily_wage (al otorgarse)",
    "product": "credit_type",
}
FIGURES = (
    "granted_on",
    "granted",
    "granted_units",
    "indexed",
    "balance",
    "balance_units",
    "instalment",
    "instalment_units",
    "employer_to_principal",
    "months_left",
    "months_paid",
    "months_in_a_row",
    "months_missed",
    "principal_paid",
    "interest_paid",
    "active_solution",
    "solution_from",
    "solution_pays",
    "solution_months_left",
    "solution_gap",
    "solution_kept",
    "agreements_this_year",
    "prorroga_months_used",
    "protection_months_left",
    "regime",
    "employed",
    "months_in_job",
    "months_in_last_job",
    "months_without_job",
    "paid_without_job",
    "wage",
    "wage_at_grant",
)


@dataclass(frozen=True, slots=False)
class Rules:
    """What turns standings into rows: the cut, and what is assumed."""

    as_of: date
    cut: Cut
    assumed: Assumed

    @property
    def lasting(self) -> Lasting:
        """How long solutions may last."""
        known = self.assumed.parameters
        return Lasting(known["prorroga_months"], known["restructure_months"])

    @cached_property
    def umi(self) -> Index:
        """Of one unit, on the day of the cut."""
        return umi_of(self.as_of)

    @cached_property
    def worth(self) -> pl.DataFrame:
        """Thousandths of a peso for one unit (`index`) at the end of each month (`at`)."""
        umi = common()["umi"]
        months = range((umi.history[0].since.year + 1) * YEAR, self.cut.last + 1)
        values = [as_column(umi.unit, umi.at(last_of(month)).value) for month in months]
        index = [int(value.values[0]) for value in values]
        return pl.DataFrame({"at": pl.Series(months, dtype=pl.Int32), "index": index})

    @cached_property
    def map(self) -> Map:
        """Where each column of the portfolio comes from."""
        made = {name: Origin(source=SHOWN.get(name, name)) for name in ("credit", *AS_READ)}
        made |= {name: Origin(source=SHOWN.get(name, name)) for name in FIGURES}
        constants = self.assumed.constants.items()
        fixed = {name: Origin(constant=value) for name, value in constants if name not in made}
        return Map(made | fixed | {"unpaid_interest": Origin(computed=True)})

    @cached_property
    def prorroga_gap(self) -> int:
        """What becomes of the interest of a prórroga: until the reform it joined the debt."""
        texts = prorroga.PROGRAMME.book.parameters["text"].history
        reform = next(text.since for text in texts if text.value == "sin_intereses")
        return GAPS.index("no_interest" if self.as_of >= reform else "capitalised")


Refusal = tuple[str, pl.Expr, Reason, pl.Expr, pl.Expr]  # column, value, reason, which, why


def refusals(assumed: Assumed) -> Iterator[Refusal]:
    """Credits of which no row can be made; one that several hold of is refused by the first."""
    credit = pl.col("credit").cast(pl.String).str.zfill(10)
    lost = pl.format("Se rechazó la fila {} de {}", "lost_row", "lost_file")
    more = pl.when(pl.col("lost") > 1).then(pl.format(" y {} más", pl.col("lost") - 1))
    why = pl.concat_str(lost, more.otherwise(pl.lit("")), pl.lit("."))
    yield KEY, credit, reasons.INCOMPLETE, pl.col("lost") > 0, why
    why = pl.lit("No hay ninguna en los archivos de pagos.")
    yield KEY, credit, reasons.NO_PAYMENTS, pl.col("first").is_null(), why
    year, why = pl.col("granted_year"), pl.lit("Cambia de una fila de pagos a otra.")
    yield "nu_ano_ejercicio", year, reasons.TWO_GRANTS, pl.col("two_grants"), why
    debt, empty = pl.col("debt"), pl.lit("")
    why = pl.lit("Está vacía en su última fila de pagos.")
    yield "deuda", empty, reasons.NO_DEBT, debt.is_null(), why
    why = pl.lit("Su última deuda es cero.")
    yield "deuda", pl.lit("0"), reasons.SETTLED, debt == 0, why
    why = pl.lit("Su pf siempre es cero.")
    yield "pf", pl.lit("0"), reasons.NEVER_BILLED, pl.col("bill").is_null(), why
    in_pesos = ~pl.col("indexed") | pl.lit(assumed.parameters["debt_of_units"] == "pesos")
    shown, why = decimals(debt, 6), pl.lit("Está en pesos y tiene más de 2 decimales.")
    yield "deuda", shown, reasons.DECIMALS, in_pesos & (debt % OF_DEBT != 0), why


def with_measure(found: pl.DataFrame, assumed: Assumed) -> pl.DataFrame:
    """Whether each credit is kept in units, and when it was granted (a month, and a day)."""
    old = pl.col("granted_year") < assumed.parameters["pesos_from"]
    units = pl.col("granted_units") > 0
    year_end = pl.col("granted_year") * YEAR + YEAR - 1
    first, late = pl.col("first"), pl.col("first") > year_end
    month = pl.when(late).then(year_end).otherwise(first)
    found = found.with_columns(
        indexed=(units & (pl.col("granted").is_null() | old)).fill_null(value=False),
        granted_month=month.cast(pl.Int32),
    )
    day = pl.date(pl.col("granted_month") // YEAR, pl.col("granted_month") % YEAR + 1, 1)
    return found.with_columns(granted_on=pl.when(late).then(day.dt.month_end()).otherwise(day))


def cells_of(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Sound credits as the cells of a tape in the template's words."""
    figures = with_solutions(with_people(with_amounts(found, rules), rules), rules)
    product = pl.col("product").fill_null(rules.assumed.constants["product"])
    figures = figures.with_columns(product, pl.col("credit").cast(pl.String).str.zfill(10))
    return figures.select(
        *(pl.col(name).alias(SHOWN.get(name, name)) for name in ("credit", *AS_READ)),
        *(written(name, facts()[name][0]).alias(SHOWN.get(name, name)) for name in FIGURES),
    )


def written(name: str, kind: type[Column]) -> pl.Expr:
    """A column of our whole numbers as the template has it; null stays null."""
    column = pl.col(name)
    if kind is Flag:
        return pl.when(column).then(pl.lit("sí")).otherwise(pl.lit("no"))
    if kind is Code:
        names = facts()[name][1].codes
        return column.replace_strict(range(len(names)), names, return_dtype=pl.String)
    if kind is Day or not PLACES[kind]:
        return column.cast(pl.String)
    return decimals(column, PLACES[kind])


def with_amounts(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What was lent, what is owed and what is paid a month, each in the credit's own measure."""
    known = rules.assumed.parameters
    found = found.join(
        rules.worth.rename({"index": "bill_index"}), left_on="bill_month", right_on="at", how="left"
    ).join(
        rules.worth.rename({"index": "grant_index"}),
        left_on="granted_month",
        right_on="at",
        how="left",
    )
    index = pl.coalesce(pl.col("minimum_wage") * DAYS, "grant_index").fill_null(0)
    indexed, debt = found["indexed"], whole(found, "debt")
    lent = Units(whole(found, "granted_units")).pesos(Index(found.select(index).to_series()))
    owed_in_pesos = debt // OF_DEBT
    owed_units = debt
    if known["debt_of_units"] == "pesos":
        owed_units = Money(owed_in_pesos).units(rules.umi).values
    bill = whole(found, "bill")
    bill_units = Money(bill).units(Index(whole(found, "bill_index"))).values
    units = np.where(indexed, whole(found, "granted_units"), 0)
    granted = np.where(found["granted"].is_null(), lent.values, whole(found, "granted"))
    repaid_units = np.maximum(units - np.where(indexed, owed_units, 0), 0)
    repaid = np.where(indexed, Units(repaid_units).pesos(rules.umi).values, granted - owed_in_pesos)
    repaid = np.maximum(repaid, 0)
    return found.with_columns(
        pl.Series("granted", granted),
        pl.Series("granted_units", units),
        pl.Series("balance", np.where(indexed, 0, owed_in_pesos)),
        pl.Series("balance_units", np.where(indexed, owed_units, 0)),
        pl.Series("instalment", np.where(indexed, 0, bill)),
        pl.Series("instalment_units", np.where(indexed, bill_units, 0)),
        pl.Series("principal_paid", repaid),
        pl.Series("interest_paid", np.maximum(whole(found, "paid") - repaid, 0)),
    )


def whole(found: pl.DataFrame, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A column as whole numbers, zero where empty."""
    return found[name].fill_null(0).cast(pl.Int64).to_numpy()


def with_people(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The job, the wage, the months left, and what follows from the year of the grant."""
    known = rules.assumed.parameters
    wage = (pl.col("daily_wage") * DAYS + 5) // 10
    gone = rules.cut.last - pl.col("granted_month")
    has_fund = pl.col("granted_year") >= known["fund_from"]
    return found.with_columns(
        wage=pl.when("employed").then(wage.fill_null(0)).otherwise(0),
        wage_at_grant=wage,
        months_left=(known["term"] - gone).clip(0),
        protection_months_left=pl.when(has_fund).then(known["fund_months"]).otherwise(0),
        employer_to_principal=pl.col("granted_on") >= known["employer_from"],
        prorroga_months_used=pl.col("prorroga_months"),
    )


def with_solutions(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The solution in force, by its position in the list, and what becomes of the difference."""
    restructure = SOLUTIONS.index(rules.assumed.parameters["restructure"])
    since = pl.col("solution_since")
    return found.with_columns(
        active_solution=pl.when("on_prorroga")
        .then(SOLUTIONS.index("prorroga"))
        .when("on_restructure")
        .then(restructure)
        .otherwise(0),
        solution_gap=pl.when("on_prorroga").then(rules.prorroga_gap).otherwise(0),
        solution_from=pl.date(since // YEAR, since % YEAR + 1, 1),
    )
