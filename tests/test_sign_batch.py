"""A solution that comes by itself, for a whole load: the same as one by one, once, resumable."""

from datetime import date

import numpy as np
import pytest

from closes import WHO, check_balances, day_number, movement_sums, post
from promised import facts_on, go_on, load, states
from tequio.engine.errors import Refused
from tequio.web import start

start()
from tequio.core.months import month_number  # noqa: E402
from tequio.web.records import audit, batches  # noqa: E402
from tequio.web.records.accepting import do_accept, do_withdraw  # noqa: E402
from tequio.web.records.batches import do_sign_batch  # noqa: E402
from tequio.web.records.closing import parts_of  # noqa: E402
from tequio.web.records.models import Agreement, AuditEvent, Serviced, Step  # noqa: E402
from tequio.web.records.offers import do_make_offer, text_of  # noqa: E402
from tequio.web.records.writing import Asked, once  # noqa: E402

CUT, DAY = date(2025, 11, 30), date(2025, 12, 22)
PAYS = {"wage": 13_000, "employed": True, "rate": 9}
SETTLED = {"granted": 150_000, "principal_paid": 60_000, "interest_paid": 345_000}
UNITS = {
    "indexed": True,
    "balance": 0,
    "balance_units": 100,
    "instalment": 0,
    "instalment_units": 1,
    "rea_instalment_units": "1.1",
    "rate": 6,
}
ROWS = [
    PAYS,
    PAYS | SETTLED,
    PAYS | UNITS,
    PAYS | {"granted_on": date(2022, 1, 1)},  # too young
    PAYS | {"months_missed": 2, "unpaid_interest": "4650"},
    PAYS | {"balance": 90_000, "instalment": 2_000},
]


def newest() -> list[dict]:
    """What servicing keeps of each credit, without keys."""
    found = {}
    for row in Serviced.objects.order_by("source_id").values():
        row.pop("source_id")
        found[row.pop("credit_id")] = row
    return [found[key] for key in sorted(found)]


def test_in_batch_it_is_as_one_by_one(ledger, templates, tmp_path):
    numbers = load(ROWS, CUT, tmp_path)
    post("paid", [0, 4], day_number(date(2025, 12, 10)), [5_000_00, 9_000_00])
    done = do_sign_batch("solucion_integral", DAY, WHO)
    assert (done.parts, done.already, done.signed, done.settled) == (1, 0, 5, 1)
    assert do_sign_batch("solucion_integral", DAY, WHO).already == 1
    assert Agreement.objects.count() == Step.objects.count() == 5
    found = [facts_on(number, DAY) for number in numbers]
    kept, sums = newest(), movement_sums()
    ends = [states(one)[-1] for one in Agreement.objects.order_by("pk")]
    assert ends[1] == "fulfilled"
    assert audit.verify().fault is None
    go_on(DAY, [True], range(6))
    check_balances(month_number(DAY))

    other = templates.copy(ledger.vendor, made(tmp_path / "other"))
    other.use()
    load(ROWS, CUT, tmp_path / "other")
    post("paid", [0, 4], day_number(date(2025, 12, 10)), [5_000_00, 9_000_00])
    for number in [numbers[row] for row in (0, 1, 2, 4, 5)]:
        offer = do_make_offer(number, number, "solucion_integral", DAY, WHO)
        do_accept(f"a{number}", offer.pk, DAY, WHO)
    assert [facts_on(number, DAY) for number in numbers] == found
    assert newest() == kept
    again = movement_sums()
    assert all(np.array_equal(sums[key], again[key]) for key in sums)
    assert [states(one)[-1] for one in Agreement.objects.order_by("pk")] == ends
    other.close()
    ledger.use()


def made(folder):
    folder.mkdir()
    return folder


def test_a_part_that_was_closed_meanwhile_is_not_signed(ledger, tmp_path):
    """Whoever waited for the turn of a part looks again whether its month is open."""
    load(ROWS, CUT, tmp_path)
    (part,) = parts_of(month_number(DAY))
    late = batches.BatchOf(part, text_of("solucion_integral", DAY), DAY)
    go_on(DAY, [True], range(6))
    kept, sums = newest(), movement_sums()
    with pytest.raises(Refused, match="2025-12 ya está cerrado"):
        once(Asked("do_sign_batch", "late", "late", "x"), WHO, late.write)
    assert newest() == kept
    assert all(np.array_equal(sums[key], found) for key, found in movement_sums().items())


def test_one_of_a_batch_may_withdraw(ledger, tmp_path):
    numbers = load(ROWS, CUT, tmp_path)
    before = facts_on(numbers[2], CUT)
    do_sign_batch("solucion_integral", DAY, WHO)
    offer = Agreement.objects.get(credit__number=numbers[2])
    do_withdraw("w", offer.pk, date(2025, 12, 24), WHO)
    assert facts_on(numbers[2], date(2025, 12, 24)) == before
    assert audit.verify().fault is None
    go_on(DAY, [True], range(6))
    check_balances(month_number(DAY))


def test_it_goes_on_where_it_stopped(loaded_in_parts, monkeypatch):
    write, count = batches.BatchOf.write, []

    def fails(batch, source):
        count.append(1)
        if len(count) == 2:
            raise ZeroDivisionError
        return write(batch, source)

    monkeypatch.setattr(batches.BatchOf, "write", fails)
    with pytest.raises(ZeroDivisionError):
        do_sign_batch("solucion_integral", DAY, WHO)
    signed = Step.objects.count()
    done = do_sign_batch("solucion_integral", DAY, WHO)
    assert (done.parts, done.already) == (3, 1)
    assert Step.objects.count() == signed + done.signed
    assert audit.verify().fault is None
    events = AuditEvent.objects.filter(verb="do_sign_batch").count()
    assert events == 3


@pytest.fixture
def loaded_in_parts(ledger, tmp_path):
    """Three parts of a simulated state, in November 2025."""
    from ledgers import regrouped, state
    from tequio.engine.portfolio import About, open_portfolio
    from tequio.web.records.loading import do_load_portfolio

    whole = state(tmp_path, 300).read()
    parts = [whole.slice(at, 100) for at in range(0, 300, 100)]
    path = tmp_path / "partes.parquet"
    regrouped(parts, path, About(CUT, simulated=True))
    do_load_portfolio(open_portfolio(path), WHO)
    return ledger


def test_what_is_not_to_be_signed_in_batch_is_refused(ledger, tmp_path):
    load(ROWS, CUT, tmp_path)
    with pytest.raises(Refused, match="la pide cada quien"):
        do_sign_batch("nivela_tu_pago", DAY, WHO)
    with pytest.raises(Refused, match="falta cerrar 2025-12"):
        do_sign_batch("solucion_integral", date(2026, 1, 5), WHO)
    go_on(DAY, [False], range(6))
    with pytest.raises(Refused, match="2025-12 ya está cerrado"):
        do_sign_batch("solucion_integral", DAY, WHO)
