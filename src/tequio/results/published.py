"""From the counts of a state to what is published of it: small ones reserved, all of them defined.

Charts, page and CSV read only what comes out of here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tequio.core.lists import REGIMES
from tequio.results.figures import BANDS, UNITS, Group, Pairs, State
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
from tequio.results.suppression import LEAST, reserved, small

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
    few = small(whole.lower, whole.credits)
    units, regimes = state.by_unit(), state.by_regime()
    late, late_balance = overdue("unit", UNITS, units)
    titles = [pair.programme.title for pair in pairs]
    regime_names = [REGIME_NAMES[regime] for regime in REGIMES]
    return Results(
        **headline(state, whole),
        solutions=tuple(solution(pair, whole.credits) for pair in pairs),
        bands=parts("band", band_names(), state.bands(), whole.lower, few),
        best=parts("best", titles, state.best(), whole.lower, few),
        lower_by_unit=shares("lower.unit", UNITS, units),
        lower_by_regime=shares("lower.regime", regime_names, regimes),
        late_by_unit=late,
        late_balance_by_unit=late_balance,
        towns=tuple(by_town(towns, whole.credits, places)),
        crossed=tuple(crossed(towns, pairs, whole.credits, places)),
    )


def headline(state: State, whole: Group) -> dict[str, Any]:
    """The figures of the whole state."""
    late, late_balance = overdue("", ["Cartera vencida"], [whole])
    of = whole.credits
    return {
        "credits": Figure("credits", "Créditos", Kind.COUNT, of, of, DEFINED["credits"]),
        "eligible": share("eligible", "Con derecho a alguna solución", whole.eligible, of),
        "open": share("open", "Con derecho a una abierta ese día", whole.open, of),
        "lower": share("lower", "Pueden pagar menos al mes", whole.lower, of),
        "late": late[0],
        "late_balance": late_balance[0],
        "median_saved": median(state, whole),
    }


def median(state: State, whole: Group) -> Figure | None:
    """What half of those who can pay less would save a month."""
    saved = state.median_saved()
    if saved is None:
        return None
    few, label = small(whole.lower, whole.credits), "Baja mediana del primer pago"
    full = Figure("lower.median", label, Kind.TOTAL, saved, whole.lower, DEFINED["saved"])
    return hide_if(few, full)


def share(name: str, label: str, part: int, whole: int) -> Figure:
    """A part of the credits, unless it or the rest is of too few."""
    return hide_if(small(part, whole), Figure(name, label, Kind.SHARE, part, whole, DEFINED[name]))


def solution(pairs: Pairs, credits_: int) -> Solution:
    """One programme. A total and two means would give back a count: all go with it."""
    name, title = pairs.programme.name, pairs.programme.title
    few = small(pairs.eligible, credits_)
    few_get = few or small(pairs.receiving, pairs.eligible)

    def figure(what: str, label: str, kind: Kind, number: int, of: int, hidden: bool) -> Figure:
        full = Figure(f"{what}.{name}", f"{title}: {label}", kind, number, of, DEFINED[what])
        return hide_if(hidden, full)

    has, gets, sum_ = pairs.eligible, pairs.receiving, pairs.forgiven
    few_open = few or small(pairs.open, has)
    few_win = few or small(pairs.rewarded, has)
    return Solution(
        title,
        figure("pair", "créditos con derecho", Kind.COUNT, has, credits_, few),
        figure("pair_open", "abierta ese día", Kind.COUNT, pairs.open, has, few_open),
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


def shares(what: str, names: Sequence[str], groups: Sequence[Group]) -> tuple[Figure, ...]:
    """Of each group, who can pay less."""
    counts, wholes = [one.lower for one in groups], [one.credits for one in groups]
    hidden = reserved(counts, wholes, with_=reserved(wholes))
    return tuple(
        hide_if(
            at in hidden,
            Figure(f"{what}.{at}", name, Kind.SHARE, part, whole, DEFINED["lower"]),
        )
        for at, (name, part, whole) in enumerate(zip(names, counts, wholes, strict=True))
    )


def overdue(
    what: str, names: Sequence[str], groups: Sequence[Group]
) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """Of each group, what is overdue: by credits, and by balance."""
    wholes, late = [one.credits for one in groups], [one.late for one in groups]
    hidden = reserved(late, wholes, with_=reserved(wholes))
    by_credits, by_balance = [], []
    for at, (name, one) in enumerate(zip(names, groups, strict=True)):
        end = f".{what}.{at}" if what else ""
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
    few = reserved(wholes)
    few_eligible = reserved(eligible, wholes, with_=few)
    late, late_balance = overdue("town", names, groups)
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
            hide_if(at in few_eligible, able),
            late[at],
            late_balance[at],
        )


def named(key: str, places: Mapping[str, Place]) -> str:
    """As people know it; its key where nobody says."""
    return places[key].name if key in places else key


def crossed(
    towns: Mapping[str, Group],
    pairs: Sequence[Pairs],
    credits_: int,
    places: Mapping[str, Place],
) -> Iterator[Crossed]:
    """The largest municipalities by solution. One with a small cell joins the row of all the
    others, so that no cell is reserved and none can be worked out from the figures beside it."""
    known = [at for at, pair in enumerate(pairs) if not small(pair.eligible, credits_)]
    largest = sorted(towns, key=lambda key: (-towns[key].credits, key))
    few = reserved([towns[key].credits for key in largest])
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
    """Whether every cell of a row may be published."""
    counts = (one.by_programme[at] for at in known)
    return one.credits >= LEAST and not any(small(count, one.credits) for count in counts)


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
    """The tenths of a saving."""
    return [f"{at * 10}–{at * 10 + 10} %" for at in range(BANDS)]
