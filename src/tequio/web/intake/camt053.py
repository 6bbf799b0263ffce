"""ISO 20022 camt.053: a bank's statement in XML. Credits are payments; charges are set aside.

Its totals are the summary of its entries, or without one what its balances leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from tequio.engine.errors import Refused
from tequio.servicing.accounts import Channel
from tequio.web.intake.entries import (
    AT_A_TIME,
    Declared,
    Entries,
    Judged,
    no_differences,
    payments_of,
)
from tequio.web.intake.xml_stream import Stream

ROOT = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d Document")
STATEMENT = "/BkToCstmrStmt/Stmt"
ENTRY, SUMMARY, BALANCE = f"{STATEMENT}/Ntry", f"{STATEMENT}/TxsSummry", f"{STATEMENT}/Bal"
DETAIL = f"{ENTRY}/NtryDtls/TxDtls"
TOGETHER_MOST = 100_000  # payments in one entry
COLLECTION = "5503"
TEN_DIGITS = re.compile(r"(?<!\d)\d{10}(?!\d)")
FAMILIES = {"RCDT": Channel.SPEI, "RRCT": Channel.SPEI, "CNTR": Channel.WINDOW}
FAMILIES |= {"CCRD": Channel.CARD, "MCRD": Channel.CARD}
# What is kept of an entry or of one of its payments, by the end of its path.
ENTRY_TEXTS = {
    "/CdtDbtInd": "sign",
    "/RvslInd": "reversal",
    "/Sts": "status",
    "/Sts/Cd": "status",
    "/BookgDt/Dt": "booked",
    "/BookgDt/DtTm": "booked",
    "/ValDt/Dt": "valued",
    "/ValDt/DtTm": "valued",
    "/AcctSvcrRef": "bank_key",
    "/BkTxCd/Domn/Fmly/Cd": "family",
    "/AddtlNtryInf": "info",
}
DETAIL_TEXTS = {
    "/Refs/AcctSvcrRef": "bank_key",
    "/Refs/EndToEndId": "end_to_end",
    "/RltdPties/Dbtr/Nm": "name",
    "/RltdPties/Dbtr/Pty/Nm": "name",
    "/RmtInf/Ustrd": "said",
    "/RmtInf/Strd/CdtrRefInf/Ref": "structured",
    "/AddtlTxInf": "info",
}
Texts = dict[str, str]


@dataclass(slots=True)
class Statement:
    """What the statement being read says of itself; one file may have several."""

    rows: int | None = None
    total: int | None = None  # credits less charges, centavos
    credits: int = 0
    debits: int = 0
    summed: bool = False
    opening: int | None = None
    closing: int | None = None
    balance: Texts = field(default_factory=dict)

    def declared(self) -> Declared:
        """Its entries, and the sum of them."""
        if self.summed:
            return Declared(self.rows, self.credits - self.debits)
        if self.opening is not None and self.closing is not None:
            return Declared(self.rows, self.closing - self.opening)
        return Declared(self.rows, None)


class Camt053:
    """A statement's file, open."""

    def __init__(self, path: Path, as_of: date) -> None:
        self.path, self.as_of = path, as_of
        self.declared = Declared(None, None)

    def __iter__(self) -> Iterator[Entries]:
        """Entry by entry, from the beginning."""
        self.stream = Stream(self.path, self.opened, self.closed)
        self.statements: list[Declared] = []
        self.rows: list[Texts] = []
        self.entries = self.seen = 0
        for _ in self.stream.run():
            if len(self.rows) >= AT_A_TIME:
                yield self.taken()
        self.declared = together(self.statements)
        if self.rows or not self.seen:
            yield self.taken()

    def opened(self, path: str, attributes: Texts) -> None:
        """An element begins."""
        root, inside = parted(path)
        if not inside and not ROOT.fullmatch(root):
            raise self.stream.refusal(
                "es un XML, pero no un estado de cuenta camt.053",
                "Descargue el estado de cuenta ISO 20022 camt.053 (bank to customer statement).",
            )
        if inside == STATEMENT:
            self.statement = Statement()
        elif inside == ENTRY:
            self.entry: Texts = {"line": str(self.stream.line)}
            self.details: list[Texts] = []
        elif inside == DETAIL:
            if len(self.details) >= TOGETHER_MOST:
                most = f"tiene un abono con más de {TOGETHER_MOST:,} pagos"
                raise self.stream.refusal(most, "Pida al banco el detalle por separado.")
            self.details.append({"line": str(self.stream.line)})
        if inside.endswith("/Amt"):
            self.currency = attributes.get("Ccy", "")

    def closed(self, path: str, text: str) -> None:
        """An element ends."""
        _, inside = parted(path)
        if inside.startswith(DETAIL):
            self.note_detail(inside.removeprefix(DETAIL), text)
        elif inside == ENTRY:
            self.entries += 1
            self.rows.extend(self.payments())
        elif inside.startswith(ENTRY):
            self.note_entry(inside.removeprefix(ENTRY), text)
        elif inside.startswith(SUMMARY):
            self.note_summary(inside.removeprefix(SUMMARY), text)
        elif inside.startswith(BALANCE):
            self.note_balance(inside.removeprefix(BALANCE), text)
        elif inside == STATEMENT:
            self.statements.append(self.statement.declared())

    def note_entry(self, inside: str, text: str) -> None:
        """Of the entry."""
        if inside == "/Amt":
            self.entry |= {"amount": text, "currency": self.currency}
        elif name := ENTRY_TEXTS.get(inside):
            self.entry[name] = text or self.entry.get(name, "")

    def note_detail(self, inside: str, text: str) -> None:
        """Of one of its payments."""
        detail = self.details[-1]
        if inside in ("/Amt", "/AmtDtls/TxAmt/Amt"):
            detail |= {"amount": text, "currency": self.currency}
        elif name := DETAIL_TEXTS.get(inside):
            more = name == "said" and detail.get(name)
            detail[name] = f"{detail[name]} {text}" if more else text

    def note_summary(self, inside: str, text: str) -> None:
        """Of the summary of entries."""
        one = self.statement
        if inside == "/TtlNtries/NbOfNtries" and text.isdigit():
            one.rows = int(text)
        elif inside == "/TtlCdtNtries/Sum":
            one.credits, one.summed = self.centavos(text), True
        elif inside == "/TtlDbtNtries/Sum":
            one.debits, one.summed = self.centavos(text), True

    def note_balance(self, inside: str, text: str) -> None:
        """Of a balance."""
        balance = self.statement.balance
        if inside:
            balance[inside] = text
            return
        amount = self.centavos(balance.get("/Amt", ""))
        amount = -amount if balance.get("/CdtDbtInd") == "DBIT" else amount
        kind = balance.get("/Tp/CdOrPrtry/Cd", "")
        if kind in ("OPBD", "PRCD"):
            self.statement.opening = amount
        elif kind == "CLBD":
            self.statement.closing = amount
        balance.clear()

    def centavos(self, text: str) -> int:
        """A total. Refused: it is none."""
        try:
            whole = Decimal(text) * 100
        except InvalidOperation:
            whole = Decimal("NaN")
        if not whole.is_finite() or whole != whole.to_integral_value():
            raise self.stream.refusal(
                f"declara un total que no es un importe: {text[:20]!r} (renglón "
                f"{self.stream.line})",
                "Pida al banco que lo exporte de nuevo.",
            )
        return int(whole)

    def payments(self) -> list[Texts]:
        """The payments of an entry: one, or as many as the bank put together in it."""
        entry, details = self.entry, self.details
        if len(details) < 2:
            single = {k: v for one in details for k, v in one.items() if k != "amount"}
            return [{**entry, **single, "line": entry["line"]}]
        if total_of(details) != total_of([entry]):
            return [entry | {"unequal": str(len(details))}]
        shared = {k: v for k, v in entry.items() if k != "bank_key"}
        return [shared | one for one in details]

    def taken(self) -> Entries:
        """The payments that were read since the last time."""
        rows, self.rows = self.rows, []
        entries, self.entries = self.entries, 0
        first, self.seen = self.seen + 1, self.seen + max(len(rows), 1)
        columns = dict.fromkeys(("line", *ENTRY_TEXTS.values(), *DETAIL_TEXTS.values()), pl.String)
        columns |= dict.fromkeys(("amount", "currency", "unequal"), pl.String)
        cells = pl.DataFrame(rows, schema=columns)
        return entries_of(cells, self.as_of, entries, first, self.seen)


def parted(path: str) -> tuple[str, str]:
    """The root with its namespace, a URN without slashes, and the path below it."""
    root, slash, rest = path.partition("/")
    return root, slash + rest


def together(statements: list[Declared]) -> Declared:
    """What several statements declare; what one of them does not say, the file does not."""
    rows = [one.rows for one in statements if one.rows is not None]
    totals = [one.total for one in statements if one.total is not None]
    if not statements:
        raise Refused(
            "El archivo no tiene ningún estado de cuenta (Stmt). No se tomó nada. Descárguelo de "
            "nuevo."
        )
    whole = len(statements)
    return Declared(
        sum(rows) if len(rows) == whole else None, sum(totals) if len(totals) == whole else None
    )


def total_of(rows: list[Texts]) -> Decimal | None:
    """The sum of amounts, exactly; None: one cannot be read."""
    try:
        return sum((Decimal(row["amount"]) for row in rows), Decimal(0))
    except (InvalidOperation, KeyError):
        return None


def entries_of(cells: pl.DataFrame, as_of: date, entries: int, first: int, last: int) -> Entries:
    """Payments out of texts, each judged by itself."""
    lines = cells["line"].cast(pl.Int64)
    judged = Judged(lines)
    blank = cells.with_columns(pl.when(pl.all().str.len_chars() > 0).then(pl.all()).name.keep())
    signs = blank["sign"].replace_strict({"CRDT": 1, "DBIT": -1}, default=0, return_dtype=pl.Int64)
    amounts = signed(judged, blank, signs)
    day = blank.select(pl.coalesce("valued", "booked").str.slice(0, 10)).to_series()
    days = judged.day(day, "ValDt", as_of)
    add_faults(judged, blank, signs)
    keys = blank.select(key_of()).to_series()
    judged.key(keys, "AcctSvcrRef")
    said = pl.concat_str("said", "info", separator=" ", ignore_nulls=True)
    found = blank.with_columns(
        concept=pl.concat_str("structured", said, separator=" ", ignore_nulls=True)
    )
    columns = {
        "line": lines,
        "key": keys,
        "day": days,
        "amount": amounts,
        "channel": blank["family"].replace_strict(
            FAMILIES, default=int(Channel.OTHER), return_dtype=pl.Int64
        ),
        "reference": found["concept"].str.extract(rf"(?:^|\D)({COLLECTION})(?:\D|$)", 1),
        "number": found["structured"].str.extract(r"^(\d{10})$", 1),
        "concept": found["concept"],
        "name": found["name"],
    }
    return Entries(
        rows=entries,
        first=first,
        last=last,
        total=int(amounts.sum() or 0),
        payments=payments_of(pl.DataFrame(columns)).filter(~judged.broken),
        aside=judged.aside(amounts),
        differences=no_differences(),
    )


def signed(judged: Judged, blank: pl.DataFrame, signs: pl.Series) -> pl.Series:
    """Centavos: a charge is negative."""
    amounts = judged.amount(blank["amount"], "Amt") * signs
    why = "Es un cargo a la cuenta, no un pago."
    judged.add(signs < 0, "CdtDbtInd", why, "Si anula un pago, repórtelo como reversa de ese pago.")
    judged.add(signs == 0, "CdtDbtInd", "No dice si es abono o cargo.", "Pida CRDT o DBIT.")
    return amounts


def add_faults(judged: Judged, blank: pl.DataFrame, signs: pl.Series) -> None:
    """What no payment says."""
    status = blank["status"].fill_null("BOOK")
    judged.add(
        status != "BOOK", "Sts", "El banco no lo da por asentado.", "Tómelo cuando diga BOOK."
    )
    judged.add(
        blank["currency"] != "MXN", "Ccy", "No está en pesos mexicanos.", "Pida el abono en MXN."
    )
    reversed_ = (blank["reversal"] == "true").fill_null(value=False) & (signs > 0)
    why = "Es la reversa de un cargo, no un pago."
    judged.add(reversed_, "RvslInd", why, "Aclárelo con el banco.")
    judged.add(
        blank["unequal"].is_not_null(),
        "NtryDtls",
        "Agrupa varios pagos y la suma de ellos no es su importe.",
        "Pida al banco el detalle corregido.",
    )


def key_of() -> pl.Expr:
    """The bank's own reference; or the sender's with day and amount; null: neither is said."""
    own = pl.when(pl.col("end_to_end") != "NOTPROVIDED").then(pl.col("end_to_end"))
    day = pl.coalesce("valued", "booked").str.slice(0, 10)
    return pl.coalesce("bank_key", pl.concat_str(own, day, "amount", separator=":"))
