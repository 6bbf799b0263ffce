"""Excess is found and told; somebody asks for it, and every objection is said at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tequio.core.lists import PAPERS
from tequio.core.spelling import pesos
from tequio.engine import identifiers
from tequio.engine.banks import bank_of
from tequio.engine.errors import Refused
from tequio.engine.identifiers import compact
from tequio.engine.names import same_person
from tequio.servicing.refunds import Capacity, Claim, objections, refund_law_at
from tequio.web.records.models import (
    Credit,
    Person,
    Refund,
    RefundAccount,
    RefundEvent,
    RefundPaper,
    RefundRequest,
    Role,
)
from tequio.web.records.people import kept_secret, person_at
from tequio.web.records.tables import new_ids
from tequio.web.records.turns import credit_turn
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once
from tequio.web.refunds.excess import all_excess, excess_of, promised_without_efirma
from tequio.web.refunds.states import (
    WORDS,
    State,
    Step,
    answer_for,
    append_event,
    credit_in_turn,
    do_step,
    entered,
    in_turn,
    latest,
    refund_at,
    request_of,
)

HOLDERS = (Role.Kind.DEBTOR, Role.Kind.CO_DEBTOR)
ROLES: Mapping[str, tuple[str, ...]] = {
    Capacity.HOLDER.name: HOLDERS,
    Capacity.HEIR.name: (Role.Kind.HEIR,),
    Capacity.PROXY.name: (Role.Kind.PROXY,),
}
SALT = 32  # bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was shown."""

    kind: str  # `core.lists.PAPERS`
    dated: date
    sha256: str  # of its image
    reference: str = ""  # where the image is kept


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks. `refund`: one that the bank returned; otherwise the credit's next."""

    credit: str  # its number
    person: int
    capacity: Capacity
    amount: int  # centavos
    on: date
    channel: str  # RefundRequest.Channel
    efirma: bool
    clabe: str
    holder: str  # the account's holder as the bank has the name
    papers: Sequence[Paper] = ()
    name_why: str = ""  # why it is taken though the names differ
    refund: int | None = None

    def said(self) -> list[object]:
        """All that decides what is written."""
        papers = [[p.kind, p.dated, p.sha256, p.reference] for p in self.papers]
        asked = [self.capacity.name, self.amount, self.on, self.channel, self.efirma]
        account = [compact(self.clabe), self.holder, self.name_why]
        return [self.credit, self.person, *asked, *account, papers, self.refund]


class NothingFoundError(Exception):
    """Nothing is left to be found; nothing is written."""


def do_find_refunds(
    on: date, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> list[Refund]:
    """A refund for every credit with an excess that nobody asked for and that was not found yet.

    Each is a write of its own: what is cut short goes on, and what was found is not found again.
    """
    found = []
    excess = all_excess()
    for done, one in enumerate(excess, 1):
        if one.free > 0 and not one.waits and (new := do_find_refund(one.credit, on, who)):
            found.append(new)
        if progress:
            progress(done, len(excess))
    return found


def do_find_refund(credit: int, on: date, who: Who) -> Refund | None:
    """The next refund of a credit, by the credit's key. None: somebody else found it meanwhile."""
    place = Refund.objects.filter(credit=credit).count() + 1
    key = f"refund:{credit}:{place}"

    def write(source: int) -> Wrote:
        """The refund and its first event."""
        owner = Credit.objects.get(pk=credit)
        credit_turn(owner)
        excess = excess_of(owner)
        if excess.free <= 0 or excess.waits:
            raise NothingFoundError
        refund = opened(owner, excess.free, on, source)
        wrote = Wrote(after={"refund": refund.pk, "found": excess.free, "on": on})
        answer_for(wrote, source, [Refund, RefundEvent])
        return wrote

    asked = Asked("do_find_refund", key, f"credit:{credit}", content_of([credit, place]))
    try:
        return Refund.objects.get(source__key=key) if once(asked, who, write) else None
    except NothingFoundError:  # somebody asked for it first
        return None


def opened(credit: Credit, amount: int, on: date, source: int) -> Refund:
    """A refund that is found."""
    refund = Refund.objects.create(credit=credit, source_id=source, found_on=on, amount=amount)
    append_event(refund, 1, State.FOUND, on, "", source)
    return refund


def do_tell_refund(key: str, refund: int, on: date, how: str, who: Who) -> RefundEvent:
    """The borrower was told; `how` names the notice. Refused: it does not say how."""
    if not how.strip():
        raise Refused("Diga cómo se avisó: el folio de la carta, el mensaje o la visita.")
    return do_step(Step("do_tell_refund", key, refund, State.TOLD, on, how.strip()), who)


def do_ask_refund(key: str, request: Request, who: Who) -> RefundRequest:
    """Ask for an excess. Refused, with every reason at once: who asks is not that to the credit,
    the account is not theirs, more is asked than is kept and free, or the rule's papers or
    e.firma are missing."""

    def write(source: int) -> Wrote:
        """The request, its account and papers, and the event."""
        credit = credit_in_turn(request.credit)
        refuse_other_refund(request, credit)
        refuse_objections(request, credit)
        refund, more = refund_for(request, credit, source)
        made = append_request(request, refund, source)
        wrote = entered(refund, State.ASKED, request.on, "", source, [*more, RefundRequest])
        answer_for(wrote, source, [RefundPaper])
        wrote.after = {
            **wrote.after,
            "request": made.pk,
            "person": request.person,
            "amount": request.amount,
        }
        return wrote

    content = kept_secret(request.said())
    once(Asked("do_ask_refund", key, f"credit:{request.credit}", content), who, write)
    return RefundRequest.objects.get(source__key=key)


def refund_for(request: Request, credit: Credit, source: int) -> tuple[Refund, list[type[Refund]]]:
    """The refund that a request is of, and the tables in which it made a row: the one returned, the
    one that waits, or a new one, found now."""
    if request.refund:
        return in_turn(request.refund), []
    for refund in Refund.objects.filter(credit=credit).order_by("pk"):
        if latest(refund.pk).state in (State.FOUND, State.TOLD):
            return refund, []
    return opened(credit, excess_of(credit).free, request.on, source), [Refund]


def append_request(request: Request, refund: Refund, source: int) -> RefundRequest:
    """Rows. An account's key comes first, since its values are bound to it."""
    account = RefundAccount(id=new_ids(RefundAccount, 1)[0].as_py(), source_id=source)
    account.clabe, account.holder = compact(request.clabe), request.holder.strip()
    account.salt = secrets.token_hex(SALT)
    account.save(force_insert=True)
    made = RefundRequest.objects.create(
        refund=refund,
        source_id=source,
        person_id=request.person,
        capacity=request.capacity.name.lower(),
        amount=request.amount,
        on=request.on,
        channel=request.channel,
        efirma=request.efirma,
        account=account,
        account_sha256=account_sha256(account),
        name_agrees=name_agrees(request, refund.credit),
        name_why=request.name_why.strip(),
    )
    for paper in request.papers:
        RefundPaper.objects.create(
            request=made,
            source_id=source,
            kind=paper.kind,
            dated=paper.dated,
            sha256=paper.sha256,
            reference=paper.reference,
        )
    return made


def account_sha256(account: RefundAccount) -> str:
    """What binds a request to its account: whoever changes the account must change the chain."""
    said = f"{account.salt}\n{account.clabe}\n{account.holder}"
    return hashlib.sha256(said.encode()).hexdigest()


def refuse_other_refund(request: Request, credit: Credit) -> None:
    """Refused: the refund that is asked for again is of another credit, or did not come back."""
    if request.refund is None:
        return
    refund = refund_at(request.refund)
    if refund.credit_id != credit.pk:
        raise Refused(f"La devolución {refund.pk} no es del crédito {credit.number}.")
    if (state := latest(refund.pk).state) != State.RETURNED:
        raise Refused(
            f"La devolución {refund.pk} está {WORDS[state]}: solo la que el banco devolvió se pide "
            "otra vez."
        )


def refuse_objections(request: Request, credit: Credit) -> None:
    """Refused, with every reason: what is wrong with the papers, the account, the amount."""
    promised = promised_without_efirma(credit.pk)
    free = excess_of(credit).free
    if request.refund:  # its own amount is free for it
        own = request_of(request.refund)
        free += own.amount
        promised -= 0 if own.efirma else own.amount
    claim = Claim(
        request.capacity,
        request.amount,
        promised,
        request.efirma,
        {paper.kind: paper.dated for paper in request.papers},
        request.on,
    )
    said = [
        *wrong_papers(request),
        *wrong_person(request, credit),
        *wrong_account(request, credit),
        *wrong_amount(request.amount, free),
    ]
    if not said:
        said = objections(claim, refund_law_at(request.on))
    if said:
        raise Refused(f"No se registró la solicitud del crédito {credit.number}. {' '.join(said)}")


def wrong_papers(request: Request) -> list[str]:
    """A paper that the list does not know, or without the hash of its image."""
    said = [f"No existe el documento {p.kind!r}." for p in request.papers if p.kind not in PAPERS]
    if len({paper.kind for paper in request.papers}) < len(request.papers):
        said.append("Un documento está dos veces; deje uno.")
    hexes = set("0123456789abcdef")
    if any(len(p.sha256) != 64 or set(p.sha256) - hexes for p in request.papers):
        said.append("Cada documento lleva la huella SHA-256 de su imagen (64 letras y números).")
    if request.channel == RefundRequest.Channel.ONLINE and not request.efirma:
        said.append("En línea se pide con e.firma; sin ella, en persona.")
    return said


def wrong_person(request: Request, credit: Credit) -> list[str]:
    """Who asks is not that to the credit."""
    person_at(request.person)
    kinds = ROLES[request.capacity.name]
    roles = Role.objects.filter(credit=credit, person=request.person, kind__in=kinds)
    if roles.filter(from_on__lte=request.on).exists():
        return []
    return [
        (
            f"La persona {request.person} no consta como {request.capacity.value} de este crédito "
            f"el {request.on}; regístrela antes con los documentos que lo prueban."
        )
    ]


def owners_of(request: Request, credit: Credit) -> list[Person]:
    """In whose name the account must be: who asks; where a proxy asks, the holder."""
    if request.capacity is not Capacity.PROXY:
        return [person_at(request.person)]
    roles = Role.objects.filter(credit=credit, kind__in=HOLDERS, from_on__lte=request.on)
    return [role.person for role in roles.select_related("person").order_by("person_id")]


def name_agrees(request: Request, credit: Credit) -> bool:
    """Whether the account's holder is who it must be."""
    owners = owners_of(request, credit)
    return any(same_person(owner.name, request.holder) for owner in owners)


def wrong_account(request: Request, credit: Credit) -> list[str]:
    """A CLABE that cannot be, a bank that is not known, or the name of somebody else."""
    if wrong := identifiers.clabe(request.clabe):
        return [wrong]
    said = []
    if bank_of(request.clabe) is None:
        code = compact(request.clabe)[:3]
        said.append(f"Ningún banco de la lista tiene la clave {code}: revise la CLABE.")
    owners = owners_of(request, credit)
    if not any(owner.name for owner in owners):
        said.append("Falta el nombre de quien debe ser titular de la cuenta: regístrelo antes.")
    elif not name_agrees(request, credit) and not request.name_why.strip():
        said.append(
            "El nombre del titular de la cuenta no es el registrado. Si es la misma persona, diga "
            "por qué (nombre de casada, acta corregida…): lo verán quienes validan."
        )
    return said


def wrong_amount(amount: int, free: int) -> list[str]:
    """Nothing, or more than is kept and not promised."""
    if amount <= 0:
        return ["El importe debe ser mayor que cero."]
    if amount > free:
        return [
            (
                f"Pide {pesos(amount, 2)} y hay {pesos(max(free, 0), 2)} a favor sin prometer: "
                "pida a lo más eso."
            )
        ]
    return []
