"""Index series: the vectors of the servicing reference hold, and the wrong series that circulate
are refused."""

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import shared
from tequio.core import Index, Units
from tequio.core.errors import LawError, NotInForce
from tequio.core.law import HERE
from tequio.core.series import LAYOUTS, half_up, index_thousandths, load, read

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


LAST_UMI = ',100.81,3064.62,0.00,"Infonavit 2026-01-19, en KPMG México (0.00 %)",press\n'

# What is wrong, in which file, what is said of it.
WRONG = {
    "UMA 2025 monthly of a public catalogue": (
        "uma",
        "113.14,3439.46",
        "113.14,3441.90",
        ["uma.csv, línea 11", "UMA del 2025-02-01", "3439.46 (diario x 30.4)", "3441.90"],
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
        ["minimum_wage.csv, línea 43", "2024-01-01", "no baja: antes era 207.44"],
    ),
    "minimum wage of another setting": (
        "minimum_wage",
        "2024-01-01,248.93",
        "2024-01-01,248.94",
        ["Debe ser 248.93: (207.44 + 27.40) más 6.0 %", "con su fuente: CONASAMI, en iKiwi"],
    ),
    "minimum wage of a day without increase": (
        "minimum_wage",
        "2024-01-01,248.93",
        "2024-02-01,248.93",
        ["Falta su aumento en minimum_wage_increase.csv"],
    ),
    "minimum wage that an increase should have made": (
        "minimum_wage",
        '2026-01-01,315.04,"CONASAMI, en Ganso Informativo",press\n',
        "",
        ["minimum_wage_increase.csv, línea 11", "Falta el salario mínimo de ese día"],
    ),
    "a centavo of slack that nobody declared": (
        "minimum_wage_increase",
        "15.72,10.0,0.01",
        "15.72,10.0,0.00",
        ["minimum_wage.csv, línea 42", "dice 207.44. Debe ser 207.45"],
    ),
    "slack that hides an error": (
        "minimum_wage_increase",
        "27.40,6.0,0.00",
        "27.40,6.0,0.02",
        ["minimum_wage_increase.csv, línea 9", "no puede pasar de un centavo"],
    ),
    "INPC of January 2023 with its first digit lost": (
        "inpc",
        "2023-01-01,127.336",
        "2023-01-01,27.336",
        ["inpc.csv, línea 87", "2023-01-01", "Cambia -78.39 % en un mes: antes era 126.478"],
    ),
    "INPC with a middle digit lost": (
        "inpc",
        "2023-01-01,127.336",
        "2023-01-01,127.36",
        ["inpc.csv, línea 87", "'127.36', que no es un número con 3 decimales"],
    ),
    "INPC with a month missing": (
        "inpc",
        "2016-01-01,89.386",
        "2015-12-15,89.386",
        ["Falta un mes después de 2015-12-01"],
    ),
    "inflation that the index does not give": (
        "december_inflation",
        "2020-12-31,3.15",
        "2020-12-31,3.16",
        ["El índice de precios da 3.15 %"],
    ),
    "inflation of a year without index": (
        "december_inflation",
        "2025-12-31,3.69",
        "2027-12-31,3.69",
        ["2027-12-31", "uno de los dos diciembres"],
    ),
    "UMI growth of another year": (
        "umi",
        "100.81,3064.62,4.66",
        "100.81,3064.62,4.21",
        ["Debe ser 100.38: 96.32 más 4.21 %"],
    ),
    "UMI that begins elsewhere": ("umi", "2294.90,3.36", "2294.90,3.90", ["73.04 más 3.90 %"]),
    "a date twice": ("umi", "2020-01-01,", "2019-01-01,", ["no es posterior a 2019-01-01"]),
    "dates in the wrong order": ("uma", "2020-02-01,", "2018-03-01,", ["no es posterior a"]),
    "a date that does not exist": ("umi", "2020-01-01,", "2020-02-31,", ["no es una fecha"]),
    "no source": (
        "umi",
        '"Infonavit 2026-01-19, en KPMG México (0.00 %)"',
        "",
        ["línea 11", "falta source"],
    ),
    "no confidence": ("umi", LAST_UMI, LAST_UMI.replace("press", ""), ["falta confidence"]),
    "a confidence of one's own": ("umi", LAST_UMI, LAST_UMI.replace("press", "sure"), ["'sure'"]),
    "no number": ("umi", "84.55", "84.5S", ["'84.5S', que no es un número con 2 decimales"]),
    "a thousands separator": ("umi", "2570.32", '"2,570.32"', ["monthly dice '2,570.32'"]),
    "not a number at all": ("umi", "84.55", "NaN", ["daily dice 'NaN'"]),
    "an empty value": ("umi", "84.55,", ",", ["falta daily"]),
    "a cell too many": ("umi", "2570.32", "2,570.32", ["tiene 7 celdas y deben ser 6"]),
    "an open quote": ("umi", LAST_UMI, LAST_UMI.replace('%)"', "%)"), ["revise sus comillas"]),
    "a column of another name": ("uma", "monthly", "mensual", ["línea 1", "since, daily, monthly"]),
    "a line cut in half": ("umi", LAST_UMI, ",100.81,3064\n", ["línea 11", "tiene 3 celdas"]),
    "a file cut before its end": ("umi", LAST_UMI, LAST_UMI[:-3], ["umi.csv: está cortado"]),
    "a file cut between lines": (
        "uma",
        '2026-02-01,117.31,3566.22,42794.64,"INEGI, en El Universal 2026-01-09",official\n',
        "",
        ["december_inflation.csv, línea 11", "Falta la UMA del 2026-02-01"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_row_that_breaks_a_rule_is_refused_by_name(what, tmp_path):
    name, old, new, said = WRONG[what]
    with pytest.raises(LawError) as refused:
        load(spoiled(tmp_path, name, old, new))
    for words in said:
        assert words.lower() in str(refused.value).lower()


def test_a_minimum_wage_deflated_throughout_is_refused(tmp_path):
    """In pesos of 2018 it still rises each year since 2017, so only its formula shows it."""
    folder = tmp_path / "series"
    shutil.copytree(FOLDER, folder)
    lines = ["since,daily,source,confidence\n"]
    for row in KNOWN["minimum_wage"].rows:
        if row.since >= KNOWN["inpc"].rows[0].since:
            real = half_up(row.value * 100 / KNOWN["inpc"].at(row.since).value)
            lines.append(f"{row.since},{real},Serie real,press\n")
    (folder / "minimum_wage.csv").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(LawError, match=r"minimum_wage.csv, línea 3: .* del 2017-01-01 dice 85.51"):
        load(folder)


def digits_held_by_rules() -> list[tuple[str, int, int, int]]:
    """Every digit of every figure that another figure vouches for: file, line, column, place."""
    held = []
    columns = {"uma": 3, "umi": 3, "december_inflation": 1, "minimum_wage": 1}
    for name, many in (columns | {"minimum_wage_increase": 2}).items():
        for line, cells in enumerate(lines_of(name)):
            if cells[0] == "since" or (name == "minimum_wage" and cells[0] < "2016"):
                continue
            if name == "minimum_wage_increase" and cells[3] != "0.00":
                continue  # its declared centavo of slack
            for column in range(1, many + 1):
                places = [place for place, char in enumerate(cells[column]) if char != "."]
                held += [(name, line, column, place) for place in places]
    return held


def lines_of(name: str) -> list[list[str]]:
    """The cells of a file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@given(st.sampled_from(digits_held_by_rules()), st.integers(1, 9))
def test_no_digit_of_a_checked_figure_can_change(where, by):
    name, line, column, place = where
    lines = lines_of(name)
    cell = lines[line][column]
    changed = (int(cell[place]) + by) % 10
    lines[line][column] = f"{cell[:place]}{changed}{cell[place + 1 :]}"
    with TemporaryDirectory() as folder:
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
        with pytest.raises(LawError):
            load(Path(folder))


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "inpc.csv").write_text("since,index,source,confidence\n", encoding="utf-8")
    with pytest.raises(LawError, match="no tiene filas"):
        read(tmp_path / "inpc.csv", LAYOUTS["inpc"])


def test_a_file_of_another_encoding_is_refused(tmp_path):
    folder = spoiled(tmp_path, "umi", "2019-01-01", "2019-01-01")
    text = (folder / "umi.csv").read_text(encoding="utf-8")
    (folder / "umi.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(LawError, match=r"umi.csv: no está en UTF-8"):
        load(folder)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(LawError, match=r"uma.csv: falta el archivo"):
        load(tmp_path)


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
    increases = KNOWN["minimum_wage_increase"].rows
    # Two increases of 2017: the second, of December, is that of 2018.
    setting = {(r.since.year + r.since.month // 12): r.others["setting_percent"] for r in increases}
    level = Decimal("73.04")
    for row in KNOWN["umi"].rows:
        year = row.since.year
        if year >= 2025:
            assert row.value == Decimal("100.81")
            continue
        limits = [setting[year], inflation[year - 1]]
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


def test_the_index_is_that_of_the_compiled_table():
    """A second check, against the monthly index derived from the daily UDI."""
    with shared("inpc_monthly.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    theirs = {row["month"]: Decimal(row["inpc_from_udi"]) for row in rows}
    ours = {f"{row.since:%Y-%m}": row.value for row in KNOWN["inpc"].rows}
    assert ours == {month: value for month, value in theirs.items() if month >= "2015-12"}


def test_the_increases_are_those_of_the_compiled_table():
    with shared("indices.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for name, column in (("smg_mir_pesos", None), ("smg_fijacion_pct", "setting_percent")):
        theirs = {r["effective_from"]: Decimal(r["value"]) for r in rows if r["series"] == name}
        ours = {
            row.since.isoformat(): row.others[column] if column else row.value
            for row in KNOWN["minimum_wage_increase"].rows
        }
        assert ours == theirs


def test_what_the_compiled_table_infers_is_not_called_surer():
    names = {"uma_diaria": "uma", "umi_diaria": "umi", "smg_df": "minimum_wage"}
    with shared("indices.csv").open(encoding="utf-8") as file:
        inferred = [r for r in csv.DictReader(file) if r["source"].startswith("[inferred]")]
    days = [(names[r["series"]], r["effective_from"]) for r in inferred if r["series"] in names]
    assert len(days) == 19
    for name, since in days:
        assert KNOWN[name].at(date.fromisoformat(since)).confidence == "inferred"
