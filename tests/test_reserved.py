"""Small counts stay reserved, whoever adds and subtracts what is published, knowing the rule."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from attacker import given_away, small_figures
from states import BCN, LA, RC, STATUS_QUO, credits_of, results_of
from tequio.results.suppression import LEAST, reserved, reserved_of_union, small

TOWNS = ["16053", "16102", "16058", "16001", "16002"]


@pytest.mark.parametrize(
    ("part", "whole", "is_small"),
    [
        (0, 50, False),
        (1, 50, True),
        (9, 50, True),
        (10, 50, False),
        (41, 50, True),
        (50, 50, False),
    ],
)
def test_a_count_is_small_on_either_side(part, whole, is_small):
    assert small(part, whole) is is_small


def test_one_small_cell_takes_another_with_it():
    assert reserved([100, 5, 40, 0]) == {1, 2}
    assert reserved([100, 40, 0]) == set()
    assert reserved([9, 8, 70]) == {0, 1, 2}  # 17 credits behind two cells: each could be guessed
    assert reserved([30, 20], [60, 22]) == {0, 1}  # what is left of the second is small
    assert reserved([9, 11, 11, 80]) == {0, 1, 2}  # one 11 alone would say that 11 was the least


def test_a_solution_is_not_what_the_others_leave_of_all_with_a_right():
    assert reserved_of_union([300, 200, 7], 490, 1000) == {2}  # the others hold all of them
    assert reserved_of_union([300, 200, 7], 507, 1000) == {1, 2}  # 507 - 500 = 7
    assert reserved_of_union([300, 40, 0], 305, 1000) == {0, 1}  # 5 have a right, but not to it
    assert reserved_of_union([300, 40, 0], 330, 1000) == set()


groups = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda two: (min(two), max(two))),
    min_size=2,
    max_size=8,
)


@given(groups)
@example([(5, 30), (12, 40), (0, 50)])
@example([(28, 30), (40, 40), (50, 50)])
def test_no_small_part_is_worked_out_from_the_sums(cells):
    """The attacker knows every sum, all that is shown, and the wholes that are published."""
    parts, wholes = [part for part, _ in cells], [whole for _, whole in cells]
    assume(not small(sum(parts), sum(wholes)))
    untold = reserved(wholes)
    hidden = reserved(parts, wholes, with_=untold)
    left = sum(parts[at] for at in hidden)
    vague = sum(wholes[at] for at in untold)
    for at in set(range(len(cells))) - untold:
        if small(parts[at], wholes[at]):
            assert at in hidden
            others = sum(wholes[o] for o in hidden - untold - {at}) + vague
            least, most = max(0, left - others), min(wholes[at], left)
            assert least < most, (least, most, parts[at])


@given(st.lists(st.integers(0, 80), min_size=1, max_size=12).filter(lambda n: sum(n) >= LEAST))
def test_of_a_public_sum_none_or_two_are_reserved(counts):
    hidden = reserved(counts)
    assert {at for at, n in enumerate(counts) if 0 < n < LEAST} <= hidden
    assert not hidden or sum(counts[at] > 0 for at in hidden) > 1


@pytest.mark.parametrize("cells", [2, 3])
def test_whoever_knows_the_rule_cannot_undo_it(cells):
    """Of all lists that look the same when published, no two agree on a small cell."""
    alike = defaultdict(list)
    for counts in product(range(28), repeat=cells):
        hidden = reserved(counts)
        told = tuple(None if at in hidden else n for at, n in enumerate(counts))
        alike[sum(counts), told].append(counts)
    for (total, told), lists in alike.items():
        if LEAST <= total < 28:  # beyond, some lists that look the same are not among these
            for at in (at for at, n in enumerate(told) if n is None):
                assert len({counts[at] for counts in lists}) > 1, (told, total, lists)


town = st.tuples(
    st.sampled_from(TOWNS),
    st.integers(1, 40),  # credits
    st.booleans(),  # overdue
    st.sampled_from([(), (RC,), (LA,), (RC, LA), (RC, BCN), (BCN,)]),
    st.sampled_from([(), (LA,), (RC,)]),  # doors that are shut
    st.sampled_from([None, 1_000_00, 1_900_00]),  # pays less
    st.integers(0, 2),  # what it is kept in, and how it is paid
)


def state_of(kinds: list[tuple]) -> list[dict]:
    return [
        one
        for key, n, late, solutions, closed, pays, kept in kinds
        for one in credits_of(
            n,
            municipality=key,
            overdue=late,
            solutions=solutions,
            closed=closed,
            forgiven={LA: 1_000_00} if late else {},
            best=RC if pays and RC in solutions else STATUS_QUO,
            best_pays=pays or 0,
            indexed=kept == 0,
            converted=kept == 1,
            regime=kept,
        )
    ]


ALONE = (False, (RC,), (), None, 0)  # the only solution of its municipality


@given(st.lists(town, min_size=1, max_size=12))
@example([(TOWNS[0], 5, *ALONE), (TOWNS[1], 30, *ALONE), (TOWNS[2], 60, *ALONE)])
@example([(TOWNS[0], 300, *ALONE), (TOWNS[1], 7, False, (BCN,), (), None, 0)])
def test_nothing_small_is_published_nor_given_back_by_any_sum_or_difference(kinds):
    credits_ = state_of([*kinds, (TOWNS[0], 50, False, (), (), None, 2)])
    results = results_of(credits_)
    assert small_figures(results) == []
    assert given_away(results, credits_) == []


def test_the_attacker_finds_what_is_told_too_freely(monkeypatch):
    credits_ = state_of([(TOWNS[0], 5, *ALONE), (TOWNS[1], 30, *ALONE), (TOWNS[2], 60, *ALONE)])
    plain = credits_of(50) + credits_of(50, municipality=TOWNS[1])
    results = results_of(credits_ + plain)
    assert given_away(results, credits_ + plain) == []
    monkeypatch.setattr("tequio.results.suppression.LEAST", 1)  # nothing is reserved
    told = given_away(results_of(credits_ + plain), credits_ + plain)
    assert ("eligible.town.16053", 5) in told
    assert ("pair.responsabilidad_compartida.town.16053", 5) in told


def test_no_row_leaves_some_of_its_credits_to_a_solution_that_is_reserved():
    kinds = [(30, (RC,)), (20, (LA,)), (7, (BCN,)), (50, ())]
    here = [one for n, names in kinds for one in credits_of(n, solutions=names)]
    there = credits_of(40, municipality=TOWNS[1], solutions=(RC, LA))
    results = results_of(here + there + credits_of(50, municipality=TOWNS[1]))
    assert [one.eligible.numerator for one in results.solutions[:3]] == [70, 60, None]
    assert [town.eligible.numerator for town in results.towns] == [57, 40]
    assert results.crossed == ()  # 30 and 20 beside 57 would tell of the 7
