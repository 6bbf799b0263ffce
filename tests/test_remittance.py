"""An employer's remittance: whose it is, what it is made into, and what the notice says."""

from datetime import date

import pytest

from deposits import WHO, numbers
from tequio.demo.bank_files import nss_of, write_remittance
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.web import start
from tequio.web.intake.remittance import Bimester

start()
from tequio.web.intake.counting import equation  # noqa: E402
from tequio.web.intake.taking import do_take_file  # noqa: E402
from tequio.web.records.models import Credit, Deposit, Person, Receipt, Role  # noqa: E402
from tequio.web.records.people import do_give_role, do_identify_person  # noqa: E402

HEADER = "clave,fecha,nrp,bimestre,nss,tipdesc,valor,sdi,dias,retenido,aportacion,credito"
DAY = date(2024, 9, 30)
HOW = Deposit.Matched
NSS = [nss_of(at) for at in range(9)]


def row(key: str, worker: str, days: int = 62, kept: str = "5015.00", **more: str) -> str:
    said = {"tipdesc": "2", "valor": "2500", "sdi": "", "credito": "", "aportacion": "1564.80"}
    said |= {"nrp": "A1234567890", "bimestre": "2024-4", "fecha": "2024-09-17", **more}
    said |= {"clave": key, "nss": worker, "dias": str(days), "retenido": kept}
    return ",".join(said[name] for name in HEADER.split(","))


def take(tmp_path, rows, *, name="r.csv", total=None, as_of=DAY):
    from decimal import Decimal

    cells = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in rows]
    sums = [total or str(sum(Decimal(c[n]) for c in cells)) for n in ("retenido", "aportacion")]
    last = f"TOTAL,{len(rows)},,,,,,,,{sums[0]},{sums[1]},"
    path = tmp_path / name
    path.write_text("\n".join([HEADER, *rows, last]) + "\n", encoding="utf-8")
    return do_take_file(path, WHO, as_of=as_of)


@pytest.fixture
def workers(loaded):
    """The debtors of the first credits, by NSS; the last two NSS are one person's with two credits,
    and nobody's."""
    for at, credit in enumerate(Credit.objects.order_by("pk")[:7]):
        debtor = Role.objects.get(credit=credit, kind="debtor").person
        do_identify_person(f"i{at}", debtor.pk, WHO, nss=NSS[at])
    both = Person.objects.create()
    do_identify_person("both", both.pk, WHO, nss=NSS[7])
    for credit in numbers()[7:9]:
        do_give_role(f"r{credit}", credit, both.pk, "debtor", date(2024, 7, 1), WHO)
    return numbers()


def test_two_instalments_at_the_ends_of_months_and_the_employers_part(workers, tmp_path):
    taken = take(tmp_path, [row("a", NSS[0], kept="5015.01")])
    said = taken.summary
    assert said.explained
    assert (said.taken.count, said.taken.amount, said.applied) == (3, 6579_81, said.taken)
    columns = ("credit__number", "day", "amount", "channel", "intent", "from_employer")
    assert list(Receipt.objects.order_by("pk").values_list(*columns)) == [
        (workers[0], date(2024, 7, 31), 2507_51, 1, 0, False),
        (workers[0], date(2024, 8, 31), 2507_50, 1, 0, False),
        (workers[0], date(2024, 8, 31), 1564_80, 1, 0, True),
    ]
    again = take(tmp_path, [row("a", NSS[0], kept="5015.01"), row("b", NSS[1])], name="s.csv")
    assert (again.summary.repeated.count, again.summary.taken.count) == (3, 3)
    assert equation().holds


def test_whose_it_is(workers, tmp_path):
    rows = [
        row("one", NSS[0]),
        row("named", NSS[7], credito=workers[8]),
        row("two", NSS[7]),
        row("wrong", NSS[7], credito=workers[0]),
        row("nobody", NSS[8]),
    ]
    take(tmp_path, rows)
    found = Deposit.objects.filter(key__endswith=":1").values_list("key", "matched")
    assert dict(found) == {
        "one:1": HOW.NSS,
        "named:1": HOW.NSS,
        "two:1": HOW.SEVERAL,
        "wrong:1": HOW.UNKNOWN,
        "nobody:1": HOW.UNKNOWN,
    }
    assert set(Receipt.objects.values_list("credit__number", flat=True)) == {workers[0], workers[8]}
    assert NSS[0] not in str(list(Deposit.objects.values_list()))
    assert equation().holds


ODD = [
    ({"worker": NSS[0][:-1] + str((int(NSS[0][-1]) + 1) % 10)}, "nss", "dígito verificador"),
    ({"days": 63}, "dias", "más días que los del bimestre"),
    ({"days": 62}, "", ""),
    ({"days": -1}, "dias", "negativo"),
    ({"days": 60, "bimestre": "2024-1"}, "", ""),
    ({"days": 61, "bimestre": "2024-1"}, "dias", "más días"),
    ({"bimestre": "2024-7"}, "bimestre", "No es un bimestre"),
    ({"days": 61, "bimestre": "2024-5"}, "bimestre", "No ha terminado"),
    ({"tipdesc": "4"}, "tipdesc", "lista"),
    ({"nrp": "x"}, "nrp", "registro patronal"),
    ({"kept": "0", "aportacion": "0"}, "retenido", "No trae dinero"),
    ({"kept": "0"}, "", ""),
    ({"kept": "-1"}, "retenido", "Es negativo"),
    ({"fecha": "2024-10-01"}, "fecha", "posterior a 2024-09-30"),
    ({"key": ""}, "clave", "Está vacía"),
]


@pytest.mark.parametrize(("changed", "field", "why"), ODD)
def test_a_row_that_cannot_be_is_set_aside(workers, tmp_path, changed, field, why):
    odd = row(**{"key": "odd", "worker": NSS[0], **changed})
    taken = take(tmp_path, [odd, row("good", NSS[1])])
    assert taken.summary.explained
    assert Deposit.objects.filter(key="good:1").exists()
    assert [one.field for one in taken.aside] == [field] * bool(field)
    assert all(why in one.why and one.line == 2 and one.mend for one in taken.aside)


# Vectors of the servicing reference, section 2.6; bimesters of as many days.
NOTICES = [
    ({"tipdesc": "3", "valor": "32.22", "bimestre": "2024-2"}, 61, "6511.20"),
    ({"tipdesc": "3", "valor": "32.22", "bimestre": "2024-2"}, 44, "4700.78"),
    ({"tipdesc": "2", "valor": "2500", "bimestre": "2024-2"}, 61, "5015.00"),
    ({"tipdesc": "1", "valor": "30", "sdi": "327.81", "bimestre": "2024-2"}, 44, "4342.09"),
]


@pytest.mark.parametrize(("said", "days", "amount"), NOTICES)
def test_what_the_notice_says_is_compared(workers, tmp_path, run, said, days, amount):
    assert len(take(tmp_path, [row("a", NSS[0], days, amount, **said)]).differences) == 0
    more = f"{amount[:-1]}{(int(amount[-1]) + 1) % 10}"
    taken = take(tmp_path, [row("b", NSS[0], days, more, **said)], name="s.csv")
    ((line, expected, received),) = taken.differences.iter_rows()
    assert (line, f"{expected // 100}.{expected % 100:02}") == (2, amount)
    assert received != expected
    code, out, _ = run("pay", str(tmp_path / "s.csv"))
    assert (code, "1 filas no traen lo que dice el aviso" in out) == (0, True)
    beside = (tmp_path / "s.csv.diferencias.csv").read_text(encoding="utf-8-sig")
    assert f"s.csv,2,{amount},{more}," in beside


def test_what_the_row_does_not_say_is_not_compared(workers, tmp_path):
    rows = [row("a", NSS[0], valor=""), row("b", NSS[1], tipdesc="1", valor="30")]
    assert len(take(tmp_path, rows).differences) == 0


def test_totals_are_those_of_both_columns(workers, tmp_path):
    with pytest.raises(Refused, match="declara"):
        take(tmp_path, [row("a", NSS[0])], total="1.00")


def test_bimesters_end_with_their_months():
    assert Bimester(2024, 1).ends == (date(2024, 1, 31), date(2024, 2, 29))
    assert [Bimester(2024, number).days for number in range(1, 7)] == [60, 61, 61, 62, 61, 61]
    assert [Bimester(year, 6).daily_unit() for year in (2021, 2022, 2023, 2024)] == [
        87_21,
        91_56,
        96_32,
        100_81,
    ]


def test_a_simulated_remittance_is_taken(loaded, tmp_path):
    rows = open_portfolio(tmp_path / "cartera.parquet").read()
    names = [nss_of(at) for at in range(len(rows))]
    for at, credit in enumerate(Credit.objects.order_by("pk")[:5]):
        debtor = Role.objects.get(credit=credit, kind="debtor").person
        do_identify_person(f"i{at}", debtor.pk, WHO, nss=names[at])
    path = tmp_path / "remesa.csv"
    wrong = write_remittance(rows, names, 2024, 4, path)
    first = path.read_bytes()
    write_remittance(rows, names, 2024, 4, path)
    assert path.read_bytes() == first
    said = do_take_file(path, WHO, as_of=DAY)
    assert said.summary.explained
    assert wrong == said.summary.aside.count == 3
    assert Receipt.objects.values("credit").distinct().count() == 5
    assert len(said.differences) == 0
    assert equation().holds
