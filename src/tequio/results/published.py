"""From the counts of a state to what is published of it: small ones reserved, all of them defined.

Charts, page and CSV read only what comes out of here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tequio.core.lists import REGIMES
from tequio.engine.whatif import UNITS
from tequio.results.figures import BANDS, Group, Pairs, State
from tequio.results.records import (
    DEFINED,
    Crossed,
    Figure,
    Kind,
    Results,
    Solution,
    Town,
    hide_if,
)
from tequio.results.suppression import LEAST, exceeds, reserved, reserved_of_union, small

REGIME_NAMES = {"ROA": "Descuento por nómina", "REA": "Pago directo", "EXT": "En prórroga"}
TOP = 15  # municipalities with a row of their own in the table by solution


class Place(NamedTuple):
    """A municipality: its name and its seat, in degrees."""

    name: str
    lat: float
    lon: float


def published(state: State, places: Mapping[str, Place]) -> Results:
    """Every figure of a state. `places` names municipalities; one that is missing keeps its key."""
    whole, pairs, towns = state.whole, state.pairs(), state.grouped("municipality")
    few = small(whole.better, whole.credits) or small(whole.better, whole.eligible)
    untold = reserved_of_union([one.eligible for one in pairs], whole.eligible, whole.credits)
    known = [at for at in range(len(pairs)) if at not in untold]
    units, regimes = state.by_unit(), state.by_regime()
    late, late_balance = overdue([f".unit.{at}" for at in range(len(UNITS))], UNITS, units)
    titles = [pair.programme.title for pair in pairs]
    regime_names = [REGIME_NAMES[regime] for regime in REGIMES]
    return Results(
        **headline(state, whole, few, few_open(whole, pairs, untold)),
        solutions=tuple(solution(one, whole.credits, at in untold) for at, one in enumerate(pairs)),
        bands=parts("band", band_names(), state.bands(), whole.better, few),
        best=parts("best", titles, state.best(), whole.better, few),
        better_by_unit=shares("better.unit", UNITS, units, few),
        better_by_regime=shares("better.regime", regime_names, regimes, few),
        late_by_unit=late,
        late_balance_by_unit=late_balance,
        towns=tuple(by_town(towns, whole.credits, places)),
        crossed=tuple(crossed(towns, pairs, known, places)),
    )


def headline(state: State, whole: Group, few: bool, few_go: bool) -> dict[str, Any]:
    """The figures of the whole state. Those whom a solution suits better are reserved where they
    are `few`, and those that find a door open where these are."""
    late, late_balance = overdue([""], ["Cartera vencida"], [whole])
    of = whole.credits
    return {
        "credits": Figure("credits", "Créditos", Kind.COUNT, of, of, DEFINED["credits"]),
        "eligible": share(
            "eligible",
            "Con derecho a alguna solución",
            whole.eligible,
            of,
            small(whole.eligible, of),
        ),
        "open": share("open", "Con derecho a una abierta ese día", whole.open, of, few_go),
        "better": share("better", "Les conviene una solución", whole.better, of, few),
        "late": late[0],
        "late_balance": late_balance[0],
        "median_saved": median(state, whole, few),
    }


def few_open(whole: Group, pairs: Sequence[Pairs], untold: Collection[int]) -> bool:
    """Whether the credits that find a door open are few, or those that find none, or those that
    find it in all solutions but one, or in one that is reserved."""
    opened = [one.open for one in pairs]
    few = {at for at, one in enumerate(pairs) if at in untold or small(one.open, one.eligible)}
    if exceeds(whole.open, opened, few) or any(small(n, whole.open) for n in opened):
        return True
    return small(whole.open, whole.credits) or small(whole.open, whole.eligible)


def median(state: State, whole: Group, few: bool) -> Figure | None:
    """What half of those whom a solution suits better would save a month."""
    saved = state.median_saved()
    if saved is None:
        return None
    label = "Baja mediana del primer pago"
    full = Figure("better.median", label, Kind.MEDIAN, saved, whole.better, DEFINED["saved"])
    return hide_if(few, full)


def share(name: str, label: str, part: int, whole: int, few: bool) -> Figure:
    """A part of the credits."""
    return hide_if(few, Figure(name, label, Kind.SHARE, part, whole, DEFINED[name]))


def solution(pairs: Pairs, credits_: int, few: bool) -> Solution:
    """One programme. A total and two means would give back a count: all go with it."""
    name, title = pairs.programme.name, pairs.programme.title
    few_get = few or small(pairs.receiving, pairs.eligible)

    def figure(what: str, label: str, kind: Kind, number: int, of: int, hidden: bool) -> Figure:
        full = Figure(f"{what}.{name}", f"{title}: {label}", kind, number, of, DEFINED[what])
        return hide_if(hidden, full)

    has, gets, sum_ = pairs.eligible, pairs.receiving, pairs.forgiven
    few_go = few or small(pairs.open, has)
    few_win = few or small(pairs.rewarded, has)
    return Solution(
        title,
        figure("pair", "créditos con derecho", Kind.COUNT, has, credits_, few),
        figure("pair_open", "abierta ese día", Kind.COUNT, pairs.open, has, few_go),
        figure("receiving", "créditos con descuento", Kind.COUNT, gets, has, few_get),
        figure("forgiven", "descuento en total", Kind.TOTAL, sum_, gets, few_get),
        figure(
            "mean_receiving", "promedio entre quienes lo reciben", Kind.MEAN, sum_, gets, few_get
        ),
        figure("mean_eligible", "promedio entre todos con derecho", Kind.MEAN, sum_, has, few_get),
        figure(
            "mean_reward",
            "beneficio promedio al cumplir",
            Kind.MEAN,
            pairs.reward,
            pairs.rewarded,
            few_win,
        ),
    )


def parts(
    what: str, names: Sequence[str], counts: Sequence[int], whole: int, few: bool
) -> tuple[Figure, ...]:
    """Counts that add up to a whole; where that one is of `few`, none is published."""
    hidden = range(len(counts)) if few else reserved(counts)
    return tuple(
        hide_if(at in hidden, Figure(f"{what}.{at}", name, Kind.COUNT, n, whole, DEFINED[what]))
        for at, (name, n) in enumerate(zip(names, counts, strict=True))
    )


def shares(
    what: str, names: Sequence[str], groups: Sequence[Group], few: bool
) -> tuple[Figure, ...]:
    """Of each group, who can pay less; none of them where all who can are reserved."""
    counts, wholes = [one.better for one in groups], [one.credits for one in groups]
    hidden = range(len(groups)) if few else few_of(groups, counts)
    return tuple(
        hide_if(
            at in hidden,
            Figure(f"{what}.{at}", name, Kind.SHARE, part, whole, DEFINED["better_of_group"]),
        )
        for at, (name, part, whole) in enumerate(zip(names, counts, wholes, strict=True))
    )


def overdue(
    ends: Sequence[str], names: Sequence[str], groups: Sequence[Group]
) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """Of each group, what is overdue: by credits, and by balance. `ends` tell their keys apart."""
    hidden = few_of(groups, [one.late for one in groups])
    by_credits, by_balance = [], []
    for at, (end, name, one) in enumerate(zip(ends, names, groups, strict=True)):
        accounts = Figure(
            f"late{end}",
            f"{name}: por créditos",
            Kind.SHARE,
            one.late,
            one.credits,
            DEFINED["late"],
        )
        balance = Figure(
            f"late_balance{end}",
            f"{name}: por saldo",
            Kind.BALANCE_SHARE,
            one.late_balance,
            one.balance,
            DEFINED["late_balance"],
        )
        by_credits.append(hide_if(at in hidden, accounts))
        by_balance.append(hide_if(at in hidden, balance))
    return tuple(by_credits), tuple(by_balance)


def by_town(
    towns: Mapping[str, Group], credits_: int, places: Mapping[str, Place]
) -> Iterator[Town]:
    """Every municipality, by name."""
    keys = sorted(towns, key=lambda key: (named(key, places), key))
    groups = [towns[key] for key in keys]
    names = [named(key, places) for key in keys]
    wholes, eligible = [one.credits for one in groups], [one.eligible for one in groups]
    few, few_able = reserved(wholes), few_of(groups, eligible)
    late, late_balance = overdue([f".town.{key}" for key in keys], names, groups)
    for at, (key, name) in enumerate(zip(keys, names, strict=True)):
        total = Figure(
            f"town.{key}", f"{name}: créditos", Kind.COUNT, wholes[at], credits_, DEFINED["town"]
        )
        able = Figure(
            f"eligible.town.{key}",
            f"{name}: con derecho a alguna solución",
            Kind.COUNT,
            eligible[at],
            wholes[at],
            DEFINED["town_eligible"],
        )
        yield Town(
            key,
            name,
            hide_if(at in few, total),
            hide_if(at in few_able, able),
            late[at],
            late_balance[at],
        )


def few_of(groups: Sequence[Group], parts_: Sequence[int]) -> frozenset[int]:
    """Of which groups that part of their credits is not told."""
    wholes = [one.credits for one in groups]
    return reserved(parts_, wholes, with_=reserved(wholes))


def named(key: str, places: Mapping[str, Place]) -> str:
    """As people know it; its key where nobody says."""
    return places[key].name if key in places else key


def crossed(
    towns: Mapping[str, Group],
    pairs: Sequence[Pairs],
    known: Collection[int],
    places: Mapping[str, Place],
) -> Iterator[Crossed]:
    """The largest municipalities by the solutions that are `known`. One with a small cell, or with
    a figure reserved elsewhere, joins the row of all the others: no cell of these rows is reserved,
    none can be worked out from the figures beside it, and none says what is reserved there."""
    largest = sorted(towns, key=lambda key: (-towns[key].credits, key))
    groups = [towns[key] for key in largest]
    few = few_of(groups, [one.eligible for one in groups])
    sized = [key for at, key in enumerate(largest[:TOP]) if at not in few]
    chosen = [key for key in sized if speaks(towns[key], known)]
    others = [key for key in largest if key not in chosen]
    while chosen and others and not speaks(together(towns, others), known):
        others.append(chosen.pop())
    rows = [(key, named(key, places), towns[key]) for key in chosen]
    if chosen and others:
        rows.append(("others", "Los demás municipios", together(towns, others)))
    for key, name, one in rows:
        yield Crossed(name, tuple(cells(key, name, one, pairs, known)))


def speaks(one: Group, known: Collection[int]) -> bool:
    """Whether every cell of a row may be published: none is of few, nor all but it of those with a
    right, nor do the cells leave some of these to a solution that is reserved."""
    counts = [one.by_programme[at] for at in known]
    few = any(small(count, all_) for count in counts for all_ in (one.credits, one.eligible))
    return one.credits >= LEAST and not few and not exceeds(one.eligible, counts, ())


def together(towns: Mapping[str, Group], keys: Sequence[str]) -> Group:
    """Several municipalities as one."""
    first, *rest = (towns[key] for key in keys)
    for one in rest:
        first = first + one
    return first


def cells(
    key: str, name: str, one: Group, pairs: Sequence[Pairs], known: Collection[int]
) -> Iterator[Figure]:
    """One row's figures."""
    for at in known:
        programme = pairs[at].programme
        yield Figure(
            f"pair.{programme.name}.town.{key}",
            f"{name}: {programme.title}",
            Kind.COUNT,
            one.by_programme[at],
            one.credits,
            DEFINED["crossed"],
        )


def band_names() -> list[str]:
    """No saving, and its tenths."""
    return ["No baja", *(f"{at * 10}–{at * 10 + 10} %" for at in range(BANDS - 1))]
