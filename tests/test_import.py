"""A tape becomes a portfolio: formats, encodings, exactness, and rows in = accepted + rejected."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapes import DAY, IN_UNITS, bring, csv_of, example, portfolio, rejects, text, xlsx_of
from tequio.core.columns import Code, Column, Count, Day, Flag, Money, Months, Rate, Share, Units
from tequio.core.loan import TEXTS, facts
from tequio.engine.errors import Refused
from tequio.engine.portfolio import GROUP, open_portfolio
from tequio.engine.tape import import_files, template
from tequio.engine.tape import lines as csv_lines
from tequio.engine.tape.figures import parsed, written
from tequio.engine.tape.mapping import OURS
from tequio.engine.tape.meanings import EXAMPLE, MEANINGS
from tequio.engine.tape.words import SPANISH, codes, plain

KINDS = (Money, Units, Rate, Share, Months, Count, Flag, Day)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_template_writes_is_imported_whole(tmp_path: Path, suffix: str) -> None:
    template(tmp_path / f"template{suffix}")
    done = bring(tmp_path / f"template{suffix}")
    assert (done.read, done.accepted, done.rejected) == (1, 1, 0)
    row = portfolio(done).row(0, named=True)
    assert row["credit"] == "1600000001"
    assert row["balance"] == 31_000_000
    assert row["rate"] == 105_000
    assert row["born_on"] == date(1985, 1, 1)
    assert row["pension"] is None
    assert not {"nss", "curp", "rfc", "clabe"} & row.keys()


def test_a_template_is_written_as_csv_or_xlsx_only(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.csv o \.xlsx"):
        template(tmp_path / "template.ods")


def test_the_same_template_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        template(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_every_column_has_a_meaning_an_example_and_spanish_names() -> None:
    assert list(MEANINGS) == list(EXAMPLE) == list(OURS)
    assert list(OURS) == [text.name for text in TEXTS] + list(facts())
    lists = {name: said.codes for name, (kind, said) in facts().items() if kind is Code}
    assert {name: len(words) for name, words in SPANISH.items()} == {
        name: len(words) for name, words in lists.items()
    }
    for name, words in lists.items():
        for at, word in enumerate(words):
            assert codes(name)[plain(word)] == codes(name)[plain(SPANISH[name][at])] == at


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_any_usual_csv_reads_the_same(
    tmp_path: Path, separator: str, encoding: str, ending: str
) -> None:
    rows = [example(1), example(2, employed="SÍ", balance="310,000.00")]
    path = tmp_path / "tape.csv"
    path.write_bytes(text(rows, separator).replace("\n", ending).encode(encoding))
    done = bring(path)
    assert rejects(done) == []
    assert portfolio(done)["employed"].to_list() == [True, True]


def test_a_file_may_mix_utf8_and_latin1_lines(tmp_path: Path) -> None:
    head, one, two = text([example(1), example(2)]).splitlines()
    path = tmp_path / "tape.csv"
    path.write_bytes(f"{head}\n{one}\n".encode() + two.encode("cp1252"))
    assert bring(path).accepted == 2


def test_empty_rows_are_no_credits(tmp_path: Path) -> None:
    lines = text([example(1), example(2, rate="x"), example(3)]).splitlines()
    lines[2:2] = ["", "," * (len(EXAMPLE) - 1), '"",""', "   "]
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(lines) + "\n\n\n", encoding="utf-8")
    done = bring(path)
    assert (done.read, done.accepted) == (3, 2)
    assert [one["fila"] for one in rejects(done)] == ["7"]


def test_headers_may_be_names_or_labels_in_any_case(tmp_path: Path) -> None:
    row = example()
    row = {("Saldo de Capital" if name == "balance" else name.upper()): row[name] for name in row}
    assert bring(csv_of(tmp_path, [row])).accepted == 1


def test_an_optional_column_may_be_absent(tmp_path: Path) -> None:
    row = {name: value for name, value in example().items() if name not in ("curp", "born_on")}
    done = bring(csv_of(tmp_path, [row]))
    assert portfolio(done)["born_on"].to_list() == [None]


def test_a_parquet_reads_as_the_template_does(tmp_path: Path) -> None:
    strings = pl.DataFrame([example(1), example(2)])
    typed = strings.with_columns(
        pl.col("balance").cast(pl.Float64),
        pl.col("instalment").cast(pl.Decimal(12, 2)),
        pl.col("months_left").cast(pl.Int32),
        pl.col("granted_on").str.to_date(),
        pl.col("born_on").str.to_datetime("%Y-%m-%d"),
        pl.col("rate").cast(pl.Float64) + 0.1 + 0.2 - 0.3,  # the noise of floats
        employed=pl.lit(value=True),
        pension=pl.lit(float("nan")),
    )
    tables = []
    for name, table in (("a", strings), ("b", typed)):
        table.write_parquet(tmp_path / f"{name}.parquet")
        done = bring(tmp_path / f"{name}.parquet")
        assert rejects(done) == []
        tables.append(portfolio(done))
    assert tables[0].equals(tables[1])


def test_a_parquet_counts_its_rows_from_one(tmp_path: Path) -> None:
    rows = [example(number) for number in range(1, 4)]
    rows[1]["rate"] = "alta"
    pl.DataFrame(rows).write_parquet(tmp_path / "tape.parquet")
    assert [one["fila"] for one in rejects(bring(tmp_path / "tape.parquet"))] == ["2"]


def test_a_sheet_gives_numbers_dates_and_its_own_row_numbers(tmp_path: Path) -> None:
    names = list(EXAMPLE)
    good, serial, bad = (
        list(example(number, months_missed="0", unpaid_interest="0").values())
        for number in (1, 2, 3)
    )
    at = names.index
    good[at("balance")], good[at("rate")] = 310000, 10.5
    serial[at("granted_on")] = (date(2016, 3, 15) - date(1899, 12, 30)).days
    serial[at("employed")] = True
    bad[at("rate")] = 0.105  # a cell shown as 10.5 %
    path = xlsx_of(tmp_path / "tape.xlsx", [[], names, good, [], serial, bad], top=2)
    done = bring(path)
    assert (done.read, done.accepted) == (3, 2)
    assert portfolio(done)["granted_on"].to_list() == [date(2016, 3, 15)] * 2
    (reject,) = rejects(done)
    assert (reject["fila"], reject["columna"], reject["valor"]) == ("8", "rate", "0.105")
    assert "fracción" in reject["por_que"]


def test_a_credit_in_units_keeps_units_only(tmp_path: Path) -> None:
    done = bring(csv_of(tmp_path, [example(1, **IN_UNITS)]))
    row = portfolio(done).row(0, named=True)
    assert (row["balance"], row["balance_units"]) == (0, 150_000_000)
    assert (row["instalment"], row["instalment_units"]) == (0, 1_200_000)


def test_however_the_rows_come_the_portfolio_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [example(number) for number in range(1, 401)]
    whole = bring(csv_of(tmp_path, rows)).out.read_bytes()
    monkeypatch.setattr(csv_lines, "BLOCK", 7_001)
    assert bring(csv_of(tmp_path, rows)).out.read_bytes() == whole
    halves = [csv_of(tmp_path, rows[:150], "a.csv"), csv_of(tmp_path, rows[150:], "b.csv")]
    assert bring(*halves).out.read_bytes() == whole
    pl.DataFrame(rows).write_parquet(tmp_path / "c.parquet")
    assert bring(tmp_path / "c.parquet").out.read_bytes() == whole


def test_a_large_portfolio_is_kept_in_even_groups(tmp_path: Path) -> None:
    personal = dict.fromkeys(("nss", "curp", "rfc", "clabe"), "")
    line = text([example(**personal)], header=False).partition(",")[2]
    path = tmp_path / "tape.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(EXAMPLE) + "\n")
        file.writelines(f"16{number:08},{line}" for number in range(GROUP + 10))
    done = bring(path)
    with pq.ParquetFile(done.out) as file:
        sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    assert sizes == [GROUP, 10]


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    paths = [csv_of(tmp_path, [example(1)], "a.csv"), csv_of(tmp_path, [example(2)], "b.csv")]
    told: list[tuple[int, int]] = []
    bring(*paths, progress=lambda done, of: told.append((done, of)))
    size = paths[0].stat().st_size
    assert told == [(size, 2 * size), (2 * size, 2 * size)]


def test_an_import_says_its_day_and_that_it_is_not_simulated(tmp_path: Path) -> None:
    about = open_portfolio(bring(csv_of(tmp_path, [example()])).out).about
    assert (about.as_of, about.simulated, about.origin) == (DAY, False, "")


def test_what_is_read_is_never_written_over(tmp_path: Path) -> None:
    path = csv_of(tmp_path, [example()])
    for options in ({"out": path}, {"out": tmp_path / "o", "rejects": path}):
        with pytest.raises(Refused, match="archivo de entrada"):
            import_files([path], as_of=DAY, **options)
    with pytest.raises(Refused, match="al menos un archivo"):
        import_files([], tmp_path / "o", as_of=DAY)
    assert path.read_text(encoding="utf-8") == text([example()])


def test_a_day_before_the_index_is_refused(tmp_path: Path) -> None:
    path = csv_of(tmp_path, [example()])
    with pytest.raises(Refused, match="1950"):
        import_files([path], tmp_path / "o", as_of=date(1950, 1, 1))


# Exactness


@given(st.data())
def test_every_value_is_read_as_it_is_written(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(facts())))
    kind, said = facts()[name]
    value = data.draw(st.integers(said.least, said.most))
    assert value_of(written(value, kind, name), kind, name) == value


@given(st.sampled_from([Money, Units, Rate]), st.integers(-(10**15), 10**15))
def test_a_number_may_be_dressed(kind: type[Column], value: int) -> None:
    plain = written(value, kind)
    whole, _, decimals = plain.lstrip("-").partition(".")
    sign = "-" if value < 0 else ""
    for grouped in (f"{int(whole):,}", f"{int(whole):,}".replace(",", " ")):
        for shown in (f"{sign}{grouped}.{decimals}", f"{sign}$ {grouped}.{decimals}00"):
            assert value_of(shown, kind) == value


@given(st.text(alphabet="0123456789.,-$ %eE+\u0661_", max_size=12))
def test_a_text_is_a_number_exactly_or_not_at_all(shown: str) -> None:
    value = value_of(shown.strip(), Money) if shown.strip() else None
    if value is not None:
        bare = "".join(one for one in shown if one not in "$,% ")
        assert Decimal(bare) * 100 == value


@given(st.dates(date(1900, 3, 1), date(2099, 12, 31)))
def test_a_day_may_be_written_in_four_ways(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    ways = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", str(serial)]
    ways.append(f"{day} 14:05:00")
    assert parsed(pl.Series(ways), Day, "granted_on").to_list() == [day] * len(ways)


def value_of(shown: str, kind: type[Column], name: str = "balance") -> int | None:
    """One value in our units."""
    found = parsed(pl.Series([shown]), kind, name)
    return found.cast(pl.Int32)[0] if kind is Day else found[0]


# Rows in = accepted + rejected


JUNK = st.sampled_from(
    [
        "",
        "x",
        "-1",
        "1e9",
        "31/02/2020",
        "10" * 15,
        "0.001",
        "1,5",
        "sí",
        "\x00",
        '"',
        "a,b",
        "=1+1",
    ]
)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 6), st.dictionaries(st.sampled_from(list(OURS)), JUNK, max_size=3)
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[int, dict[str, str]]], separator: str
) -> None:
    folder = tmp_path_factory.mktemp("tape")
    rows = [example(number, **changed) for number, changed in made]
    lines = [",".join(OURS).replace(",", separator)]
    lines += [separator.join(row[name] for name in OURS) for row in rows]  # nothing is quoted
    path = folder / "tape.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    good = csv_of(folder, [example(99)], "good.csv")
    done = bring(path, good)
    assert done.read == len(rows) + 1 == done.accepted + done.rejected
    assert sum(done.by_reason.values()) == done.rejected
    assert len(portfolio(done)) == done.accepted
    told = {(one["archivo"], one["fila"]) for one in rejects(done)}
    assert len(told) == done.rejected
    assert all(one["por_que"] and one["como_corregirlo"] for one in rejects(done))
    assert pa.schema(open_portfolio(done.out).read().schema).names[0] == "credit"
