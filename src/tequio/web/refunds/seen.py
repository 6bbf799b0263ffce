"""A refund as those see it who must decide about it."""

from __future__ import annotations

from dataclasses import dataclass

from tequio.core.spelling import long_date
from tequio.engine.banks import BANKS
from tequio.servicing.refunds import PAPER_WORDS, Capacity
from tequio.web.records.models import RefundAccount, RefundEvent, RefundPaper, RefundRequest
from tequio.web.refunds.states import WORDS, author_of, latest, refund_at

SHOWN = 4  # digits of an account


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown; what was not asked yet is empty."""

    refund: int
    credit: str
    state: str
    steps: tuple[tuple[str, str, str, str], ...]  # state, day, who, why
    asks: str = ""  # a name
    capacity: str = ""
    amount: int = 0  # centavos
    account: str = ""  # bank and last digits
    holder: str = ""
    name_agrees: bool = True
    name_why: str = ""
    same_account: int = 0  # requests of other persons to the same account
    papers: tuple[str, ...] = ()


def seen(number: int) -> Seen:
    """A refund with its latest request. Refused: there is none."""
    refund = refund_at(number)
    events = RefundEvent.objects.filter(refund=refund).order_by("place")
    steps = tuple(
        (WORDS[one.state], str(one.on), author_of(one.source_id), one.why) for one in events
    )
    head = (number, refund.credit.number, WORDS[latest(number).state], steps)
    found = RefundRequest.objects.select_related("account", "person")
    request = found.filter(refund=refund).order_by("-pk").first()
    if request is None:
        return Seen(*head)
    clabe = request.account.clabe
    return Seen(
        *head,
        asks=request.person.name,
        capacity=Capacity[request.capacity.upper()].value,
        amount=request.amount,
        account=f"{BANKS.get(clabe[:3], clabe[:3])} …{clabe[-SHOWN:]}",
        holder=request.account.holder,
        name_agrees=request.name_agrees,
        name_why=request.name_why,
        same_account=others_with(clabe, request.person_id),
        papers=tuple(map(in_words, RefundPaper.objects.filter(request=request).order_by("pk"))),
    )


def others_with(clabe: str, person: int) -> int:
    """How many requests of other persons go to the same account."""
    accounts = RefundAccount.objects.filter(**RefundAccount.clabe.matches(clabe))
    return RefundRequest.objects.filter(account__in=accounts).exclude(person=person).count()


def in_words(paper: RefundPaper) -> str:
    """A paper."""
    day = long_date(paper.dated)
    return f"{PAPER_WORDS[paper.kind]} del {day} ({paper.reference or 'sin imagen'})"
