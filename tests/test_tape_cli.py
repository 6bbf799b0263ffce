"""A tape as a person would bring it, from the example that `template` writes."""

import json

from analytical import each_month, written
from tequio.servicing.tape.fields import PAYMENTS


def test_a_tape_goes_from_its_example_to_a_portfolio(run, tmp_path, monkeypatch):
    """The call that `template` prints works as it is, and says rows, money and what is assumed."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("template", "--layout", "tape", "-o", "cinta")
    assert code == 0
    words = out.split("./tequio ")[1].split()
    code, out, err = run(*words)
    assert code == 0, err
    assert "pagos.csv: 92 filas leídas = 92 aceptadas + 0 rechazadas" in out
    assert "creditos.csv: 5 filas leídas = 5 aceptadas + 0 rechazadas" in out
    assert "Recibido = aplicado + en exceso + reversado + rechazado" in out
    assert "Reversa 2015-06 -$1,500.00 $0.00 $0.00 -$1,500.00 $0.00" in " ".join(out.split())
    assert "tp 1: Nómina (supuesto)" in out
    _, out, _ = run(*words, "--json")
    said = json.loads(out)
    assert {file["kind"] for file in said["files"]} == {"credits", "subaccounts", "payments"}
    for line in said["money"]:
        parts = (line[name] for name in ("applied", "excess", "reversed", "rejected"))
        assert line["received"] == sum(parts)
    assert sum(line["received"] for line in said["money"]) == 164_500_00
    assert {"name", "value", "label", "source", "confidence"} == said["assumed"][0].keys()


def test_a_tape_with_rejects_says_them_by_file_and_money_by_year(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("template", "--layout", "tape", "-o", "cinta")
    more = [
        *each_month(["10"] * 30, cv_credito="1600000002", nu_ano_ejercicio="2009", tp="3"),
        *each_month(["1"], cv_credito="1600000099"),
    ]
    written(tmp_path / "mas.csv", more, PAYMENTS)
    call = ["import", "--layout", "tape", "--payments", "cinta/pagos.csv", "--payments", "mas.csv"]
    code, out, _ = run(*call, "--credits", "cinta/creditos.csv", "--as-of", "2015-06-30")
    assert code == 1
    assert "mas.csv: 31 filas leídas = 30 aceptadas + 1 rechazadas" in out
    shown = " ".join(out.split())
    assert "El crédito no está entre los aceptados mas.csv 1" in shown
    assert "Otro pago 2013 $120.00" in shown
    assert "por mes, con --json" in shown
