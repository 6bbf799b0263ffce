"""Every command as a person would call it, with wrong calls too."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tequio.core.law import sources
from tequio.demo.state import generate_to
from tequio.engine.portfolio import open_portfolio
from tequio.programmes import NOT_AUTOMATED, REGISTRY

ROOT = Path(__file__).parent.parent
EVALUATE = ("evaluate", "cartera.parquet", "--as-of", "2024-06-30")


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "cartera.parquet"
    generate_to(path, 1_000, 3)
    return path


@pytest.fixture(scope="module")
def credit(portfolio) -> str:
    return open_portfolio(portfolio).first_credit


def test_help_loads_no_slow_library():
    """Half a second is kept by what is not imported; the clock itself is no test."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tequio", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert "Órdenes" in done.stdout
    for library in ("numba", "polars", "pyarrow", "numpy", "django"):
        assert f" {library}\n" not in done.stderr, f"{library} is loaded for a help page"


@pytest.mark.parametrize(
    "command",
    [
        *("demo", "template", "import", "evaluate", "whatif"),
        *("explain", "schedule", "law", "series", "cat"),
        *("backup", "restore", "doctor", "serve"),
    ],
)
def test_every_command_has_help_with_an_example(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "Ejemplo: tequio" in " ".join(out.split())
    assert "Show this message" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nada"], "No existe la orden nada."),
        (["demo", "--nada"], "No existe la opción --nada."),
        (["cat", "1"], "Falta lo que se paga cada mes."),
        (["demo", "--loans", "muchos"], "debe ser un número entero"),
        (["explain", "1", "2"], "Sobra 2."),
        (["import"], "Falta el archivo."),
        (
            ["import", "--layout", "nada", "x"],
            "nada no sirve: debe ser uno de 'template', 'tape'.",
        ),
        (["import", "x", "--payments", "y"], "--payments es de una cinta: agregue --layout tape"),
        (["import", "x", "--layout", "tape"], "Sobra x: una cinta se trae con --payments"),
        (["import", "--layout", "tape"], "Falta la opción --payments."),
        (["import", "--layout", "tape", "--payments", "y"], "Falta la opción --credits."),
        (["import", "x", "--as-of", "1990-01-01"], "queda fuera"),
        (["evaluate"], "Falta la cartera."),
        ([*EVALUATE, "--master", "local"], "--master es de Spark: dé también --engine spark."),
        ([*EVALUATE, "--engine", "spark", "--threads", "2"], "--threads es de esta máquina"),
        ([*EVALUATE, "--engine", "hilos"], "hilos no sirve: debe ser uno de 'threads', 'spark'."),
        (["cat", "x", "1", "1"], "'x' no es una cantidad"),
        (["cat", "0.001", "1", "1"], "fracciones de centavo"),
        (["cat", "100", "1", "12"], "No hay una tasa"),
        (["law", "borron_y_cuenta_nueva", "--as-of", "31/12/2024"], "escríbala como 2024-06-30"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_a_wrong_call_is_said_in_spanish_with_the_way_out(run, words, said):
    code, out, err = run(*words)
    assert code == 2
    assert said in err
    assert out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["law", "nada"], "Las que hay: responsabilidad_compartida"),
        (
            ["law", "responsabilidad_compartida", "--as-of", "2026-02-01"],
            "Ya no se ofrece desde",
        ),
        (["law", "nivela_tu_pago", "--as-of", "2024-06-30"], "la primera es del 11 de septiembre"),
        (["series", "nada"], "Las que hay: uma"),
        (["explain", "1", "-p", "nada.parquet"], "No existe el archivo nada.parquet"),
        (["evaluate", "nada.parquet", "--as-of", "2024-06-30"], "No existe el archivo"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_what_cannot_be_done_is_refused_with_the_reason(run, words, said):
    code, out, err = run(*words)
    assert code == 3
    assert said in err
    assert out == ""


def test_the_cat_of_the_check(run):
    code, out, _ = run("cat", "200000", "1432.86", "240", "--charged", "2", "--json")
    assert code == 0
    assert Decimal(str(json.loads(out)["cat_percent"])) == Decimal("6.434412")


@pytest.mark.parametrize(
    ("programme", "day"), [(p.name, str(p.verified_from)) for p in REGISTRY], ids=lambda x: x
)
def test_the_law_of_each_programme_with_its_sources_and_formula(run, programme, day):
    code, out, _ = run("law", programme, "--as-of", day, "--json")
    assert code == 0
    law = json.loads(out)
    assert law["formulas"]
    for parameter in law["parameters"]:
        assert parameter["source"], parameter["name"]
        assert parameter["confidence"] in {"oficial", "prensa", "inferido", "supuesto"}
        date.fromisoformat(parameter["from"])
    code, out, _ = run("law", programme, "--as-of", day)
    assert code == 0
    assert "La fórmula, impresa por la propia regla" in out
    code, sql, _ = run("law", programme, "--as-of", day, "--sql")
    assert code == 0
    assert "SELECT" in sql


def test_the_registry_says_what_is_in_force(run):
    code, out, _ = run("law", "--as-of", "2024-06-30")
    assert code == 0
    lines = out.splitlines()
    for programme in REGISTRY:
        (line,) = (one for one in lines if one.startswith(f" {programme.title} "))
        assert lines[lines.index(line) + 1].strip() == programme.name
        status = programme.status(date(2024, 6, 30))
        begins = getattr(status, "begins", None)
        stands = "vigente" if hasattr(status, "law") else "todavía no" if begins else "ya no"
        for shown in (str(programme.verified_from), "supuesto (", " sí ", stands):
            assert shown in line
    assert "todavía no" in out
    assert "ya no" in out


def test_the_registry_as_records_has_every_date_and_how_sure_it_is(run):
    code, out, _ = run("law", "--as-of", "2024-06-30", "--json")
    assert code == 0
    rows = {row["programme"]: row for row in json.loads(out)}
    conversion = rows["responsabilidad_compartida"]
    assert conversion["in_force"] == [{"from": "2019-02-06", "to": "2025-12-31"}]
    assert rows["congelamiento"]["in_force"] == [{"from": "2024-11-11", "to": None}]
    assert "la primera es del 11 de noviembre de 2024" in rows["congelamiento"]["status"]
    for row in rows.values():
        assert row["automated"] is bool(row["in_force"]) is bool(row["verified_from"])
        assert row["automated"] is not bool(row["text"])
        assert row["confidence"] in {"oficial", "prensa", "inferido", "supuesto"}
        assert 1 <= row["as_unsure"] <= row["statements"]
        assert row["status"].endswith(".")


def test_the_pages_are_written_and_what_is_no_page_is_named(run, tmp_path):
    (tmp_path / "vieja.md").write_text("Ya no es de nadie.", encoding="utf-8")
    code, out, _ = run("law", "--write", str(tmp_path))
    assert code == 0
    assert f"{len(REGISTRY) + 3} páginas escritas" in out
    assert "bórrelas: vieja.md" in out
    code, out, _ = run("law", "--write", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(out)["strange"] == ["vieja.md"]
    code, _, err = run("law", "prorroga", "--write", str(tmp_path))
    assert code == 2
    assert "de todas" in err


def test_what_is_not_automated_is_named_with_its_source(run):
    code, out, _ = run("law", "--as-of", "2024-06-30")
    assert code == 0
    code, listed, _ = run("law", "--as-of", "2024-06-30", "--json")
    assert code == 0
    rows = {row["programme"]: row for row in json.loads(listed)}
    assert rows.keys() == {p.name for p in REGISTRY} | {one.name for one in NOT_AUTOMATED}
    for one in NOT_AUTOMATED:
        assert f"· {one.title} ({one.name}): {one.text}" in out
        assert sources()[one.source] in out
        assert rows[one.name]["verified_from"] is None
        code, _, err = run("law", one.name, "--as-of", "2024-06-30")
        assert code == 3
        assert f"{one.title} no se calcula" in err


def test_every_series_has_its_sources(run):
    code, out, _ = run("series", "umi", "--json")
    assert code == 0
    assert {row["value"] for row in json.loads(out)} >= {"100.81", "96.32"}


def test_explain_answers_for_every_programme(run, portfolio, credit):
    code, out, _ = run("explain", credit, "-p", str(portfolio), "--json")
    assert code == 0
    said = json.loads(out)
    assert [a["programme"] for a in said["answers"]] == [p.name for p in REGISTRY]
    for answer in said["answers"]:
        assert answer["eligible"] == (answer["offer"] is not None)
        assert answer["eligible"] or answer["reasons"]
        for reason in answer["reasons"]:
            assert reason["says"].endswith(".")
            assert reason["rule"]
    code, out, _ = run("explain", credit, "-p", str(portfolio))
    assert code == 0
    assert "DATOS SIMULADOS" in out
    assert all(p.title in out for p in REGISTRY)


def test_an_unknown_credit_is_told_one_that_exists(run, portfolio, credit):
    code, _, err = run("explain", "123", "-p", str(portfolio))
    assert code == 3
    assert f"por ejemplo, {credit} sí está" in err


def test_a_schedule_ends_at_zero_and_adds_up(run, portfolio, credit, tmp_path):
    code, out, _ = run("schedule", credit, "-p", str(portfolio), "--json")
    assert code == 0
    months = json.loads(out)["months"]
    assert months[-1]["balance"] == 0
    _, explained, _ = run("explain", credit, "-p", str(portfolio), "--json")
    now = json.loads(explained)["now"]
    assert len(months) == now["months"]
    paid = sum(m["borrower"] + m["charges"] + m["overdue"] for m in months)
    assert paid == now["total"]
    table, page = tmp_path / "pagos.csv", tmp_path / "saldo.html"
    code, _, _ = run(
        "schedule", credit, "-p", str(portfolio), "--csv", str(table), "--plot", str(page)
    )
    assert code == 0
    assert len(table.read_text(encoding="utf-8").splitlines()) == len(months) + 1
    assert "<svg" in page.read_text(encoding="utf-8")


def test_a_schedule_with_a_programme_is_its_offer_or_its_reasons(run, portfolio):
    table = open_portfolio(portfolio).read(["credit"])
    seen = set()
    for credit in table["credit"].to_pylist()[:60]:
        _, out, _ = run("explain", credit, "-p", str(portfolio), "--json")
        for answer in json.loads(out)["answers"]:
            kind = (answer["programme"], answer["eligible"])
            if kind in seen or answer["programme"] == "liquidacion_anticipada":
                continue
            seen.add(kind)
            words = ("--programme", answer["programme"], "-p", str(portfolio), "--json")
            code, out, err = run("schedule", credit, *words)
            assert code == (0 if answer["eligible"] else 3), err
            if answer["eligible"]:
                assert len(json.loads(out)["months"]) == answer["offer"]["figures"]["months"]
    assert len(seen) > 8


def test_evaluate_writes_and_resumes(run, portfolio, tmp_path):
    words = ("evaluate", str(portfolio), "--as-of", "2024-06-30", "-o", str(tmp_path / "out"))
    code, out, _ = run(*words)
    assert code == 0
    assert "1,000 créditos evaluados" in out
    code, _, err = run(*words)
    assert code == 0
    assert "ya estaban escritas" in err
    code, _, err = run(*words[:3], "2024-07-31", *words[4:])
    assert code == 3
    assert "otra fecha" in err


@pytest.mark.parametrize(
    "words",
    [
        ["law", "--json"],
        ["law", "borron_y_cuenta_nueva", "--as-of", "2024-06-30", "--sql", "--json"],
        ["series", "--json"],
        ["cat", "100", "110", "1", "--json"],
        ["template", "-o", "plantilla.csv", "--json"],
        ["evaluate", "PORTFOLIO", "--as-of", "2024-06-30", "-o", "corrida", "--json"],
        ["import", "plantilla.csv", "--as-of", "2024-06-30", "-o", "una.parquet", "--json"],
        ["template", "--layout", "tape", "-o", "cinta", "--json"],
        ["schedule", "CREDIT", "-p", "PORTFOLIO", "--json"],
        ["schedule", "CREDIT", "-p", "PORTFOLIO", "--csv", "a.csv", "--plot", "a.html", "--json"],
    ],
    ids=" ".join,
)
def test_every_command_speaks_json(run, portfolio, credit, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    run("template", "-o", "plantilla.csv")
    known = {"PORTFOLIO": str(portfolio), "CREDIT": credit}
    code, out, err = run(*[known.get(word, word) for word in words])
    assert code in {0, 1}, err
    json.loads(out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["template", "-o", "plantilla.txt"], "plantilla.txt"),
        (["explain", "CREDIT", "-p", "PORTFOLIO", "--as-of", "1990-01-01"], "queda fuera"),
        (["explain", "CREDIT", "-p", "PORTFOLIO", "--as-of", "9999-12-31"], "queda fuera"),
        (["evaluate", "PORTFOLIO", "--as-of", "2024-06-30", "-o", "archivo"], "archivo"),
        (["evaluate", "PORTFOLIO", "--as-of", "2016-12-31", "-o", "nada"], "queda fuera"),
        (["law", "--sql"], "Diga de qué solución"),
        (
            ["schedule", "CREDIT", "-p", "PORTFOLIO", "--programme", "mediacion"],
            "Mediación no se calcula",
        ),
        (["cat", "200000", "1432,86", "240"], "no es una cantidad"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_no_wrong_call_ends_in_a_traceback(
    run, portfolio, credit, tmp_path, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archivo").write_text("no soy una carpeta", encoding="utf-8")
    known = {"PORTFOLIO": str(portfolio), "CREDIT": credit}
    code, out, err = run(*[known.get(word, word) for word in words])
    assert code in {2, 3}
    assert said in err
    assert "Traceback" not in err + out


def test_an_offer_that_costs_more_says_so(run, portfolio):
    """Every eligible offer of sixty credits: a warning exactly where something gets worse."""
    table = open_portfolio(portfolio).read(["credit"])
    warned = 0
    for credit in table["credit"].to_pylist()[:60]:
        _, out, _ = run("explain", credit, "-p", str(portfolio), "--json")
        said = json.loads(out)
        for answer in said["answers"]:
            if answer["offer"]:
                figures, now = answer["offer"]["figures"], said["now"]
                worse = [figures[n] > now[n] for n in ("total", "months", "released")]
                assert len(answer["offer"]["warnings"]) == sum(worse)
                warned += sum(worse)
    assert warned


def test_a_reason_cites_the_parameter_that_it_compares_with(run, portfolio):
    """2019: the tenth of DLA-01, not the quarter of DLA-03 that came later."""
    table = open_portfolio(portfolio).read(["credit"])
    cited = set()
    for credit in table["credit"].to_pylist()[:40]:
        words = ("explain", credit, "-p", str(portfolio), "--as-of", "2019-06-30", "--json")
        _, out, _ = run(*words)
        answers = {a["programme"]: a for a in json.loads(out)["answers"]}
        reasons = answers["liquidacion_anticipada"]["reasons"]
        cited |= {(r["rule"], r["confidence"]) for r in reasons if r["name"] == "low_enough"}
    assert cited == {("DLA-01", "prensa")}
