"""`tequio whatif` as a person would call it, with wrong calls too."""

import csv
import json
from pathlib import Path

import pytest

from tequio.demo.state import generate_to

DAY = "2024-06-30"
OVERLAY = """title = "Liquidación con {0} %"
justification = "Lo propone la mesa de crédito."
[liquidacion_anticipada.threshold]
is = {0}
"""


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("whatif") / "cartera.parquet"
    generate_to(path, 4_000, 3)
    return path


@pytest.fixture
def overlay(tmp_path) -> Path:
    path = tmp_path / "cambio.toml"
    path.write_text(OVERLAY.format(30), encoding="utf-8")
    return path


@pytest.fixture
def call(run, portfolio, tmp_path):
    """What-if over the portfolio, into a folder of its own."""

    def called(*words: str, out: str = "out"):
        return run(
            "whatif", str(portfolio), "--as-of", DAY, "-o", str(tmp_path / out), *map(str, words)
        )

    return called


def test_a_change_is_tried_and_told_in_a_few_lines(call, overlay, tmp_path):
    code, out, _ = call("--overlay", overlay)
    assert code == 0
    words = " ".join(out.split())
    assert words.startswith("DATOS SIMULADOS ¿Qué pasaría si…? Liquidación con 30 % Lo propone")
    assert "Saldo máximo, como parte de lo prestado: 25 % → 30 % (DLA-03)" in words
    assert "De 4,000 créditos" in words
    assert "Pierden 0 0.00 %" in words
    assert "Descuento al liquidar con un depósito $" in words
    page = tmp_path / "out" / "que-pasaria-si.html"
    assert f"Informe: {page}" in " ".join(out.split("\n"))
    assert "Liquidación con 30 %" in page.read_text(encoding="utf-8")
    with page.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        figures = {row["cifra"]: row for row in csv.DictReader(file)}
    gains = int(figures["gains"]["numerador"])
    assert f"Ganan {gains:,}" in words
    assert f"Siguen igual {4_000 - gains:,}" in words


def test_a_machine_gets_the_same_in_centavos(call, overlay, tmp_path):
    code, out, _ = call("--overlay", overlay, "--json", "--threads", "1")
    assert code == 0
    said = json.loads(out)
    assert said["credits"] == sum(said["verdicts"].values()) == 4_000
    assert said["verdicts"]["gains"] > 0 == said["verdicts"]["loses"] == said["moved"]
    settled = said["amounts"]["deposit_forgiven"]
    assert settled["credits_after"] - settled["credits_before"] == said["verdicts"]["gains"]
    assert settled["after"] > settled["before"] > 0
    assert [one["after"] for one in said["amended"]] == ["30 %"]
    assert Path(said["page"]).is_file()
    assert Path(said["figures"]).is_file()


def test_it_goes_on_where_it_was_left_and_another_change_is_refused(call, overlay, tmp_path):
    assert call("--overlay", overlay)[0] == 0
    code, _, err = call("--overlay", overlay)
    assert code == 0
    assert "1 de 1 partes ya estaban escritas" in err
    overlay.write_text(OVERLAY.format(40), encoding="utf-8")
    code, out, err = call("--overlay", overlay)
    assert (code, out) == (3, "")
    assert "guarda otra corrida (otra ley: «Liquidación con 30 %»)" in err
    assert call("--overlay", overlay, out="other")[0] == 0
    code, _, err = call("--law-as-of", "2023-09-17")
    assert code == 3
    assert "otra ley: «Liquidación con 30 %»" in err


def test_an_evaluation_and_a_comparison_do_not_share_a_folder(
    run, call, overlay, portfolio, tmp_path
):
    words = ("evaluate", str(portfolio), "--as-of", DAY, "-o", str(tmp_path / "out"))
    assert run(*words)[0] == 0
    code, _, err = call("--overlay", overlay)
    assert code == 3
    assert "otra ley: «la publicada»" in err
    assert call("--overlay", overlay, out="other")[0] == 0
    code, _, err = run(*words[:-1], str(tmp_path / "other"))
    assert code == 3
    assert "otra ley: «Liquidación con 30 %»" in err


@pytest.mark.parametrize(
    ("day", "title", "gains"),
    [
        ("2023-09-17", "De las reglas del 17 de septiembre de 2023 a las del 30 de junio", True),
        ("2025-12-01", "De las reglas del 30 de junio de 2024 a las del 1 de diciembre", True),
    ],
)
def test_two_dates_of_the_law_are_compared_the_earlier_first(call, day, title, gains):
    code, out, _ = call("--law-as-of", day, "--json")
    assert code == 0
    said = json.loads(out)
    assert said["title"].startswith(title)
    assert (said["verdicts"]["gains"] > 0) is gains
    assert said["moved"] > 0
    assert {one["name"] for one in said["amended"]} >= {"text"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "Diga una sola cosa: --overlay"),
        (["--overlay", "OVERLAY", "--law-as-of", "2023-09-17"], 2, "Diga una sola cosa"),
        (["--law-as-of", "ayer"], 2, "'ayer' no es una fecha"),
        (["--law-as-of", "1990-01-01"], 2, "queda fuera"),
        (["--law-as-of", DAY], 3, "son las mismas: no hay qué comparar"),
        (["--overlay", "nada.toml"], 3, "No existe el archivo nada.toml"),
        (["--overlay", "."], 3, "No existe el archivo ."),
        (["--overlay", "OVERLAY", "--threads", "0"], 2, "al menos 1"),
        (["--overlay", "OVERLAY", "-o", "OVERLAY"], 3, "cambio.toml"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_what_cannot_be_tried_is_refused_with_the_reason(call, overlay, words, code, said):
    found, out, err = call(*[str(overlay) if word == "OVERLAY" else word for word in words])
    assert found == code
    assert said in err
    assert out == ""
    assert "Traceback" not in err


def test_a_change_that_is_wrong_is_refused_by_its_entry(call, overlay, tmp_path):
    overlay.write_text(OVERLAY.format(101), encoding="utf-8")
    code, out, err = call("--overlay", overlay)
    assert (code, out) == (3, "")
    assert "cambio.toml: [liquidacion_anticipada.threshold]: 101 no está entre 0 y 100" in err
    assert not (tmp_path / "out").exists()


def test_a_portfolio_that_is_missing_is_refused(run, overlay):
    code, _, err = run("whatif", "nada.parquet", "--as-of", DAY, "--overlay", str(overlay))
    assert code == 3
    assert "No existe el archivo nada.parquet" in err
    code, _, err = run("whatif", "nada.parquet", "--overlay", str(overlay))
    assert code == 2
    assert "Falta la fecha" in err


def test_the_demo_tries_a_change_that_says_it_is_an_example(ledger, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("demo", "--loans", "4000")
    assert code == 0
    tried = out[out.index("¿Qué pasaría si…?") :]
    assert "Liquidación anticipada con 30 %" in tried
    assert "Ejemplo de la demostración: nadie lo ha propuesto." in tried
    page = (tmp_path / "out" / "que-pasaria-si.html").read_text(encoding="utf-8")
    assert "Ejemplo de la demostración: nadie lo ha propuesto." in page
    assert (tmp_path / "out" / "que-pasaria-si.csv").is_file()
