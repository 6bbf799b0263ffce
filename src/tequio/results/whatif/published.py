"""From what is counted under two laws to what a report tells of it: small counts reserved, and what
would give them back. Page, charts and CSV read only what comes out of here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tequio.charts import PESOS
from tequio.engine.pairs import OFFER_TITLES
from tequio.results.published import Place, named
from tequio.results.records import Figure, Kind, hide_if
from tequio.results.suppression import LEAST, near, reserved, reserved_rows, small
from tequio.results.whatif.records import (
    DEFINED,
    REST,
    Flow,
    Move,
    Pair,
    Part,
    Report,
    Row,
    Sheet,
)
from tequio.results.whatif.tally import (
    CHANGES,
    GROUPS,
    MUNICIPALITY,
    SETTLING,
    SIDES,
    VERDICTS,
    Amount,
    Band,
    Comparison,
    Group,
    Year,
)

TOP = 15  # municipalities with a row of their own
SPARED = 10  # a column is told unless it costs the rows of one credit in so many
SHEETS = {
    "unit": "Tipo de crédito",
    "sex": "Sexo",
    "age": "Edad, en años",
    "wage": "Salario",
    MUNICIPALITY: "Municipio",
}
LABELS = {
    "credits": "créditos",
    "gains": "ganan",
    "loses": "pierden",
    "mixed": "ganan en una cosa y pierden en otra",
    "pays": "cambio mediano del primer pago",
    "total": "cambio mediano del total",
    "same": "siguen igual",
    "moved": "cambia su mejor mensualidad",
}
AMOUNT_LABELS = {
    "forgiven": "Descuento al firmar la mejor mensualidad",
    "deposit_forgiven": "Descuento al liquidar con un depósito",
    "deposit": "Depósitos de quienes pueden liquidar",
    "kept": "Valor de hoy de sus mensualidades, si no liquidan",
    "npv": "Valor de hoy de todo lo que recibe el Instituto por mensualidades",
}
CHANGE_LABELS = {"pays": "Cambio del primer pago", "total": "Cambio del total"}
WHEN = {"before": "antes", "after": "después", "change": "cambio"}


@dataclass(frozen=True, slots=True)
class Told:
    """Of the groups of one kind: which verdicts are told, and which rows are not."""

    verdicts: Collection[str]
    hidden: Collection[int] = ()  # rows
    sizes: Collection[int] = ()  # of them, those whose number of credits is reserved too


def published(comparison: Comparison, places: Mapping[str, Place]) -> Report:
    """Every figure of a report. `places` names municipalities; a missing one keeps its key."""
    whole = comparison.whole
    told = told_of_whole(whole)
    few = few_moved(whole, told)
    towns = comparison.groups(MUNICIPALITY)
    towns.sort(key=lambda one: (named(one.key, places), one.key))
    of_towns = told_of(towns, told)
    amounts = comparison.amounts.items()
    return Report(
        whole=told_row("", "", whole, Told(told), 0, few=few, moved=whole.moved),
        same=count("same", whole.same, whole, hidden=len(told) < len(VERDICTS)),
        moved=count("moved", whole.moved, whole, hidden=few),
        sheets=tuple(by_words(by, comparison.groups(by), told) for by in GROUPS),
        largest=largest(comparison, towns, of_towns, places),
        towns=by_town(towns, of_towns, places),
        amounts=tuple(pair(name, amount, whole, told) for name, amount in amounts),
        flows=() if few else tuple(flows(list(comparison.years()))),
        pays=() if few else tuple(spread("pays", comparison, whole.moved)),
        total=() if few else tuple(spread("total", comparison, whole.moved)),
        moves=() if few else tuple(moves(comparison.moves(), whole.moved)),
    )


def count(name: str, number: int, whole: Group, *, hidden: bool) -> Figure:
    """A part of all credits."""
    label = f"Todos los créditos: {LABELS[name]}"
    return hide_if(hidden, Figure(name, label, Kind.SHARE, number, whole.credits, DEFINED[name]))


# -- which verdicts, of which groups ----------------------------------------------------------


def told_of_whole(whole: Group) -> tuple[str, ...]:
    """The verdicts that are told of all credits: none is of few, nor what they leave."""
    told: tuple[str, ...] = ()
    for name in by_size([whole]):
        trial = (*told, name)
        numbers = [getattr(whole, one) for one in trial]
        if not any(small(n, whole.credits) for n in (*numbers, whole.credits - sum(numbers))):
            told = trial
    return told


def by_size(groups: Sequence[Group]) -> list[str]:
    """The verdicts, the most frequent first."""
    return sorted(VERDICTS, key=lambda name: -sum(getattr(one, name) for one in groups))


def told_of(groups: Sequence[Group], of_whole: Collection[str]) -> Told:
    """What is told of each group: a row whole or not at all, in all verdicts that are told here.
    The most frequent one is; another that would cost more rows than it is worth is not."""
    sizes = [one.credits for one in groups]
    few = reserved(sizes)
    told, hidden = (), few
    for name in (name for name in by_size(groups) if name in of_whole):
        trial = (*told, name)
        counts = [[getattr(one, verdict) for one in groups] for verdict in trial]
        left = [size - sum(parts) for size, *parts in zip(sizes, *counts, strict=True)]
        rows = reserved_rows([*counts, left], with_=few)
        if not told or SPARED * sum(sizes[at] for at in rows - hidden) <= sum(sizes):
            told, hidden = trial, rows
    return Told(told, hidden, few)


def few_moved(whole: Group, told: Collection[str]) -> bool:
    """Whether too few credits change their best offer, or all of those who gain or lose but few."""
    return small(whole.moved, whole.credits) or is_near(whole.moved, whole, told)


def is_near(number: int, whole: Group, told: Collection[str]) -> bool:
    """Whether a count, beside those that are told, would say how many are in one and not in the
    other."""
    known = [getattr(whole, name) for name in told]
    if len(told) == len(VERDICTS):
        known.append(whole.changed)
    return any(near(number, one) for one in known)


# -- groups -----------------------------------------------------------------------------------


def by_words(by: str, groups: Sequence[Group], of_whole: Collection[str]) -> Sheet:
    """Groups that have a name of their own."""
    told, words = told_of(groups, of_whole), list(GROUPS[by])
    return Sheet(
        SHEETS[by],
        tuple(
            told_row(f"{by}.{words.index(one.key)}", one.key, one, told, at)
            for at, one in enumerate(groups)
        ),
    )


def by_town(groups: Sequence[Group], told: Told, places: Mapping[str, Place]) -> Sheet:
    """Every municipality, by name."""
    return Sheet(
        SHEETS[MUNICIPALITY],
        tuple(
            told_row(f"town.{one.key}", named(one.key, places), one, told, at)
            for at, one in enumerate(groups)
        ),
    )


def largest(
    comparison: Comparison, groups: Sequence[Group], told: Told, places: Mapping[str, Place]
) -> Sheet:
    """Of the municipalities with most credits those whose row is told, and all others as one: what
    these add up to is known from the total, and says nothing of any of them."""
    order = sorted(range(len(groups)), key=lambda at: (-groups[at].credits, groups[at].key))
    chosen = [groups[at] for at in order[:TOP] if at not in told.hidden]
    rows = list(by_town(chosen, Told(told.verdicts), places).rows)
    if chosen and len(chosen) < len(groups):
        rest = comparison.together(without=[one.key for one in chosen])
        rows.append(told_row("town.others", REST, rest, Told(told.verdicts), 0))
    return Sheet(SHEETS[MUNICIPALITY], tuple(rows))


def told_row(
    end: str,
    name: str,
    one: Group,
    told: Told,
    at: int,
    *,
    few: bool = False,
    moved: int | None = None,
) -> Row:
    """The figures of a group. How many changes a median is taken of (`moved`) is told of all
    credits only: beside the verdicts it would say too much of a group."""
    who, dot = name or "Todos los créditos", "." if end else ""

    def figure(what: str, kind: Kind, number: int, of: int | None, *, hidden: bool) -> Figure:
        label = f"{who}: {LABELS[what]}"
        return hide_if(hidden, Figure(f"{what}{dot}{end}", label, kind, number, of, DEFINED[what]))

    def median(what: str) -> Figure:
        hidden = few or at in told.hidden or 0 < one.moved < LEAST
        of = moved if one.moved else 0
        return figure(what, Kind.MEDIAN, getattr(one, what) or 0, of, hidden=hidden)

    def verdict(what: str) -> Figure:
        hidden = at in told.hidden or what not in told.verdicts
        return figure(what, Kind.SHARE, getattr(one, what), one.credits, hidden=hidden)

    size = figure("credits", Kind.COUNT, one.credits, one.credits, hidden=at in told.sizes)
    return Row(who, size, *map(verdict, VERDICTS), *map(median, CHANGES))


# -- money ------------------------------------------------------------------------------------


def pair(name: str, amount: Amount, whole: Group, told: Collection[str]) -> Pair:
    """An amount before and after. Where few change it, the second and the difference say too much;
    where few more have it, or as many as gain or lose but few, so does how many. Of all credits,
    nothing is said of how many."""
    had, has, everybody = amount.credits_before, amount.credits_after, name == "npv"
    few = whole.credits < LEAST if everybody else small(had, whole.credits)
    few_then = few or (not everybody and small(has, whole.credits)) or 0 < amount.differ < LEAST
    untold = few_then or near(has, had) or is_near(abs(has - had), whole, told)
    of = (whole.credits, whole.credits) if everybody else (had, None if untold else has)
    label = AMOUNT_LABELS[name]

    def figure(when: str, number: int, denominator: int | None, *, hidden: bool) -> Figure:
        words, says = f"{label}: {WHEN[when]}", DEFINED[name]
        full = Figure(f"{name}.{when}", words, Kind.TOTAL, number, denominator, says)
        return hide_if(hidden, full)

    def having(when: str, number: int, *, hidden: bool) -> Figure:
        words, key = f"{label}: créditos, {WHEN[when]}", f"{name}.credits.{when}"
        says = DEFINED["able" if name in SETTLING else "with"]
        return hide_if(hidden, Figure(key, words, Kind.COUNT, number, whole.credits, says))

    counts = (having("before", had, hidden=few), having("after", has, hidden=untold))
    return Pair(
        label,
        figure("before", amount.before, of[0], hidden=few),
        figure("after", amount.after, of[1], hidden=few_then),
        figure("change", amount.after - amount.before, None, hidden=few_then),
        () if everybody else counts,
    )


def flows(years: Sequence[Year]) -> Iterator[Flow]:
    """Each year in which enough credits still pay; the last of these with all that follow."""
    many = [one for one in years if min(one.paying_before, one.paying_after) >= LEAST]
    for at, one in enumerate(many):
        last = at == len(many) - 1
        rest = years[len(many) :] if last else ()
        sums = [getattr(one, when) + sum(getattr(year, when) for year in rest) for when in SIDES]
        label = f"{one.year} y después" if any(year.before or year.after for year in rest) else ""
        yield Flow(
            label or str(one.year),
            *(
                Figure(
                    f"flow.{one.year}.{when}",
                    f"{label or one.year}: lo que recibe el Instituto, {WHEN[when]}",
                    Kind.TOTAL,
                    amount,
                    None,
                    DEFINED["flow"],
                )
                for when, amount in zip(SIDES, sums, strict=True)
            ),
        )


# -- how offers change ------------------------------------------------------------------------


def spread(what: str, comparison: Comparison, moved: int) -> Iterator[Part]:
    """The credits whose best offer changes, by how much."""
    bands = comparison.spread(what)
    hidden = reserved([one.credits for one in bands])
    for at, one in enumerate(bands):
        full = Figure(
            f"band.{what}.{at}",
            f"{CHANGE_LABELS[what]}: {band_words(one)}",
            Kind.COUNT,
            one.credits,
            moved,
            DEFINED[f"band_{what}"],
        )
        yield Part(band_words(one), hide_if(at in hidden, full))


def band_words(band: Band) -> str:
    """`Baja $100 a $200`: above the first, up to the second."""
    if band.way == 0:
        return "No cambia"
    low, way = PESOS.short(band.low), "Baja" if band.way < 0 else "Sube"
    if band.high is None:
        return f"{way} más de {low}" if band.low else way
    high = PESOS.short(band.high)
    return f"{way} {low} a {high}" if band.low else f"{way} hasta {high}"


def moves(found: Mapping[tuple[str, str], int], moved: int) -> Iterator[Move]:
    """The same credits by the solutions before and after."""
    hidden = reserved(list(found.values()))
    for at, ((before, after), number) in enumerate(found.items()):
        label = f"De {OFFER_TITLES[before]} a {OFFER_TITLES[after]}"
        name = f"move.{before}.{after}"
        full = Figure(name, label, Kind.COUNT, number, moved, DEFINED["move"])
        yield Move(before, after, hide_if(at in hidden, full))
