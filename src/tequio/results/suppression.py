"""Small counts are not published, nor anything from which a difference would give them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

LEAST = 10  # a count below this could point at somebody
TOGETHER = 2 * LEAST  # credits behind reserved cells: fewer, and each could be guessed


def small(part: int, whole: int) -> bool:
    """Whether a count, or what is left of its whole, is of too few people. None is not few."""
    return 0 < part < LEAST or 0 < whole - part < LEAST


def reserved(
    parts: Sequence[int], wholes: Sequence[int] | None = None, *, with_: Collection[int] = ()
) -> frozenset[int]:
    """Which places of a list whose sum is public must not be published.

    `parts` are counts; where each is a part of a whole of its own that is public too (as are the
    sums of both), `wholes` has it, and what is left counts as published. `with_` are places
    reserved for another reason. All that are reserved look alike, so that none says "small"; equal
    counts go together, for which of them stays would say that the other was not the least.
    """
    counts: list[Sequence[int]] = [parts]
    if wholes is not None:
        counts.append([whole - part for part, whole in zip(parts, wholes, strict=True)])
    return reserved_rows(counts, with_=with_)


def reserved_rows(
    counts: Sequence[Sequence[int]], *, with_: Collection[int] = ()
) -> frozenset[int]:
    """The same where a place has several counts, all public with their sums: it is told whole or
    not at all, so that no sum along a row or a column closes in on one of them."""
    few = {at for count in counts for at, n in enumerate(count) if 0 < n < LEAST}
    hidden, first = few | set(with_), counts[0]
    while any(guessed(count, hidden) for count in counts) and len(hidden) < len(first):
        shown = [at for at in range(len(first)) if at not in hidden]
        least = min((first[at] == 0, first[at]) for at in shown)
        hidden |= {at for at in shown if first[at] == least[1]}
    return frozenset(hidden)


def near(one: int, other: int) -> bool:
    """Whether two public counts differ by too few people: what one has and the other lacks."""
    return 0 < abs(one - other) < LEAST


def reserved_of_union(parts: Sequence[int], union: int, whole: int) -> frozenset[int]:
    """The same where parts overlap: the public union less what is shown is a floor of the rest.

    What the union has beyond one part is published as well, by subtraction.
    """
    few = {at for at, n in enumerate(parts) if small(n, whole) or small(n, union)}
    hidden = few
    while hidden and exceeds(union, parts, hidden) and guessed(parts, hidden):
        shown = [n for at, n in enumerate(parts) if at not in hidden and n]
        if not shown:
            break
        hidden = hidden | {at for at, n in enumerate(parts) if n == min(shown)}
    return frozenset(hidden)


def exceeds(union: int, parts: Sequence[int], hidden: Collection[int]) -> bool:
    """Whether a union has more than the shown parts can hold, so that hidden ones have it."""
    return union > sum(n for at, n in enumerate(parts) if at not in hidden)


def guessed(counts: Sequence[int], hidden: Collection[int]) -> bool:
    """Whether the public sum less what is shown says too much of what is reserved."""
    behind = [counts[at] for at in hidden if counts[at]]
    return bool(behind) and (len(behind) < 2 or sum(behind) < TOGETHER)
