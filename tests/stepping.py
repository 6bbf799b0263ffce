"""Steps on a test's ledger: offers made and accepted, receipts, and where everybody stands."""

from datetime import date, timedelta

import numpy as np

from closes import WHO, day_number, movement_sums, post
from tequio.engine.portfolio import loan_of
from tequio.programmes import REGISTRY
from tequio.servicing.accounts import AT, NAMES
from tequio.servicing.credit import BALANCES, FIELDS
from tequio.web import start

start()
from django.db.models import Sum  # noqa: E402

from tequio.core.months import last_of  # noqa: E402
from tequio.web.records import audit, models  # noqa: E402
from tequio.web.records.agreements import State, entered  # noqa: E402
from tequio.web.records.known import open_part  # noqa: E402
from tequio.web.records.quoted import offer_json  # noqa: E402
from tequio.web.records.serviced import before_close  # noqa: E402
from tequio.web.records.snapshots import rows_of  # noqa: E402
from tequio.web.records.tables import rows_of_source  # noqa: E402
from tequio.web.records.writing import (  # noqa: E402
    Asked,
    Wrote,
    as_json,
    content_of,
    law_sha256,
    once,
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
    return on_record(f"{key}-oferta", credit, programme, on, until, quote, said.offer)


def on_record(key, credit, programme, on, until, quote, offer) -> int:
    """An agreement as it stands right before its step: accepted, if it is to be signed."""
    states = [(State.OFFERED, on, ""), (State.ACCEPTED, on, "")]

    def write(source):
        found = models.Agreement.objects.create(
            source_id=source,
            credit=credit,
            programme=programme,
            offered_on=on,
            valid_until=until,
            offer=as_json(quote),
            law_sha256=law_sha256(),
        )
        wrote = Wrote()
        wrote.appended(models.Agreement, rows_of_source(models.Agreement, source))
        waits = offer.settlement is not None and programme != "dla"
        return entered(found, states[:1] if waits else states, source, wrote)

    once(Asked("do_make_offer", key, "prueba", content_of([key])), WHO, write)
    return models.Agreement.objects.get(source__key=key).pk


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
