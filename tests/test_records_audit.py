"""The chain finds what was changed, taken out or put in behind its back, and names the first."""

import threading
from datetime import date

import pytest

from ledgers import state
from promised import load
from tequio.engine.errors import Refused
from tequio.engine.manifest import code_sha256
from tequio.engine.rulebook import published
from tequio.web import start

start()
from django.db import connection  # noqa: E402

from tequio.web.records import agreements  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import AgreementEvent, AuditEvent, Credit, SourceKey  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402
from tequio.web.records.writing import (  # noqa: E402
    ROOMS,
    Asked,
    Who,
    Wrote,
    law_sha256,
    once,
)

WHO = Who("la auditora", "pruebas")
CUT, DAY = date(2024, 6, 30), date(2024, 7, 10)
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
LAST = 6


@pytest.fixture
def chain(ledger, tmp_path):
    """Two events of a load and four that change a fact."""
    do_load_portfolio(state(tmp_path), WHO)
    number = Credit.objects.order_by("pk")[0].number
    for at in range(1, 5):
        do_record_facts(f"f{at}", number, DAY.replace(day=at), {"wage": at}, WHO)
    assert (verify().events, verify().fault) == (LAST, None)
    return ledger


def test_an_event_says_who_did_what_to_what_under_which_law(chain):
    event = AuditEvent.objects.get(position=3)
    number = Credit.objects.order_by("pk")[0].number
    assert (event.verb, event.subject) == ("do_record_facts", f"credit:{number}")
    assert (event.initiated_by, event.executed_by) == ("la auditora", "pruebas")
    assert event.after == '{"wage":1}'
    assert (event.code_sha256, event.law_sha256) == (code_sha256(ROOMS), law_sha256())
    assert event.code_sha256 != code_sha256(), "servicing and the ledger belong to it"
    assert event.law_sha256 != published().sha256, "and so does the law of servicing"
    assert event.previous == AuditEvent.objects.get(position=2).hash
    assert event.source.key == "f1"


HASH = "0" * 64
NEW_SOURCE = f"INSERT INTO records_sourcekey (id, key, content) VALUES (99, 'x', '{HASH}')"
COLUMNS = (
    "source_id, at, verb, subject, initiated_by, executed_by, before, after, rows, code_sha256, "
    "law_sha256, previous, hash"
)
COPIED = f"INSERT INTO records_auditevent (position, {COLUMNS}) SELECT {{}}, {COLUMNS}".replace(
    "SELECT {}, source_id", "SELECT {}, 99"
)
ONE_BALANCE = (
    "UPDATE records_monthlybalance SET months_paid = months_paid + 1 "
    "WHERE credit_id = (SELECT max(id) FROM records_credit)"
)
ATTACKS = {
    "an event is changed": (["UPDATE records_auditevent SET after = '{}' WHERE position = 4"], 4),
    "another is put in its place": (
        ["UPDATE records_auditevent SET initiated_by = 'otra' WHERE position = 1"],
        1,
    ),
    "an event is missing": (["DELETE FROM records_auditevent WHERE position = 4"], 4),
    "the last is missing": (["DELETE FROM records_auditevent WHERE position = 6"], 6),
    "the first is missing": (["DELETE FROM records_auditevent WHERE position = 1"], 1),
    "one is put in at the end": (
        [NEW_SOURCE, COPIED.format(7) + " FROM records_auditevent WHERE position = 6"],
        7,
    ),
    "one is put in before the first": (
        [NEW_SOURCE, COPIED.format(0) + " FROM records_auditevent WHERE position = 1"],
        1,
    ),
    "two change places": (
        [
            "UPDATE records_auditevent SET position = 99 WHERE position = 3",
            "UPDATE records_auditevent SET position = 3 WHERE position = 4",
            "UPDATE records_auditevent SET position = 4 WHERE position = 99",
        ],
        3,
    ),
    "a loaded balance is changed": (
        [ONE_BALANCE],
        2,
    ),
    "a loaded movement is changed": (
        ["UPDATE records_movement SET principal = principal + 1, opening = opening - 1"],
        2,
    ),
    "a fact is changed": (["UPDATE records_standing SET wage = 9 WHERE wage = 2"], 4),
    "a fact is missing": (["DELETE FROM records_standing WHERE wage = 3"], 5),
    "a movement is put in": (
        [
            NEW_SOURCE,
            "UPDATE records_sourcekey SET part_of_id = 99 WHERE key = 'f4'",
            "UPDATE records_standing SET source_id = 99 WHERE wage = 4",
        ],
        6,
    ),
    "rows come in under a key of their own": ([NEW_SOURCE], 7),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_first_bad_event_is_named(chain, attack):
    statements, position = ATTACKS[attack]
    chain.unguarded(*statements)
    fault = verify().fault
    assert fault is not None
    assert fault.position == position, fault.why


def test_a_chain_made_anew_is_found_by_a_head_noted_before(chain):
    noted = verify().head
    assert verify(head=noted).fault is None
    chain.unguarded(
        "DELETE FROM records_auditevent WHERE position = 6",
        "DELETE FROM records_standing WHERE wage = 4",
        "DELETE FROM records_sourcekey WHERE key = 'f4'",
    )
    assert verify().fault is None, "the end was cut off without a trace"
    assert verify(head=noted).fault.position == LAST
    once(Asked("do_nothing", "f4", "nobody", HASH), WHO, lambda _: Wrote())
    assert verify().fault is None
    assert verify(head=noted).fault.position == LAST


def test_a_write_that_fails_leaves_no_event_and_no_key(ledger):
    def fails(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(Asked("do_nothing", "k", "nobody", HASH), WHO, fails)
    assert not SourceKey.objects.exists()
    assert once(Asked("do_nothing", "k", "nobody", HASH), WHO, lambda _: Wrote())
    assert not once(Asked("do_nothing", "k", "nobody", HASH), WHO, fails)
    with pytest.raises(Refused, match="otro contenido"):
        once(Asked("do_nothing", "k", "nobody", "1" * 64), WHO, fails)


def offered(folder, key="o"):
    """An offer on the first credit."""
    if not Credit.objects.exists():
        load([BORRON], CUT, folder)
    number = Credit.objects.order_by("pk")[0].number
    return do_make_offer(key, number, "borron_y_cuenta_nueva", DAY, WHO)


def test_what_an_agreement_says_is_part_of_the_chain(ledger, tmp_path):
    offer = offered(tmp_path)
    assert offered(tmp_path).pk == offer.pk
    assert offer.law_sha256 == published().sha256
    agreements.do_cancel("c", offer.pk, DAY, WHO, "No le interesa.")
    agreements.do_cancel("c", offer.pk, DAY, WHO, "No le interesa.")
    events = AgreementEvent.objects.filter(agreement=offer).order_by("pk")
    assert [e.state for e in events] == ["offered", "cancelled"]
    last = AuditEvent.objects.order_by("-position")[0]
    assert last.before == '{"on":"2024-07-10","state":"offered"}'
    assert verify().fault is None
    ledger.unguarded("UPDATE records_agreementevent SET why = 'x'")
    assert verify().fault.position == 3


def test_a_step_that_does_not_follow_is_refused(ledger, tmp_path):
    offer = offered(tmp_path)
    with pytest.raises(Refused, match="posterior a 2024-06-30"):
        agreements.do_cancel("a", offer.pk, CUT, WHO, "")
    with pytest.raises(Refused, match="no existe"):
        agreements.do_cancel("a", offer.pk + 1, DAY, WHO, "")
    agreements.do_cancel("a", offer.pk, DAY, WHO, "Se desistió.")
    with pytest.raises(Refused, match="está cancelado desde el 2024-07-10"):
        agreements.do_cancel("b", offer.pk, DAY, WHO, "Otra vez.")
    assert verify().fault is None


def test_of_two_who_decide_at_once_one_is_refused(ledger, tmp_path):
    offer = offered(tmp_path)
    together, said = threading.Barrier(2), []

    def decides(why):
        try:
            together.wait()
            said.append(agreements.do_cancel(why, offer.pk, DAY, WHO, why).state)
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=decides, args=(why,)) for why in ("Una.", "Otra.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, other = sorted(said, key=len)
    assert one == "cancelled"
    assert "está cancelado" in other
