"""Files of payments for tests, written by hand."""

from collections.abc import Sequence
from pathlib import Path

from tequio.web import start

start()
from tequio.web.records.models import Credit  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la cajera", "pruebas")
HEADER = "clave,fecha,importe,referencia,credito,canal,destino,nombre,concepto,municipio"


def numbers() -> list[str]:
    """Credit numbers in the order of their keys."""
    return list(Credit.objects.order_by("pk").values_list("number", flat=True))


def row(key: str, day: str, amount: str, credit: str = "", **more: str) -> str:
    """One line of the bank's file."""
    said = {"referencia": "5503", "canal": "SPEI", **more}
    names = HEADER.split(",")[3:]
    rest = [credit if name == "credito" else said.get(name, "") for name in names]
    return ",".join([key, day, f'"{amount}"' if "," in amount else amount, *rest])


def bank_file(path: Path, rows: Sequence[str], total: str = "", count: int | None = None) -> Path:
    """A bank's file; its last line says what is said, or what the rows add up to."""
    from decimal import Decimal

    if not total:
        amounts = [one.split(",")[2] for one in rows]
        total = str(sum((Decimal(a) for a in amounts), Decimal(0)))
    number = len(rows) if count is None else count
    last = f"TOTAL,{number},{total}" + "," * 7
    path.write_text("\n".join([HEADER, *rows, last]) + "\n", encoding="utf-8")
    return path


NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def entry(key: str, amount: str, said: str = "", **more: str) -> str:
    """One entry of a statement."""
    told = {
        "sign": "CRDT",
        "status": "<Cd>BOOK</Cd>",
        "day": "2024-07-05",
        "currency": "MXN",
        "details": "",
        "extra": "",
        **more,
    }
    reference = f"<AcctSvcrRef>{key}</AcctSvcrRef>" if key else ""
    details = told["details"] or f"<TxDtls><RmtInf><Ustrd>{said}</Ustrd></RmtInf></TxDtls>"
    return (
        f'<Ntry><Amt Ccy="{told["currency"]}">{amount}</Amt><CdtDbtInd>{told["sign"]}</CdtDbtInd>'
        f"{told['extra']}<Sts>{told['status']}</Sts><ValDt><Dt>{told['day']}</Dt></ValDt>"
        f"{reference}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def summary(count: int, credits_: str, debits: str = "0") -> str:
    """What a statement says of its entries."""
    return (
        f"<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries></TtlNtries><TtlCdtNtries>"
        f"<Sum>{credits_}</Sum></TtlCdtNtries><TtlDbtNtries><Sum>{debits}</Sum></TtlDbtNtries>"
        "</TxsSummry>"
    )


def balances(opening: str, closing: str) -> str:
    """Where a statement begins and ends."""
    return "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='MXN'>{amount}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
        for kind, amount in (("OPBD", opening), ("CLBD", closing))
    )


def statement(path: Path, entries: Sequence[str], head: str = "", before: str = "") -> Path:
    """A camt.053 file."""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<Document xmlns="{NAMESPACE}">'
        f"<BkToCstmrStmt>\n<Stmt>{head}\n" + "\n".join(entries) + "\n</Stmt></BkToCstmrStmt>"
        "</Document>\n",
        encoding="utf-8",
    )
    return path
