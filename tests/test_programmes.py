"""What every programme must be: dated without gaps, sourced, in Spanish, and total on any row."""

import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tequio.core import Code, Flag, Gap, Loan, OnDefault, Payer, Programme
from tequio.core.law import HERE, parsed
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import facts, known_flags
from tequio.core.programme import InForce, NotOffered, matrix
from tequio.core.symbols import formulas
from tequio.programmes import (
    BORRON_Y_CUENTA_NUEVA,
    LIQUIDACION_ANTICIPADA,
    REGISTRY,
    RESPONSABILIDAD_COMPARTIDA,
)
from worked import cases, each_programme, loans

TEXTS = [
    programme.at(value.since)
    for programme in REGISTRY
    for value in programme.book.parameters["text"].history
    if not value.ends
]
each_text = pytest.mark.parametrize(
    "rules", TEXTS, ids=lambda r: f"{r.programme.name}-{r.text.value}"
)


def odd_loans(rows: int = 400) -> Loan:
    """Rows that no portfolio should hold: every fact at its least, at its most, or anywhere."""
    chance = np.random.default_rng(20240630)
    columns = {}
    for name, (kind, fact) in facts().items():
        values = chance.integers(fact.least, fact.most + 1, rows)
        edges = chance.random(rows)
        values = np.where(edges < 0.4, fact.least, np.where(edges > 0.7, fact.most, values))
        values[:2] = [fact.least, fact.most]
        columns[name] = kind(values == 1 if kind is Flag else values)
    for flag in known_flags():
        columns[flag] = Flag(chance.random(rows) < 0.5)
    return Loan(**columns)  # type: ignore[arg-type]


@each_text
def test_a_quote_answers_for_any_row(rules: InForce) -> None:
    loan = odd_loans()
    answer = rules.evaluate(loan)
    assert len(answer.eligible()) == answer.rows == len(loan.balance)
    for row in range(answer.rows):
        assert answer.promise(row)
        assert answer.eligible()[row] or answer.reasons(row)
        assert all(requirement.say(row) for requirement in answer.requirements)


@each_text
def test_a_rule_never_made_public_qualifies_nobody(rules: InForce) -> None:
    if rules.unknown:
        assert not rules.evaluate(odd_loans()).eligible().any()
    assert ("no_public_rule" in names_of(rules)) is rules.unknown


def names_of(rules: InForce) -> list[str]:
    return [requirement.name for requirement in rules.evaluate(odd_loans(2)).requirements]


@each_text
def test_a_requirement_has_one_name(rules: InForce) -> None:
    names = names_of(rules)
    assert len(names) == len(set(names)) <= 32


@each_text
def test_every_step_shown_to_people_has_a_spanish_label(rules: InForce) -> None:
    steps = rules.evaluate(odd_loans(2)).offer.working
    assert steps.keys() <= rules.programme.labels.keys()


@each_programme
def test_no_label_is_of_a_step_that_no_text_has(programme: Programme) -> None:
    steps = {
        step
        for rules in TEXTS
        if rules.programme is programme
        for step in rules.evaluate(odd_loans(2)).offer.working
    }
    assert programme.labels.keys() == steps


@each_text
def test_what_is_shown_is_what_is_booked(rules: InForce) -> None:
    offer = rules.evaluate(odd_loans()).offer
    shown, signing = offer.working, offer.signing
    added = signing.interest + signing.charges - signing.forgiven
    booked = {"balance": offer.after.balance, "instalment": offer.after.instalment}
    booked |= {"rate": offer.after.rate, "interest": signing.interest}
    for stage, step in zip(offer.stages, ("pays", "then_pays", "last_pays"), strict=False):
        booked |= {step: stage.pays, "months": stage.months}
    if offer.settlement:
        booked |= {"pays": offer.settlement.pays, "forgiven": offer.settlement.forgives}
    if offer.reward:
        booked |= {"benefit": offer.reward.principal, "waived": signing.waived}
    for step in booked.keys() & shown.keys():
        assert (booked[step] == shown[step]).values.all(), step
    assert (offer.after.balance - offer.before.balance == added).values.all()


# What becomes of the rest of the instalment during a stage, who pays it, and what a failed payment
# does.
NO_STAGE = (None, None, OnDefault.NOTHING)
INSTITUTE_PAYS = (Gap.TO_INSTALMENT, Payer.INSTITUTE, OnDefault.STAGES_END)
EFFECTS = {
    "etapa_1": NO_STAGE,
    "flexible": NO_STAGE,
    "ventanilla": NO_STAGE,
    "noventa_diez": NO_STAGE,
    "por_salario": NO_STAGE,
    "mitad": NO_STAGE,
    "borron_y_cuenta_nueva solo_vsm": NO_STAGE,
    "convenio_privado": (None, None, OnDefault.REWARD_LAPSES),
    "apoyo_jubilados": (Gap.TO_INTEREST, Payer.INSTITUTE, OnDefault.STAGES_END),
    "fondo_proteccion_pagos": (Gap.TO_INSTALMENT, Payer.PROTECTION_FUND, OnDefault.STAGES_END),
    "con_intereses": (Gap.CAPITALISED, Payer.NOBODY, OnDefault.NOTHING),
    "sin_intereses": (Gap.NO_INTEREST, Payer.NOBODY, OnDefault.NOTHING),
    "congelamiento": ("as agreed", "as agreed", OnDefault.NOTHING),
    "liberacion_30_anos": NO_STAGE,
    "autoseguro": (Gap.RELEASED, Payer.NOBODY, OnDefault.NOTHING),
    "paga_lo_justo": NO_STAGE,
    "solucion_integral": NO_STAGE,
}


def one_for_all(choice: Gap | Payer | Code) -> Gap | Payer | str:
    """A choice of the text; where each row has its own, that of the solution in force."""
    return "as agreed" if isinstance(choice, Code) else choice


@each_text
def test_who_pays_the_gap_while_payments_do_not_fail(rules: InForce) -> None:
    offer = rules.evaluate(odd_loans(2)).offer
    effects = {
        (one_for_all(stage.gap), one_for_all(stage.payer), offer.on_default)
        for stage in offer.stages
    }
    programme, text = rules.programme.name, rules.text.value
    keys = [key for key in (f"{programme} {text}", programme, text) if key in EFFECTS]
    expected = EFFECTS[keys[0]] if keys else INSTITUTE_PAYS
    assert (effects or {(None, None, offer.on_default)}) == {expected}


# RATE1 and RC9: the points of the table that were published.
PUBLISHED = {
    "1.5": "1.91", "1.9": "3.09", "2.0": "3.33", "2.1": "3.55", "3.0": "5.51", "3.1": "5.70",
    "4.0": "7.21", "4.1": "7.41", "5.0": "8.86", "5.1": "9.03", "6.0": "10.42", "6.1": "10.45",
}  # fmt: skip


def test_the_rate_table_holds_every_published_point_and_the_line_between_them() -> None:
    law = RESPONSABILIDAD_COMPARTIDA.at(date(2024, 6, 30)).law
    starts, rates = law.rate_by_wage.starts.values, law.rate_by_wage.values.values
    assert (np.diff(starts) == 100_000).all()
    known = {"1.0": "1.00"} | PUBLISHED  # under 1.5 UMA the line is assumed
    wages = [int(Decimal(wage) * 10**6) for wage in known]
    points = [int(Decimal(rate) * 10**4) for rate in known.values()]
    line = np.interp(starts, wages, points)
    assert np.abs(rates - line).max() <= 100  # two decimals of a percentage, either way of a half
    assert (rates[np.searchsorted(starts, wages)] == points).all()


@each_text
def test_the_promise_names_steps_that_the_text_has(rules: InForce) -> None:
    named = {name for _, name, _, _ in string.Formatter().parse(rules.programme.promise) if name}
    assert named
    assert named <= rules.evaluate(odd_loans(2)).offer.working.keys()


def sentences(rules: InForce) -> Iterator[str]:
    yield rules.programme.promise
    yield from (r.otherwise for r in rules.evaluate(odd_loans(2)).requirements)


@each_text
def test_every_sentence_is_one_and_ends(rules: InForce) -> None:
    for sentence in sentences(rules):
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence


@each_text
def test_every_rule_cited_has_its_sentence_source_and_confidence(rules: InForce) -> None:
    book = rules.programme.book
    cited = {requirement.rule for requirement in rules.evaluate(odd_loans(2)).requirements}
    cited |= {cell.rule for cell in matrix()[rules.programme.name]}
    own = parsed(HERE / f"{rules.programme.name}.toml").keys() - {"rules"}
    for name in own:
        cited |= {value.rule for value in book.parameters[name].history}
    assert cited <= book.rules.keys()
    assert all(rule.says.endswith(".") for rule in book.rules.values())


@each_programme
def test_no_parameter_is_there_for_nobody(programme: Programme) -> None:
    named = {
        name
        for version in programme.versions.values()
        for name, _ in programme.book.named(version.law)
    }
    own = parsed(HERE / f"{programme.name}.toml").keys() - {"rules", "text"}
    assert own <= named


@each_programme
def test_every_version_has_a_date(programme: Programme) -> None:
    dated = {value.value for value in programme.book.parameters["text"].history if not value.ends}
    assert programme.versions.keys() == dated


@each_programme
def test_every_month_has_a_text_or_says_why_not(programme: Programme) -> None:
    for month in range(12 * (2026 - 2018)):
        day = date(2018 + month // 12, month % 12 + 1, 1)
        status = programme.status(day)
        if isinstance(status, NotOffered):
            assert status.begins or (status.ended and status.ended.says)
        else:
            assert status.text.since <= day


@each_text
def test_a_text_prints_its_own_formula(rules: InForce) -> None:
    printed = formulas(rules)
    assert printed.keys() >= rules.evaluate(odd_loans(2)).offer.working.keys()


def test_the_registry_names_every_programme_once() -> None:
    names = [programme.name for programme in REGISTRY]
    assert len(names) == len(set(names))
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__"}
    assert files == set(names)


def test_every_solution_has_a_row_of_the_matrix() -> None:
    rows = parsed(HERE / "compatibility.toml")
    assert rows.keys() >= {programme.name for programme in REGISTRY} | set(SOLUTIONS[1:])
    for row in rows.values():
        assert row.keys() <= {"any", *SOLUTIONS[1:]}


def test_the_restructures_are_one_family_and_the_conversions_another() -> None:
    families = {
        family: [programme.name for programme in REGISTRY if programme.family == family]
        for family in ("reestructura", "conversion")
    }
    assert families == {
        "reestructura": [
            "solucion_a_tu_medida",
            "dictamen_capacidad_pago",
            "nivela_tu_pago",
            "paro_tecnico",
            "apoyo_solidario",
            "estudio_socioeconomico",
        ],
        "conversion": ["responsabilidad_compartida", "paga_lo_justo", "solucion_integral"],
    }


@pytest.mark.parametrize(
    ("programme", "limit"),
    [(LIQUIDACION_ANTICIPADA, "low_enough"), (BORRON_Y_CUENTA_NUEVA, "fits_the_term")],
    ids=["liquidacion_anticipada", "borron_y_cuenta_nueva"],
)
def test_owing_more_never_mends_owing_too_much(programme: Programme, limit: str) -> None:
    day = date(2024, 7, 15)
    model = next(case["loan"] for case in cases(programme) if case["day"] == day)
    rising = [model | {"balance": pesos} for pesos in range(0, 800_000, 1_600)]
    answer = programme.at(day).evaluate(loans(rising))
    (met,) = (r.met.values for r in answer.requirements if r.name == limit)
    assert met[0]
    assert not met[-1]
    assert (np.diff(met.astype(int)) <= 0).all()
