"""A law file loads whole or not at all, and no date has a silent answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tequio.core import (
    Common,
    Ladder,
    Money,
    Programme,
    Share,
)
from tequio.core import programme as programmes
from tequio.core.errors import LawError, NotInForce
from tequio.core.law import (
    Book,
    Confidence,
    Parameter,
    Value,
    common,
    monthly_pesos,
    monthly_unit,
    read,
)
from tequio.core.programme import Version
from tequio.core.series import Row
from tequio.programmes import REGISTRY

CITED = 'rule = "R-1", source = "SUPUESTO", confidence = "assumed"'
SAMPLE = f"""
[rules]
R-1 = {{ says = "Una regla.", source = "SUPUESTO", confidence = "assumed" }}
R-2 = {{ says = "Otra regla.", source = "DECK1", confidence = "official" }}

[text]
label = "Texto de las reglas"
version = [
  {{ from = 2022-01-01, is = "first", {CITED} }},
  {{ from = 2024-01-01, is = "second", {CITED} }},
  {{ from = 2026-01-01, ends = true, says = "Se acabó.", {CITED} }},
]

[target]
label = "Parte del ingreso"
percent = [
  {{ from = 2022-01-01, is = 30, {CITED} }},
  {{ from = 2023-07-01, is = 33.3333, {CITED} }},
]

[cap]
label = "Tope"
pesos = [{{ from = 2022-01-01, is = 1234.56, {CITED} }}]
"""


@dataclass(frozen=True, slots=True, eq=False)
class Law(Common):
    target: Share
    cap: Money


def sample(folder: Path, old: str = "", new: str = "") -> Path:
    """The sample, with one thing written otherwise."""
    assert old in SAMPLE
    file = folder / "sample.toml"
    file.write_text(SAMPLE.replace(old, new, 1) if old else SAMPLE, encoding="utf-8")
    return file


def versions(law: type[Common]) -> dict[str, Version[Any]]:
    """Texts whose rules are of no matter here."""
    text = Version(law, lambda loan, offer, law: iter(()), lambda loan, law: loan.terms(law))  # type: ignore[arg-type, return-value]
    return {"first": text, "second": text}


@pytest.fixture
def programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A programme whose file is the sample, with one thing written otherwise."""
    monkeypatch.setattr(programmes, "HERE", tmp_path)

    def written(old: str = "", new: str = "", law: type[Common] = Law) -> Programme:
        sample(tmp_path, old, new)
        return Programme("sample", "Ejemplo", "ejemplo", "", versions(law))

    return written


def test_a_sound_file_loads_and_answers_by_day(tmp_path: Path) -> None:
    book = read(sample(tmp_path))
    for day, share in [(2022, 300_000), (2023, 300_000), (2024, 333_333), (2025, 333_333)]:
        law = book.at(Law, date(day, 1, 1))
        assert (law.target.values.tolist(), law.cap.values.tolist()) == ([share], [123_456])
        assert law.as_of.values.tolist() == [(date(day, 1, 1) - date(1970, 1, 1)).days]


# What does not hold together names file, entry and reason

TARGET, VALUE = "sample.toml: [target] 2022-01-01", "is = 30, "
BAD: dict[str, tuple[str, str, str]] = {
    "no date": (f"from = 2022-01-01, {VALUE}", VALUE, "[target] (sin fecha): falta from"),
    "no rule": (f'{VALUE}rule = "R-1",', VALUE, f"{TARGET}: falta rule"),
    "no source": (f"{VALUE}{CITED}", f'{VALUE}rule = "R-1", confidence = "press"', "falta source"),
    "no confidence": (
        f"{VALUE}{CITED}",
        f'{VALUE}rule = "R-1", source = "SUPUESTO"',
        f"{TARGET}: falta confidence",
    ),
    "no value": (VALUE, "", f"{TARGET}: falta is"),
    "a value and an end": (VALUE, f"{VALUE}ends = true, ", f"{TARGET}: no se entiende is"),
    "an end that does not end": (VALUE, f"{VALUE}ends = false, ", "no se entiende ends"),
    "a word misspelt": (VALUE, f'{VALUE}sayz = "x", ', f"{TARGET}: no se entiende sayz"),
    "a source not in the register": (
        f'{VALUE}rule = "R-1", source = "SUPUESTO"',
        f'{VALUE}rule = "R-1", source = "NADIE"',
        f"{TARGET}: la fuente 'NADIE' no está en sources.toml",
    ),
    "a confidence that is none": (
        f"{VALUE}{CITED}",
        f'{VALUE}rule = "R-1", source = "SUPUESTO", confidence = "sure"',
        f"{TARGET}: no existe la confianza 'sure'",
    ),
    "a date that is text": ("from = 2022-01-01, is = 30", 'from = "2022-01-01", is = 30', "fecha"),
    "a date with an hour": (
        "from = 2022-01-01, is = 30",
        "from = 2022-01-01T00:00:00, is = 30",
        "no es una fecha",
    ),
    "a number that is text": (VALUE, 'is = "30", ', f"{TARGET}: '30' no es un número"),
    "a number that is a switch": (VALUE, "is = true, ", f"{TARGET}: True no es un número"),
    "a number that is no number": (
        VALUE,
        "is = nan, ",
        "Decimal('NaN') no es un número",
    ),
    "a number without end": (VALUE, "is = inf, ", "Decimal('Infinity') no es un número"),
    "too many decimals": (VALUE, "is = 30.00001, ", f"{TARGET}: 30.00001 tiene más decimales"),
    "half a centavo": ("1234.56", "1234.565", "[cap] 2022-01-01: 1234.565 tiene más decimales"),
    "a list that falls": (VALUE, "is = [50, 25], ", f"{TARGET}: una lista va de menor a mayor"),
    "a list that repeats": (VALUE, "is = [25, 25], ", "sin repetir"),
    "an empty list": (VALUE, "is = [], ", f"{TARGET}: una lista va de menor a mayor"),
    "dates out of order": ("2023-07-01", "2021-07-01", "[target]: una fecha por valor"),
    "a date twice": ("2023-07-01", "2022-01-01", "[target]: una fecha por valor"),
    "no dates": ("version = [", "months = []\nold = [", "debe tener un `label` y una sola unidad"),
    "an empty history": (
        f"pesos = [{{ from = 2022-01-01, is = 1234.56, {CITED} }}]",
        "pesos = []",
        "[cap]: una fecha por valor",
    ),
    "two units": ("percent = [", "months = []\npercent = [", "[target] debe tener un `label`"),
    "no label": ('label = "Tope"\n', "", "sample.toml: [cap] debe tener un `label`"),
    "a unit that is none": (
        "percent = [",
        "percents = [",
        "no existe la unidad percents",
    ),
    "a table by no unit": ("percent = [", "percent_by_luck = [", "no existe la unidad"),
    "a table of three": ("percent = [", "percent_by_ratio_by_ratio = [", "no existe la unidad"),
    "a table that is a number": ("percent = [", "percent_by_ratio = [", "lista de parejas"),
    "no rules": ("[rules]", "[old_rules]", "sample.toml: falta [rules]"),
    "no text": ("[text]", "[texts]", "sample.toml: falta [text]"),
    "a rule without sentence": ('says = "Otra regla.", ', "", "[rules] R-2: falta says"),
    "a rule of no source": ('source = "DECK1"', 'source = "X"', "[rules] R-2: la fuente 'X'"),
    "a rule of no confidence": ('"official"', '"certain"', "[rules] R-2: no existe la confianza"),
    "no TOML": ("[rules]", "[rules", "sample.toml: no se puede leer"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_does_not_hold_together_says_where(fault: str, tmp_path: Path) -> None:
    old, new, said = BAD[fault]
    with pytest.raises(LawError, match=re.escape(said)) as refusal:
        read(sample(tmp_path, old, new))
    assert str(refusal.value).startswith("sample.toml")


# A text and its parameters

GAPS: dict[str, tuple[str, str, str]] = {
    "a parameter that begins late": ("2022-01-01, is = 1234.56", "2022-01-02, is = 1234.56", "cap"),
    "a parameter that ends early": (
        "is = 33.3333, ",
        "ends = true, ",
        "target",
    ),
}


@pytest.mark.parametrize("gap", GAPS)
def test_an_undeclared_gap_is_an_error(gap: str, programme: Any) -> None:
    old, new, name = GAPS[gap]
    said = f"sample.toml: [{name}] no cubre todo el periodo desde 2022-01-01 hasta antes de 2024"
    with pytest.raises(LawError, match=re.escape(said)):
        _ = programme(old, new).book


def test_a_gap_declared_by_an_end_between_texts_is_none(programme: Any) -> None:
    """No text between 2023-07-01 and 2024: the parameter may be silent just then."""
    silent = programme(
        'is = "second"', f'ends = true, {CITED} }},\n  {{ from = 2024-06-01, is = "second"'
    )
    assert silent.book
    assert silent.status(date(2024, 3, 1)).ended.since == date(2024, 1, 1)
    assert silent.at(date(2024, 6, 1)).day == date(2024, 6, 1)


def test_a_parameter_may_end_with_its_text_and_begin_again() -> None:
    def on(day: str, *, ends: bool = False) -> Value:
        return Value(date.fromisoformat(day), 1, "R", "S", Confidence.PRESS, ends)

    history = (on("2020-01-01"), on("2021-01-01", ends=True), on("2022-01-01"))
    parameter = Parameter("p", "P", "months", history)
    whole = [("2020-01-01", "2021-01-01"), ("2020-06-01", "2020-12-31"), ("2022-01-01", None)]
    for since, until in whole:
        last = date.fromisoformat(until) if until else None
        assert parameter.covers(date.fromisoformat(since), last), (since, until)
    broken = [("2019-12-31", "2020-06-01"), ("2020-01-01", "2021-01-02"), ("2021-01-01", None)]
    for since, until in broken:
        last = date.fromisoformat(until) if until else None
        assert not parameter.covers(date.fromisoformat(since), last), (since, until)


def test_a_text_that_nobody_wrote_is_an_error(programme: Any) -> None:
    with pytest.raises(LawError, match=re.escape("sample.toml: no hay un texto llamado 'third'")):
        _ = programme('is = "second"', 'is = "third"').book


def test_a_parameter_that_is_not_in_the_file_is_an_error(programme: Any) -> None:
    with pytest.raises(LawError, match=re.escape("sample.toml: falta el parámetro [cap]")):
        _ = programme("[cap]", "[capped]").book


@dataclass(frozen=True, slots=True, eq=False)
class Otherwise(Common):
    target: Ladder[Share]


@pytest.mark.parametrize(
    ("old", "new", "law"),
    [
        ("percent = [", "annual_percent = [", Law),
        ("", "", Otherwise),
        ("is = 30,", "is = [30],", Law),
    ],
)
def test_a_parameter_of_another_type_is_an_error(
    old: str, new: str, law: type[Common], programme: Any
) -> None:
    said = r"sample\.toml: \[target\] 20\d\d-\d\d-\d\d: está en \w+, y el texto de la ley pide"
    with pytest.raises(LawError, match=said):
        _ = programme(old, new, law).book


def test_the_day_before_the_first_and_the_day_of_the_end(programme: Any) -> None:
    dated = programme()
    assert dated.verified_from == date(2022, 1, 1)
    for outside in (date(2021, 12, 31), date(2026, 1, 1), date(2030, 1, 1)):
        with pytest.raises(NotInForce, match=f"text no tiene valor el {outside}.*2024-01-01"):
            dated.at(outside)
    for inside in (date(2022, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31)):
        assert dated.at(inside).text.value == ("first" if inside.year < 2024 else "second")
    assert dated.status(date(2021, 12, 31)).say() == (
        "No hay regla conocida de esa fecha: la primera es del 1 de enero de 2022."
    )
    assert (
        dated.status(date(2026, 1, 1)).say()
        == "Ya no se ofrece desde el 1 de enero de 2026. Se acabó."
    )
    assert dated.status(date(2025, 12, 31)).text.value == "second"


def test_a_parameter_outside_its_dates_is_not_in_force(tmp_path: Path) -> None:
    target = read(sample(tmp_path)).parameters["target"]
    with pytest.raises(
        NotInForce, match=r"target no tiene valor el 2021-12-31.*2022-01-01 \(R-1\)"
    ):
        target.at(date(2021, 12, 31))
    assert target.at(date(2023, 6, 30)).value == 30
    assert target.at(date(2023, 7, 1)).value == Decimal("33.3333")


# Fingerprints and doubts

CHANGES: dict[str, tuple[str, str]] = {
    "a value": ("33.3333", "33.3334"),
    "a date": ("2023-07-01", "2023-07-02"),
    "a source": ('"Una regla.", source = "SUPUESTO"', '"Una regla.", source = "INFERIDO"'),
    "a sentence": ("Otra regla.", "Otra regla más."),
    "the reason of an end": ("Se acabó.", "Terminó."),
    "a confidence": ('"official"', '"press"'),
    "a rule's name": ("R-2", "R-3"),
    "a value's rule": ('is = "second", rule = "R-1"', 'is = "second", rule = "R-2"'),
    "a label": ('"Tope"', '"Techo"'),
    "an end": ("ends = true", 'is = "first"'),
}
SAME: dict[str, tuple[str, str]] = {
    "idle zeros": ("33.3333", "33.33330"),
    "a decimal point": ("is = 30,", "is = 30.0,"),
    "a comment": ("[cap]", "# the cap\n[cap]"),
    "space": ("is = 30,", "is  =  30 ,"),
    "the order of keys": (
        f'is = "second", {CITED}',
        'confidence = "assumed", source = "SUPUESTO", rule = "R-1", is = "second"',
    ),
    "the order of entries": (
        SAMPLE[SAMPLE.index("[target]") :],
        SAMPLE[SAMPLE.index("[cap]") :] + SAMPLE[SAMPLE.index("[target]") : SAMPLE.index("[cap]")],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_law_has_another_fingerprint(change: str, tmp_path: Path) -> None:
    before = read(sample(tmp_path)).fingerprint()
    assert read(sample(tmp_path, *CHANGES[change])).fingerprint() != before


@pytest.mark.parametrize("change", SAME)
def test_the_same_law_has_the_same_fingerprint(change: str, tmp_path: Path) -> None:
    before = read(sample(tmp_path)).fingerprint()
    assert read(sample(tmp_path, *SAME[change])).fingerprint() == before


def test_what_is_assumed_or_inferred_is_said_and_what_is_official_is_not(tmp_path: Path) -> None:
    said = read(sample(tmp_path)).doubts(Law, date(2022, 1, 1))
    assert "R-1: Una regla. (supuesto)" in said
    assert "R-1: Tope: $1,234.56 (supuesto)" in said
    assert not [doubt for doubt in said if "Otra regla" in doubt]
    assert {one.spanish for one in Confidence} == {"oficial", "prensa", "inferido", "supuesto"}
    assert [one.value for one in Confidence if one.doubtful] == ["inferred", "assumed"]


# The law of the house


def test_units_keep_their_decimals_and_wages_are_half_up_to_the_centavo() -> None:
    """UMI 2024: 100.81 x 30.4 = 3,064.624. UMA 2024: 108.57 x 30.4 = 3,300.528."""
    law = REGISTRY[0].book.at(Common, date(2024, 6, 30))
    assert law.uma_monthly.values.tolist() == [3_300_53]
    assert law.umi.values.tolist() == [3_064_624]


@pytest.mark.parametrize(
    ("day", "daily"),
    [
        (date(1992, 1, 1), "13.33"),
        (date(2015, 6, 30), "70.10"),
        (date(2016, 12, 31), "73.04"),
        (date(2017, 1, 1), "75.49"),
    ],
)
def test_before_the_umi_a_unit_is_a_minimum_wage(day: date, daily: str) -> None:
    assert common()["umi"].at(day).value == Decimal(daily) * Decimal("30.4")


def test_there_are_no_units_before_their_wages() -> None:
    with pytest.raises(NotInForce, match="1991-11-11"):
        common()["umi"].at(date(1991, 11, 10))


@pytest.mark.parametrize(("daily", "centavos"), [("1.25", 38_00), ("0.50", 15_20), ("0.33", 10_03)])
def test_a_monthly_wage_is_the_daily_one_by_30_4(daily: str, centavos: int) -> None:
    row = Row(date(2024, 1, 1), Decimal(daily), {}, "SUPUESTO", "assumed", "row")
    assert monthly_pesos(row) * 100 == centavos
    assert monthly_unit(row) == Decimal(daily) * Decimal("30.4")


def test_no_two_programmes_share_a_fingerprint() -> None:
    books: list[Book] = [programme.book for programme in REGISTRY]
    assert len({book.fingerprint() for book in books}) == len(books)
