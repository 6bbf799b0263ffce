"""Credits that were settled before they came in: whatever is asked of one is answered with why, and
money that comes for one waits for somebody to send it back."""

from datetime import date

import pytest

from deposits import WHO, bank_file, row
from ledgers import state
from tequio.demo.history.files import write_history
from tequio.engine.errors import Refused
from tequio.servicing.accounts import Channel
from tequio.web import start

start()
from tequio.web.intake.counting import equation, left_of  # noqa: E402
from tequio.web.intake.proposals import proposals  # noqa: E402
from tequio.web.intake.queue import do_assign, do_return, do_split, waiting  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records import audit  # noqa: E402
from tequio.web.records.history import do_load_history  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.models import Credit, Deposit, Receipt, Refund, Step  # noqa: E402
from tequio.web.records.offers import do_make_offer  # noqa: E402
from tequio.web.records.present import present_of  # noqa: E402
from tequio.web.records.replaying import do_replay, effects_waiting  # noqa: E402
from tequio.web.records.steps import do_refund, do_release  # noqa: E402
from tequio.web.refunds.asking import do_find_refunds  # noqa: E402
from tequio.web.refunds.excess import excess_of  # noqa: E402

DAY, END = date(2024, 7, 5), date(2024, 7, 31)
WHY = "se liquidó antes del 2024-06-30"


@pytest.fixture
def gone(ledger, tmp_path) -> Credit:
    """One of them, in a ledger with others that owe."""
    loaded = state(tmp_path)
    do_load_portfolio(loaded, WHO)
    write_history(loaded, tmp_path / "historia")
    do_load_history(tmp_path / "historia", WHO)
    return Credit.objects.filter(load__parts=0).select_related("load").order_by("pk")[0]


def test_what_is_asked_of_it_is_refused_with_why(gone):
    asked = (
        lambda: present_of(gone, DAY),
        lambda: do_make_offer("o", gone.number, "borron_y_cuenta_nueva", DAY, WHO),
        lambda: do_refund("r", gone.number, 1, DAY, int(Channel.SPEI), WHO),
        lambda: do_release("l", gone.number, DAY, WHO, "x"),
        lambda: do_replay("p", gone.number, DAY, WHO),
    )
    for ask in asked:
        with pytest.raises(Refused, match=WHY):
            ask()
    assert not Step.objects.exists()
    assert effects_waiting() == []


def test_a_deposit_for_it_waits_and_goes_back(gone, tmp_path):
    other = Credit.objects.filter(load__parts=1).order_by("pk")[0].number
    rows = [
        row("a", str(DAY), "1500.00", gone.number),
        row("b", str(DAY), "10.00", other),
        row("c", "2024-06-30", "20.00", gone.number),
        row("d", str(DAY), "30.00", ""),
    ]
    said = do_take_file(bank_file(tmp_path / "banco.csv", rows), WHO, as_of=END).summary
    assert (said.applied.count, said.unapplied.count, said.settled.count) == (1, 3, 0)
    how = dict(Deposit.objects.values_list("key", "matched"))
    assert (how["a"], how["b"], how["c"]) == (14, 1, 14)
    assert {one.matched for one in waiting()} == {14, 10}
    one, nothing = Deposit.objects.get(key="a"), Deposit.objects.get(key="d")
    assert proposals(one) == []
    for deposit in (one, nothing):
        with pytest.raises(Refused, match=WHY):
            do_assign(f"a:{deposit.pk}", deposit.pk, gone.number, WHO)
    with pytest.raises(Refused, match=WHY):
        do_split("s", nothing.pk, [(other, 1), (gone.number, None)], WHO)
    assert Receipt.objects.count() == 1
    assert do_return("r", one.pk, WHO, why="El crédito ya estaba liquidado.") == 0
    assert left_of(one.pk) == 0
    assert (equation().returned, equation().holds) == (1500_00, True)
    assert audit.verify().fault is None


def test_nothing_is_kept_of_it_to_be_refunded(gone):
    assert excess_of(gone).free == 0
    assert do_find_refunds(DAY, WHO) == []
    assert not Refund.objects.exists()
