"""Money in = money out for any tape, and the months as a plain reference counts them."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tape_reference as reference
from analytical import ONE, THREE, TWO, bring, counted, credit, loan, money, months, pay, rejects
from tequio.engine.errors import Refused
from tequio.servicing.tape import TapeImported
from tequio.servicing.tape.money import Line, OutOfBalanceError, Till, check

EXAMPLES = settings().max_examples // 4  # each is a whole import
LAST = 2015 * 12 + 5  # June 2015
TYPES = {"1": "Nómina", "2": "Ventanilla", "3": "Otro pago", "0": "Reversa"}
PLACES = ("applied", "excess", "reversed", "rejected")


def rows_of(number: str, drawn: list[tuple[int, str, int, int, bool]]) -> list[dict[str, str]]:
    """Drawn payments as rows: the month counted back from the last; no two rows alike."""
    return [
        pay(
            f"{(LAST - back) // 12}-{(LAST - back) % 12 + 1:02}",
            f"{amount}",
            f"{billed}",
            tp,
            pro=str(int(prorroga)),
            cv_credito=number,
            mora=str(at),
        )
        for at, (back, tp, amount, billed, prorroga) in enumerate(drawn)
    ]


PAYMENT = st.tuples(
    st.integers(0, 13),
    st.sampled_from([*TYPES, "1", "2"]),
    st.sampled_from([0, 0, 400, 500, 1000, 1000, 1500, 2000]),
    st.sampled_from([0, 1000, 1000, 1000, 1200]),
    st.sampled_from([False] * 5 + [True]),
)
LIVES = st.lists(PAYMENT, min_size=1, max_size=24)
ENDS = (0, "2", 0, 1000, False)  # so that the tape reaches the cut
BILL = (14, "3", 0, 1000, False)  # so that a credit has a bill, whatever follows


def as_reference(drawn: list[tuple[int, str, int, int, bool]]) -> list[reference.Row]:
    """The same rows for the reference."""
    types = {tp: at for at, tp in enumerate(TYPES)}
    return [
        reference.Row(LAST - back, types[tp], amount * 100, billed * 100, prorroga)
        for back, tp, amount, billed, prorroga in drawn
    ]


@settings(max_examples=EXAMPLES)
@given(st.lists(LIVES, min_size=1, max_size=12))
def test_months_and_money_are_those_of_the_reference(
    tmp_path_factory: pytest.TempPathFactory, drawn: list
) -> None:
    lives = {f"16{at:08}": [BILL, *life, ENDS] for at, life in enumerate(drawn)}
    rows = [row for number, life in lives.items() for row in rows_of(number, life)]
    folder = tmp_path_factory.mktemp("tape")
    done = bring(folder, rows, [credit(number) for number in lives])
    counted(done)
    went: Counter = Counter()
    for number, life in lives.items():
        expected, places, in_a_row = reference.told(as_reference(life), LAST)
        for key, amount in places.items():
            went[key] = went.get(key, 0) + amount
        same_months(done, number, expected)
        row = loan(done, number)
        assert row["months_in_a_row"] == in_a_row
        assert row["months_missed"] == sum(one.missed for one in expected.values())
        assert row["months_paid"] == sum(one.due > 0 and not one.left for one in expected.values())
        assert row["prorroga_months_used"] == sum(one.prorroga for one in expected.values())
    balanced(done, [one for life in lives.values() for one in life], went)


def same_months(done: TapeImported, number: str, expected: dict) -> None:
    """The months that are kept are those of the reference."""
    found = months(done, number)
    assert [one["month"].year * 12 + one["month"].month - 1 for one in found] == sorted(expected)
    for one, (month, wanted) in zip(found, sorted(expected.items()), strict=True):
        falls = reference.falls(month, wanted)
        assert (one["billed"], one["paid"]) == (wanted.due, wanted.paid)
        assert one["covered"] == (wanted.due > 0 and not wanted.left)
        assert (one["missed"], one["due_on"]) == (wanted.missed, falls)
        cause = "employer" if wanted.payroll else "borrower"
        assert one["cause"] == (cause if wanted.missed else None)
        assert one["regime"] == ("EXT" if wanted.prorroga else "ROA" if wanted.payroll else "REA")


def balanced(done: TapeImported, drawn: list, went: Counter) -> None:
    """Each type and month: what came in, by the rows; where it went, by the reference."""
    came: Counter = Counter()
    for back, tp, amount, *_ in drawn:
        sign = -1 if tp == "0" else 1
        came[TYPES[tp], LAST - back] += sign * amount * 100
    for (label, month), amounts in money(done).items():
        at = int(month[:4]) * 12 + int(month[5:]) - 1
        type_ = list(TYPES.values()).index(label)
        assert amounts[0] == came.pop((label, at))
        assert amounts[1:] == tuple(went.get((place, type_, at), 0) for place in PLACES)
        assert amounts[0] == sum(amounts[1:])
    assert not came
    assert sum(line.reversed for line in done.money) == 0


WRONG = st.fixed_dictionaries(
    {},
    optional={
        "cv_credito": st.sampled_from([ONE, TWO, "1600000009", "1", "", "16000000O1"]),
        "year": st.sampled_from(["2009", "2015", "2016", "15", "", "20150"]),
        "month": st.sampled_from(["0", "6", "7", "13", "", "x"]),
        "pe": st.sampled_from(["", "-500", "0.001", "x", "1,000.50", "9999999999"]),
        "pf": st.sampled_from(["", "-1", "x"]),
        "tp": st.sampled_from(["", "0", "-1", "7", "uno"]),
        "pro": st.sampled_from(["", "2"]),
        "deuda": st.sampled_from(["", "-1", "100.5"]),
        "nu_ano_ejercicio": st.sampled_from(["", "2016", "2009"]),
    },
)


@settings(max_examples=EXAMPLES)
@given(st.lists(st.tuples(PAYMENT, WRONG, st.booleans()), min_size=1, max_size=30))
def test_money_balances_however_dirty_the_tape(
    tmp_path_factory: pytest.TempPathFactory, made: list
) -> None:
    rows = rows_of(ONE, [ENDS])
    for payment, changed, twice in made:
        (row,) = rows_of(ONE, [payment])
        rows += [row | changed] * (2 if twice else 1)
    good = rows_of(THREE, [ENDS])
    lent = [credit(number) for number in (ONE, TWO, THREE)]
    done = bring(tmp_path_factory.mktemp("tape"), rows + good, lent)
    counted(done)
    assert all(line.balances for line in done.money)
    assert sum(line.reversed for line in done.money) == 0
    assert done.files[1].read == len(rows) + 1
    legible = [row["pe"] for row in rows if row["pe"] not in {"", "0.001", "x"}]
    unread = sum(line.received for line in done.money if line.type != "Reversa")
    back = sum(line.received for line in done.money if line.type == "Reversa")
    total = sum(abs(int(float(one.replace(",", "")) * 100)) for one in legible)
    assert unread - back == total  # every centavo that can be read came in, once


@settings(max_examples=EXAMPLES)
@given(LIVES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, life: list, random: object
) -> None:
    rows = rows_of(ONE, [BILL, *life, ENDS])
    mixed = list(rows)
    random.shuffle(mixed)
    done = [bring(tmp_path_factory.mktemp("tape"), some) for some in (rows, mixed)]
    assert done[0].out.read_bytes() == done[1].out.read_bytes()
    assert done[0].months.read_bytes() == done[1].months.read_bytes()
    assert done[0].money == done[1].money


def test_money_that_is_lost_or_made_up_is_a_fault_of_the_program() -> None:
    sound = Line("Nómina", "2015-01", 500, 300, 100, 60, 40)
    taken = Line("Reversa", "2015-01", -60, 0, 0, -60, 0)
    check([sound, taken])
    with pytest.raises(OutOfBalanceError, match="what came in"):
        check([Line("Nómina", "2015-01", 501, 300, 100, 60, 40), taken])
    with pytest.raises(OutOfBalanceError, match="took back 60"):
        check([sound])


def test_a_till_with_nothing_has_no_lines() -> None:
    from tequio.servicing.tape.assumed import read_assumed

    assert Till().lines(read_assumed()) == []


def test_rejected_money_is_in_the_month_and_type_that_it_says(tmp_path: Path) -> None:
    rows = [
        *rows_of(ONE, [ENDS]),
        pay("2015-06", "100", tp="7"),
        pay("2015-07", "200"),
        pay("2015-06", "300", pf=""),
        pay("2015-06", "400") | {"month": ""},
        pay("2015-06", "", tp="1"),
        pay("2015-05", "50", tp="0"),
    ]
    done = bring(tmp_path, [*rows, *rows_of(TWO, [ENDS])], [credit(ONE), credit(TWO)])
    found = {key: amounts for key, amounts in money(done).items() if any(amounts)}
    assert found == {
        ("Ventanilla", "2015-06"): (30_000, 0, 0, 0, 30_000),
        ("Ventanilla", "2015-07"): (20_000, 0, 0, 0, 20_000),
        ("Ventanilla", ""): (40_000, 0, 0, 0, 40_000),
        ("Reversa", "2015-05"): (-5_000, 0, 0, 0, -5_000),
        ("Sin tipo", "2015-06"): (10_000, 0, 0, 0, 10_000),
    }
    assert [note for note in done.notes if "importe no se puede leer" in note]
    assert len(rejects(done)) == 7  # and the credit that they belong to


def test_a_tape_that_ends_too_soon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        Refused, match=r"terminan en 2015-04 .* pide hasta 2015-06. Use --as-of 2015"
    ):
        bring(tmp_path, [pay("2015-04", "1000")])
    assert not (tmp_path / "out.parquet").exists()
    assert not (tmp_path / "out.meses.parquet").exists()
    assert (tmp_path / "out.rechazos.csv").exists()
    done = bring(tmp_path, [pay("2015-04", "1000")], as_of=date(2015, 4, 30))
    assert loan(done)["months_paid"] == 1
