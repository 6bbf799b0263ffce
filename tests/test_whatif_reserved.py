"""Small counts of a what-if stay reserved, whoever adds and subtracts what its report tells."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attacker import Adder
from tequio.results.records import Figure, Kind
from tequio.results.suppression import LEAST, near, reserved_rows
from tequio.results.whatif.records import Report
from tequio.results.whatif.tally import VERDICTS
from whatif_by_hand import groups_of
from whatif_runs import BCN, RC, credits_of, moved, report_of, settles, year

TOWNS = ["16053", "16102", "16058", "16001"]
PLAIN = credits_of(100)


def numerators(figures) -> list[int | None]:
    return [one.numerator for one in figures]


def told(report: Report) -> list[int | None]:
    """Gains, loses, mixed, same."""
    return numerators((*report.whole.figures[1:4], report.same))


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [(5, 5, False), (5, 6, True), (6, 5, True), (14, 5, True), (15, 5, False), (5, 15, False)],
)
def test_two_counts_are_near_on_either_side(one, other, is_near):
    assert near(one, other) is is_near


def test_a_row_is_told_whole_or_not_at_all():
    assert reserved_rows([[50, 40, 30], [20, 20, 20]]) == set()
    assert reserved_rows([[50, 40, 30], [20, 9, 20]]) == {1, 2}  # 9, and the least of the others
    assert reserved_rows([[50, 40, 30], [0, 0, 0]]) == set()
    assert reserved_rows([[50, 40, 30], [9, 9, 2]]) == {0, 1, 2}


@pytest.mark.parametrize(
    ("gains", "loses", "expected"),
    [
        (10, 10, [10, 10, 0, 80]),
        (9, 10, [None, 10, 0, None]),  # 9 gain: neither they nor who stays the same are told
        (10, 9, [10, None, 0, None]),
        (9, 9, [None, None, 0, None]),
        (90, 0, [90, 0, 0, 10]),
        (91, 0, [None, 0, 0, None]),  # 9 are left
        (0, 0, [0, 0, 0, 100]),
        (100, 0, [100, 0, 0, 0]),
    ],
)
def test_a_verdict_of_few_credits_is_not_told_on_either_side(gains, loses, expected):
    report = report_of(
        credits_of(gains, verdict="gains")
        + credits_of(loses, verdict="loses")
        + credits_of(100 - gains - loses)
    )
    assert told(report) == expected


def test_a_verdict_that_would_cost_most_rows_is_not_told_and_the_others_are():
    """55 lose, but in two groups of three they are few: who gains is told of all the same."""
    kinds = {"Menos de 30": (40, 3), "30 a 39": (60, 4), "40 a 49": (80, 48)}
    report = report_of(
        [
            one
            for age, (gains, loses) in kinds.items()
            for one in credits_of(gains, verdict="gains", age=age)
            + credits_of(loses, verdict="loses", age=age)
            + credits_of(100, age=age)
        ]
    )
    ages = report.sheets[2]
    assert [numerators(row.figures[1:4]) for row in ages.rows] == [
        [40, None, 0], [60, None, 0], [80, None, 0],
    ]  # fmt: skip
    assert told(report)[:2] == [180, 55]


@pytest.mark.parametrize(("count", "shown"), [(9, None), (10, 10), (0, 0)])
def test_offers_that_change_for_few_tell_nothing_of_themselves(count, shown):
    report = report_of(moved(count, -100_00, -1_000_00) + PLAIN, [year(2024, 5_00, 4_00, count)])
    assert report.moved.numerator == shown
    assert report.whole.pays.numerator == {9: None, 10: -100_00, 0: 0}[count]
    assert bool(report.flows and report.pays and report.moves) is (count == 10)
    assert report.amounts[-1].before.numerator == (100 + count) * 100_000_00


def test_what_few_credits_change_is_not_the_difference_of_two_sums():
    for few, hidden in ((9, True), (10, False)):
        gift = moved(few, -1_00, -1_00, forgiven_after=7_00, npv_after=99_000_00)
        had = credits_of(50, forgiven_before=5_00, forgiven_after=5_00)
        forgiven, *_, npv = report_of(gift + had + PLAIN).amounts
        for pair in (forgiven, npv):
            assert pair.before.numerator is not None
            assert (pair.after.numerator is None) is hidden
            assert (pair.change.numerator is None) is hidden
        assert (forgiven.credits[1].numerator is None) is hidden
        assert (forgiven.after.denominator is None) is hidden


def test_one_more_who_settles_is_not_the_difference_of_two_counts():
    """30 may settle and 29 no longer may: both sums are of many, but 31 - 30 says one."""
    credits_ = settles(30) + settles(29, before=20_000_00, after=0) + credits_of(100)
    _, discount, deposit, kept, _ = report_of(credits_).amounts
    for pair in (discount, deposit, kept):
        assert pair.after.numerator is not None
        assert pair.credits[0].numerator == 29
        assert pair.credits[1].numerator is None
        assert pair.after.denominator is None


def test_who_gains_and_who_may_settle_do_not_tell_who_gains_otherwise():
    """34 gain and 30 more may settle: 4 would gain in another way."""
    credits_ = settles(30) + credits_of(4, verdict="gains") + credits_of(100)
    report = report_of(credits_)
    assert report.whole.gains.numerator == 34
    assert report.amounts[1].credits[1].numerator is None
    many = report_of(settles(30) + credits_of(14, verdict="gains") + credits_of(100))
    assert many.amounts[1].credits[1].numerator == 30


def test_offers_that_change_are_not_told_beside_as_many_that_gain():
    """40 gain, and the best offer of 36 changes: 4 gain in another way."""
    few = report_of(moved(36, -1_00, -5_00) + credits_of(4, verdict="gains") + PLAIN)
    assert few.whole.gains.numerator == 40
    assert few.moved.numerator is None
    assert few.pays == few.flows == few.moves == ()
    many = report_of(moved(36, -1_00, -5_00) + credits_of(14, verdict="gains") + PLAIN)
    assert many.moved.numerator == 36


def test_a_median_of_few_is_reserved_and_of_nobody_does_not_apply():
    credits_ = (
        moved(30, -100_00, -1_000_00)
        + moved(9, -7_00, -7_00, age="60 o más")
        + credits_of(60, verdict="gains", age="60 o más")
        + credits_of(80, age="60 o más")
        + credits_of(80, age="30 a 39")
        + PLAIN
    )
    rows = {row.name: row for row in report_of(credits_).sheets[2].rows}
    assert rows["60 o más"].gains.numerator == 69
    assert rows["60 o más"].pays.value.word == "reservado"
    assert rows["40 a 49"].pays.value == -100_00
    assert rows["30 a 39"].pays.value.word == "no aplica"


def test_bands_and_moves_of_few_are_reserved_with_another():
    credits_ = (
        moved(40, -100_00, -1_000_00)
        + moved(30, 100_00, 1_000_00, best_after=BCN)
        + moved(5, 0, -1_000_00, best_before=BCN)
        + PLAIN
    )
    report = report_of(credits_)
    assert report.moved.numerator == 75
    assert sorted(numerators(one.credits for one in report.moves), key=str) == [40, None, None]
    shown = [one for one in numerators(part.credits for part in report.pays) if one]
    assert shown == [40]
    assert numerators(part.credits for part in report.total) != [45, 30]


def test_years_fold_on_either_side_of_few():
    spans = [year(2024, 10, 9, 20), year(2025, 8, 7, (10, 20)), year(2026, 6, 5, (9, 20))]
    report = report_of(moved(20, -1_00, -1_00) + PLAIN, spans)
    assert [one.label for one in report.flows] == ["2024", "2025 y después"]
    assert numerators(one.after for one in report.flows) == [9, 12]


kinds = st.tuples(
    st.sampled_from(TOWNS),
    st.sampled_from(["Menos de 30", "40 a 49", "60 o más"]),
    st.sampled_from(["same", *VERDICTS]),
    st.booleans(),  # its best offer changes
    st.integers(1, 60),  # credits
)


def state_of(some: list[tuple]) -> list[dict]:
    found = credits_of(60, municipality=TOWNS[0])
    for town, age, verdict, moves, count in some:
        facts = {"municipality": town, "age": age, "verdict": verdict}
        found += moved(count, -1_00, -5_00, **facts) if moves else credits_of(count, **facts)
    return found


@given(st.lists(kinds, min_size=1, max_size=12))
@example([(TOWNS[1], "40 a 49", "gains", False, 5), (TOWNS[2], "40 a 49", "gains", False, 30)])
@example([("16001", "60 o más", name, True, 12) for name in VERDICTS])
def test_nothing_small_is_told_nor_given_back_by_any_sum_or_difference(some):
    credits_ = state_of(some)
    report = report_of(credits_)
    assert list(small_figures(report)) == []
    assert given_away(report, credits_) == []


def test_the_attacker_finds_what_is_told_too_freely(monkeypatch):
    credits_ = state_of([(TOWNS[1], "60 o más", "gains", False, 5), *[
        (town, "40 a 49", "gains", False, 40) for town in TOWNS
    ]])  # fmt: skip
    assert given_away(report_of(credits_), credits_) == []
    for room in ("suppression", "whatif.published"):
        monkeypatch.setattr(f"tequio.results.{room}.LEAST", 1)  # nothing is reserved
    assert ("gains.age.4", 5) in given_away(report_of(credits_), credits_)


APART = ("band.", "forgiven.", "deposit", "kept.")  # of other sets than groups and verdicts


def small_figures(report: Report) -> Iterator[Figure]:
    """Counts, numerators or denominators, of few credits that are told as they are."""
    for _, one in report.every_figure():
        counted = (one.numerator,) if one.kind in (Kind.COUNT, Kind.SHARE) else ()
        if any(0 < (number or 0) < LEAST for number in (*counted, one.denominator)):
            yield one


def truth_of(credits_: list[dict]) -> dict[str, int]:
    """How many are behind each count, told or not."""
    found: dict[str, int] = defaultdict(int)
    for one in credits_:
        for key in groups_of(one):
            end = f".{key}" if key else ""
            found[f"credits{end}"] += 1
            found[f"{one['verdict']}{end}"] += 1
        if one["moved"]:
            found["moved"] += 1
            found[f"move.{one['best_before']}.{one['best_after']}"] += 1
    return found


def given_away(report: Report, credits_: list[dict]) -> list[tuple[str, int]]:
    """Counts of few credits that are known to the unit to whoever adds and subtracts."""
    attacker, real = Adder(most=len(credits_)), truth_of(credits_)
    for _, one in report.every_figure():
        counted = one.kind in (Kind.COUNT, Kind.SHARE) and not one.name.startswith(APART)
        if counted and one.numerator is not None:
            attacker.bounds[one.name] = [one.numerator] * 2
            if one.kind is Kind.SHARE and one.denominator is not None and "." in one.name:
                whole = f"credits.{one.name.partition('.')[2]}"
                attacker.bounds[whole] = [one.denominator] * 2
    sheets = [*report.sheets, report.towns]
    ends = [[row.credits.name.partition(".")[2] for row in sheet.rows] for sheet in sheets]
    for end in ("", *(f".{one}" for some in ends for one in some), ".town.others"):
        attacker.sums.append((f"credits{end}", [f"{name}{end}" for name in ("same", *VERDICTS)]))
    for what in ("credits", "same", *VERDICTS):
        attacker.sums += [(what, [f"{what}.{end}" for end in some]) for some in ends]
        named = {row.credits.name.partition(".")[2] for row in report.largest.rows}
        rest = [end for end in ends[-1] if end not in named]
        if "town.others" in named:
            attacker.sums.append((f"{what}.town.others", [f"{what}.{end}" for end in rest]))
    if report.moves:
        ways = [f"move.{one.before}.{one.after}" for one in report.moves]
        attacker.sums.append(("moved", ways))
    bounds = attacker.think()
    known = {name: real[name] for name in bounds if ".others" not in name}
    wrong = {name: n for name, n in known.items() if not bounds[name][0] <= n <= bounds[name][1]}
    assert not wrong, wrong
    return [(name, n) for name, n in known.items() if 0 < n < LEAST and len(set(bounds[name])) == 1]


def test_moves_by_hand_are_between_two_solutions():
    assert {one["best_before"] for one in moved(1)} == {RC}
