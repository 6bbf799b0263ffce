"""Payouts of several processes at once, and killed on their way: nobody is paid twice."""

import os
import signal
import threading
from datetime import date

import pytest

from refunding import (
    ON,
    PAYER,
    PAYS,
    overpaid,
    payout,
    refunded,
    states,
    validated,
)
from tequio.engine.errors import Refused
from tequio.web import start

start()
from django.db import connection, connections  # noqa: E402

from tequio.web.records import models  # noqa: E402
from tequio.web.records.audit import verify  # noqa: E402
from tequio.web.refunds import paying  # noqa: E402
from tequio.web.refunds.paying import do_begin_payout, do_pay_refund  # noqa: E402
from tequio.web.refunds.payout_files import write_payout  # noqa: E402

AUGUST = date(2024, 8, 1)


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
