"""Index series: the vectors of the servicing reference hold, and the wrong series that circulate
are refused."""

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared import shared
from tequio.core import Index, Units
from tequio.core.errors import LawError, NotInForce
from tequio.core.law import HERE
from tequio.core.series import half_up, index_thousandths, load, read

FOLDER = HERE / "series"
KNOWN = load(FOLDER)


def spoiled(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the series with one text changed once."""
    shutil.copytree(FOLDER, folder / "series")
    path = folder / "series" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "series"


# What is wrong, in which file, what is said of it.
WRONG = {
    "UMA 2025 monthly of a public catalogue": (
        "uma",
        "113.14,3439.46",
        "113.14,3441.90",
        ["uma.csv, línea 11", "2025-02-01", "3439.46 (diario x 30.4)", "3441.90"],
    ),
    "UMA yearly": ("uma", "41273.52", "41273.25", ["debe ser 41273.52 (mensual x 12)"]),
    "UMA of another inflation": (
        "uma",
        "2024-02-01,108.57,3300.53,39606.36",
        "2024-02-01,108.58,3300.83,39609.96",
        ["uma.csv, línea 10", "Debe ser 108.57: 103.74 más 4.66 % de inflación"],
    ),
    "deflated minimum wage": (
        "minimum_wage",
        "2024-01-01,248.93",
        "2024-01-01,198.93",
        ["minimum_wage.csv", "2024-01-01", "un salario mínimo no baja: antes era 207.44"],
    ),
    "minimum wage of another setting": (
        "minimum_wage",
        "2024-01-01,248.93",
        "2024-01-01,248.95",
        ["Debe ser 248.93"],
    ),
    "INPC with a lost digit": (
        "inpc",
        "2025-12-01,143.042",
        "2025-12-01,14.042",
        ["inpc.csv", "2025-12-01", "en un mes: antes era 142.645"],
    ),
    "INPC with a month missing": (
        "inpc",
        "2016-01-01,89.386,derived from Banxico's daily UDI,inferred\n",
        "",
        ["Falta un mes después de 2015-12-01"],
    ),
    "inflation that the index does not give": (
        "december_inflation",
        "2020-12-31,3.15",
        "2020-12-31,3.51",
        ["El índice de precios da 3.15 %"],
    ),
    "UMI growth of another year": (
        "umi",
        "100.81,3064.62,4.66",
        "100.81,3064.62,4.21",
        ["Debe ser"],
    ),
    "a date twice": ("umi", "2020-01-01,", "2019-01-01,", ["no es posterior a 2019-01-01"]),
    "a date that does not exist": ("umi", "2020-01-01,", "2020-02-31,", ["no es una fecha"]),
    "no source": (
        "umi",
        ",Infonavit 2026-01-19 via kpmg.com/mx (0.00%),press",
        ",,press",
        ["falta source"],
    ),
    "no confidence": ("umi", "kpmg.com/mx (0.00%),press", "kpmg.com/mx (0.00%),", ["confidence"]),
    "a confidence of one's own": ("umi", "(0.00%),press", "(0.00%),sure", ["'sure'"]),
    "no number": ("umi", "84.55", "84.5S", ["'84.5S', que no es un número"]),
    "an empty value": ("umi", "84.55,", ",", ["falta el valor"]),
    "a file cut in half": (
        "umi",
        ",100.81,3064.62,0.00,Infonavit 2026-01-19 via kpmg.com/mx (0.00%),press\n",
        "",
        ["umi.csv, línea 11"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_row_that_breaks_a_rule_is_refused_by_name(what, tmp_path):
    name, old, new, said = WRONG[what]
    with pytest.raises(LawError) as refused:
        load(spoiled(tmp_path, name, old, new))
    for words in said:
        assert words.lower() in str(refused.value).lower()


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "uma.csv").write_text("since,daily,source,confidence\n", encoding="utf-8")
    with pytest.raises(LawError, match="no tiene filas"):
        read(tmp_path / "uma.csv", "UMA", "pesos")


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2024, 1, 31), "103.74"), (date(2024, 2, 1), "108.57"), (date(2025, 1, 31), "108.57")],
)
def test_a_row_holds_until_the_next(day, value):
    assert KNOWN["uma"].at(day).value == Decimal(value)


def test_before_the_first_row_there_is_no_answer():
    with pytest.raises(NotInForce, match="empieza el 2016-01-28"):
        KNOWN["uma"].at(date(2016, 1, 27))


def test_150_units_in_pesos():
    """Servicing reference, 1.4."""
    worth = {
        year: Units(150_000_000).pesos(Index(index_thousandths(KNOWN["umi"].at(date(year, 6, 1)))))
        for year in (2022, 2023, 2024, 2025, 2026)
    }
    assert {year: int(money.values[0]) for year, money in worth.items()} == {
        2022: 417_513_60,
        2023: 439_219_20,
        2024: 459_693_60,
        2025: 459_693_60,
        2026: 459_693_60,
    }


def test_units_are_of_a_month_and_the_notice_factor_of_a_day():
    """Servicing reference, 1.4: the ceiling of 2012, and 32.22 daily = 1.0599 monthly."""
    wage = KNOWN["minimum_wage"].at(date(2012, 6, 1)).value
    assert 350 * wage * Decimal("30.4") == Decimal("663191.20")
    assert round(Decimal("32.22") / Decimal("30.4"), 4) == Decimal("1.0599")
    assert round(Decimal("32.22") * KNOWN["minimum_wage"].at(date(2016, 6, 1)).value, 2) == Decimal(
        "2353.35"
    )


def test_the_unit_follows_its_rule_and_then_the_freeze():
    """Servicing reference, 1.3: the least of the wage set, UMA's growth and, from 2022, the
    five-year mean of December inflation; zero since 2025."""
    inflation = {row.since.year: row.value for row in KNOWN["december_inflation"].rows}
    setting = {
        "2017": "3.9",
        "2018": "3.9",
        "2019": "5",
        "2020": "5",
        "2021": "6",
        "2022": "9",
        "2023": "10",
        "2024": "6",
    }
    level = Decimal("73.04")
    for row in KNOWN["umi"].rows:
        year = row.since.year
        if year >= 2025:
            assert row.value == Decimal("100.81")
            continue
        limits = [Decimal(setting[str(year)]), inflation[year - 1]]
        if year >= 2022:
            mean = sum(inflation[y] for y in range(year - 5, year)) / 5
            limits.append(mean.quantize(Decimal("0.01")))
        level = half_up(level * (1 + min(limits) / 100))
        assert row.value == level, year


def test_the_uma_chain_recomputes_from_december_inflation():
    inflation = {row.since.year: row.value for row in KNOWN["december_inflation"].rows}
    level = Decimal("73.04")
    for row in KNOWN["uma"].rows[1:]:
        level = half_up(level * (1 + inflation[row.since.year - 1] / 100))
        assert row.value == level


def test_the_rows_are_those_of_the_compiled_table():
    """A second check, against the file that the facts were typed from."""
    names = {
        "uma_diaria": "uma",
        "umi_diaria": "umi",
        "smg_df": "minimum_wage",
        "smg_zlfn": "minimum_wage_border",
        "inpc_dic_anual_pct": "december_inflation",
    }
    with shared("indices.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["series"] in names]
    theirs = {(names[r["series"]], r["effective_from"], Decimal(r["value"])) for r in rows}
    ours = {
        (name, row.since.isoformat(), row.value)
        for name in names.values()
        for row in KNOWN[name].rows
    }
    assert ours == theirs
