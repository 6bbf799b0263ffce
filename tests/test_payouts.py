"""Payouts: the money leaves once, and its files say so twice the same."""

import csv
import io
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from closes import WHO, check_balances
from refunding import (
    ASKS,
    CLABE,
    FIRST,
    NEXT_DAY,
    ON,
    OTHER_CLABE,
    PAYS,
    SECOND,
    asked,
    check_totals,
    kept,
    overpaid,
    payout,
    refunded,
    request,
    states,
    validated,
)
from tequio.engine.errors import Refused
from tequio.web import start

start()

from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.refunds.asking import do_ask_refund  # noqa: E402
from tequio.web.refunds.deciding import do_validate_refund  # noqa: E402
from tequio.web.refunds.paying import Payer, do_make_payout, do_pay_refund  # noqa: E402
from tequio.web.refunds.payout_files import (  # noqa: E402
    NAMESPACE,
    in_basic_letters,
    write_payout,
)

AUGUST = date(2024, 8, 1)


def test_what_is_validated_leaves_once_and_the_rest_stays(loaded, tmp_path):
    one, two, three = overpaid((0, 5, 9))
    whole = kept(one)
    paid = validated(one, "a", amount=whole)
    waiting = asked(two, "b", amount=7_00)
    kept_before = sum(map(kept, (one, two, three)))
    made = payout()
    assert (made.lines, made.total, made.new, made.aside) == (1, whole, 1, ())
    assert (states(paid)[-1], states(waiting)[-1]) == ("in_payout", "asked")
    assert (kept(one), refunded()) == (0, whole)
    sums = check_totals()
    assert (sums.ever, sums.in_payout, sums.asked, sums.not_asked) == (
        kept_before,
        whole,
        7_00,
        kept_before - whole - 7_00,
    )
    again = payout()
    assert (again.lines, again.total, again.new) == (1, whole, 0)
    assert refunded() == whole
    do_close_month(AUGUST, WHO)
    check_balances(month_number(AUGUST))
    assert verify().fault is None


def test_a_payout_that_has_nothing_or_no_name_or_another_day_is_refused(loaded):
    (number,) = overpaid()
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout()
    validated(number)
    for name in ("", "a b", "lunes/1", "á", "x" * 31):
        with pytest.raises(Refused, match="no sirve"):
            payout(name)
    with pytest.raises(Refused, match="En la cuenta que paga: La CLABE tiene mal"):
        do_make_payout("x", ON, Payer("Infonavit", CLABE[:-1] + "0"), PAYS)
    payout("x" * 30)
    with pytest.raises(Refused, match="ya se usó con otro contenido"):
        payout("x" * 30, NEXT_DAY)
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout("y")


def test_who_registered_a_request_does_not_pay_it(loaded):
    one, two = overpaid((0, 5))
    mine = validated(one, "a", amount=1_00)
    other = do_ask_refund("b", request(two, amount=2_00), WHO).refund_id
    do_validate_refund("b1", other, ON, FIRST)
    do_validate_refund("b2", other, ON, SECOND)
    made = payout(who=ASKS)
    assert (made.lines, made.total) == (1, 2_00)
    assert [refund for refund, _ in made.aside] == [mine]
    assert "la dispersa otra persona" in made.aside[0][1]
    assert states(mine)[-1] == "validated"


def test_what_cannot_be_paid_stays_and_is_named(loaded):
    one, two = overpaid((0, 5))
    good, changed = validated(one, "a", amount=1_00), validated(two, "b", amount=2_00)
    account = models.RefundRequest.objects.get(refund=changed).account
    account.clabe = OTHER_CLABE
    account.save()
    made = payout()
    assert (made.total, [refund for refund, _ in made.aside]) == (1_00, [changed])
    assert "no es la que se registró" in made.aside[0][1]
    assert (states(good)[-1], states(changed)[-1]) == ("in_payout", "validated")
    assert refunded() == 1_00
    with pytest.raises(Refused, match="está cerrada"):
        do_pay_refund(models.Payout.objects.get(), changed, PAYS)


def test_the_money_of_a_month_that_is_not_open_waits(loaded):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    with pytest.raises(Refused, match=r"No hay devoluciones.* mes que aún no se abre"):
        payout("tarde", date(2024, 9, 2))
    assert (states(refund)[-1], refunded()) == ("validated", 0)


def test_the_files_are_the_same_bytes_and_add_up(loaded, tmp_path):
    rows = overpaid((0, 5, 9))
    holders = ["PEÑA RUÍZ, ANA", "Ana Peña   Ruiz", "ana pena ruiz"]
    for at, (number, name) in enumerate(zip(rows, holders, strict=True)):
        validated(number, f"k{at}", amount=1_000_00 + at, holder=name)
    made = payout()
    first = [path.read_bytes() for path in write_payout("lunes", tmp_path / "one")]
    second = [path.read_bytes() for path in write_payout("lunes", tmp_path / "two")]
    assert first == second
    lines = list(csv.DictReader(io.StringIO(first[0].decode("ascii"))))
    assert [line["importe"] for line in lines] == ["1000.00", "1000.01", "1000.02"]
    assert sum(round(float(line["importe"]) * 100) for line in lines) == made.total
    assert {line["beneficiario"] for line in lines} == {"PENA RUIZ ANA", "ANA PENA RUIZ"}
    assert {(line["clabe"], line["banco"], line["moneda"]) for line in lines} == {
        (CLABE, "012", "MXN")
    }
    assert [line["credito"] for line in lines] == rows
    check_xml(first[1], lines, made.total)
    account = models.RefundAccount.objects.order_by("pk")[0]
    account.holder = "OTRA PERSONA"
    account.save()
    with pytest.raises(Refused, match="ya no es la que se cerró"):
        write_payout("lunes", tmp_path / "three")
    assert not (tmp_path / "three").exists()
    with pytest.raises(Refused, match="No hay una dispersión"):
        write_payout("martes", tmp_path)


# Each element of the message that we write, with what it may hold, in the order of the schema.
SCHEMA = {
    "Document": ["CstmrCdtTrfInitn"],
    "CstmrCdtTrfInitn": ["GrpHdr", "PmtInf+"],
    "GrpHdr": ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"],
    "InitgPty": ["Nm"],
    "PmtInf": [
        "PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
        "CdtTrfTxInf+",
    ],
    "ReqdExctnDt": ["Dt"],
    "Dbtr": ["Nm"],
    "DbtrAcct": ["Id"],
    "CdtrAcct": ["Id"],
    "Id": ["Othr"],
    "Othr": ["Id", "SchmeNm"],
    "SchmeNm": ["Prtry"],
    "DbtrAgt": ["FinInstnId"],
    "CdtrAgt": ["FinInstnId"],
    "FinInstnId": ["ClrSysMmbId"],
    "ClrSysMmbId": ["MmbId"],
    "CdtTrfTxInf": ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"],
    "PmtId": ["InstrId", "EndToEndId"],
    "Amt": ["InstdAmt"],
    "Cdtr": ["Nm"],
    "RmtInf": ["Ustrd"],
}  # fmt: skip
LONGEST = {"MsgId": 35, "PmtInfId": 35, "InstrId": 35, "EndToEndId": 35, "Nm": 140, "Ustrd": 140}


def check_xml(content: bytes, lines: list[dict[str, str]], total: int) -> None:
    """The order of the elements, their lengths and letters, counts, sums, and the same lines."""
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    content.decode("ascii")
    root = ET.fromstring(content)
    check_element(root)

    def texts(name: str, under: ET.Element = root) -> list[str]:
        return [one.text for one in under.iter(f"{{{NAMESPACE}}}{name}")]

    assert set(texts("NbOfTxs")) == {str(len(lines))}
    assert set(texts("CtrlSum")) == {f"{total // 100}.{total % 100:02}"}
    assert texts("InstdAmt") == [line["importe"] for line in lines]
    assert {one.get("Ccy") for one in root.iter(f"{{{NAMESPACE}}}InstdAmt")} == {"MXN"}
    assert texts("EndToEndId") == [line["linea"] for line in lines]
    assert len(set(texts("EndToEndId"))) == len(lines)
    assert texts("Nm")[0] == "INFONAVIT TESORERIA"
    payments = root.iter(f"{{{NAMESPACE}}}CdtTrfTxInf")
    for payment, line in zip(payments, lines, strict=True):
        assert line["clabe"] in texts("Id", payment)
        assert texts("Nm", payment) == [line["beneficiario"]]
        assert texts("MmbId", payment) == [line["banco"]]


def check_element(element: ET.Element) -> None:
    """What it holds, in order; one that holds text is short enough and of the basic letters."""
    name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    assert element.tag == f"{{{NAMESPACE}}}{name}"
    inside = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
    if not inside:
        assert element.text
        assert len(element.text) <= LONGEST.get(name, 34)
        return
    wanted = []
    for one in SCHEMA[name]:
        plain = one.rstrip("+")
        wanted += [plain] * (inside.count(plain) if one.endswith("+") else 1)
    assert inside == wanted, name
    for child in element:
        check_element(child)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Peña Ruíz, Ana", "PENA RUIZ ANA"),
        ("O'Higgins & Sons <x>", "O HIGGINS SONS X"),
        ("  Ana \t Peña ", "ANA PENA"),
        ("Ü" * 200, "U" * 140),
    ],
)
def test_names_go_in_basic_letters(name, letters):
    assert in_basic_letters(name) == letters
