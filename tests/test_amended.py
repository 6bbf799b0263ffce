"""What two laws say differently, in the words of somebody who has to judge it."""

from datetime import date
from decimal import Decimal

import pytest

from tequio.core.programme import InForce
from tequio.engine.amended import between, said
from tequio.engine.rulebook import published


def bands(*pairs: tuple[str, str]) -> list[list[Decimal]]:
    return [[Decimal(start), Decimal(held)] for start, held in pairs]


RATES = bands(("1", "1.00"), ("1.5", "1.91"), ("2", "3.33"), ("3", "5.51"), ("4", "7.21"))
TABLE = "annual_percent_by_ratio"


@pytest.mark.parametrize(
    ("unit", "before", "after", "words"),
    [
        ("percent", 25, 30, ("25 %", "30 %")),
        ("pesos", 50, Decimal("50.5"), ("$50.00", "$50.50")),
        ("switch", False, True, ("no", "sí")),
        ("date", date(2022, 5, 1), date(2023, 1, 9), ("2022-05-01", "2023-01-09")),
        ("percent", [25, 50, 75], [25, 60, 75], ("50 %", "60 %")),
        (TABLE, RATES, [*RATES[:-1], *bands(("4", "7.00"))],
         ("desde 4 veces: 7.21 % anual", "desde 4 veces: 7.00 % anual")),
        (TABLE, RATES, [[start, held - 1] for start, held in RATES],
         ("5 escalones: de 1.00 % anual (desde 1 vez) a 7.21 % anual (4 veces)",
          "5 escalones: de 0.00 % anual (desde 1 vez) a 6.21 % anual (4 veces)")),
        ("products", ["mejoravit"], ["mejoravit", "pago_de_pasivos"],
         ("nada más", "pago de pasivos")),
        ("criteria", ["affordable", "total"], ["total", "affordable"],
         ("que alcance, lo menos en total", "lo menos en total, que alcance")),
        ("events", ["death"], ["death", "invalidity"], ("nada más", "invalidez definitiva")),
        ("products", "mejoravit", "construyo", ("mejoravit", "construyo")),
        ("products", "mejoravit", ["mejoravit", "construyo"], ("nada más", "construyo")),
    ],
)  # fmt: skip
def test_a_value_is_told_before_and_after_and_of_a_list_what_differs(unit, before, after, words):
    assert said(unit, before, after) == words


def test_a_solution_without_rule_or_with_half_of_it_says_so():
    told = {
        (one.scope, one.before) for one in between(published(), date(2021, 3, 1), date(2024, 6, 30))
    }
    half = "«por salario», que no se publicó completo: cuenta como que nadie tiene derecho"
    assert ("Descuento por Liquidación Anticipada", half) in told
    told = {
        (one.scope, one.before, one.after)
        for one in between(published(), date(2025, 12, 1), date(2026, 2, 1))
    }
    assert ("Responsabilidad Compartida", "«ventanilla»", "ya no se ofrece") in told
    told = {
        (one.scope, one.before) for one in between(published(), date(2017, 1, 1), date(2024, 6, 30))
    }
    assert ("Responsabilidad Compartida", "sin regla conocida") in told


def test_every_difference_of_two_days_has_a_rule_that_says_something():
    for days in ((date(2019, 1, 1), date(2024, 6, 30)), (date(2024, 6, 30), date(2026, 2, 1))):
        found = between(published(), *days)
        assert len({(one.file, one.name) for one in found}) == len(found) > 3
        assert all(one.rule and one.rule_says for one in found)
        assert all(one.before != one.after for one in found)


def test_two_days_of_one_law_do_not_differ_and_all_that_changes_is_named():
    """Against the laws themselves, column by column, over each month of several years."""
    days = [date(year, month, 15) for year in range(2019, 2027) for month in (1, 4, 7, 10)]
    for one, other in zip(days, days[1:], strict=False):
        differ = set()
        for programme in published().programmes:
            texts = [programme.status(day) for day in (one, other)]
            known = [text for text in texts if isinstance(text, InForce)]
            if len(known) != 2:
                differ |= {programme.name} if known else set()
            elif known[0].text != known[1].text or laws_differ(*known):
                differ.add(programme.name)
        named = {found.file for found in between(published(), one, other)} - {"common"}
        assert named == differ, (one, other)


def laws_differ(one: InForce, other: InForce) -> bool:
    """Whether a parameter of one text has another value, the day's index and wages apart."""
    parameters = dict(one.programme.book.named(one.version.law))
    series = ("umi", "uma_monthly", "minimum_wage")
    return any(
        parameter.at(one.day).value != parameter.at(other.day).value
        for name, parameter in parameters.items()
        if name not in series
    )
