"""The queries whose answers are a package's tables: the same on both databases, and printed in it.

Each has one parameter, `{credit}`: the credit's number. Amounts stay in centavos, units in
millionths, as the ledger keeps them; codes are said in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tequio.core.columns import Flag
from tequio.core.loan import facts
from tequio.servicing.accounts import ACCOUNTS, CHANNEL_LABELS, KIND_LABELS
from tequio.servicing.credit import DUES, FIELDS
from tequio.servicing.posting import INTENT_LABELS
from tequio.web.records.agreements import IN_SPANISH
from tequio.web.records.columns import CONTRACT, MONTHLY, STANDING
from tequio.web.refunds.states import WORDS

OURS = "(SELECT id FROM records_credit WHERE number = {credit})"
EVENT = (
    "LEFT JOIN records_sourcekey k ON k.id = t.source_id "
    "LEFT JOIN records_auditevent e ON e.source_id = coalesce(k.part_of_id, k.id)"
)
# Tables whose rows of a credit say which write made them.
WRITTEN = (
    "movement",
    "receipt",
    "serviced",
    "due",
    "terms",
    "standing",
    "monthlybalance",
    "agreement",
    "step",
    "refund",
    "role",
)
OF_REFUND = "JOIN records_refund f ON f.id = t.refund_id"
WRITTEN_FOR = (  # whose rows are of something of a credit: its name, and how to get there
    ("agreementevent", "a", "JOIN records_agreement a ON a.id = t.agreement_id"),
    ("refundevent", "f", OF_REFUND),
    ("refundrequest", "f", OF_REFUND),
    ("payoutline", "f", OF_REFUND),
)


@dataclass(frozen=True, slots=True)
class Query:
    """One table of a package."""

    name: str  # of its file
    tells: str  # Spanish
    sql: str


def case(column: str, words: Sequence[str]) -> str:
    """A code in words."""
    each = " ".join(f"WHEN {code} THEN {literal(word)}" for code, word in enumerate(words))
    return f"CASE {column} {each} END"


def case_of(column: str, words: dict[str, str]) -> str:
    """A word of the tables in Spanish."""
    each = " ".join(f"WHEN '{code}' THEN {literal(word)}" for code, word in words.items())
    return f"CASE {column} {each} END"


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def flag(column: str) -> str:
    """Yes or no."""
    return f"CASE WHEN {column} THEN 'sí' ELSE 'no' END"


def month(column: str) -> str:
    """`2024-07`, from year x 12 + month - 1."""
    zero = f"CASE WHEN {column} % 12 < 9 THEN '0' ELSE '' END"
    return f"CAST({column} / 12 AS text) || '-' || {zero} || CAST({column} % 12 + 1 AS text)"


def dated(name: str, tells: str, table: str, names: Sequence[str]) -> Query:
    """Facts of a credit, a row each time that something of them changed."""
    declared = facts()
    columns = ", ".join(
        f"{flag(f't.{name}') if declared[name][0] is Flag else f't.{name}'} "
        f'AS "{declared[name][1].label}"'
        for name in names
    )
    sql = (
        f"SELECT t.from_on AS desde, {columns}, e.position AS evento "
        f"FROM records_{table} t {EVENT} WHERE t.credit_id = {OURS} "
        "ORDER BY t.from_on, t.source_id"
    )
    return Query(name, tells, sql)


def accounts() -> str:
    """The accounts of a movement, by their labels."""
    return ", ".join(f't.{account.name} AS "{account.label}"' for account in ACCOUNTS)


def plain(names: Sequence[str]) -> str:
    """Columns under their own names."""
    return ", ".join(f't."{name}"' for name in names)


def events() -> str:
    """The writes behind every row of a credit."""
    made = " UNION ".join(
        f"SELECT t.source_id FROM records_{table} t {joined} WHERE {owner}.credit_id = {OURS}"
        for table, owner, joined in (*((table, "t", "") for table in WRITTEN), *WRITTEN_FOR)
    )
    of_parts = f"SELECT coalesce(part_of_id, id) FROM records_sourcekey WHERE id IN ({made})"
    return (
        "SELECT position AS evento, at AS momento, verb AS orden, subject AS sobre, "
        "initiated_by AS quien, executed_by AS mediante, before AS antes, after AS despues, "
        "law_sha256 AS ley, code_sha256 AS programa, hash AS huella "
        f"FROM records_auditevent WHERE source_id IN ({of_parts}) ORDER BY position"
    )


QUERIES = (
    Query(
        "credito",
        "De dónde viene el crédito.",
        "SELECT c.number AS credito, c.municipality AS municipio, l.as_of AS cartera_del, "
        f"{flag('l.simulated')} AS simulado, l.origin AS origen, l.sha256 AS huella_de_la_cartera "
        "FROM records_credit c JOIN records_load l ON l.id = c.load_id WHERE c.number = {credit}",
    ),
    dated("condiciones", "El contrato, y cada vez que cambió.", "terms", CONTRACT),
    dated(
        "situacion", "La persona y la solución en vigor, cada vez que cambió.", "standing", STANDING
    ),
    dated("saldos", "Saldos y pagos contados al fin de cada mes.", "monthlybalance", MONTHLY),
    Query(
        "movimientos",
        "Todo lo registrado. Cada renglón suma cero en pesos y cero en unidades.",
        f"SELECT t.id AS movimiento, t.day AS dia, {month('t.month')} AS mes, "
        f"{case('t.kind', KIND_LABELS)} AS tipo, {case('t.channel', CHANNEL_LABELS)} AS canal, "
        f"p.receipt_id AS recibo, t.reverses_id AS reversa_de, {accounts()}, e.position AS evento "
        f"FROM records_movement t LEFT JOIN records_placement p ON p.movement_id = t.id {EVENT} "
        f"WHERE t.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "recibos",
        "El dinero que llegó, en centavos.",
        "SELECT t.id AS recibo, t.day AS dia, t.amount AS centavos, "
        f"{case('t.channel', CHANNEL_LABELS)} AS canal, {case('t.intent', INTENT_LABELS)} AS para, "
        f"{flag('t.from_employer')} AS del_patron, k.key AS clave, e.position AS evento "
        f"FROM records_receipt t {EVENT} WHERE t.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "estado_interno",
        "Lo que el programa guarda del crédito al empezar cada mes, campo por campo.",
        f"SELECT {month('t.month')} AS al_empezar, {plain(list(FIELDS))}, e.position AS evento "
        f"FROM records_serviced t {EVENT} WHERE t.credit_id = {OURS} "
        "ORDER BY t.month, t.source_id",
    ),
    Query(
        "mensualidades_pendientes",
        "Lo que queda de cada mensualidad vencida, cada vez que cambió; el último renglón vale.",
        f"SELECT {month('t.month')} AS mes, {plain(DUES[1:])}, e.position AS evento "
        f"FROM records_due t {EVENT} WHERE t.credit_id = {OURS} ORDER BY t.month, t.source_id",
    ),
    Query(
        "convenios",
        "Soluciones ofrecidas, con la oferta como se mostró (JSON).",
        "SELECT t.id AS convenio, t.programme AS solucion, t.offered_on AS ofrecido_el, "
        "t.valid_until AS vale_hasta, t.offer AS oferta, t.law_sha256 AS ley, e.position AS evento "
        f"FROM records_agreement t {EVENT} WHERE t.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "convenio_pasos",
        "La vida de cada convenio.",
        f"SELECT t.agreement_id AS convenio, {case_of('t.state', dict(IN_SPANISH))} AS estado, "
        't."on" AS dia, t.why AS motivo, e.position AS evento '
        "FROM records_agreementevent t JOIN records_agreement a ON a.id = t.agreement_id "
        f"{EVENT} WHERE a.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "pasos",
        "Firmas, liquidaciones, devoluciones y correcciones, con lo necesario para repetirlas.",
        "SELECT t.id AS paso, t.kind AS tipo, t.day AS dia, "
        f"{month('t.month')} AS mes_abierto, {month('t.since')} AS desde_el_mes, "
        "t.agreement_id AS convenio, t.receipt_id AS recibo, t.undoes_id AS deshace, "
        "t.said AS dicho, e.position AS evento "
        f"FROM records_step t {EVENT} WHERE t.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "devoluciones",
        "Saldos a favor encontrados y solicitudes, en centavos. La cuenta está sellada.",
        "SELECT t.id AS devolucion, t.found_on AS encontrada_el, t.amount AS encontrado, "
        'r.amount AS solicitado, r."on" AS solicitada_el, r.capacity AS como, r.channel AS por, '
        f"r.person_id AS persona, {flag('r.efirma')} AS efirma, "
        f"{flag('r.name_agrees')} AS nombre_coincide, r.name_why AS motivo_del_nombre, "
        "r.account_sha256 AS huella_de_la_cuenta, e.position AS evento "
        "FROM records_refund t LEFT JOIN records_refundrequest r ON r.refund_id = t.id "
        f"{EVENT} WHERE t.credit_id = {OURS} ORDER BY t.id, r.id",
    ),
    Query(
        "devolucion_documentos",
        "Los documentos que se mostraron, por su huella SHA-256.",
        "SELECT r.refund_id AS devolucion, t.kind AS documento, t.dated AS del_dia, "
        "t.sha256 AS huella, t.reference AS archivo, e.position AS evento "
        "FROM records_refundpaper t JOIN records_refundrequest r ON r.id = t.request_id "
        f"JOIN records_refund f ON f.id = r.refund_id {EVENT} "
        f"WHERE f.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "devolucion_pasos",
        "La vida de cada devolución, con los avisos, y quién dio cada paso.",
        f"SELECT t.refund_id AS devolucion, t.place AS lugar, {case_of('t.state', dict(WORDS))} "
        'AS estado, t."on" AS dia, t.why AS motivo, e.initiated_by AS quien, e.position AS evento '
        f"FROM records_refundevent t JOIN records_refund f ON f.id = t.refund_id {EVENT} "
        f"WHERE f.credit_id = {OURS} ORDER BY t.refund_id, t.place",
    ),
    Query(
        "devolucion_pagos",
        "Las líneas de las dispersiones, en centavos.",
        "SELECT t.refund_id AS devolucion, t.attempt AS intento, t.amount AS centavos, "
        'p.name AS dispersion, p."on" AS dia, t.step_id AS paso, e.position AS evento '
        "FROM records_payoutline t JOIN records_payout p ON p.id = t.payout_id "
        f"JOIN records_refund f ON f.id = t.refund_id {EVENT} "
        f"WHERE f.credit_id = {OURS} ORDER BY t.id",
    ),
    Query(
        "personas",
        "Quién es qué en el crédito, por el número interno de la persona.",
        "SELECT t.person_id AS persona, t.kind AS que_es, t.from_on AS desde, e.position AS evento "
        f"FROM records_role t {EVENT} WHERE t.credit_id = {OURS} ORDER BY t.person_id, t.kind",
    ),
    Query(
        "contactos",
        "Medios de contacto: quién los dio y cuándo; el dato mismo está sellado.",
        "SELECT t.id AS contacto, t.person_id AS persona, t.kind AS medio, t.given_by AS lo_dio, "
        "t.given_on AS el_dia, e.position AS evento "
        f"FROM records_contactpoint t {EVENT} "
        f"WHERE t.person_id IN (SELECT person_id FROM records_role WHERE credit_id = {OURS}) "
        "ORDER BY t.id",
    ),
    Query(
        "accesos",
        "Quién vio el expediente, sin los paquetes de auditoría mismos.",
        "SELECT e.at AS momento, e.initiated_by AS quien, t.what AS que_abrio, t.why AS motivo, "
        f"e.position AS evento FROM records_access t {EVENT} "
        f"WHERE t.credit_id = {OURS} AND t.what NOT LIKE 'audit %' ORDER BY t.id",
    ),
    Query("eventos", "Los eventos de la cadena de auditoría detrás de cada renglón.", events()),
)
