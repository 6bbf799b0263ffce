"""Statements in XML: what they say is taken, what could do harm is refused, memory stays flat."""

import tracemalloc
from datetime import date

import pytest

from deposits import WHO, balances, entry, numbers, statement, summary
from tequio.engine.errors import Refused
from tequio.web import start
from tequio.web.intake import camt053
from tequio.web.intake.camt053 import Camt053
from tequio.web.intake.xml_stream import DEPTH_MOST, TEXT_MOST

start()
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records.models import Deposit, Payer, Receipt  # noqa: E402

DAY = date(2024, 7, 31)


def take(path):
    return do_take_file(path, WHO, as_of=DAY)


def read(path):
    """All of it at once."""
    found = Camt053(path, DAY)
    return list(found), found.declared


def detail(amount: str, said: str, key: str = "", name: str = "") -> str:
    own = f"<Refs><AcctSvcrRef>{key}</AcctSvcrRef></Refs>" if key else ""
    return (
        f'<TxDtls>{own}<Amt Ccy="MXN">{amount}</Amt><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr>'
        f"</RltdPties><RmtInf><Ustrd>{said}</Ustrd></RmtInf></TxDtls>"
    )


def test_a_statement_is_taken(loaded, tmp_path):
    known = numbers()
    structured = (
        f"<TxDtls><RmtInf><Strd><CdtrRefInf><Ref>{known[1]}</Ref></CdtrRefInf></Strd></RmtInf>"
        "</TxDtls>"
    )
    both = detail("3.00", f"5503 {known[2]}", "d1", "ANA") + detail("4.50", known[3], "d2")
    rows = [
        entry("a", "10.00", f"5503 {known[0]} JULIO"),
        entry("b", "20", details=structured),
        entry("c", "7.5", details=both),
        entry("d", "2.00", sign="DBIT"),
        entry("e", "9.00", known[4], status="<Cd>PDNG</Cd>"),
        entry("f", "8.00", known[4], currency="USD"),
        entry("g", "6.00", known[4], extra="<RvslInd>true</RvslInd>"),
        entry("h", "5.00", known[4], day="2024-08-01"),
        entry("i", "11.00", details=detail("5", known[5], "i1") + detail("5", known[6], "i2")),
    ]
    taken = take(statement(tmp_path / "a.xml", rows, summary(9, "76.50", "2.00")))
    said = taken.summary
    assert (said.taken.count, said.taken.amount) == (4, 37_50)
    assert said.applied == said.taken
    assert (said.aside.count, said.aside.amount) == (6, 37_00)
    assert said.explained
    assert (said.declared_rows, said.declared) == (9, 74_50)
    fields = [one.field for one in taken.aside]
    assert fields == ["CdtDbtInd", "Sts", "Ccy", "RvslInd", "ValDt", "NtryDtls"]
    assert [one.line for one in taken.aside] == [7, 8, 9, 10, 11, 12]
    receipts = Receipt.objects.order_by("pk").values_list("credit__number", "amount")
    amounts = (10_00, 20_00, 3_00, 4_50)
    assert list(receipts) == list(zip(known, amounts, strict=False))
    assert set(Deposit.objects.values_list("key", flat=True)) == {"a", "b", "d1", "d2"}
    assert Payer.objects.get(deposit__key="d1").name == "ANA"
    assert equation().holds


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (summary(2, "30.00"), ""),
        (balances("100.00", "130.00"), ""),
        ("", ""),
        (summary(3, "30.00"), "declara 3 filas y tiene 2: faltan 1"),
        (summary(2, "30.01"), r"declara \$30\.01 y sus filas suman \$30\.00"),
        (balances("100.00", "129.99"), r"declara \$29\.99 y sus filas suman \$30\.00"),
        (summary(2, "treinta"), "un total que no es un importe"),
        (summary(2, "Infinity"), "un total que no es un importe"),
    ],
)
def test_totals_are_of_the_summary_or_of_the_balances(loaded, tmp_path, head, why):
    known = numbers()
    rows = [entry("a", "10", known[0]), entry("b", "20", known[1])]
    path = statement(tmp_path / "a.xml", rows, head)
    if why:
        with pytest.raises(Refused, match=why):
            take(path)
        assert not Deposit.objects.exists()
    else:
        assert take(path).summary.applied.count == 2


def test_without_the_banks_reference_the_senders_with_day_and_amount_is_the_key(loaded, tmp_path):
    def sent(reference: str, amount: str, said: str) -> str:
        details = f"<Refs><EndToEndId>{reference}</EndToEndId></Refs><RmtInf><Ustrd>{said}</Ustrd>"
        return entry("", amount, details=f"<TxDtls>{details}</RmtInf></TxDtls>")

    known = numbers()
    rows = [
        sent("R1", "10", known[0]),
        sent("R1", "11", known[0]),
        sent("NOTPROVIDED", "12", known[0]),
        sent("NOTPROVIDED", "12", known[0]),
    ]
    said = take(statement(tmp_path / "a.xml", rows)).summary
    assert (said.taken.count, said.taken.amount) == (4, 45_00)
    again = take(statement(tmp_path / "b.xml", [*rows[:3], sent("R2", "10", known[0])])).summary
    assert (again.taken.count, again.repeated.count) == (1, 3)


BOMB = "<!DOCTYPE lolz [<!ENTITY a 'ja'>" + "".join(
    f"<!ENTITY {x} '{f'&{y};' * 10}'>" for x, y in zip("bcdefghij", "abcdefghi", strict=True)
)
HARM = {
    "billion laughs": (f"{BOMB}]>\n", "declara un tipo de documento o entidades"),
    "external": ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n', "o entidades"),
    "parameter": ('<!DOCTYPE d [<!ENTITY % x SYSTEM "http://a.invalid/x"> %x;]>\n', "o entidades"),
    "doctype": ('<!DOCTYPE d SYSTEM "d.dtd">\n', "o entidades"),
}


@pytest.mark.parametrize("name", HARM)
def test_what_could_do_harm_is_refused_and_read_no_further(tmp_path, name):
    before, why = HARM[name]
    path = statement(tmp_path / "a.xml", [entry("a", "10", "&j;")], before=before)
    tracemalloc.start()
    with pytest.raises(Refused, match=why) as refused:
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 5 << 20
    tracemalloc.stop()
    assert "No se tomó nada" in str(refused.value)


@pytest.mark.parametrize("extra", [0, 1])
def test_deep_nesting_and_long_texts_have_a_limit(tmp_path, extra):
    inside = DEPTH_MOST - 4 + extra  # below Document, BkToCstmrStmt, Stmt and Ntry
    deep = entry("a", "10", extra="<X>" * inside + "</X>" * inside)
    long = entry("a", "10", "y" * (TEXT_MOST + extra))
    for row, why in ((deep, "uno dentro de otro"), (long, "letras")):
        path = statement(tmp_path / "a.xml", [row])
        if extra:
            with pytest.raises(Refused, match=why):
                read(path)
        else:
            assert len(read(path)[0][0].payments) == 1


def test_a_file_cut_anywhere_is_refused(tmp_path):
    whole = statement(tmp_path / "a.xml", [entry("a", "10"), entry("b", "20")]).read_bytes()
    path = tmp_path / "cut.xml"
    for end in range(1, len(whole.rstrip()), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(Refused, match="termina antes de tiempo, en el renglón"):
            read(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>\n<b></c>",
            r"no es un XML bien escrito \(renglón 2, columna 6\)",
        ),
        ("<Document xmlns='urn:otra'/>", "pero no un estado de cuenta camt.053"),
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>",
            "no tiene ningún estado de cuenta",
        ),
    ],
)
def test_what_is_no_statement_is_refused(tmp_path, text, why):
    path = tmp_path / "a.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=why):
        read(path)


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(camt053, "AT_A_TIME", 500)

    def most_memory(count: int) -> int:
        path = statement(tmp_path / "a.xml", [entry(f"k{at}", "10", "x") for at in range(count)])
        tracemalloc.start()
        rows = sum(entries.rows for entries in Camt053(path, DAY))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert rows == count
        return most

    most_memory(100)
    assert most_memory(8_000) < most_memory(4_000) * 1.1
