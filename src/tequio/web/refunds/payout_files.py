"""The files that pay a payout: a CSV for a bank's portal, and ISO 20022 pain.001.001.09.

Both are made from rows that never change, so the same payout has the same bytes. Names go in
capitals of the basic alphabet, as banks move them; amounts with a point and two decimals.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tequio.engine.errors import Refused
from tequio.engine.names import unaccented
from tequio.web.records.models import Payout, PayoutFile, PayoutLine

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY = "MXN"
NAME_MOST, NAME_IN_SPEI = 140, 40  # letters: of ISO 20022, and of a transfer between banks
HEADS = (
    "linea",
    "clabe",
    "banco",
    "beneficiario",
    "importe",
    "moneda",
    "concepto",
    "referencia",
    "credito",
)
LINE = re.compile(r"DPE(\d{9})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Payment:
    """One line, ready to be paid."""

    line: str  # its own key, which the bank gives back: `DPE000000012-01`
    clabe: str
    holder: str  # in capitals of the basic alphabet
    amount: int  # centavos
    credit: str


def line_key(refund: int, attempt: int) -> str:
    """The key of a line: the refund and the attempt."""
    return f"DPE{refund:09}-{attempt:02}"


def payments_of(payout: Payout) -> list[Payment]:
    """The lines of a payout, in the order of the refunds."""
    lines = PayoutLine.objects.filter(payout=payout).order_by("refund_id")
    return [
        Payment(
            line=line_key(line.refund_id, line.attempt),
            clabe=line.request.account.clabe,
            holder=in_basic_letters(line.request.account.holder),
            amount=line.amount,
            credit=line.refund.credit.number,
        )
        for line in lines.select_related("request__account", "refund__credit")
    ]


def in_basic_letters(name: str) -> str:
    """A name as banks move it: capitals without accents, digits, and single spaces."""
    kept = re.sub(r"[^A-Z0-9 ]", " ", unaccented(name).upper())
    return re.sub(r" +", " ", kept).strip()[:NAME_MOST]


def decimal(centavos: int) -> str:
    """`1234.50`."""
    return f"{centavos // 100}.{centavos % 100:02}"


def as_csv(payout: Payout, payments: Sequence[Payment]) -> bytes:
    """A row a payment, CRLF at its end, in UTF-8 that is ASCII."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(HEADS)
    for payment in payments:
        out.writerow(
            (
                payment.line,
                payment.clabe,
                payment.clabe[:3],
                payment.holder[:NAME_IN_SPEI],
                decimal(payment.amount),
                CURRENCY,
                concept(payment),
                f"{payout.on:%y%m%d}",
                payment.credit,
            )
        )
    return text.getvalue().encode("ascii")


def concept(payment: Payment) -> str:
    """What the holder reads in the bank's statement."""
    return f"DEVOLUCION DE PAGO EN EXCESO CREDITO {payment.credit}"


def as_xml(payout: Payout, payments: Sequence[Payment]) -> bytes:
    """A customer credit transfer initiation with one block of payments."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}Document")
    whole = under(root, "CstmrCdtTrfInitn")
    count, total = str(len(payments)), decimal(sum(payment.amount for payment in payments))
    head = under(whole, "GrpHdr")
    under(head, "MsgId", payout.name)
    under(head, "CreDtTm", f"{payout.on}T00:00:00")
    under(head, "NbOfTxs", count)
    under(head, "CtrlSum", total)
    under(under(head, "InitgPty"), "Nm", in_basic_letters(payout.payer))
    block = under(whole, "PmtInf")
    under(block, "PmtInfId", f"{payout.name}-1")
    under(block, "PmtMtd", "TRF")
    under(block, "NbOfTxs", count)
    under(block, "CtrlSum", total)
    under(under(block, "ReqdExctnDt"), "Dt", str(payout.on))
    under(under(block, "Dbtr"), "Nm", in_basic_letters(payout.payer))
    put_account(block, "DbtrAcct", payout.payer_clabe)
    put_bank(block, "DbtrAgt", payout.payer_clabe)
    for payment in payments:
        put_payment(block, payment)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def put_payment(block: ET.Element, payment: Payment) -> None:
    """One transaction."""
    one = under(block, "CdtTrfTxInf")
    identity = under(one, "PmtId")
    under(identity, "InstrId", payment.line)
    under(identity, "EndToEndId", payment.line)
    amount = under(under(one, "Amt"), "InstdAmt", decimal(payment.amount))
    amount.set("Ccy", CURRENCY)
    put_bank(one, "CdtrAgt", payment.clabe)
    under(under(one, "Cdtr"), "Nm", payment.holder)
    put_account(one, "CdtrAcct", payment.clabe)
    under(under(one, "RmtInf"), "Ustrd", concept(payment))


def put_account(parent: ET.Element, name: str, clabe: str) -> None:
    """An account by its CLABE."""
    other = under(under(under(parent, name), "Id"), "Othr")
    under(other, "Id", clabe)
    under(under(other, "SchmeNm"), "Prtry", "CLABE")


def put_bank(parent: ET.Element, name: str, clabe: str) -> None:
    """A bank by the first digits of the CLABE."""
    institution = under(under(parent, name), "FinInstnId")
    under(under(institution, "ClrSysMmbId"), "MmbId", clabe[:3])


def under(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    """One element more."""
    made = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    made.text = text
    return made


def write_payout(name: str, folder: Path) -> tuple[Path, Path]:
    """The two files of a sealed payout. Refused: it is not there or not sealed, or what its rows
    say is not what was sealed."""
    payout = Payout.objects.filter(name=name).first()
    sealed = PayoutFile.objects.filter(payout=payout).first() if payout else None
    if payout is None or sealed is None:
        raise Refused(f"No hay una dispersión cerrada {name!r}. Vea: ./tequio refunds status.")
    payments = payments_of(payout)
    written = {
        folder / f"{name}.csv": (as_csv(payout, payments), sealed.csv_sha256),
        folder / f"{name}.xml": (as_xml(payout, payments), sealed.xml_sha256),
    }
    for content, wanted in written.values():
        if hashlib.sha256(content).hexdigest() != wanted:
            raise Refused(
                f"La dispersión {name} ya no es la que se cerró: alguien cambió la base. "
                "No la envíe; revise con: ./tequio audit verify."
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path, (content, _) in written.items():
        path.write_bytes(content)
    first, second = written
    return first, second
