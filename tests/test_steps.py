"""Steps in the open month, late money, reversals and undoings: the same as known in time."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from closes import WHO, check_balances, day_number, movement_sums, numbers, post
from ledgers import state
from tequio.core.columns import Money
from tequio.core.offer import Settlement
from tequio.engine.errors import Refused
from tequio.engine.offers import status_quo
from tequio.engine.portfolio import loan_of
from tequio.programmes import REGISTRY
from tequio.servicing import credit as c
from tequio.servicing.accounts import AT, NAMES, Channel
from tequio.servicing.credit import BALANCES, FIELDS
from tequio.web import start

start()
from django.db import connections  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tequio.web.records import audit, closing, models  # noqa: E402
from tequio.web.records.agreements import (  # noqa: E402
    Offered,
    do_accept_offer,
    do_offer,
    latest,
)
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.known import open_part  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.months import first_of, last_of, month_number  # noqa: E402
from tequio.web.records.offers import offer_json, offer_of  # noqa: E402
from tequio.web.records.present import present_of  # noqa: E402
from tequio.web.records.replaying import (  # noqa: E402
    do_replay,
    do_reverse_receipt,
    do_undo,
    effect_of,
)
from tequio.web.records.serviced import before_close, law_of_all  # noqa: E402
from tequio.web.records.snapshots import rows_of  # noqa: E402
from tequio.web.records.steps import (  # noqa: E402
    do_refund,
    do_release,
    do_settle,
    do_sign,
)

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)


def credit_at(row: int) -> models.Credit:
    return models.Credit.objects.select_related("load").order_by("pk")[row]


def pay(key: str, row: int, on: date, amount: int, **more) -> int:
    """One receipt; its key."""
    post(key, [row], day_number(on), [amount], **more)
    return models.Receipt.objects.get(source__key=f"{key}-0").pk


def offer_for(key: str, row: int, programme: str, on: date) -> int | None:
    """An agreement accepted on that day, as the rule makes it on what the portfolio said."""
    credit = credit_at(row)
    loan = loan_of(rows_of(credit.pk, credit.pk, credit.load.as_of))
    rules = next(one for one in REGISTRY if one.name == programme).at(credit.load.as_of)
    said = rules.evaluate(loan)
    if not bool(said.eligible()[0]):
        return None
    until = on + timedelta(days=400)
    quote = offer_json(said.offer, loan)
    found = do_offer(f"{key}-oferta", Offered(credit.number, programme, on, until, quote), WHO)
    if said.offer.settlement is None:
        do_accept_offer(f"{key}-acepta", found.pk, on, WHO)
    return found.pk


def rows_eligible(programme: str) -> list[int]:
    """Places of the credits that the programme takes."""
    first, last = models.Credit.objects.order_by("pk").first(), models.Credit.objects.count()
    loan = loan_of(rows_of(first.pk, first.pk + last - 1, first.load.as_of))
    rules = next(one for one in REGISTRY if one.name == programme).at(first.load.as_of)
    return np.flatnonzero(rules.evaluate(loan).eligible()).tolist()


def everyone_stands() -> dict[str, object]:
    """State, dues, sums of accounts and facts of every credit in its open month."""
    found: dict[str, object] = {}
    sums = movement_sums()
    for credit in models.Credit.objects.select_related("load").order_by("pk"):
        part = open_part(credit)
        now = before_close(part).credits
        facts = rows_of(credit.pk, credit.pk, last_of(part.month)).to_pylist()
        found[credit.number] = (
            dict(zip(FIELDS, now.numbers[0].tolist(), strict=True)),
            now.dues.tolist(),
            sums[credit.pk].tolist(),
            facts,
        )
    return found


def check_everything() -> None:
    """Balances are sums of movements; each receipt stands placed at most once, whole; the chain is
    sound."""
    sums = movement_sums()
    for credit in models.Credit.objects.select_related("load"):
        now = before_close(open_part(credit)).credits
        for name in BALANCES:
            assert sums[credit.pk][AT[name]] == now[name][0], (credit.number, name)
    standing = models.Movement.objects.filter(movement=None).exclude(kind=14)
    placed = standing.values("placement__receipt").annotate(sum=Sum("cash") + Sum("employer"))
    for one in placed:
        if key := one["placement__receipt"]:
            assert one["sum"] == models.Receipt.objects.get(pk=key).amount, "placed whole, once"
    back = models.Movement.objects.filter(kind=14).select_related("reverses")
    for one in back:
        assert all(getattr(one, n) == -getattr(one.reverses, n) for n in NAMES)
    assert audit.verify().fault is None


@pytest.fixture
def few(ledger, tmp_path):
    """Forty credits in two parts."""
    do_load_portfolio(state(tmp_path, 40, group=20), WHO)
    return ledger


def test_a_late_payment_is_as_if_it_had_come_in_time(few, templates, tmp_path):
    pay("a", 3, date(2024, 7, 5), 700_00)
    do_close_month(JULY, WHO)
    do_close_month(AUGUST, WHO)
    pay("tarde", 3, date(2024, 7, 20), 2_000_00)
    credit = credit_at(3)
    seen = effect_of(credit)
    assert seen.since == "2024-07"
    assert models.Step.objects.count() == 0, "shown, not posted"
    closed = {m: m.objects.count() for m in (models.ClosedPart, models.Serviced)}
    assert do_replay("r", credit.number, date(2024, 9, 3), WHO)
    assert not do_replay("r", credit.number, date(2024, 9, 3), WHO), "twice is once"
    with pytest.raises(Refused, match="no tiene pagos de meses cerrados"):
        do_replay("otra vez", credit.number, date(2024, 9, 3), WHO)
    assert models.ClosedPart.objects.count() == closed[models.ClosedPart]
    assert effect_of(credit).booked == 0
    check_everything()
    found = everyone_stands()
    another(few, templates, tmp_path)
    pay("a", 3, date(2024, 7, 5), 700_00)
    pay("tarde", 3, date(2024, 7, 20), 2_000_00)
    do_close_month(JULY, WHO)
    do_close_month(AUGUST, WHO)
    assert everyone_stands() == found


def another(few, templates, tmp_path):
    """The same credits in a ledger where all is known in time."""
    home = tmp_path / "otro"
    home.mkdir()
    other = templates.copy(few.vendor, home)
    other.use()
    do_load_portfolio(state(home, 40, group=20), WHO)
    return other


PROGRAMMES = ("solucion_a_tu_medida", "responsabilidad_compartida", "apoyo_jubilados")
MONTHS = 4
WHOLE = (Phase.explicit, Phase.generate)  # a world is not made smaller: its seed is named
FIRST = month_number(JULY)


def random_world(seed: int, size: int) -> list[dict]:
    """What happens to each credit, on which day, and in which month it becomes known; some of it is
    taken back later."""
    draw = np.random.default_rng(seed)
    eligible = {row: name for name in PROGRAMMES for row in rows_eligible(name)}
    found = []
    for row in range(size):
        for _ in range(int(draw.integers(0, 5))):
            found.append(
                {
                    "what": "receipt",
                    "row": row,
                    "amount": int(draw.choice([1, 50_00, 1_500_00, 20_000_00, 9_000_000_00])),
                    "intent": int(draw.choice([0, 0, 1, 2, 3, 4, 5])),
                    "employer": int(draw.random() < 0.2),
                }
            )
        if row in eligible and draw.random() < 0.7:
            found.append({"what": "signing", "row": row, "programme": eligible[row]})
        if draw.random() < 0.1:
            found.append({"what": "release", "row": row})
    for at, one in enumerate(found):
        month = FIRST + int(draw.integers(0, MONTHS))
        last = 28 if one["what"] != "receipt" else last_of(month).day
        one["day"] = first_of(month) + timedelta(int(draw.integers(0, last)))
        one["known"] = min(month + int(draw.choice([0, 0, 1, 2])), FIRST + MONTHS - 1)
        one["gone"] = None
        if draw.random() < 0.35:
            one["gone"] = min(one["known"] + int(draw.integers(0, 3)), FIRST + MONTHS - 1)
        one["key"] = f"{one['what']}-{at}"
    draw.shuffle(found)
    return found


def happen(one: dict) -> None:
    """One thing becomes known. What is not possible as the ledger is then is refused."""
    if one["what"] == "receipt":
        more = {"intent": one["intent"], "employer": one["employer"]}
        one["receipt"] = pay(one["key"], one["row"], one["day"], one["amount"], **more)
        return
    if one["what"] == "signing":
        agreement = offer_for(one["key"], one["row"], one["programme"], one["day"])
        do_sign(one["key"], agreement, one["day"], WHO)
    else:
        do_release(one["key"], credit_at(one["row"]).number, one["day"], WHO, "dictamen")
    one["step"] = models.Step.objects.get(source__key=one["key"]).pk


def taken_away(one: dict, month: int) -> None:
    """It was not so."""
    day = first_of(month) + timedelta(3)
    if "receipt" in one:
        do_reverse_receipt(f"{one['key']}-no", one["receipt"], day, WHO, "rebotó")
    else:
        do_undo(f"{one['key']}-no", one["step"], day, WHO, "no procedía")


def known_as_it_comes(world: list[dict]) -> list[dict]:
    """Month by month; what happened, in the order in which it became known."""
    done = []
    for month in range(FIRST, FIRST + MONTHS):
        for one in world:
            if one["known"] == month:
                try:
                    happen(one)
                except Refused:
                    continue
                done.append(one)
        for one in world:
            if one["gone"] == month and one in done:
                taken_away(one, month)
        do_close_month(last_of(month), WHO)
        check_balances(month)
    return done


def known_in_time(done: list[dict]) -> None:
    """The same without what was taken back, each on its day."""
    left = [one for one in done if one["gone"] is None]
    for one in left:
        if one["what"] == "receipt":
            happen(one)
    for month in range(FIRST, FIRST + MONTHS):
        for one in sorted(left, key=lambda one: one["day"]):
            if one["what"] != "receipt" and month_number(one["day"]) == month:
                with suppress(Refused):  # nothing is owed by then: a replay passes it over
                    happen(one)
        do_close_month(last_of(month), WHO)


def both_worlds(few, templates, folder, seed: int, size: int) -> None:
    """The same credits in two ledgers: they end the same."""
    ledgers = [fresh(few.vendor, templates, folder / str(at), size) for at in range(2)]
    ledgers[0].use()
    done = known_as_it_comes(random_world(seed, size))
    check_everything()
    found = everyone_stands()
    ledgers[1].use()
    known_in_time([dict(one) for one in done])
    wanted = everyone_stands()
    for number, stands in wanted.items():
        for place, part in enumerate(("state", "dues", "sums", "facts")):
            assert found[number][place] == stands[place], (number, part)
    for one in ledgers:
        one.close()


def fresh(vendor, templates, home, size):
    home.mkdir(parents=True)
    made = templates.copy(vendor, home)
    made.use()
    do_load_portfolio(state(home, size, group=size // 2), WHO)
    return made


def test_whatever_becomes_known_late_the_world_is_as_if_known_in_time(few, templates, tmp_path):
    worlds_made = count(1)

    @settings(max_examples=4 if few.vendor == "sqlite" else 1, phases=WHOLE)
    @given(st.integers(0, 10**6))
    def worlds(seed):
        both_worlds(few, templates, tmp_path / f"world-{next(worlds_made)}", seed, 30)

    worlds()
    few.use()


def test_an_undone_signing_leaves_the_schedule_as_it_was(few):
    """From the month of the signing and across a close; its agreement is cancelled."""
    row = rows_eligible("responsabilidad_compartida")[0]
    credit, day = credit_at(row), date(2024, 7, 12)
    pay("antes", row, date(2024, 7, 2), 100_00)
    before = state_of(row, date(2024, 7, 20))
    agreement = offer_for("f", row, "responsabilidad_compartida", day)
    assert do_sign("firma", agreement, day, WHO)
    assert not do_sign("firma", agreement, day, WHO), "twice is once"
    assert latest(models.Agreement.objects.get(pk=agreement)).state == "in_force"
    assert present_of(credit, date(2024, 7, 20)).credits["indexed"][0] == 0, "converted"
    step = models.Step.objects.get()
    seen = effect_of(credit, undone=[step.pk])
    assert do_undo("no", step.pk, date(2024, 7, 25), WHO, "error de captura")
    assert not do_undo("no", step.pk, date(2024, 7, 25), WHO, "error de captura")
    with pytest.raises(Refused, match="ya está anulado"):
        do_undo("otra", step.pk, date(2024, 7, 25), WHO, "otra vez")
    assert state_of(row, date(2024, 7, 20)) == before
    assert seen.after.instalment == before[0]["instalment"]
    assert latest(models.Agreement.objects.get(pk=agreement)).state == "cancelled"
    do_close_month(JULY, WHO)
    check_everything()


def state_of(row: int, day: date) -> tuple[dict[str, int], list]:
    now = present_of(credit_at(row), day).credits
    return dict(zip(FIELDS, now.numbers[0].tolist(), strict=True)), now.dues.tolist()


def test_a_debt_that_a_bounced_payment_settled_is_owed_again_and_so_is_what_was_refunded(few):
    credit, on = credit_at(1), date(2024, 7, 10)
    owed = int(present_of(credit, on).quotes.to_settle[0])
    paid = pay("todo", 1, on, owed + 500_00, intent=5)
    do_close_month(JULY, WHO)
    settled = present_of(credit, date(2024, 8, 5))
    assert settled.credits["status"].tolist() == [c.SETTLED]
    assert int(settled.quotes.to_settle[0]) == 0
    refund = ("devuelve", credit.number, 500_00, date(2024, 8, 6), int(Channel.SPEI), WHO)
    assert do_refund(*refund)
    assert not do_refund(*refund)
    with pytest.raises(Refused, match="pasa del saldo a favor por 0.01"):
        do_refund("más", credit.number, 1, date(2024, 8, 6), int(Channel.SPEI), WHO)
    seen = effect_of(credit, reversed=[paid])
    assert (seen.before.status, seen.after.status) == ("Liquidado", "Vigente")
    assert seen.after.in_favour == -500_00
    assert do_reverse_receipt("rebote", paid, date(2024, 8, 9), WHO, "cheque sin fondos")
    with pytest.raises(Refused, match="ya está reversado"):
        do_reverse_receipt("otro", paid, date(2024, 8, 9), WHO, "cheque sin fondos")
    now = present_of(credit, date(2024, 8, 9)).credits
    assert now["payable_to_borrower"].tolist() == [500_00], "owed again"
    assert now["principal"][0] > 0
    do_close_month(AUGUST, WHO)
    check_everything()


@pytest.mark.parametrize("day", [10, 31])
def test_a_deposit_settles_as_its_agreement_says_and_can_be_taken_back(few, day):
    row, on = 5, date(2024, 7, day)
    owed = int(present_of(credit_at(row), date(2024, 7, 1)).quotes.to_settle[0])
    pays = owed // 2
    agreement = settlement_for(row, pays)
    short = pay("corto", row, on, pays - 1)
    with pytest.raises(Refused, match="no alcanza"):
        do_settle("s", agreement, short, None, WHO)
    paid = pay("exacto", row, on, pays)
    do_reverse_receipt("corto-no", short, on, WHO, "era de otro")
    assert do_settle("s", agreement, paid, None, WHO)
    assert not do_settle("s", agreement, paid, None, WHO)
    do_close_month(JULY, WHO)
    assert present_of(credit_at(row), AUGUST).credits["status"].tolist() == [c.SETTLED]
    do_reverse_receipt("no", paid, AUGUST, WHO, "rebotó")
    assert present_of(credit_at(row), AUGUST).credits["status"].tolist() == [c.ACTIVE]
    check_everything()


def settlement_for(row: int, pays: int) -> int:
    """An agreement that half of what is owed settles."""
    credit = credit_at(row)
    loan = loan_of(rows_of(credit.pk, credit.pk, credit.load.as_of))
    terms = status_quo(loan, law_of_all(credit.load))
    half = replace(terms, settlement=Settlement(Money(pays), Money(pays)))
    until = date(2024, 7, 31)
    offered = Offered(credit.number, "dla", JULY, until, offer_json(half, loan))
    found = do_offer("dla", offered, WHO)
    do_accept_offer("dla-sí", found.pk, JULY, WHO)
    return found.pk


def test_a_quote_paid_on_its_day_settles(few):
    for row in range(10):
        on = date(2024, 7, 3 + row)
        owed = int(present_of(credit_at(row), on).quotes.to_settle[0])
        pay(f"q{row}", row, on, owed, intent=5) if owed else None
        assert int(present_of(credit_at(row), on).quotes.to_settle[0]) == 0
    do_close_month(JULY, WHO)
    kept = models.Serviced.objects.filter(month=month_number(AUGUST)).order_by("credit_id")[:10]
    assert all(one.principal == one.principal_due == one.payable_to_borrower == 0 for one in kept)


def test_days_outside_the_open_month_are_refused(few):
    credit = credit_at(0)
    for day, why in ((date(2024, 6, 30), "cerrado hasta"), (AUGUST, "antes cierre 2024-07")):
        with pytest.raises(Refused, match=why):
            present_of(credit, day)
    with pytest.raises(Refused, match="entró al libro"):
        do_refund("x", credit.number, 1, date(2024, 6, 30), 3, WHO)
    with pytest.raises(Refused, match="antes cierre 2024-07"):
        do_refund("x", credit.number, 1, AUGUST, 3, WHO)


def test_two_steps_at_once_go_one_after_the_other_and_the_same_key_is_once(few):
    pay("a", 1, date(2024, 7, 4), 90_000_000_00, intent=5)
    do_close_month(JULY, WHO)
    number, done = credit_at(1).number, []

    def step(key: str, amount: int) -> None:
        try:
            done.append(do_refund(key, number, amount, date(2024, 8, 5), 3, WHO))
        finally:
            connections.close_all()

    keys = [("uno", 10_00), ("uno", 10_00), ("dos", 20_00), ("tres", 30_00)]
    threads = [threading.Thread(target=step, args=one) for one in keys]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == [False, True, True, True]
    refunded = models.Movement.objects.filter(kind=11).aggregate(sum=Sum("refunded"))["sum"]
    assert refunded == -60_00
    check_everything()


def test_a_step_waits_for_a_part_that_is_closing(few, monkeypatch):
    credit, found = credit_at(0), []
    write = closing.CloseOf.write

    def step() -> None:
        try:
            do_release("r", credit.number, date(2024, 7, 9), WHO, "dictamen")
        finally:
            connections.close_all()

    def slow(part, source):
        if not found:
            found.append(threading.Thread(target=step))
            found[0].start()
        return write(part, source)

    monkeypatch.setattr(closing.CloseOf, "write", slow)
    do_close_month(JULY, WHO)
    found[0].join()
    kept = models.Step.objects.get()
    assert (kept.month, kept.since) == (month_number(AUGUST), month_number(JULY))
    check_everything()
