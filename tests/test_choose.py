"""The best offer of each credit: every criterion, both sides of it, and what is told."""

import tomllib
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.core.lists import CRITERIA
from tequio.demo.state import tables
from tequio.engine.choose import LOST_ON, choose
from tequio.engine.evaluate import evaluate
from tequio.engine.explain import explain
from tequio.engine.pairs import NAMES, STATUS_QUO, Pairs
from tequio.engine.portfolio import loan_of
from tequio.engine.projection import Projection
from tequio.engine.rulebook import policy, published
from worked import loans

DAY = date(2024, 6, 30)
WRITTEN = tomllib.loads(
    (Path(__file__).parent / "choices.toml").read_text(encoding="utf-8"), parse_float=Decimal
)


def centavos(pesos) -> int:
    return int(Decimal(pesos) * 100)


def offer_of(programme: str, rows: list[int], said: list[dict]) -> Pairs:
    """The offers of one programme to some credits, from what the cases say of them."""

    def column(name: str, kind=np.int64, otherwise=0, scale=1):
        return np.array([int(Decimal(one.get(name, otherwise)) * scale) for one in said], kind)

    money = {name: column(name, scale=100) for name in ("instalment", "total", "left")}
    nothing = np.zeros(len(said), np.int64)
    projection = {field.name: nothing for field in fields(Projection)}
    projection |= {"months": column("months"), "paid": money["total"], "left": money["left"]}
    return Pairs(
        programme,
        np.array(rows, np.int64),
        settles=any(one.get("settles", False) for one in said),
        balance=nothing,
        open=column("open", np.bool_, 1),
        cancels=nothing.astype(np.bool_),
        conditions=column("conditions"),
        pays_now=nothing,
        pays_after=money["instalment"],
        instalment=money["instalment"],
        forgiven=nothing,
        waived=nothing,
        projection=Projection(**projection),
    )


@pytest.fixture(scope="module")
def judged() -> dict[str, dict]:
    """All the cases as one slice: what was chosen for each, by its name."""
    cases = WRITTEN["case"]
    loan = loans([WRITTEN["loan"] | case.get("loan", {}) for case in cases])
    now = offer_of(
        STATUS_QUO,
        list(range(len(cases))),
        [WRITTEN["now"] | case.get("now", {}) for case in cases],
    )
    pairs = []
    for name in NAMES[1:]:
        rows = [at for at, case in enumerate(cases) if name in case["offers"]]
        said = [WRITTEN["offer"] | cases[at]["offers"][name] for at in rows]
        pairs.append(offer_of(name, rows, said))
    choice = choose(loan, now, pairs, published(), DAY)
    found = {}
    for at, case in enumerate(cases):
        lost = {STATUS_QUO: LOST_ON[choice.now_lost_on[at]]}
        for one, decided in zip(pairs, choice.lost_on, strict=True):
            for place in np.flatnonzero(one.rows == at):
                lost[one.programme] = LOST_ON[decided[place]]
        found[case["name"]] = {
            "best": NAMES[choice.best.place[at]],
            "best_open": NAMES[choice.best_open.place[at]],
            "affordable": bool(choice.affordable[at]),
            "lost_on": lost,
        }
    return found


@pytest.mark.parametrize("case", WRITTEN["case"], ids=lambda case: case["name"])
def test_the_best_offer_and_what_decided(case, judged):
    came = judged[case["name"]]
    assert came["best"] == case["best"]
    assert came["best_open"] == case.get("best_open", case["best"])
    assert came["affordable"] == case.get("affordable", True)
    assert came["lost_on"] == case["lost_on"] | {case["best"]: "best"}


@given(
    st.lists(
        st.tuples(*[st.integers(0, 2)] * 4, st.sampled_from(NAMES[1:]), st.booleans()), max_size=6
    )
)
def test_the_choice_is_the_least_in_the_policys_order(drawn):
    """Against a plain sort, one credit at a time: few values, so that there are many ties."""
    loan = loans([WRITTEN["loan"] | {"wage": Decimal("3.34")}])  # bears 1.00

    def said(instalment, late, total, conditions, *rest):
        is_open = {"open": rest[-1]} if rest else {}
        months = 120 + late
        return dict(
            instalment=instalment, months=months, total=total, conditions=conditions, **is_open
        )

    now_said = said(2, 1, 2, 0)
    by_name = {one[4]: said(*one) for one in drawn}
    ranked = {
        "liquidacion_anticipada",
        "prorroga",
        "fondo_proteccion_pagos",
        "congelamiento",
        "liberacion_30_anos",
        "autoseguro",
    }.isdisjoint
    pairs = [
        offer_of(name, [0] if name in by_name else [], [by_name[name]] if name in by_name else [])
        for name in NAMES[1:]
    ]
    for one in pairs:
        if one.programme == "liquidacion_anticipada":
            pairs[pairs.index(one)] = offer_settling(one)
    choice = choose(loan, offer_of(STATUS_QUO, [0], [now_said]), pairs, published(), DAY)

    def key(name, offer):
        afford = 0 if offer["instalment"] <= 1 else offer["instalment"]
        return (
            afford,
            offer["months"] > 120,
            offer["total"],
            offer["conditions"],
            NAMES.index(name),
        )

    offers = {STATUS_QUO: now_said} | {n: o for n, o in by_name.items() if ranked([n])}
    best = min(offers, key=lambda name: key(name, offers[name]))
    assert NAMES[choice.best.place[0]] == best
    opened = {n: o for n, o in offers.items() if o.get("open", True)}
    assert NAMES[choice.best_open.place[0]] == min(opened, key=lambda n: key(n, opened[n]))


def offer_settling(pairs: Pairs) -> Pairs:
    """The same as one deposit."""
    values = {field.name: getattr(pairs, field.name) for field in fields(Pairs)}
    return Pairs(**values | {"settles": True})


def test_the_policy_is_dated_cited_and_orders_every_criterion():
    law = policy(published(), DAY)
    assert [CRITERIA[at] for at in law.order.chosen] == list(CRITERIA)
    assert policy(published(), date(2017, 1, 1)).share_of_wage.values.tolist() == [300_000]
    for name in ("order", "share_of_wage", "share_of_pension", "share_of_declared"):
        parameter = published().policy.parameters[name]
        assert all(
            value.source and value.rule in published().policy.rules for value in parameter.history
        )


@pytest.fixture(scope="module")
def state():
    """A slice of the simulated state: a few credits of every sort."""
    return next(iter(tables(600, 11, DAY, 600, None)))


def test_the_desk_says_what_the_batch_says(state):
    """One by one: the same best offer, what decided, and the figures in the sentence."""
    outcome = evaluate(loan_of(state), DAY)
    told = 0
    for row in range(state.num_rows):
        said = explain(loan_of(state.slice(row, 1)), DAY)
        best = NAMES[outcome.choice.best.place[row]]
        assert said.best.programme == best
        assert (said.now_against == "") == (best == STATUS_QUO)
        for one, decided in zip(outcome.pairs, outcome.choice.lost_on, strict=True):
            places = np.flatnonzero(one.rows == row)
            answer = next(a for a in said.answers if a.programme == one.programme)
            assert bool(len(places)) == answer.eligible
            if not len(places):
                assert answer.against == ""
                continue
            lost = LOST_ON[decided[places[0]]]
            assert (answer.against == "") == (lost == "best")
            if lost == "total":
                more = one.projection.total[places[0]] - outcome.choice.best.total[row]
                assert f"${more / 100:,.2f} más en total" in answer.against
                told += 1
    assert told > 20


def test_a_person_is_told_why_and_what_it_costs_the_fund(state):
    for row in range(60):
        said = explain(loan_of(state.slice(row, 1)), DAY)
        assert said.best.why
        assert all(sentence.endswith(".") for sentence in said.best.why)
        offers = {a.programme: a.offer for a in said.answers if a.offer}
        npv = (
            said.now.npv
            if said.best.programme == STATUS_QUO
            else (offers[said.best.programme].figures.npv)
        )
        assert said.best.fund_cost == said.now.npv - npv
        assert len(said.best.policy) == 8


def test_without_any_income_the_person_is_asked():
    facts = WRITTEN["loan"] | {
        "wage": 0,
        "employed": False,
        "balance": Decimal("100000.00"),
        "rate": 10,
        "instalment": Decimal("1500.00"),
        "granted_on": date(2015, 1, 1),
        "regime": "REA",
    }
    said = explain(loans([facts]), DAY)
    assert said.best.bears is None
    assert not said.best.affordable
    assert "díganos cuánto gana" in " ".join(said.best.why)


def test_who_may_be_released_is_told_so_before_anything_else():
    facts = WRITTEN["loan"] | {
        "balance": Decimal("100000.00"), "rate": 10, "instalment": Decimal("1500.00"),
        "granted_on": date(2015, 1, 1), "insured_event": "invalidity", "wage": 0,
        "employed": False,
    }  # fmt: skip
    first, *_ = explain(loans([facts]), DAY).best.why
    assert first == "Antes de elegir: tiene derecho a Autoseguro, que libera lo que debe."
