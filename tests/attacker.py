"""Somebody who adds and subtracts all that is published of a state, to get at what is reserved."""

from collections import defaultdict
from dataclasses import dataclass, field

from added_by_hand import kept, tenth
from tequio.core.lists import REGIMES
from tequio.engine.pairs import STATUS_QUO
from tequio.programmes import REGISTRY
from tequio.results.records import Figure, Kind, Results
from tequio.results.suppression import LEAST

SOLUTIONS = [programme.name for programme in REGISTRY]


def sets_of(credits_: list[dict]) -> dict[str, set[int]]:
    """Who is behind each count that is published: the truth, added up by hand."""
    found: dict[str, set[int]] = defaultdict(set)
    for at, one in enumerate(credits_):
        town = f"town.{one['municipality']}"
        unit = f"unit.{kept(one)}"
        regime = f"regime.{one['regime']}"
        for name in ("credits", town, unit, regime):
            found[name].add(at)
        suits = one["best"] != STATUS_QUO
        flags = {"eligible": one["solutions"], "late": one["overdue"], "better": suits}
        for name in (name for name, is_so in flags.items() if is_so):
            for key in (name, f"{name}.{town}", f"{name}.{unit}", f"{name}.{regime}"):
                found[key].add(at)
        for name in one["solutions"]:
            is_open = name not in one["closed"]
            whose = {"pair": True, "pair_open": is_open, "receiving": one["forgiven"].get(name)}
            for what in (what for what, is_so in whose.items() if is_so):
                found[f"{what}.{name}"].add(at)
            if is_open:
                found["open"].add(at)
            found[f"pair.{name}.{town}"].add(at)
        if one["best"] != STATUS_QUO:
            found[f"band.{tenth(one)}"].add(at)
            found[f"best.{SOLUTIONS.index(one['best'])}"].add(at)
    return found


def shown(results: Results) -> dict[str, int]:
    """Every count that is published, by the name of its set; wholes of shares too."""
    found: dict[str, int] = {}
    for figure in results.every_figure():
        if figure.kind in (Kind.COUNT, Kind.SHARE) and figure.numerator is not None:
            found[figure.name] = figure.numerator
            if figure.kind is Kind.SHARE and figure.name.count(".") > 1:
                found[figure.name.split(".", 1)[1]] = figure.denominator or 0
    return found


@dataclass(kw_only=True)
class Adder:
    """What is known of each count: at least, and at most. A sum of counts is a count."""

    most: int
    bounds: dict[str, list[int]] = field(default_factory=dict)
    sums: list[tuple[str, list[str]]] = field(default_factory=list)

    def bound(self, name: str) -> list[int]:
        """What is known of a count, at first nothing."""
        return self.bounds.setdefault(name, [0, self.most])

    def think(self) -> dict[str, list[int]]:
        """Add and subtract until nothing more is learnt."""
        while sum(self.learnt(total, cells) for total, cells in self.sums):
            pass
        return self.bounds

    def learnt(self, total: str, cells: list[str]) -> bool:
        """One sum, every way round; whether it said something new."""
        whole, parts = self.bound(total), [self.bound(cell) for cell in cells]
        before = [*whole, *(end for part in parts for end in part)]
        low, high = (sum(part[end] for part in parts) for end in (0, 1))
        whole[:] = max(whole[0], low), min(whole[1], high)
        for part in parts:
            least, most = whole[0] - high + part[1], whole[1] - low + part[0]
            narrower = max(part[0], least), min(part[1], most)
            low, high = low + narrower[0] - part[0], high + narrower[1] - part[1]
            part[:] = narrower
        return before != [*whole, *(end for part in parts for end in part)]


@dataclass
class Attacker(Adder):
    """Whoever reads the page of a state."""

    results: Results

    def __post_init__(self) -> None:
        self.bounds |= {name: [n, n] for name, n in shown(self.results).items()}
        towns = [f"town.{town.key}" for town in self.results.towns]
        units, regimes = (
            [f"unit.{at}" for at in range(3)],
            [f"regime.{at}" for at in range(len(REGIMES))],
        )
        self.sums = [("credits", cells) for cells in (towns, units, regimes)]
        for what, groups in (("eligible", [towns]), ("late", [towns, units])):
            self.sums += [(what, [f"{what}.{one}" for one in cells]) for cells in groups]
        self.sums += [("better", [f"better.{one}" for one in cells]) for cells in (units, regimes)]
        self.sums += [("better", [f"band.{at}" for at in range(11)])]
        self.sums += [("better", [f"best.{at}" for at in range(len(SOLUTIONS))])]
        for group in ["credits", *towns]:
            end = "" if group == "credits" else f".{group}"
            self.covered(f"eligible{end}", [f"pair.{name}{end}" for name in SOLUTIONS])
            self.sums += [(group, [f"eligible{end}", f"rest of {group}, eligible{end}"])]
        self.covered("open", [f"pair_open.{name}" for name in SOLUTIONS])
        self.columns(towns)
        self.nested(towns, units, regimes)

    def covered(self, union: str, parts: list[str]) -> None:
        """Counts that overlap: each is in the union, and all of it is in them."""
        self.sums += [(f"more than {union}", parts), (f"more than {union}", [union, f"~{union}"])]
        self.sums += [(union, [part, f"rest of {union}, {part}"]) for part in parts]

    def columns(self, towns: list[str]) -> None:
        """A solution's credits are those of all municipalities; some of these are one row."""
        own = {
            cell.name.rsplit(".town.", 1)[1] for row in self.results.crossed for cell in row.cells
        }
        rest = [town for town in towns if town.removeprefix("town.") not in own]
        for name in SOLUTIONS:
            self.sums += [(f"pair.{name}", [f"pair.{name}.{town}" for town in towns])]
            if "others" in own:
                self.sums += [(f"pair.{name}.town.others", [f"pair.{name}.{one}" for one in rest])]

    def nested(self, towns: list[str], units: list[str], regimes: list[str]) -> None:
        """What is in something else, and the rest of that."""
        within = [("credits", "late"), ("eligible", "open"), ("eligible", "better")]
        within += [(one, f"late.{one}") for one in towns + units]
        within += [(one, f"better.{one}") for one in units + regimes]
        for what in ("pair_open", "receiving"):
            within += [(f"pair.{name}", f"{what}.{name}") for name in SOLUTIONS]
        self.sums += [(whole, [part, f"rest of {whole}, {part}"]) for whole, part in within]


def truth(name: str, sets: dict[str, set[int]]) -> int:
    """The count of a name: of a set, or of what is left of one."""
    if name.startswith("rest of "):
        whole, part = name.removeprefix("rest of ").split(", ")
        return len(sets[whole] - sets[part])
    return len(sets[name])


def given_away(results: Results, credits_: list[dict]) -> list[tuple[str, int]]:
    """Counts of few credits that the attacker knows to the unit."""
    sets = sets_of(credits_)
    bounds = Attacker(results, most=len(credits_) * len(SOLUTIONS)).think()
    people = [
        name
        for name in bounds
        if not name.startswith(("~", "more than ")) and ".others" not in name
    ]
    real = {name: truth(name, sets) for name in people}
    wrong = {name: n for name, n in real.items() if not bounds[name][0] <= n <= bounds[name][1]}
    assert not wrong, wrong
    return [(name, n) for name, n in real.items() if 0 < n < LEAST and len(set(bounds[name])) == 1]


def small_figures(results: Results) -> list[Figure]:
    """Counts, numerators or denominators, of few credits that are published as they are."""
    of_credits = {
        Kind.COUNT: ("numerator", "denominator"),
        Kind.SHARE: ("numerator", "denominator"),
        Kind.TOTAL: ("denominator",),
        Kind.MEAN: ("denominator",),
    }
    return [
        figure
        for figure in results.every_figure()
        if any(0 < (getattr(figure, end) or 0) < LEAST for end in of_credits.get(figure.kind, ()))
    ]
