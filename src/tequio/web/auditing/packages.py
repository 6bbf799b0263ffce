"""A package of one credit: its tables, the queries that give them, the law, a recomputation.

The same ledger gives the same bytes. Nothing of it needs this program to be read.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from tequio.engine.errors import Refused
from tequio.web.auditing.laws import HEADS, law_rows
from tequio.web.auditing.queries import QUERIES, Query, literal
from tequio.web.auditing.recomputing import Recomputed, recomputed
from tequio.web.records.models import Credit

MOMENTS = ("momento",)  # columns that are a moment: PostgreSQL gives it as one, SQLite as text


@dataclass(frozen=True, slots=True)
class Package:
    """What was written."""

    credit: str
    folder: Path
    files: int
    recomputed: Recomputed


def write_package(number: str, folder: Path) -> Package:
    """Everything of a credit into a new folder. Refused: it is not in the ledger, or the folder has
    something in it."""
    credit = Credit.objects.select_related("load").filter(number=number).first()
    if credit is None:
        raise Refused(f"El crédito {number} no está en el libro. Revise el número.")
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} no está vacía: dé otra carpeta, para no mezclar dos paquetes.")
    written = {f"{query.name}.csv": answer_of(query, number) for query in QUERIES}
    written["ley.csv"] = as_csv(HEADS, law_rows(credit))
    found = recomputed(credit)
    written["recalculo.csv"] = as_csv(found.heads(), found.rows())
    written["consultas.sql"] = queries_of(number)
    written["LEEME.txt"] = read_me(number, found)
    hashes = "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(written.items()))
    written["huellas.sha256"] = hashes.encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return Package(number, folder, len(written), found)


def sha256(content: bytes) -> str:
    """Of a file."""
    return hashlib.sha256(content).hexdigest()


def answer_of(query: Query, number: str) -> bytes:
    """What the ledger answers, as a CSV."""
    sql = query.sql.replace("%", "%%").replace("{credit}", "%s")
    with connection.cursor() as cursor:
        cursor.execute(sql, [number] * query.sql.count("{credit}"))
        heads = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    return as_csv(heads, ([said(h, v) for h, v in zip(heads, row, strict=True)] for row in rows))


def said(head: str, value: object) -> str:
    """A value as text; a moment in UTC, the same from both databases."""
    if head in MOMENTS:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return "" if value is None else str(value)


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which a spreadsheet knows it, CRLF at the end of each row."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(heads)
    out.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def queries_of(number: str) -> bytes:
    """The queries as somebody types them who has the database and not this program."""
    parts = [f"-- Las tablas del crédito {number}, tal como salen de la base: {engine()}.\n"]
    for query in QUERIES:
        sql = query.sql.replace("{credit}", literal(number))
        parts.append(f"\n-- {query.name}.csv: {query.tells}\n{sql};\n")
    return "".join(parts).encode()


def engine() -> str:
    """The kind of database."""
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def read_me(number: str, found: Recomputed) -> bytes:
    """What each file is, in Spanish."""
    files = "\n".join(f"{query.name + '.csv':<32}{query.tells}" for query in QUERIES)
    return f"""PAQUETE DE AUDITORÍA DEL CRÉDITO {number}

Resultado del recálculo: {found.verdict()}

Todo aquí se lee sin este programa: CSV en UTF-8, separado por comas; SQL; texto.
Los importes están en centavos y los saldos en VSM en millonésimas de una unidad mensual, como se
guardan: así nada se redondea al imprimir. Los momentos son de tiempo universal (UTC).
La columna «evento» es el lugar del renglón en la cadena de auditoría: eventos.csv dice quién y
cuándo.
Los datos personales (nombre, NSS, CURP, cuenta, teléfono) no están: se guardan sellados.

{files}
{"ley.csv":<32}La ley en vigor en cada paso: cada parámetro, desde cuándo y de qué fuente.
{"recalculo.csv":<32}Lo que debía estar según la ley y lo recibido, junto a lo que está.
{"consultas.sql":<32}Las consultas que dan estas tablas, para correrlas en la base.
{"huellas.sha256":<32}Para comprobar que nada cambió: sha256sum -c huellas.sha256

Cómo se recalcula: se parte de lo que el crédito debía al entrar al libro, y se repiten en un solo
cálculo los cierres de mes con todo lo recibido y todos los pasos que siguen en pie, cada uno en su
día. Cada campo y cada mensualidad pendiente deben quedar como están, y la suma de los movimientos,
cuenta por cuenta, debe dar los mismos saldos.

Los PDF del estado de cuenta no van en este paquete.
""".encode()
