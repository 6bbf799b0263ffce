"""The queue of deposits: what a person decides, and the equation that always holds."""

import base64
import hashlib
from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closes import day_number, post
from deposits import WHO, bank_file, numbers, row
from tequio.engine.errors import Refused
from tequio.web import start

start()
from tequio.web.intake import claims  # noqa: E402
from tequio.web.intake.claims import Said, do_answer_claim, do_claim, folio_of, stands  # noqa: E402
from tequio.web.intake.counting import equation, left_of  # noqa: E402
from tequio.web.intake.proposals import proposals  # noqa: E402
from tequio.web.intake.queue import (  # noqa: E402
    do_assign,
    do_return,
    do_split,
    waiting,
)
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.models import (  # noqa: E402
    Assignment,
    AuditEvent,
    Claim,
    ClaimEvent,
    Credit,
    Deposit,
    Proof,
    Receipt,
    Role,
    Step,
    Terms,
)
from tequio.web.records.people import do_identify_person  # noqa: E402
from tequio.web.records.replaying import do_reverse_receipt, do_undo  # noqa: E402

DAY = date(2024, 7, 31)
FILES = count(1)


def take(tmp_path, *rows):
    """A file of them; the deposits by their keys."""
    path = bank_file(tmp_path / f"{next(FILES)}.csv", rows)
    do_take_file(path, WHO, as_of=DAY)
    return dict(Deposit.objects.values_list("key", "pk"))


def test_a_deposit_is_assigned_split_and_returned_to_the_last_centavo(loaded, tmp_path):
    known = numbers()
    one = take(tmp_path, row("a", "2024-07-05", "100.01", "", destino="mensualidades"))["a"]
    assert [(w.deposit, w.left) for w in waiting()] == [(one, 100_01)]
    assert do_assign("k1", one, known[0], WHO, amount=40_00, why="Trajo su ficha") == 60_01
    assert do_split("k2", one, [(known[1], 50_00), (known[2], 5_00)], WHO) == 5_01
    assert do_return("k3", one, WHO, why="Lo pidió el banco", amount=2_00) == 3_01
    assert do_assign("k4", one, known[0], WHO) == 0
    assert waiting() == []
    whole = equation()
    assert (whole.received, whole.applied, whole.unapplied, whole.returned) == (
        100_01,
        98_01,
        0,
        2_00,
    )
    assert whole.holds
    columns = ("credit__number", "amount", "day", "intent", "channel")
    told = (date(2024, 7, 5), 2, 3)
    assert list(Receipt.objects.order_by("pk").values_list(*columns)) == [
        (known[0], 40_00, *told),
        (known[1], 50_00, *told),
        (known[2], 5_00, *told),
        (known[0], 3_01, *told),
    ]
    assert audit.verify().fault is None


def test_what_was_decided_once_is_not_decided_twice(loaded, tmp_path):
    known = numbers()
    one = take(tmp_path, row("a", "2024-07-05", "100", ""))["a"]
    assert do_assign("k", one, known[0], WHO, amount=40_00) == 60_00
    events = AuditEvent.objects.count()
    assert do_assign("k", one, known[0], WHO, amount=40_00) == 60_00
    assert AuditEvent.objects.count() == events
    with pytest.raises(Refused, match="ya se usó con otro contenido"):
        do_assign("k", one, known[1], WHO, amount=40_00)


REFUSED = [
    ([(0, 100_01)], "quedan \\$100.00"),
    ([(0, 100_00), (1, 1)], "quedan \\$100.00"),
    ([(0, 0)], "mayor que cero"),
    ([(0, -1)], "mayor que cero"),
    ([(0, 100_00), (1, None)], "mayor que cero"),
    ([(0, None), (1, None)], "Solo un crédito puede ir sin importe"),
    ([(0, 1), (0, 1)], "cada uno una vez"),
    ([], "a qué créditos"),
    ([(None, 1)], "El crédito 0000000000 no está en el libro"),
]


@pytest.mark.parametrize(("parts", "why"), REFUSED)
def test_what_cannot_be_assigned_is_refused_and_nothing_is_written(loaded, tmp_path, parts, why):
    known = numbers()
    one = take(tmp_path, row("a", "2024-07-05", "100", ""))["a"]
    events = AuditEvent.objects.count()
    asked = [("0000000000" if at is None else known[at], amount) for at, amount in parts]
    with pytest.raises(Refused, match=why):
        do_split("k", one, asked, WHO)
    with pytest.raises(Refused, match="por qué se devuelve"):
        do_return("k", one, WHO, why=" ")
    with pytest.raises(Refused, match="no existe"):
        do_return("k", one + 1, WHO, why="x")
    assert AuditEvent.objects.count() == events
    assert left_of(one) == 100_00
    do_split("k", one, [(known[0], 99_99), (known[1], None)], WHO)
    with pytest.raises(Refused, match="ya no queda nada"):
        do_assign("other", one, known[0], WHO)


def test_a_receipt_taken_back_waits_again(loaded, tmp_path):
    known = numbers()
    one = take(tmp_path, row("a", "2024-07-05", "100", known[0]))["a"]
    assert left_of(one) == 0
    receipt = Receipt.objects.get()
    for _ in range(2):
        do_reverse_receipt("r", receipt.pk, date(2024, 7, 8), WHO, "No era suyo")
    assert left_of(one) == 100_00
    whole = equation()
    assert (whole.applied, whole.unapplied, whole.holds) == (0, 100_00, True)
    assert Assignment.objects.get(kind=Assignment.Kind.TAKEN_BACK).why == "No era suyo"
    with pytest.raises(Refused, match="espera otra vez en la cola"):
        do_undo("u", Step.objects.get().pk, date(2024, 7, 9), WHO, "Sí era suyo")
    assert do_assign("k", one, known[0], WHO) == 0
    assert equation().applied == 100_00
    assert audit.verify().fault is None


def test_a_reversal_of_what_came_without_a_deposit_leaves_the_queue_alone(loaded):
    post("alone", [0], day_number(date(2024, 7, 5)), [100_00])
    do_reverse_receipt("r", Receipt.objects.get().pk, date(2024, 7, 8), WHO, "Rebotó")
    assert not Assignment.objects.exists()
    do_undo("u", Step.objects.get().pk, date(2024, 7, 9), WHO, "Sí pagó")
    assert audit.verify().fault is None


def receive(tmp_path, lines: list[str], act: str, at: int, amount: int) -> int:
    """A new payment in a file, or one or two that were there before; centavos that are new."""
    if act == "repeat":
        if lines:
            take(tmp_path, lines[at % len(lines)], lines[0])
        return 0
    text, known = f"{amount // 100}.{amount % 100:02}", numbers()
    lines.append(row(f"p{len(lines)}", "2024-07-05", text, known[at] if at < 150 else ""))
    take(tmp_path, lines[-1])
    return amount


def test_whatever_is_done_received_is_applied_and_unapplied_and_returned(loaded, tmp_path):
    known = numbers()
    keys = (f"p{at}" for at in count())
    used: list[str] = []
    acts = st.sampled_from(["take", "repeat", "assign", "split", "return", "again"])
    lines: list[str] = []

    @settings(max_examples=12)
    @given(st.lists(st.tuples(acts, st.integers(0, 999), st.integers(1, 300_00)), max_size=8))
    def anything(steps):
        for act, at, amount in steps:
            before = equation()
            deposits = list(Deposit.objects.order_by("pk").values_list("pk", flat=True))
            new = 0
            if act in ("take", "repeat"):
                new = receive(tmp_path, lines, act, at, amount)
            elif deposits:
                decide(act, deposits[at % len(deposits)], known[at % 300], amount)
            after = equation()
            assert after.holds
            assert after.received == before.received + new

    def decide(act, deposit, credit, amount):
        left = left_of(deposit)
        key = used[amount % len(used)] if act == "again" and used else f"{act}-{next(keys)}"
        try:
            if act == "return":
                now = do_return(key, deposit, WHO, why="x", amount=amount)
            elif act == "split":
                other = known[0] if credit != known[0] else known[1]
                now = do_split(key, deposit, [(credit, amount), (other, None)], WHO)
                amount = left
            else:
                now = do_assign(key, deposit, credit, WHO, amount=amount)
            used.append(key)
        except Refused:
            assert left_of(deposit) == left
        else:
            assert now in (left, left - amount)
            assert now >= 0

    anything()
    assert audit.verify().fault is None


def test_two_who_decide_at_once_do_not_give_it_twice(loaded, tmp_path):
    import threading

    from django.db import connection

    one = take(tmp_path, row("a", "2024-07-05", "100", ""))["a"]
    known, outcomes = numbers(), []

    def decide(at: int) -> None:
        try:
            outcomes.append(do_assign(f"k{at}", one, known[at], WHO, amount=60_00))
        except Refused as why:
            outcomes.append(str(why))
        connection.close()

    threads = [threading.Thread(target=decide, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(map(str, outcomes)) == "4000"
    assert "quedan $40.00" in str(outcomes)
    assert equation().holds


def changed_round(number: str) -> str:
    at = next(at for at in range(9) if number[at] != number[at + 1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def test_proposals_say_why_and_apply_nothing(loaded, tmp_path):
    credit = Credit.objects.order_by("pk")[7]
    debtor = Role.objects.get(credit=credit, kind="debtor").person
    do_identify_person("i", debtor.pk, WHO, name="Ana Peña O'Higgins")
    terms = Terms.objects.exclude(instalment=0).exclude(credit=credit).first()
    pesos = f"{terms.instalment // 100}.{terms.instalment % 100:02}"
    deposits = take(
        tmp_path,
        row("number", "2024-07-05", "1", changed_round(credit.number)),
        row("name", "2024-07-05", "1", "", nombre="PENA OHIGGINS ANA"),
        row("half", "2024-07-05", "1", changed_round(credit.number), nombre="ANA PEÑA"),
        row(
            "amount",
            "2024-07-05",
            pesos,
            changed_round(terms.credit.number),
            municipio=terms.credit.municipality,
        ),
        row("nothing", "2024-07-05", "1", ""),
    )

    def proposed(key: str):
        return {p.credit: p for p in proposals(Deposit.objects.get(pk=deposits[key]))}

    assert "dos cambiados de lugar" in proposed("number")[credit.number].why
    assert proposed("name") == {}, "the apostrophe parts the name in another way"
    assert "2 palabras del nombre coinciden" in proposed("half")[credit.number].why
    assert proposed("half")[credit.number].score > proposed("number")[credit.number].score
    found = proposed("amount")[terms.credit.number].why
    assert "el importe es la mensualidad" in found
    assert "en el municipio de la vivienda" in found
    assert proposed("nothing") == {}
    assert not Receipt.objects.exists()
    again = take(tmp_path, row("same", "2024-07-05", "1", "", nombre="O HIGGINS PEÑA ANA"))["same"]
    (one,) = proposals(Deposit.objects.get(pk=again))
    assert (one.credit, one.why) == (
        credit.number,
        "paga quien lleva el nombre de la persona acreditada",
    )


def test_a_claim_finds_its_deposit_before_after_and_by_a_person(loaded, tmp_path):
    known = numbers()

    def claim(at: int, day: int = 5, amount: int = 100_00) -> Claim:
        said = Said(known[at], date(2024, 7, day), amount, 3)
        return do_claim(f"c{at}-{day}-{amount}", said, WHO, today=DAY)

    take(tmp_path, row("before", "2024-07-05", "100", known[0]))
    assert stands(claim(0)) == "depósito encontrado"
    assert stands(claim(0, 6)) == "en busca del depósito", "a deposit answers one claim"
    later, far, other = claim(1), claim(2, 1), claim(3, 5, 99_00)
    by_hand = claim(4)
    deposits = take(
        tmp_path,
        row("later", "2024-07-10", "100", known[1]),
        row("far", "2024-07-07", "100", known[2]),
        row("other", "2024-07-05", "100", known[3]),
        row("hand", "2024-07-05", "100", ""),
    )
    assert stands(later) == "depósito encontrado"
    assert ClaimEvent.objects.get(claim=later).deposit_id == deposits["later"]
    for one in (far, other, by_hand):
        assert stands(one) == "en busca del depósito"
    found = proposals(Deposit.objects.get(pk=deposits["hand"]))
    assert folio_of(by_hand.pk) in {p.credit: p.why for p in found}[known[4]]
    do_assign("k", deposits["hand"], known[4], WHO)
    assert ClaimEvent.objects.get(claim=by_hand).deposit_id == deposits["hand"]
    do_answer_claim("n", far.pk, ClaimEvent.Kind.NOT_FOUND, "El banco no lo tiene", WHO)
    assert stands(far) == "no se encontró el depósito"
    with pytest.raises(Refused, match="no está abierta"):
        do_answer_claim("m", far.pk, ClaimEvent.Kind.WITHDRAWN, "x", WHO)
    with pytest.raises(Refused, match="Diga por qué"):
        do_answer_claim("m", other.pk, ClaimEvent.Kind.WITHDRAWN, " ", WHO)
    assert audit.verify().fault is None


def test_a_proof_is_sealed_and_a_claim_that_says_nothing_is_refused(loaded, tmp_path):
    said = Said(numbers()[0], date(2024, 7, 5), 100_00, 3)
    proof = tmp_path / "foto.jpg"
    content = b"\xff\xd8\xff" + b"comprobante" * 9
    proof.write_bytes(content)
    one = do_claim("c", said, WHO, today=DAY, proof=proof)
    assert one.proof_sha256 == hashlib.sha256(content).hexdigest()
    kept = Proof.objects.get(claim=one)
    assert base64.b64decode(kept.content) == content
    assert base64.b64encode(content).decode() not in kept.content_sealed
    assert do_claim("c", said, WHO, today=DAY, proof=proof) == one
    for changed, why in (
        (Said("0000000000", said.day, 1, 3), "no está en el libro"),
        (Said(said.credit, said.day, 0, 3), "mayor que cero"),
        (Said(said.credit, date(2024, 8, 1), 1, 3), "aún no llega"),
        (Said(said.credit, said.day, 1, 0), "por dónde se pagó"),
    ):
        with pytest.raises(Refused, match=why):
            do_claim("x", changed, WHO, today=DAY)
    proof.write_bytes(b"MZ" + content)
    with pytest.raises(Refused, match="no es un comprobante"):
        do_claim("x", said, WHO, today=DAY, proof=proof)
    proof.write_bytes(content.ljust(claims.PROOF_MOST + 1))
    with pytest.raises(Refused, match="pasa de 2 MB"):
        do_claim("x", said, WHO, today=DAY, proof=proof)
    proof.write_bytes(content.ljust(claims.PROOF_MOST))
    do_claim("y", said, WHO, today=DAY, proof=proof)
    assert Claim.objects.count() == 2


def test_a_folio_knows_a_mistake_in_itself(loaded):
    one = do_claim("c", Said(numbers()[0], DAY, 1, 3), WHO, today=DAY)
    folio = folio_of(one.pk)
    assert claims.claim_at(folio.lower()) == one.pk
    wrong = folio[:-1] + str((int(folio[-1]) + 1) % 10)
    for text in (wrong, folio[:-2], "YP", "", folio_of(one.pk + 1), "YP-²-1"):
        with pytest.raises(Refused, match="no es de ninguna aclaración"):
            claims.claim_at(text)


def test_the_commands_do_the_same(loaded, tmp_path, run):
    known = numbers()
    deposits = take(
        tmp_path,
        row("a", "2024-07-05", "100", changed_round(known[0])),
        row("b", "2024-07-06", "50", ""),
    )
    one, two = map(str, (deposits["a"], deposits["b"]))
    code, out, _ = run("queue", "list")
    assert code == 0
    assert "2 depósitos por aplicar" in out
    assert "el número no es de ningún crédito" in out
    code, out, _ = run("queue", "show", one)
    assert code == 0
    assert known[0] in out
    assert "Puntos" in out
    code, out, _ = run("queue", "assign", one, known[0], "--amount", "60.50")
    assert (code, f"Del depósito {one} quedan $39.50 por aplicar." in out) == (0, True)
    code, out, _ = run("queue", "assign", one, known[0], "--amount", "60.50")
    assert "quedan $39.50" in out, "the same order again"
    code, out, _ = run("queue", "split", one, f"{known[1]}=10", known[2])
    assert (code, "quedan $0.00" in out) == (0, True)
    code, _, err = run("queue", "return", two)
    assert (code, "por qué se devuelve" in err) == (3, True)
    code, out, _ = run("queue", "return", two, "--why", "El banco lo anuló")
    assert code == 0
    assert "recibido $150.00 = aplicado $100.00 + por aplicar $0.00 + devuelto $50.00" in " ".join(
        out.split()
    )
    assert run("queue", "assign", two, known[0], "--amount", "mucho")[0] == 2
    code, out, _ = run("claim", "new", known[5], "2024-07-05", "9.99", "spei")
    folio = out.split()[1].rstrip(":")
    assert (code, "en busca del depósito" in out) == (0, True)
    assert folio in run("claim", "list")[1]
    code, out, _ = run("claim", "answer", folio, "retirada", "--why", "Fue otro crédito")
    assert (code, "retirada" in out) == (0, True)
    assert "0 aclaraciones abiertas" in run("claim", "list")[1]
    assert Assignment.objects.filter(kind=Assignment.Kind.RETURNED).count() == 1
