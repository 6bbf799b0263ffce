"""What a close takes and what it makes known: receipts, facts, years; and the command."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from closes import WHO, check_balances, day_number, post, received
from tequio.core.months import last_of, month_number
from tequio.engine.errors import Refused
from tequio.web import start

start()
from django.db.models import Max, Sum  # noqa: E402

from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.receipts import do_post_receipts  # noqa: E402
from tequio.web.records.snapshots import as_columns  # noqa: E402

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)


def test_a_receipt_is_kept_once_and_a_late_one_is_counted_on_its_day_in_the_open_month(loaded):
    mine = received("banco", [0, 1], day_number(date(2024, 7, 10)), [100_00, 200_00])
    assert do_post_receipts("lote", mine, WHO).new == 2
    assert do_post_receipts("lote", mine, WHO).repeated == ("banco-0", "banco-1")
    more = replace(
        received("banco", [0, 1, 2], day_number(date(2024, 7, 10)), [100_00, 200_00, 300_00])
    )
    done = do_post_receipts("otro lote", more, WHO)
    assert (done.new, done.repeated) == (1, ("banco-0", "banco-1"))
    other = received("banco", [0], day_number(date(2024, 7, 10)), [101_00])
    with pytest.raises(Refused, match="'banco-0' ya se usó con otro contenido"):
        do_post_receipts("tercer lote", other, WHO)
    for wrong, why in (
        (replace(mine, amount=np.array([5, 0])), "no tiene importe"),
        (replace(mine, channel=np.array([5, 99])), "un canal que no existe"),
        (replace(mine, intent=np.array([-1, 0])), "un destino que no existe"),
        (replace(mine, keys=["a", "a"]), "está dos veces"),
        (replace(mine, keys=["x", "y"], numbers=["1", "2"]), "no está en el libro"),
    ):
        with pytest.raises(Refused, match=why):
            do_post_receipts("mal", wrong, WHO)
    do_close_month(JULY, WHO)
    assert models.Placement.objects.values("receipt").distinct().count() == 3
    post("tarde", [0], day_number(date(2024, 7, 20)), [400_00])
    do_close_month(AUGUST, WHO)
    last = models.Receipt.objects.aggregate(last=Max("pk"))["last"]
    late = models.Movement.objects.filter(placement__receipt=last)
    assert late.aggregate(sum=Sum("cash"))["sum"] == 400_00
    step = models.Step.objects.get(kind="replay")
    assert (step.month, step.since) == (month_number(AUGUST), month_number(JULY))
    assert {(m.source_id, m.day) for m in late} == {(step.source_id, date(2024, 7, 20))}
    check_balances(month_number(AUGUST))


def test_facts_told_for_later_days_are_not_lost_nor_do_they_hide_the_close(loaded):
    paying = models.Standing.objects.exclude(active_solution=0).filter(
        solution_kept=True, solution_months_left__range=(2, 900)
    )
    row = paying.order_by("credit_id").first()
    number = models.Credit.objects.get(pk=row.credit_id).number
    later = date(2024, 8, 5)
    do_record_facts("ingreso", number, later, {"declared_income": 4_321_00}, WHO)
    do_close_month(JULY, WHO)
    found = {
        day: next(r for part in as_columns(day) for r in part.to_pylist() if r["credit"] == number)
        for day in (date(2024, 7, 31), date(2024, 8, 31))
    }
    assert found[date(2024, 7, 31)]["declared_income"] == row.declared_income
    assert found[date(2024, 8, 31)]["declared_income"] == 4_321_00
    for facts in found.values():
        assert facts["solution_months_left"] == row.solution_months_left - 1
    assert audit.verify().fault is None


def test_with_the_year_what_is_counted_by_the_year_begins_again(loaded):
    for month in range(month_number(JULY), month_number(JULY) + 6):
        do_close_month(last_of(month), WHO)
    counted = {
        day: sum(sum(part["agreements_this_year"].to_pylist()) for part in as_columns(day))
        for day in (date(2024, 12, 31), date(2025, 1, 1))
    }
    assert counted[date(2024, 12, 31)] > 0
    assert counted[date(2025, 1, 1)] == 0
    assert audit.verify().fault is None


def test_the_command_says_what_was_closed(loaded, run):
    code, out, _ = run("close", "2024-07")
    assert code == 0
    assert "Cierre de 2024-07: 300 créditos en 3 partes." in out
    assert "Suma de todas las cuentas: $0.00" in out
    assert "Cargo del mes" in out
    assert "por cuentas" in out
    assert "por saldo" in out
    code, out, _ = run("close", "2024-07")
    assert code == 0
    assert out.startswith("2024-07 ya estaba cerrado; no se cambió nada.")
    said = json.loads(run("close", "2024-07", "--json")[1])
    assert (said["parts"], said["already"], said["left_over"]) == (3, 3, 0)
    assert sum(said["stages"]) == said["owing"]
    code, _, err = run("close", "2024-09")
    assert code == 3
    assert "falta cerrar 2024-08" in err
    for wrong in ("julio", "2024-13", "2024-7-1"):
        assert run("close", wrong)[0] == 2
