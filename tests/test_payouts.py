"""Payouts: the money leaves once, the files say so twice the same, the bank answers."""

import csv
import io
import os
import signal
import threading
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from closes import WHO, check_balances
from refunding import (
    ASKS,
    CLABE,
    FIRST,
    ON,
    OTHER_CLABE,
    PAYS,
    SECOND,
    asked,
    holder,
    kept,
    overpaid,
    request,
    states,
    validated,
)
from tequio.engine.errors import Refused
from tequio.web import start

start()
from django.db import connection, connections  # noqa: E402

from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.months import month_number  # noqa: E402
from tequio.web.records.status import trial_balance  # noqa: E402
from tequio.web.refunds import paying  # noqa: E402
from tequio.web.refunds.answers import HEADS, do_take_answers  # noqa: E402
from tequio.web.refunds.asking import do_ask_refund, do_find_refunds  # noqa: E402
from tequio.web.refunds.deciding import do_retry_refund, do_validate_refund  # noqa: E402
from tequio.web.refunds.paying import Payer, do_begin_payout, do_make_payout, do_pay_refund  # noqa: E402
from tequio.web.refunds.payout_files import (  # noqa: E402
    NAMESPACE,
    in_basic_letters,
    line_key,
    write_payout,
)
from tequio.web.refunds.status import refund_status  # noqa: E402

AUGUST = date(2024, 8, 1)
PAYER = Payer("Infonavit, Tesorería", "021180550300050811")
NEXT_DAY = date(2024, 8, 6)


def payout(name: str = "lunes", on: date = ON, who=PAYS):
    return do_make_payout(name, on, PAYER, who)


def refunded() -> int:
    return -trial_balance()["refunded"]


def answers(folder: Path, *rows: tuple[str, ...], name: str = "banco.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerows([HEADS, *rows])
    return path


def check_totals():
    """All that was ever kept is somewhere, to the centavo, and the accounts say the same."""
    sums = refund_status(NEXT_DAY).totals
    parts = sums.paid + sums.in_payout + sums.asked + sums.not_asked + sums.elsewhere
    assert sums.ever == parts
    assert sums.elsewhere == 0
    assert sums.paid + sums.in_payout == refunded()
    assert sums.ever == sum(trial_balance()[n] * -1 for n in ("payable_to_borrower", "refunded"))
    return sums


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
    with pytest.raises(Refused, match="No hay devoluciones"):
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


def test_the_bank_says_paid_or_returned_and_the_same_file_again_does_nothing(loaded, tmp_path):
    one, two = overpaid((0, 5))
    before = kept(two)
    paid, back = validated(one, "a", amount=1_00), validated(two, "b", amount=2_00)
    payout()
    path = answers(
        tmp_path,
        (line_key(paid, 1), "pagada", "2024-08-06", "1.00", ""),
        (line_key(back, 1), "devuelta", "2024-08-06", "2.00", "Cuenta cancelada"),
    )
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, done.repeated, done.aside) == (1, 1, 0, ())
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, done.repeated, done.aside) == (0, 0, 2, ())
    assert (states(paid)[-1], states(back)[-1]) == ("paid", "returned")
    assert (refunded(), kept(two)) == (1_00, before)
    sums = check_totals()
    assert (sums.paid, sums.in_payout, sums.asked) == (1_00, 0, 2_00)
    assert do_find_refunds(NEXT_DAY, FIRST)[-1].amount == before - 2_00, "it stays promised"
    do_close_month(AUGUST, WHO)
    check_balances(month_number(AUGUST))
    assert verify().fault is None


def test_wrong_answers_are_kept_aside_and_the_others_count(loaded, tmp_path):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    payout()
    line = line_key(refund, 1)
    path = answers(
        tmp_path,
        ("DPE000000999-01", "pagada", "2024-08-06", "1.00", ""),
        ("otra", "pagada", "2024-08-06", "1.00", ""),
        (line, "quizás", "2024-08-06", "1.00", ""),
        (line, "pagada", "6/8/2024", "1.00", ""),
        (line, "pagada", "2024-08-06", "1.01", ""),
        (line, "devuelta", "2024-08-06", "1.00", ""),
        (line, "pagada", "2024-08-04", "1.00", ""),
        (line, "Pagada ", "2024-08-06", "1.00", ""),
    )
    done = do_take_answers(path, PAYS)
    assert (done.paid, done.returned, len(done.aside)) == (1, 0, 7)
    assert [row for row, _ in done.aside] == [2, 3, 4, 5, 6, 7, 8]
    for (_, said), word in zip(
        done.aside, ("linea", "linea", "resultado", "fecha", "importe", "motivo", "paso"),
        strict=True,
    ):  # fmt: skip
        assert word in said
    with pytest.raises(Refused, match="falta la columna importe, motivo"):
        (tmp_path / "x.csv").write_text("linea,resultado,fecha\n", encoding="utf-8")
        do_take_answers(tmp_path / "x.csv", PAYS)
    (tmp_path / "y.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        do_take_answers(tmp_path / "y.csv", PAYS)


def test_what_came_back_is_retried_by_a_new_line_and_an_old_answer_does_not_count(loaded, tmp_path):
    (number,) = overpaid()
    whole = kept(number)
    refund = validated(number, amount=whole)
    payout("uno")
    returned = (line_key(refund, 1), "devuelta", "2024-08-06", decimal(whole), "En mantenimiento")
    do_take_answers(answers(tmp_path, returned), PAYS)
    assert kept(number) == whole
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout("dos", NEXT_DAY)
    do_retry_refund("r", refund, NEXT_DAY, "El banco ya opera.", FIRST)
    made = payout("dos", NEXT_DAY)
    assert (made.lines, made.total, kept(number), refunded()) == (1, whole, 0, whole)
    assert [line.attempt for line in models.PayoutLine.objects.order_by("pk")] == [1, 2]
    late = (line_key(refund, 1), "pagada", "2024-08-07", decimal(whole), "")
    done = do_take_answers(answers(tmp_path, late, name="tarde.csv"), PAYS)
    assert "intento anterior" in done.aside[0][1]
    good = (line_key(refund, 2), "pagada", "2024-08-07", decimal(whole), "")
    assert do_take_answers(answers(tmp_path, good, name="bien.csv"), PAYS).paid == 1
    assert states(refund)[-4:] == ["returned", "retried", "in_payout", "paid"]
    check_totals()


def decimal(centavos: int) -> str:
    return f"{centavos // 100}.{centavos % 100:02}"


def test_to_another_account_it_is_asked_again_and_validated_again(loaded, tmp_path):
    (number,) = overpaid()
    whole, one = kept(number), holder(number)
    refund = validated(number, "a", person=one, amount=whole)
    payout("uno")
    back = (line_key(refund, 1), "devuelta", "2024-08-06", decimal(whole), "Cuenta cancelada")
    do_take_answers(answers(tmp_path, back), PAYS)
    again = {"person": one, "amount": whole, "clabe": OTHER_CLABE, "on": NEXT_DAY, "refund": refund}
    with pytest.raises(Refused, match="sin prometer"):
        asked(number, "c", **{**again, "amount": whole + 1})
    assert asked(number, "b", **again) == refund
    with pytest.raises(Refused, match="No hay devoluciones"):
        payout("dos", NEXT_DAY)
    do_validate_refund("b1", refund, NEXT_DAY, FIRST)
    do_validate_refund("b2", refund, NEXT_DAY, SECOND)
    payout("dos", NEXT_DAY)
    first, second = write_payout("dos", tmp_path)
    assert OTHER_CLABE in first.read_text(encoding="ascii")
    assert CLABE not in second.read_text(encoding="ascii")
    check_totals()


def test_money_that_comes_back_after_it_was_paid_is_kept_again(loaded, tmp_path):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    payout()
    said = [
        (line_key(refund, 1), "pagada", "2024-08-06", "1.00", ""),
        (line_key(refund, 1), "devuelta", "2024-08-07", "1.00", "La rechazó el banco receptor"),
    ]
    done = do_take_answers(answers(tmp_path, *said), PAYS)
    assert (done.paid, done.returned, refunded()) == (1, 1, 0)
    check_totals()


def run_payouts(ledger, count: int, work) -> list[int]:
    """So many processes of their own at once; how each ended."""
    connections.close_all()
    ready, go = os.pipe()
    children = []
    for at in range(count):
        child = os.fork()
        if child == 0:
            os.close(go)
            ledger.use()
            os.read(ready, 1)  # until the parent lets go
            try:
                work(at)
            except Refused:
                os._exit(3)
            except BaseException:  # noqa: BLE001 - nothing of the parent's runs in the child
                os._exit(1)
            os._exit(0)
        children.append(child)
    os.close(ready)
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    ledger.use()
    return codes


def test_payouts_of_several_processes_at_once_pay_each_refund_once(loaded):
    rows = overpaid(range(6))
    refunds = [validated(number, f"k{at}", amount=100 + at) for at, number in enumerate(rows)]
    codes = run_payouts(loaded, 4, lambda at: payout(f"p{at}"))
    assert set(codes) <= {0, 3}
    assert 0 in codes
    lines = models.PayoutLine.objects.all()
    assert sorted(line.refund_id for line in lines) == refunds
    assert refunded() == sum(line.amount for line in lines) == sum(range(100, 106))
    sealed = models.PayoutFile.objects.all()
    assert sum(one.total for one in sealed) == refunded()
    assert {line.payout_id for line in lines} == {one.payout_id for one in sealed}
    assert all(states(refund)[-1] == "in_payout" for refund in refunds)
    assert verify().fault is None


def test_the_same_payout_of_several_processes_at_once_is_one(loaded):
    rows = overpaid(range(4))
    for at, number in enumerate(rows):
        validated(number, f"k{at}", amount=100 + at)
    assert set(run_payouts(loaded, 3, lambda _: payout("uno"))) == {0}
    assert models.PayoutFile.objects.get().total == refunded() == sum(range(100, 104))
    assert models.PayoutLine.objects.count() == 4
    assert verify().fault is None


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_payout_killed_on_its_way_goes_on_and_pays_nobody_twice(loaded, line, tmp_path):
    rows = overpaid(range(3))
    for at, number in enumerate(rows):
        validated(number, f"k{at}", amount=100 + at)

    def dies(_: int) -> None:
        counts = iter(range(1, 100))
        pays = paying.do_refund

        def killed(*args):
            if next(counts) == line:
                os.kill(os.getpid(), signal.SIGKILL)
            return pays(*args)

        paying.do_refund = killed
        payout("uno")

    assert run_payouts(loaded, 1, dies) == [-signal.SIGKILL]
    assert models.PayoutLine.objects.count() == line - 1
    assert refunded() == sum(models.PayoutLine.objects.values_list("amount", flat=True))
    with pytest.raises(Refused, match="No hay una dispersión cerrada"):
        write_payout("uno", tmp_path)
    made = payout("uno")
    assert (made.lines, made.new, made.total, refunded()) == (3, 4 - line, 303, 303)
    assert verify().fault is None


def test_of_two_lines_for_the_same_refund_at_once_one_is_refused(loaded):
    (number,) = overpaid()
    refund = validated(number, amount=1_00)
    two = [do_begin_payout(name, ON, PAYER, PAYS) for name in ("a", "b")]
    together, said = threading.Barrier(2), []

    def pays(one):
        try:
            together.wait()
            said.append(do_pay_refund(one, refund, PAYS))
        except Refused as why:
            said.append("está en dispersión" in str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=pays, args=(one,)) for one in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [True, True]
    assert (models.PayoutLine.objects.count(), refunded()) == (1, 1_00)


def test_clocks_run_in_working_days(loaded):
    one, two = overpaid((0, 5))
    do_find_refunds(ON, FIRST)
    refund = validated(one, amount=1_00)
    found = refund_status(date(2024, 8, 19))
    due = {w.credit: (w.state, w.due, w.late) for w in found.waiting}
    assert due[one] == ("validated", date(2024, 8, 19), 0)
    assert due[two] == ("found", date(2024, 8, 12), 5)
    payout()
    late = {w.refund: w.late for w in refund_status(date(2024, 8, 20)).waiting}
    assert late[refund] == 1
    assert refund_status(ON).states["in_payout"] == (1, 1_00)
