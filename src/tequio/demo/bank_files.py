"""Files as banks and employers send them, of the simulated state, with the mistakes that real ones
have: numbers with two digits changed round, payments that come twice, two credits in one deposit,
days that do not exist, charges. The same portfolio and month give the same bytes.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
from stdnum import luhn

from tequio.core.law import common
from tequio.core.law_units import as_column
from tequio.engine.drafts import whole
from tequio.engine.tape.figures import decimal
from tequio.servicing.notice import INSURANCE, Discount

HEADER = "clave,fecha,importe,referencia,credito,canal,destino,nombre,concepto,municipio"
WITHHELD = "clave,fecha,nrp,bimestre,nss,tipdesc,valor,sdi,dias,retenido,aportacion,credito"
NRP = "A1234567890"
MARK = "SIMULADO"
FIRST_NAMES = ("ANA", "JUAN", "LUCIA", "PEDRO", "ROSA", "MIGUEL", "ELENA", "JOSE", "SOFIA", "RAUL")
SURNAMES = (
    "PEÑA",
    "CRUZ",
    "HUERTA",
    "TINOCO",
    "REYES",
    "AVALOS",
    "MORA",
    "SOLIS",
    "RANGEL",
    "VEGA",
)
CHANNELS = ("VENTANILLA", "SPEI", "SPEI", "TIENDA", "TARJETA")
FAMILIES = {"VENTANILLA": "CNTR", "SPEI": "RCDT", "TARJETA": "CCRD"}
# Of a hundred payments; the rest are as they should be.
MISTAKES = {
    "changed_round": 2,
    "no_number": 1,
    "unknown": 1,
    "two_credits": 1,
    "late": 2,
    "twice": 1,
    "no_such_day": 1,
    "negative": 1,
    "zero": 1,
    "too_much": 1,
}
SURE_DAY = 20  # of the month, on which those without mistakes pay; others on any
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True, eq=False)
class Paying:
    """What the credits of a portfolio's rows pay in a month."""

    amounts: np.ndarray  # centavos of each; zero: it does not pay
    settling: Set[int] = frozenset()  # rows that say that they pay the whole debt
    sure: Set[int] = frozenset()  # rows without mistakes, paid on one day
    of: int = 100  # payments among which there are so many mistakes of each kind
    mistakes: Mapping[str, int] = field(default_factory=MISTAKES.copy)


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as the bank tells it."""

    key: str
    day: str
    amount: int  # centavos
    credit: str
    channel: str
    intent: str
    name: str
    concept: str
    municipality: str
    mistake: str = ""


def write_bank_csv(
    rows: pa.Table, month: date, path: Path, paying: Paying | None = None, *, seed: int = 1
) -> Counter[str]:
    """The bank's file of a month: how many payments there are of each mistake ("": none). Unless
    it is said what they pay, each pays its instalment."""
    lines = list(month_of(rows, month, seed, paying))
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{HEADER}\n")
        file.writelines(f"{csv_of(line)}\n" for line in lines)
        total = decimal(sum(line.amount for line in lines), 2)
        file.write(f"TOTAL,{len(lines)},{total}{',' * 7}\n")
    return Counter(line.mistake for line in lines)


def csv_of(line: Line) -> str:
    """In the bank's columns."""
    reference = "" if line.mistake == "no_number" else "5503"
    amount = decimal(line.amount, 2)
    first = (line.key, line.day, amount, reference, line.credit, line.channel, line.intent)
    return ",".join((*first, line.name, line.concept, line.municipality))


def write_camt(
    rows: pa.Table, month: date, path: Path, paying: Paying | None = None, *, seed: int = 2
) -> Counter[str]:
    """The same of a month as a camt.053 statement."""
    lines = list(month_of(rows, month, seed, paying))
    credits_ = [line.amount for line in lines if line.amount >= 0]
    debits = [-line.amount for line in lines if line.amount < 0]
    summary = (
        f"<TtlNtries><NbOfNtries>{len(lines)}</NbOfNtries></TtlNtries>"
        f"<TtlCdtNtries><Sum>{decimal(sum(credits_), 2)}</Sum></TtlCdtNtries>"
        f"<TtlDbtNtries><Sum>{decimal(sum(debits), 2)}</Sum></TtlDbtNtries>"
    )
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>\n')
        file.write(f"<GrpHdr><MsgId>{MARK}-{month:%Y-%m}</MsgId></GrpHdr>\n")
        file.write(f"<Stmt><Id>{MARK}</Id><TxsSummry>{summary}</TxsSummry>\n")
        file.writelines(f"{camt_of(line)}\n" for line in lines)
        file.write("</Stmt></BkToCstmrStmt></Document>\n")
    return Counter(line.mistake for line in lines)


def camt_of(line: Line) -> str:
    """As an entry of a statement."""
    sign = "DBIT" if line.amount < 0 else "CRDT"
    said = " ".join(x for x in ("" if line.mistake == "no_number" else "5503", line.credit) if x)
    said = " ".join(x for x in (said, line.concept) if x)
    family = FAMILIES.get(line.channel, "OTHR")
    return (
        f'<Ntry><Amt Ccy="MXN">{decimal(abs(line.amount), 2)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>{line.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{line.key}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>{escape(line.name)}</Nm></Pty></Dbtr>"
        f"</RltdPties><RmtInf><Ustrd>{escape(said)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def month_of(
    rows: pa.Table, month: date, seed: int, paying: Paying | None = None
) -> Iterator[Line]:
    """A payment of each credit of a portfolio's rows that pays, some with a mistake."""
    paying = paying or Paying(instalments(rows, month))
    random = np.random.default_rng([seed, month.year, month.month])
    each = [name for name, often in paying.mistakes.items() for _ in range(often)]
    mistakes = random.permutation(each + [""] * (paying.of - len(each)))
    days = random.integers(1, monthrange(month.year, month.month)[1], len(rows))
    channels = random.choice(CHANNELS, len(rows))
    numbers, places = rows["credit"].to_pylist(), rows["municipality"].to_pylist()
    last = ""
    for at in np.flatnonzero(paying.amounts > 0).tolist():
        number, settles = numbers[at], at in paying.settling
        sure = at in paying.sure
        day = date(month.year, month.month, SURE_DAY if sure else int(days[at]))
        line = Line(
            key=f"{MARK[:3]}{seed}{month:%y%m}{at:08}",
            day=day.isoformat(),
            amount=int(paying.amounts[at]),
            credit=number,
            channel=str(channels[at]),
            intent="liquidar" if settles else "mensualidades" if at % 3 else "",
            name=name_of(number),
            concept="",
            municipality=places[at],
        )
        mistake = "" if sure else str(mistakes[at % paying.of])
        yield from mistaken(line, mistake, day, last)
        last = number


def mistaken(line: Line, mistake: str, day: date, other: str) -> Iterator[Line]:
    """A payment with its mistake; `other`: another credit, if there is one."""
    last_month = (day.replace(day=1) - timedelta(days=1)).isoformat()
    changes: dict[str, dict[str, object]] = {
        "changed_round": {"credit": changed_round(line.credit)},
        "no_number": {"credit": "", "concept": "PAGO DE MI CASA"},
        "unknown": {"credit": "0000000000"},
        "two_credits": {"concept": f"TAMBIEN {other}"},
        "late": {"day": last_month},
        "no_such_day": {"day": f"{day:%Y-%m}-32"},
        "negative": {"amount": -line.amount},
        "zero": {"amount": 0},
        "too_much": {"amount": line.amount + 90_000_000_00, "intent": "liquidar"},
    }
    if mistake == "two_credits" and not other:
        mistake = ""
    made = replace(line, mistake=mistake, **changes.get(mistake, {}))
    yield made
    if mistake == "twice":
        yield made


def changed_round(number: str) -> str:
    """With the last two neighbours that differ changed round."""
    for at in range(len(number) - 2, -1, -1):
        if number[at] != number[at + 1]:
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return "0" * len(number)


def instalments(rows: pa.Table, month: date) -> np.ndarray:
    """What each pays a month, centavos; of units, at the month's index."""
    umi = common()["umi"]
    index = int(as_column(umi.unit, umi.at(month).value).values[0])
    units = rows["instalment_units"].to_numpy().astype(np.int64)
    return np.asarray(rows["instalment"].to_numpy() + (units * index + 5_000_000) // 10_000_000)


def write_remittance(
    rows: pa.Table, workers: Sequence[str], year: int, bimester: int, path: Path
) -> int:
    """An employer's file of a bimester: what was withheld from each of its workers, by NSS, for the
    credits in `rows`, in that order; every hundredth has one day too many. How many those are."""
    days = sum(monthrange(year, month)[1] for month in (2 * bimester - 1, 2 * bimester))
    paid = date(year + bimester // 6, 2 * bimester % 12 + 1, 17)
    monthly = instalments(rows, date(year, 2 * bimester, 1))
    lines, total, wrong = [], np.zeros(2, np.int64), 0
    for at, (worker, instalment) in enumerate(zip(workers, monthly.tolist(), strict=True)):
        withheld, share = 2 * instalment + INSURANCE, instalment // 3
        worked = days + (at % 100 == 99)
        wrong += worked > days
        total += (withheld, share)
        amounts = ",".join(decimal(one, 2) for one in (withheld, share))
        quota = f"{int(Discount.QUOTA)},{decimal(instalment, 2)},"
        key = f"{MARK[:3]}-{NRP}-{year}{bimester}-{at:06}"
        lines.append(f"{key},{paid},{NRP},{year}-{bimester},{worker},{quota},{worked},{amounts},\n")
    sums = ",".join(decimal(int(one), 2) for one in total)
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{WITHHELD}\n")
        file.writelines(lines)
        file.write(f"TOTAL,{len(lines)},,,,,,,,{sums},\n")
    return wrong


def name_of(credit: str) -> str:
    """Whoever owes a simulated credit."""
    at = int(credit)
    first, second, third = at % 10, at // 10 % 10, at // 100 % 10
    return f"{FIRST_NAMES[first]} {SURNAMES[second]} {SURNAMES[third]} {MARK}"


def nss_of(at: int) -> str:
    """A worker's number that nobody has, with its digit."""
    number = f"5305{70 + at // 10_000 % 20:02}{at % 10_000:04}"
    return number + luhn.calc_check_digit(number)
