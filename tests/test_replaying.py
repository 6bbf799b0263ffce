"""Late money, reversals and undoings over several closes: the same as known in time."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from closes import WHO, check_balances
from ledgers import state
from stepping import (
    AUGUST,
    JULY,
    check_everything,
    credit_at,
    everyone_stands,
    offer_for,
    pay,
    rows_eligible,
)
from tequio.engine.errors import Refused
from tequio.web import start

start()

from tequio.core.months import first_of, last_of, month_number  # noqa: E402
from tequio.web.records import models  # noqa: E402
from tequio.web.records.closing import do_close_month  # noqa: E402
from tequio.web.records.loading import do_load_portfolio  # noqa: E402
from tequio.web.records.replaying import (  # noqa: E402
    do_replay,
    do_reverse_receipt,
    do_undo,
    effect_of,
)
from tequio.web.records.steps import (  # noqa: E402
    do_release,
    do_sign,
)


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
        found.extend(random_receipt(draw, row) for _ in range(int(draw.integers(0, 5))))
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


def random_receipt(draw: np.random.Generator, row: int) -> dict:
    """Of any amount and for any intent, some of an employer."""
    return {
        "what": "receipt",
        "row": row,
        "amount": int(draw.choice([1, 50_00, 1_500_00, 20_000_00, 9_000_000_00])),
        "intent": int(draw.choice([0, 0, 1, 2, 3, 4, 5])),
        "employer": int(draw.random() < 0.2),
    }


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
