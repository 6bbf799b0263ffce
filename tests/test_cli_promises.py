"""Offers and agreements from the command line."""

import json
from datetime import date

import pytest

from promised import load
from tequio.web import start

start()

CUT = date(2024, 6, 30)
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}


@pytest.fixture
def number(ledger, tmp_path):
    (found,) = load([BORRON], CUT, tmp_path)
    return found


def test_from_the_offers_to_the_withdrawal(number, run):
    code, out, _ = run("offers", number, "--on", "2024-07-15")
    assert code == 0
    assert "DATOS SIMULADOS" in out
    assert "Queda al corriente debiendo $315,589.16" in out
    code, out, _ = run("agreements", number)
    assert (code, out) == (0, f"El crédito {number} no tiene ofertas ni convenios.\n")
    asked = (number, "borron_y_cuenta_nueva", "--on", "2024-07-15")
    code, out, _ = run("agree", *asked, "--only-offer")
    assert code == 0
    assert "ofrecido" in out
    assert "en vigor" not in out
    code, out, _ = run("agree", *asked)
    assert code == 0
    assert "en vigor" in out
    code, out, _ = run("agreements", number, "--json")
    (said,) = json.loads(out)
    assert [step["state"] for step in said["steps"]] == ["offered", "accepted", "in_force"]
    assert said["credit"] == number
    assert run("agree", *asked)[0] == 0, "the same again is the same"
    code, _, error = run("agree", number, "borron_y_cuenta_nueva", "--on", "2024-07-16")
    assert code == 3
    assert "no se puede ofrecer: Ya tiene una solución vigente." in error
    code, out, _ = run("withdraw", str(said["agreement"]), "--on", "2024-07-18")
    assert code == 0
    assert "Se desistió a tiempo" in out
    code, out, _ = run("agree", number, "borron_y_cuenta_nueva", "--on", "2024-07-18")
    assert code == 0
    assert "en vigor" in out, "who changes their mind again signs again"


def test_what_is_not_there_is_said(number, run):
    for call, code, words in (
        (("offers", "9999999999", "--on", "2024-07-15"), 3, "no está en el libro"),
        (("offers", number, "--on", "2024-09-15"), 3, "antes cierre 2024-07"),
        (("offers", number, "--on", "2024-06-15"), 3, "use un día de 2024-07"),
        (("agree", number, "nada", "--on", "2024-07-15"), 3, "no es una solución"),
        (("withdraw", "7"), 3, "El convenio 7 no existe"),
        (("agree", number), 2, "Falta la solución"),
        (("sign-batch", "nivela_tu_pago", "--on", "2024-07-15"), 3, "la pide cada quien"),
    ):
        found, _, error = run(*call)
        assert found == code, call
        assert words in error, error


def test_a_batch_from_the_command_line(ledger, tmp_path, run):
    row = {"wage": 13_000, "employed": True, "rate": 9}
    load([row, row], date(2025, 11, 30), tmp_path)
    code, out, _ = run("sign-batch", "solucion_integral", "--on", "2025-12-22")
    assert code == 0
    assert out.startswith("2 créditos firmados en 1 partes; 0 sin deuda.")
    _, out, _ = run("sign-batch", "solucion_integral", "--on", "2025-12-22", "--json")
    assert json.loads(out)["already"] == 1
