"""Which credit a payment is for: by the collection's reference and the credit's number, by the
number alone, by the worker's NSS. What is not plain waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from django.db.models import Max

from tequio.core.columns import EPOCH
from tequio.core.months import last_of
from tequio.web.records.models import ClosedPart, Credit, Deposit, LatestBalance, Load, Person, Role

COLLECTION = "5503"
TEN_DIGITS = r"\b[0-9]{10}\b"
AT_A_TIME = 5_000  # values asked for in one query
HOW = Deposit.Matched
CREDITS = {"number": pl.String, "credit": pl.Int64, "load": pl.Int64}


def matched(payments: pl.DataFrame) -> pl.DataFrame:
    """The same rows with `credit` (the ledger's key, or null), `matched` and `as_of`, the day of
    the balance with which the credit came in."""
    rows = payments.with_row_index("row").with_columns(pl.col("number").alias("written"))
    by_nss = rows["nss"] != ""
    found = pl.concat([by_number(rows.filter(~by_nss)), by_worker(rows.filter(by_nss))])
    known = found.join(loads(), on="load", how="left")
    early = pl.col("credit").is_not_null() & (pl.col("day") <= pl.col("as_of"))
    how = (
        pl.when(pl.col("parts") == 0)
        .then(int(HOW.SETTLED))
        .when(early)
        .then(int(HOW.BEFORE))
        .otherwise(pl.col("matched"))
    )
    return known.with_columns(matched=how).sort("row").drop("row", "written", "load", "parts")


def by_number(rows: pl.DataFrame) -> pl.DataFrame:
    """Ten digits that are a credit's: in their own column, or in what the payer wrote.

    A number in its own column that is no credit's is not overruled by another in the text: that
    may be a telephone. Two credits in one payment are never chosen between.
    """
    texts = rows.select(
        "row",
        own=pl.col("written").str.replace_all(r"[\s.\-]", ""),
        said=pl.col("concept").str.extract_all(TEN_DIGITS),
    )
    long = pl.concat(
        [
            texts.select("row", pl.col("own").alias("number"), own=True),
            texts.select("row", pl.col("said").alias("number"), own=False)
            .explode("number", empty_as_null=True)
            .drop_nulls("number"),
        ]
    ).filter(pl.col("number") != "")
    found = long.join(credits_of(long["number"]), on="number", how="left")
    each = found.group_by("row").agg(
        credits=pl.col("credit").drop_nulls().n_unique(),
        credit=pl.col("credit").drop_nulls().first(),
        load=pl.col("load").drop_nulls().first(),
        own_unknown=(pl.col("own") & pl.col("credit").is_null()).any(),
    )
    told = rows.join(each, on="row", how="left")
    by_reference = pl.col("reference").str.strip_chars_start("0") == COLLECTION
    how = (
        pl.when(pl.col("credits").is_null())
        .then(int(HOW.NOTHING))
        .when(pl.col("credits") > 1)
        .then(int(HOW.SEVERAL))
        .when((pl.col("credits") == 0) | pl.col("own_unknown"))
        .then(int(HOW.UNKNOWN))
        .when(by_reference)
        .then(int(HOW.REFERENCE))
        .otherwise(int(HOW.CREDIT))
    )
    return only_sure(told.with_columns(matched=how).drop("credits", "own_unknown"))


def by_worker(rows: pl.DataFrame) -> pl.DataFrame:
    """The credits in which a worker is the debtor: one, or the one that the row names."""
    owned = pl.DataFrame(
        credits_of_workers(rows["nss"].unique().to_list()), schema=WORKERS, orient="row"
    )
    pairs = rows.select("row", "nss", "written").join(owned, on="nss", how="left")
    named = pl.col("written") == ""
    right = pairs.filter(named | (pl.col("written") == pl.col("number")))
    each = right.group_by("row").agg(
        credits=pl.col("credit").drop_nulls().n_unique(),
        credit=pl.col("credit").drop_nulls().first(),
        load=pl.col("load").drop_nulls().first(),
    )
    how = (
        pl.when(pl.col("credits").fill_null(0) == 0)
        .then(int(HOW.UNKNOWN))
        .when(pl.col("credits") > 1)
        .then(int(HOW.SEVERAL))
        .otherwise(int(HOW.NSS))
    )
    told = rows.join(each, on="row", how="left").with_columns(matched=how)
    return only_sure(told.drop("credits"))


WORKERS = {"nss": pl.String, "number": pl.String, "credit": pl.Int64, "load": pl.Int64}


def only_sure(told: pl.DataFrame) -> pl.DataFrame:
    """A credit only where it is plain which."""
    sure = pl.col("matched") < int(HOW.NOTHING)
    return told.with_columns(
        pl.when(sure).then(pl.col(name)).alias(name) for name in ("credit", "load")
    )


def credits_of(numbers: pl.Series) -> pl.DataFrame:
    """Those of the numbers that are credits'."""
    wanted = numbers.unique().to_list()
    rows: list[tuple[Any, ...]] = []
    for at in range(0, len(wanted), AT_A_TIME):
        some = Credit.objects.filter(number__in=wanted[at : at + AT_A_TIME])
        rows += some.values_list("number", "pk", "load_id")
    return pl.DataFrame(rows, schema=CREDITS, orient="row")


def credits_of_workers(numbers: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """NSS, credit number, credit and load of every credit in which one of them is the debtor."""
    found = []
    for at in range(0, len(numbers), AT_A_TIME):
        searched = {}
        for one in numbers[at : at + AT_A_TIME]:
            searched |= dict.fromkeys(Person.nss.matches(one)["nss_search__in"], one)
        people = Person.objects.filter(nss_search__in=list(searched))
        whose = {pk: searched[said] for pk, said in people.values_list("pk", "nss_search")}
        roles = Role.objects.filter(person_id__in=list(whose), kind=Role.Kind.DEBTOR)
        columns = ("person_id", "credit__number", "credit_id", "credit__load_id")
        found += [(whose[person], *rest) for person, *rest in roles.values_list(*columns)]
    return found


def loads() -> pl.DataFrame:
    """The day of each load's balances, and its parts: none, if its credits were settled by then."""
    rows = list(Load.objects.values_list("pk", "as_of", "parts"))
    schema = {"load": pl.Int64, "as_of": pl.Date, "parts": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def closed_to(credits_: np.ndarray) -> np.ndarray:
    """The last day of the newest closed month of each credit, days since 1970-01-01; before time
    where none is closed."""
    parts = ClosedPart.objects.order_by("first").values_list("first", "last").annotate(Max("month"))
    if not parts:
        return np.full(len(credits_), np.iinfo(np.int64).min)
    first, last, month = (np.array(column, np.int64) for column in zip(*parts, strict=True))
    ends = np.array([(last_of(int(one)) - EPOCH).days for one in month], np.int64)
    place = np.maximum(np.searchsorted(first, credits_, side="right") - 1, 0)
    inside = (first[place] <= credits_) & (credits_ <= last[place])
    return np.where(inside, ends[place], np.iinfo(np.int64).min)


def settled_among(credits_: Sequence[int]) -> set[int]:
    """The credits that owe no principal any more."""
    found: set[int] = set()
    for at in range(0, len(credits_), AT_A_TIME):
        some = LatestBalance.objects.filter(credit_id__in=credits_[at : at + AT_A_TIME])
        found |= set(some.filter(balance=0, balance_units=0).values_list("credit_id", flat=True))
    return found
