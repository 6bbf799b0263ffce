"""A map says what the columns of a foreign tape are; its own mistakes are told before any row."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import shared
from tapes import DAY, bring, csv_of, example, portfolio, rejects
from tequio.core.columns import Rounding
from tequio.core.loan import TEXTS, facts
from tequio.engine import batch
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.engine.tape import import_files
from tequio.engine.tape.columns import divided
from tequio.engine.tape.mapping import COMPUTED, OPTIONAL, OURS, Map, read_map

REQUIRED = [name for name in OURS if name not in OPTIONAL]
Entries = Mapping[str, str]


def map_of(folder: Path, entries: Entries, top: str = "", without: str = "") -> Path:
    """A map in which every column but those named has the same name in the file."""
    lines = [f'{name} = {{ from = "{name}" }}' for name in REQUIRED if name not in entries]
    lines = [line for line in lines if not without or not line.startswith(f"{without} ")]
    lines += [f"{name} = {entry}" for name, entry in entries.items()]
    path = folder / "map.toml"
    path.write_text("\n".join([top, "[columns]", *lines]), encoding="utf-8")
    return path


def mapped(
    folder: Path, entries: Entries, *rows: Mapping[str, str], **options: str
) -> pl.DataFrame:
    """What a tape becomes with a map; every row must be good."""
    done = bring(csv_of(folder, rows), map_file=map_of(folder, entries, **options))
    assert rejects(done) == []
    return portfolio(done)


def test_a_map_names_columns_and_leaves_out_the_rest(tmp_path: Path) -> None:
    row = {"SALDO" if name == "balance" else name: value for name, value in example().items()}
    found = mapped(tmp_path, {"balance": '{ from = "SALDO" }'}, row | {"otra": "x"})
    assert found["balance"].to_list() == [31_000_000]
    assert found["born_on"].to_list() == [None]  # optional, and the map does not give it


def test_constants_are_written_as_in_the_template(tmp_path: Path) -> None:
    entries = {
        "insurance": "{ constant = 85.5 }",
        "in_court": "{ constant = true }",
        "regime": '{ constant = "REA" }',
        "born_on": '{ constant = "15/03/1980" }',
        "municipality": '{ constant = "16053" }',
    }
    row = mapped(tmp_path, entries, {"credit": "1600000009", **example()}).row(0, named=True)
    assert (row["insurance"], row["in_court"], row["regime"]) == (8_550, True, 1)
    assert row["born_on"] == date(1980, 3, 15)


def test_units_and_scales_are_exact(tmp_path: Path) -> None:
    entries = {
        "balance": '{ from = "CENTS", times = 0.01 }',
        "rate": '{ from = "SHARE", times = 100 }',
        "wage": '{ from = "DAILY", times = 30.4 }',
        "granted": '{ from = "THOUSANDS", times = 1000 }',
    }
    row = example() | {"CENTS": "31000000", "SHARE": "0.105", "DAILY": "322.37", "THOUSANDS": "350"}
    found = mapped(tmp_path, entries, row).row(0, named=True)
    assert found["balance"] == 31_000_000
    assert found["rate"] == 105_000
    assert found["wage"] == 980_005  # 9,800.048
    assert found["granted"] == 35_000_000


def test_columns_add_subtract_and_divide(tmp_path: Path) -> None:
    entries = {
        "months_left": '{ from = "TERM", minus = "GONE" }',
        "principal_paid": '{ from = "A", plus = "B", minus = "C" }',
        "declared_income": '{ from = "PAYS", divide_by = "SHARE" }',
        "months_in_job": '{ from = "DAYS", divide_by = 30, rounding = "down" }',
        "solution_pays": '{ from = "PAYS", times = 0.05, rounding = "up" }',
    }
    row = {"TERM": "360", "GONE": "105", "A": "10.10", "B": "5.05", "C": "0.15"}
    row |= {"PAYS": "232.96", "SHARE": "0.1165", "DAYS": "59"}
    found = mapped(tmp_path, entries, example() | row).row(0, named=True)
    assert found["months_left"] == 255
    assert found["principal_paid"] == 1_500
    assert found["declared_income"] == 199_966  # 1,999.656...
    assert found["months_in_job"] == 1
    assert found["solution_pays"] == 1_165  # 11.648


def test_what_cannot_be_computed_is_a_reject(tmp_path: Path) -> None:
    entries = {
        "declared_income": '{ from = "PAYS", divide_by = "SHARE" }',
        "months_left": '{ from = "TERM", minus = "GONE" }',
    }
    good = {"PAYS": "100", "SHARE": "0.5", "TERM": "100", "GONE": "10"}
    changed = [{}, {"SHARE": "0"}, {"PAYS": "x"}, {"GONE": "110"}, {"TERM": ""}, {"PAYS": ""}]
    rows = [example(at) | good | one for at, one in enumerate(changed)]
    done = bring(csv_of(tmp_path, rows), map_file=map_of(tmp_path, entries))
    assert [(one["fila"], one["columna"], one["valor"]) for one in rejects(done)] == [
        ("3", "PAYS y SHARE", "0"),
        ("4", "PAYS", "x"),
        ("5", "TERM y GONE", "-10"),
        ("6", "TERM y GONE", ""),
    ]
    assert portfolio(done)["declared_income"].to_list() == [20_000, None]


def test_their_words_become_ours(tmp_path: Path) -> None:
    entries = {
        "sex": '{ from = "SEXO", codes = { M = "mujer", H = "hombre", "" = "no se sabe" } }',
        "indexed": '{ from = "MONEDA", codes = { PESOS = "no", VSM = "sí" } }',
        "pension": '{ from = "PENSION", codes = { "N/A" = "" } }',
    }
    rows = [
        example(at) | {"SEXO": sex, "MONEDA": "PESOS", "PENSION": "N/A"}
        for at, sex in enumerate(["M", "H", ""], 1)
    ]
    found = mapped(tmp_path, entries, *rows)
    assert found["sex"].to_list() == [1, 2, 0]
    assert found["pension"].to_list() == [None] * 3


def test_dates_in_the_one_way_that_the_map_says(tmp_path: Path) -> None:
    entries = {
        "granted_on": '{ from = "M", format = "%m/%Y" }',
        "born_on": '{ from = "B", format = "%m-%d-%y" }',
    }
    row = example() | {"M": "03/2016", "B": "12-31-85"}
    found = mapped(tmp_path, entries, row).row(0, named=True)
    assert (found["granted_on"], found["born_on"]) == (date(2016, 3, 1), date(1985, 12, 31))
    rows = [row, example(2) | {"M": "13/03/2016", "B": "31-12-85"}]
    done = bring(csv_of(tmp_path, rows), map_file=map_of(tmp_path, entries))
    assert [one["columna"] for one in rejects(done)] == ["M", "B"]
    assert "como dice el mapa (%m/%Y)" in rejects(done)[0]["por_que"]


def test_credit_numbers_may_be_any_text_if_the_map_says(tmp_path: Path) -> None:
    entries = {"credit": '{ from = "credit", any_text = true }'}
    rows = [example() | {"credit": one} for one in ("AART-2017.3/1", "a b", "x" * 41, "16-1")]
    done = bring(csv_of(tmp_path, rows), map_file=map_of(tmp_path, entries))
    assert [one["fila"] for one in rejects(done)] == ["3", "4"]
    assert portfolio(done)["credit"].to_list() == ["AART-2017.3/1", "16-1"]


def test_unpaid_interest_may_be_computed(tmp_path: Path) -> None:
    entries = {"unpaid_interest": '{ computed = "interest_of_missed_months" }'}
    assert mapped(tmp_path, entries, example())["unpaid_interest"].to_list() == [542_500]


def test_a_trial_is_said_in_the_portfolio(tmp_path: Path) -> None:
    path = map_of(tmp_path, {}, top='trial = "Prueba con otros créditos."')
    done = bring(csv_of(tmp_path, [example()]), map_file=path)
    assert open_portfolio(done.out).about.origin == "Prueba con otros créditos."


WRONG = [
    ('{ from = "a", constant = 1 }', "solo uno de from, constant, computed"),
    ("{ times = 2 }", "solo uno de from, constant, computed"),
    ("{ constant = 1, times = 2 }", "van solos"),
    ('{ fron = "a" }', "no existe «fron»; ¿quiso decir «from»?"),
    ('"a"', "debe ser una tabla"),
    ('{ from = "" }', "nombre de una columna"),
    ('{ from = "a", times = 0 }', "mayor que cero"),
    ('{ from = "a", times = true }', "mayor que cero"),
    ('{ from = "a", divide_by = -1 }', "mayor que cero"),
    ('{ from = "a", rounding = "near" }', "uno de half_up, down, up"),
    ('{ from = "a", codes = { a = 1 } }', "tabla de textos"),
    ('{ from = "a", format = "%d/%m/%Y" }', "format es solo para fechas"),
    ('{ from = "a", any_text = true }', "any_text es solo para credit"),
    ('{ from = "a", any_text = "yes" }', "true o false"),
    ('{ computed = "interest_of_missed_months" }', "solo se puede calcular unpaid_interest"),
    ('{ computed = "x" }', "solo puede ser"),
    ('{ constant = "mucho" }', "«mucho» no sirve. No se puede leer como número."),
    ("{ constant = [1] }", "se escribe como en la plantilla"),
]


@pytest.mark.parametrize(("entry", "why"), WRONG)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read_map(map_of(tmp_path, {"balance": entry}))
    assert why in str(refused.value)
    assert "columns.balance" in str(refused.value)


@pytest.mark.parametrize(
    ("column", "entry", "why"),
    [
        ("credit", "{ constant = 1 }", "no puede ser constante"),
        ("sex", '{ from = "a", times = 2 }', "no es un número"),
        ("indexed", '{ from = "a", plus = "b" }', "no es un número"),
        ("granted_on", '{ from = "a", minus = "b" }', "no es un número"),
        ("granted_on", '{ from = "a", format = "dd/mm/aaaa" }', "se escribe con %d, %m y %Y"),
        ("granted_on", '{ from = "a", format = "%H" }', "se escribe con %d, %m y %Y"),
        ("sex", '{ constant = "M" }', "puede ser mujer o masculino"),
        ("balanse", '{ from = "a" }', "no existe; ¿quiso decir «balance»?"),
    ],
)
def test_an_entry_must_go_with_its_column(
    tmp_path: Path, column: str, entry: str, why: str
) -> None:
    with pytest.raises(Refused, match=why.replace("?", r"\?")):
        read_map(map_of(tmp_path, {column: entry}))


def test_every_mistake_of_a_map_is_told_at_once(tmp_path: Path) -> None:
    entries = {"rate": "{ constant = [] }", "wage": "{ from = 3 }"}
    path = map_of(tmp_path, entries, top='title = "x"', without="months_left")
    with pytest.raises(Refused) as refused:
        read_map(path)
    for said in ("«title»", "columns.rate", "columns.wage", "falta la columna months_left"):
        assert said in str(refused.value)


def test_a_map_that_is_no_toml_or_no_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No existe el mapa"):
        read_map(tmp_path / "map.toml")
    for content, why in [
        ("columns = [", "TOML válido"),
        ("trial = 3", "«trial» es un texto"),
        ("columns = 3", "son tablas"),
    ]:
        (tmp_path / "map.toml").write_text(content, encoding="utf-8")
        with pytest.raises(Refused, match=why):
            read_map(tmp_path / "map.toml")
    (tmp_path / "map.toml").write_bytes(b"trial = '\xff'")
    with pytest.raises(Refused, match="TOML válido"):
        read_map(tmp_path / "map.toml")


def test_a_column_that_the_file_has_not_is_named(tmp_path: Path) -> None:
    path = map_of(tmp_path, {"balance": '{ from = "balanze", minus = "nada" }'})
    with pytest.raises(Refused) as refused:
        bring(csv_of(tmp_path, [example()]), map_file=path)
    assert "«balanze» (para balance) no está en el archivo; ¿quiso decir «balance»?" in str(
        refused.value
    )
    assert "«nada» (para balance) no está" in str(refused.value)


@given(st.integers(-(10**25), 10**25), st.integers(1, 10**12), st.sampled_from(list(Rounding)))
def test_a_quotient_is_rounded_away_from_zero_alike(
    number: int, by: int, rounding: Rounding
) -> None:
    exact = abs(Fraction(number, by))
    whole = exact.__floor__()
    rest = exact - whole
    up = {
        Rounding.HALF_UP: rest >= Fraction(1, 2),
        Rounding.UP: rest > 0,
        Rounding.DOWN: False,
    }[rounding]
    assert divided(number, by, rounding) == (whole + up) * (1 if number >= 0 else -1)


# The map that the project brings


def auto_loans(root: Path) -> Map:
    return read_map(root / "maps" / "auto_loans.toml")


def test_the_example_map_is_sound_and_shows_every_kind_of_entry(root: Path) -> None:
    origins = auto_loans(root).origins.values()
    assert "No describe a México" in auto_loans(root).trial
    assert any(one.constant for one in origins)
    assert any(one.computed for one in origins)
    assert any(one.any_text for one in origins)
    assert any(one.day_format for one in origins)
    assert any(one.minus for one in origins)
    assert any(one.divide_by_column for one in origins)
    assert any(one.rounding is Rounding.DOWN for one in origins)
    assert set(COMPUTED) <= set(facts())
    assert {text.name for text in TEXTS if not text.optional} <= set(auto_loans(root).origins)


def test_real_loans_go_from_file_to_evaluation(root: Path, tmp_path: Path) -> None:
    tape = shared("loans/auto_loans.csv")
    out = tmp_path / "auto.parquet"
    done = import_files([tape], out, as_of=DAY, map_file=root / "maps" / "auto_loans.toml")
    assert (done.read, done.accepted, done.rejected) == (3_513, 3_513, 0)
    theirs = pl.read_csv(tape, infer_schema=False)
    ours = portfolio(done)
    assert ours["credit"].to_list() == theirs["loan_id"].to_list()
    cents = theirs["reportingPeriodBeginningLoanBalanceAmount"].cast(pl.Decimal(18, 2)) * 100
    assert ours["balance"].to_list() == cents.cast(pl.Int64).to_list()
    late = theirs["currentDelinquencyStatus"].cast(pl.Int64) // 30
    assert ours["months_missed"].to_list() == late.to_list()
    assert late.sum() > 0
    run = batch.run(out, DAY, tmp_path / "evaluation")
    assert run.rows["loans"] == done.accepted
    written = next((tmp_path / "evaluation" / "loans").glob("*.parquet"))
    assert "Prueba de la maquinaria" in pl.read_parquet_metadata(written)["tequio.origin"]
