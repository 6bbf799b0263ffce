"""The commands of refunds, as people call them one after another, on both databases."""

import csv
import json

import pytest

from refunding import CLABE, holder, kept, overpaid, validated
from tequio.web import start

start()
from tequio.web.records import models  # noqa: E402
from tequio.web.refunds.answers import HEADS  # noqa: E402

PAYER = "021180550300050811"


@pytest.fixture
def somebody(monkeypatch):
    """Whoever is at the keyboard."""

    def sits(name: str) -> None:
        monkeypatch.setattr("getpass.getuser", lambda: name)

    sits("capturista")
    return sits


def asking(number: str, person: int, *more: str) -> list[str]:
    """`ask`, with everything it needs in person."""
    return [
        "refunds", "ask", number, "--person", str(person), "--amount", "$9,079.50",
        "--clabe", CLABE, "--holder", "PENA RUIZ ANA", "--on", "2024-08-05", *more,
    ]  # fmt: skip


def test_from_found_to_validated(loaded, run, somebody, tmp_path):
    (number,) = overpaid()
    code, out, _ = run("refunds", "found", "--on", "2024-08-01")
    assert code == 0
    assert "1 devoluciones nuevas por " in out
    assert number in out
    refund = str(models.Refund.objects.get().pk)
    assert run("refunds", "told", refund, "--how", "carta C-1", "--on", "2024-08-02")[0] == 0
    image = tmp_path / "ine.pdf"
    image.write_bytes(b"x")
    shown = [
        word
        for kind in ("identification", "bank_statement", "suspension_notice")
        for word in ("--paper", f"{kind}:2024-07-01:{image}")
    ]
    code, out, _ = run(*asking(number, holder(number), *shown))
    assert code == 0
    assert f"Devolución {refund} solicitada por $9,079.50" in out
    assert "a más tardar el 2024-08-19" in out
    assert {p.reference for p in models.RefundPaper.objects.all()} == {"ine.pdf"}
    code, out, _ = run("refunds", "show", refund)
    assert code == 0
    for said in (
        "Ana Peña Ruiz, como titular: $9,079.50",
        "BBVA México …7899",
        "El nombre coincide",
    ):
        assert said in out
    assert "identificación oficial del 1 de julio de 2024 (ine.pdf)" in out
    assert CLABE not in out
    assert "OJO" not in out
    code, _, err = run("refunds", "validate", refund, "--on", "2024-08-05")
    assert code == 3
    assert "registró la solicitud" in err
    for name in ("validadora", "supervisora"):
        somebody(name)
        code, out, _ = run("refunds", "validate", refund, "--on", "2024-08-05")
        assert code == 0
    assert "con dos validaciones" in out
    looked = models.Access.objects.order_by("pk").values_list("what", flat=True)
    assert list(looked) == ["refunds ask", "refunds show", *["refunds validate"] * 3]


def test_from_validated_to_paid(loaded, run, somebody, tmp_path):
    (number,) = overpaid()
    whole, refund = kept(number), str(validated(number, amount=9_079_50))
    somebody("tesorera")
    pays = ["refunds", "payout", "uno", "--from", PAYER, "--on", "2024-08-06"]
    code, out, _ = run(*pays, "-o", str(tmp_path / "d"))
    assert code == 0
    assert "1 líneas por $9,079.50" in out
    first = {path.name: path.read_bytes() for path in (tmp_path / "d").iterdir()}
    code, out, _ = run(*pays, "-o", str(tmp_path / "d"), "--json")
    assert (json.loads(out)["new"], json.loads(out)["total"]) == (0, 9_079_50)
    assert {path.name: path.read_bytes() for path in (tmp_path / "d").iterdir()} == first
    answer = tmp_path / "banco.csv"
    with answer.open("w", newline="", encoding="utf-8") as file:
        line = f"DPE{int(refund):09}-01"
        said = [(line, "pagada", "2024-08-07", "9079.50", ""), ("x", "pagada", "", "", "")]
        csv.writer(file).writerows([HEADS, *said])
    code, out, err = run("refunds", "answer", str(answer))
    assert code == 1
    assert "1 pagadas, 0 devueltas" in out
    assert "renglón 3: " in err
    code, out, _ = run("refunds", "status", "--on", "2024-08-08")
    assert code == 0
    assert "$9,079.50" in out
    found = json.loads(run("refunds", "status", "--on", "2024-08-08", "--json")[1])["totals"]
    assert found["ever"] == found["paid"] + found["not_asked"] == whole
    assert found["paid"] == 9_079_50


def test_what_the_bank_returned_is_retried_or_withdrawn(loaded, run, somebody, tmp_path):
    (number,) = overpaid()
    one = holder(number)
    said = json.loads(run(*asking(number, one, "--efirma", "--by", "en-linea", "--json"))[1])
    refund = str(said["refund"])
    assert said["pay_by"] == "2024-08-19"
    for name in ("validadora", "supervisora"):
        somebody(name)
        run("refunds", "validate", refund, "--on", "2024-08-05")
    somebody("tesorera")
    run("refunds", "payout", "uno", "--from", PAYER, "--on", "2024-08-06", "-o", str(tmp_path))
    answer = tmp_path / "banco.csv"
    line = f"DPE{int(refund):09}-01,devuelta,2024-08-07,9079.50,Cuenta cancelada\n"
    answer.write_text(",".join(HEADS) + "\n" + line, encoding="utf-8")
    assert run("refunds", "answer", str(answer))[0] == 0
    code, out, _ = run("refunds", "retry", refund, "--why", "ya opera", "--on", "2024-08-08")
    assert (code, out) == (0, f"Devolución {refund}: por reintentar.\n")
    code, out, _ = run("refunds", "withdraw", refund, "--why", "otra cuenta", "--on", "2024-08-09")
    assert (code, out) == (0, f"Devolución {refund}: desistido.\n")
    code, _, err = run("refunds", "reject", refund, "--why", "x", "--on", "2024-08-09")
    assert code == 3
    assert "está desistido desde el 2024-08-09" in err


def test_what_must_be_looked_at_is_shown(loaded, run, somebody):
    one, two = overpaid((0, 5))
    run(*asking(one, holder(one), "--efirma", "--by", "en-linea"))
    waits = str(models.Refund.objects.get().pk)
    why = ["--names-why", "Nombre de casada."]
    run(*asking(two, holder(two, name="Rosa Díaz Gil"), "--efirma", "--by", "en-linea", *why))
    refund = models.Refund.objects.order_by("-pk")[0].pk
    out = run("refunds", "show", str(refund))[1]
    assert "OJO, otro nombre: Nombre de casada." in out
    assert "OJO: otras personas pidieron a esta cuenta: 1 solicitudes" in out
    assert json.loads(run("refunds", "show", waits, "--json")[1])["same_account"] == 1
    run("refunds", "found")
    found = str(models.Refund.objects.order_by("-pk")[0].pk)
    assert "encontrado" in run("refunds", "show", found)[1]
    assert run("refunds", "show", "999")[0] == 3


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--amount", "mucho"], "no es un importe"),
        (["--amount", "1.005"], "no es un importe en pesos y centavos"),
        (["--paper", "identification:2024-01-01"], "no se entiende"),
        (["--paper", "identification:ayer:x.pdf"], "no es una fecha"),
        (["--as", "primo"], "debe ser uno de"),
    ],
)
def test_a_wrong_call_is_said(loaded, run, somebody, words, why):
    number = models.Credit.objects.order_by("pk")[0].number
    code, _, err = run(*asking(number, 1, *words))
    assert code == 2
    assert why in err
    assert not models.Access.objects.exists()


def test_help_has_an_example_of_each(run):
    for name in (
        "found", "told", "ask", "show", "validate", "reject", "withdraw", "retry", "payout",
        "answer", "status",
    ):  # fmt: skip
        code, out, _ = run("refunds", name, "--help")
        assert code == 0
        assert "Ejemplo: " in out
        assert f"tequio refunds {name}" in out
