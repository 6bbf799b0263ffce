"""What a credit is after its payments, case by case, and what goes with a tape."""

import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from analytical import (
    JUNE,
    ONE,
    THREE,
    TWO,
    assumed_of,
    bring,
    counted,
    credit,
    each_month,
    entry,
    loan,
    months,
    pay,
    rejects,
    written,
)
from tequio.core.loan import facts
from tequio.engine import batch
from tequio.engine.errors import Refused
from tequio.engine.portfolio import open_portfolio
from tequio.servicing.tape import Files, import_tape, write_examples
from tequio.servicing.tape import staging as staged
from tequio.servicing.tape.fields import CREDITS, FILES, PAYMENTS, SUBACCOUNTS

CASES = tomllib.loads((Path(__file__).parent / "tape_cases.toml").read_text(encoding="utf-8"))


def rows_of(case: dict) -> list[dict[str, str]]:
    """A case's rows, each of a range written out."""
    rows = []
    for text in case["rows"]:
        span, tp, pe, pf, *marks = text.split()
        first, _, last = span.partition("..")
        start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last or first))
        flags = {name: str(int(name in marks)) for name in ("pro", "reest")}
        rows += [
            pay(f"{at // 12}-{at % 12 + 1:02}", pe, pf, tp, **flags, **case.get("with", {}))
            for at in range(start, end + 1)
        ]
    return rows


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_what_a_credit_is_after_its_payments(tmp_path: Path, case: dict) -> None:
    files = {}
    if "assumed" in case:
        lines = [f"{name} = {entry(repr(value))}" for name, value in case["assumed"].items()]
        files["assumed"] = assumed_of(tmp_path, "\n".join(["[parameters]", *lines]))
    rows = [row | {"mora": str(at)} for at, row in enumerate(rows_of(case))]
    lent = [credit(**case.get("credit", {}))]
    done = bring(tmp_path, rows, lent, case.get("as_of", JUNE), **files)
    assert rejects(done) == []
    found = loan(done)
    codes = {name: said.codes for name, (_, said) in facts().items() if said.codes}
    shown = {
        name: codes[name][found[name]] if name in codes else found[name] for name in case["is"]
    }
    assert shown == case["is"]
    missed = [f"{one['month']:%Y-%m} {one['cause']}" for one in months(done) if one["missed"]]
    if "missed" in case or not case["is"].get("months_missed"):
        assert missed == case.get("missed", [])
    assert found["months_missed"] == len(missed)


def test_every_file_of_a_tape_is_counted_and_the_portfolio_can_be_evaluated(tmp_path: Path) -> None:
    paths = write_examples(tmp_path / "tape")
    files = Files(paths[:1], *paths[1:])
    done = import_tape(files, tmp_path / "out.parquet", as_of=JUNE)
    assert rejects_of(done) == []
    assert [(one.kind, one.read, one.accepted) for one in done.files] == [
        ("credits", 5, 5),
        ("subaccounts", 5, 5),
        ("payments", 92, 92),
    ]
    about = open_portfolio(done.out).about
    assert (about.as_of, about.simulated) == (JUNE, False)
    assert about.origin.startswith("Cinta simulada de ejemplo")
    assert "lo que la cinta no dice es supuesto" in about.origin
    run = batch.run(done.out, date(2024, 6, 30), tmp_path / "evaluation")
    assert run.rows["loans"] == 5


def rejects_of(done: object) -> list[dict[str, str]]:
    """Each file counted, and what was rejected."""
    counted(done)
    return rejects(done)


def test_the_example_shows_what_a_tape_may_hold(tmp_path: Path) -> None:
    paths = write_examples(tmp_path)
    done = import_tape(Files(paths[:1], *paths[1:]), tmp_path / "out.parquet", as_of=JUNE)
    found = pl.read_parquet(done.out)
    assert found["months_missed"].to_list() == [0, 3, 0, 2, 0]
    assert found["regime"].to_list() == [0, 1, 2, 0, 1]
    assert found["indexed"].to_list() == [True, True, True, False, True]
    causes = pl.read_parquet(done.months).filter("missed").select("credit", "cause").rows()
    assert causes == [("1600000002", "borrower")] * 3 + [("1600000004", "employer")] * 2
    assert done.notes["Reversas que cancelaron un pago"] == 1


def test_examples_are_never_written_over(tmp_path: Path) -> None:
    write_examples(tmp_path)
    with pytest.raises(Refused, match=r"Ya existe .*pagos\.csv"):
        write_examples(tmp_path)


def test_the_example_has_every_declared_column(tmp_path: Path) -> None:
    for path, fields in zip(
        write_examples(tmp_path), (PAYMENTS, CREDITS, SUBACCOUNTS), strict=False
    ):
        assert path.read_text(encoding="utf-8-sig").splitlines()[0].split(",") == [*fields]


def test_every_column_is_in_the_guide(root: Path) -> None:
    guide = (root / "docs" / "import.md").read_text(encoding="utf-8")
    for fields in FILES.values():
        assert [name for name in fields if f"`{name}`" not in guide] == []


def test_however_the_payments_come_the_portfolio_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"16000000{at:02}" for at in range(1, 31)]
    lent = [credit(number) for number in numbers]
    rows = [row for number in numbers for row in each_month(["900", "1100"] * 4, cv_credito=number)]
    whole = bring(tmp_path, rows, lent)
    bytes_ = [whole.out.read_bytes(), whole.months.read_bytes()]
    halves = [written(tmp_path / f"{at}.csv", rows[at::2], PAYMENTS) for at in (0, 1)]
    pl.DataFrame(rows).write_parquet(tmp_path / "pagos.parquet")
    monkeypatch.setattr(staged, "ROWS", 40)  # several ranges of credits
    for payments in ([tmp_path / "pagos.csv"], halves, [tmp_path / "pagos.parquet"]):
        files = Files(payments, tmp_path / "creditos.csv")
        done = import_tape(files, tmp_path / "again.parquet", as_of=JUNE)
        counted(done)
        assert done.out.read_bytes() == bytes_[0]
        assert pl.read_parquet(done.months).equals(pl.read_parquet(whole.months))
        assert done.money == whole.money


def test_several_ranges_of_credits_are_worked_on_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "ROWS", 1)
    numbers = [f"16000000{at:02}" for at in range(1, 11)]
    lent = [credit(number) for number in numbers]
    rows = [pay("2015-06", "1000", cv_credito=number) for number in numbers[::3]]
    done = bring(tmp_path, rows, lent)
    assert pl.read_parquet(done.out)["credit"].to_list() == numbers[::3]
    assert done.files[0].by_reason == {"Sin filas de pagos": 6}
    counted(done)


def test_the_product_is_the_credit_type_of_the_sub_account(tmp_path: Path) -> None:
    rows = [pay("2015-06", "1000", cv_credito=number) for number in (ONE, TWO, THREE)]
    lent = [credit(number) for number in (ONE, TWO, THREE)]
    subs = [
        {"cv_credito": ONE, "balance": "100.00", "credit_type": "Cofinavit"},
        {"cv_credito": TWO, "balance": "", "credit_type": ""},
        {"cv_credito": "1600000009", "balance": "", "credit_type": ""},
        {"cv_credito": ONE, "balance": "1", "credit_type": "construyo"},
    ]
    path = written(tmp_path / "subcuentas.csv", subs, SUBACCOUNTS)
    done = bring(tmp_path, rows, lent, subaccounts=path)
    products = [loan(done, number)["product"] for number in (ONE, TWO, THREE)]
    assert products == [1, 0, 0]
    assert done.files[1].by_reason == {
        "El crédito no está entre los aceptados": 1,
        "Crédito repetido": 1,
    }
    counted(done)


def test_a_map_renames_somebody_s_own_headers(tmp_path: Path) -> None:
    theirs = {"CRED": ONE, "EDO": "", "PAGO": "", "FACT": "1000", "TP": "V"}
    row = pay("2015-06", "1000", "1000") | theirs
    names = [name for name in PAYMENTS if name not in {"cv_credito", "pe", "pf", "tp"}]
    rows = [{name: row[name] for name in (*names, *theirs)}]
    paid = written(tmp_path / "pagos.csv", rows, rows[0])
    lent = written(tmp_path / "creditos.csv", [credit()], CREDITS)
    entries = [f'{name} = {{ from = "{name}" }}' for name in names]
    entries += [
        'cv_credito = { from = "CRED" }',
        'pe = { from = "PAGO", codes = { "" = "0" } }',
        'pf = { from = "FACT" }',
        'tp = { from = "TP", codes = { N = "1", V = "2" } }',
    ]
    path = tmp_path / "map.toml"
    path.write_text("\n".join(['trial = "Prueba."', "[payments]", *entries]), encoding="utf-8")
    done = import_tape(Files([paid], lent, map=path), tmp_path / "out.parquet", as_of=JUNE)
    assert rejects_of(done) == []
    assert (loan(done)["months_missed"], loan(done)["regime"]) == (1, 1)
    assert open_portfolio(done.out).about.origin.startswith("Prueba. Hechos")
    path.write_text('[payments]\npe = { from = "X" }\n[pagos]\n', encoding="utf-8")
    with pytest.raises(Refused, match=r"«pagos»; faltan las columnas cv_credito"):
        import_tape(Files([paid], lent, map=path), tmp_path / "out.parquet", as_of=JUNE)


def test_headers_are_names_or_labels_and_strange_ones_are_refused(tmp_path: Path) -> None:
    labels = {name: said.label for name, (_, said) in PAYMENTS.items()}
    rows = [{labels[name]: value for name, value in pay("2015-06", "1000").items()}]
    paid = written(tmp_path / "pagos.csv", rows, rows[0])
    lent = written(tmp_path / "creditos.csv", [credit()], CREDITS)
    assert import_tape(Files([paid], lent), tmp_path / "o.parquet", as_of=JUNE).rejected == 0
    rows = [
        {"otra" if name == "pf" else name: value for name, value in pay("2015-06", "1").items()}
    ]
    paid = written(tmp_path / "pagos.csv", rows, rows[0])
    with pytest.raises(Refused, match=r"«otra» no existe; .*falta la columna pf.*--layout tape"):
        import_tape(Files([paid], lent), tmp_path / "o.parquet", as_of=JUNE)


@pytest.mark.parametrize("name", ["pagos.csv", "creditos.csv", "map.toml"])
def test_what_is_read_is_never_written_over(tmp_path: Path, name: str) -> None:
    paid = written(tmp_path / "pagos.csv", [pay("2015-06", "1")], PAYMENTS)
    lent = written(tmp_path / "creditos.csv", [credit()], CREDITS)
    files = Files([paid], lent, map=tmp_path / "map.toml")
    with pytest.raises(Refused, match="archivo de entrada"):
        import_tape(files, tmp_path / name, as_of=JUNE)


def test_a_tape_of_which_nothing_is_good_leaves_its_rejects_and_no_portfolio(
    tmp_path: Path,
) -> None:
    for rows, lent, why in [
        ([pay("2015-06", "x")], [credit()], "ninguna fila de pagos"),
        ([pay("2015-06", "1")], [credit(age="12")], "ninguna fila de pagos|ningún crédito"),
        ([pay("2015-06", "1", deuda="0")], [credit()], "ningún crédito"),
    ]:
        with pytest.raises(Refused, match=why):
            bring(tmp_path, rows, lent)
        assert not (tmp_path / "out.parquet").exists()
        assert not (tmp_path / "out.meses.parquet").exists()
        assert (tmp_path / "out.rechazos.csv").exists()
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
        (tmp_path / "out.rechazos.csv").unlink()


def test_progress_is_told_in_bytes_twice_over(tmp_path: Path) -> None:
    paid = written(tmp_path / "pagos.csv", [pay("2015-06", "1000")], PAYMENTS)
    lent = written(tmp_path / "creditos.csv", [credit()], CREDITS)
    size = paid.stat().st_size + lent.stat().st_size
    seen: list[tuple[int, int]] = []
    import_tape(
        Files([paid], lent),
        tmp_path / "out.parquet",
        as_of=JUNE,
        progress=lambda done, of: seen.append((done, of)),
    )
    first = lent.stat().st_size
    assert seen == [(first, 2 * size), (size, 2 * size), (2 * size, 2 * size)]
