"""What the policy says to one person: the best offer and why, and what decided against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tequio.core.annuities import NEVER
from tequio.core.offer import Offer
from tequio.core.spelling import counted, pesos
from tequio.engine.choose import INCOMES, LIMITLESS, LOST_ON, Choice
from tequio.engine.pairs import NAMES, OFFER_TITLES, STATUS_QUO, Pairs
from tequio.engine.rulebook import Policy, Rulebook
from tequio.programmes import REGISTRY

FREEING = {one.name for one in REGISTRY if one.family in ("liberacion", "seguro")}
SPOKEN = OFFER_TITLES | {STATUS_QUO: "seguir como está"}  # inside a sentence
DECIDED = {  # of LOST_ON, against going on as it is
    "affordable": "Alcanza",
    "in_time": "Termina a tiempo",
    "total": "Cuesta menos",
}
INCOME_WORDS = {
    "wage": "su salario",
    "pension": "su pensión",
    "declared": "el ingreso que declaró",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """The best offer of one credit."""

    programme: str
    title: str
    open: bool
    opens_on: date | None  # today where it is open; None where it is not known
    why: Sequence[str]
    until_then: str  # of those open today, the best: where the best of all is not open
    bears: int | None  # centavos a month that the income bears; None without income
    income: str  # where that comes from, in Spanish
    affordable: bool
    fund_cost: int  # what the fund receives less than if nothing is signed, at its value today
    policy: Sequence[str]  # the rules that decide, in order
    doubts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One offer of the one credit, as the policy measures it."""

    title: str
    instalment: int
    months: int
    total: int
    conditions: int

    @classmethod
    def of(cls, pairs: Pairs) -> Ranked:
        """The only row of the pairs."""
        return cls(
            SPOKEN[pairs.programme],
            int(pairs.instalment[0]),
            int(pairs.projection.months[0]),
            int(pairs.projection.total[0]),
            int(pairs.conditions[0]),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """The choice for one credit, with the offers that it was made among."""

    choice: Choice
    now: Pairs
    pairs: Sequence[Pairs]  # each of one row: what the credit qualifies for
    months_left: int

    @property
    def best(self) -> Pairs:
        """The chosen one."""
        return self.of(NAMES[int(self.choice.best.place[0])])

    @property
    def best_open(self) -> Pairs:
        """The best of those that can be signed today."""
        return self.of(NAMES[int(self.choice.best_open.place[0])])

    def of(self, programme: str) -> Pairs:
        """The offer of that name."""
        return next(one for one in (self.now, *self.pairs) if one.programme == programme)

    @property
    def bears(self) -> int | None:
        """What the income bears, where there is one."""
        most = int(self.choice.measure.limits.most[0])
        return None if most == LIMITLESS else most

    def against(self, programme: str) -> str:
        """Why an offer is not the best; nothing to say of the best."""
        if programme == STATUS_QUO:
            return self.decided(self.now, int(self.choice.now_lost_on[0]))
        at = next(at for at, one in enumerate(self.pairs) if one.programme == programme)
        return self.decided(self.pairs[at], int(self.choice.lost_on[at][0]))

    def decided(self, pairs: Pairs, lost_on: int) -> str:
        """The criterion that decided, in words, with this person's figures."""
        criterion = LOST_ON[lost_on]
        if criterion == "best":
            return ""
        if criterion == "not_ranked":
            return self.another_class(pairs)
        mine, best = Ranked.of(pairs), Ranked.of(self.best)
        return f"No es lo mejor para usted: {self.because(criterion, mine, best)}"

    def another_class(self, pairs: Pairs) -> str:
        """What is not compared with a monthly payment."""
        if pairs.settles:
            pays = pesos(int(pairs.pays_after[0]), 2)
            return f"Es un solo depósito de {pays}, otra clase: no se compara con una mensualidad."
        return "Es un derecho que no compite con una mensualidad: se muestra aparte."

    def because(self, criterion: str, mine: Ranked, best: Ranked) -> str:
        """Against `mine`, in favour of `best`."""
        if criterion == "affordable":
            if best.instalment <= (self.bears or 0):
                return (
                    f"la mensualidad sería de {pesos(mine.instalment, 2)}, y su ingreso alcanza "
                    f"para {pesos(self.bears or 0, 2)}."
                )
            more = pesos(mine.instalment - best.instalment, 2)
            return f"la mensualidad sería {more} más alta que con {best.title}."
        if criterion == "in_time":
            late = counted(mine.months - self.months_left, "mes", "meses")
            return f"terminaría {late} después de su plazo; con {best.title}, no."
        if criterion == "total":
            more = pesos(mine.total - best.total, 2)
            return f"cuesta {more} más en total que {best.title}."
        if criterion == "conditions":
            return (
                f"da lo mismo que {best.title} con más condiciones: {mine.conditions}, en vez de "
                f"{best.conditions}."
            )
        return f"da lo mismo que {best.title}, que va antes en el orden de la política."


def advice(
    compared: Compared, offer: Offer, rules: Rulebook, as_of: date, opens_on: date | None
) -> Advice:
    """The best of the offers compared; `offer` is what it is made of."""
    best, choice = compared.best, compared.choice
    is_open = bool(best.open[0])
    return Advice(
        best.programme,
        OFFER_TITLES[best.programme],
        is_open,
        opens_on,
        why=reasons(compared, offer),
        until_then="" if is_open else SPOKEN[compared.best_open.programme],
        bears=compared.bears,
        income=INCOME_WORDS.get(INCOMES[int(choice.measure.limits.income[0])], ""),
        affordable=bool(choice.affordable[0]),
        fund_cost=int(compared.now.projection.npv[0]) - int(choice.best.npv[0]),
        policy=rules.policy_in_words(),
        doubts=rules.policy.doubts(Policy, as_of),
    )


def reasons(compared: Compared, offer: Offer) -> list[str]:
    """Why it is the best, and what a person must know of it all the same."""
    freeing = [OFFER_TITLES[one.programme] for one in compared.pairs if one.programme in FREEING]
    said = [f"Antes de elegir: tiene derecho a {one}, que libera lo que debe." for one in freeing]
    said.append(chosen_over_today(compared))
    best, bears = Ranked.of(compared.best), compared.bears
    if bears is None:
        said.append(
            "No hay salario, pensión ni ingreso declarado: díganos cuánto gana al mes y se "
            "compara con lo que alcanza."
        )
    elif best.instalment > bears:
        said.append(
            f"Ninguna opción cabe en lo que su ingreso alcanza ({pesos(bears, 2)}): esta es la "
            "más baja. Pida que un asesor revise su caso."
        )
    elif then := returns_to(offer, bears):
        said.append(then)
    return said


def chosen_over_today(compared: Compared) -> str:
    """What decided between the best offer and going on as it is."""
    decided = LOST_ON[int(compared.choice.now_lost_on[0])]
    now, best = Ranked.of(compared.now), Ranked.of(compared.best)
    if decided == "best":
        rivals = [LOST_ON[int(row[0])] for row in compared.choice.lost_on]
        if all(rival == "not_ranked" for rival in rivals):
            return "No hay una solución mensual a la que tenga derecho."
        return "Ninguna de las soluciones mensuales a las que tiene derecho mejora lo que ya tiene."
    if decided == "affordable":
        lower = f"Baja su mensualidad de {pesos(now.instalment, 2)} a {pesos(best.instalment, 2)}"
        fits = best.instalment <= (compared.bears or 0)
        return f"{lower}, y esa sí la alcanza su ingreso." if fits else f"{lower}."
    if decided == "in_time":
        late = counted(now.months - compared.months_left, "mes", "meses")
        return f"Termina dentro de su plazo; si sigue igual, {late} después."
    if decided == "total":
        return f"Paga {pesos(now.total - best.total, 2)} menos en total que si sigue igual."
    return "Da lo mismo que seguir igual, con menos condiciones."


def returns_to(offer: Offer, bears: int) -> str:
    """What follows a relief that ends, where the instalment is then too much again."""
    lasting = [stage.months for stage in offer.stages]
    months = int(lasting[0].values[0]) if lasting else 0
    instalment = int(offer.after.instalment.values[0])
    if not 0 < months < NEVER or instalment <= bears:
        return ""
    return (
        f"Dura {counted(months, 'mes', 'meses')}; después su mensualidad vuelve a "
        f"{pesos(instalment, 2)}, más de lo que su ingreso alcanza hoy ({pesos(bears, 2)})."
    )
