"""«Ya pagué»: what a borrower says was paid, with its proof, until the deposit is found.

A deposit of the same credit and amount within some days of the one that was said is it, whether it
was applied from a file or by a person.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
from django.db.models import Exists, OuterRef, QuerySet
from stdnum import luhn

from tequio.engine.errors import Refused
from tequio.servicing.accounts import CHANNEL_LABELS
from tequio.web.records.models import Assignment, Claim, ClaimEvent, Credit, Deposit, Proof
from tequio.web.records.tables import new_ids, write_rows
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once

DAYS = 5  # between what is said and what the bank says
PROOF_MOST = 2 << 20  # bytes
PROOFS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
PREFIX = "YP"
KIND = ClaimEvent.Kind
STANDING = {
    None: "en busca del depósito",
    KIND.FOUND: "depósito encontrado",
    KIND.NOT_FOUND: "no se encontró el depósito",
    KIND.WITHDRAWN: "retirada",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a borrower says."""

    credit: str
    day: date
    amount: int  # centavos
    channel: int  # `servicing.accounts.Channel`


def do_claim(key: str, said: Said, who: Who, *, today: date, proof: Path | None = None) -> Claim:
    """Note that a borrower says it was paid. Refused: no such credit, no amount, a day to come, or
    a proof that is no picture or PDF."""
    credit = Credit.objects.filter(number=said.credit).first()
    if credit is None:
        raise Refused(f"El crédito {said.credit} no está en el libro. Revise el número.")
    if said.amount <= 0:
        raise Refused("El importe debe ser mayor que cero. Escríbalo como 1234.56.")
    if said.day > today:
        raise Refused(f"El {said.day} aún no llega: revise el día en que se pagó.")
    if said.channel not in range(1, len(CHANNEL_LABELS)):
        raise Refused("Diga por dónde se pagó: ventanilla, spei, tienda, tarjeta o remesa.")
    content = proof_in(proof) if proof else b""
    digest = hashlib.sha256(content).hexdigest() if proof else ""
    facts = {"day": said.day, "amount": said.amount, "channel": said.channel}

    def write(source: int) -> Wrote:
        """The claim, its proof, and the deposit if it is there already."""
        claim = Claim.objects.create(source_id=source, credit=credit, proof_sha256=digest, **facts)
        if content:
            kept = Proof(claim=claim)
            kept.content = base64.b64encode(content).decode()
            kept.save(force_insert=True)
        wrote = Wrote(after={"folio": folio_of(claim.pk), "proof": digest, **facts})
        if there := applied_as_said(claim):
            append_found([(claim.pk, there)], source, wrote)
        return wrote

    asked = Asked(
        "do_claim", key, f"credit:{said.credit}", content_of([said.credit, facts, digest])
    )
    once(asked, who, write)
    return Claim.objects.get(source__key=key)


def proof_in(path: Path) -> bytes:
    """A proof's bytes. Refused: it is none, or too large."""
    if not path.is_file():
        raise Refused(f"No existe el archivo {path}. Revise el nombre y la carpeta.")
    if path.stat().st_size > PROOF_MOST:
        raise Refused(f"{path.name} pasa de {PROOF_MOST >> 20} MB. Mande una foto más chica.")
    content = path.read_bytes()
    if not content.startswith(tuple(PROOFS)):
        raise Refused(f"{path.name} no es un comprobante: mande una foto (JPEG, PNG) o un PDF.")
    return content


def do_answer_claim(key: str, claim: int, kind: ClaimEvent.Kind, why: str, who: Who) -> ClaimEvent:
    """A person looked and did not find it, or the borrower withdraws. Refused: it is not open, or
    nothing is said."""
    assert kind != KIND.FOUND, "a deposit says that it was found"
    found = open_claims().filter(pk=claim).first()
    if not why.strip():
        raise Refused("Diga por qué, en palabras que la persona acreditada pueda leer.")

    def write(source: int) -> Wrote:
        """One event."""
        if found is None:
            raise Refused(
                f"La aclaración {claim} no está abierta. Véalas con: ./tequio claim list."
            )
        append_events([claim], [None], kind, why.strip(), source, wrote := Wrote())
        wrote.after = {"folio": folio_of(claim), "kind": kind, "why": why.strip()}
        return wrote

    asked = Asked("do_answer_claim", key, f"claim:{claim}", content_of([claim, kind, why.strip()]))
    once(asked, who, write)
    return ClaimEvent.objects.get(source__key=key)


def open_claims() -> QuerySet[Claim]:
    """Claims that nothing has become of."""
    answered = ClaimEvent.objects.filter(claim=OuterRef("pk"))
    return Claim.objects.filter(~Exists(answered)).order_by("pk")


def applied_as_said(claim: Claim) -> int | None:
    """The deposit that is what a claim says, and no other claim's."""
    near = (claim.day - timedelta(days=DAYS), claim.day + timedelta(days=DAYS))
    some = Assignment.objects.filter(
        kind=Assignment.Kind.APPLIED,
        receipt__credit=claim.credit_id,
        amount=claim.amount,
        deposit__day__range=near,
    ).exclude(deposit__claimevent__kind=KIND.FOUND)
    return some.order_by("pk").values_list("deposit_id", flat=True).first()


def tie_found(applied: pl.DataFrame, deposits: pa.Array, source: int, wrote: Wrote) -> None:
    """Deposits that were applied now are what some open claims say: `credit`, `amount` and `day`
    of each, and its key."""
    claims = list(open_claims().values_list("pk", "credit_id", "amount", "day"))
    if not claims:
        return
    some = applied.select("credit", "amount", "day").with_columns(deposit=pl.from_arrow(deposits))
    wanted = some.filter(pl.col("credit").is_in([credit for _, credit, *_ in claims]))
    free = {row[3]: row[:3] for row in wanted.iter_rows()}
    pairs = []
    for claim, credit, amount, day in claims:
        near = [
            deposit
            for deposit, (of, paid, on) in free.items()
            if (of, paid) == (credit, amount) and abs((on - day).days) <= DAYS
        ]
        if near:
            pairs.append((claim, near[0]))
            del free[near[0]]
    append_found(pairs, source, wrote)


def append_found(pairs: Sequence[tuple[int, int]], source: int, wrote: Wrote) -> None:
    """Claims and the deposits that they speak of."""
    why = "El depósito llegó y está aplicado."
    append_events([c for c, _ in pairs], [d for _, d in pairs], KIND.FOUND, why, source, wrote)


def append_events(
    claims: Sequence[int],
    deposits: Sequence[int | None],
    kind: ClaimEvent.Kind,
    why: str,
    source: int,
    wrote: Wrote,
) -> None:
    """An event each, inside somebody's write."""
    size = len(claims)
    rows = {
        "id": new_ids(ClaimEvent, size),
        "claim_id": pa.array(claims, pa.int64()),
        "source_id": pa.repeat(pa.scalar(source), size),
        "kind": pa.repeat(pa.scalar(str(kind)), size),
        "deposit_id": pa.array(deposits, pa.int64()),
        "why": pa.repeat(pa.scalar(why), size),
    }
    wrote.appended(ClaimEvent, write_rows(ClaimEvent, pa.table(rows)))


def folio_of(claim: int) -> str:
    """What the borrower keeps: a number, and a digit that finds a mistake in it."""
    number = f"{claim:08}"
    return f"{PREFIX}-{number}-{luhn.calc_check_digit(number)}"


def claim_at(folio: str) -> int:
    """The claim of a folio. Refused: it is none, or a digit is wrong."""
    parts = folio.strip().upper().split("-")
    sound = len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 18
    if sound and folio_of(number := int(parts[1])) == "-".join(parts):
        found = Claim.objects.filter(pk=number).first()
        if found is not None:
            return number
    raise Refused(f"El folio {folio!r} no es de ninguna aclaración. Cópielo completo.")


def stands(claim: Claim) -> str:
    """How a claim stands, in words."""
    last = claim.claimevent_set.order_by("pk").last()
    return STANDING[KIND(last.kind) if last else None]


def claimed_like(deposit: Deposit) -> list[Claim]:
    """Open claims that may speak of a deposit: the same amount, some days apart."""
    near = (deposit.day - timedelta(days=DAYS), deposit.day + timedelta(days=DAYS))
    return list(open_claims().filter(amount=deposit.amount, day__range=near))
