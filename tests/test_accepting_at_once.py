"""Many who accept at once, on one credit: one wins, and each of the others is told why."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from closes import WHO, movement_sums
from promised import load, states
from tequio.engine.errors import Refused
from tequio.servicing.accounts import Kind
from tequio.web import start

start()
from django.db import connection  # noqa: E402

from tequio.web.records import audit  # noqa: E402
from tequio.web.records.accepting import do_accept  # noqa: E402
from tequio.web.records.models import Movement, Step  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402

CUT, OFFERED, DAY = date(2024, 6, 30), date(2024, 7, 10), date(2024, 7, 15)
BORRON = {"months_missed": 2, "unpaid_interest": "5399.16"}
AT_ONCE = 200
CONNECTIONS = 40  # of the hundred that a server has


def at_once(numbers: list[int]) -> list[str]:
    """What each acceptance answers; as many at the same time as connections allow."""
    gate = threading.Semaphore(CONNECTIONS)
    ready = threading.Barrier(len(numbers))

    def accepts(place: int, agreement: int) -> str:
        ready.wait()
        with gate:
            try:
                return do_accept(f"a{place}", agreement, DAY, WHO).state
            except Refused as why:
                return str(why)
            finally:
                connection.close()

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(accepts, range(len(numbers)), numbers))


def check_one_won(said: list[str], words: str) -> None:
    assert said.count("in_force") == 1
    others = [one for one in said if one != "in_force"]
    assert len(others) == len(said) - 1
    assert all(words in one for one in others), set(others)
    assert Step.objects.count() == Movement.objects.filter(kind=Kind.SIGNING).count() == 1
    assert audit.verify().fault is None


@pytest.fixture
def on_postgresql(ledger):
    if ledger.vendor != "postgresql":
        pytest.skip("elsewhere one writer at a time")
    return ledger


def test_of_two_hundred_who_accept_one_offer_one_signs(on_postgresql, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", OFFERED, WHO)
    check_one_won(at_once([made.pk] * AT_ONCE), "está en vigor desde el 2024-07-15")
    assert states(made) == ["offered", "accepted", "in_force"]


def test_of_many_offers_on_one_credit_one_is_signed(on_postgresql, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = [
        do_make_offer(f"o{at}", number, "borron_y_cuenta_nueva", OFFERED, WHO).pk
        for at in range(20)
    ]
    check_one_won(at_once(made), "Solución vigente: era ninguna, es borrón y cuenta nueva")


def test_the_same_key_again_is_the_same_signing(ledger, tmp_path):
    (number,) = load([BORRON], CUT, tmp_path)
    made = do_make_offer("o", number, "borron_y_cuenta_nueva", OFFERED, WHO)
    do_accept("a", made.pk, DAY, WHO)
    sums = movement_sums()
    assert do_accept("a", made.pk, DAY, WHO).state == "in_force"
    assert all((sums[key] == now).all() for key, now in movement_sums().items())
    with pytest.raises(Refused, match="está en vigor"):
        do_accept("b", made.pk, DAY, WHO)
