"""What is assumed of a tape is in a file that can be replaced, and is always said."""

from pathlib import Path

import polars as pl
import pytest

from analytical import (
    ONE,
    TWO,
    assumed_of,
    bring,
    credit,
    each_month,
    entry,
    loan,
    money,
    pay,
    rejects,
)
from tequio.core.loan import TEXTS, facts
from tequio.engine.errors import Refused
from tequio.engine.tape.mapping import OPTIONAL
from tequio.servicing.tape.assumed import NO_TYPE, TAKES, Means, read_assumed
from tequio.servicing.tape.rows import AS_READ, FIGURES


def test_the_house_s_own_file_is_sound_and_every_entry_says_how_it_is_known() -> None:
    assumed = read_assumed()
    assert [means for _, means in assumed.types] == list(Means)
    assert assumed.parameters.keys() == TAKES.keys()
    assert {one.confidence for one in assumed.said} == {"supuesto", "inferido", "prensa"}
    of_tp = [one for one in assumed.said if one.name in {"1", "2", "3"}]
    assert [one.confidence for one in of_tp] == ["supuesto"] * 3
    assert all(one.sentence.endswith(")") and one.source for one in assumed.said)


def test_every_column_of_a_portfolio_is_derived_assumed_or_unknown() -> None:
    """None comes from nowhere, and none from two places but the product."""
    constants = read_assumed().constants.keys()
    derived = {"credit", "unpaid_interest", *AS_READ, *FIGURES}
    required = {*facts(), *(text.name for text in TEXTS)} - OPTIONAL
    assert required <= derived | constants
    assert derived & constants == {"product"}


def test_what_is_assumed_is_said_with_the_result(tmp_path: Path) -> None:
    done = bring(tmp_path, each_month(["1000"] * 3))
    said = [one.sentence for one in done.assumed]
    assert "tp 1: Nómina (supuesto)" in said
    assert "Plazo original, en meses: 360 (supuesto)" in said
    assert "En juicio: no (supuesto)" in said
    assert any(one.startswith("Dos filas iguales") for one in said)


def test_a_file_of_one_s_own_says_what_each_tp_is(tmp_path: Path) -> None:
    kinds = {7: ("payroll", "Patrón"), 8: ("payroll", "Patrón"), 9: ("window", "Tienda")}
    lines = [
        f'{tp} = {{ is = "{means}", label = "{label}", source = "Acta", confidence = "official" }}'
        for tp, (means, label) in kinds.items()
    ]
    own = "\n".join(["[tp]", *lines])
    rows = [
        *each_month(["1000"] * 4, until="2015-04", tp="7"),
        pay("2015-05", "500", tp="8"),
        pay("2015-05", "500", tp="9"),
        pay("2015-06", "1000", tp="9"),
        pay("2015-06", "1", tp="1", cv_credito="1600000009"),
    ]
    done = bring(tmp_path, rows, assumed=assumed_of(tmp_path, own))
    assert loan(done)["regime"] == 1
    found = money(done)
    assert found["Patrón", "2015-05"][0] == 50_000
    assert found["Tienda", "2015-05"][0] == 50_000
    assert found[NO_TYPE, "2015-06"] == (100, 0, 0, 0, 100)
    said = [one.sentence for one in done.assumed]
    assert "tp 7: Patrón (oficial)" in said
    assert "Plazo original, en meses: 360 (supuesto)" in said  # the rest stays


def test_constants_and_parameters_may_be_one_s_own(tmp_path: Path) -> None:
    own = "\n".join(
        [
            "[constants]",
            f"in_court = {entry(chr(34) + 'sí' + chr(34))}",
            f"insurance = {entry(chr(34) + '7.50' + chr(34))}",
            "[parameters]",
            f"term = {entry('240')}",
            f"reversal_to = {entry('-1')}",
            f"fund_from = {entry('2011')}",
            f"holidays = {entry('[2015-07-20]')}",
        ]
    )
    rows = [*each_month(["1000"] * 5, until="2015-05", tp="1"), pay("2015-06", "0", tp="1")]
    done = bring(tmp_path, rows, assumed=assumed_of(tmp_path, own))
    row = loan(done)
    assert (row["in_court"], row["insurance"], row["months_left"]) == (True, 750, 186)
    assert row["protection_months_left"] == 0
    due = pl.read_parquet(done.months)["due_on"].to_list()[-1]
    assert f"{due}" == "2015-07-21"
    zero = pay("2015-06", "9", tp="0", cv_credito=TWO)
    rows += each_month(["1000"] * 6, cv_credito=TWO)
    lent = [credit(ONE), credit(TWO)]
    done = bring(tmp_path, [*rows, zero], lent, assumed=assumed_of(tmp_path, own))
    assert "dice qué es" in rejects(done)[0]["por_que"]


WRONG = [
    ("[tipos]\na = 1", r"no existe la tabla \[tipos\]"),
    (f"[parameters]\nterms = {entry('1')}", r"no tiene «terms»; ¿quiso decir «term»\?"),
    (f"[parameters]\nterm = {entry('361')}", "es un número de 1 a 360"),
    (f"[parameters]\nterm = {entry('true')}", "es un número de 1 a 360"),
    (f"[parameters]\nreversal_to = {entry('1')}", "es un número de -999 a 0"),
    (f"[parameters]\nmonth_without_rows = {entry(repr('x'))}", "es uno de billed, not_billed"),
    (f"[parameters]\nholidays = {entry('[1]')}", "es una lista de fechas"),
    (f"[parameters]\nemployer_from = {entry('2021')}", "es una fecha"),
    (f"[parameters]\nrestructure = {entry(repr('none'))}", "es uno de solucion_a_tu_medida"),
    (f"[constants]\nin_court = {entry(repr('quizá'))}", "«quizá» no es un valor de la plantilla"),
    (f"[constants]\nin_court = {entry('false')}", "no es un valor de la plantilla"),
    (f"[constants]\nbalance = {entry(repr('0'))}", r"\[constants\] no tiene «balance»"),
    (f"[tp]\n1 = {entry(repr('nómina'))}", "dice payroll, window u other"),
    (f"[tp]\nuno = {entry(repr('payroll'))}", "es un número"),
    ('[tp]\n1 = { is = "payroll" }', "lleva is, label, source, confidence, y nada más"),
    ('[tp]\n1 = "payroll"', "lleva is, label, source, confidence"),
    (
        '[tp]\n1 = { is = "payroll", label = "", source = "x", confidence = "assumed" }',
        "label y source son textos",
    ),
    (
        '[tp]\n1 = { is = "payroll", label = "a", source = "x", confidence = "sure" }',
        "no existe la confianza «sure»",
    ),
    ("tp = 1", "solo lleva tablas"),
    ("[tp", "no es un TOML válido"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_a_wrong_file_is_refused_with_the_entry(tmp_path: Path, text: str, why: str) -> None:
    path = assumed_of(tmp_path, text)
    with pytest.raises(Refused, match=why) as refused:
        read_assumed(path)
    assert str(path) in str(refused.value)


def test_every_mistake_is_told_at_once_and_a_file_that_is_not_there_too(tmp_path: Path) -> None:
    text = f"[parameters]\nterm = {entry('0')}\nfund_months = {entry('7')}\n[otra]\n"
    with pytest.raises(Refused) as refused:
        read_assumed(assumed_of(tmp_path, text))
    for said in ("[otra]", "[parameters] term", "[parameters] fund_months"):
        assert said in str(refused.value)
    with pytest.raises(Refused, match="No existe el archivo"):
        read_assumed(tmp_path / "nada.toml")
